"""Trades: each imports into an empty installation, in every language, with every text there and no two that look alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from queue_app.domain.errors import QueueError
from queue_app.operations.config_document import export_branch, import_branch, plan_import
from queue_app.operations.trades import LANGUAGES, document_of, trades
from queue_app.operations.unit_of_work import Actor, Context

COUNTRIES = {"en": "GB", "cs": "CZ", "sk": "SK", "pl": "PL", "hu": "HU"}
ADMINISTRATOR = Actor("console", "console", supervises=True)
TRADES = [slug for slug, _ in trades()]


def whole(trade: str, *languages: str) -> dict[str, Any]:
    """Return a trade's document as the set-up completes it."""
    document = document_of(trade, languages, COUNTRIES[languages[0]])
    document["branch"] |= {"slug": trade, "name": {languages[0]: trade}, "time_zone": "Europe/Budapest"}
    return document


def texts_of(part: Any, place: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Yield every text by language of a document, with its place."""
    if isinstance(part, dict) and part and part.keys() <= LANGUAGES:
        yield place, part
    elif isinstance(part, dict):
        for key, each in part.items():
            yield from texts_of(each, f"{place}/{key}")
    elif isinstance(part, list):
        for number, each in enumerate(part):
            yield from texts_of(each, f"{place}/{number}")


def test_there_are_the_five_trades_each_with_its_name_in_five_languages() -> None:
    assert TRADES == ["bank", "clinic", "post-office", "town-hall", "university"]
    assert all(names.keys() == LANGUAGES and all(names.values()) for _, names in trades())


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("trade", TRADES)
def test_a_trade_imports_into_an_empty_installation(trade: str, language: str, context: Context) -> None:
    document = whole(trade, language)
    plan = import_branch(context, ADMINISTRATOR, trade, document)
    assert plan.is_new and plan.changes
    assert plan_import(context, trade, document).changes == (), "bringing the same in again changes nothing"
    kept = export_branch(context, trade)
    assert [each["slug"] for each in kept["services"]] == [each["slug"] for each in document["services"]]
    assert kept["menu"] == document["menu"]
    assert kept["hours"]["holidays"]["country"] == COUNTRIES[language]
    assert {counter["profile"] for counter in kept["counters"]} == {profile["name"] for profile in kept["profiles"]}
    assert context.setup(trade).services[0].name[language]


@pytest.mark.parametrize("trade", TRADES)
def test_every_text_is_there_in_all_five_languages_and_no_two_languages_were_mixed_up(trade: str) -> None:
    document = document_of(trade, sorted(LANGUAGES), "CZ")
    found = list(texts_of(document))
    assert len(found) > 25
    for place, texts in found:
        assert texts.keys() == LANGUAGES, place
        assert all(text == text.strip() and 2 <= len(text) <= 200 for text in texts.values()), place
    every = " ".join(texts["pl"] for _, texts in found), " ".join(texts["hu"] for _, texts in found)
    assert not set("őűáíö") & set(every[0]) and not set("łąężźśčřěž") & set(every[1])
    czech, slovak = (" ".join(texts[language] for _, texts in found) for language in ("cs", "sk"))
    assert not set("ľĺŕäô") & set(czech) and not set("řěů") & set(slovak)


@pytest.mark.parametrize("trade", TRADES)
def test_letters_names_and_addresses_tell_the_services_apart(trade: str) -> None:
    services = document_of(trade, sorted(LANGUAGES), None)["services"]
    assert len({each["letter"] for each in services}) == len(services)
    assert not {each["letter"] for each in services} & {"I", "O", "Q"}, "read as 1 and 0"
    for language in LANGUAGES:
        names = [each["name"][language] for each in services]
        assert len({name.casefold() for name in names}) == len(names) and all(len(name) <= 42 for name in names)


@pytest.mark.parametrize("trade", TRADES)
def test_every_service_is_in_the_menu_and_some_counter_takes_it(trade: str) -> None:
    document = document_of(trade, ["en"], None)
    slugs = {each["slug"] for each in document["services"]}
    shown = [item["service"] for entry in document["menu"] for item in (entry.get("items") or [entry])]
    assert sorted(shown) == sorted(slugs)
    used = {counter["profile"] for counter in document["counters"]}
    taken = {slug for profile in document["profiles"] if profile["name"] in used for slug in profile["services"]}
    assert taken == slugs


def test_the_texts_are_in_the_languages_of_the_branch_and_profiles_in_its_own() -> None:
    document = document_of("bank", ["hu", "de"], "HU")
    assert document["branch"]["languages"] == ["hu", "de"]
    assert document["services"][0]["name"] == {"hu": "Pénztár"}
    assert document["profiles"][0]["name"] == document["counters"][0]["profile"] == "Pénztár"
    assert document_of("bank", ["de"], None)["services"][0]["name"] == {"en": "Cash desk"}
    assert "holidays" not in document_of("bank", ["de"], "XX")["hours"]


def test_what_is_done_to_a_document_does_not_stay_with_the_trade() -> None:
    document_of("bank", ["en"], None)["services"].clear()
    assert document_of("bank", ["en"], None)["services"]


@pytest.mark.parametrize(("trade", "languages"), [("bakery", ["en"]), ("../bank", ["en"]), ("bank", [])])
def test_an_unknown_trade_and_no_language_are_refused(trade: str, languages: list[str]) -> None:
    with pytest.raises(QueueError) as refused:
        document_of(trade, languages, None)
    assert refused.value.code == "invalid_value"
