"""What the record says of a loaded day, beside what its file says."""

from __future__ import annotations

from sqlalchemy import select

from queue_app.domain.branch import BranchSetup
from queue_app.domain.business_day import day_bounds
from queue_app.domain.kpi import seconds_between
from queue_app.replay.day import Day
from queue_app.replay.load import match_office
from queue_app.replay.tables import ALL, Loaded, Waits
from queue_app.reports.waits import waits
from queue_app.store.models import Leg
from queue_app.store.session import Database


def compare_services(database: Database, setup: BranchSetup, day: Day) -> list[Loaded]:
    """Return one comparison for each service, of the queue waits (first call less issue)."""
    begin, end = day_bounds(day.date, setup.zone, setup.cut_over_hour)
    statement = select(Leg.service_id, Leg.enqueued_at, Leg.first_called_at).where(
        Leg.branch_id == setup.id, Leg.sequence == 1, Leg.enqueued_at >= begin, Leg.enqueued_at < end
    )
    recorded: dict[str, list[float | None]] = {service.slug: [] for service in setup.services}
    with database.reading() as connection:
        for row in connection.execute(statement):
            recorded[setup.services_by_id[row.service_id].slug].append(
                seconds_between(row.enqueued_at, row.first_called_at)
            )
    slugs = match_office(setup, day)[0]
    return [
        _compared(
            f"{service.letter} {service.name}",
            _in_file(day, service.service_id),
            recorded[slugs[service.service_id]],
        )
        for service in day.services
    ]


def compare_day(database: Database, setup: BranchSetup, day: Day) -> Loaded:
    """Return the comparison of the whole day with the report on waits (until the service began)."""
    in_file = [ticket.wait_seconds for ticket in day.tickets]
    total = waits(database, setup, day.date, day.date).total
    reported = Waits(total["wait_mean_seconds"], total["wait_p50_seconds"], total["wait_p90_seconds"])
    return Loaded(
        ALL,
        (len(in_file), total["served"] + total["left"]),
        (_known(in_file), total["served"]),
        Waits.of(in_file),
        reported,
    )


def _in_file(day: Day, service_id: str) -> list[float | None]:
    return [ticket.wait_seconds for ticket in day.of_service(service_id)]


def _compared(name: str, in_file: list[float | None], in_record: list[float | None]) -> Loaded:
    issued, called = (len(in_file), len(in_record)), (_known(in_file), _known(in_record))
    return Loaded(name, issued, called, Waits.of(in_file), Waits.of(in_record))


def _known(values: list[float | None]) -> int:
    return sum(value is not None for value in values)
