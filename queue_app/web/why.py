"""Why a ticket was called, as a sentence in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from queue_app.i18n import N_, clock_time, text
from queue_app.page_texts import RULE_TEXTS

BOOKED_FOR = N_("Booked for %(time)s")
KEPT_FOR_PERSON = N_("Kept for the person at this counter")


def why(language: str, rule: str | None, facts: Mapping[str, Any] | None, zone: ZoneInfo | None = None) -> str:
    """Return the sentence of the rule that chose a ticket.

    Nothing in it names a class of visitors: that somebody is pregnant or cannot walk is nobody's business but the clerk's.

    Args:
        language: the reader's.
        rule: a word of `domain.discipline.Rule`; None where nothing was called.
        facts: what was kept of the choice.
        zone: the branch's, for a booked time.

    Returns:
        The sentence; nothing where the rule is not known, or where what it speaks of was not kept.
    """
    told = facts or {}
    # Whoever booked stands in the line by the booked time, also where the branch has no class for it.
    if rule in {"booked", "first_come"} and zone is not None and isinstance(told.get("booked_for"), str):
        time = clock_time(language, datetime.fromisoformat(told["booked_for"]), zone)
        return text(language, BOOKED_FOR, time=time)
    if rule == "reserved" and told.get("reserved_for") == "person":
        return text(language, KEPT_FOR_PERSON)
    sentence = RULE_TEXTS.get(rule or "")
    if sentence is None:
        return ""
    try:
        # Also a sentence without places is filled in: that makes one per cent sign of two.
        return text(language, sentence) % told
    except KeyError:
        return ""
