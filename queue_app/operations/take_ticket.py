"""Take a number."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from queue_app.domain.branch import BranchSetup, ServiceSetup
from queue_app.domain.branch_hours import Closed
from queue_app.domain.errors import QueueError
from queue_app.domain.events import LegRecord, TicketRecord
from queue_app.domain.forecast import Forecast
from queue_app.domain.intake import intake
from queue_app.domain.numbering import label, next_number
from queue_app.domain.privacy import SealedContact
from queue_app.domain.reading import wrong
from queue_app.operations.forecasting import Forecasts, Late, too_late
from queue_app.operations.printing import slip_job
from queue_app.operations.serve import known_user
from queue_app.operations.unit_of_work import Context, Unit
from queue_app.store import contacts
from queue_app.store import queries as q
from queue_app.store.prepared import Row
from queue_app.store.session import Step
from queue_app.store.types import microseconds

PRINTING_CHANNELS = frozenset({"kiosk", "staff"})
"""Where a number is taken beside a printer; a number taken on the web or by phone has no paper."""


@dataclass(frozen=True)
class TakeTicket:
    """What a visitor asks for.

    Attributes:
        service: slug or letter of the service.
        language: the visitor's; the branch's first where it does not speak it or none is given.
        priority: the name of one of the branch's classes, `standard`, or the kiosk's `priority` (`BranchRules.class_of`).
        channel: where it was taken: `kiosk`, `staff`, `web`, `phone` or `api`.
        request_id: the same one again returns the same ticket.
        wanted_language: the visitor wants to be served in it; None where any will do.
        booked_for: the booked time, aware; None where nothing was booked.
        user_id: kept for this person.
        printer_id: where the slip comes out; None where none is wanted.
        public_url: beginning of the address in the QR code.
        late_allowed: somebody at a desk decided that the visitor is still served today.
        contact: a name or a telephone number, encrypted; it is kept beside the record and is no part of the request's key.
    """

    service: str
    language: str | None = None
    priority: str = "standard"
    channel: str = "kiosk"
    request_id: str | None = None
    wanted_language: str | None = None
    booked_for: datetime | None = None
    user_id: int | None = None
    printer_id: int | None = None
    public_url: str = ""
    late_allowed: bool = False
    contact: SealedContact | None = None


@dataclass(frozen=True)
class TakenTicket:
    """A number that was taken, now or by the same request before."""

    setup: BranchSetup
    ticket: TicketRecord
    leg: LegRecord
    token: str
    ahead: int
    forecast: Forecast
    is_new: bool
    printing: bool


def take_ticket(context: Context, forecasts: Forecasts, branch: str, wish: TakeTicket) -> TakenTicket:
    """Give the visitor the next number of the service's series and queue the slip.

    Args:
        context: where to do it.
        forecasts: who knows the pace.
        branch: slug.
        wish: what is asked for.

    Raises:
        QueueError: `unknown_branch`, `unknown_service`, `branch_closed`, `service_closed`, `service_elsewhere`,
            `quota_reached` (also where the range of numbers is used up), `too_late_today`,
            `invalid_value` (no such class), `contact_not_asked`, `unknown_user`, `request_id_reused`, `conflict`,
            `database_unavailable`.
    """
    key = " ".join(
        str(part)
        for part in ("take", wish.service, wish.language, wish.priority, wish.channel, *filter(None, _particular(wish)))
    )

    def decide(unit: Unit) -> TakenTicket:
        setup = unit.setup
        service = setup.service(wish.service)
        priority = setup.rules.class_of(wish.priority)
        if priority is None:
            raise wrong("priority", "the branch has no such class")
        rank = setup.rank(priority)
        steps: list[Step] = [(q.LAST_NUMBER, {"series": service.series})]
        if wish.request_id is not None:
            steps.append((q.EVENT_OF_REQUEST, {"request_id": wish.request_id}))
        if service.daily_quota is not None:
            steps.append((q.TAKEN_TODAY, {"service_id": service.id}))
        last, *rest = unit.lock_and_read(*steps)
        if wish.request_id is not None:
            earlier = unit.answered(rest.pop(0), key)
            if earlier is not None:
                return _earlier(unit, forecasts, earlier)
        given = last[0].last if last else None
        ahead = unit.count_ahead(service.id, rank)
        late = _late(unit, forecasts, service, wish, ahead)
        _check_open(unit, service, taken=rest[0][0].count if rest else 0, last=given, late=late)
        _check_particulars(unit, wish)
        number = next_number(given, service.first_number)
        prediction = forecasts.of(setup, service, ahead)
        unit.remember_request(wish.request_id, key)
        event = unit.issue(
            secrets.token_urlsafe(16),
            data={
                "label": label(service.series, number, service.digits),
                "series": service.series,
                "number": number,
                "service_id": service.id,
                "business_date": unit.business_date.isoformat(),
                "language": setup.language(wish.language),
                "priority": priority,
                "channel": wish.channel,
                "rank": rank,
                "position": _position(unit, wish),
                **_wishes(wish),
                "forecast": [prediction.low_seconds, prediction.high_seconds],
            },
        )
        write_number(unit, service, last, number)
        assert event.ticket_id is not None
        ticket, leg = unit.view.tickets[event.ticket_id], unit.view.legs[event.ticket_id]
        if wish.contact is not None:
            unit.also_write(
                contacts.INSERT_CONTACT,
                {"ticket_id": ticket.id, "branch_id": setup.id, "sealed": wish.contact.sealed, "erase_at": None},
            )
        prints = wish.printer_id in setup.printers
        if prints:
            assert wish.printer_id is not None
            facts = {
                "ahead": ahead,
                "forecast": [prediction.low_seconds, prediction.high_seconds],
                "url": f"{wish.public_url}/t/{unit.token(ticket.id)}",
            }
            unit.queue_print(slip_job(setup.id, ticket.id, wish.printer_id, unit.now, facts))
        return TakenTicket(setup, ticket, leg, unit.token(ticket.id), ahead, prediction, True, prints)

    forecasts.refresh(context.setup(branch))
    return context.perform(branch, "take_ticket", decide)


def _particular(wish: TakeTicket) -> tuple[object, ...]:
    return wish.wanted_language, wish.booked_for and wish.booked_for.isoformat(), wish.user_id


def _check_particulars(unit: Unit, wish: TakeTicket) -> None:
    asked = unit.setup.privacy.asked
    if wish.contact is not None and not wish.contact.parts <= asked:
        raise QueueError("contact_not_asked", asked=sorted(asked))
    if wish.user_id is not None:
        known_user(unit, wish.user_id)


def _wishes(wish: TakeTicket) -> dict[str, Any]:
    """Return what is particular about this ticket; most have nothing of it."""
    booked = wish.booked_for.isoformat() if wish.booked_for is not None else None
    told = {
        "wanted_language": wish.wanted_language,
        "booked_for": booked,
        "reserved_user_id": wish.user_id,
    }
    return {name: value for name, value in told.items() if value is not None}


def _position(unit: Unit, wish: TakeTicket) -> int:
    """Return the place in the queue: that of the arrival, or for whoever booked and is not too late, of the booked time."""
    late = timedelta(minutes=unit.setup.rules.late_minutes)
    in_time = wish.booked_for is not None and unit.now <= wish.booked_for + late
    return microseconds(wish.booked_for if in_time and wish.booked_for is not None else unit.now)


def _late(unit: Unit, forecasts: Forecasts, service: ServiceSetup, wish: TakeTicket, ahead: int) -> Late | None:
    return None if wish.late_allowed else too_late(forecasts, unit.setup, service, unit.now, ahead)


def _check_open(unit: Unit, service: ServiceSetup, *, taken: int, last: int | None, late: Late | None) -> None:
    setup, here = unit.setup, service.slug
    found = intake(setup, service, unit.now, taken=taken, last=last, late=late.closes_at if late else None)
    if found.reason is None:
        return
    if found.reason == Closed.INSTEAD:
        raise QueueError("service_elsewhere", service=here, instead=dict(service.instead))
    if not found.house_open:
        raise QueueError("branch_closed", opens_at=setup.opening(unit.now).opens_at, reason=str(found.reason))
    if found.reason == Closed.TOO_LATE and late is not None:
        wait = {"low_seconds": late.wait.low_seconds, "high_seconds": late.wait.high_seconds}
        raise QueueError("too_late_today", service=here, closes_at=late.closes_at, forecast=wait)
    if found.reason == Closed.NUMBERS:
        raise QueueError("quota_reached", service=here, last_number=service.last_number)
    if found.reason == Closed.QUOTA:
        raise QueueError("quota_reached", service=here, quota=service.daily_quota)
    raise QueueError("service_closed", service=here, opens_at=found.opens_at, reason=str(found.reason))


def write_number(unit: Unit, service: ServiceSetup, last: list[Row], number: int) -> None:
    """Keep the last number given in the service's series; `last` is what `LAST_NUMBER` had read."""
    if last:
        parameters = {
            "branch": unit.setup.id,
            "date": unit.business_date,
            "name": service.series,
            "old_last": last[0].last,
            "last": number,
        }
        unit.also_write(q.UPDATE_SERIES, parameters, exactly_one=True)
    else:
        parameters = {
            "branch_id": unit.setup.id,
            "business_date": unit.business_date,
            "series": service.series,
            "last": number,
        }
        unit.also_write(q.INSERT_SERIES, parameters)


def _earlier(unit: Unit, forecasts: Forecasts, event: Row) -> TakenTicket:
    (row,) = unit.lock_and_read((q.LAST_LEG_OF_TICKET, {"ticket_id": event.ticket_id}))[0]
    ticket, leg = unit.take_in(row)
    ahead = 0
    if leg.state == "waiting":
        where = {"service_id": leg.service_id, "rank": leg.rank, "position": leg.position, "leg_id": leg.id}
        ahead = unit.lock_and_read((q.AHEAD, where))[0][0].count
    prediction = forecasts.of(unit.setup, unit.setup.services_by_id[leg.service_id], ahead)
    return TakenTicket(unit.setup, ticket, leg, unit.token(ticket.id), ahead, prediction, False, False)
