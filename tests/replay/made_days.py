"""Made-up days and made-up evidence for the tests of the replay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st

from queue_app.replay.day import Day, parse_day
from queue_app.replay.evidence import Call, Evidence, Issue, Seen, Span

DATA = Path(__file__).parent.parent / "data" / "warsaw"
SMALL, MIDDLE, LARGE = (
    DATA / f"{name}.csv" for name in ("UD_Rembertow_2020-01-02", "UD_Wola_2020-01-09", "UD_Bielany_2020-01-03")
)
HEAD = "service_id,service_letter,service_name,number,issued_at,called_at"
NAME = "UD_Somewhere_2020-01-02.csv"


def text_of(*rows: str) -> str:
    """Return a file with these rows."""
    return "\n".join((HEAD, *rows)) + "\n"


def clock(second: int) -> str:
    """Return the local time so many seconds after eight."""
    hours, rest = divmod(8 * 3600 + second, 3600)
    return f"{hours:02}:{rest // 60:02}:{rest % 60:02}"


@dataclass(frozen=True)
class MadeTicket:
    """One row, with seconds after eight."""

    service: int
    number: int
    issued: int
    called: int | None

    @property
    def row(self) -> str:
        """The row of the file."""
        called = "" if self.called is None else clock(self.called)
        letter = "AB"[self.service % 2]
        return f"{self.service},{letter},Service {self.service},{self.number},{clock(self.issued)},{called}"


@st.composite
def made_tickets(draw: st.DrawFn) -> list[MadeTicket]:
    """Draw a day in which nobody is overtaken: up to three services, calls in the order of the numbers."""
    tickets = []
    for service in range(1, draw(st.integers(1, 3)) + 1):
        issued = sorted(draw(st.lists(st.integers(0, 3600), min_size=1, max_size=8)))
        called_count = draw(st.integers(0, len(issued)))
        last = 0
        for number, second in enumerate(issued, start=1):
            called = None
            if number <= called_count:
                called = last = max(last, second) + draw(st.integers(0, 600))
            tickets.append(MadeTicket(service, number, second, called))
    return tickets


def day_of(tickets: Sequence[MadeTicket]) -> Day:
    """Return the day that a file of these tickets tells."""
    return parse_day(NAME, text_of(*(ticket.row for ticket in tickets)))


def faithful(day: Day, speed: float = 100.0) -> Evidence:
    """Return what a replay sees where everything goes as recorded and each answer takes 4 ms."""
    evidence = Evidence({service.service_id: f"service-{service.service_id}" for service in day.services}, 7)
    begin = day.tickets[0].issued_at
    steps = []
    for place, ticket in enumerate(day.tickets):
        issue = (ticket.issued_at - begin).total_seconds() / speed
        label = f"{ticket.service_id}-{ticket.number:03}"
        span = Span(issue, issue + 0.001, issue + 0.005)
        evidence.issues.append(Issue(ticket, 1000 + place, label, ticket.number, span))
        slug = evidence.slugs[ticket.service_id]
        steps.append((ticket.issued_at, 0, "ticket_issued", slug, label))
        if ticket.called_at is not None:
            call = (ticket.called_at - begin).total_seconds() / speed
            span = Span(call, call + 0.001, call + 0.005)
            evidence.calls.append(Call(ticket, 1000 + place, label, call - issue, span))
            steps.append((ticket.called_at, 1, "ticket_called", slug, label))
    # Python's sort is stable: of two steps of one service in the same second the earlier number stays first.
    steps.sort(key=lambda step: step[:2])
    evidence.seen = [Seen(8 + index, *step[2:]) for index, step in enumerate(steps)]
    evidence.waiting = {
        slug: sum(ticket.called_at is None for ticket in day.of_service(own)) for own, slug in evidence.slugs.items()
    }
    return evidence
