"""Whatever clerks, visitors and managers do, in any order: no ticket is lost, doubled or stuck, and the record tells it all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from queue_app.clock import SimulatedClock
from queue_app.config import Settings
from queue_app.domain.discipline import Rule
from queue_app.domain.errors import QueueError
from queue_app.domain.events import Event, Kind
from queue_app.domain.tickets import AT_COUNTER, OPEN_STATES
from queue_app.operations import counters, desk_actions, rules_setup, serve
from queue_app.operations import undo as undoing
from queue_app.operations.choosing import choose_at
from queue_app.operations.close_day import DAY_CLOSED, close_day, close_day_if_over
from queue_app.operations.serve import Destination
from queue_app.operations.unit_of_work import Actor, Committed, Context
from queue_app.store import queries as q
from queue_app.store.models import TicketNote
from queue_app.store.session import Database
from queue_app.store.types import microseconds
from tests.conftest import MORNING
from tests.factories import create_brno
from tests.operations.line import all_faults, faults, revision_of, snapshot
from tests.servers import PostgresServer

SERVICES = ("ids", "driving", "cash")
OUTCOMES = [{"code": "done", "name": {"en": "Done"}}, {"code": "sent_home", "name": {"en": "Sent home"}}]
CLASSES = (
    [],
    [{"name": "pregnant"}, {"name": "booked"}],
    [{"name": "pregnant", "handling": "at_most", "every": 3}, {"name": "vip", "handling": "head_start", "minutes": 15}],
    [{"name": "vip", "handling": "at_least", "every": 2}, {"name": "pregnant"}],
)
PROFILES: dict[str, Any] = {
    "everything": {"services": list(SERVICES), "manner": "target_ratio"},
    "shares": {"services": [{"service": "ids", "weight": 3}, {"service": "cash", "weight": 2}, "driving"], "manner": "weighted_share"},
    "in order": {"services": ["cash", "ids"], "manner": "service_order"},
}  # fmt: skip
REFUSALS = {
    "nobody_waiting", "counter_busy", "counter_closed", "counter_paused", "counter_not_paused", "counter_taken", "not_your_counter",
    "already_at_counter", "no_ticket_at_counter", "state_forbids", "outcome_needed", "no_show_too_early", "nothing_to_undo",
    "undo_too_late", "invalid_value", "service_closed",
}  # fmt: skip
CLERK = st.sampled_from(("own", "own", "own", "own", "own", "alena", "marta"))
SERVICE = st.sampled_from(SERVICES)
POSITION = st.sampled_from(("keep", "first", "last"))
OUTCOME = st.sampled_from((None, "done", "done", "unheard_of"))
ANY = st.integers(0, 10_000)
COUNTER = st.integers(0, 23)


class Line(RuleBasedStateMachine):
    """Three clerks and a manager at three counters, visitors with and without wishes, rules that change, a clock."""

    new_database: Callable[[Path], str]

    def __init__(self) -> None:
        """Begin with an empty branch."""
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.database = Database(type(self).new_database(self.folder), pool_size=2)
        self.clock = SimulatedClock(MORNING)
        self.context = Context(self.database, self.clock, self._published)
        self.brno = create_brno(self.context, finish_on_next=True)
        self.events: list[Event] = []
        self.issued: dict[int, str] = {}
        self.rows = snapshot(self.context)
        self.before: dict[int, tuple[Any, list[Event]]] = {}
        for name, profile in PROFILES.items():
            rules_setup.set_profile(self.context, "brno", self.brno.actor("marta"), name, profile)
        rules_setup.set_outcomes(self.context, "brno", self.brno.actor("marta"), "ids", OUTCOMES)

    def _published(self, committed: Committed) -> None:
        self.events.extend(committed.events)
        for event in committed.events:
            if event.kind == Kind.TICKET_ISSUED:
                assert event.ticket_id is not None and event.ticket_id not in self.issued
                self.issued[event.ticket_id] = event.data["label"]

    def teardown(self) -> None:
        """See that the record rebuilds everything and that everybody left can still be served; then throw the branch away."""
        try:
            assert all_faults(self.context) == []
            self._serve_everybody_left()
            assert all_faults(self.context) == []
        finally:
            self.database.dispose()
            shutil.rmtree(self.folder)

    # --- helpers ---------------------------------------------------------------------------------------------------------

    def _attempt(self, action: Callable[[], Any], counter: int | None = None) -> Any:
        """Do something; what is refused changes nothing. What is done at a counter is remembered, to be undone."""
        before = self.rows
        revision = revision_of(self.context)
        self.events = []
        try:
            result = action()
        except QueueError as refusal:
            assert refusal.code in REFUSALS, refusal
            # The day may have ended before it was refused, nothing else.
            assert self.events == [] or self.events[0].reason == DAY_CLOSED, (refusal, self.events)
            now = self._look()
            assert self.events or now == before
            return None
        self._look()
        assert revision_of(self.context) == revision + len(self.events)
        if counter is not None and self.events and not any(event.reason == DAY_CLOSED for event in self.events):
            self.before[counter] = (before, list(self.events))
        return result

    def _look(self) -> Any:
        self.rows = snapshot(self.context)
        return self.rows

    def _counter(self, pick: int, *, busy: bool) -> int:
        """Return one of three counters, mostly one that has a ticket, or where somebody sits and has none."""
        _, legs, sessions = self.rows
        has_ticket = {leg["counter_id"] for leg in legs.values() if leg["state"] in AT_COUNTER}
        is_open = {each["counter_id"] for each in sessions.values() if each["closed_at"] is None}
        wanted = has_ticket if busy else is_open - has_ticket
        those = [n for n in range(3) if self.brno.counters[n] in wanted]
        return those[pick % len(those)] if those and pick % 8 else pick // 8 % 3

    def _clerk(self, counter: int, who: str) -> Actor:
        own = ("alena", "bohdan", "oskar")[counter]
        return self.brno.actor(own if who == "own" else who)

    def _place(self, counter: int, who: str) -> tuple[Context, int, Actor]:
        return self.context, self.brno.counters[counter], self._clerk(counter, who)

    def _ticket(self, pick: int, *states: str) -> int | None:
        """Return one of the tickets, of those in these states where there are any."""
        tickets = self.rows[0]
        wanted = [ticket_id for ticket_id, ticket in tickets.items() if ticket["state"] in states] or list(tickets)
        return wanted[pick % len(wanted)] if wanted else None

    # --- visitors --------------------------------------------------------------------------------------------------------

    @initialize()
    def two_clerks_sit_down_and_four_visitors_come(self) -> None:
        for counter in (0, 1):
            self._attempt(lambda counter=counter: counters.open_counter(*self._place(counter, "own")))
        for service in (*SERVICES, "ids"):
            self.clock.advance(seconds=20)
            self.brno.take(service)

    @rule(
        service=SERVICE,
        pick=ANY,
        language=st.sampled_from((None, None, "cs", "de")),
        booked=st.sampled_from((None, None, -30, 0, 20)),
        person=st.sampled_from((None, None, None, "alena", "marta")),
    )
    def take_a_number(
        self, service: str, pick: int, language: str | None, booked: int | None, person: str | None
    ) -> None:
        classes = ["standard", "standard", *(each.name for each in self.context.setup("brno").rules.classes)]
        wish = {
            "priority": classes[pick % len(classes)],
            "wanted_language": language,
            "booked_for": None if booked is None else self.clock.now() + timedelta(minutes=booked),
            "user_id": None if person is None else self.brno.users[person],
            "request_id": f"take {len(self.issued)} at {self.clock.now()}",
        }
        taken = self._attempt(lambda: self.brno.take(service, **wish))
        assert taken is not None and taken.ticket.label == self.issued[taken.ticket.id]
        again = self._attempt(lambda: self.brno.take(service, **wish))
        assert (again.ticket, again.leg, self.events) == (taken.ticket, taken.leg, [])

    @rule(service=SERVICE)
    def take_a_plain_number(self, service: str) -> None:
        self._attempt(lambda: self.brno.take(service))

    @rule(pick=ANY)
    def leave(self, pick: int) -> None:
        ticket_id = self._ticket(pick, "waiting", "parked", "called")
        if ticket_id is not None:
            token = self.rows[0][ticket_id]["token"]
            self._attempt(lambda: serve.cancel(self.context, token))

    # --- at a counter ----------------------------------------------------------------------------------------------------

    @rule(counter=COUNTER, who=CLERK, service=st.none() | SERVICE, outcome=OUTCOME)
    def call_next(self, counter: int, who: str, service: str | None, outcome: str | None) -> None:
        counter = self._counter(counter, busy=False)
        setup = self.context.setup("brno")
        here = {"branch_id": setup.id, "counter_id": self.brno.counters[counter]}
        everybody, sessions = self.context.database.look((q.EVERYBODY_WAITING, here), (q.OPEN_SESSION, here))
        only = setup.service(service).id if service is not None else None
        expected, request = None, f"call {counter} at {revision_of(self.context)}"
        if sessions:
            expected = choose_at(setup, sessions[0], everybody, microseconds(self.clock.now()), only)
        served = self._attempt(lambda: serve.call_next(*self._place(counter, who), request, service, outcome), counter)
        if served is not None:
            assert expected is not None
            assert (served.leg.id, served.rule, served.facts) == (expected.row.id, expected.rule, expected.facts)
            again = self._attempt(lambda: serve.call_next(*self._place(counter, who), request, service, outcome))
            assert (again.ticket, again.leg, again.rule, self.events) == (served.ticket, served.leg, served.rule, [])

    @rule(counter=COUNTER, who=CLERK, pick=ANY, outcome=OUTCOME)
    def call_by_hand(self, counter: int, who: str, pick: int, outcome: str | None) -> None:
        counter = self._counter(counter, busy=False)
        ticket_id = self._ticket(pick, "waiting", "parked")
        if ticket_id is not None:
            self._attempt(lambda: serve.call_ticket(self.context, self.brno.counters[counter], ticket_id, self._clerk(counter, who), outcome=outcome), counter)  # fmt: skip

    @rule(counter=COUNTER)
    def call_by_itself(self, counter: int) -> None:
        counter = self._counter(counter, busy=False)
        called = self._attempt(lambda: serve.call_by_itself(self.context, self.brno.counters[counter]), counter)
        assert called is None or self.context.setup("brno").desk.auto_call

    @rule(counter=COUNTER, who=CLERK)
    def recall(self, counter: int, who: str) -> None:
        counter = self._counter(counter, busy=True)
        self._attempt(lambda: serve.recall(*self._place(counter, who)), counter)

    @rule(counter=COUNTER, who=CLERK)
    def start(self, counter: int, who: str) -> None:
        counter = self._counter(counter, busy=True)
        self._attempt(lambda: serve.start(*self._place(counter, who)), counter)

    @rule(counter=COUNTER, who=CLERK, outcome=OUTCOME, wrap_up=st.sampled_from((None, True, False)))
    def finish(self, counter: int, who: str, outcome: str | None, wrap_up: bool | None) -> None:
        counter = self._counter(counter, busy=True)
        self._attempt(lambda: serve.finish(*self._place(counter, who), outcome=outcome, wrap_up=wrap_up), counter)

    @rule(counter=COUNTER, who=CLERK)
    def no_show(self, counter: int, who: str) -> None:
        counter = self._counter(counter, busy=True)
        self._attempt(lambda: serve.no_show(*self._place(counter, who)), counter)

    @rule(counter=COUNTER, who=CLERK, position=POSITION, minutes=st.sampled_from((0, 0, 5)))
    def give_back(self, counter: int, who: str, position: str, minutes: int) -> None:
        counter = self._counter(counter, busy=True)
        self._attempt(
            lambda: serve.return_to_queue(*self._place(counter, who), position=position, minutes=minutes), counter
        )

    @rule(counter=COUNTER, who=CLERK, person=st.sampled_from((None, "alena", "marta")))
    def park(self, counter: int, who: str, person: str | None) -> None:
        counter = self._counter(counter, busy=True)
        user_id = None if person is None else self.brno.users[person]
        self._attempt(lambda: serve.park(*self._place(counter, who), reason="a copy", user_id=user_id), counter)

    def _destination(self, service: str | None, to: str | int | None, position: str) -> Destination:
        if isinstance(to, int):
            return Destination(service, counter_id=self.brno.counters[to], position=position)
        return Destination(service, user_id=self.brno.users[to] if to is not None else None, position=position)

    @rule(counter=COUNTER, who=CLERK, service=st.none() | SERVICE, to=st.sampled_from((None, None, 0, 1, "bohdan")), position=POSITION)  # fmt: skip
    def transfer(self, counter: int, who: str, service: str | None, to: str | int | None, position: str) -> None:
        counter = self._counter(counter, busy=True)
        destination = self._destination(service, to, position)
        self._attempt(lambda: serve.transfer(*self._place(counter, who), destination), counter)

    @rule(counter=COUNTER, who=CLERK, service=SERVICE, outcome=OUTCOME)
    def serve_without_ticket(self, counter: int, who: str, service: str, outcome: str | None) -> None:
        counter = self._counter(counter, busy=False)
        self._attempt(
            lambda: desk_actions.serve_without_ticket(*self._place(counter, who), service, outcome=outcome), counter
        )

    @rule(counter=COUNTER, who=CLERK, service=SERVICE)
    def add_service(self, counter: int, who: str, service: str) -> None:
        counter = self._counter(counter, busy=True)
        self._attempt(lambda: desk_actions.add_service(*self._place(counter, who), service), counter)

    @rule(counter=COUNTER, who=CLERK)
    def undo(self, counter: int, who: str) -> None:
        acted = list(self.before)
        counter = acted[counter % len(acted)] if acted else self._counter(counter, busy=False)
        now = self.rows
        request = f"undo {counter} at {revision_of(self.context)}"
        undone = self._attempt(lambda: undoing.undo(*self._place(counter, who), request))
        if undone is not None:
            again = self._attempt(lambda: undoing.undo(*self._place(counter, who), request))
            assert (again.ticket, again.leg, again.rule, self.events) == (undone.ticket, undone.leg, undone.rule, [])
            (tickets, legs, sessions), events = self.before.pop(counter)
            assert self.clock.now() - events[0].at <= timedelta(seconds=20)
            self._expect_as_before(tickets, legs, sessions, events, now)

    def _expect_as_before(self, tickets: Any, legs: Any, sessions: Any, events: list[Event], undone: Any) -> None:
        after = self.rows
        touched = {event.ticket_id for event in events if event.ticket_id is not None}
        new = {event.ticket_id for event in events if event.kind == Kind.TICKET_ISSUED}
        for ticket_id in touched - new:
            assert after[0][ticket_id] == tickets[ticket_id]
        mine = {leg_id: leg for leg_id, leg in legs.items() if leg["ticket_id"] in touched}
        back = {leg_id: leg for leg_id, leg in after[1].items() if leg["ticket_id"] in touched - new}
        # The manager may have given the classes other ranks since.
        assert _without_rank(back) == _without_rank(mine)
        for ticket_id in new:
            assert after[0][ticket_id]["state"] == "cancelled"
        for other in undone[0].keys() - touched:
            assert after[0][other] == undone[0][other]
        (session_id,) = {key for key, each in after[2].items() if each["closed_at"] is None and each["counter_id"] == events[-1].counter_id}  # fmt: skip
        assert after[2][session_id]["turns"] == sessions[session_id]["turns"]

    # --- counters --------------------------------------------------------------------------------------------------------

    @rule(counter=COUNTER, who=CLERK, profile=st.sampled_from((None, *PROFILES)), take_over=st.booleans())
    def open_counter(self, counter: int, who: str, profile: str | None, take_over: bool) -> None:
        counter = self._counter(counter, busy=False)
        take_over = take_over and self._clerk(counter, who).supervises
        self._attempt(lambda: counters.open_counter(*self._place(counter, who), profile, take_over=take_over))

    @rule(counter=COUNTER, who=CLERK, action=st.sampled_from(("pause_counter", "resume_counter", "close_counter", "begin_wrap_up")))  # fmt: skip
    def change_counter(self, counter: int, who: str, action: str) -> None:
        counter = self._counter(counter, busy=False)
        self._attempt(lambda: getattr(counters, action)(*self._place(counter, who)))

    @rule()
    def end_wrap_ups(self) -> None:
        self._attempt(lambda: counters.end_wrap_ups(self.context, "brno"))

    # --- anywhere --------------------------------------------------------------------------------------------------------

    @rule(pick=ANY, who=st.sampled_from(("alena", "marta")))
    def cancel(self, pick: int, who: str) -> None:
        ticket_id = self._ticket(pick, "waiting", "called", "parked")
        if ticket_id is not None:
            counter = next((n for n, each in enumerate(self.brno.counters) if self._at(ticket_id) == each), None)
            self._attempt(
                lambda: desk_actions.cancel_ticket(self.context, "brno", ticket_id, self.brno.actor(who), "left"),
                counter,
            )

    def _at(self, ticket_id: int) -> int | None:
        legs = self.rows[1].values()
        return next(
            (leg["counter_id"] for leg in legs if leg["ticket_id"] == ticket_id and leg["state"] in AT_COUNTER), None
        )

    @rule(pick=ANY)
    def reopen(self, pick: int) -> None:
        ticket_id = self._ticket(pick, "finished", "no_show", "cancelled")
        if ticket_id is not None:
            self._attempt(lambda: desk_actions.reopen(self.context, "brno", ticket_id, self.brno.alena))

    @rule(pick=ANY, service=st.none() | SERVICE, to=st.sampled_from((None, None, 1, "alena")), position=POSITION)
    def move(self, pick: int, service: str | None, to: str | int | None, position: str) -> None:
        ticket_id = self._ticket(pick, "waiting", "parked")
        if ticket_id is not None:
            destination = self._destination(service, to, position)
            self._attempt(lambda: desk_actions.move_ticket(self.context, "brno", ticket_id, self.brno.actor("marta"), destination))  # fmt: skip

    @rule(pick=ANY)
    def leave_a_note(self, pick: int) -> None:
        ticket_id = self._ticket(pick, *OPEN_STATES)
        if ticket_id is not None:
            self._attempt(lambda: desk_actions.add_note(self.context, "brno", ticket_id, self.brno.alena, "came twice"))

    # --- managers, and time ----------------------------------------------------------------------------------------------

    @rule(
        classes=st.sampled_from(CLASSES),
        longest=st.sampled_from((None, 5, 30)),
        own_language_first=st.booleans(),
        reserved_first=st.booleans(),
    )
    def set_rules(self, classes: Any, longest: int | None, **more: bool) -> None:
        rules = {"classes": classes, "longest_wait_minutes": longest, **more}
        self._attempt(lambda: rules_setup.set_rules(self.context, "brno", self.brno.actor("marta"), rules))

    @rule(
        no_show=st.sampled_from(((1, 0), (1, 0), (2, 30))),
        most_recalls=st.sampled_from((None, 2)),
        wrap_up_seconds=st.sampled_from((0, 10)),
        auto_call=st.booleans(),
        outcome_required=st.booleans(),
    )
    def set_desk(self, no_show: tuple[int, int], **more: Any) -> None:
        desk: Mapping[str, Any] = {"no_show_calls": no_show[0], "no_show_seconds": no_show[1], **more}
        self._attempt(lambda: rules_setup.set_desk(self.context, "brno", self.brno.actor("marta"), desk))

    @rule(counter=COUNTER, profile=st.sampled_from(tuple(PROFILES)))
    def set_session_profile(self, counter: int, profile: str) -> None:
        counter = self._counter(counter, busy=False)
        self._attempt(lambda: rules_setup.set_session_profile(self.context, self.brno.counters[counter], self.brno.actor("marta"), profile))  # fmt: skip

    @rule(name=st.sampled_from(tuple(PROFILES)), like=st.sampled_from(tuple(PROFILES)))
    def set_profile(self, name: str, like: str) -> None:
        self._attempt(
            lambda: rules_setup.set_profile(self.context, "brno", self.brno.actor("marta"), name, PROFILES[like])
        )

    @rule(seconds=st.sampled_from((0, 1, 7, 21, 60, 420)))
    def wait(self, seconds: int) -> None:
        self.clock.advance(seconds=seconds)

    @precondition(lambda self: len(self.issued) > 8)
    @rule(how=st.sampled_from(("by hand", "noticed", "slept through")))
    def end_the_day(self, how: str) -> None:
        if how == "by hand":
            self._attempt(lambda: close_day(self.context, "brno"))
        else:
            tomorrow = self.clock.now() + timedelta(days=1)
            self.clock.set(datetime(tomorrow.year, tomorrow.month, tomorrow.day, 7, 30, tzinfo=UTC))
            if how == "noticed":
                self._attempt(lambda: close_day_if_over(self.context, "brno"))
                self._expect_the_day_to_be_over()

    def _expect_the_day_to_be_over(self) -> None:
        tickets, _, sessions = snapshot(self.context)
        if any(event.kind == Kind.TICKETS_EXPIRED for event in self.events):
            assert not [ticket for ticket in tickets.values() if ticket["state"] in OPEN_STATES]
            assert not [each for each in sessions.values() if each["closed_at"] is None]
            with self.database.reading() as connection:
                assert not list(connection.execute(TicketNote.__table__.select()))

    # --- what always holds -----------------------------------------------------------------------------------------------

    @invariant()
    def nobody_is_lost_doubled_or_in_two_places(self) -> None:
        tickets, legs, sessions = self._look()
        assert {ticket_id: ticket["label"] for ticket_id, ticket in tickets.items()} == self.issued
        assert faults(tickets, legs, sessions) == []

    @rule()
    def look_at_the_record(self) -> None:
        assert all_faults(self.context) == []

    def _serve_everybody_left(self) -> None:
        """Let two counters serve whoever is left, by the rules and, who is kept for others or parked, by hand."""
        marta = self.brno.actor("marta")
        close_day_if_over(self.context, "brno")
        rules_setup.set_desk(self.context, "brno", marta, {})
        counter = self.brno.counters[3]
        for each in snapshot(self.context)[2].values():
            if each["closed_at"] is None:
                if each["paused_at"] is not None:
                    counters.resume_counter(self.context, each["counter_id"], marta)
                if self.context.database.look((q.LEG_AT_COUNTER, {"counter_id": each["counter_id"]}))[0]:
                    serve.return_to_queue(self.context, each["counter_id"], marta)
                counters.close_counter(self.context, each["counter_id"], marta)
        counters.open_counter(self.context, counter, marta)
        self.clock.advance(minutes=6)
        while True:
            left = [ticket for ticket in snapshot(self.context)[0].values() if ticket["state"] in OPEN_STATES]
            if not left:
                return
            try:
                served = serve.call_next(self.context, counter, marta)
            except QueueError as refusal:
                assert refusal.code == "nobody_waiting"
                legs = [leg for leg in snapshot(self.context)[1].values() if leg["state"] in OPEN_STATES]
                assert all(leg["reserved_counter_id"] or leg["reserved_user_id"] for leg in legs)
                served = serve.call_ticket(self.context, counter, left[0]["id"], marta)
            assert served.rule in set(Rule)
            serve.finish(self.context, counter, marta)


def _without_rank(legs: Any) -> Any:
    return {leg_id: {name: value for name, value in leg.items() if name != "rank"} for leg_id, leg in legs.items()}


def run(new_database: Callable[[Path], str], examples: int, phases: tuple[Phase, ...]) -> None:
    """Try sequences of what may happen, each in a database of its own."""
    Line.new_database = staticmethod(new_database)
    run_state_machine_as_test(
        Line,
        settings=settings(
            max_examples=examples,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            phases=phases,
        ),
    )


def copy_of(template: Path) -> Callable[[Path], str]:
    """Return what copies the empty SQLite database `template` into a folder."""

    def copied(folder: Path) -> str:
        shutil.copy(template, folder / "queue.sqlite3")
        return f"sqlite:///{folder / 'queue.sqlite3'}"

    return copied


def test_no_ticket_is_lost_doubled_or_stuck_whatever_happens(migrated_sqlite: Path) -> None:
    run(copy_of(migrated_sqlite), 25, (Phase.generate,))


def test_no_ticket_is_lost_doubled_or_stuck_whatever_happens_on_postgresql(postgres: PostgresServer) -> None:
    run(lambda _: Settings(database_url=postgres.new_database()).url, 4, (Phase.generate,))


def test_the_tests_above_fail_when_a_call_does_not_make_room_at_the_counter(
    migrated_sqlite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "make_room", lambda *_: None)
    with pytest.raises(AssertionError):
        run(copy_of(migrated_sqlite), 25, (Phase.generate,))
