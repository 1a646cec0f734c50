"""Reading recorded days."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_days import LARGE, MIDDLE, NAME, SMALL, MadeTicket, clock, day_of, made_tickets, text_of

from queue_app.replay.day import (
    Day,
    DayError,
    RecordedService,
    overtaken,
    parse_day,
    read_day,
    unique_series,
    unique_slugs,
)

GOOD = "1,A,Passports,1,08:00:00,08:10:00"


def test_times_of_the_file_are_local_and_become_utc() -> None:
    (ticket,) = parse_day(NAME, text_of(GOOD)).tickets
    assert ticket.issued_at == datetime(2020, 1, 2, 7, 0, tzinfo=UTC)
    assert ticket.wait_seconds == 600


def test_office_and_date_are_in_the_name() -> None:
    day = parse_day("USC_Andersa_2020-01-02.csv", text_of(GOOD))
    assert (day.office, day.date) == ("USC_Andersa", date(2020, 1, 2))


def test_ticket_without_a_call_has_no_wait_rather_than_none_at_all() -> None:
    (ticket,) = parse_day(NAME, text_of("1,A,Passports,1,08:00:00,")).tickets
    assert ticket.called_at is None and ticket.wait_seconds is None


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (["1,A,Passports,1,8:00,"], "line 2: issued_at is '8:00', which is no time"),
        (["1,A,Passports,1,25:00:00,"], "line 2: issued_at is '25:00:00', which is no time"),
        ([GOOD, "1,A,Passports,2,08:00:00,soon"], "line 3: called_at is 'soon', which is no time"),
        (["1,A,Passports,1,08:10:00,08:00:00"], "line 2: called at 08:00:00, before it was issued"),
        (["1,A,Passports,one,08:00:00,"], "line 2: number is 'one', which is no whole number"),
        (["1,A,Passports,-1,08:00:00,"], "line 2: number is '-1', which is no whole number"),
        ([GOOD, GOOD], "line 3: number 1 of service 1 is there twice"),
        ([GOOD, "1,B,Passports,2,08:00:00,"], "line 3: service 1 had another letter or name before"),
        (["1,,Passports,1,08:00:00,"], "line 2: a service needs an id, a letter and a name"),
        (["1,A,Passports,1,08:00:00"], "line 2: it must have 6 fields"),
        (["1,A,Passports,1,08:00:00,,more"], "line 2: it must have 6 fields"),
        ([], "there is no ticket in it"),
    ],
)
def test_what_is_wrong_in_a_file_is_said_with_its_line(rows: list[str], told: str) -> None:
    with pytest.raises(DayError, match="UD_Somewhere_2020-01-02") as error:
        parse_day(NAME, text_of(*rows))
    assert told in str(error.value)


@pytest.mark.parametrize("name", ["day.csv", "UD_2020-1-2.csv", "UD_2020-13-01.csv", "UD_X_2020-01-02.counters.csv"])
def test_name_without_office_and_date_is_refused(name: str) -> None:
    with pytest.raises(DayError):
        parse_day(name, text_of(GOOD))


def test_wrong_columns_are_named_with_the_right_ones() -> None:
    with pytest.raises(DayError, match="the columns are a, b; they must be service_id, service_letter"):
        parse_day(NAME, "a,b\n1,2\n")


def test_missing_file_is_said_plainly(tmp_path) -> None:
    with pytest.raises(DayError, match="cannot be read"):
        read_day(tmp_path / NAME)


def test_counters_are_read_where_they_lie_beside(tmp_path) -> None:
    (tmp_path / NAME).write_text(text_of(GOOD))
    assert read_day(tmp_path / NAME).staffing == {}
    counters = "time,service_id,open_counters,waiting,last_called,city_service_minutes\n08:05:00,1,3,2,1,10\n"
    (tmp_path / NAME.replace(".csv", ".counters.csv")).write_text(counters)
    (staffing,) = read_day(tmp_path / NAME).staffing["1"]
    assert (staffing.open_counters, staffing.expected_service_seconds) == (3, 600)


@pytest.mark.parametrize(("path", "tickets", "services"), [(SMALL, 79, 6), (MIDDLE, 344, 6), (LARGE, 1077, 19)])
def test_shipped_days_are_whole_and_nobody_is_overtaken(path, tickets: int, services: int) -> None:
    day = read_day(path)
    assert (len(day.tickets), len(day.services)) == (tickets, services)
    assert overtaken(day) is None
    assert day.staffing.keys() >= {service.service_id for service in day.services}


def test_overtaking_is_found_and_named() -> None:
    day = day_of([MadeTicket(1, 1, 0, 100), MadeTicket(1, 2, 10, 50)])
    assert overtaken(day) == "Service 1: number 2 was called before number 1"


def test_call_past_somebody_who_is_never_called_is_overtaking() -> None:
    day = day_of([MadeTicket(1, 1, 0, None), MadeTicket(1, 2, 10, 50)])
    assert "number 2 was called before number 1" in (overtaken(day) or "")


def test_shared_letter_is_numbered_from_the_second_service_on() -> None:
    services = [RecordedService(str(n), letter, letter) for n, letter in enumerate("LALL")]
    assert list(unique_series(services).values()) == ["L", "A", "L2", "L3"]


def test_slug_is_plain_and_distinct() -> None:
    services = [RecordedService("1", "A", "Dłużnicy / Żłobki"), RecordedService("2", "B", "dłużnicy żłobki")]
    assert list(unique_slugs(services).values()) == ["dluznicy-zlobki", "dluznicy-zlobki-2"]


@given(st.lists(st.sampled_from(["A", "B", "A2", "a", "A3", "B2"]), min_size=1, max_size=12))
def test_series_are_distinct_whatever_the_letters(letters: list[str]) -> None:
    services = [RecordedService(str(n), letter, "x") for n, letter in enumerate(letters)]
    series = unique_series(services)
    assert len(set(series.values())) == len(services)


@given(made_tickets())
def test_whatever_is_written_is_read_again(tickets: list[MadeTicket]) -> None:
    day: Day = day_of(tickets)
    assert overtaken(day) is None
    read = {
        (ticket.service_id, ticket.number, _local(day, ticket.issued_at), _local(day, ticket.called_at))
        for ticket in day.tickets
    }
    assert read == {
        (str(t.service), t.number, clock(t.issued), clock(t.called) if t.called is not None else "") for t in tickets
    }
    assert [t.issued_at for t in day.tickets] == sorted(t.issued_at for t in day.tickets)


def _local(day: Day, moment: datetime | None) -> str:
    seconds = None if moment is None else round((moment - day.at(8)).total_seconds())
    return "" if seconds is None else clock(seconds)
