"""The desks of a simulated branch, and the making of that branch in a database of its own, which is thrown away."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from queue_app.clock import SimulatedClock
from queue_app.domain.branch import BranchSetup
from queue_app.domain.profiles import Manner, Profile, ServiceTerms
from queue_app.operations import setup
from queue_app.operations.unit_of_work import Context
from queue_app.replay.load import hurry
from queue_app.simulation.demand import Demand
from queue_app.simulation.recorded import Shift
from queue_app.store.migrate import migrate
from queue_app.store.models import Branch
from queue_app.store.session import Database

EVERY_SERVICE = "every service"
"""What the work profile of a desk without one is called."""


@dataclass(frozen=True)
class NamedProfile:
    """A work profile; the ids of its services are their places in the demand's list."""

    name: str
    profile: Profile


@dataclass(frozen=True)
class Desk:
    """One counter: its name, what it takes, and when it is open."""

    name: str
    profile: NamedProfile
    shifts: Sequence[Shift]


@dataclass(frozen=True)
class Office:
    """Who serves, and by which rules.

    Attributes:
        name: what tells this attempt from the others.
        desks: at least one.
        rules: as `domain.profile_checks.check_rules` reads them.
        desk_rules: as `domain.desk.check_desk` reads them.
    """

    name: str
    desks: Sequence[Desk]
    rules: Mapping[str, Any]
    desk_rules: Mapping[str, Any]


def every_service(demand: Demand) -> NamedProfile:
    """Return the profile of a counter that takes everybody in the order in which they came."""
    terms = tuple(ServiceTerms(place) for place in range(len(demand.services)))
    return NamedProfile(EVERY_SERVICE, Profile(terms))


def profiles_of_branch(branch: BranchSetup, demand: Demand) -> list[NamedProfile]:
    """Return the profile of each of the branch's counters, in their order, as far as it takes something of `demand`."""
    places = {service.slug: place for place, service in enumerate(demand.services)}
    place_of = {each.id: places[each.slug] for each in branch.services if each.slug in places}
    names = {each.id: each.name for each in branch.profiles}
    found = []
    for counter in branch.counters:
        profile = branch.profile(counter.profile_id)
        terms = tuple(
            replace(each, service_id=place_of[each.service_id])
            for each in profile.services
            if each.service_id in place_of
        )
        name = names.get(counter.profile_id or 0, EVERY_SERVICE)
        found.append(NamedProfile(name, Profile(terms, profile.manner)))
    return [each for each in found if each.profile.services]


def rules_of_branch(database: Database, slug: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the rules and the desk rules of an installation's branch, as they are kept."""
    with database.reading() as connection:
        row = connection.execute(select(Branch.rules, Branch.desk).where(Branch.slug == slug)).one()
    return row.rules, row.desk


def staff(profiles: Sequence[NamedProfile], number: int, demand: Demand) -> list[Desk]:
    """Return `number` desks, open all day, which have `profiles` in turn."""
    return [
        Desk(str(place + 1), profiles[place % len(profiles)], [(demand.opens, demand.closes)])
        for place in range(number)
    ]


def staff_as_recorded(shifts: Sequence[Sequence[Sequence[Shift]]], demand: Demand) -> list[Desk]:
    """Return the desks of a recorded day, each of which takes one service."""
    desks = []
    for place, (service, own) in enumerate(zip(demand.services, shifts, strict=True)):
        profile = NamedProfile(f"{service.series} {service.name}", Profile((ServiceTerms(place),)))
        desks += [Desk(f"{service.series}-{turn}", profile, each) for turn, each in enumerate(own, start=1)]
    return desks


def in_manner(desks: Sequence[Desk], manner: Manner) -> list[Desk]:
    """Return the same desks, all of which choose in `manner`."""
    return [
        replace(
            desk,
            profile=NamedProfile(desk.profile.name, replace(desk.profile.profile, manner=manner)),
        )
        for desk in desks
    ]


@contextmanager
def throw_away_database() -> Iterator[Database]:
    """Give an empty SQLite database in a folder of its own, and remove it at the end."""
    with tempfile.TemporaryDirectory(prefix="queue-simulation-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'simulation.sqlite3'}")
        hurry(database)
        try:
            migrate(database)
            yield database
        finally:
            database.dispose()


def create(database: Database, slug: str, demand: Demand, office: Office) -> tuple[Context, SimulatedClock, list[int]]:
    """Make the branch `slug` as `demand` and `office` want it; return it with a clock at its opening, and its counters.

    It has no opening hours and no quotas: whoever comes in the demand gets a number.
    """
    clock = SimulatedClock(demand.opens)
    context = Context(database, clock)
    with database.writing() as connection:
        branch_id = setup.create_branch(
            connection, clock.now(), slug, {"en": demand.name}, demand.time_zone, languages=["en"],
            rules=dict(office.rules), desk=dict(office.desk_rules), finish_on_next=True, confirm_arrival=False,
        )  # fmt: skip
        service_ids = [
            setup.add_service(
                connection, branch_id, each.slug, each.series, {"en": each.name}, position=place,
                target_wait_seconds=each.target_minutes * 60, longest_wait_minutes=each.longest_wait_minutes,
                expected_service_seconds=max(1, round(each.service_seconds)),
            )
            for place, each in enumerate(demand.services)
        ]  # fmt: skip
        profile_ids: dict[NamedProfile, int] = {}
        counter_ids = []
        for place, desk in enumerate(office.desks):
            if desk.profile not in profile_ids:
                profile = desk.profile.profile
                terms = [{**asdict(each), "service_id": service_ids[each.service_id]} for each in profile.services]
                # Numbered, since a branch may have named one as we do.
                name = f"{len(profile_ids) + 1} {desk.profile.name}"
                profile_ids[desk.profile] = setup.add_profile(connection, branch_id, name, terms, profile.manner)
            counter_ids.append(
                setup.add_counter(
                    connection, branch_id, desk.name, position=place, profile_id=profile_ids[desk.profile]
                )
            )
    return context, clock, counter_ids
