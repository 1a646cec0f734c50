"""The manual of panels: its bytes are the encoder's, its tables what the code declares."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from queue_app.operations.panel_setup import STATUSES
from queue_app.panels.content import DIGITS, PROFILES, SEVEN_SEGMENTS, Profile
from queue_app.panels.driver import COMMON, Field
from queue_app.panels.drivers import find_drivers
from queue_app.panels.frames import ARROWS, LONGEST_BYTES, REASONS, Frame, Refused, Show, Taken, Test, encode
from queue_app.panels.line_keeper import HOLD_SECONDS, LONGEST_PAUSE_SECONDS, REFRESH_SECONDS
from queue_app.panels.virtual_door import SWITCHES

ROOT = Path(__file__).parents[2]
MANUAL = (ROOT / "docs/panels.md").read_text("utf-8")

EXAMPLES = {
    Frame(5, 0x2A, Show("A017", blink=8)): "Panel 5: show A017, blink for 8 s, go dark after 20 s without a frame.",
    Frame(5, 0x2A, Taken()): "It is so.",
    Frame(5, 0x2B, Show("----")): "Panel 5: nobody is called.",
    Frame(5, 0x2C, Show()): "Panel 5: be dark.",
    Frame(
        9, 0x2D, Show("B203", "12", "UL", 3)
    ): "Main panel 9: B203 to counter 12, up on the left; 3 s of blinking are left.",
    Frame(9, 0x2E, Test(5)): "Panel 9: light every lamp for 5 s.",
    Frame(9, 0x2E, Refused("FAULT")): "Panel 9 is broken.",
}


def test_the_examples_stand_there_byte_for_byte_as_they_are_sent() -> None:
    rows = [f"| `{encode(frame).decode()}` | {meaning} |" for frame, meaning in EXAMPLES.items()]
    assert MANUAL.partition("| bytes | meaning |\n| --- | --- |\n")[2].split("\n\n")[0].splitlines() == rows


def row(field: Field) -> str:
    values = "text"
    if field.name == "profile":
        values = "a model below"
    elif field.choices:
        values = ", ".join(f"`{choice}`" for choice in field.choices)
    elif field.is_number:
        values = f"{field.least} to {field.most} {field.unit}".rstrip()
    default = "needed" if field.default is None else f"`{field.default}`"
    return f"| `{field.name}` | {values} | {default} | {field.meaning} |"


@pytest.mark.parametrize("kind", find_drivers())
def test_every_driver_has_its_section_with_its_fields(kind: str) -> None:
    driver = find_drivers()[kind]
    section = MANUAL.split(f"\n### `{kind}`\n", 1)[1].split("\n### ", 1)[0].split("\n## ", 1)[0]
    assert driver.meaning in section
    assert [line for line in section.splitlines() if line.startswith("| `")] == [row(field) for field in driver.fields]


def test_what_all_addresses_share_and_every_model_stand_there() -> None:
    for field in COMMON:
        assert row(field) in MANUAL

    def letters(profile: Profile) -> str:
        return {DIGITS: "none", SEVEN_SEGMENTS: "seven segments"}.get(profile.drawable, "all")

    rows = [
        f"| `{name}` | {each.characters} | {letters(each)} | {each.counter} | {'yes' if each.arrow else 'no'} |"
        for name, each in PROFILES.items()
    ]
    assert re.findall(r"(?m)^\| `(?:main-)?(?:digits|segments|matrix)-\d` .*$", MANUAL) == rows
    assert f"Seven segments draw {' '.join(sorted(SEVEN_SEGMENTS - DIGITS))}." in MANUAL


def test_every_word_and_every_number_of_the_protocol_stands_there() -> None:
    for word in (*STATUSES, *ARROWS, *ARROWS.values(), *REASONS, *(reason.lower() for reason in REASONS)):
        assert f"`{word}`" in MANUAL
    for code in (
        "too_long",
        "bad_address",
        "unreachable",
        "nobody_listens",
        "unplugged",
        "in_use",
        "no_right",
        "broken_off",
    ):
        assert f"`{code}`" in MANUAL
    for sentence in (
        f"At most {LONGEST_BYTES} bytes.",
        f"go dark by itself after {HOLD_SECONDS} s",
        f"told again every {REFRESH_SECONDS:g} s",
        f"up to {LONGEST_PAUSE_SECONDS:g} s",
    ):
        assert sentence in MANUAL


def test_the_manual_has_a_sum_that_is_right_and_every_command_of_the_virtual_panel() -> None:
    (code,) = re.findall(r"(?s)```python\n(.*?)```", MANUAL)
    names: dict[str, bytes] = {}
    exec(code, names)
    assert names["frame"] == encode(next(iter(EXAMPLES)))
    section = MANUAL.partition("## The virtual panel")[2]
    assert set(re.findall(r"(?m)^\| `(\w+)`", section)) == {*SWITCHES, "fine", "unplug", "plug"}


def test_a_driver_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from queue_app.panels import drivers

    (tmp_path / "smoke.py").write_text(
        "from queue_app.panels.driver import Driver, Field\n"
        "DRIVER = Driver('smoke', 'Smoke.', (Field('hill', 'Where it rises.'),), ('hill',), open=None)\n",
        "utf-8",
    )
    monkeypatch.setattr(drivers, "__path__", [*drivers.__path__, str(tmp_path)])
    drivers.find_drivers.cache_clear()
    try:
        found = drivers.get_driver("smoke")
        assert found.place(found.check({"hill": "Petrov"})) == ("smoke", "Petrov")
    finally:
        monkeypatch.undo()
        drivers.find_drivers.cache_clear()
