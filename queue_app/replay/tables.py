"""The tables that the commands print, and the figures in them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from queue_app.domain.kpi import percentile
from queue_app.replay.day import Day
from queue_app.replay.evidence import Evidence, Span, order_kept, tolerance

SMALLEST_P90 = 20
"""Below so many values a P90 would be one person's wait (docs/kpi.md)."""

LATE_SECONDS = 60
"""Where one request in ten came later than so many seconds of the day, waits cannot be compared."""

NAME_WIDTH = 28
ALL = "all"


@dataclass(frozen=True)
class Waits:
    """Mean, median and P90 of waits in seconds; absent where there are none (P90: fewer than 20)."""

    mean: float | None
    p50: float | None
    p90: float | None

    @classmethod
    def of(cls, seconds: Iterable[float | None]) -> Waits:
        """Return the figures of those that are not None."""
        known = sorted(value for value in seconds if value is not None)
        mean = sum(known) / len(known) if known else None
        return cls(mean, percentile(known, 50), percentile(known, 90) if len(known) >= SMALLEST_P90 else None)

    def cells(self) -> tuple[str, str, str]:
        """Return them as texts, rounded to the second."""
        return _seconds(self.mean), _seconds(self.p50), _seconds(self.p90)


def _seconds(value: float | None) -> str:
    # Half seconds are rounded up: a mean of 0.5 s should not read as no wait at all.
    return "-" if value is None else str(int(value + 0.5) if value >= 0 else -int(0.5 - value))


def draw(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table as text: the first column to the left, the others to the right."""
    lines = [[_short(row[0]), *row[1:]] for row in (head, *rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]

    def one(line: Sequence[str]) -> str:
        cells = [
            line[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)),
        ]
        return "  ".join(cells).rstrip()

    return "\n".join([one(lines[0]), "  ".join("-" * width for width in widths), *map(one, lines[1:])])


def _short(name: str) -> str:
    return name if len(name) <= NAME_WIDTH else f"{name[: NAME_WIDTH - 1]}…"


REPLAY_HEAD = (
    "Service", "issued", "called", "order", "file mean", "P50", "P90", "record mean", "P50", "P90",
    "difference", "at most",
)  # fmt: skip


def replay_table(day: Day, evidence: Evidence, speed: float) -> str:
    """Return the table of a replay: a row for each service and one for all; waits in seconds.

    The last column is the most by which lateness can have changed a single wait.
    """
    rows = [
        _replay_row(f"{service.letter} {service.name}", day, evidence, speed, service.service_id)
        for service in day.services
    ]
    return draw(REPLAY_HEAD, [*rows, _replay_row(ALL, day, evidence, speed, None)])


def _replay_row(name: str, day: Day, evidence: Evidence, speed: float, service_id: str | None) -> Sequence[str]:
    recorded = [ticket for ticket in day.tickets if service_id in {None, ticket.service_id}]
    issues = {issue.ticket_id: issue for issue in evidence.issues if service_id in {None, issue.ticket.service_id}}
    calls = [call for call in evidence.calls if service_id in {None, call.ticket.service_id}]
    in_file = Waits.of(call.ticket.wait_seconds for call in calls)
    in_record = Waits.of(call.wait_seconds * speed for call in calls)
    difference = None if in_file.mean is None or in_record.mean is None else in_record.mean - in_file.mean
    bounds = [tolerance(issues[call.ticket_id].span, call.span) for call in calls if call.ticket_id in issues]
    widest = max((max(-least, most) * speed for least, most in bounds), default=None)
    services = [service_id] if service_id is not None else [service.service_id for service in day.services]
    to_call = sum(ticket.called_at is not None for ticket in recorded)
    kept = all(order_kept(day, evidence, own) for own in services)
    return (
        name, f"{len(issues)}/{len(recorded)}", f"{len(calls)}/{to_call}", "kept" if kept else "BROKEN",
        *in_file.cells(), *in_record.cells(), _seconds(difference), _seconds(widest),
    )  # fmt: skip


def lateness(evidence: Evidence, speed: float) -> str:
    """Return a sentence about how late requests were sent and how long answers took, in milliseconds."""
    spans = evidence.spans()
    late = sorted(max(0.0, span.sent - span.due) for span in spans)
    answers = sorted(span.answered - span.sent for span in spans)
    if not spans:
        return "No request was answered."
    late_p90, answer_p90 = percentile(late, 90) or 0.0, percentile(answers, 90) or 0.0
    told = (
        f"{len(spans)} requests: nine of ten were sent within {late_p90 * 1000:.0f} ms of their time "
        f"and answered within {answer_p90 * 1000:.0f} ms; the latest came {late[-1] * 1000:.0f} ms late, "
        f"the slowest answer took {answers[-1] * 1000:.0f} ms; "
        f"asked again since nobody waited yet: {evidence.retries}."
    )
    if late_p90 * speed > LATE_SECONDS:
        told += (
            "\nThis is too fast for server and client together: requests came up to "
            f"{late[-1] * speed:.0f} s of the day late. To compare waits, choose a smaller --speed."
        )
    return told


def seconds_taken(spans: Iterable[Span]) -> float:
    """Return the seconds from the first request's due time to the last answer."""
    spans = list(spans)
    return max(span.answered for span in spans) - min(span.due for span in spans) if spans else 0.0


LOAD_HEAD = (
    "Service", "file issued", "called", "mean", "P50", "P90", "record issued", "called", "mean", "P50", "P90",
)  # fmt: skip


@dataclass(frozen=True)
class Loaded:
    """What file and record say of a service or a day: tickets, called ones, waits in seconds."""

    name: str
    issued: tuple[int, int]
    called: tuple[int, int]
    in_file: Waits
    in_record: Waits

    @property
    def agrees(self) -> bool:
        """Whether the file and the record say the same, to the second."""
        same_waits = self.in_file.cells() == self.in_record.cells()
        return self.issued[0] == self.issued[1] and self.called[0] == self.called[1] and same_waits


def load_table(rows: Iterable[Loaded], first_column: str = "Service") -> str:
    """Return the table of loaded days."""
    return draw(
        (first_column, *LOAD_HEAD[1:]),
        [
            (
                row.name, str(row.issued[0]), str(row.called[0]), *row.in_file.cells(),
                str(row.issued[1]), str(row.called[1]), *row.in_record.cells(),
            )
            for row in rows
        ],
    )  # fmt: skip
