"""When a report is sent by itself, and over which days: by the branch's own clock, whatever it does."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_app.domain.business_day import business_date, day_bounds
from queue_app.domain.errors import QueueError
from queue_app.domain.report_schedule import (
    Form,
    ReportSchedule,
    Span,
    check_schedule,
    due_at,
    last_span,
    latest_day,
    next_day,
)
from queue_app.domain.reporting import check_email

PRAGUE = ZoneInfo("Europe/Prague")
ZONES = [
    ZoneInfo(name) for name in ("Europe/Prague", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "UTC")
]


YEARS = [date(2015, 1, 1) + timedelta(days=each) for each in range(20 * 365)]
ODD_DAYS = [
    (zone, day)
    for zone in ZONES
    for day in YEARS
    if day_bounds(day, zone, 0)[1] - day_bounds(day, zone, 0)[0] != timedelta(days=1)
]
"""The days on which a clock is turned; of any day they are too few to be met by chance."""


def schedule(span: Span, hour: int = 6) -> ReportSchedule:
    """Return a schedule that is about `span`."""
    return ReportSchedule("waits", Form.PDF, "cs", span, hour, ("marta@brno.example",))


@pytest.mark.parametrize(
    ("span", "day", "first", "last"),
    [
        (Span.DAY, date(2026, 3, 1), date(2026, 2, 28), date(2026, 2, 28)),
        (Span.WEEK, date(2026, 3, 2), date(2026, 2, 23), date(2026, 3, 1)),  # a Monday
        (Span.WEEK, date(2026, 3, 8), date(2026, 2, 23), date(2026, 3, 1)),  # the Sunday after
        (Span.MONTH, date(2026, 3, 1), date(2026, 2, 1), date(2026, 2, 28)),
        (Span.MONTH, date(2026, 1, 31), date(2025, 12, 1), date(2025, 12, 31)),
    ],
)
def test_the_last_whole_span_ends_before_the_day(span: Span, day: date, first: date, last: date) -> None:
    assert last_span(span, day) == (first, last)


@pytest.mark.parametrize(
    ("day", "hour", "cut_over", "utc"),
    [
        (date(2026, 3, 4), 6, 3, "2026-03-04T05:00"),
        (date(2026, 7, 4), 6, 3, "2026-07-04T04:00"),
        (date(2026, 3, 29), 2, 0, "2026-03-29T01:00"),  # two o'clock is skipped: at three
        (date(2026, 10, 25), 2, 0, "2026-10-25T00:00"),  # there are two of them: at the first
        (date(2026, 3, 4), 1, 3, "2026-03-04T02:00"),  # the day before has not ended at one: at its end
        (date(2026, 3, 29), 0, 3, "2026-03-29T01:00"),
        (date(2026, 3, 29), 6, 3, "2026-03-29T04:00"),  # a day of 23 hours
        (date(2026, 10, 25), 6, 3, "2026-10-25T05:00"),  # a day of 25
    ],
)
def test_it_is_sent_at_the_hour_on_the_wall_but_never_before_the_day_has_ended(
    day: date, hour: int, cut_over: int, utc: str
) -> None:
    assert due_at(day, hour, PRAGUE, cut_over) == datetime.fromisoformat(f"{utc}+00:00")


@given(
    where=st.one_of(st.sampled_from(ODD_DAYS), st.tuples(st.sampled_from(ZONES), st.sampled_from(YEARS))),
    shift=st.integers(-1, 1),
    hour=st.integers(0, 23),
    cut_over=st.integers(0, 6),
)
def test_whatever_the_clock_does_it_is_sent_once_on_each_day_and_the_day_before_is_over(
    where: tuple[ZoneInfo, date], shift: int, hour: int, cut_over: int
) -> None:
    zone, day = where[0], where[1] + timedelta(days=shift)
    due = due_at(day, hour, zone, cut_over)
    assert due < due_at(day + timedelta(days=1), hour, zone, cut_over)
    assert due >= day_bounds(day - timedelta(days=1), zone, cut_over)[1]
    assert business_date(due, zone, cut_over) >= day
    wall = due.astimezone(zone)
    if hour > cut_over:
        exists = datetime.combine(day, time(hour), zone).astimezone(UTC).astimezone(zone).hour == hour
        assert wall.date() == day and (wall.hour == hour or (not exists and wall.hour == hour + 1))


@given(
    zone=st.sampled_from(ZONES),
    now=st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),
    span=st.sampled_from(Span),
    hour=st.integers(0, 23),
    cut_over=st.integers(0, 6),
)
def test_between_the_latest_time_and_the_next_there_is_no_other(
    zone: ZoneInfo, now: datetime, span: Span, hour: int, cut_over: int
) -> None:
    wish = schedule(span, hour)
    latest, following = latest_day(wish, zone, cut_over, now), next_day(wish, zone, cut_over, now)
    assert due_at(latest, hour, zone, cut_over) <= now < due_at(following, hour, zone, cut_over)
    # The span that comes next begins where the latest one ended.
    assert last_span(span, following)[0] == last_span(span, latest)[1] + timedelta(days=1) == latest


def test_the_hours_of_a_year_send_each_span_exactly_once() -> None:
    for span, expected in ((Span.DAY, 365), (Span.WEEK, 52), (Span.MONTH, 12)):
        wish = schedule(span, 2)
        now = datetime(2026, 1, 1, 12, tzinfo=UTC)
        due = next_day(wish, PRAGUE, 3, now)
        told = []
        while now < datetime(2027, 1, 1, 12, tzinfo=UTC):
            now += timedelta(minutes=30)
            if due_at(due, 2, PRAGUE, 3) <= now:
                told.append(last_span(span, latest_day(wish, PRAGUE, 3, now)))
                due = next_day(wish, PRAGUE, 3, now)
        assert len(told) == len(set(told)) == expected
        assert all(before[1] + timedelta(days=1) == after[0] for before, after in pairwise(told))


WISH = {
    "report": "waits",
    "form": "pdf",
    "language": "cs",
    "span": "week",
    "hour": 6,
    "recipients": ["marta@brno.example"],
}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("form", "docx"), ("span", "year"), ("hour", 24), ("hour", -1), ("hour", True), ("hour", "6"), ("recipients", []),
        ("recipients", "marta@brno.example"), ("recipients", [f"{n}@brno.example" for n in range(21)]), ("active", "yes"),
        ("recipients", ["marta"]), ("recipients", [None]), ("whatever", 1),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_its_name(field: str, value: object) -> None:
    with pytest.raises(QueueError) as refused:
        check_schedule({**WISH, field: value})
    assert refused.value.code == "invalid_value"
    assert str(refused.value.details["field"]).startswith(field)


def test_whoever_stands_in_the_list_twice_gets_it_once() -> None:
    twice = check_schedule({**WISH, "recipients": ["marta@brno.example", " marta@brno.example"]})
    assert twice.recipients == ("marta@brno.example",)


@pytest.mark.parametrize(
    "text",
    [
        "a@b.cz, c@d.cz", "a@b.cz,c@d.cz", "a@b.cz;c@d.cz", "a@b.cz\nBcc: c@d.cz", "a@b.cz\r\nDATA", "<a@b.cz>", "A <a@b.cz>",
        '"a b"@b.cz', "a b@b.cz", "a@b", "@b.cz", "a@", "a", "", "a@b.cz\0", "a\u2028@b.cz", "a@b@c.cz", "a" * 250 + "@b.cz",
        "a@[127.0.0.1]", "a@.", "a@b .cz", "a\\@b.cz", "a(b)@c.cz", 5, None,
    ],
)  # fmt: skip
def test_what_is_not_exactly_one_address_is_refused(text: object) -> None:
    with pytest.raises(QueueError):
        check_email(text, "recipients[0]")


@pytest.mark.parametrize("text", ["a@b.cz", "o'neil+reports@office.example", "ředitel@úřad.cz", " a@b.cz "])
def test_one_address_is_taken(text: str) -> None:
    assert check_email(text, "recipients[0]") == text.strip()


@given(st.text(max_size=40))
def test_no_text_becomes_an_address_that_is_more_than_one(text: str) -> None:
    try:
        found = check_email(text, "x")
    except QueueError:
        return
    assert not set(found) & set(' ,;:<>()[]"\\\r\n\t\0') and found.count("@") == 1
