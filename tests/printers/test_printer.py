"""A configured printer: its settings, and a slip delivered to it."""

from io import BytesIO
from pathlib import Path

import pytest
from printer_samples import FIVE_LANGUAGES
from pypdf import PdfReader

from printers import Printer, PrinterError, Slip, Text, deliver, render
from printers.errors import RETRYABLE


def test_settings_with_only_the_needed_fields_make_a_printer() -> None:
    printer = Printer.from_settings({"kind": "network", "address": {"host": "192.0.2.7"}, "paper": None})
    assert (printer.profile, printer.paper) == ("generic-80", "roll80")


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({}, "bad_address"),
        ({"kind": "file"}, "bad_address"),
        ({"address": {"path": "x"}}, "bad_address"),
        ({"kind": "pigeon", "address": {}}, "bad_address"),
        ({"kind": 7, "address": {"path": "x"}}, "bad_address"),
        ({"kind": "file", "address": {"path": "x"}, "colour": "red"}, "bad_address"),
        ({"kind": "file", "address": {"path": ""}}, "bad_address"),
        ({"kind": "file", "address": {"path": "x"}, "profile": "tm-9000"}, "unknown_profile"),
        ({"kind": "pdf_folder", "address": {"path": "x"}, "paper": "a3"}, "unknown_profile"),
    ],
)
def test_settings_that_cannot_work_are_refused_before_anything_is_printed(
    settings: dict[str, object], code: str
) -> None:
    with pytest.raises(PrinterError) as caught:
        Printer.from_settings(settings)
    assert caught.value.code == code


def test_a_pdf_folder_gets_a_pdf_of_its_paper(tmp_path: Path) -> None:
    printer = Printer("pdf_folder", {"path": str(tmp_path)}, paper="a6")
    deliver(Slip("cs", (Text(FIVE_LANGUAGES, "small"),)), printer, "A017")
    page = PdfReader(BytesIO((tmp_path / "A017.pdf").read_bytes())).pages[0]
    assert FIVE_LANGUAGES in page.extract_text()
    assert float(page.mediabox.width) == pytest.approx(105 / 25.4 * 72, abs=0.1)


def test_every_other_kind_gets_escpos_of_its_profile(tmp_path: Path) -> None:
    printer = Printer("folder", {"path": str(tmp_path)}, profile="nt-5890k")
    slip = Slip("cs", (Text(FIVE_LANGUAGES, "small"),))
    deliver(slip, printer, "A017")
    data = (tmp_path / "A017.bin").read_bytes()
    assert data == render(slip, printer)
    assert data.startswith(b"\x1b@\x1bt\x36")
    assert "Přepážka č. 5".encode("cp852") in data


def test_an_error_says_what_happened_and_whether_to_try_again() -> None:
    for code, retryable in RETRYABLE.items():
        error = PrinterError(code, "Words.")
        assert (error.code, error.message, error.retryable) == (code, "Words.", retryable)
        assert str(error) == f"{code}: Words."


def test_an_error_code_that_is_not_listed_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        PrinterError("paper_eaten", "Words.")
