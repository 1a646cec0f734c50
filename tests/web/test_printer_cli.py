"""The commands `flask printer …`: what they print, what they do, and one clear line where they cannot."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from PIL import Image
from sqlalchemy import select, update

from printers import KINDS, get_way
from queue_app.operations import printer_setup as setup
from queue_app.store.models import PrinterRow, PrintJob
from tests.factories import Brno, create_brno


@pytest.fixture
def run(application: Flask, brno: Brno) -> Any:
    """Run `flask printer …`."""

    def run(*arguments: str, **options: Any) -> Result:
        return application.test_cli_runner().invoke(args=["printer", *arguments], **options)

    return run


@pytest.fixture
def done(run: Any) -> Any:
    """Run `flask printer …`, which must succeed, and return what it printed."""

    def done(*arguments: str) -> str:
        result = run(*arguments)
        assert result.exit_code == 0, result.output
        return str(result.output)

    return done


def rows(brno: Brno) -> dict[str, Any]:
    """Return the printers in use by name."""
    with brno.context.database.reading() as connection:
        found = connection.execute(select(PrinterRow.__table__).where(PrinterRow.enabled))
        return {row.name: row for row in found}


def test_a_printer_is_added_as_its_fields_declare_and_listed(done: Any, brno: Brno) -> None:
    done(
        "add", "Hall", "--kind", "network", "--set", "host=10.0.0.5", "--set", "port=9101", "--set", "must_close=yes",
        "--set", "linger_seconds=0.5", "--profile", "tm-t88v", "--fallback", "paper",
    )  # fmt: skip
    hall = rows(brno)["Hall"]
    assert hall.address == {"host": "10.0.0.5", "port": 9101, "must_close": True, "linger_seconds": 0.5}
    assert (hall.profile, hall.fallback_id) == ("tm-t88v", brno.printer_id)
    head, first, second = done("list").splitlines()
    assert re.split(r"\s{2,}", head) == [
        "ID",
        "NAME",
        "KIND",
        "WHERE",
        "STATUS",
        "WAITING",
        "LAST SLIP",
        "LAST ERROR",
        "STAND-IN",
    ]
    assert re.split(r"\s{2,}", second)[1:5] == ["Hall", "network", "10.0.0.5:9101", "unknown"]
    assert second.endswith("paper") and "folder" in first


def test_the_list_tells_last_success_last_error_and_what_waits(done: Any, brno: Brno, clock: Any) -> None:
    brno.take(printer_id=brno.printer_id)
    told = {
        "last_success_at": clock.now(),
        "last_error_at": clock.now(),
        "last_error": "paper_out",
        "status": "paper_out",
    }
    with brno.context.database.writing() as connection:
        connection.execute(update(PrinterRow).values(**told))
    clock.advance(minutes=7)
    done("pause", "paper")
    line = done("list").splitlines()[1]
    assert re.split(r"\s{2,}", line)[4:8] == ["paused (paper_out)", "1", "7 min ago", "paper_out, 7 min ago"]


def test_the_command_line_may_write_anywhere(done: Any, brno: Brno) -> None:
    done("add", "Archive", "--kind", "pdf_folder", "--set", "path=/srv/slips", "--paper", "a6")
    assert (rows(brno)["Archive"].address, rows(brno)["Archive"].paper) == ({"path": "/srv/slips"}, "a6")


def test_a_change_touches_only_what_it_names(done: Any, brno: Brno) -> None:
    done("add", "Hall", "--kind", "network", "--set", "host=10.0.0.5", "--set", "port=9101")
    done("change", "Hall", "--set", "host=10.0.0.6", "--unset", "port", "--name", "Door", "--fallback", "paper")
    door = rows(brno)["Door"]
    assert (door.address, door.fallback_id) == ({"host": "10.0.0.6"}, brno.printer_id)
    done("change", str(door.id), "--fallback", "none", "--profile", "generic-58")
    door = rows(brno)["Door"]
    assert (door.address, door.fallback_id, door.profile) == ({"host": "10.0.0.6"}, None, "generic-58")
    done("change", "Door", "--kind", "browser")
    assert rows(brno)["Door"].address == {}


def test_a_secret_stays_when_the_rest_is_changed_and_is_never_listed(done: Any, brno: Brno) -> None:
    done("add", "Queue", "--kind", "ipp", "--set", "uri=ipp://10.0.0.5/q", "--set", "password=hunter2")
    done("change", "Queue", "--set", "uri=ipp://10.0.0.6/q")
    assert rows(brno)["Queue"].address == {"uri": "ipp://10.0.0.6/q", "password": "hunter2"}
    assert "hunter2" not in done("list")
    done("change", "Queue", "--unset", "password")
    assert rows(brno)["Queue"].address == {"uri": "ipp://10.0.0.6/q", "password": ""}


def test_pausing_testing_reassigning_and_removing(done: Any, run: Any, brno: Brno) -> None:
    done("add", "Hall", "--kind", "network", "--set", "host=10.0.0.5")
    assert "is paused" in done("pause", "paper") and rows(brno)["paper"].paused
    assert "goes on" in done("resume", str(brno.printer_id)) and not rows(brno)["paper"].paused
    brno.take(printer_id=brno.printer_id)
    assert done("reassign", "paper", "Hall").startswith("1 slip goes to Hall")
    assert "on its way" in done("test", "Hall", "--language", "cs")
    with brno.context.database.reading() as connection:
        test = connection.execute(select(PrintJob.__table__).where(PrintJob.ticket_id.is_(None))).one()
    assert (test.slip, test.printer_id) == ({"language": "cs"}, rows(brno)["Hall"].id)
    asked = run("remove", "Hall", input="n\n")
    assert asked.exit_code == 1 and "Hall" in rows(brno)
    done("remove", "Hall", "--yes")
    assert list(rows(brno)) == ["paper"]


@pytest.mark.parametrize("language", ["en", "cs", "hu"])
def test_a_preview_is_written_as_a_picture(language: str, done: Any, tmp_path: Path) -> None:
    for more in ([], ["--self-test"], ["--service", "cash"]):
        done("preview", "paper", "--language", language, "--out", str(tmp_path / "slip.png"), *more)
        with Image.open(BytesIO((tmp_path / "slip.png").read_bytes())) as picture:
            assert picture.format == "PNG" and picture.width > 100


def test_a_password_is_printed_once_for_who_fetches(done: Any, run: Any, brno: Brno) -> None:
    done("add", "Star", "--kind", "cloudprnt")
    first, second = (done("token", "Star") for _ in range(2))
    assert first != second and re.fullmatch(rf"user +{rows(brno)['Star'].id}\npassword +[\w-]{{30,}}\n", second)
    assert run("token", "paper").exit_code == 1


def test_every_kind_and_every_field_is_explained(done: Any) -> None:
    everything = done("ways")
    for kind in KINDS:
        one = done("ways", kind)
        assert one.strip() in everything
        assert all(field.name in one and field.meaning in one for field in get_way(kind).fields)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["list", "--branch", "nowhere"], "no such branch"),
        (["test", "Pigeon"], "no printer 'Pigeon'"),
        (["add", "paper", "--kind", "browser"], "already taken"),
        (["add", "x", "--kind", "network"], "address/host"),
        (["add", "x", "--kind", "network", "--set", "host"], "FIELD=VALUE"),
        (["add", "x", "--kind", "network", "--set", "colour=red"], "fields are host"),
        (["add", "x", "--kind", "network", "--set", "port=nine"], "whole number"),
        (["add", "x", "--kind", "network", "--set", "host=h", "--set", "port=0"], "address/port"),
        (["add", "x", "--kind", "network", "--set", "must_close=perhaps"], "yes or no"),
        (["add", "x", "--kind", "browser", "--fallback", "Pigeon"], "no printer 'Pigeon'"),
        (["change", "paper"], "Nothing to change"),
        (["change", "paper", "--fallback", "paper"], "stand in for itself"),
        (["reassign", "paper", "paper"], "same printer"),
        (["preview", "paper", "--service", "none", "--out", "/tmp/x.png"], "no such service"),
        (["preview", "paper", "--out", "/nonexistent/x.png"], "could not be written"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(arguments: list[str], words: str, run: Any, brno: Brno) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert words in result.output and result.output.startswith("Error: ")
    assert len(result.output.strip().splitlines()) == 1
    assert list(rows(brno)) == ["paper"]


def test_with_several_branches_one_has_to_be_named(done: Any, run: Any, brno: Brno) -> None:
    create_brno(brno.context, "other")
    assert "brno, other" in run("list").output
    assert "paper" in done("list", "--branch", "other")
    setup.add_printer(brno.context, "other", setup.PrinterWish("Hall", "browser", {}))
    assert run("pause", "Hall", "--branch", "brno").exit_code == 1
