"""Records of days in which anything may happen: chosen by hypothesis, made through the operations by a clock that obeys."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeVar

from hypothesis import strategies as st

from queue_app.clock import SimulatedClock
from queue_app.domain.branch import BranchSetup
from queue_app.domain.business_day import day_bounds
from queue_app.domain.errors import QueueError
from queue_app.operations import counters, desk_actions, rules_setup, serve
from queue_app.operations import undo as undoing
from queue_app.operations.close_day import close_day, close_day_if_over
from queue_app.operations.serve import Destination
from queue_app.operations.take_ticket import TakeTicket, take_ticket
from queue_app.operations.unit_of_work import Actor, Committed, Context
from queue_app.store.session import Database
from tests.conftest import MORNING
from tests.factories import create_brno

T = TypeVar("T")

SERVICES = ("ids", "driving", "cash")
OUTCOMES = [{"code": "resolved", "name": {"en": "Resolved"}}, {"code": "sent_home", "name": {"en": "Sent home"}}]
PROFILES: dict[str, Any] = {
    "cash only": {"services": ["cash"]},
    "in order": {"services": ["cash", "ids"], "manner": "service_order"},
    "everything": {"services": list(SERVICES), "manner": "target_ratio"},
}
CLASSES = ([{"name": "pregnant"}, {"name": "booked"}], [{"name": "vip", "handling": "head_start", "minutes": 15}], [])
REFUSALS = frozenset(
    {
        "nobody_waiting", "counter_busy", "counter_closed", "counter_paused", "counter_not_paused", "counter_taken",
        "not_your_counter", "already_at_counter", "no_ticket_at_counter", "state_forbids", "nothing_to_undo", "undo_too_late",
        "invalid_value", "not_allowed",
    }
)  # fmt: skip

STARTS = (
    MORNING,
    datetime(2026, 3, 4, 22, 58, 59, 999_600, tzinfo=UTC),
    datetime(2026, 3, 28, 21, 47, 3, 123_456, tzinfo=UTC),  # the night has no hour from two to three
    datetime(2026, 10, 24, 20, 44, 58, 1, tzinfo=UTC),  # the night has it twice
)
MILLISECOND, SECOND, MINUTE = 1000, 1_000_000, 60_000_000
PAUSES = (
    0,
    MILLISECOND,
    700 * MILLISECOND,
    4 * SECOND,
    11 * SECOND,
    19 * SECOND,
    50 * SECOND,
    4 * MINUTE,
    16 * MINUTE,
    95 * MINUTE,
)
"""How long nothing happens, in µs; most undoing needs less than 20 seconds."""

ANYWHERE = ("take",) * 16 + ("note", "set_rules", "long_pause", "close_day", "close_day_if_over", "end_wrap_ups")
NOBODY_SITS = ("open_counter",) * 8
SOMEBODY_FREE = (
    "call_next", "call_next", "call_next", "call_next", "call_next", "call_next", "call_ticket", "call_ticket", "call_ticket",
    "serve_without_ticket", "serve_without_ticket", "wrap_up", "wrap_up", "wrap_up", "wrap_up", "pause", "resume", "resume", "resume", "close_counter", "change_profile", "take_over",
)  # fmt: skip
SOMEBODY_BUSY = (
    "start", "start", "start", "recall", "recall", "recall", "recall", "resume", "finish", "finish", "finish", "finish", "call_next", "no_show", "no_show",
    "no_show", "give_back", "give_back", "park", "park", "transfer", "transfer", "transfer", "add_service", "add_service", "serve_without_ticket", "pause",
    "take_over",
)  # fmt: skip
SOMEBODY_WAITS = ("move", "move", "cancel", "leave")
SOMEBODY_GONE = ("reopen", "reopen")
SOMETHING_DONE = ("undo",) * 48


class Step(NamedTuple):
    """One thing that happens, `after` µs; by the number `pick` is chosen what, and everything about it."""

    after: int
    pick: int


@dataclass(frozen=True)
class Course:
    """A course of events: when it begins, how the branch is set up, and what happens."""

    start: datetime
    cut_over_hour: int
    finish_on_next: bool
    confirm_arrival: bool
    steps: Sequence[Step]


def courses(steps: int) -> st.SearchStrategy[Course]:
    """Return the strategy for courses of so many steps."""
    after = st.builds(int.__add__, st.sampled_from(PAUSES), st.integers(0, 2000))
    # Of larger numbers hypothesis prefers the small ones.
    step = st.builds(Step, after, st.integers(0, 2**24 - 1))
    return st.builds(
        Course,
        st.sampled_from(STARTS),
        st.sampled_from((3, 3, 0, 2)),
        st.sampled_from((True, True, False)),
        st.sampled_from((False, False, True)),
        st.lists(step, min_size=steps, max_size=steps),
    )


class Pick:
    """Chooses again and again, by one number."""

    def __init__(self, number: int) -> None:
        """Choose by `number`; 0 chooses the first of everything."""
        self._left = number

    def of(self, options: Sequence[T]) -> T:
        """Return one of `options`."""
        self._left, place = divmod(self._left, len(options))
        return options[place]


@dataclass
class _Known:
    """What the office remembers of a leg."""

    ticket_id: int
    state: str
    counter_id: int | None


class Office:
    """A branch of its own in which a course of events happens; three clerks, a manager, three counters."""

    def __init__(self, database: Database, slug: str, course: Course) -> None:
        """Set up the branch `slug` and let the whole course happen."""
        self.clock = SimulatedClock(course.start)
        self.context = Context(database, self.clock, self._published)
        self.slug = slug
        self._legs: dict[int, _Known] = {}
        self._tokens: dict[int, str] = {}
        self._sitting: dict[int, int | None] = {}
        self._last_counter: int | None = None
        self._last_acted = course.start
        self._brno = create_brno(
            self.context,
            slug,
            cut_over_hour=course.cut_over_hour,
            finish_on_next=course.finish_on_next,
            confirm_arrival=course.confirm_arrival,
        )
        self._counters = self._brno.counters[:3]
        self._manager = self._brno.actor("marta")
        self._people = [self._brno.users[name] for name in ("alena", "bohdan", "marta")]
        for name, profile in PROFILES.items():
            rules_setup.set_profile(self.context, slug, self._manager, name, profile)
        rules_setup.set_outcomes(self.context, slug, self._manager, "ids", OUTCOMES)
        rules_setup.set_desk(self.context, slug, self._manager, {"wrap_up_seconds": 10})
        self._brno.open(0)
        self._brno.open(1)
        for step in course.steps:
            self.clock.advance(microseconds=step.after)
            self._do(step)

    @property
    def setup(self) -> BranchSetup:
        """How the branch is set up."""
        return self.context.setup(self.slug)

    def _do(self, step: Step) -> None:
        pick = Pick(step.pick)
        action: Callable[[Pick], Any] = getattr(self, f"_{pick.of(self._possible())}")
        try:
            action(pick)
        except QueueError as refusal:
            assert refusal.code in REFUSALS, refusal

    def _published(self, committed: Committed) -> None:
        for leg in committed.legs.values():
            self._legs[leg.id] = _Known(leg.ticket_id, str(leg.state), leg.counter_id)
        for event in committed.events:
            for gone in event.data.get("gone", ()):
                del self._legs[gone]
            if event.kind == "counter_opened" and event.counter_id is not None:
                self._sitting[event.counter_id] = event.user_id
            elif event.kind == "counter_closed" and event.counter_id is not None:
                del self._sitting[event.counter_id]
        acted = next((event for event in committed.events if event.counter_id is not None), None)
        if acted is not None:
            self._last_counter = acted.counter_id if acted.kind.startswith(("ticket_", "service_")) else None
            self._last_acted = acted.at

    def _possible(self) -> Sequence[str]:
        """Return what might happen now; a few of those are refused."""
        states = {leg.state for leg in self._legs.values()}
        busy = len(self._busy())
        possible = [*ANYWHERE]
        possible += NOBODY_SITS * (len(self._counters) - len(self._sitting))
        possible += SOMEBODY_FREE * 2 if len(self._sitting) > busy else ()
        possible += SOMEBODY_BUSY * 2 if busy else ()
        possible += SOMEBODY_WAITS * 2 if states & {"waiting", "parked"} else ()
        possible += SOMEBODY_GONE * 2 if states & {"finished", "no_show", "cancelled"} else ()
        just_now = self.clock.now() - self._last_acted < timedelta(seconds=22)
        possible += SOMETHING_DONE if just_now and self._last_counter in self._sitting else ()
        return possible

    def _busy(self) -> set[int | None]:
        return {leg.counter_id for leg in self._legs.values() if leg.state in ("called", "serving")}

    # --- who and where ---------------------------------------------------------------------------------------------------

    def _actor(self, user_id: int | None) -> Actor:
        return next(self._brno.actor(name) for name, each in self._brno.users.items() if each == user_id)

    def _at(self, pick: Pick, *, busy: bool) -> tuple[Context, int, Actor]:
        """Return a counter where somebody sits, mostly one that has a visitor or has none, and who acts there."""
        has_visitor = self._busy()
        wanted = [each for each in self._sitting if (each in has_visitor) == busy]
        anywhere = wanted or list(self._sitting) or self._counters
        return self._place(pick, pick.of(pick.of((anywhere,) * 7 + (self._counters,))))

    def _place(self, pick: Pick, counter_id: int) -> tuple[Context, int, Actor]:
        own = self._actor(self._sitting.get(counter_id, self._manager.user_id))
        return self.context, counter_id, pick.of((own, own, own, own, own, self._manager))

    def _ticket(self, pick: Pick, *states: str) -> int:
        """Return somebody in one of these states; where there is nobody, anybody."""
        last: Mapping[int, str] = {leg.ticket_id: leg.state for _, leg in sorted(self._legs.items())}
        those = [ticket_id for ticket_id, state in last.items() if state in states] or list(last)
        if not those:
            raise QueueError("nobody_waiting")
        return pick.of(those)

    def _destination(self, pick: Pick) -> Destination:
        service = pick.of((*SERVICES, None))
        counter_id = pick.of((None, None, *self._counters))
        user_id = None if counter_id else pick.of((None, *self._people))
        return Destination(service, counter_id, user_id, pick.of(("keep", "first", "last")))

    # --- visitors --------------------------------------------------------------------------------------------------------

    def _take(self, pick: Pick) -> None:
        service = pick.of(SERVICES)
        booked = pick.of((None, None, None, -30, 0, 20, 90))
        person = pick.of((None, None, None, None, "alena", "marta"))
        wish = TakeTicket(
            service,
            priority=pick.of(("standard", "standard", *(each.name for each in self.setup.rules.classes))),
            channel=pick.of(("kiosk", "web", "staff")),
            wanted_language=pick.of((None, None, None, "cs", "de")),
            booked_for=None if booked is None else self.clock.now() + timedelta(minutes=booked),
            user_id=None if person is None else self._brno.users[person],
        )
        taken = take_ticket(self.context, self._brno.forecasts, self.slug, wish)
        self._tokens[taken.ticket.id] = taken.token

    def _leave(self, pick: Pick) -> None:
        ticket_id = self._ticket(pick, "waiting", "called", "parked")
        if ticket_id in self._tokens:
            serve.cancel(self.context, self._tokens[ticket_id])

    # --- at a counter ----------------------------------------------------------------------------------------------------

    def _call_next(self, pick: Pick) -> None:
        place = self._at(pick, busy=pick.of((False, False, True)))
        serve.call_next(*place, service=pick.of((None, None, None, *SERVICES)), outcome=pick.of((None, "resolved")))

    def _call_ticket(self, pick: Pick) -> None:
        context, counter_id, actor = self._at(pick, busy=False)
        serve.call_ticket(context, counter_id, self._ticket(pick, "waiting", "parked"), actor)

    def _recall(self, pick: Pick) -> None:
        serve.recall(*self._at(pick, busy=True))

    def _start(self, pick: Pick) -> None:
        serve.start(*self._at(pick, busy=True))

    def _finish(self, pick: Pick) -> None:
        place = self._at(pick, busy=True)
        serve.finish(*place, outcome=pick.of((None, "resolved", "sent_home")), wrap_up=pick.of((None, True, False)))

    def _no_show(self, pick: Pick) -> None:
        serve.no_show(*self._at(pick, busy=True))

    def _give_back(self, pick: Pick) -> None:
        place = self._at(pick, busy=True)
        serve.return_to_queue(*place, position=pick.of(("keep", "first", "last")), minutes=pick.of((0, 1, 30)))

    def _park(self, pick: Pick) -> None:
        serve.park(*self._at(pick, busy=True), user_id=pick.of((None, *self._people)))

    def _transfer(self, pick: Pick) -> None:
        serve.transfer(*self._at(pick, busy=True), self._destination(pick))

    def _add_service(self, pick: Pick) -> None:
        desk_actions.add_service(*self._at(pick, busy=True), pick.of(SERVICES))

    def _serve_without_ticket(self, pick: Pick) -> None:
        desk_actions.serve_without_ticket(*self._at(pick, busy=pick.of((False, True))), pick.of(SERVICES))

    def _undo(self, pick: Pick) -> None:
        undoing.undo(*self._place(pick, pick.of((self._last_counter or self._counters[0],) * 7 + (self._counters[1],))))

    # --- anywhere --------------------------------------------------------------------------------------------------------

    def _cancel(self, pick: Pick) -> None:
        ticket_id = self._ticket(pick, "called", "waiting", "parked")
        reason = pick.of((None, "left", "undone"))
        desk_actions.cancel_ticket(self.context, self.slug, ticket_id, self._manager, reason)

    def _reopen(self, pick: Pick) -> None:
        ticket_id = self._ticket(pick, "finished", "no_show", "cancelled")
        desk_actions.reopen(self.context, self.slug, ticket_id, self._manager)

    def _move(self, pick: Pick) -> None:
        ticket_id = self._ticket(pick, "waiting", "parked")
        desk_actions.move_ticket(self.context, self.slug, ticket_id, self._manager, self._destination(pick))

    def _note(self, pick: Pick) -> None:
        ticket_id = self._ticket(pick, "waiting", "called", "serving")
        desk_actions.add_note(self.context, self.slug, ticket_id, self._manager, "came twice")

    # --- counters --------------------------------------------------------------------------------------------------------

    def _open_counter(self, pick: Pick) -> None:
        number = pick.of((0, 1, 2))
        own = self._brno.actor(("alena", "bohdan", "oskar")[number])
        profile = pick.of((None, *PROFILES))
        counters.open_counter(self.context, self._counters[number], pick.of((own, own, self._manager)), profile)

    def _take_over(self, pick: Pick) -> None:
        context, counter_id, _ = self._at(pick, busy=pick.of((True, True, False)))
        counters.open_counter(context, counter_id, self._manager, pick.of((None, *PROFILES)), take_over=True)

    def _pause(self, pick: Pick) -> None:
        counters.pause_counter(*self._at(pick, busy=pick.of((False, False, True))))

    def _resume(self, pick: Pick) -> None:
        counters.resume_counter(*self._at(pick, busy=pick.of((False, False, True))))

    def _wrap_up(self, pick: Pick) -> None:
        counters.begin_wrap_up(*self._at(pick, busy=False))

    def _end_wrap_ups(self, pick: Pick) -> None:
        counters.end_wrap_ups(self.context, self.slug)

    def _close_counter(self, pick: Pick) -> None:
        counters.close_counter(*self._at(pick, busy=False))

    def _change_profile(self, pick: Pick) -> None:
        context, counter_id, _ = self._at(pick, busy=False)
        rules_setup.set_session_profile(context, counter_id, self._manager, pick.of(tuple(PROFILES)))

    # --- managers, and time ----------------------------------------------------------------------------------------------

    def _set_rules(self, pick: Pick) -> None:
        rules_setup.set_rules(self.context, self.slug, self._manager, {"classes": pick.of(CLASSES)})

    def _long_pause(self, pick: Pick) -> None:
        """Let nothing happen for hours, or until the cut-over, or until just after it, or for days."""
        setup, now = self.setup, self.clock.now()
        days = (
            day_bounds(now.astimezone(setup.zone).date() - timedelta(days=n), setup.zone, setup.cut_over_hour)
            for n in (1, 0)
        )
        cut_over = next(end for _, end in days if end > now)
        self.clock.set(
            pick.of(
                (
                    now + timedelta(hours=5),
                    cut_over,
                    cut_over - timedelta(microseconds=1),
                    cut_over + timedelta(minutes=7),
                    cut_over + timedelta(days=2, hours=3),
                )
            )
        )

    def _close_day(self, pick: Pick) -> None:
        close_day(self.context, self.slug)

    def _close_day_if_over(self, pick: Pick) -> None:
        close_day_if_over(self.context, self.slug)
