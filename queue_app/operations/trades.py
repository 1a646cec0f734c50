"""Trades: how a bank, a clinic, a post office, a town hall or a university may begin, in five languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from queue_app.domain.reading import wrong
from queue_app.store.public_holidays import countries

FOLDER = Path(__file__).parent.parent / "trades"
LANGUAGES = frozenset({"en", "cs", "sk", "pl", "hu"})
"""Every text of a trade is there in each of these, so a mapping with these keys is a text."""


def trades() -> list[tuple[str, dict[str, str]]]:
    """Return slug and name by language of each trade, in the order of the slugs."""
    return [(path.stem, dict(_read(path.stem)["name"])) for path in sorted(FOLDER.glob("*.yaml"))]


def document_of(trade: str, languages: Sequence[str], country: str | None) -> dict[str, Any]:
    """Return a trade as a partial configuration document of a branch, to be changed and imported.

    Its section `branch` has neither slug nor name nor time zone: whoever makes the branch says them.

    Args:
        trade: slug.
        languages: of the branch, its own first: in that one the work profiles are named. Where the trade speaks none of
            them, its texts are English.
        country: two letters; its public holidays are kept where they are known.

    Raises:
        QueueError: `invalid_value` for an unknown trade or no language.
    """
    known = [slug for slug, _ in trades()]
    if trade not in known:
        raise wrong("trade", "one of %(words)s is needed", words=", ".join(known))
    if not languages:
        raise wrong("languages", "at least one is needed")
    spoken = [language for language in languages if language in LANGUAGES] or ["en"]
    document: dict[str, Any] = _in_languages(_read(trade)["document"], spoken)
    _name_profiles(document, spoken[0])
    document["branch"]["languages"] = list(languages)
    if country in countries():
        document["hours"]["holidays"] = {"country": country, "subdivision": None, "open": False}
    return document


@cache
def _read(trade: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FOLDER / f"{trade}.yaml").read_text("utf-8"))
    return found


def _in_languages(part: Any, languages: Sequence[str]) -> Any:
    """Return a copy of `part` whose texts are in these languages only."""
    if isinstance(part, Mapping):
        if part.keys() >= LANGUAGES:
            return {language: part[language] for language in languages}
        return {key: _in_languages(value, languages) for key, value in part.items()}
    return [_in_languages(each, languages) for each in part] if isinstance(part, list) else part


def _name_profiles(document: dict[str, Any], language: str) -> None:
    """Put names where the trade's keys of work profiles stand: they are one text, not one a language."""
    names = {profile.pop("key"): profile["name"][language] for profile in document["profiles"]}
    for profile, name in zip(document["profiles"], names.values(), strict=True):
        profile["name"] = name
    for counter in document["counters"]:
        counter["profile"] = names[counter["profile"]]
