"""Reports that are sent by themselves: over which days, when, to whom. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from queue_app.domain.business_day import day_bounds
from queue_app.domain.reading import list_of, object_of, truth, whole, word_of, wrong
from queue_app.domain.reporting import MOST_ADDRESSES, check_email

_DAY = timedelta(days=1)


class Span(StrEnum):
    """Over which days: the last whole business day, week (Monday to Sunday) or calendar month."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Form(StrEnum):
    """As which file."""

    PDF = "pdf"
    XLSX = "xlsx"
    CSV = "csv"


@dataclass(frozen=True)
class ReportSchedule:
    """One report that is sent by itself.

    Attributes:
        report: its name.
        form, language: of the file and the e-mail.
        span: the days it is about.
        hour: 0 to 23, local; it is sent then on the day after the span, but never before the last business day has ended.
        recipients: e-mail addresses.
        options: `by`, `per`, `target_seconds`, `compared` and `clerks` as a report takes them; each may be missing.
        active: False while it pauses.
    """

    report: str
    form: Form
    language: str
    span: Span
    hour: int
    recipients: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    active: bool = True


def check_schedule(data: object) -> ReportSchedule:
    """Read a schedule. What reports, languages and breakdowns there are, whoever calls has to know.

    Raises:
        QueueError: `invalid_value` with `field` and `problem`, for the first mistake found.
    """
    told = object_of(data, "", set(ReportSchedule.__dataclass_fields__))
    addresses = list_of(told.get("recipients"), "recipients")
    if not 1 <= len(addresses) <= MOST_ADDRESSES:
        raise wrong("recipients", "1 to %(most)d addresses are needed", most=MOST_ADDRESSES)
    recipients = [check_email(each, f"recipients[{place}]") for place, each in enumerate(addresses)]
    return ReportSchedule(
        report=str(told.get("report", "")),
        form=word_of(told.get("form"), "form", Form),
        language=str(told.get("language", "")),
        span=word_of(told.get("span"), "span", Span),
        hour=whole(told.get("hour"), "hour", 0, 23),
        recipients=tuple(dict.fromkeys(recipients)),
        options=dict(told.get("options") or {}),
        active=truth(told.get("active", True), "active"),
    )


def last_span(span: Span, day: date) -> tuple[date, date]:
    """Return the first and the last day of the last whole span that is over when `day` begins."""
    if span == Span.DAY:
        return day - _DAY, day - _DAY
    if span == Span.WEEK:
        monday = day - timedelta(days=day.weekday())
        return monday - timedelta(days=7), monday - _DAY
    last = day.replace(day=1) - _DAY
    return last.replace(day=1), last


def due_at(day: date, hour: int, zone: ZoneInfo, cut_over_hour: int) -> datetime:
    """Return the UTC moment of `day` at which a report about the days before is sent.

    Args:
        day: the day after the span.
        hour: local, 0 to 23. One that the clock skips in spring is the first moment after; of two in autumn it is the first.
        zone, cut_over_hour: the branch's.
    """
    wished = datetime.combine(day, time(hour)).replace(tzinfo=zone, fold=0).astimezone(UTC)
    return max(wished, day_bounds(day - _DAY, zone, cut_over_hour)[1])


def next_day(schedule: ReportSchedule, zone: ZoneInfo, cut_over_hour: int, now: datetime) -> date:
    """Return the next day on which a schedule is due, after `now` (aware)."""
    day = now.astimezone(zone).date() - _DAY
    while not (_is_after_span(schedule.span, day) and due_at(day, schedule.hour, zone, cut_over_hour) > now):
        day += _DAY
    return day


def latest_day(schedule: ReportSchedule, zone: ZoneInfo, cut_over_hour: int, now: datetime) -> date:
    """Return the latest day on which a schedule was due, at `now` (aware) or before."""
    day = now.astimezone(zone).date() + _DAY
    while not (_is_after_span(schedule.span, day) and due_at(day, schedule.hour, zone, cut_over_hour) <= now):
        day -= _DAY
    return day


def _is_after_span(span: Span, day: date) -> bool:
    return last_span(span, day)[1] == day - _DAY
