"""What a cell says to people: in their language, by the branch's own names, with nothing pretended."""

from __future__ import annotations

from datetime import date

import pytest

from queue_app.i18n import LANGUAGES
from queue_app.reports.document import Column, Kind, Table
from queue_app.reports.forms.for_people import Wording, cell, duration
from queue_app.reports.words import WORDS, name_of
from tests.reports.report_samples import brno, every_kind, with_rows


def said(value: object, kind: Kind, language: str = "en") -> str:
    """Return what a cell of a kind says, with plain blanks."""
    return cell(value, Column("x", "X", "", kind), language, brno()).replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (4.4, "0:04"), (59.5, "1:00"), (245, "4:05"), (3599.4, "59:59"), (3599.5, "1:00:00"), (3905.4, "1:05:05"),
     (90061, "25:01:01"), (-65, "−1:05"), (-0.2, "0:00")],
)  # fmt: skip
def test_a_duration_is_minutes_and_seconds_and_from_an_hour_on_hours_too(seconds: float, text: str) -> None:
    assert duration(seconds) == text
    assert said(seconds, Kind.SECONDS) == text


@pytest.mark.parametrize("kind", Kind)
def test_what_did_not_happen_is_a_dash_and_never_0(kind: Kind) -> None:
    assert said(None, kind) == "–"


@pytest.mark.parametrize("kind", Kind)
def test_an_empty_cell_says_nothing(kind: Kind) -> None:
    assert said("", kind) == ""


@pytest.mark.parametrize(
    ("language", "count", "number", "share"),
    [
        ("en", "1,234,567", "3.26", "85.3 %"),
        ("cs", "1 234 567", "3,26", "85,3 %"),
        ("sk", "1 234 567", "3,26", "85,3 %"),
        ("pl", "1 234 567", "3,26", "85,3 %"),
        ("hu", "1 234 567", "3,26", "85,3 %"),
    ],
)
def test_numbers_are_written_as_the_language_does(language: str, count: str, number: str, share: str) -> None:
    assert said(1234567, Kind.COUNT, language) == count
    assert said(3.255, Kind.NUMBER, language) == number
    assert said(0.8525, Kind.SHARE, language) == share


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [
        ("en", "4 Mar 2026", "4 Mar 2026 09:05"),
        ("cs", "4. 3. 2026", "4. 3. 2026 9:05"),
        ("sk", "4. 3. 2026", "4. 3. 2026 9:05"),
        ("pl", "4 mar 2026", "4 mar 2026 09:05"),
        ("hu", "2026. márc. 4.", "2026. márc. 4. 9:05"),
    ],
)
def test_days_and_moments_are_written_as_the_language_does(language: str, day: str, moment: str) -> None:
    assert said("2026-03-04", Kind.DAY, language) == day
    assert said("2026-03-04T09:05:00+01:00", Kind.MOMENT, language) == moment


def test_a_moment_is_told_by_the_branchs_clock_whatever_its_offset() -> None:
    assert said("2026-03-04T08:05:00+00:00", Kind.MOMENT) == "4 Mar 2026 09:05"


def test_a_service_has_its_name_in_the_language_else_in_the_branchs_first_else_its_slug() -> None:
    assert said("ids", Kind.SERVICE, "pl") == "Dowody osobiste"
    assert said("gone", Kind.SERVICE, "pl") == "gone"
    spoken = brno(services=tuple(), name={"cs": "Brno"})
    assert cell("ids", Column("x", "X", "", Kind.SERVICE), "pl", spoken) == "ids"
    assert Wording("hu", spoken).branch == "Brno"


@pytest.mark.parametrize("code", WORDS)
def test_every_state_has_a_word(code: str) -> None:
    assert said(code, Kind.WORD) == WORDS[code] != code


@pytest.mark.parametrize("code", ["greeter", "vip", "weekday:8", "weekday:", ""])
def test_a_code_without_a_word_is_shown_as_it_is(code: str) -> None:
    assert name_of(code, "cs") == code


def test_weekdays_have_the_names_of_the_language() -> None:
    assert [name_of("weekday:1", language) for language in LANGUAGES] == [
        "Monday",
        "pondělí",
        "pondelok",
        "poniedziałek",
        "hétfő",
    ]
    assert name_of("weekday:7", "en") == "Sunday"


def test_the_row_over_everything_is_called_together_and_names_no_single_day() -> None:
    cells = Wording("cs", brno()).total(every_kind().tables[0])
    assert cells[:7] == ["Celkem", "", "", "", "", "", ""]
    assert cells[9] == "24:25"


def test_a_total_of_figures_alone_is_not_named_and_one_that_is_missing_is_a_dash() -> None:
    columns = (Column("served", "Served", "", Kind.COUNT), Column("wait", "Wait", "", Kind.SECONDS))
    table = with_rows([], columns, total={"served": 3, "wait": None}).tables[0]
    assert Wording("en", brno()).total(table) == ["3", "–"]


def test_a_table_without_a_total_has_none_to_tell() -> None:
    with pytest.raises(ValueError, match="sample"):
        Wording("en", brno()).total(Table("sample", "", (), ()))


def test_a_period_of_one_day_is_that_day() -> None:
    wording, report = Wording("en", brno()), every_kind()
    assert wording.period(report) == "2 Mar 2026 – 27 Mar 2026"
    assert wording.day(date(2026, 3, 2)) == "2 Mar 2026"
