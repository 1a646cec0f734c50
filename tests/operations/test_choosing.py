"""Who is next, from the database: the few that are read are enough, and the promises of the rules hold for real calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from queue_app.clock import SimulatedClock
from queue_app.domain.branch import BranchSetup, ProfileSetup
from queue_app.domain.discipline import Rule
from queue_app.domain.errors import QueueError
from queue_app.domain.profiles import MINUTE, STANDARD, Handling, Manner, PriorityClass, Profile, ServiceTerms
from queue_app.domain.turns import Called, Turns, rebuild
from queue_app.operations import choosing, counters, serve
from queue_app.operations.choosing import choose_at, read_heads
from queue_app.operations.serve import Destination
from queue_app.store import queries as q
from queue_app.store.models import Branch, BranchState, Leg, Ticket, WorkProfile
from tests.conftest import MORNING
from tests.factories import Brno

NOW = round(MORNING.timestamp()) * 1_000_000


def moment(microseconds: int) -> datetime:
    """Return the moment so many µs after 1970."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)


@dataclass(frozen=True)
class Waits:
    """One made-up leg that waits; moments in µs."""

    service: int
    priority: str
    arrived: int
    position: int
    not_before: int | None
    for_counter: bool | None
    for_person: bool | None
    language: str | None
    booked_for: int | None


def sometimes(chance: Random, *values: Any) -> Any:
    """Return None mostly, else one of `values`."""
    return chance.choice(values) if chance.random() < 0.35 else None


def made_up_visitor(chance: Random) -> Waits:
    """Make up somebody who waits; half of them want nothing particular, many came in the same minute."""
    arrived = NOW - chance.randint(0, 60) * MINUTE
    # A queue joined by a transfer is joined later than the place in it says.
    position = chance.choice([arrived, arrived, arrived, arrived - 30 * MINUTE, NOW])
    if chance.random() < 0.05:
        position = chance.choice([-arrived, -NOW])
    plain = chance.random() < 0.5
    booked_for = None if plain else sometimes(chance, -40, -10, 0, 15)
    if booked_for is not None:
        booked_for = NOW + booked_for * MINUTE
        position = chance.choice([booked_for, booked_for, position])
    return Waits(
        service=chance.randint(0, 2),
        priority=chance.choice([STANDARD, STANDARD, "reduced_mobility", "pregnant", "unheard_of"]),
        arrived=arrived,
        position=position,
        not_before=None if plain else sometimes(chance, NOW - 5 * MINUTE, NOW + 5 * MINUTE),
        for_counter=None if plain else sometimes(chance, True, False),
        for_person=None if plain else sometimes(chance, True, False),
        language=None if plain else sometimes(chance, "cs", "de"),
        booked_for=booked_for,
    )


def made_up_classes(chance: Random) -> tuple[PriorityClass, ...]:
    """Make up the classes of a branch."""
    names = chance.sample(["reduced_mobility", "pregnant", "booked"], chance.randint(0, 3))
    handling = list(Handling) if chance.random() < 0.7 else [Handling.STRICT]
    return tuple(
        PriorityClass(name, chance.choice(handling), chance.randint(2, 4), chance.randint(1, 40)) for name in names
    )


def made_up_branch(chance: Random, base: BranchSetup, classes: tuple[PriorityClass, ...]) -> BranchSetup:
    """Make up the rules of the branch and a profile of its services."""
    longest = [None] if chance.random() < 0.6 else [None, *range(10, 80, 10)]
    rules = replace(
        base.rules,
        classes=classes,
        longest_wait_minutes=chance.choice(longest),
        late_minutes=chance.randint(0, 30),
        language_hold_minutes=chance.randint(0, 30),
        own_language_first=chance.random() < 0.5,
        reserved_first=chance.random() < 0.3,
    )
    services = tuple(
        replace(each, longest_wait_minutes=chance.choice(longest), target_wait_seconds=60 * chance.randint(1, 60))
        for each in base.services
    )
    setup = replace(base, rules=rules, services=services)
    terms = [ServiceTerms(each.id, chance.randint(1, 4), None, chance.choice(longest)) for each in services]
    taken = tuple(chance.sample(terms, chance.randint(1, len(terms))))
    profile = setup.filled(Profile(taken, chance.choice(list(Manner)), rules))
    return replace(setup, profiles=(ProfileSetup(1, "made up", profile),))


def made_up_turns(chance: Random, setup: BranchSetup) -> dict[str, Any]:
    """Make up what the counter remembers of its calls."""
    profile = setup.profiles[0].profile
    ahead = {str(each): chance.randint(1, profile.unit) for each in profile.weights if chance.random() < 0.5}
    counted = {each.name: chance.randint(0, each.every - 1) for each in setup.rules.shares}
    weights = {str(each): weight for each, weight in profile.weights.items()}
    return {"weights": weights, "ahead": ahead, "counted": {name: count for name, count in counted.items() if count}}


def write(brno: Brno, setup: BranchSetup, lobby: Sequence[Waits]) -> None:
    """Let the lobby wait in the database, and nobody else."""
    tickets, legs = [], []
    for number, each in enumerate(lobby, start=1):
        service_id = setup.services[each.service].id
        key = brno.branch_id * 10**11 + number
        told = {"branch_id": brno.branch_id, "service_id": service_id, "state": "waiting"}
        tickets.append(
            {
                **told, "id": key, "token": str(number), "business_date": MORNING.date(), "series": "A", "number": number,
                "label": f"A{number}", "language": "cs", "priority": each.priority, "channel": "kiosk",
                "issued_at": moment(each.arrived), "next_services": [],
            }
        )  # fmt: skip
        counter = None if each.for_counter is None else brno.counters[0 if each.for_counter else 1]
        person = None if each.for_person is None else brno.users["alena" if each.for_person else "bohdan"]
        legs.append(
            {
                **told, "id": key, "ticket_id": key, "sequence": 1, "rank": setup.rank(each.priority),
                "position": each.position, "enqueued_at": moment(each.arrived),
                "not_before": None if each.not_before is None else moment(each.not_before),
                "reserved_counter_id": counter, "reserved_user_id": person, "wanted_language": each.language,
                "booked_for": None if each.booked_for is None else moment(each.booked_for),
            }
        )  # fmt: skip
    with brno.context.database.writing() as connection:
        connection.execute(delete(Leg))
        connection.execute(delete(Ticket))
        if lobby:
            connection.execute(insert(Ticket), tickets)
            connection.execute(insert(Leg), legs)


def compare(brno: Brno, lobbies: int) -> Counter[str | None]:
    """Choose from what a call reads and from everybody, in made-up lobbies; return how often each rule decided."""
    base = brno.context.setup("brno")
    here = {"branch_id": brno.branch_id}
    decided: Counter[str | None] = Counter()
    for seed in range(lobbies):
        chance = Random(seed)
        classes = made_up_classes(chance)
        lobby = [made_up_visitor(chance) for _ in range(chance.choice([1, 2, 4, 8, 16, 32]))]
        write(brno, made_up_branch(chance, base, classes), lobby)
        (everybody,) = brno.context.database.look((q.EVERYBODY_WAITING, here))
        assert len(everybody) == len(lobby)
        for attempt in range(12):
            setup = made_up_branch(chance, base, classes)
            session = SimpleNamespace(
                counter_id=brno.counters[0],
                user_id=brno.users["alena"],
                languages=["cs"],
                profile_id=1,
                turns=made_up_turns(chance, setup),
            )
            only = sometimes(chance, *(service.id for service in setup.services))
            step, parameters = choosing.read_heads(setup, MORNING)
            (heads,) = brno.context.database.look((step, parameters | here))
            chosen = choose_at(setup, session, everybody, NOW, only)
            assert choose_at(setup, session, heads, NOW, only) == chosen, (seed, attempt)
            decided[chosen.rule if chosen is not None else None] += 1
    return decided


def test_choosing_from_the_few_that_are_read_is_choosing_from_everybody(brno: Brno) -> None:
    decided = compare(brno, 160)
    # Each rule had its say, and so had the counter for which nobody waits.
    assert set(decided) == {None, *Rule} - {Rule.CHOSEN_BY_CLERK, Rule.WITHOUT_WAITING}, decided


@pytest.mark.parametrize("left_out", ["classes", "oldest"])
def test_the_comparison_above_fails_when_fewer_are_read(
    brno: Brno, monkeypatch: pytest.MonkeyPatch, left_out: str
) -> None:
    def fewer(setup: BranchSetup, now: datetime) -> Any:
        _, parameters = read_heads(setup, now)
        if left_out == "classes":
            return q.heads(0, bool(parameters)), parameters
        return q.heads(len(setup.rules.classes) + 1 if setup.shares_calls else 0, False), {}

    monkeypatch.setattr(choosing, "read_heads", fewer)
    with pytest.raises(AssertionError):
        compare(brno, 60)


# --- the promises, kept by real calls ------------------------------------------------------------------------------------


def set_up(brno: Brno, manner: str = "first_come", terms: Sequence[dict[str, Any]] = (), **rules: Any) -> None:
    """Give the branch these rules and its counters one profile."""
    services = [dict(each) for each in terms] or [{"service_id": each} for each in brno.services.values()]
    with brno.context.database.writing() as connection:
        connection.execute(update(Branch).values(rules=rules))
        connection.execute(
            insert(WorkProfile).values(branch_id=brno.branch_id, name=manner, manner=manner, terms=services)
        )
        connection.execute(update(BranchState).values(settings_revision=BranchState.settings_revision + 1))


def call_all(brno: Brno, counter: int = 0) -> Iterator[serve.Served]:
    """Call until nobody is left, without the clock moving."""
    while True:
        try:
            yield brno.next(counter)
        except QueueError as refusal:
            assert refusal.code == "nobody_waiting"
            return


def sit_down(brno: Brno, profile: str, index: int = 0) -> None:
    """Open a counter with a profile."""
    counters.open_counter(brno.context, brno.counters[index], (brno.alena, brno.bohdan)[index], profile)


@pytest.mark.parametrize("manner", list(Manner))
def test_calls_overtake_nobody_within_a_service_and_class(brno: Brno, clock: SimulatedClock, manner: str) -> None:
    set_up(brno, manner, classes=[{"name": "pregnant", "handling": "at_most", "every": 3}, {"name": "vip"}])
    order: dict[tuple[str, str], list[str]] = {}
    for number in range(36):
        # Some come in the same instant.
        clock.advance(seconds=number % 3 * 20)
        service = ("ids", "driving", "cash")[number * 7 % 5 % 3]
        priority = ("standard", "standard", "pregnant", "vip")[number * 5 % 4]
        order.setdefault((service, priority), []).append(brno.take(service, priority=priority).ticket.label)
    sit_down(brno, manner)
    names = {service_id: name for name, service_id in brno.services.items()}
    called: dict[tuple[str, str], list[str]] = {}
    for served in call_all(brno):
        clock.advance(seconds=40)
        called.setdefault((names[served.leg.service_id], served.ticket.priority), []).append(served.ticket.label)
    assert called == order


@pytest.mark.parametrize("manner", list(Manner))
@pytest.mark.parametrize("handling", list(Handling))
def test_nobody_waits_past_the_longest_wait_while_a_counter_that_may_call_them_calls_somebody_else(
    brno: Brno, clock: SimulatedClock, manner: str, handling: str
) -> None:
    every = {"every": 2} if handling in ("at_least", "at_most") else {"minutes": 15} if handling == "head_start" else {}
    terms = [{"service_id": each, "longest_wait_minutes": 10 + 5 * n} for n, each in enumerate(brno.services.values())]
    set_up(brno, manner, terms, classes=[{"name": "pregnant", "handling": handling, **every}])
    limits = {each["service_id"]: timedelta(minutes=each["longest_wait_minutes"]) for each in terms}
    sit_down(brno, manner, 0), sit_down(brno, manner, 1)
    promoted = 0
    for number in range(48):
        clock.advance(seconds=50)
        wish = {"wanted_language": "cs"} if number % 5 == 0 else {}
        brno.take(("ids", "driving", "cash")[number % 3], priority=("standard", "pregnant")[number % 2], **wish)
        if number % 3 == 0:
            continue
        with brno.context.database.reading() as connection:
            waiting = connection.execute(Leg.__table__.select().where(Leg.state == "waiting")).all()
        over = {leg.id: clock.now() - leg.enqueued_at - limits[leg.service_id] for leg in waiting}
        most = max(over.values())
        called = brno.next(number % 2)
        if most > timedelta():
            promoted += 1
            assert (over[called.leg.id], called.rule) == (most, "longest_wait")
        else:
            assert called.rule != "longest_wait"
        if number % 7 == 0:
            # What is moved on keeps its place but joins the next queue now.
            serve.transfer(
                brno.context, brno.counters[number % 2], (brno.alena, brno.bohdan)[number % 2], Destination("cash")
            )
    assert promoted > 3


def test_shares_are_kept_by_calls_and_can_be_rebuilt_from_them(brno: Brno, clock: SimulatedClock) -> None:
    terms = [
        {"service_id": each, "weight": weight} for each, weight in zip(brno.services.values(), (2, 1, 1), strict=True)
    ]
    set_up(brno, "weighted_share", terms, classes=[{"name": "pregnant", "handling": "at_least", "every": 4}])
    for number in range(30):
        brno.take(("ids", "driving", "cash")[number % 3], priority="pregnant" if number % 6 == 0 else "standard")
    sit_down(brno, "weighted_share")
    called = []
    for number in range(24):
        clock.advance(seconds=30)
        # Asked for by hand, or chosen: neither is held against a service.
        called.append(brno.next(service="ids" if number == 5 else None))
    session = brno.context.database.look((q.OPEN_SESSION, {"counter_id": brno.counters[0]}))[0][0]
    profile = brno.context.setup("brno").profile_named("weighted_share").profile
    told = rebuild(profile, [Called(each.leg.service_id, each.facts or {}) for each in called])
    kept = session.turns
    assert told == Turns({int(each): mark for each, mark in kept.get("ahead", {}).items()}, kept.get("counted", {}))
    labels = "".join(each.ticket.label[0] for each in called if each.rule == "weighted_share")
    assert labels[:4] in {"ABAC", "ABCA", "ACAB"}


def test_a_booked_visitor_put_last_stands_last(brno: Brno, clock: SimulatedClock) -> None:
    brno.take(booked_for=clock.now() - timedelta(minutes=5))
    brno.open()
    assert brno.next().facts["booked_for"]
    clock.advance(minutes=1)
    brno.take()
    clock.advance(minutes=1)
    serve.return_to_queue(brno.context, brno.counters[0], brno.alena, position="last")
    assert [each.ticket.label for each in call_all(brno)] == ["A002", "A001"]


def test_a_booked_visitor_returned_to_their_place_has_it_again(brno: Brno, clock: SimulatedClock) -> None:
    brno.take(booked_for=clock.now() - timedelta(minutes=5))
    brno.take()
    brno.open()
    for position in ("keep", "first", "keep"):
        assert brno.next().ticket.label == "A001"
        serve.return_to_queue(brno.context, brno.counters[0], brno.alena, position=position)


def test_of_two_who_came_in_one_instant_the_longest_wait_calls_the_one_whose_place_is_first(
    brno: Brno, clock: SimulatedClock
) -> None:
    set_up(brno, longest_wait_minutes=10)
    for service in ("ids", "driving"):
        brno.take(service)
        clock.advance(minutes=1)
    sit_down(brno, "first_come")
    sit_down(brno, "first_come", 1)
    first, second = brno.next(0), brno.next(1)
    clock.advance(minutes=1)
    # Both join the queue of the cash desk now; whose leg is the older one there came later.
    serve.transfer(brno.context, brno.counters[1], brno.bohdan, Destination("cash"))
    serve.transfer(brno.context, brno.counters[0], brno.alena, Destination("cash"))
    clock.advance(minutes=11)
    assert [brno.next(0).ticket.label, brno.next(0).ticket.label] == [first.ticket.label, second.ticket.label]
