"""What stands on a slip: every layout that is kept can be set, and what is wrong with another is said where it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printers import render_escpos, render_pdf
from printers.profiles import PROFILES
from queue_app.domain.errors import QueueError
from queue_app.domain.printing import ATTEMPTS, LONGEST_PAUSE_SECONDS, PATIENT, given_up, pause_seconds, stands_in_now
from queue_app.domain.slip_layout import ALIGNS, BLOCKS, DEFAULT, ONCE, SIZES, check_layout
from queue_app.operations.slips import SlipFacts, set_slip

LANGUAGES = ("en", "cs", "sk", "pl", "hu")
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "size": st.sampled_from(SIZES),
    "align": st.sampled_from(ALIGNS),
    "bold": st.booleans(),
    "caption": st.booleans(),
    "mm": st.integers(0, 50),
    "width_mm": st.integers(5, 72),
    "texts": st.dictionaries(st.sampled_from(LANGUAGES), st.text(max_size=500)),
}


def facts(language: str = "cs", **more: Any) -> SlipFacts:
    """Return what a slip of the branch everybody knows says."""
    name = {"cs": "Městský úřad", "en": "Town hall"}
    usual: dict[str, Any] = {
        "language": language, "fallback": "cs", "branch_name": name, "service_name": name, "bring": {},
        "service_text": {}, "notice": {}, "label": "A069", "issued_at": datetime(2026, 3, 4, 9, 0, tzinfo=UTC),
        "zone": ZoneInfo("Europe/Prague"), "ahead": 4, "forecast": (480, 720), "url": "https://q.example/t/x",
    }  # fmt: skip
    return SlipFacts(**usual | more)


@st.composite
def layouts(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Draw a layout that follows the rules."""
    kinds = draw(st.lists(st.sampled_from(sorted(set(BLOCKS) - ONCE)), max_size=12))
    kinds += draw(st.lists(st.sampled_from(sorted(ONCE - {"label"})), unique=True))
    blocks = [{"block": "label"}]
    for kind in draw(st.permutations(kinds)):
        block = {"block": kind}
        for name in sorted(BLOCKS[kind]):
            if (kind, name) in {("space", "mm"), ("text", "texts")} or draw(st.booleans()):
                block[name] = draw(VALUES[name])
        if kind == "text" and not any(block["texts"].values()):
            block["texts"] = {"cs": "Děkujeme"}
        blocks.append(block)
    return blocks


@settings(deadline=None, max_examples=60)
@given(layouts(), st.sampled_from(LANGUAGES))
def test_every_layout_that_is_kept_can_be_set_and_printed(layout: list[dict[str, Any]], language: str) -> None:
    checked = check_layout(layout, LANGUAGES)
    assert check_layout(checked, LANGUAGES) == checked
    slip = set_slip(facts(language), checked)
    assert slip.label == "A069"
    assert render_escpos(slip, PROFILES["generic-80"]) and render_pdf(slip, "roll80")


def test_the_usual_layout_follows_its_own_rules() -> None:
    assert check_layout([dict(block) for block in DEFAULT], LANGUAGES)
    text = str(set_slip(facts(bring={"cs": "starý doklad"}, notice={"cs": "V pátek zavřeno"}), None).to_json())
    for words in ("Městský úřad", "A069", "starý doklad", "V pátek zavřeno", "https://q.example/t/x"):
        assert words in text


@pytest.mark.parametrize(
    ("layout", "field"),
    [
        (None, "layout"),
        ([], "layout"),
        ([{"block": "branch"}], "layout"),
        ([{"block": "label"}] * 2, "layout/1/block"),
        ([{"block": "label"}, {"block": "poem"}], "layout/1/block"),
        ([{"block": "label"}, "text"], "layout/1/block"),
        ([{"block": "label", "size": "large"}], "layout/0/size"),
        ([{"block": "label"}, {"block": "branch", "size": "huge"}], "layout/1/size"),
        ([{"block": "label"}, {"block": "branch", "bold": "yes"}], "layout/1/bold"),
        ([{"block": "label"}, {"block": "branch", "align": "up"}], "layout/1/align"),
        ([{"block": "label"}, {"block": "space"}], "layout/1/mm"),
        ([{"block": "label"}, {"block": "space", "mm": float("nan")}], "layout/1/mm"),
        ([{"block": "label"}, {"block": "space", "mm": True}], "layout/1/mm"),
        ([{"block": "label"}, {"block": "logo", "width_mm": 500}], "layout/1/width_mm"),
        ([{"block": "label"}, {"block": "text"}], "layout/1/texts"),
        ([{"block": "label"}, {"block": "text", "texts": {"cs": ""}}], "layout/1/texts"),
        ([{"block": "label"}, {"block": "text", "texts": {"de": "Guten Tag"}}], "layout/1/texts"),
        ([{"block": "label"}, {"block": "text", "texts": {"cs": "x" * 501}}], "layout/1/texts/cs"),
        ([{"block": "label"}, *[{"block": "rule"}] * 30], "layout"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_where_it_is(layout: Any, field: str) -> None:
    with pytest.raises(QueueError) as refused:
        check_layout(layout, LANGUAGES)
    assert (refused.value.code, refused.value.details["field"]) == ("invalid_value", field)


def test_a_block_that_has_nothing_to_say_leaves_no_gap() -> None:
    said = set_slip(facts(), [{"block": "label"}, {"block": "bring"}, {"block": "logo"}, {"block": "notice"}])
    assert len(said.blocks) == 1


def test_pauses_grow_and_end_and_nothing_is_tried_for_ever_but_the_printers_own_trouble() -> None:
    pauses = [pause_seconds(attempts) for attempts in range(1, 200)]
    assert pauses == sorted(pauses) and pauses[0] == 1 and max(pauses) == LONGEST_PAUSE_SECONDS
    assert given_up("timed_out", True, ATTEMPTS) and not given_up("timed_out", True, ATTEMPTS - 1)
    assert given_up("bad_address", False, 1)
    assert not any(given_up(error, True, 1_000) for error in PATIENT)
    assert stands_in_now("paper_out", True, 1, "ready") and stands_in_now("timed_out", True, 1, "offline")
    assert not stands_in_now("timed_out", True, 1, "unknown") and stands_in_now("timed_out", True, 2, "unknown")
