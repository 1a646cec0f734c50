"""Names that look like formulas: however a report is fetched, a spreadsheet shows them as they are."""

from __future__ import annotations

import csv
import io
import subprocess
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import update

from queue_app.clock import SimulatedClock
from queue_app.operations import serve
from queue_app.operations.unit_of_work import Context
from queue_app.store.models import Counter, Service, User
from tests.factories import Brno
from tests.web.callers import Api, bearer, change

BEGINNINGS = {"equals": "=", "plus": "+", "minus": "-", "at": "@", "tab": "\t", "return": "\r"}
SUM = {name: f"{beginning}1+1" for name, beginning in BEGINNINGS.items()}
DAY = "from=2026-03-04&to=2026-03-04"
CSV_IN = "CSV:44,34,76,1,,0,false,true,false,false,0,true"
"""Commas, quotes, UTF-8, numbers recognised, and formulas reckoned: what is asked of LibreOffice at its most eager."""

CSV_OUT = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,1"


@pytest.fixture
def api(application: Flask, context: Context, brno: Brno, clock: SimulatedClock) -> Api:
    """A manager's program, in a branch where one has been served."""
    brno.open(0)
    brno.take("ids")
    clock.advance(seconds=70)
    brno.next()
    serve.finish(brno.context, brno.counters[0], brno.alena)
    return Api(application, bearer(context, "manager", branch="brno"))


def call_everything(context: Context, brno: Brno, name: str) -> None:
    """Call the service, the counter and the clerk `name`."""
    with context.database.writing() as connection:
        connection.execute(update(Counter).where(Counter.id == brno.counters[0]).values(name=name))
        connection.execute(update(User).where(User.id == brno.users["alena"]).values(display_name=name))
    change(context, Service, "ids", name={"cs": name, "en": name})


def converted(files: list[Path], folder: Path, to: str, *more: str) -> None:
    """Let LibreOffice read files and write them anew into `folder`."""
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", *more, "--convert-to", to]
    subprocess.run([*command, "--outdir", str(folder), *map(str, files)], check=True, capture_output=True, timeout=120)


def as_shown(text: str) -> str:
    """Return what can be seen of a text in a cell: neither a tab nor a line's end, which is `_x000D_` in a workbook's file."""
    return text.replace("_x000D_", "").strip()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_name_becomes_a_formula(api: Api, context: Context, brno: Brno, tmp_path: Path) -> None:
    folder, back = tmp_path / "files", tmp_path / "back"
    folder.mkdir()
    for name, text in SUM.items():
        call_everything(context, brno, text)
        for form in ("csv", "xlsx"):
            answer = api.get(f"/branches/brno/reports/tickets?{DAY}&format={form}&language=en")
            assert answer.status_code == 200
            (folder / f"{name}-{form}.{form}").write_bytes(answer.data)
    converted(sorted(folder.glob("*.csv")), back, "xlsx", f"--infilter={CSV_IN}")
    converted(sorted(folder.glob("*.xlsx")), back, CSV_OUT)
    for name, text in SUM.items():
        (row,) = csv.DictReader(io.StringIO((folder / f"{name}-csv.csv").read_bytes().decode(), newline=""))
        assert (row["counter"], row["clerk"]) == (f"'{text}", f"'{text}")
        read = load_workbook(back / f"{name}-csv.xlsx").worksheets[0]
        assert all(cell.data_type != "f" for cells in read for cell in cells)
        places = {str(cell.value): cell.column - 1 for cell in read[1]}
        assert all(
            as_shown(str(read[2][places[each]].value)).lstrip("'").strip() == as_shown(text)
            for each in ("counter", "clerk")
        )
        sheet = load_workbook(folder / f"{name}-xlsx.xlsx").worksheets[0]
        headings = [str(cell.value) for cell in sheet[1]]
        three = [sheet[2][headings.index(each)] for each in ("Service", "Counter", "Clerk")]
        assert all(
            cell.data_type in ("s", "inlineStr") and as_shown(str(cell.value)) == as_shown(text) for cell in three
        )
        assert all(cell.data_type != "f" for cells in sheet for cell in cells)
        (path,) = back.glob(f"{name}-xlsx*.csv")
        _, shown, *_ = csv.reader(io.StringIO(path.read_text("utf-8"), newline=""))
        assert [as_shown(shown[headings.index(each)]) for each in ("Service", "Counter", "Clerk")] == [
            as_shown(text)
        ] * 3
