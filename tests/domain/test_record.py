"""The record tells of its own faults."""

from __future__ import annotations

from datetime import UTC, datetime

from queue_app.domain.events import Event, Kind, rebuild

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
ISSUED = {
    "label": "A001", "series": "A", "number": 1, "service_id": 1, "business_date": "2026-03-04", "language": "cs",
    "priority": "standard", "channel": "kiosk", "rank": 1, "position": 1,
}  # fmt: skip


def test_a_gap_in_the_revisions_is_told() -> None:
    rebuilt = rebuild([Event(1, Kind.COUNTER_OPENED, NOON), Event(3, Kind.COUNTER_CLOSED, NOON)])
    assert rebuilt.problems == ["revision 2 is missing: the next event has 3"]


def test_an_event_about_a_ticket_nobody_issued_is_told() -> None:
    rebuilt = rebuild([Event(1, Kind.TICKET_CALLED, NOON, ticket_id=5, leg_id=5)])
    assert rebuilt.problems == ["revision 1 (ticket_called) speaks of 5, which no event made"]


def test_a_service_nobody_confirmed_began_with_the_last_call() -> None:
    later = NOON.replace(minute=5)
    rebuilt = rebuild(
        [
            Event(1, Kind.TICKET_ISSUED, NOON, ticket_id=1, leg_id=1, data=ISSUED),
            Event(2, Kind.TICKET_CALLED, NOON.replace(minute=2), ticket_id=1, leg_id=1, counter_id=1),
            Event(3, Kind.TICKET_RECALLED, NOON.replace(minute=3), ticket_id=1, leg_id=1, counter_id=1),
            Event(4, Kind.TICKET_FINISHED, later, ticket_id=1, leg_id=1, counter_id=1),
        ]
    )
    leg = rebuilt.legs[1]
    assert (leg.started_at, leg.ended_at, leg.calls, leg.state) == (NOON.replace(minute=3), later, 2, "finished")
