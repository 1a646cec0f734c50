"""Six recorded days of one office, loaded as the product loads them: what the reports say of them is what the files say."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from math import floor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from pypdf import PdfReader

from queue_app import create_app
from queue_app.config import Settings
from queue_app.i18n import LANGUAGES
from queue_app.operations.keep_days import keep_days
from queue_app.operations.unit_of_work import Context
from queue_app.replay.day import Day, read_day
from queue_app.replay.load import MORNING_HOUR, DayLoader, loading_context
from queue_app.replay.office import counters_needed, create_office
from tests.web.callers import Api, bearer

FILES = sorted((Path(__file__).parent.parent / "data" / "warsaw").glob("UD_Wola_2020-01-??.csv"))
DAYS = "from=2020-01-02&to=2020-01-10"
FIGURES = ("served", "left", "wait_mean_seconds", "wait_p50_seconds", "wait_p90_seconds")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application with the branch `wola`, where the six days have been loaded and kept."""
    folder = tmp_path_factory.mktemp("office")
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").new_database()
    else:
        shutil.copy(request.getfixturevalue("migrated_sqlite"), folder / "queue.sqlite3")
        url = ""
    settings = Settings(
        data_dir=folder, database_url=url, secret_key="signs cookies in tests", spooler=False, report_worker=False
    )
    app = create_app(settings)
    load([read_day(path) for path in FILES], app)
    yield app
    app.extensions["queue_context"].database.dispose()


def load(days: list[Day], app: Flask) -> None:
    """Load the days into the branch `wola`."""
    morning = days[0].at(MORNING_HOUR)
    context, clock = loading_context(app.extensions["queue_context"].database, morning)
    create_office(context, "wola", days, counters_needed(days), morning, recorded=True)
    for day in days:
        clock.set(max(clock.now(), day.at(MORNING_HOUR)))
        DayLoader(context, clock, "wola", day, lambda: None).load()
    assert sum(kept.visits > 0 for kept in keep_days(context, "wola")) == len(days)


@pytest.fixture
def api(office: Flask) -> Api:
    """A manager's program."""
    return Api(office, bearer(office.extensions["queue_context"], "manager", branch="wola"))


def waits_in_files() -> dict[tuple[str, str], list[int | None]]:
    """Return the waits, in seconds, by day and service's name, as the files have them; None for who was not called."""
    found = defaultdict(list)
    for path in FILES:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                wait = clock_seconds(row["called_at"]) - clock_seconds(row["issued_at"]) if row["called_at"] else None
                found[path.stem[-10:], row["service_name"]].append(wait)
    return found


def clock_seconds(time: str) -> int:
    """Return the seconds since midnight."""
    hours, minutes, seconds = map(int, time.split(":"))
    return (hours * 60 + minutes) * 60 + seconds


def figures_of(waits: list[int | None]) -> tuple[int, int, float | None, int | None, int | None]:
    """Return how many were called and not called, and mean, P50 and P90 by the nearest rank: no P90 below twenty."""
    known = sorted(wait for wait in waits if wait is not None)
    number = len(known)
    if not number:
        return 0, len(waits), None, None, None
    nine_of_ten = known[(9 * number + 9) // 10 - 1] if number >= 20 else None
    return number, len(waits) - number, sum(known) / number, known[(number + 1) // 2 - 1], nine_of_ten


def assert_says(row: dict[str, Any], waits: list[int | None]) -> None:
    """Fail unless a row of the report says what the file says: means to the tenth of a second, all else exactly."""
    told, meant = [row[name] for name in FIGURES], list(figures_of(waits))
    if meant[2] is not None:
        assert told.pop(2) == pytest.approx(meant.pop(2), abs=0.0501)
    assert told == meant


def names_of_services(office: Flask) -> dict[str, str]:
    """Return the services' names by their slugs."""
    context: Context = office.extensions["queue_context"]
    return {service.slug: service.name["pl"] for service in context.setup("wola").services}


def test_the_files_are_six_days_with_nearly_two_thousand_visitors() -> None:
    waits = waits_in_files()
    assert len({day for day, _ in waits}) == 6
    assert sum(map(len, waits.values())) == 1971
    assert sum(wait is not None for each in waits.values() for wait in each) == 1837


def test_each_service_has_the_files_own_figures_on_each_day(office: Flask, api: Api) -> None:
    waits, names = waits_in_files(), names_of_services(office)
    rows = api.get(f"/branches/wola/reports/waits?{DAYS}&per=day&by=service").json["rows"]
    assert {(row["day"], names[row["service"]]) for row in rows} == set(waits)
    for row in rows:
        assert_says(row, waits[row["day"], names[row["service"]]])


def test_each_service_has_the_files_own_figures_over_all_six_days(office: Flask, api: Api) -> None:
    names = names_of_services(office)
    pooled = defaultdict(list)
    for (_, service), waits in waits_in_files().items():
        pooled[service] += waits
    document = api.get(f"/branches/wola/reports/waits?{DAYS}&per=none&by=service").json
    assert {names[row["service"]] for row in document["rows"]} == set(pooled)
    for row in document["rows"]:
        assert_says(row, pooled[names[row["service"]]])
    assert_says(document["total"], [wait for waits in pooled.values() for wait in waits])


def test_the_raw_tickets_have_the_files_own_waits_row_by_row(office: Flask, api: Api) -> None:
    names = names_of_services(office)
    found = defaultdict(list)
    text = api.get(f"/branches/wola/reports/tickets?{DAYS}&format=csv").text
    for row in csv.DictReader(text.splitlines()):
        wait = float(row["wait_seconds"]) if row["wait_seconds"] else None
        found[row["day"], names[row["service"]]].append(wait)
    assert {key: sorted(map(str, map(as_whole, each))) for key, each in found.items()} == {
        key: sorted(map(str, each)) for key, each in waits_in_files().items()
    }


def as_whole(seconds: float | None) -> int | None:
    """Return whole seconds; the files have no others."""
    assert seconds is None or seconds == int(seconds)
    return None if seconds is None else int(seconds)


# --- the same figures in every form ------------------------------------------------------------------------------------

ASKED = f"/branches/wola/reports/waits?{DAYS}&per=day&by=service"
CSV_OF_CALC = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,1"


def test_csv_has_the_figures_of_json_cell_by_cell(api: Api) -> None:
    document = api.get(ASKED).json
    names = [column["name"] for column in document["columns"]]
    headings, *rows = csv.reader(api.get(f"{ASKED}&format=csv").text.splitlines())
    assert headings == names and len(rows) == len(document["rows"]) == 36
    for cells, row in zip(rows, document["rows"], strict=True):
        assert cells == ["" if row[name] is None else str(row[name]) for name in names]


@pytest.fixture(scope="module")
def files(office: Flask, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the report as XLSX and PDF in every language, and what LibreOffice shows of each workbook."""
    api = Api(office, bearer(office.extensions["queue_context"], "manager", branch="wola"))
    folder = tmp_path_factory.mktemp("files")
    for language in LANGUAGES:
        for form in ("xlsx", "pdf"):
            answer = api.get(f"{ASKED}&format={form}&language={language}")
            assert answer.status_code == 200
            (folder / f"{language}.{form}").write_bytes(answer.data)
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", CSV_OF_CALC]
    books = [str(folder / f"{language}.xlsx") for language in LANGUAGES]
    subprocess.run([*command, "--outdir", str(folder), *books], check=True, capture_output=True, timeout=120)
    return folder


def test_workbooks_have_the_figures_of_json_cell_by_cell(office: Flask, api: Api, files: Path) -> None:
    document, names = api.get(ASKED).json, names_of_services(office)
    kinds = {column["name"]: column["kind"] for column in document["columns"]}
    for language in LANGUAGES:
        _, *rows, total = load_workbook(files / f"{language}.xlsx").worksheets[0].iter_rows(values_only=True)
        for cells, row in zip(rows, document["rows"], strict=True):
            assert cells[:2] == (datetime.fromisoformat(row["day"]), names[row["service"]])
            assert [in_json(cell) for cell in cells[2:]] == [row[name] for name in kinds][2:]
        assert [in_json(cell) for cell in total[2:]] == [document["total"][name] for name in kinds][2:]


def in_json(cell: Any) -> Any:
    """Return a workbook's cell as JSON has it."""
    return round(cell.total_seconds(), 1) if isinstance(cell, timedelta) else cell


def test_libreoffice_shows_the_figures_of_json_cell_by_cell(office: Flask, api: Api, files: Path) -> None:
    document, names = api.get(ASKED).json, names_of_services(office)
    columns = document["columns"][2:]
    for language in LANGUAGES:
        (path,) = files.glob(f"{language}*.csv")
        _, *rows, total = csv.reader(path.read_text("utf-8").splitlines())
        for cells, row in zip(rows, document["rows"], strict=True):
            numbers = sorted(int(number) for number in re.findall(r"\d+", cells[0]))
            assert (numbers, cells[1]) == (sorted(map(int, row["day"].split("-"))), names[row["service"]])
            assert cells[2:] == [shown_by_calc(row[column["name"]], column["kind"]) for column in columns]
        assert total[2:] == [shown_by_calc(document["total"][column["name"]], column["kind"]) for column in columns]


def shown_by_calc(value: float | None, kind: str) -> str:
    """Return a cell as LibreOffice shows it: durations in hours, minutes and seconds."""
    if value is None:
        return ""
    if kind == "seconds":
        whole = floor(value + 0.5)
        return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
    assert kind == "count"
    return f"{value:,}"


DAY_ON_PAPER = {
    "cs": "{}. 1. 2020",
    "en": "{} Jan 2020",
    "hu": "2020. jan. {}.",
    "pl": "{} sty 2020",
    "sk": "{}. 1. 2020",
}
"""A day of that January."""


def test_paper_has_the_figures_of_json_cell_by_cell(office: Flask, api: Api, files: Path) -> None:
    document, names = api.get(ASKED).json, names_of_services(office)
    columns = document["columns"][2:]
    for language in LANGUAGES:
        text = "".join(page.extract_text() for page in PdfReader(files / f"{language}.pdf").pages)
        text = "".join(text.split())
        for row in document["rows"]:
            day = DAY_ON_PAPER[language].format(int(row["day"][-2:]))
            figures = "".join(on_paper(row[column["name"]], column["kind"], language) for column in columns)
            assert "".join(f"{day}{names[row['service']]}{figures}".split()) in text
        figures = "".join(on_paper(document["total"][column["name"]], column["kind"], language) for column in columns)
        assert "".join(figures.split()) in text


def on_paper(value: float | None, kind: str, language: str) -> str:
    """Return a cell as people read it: durations in minutes and seconds, thousands set apart as the language does."""
    if value is None:
        return "–"
    if kind == "seconds":
        whole = floor(value + 0.5)
        hours = f"{whole // 3600}:{whole // 60 % 60:02d}" if whole >= 3600 else f"{whole // 60}"
        return f"{hours}:{whole % 60:02d}"
    return f"{value:,}".replace(",", "," if language == "en" else "")
