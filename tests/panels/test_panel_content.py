"""What panels can show of a call, and when they must show nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from queue_app.panels.content import DARK, PROFILES, Content, fit, nobody
from queue_app.panels.errors import PanelError
from queue_app.panels.frames import Refused, Show, Taken, Test
from queue_app.panels.virtual import Face, VirtualPanel, VirtualPanels
from queue_app.panels.virtual_letters import DOTS, SEGMENTS
from queue_app.panels.virtual_picture import LIT, draw


@pytest.mark.parametrize(
    ("profile", "label", "text"),
    [
        ("segments-4", "A017", "A017"),
        ("segments-4", "A1017", "1017"),  # five characters: its number alone
        ("segments-4", "K017", "017"),  # seven segments draw no K
        ("segments-4", "S017", "017"),  # which would be read as 5017
        ("segments-6", "AB1017", "AB1017"),
        ("matrix-6", "K1017", "K1017"),
        ("digits-3", "A017", "017"),
        ("digits-4", "A17", "17"),
        ("digits-3", "A0017", "17"),
    ],
)
def test_a_panel_shows_the_label_or_where_it_cannot_the_number(profile: str, label: str, text: str) -> None:
    assert fit(PROFILES[profile], label) == Content(text)


@pytest.mark.parametrize(("profile", "label"), [("digits-3", "A1017"), ("segments-4", "Č"), ("digits-4", "")])
def test_no_part_of_a_number_is_ever_shown(profile: str, label: str) -> None:
    with pytest.raises(PanelError, match="too_long"):
        fit(PROFILES[profile], label)


def test_a_main_panel_shows_the_counter_and_where_it_is() -> None:
    assert fit(PROFILES["main-segments-4"], "A017", "5", "L") == Content("A017", "5", "L")
    assert fit(PROFILES["main-segments-4"], "A017", "Přepážka 12").counter == "12"
    assert fit(PROFILES["main-matrix-6"], "A017", "r2").counter == "R2"
    assert fit(PROFILES["main-digits-4"], "A017", "123").counter == ""
    assert fit(PROFILES["segments-4"], "A017", "5", "L") == Content("A017")


def test_every_profile_can_say_that_nobody_is_called_and_its_letters_can_be_drawn() -> None:
    for profile in PROFILES.values():
        assert profile.drawable.issuperset(nobody(profile).text) and len(nobody(profile).text) == profile.characters
        drawn = DOTS if profile.dots else SEGMENTS
        assert profile.drawable - {" "} <= drawn.keys()
        looks = [drawn[character] for character in profile.drawable - {" "}]
        assert len(set(looks)) == len(looks), "two characters look the same"


def lamps(image: Image.Image) -> int:
    """Return how many pixels are lit."""
    return sum(count for count, colour in image.getcolors(1 << 16) or [] if colour == LIT)


def test_the_picture_is_dark_lit_or_wholly_lit() -> None:
    for profile in PROFILES.values():
        dark, eight = draw(profile, DARK, False), draw(profile, Content("8"), False)
        everything = draw(profile, DARK, True)
        assert lamps(dark) == 0 < lamps(eight) < lamps(everything)


class Clock:
    """Seconds that pass when they are told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_panel_that_hears_nothing_any_more_goes_dark_by_itself() -> None:
    clock = Clock()
    panel = VirtualPanel(1, "segments-4", clock)
    assert panel.hear(Show("A017", blink=8, hold=20)) == Taken()
    assert panel.face() == Face(Content("A017"), blinks=True)
    clock.now = 8.0
    assert panel.face() == Face(Content("A017"))
    assert panel.hear(Test(5)) == Taken()
    assert panel.face() == Face(everything=True)
    clock.now = 13.0
    assert panel.face() == Face(Content("A017"))
    clock.now = 20.0
    assert panel.face() == Face()
    panel.hear(Test(5))
    panel.hear(Show("A018"))  # what is called is never hidden by a test
    assert panel.face() == Face(Content("A018"))


def test_a_panel_refuses_what_it_cannot_show_and_stays_as_it_was() -> None:
    panel = VirtualPanel(1, "digits-3", Clock())
    panel.hear(Show("017"))
    assert panel.hear(Show("1017")) == Refused("LONG")
    assert panel.hear(Show("A17")) == Refused("CHAR")
    assert panel.hear(Show("017", counter="5")) == Refused("LONG")
    assert panel.hear(Taken()) is None
    assert panel.face().text == "017"


def test_what_it_shows_is_a_picture_that_is_never_half_written(tmp_path: Path) -> None:
    panels = VirtualPanels([7], tmp_path, profile="main-segments-4")
    dark = Image.open(tmp_path / "panel-07.png")
    panels.panels[7].hear(Show("A017", "5", "L"))
    panels.look()
    assert lamps(Image.open(tmp_path / "panel-07.png")) > lamps(dark) == 0
    assert [file.name for file in tmp_path.iterdir()] == ["panel-07.png"]
