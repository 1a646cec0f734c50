"""The API of the rules: who is next, what holds at the desks, work profiles, outcomes, longest waits."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint

from queue_app.access import Caller
from queue_app.domain.errors import QueueError
from queue_app.operations import rules_setup
from queue_app.operations.views import fresh_setup
from queue_app.web import schemas as s
from queue_app.web.api import MANAGES, allowed
from queue_app.web.api_counters import DESK
from queue_app.web.api_queue import actor_in
from queue_app.web.operation import context, operation

api_rules = Blueprint("api_rules", __name__, url_prefix="/api/v1/branches")

CHANGES = ("unknown_branch", "conflict")


@operation(
    api_rules, "GET", "/<branch>/rules",
    summary="By which rules the branch calls: classes of visitors, limits, languages.",
    scopes=MANAGES, answers={200: s.RULES}, errors=("unknown_branch",),
)  # fmt: skip
def show_rules(who: Caller, body: None, query: dict[str, Any], branch: str) -> Any:
    """Show the rules."""
    allowed(who, MANAGES, branch)
    return rules_setup.rules_json(fresh_setup(context(), branch).rules)


@operation(
    api_rules, "PUT", "/<branch>/rules",
    summary="Call by other rules from now on; what is left out is as usual. Who waits keeps their class.",
    scopes=MANAGES, body=s.wish(s.RULES_PARTS), answers={200: s.RULES}, errors=CHANGES,
)  # fmt: skip
def put_rules(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str) -> Any:
    """Change the rules."""
    rules = rules_setup.set_rules(context(), branch, actor_in(who, MANAGES, branch), body)
    return rules_setup.rules_json(rules)


@operation(
    api_rules, "GET", "/<branch>/desk-rules",
    summary="What holds at the desks: no-shows, recalls, wrap-up, calling by itself, outcomes.",
    scopes=MANAGES, answers={200: s.DESK_RULES}, errors=("unknown_branch",),
)  # fmt: skip
def show_desk_rules(who: Caller, body: None, query: dict[str, Any], branch: str) -> Any:
    """Show what holds at the desks."""
    allowed(who, MANAGES, branch)
    return asdict(fresh_setup(context(), branch).desk)


@operation(
    api_rules, "PUT", "/<branch>/desk-rules",
    summary="Change what holds at the desks; what is left out is as usual.",
    scopes=MANAGES, body=s.wish(s.DESK_RULES_PARTS), answers={200: s.DESK_RULES}, errors=CHANGES,
)  # fmt: skip
def put_desk_rules(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str) -> Any:
    """Change what holds at the desks."""
    return asdict(rules_setup.set_desk(context(), branch, actor_in(who, MANAGES, branch), body))


@operation(
    api_rules, "GET", "/<branch>/profiles",
    summary="The work profiles: which services a counter takes, and how it chooses between them.",
    scopes=DESK, answers={200: s.thing({"profiles": s.some(s.PROFILE)})}, errors=("unknown_branch",),
)  # fmt: skip
def show_profiles(who: Caller, body: None, query: dict[str, Any], branch: str) -> Any:
    """Show the work profiles."""
    allowed(who, DESK, branch)
    return {"profiles": rules_setup.profiles_view(context(), branch)}


@operation(
    api_rules, "PUT", "/<branch>/profiles/<profile>",
    summary="Make a work profile, or change it, also for the counters that have it now.",
    scopes=MANAGES, body=s.wish(s.PROFILE_PARTS, required=("services",)), answers={200: s.PROFILE}, errors=CHANGES,
)  # fmt: skip
def put_profile(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, profile: str) -> Any:
    """Make or change a work profile."""
    rules_setup.set_profile(context(), branch, actor_in(who, MANAGES, branch), profile, body)
    for stored in rules_setup.profiles_view(context(), branch):
        if stored["name"] == profile:
            return stored
    raise QueueError("conflict")


@operation(
    api_rules, "PUT", "/<branch>/services/<service>/outcomes",
    summary="Say how a service may end; an empty list where that is not asked.",
    scopes=MANAGES, body=s.wish({"outcomes": s.OUTCOMES}, required=("outcomes",)),
    answers={200: s.thing({"outcomes": s.OUTCOMES})}, errors=(*CHANGES, "unknown_service"),
)  # fmt: skip
def put_outcomes(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, service: str) -> Any:
    """Change a service's outcomes."""
    rules_setup.set_outcomes(context(), branch, actor_in(who, MANAGES, branch), service, body["outcomes"])
    return {"outcomes": body["outcomes"]}


@operation(
    api_rules, "PUT", "/<branch>/services/<service>/longest-wait",
    summary="Say after how many minutes somebody goes before all others; null for as the branch says.",
    scopes=MANAGES, body=s.wish({"minutes": s.LIMIT}, required=("minutes",)),
    answers={200: s.thing({"minutes": s.LIMIT})}, errors=(*CHANGES, "unknown_service"),
)  # fmt: skip
def put_longest_wait(who: Caller, body: dict[str, Any], query: dict[str, Any], branch: str, service: str) -> Any:
    """Change a service's longest wait."""
    rules_setup.set_longest_wait(context(), branch, actor_in(who, MANAGES, branch), service, body["minutes"])
    return {"minutes": body["minutes"]}
