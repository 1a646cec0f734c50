"""Every code that a report shows to people has a name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pytest

from printers.errors import RETRYABLE
from queue_app.domain.desk import Outcome
from queue_app.domain.discipline import Rule
from queue_app.domain.events import Kind as EventKind
from queue_app.domain.tickets import State
from queue_app.reports.breakdown import FEW
from queue_app.reports.document import Column, Kind
from queue_app.reports.forms.for_people import Wording
from queue_app.reports.words import WORDS
from queue_app.web.api import CHANNELS
from tests.reports.report_samples import brno

CODES: dict[str, Collection[str]] = {
    "states": State,
    "events": EventKind,
    "rules": Rule,
    "channels": CHANNELS,
    "printers": RETRYABLE,
    "groups": (FEW,),
    "the day's end": ("day_closed",),
    "classes that every branch has": ("standard",),
}


@pytest.mark.parametrize("what", CODES)
def test_every_code_has_a_name(what: str) -> None:
    assert {str(code) for code in CODES[what]} - WORDS.keys() == set()


def test_an_outcome_is_called_what_the_branch_calls_it() -> None:
    setup = brno()
    named = replace(setup.services[0], outcomes=(Outcome("sent_home", {"en": "Sent home", "cs": "Poslán domů"}),))
    setup = replace(setup, services=(named, *setup.services[1:]))
    column = Column("outcome", "Outcome", "How the service ended", Kind.WORD)
    told = {language: Wording(language, setup).cell("sent_home", column) for language in ("en", "cs", "hu")}
    assert told == {"en": "Sent home", "cs": "Poslán domů", "hu": "Poslán domů"}
    assert Wording("en", setup).cell("something_else", column) == "something_else"
    assert Wording("en", setup).cell("day_closed", column) == "Ended with the day"
