"""The command `flask simulate`."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from tqdm import tqdm

from queue_app.cli_context import current_context
from queue_app.clock import Clock
from queue_app.domain.branch import BranchSetup
from queue_app.domain.errors import QueueError
from queue_app.domain.profile_checks import check_profile, check_rules
from queue_app.domain.profiles import Manner
from queue_app.operations.unit_of_work import Context
from queue_app.replay.commands import FILE, quiet
from queue_app.replay.day import Day, DayError, read_day
from queue_app.simulation import tables
from queue_app.simulation.demand import Demand, Mix, draw_visits
from queue_app.simulation.office import (
    Desk,
    NamedProfile,
    Office,
    every_service,
    in_manner,
    profiles_of_branch,
    rules_of_branch,
    staff,
    staff_as_recorded,
    throw_away_database,
)
from queue_app.simulation.rates import check_rates, demand_of_rates
from queue_app.simulation.recorded import demand_of_day, shifts_of_day
from queue_app.simulation.run import simulate

MOST_COUNTERS = 200
MOST_OFFICES = 12
DEFAULT_ZONE = "Europe/Prague"
"""Where a day of rates takes place when no branch says it."""

AS_RECORDED = "as recorded"


def _numbers(ctx: click.Context, param: click.Parameter, value: str | None) -> list[int] | None:
    """Return the whole numbers of `3,4,5`."""
    if value is None:
        return None
    numbers = [int(part) if part.isascii() and part.isdecimal() else 0 for part in value.split(",")]
    if not all(1 <= number <= MOST_COUNTERS for number in numbers):
        raise click.BadParameter(f"{value!r} is not made of numbers from 1 to {MOST_COUNTERS} with commas between them")
    if len(set(numbers)) < len(numbers):
        raise click.BadParameter(f"{value!r} names a number twice")
    return numbers


def _manners(ctx: click.Context, param: click.Parameter, value: str | None) -> list[Manner | None]:
    """Return the manners of `first_come,target_ratio`; alone None, the profiles' own, where there are none."""
    words = value.split(",") if value is not None else []
    for word in words:
        if word not in set(Manner):
            raise click.BadParameter(f"{word!r} is not one of {', '.join(Manner)}")
    if len(set(words)) < len(words):
        raise click.BadParameter(f"{value!r} names a manner twice")
    return [Manner(word) for word in words] or [None]


def _shares(ctx: click.Context, param: click.Parameter, value: str | None) -> dict[str, float]:
    """Return the share of each class of `priority=0.1,booked=0.2`."""
    shares: dict[str, float] = {}
    for part in value.split(",") if value is not None else []:
        name, _, share = part.partition("=")
        try:
            shares[name] = float(share)
        except ValueError:
            raise click.BadParameter(f"{part!r} is not a class and its share, like priority=0.1") from None
    if not all(0 <= share <= 1 for share in shares.values()) or sum(shares.values()) > 1:
        raise click.BadParameter(f"{value!r}: shares are numbers from 0 to 1, all together at most 1")
    return shares


SHARE = click.FloatRange(0, 1)


@click.command("simulate")
@click.option(
    "--day", "day_file", type=FILE, help="A recorded day; its services have counters of their own, as recorded."
)
@click.option(
    "--rates", "rates_file", type=FILE, help="How many come an hour for each service, as JSON (docs/simulate.md)."
)
@click.option("--branch", help="Slug of a branch of this installation: its services, counters, profiles and rules.")
@click.option(
    "--counters",
    callback=_numbers,
    metavar="N[,N…]",
    help="How many counters, open all day; several numbers side by side.",
)
@click.option(
    "--profile", "profile_files", type=FILE, multiple=True, help="A work profile; the counters have them in turn."
)
@click.option(
    "--manner",
    "manners",
    callback=_manners,
    metavar="MANNER[,MANNER…]",
    help="How all counters choose, for the profiles' own; several side by side.",
)
@click.option("--rules", "rules_file", type=FILE, help="The rules of the branch, in place of its own.")
@click.option(
    "--target-minutes",
    type=click.IntRange(1, 1440),
    help="What is in time; what the services promise (15) if left out.",
)
@click.option(
    "--classes", callback=_shares, metavar="CLASS=SHARE[,…]", help="Shares of the visitors who are in a class."
)
@click.option("--booked", type=SHARE, default=0.0, help="Share of the visitors who have booked.")
@click.option("--no-shows", type=SHARE, default=0.0, help="Share of the visitors who do not come when called.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another one draws another day.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@with_appcontext
def simulate_command(**options: Any) -> None:
    """Try a day with other counters or rules: visitors, waits and calls by the real rules, in seconds.

    Nothing is written to this installation's database. The same command prints the same tables.
    """
    clock: Clock = current_app.extensions["queue_clock"]
    seed, target = options["seed"], options["target_minutes"]
    try:
        wish = _wish(**options)
    except DayError as error:
        raise click.UsageError(str(error)) from error
    begun = clock.monotonic()
    visits = draw_visits(wish.demand, wish.mix, seed)
    with quiet(), throw_away_database() as database:
        bar = tqdm(wish.offices, desc="simulating", disable=None, file=sys.stderr)
        outcomes = [
            simulate(database, f"office-{place}", wish.demand, visits, office, target)
            for place, office in enumerate(bar, start=1)
        ]
    took = clock.monotonic() - begun
    if options["as_json"]:
        document = tables.document(wish.demand, visits, outcomes, seed, target)
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        record = [tables.recorded_line(wish.day)] if wish.day is not None else []
        click.echo("\n".join([tables.headline(wish.demand, visits, seed), *record, tables.meaning(target), ""]))
        click.echo(tables.one_office(outcomes[0]) if len(outcomes) == 1 else tables.side_by_side(outcomes))
    days = "A simulated day" if len(outcomes) == 1 else f"{len(outcomes)} simulated days"
    # Not among the tables, which are the same every time.
    click.echo(f"\n{days} of {len(visits):,} visitors took {took:.1f} s.", err=True)


@dataclass(frozen=True)
class _Wish:
    """What is to be simulated: a day (and its record, where there is one), what its visitors are like, the offices to try."""

    day: Day | None
    demand: Demand
    mix: Mix
    offices: Sequence[Office]


def _wish(
    day_file: Path | None,
    rates_file: Path | None,
    branch: str | None,
    counters: list[int] | None,
    profile_files: Sequence[Path],
    manners: list[Manner | None],
    rules_file: Path | None,
    classes: Mapping[str, float],
    booked: float,
    no_shows: float,
    seed: int,
    **_others: Any,
) -> _Wish:
    """Read what the options name.

    Raises:
        click.UsageError: they do not fit together, or a file is wrong.
        DayError: the recorded day is.
    """
    if (day_file is None) == (rates_file is None):
        raise click.UsageError("one of --day and --rates is needed")
    context = current_context()
    setup = _branch(context, branch) if branch is not None else None
    day = read_day(day_file) if day_file is not None else None
    if day is not None:
        demand = demand_of_day(day, setup)
    else:
        assert rates_file is not None
        demand = _demand_of_rates(rates_file, setup, seed)
    rules, desk_rules = rules_of_branch(context.database, branch) if branch is not None else ({}, {})
    if rules_file is not None:
        rules = _json(rules_file)
    _check_classes(rules_file, rules, classes)
    profiles = [_profile(path, demand) for path in profile_files]
    if not profiles and setup is not None:
        profiles = profiles_of_branch(setup, demand)
        if not profiles:
            raise click.UsageError(f"--branch: no counter of {branch} takes any of the day's services")
        counters = counters or [len(profiles)]
    staffs = _staffs(demand, day, profiles, counters)
    offices = [
        Office(_named(name, manner), in_manner(desks, manner) if manner else desks, rules, desk_rules)
        for (name, desks), manner in product(staffs, manners)
    ]
    if len(offices) > MOST_OFFICES:
        raise click.UsageError(f"{len(offices)} offices are too many to be seen side by side; at most {MOST_OFFICES}")
    return _Wish(day, demand, Mix(classes, booked, no_shows), offices)


def _branch(context: Context, slug: str) -> BranchSetup:
    try:
        return context.setup(slug)
    except QueueError as error:
        why = f"there is no branch {slug!r}" if error.code == "unknown_branch" else "the database does not answer"
        raise click.UsageError(f"--branch: {why}") from error


def _demand_of_rates(path: Path, branch: BranchSetup | None, seed: int) -> Demand:
    data = _json(path)
    try:
        rates = check_rates(data, branch)
    except QueueError as error:
        raise _wrong(path, error) from error
    demand = demand_of_rates(path.stem, rates, branch.time_zone if branch is not None else DEFAULT_ZONE, seed)
    if not demand.arrivals:
        raise click.UsageError(f"{path.name}: at these rates nobody comes")
    return demand


def _profile(path: Path, demand: Demand) -> NamedProfile:
    places = {service.slug: place for place, service in enumerate(demand.services)}
    try:
        return NamedProfile(path.stem, check_profile(_json(path), places))
    except QueueError as error:
        raise _wrong(path, error, f" (the services are {', '.join(places)})") from error


def _check_classes(rules_file: Path | None, rules: object, classes: Mapping[str, float]) -> None:
    try:
        known = check_rules(rules).rank_of
    except QueueError as error:
        raise (_wrong(rules_file, error) if rules_file is not None else error) from error
    for name in classes:
        if name not in known:
            raise click.UsageError(
                f"--classes: the rules have no class {name!r}; they have {', '.join(known) or 'none'}"
            )


def _staffs(
    demand: Demand, day: Day | None, profiles: Sequence[NamedProfile], counters: list[int] | None
) -> list[tuple[str, list[Desk]]]:
    """Return the desks of each office to try, with its name."""
    if not counters and not profiles:
        if day is None:
            raise click.UsageError("--rates needs --counters, --profile or --branch: how many counters are there?")
        return [(AS_RECORDED, staff_as_recorded(shifts_of_day(day, demand), demand))]
    shared = profiles or [every_service(demand)]
    return [
        (f"{number} counter{'s' if number > 1 else ''}", staff(shared, number, demand))
        for number in counters or [len(shared)]
    ]


def _named(name: str, manner: Manner | None) -> str:
    return f"{name}, {manner}" if manner else name


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8-sig"))
    except json.JSONDecodeError as error:
        raise click.UsageError(f"{path.name}, line {error.lineno}, column {error.colno}: {error.msg}") from error
    except (OSError, UnicodeDecodeError, RecursionError) as error:
        raise click.UsageError(f"{path.name} cannot be read: {error}") from error


def _wrong(path: Path, error: QueueError, more: str = "") -> click.UsageError:
    place = error.details["field"] or "the whole"
    return click.UsageError(f"{path.name}: {place}: {error.details['problem']}{more}")
