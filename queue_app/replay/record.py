"""What the reports say of a loaded day, beside what its file says."""

from __future__ import annotations

from queue_app.domain.branch import BranchSetup
from queue_app.domain.business_day import day_bounds
from queue_app.replay.day import Day
from queue_app.replay.load import match_office
from queue_app.replay.tables import ALL, SMALLEST_P90, Loaded, Waits
from queue_app.reports import registry
from queue_app.reports.groups import Groups
from queue_app.reports.question import Question
from queue_app.reports.record import Record
from queue_app.store.session import Database


def compare_services(record: Record, setup: BranchSetup, day: Day) -> list[Loaded]:
    """Return one comparison for each service, of the queue waits (first call less issue)."""
    facts = record.facts(setup, day.date, day.date, day_bounds(day.date, setup.zone, setup.cut_over_hour)[1])
    legs = {name: values[facts.legs["sequence"] == 1] for name, values in facts.legs.items()}
    groups = Groups([legs["service_id"]], len(legs["day"]))
    spread = groups.spread(legs["queue_wait"])
    figures = zip(spread.mean(), spread.percentile(50), spread.percentile(90, SMALLEST_P90), strict=True)
    waits = {
        key: Waits(*(None if value is None else value / 1000 for value in each))
        for (key,), each in zip(groups.keys, figures, strict=True)
    }
    issued = {key: int(count) for (key,), count in zip(groups.keys, groups.count(), strict=True)}
    called = {key: int(count) for (key,), count in zip(groups.keys, spread.counts, strict=True)}
    slugs = match_office(setup, day)[0]
    compared = []
    for service in day.services:
        in_file = [ticket.wait_seconds for ticket in day.of_service(service.service_id)]
        key = setup.service(slugs[service.service_id]).id
        compared.append(
            Loaded(
                f"{service.letter} {service.name}",
                (len(in_file), issued.get(key, 0)),
                (_known(in_file), called.get(key, 0)),
                Waits.of(in_file),
                waits.get(key, Waits(None, None, None)),
            )
        )
    return compared


def compare_day(record: Record, database: Database, setup: BranchSetup, day: Day) -> Loaded:
    """Return the comparison of the whole day with the report on waits (until the service began)."""
    in_file = [ticket.wait_seconds for ticket in day.tickets]
    question = Question(setup, day.date, day.date, day_bounds(day.date, setup.zone, setup.cut_over_hour)[1])
    total = registry.make(record, database, "waits", question).tables[0].total
    assert total is not None
    reported = Waits(total["wait_mean_seconds"], total["wait_p50_seconds"], total["wait_p90_seconds"])
    return Loaded(
        ALL,
        (len(in_file), total["served"] + total["left"]),
        (_known(in_file), total["served"]),
        Waits.of(in_file),
        reported,
    )


def _known(values: list[float | None]) -> int:
    return sum(value is not None for value in values)
