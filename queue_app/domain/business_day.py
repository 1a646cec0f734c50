"""The branch's day: it turns at the cut-over hour of the branch's own time zone, not at midnight UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def business_date(moment: datetime, zone: ZoneInfo, cut_over_hour: int) -> date:
    """Return the business date that `moment` belongs to.

    Args:
        moment: aware.
        zone: the branch's time zone.
        cut_over_hour: local hour (0 to 23) at which the day turns.
    """
    local = moment.astimezone(zone)
    # The wall clock decides, not a shift by a fixed number of hours: on a DST night the shift would be wrong by one.
    return local.date() if local.hour >= cut_over_hour else local.date() - timedelta(days=1)


def day_bounds(day: date, zone: ZoneInfo, cut_over_hour: int) -> tuple[datetime, datetime]:
    """Return the UTC moments at which the business date `day` begins and ends; [begin, end), 23 to 25 hours apart."""
    return _cut_over(day, zone, cut_over_hour), _cut_over(day + timedelta(days=1), zone, cut_over_hour)


def _cut_over(day: date, zone: ZoneInfo, hour: int) -> datetime:
    # A wall time that does not exist (spring forward) is read with the offset before the change, so 02:30 becomes
    # 03:30: the first moment whose wall clock is past the cut-over. One that exists twice is its first occurrence.
    naive = datetime.combine(day, time(hour))
    return naive.replace(tzinfo=zone, fold=0).astimezone(UTC)
