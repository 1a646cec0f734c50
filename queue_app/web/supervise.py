"""The supervisor's pages: the branch as it stands now, and the rules by which it calls."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template

from queue_app.access import Caller, require
from queue_app.domain.branch import BranchSetup, pick
from queue_app.domain.profiles import Handling, Manner
from queue_app.i18n import N_, NAMES, text
from queue_app.operations import views
from queue_app.web.operation import context

supervise = Blueprint("supervise", __name__)
MANAGER = frozenset({"manager"})
SUPERVISOR = frozenset({"supervise"})

HANDLINGS = {
    Handling.STRICT: N_("always first"),
    Handling.AT_LEAST: N_("at least one of so many calls"),
    Handling.AT_MOST: N_("first, but at most one of so many calls"),
    Handling.HEAD_START: N_("a head start of minutes"),
}
MANNERS = {
    Manner.FIRST_COME: N_("Who came first"),
    Manner.SERVICE_ORDER: N_("In the order of the services"),
    Manner.WEIGHTED_SHARE: N_("By shares: so many calls for each service"),
    Manner.TARGET_RATIO: N_("Who has waited the most of what was promised"),
}


@supervise.get("/supervise/<branch>")
def show(branch: str) -> Any:
    """Show a branch's counters and queues, and everybody who waits, live."""
    setup, who = _let_in(branch, SUPERVISOR)
    return render_template(
        "supervise.html", language=g.language, setup=setup, caller=who, tongues=_tongues(setup), facts=_facts(setup)
    )


@supervise.get("/supervise/<branch>/rules")
def rules(branch: str) -> Any:
    """Show the branch's rules, to be changed."""
    setup, who = _let_in(branch, MANAGER)
    return render_template(
        "supervise_rules.html",
        language=g.language,
        setup=setup,
        caller=who,
        tongues=_tongues(setup),
        handlings=[(str(word), text(g.language, words)) for word, words in HANDLINGS.items()],
        manners=[(str(word), text(g.language, words)) for word, words in MANNERS.items()],
        facts=_facts(setup),
    )


def _let_in(branch: str, scopes: frozenset[str]) -> tuple[BranchSetup, Caller]:
    setup = views.fresh_setup(context(), branch)
    who = require(scopes, setup.id)
    g.language = who.language or setup.default_language
    return setup, who


def _tongues(setup: BranchSetup) -> list[tuple[str, str]]:
    """Return the branch's languages, each with its own name."""
    return [(code, NAMES.get(code, code)) for code in setup.languages]


def _facts(setup: BranchSetup) -> dict[str, Any]:
    """Return what the scripts have to know of the branch beside the API's answers."""
    return {
        "services": [
            {
                "slug": service.slug,
                "letter": service.series,
                "name": pick(service.name, g.language, setup.default_language),
                "target_minutes": max(1, service.target_wait_seconds // 60),
                "longest_wait_minutes": service.longest_wait_minutes,
                "outcomes": [{"code": outcome.code, "name": dict(outcome.name)} for outcome in service.outcomes],
            }
            for service in setup.services
        ],
        "counters": [counter.id for counter in setup.counters],
        "profiles": [profile.name for profile in setup.profiles],
        "longest_wait_minutes": setup.rules.longest_wait_minutes,
        "notice": dict(setup.notice),
    }
