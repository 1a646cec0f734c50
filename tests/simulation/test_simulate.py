"""Simulated days: nobody is lost, chance is the seed's alone, and one more counter helps."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from queue_app import create_app
from queue_app.clock import SimulatedClock
from queue_app.config import Settings
from queue_app.domain.profile_checks import check_profile
from queue_app.domain.profiles import Profile, ServiceTerms
from queue_app.operations import setup
from queue_app.operations.unit_of_work import Context
from queue_app.operations.verify import differences
from queue_app.replay.day import read_day
from queue_app.simulation.demand import Demand, Mix, Visit, draw_visits
from queue_app.simulation.figures import Outcome
from queue_app.simulation.office import (
    NamedProfile,
    Office,
    every_service,
    staff,
    staff_as_recorded,
    throw_away_database,
)
from queue_app.simulation.rates import check_rates, demand_of_rates
from queue_app.simulation.recorded import LEAST_SECONDS, demand_of_day, service_seconds, shifts_of_day
from queue_app.simulation.run import simulate
from queue_app.store.models import Counter as CounterRow
from queue_app.store.models import Ticket
from queue_app.store.queries import OPEN_SESSIONS
from queue_app.store.session import Database
from tests.factories import create_brno
from tests.servers import ROOT

DATA = ROOT / "tests" / "data" / "warsaw"
SMALL = DATA / "UD_Rembertow_2020-01-02.csv"
MIDDLE = DATA / "UD_Wola_2020-01-09.csv"
EVERYBODY = Mix({})
RATES = {
    "open": "09:00",
    "close": "12:00",
    "services": [
        {"service": "ids", "name": "Identity cards", "per_hour": 20, "service_minutes": 6},
        {"service": "cash", "name": "Cash desk", "per_hour": 20, "service_minutes": 2},
    ],
}


@pytest.fixture
def scratch() -> Iterator[Database]:
    """A thrown-away database."""
    with throw_away_database() as database:
        yield database


def made_day(seed: int = 1, **changes: Any) -> Demand:
    """Return a drawn day of three hours with two services."""
    return demand_of_rates("made", check_rates(RATES | changes), "Europe/Prague", seed)


def pooled(demand: Demand, number: int, **rules: Any) -> Office:
    """Return an office in which everybody takes everything."""
    return Office(f"{number}", staff([every_service(demand)], number, demand), rules.pop("rules", {}), rules)


def check_nobody_lost(outcome: Outcome, visits: Sequence[Visit]) -> None:
    """Count everybody in three ways."""
    total = outcome.total
    assert total.came == len(visits) == total.served + total.no_shows + total.left_waiting
    for what in ("came", "served", "no_shows", "left_waiting"):
        assert getattr(total, what) == sum(getattr(each, what) for each in outcome.services)
    assert total.served == sum(each.served for each in outcome.rules) == sum(desk.served for desk in outcome.desks)
    assert total.served + total.no_shows == sum(each.came for each in outcome.rules)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nobody_is_lost_and_the_record_stays_true(scratch: Database, seed: int) -> None:
    demand = made_day(seed)
    mix = Mix({"priority": 0.2}, booked=0.3, no_shows=0.15)
    visits = draw_visits(demand, mix, seed)
    office = pooled(demand, 2, no_show_calls=2, no_show_seconds=30, wrap_up_seconds=20)
    outcome = simulate(scratch, "made", demand, visits, office)
    check_nobody_lost(outcome, visits)
    absent = sum(not visit.comes for visit in visits)
    assert 0 < outcome.total.no_shows <= absent and outcome.total.left_waiting > 0
    context = Context(scratch, SimulatedClock(demand.closes))
    assert list(differences(context)) == []
    assert scratch.look((OPEN_SESSIONS, {"branch_id": context.setup("made").id})) == [[]]


def test_visitors_come_and_are_served_at_the_times_that_were_drawn(scratch: Database) -> None:
    demand = made_day()
    visits = draw_visits(demand, EVERYBODY, 1)
    outcome = simulate(scratch, "made", demand, visits, pooled(demand, 30))
    assert outcome.total.waits.mean == 0 and outcome.total.level == 1
    with scratch.reading() as connection:
        rows = connection.execute(Ticket.__table__.select().order_by(Ticket.id)).all()
    assert [row.issued_at for row in rows] == [visit.at for visit in visits]
    told = Counter((row.ended_at - row.issued_at).total_seconds() for row in rows)
    assert told == Counter(float(visit.service_seconds) for visit in visits)
    busy = sum(desk.busy_seconds for desk in outcome.desks)
    assert busy == sum(visit.service_seconds for visit in visits)


@pytest.mark.parametrize("seed", [1, 5, 9, 13])
def test_one_more_counter_lengthens_no_mean_wait(scratch: Database, seed: int) -> None:
    # True of first come, first served where all counters take all services, whatever comes: nobody begins later.
    demand = made_day(seed)
    visits = draw_visits(demand, EVERYBODY, seed)
    means = []
    for number in (4, 5, 6, 7):
        # Open for so long that everybody is served, else the means are of different people.
        late = replace(demand, closes=demand.closes.replace(hour=20))
        outcome = simulate(scratch, f"made-{number}", late, visits, pooled(late, number))
        assert outcome.total.served == len(visits)
        means.append(outcome.total.waits.mean or 0.0)
    assert means == sorted(means, reverse=True) and means[0] > means[-1]


def test_chance_is_the_seeds_alone(scratch: Database) -> None:
    first, again, other = (draw_visits(made_day(seed), EVERYBODY, seed) for seed in (7, 7, 8))
    assert first == again != other
    outcomes = [simulate(scratch, slug, made_day(7), first, pooled(made_day(7), 3)) for slug in ("a", "b")]
    assert outcomes[0] == outcomes[1]


def test_what_visitors_are_like_does_not_change_how_long_they_take() -> None:
    demand = made_day()
    plain = draw_visits(demand, EVERYBODY, 1)
    mixed = draw_visits(demand, Mix({"priority": 0.5, "family": 0.2}, booked=0.5, no_shows=0.1), 1)
    assert [(v.at, v.service, v.service_seconds) for v in plain] == [
        (v.at, v.service, v.service_seconds) for v in mixed
    ]
    shares = Counter(visit.priority for visit in mixed)
    assert shares["priority"] > shares["standard"] > 0 and shares["family"] > 0
    booked = [visit for visit in mixed if visit.booked_for is not None]
    assert 0.3 < len(booked) / len(mixed) < 0.7
    for visit in booked:
        assert visit.booked_for is not None
        assert visit.booked_for.timestamp() % 300 == 0
        # Up to a quarter of an hour early, up to five minutes late, and half of the grid of five minutes.
        assert -450 <= (visit.booked_for - visit.at).total_seconds() <= 1050


def test_drawn_days_have_the_rates_and_service_times_they_were_given() -> None:
    service = {"service": "ids", "per_hour": [0] * 9 + [600, 300, 0] + [0] * 12, "service_minutes": 4}
    demand = made_day(3, services=[service])
    visits = draw_visits(demand, EVERYBODY, 3)
    hours = Counter((visit.at - demand.opens).total_seconds() // 3600 for visit in visits)
    assert set(hours) == {0, 1}
    assert hours[0] == pytest.approx(600, abs=100) and hours[1] == pytest.approx(300, abs=70)
    seconds = [visit.service_seconds for visit in visits]
    mean = sum(seconds) / len(seconds)
    assert mean == pytest.approx(240, rel=0.1)
    spread = (sum((each - mean) ** 2 for each in seconds) / len(seconds)) ** 0.5
    assert spread / mean == pytest.approx(0.75, rel=0.2)
    same = draw_visits(made_day(3, services=[service | {"variation": 0}]), EVERYBODY, 3)
    assert {visit.service_seconds for visit in same} == {240}


def test_weighted_shares_are_seen_in_the_calls(scratch: Database) -> None:
    each = {"per_hour": 200, "service_minutes": 3, "variation": 0}
    demand = made_day(services=[{"service": slug, **each} for slug in ("a", "b")])
    document = {"services": [{"service": "a", "weight": 3}, "b"], "manner": "weighted_share"}
    profile = NamedProfile("shares", check_profile(document, {"a": 0, "b": 1}))
    visits = draw_visits(demand, EVERYBODY, 1)
    outcome = simulate(scratch, "made", demand, visits, Office("shares", staff([profile], 4, demand), {}, {}))
    assert [each.name for each in outcome.rules] == ["weighted_share"]
    a, b = (figures.served for figures in outcome.services)
    # Each of the four counters keeps its shares by itself, to less than one round.
    assert a + b == 240 and a == pytest.approx(3 * b, abs=12)


def test_counters_call_only_what_their_profiles_take(scratch: Database) -> None:
    demand = made_day()
    profiles = [NamedProfile(name, Profile((ServiceTerms(place),))) for place, name in enumerate(("ids", "cash"))]
    visits = draw_visits(demand, EVERYBODY, 1)
    office = Office("apart", staff(profiles, 4, demand), {}, {})
    outcome = simulate(scratch, "made", demand, visits, office)
    check_nobody_lost(outcome, visits)
    by_profile: Counter[str] = Counter()
    for desk in outcome.desks:
        by_profile[desk.profile] += desk.served
    assert [by_profile["ids"], by_profile["cash"]] == [each.served for each in outcome.services]


def test_classes_are_called_by_the_branchs_rules(scratch: Database) -> None:
    demand = made_day()
    visits = draw_visits(demand, Mix({"family": 0.3}), 1)
    outcome = simulate(scratch, "made", demand, visits, pooled(demand, 2, rules={"classes": [{"name": "family"}]}))
    waits = {each.name: each.waits.mean or 0.0 for each in outcome.rules}
    assert waits["priority_first"] < waits["first_come"]


def test_after_closing_nobody_is_called(scratch: Database) -> None:
    demand = made_day()
    visits = draw_visits(demand, EVERYBODY, 1)
    outcome = simulate(scratch, "made", demand, visits, pooled(demand, 1))
    assert outcome.total.left_waiting > 10
    (desk,) = outcome.desks
    # The last service ends after closing; the counter has been busy all the time.
    assert desk.open_seconds >= 3 * 3600 and desk.busy_seconds == pytest.approx(desk.open_seconds, abs=600)


@pytest.mark.parametrize("path", [SMALL, MIDDLE], ids=["small", "middle"])
def test_a_recorded_day_runs_with_its_own_counters(scratch: Database, path: Path) -> None:
    day = read_day(path)
    demand = demand_of_day(day)
    shifts = shifts_of_day(day, demand)
    visits = draw_visits(demand, EVERYBODY, 1)
    office = Office("as recorded", staff_as_recorded(shifts, demand), {}, {})
    outcome = simulate(scratch, "recorded", demand, visits, office)
    check_nobody_lost(outcome, visits)
    assert outcome.total.came == len(day.tickets)
    assert all(seconds >= LEAST_SECONDS for seconds in service_seconds(day).values())
    for desk in (desk for service in shifts for desk in service):
        assert all(demand.opens <= begin < end <= demand.closes for begin, end in desk)
        assert all(earlier[1] < later[0] for earlier, later in pairwise(desk))
    assert list(differences(Context(scratch, SimulatedClock(demand.closes)))) == []


@pytest.fixture
def installation(tmp_path: Path, migrated_sqlite: Path) -> Iterator[Flask]:
    """An application with branch Brno."""
    url = f"sqlite:///{tmp_path / 'queue.sqlite3'}"
    (tmp_path / "queue.sqlite3").write_bytes(migrated_sqlite.read_bytes())
    app = create_app(Settings(data_dir=tmp_path, database_url=url, secret_key="signs", spooler=False))
    create_brno(app.extensions["queue_context"])
    yield app
    app.extensions["queue_context"].database.dispose()


@pytest.fixture
def command(installation: Flask) -> Callable[..., Result]:
    """Run `flask simulate …`."""

    def run(*arguments: object) -> Result:
        return installation.test_cli_runner().invoke(args=["simulate", *map(str, arguments)])

    return run


@pytest.fixture
def rates(tmp_path: Path) -> Path:
    """A file of rates."""
    path = tmp_path / "rates.json"
    path.write_text(json.dumps(RATES))
    return path


def test_the_command_prints_the_same_tables_each_time(command: Callable[..., Result], rates: Path) -> None:
    options = ("--rates", rates, "--counters", 3, "--classes", "priority=0.1", "--no-shows", 0.05)
    first, again = command(*options), command(*options)
    assert first.exit_code == 0, first.output
    assert first.stdout == again.stdout
    lines = first.stdout.splitlines()
    assert lines[0].startswith("rates, 09:00 to 12:00: ") and lines[0].endswith("; seed 1.")
    assert any(line.startswith("Identity cards ") for line in lines)
    assert any(line.startswith("priority_first ") for line in lines)
    assert any(line.startswith("every service ") for line in lines)
    assert "took" in first.stderr and "took" not in first.stdout
    assert command(*options, "--seed", 2).stdout != first.stdout


def test_several_offices_stand_side_by_side(command: Callable[..., Result], rates: Path) -> None:
    result = command("--rates", rates, "--counters", "2,3", "--manner", "first_come,service_order", "--json")
    assert result.exit_code == 0, result.output
    offices = json.loads(result.stdout)["offices"]
    assert [each["name"] for each in offices] == [
        "2 counters, first_come", "2 counters, service_order", "3 counters, first_come", "3 counters, service_order",
    ]  # fmt: skip
    assert {each["total"]["came"] for each in offices} == {json.loads(result.stdout)["visitors"]}
    assert [{rule["name"] for rule in each["rules"]} for each in offices[:2]] == [{"first_come"}, {"service_order"}]
    table = command("--rates", rates, "--counters", "2,3").stdout
    assert table.count("2 counters") == table.count("3 counters") == 1 + 2 + 1


def test_the_target_can_be_another_one(command: Callable[..., Result], rates: Path) -> None:
    def level(*more: object) -> float:
        result = command("--rates", rates, "--counters", 2, "--json", *more)
        return float(json.loads(result.stdout)["offices"][0]["total"]["in_time"])

    assert level("--target-minutes", 1) < level() == level("--target-minutes", 15) < level("--target-minutes", 300) == 1


def test_a_branch_is_tried_with_its_own_counters_profiles_and_rules(
    command: Callable[..., Result], rates: Path, installation: Flask
) -> None:
    context: Context = installation.extensions["queue_context"]
    with context.database.writing() as connection:
        branch_id, ids = context.setup("brno").id, [each.id for each in context.setup("brno").services]
        profile_id = setup.add_profile(connection, branch_id, "cash only", [{"service_id": ids[2], "weight": 1}])
        setup.add_counter(connection, branch_id, "5", position=9, profile_id=profile_id)
    context.reload("brno")
    result = command("--rates", rates, "--branch", "brno", "--json")
    assert result.exit_code == 0, result.output
    (office,) = json.loads(result.stdout)["offices"]
    assert [each["profile"] for each in office["counters"]] == ["every service"] * 4 + ["cash only"]
    assert [each["service"] for each in office["services"]] == ["ids", "cash"]
    # Not a word of it is in the installation.
    with context.database.reading() as connection:
        assert connection.execute(Ticket.__table__.select()).all() == []
    assert list(context.slugs().values()) == ["brno"]


def test_a_branch_without_counters_is_refused(command: Callable[..., Result], rates: Path, installation: Flask) -> None:
    with installation.extensions["queue_context"].database.writing() as connection:
        connection.execute(CounterRow.__table__.update().values(active=False))
    result = command("--rates", rates, "--branch", "brno")
    assert result.exit_code == 2 and "no counter of brno takes any" in " ".join(result.stderr.split())


def test_a_profile_and_rules_of_files_are_tried(command: Callable[..., Result], rates: Path, tmp_path: Path) -> None:
    profile, rules = tmp_path / "shares.json", tmp_path / "rules.json"
    profile.write_text(json.dumps({"services": [{"service": "cash", "weight": 2}, "ids"], "manner": "weighted_share"}))
    rules.write_text(json.dumps({"classes": [{"name": "family", "handling": "at_least", "every": 2}]}))
    result = command(
        "--rates", rates, "--profile", profile, "--counters", 2, "--rules", rules, "--classes", "family=0.3", "--json"
    )
    assert result.exit_code == 0, result.output
    (office,) = json.loads(result.stdout)["offices"]
    assert [each["profile"] for each in office["counters"]] == ["shares", "shares"]
    assert {each["name"] for each in office["rules"]} == {"weighted_share", "share_of_class"}


def test_a_recorded_day_is_tried_with_the_command(command: Callable[..., Result]) -> None:
    result = command("--day", SMALL)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("UD_Rembertow 2020-01-02, 08:07 to 15:00: 79 visitors for 6 services; seed 1.")
    assert "Office: as recorded" in result.stdout


def test_the_examples_of_the_document_are_what_the_command_prints(
    command: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (ROOT / "docs" / "simulate.md").read_text("utf-8")
    for name, document in re.findall(r"`(\S+\.json)`[^`]*\n\n```json\n(.*?)```", text, re.DOTALL):
        (tmp_path / name).write_text(document)
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    monkeypatch.chdir(tmp_path)
    examples = re.findall(r"```sh\nflask --app wsgi simulate (.*?)\n```\n\n```text\n(.*?)```", text, re.DOTALL)
    assert len(examples) == 5
    for options, printed in examples:
        assert command(*options.split()).stdout == printed, options


WRONG: list[tuple[Any, str]] = [
    ("not json", "line 1, column 1"),
    ([], "the whole: an object is needed"),
    (RATES | {"open": "9:00"}, "open: a local time like 08:00 is needed"),
    (RATES | {"close": "09:00"}, "close: 09:00 is not after 09:00"),
    (RATES | {"lunch": 1}, "lunch: means nothing here"),
    (RATES | {"services": []}, "services: from 1 to"),
    (RATES | {"services": [{"service": "ids"}]}, "services[0].service_minutes: a number"),
    (RATES | {"services": [RATES["services"][0]] * 2}, "services[1].service: the service stands in the list already"),
    (RATES | {"services": [{"service": "a", "service_minutes": 1, "per_hour": -1}]}, "services[0].per_hour: a number"),
    (RATES | {"services": [{"service": "a", "service_minutes": 1, "per_hour": [1]}]}, "services[0].per_hour: a number"),
    (RATES | {"services": [{"service": "a", "service_minutes": True, "per_hour": 1}]}, "services[0].service_minutes"),
    (RATES | {"services": [{"service": "a", "service_minutes": 1, "per_hour": 0}]}, "nobody comes"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "told"), WRONG, ids=[told for _, told in WRONG])
def test_rates_that_cannot_be_used_are_refused_with_their_place(
    command: Callable[..., Result], rates: Path, document: Any, told: str
) -> None:
    rates.write_text(document if isinstance(document, str) else json.dumps(document))
    result = command("--rates", rates, "--counters", 2)
    assert result.exit_code == 2
    assert "rates.json" in result.stderr and told in result.stderr


def test_what_does_not_fit_together_is_refused(command: Callable[..., Result], rates: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps({"services": ["tax"]}))
    with_rates = ("--rates", rates, "--counters", 2)
    for options, told in (
        ((), "one of --day and --rates is needed"),
        (("--rates", rates, "--day", SMALL), "one of --day and --rates is needed"),
        (("--rates", rates), "how many counters"),
        (("--day", rates), "the name must be"),
        (("--day", SMALL, "--branch", "brno"), "the branch has no service of its own"),
        (("--rates", rates, "--branch", "nowhere"), "there is no branch 'nowhere'"),
        (("--rates", rates, "--counters", "2,x"), "numbers from 1 to 200"),
        (("--rates", rates, "--counters", "2,2"), "names a number twice"),
        (("--rates", rates, "--counters", ",".join(map(str, range(1, 20)))), "too many"),
        ((*with_rates, "--manner", "by_name"), "'by_name' is not one of first_come"),
        (
            (*with_rates, "--profile", wrong),
            "services[0]: the branch has no service 'tax' (the services are ids, cash)",
        ),
        ((*with_rates, "--rules", wrong), "wrong.json: services: means nothing here"),
        ((*with_rates, "--classes", "family=0.1"), "the rules have no class 'family'; they have priority"),
        ((*with_rates, "--classes", "priority"), "like priority=0.1"),
        ((*with_rates, "--classes", "priority=2"), "numbers from 0 to 1"),
        ((*with_rates, "--booked", 1.5), "--booked"),
        ((*with_rates, "--target-minutes", 0), "--target-minutes"),
    ):
        result = command(*options)
        assert (result.exit_code, result.stdout) == (2, ""), options
        assert told in " ".join(result.stderr.split()), (options, result.stderr)
