"""Change how a branch's queue works while it works: rules, desks, work profiles, outcomes, limits, intake, notice, a message."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

from queue_app.domain.desk import DeskRules, check_desk, check_outcomes
from queue_app.domain.errors import QueueError
from queue_app.domain.events import Kind
from queue_app.domain.profile_checks import check_profile, check_rules
from queue_app.domain.profiles import BranchRules, Handling, PriorityClass
from queue_app.domain.reading import MOST_MINUTES, object_of, whole, wrong
from queue_app.operations.audit import note_change
from queue_app.operations.counters import CounterState
from queue_app.operations.unit_of_work import Actor, Context, Unit
from queue_app.store import queries as q
from queue_app.store.board import state_of

T = TypeVar("T")

MOST_MESSAGE = 200
"""Characters of a message to the desks."""
MOST_NOTICE = 500
"""Characters of the lobby's notice in one language."""
MOST_PROFILE_NAME = 100


def rules_json(rules: BranchRules) -> dict[str, Any]:
    """Return the rules of a branch as `domain.profile_checks.check_rules` reads them."""
    return {**asdict(rules), "classes": [_class_json(each) for each in rules.classes]}


def _class_json(each: PriorityClass) -> dict[str, Any]:
    told: dict[str, Any] = {"name": each.name, "handling": str(each.handling)}
    if each.is_share:
        told["every"] = each.every
    if each.handling == Handling.HEAD_START:
        told["minutes"] = each.minutes
    return told


def profiles_view(context: Context, branch: str) -> list[dict[str, Any]]:
    """Return the work profiles of a branch as `domain.profile_checks.check_profile` reads them, each with its `name`.

    Raises:
        QueueError: `unknown_branch`.
    """
    setup = context.setup(branch)
    rows = context.database.look((q.PROFILES, {"branch_id": setup.id}))[0]
    slugs = {service.id: service.slug for service in setup.services}
    return [
        {
            "name": row.name,
            "manner": row.manner,
            "services": [
                {
                    "service": slugs[terms["service_id"]],
                    "weight": terms.get("weight", 1),
                    "target_minutes": terms.get("target_minutes"),
                    "longest_wait_minutes": terms.get("longest_wait_minutes"),
                }
                for terms in row.terms
                if terms["service_id"] in slugs
            ],
        }
        for row in rows
    ]


def everything(context: Context, branch: str) -> dict[str, Any]:
    """Return `rules`, `desk` and `profiles` of a branch, as they are read again.

    Raises:
        QueueError: `unknown_branch`.
    """
    setup = context.reload(branch)
    return {
        "rules": rules_json(setup.rules),
        "desk": asdict(setup.desk),
        "profiles": profiles_view(context, branch),
    }


def set_rules(context: Context, branch: str, actor: Actor, data: object) -> BranchRules:
    """Let other rules hold in a branch from now on; everybody of today keeps their class, and stands where it stands now.

    A class that is there no longer is `standard`: nobody is lost by it.

    Args:
        context, branch, actor: where, and who does it.
        data: as `domain.profile_checks.check_rules` reads it.

    Raises:
        QueueError: `unknown_branch`, `invalid_value`.
    """
    rules = check_rules(data)

    def decide(unit: Unit) -> BranchRules:
        ranks = new_ranks(unit, rules)
        unit.also_write(
            q.update_branch(("rules",)), {"branch": unit.setup.id, "rules": rules_json(rules)}, exactly_one=True
        )
        note_settings(unit, actor, "rules", ranks=ranks)
        note_change(unit, actor, "change_rules", unit.setup.slug, rules_json(unit.setup.rules), rules_json(rules))
        return rules

    return change_settings(context, branch, "set_rules", decide)


def new_ranks(unit: Unit, rules: BranchRules) -> dict[str, int]:
    """Take in the legs of today that have another rank by these rules, and return their new ranks by the legs' ids."""
    ranks = {}
    for row in unit.lock_and_read((q.RANKED_LEGS, {}))[0]:
        rank = rules.rank_of.get(row.t_priority, len(rules.classes))
        if rank != row.rank:
            unit.take_in(row)
            ranks[str(row.id)] = rank
    return ranks


def set_desk(context: Context, branch: str, actor: Actor, data: object) -> DeskRules:
    """Let other rules hold at the desks of a branch from now on.

    Args:
        context, branch, actor: where, and who does it.
        data: as `domain.desk.check_desk` reads it.

    Raises:
        QueueError: `unknown_branch`, `invalid_value`.
    """
    desk = check_desk(data)

    def decide(unit: Unit) -> DeskRules:
        unit.lock_and_read()
        unit.also_write(q.update_branch(("desk",)), {"branch": unit.setup.id, "desk": asdict(desk)}, exactly_one=True)
        note_settings(unit, actor, "desk")
        note_change(unit, actor, "change_desk_rules", unit.setup.slug, asdict(unit.setup.desk), asdict(desk))
        return desk

    return change_settings(context, branch, "set_desk", decide)


def set_profile(context: Context, branch: str, actor: Actor, name: str, data: object) -> None:
    """Make a work profile, or change the one of this name, also for the counters that have it now.

    Args:
        context, branch, actor: where, and who does it.
        name: 1 to 100 characters, without a slash.
        data: as `domain.profile_checks.check_profile` reads it.

    Raises:
        QueueError: `unknown_branch`, `invalid_value`.
    """
    # It stands in addresses: with a slash it could not be called by its name there.
    if name != name.strip() or not 1 <= len(name) <= MOST_PROFILE_NAME or not name.isprintable() or "/" in name:
        raise wrong("name", "a name of 1 to %(most)d characters is needed, without a slash", most=MOST_PROFILE_NAME)

    def decide(unit: Unit) -> None:
        (stored,) = unit.lock_and_read((q.PROFILES, {}))
        profile = check_profile(data, {service.slug: service.id for service in unit.setup.services})
        known = next((row for row in stored if row.name == name), None)
        # A service that is given out no more stays, unseen: those who wait for it are still called.
        retired = {service.id for service in unit.setup.retired_services}
        kept = [] if known is None else [terms for terms in known.terms if terms["service_id"] in retired]
        values = {
            "manner": str(profile.manner),
            "terms": [*(_terms(asdict(each)) for each in profile.services), *kept],
        }
        if known is None:
            unit.also_write(q.INSERT_PROFILE, {"branch_id": unit.setup.id, "name": name, **values})
        else:
            unit.also_write(q.UPDATE_PROFILE, {"profile": known.id, **values}, exactly_one=True)
        note_settings(unit, actor, "profile", profile=name)
        before = None if known is None else _profile_told(unit, known.manner, known.terms)
        after = _profile_told(unit, str(profile.manner), values["terms"])
        note_change(unit, actor, "change_profile", name, before, after)

    change_settings(context, branch, "set_profile", decide)


def _profile_told(unit: Unit, manner: str, terms: Any) -> dict[str, Any]:
    """Return a work profile as the audit log tells it: each service by its name, with what is said of it."""
    slugs = {service.id: service.slug for service in (*unit.setup.services, *unit.setup.retired_services)}
    services = {
        slugs.get(each["service_id"], str(each["service_id"])): {k: v for k, v in each.items() if k != "service_id"}
        for each in terms
    }
    return {"manner": manner, "services": services}


def _terms(terms: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said of a service in a profile without what is not said."""
    return {key: value for key, value in terms.items() if value is not None and (key, value) != ("weight", 1)}


def set_session_profile(context: Context, counter_id: int, actor: Actor, profile: str) -> CounterState:
    """Give the clerk at an open counter another work profile, until the counter closes; shares of calls begin anew.

    Raises:
        QueueError: `unknown_counter`, `counter_closed`, `unknown_profile`.
    """

    def decide(unit: Unit) -> CounterState:
        counter = unit.setup.counter(counter_id)
        sessions = unit.lock_and_read((q.OPEN_SESSION, {"counter_id": counter_id}))[0]
        if not sessions:
            raise QueueError("counter_closed", counter=counter_id)
        session, wanted = sessions[0], unit.setup.profile_named(profile)
        if session.profile_id != wanted.id:
            unit.change_session(session.id, profile_id=wanted.id, turns={})
            unit.record(
                Kind.COUNTER_PROFILE_CHANGED,
                counter_id=counter_id,
                user_id=actor.user_id,
                data={"profile": profile, "profile_id": wanted.id, "by": actor.name},
            )
        return CounterState(unit.setup, counter, state_of(session), session.actor_name, session.opened_at)

    return context.perform(context.branch_of_counter(counter_id), "set_session_profile", decide)


def set_counter_profile(context: Context, branch: str, actor: Actor, counter: str, profile: str | None) -> None:
    """Say by which work profile a counter works when it is opened without another; all services where None.

    Raises:
        QueueError: `unknown_branch`, `unknown_counter`, `unknown_profile`.
    """

    def decide(unit: Unit) -> None:
        unit.lock_and_read()
        found = next((each for each in unit.setup.counters if each.name == counter), None)
        if found is None:
            raise QueueError("unknown_counter", counter=counter)
        values = {"counter": found.id, "profile_id": _profile_id(unit, profile)}
        unit.also_write(q.UPDATE_COUNTER_PROFILE, values, exactly_one=True)
        note_settings(unit, actor, "counter_profile", counter=counter, profile=profile)
        names: dict[int | None, str] = {each.id: each.name for each in unit.setup.profiles}
        before = {"profile": names.get(found.profile_id)}
        note_change(unit, actor, "change_counter", counter, before, {"profile": profile})

    change_settings(context, branch, "set_counter_profile", decide)


def set_clerk(
    context: Context, branch: str, actor: Actor, username: str, languages: Sequence[str], profile: str | None
) -> None:
    """Say what languages a clerk serves in, and by which work profile they work in a branch; from their next opening on.

    Args:
        context, branch, actor: where, and who does it.
        username: with which the clerk signs in.
        languages: codes such as `de`; not only those the branch's pages speak.
        profile: name; None for that of the counter they sit down at.

    Raises:
        QueueError: `unknown_branch`, `unknown_user` (also one without a role in this branch), `unknown_profile`,
            `invalid_value`.
    """
    for place, code in enumerate(languages):
        if not code.isascii() or not code.isalpha() or not code.islower() or len(code) not in {2, 3}:
            raise wrong(f"languages[{place}]", "a language's code such as cs or de is needed")

    def decide(unit: Unit) -> None:
        rows = unit.lock_and_read((q.USER_OF_BRANCH, {"username": username}))[0]
        if not rows:
            raise QueueError("unknown_user", user=username)
        user_id, profile_id = rows[0].id, _profile_id(unit, profile)
        unit.also_write(q.UPDATE_LANGUAGES, {"user": user_id, "languages": list(languages)}, exactly_one=True)
        unit.also_write(q.UPDATE_OWN_PROFILE, {"user": user_id, "branch": unit.setup.id, "profile_id": profile_id})
        note_settings(unit, actor, "clerk", user=user_id, profile=profile)
        names = {each.id: each.name for each in unit.setup.profiles}
        before = {"languages": list(rows[0].languages), "profile": names.get(rows[0].profile_id)}
        note_change(unit, actor, "change_person", username, before, {"languages": list(languages), "profile": profile})

    change_settings(context, branch, "set_clerk", decide)


def _profile_id(unit: Unit, name: str | None) -> int | None:
    return None if name is None else unit.setup.profile_named(name).id


def set_outcomes(context: Context, branch: str, actor: Actor, service: str, data: object) -> None:
    """Say how a service may end.

    Args:
        context, branch, actor: where, and who does it.
        service: slug or letter.
        data: as `domain.desk.check_outcomes` reads it; an empty list where it is not asked.

    Raises:
        QueueError: `unknown_branch`, `unknown_service`, `invalid_value`.
    """
    outcomes = [asdict(each) for each in check_outcomes(data)]
    _set_service(context, branch, actor, service, "outcomes", outcomes=outcomes)


def set_longest_wait(context: Context, branch: str, actor: Actor, service: str, minutes: object) -> None:
    """Say how long anybody may wait for a service before they go before all others; None for as long as the branch says.

    Raises:
        QueueError: `unknown_branch`, `unknown_service`, `invalid_value`.
    """
    limit = None if minutes is None else whole(minutes, "minutes", 1, MOST_MINUTES)
    _set_service(context, branch, actor, service, "longest_wait", longest_wait_minutes=limit)


def set_intake(context: Context, branch: str, actor: Actor, service: str, is_open: bool) -> None:
    """Give out numbers for a service, or none any more today; who has one is served.

    Raises:
        QueueError: `unknown_branch`, `unknown_service`.
    """
    _set_service(context, branch, actor, service, "intake", intake_open=is_open)


def _set_service(context: Context, branch: str, actor: Actor, service: str, what: str, **values: Any) -> None:
    def decide(unit: Unit) -> None:
        unit.lock_and_read()
        wanted = unit.setup.service(service)
        unit.also_write(q.update_service(tuple(values)), {"service": wanted.id, **values}, exactly_one=True)
        note_settings(unit, actor, what, service=wanted.slug)
        before = {name: _plain(getattr(wanted, name)) for name in values}
        note_change(unit, actor, "change_service", wanted.slug, before, values)

    change_settings(context, branch, f"set_{what}", decide)


def _plain(value: Any) -> Any:
    """Return a value of the set-up as JSON has it."""
    return [asdict(each) for each in value] if isinstance(value, tuple) else value


def set_notice(context: Context, branch: str, actor: Actor, data: object) -> dict[str, str]:
    """Show the lobby a notice, or none where `data` is empty, and return it.

    Args:
        context, branch, actor: where, and who does it.
        data: texts by language, those of the branch.

    Raises:
        QueueError: `unknown_branch`, `invalid_value`.
    """

    def decide(unit: Unit) -> dict[str, str]:
        unit.lock_and_read()
        notice = _notice(data, unit.setup.languages)
        unit.also_write(q.update_branch(("notice",)), {"branch": unit.setup.id, "notice": notice}, exactly_one=True)
        unit.settings_changed()
        unit.record(Kind.NOTICE_CHANGED, user_id=actor.user_id, data={"notice": notice, "by": actor.name})
        before = {"notice": dict(unit.setup.notice)}
        note_change(unit, actor, "change_notice", unit.setup.slug, before, {"notice": notice})
        return notice

    return change_settings(context, branch, "set_notice", decide)


def _notice(data: object, languages: tuple[str, ...]) -> dict[str, str]:
    texts = object_of(data, "notice", languages)
    for language, words in texts.items():
        if not isinstance(words, str) or len(words) > MOST_NOTICE:
            raise wrong(f"notice.{language}", "a text of at most %(most)d characters is needed", most=MOST_NOTICE)
    return {language: words.strip() for language, words in texts.items() if words.strip()}


def send_message(context: Context, branch: str, actor: Actor, words: str) -> None:
    """Show a message at every desk of a branch, and nowhere else.

    Raises:
        QueueError: `unknown_branch`, `invalid_value`.
    """
    if not words.strip() or len(words) > MOST_MESSAGE:
        raise wrong("text", "a text of %(least)d to %(most)d characters is needed", least=1, most=MOST_MESSAGE)

    def decide(unit: Unit) -> None:
        unit.lock_and_read()
        unit.record(Kind.DESK_MESSAGE, user_id=actor.user_id, data={"text": words.strip(), "by": actor.name})

    context.perform(branch, "send_message", decide)


def note_settings(unit: Unit, actor: Actor, what: str, **data: Any) -> None:
    """Record that somebody changed the settings: which of them is `what`."""
    unit.settings_changed()
    unit.record(Kind.SETTINGS_CHANGED, user_id=actor.user_id, data={"what": what, "by": actor.name, **data})


def change_settings(context: Context, branch: str, action: str, decide: Callable[[Unit], T]) -> T:
    """Perform a change of the settings, and read them again: the next look of this process shows them changed."""
    result = context.perform(branch, action, decide)
    context.reload(branch)
    return result
