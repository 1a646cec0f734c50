"""The slip as data."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from printer_samples import CALM

from printers.slip import (
    MAX_BLOCKS,
    MAX_TEXT_LETTERS,
    Label,
    Qr,
    Rule,
    Slip,
    SlipError,
    Space,
    Text,
)


def text_block(**changes: object) -> dict[str, object]:
    return {"kind": "text", "text": "x"} | changes


def test_a_slip_survives_json_unchanged(brno_slip: Slip) -> None:
    assert Slip.from_json(json.loads(json.dumps(brno_slip.to_json()))) == brno_slip


@CALM
@given(st.text(), st.text(min_size=1))
def test_any_text_survives_json_unchanged(text: str, spoken: str) -> None:
    slip = Slip("cs", (Text(text), Label("A017", spoken), Space(1.5), Rule()))
    assert Slip.from_json(json.loads(json.dumps(slip.to_json()))) == slip


def test_a_label_knows_its_letter_and_its_number() -> None:
    assert Label("A017").parts == ("A", "017")
    assert Label("A 017").parts == ("A", "017")
    assert Label("AB-17").parts == ("AB", "17")
    assert Label("17").parts == ("", "17")
    assert Label("VIP").parts == ("", "VIP")


def test_control_characters_are_removed_and_line_breaks_become_spaces() -> None:
    assert Text("a\x1b@\x00b\nc\td\u202ee\u200bf\ud800g").text == "a@b c defg"
    assert Label("A\x07017\n").text == "A017"
    assert Qr("https://a\n.cz").data == "https://a.cz"


def test_decomposed_letters_are_composed() -> None:
    assert Text("Pr\u030cepa\u0301z\u030cka").text == "Přepážka"


def test_a_very_long_text_ends_at_a_whole_word_with_an_ellipsis() -> None:
    text = Text("slovo " * 1000).text
    assert len(text) <= MAX_TEXT_LETTERS
    assert text.endswith("slovo…")


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (None, "not_an_object", "slip"),
        ([], "not_an_object", "slip"),
        ({1: 2}, "not_an_object", "slip"),
        ({"blocks": []}, "missing_field", "language"),
        ({"language": "cs"}, "missing_field", "blocks"),
        ({"language": "cs", "blocks": [], "colour": 1}, "unknown_field", "colour"),
        ({"language": "cs", "blocks": [], "version": 2}, "unknown_version", "version 2"),
        ({"language": 5, "blocks": []}, "wrong_type", "language"),
        ({"language": "c s", "blocks": []}, "bad_value", "language"),
        ({"language": "", "blocks": []}, "bad_value", "language"),
        ({"language": "cs", "blocks": "text"}, "wrong_type", "list"),
        ({"language": "cs", "blocks": [{"kind": "rule"}] * (MAX_BLOCKS + 1)}, "too_long", "blocks"),
        ({"language": "cs", "blocks": [text_block(text="x" * 999)] * 4}, "too_long", "letters"),
    ],
)
def test_a_malformed_slip_is_refused_with_a_code(data: object, code: str, words: str) -> None:
    with pytest.raises(SlipError) as caught:
        Slip.from_json(data)
    assert caught.value.code == code
    assert words in caught.value.message


@pytest.mark.parametrize(
    ("block", "code"),
    [
        ("rule", "not_an_object"),
        ({"kind": "drawing"}, "unknown_block"),
        ({}, "unknown_block"),
        ({"kind": ["text"]}, "unknown_block"),
        ({"kind": "text"}, "missing_field"),
        (text_block(text=7), "wrong_type"),
        (text_block(size="huge"), "bad_value"),
        (text_block(size=["large"]), "bad_value"),
        (text_block(align="middle"), "bad_value"),
        (text_block(bold="yes"), "wrong_type"),
        (text_block(colour="red"), "unknown_field"),
        ({"kind": "rule", "mm": 1}, "unknown_field"),
        ({"kind": "label", "text": " \n"}, "empty"),
        ({"kind": "label", "text": "\u0301\u05b7"}, "empty"),
        ({"kind": "label", "text": "A" * 17}, "too_long"),
        ({"kind": "label", "text": "A1", "spoken": 1}, "wrong_type"),
        ({"kind": "space", "mm": "3"}, "wrong_type"),
        ({"kind": "space", "mm": True}, "wrong_type"),
        ({"kind": "space", "mm": -1}, "bad_value"),
        ({"kind": "space", "mm": float("nan")}, "bad_value"),
        ({"kind": "space", "mm": 51}, "bad_value"),
        ({"kind": "picture"}, "missing_field"),
        ({"kind": "picture", "png": 7, "width_mm": 30}, "wrong_type"),
        ({"kind": "picture", "png": "č", "width_mm": 30}, "bad_value"),
        ({"kind": "picture", "png": "AAA", "width_mm": 30}, "bad_value"),
        ({"kind": "picture", "png": "AAAA", "width_mm": 30}, "not_a_picture"),
        ({"kind": "picture", "png": "AAAA", "width_mm": "30"}, "wrong_type"),
        ({"kind": "picture", "png": "AAAA", "width_mm": 0}, "bad_value"),
        ({"kind": "picture", "png": "AAAA", "width_mm": float("nan")}, "bad_value"),
        ({"kind": "qr", "data": ""}, "empty"),
        ({"kind": "qr", "data": "č" * 251}, "too_long"),
    ],
)
def test_a_malformed_block_is_refused_and_named_by_its_place(block: object, code: str) -> None:
    with pytest.raises(SlipError) as caught:
        Slip.from_json({"language": "cs", "blocks": [{"kind": "rule"}, block]})
    assert caught.value.code == code
    assert "Block 2" in caught.value.message


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@CALM
@given(st.fixed_dictionaries({"kind": st.sampled_from(["text", "label", "space", "qr"])}), json_values)
def test_no_json_value_brings_anything_but_a_slip_error(block: dict[str, object], value: object) -> None:
    field = {"text": "text", "label": "text", "space": "mm", "qr": "data"}[str(block["kind"])]
    try:
        Slip.from_json({"language": "cs", "blocks": [block | {field: value}]})
    except SlipError as error:
        assert error.code and error.message
