"""Looks at the queue for the doors: read-only, in the contract's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from queue_app.domain.board import iso
from queue_app.domain.branch import BranchSetup, pick
from queue_app.domain.errors import QueueError
from queue_app.domain.events import LegRecord, TicketRecord
from queue_app.domain.forecast import Forecast
from queue_app.domain.service_menu import menu_tree
from queue_app.operations.close_day import day_ends_at
from queue_app.operations.delivery import Lobbies, delivery_of
from queue_app.operations.forecasting import Forecasts
from queue_app.operations.screen_views import screen_troubles
from queue_app.operations.serve import Served
from queue_app.operations.service_views import seconds_of, service_view, special_days
from queue_app.operations.undo import undoable
from queue_app.operations.unit_of_work import Context, ticket_of
from queue_app.store import queries as q
from queue_app.store.board import read_board, read_events, state_of
from queue_app.store.models import UNFINISHED, Branch, PrinterRow, PrintJob
from queue_app.store.prepared import Row

MESSAGE_MINUTES = 15
"""So long a desk that was away still learns what the desks were told."""


def fresh_setup(context: Context, slug: str) -> BranchSetup:
    """Return how a branch is set up now, also where another process has just changed it.

    Raises:
        QueueError: `unknown_branch`.
    """
    setup = context.setup(slug)
    (state,) = context.database.look((q.READ_STATE, {"branch_id": setup.id}))[0]
    return setup if state.settings_revision == setup.settings_revision else context.reload(slug)


def ticket_view(
    setup: BranchSetup, ticket: TicketRecord, token: str, *, ahead: int, forecast: Forecast, public_url: str
) -> dict[str, Any]:
    """Return the contract's `ticket`."""
    service = setup.services_by_id.get(ticket.service_id)
    return {
        "id": ticket.id,
        "token": token,
        "label": ticket.label,
        "series": ticket.series,
        "number": ticket.number,
        "service": service.slug if service else "?",
        "state": str(ticket.state),
        "language": ticket.language,
        "priority": ticket.priority,
        "business_date": ticket.business_date,
        "issued_at": iso(ticket.issued_at),
        "ahead": ahead,
        "status_url": f"{public_url}/t/{token}",
        "forecast": seconds_of(forecast),
    }


def leg_view(setup: BranchSetup, leg: LegRecord) -> dict[str, Any]:
    """Return the contract's `leg`: one stay in a queue with what has happened to it so far."""
    service = setup.services_by_id.get(leg.service_id)
    counter = setup.counters_by_id.get(leg.counter_id) if leg.counter_id else None
    return {
        "id": leg.id,
        "sequence": leg.sequence,
        "service": service.slug if service else "?",
        "state": str(leg.state),
        "counter": counter.name if counter else None,
        "calls": leg.calls,
        "enqueued_at": iso(leg.enqueued_at),
        "first_called_at": _iso(leg.first_called_at),
        "last_called_at": _iso(leg.last_called_at),
        "started_at": _iso(leg.started_at),
        "ended_at": _iso(leg.ended_at),
    }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)


def ticket_by_token(context: Context, forecasts: Forecasts, token: str, public_url: str) -> dict[str, Any]:
    """Return the visitor's own view of their ticket: the contract's `ticket`, its counter when called, and its slip.

    Raises:
        QueueError: `unknown_ticket`.
    """
    found = context.database.look((q.TICKET_BY_TOKEN, {"token": token}))[0]
    if not found:
        raise QueueError("unknown_ticket")
    slug = context.database.look((q.SLUG_OF_BRANCH, {"branch_id": found[0].branch_id}))[0][0].slug
    setup = context.setup(slug)
    forecasts.refresh(setup)
    (row,) = context.database.look((q.LAST_LEG_OF_TICKET, {"ticket_id": found[0].id}))[0]
    ahead = _ahead(context, setup, row) if row.state == "waiting" else 0
    service = setup.services_by_id.get(row.service_id)
    prediction = forecasts.of(setup, service, ahead) if service and row.state == "waiting" else Forecast(None, None)
    view = ticket_view(setup, ticket_of(row), token, ahead=ahead, forecast=prediction, public_url=public_url)
    called = row.state in {"called", "serving"} and row.counter_id in setup.counters_by_id
    view |= {
        "branch": slug,
        "service": service.slug if service else "?",
        "counter": setup.counters_by_id[row.counter_id].name if called else None,
        "called_at": _iso(row.last_called_at) if called or row.state == "no_show" else None,
        "print": print_state(context, row.t_id),
    }
    return view


def rule_of_ticket(context: Context, ticket_id: int) -> tuple[str | None, dict[str, Any] | None]:
    """Return the rule that called a ticket to where it is, and what makes the rule true; None where nothing called it."""
    (row,) = context.database.look((q.LAST_LEG_OF_TICKET, {"ticket_id": ticket_id}))[0]
    return row.rule, row.rule_facts


def _ahead(context: Context, setup: BranchSetup, row: Row) -> int:
    where = {
        "branch_id": setup.id,
        "service_id": row.service_id,
        "rank": row.rank,
        "position": row.position,
        "leg_id": row.id,
    }
    return int(context.database.look((q.AHEAD, where))[0][0].count)


def print_state(context: Context, ticket_id: int) -> dict[str, Any]:
    """Return how the ticket's newest slip stands: `{"state", "error"}`; the state is `none` where it has no slip.

    Where another printer stood in, `elsewhere` is its name: the visitor has to go there.
    """
    with context.database.reading() as connection:
        row = connection.execute(
            select(PrintJob.state, PrintJob.error_code, PrintJob.moved_from_id, PrinterRow.name.label("printer"))
            .join(PrinterRow, PrinterRow.id == PrintJob.printer_id)
            .where(PrintJob.ticket_id == ticket_id)
            .order_by(PrintJob.id.desc())
            .limit(1)
        ).one_or_none()
    if row is None:
        return {"state": "none", "error": None}
    elsewhere = {} if row.moved_from_id is None else {"elsewhere": row.printer}
    return {"state": row.state, "error": row.error_code, **elsewhere}


def branch_view(context: Context, forecasts: Forecasts, slug: str) -> dict[str, Any]:
    """Return what a visitor may know of a branch before taking a number."""
    setup = context.setup(slug)
    forecasts.refresh(setup)
    now = context.clock.now()
    here = {"branch_id": setup.id}
    counts, taken, numbers = context.database.look(
        (q.WAITING_COUNTS, here), (q.TAKEN_BY_SERVICE, here), (q.NUMBERS_TODAY, here)
    )
    waiting = {row.service_id: row.count for row in counts}
    given = {row.service_id: row.count for row in taken}
    last = {row.series: row.last for row in numbers}
    house = setup.opening(now)
    return {
        "slug": setup.slug,
        "name": dict(setup.name),
        "time_zone": setup.time_zone,
        "languages": list(setup.languages),
        "open": house.is_open,
        "reason": house.reason or None,
        "reason_name": dict(house.name),
        "opens_at": _iso(house.opens_at),
        "closes_at": _iso(house.closes_at),
        "opening_hours": setup.opening_hours,
        "today": [list(interval) for interval in setup.hours.today(now).hours],
        "special_days": special_days(setup, now),
        "target_wait_seconds": setup.target_wait_seconds,
        "notice": dict(setup.notice),
        "other_channels": dict(setup.other_channels),
        "server_time": iso(now),
        "services": [
            service_view(setup, service, now, waiting.get(service.id, 0), given.get(service.id, 0), last, forecasts)
            for service in setup.services
        ],
        "menu": menu_tree(setup.menu, [service.slug for service in setup.services]),
    }


def board_view(context: Context, slug: str, since: int | None, most: int) -> dict[str, Any]:
    """Return the board's snapshot, or the events after `since`: `{revision, events}`, where they are few enough."""
    setup = fresh_setup(context, slug)
    if since is not None:
        revision, events = read_events(context.database, setup, since, most)
        if events is not None:
            return {"revision": revision, "events": events}
    return read_board(context.database, setup, context.clock.now())


def counters_view(context: Context, slug: str) -> list[dict[str, Any]]:
    """Return every counter of a branch with its state, its clerk and its ticket."""
    setup = context.setup(slug)
    sessions, legs = context.database.look(
        (q.OPEN_SESSIONS, {"branch_id": setup.id}), (q.OPEN_LEGS, {"branch_id": setup.id})
    )
    session_at = {row.counter_id: row for row in sessions}
    leg_at = {row.counter_id: row for row in legs if row.state in {"called", "serving"}}
    result = []
    for counter in setup.present_counters:
        session, leg = session_at.get(counter.id), leg_at.get(counter.id)
        profile_id = session.profile_id if session else counter.profile_id
        result.append(
            {
                "id": counter.id,
                "name": counter.name,
                "state": state_of(session),
                "clerk": session.actor_name if session else None,
                "opened_at": _iso(session.opened_at) if session else None,
                "wrap_up_until": wrap_up_until(setup, session),
                "profile": profile_name(setup, profile_id),
                "services": [s.slug for s in setup.called_services if s.id in setup.services_of(profile_id)],
                "ticket": current_view(setup, leg) if leg else None,
            }
        )
    return result


def wrap_up_until(setup: BranchSetup, session: Row | None) -> str | None:
    """Return when the wrap-up of a counter ends by itself; None where there is none, or where it lasts until it is ended."""
    if session is None or session.wrap_up_at is None or not setup.desk.wrap_up_seconds:
        return None
    return iso(session.wrap_up_at + timedelta(seconds=setup.desk.wrap_up_seconds))


def profile_name(setup: BranchSetup, profile_id: int | None) -> str | None:
    """Return the name of a work profile; None for that of all services, first come, first served."""
    return next((profile.name for profile in setup.profiles if profile.id == profile_id), None)


def current_view(setup: BranchSetup, row: Row, people: Mapping[int, str] | None = None) -> dict[str, Any]:
    """Return the ticket at a counter, or in a queue, as the desk sees it.

    Args:
        setup: the branch.
        row: the leg with its ticket.
        people: names by id, for tickets kept for a person.
    """
    service = setup.services_by_id.get(row.service_id)
    reserved = setup.counters_by_id.get(row.reserved_counter_id) if row.reserved_counter_id else None
    return {
        "id": row.t_id,
        "label": row.t_label,
        "service": service.slug if service else "?",
        "state": row.state,
        "language": row.t_language,
        "priority": row.t_priority,
        "rule": row.rule,
        "calls": row.calls,
        "enqueued_at": iso(row.enqueued_at),
        "issued_at": iso(row.t_issued_at),
        "called_at": _iso(row.last_called_at),
        "started_at": _iso(row.started_at),
        "target_wait_seconds": service.target_wait_seconds if service else setup.target_wait_seconds,
        "expected_service_seconds": service.expected_service_seconds if service else None,
        "reserved_counter": reserved.name if reserved else None,
        "reserved_person": (people or {}).get(row.reserved_user_id),
        "not_before": _iso(row.not_before),
        "wanted_language": row.wanted_language,
        "booked_for": _iso(row.booked_for),
    }


def desk_view(
    context: Context, lobbies: Lobbies, counter_id: int, user_id: int | None, language: str
) -> dict[str, Any]:
    """Return everything that one desk shows: its counter, its ticket, who waits for it, how far the call has got.

    Args:
        context, lobbies: where to look.
        counter_id: the desk.
        user_id: the person who looks, for whom tickets may be parked; None for a program.
        language: of the names of outcomes.
    """
    slug = context.branch_of_counter(counter_id)
    setup = fresh_setup(context, slug)
    counter = next(view for view in counters_view(context, slug) if view["id"] == counter_id)
    here = {"branch_id": setup.id, "counter_id": counter_id}
    now = context.clock.now()
    waiting, parked, (state,), known, at_counter, messages = context.database.look(
        (q.WAITING_LEGS, here),
        (q.PARKED_FOR, {**here, "user_id": user_id}),
        (q.READ_STATE, here),
        (q.PEOPLE, here),
        (q.LEG_AT_COUNTER, here),
        (q.MESSAGES, {**here, "after": now - timedelta(minutes=MESSAGE_MINUTES)}),
    )
    people = {row.id: row.display_name for row in known}
    mine = [
        current_view(setup, row, people)
        for row in waiting
        if setup.services_by_id[row.service_id].slug in counter["services"]
    ]
    delivery = None
    # Both were read one after the other: where the ticket has just come or gone, the next look shows it.
    if counter["ticket"] is not None and at_counter:
        leg = at_counter[0]
        delivery = delivery_of(
            context, lobbies, setup, leg.call_revision, service_id=leg.service_id, counter_id=counter_id
        )
        counter["ticket"] = _at_hand(context, setup, at_counter[0], people, language)
    elif counter["ticket"] is not None:
        counter["ticket"] = None
    return {
        "counter": counter,
        "waiting": mine,
        "parked": [current_view(setup, row, people) for row in parked],
        "waiting_elsewhere": len(waiting) - len(mine),
        "delivery": asdict(delivery) if delivery else None,
        "screen_troubles": screen_troubles(context, setup, now),
        "day_ends_at": _iso(day_ends_at(setup, now)),
        "undo": undoable(context, setup.id, counter_id, state.revision) if counter["state"] != "closed" else None,
        "rules": asdict(setup.desk),
        "classes": [each.name for each in setup.rules.classes],
        "profiles": [profile.name for profile in setup.profiles],
        "profile": counter["profile"],
        "people": [{"id": row.id, "name": row.display_name} for row in known],
        "messages": [
            {"revision": row.revision, "at": iso(row.at), "text": row.data["text"], "by": row.data["by"]}
            for row in reversed(messages)
        ],
        "revision": state.revision,
        "server_time": iso(now),
    }


def _at_hand(
    context: Context, setup: BranchSetup, row: Row, people: Mapping[int, str], language: str
) -> dict[str, Any]:
    """Return the ticket at a counter with all that its clerk may want to know."""
    service = setup.services_by_id.get(row.service_id)
    outcomes = service.outcomes if service else ()
    services = (setup.services_by_id.get(service_id) for service_id in row.t_next_services)
    return {
        **current_view(setup, row, people),
        "facts": row.rule_facts or {},
        "outcomes": [
            {"code": each.code, "name": pick(each.name, language, setup.default_language)} for each in outcomes
        ],
        "notes": notes_of(context, row.t_id),
        "next_services": [service.slug for service in services if service],
    }


def notes_of(context: Context, ticket_id: int) -> list[dict[str, str]]:
    """Return the notes on a ticket, oldest first: `{at, author, text}`."""
    rows = context.database.look((q.NOTES_OF_TICKET, {"ticket_id": ticket_id}))[0]
    return [{"at": iso(row.at), "author": row.author, "text": row.text} for row in rows]


def at_counter(context: Context, counter_id: int) -> Served | None:
    """Return who is at a counter, as an action would have left them; None where nobody is."""
    setup = context.setup(context.branch_of_counter(counter_id))
    rows = context.database.look((q.LEG_AT_COUNTER, {"counter_id": counter_id}))[0]
    if not rows:
        return None
    leg = LegRecord(**{name: getattr(rows[0], name) for name in q.LEG_COLUMNS})
    return Served(setup, ticket_of(rows[0]), leg, rows[0].t_token, leg.rule, leg.rule_facts)


def branches(context: Context) -> list[dict[str, Any]]:
    """Return slug and name of every branch."""
    with context.database.reading() as connection:
        rows = connection.execute(select(Branch.slug, Branch.name).order_by(Branch.id))
        return [{"slug": row.slug, "name": row.name} for row in rows]


@dataclass(frozen=True)
class LiveFigures:
    """How a branch stands now: waiting and longest wait in seconds by service, counters by state, unfinished slips."""

    waiting: dict[str, tuple[int, float]]
    counters: dict[str, int]
    unfinished_slips: int


def live_figures(context: Context, slug: str) -> LiveFigures:
    """Return how a branch stands now."""
    setup = context.setup(slug)
    now = context.clock.now()
    counts, sessions = context.database.look(
        (q.WAITING_COUNTS, {"branch_id": setup.id}), (q.OPEN_SESSIONS, {"branch_id": setup.id})
    )
    with context.database.reading() as connection:
        unfinished = connection.execute(
            select(func.count(PrintJob.id)).where(PrintJob.branch_id == setup.id, UNFINISHED)
        ).scalar_one()
    by_service = {row.service_id: (row.count, (now - row.oldest).total_seconds()) for row in counts}
    paused = sum(row.paused_at is not None for row in sessions)
    return LiveFigures(
        waiting={service.slug: by_service.get(service.id, (0, 0.0)) for service in setup.called_services},
        counters={
            "open": len(sessions) - paused,
            "paused": paused,
            "closed": len(setup.present_counters) - len(sessions),
        },
        unfinished_slips=unfinished,
    )
