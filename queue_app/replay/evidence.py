"""What a replay saw, and the judgement of it: was a ticket lost, doubled or called out of order? Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from queue_app.replay.day import Day, RecordedTicket

ROUNDING_SECONDS = 0.002
"""The API writes times to the millisecond; a wait is the difference of two of them."""

MOST_EXAMPLES = 5
"""So many tickets are named for each kind of fault; the others are counted."""


@dataclass(frozen=True)
class Span:
    """When a request was due, was sent (the last time) and was answered: seconds of one monotonic clock."""

    due: float
    sent: float
    answered: float


@dataclass(frozen=True)
class Issue:
    """A number that was taken for a recorded ticket."""

    ticket: RecordedTicket
    ticket_id: int
    label: str
    number: int
    span: Span


@dataclass(frozen=True)
class Call:
    """A call made when a recorded ticket was due, of whichever the server chose, and the server's wait."""

    ticket: RecordedTicket
    ticket_id: int
    label: str
    wait_seconds: float
    span: Span


@dataclass(frozen=True)
class Seen:
    """One event on the board."""

    revision: int
    kind: str
    service: str | None = None
    label: str | None = None


@dataclass
class Evidence:
    """Everything a replay saw.

    Attributes:
        slugs: the branch's service for each recorded service id.
        first_revision: the board's before the first ticket.
        issues, calls: answers, in the order in which they came.
        seen: the board's events, in the order in which they came.
        waiting: how many wait in each service (slug) at the end, by the board that followed the events.
        remarks: what went wrong underway, in plain words.
        retries: how often a caller asked again because nobody was waiting yet.
    """

    slugs: Mapping[str, str]
    first_revision: int = 0
    issues: list[Issue] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    waiting: Mapping[str, int] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    retries: int = 0

    def spans(self) -> list[Span]:
        """Return when everything was sent and answered: issues, then calls."""
        return [issue.span for issue in self.issues] + [call.span for call in self.calls]


def judge(day: Day, evidence: Evidence, speed: float) -> list[str]:
    """Return a sentence for everything that is wrong; none where the day went through as it was recorded.

    Args:
        day: as recorded.
        evidence: what was seen of it.
        speed: seconds of the day in one second of the replay.
    """
    found = list(evidence.remarks)
    found += _many("was never given a number: lost", (_name(day, ticket) for ticket in _missing(day, evidence)))
    found += _many("was given to more than one ticket: doubled", _repeated(issue.label for issue in evidence.issues))
    found += _many("was called more than once: doubled", _repeated(call.label for call in evidence.calls))
    found += _many("was numbered out of order", _numbered_out_of_order(day, evidence))
    found += _many("was called out of order", _called_out_of_order(evidence))
    found += _many("was to be called and never was: lost", _never_called(day, evidence))
    found += _on_board(evidence)
    found += _many("is missing from those still waiting, or too many", _left_waiting(day, evidence))
    found += _many("has a wait that the times of its requests do not explain", _wrong_waits(evidence, speed))
    return found


def order_kept(day: Day, evidence: Evidence, service_id: str) -> bool:
    """Say whether every number and every call of one service came in the order of the file."""
    own = Evidence(
        evidence.slugs,
        issues=[issue for issue in evidence.issues if issue.ticket.service_id == service_id],
        calls=[call for call in evidence.calls if call.ticket.service_id == service_id],
    )
    return not any(_numbered_out_of_order(day, own)) and not any(_called_out_of_order(own))


def _many(fault: str, names: Iterable[str]) -> list[str]:
    all_names = list(names)
    more = len(all_names) - MOST_EXAMPLES
    told = [f"{name} {fault}" for name in all_names[:MOST_EXAMPLES]]
    return told + ([f"… and {more} more of this kind"] if more > 0 else [])


def _name(day: Day, ticket: RecordedTicket) -> str:
    letters = {service.service_id: service.letter for service in day.services}
    return f"{letters[ticket.service_id]} {ticket.number} (service {ticket.service_id})"


def _repeated(labels: Iterable[str]) -> list[str]:
    return [label for label, times in Counter(labels).items() if times > 1]


def _missing(day: Day, evidence: Evidence) -> list[RecordedTicket]:
    given = {issue.ticket.key for issue in evidence.issues}
    return [ticket for ticket in day.tickets if ticket.key not in given]


def _numbered_out_of_order(day: Day, evidence: Evidence) -> Iterator[str]:
    place = {ticket.key: index for index, ticket in enumerate(day.tickets)}
    for own in _by_service(evidence.issues).values():
        in_order = sorted(own, key=lambda issue: place[issue.ticket.key])
        for earlier, later in pairwise(in_order):
            if later.number <= earlier.number:
                yield later.label


def _by_service(answers: Iterable[Issue]) -> dict[str, list[Issue]]:
    grouped: dict[str, list[Issue]] = {}
    for answer in answers:
        grouped.setdefault(answer.ticket.service_id, []).append(answer)
    return grouped


def _called_out_of_order(evidence: Evidence) -> Iterator[str]:
    given = {issue.ticket.key: issue.ticket_id for issue in evidence.issues}
    for call in evidence.calls:
        if given.get(call.ticket.key) != call.ticket_id:
            yield call.label


def _never_called(day: Day, evidence: Evidence) -> Iterator[str]:
    called = {call.ticket_id for call in evidence.calls}
    given = {issue.ticket.key: issue for issue in evidence.issues}
    for ticket in day.tickets:
        if ticket.called_at is not None and ticket.key in given and given[ticket.key].ticket_id not in called:
            yield given[ticket.key].label


def _on_board(evidence: Evidence) -> Iterator[str]:
    """Every number and every call must be on the board exactly once, and the revisions must grow by one."""
    revision = evidence.first_revision
    for event in evidence.seen:
        if event.revision != revision + 1:
            yield f"the board jumped from revision {revision} to {event.revision}"
        revision = event.revision
    ours = set(evidence.slugs.values())
    for kind, what, labels in (
        ("ticket_issued", "issued", [issue.label for issue in evidence.issues]),
        ("ticket_called", "called", [call.label for call in evidence.calls]),
    ):
        shown = Counter(event.label or "?" for event in evidence.seen if event.kind == kind and event.service in ours)
        wanted = Counter(labels)
        yield from _many(f"was {what} and is missing from the board: lost", (wanted - shown).elements())
        yield from _many(f"stands on the board as {what} once too often: doubled", (shown - wanted).elements())
    yield from _many("was called on the board out of order", _board_out_of_order(evidence))


def _board_out_of_order(evidence: Evidence) -> Iterator[str]:
    number = {issue.label: issue.number for issue in evidence.issues}
    for slug in evidence.slugs.values():
        called = [event.label for event in evidence.seen if event.kind == "ticket_called" and event.service == slug]
        known = [label for label in called if label in number]
        for earlier, later in pairwise(known):
            if number[later] < number[earlier]:
                yield str(later)


def _left_waiting(day: Day, evidence: Evidence) -> Iterator[str]:
    uncalled = Counter(ticket.service_id for ticket in day.tickets if ticket.called_at is None)
    for service_id, slug in evidence.slugs.items():
        difference = evidence.waiting.get(slug, 0) - uncalled[service_id]
        if difference:
            yield f"{slug}: {abs(difference)} {'ticket' if abs(difference) == 1 else 'tickets'}"


def _wrong_waits(evidence: Evidence, speed: float) -> Iterator[str]:
    issued = {issue.ticket_id: issue for issue in evidence.issues}
    for call in evidence.calls:
        recorded = call.ticket.wait_seconds
        issue = issued.get(call.ticket_id)
        if issue is None or recorded is None or issue.ticket != call.ticket:
            continue
        least, most = tolerance(issue.span, call.span)
        if not least <= call.wait_seconds - recorded / speed <= most:
            waited = call.wait_seconds * speed
            yield f"{call.label} (waited {waited:.0f} s of the day instead of {recorded:.0f} s)"


def tolerance(issue: Span, call: Span) -> tuple[float, float]:
    """Return the least and the most that a recorded wait may differ from the file's, in replay seconds.

    The server wrote both moments down somewhere between the sending of the request and its answer, so the
    measured lateness of both bounds the difference, and no clock of the server has to be compared with ours.
    """
    least = (call.sent - call.due) - (issue.answered - issue.due)
    most = (call.answered - call.due) - (issue.sent - issue.due)
    return least - ROUNDING_SECONDS, most + ROUNDING_SECONDS
