"""The workbook: typed cells, texts that stay texts, sheets that Excel takes, memory that does not grow with the rows."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from queue_app.reports.document import Column, Kind, Plot, Report, Shape, Table
from queue_app.reports.forms import xlsx, xlsx_sheets
from tests.reports.report_samples import EVERY_KIND, FIRST, LAST, MADE_AT, brno, every_kind, noted, plotted, with_rows
from tests.reports.test_forms_for_programs import FORMULAS

ROOT = Path(__file__).parent.parent.parent


def written(report: Report, language: str = "en", **options: Any) -> Workbook:
    """Return the workbook of a report, as openpyxl reads it."""
    file = BytesIO()
    xlsx.write(report, language, file, MADE_AT, **options)
    return load_workbook(file)


def test_every_kind_of_cell_is_typed() -> None:
    rows = list(written(every_kind()).worksheets[0].iter_rows(min_row=2, values_only=True))
    assert rows[0] == (
        "first", "Identity cards", "1", "Alena Příkopová", "Finished", datetime(2026, 3, 4), datetime(2026, 3, 4, 9, 5), 1234, 6.25,
        timedelta(seconds=245), 0.853,
    )  # fmt: skip
    assert rows[1][7:] == (0, None, None, None)
    assert rows[2][6] == datetime(2026, 3, 29, 4, 0)  # the night in which the clocks went forward
    assert rows[2][9] == timedelta(seconds=3905.4)
    assert rows[3] == ("Together", None, None, None, None, None, None, 1241, 3.38, timedelta(seconds=1465.1), 0.8537)


def test_cells_are_shown_as_dates_durations_and_shares() -> None:
    cells = written(every_kind(), "cs").worksheets[0][2]
    shown = [cell.number_format for cell in cells[5:]]
    assert shown == ["d. m. yyyy", "d. m. yyyy hh:mm", "#,##0", "#,##0.00", "[h]:mm:ss", "0.0%"]


@pytest.mark.parametrize("text", [*FORMULAS, "http://example.org", "mailto:a@b.cz", "5", "1/2", "0012", "TRUE", "{=1}"])
def test_a_text_stays_a_text(text: str) -> None:
    cell = written(noted([text])).worksheets[0]["A2"]
    assert (cell.data_type, cell.hyperlink) == ("s", None)
    assert cell.value.replace("_x000D_", "\r") == text  # how the format writes a carriage return


def test_a_text_that_looks_like_a_formula_is_marked_so_that_editing_it_makes_none() -> None:
    sheet = written(noted(["=1+1", "harmless"])).worksheets[0]
    assert sheet["A2"].quotePrefix and not sheet["A3"].quotePrefix


def test_letters_of_all_languages_and_odd_ones_come_back() -> None:
    texts = ["ěščřžýáíéůň", "ľĺôäť", "łąęśćżź", "őű", "<b>&amp;</b>", "\x07bell", "x" * 40_000, "👋"]
    found = [row[0] for row in written(noted(texts)).worksheets[0].iter_rows(min_row=2, values_only=True)]
    assert found[:5] == texts[:5] and found[7] == "👋"
    assert "bell" in found[5] and len(found[6]) == 32_767


def test_a_duration_below_zero_can_be_read_and_reckoned_with() -> None:
    column = Column("error", "Error", "", Kind.SECONDS)
    cell = written(with_rows([{"error": -65.0}], (column,))).worksheets[0]["A2"]
    assert cell.value * 86_400 == pytest.approx(-65)
    assert cell.number_format == 'General;"−1:05"'  # Excel shows a negative time as hash signs


def test_headings_stay_in_sight_can_be_filtered_and_are_printed_on_each_page() -> None:
    sheet = written(every_kind()).worksheets[0]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:K4"  # without the row over everything
    assert sheet.print_title_rows == "$1:$1"
    assert sheet["A1"].font.bold and sheet["A1"].alignment.wrap_text
    assert [cell.font.bold for cell in sheet[5]][::7] == [True, True]


def test_it_prints_on_a4_one_page_wide_with_branch_days_and_page_numbers() -> None:
    sheet = written(every_kind()).worksheets[0]
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0
    assert sheet.oddHeader.left.text == "Brno Centre" and "2 Mar 2026" in sheet.oddHeader.right.text
    assert sheet.oddFooter.right.text == "page &P of &N" and "1 Apr 2026 08:05" in sheet.oddFooter.left.text


def test_its_properties_say_what_it_is() -> None:
    properties = written(every_kind(), "cs").properties
    assert (properties.title, properties.creator) == ("Every kind of cell", "Brno-střed")
    assert properties.created == datetime(2026, 4, 1, 6, 5)


def test_each_table_has_a_sheet_and_the_last_one_says_what_everything_means() -> None:
    book = written(every_kind())
    assert book.sheetnames == ["Every kind of cell", "Waits through the day", "Definitions"]
    told = {row[0]: row[1:] for row in book["Definitions"].iter_rows(values_only=True)}
    assert told["Branch"][0] == "Brno Centre"
    assert told["Days"][0] == "2 Mar 2026 – 27 Mar 2026"
    assert told["Made"][0] == "1 Apr 2026 08:05"
    for column in EVERY_KIND:
        assert told[column.heading] == (column.meaning, column.name)


def test_it_says_where_figures_are_left_out_because_of_too_few_people_and_how_it_was_made() -> None:
    report = with_rows([{"served": None}], (Column("served", "Served", "", Kind.COUNT),), hidden_small=True)
    book = written(replace(report, notes=(("Asked by %(name)s.", {"name": "Marta"}),)))
    told = [row[1] for row in book["Definitions"].iter_rows(values_only=True)]
    assert "Asked by Marta." in told and any(note and "too few people" in note for note in told)


def test_sheets_have_names_that_excel_takes_whatever_the_tables_are_called() -> None:
    titles = ["a/b: [c]?*\\", "A" * 60, "A" * 60, "'quoted'", "history", "", "'", "👋" * 30, "definitions"]
    tables = [Table(str(place), title, EVERY_KIND[:1], []) for place, title in enumerate(titles)]
    names = written(Report("sample", "Sample", brno(), FIRST, LAST, tables)).sheetnames
    assert len(names) == len({name.lower() for name in names}) == len(titles) + 1
    assert all(0 < len(name.encode("utf-16-le")) // 2 <= 31 for name in names)
    assert names[1:3] == ["A" * 31, "A" * 27 + " (2)"]


def test_a_table_that_is_too_long_goes_on_in_a_further_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_sheets, "MOST_ROWS", 4)
    column = Column("served", "Served", "", Kind.COUNT)
    book = written(with_rows([{"served": number} for number in range(6)], (column,), total={"served": 15}))
    assert book.sheetnames == ["A sample", "A sample (2)", "A sample (3)", "Definitions"]
    found = [[cell.value for cell in sheet["A"]] for sheet in book.worksheets[:3]]
    assert found == [["Served", 0, 1, 2], ["Served", 3, 4, 5], ["Served", 15]]
    assert [sheet.freeze_panes for sheet in book.worksheets[:3]] == ["A2"] * 3


@pytest.mark.parametrize(("shape", "charts"), [(Shape.BARS, 1), (Shape.STACK, 1), (Shape.LINES, 1), (Shape.BAND, 1)])
def test_a_plot_is_a_chart_of_the_cells(shape: Shape, charts: int) -> None:
    report = plotted(shape, [(60.0, 120.0, 90.0), (None, 150.0, 100.0)], ["08:00", "09:00"], limit=100.0)
    sheet = written(report)["Charts"]
    assert len(sheet._charts) == charts
    series = sheet._charts[0].series
    assert [str(each.val.numRef.f) for each in series[:3]] == [
        f"'A sample'!${letter}$2:${letter}$3" for letter in "BCD"
    ]
    assert str(series[0].cat.strRef.f) == "'A sample'!$A$2:$A$3"


def test_a_heat_map_is_a_shaded_sheet() -> None:
    columns = (
        Column("weekday", "Weekday", "", Kind.WORD),
        Column("hour", "Hour", ""),
        Column("arrived", "Arrived", "", Kind.COUNT),
    )
    rows = [
        {"weekday": "weekday:2", "hour": "09:00", "arrived": 3},
        {"weekday": "weekday:1", "hour": "09:00", "arrived": 5},
        {"weekday": "weekday:1", "hour": "08:00", "arrived": None},
    ]
    book = written(
        with_rows(rows, columns, Plot("By the hour", Shape.HEAT, "sample", "hour", ("arrived",), by="weekday"))
    )
    sheet = book["By the hour"]
    assert [list(row) for row in sheet.iter_rows(values_only=True)] == [
        ["Weekday", "08:00", "09:00"],
        ["Monday", None, 5],
        ["Tuesday", None, 3],
    ]
    (shades,) = [rule for rules in sheet.conditional_formatting for rule in rules.rules]
    assert shades.type == "colorScale" and len(shades.colorScale.color) == 3


@pytest.mark.parametrize("shape", Shape)
def test_a_plot_of_nothing_harms_no_workbook(shape: Shape) -> None:
    assert "A sample" in written(plotted(shape, [], [], series=2, by="x")).sheetnames
    assert "A sample" in written(plotted(shape, [(None, None)], ["08:00"], by="x")).sheetnames


def test_progress_is_told_every_thousand_rows_and_may_end_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    told: list[int] = []
    report = noted("note" for _ in range(2500))
    written(report, progress=told.append)
    assert told == [1000, 2000]

    def stop(rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        written(noted("note" for _ in range(2500)), progress=stop)
    assert os.listdir(tmp_path) == []  # nothing is left behind either way


MEMORY = """
import resource
from io import BytesIO
from queue_app.reports.document import Column, Kind
from queue_app.reports.forms import xlsx
from tests.reports.report_samples import MADE_AT, with_rows

def peak(rows):
    columns = (Column("label", "Label", ""), Column("served", "Served", "", Kind.COUNT))
    cells = ({"label": f"A{number}", "served": number} for number in range(rows))
    with open("/dev/null", "wb") as file:
        xlsx.write(with_rows(cells, columns), "en", BytesIO() if rows < 0 else file, MADE_AT)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

small = peak(20_000)
print(peak(200_000) - small)
"""


def test_memory_does_not_grow_with_the_rows() -> None:
    done = subprocess.run([sys.executable, "-c", MEMORY], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 12  # MB for 180,000 rows more
