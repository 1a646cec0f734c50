"""What a slip says: the branch's layout filled in for one ticket, in the visitor's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from printers import Printer
from printers.profiles import get_profile
from printers.self_test import self_test_slip
from printers.slip import Block, Label, Picture, Qr, Rule, Slip, Space, Text
from queue_app import i18n
from queue_app.domain.branch import Texts, pick
from queue_app.domain.slip_layout import DEFAULT

LOGO_WIDTH_MM = 40.0


@dataclass(frozen=True)
class SlipFacts:
    """Everything a slip may say.

    Attributes:
        language: of the ticket.
        fallback: the branch's first language, for what was not typed in the ticket's.
        branch_name, service_name, bring, service_text, notice: by language.
        label: the number.
        issued_at: when it was taken, aware UTC.
        zone: the branch's.
        ahead: how many were called before this one when it was taken.
        forecast: low and high seconds of the wait told then, or None twice.
        url: of the visitor's page.
        logo: a PNG, where the branch has one.
        copy: whether to mark it as a copy.
    """

    language: str
    fallback: str
    branch_name: Texts
    service_name: Texts
    bring: Texts
    service_text: Texts
    notice: Texts
    label: str
    issued_at: datetime
    zone: ZoneInfo
    ahead: int
    forecast: tuple[int | None, int | None]
    url: str
    logo: bytes | None = None
    copy: bool = False

    def say(self, texts: Texts) -> str:
        """Return what a manager typed in the ticket's language, or what stands in for it."""
        return pick(texts, self.language, self.fallback)


def set_slip(facts: SlipFacts, layout: Iterable[Mapping[str, Any]] | None = None) -> Slip:
    """Set the slip of one ticket, from the top of the paper to its end.

    Args:
        facts: what it says.
        layout: the branch's, as `domain.slip_layout` checked it; the default one where None.
    """
    blocks: list[Block] = []
    if facts.copy:
        blocks.append(Text(i18n.text(facts.language, "Copy"), "large", bold=True))
    for block in DEFAULT if layout is None else layout:
        blocks += _set(facts, block)
    return Slip(facts.language, tuple(blocks))


def _set(facts: SlipFacts, block: Mapping[str, Any]) -> list[Block]:
    match block["block"]:
        case "label":
            return [Label(facts.label)]
        case "rule":
            return [Rule()]
        case "space":
            return [Space(block["mm"])]
        case "logo":
            return [Picture(facts.logo, block.get("width_mm", LOGO_WIDTH_MM))] if facts.logo else []
        case "qr":
            caption = i18n.text(facts.language, "Follow your place on your phone") if block.get("caption", True) else ""
            return [Qr(facts.url, caption)]
        case "text":
            words = facts.say(block["texts"])
        case kind:
            words = _WORDS[kind](facts)
    if not words:
        return []
    return [Text(words, block.get("size", "normal"), block.get("bold", False), block.get("align", "center"))]


def _bring(facts: SlipFacts) -> str:
    things = facts.say(facts.bring)
    return i18n.text(facts.language, "Please have ready: %(things)s", things=things) if things else ""


_WORDS: dict[str, Callable[[SlipFacts], str]] = {
    "branch": lambda facts: facts.say(facts.branch_name),
    "service": lambda facts: facts.say(facts.service_name),
    "ahead": lambda facts: i18n.people_ahead(facts.language, facts.ahead),
    "wait": lambda facts: i18n.wait(facts.language, *facts.forecast),
    "bring": _bring,
    "service_text": lambda facts: facts.say(facts.service_text),
    "notice": lambda facts: facts.say(facts.notice),
    "time": lambda facts: i18n.date_and_time(facts.language, facts.issued_at, facts.zone),
}


def self_test(name: str, printer: Printer, language: str, now: datetime, zone: ZoneInfo) -> Slip:
    """Set the slip by which somebody sees whether a printer has every letter, every size, and all its paper's width.

    Args:
        name: the printer's.
        printer: whose letters and width.
        language: of the words on it.
        now: aware UTC.
        zone: the branch's.
    """
    lines = [name, printer.kind, i18n.date_and_time(language, now, zone)]
    return self_test_slip(i18n.text(language, "Self-test"), lines, get_profile(printer.profile), language)
