"""The profiles beside a collection of printers' abilities that others keep."""

import json
from pathlib import Path

import escpos
import pytest

from printers.codepages import PAGE_OF_NUMBER
from printers.profiles import PROFILES, PrinterProfile

DATABASE = json.loads((Path(escpos.__file__).parent / "capabilities.json").read_text("utf-8"))["profiles"]
# Our name → theirs. It knows nothing of the TM-m30, whose pages are those of every Epson of its time.
SAME = {
    "nt-5890k": "NT-5890K",
    "zj-5870": "ZJ-5870",
    "sunmi-v2": "Sunmi-V2",
    "tm-t88v": "TM-T88V",
    "tm-t20": "TM-T20II",
    "tm-l90": "TM-L90",
    "rp-f10": "RP-F10-80mm",
}


@pytest.mark.parametrize(("ours", "theirs"), SAME.items())
def test_a_profile_says_what_the_collection_says(ours: str, theirs: str) -> None:
    profile, known = PROFILES[ours], DATABASE[theirs]
    assert str(known["codePages"][str(profile.code_page_number)]).lower() == profile.code_page
    assert known["media"]["width"]["pixels"] == profile.width_dots
    assert known["fonts"]["0"]["columns"] == profile.columns_font_a
    assert known["features"]["qrCode"] == profile.native_qr
    assert (known["features"]["paperFullCut"] or known["features"]["paperPartCut"]) == profile.cut
    assert known["media"].get("dpi", profile.dots_per_inch) == profile.dots_per_inch


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
def test_a_profile_is_whole(profile: PrinterProfile) -> None:
    assert PROFILES[profile.name] is profile
    assert (profile.code_page is None) == (profile.code_page_number is None)
    if profile.code_page_number is not None:
        assert PAGE_OF_NUMBER[profile.code_page_number] == profile.code_page
    assert profile.columns_font_a * 12 <= profile.width_dots
    assert profile.feed_units_per_inch < 256 or not profile.set_units
