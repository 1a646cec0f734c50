"""Five languages, all of them whole."""

from __future__ import annotations

import re
from functools import cache

import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po

from queue_app import i18n
from queue_app.translations.collect import catalogue_file, collect

OTHERS = [language for language in i18n.LANGUAGES if language != "en"]
PLACE = re.compile(r"%\(\w+\)[sd]")


@cache
def template() -> Catalog:
    """Return every text of the code."""
    return collect()


@cache
def catalogue(language: str) -> Catalog:
    """Return the catalogue of a language."""
    with catalogue_file(language).open("rb") as file:
        return read_po(file, locale=language)


def strings(message) -> list[str]:  # type: ignore[no-untyped-def]
    """Return all forms of a translation."""
    return list(message.string) if isinstance(message.string, tuple | list) else [message.string]


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated(language: str) -> None:
    missing = []
    for message in template():
        if not message.id:
            continue
        found = catalogue(language).get(message.id, message.context)
        if found is None or found.fuzzy or not all(strings(found)):
            missing.append(message.id)
    assert missing == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_translation_keeps_its_places_and_has_all_its_plural_forms(language: str) -> None:
    catalog = catalogue(language)
    for message in catalog:
        if not message.id:
            continue
        originals = message.id if isinstance(message.id, tuple | list) else (message.id,)
        wanted = set(PLACE.findall(originals[-1]))
        for form in strings(message):
            places = set(PLACE.findall(form))
            # A form for exactly one may say "one" in words and leave the number out.
            assert places == wanted or (len(originals) > 1 and places <= wanted), (message.id, form)
        if len(originals) > 1:
            assert len(strings(message)) == catalog.num_plurals, message.id


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", {1: "1 person is before you", 2: "2 people are before you", 5: "5 people are before you"}),
    ],
)
def test_plurals_count_as_the_language_does(language: str, forms: dict[int, str]) -> None:
    assert {number: i18n.people_ahead(language, number) for number in forms} == forms


@pytest.mark.parametrize("language", ["cs", "sk", "pl"])
def test_slavic_languages_have_a_form_for_one_for_few_and_for_many(language: str) -> None:
    one, few, many = (i18n.people_ahead(language, number).replace(str(number), "#") for number in (1, 3, 5))
    assert len({one, few, many}) == 3


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_wait_is_said_as_a_range_in_minutes_and_long_ones_in_hours(language: str) -> None:
    assert "8" in i18n.wait(language, 480, 720) and "12" in i18n.wait(language, 480, 720)
    assert "480" not in i18n.wait(language, 480, 720)
    hours = i18n.wait(language, 3 * 3600, 8 * 3600)
    assert "3" in hours and "8" in hours and "480" not in hours
    assert i18n.wait(language, 0, 30) == i18n.text(language, "In a moment")
    assert i18n.wait(language, None, None) == i18n.text(language, "The wait cannot be told yet")
