"""One report, every form, five languages: the same figures, cell by cell."""

from __future__ import annotations

import csv
import io
import re
import subprocess
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from queue_app.i18n import LANGUAGES
from queue_app.reports.document import Kind, Row
from queue_app.reports.forms import pdf, xlsx
from queue_app.reports.forms.for_people import Wording
from queue_app.reports.forms.for_programs import as_csv, as_json
from tests.reports.report_samples import EVERY_KIND, MADE_AT, every_kind

REPORT = every_kind()
ROWS: list[dict[str, Any]] = as_json(REPORT)["rows"]
"""The figures as JSON has them; every other form is held against them."""

CSV_OF_CALC = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,1"
"""Commas, quotes, UTF-8, cells as they are shown, the first sheet."""


@pytest.fixture(scope="module")
def workbooks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The report as a workbook in each language."""
    folder = tmp_path_factory.mktemp("workbooks")
    files = {language: folder / f"{language}.xlsx" for language in LANGUAGES}
    for language, path in files.items():
        with path.open("wb") as file:
            xlsx.write(REPORT, language, file, MADE_AT)
    return files


@pytest.fixture(scope="module")
def shown(workbooks: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[list[str]]]:
    """What LibreOffice shows of each workbook's first sheet."""
    folder = tmp_path_factory.mktemp("shown")
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", CSV_OF_CALC]
    files = [str(path) for path in workbooks.values()]
    subprocess.run([*command, "--outdir", str(folder), *files], check=True, capture_output=True, timeout=120)
    found = {}
    for language in LANGUAGES:
        (path,) = folder.glob(f"{language}*.csv")
        found[language] = list(csv.reader(io.StringIO(path.read_text("utf-8"), newline="")))
    return found


def words_of(row: Row, language: str) -> list[str]:
    """Return the cells of a row that are words for people: the names of services, states and so on."""
    wording = Wording(language, REPORT.setup)
    return [wording.cell(row[column.name], column) for column in EVERY_KIND[:5]]


def test_csv_has_what_json_has() -> None:
    found = list(csv.DictReader(io.StringIO("".join(as_csv(REPORT.tables[0])), newline="")))
    read: dict[Kind, Callable[[str], Any]] = {
        Kind.COUNT: int,
        Kind.NUMBER: float,
        Kind.SECONDS: float,
        Kind.SHARE: float,
    }
    assert [
        {
            column.name: read.get(column.kind, str)(row[column.name])
            if row[column.name] or column.kind not in read
            else None
            for column in EVERY_KIND
        }
        for row in found
    ] == ROWS


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_has_what_json_has(language: str, workbooks: dict[str, Path]) -> None:
    headings, *found, total = load_workbook(workbooks[language]).worksheets[0].iter_rows(values_only=True)
    assert list(headings) == [Wording(language, REPORT.setup).text(column.heading) for column in EVERY_KIND]
    assert len(found) == len(ROWS)
    for cells, row in zip(found, ROWS, strict=True):
        assert [cell or "" for cell in cells[:5]] == words_of(row, language)
        assert cells[5] == datetime.fromisoformat(row["day"])
        assert cells[6] == datetime.fromisoformat(row["called_at"]).replace(tzinfo=None)
        assert list(cells[7:9]) == [row["served"], row["an_hour"]]
        assert cells[9] == (None if row["wait_mean_seconds"] is None else timedelta(seconds=row["wait_mean_seconds"]))
        assert cells[10] == row["within_target"]
    assert (total[7], total[8], total[10]) == (1241, 3.38, 0.8537) and total[9] == timedelta(seconds=1465.1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_libreoffice_shows_what_json_has(language: str, shown: dict[str, list[list[str]]]) -> None:
    _, *found, total = shown[language]
    for cells, row in zip(found, ROWS, strict=True):
        assert cells[:5] == words_of(row, language)
        assert day_of(cells[5], language) == date.fromisoformat(row["day"])
        moment = datetime.fromisoformat(row["called_at"])
        day, _, time = cells[6].rpartition(" ")
        assert (day_of(day, language), time) == (moment.date(), f"{moment:%H:%M}")
        assert cells[7].replace(",", "") == str(row["served"])
        assert cells[8] == ("" if row["an_hour"] is None else f"{row['an_hour']:.2f}")
        assert cells[9] == ("" if row["wait_mean_seconds"] is None else in_hours(row["wait_mean_seconds"]))
        assert cells[10] == ("" if row["within_target"] is None else f"{100 * row['within_target']:.1f}%")
    assert total[7:] == ["1,241", "3.38", "0:24:25", "85.4%"]


def day_of(text: str, language: str) -> date:
    """Return the day that LibreOffice shows: day, month, year, in Hungarian the other way round."""
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    return date(*numbers) if language == "hu" else date(*reversed(numbers))


def in_hours(seconds: float) -> str:
    """Return a duration as a spreadsheet shows it."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_paper_shows_what_json_has(language: str) -> None:
    file = io.BytesIO()
    pdf.write(REPORT, language, file, MADE_AT)
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(file).pages))
    for row in ROWS:
        assert re.sub(r"\s", "", "".join([*words_of(row, language), *figures_of(row, language)])) in text
    assert re.sub(r"\s", "", "".join(figures_of(as_json(REPORT)["total"], language)[2:])) in text


def figures_of(row: Row, language: str) -> list[str]:
    """Return day, moment and figures of a row as people read them, reckoned here once more by hand."""
    point, group = (".", ",") if language == "en" else (",", "")
    day = date.fromisoformat(row["day"]) if row["day"] else None
    moment = datetime.fromisoformat(row["called_at"]) if row["called_at"] else None
    months = {"pl": "mar", "hu": "márc.", "en": "Mar"}
    written = {
        "en": "{d} {m} {y}", "cs": "{d}. 3. {y}", "sk": "{d}. 3. {y}", "pl": "{d} {m} {y}", "hu": "{y}. {m} {d}.",
    }[language]  # fmt: skip
    of = [written.format(d=each.day, m=months.get(language), y=each.year) if each else "" for each in (day, moment)]
    hour = "" if moment is None else f"{moment:%H:%M}" if language in {"en", "pl"} else f"{moment.hour}:{moment:%M}"
    seconds, number, share = row["wait_mean_seconds"], row["an_hour"], row["within_target"]
    wait = "–" if seconds is None else re.sub(r"^0:0?(?=\d+:)", "", in_hours(seconds))
    return [
        of[0],
        of[1] + hour,
        f"{row['served']:,}".replace(",", group),
        "–" if number is None else f"{number:.2f}".replace(".", point),
        wait,
        "–" if share is None else f"{100 * share:.1f}%".replace(".", point),
    ]
