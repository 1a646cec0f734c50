"""Named statements of the hot path, and named reads for the doors and the screens."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Integer,
    Select,
    and_,
    bindparam,
    delete,
    func,
    literal,
    or_,
    select,
    text,
    true,
    tuple_,
    union,
    union_all,
)

from queue_app.domain.events import LegRecord
from queue_app.store.models import (
    Branch,
    BranchState,
    Counter,
    CounterPause,
    CounterSession,
    Leg,
    NumberSeries,
    PrintJob,
    Service,
    Ticket,
    TicketEvent,
    TicketNote,
    User,
    UserRole,
    WorkProfile,
)
from queue_app.store.prepared import Prepared, insert_into, update_of
from queue_app.store.running_tables import AuditEntry
from queue_app.store.types import UtcTime

_state = BranchState.__table__.c
_ticket = Ticket.__table__.c
_leg = Leg.__table__.c
_event = TicketEvent.__table__.c
_session = CounterSession.__table__.c
_series = NumberSeries.__table__.c
_note = TicketNote.__table__.c
_service = Service.__table__.c


LEG_COLUMNS = tuple(LegRecord.__dataclass_fields__)
TICKET_COLUMNS = (
    "id", "label", "series", "number", "service_id", "business_date", "language", "priority", "channel", "issued_at",
    "state", "ended_at", "next_services", "token",
)  # fmt: skip

# --- the lock, the revision, the day -----------------------------------------------------------------------------

LOCK_STATE = Prepared(
    select(_state.revision, _state.settings_revision, _state.business_date)
    .where(_state.branch_id == bindparam("branch_id"))
    .with_for_update()
)
READ_STATE = Prepared(
    select(_state.revision, _state.settings_revision, _state.business_date).where(
        _state.branch_id == bindparam("branch_id")
    )
)
RAISE_REVISION = update_of(
    BranchState.__table__,  # type: ignore[arg-type]
    ["revision", "settings_revision", "business_date"],
    _state.branch_id == bindparam("branch"),
    _state.revision == bindparam("old_revision"),
)
INSERT_EVENT = insert_into(TicketEvent.__table__)  # type: ignore[arg-type]

# --- numbers -------------------------------------------------------------------------------------------------------

LAST_NUMBER = Prepared(
    select(_series.last)
    .join(BranchState, and_(_state.branch_id == _series.branch_id, _state.business_date == _series.business_date))
    .where(_series.branch_id == bindparam("branch_id"), _series.series == bindparam("series"))
)
NUMBERS_TODAY = Prepared(
    select(_series.series, _series.last)
    .join(BranchState, and_(_state.branch_id == _series.branch_id, _state.business_date == _series.business_date))
    .where(_series.branch_id == bindparam("branch_id"))
)
INSERT_SERIES = insert_into(NumberSeries.__table__)  # type: ignore[arg-type]
UPDATE_SERIES = update_of(
    NumberSeries.__table__,  # type: ignore[arg-type]
    ["last"],
    _series.branch_id == bindparam("branch"),
    _series.business_date == bindparam("date"),
    _series.series == bindparam("name"),
    _series.last == bindparam("old_last"),
)
TAKEN_TODAY = Prepared(
    select(func.count(_ticket.id).label("count"))
    .join(BranchState, and_(_state.branch_id == _ticket.branch_id, _state.business_date == _ticket.business_date))
    .where(_ticket.branch_id == bindparam("branch_id"), _ticket.service_id == bindparam("service_id"))
)

TAKEN_BY_SERVICE = Prepared(
    select(_ticket.service_id, func.count(_ticket.id).label("count"))
    .join(BranchState, and_(_state.branch_id == _ticket.branch_id, _state.business_date == _ticket.business_date))
    .where(_ticket.branch_id == bindparam("branch_id"))
    .group_by(_ticket.service_id)
)

# --- tickets and legs ----------------------------------------------------------------------------------------------

INSERT_TICKET = insert_into(Ticket.__table__)  # type: ignore[arg-type]
INSERT_LEG = insert_into(Leg.__table__)  # type: ignore[arg-type]
UPDATE_TICKET = update_of(
    Ticket.__table__,  # type: ignore[arg-type]
    ["state", "ended_at", "next_services"],
    _ticket.id == bindparam("ticket"),
)
DELETE_LEG = Prepared(delete(Leg.__table__).where(_leg.id == bindparam("leg"), _leg.state == bindparam("old_state")))  # type: ignore[arg-type]
"""Only for a leg that the undone step had opened and nobody has touched since."""


@cache
def update_leg(changed: tuple[str, ...]) -> Prepared:
    """Return the update of just the `changed` columns of a leg, guarded by the state it was read in.

    Just those, because an index is written anew for every column named, changed or not.
    """
    return update_of(Leg.__table__, changed, _leg.id == bindparam("leg"), _leg.state == bindparam("old_state"))  # type: ignore[arg-type]


def _legs_with_tickets() -> Select[tuple[object, ...]]:
    """Select everything of a leg, and of its ticket with names that begin with `ticket_`."""
    return select(
        *(_leg[name] for name in LEG_COLUMNS),
        *(_ticket[name].label(f"t_{name}") for name in TICKET_COLUMNS),
    ).join(Ticket, _ticket.id == _leg.ticket_id)


# Written out, not bound: SQLite uses a partial index only where its condition stands in the statement word for word.
_open = text("leg.state IN ('waiting', 'called', 'serving', 'parked')")
_at_counter = text("leg.state IN ('called', 'serving')")
_waiting = text("leg.state = 'waiting'")

LEG_AT_COUNTER = Prepared(_legs_with_tickets().where(_leg.counter_id == bindparam("counter_id"), _at_counter))
LEGS_AT_COUNTERS = Prepared(_legs_with_tickets().where(_leg.branch_id == bindparam("branch_id"), _at_counter))
LAST_LEG_OF_TICKET = Prepared(
    _legs_with_tickets().where(_leg.ticket_id == bindparam("ticket_id")).order_by(_leg.sequence.desc()).limit(1)
)
LEG_BY_ID = Prepared(_legs_with_tickets().where(_leg.id == bindparam("leg_id")))
OPEN_LEGS = Prepared(_legs_with_tickets().where(_leg.branch_id == bindparam("branch_id"), _open).order_by(_leg.id))
TICKET_BY_TOKEN = Prepared(select(_ticket.id, _ticket.branch_id).where(_ticket.token == bindparam("token")))

TOKEN_OF_TICKET = Prepared(
    select(_ticket.token).where(_ticket.id == bindparam("ticket_id"), _ticket.branch_id == bindparam("branch_id"))
)

_PLAIN = (
    "{0}.state = 'waiting' AND {0}.not_before IS NULL AND {0}.reserved_counter_id IS NULL"
    " AND {0}.reserved_user_id IS NULL AND {0}.wanted_language IS NULL AND {0}.booked_for IS NULL"
)
"""Waiting with nothing particular about it, so that of a queue only the first has to be looked at."""


def _first_plain(name: str, *order: str, rank: Any = None, before: Any = None) -> Any:
    """Return the id of the first leg without wishes of a service (and rank, and come `before` a moment), by these columns."""
    head = Leg.__table__.alias(name)
    conditions = [] if rank is None else [head.c.rank == rank]
    if before is not None:
        conditions.append(head.c.enqueued_at < before)
    return (
        select(head.c.id)
        .where(
            head.c.branch_id == bindparam("branch_id"),
            head.c.service_id == _service.id,
            text(_PLAIN.format(name)),
            *conditions,
        )
        .order_by(*(head.c[column] for column in order))
        .limit(1)
    )


@cache
def heads(ranks: int, overdue: bool) -> Prepared:
    """Return the read of whom `discipline.choose` has to know, each with its ticket.

    That is of each service the first without wishes, everybody with wishes, and on demand more.

    Args:
        ranks: 0 where the more important class always goes first; else of how many classes each one's first is needed.
        overdue: whether also the one that has waited longest is needed, of those who came before `overdue_before`: nobody
            else can have waited past a longest wait.
    """
    services = _service.branch_id == bindparam("branch_id")
    if ranks:
        numbers = union_all(*(select(literal(rank).label("rank")) for rank in range(ranks))).subquery("ranks")
        first = _first_plain("head", "position", "id", rank=numbers.c.rank).correlate(Service, numbers)
        found = [
            select(first.scalar_subquery().label("leg_id")).select_from(Service).join(numbers, true()).where(services)
        ]
    else:
        first = _first_plain("head", "rank", "position", "id").correlate(Service)
        found = [select(first.scalar_subquery().label("leg_id")).where(services)]
    if overdue:
        before = bindparam("overdue_before", type_=UtcTime())
        longest = _first_plain("oldest", "enqueued_at", "position", "id", before=before).correlate(Service)
        found.append(select(longest.scalar_subquery().label("leg_id")).where(services))
    wish = Leg.__table__.alias("wish")
    wishes = text(
        "wish.state = 'waiting' AND (wish.not_before IS NOT NULL OR wish.reserved_counter_id IS NOT NULL"
        " OR wish.reserved_user_id IS NOT NULL OR wish.wanted_language IS NOT NULL OR wish.booked_for IS NOT NULL)"
    )
    found.append(select(wish.c.id.label("leg_id")).where(wish.c.branch_id == bindparam("branch_id"), wishes))
    # PostgreSQL would otherwise look at every leg and ask of each whether it is a head. A union names nobody twice.
    ids = union(*found).cte("heads").prefix_with("MATERIALIZED", dialect="postgresql")
    return Prepared(_legs_with_tickets().join(ids, ids.c.leg_id == _leg.id))


AHEAD = Prepared(
    select(func.count(_leg.id).label("count")).where(
        _leg.branch_id == bindparam("branch_id"),
        _leg.service_id == bindparam("service_id"),
        _waiting,
        # The whole order in which HEADS calls: two who came in the same instant are not both the first.
        tuple_(_leg.rank, _leg.position, _leg.id)
        < tuple_(
            bindparam("rank", type_=Integer()),
            bindparam("position", type_=BigInteger()),
            bindparam("leg_id", type_=BigInteger()),
        ),
    )
)

WAITING_BY_RANK = Prepared(
    select(_leg.service_id, _leg.rank, func.count(_leg.id).label("count"))
    .where(_leg.branch_id == bindparam("branch_id"), _waiting)
    .group_by(_leg.service_id, _leg.rank)
)

# --- requests that are made twice ------------------------------------------------------------------------------------

EVENT_OF_REQUEST = Prepared(
    select(_event.revision, _event.kind, _event.ticket_id, _event.leg_id, _event.request_key, _event.rule).where(
        _event.branch_id == bindparam("branch_id"), _event.request_id == bindparam("request_id")
    )
)

EVENTS_OF_COUNTER = Prepared(
    select(*_event)
    .where(
        _event.branch_id == bindparam("branch_id"),
        _event.revision > bindparam("since"),
        _event.counter_id == bindparam("counter_id"),
    )
    .order_by(_event.revision.desc())
    .limit(8)
)
EVENTS_OF_TICKET = Prepared(
    select(*_event)
    .where(
        _event.branch_id == bindparam("branch_id"),
        _event.revision >= bindparam("issued"),
        # New classes give everybody who waits another rank, in one event that names no ticket.
        or_(_event.ticket_id == bindparam("ticket_id"), _event.kind == "settings_changed"),
    )
    .order_by(_event.revision)
)

# --- counters --------------------------------------------------------------------------------------------------------

OPEN_SESSION = Prepared(
    select(
        _session.id, _session.counter_id, _session.user_id, _session.actor, _session.actor_name, _session.profile_id,
        _session.languages, _session.turns, _session.opened_at, _session.paused_at, _session.wrap_up_at,
    ).where(_session.counter_id == bindparam("counter_id"), _session.closed_at.is_(None))
)  # fmt: skip
SESSION_OF_ACTOR = Prepared(
    select(_session.id, _session.counter_id, _session.user_id).where(
        _session.branch_id == bindparam("branch_id"),
        _session.actor == bindparam("actor"),
        _session.closed_at.is_(None),
    )
)
OPEN_SESSIONS = Prepared(
    select(
        _session.id, _session.counter_id, _session.user_id, _session.actor, _session.actor_name, _session.profile_id,
        _session.languages, _session.turns, _session.opened_at, _session.paused_at, _session.wrap_up_at,
    ).where(_session.branch_id == bindparam("branch_id"), _session.closed_at.is_(None))
)  # fmt: skip
INSERT_SESSION = insert_into(CounterSession.__table__, without=frozenset({"id"}))  # type: ignore[arg-type]


@cache
def update_session(changed: tuple[str, ...]) -> Prepared:
    """Return the update of just the `changed` columns of a session that is still open."""
    return update_of(
        CounterSession.__table__,  # type: ignore[arg-type]
        changed,
        _session.id == bindparam("session"),
        _session.closed_at.is_(None),
    )


_pause = CounterPause.__table__.c
INSERT_PAUSE = insert_into(CounterPause.__table__, without=frozenset({"id"}))  # type: ignore[arg-type]
END_PAUSE = update_of(
    CounterPause.__table__,  # type: ignore[arg-type]
    ["ended_at"],
    _pause.session_id == bindparam("session"),
    _pause.ended_at.is_(None),
)

INSERT_NOTE = insert_into(TicketNote.__table__, without=frozenset({"id"}))  # type: ignore[arg-type]
NOTES_OF_TICKET = Prepared(
    select(_note.at, _note.author, _note.text).where(_note.ticket_id == bindparam("ticket_id")).order_by(_note.id)
)
ERASE_NOTES = Prepared(delete(TicketNote.__table__).where(_note.branch_id == bindparam("branch")))  # type: ignore[arg-type]

# --- paper -------------------------------------------------------------------------------------------------------------

INSERT_PRINT_JOB = insert_into(PrintJob.__table__, without=frozenset({"id"}))  # type: ignore[arg-type]

# --- looks -------------------------------------------------------------------------------------------------------------

_user, _role = User.__table__.c, UserRole.__table__.c
USER = Prepared(
    select(_user.id)
    .join(UserRole, _role.user_id == _user.id)
    .where(
        _user.id == bindparam("user_id"),
        _user.active,
        or_(_role.branch_id.is_(None), _role.branch_id == bindparam("branch_id")),
    )
    .limit(1)
)
"""A person who works in the branch; a ticket kept for anybody else would never be called."""
CLERK = Prepared(
    select(_user.languages, _role.profile_id)
    .join(UserRole, _role.user_id == _user.id)
    .where(
        _user.id == bindparam("user_id"),
        or_(_role.branch_id.is_(None), _role.branch_id == bindparam("branch_id")),
    )
    # A profile of their own in this branch goes before none.
    .order_by(_role.profile_id.is_(None), _role.id)
    .limit(1)
)
SLUG_OF_BRANCH = Prepared(select(Branch.__table__.c.slug).where(Branch.__table__.c.id == bindparam("branch_id")))
WAITING_COUNTS = Prepared(
    select(_leg.service_id, func.count(_leg.id).label("count"), func.min(_leg.enqueued_at).label("oldest"))
    .where(_leg.branch_id == bindparam("branch_id"), _waiting)
    .group_by(_leg.service_id)
)
WAITING_LEGS = Prepared(
    _legs_with_tickets()
    .where(_leg.branch_id == bindparam("branch_id"), _waiting)
    .order_by(_leg.rank, _leg.position, _leg.id)
    .limit(500)
)
EVENTS_SINCE = Prepared(
    select(*_event)
    .where(_event.branch_id == bindparam("branch_id"), _event.revision > bindparam("since"))
    .order_by(_event.revision)
    .limit(bindparam("most"))
)
CALLS_OF_DAY = Prepared(
    _legs_with_tickets()
    .join(BranchState, and_(_state.branch_id == _ticket.branch_id, _state.business_date == _ticket.business_date))
    .where(_leg.branch_id == bindparam("branch_id"), _leg.last_called_at.is_not(None))
    # Of two calls in the same instant the one recorded later is the newer.
    .order_by(_leg.last_called_at.desc(), _leg.call_revision.desc())
    .limit(bindparam("most"))
)
LAST_CALLS = Prepared(
    _legs_with_tickets()
    .where(
        _leg.branch_id == bindparam("branch_id"),
        _leg.last_called_at >= bindparam("since"),
        _leg.counter_id.is_not(None),
    )
    .order_by(_leg.last_called_at.desc(), _leg.id.desc())
    .limit(bindparam("most"))
)
PACE = Prepared(
    select(
        _leg.service_id,
        func.count(_leg.id).label("calls"),
        func.max(_leg.last_called_at).label("last_called_at"),
    )
    .where(_leg.branch_id == bindparam("branch_id"), _leg.last_called_at >= bindparam("since"))
    .group_by(_leg.service_id)
)

# --- the desk, the whole queue, and the settings -----------------------------------------------------------------------

PARKED_FOR = Prepared(
    _legs_with_tickets()
    .where(
        _leg.branch_id == bindparam("branch_id"),
        text("leg.state = 'parked'"),
        or_(_leg.reserved_counter_id == bindparam("counter_id"), _leg.reserved_user_id == bindparam("user_id")),
    )
    .order_by(_leg.id)
)
"""Who is held for a counter or for the person who looks."""
EVERYBODY_WAITING = Prepared(
    _legs_with_tickets()
    .where(_leg.branch_id == bindparam("branch_id"), _waiting)
    .order_by(_leg.rank, _leg.position, _leg.id)
)
NOTES_BY_TICKET = Prepared(
    select(_note.ticket_id, func.count(_note.id).label("count"))
    .where(_note.branch_id == bindparam("branch_id"))
    .group_by(_note.ticket_id)
)
PEOPLE = Prepared(
    select(_user.id, _user.display_name)
    .join(UserRole, _role.user_id == _user.id)
    .where(_user.active, or_(_role.branch_id.is_(None), _role.branch_id == bindparam("branch_id")))
    .distinct()
    .order_by(_user.display_name, _user.id)
)
"""Everybody who works in the branch."""
RANKED_LEGS = Prepared(
    _legs_with_tickets()
    .join(BranchState, and_(_state.branch_id == _ticket.branch_id, _state.business_date == _ticket.business_date))
    .where(_leg.branch_id == bindparam("branch_id"), text("leg.state NOT IN ('transferred', 'expired')"))
    .order_by(_leg.id)
)
"""The legs of today that stand in a queue, or could again: whose rank has to follow the branch's classes."""

_branch, _profile = Branch.__table__.c, WorkProfile.__table__.c


@cache
def update_branch(changed: tuple[str, ...]) -> Prepared:
    """Return the update of just the `changed` columns of a branch."""
    return update_of(Branch.__table__, changed, _branch.id == bindparam("branch"))  # type: ignore[arg-type]


@cache
def update_service(changed: tuple[str, ...]) -> Prepared:
    """Return the update of just the `changed` columns of a service."""
    return update_of(Service.__table__, changed, _service.id == bindparam("service"))  # type: ignore[arg-type]


PROFILES = Prepared(
    select(_profile.id, _profile.name, _profile.manner, _profile.terms)
    .where(_profile.branch_id == bindparam("branch_id"))
    .order_by(_profile.id)
)
INSERT_AUDIT = insert_into(AuditEntry.__table__, without=frozenset({"id"}))  # type: ignore[arg-type]
INSERT_PROFILE = insert_into(WorkProfile.__table__, without=frozenset({"id"}))  # type: ignore[arg-type]
UPDATE_PROFILE = update_of(WorkProfile.__table__, ["manner", "terms"], _profile.id == bindparam("profile"))  # type: ignore[arg-type]

MESSAGES = Prepared(
    select(_event.revision, _event.at, _event.data)
    .join(BranchState, _state.branch_id == _event.branch_id)
    .where(
        _event.branch_id == bindparam("branch_id"),
        _event.revision > _state.revision - 300,
        _event.kind == "desk_message",
        _event.at > bindparam("after", type_=UtcTime()),
    )
    .order_by(_event.revision.desc())
    .limit(3)
)
"""What the desks were told lately: looked for in the last events only, since a desk asks with every look."""

_counter = Counter.__table__.c
UPDATE_COUNTER_PROFILE = update_of(Counter.__table__, ["profile_id"], _counter.id == bindparam("counter"))  # type: ignore[arg-type]
USER_OF_BRANCH = Prepared(
    select(_user.id, _user.languages, _role.profile_id)
    .join(UserRole, _role.user_id == _user.id)
    .where(_user.username == bindparam("username"), _user.active, _role.branch_id == bindparam("branch_id"))
    .limit(1)
)
UPDATE_LANGUAGES = update_of(User.__table__, ["languages"], _user.id == bindparam("user"))  # type: ignore[arg-type]
UPDATE_OWN_PROFILE = update_of(
    UserRole.__table__,  # type: ignore[arg-type]
    ["profile_id"],
    _role.user_id == bindparam("user"),
    _role.branch_id == bindparam("branch"),
)
