"""JSON and CSV: names and units that never change, numbers as they are, no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from queue_app.reports.document import Column, Kind, Table
from queue_app.reports.forms.for_programs import ROWS_A_CHUNK, as_csv, as_json, safe_cell
from tests.reports.report_samples import EVERY_KIND, every_kind, noted, with_rows

FORMULAS = [
    "=HYPERLINK(\"http://example.org\")",
    "+1+1",
    "-2+3",
    "-5",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "   =1",
    "\u00a0=1",
    "\ufeff=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "=1,\"quoted\"\r\n=2",
]  # fmt: skip


def read(table: Table, **options: Any) -> list[list[str]]:
    """Return the cells of a table's CSV, as any program reads them."""
    return list(csv.reader(io.StringIO("".join(as_csv(table, **options)), newline="")))


def test_json_says_whose_figures_of_which_days_they_are_and_what_each_column_is() -> None:
    document = as_json(every_kind())
    assert (document["report"], document["branch"]) == ("sample", "brno")
    assert (document["from"], document["to"]) == ("2026-03-02", "2026-03-27")
    assert document["columns"][-2] == {
        "name": "wait_mean_seconds",
        "meaning": "From joining the queue to the start of service",
        "unit": "s",
        "kind": "seconds",
    }
    assert document["hidden_small"] is False
    assert json.loads(json.dumps(document)) == document


def test_json_has_each_row_and_the_total_as_they_are() -> None:
    report = every_kind()
    document = as_json(report)
    assert document["rows"] == [dict(row) for row in report.tables[0].rows]
    assert document["total"] == report.tables[0].total


def test_json_has_the_further_tables_by_their_names() -> None:
    (further,) = as_json(every_kind())["tables"]
    assert further["table"] == "by_hour"
    assert further["rows"] == [{"served": 3, "an_hour": 1.0, "wait_mean_seconds": 59.6}]
    assert further["total"] is None


def test_csv_has_the_names_first_and_ends_its_lines_as_the_standard_says() -> None:
    text = "".join(as_csv(every_kind().tables[0]))
    assert text.startswith("note,service,counter,clerk,state,day,called_at,served,")
    assert text.count("\r\n") == 4 and text.endswith("\r\n")


def test_csv_gives_every_kind_of_cell_back_as_it_was() -> None:
    report = every_kind()
    found = read(report.tables[0])[1:]
    expected = [
        ["" if row[column.name] is None else str(row[column.name]) for column in EVERY_KIND]
        for row in report.tables[0].rows
    ]
    assert found == expected


def test_csv_begins_with_the_mark_of_utf_8_where_it_is_asked_for() -> None:
    assert next(as_csv(every_kind().tables[0], bom=True)).startswith("\ufeffnote,")
    assert next(as_csv(every_kind().tables[0])).startswith("note,")


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_can_become_a_formula(text: str) -> None:
    assert safe_cell(text) == f"'{text}"
    assert read(noted([text]).tables[0]) == [["note"], [f"'{text}"]]


@pytest.mark.parametrize("place", [0, 1, ROWS_A_CHUNK - 1, ROWS_A_CHUNK, 3 * ROWS_A_CHUNK])
def test_a_formula_is_found_wherever_it_stands(place: int) -> None:
    rows = [{"clerk": "Alena", "served": -1, "note": "well"} for _ in range(place + 1)]
    rows[place] = {"clerk": "Alena", "served": -1, "note": "=1+1"}
    columns = (
        Column("clerk", "Clerk", "", Kind.CLERK),
        Column("served", "Served", "", Kind.COUNT),
        Column("note", "Note", "", Kind.TEXT),
    )
    found = read(with_rows(rows, columns).tables[0])
    assert found[place + 1] == ["Alena", "-1", "'=1+1"]
    assert found[1:-1] == [["Alena", "-1", "well"]] * place


@pytest.mark.parametrize(("value", "written"), [(-5, "-5"), (-5.25, "-5.25"), (0, "0"), (None, "")])
def test_a_number_below_zero_stays_a_number_and_a_missing_one_is_empty(value: float | None, written: str) -> None:
    columns = (Column("error_seconds", "Error", "", Kind.SECONDS), Column("note", "Note", ""))
    table = with_rows([{"error_seconds": value, "note": "=1"}], columns).tables[0]
    assert read(table)[1] == [written, "'=1"]


@pytest.mark.parametrize("text", ["a=b", "Alena", "5", "e-mail", "'quoted'", "", "–", "1 − 2"])
def test_a_harmless_text_stays_as_it_is(text: str) -> None:
    assert safe_cell(text) == text


def test_rows_are_read_once_and_handed_on_as_they_come() -> None:
    taken = []

    def rows() -> Any:
        for number in range(10 * ROWS_A_CHUNK):
            taken.append(number)
            yield {"note": f"note {number}"}

    chunks = as_csv(Table("sample", "", (Column("note", "", ""),), rows()))
    next(chunks)
    next(chunks)
    assert len(taken) == ROWS_A_CHUNK
    assert sum(chunk.count("\r\n") for chunk in chunks) == 9 * ROWS_A_CHUNK
