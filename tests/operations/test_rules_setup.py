"""Changing how a branch works while it works: what is recorded, who stands where, and who notices."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from queue_app.clock import SimulatedClock
from queue_app.domain.errors import QueueError
from queue_app.operations import desk_actions, rules_setup, serve
from queue_app.operations.queue_view import queue_view
from queue_app.operations.unit_of_work import Committed, Context
from queue_app.operations.verify import differences
from queue_app.store.models import Base
from tests.factories import Brno, create_brno

NAMES = ("reduced_mobility", "pregnant", "veteran")


def events_of(context: Context, kind: str) -> list[Any]:
    """Return the events of a kind, oldest first."""
    table = Base.metadata.tables["ticket_event"]
    with context.database.reading() as connection:
        return list(connection.execute(select(table).where(table.c.kind == kind).order_by(table.c.revision)))


def waiting_labels(context: Context) -> list[str]:
    """Return the labels of those who wait in their order."""
    return [leg["label"] for leg in queue_view(context, "brno")["waiting"]]


def test_new_classes_are_recorded_with_the_new_ranks_and_the_record_stays_whole(brno: Brno, context: Context) -> None:
    marta = brno.actor("marta")
    rules_setup.set_rules(context, "brno", marta, {"classes": [{"name": name} for name in NAMES]})
    legs = {name: brno.take(priority=name).leg.id for name in (*NAMES, "standard")}
    rules_setup.set_rules(context, "brno", marta, {"classes": [{"name": "veteran"}, {"name": "reduced_mobility"}]})
    *_, event = events_of(context, "settings_changed")
    assert (event.data["what"], event.data["by"], event.user_id) == ("rules", "Marta", brno.users["marta"])
    # Reduced mobility had 0 and has 1, pregnant is standard now: 2 of 2; the standard ones had 3.
    assert event.data["ranks"] == {
        str(legs["reduced_mobility"]): 1,
        str(legs["pregnant"]): 2,
        str(legs["veteran"]): 0,
        str(legs["standard"]): 2,
    }
    assert waiting_labels(context) == ["A003", "A001", "A002", "A004"]
    assert list(differences(context)) == []


def test_any_change_of_classes_keeps_everybody_in_line_and_the_record_whole(
    brno: Brno, context: Context, clock: SimulatedClock
) -> None:
    random = Random(20261122)
    marta, counter = brno.actor("marta"), brno.open()
    taken = []
    for _ in range(12):
        chosen = random.sample(NAMES, random.randint(0, 3))
        rules_setup.set_rules(context, "brno", marta, {"classes": [{"name": name} for name in chosen]})
        for _ in range(3):
            clock.advance(seconds=1)
            taken.append(brno.take(priority=random.choice([*chosen, "standard"])))
        served = brno.next()
        if random.random() < 0.5:
            serve.finish(context, counter, brno.alena)
            desk_actions.reopen(context, "brno", served.ticket.id, marta)
        assert list(differences(context)) == []
    expected = waiting_labels(context)
    assert [brno.next().ticket.label for _ in expected] == expected
    assert len(expected) >= len(taken) - 12


def test_every_change_raises_the_settings_revision_and_other_processes_follow(brno: Brno, context: Context) -> None:
    other = Context(context.database, context.clock)
    assert other.setup("brno").service("ids").intake_open
    marta = brno.actor("marta")
    rules_setup.set_intake(context, "brno", marta, "ids", False)
    with pytest.raises(QueueError, match="service_closed"):
        create_taker(other, brno)
    rules_setup.set_intake(other, "brno", marta, "A", True)
    assert create_taker(context, brno) == "A001"
    rules_setup.set_outcomes(context, "brno", marta, "ids", [{"code": "done", "name": {"en": "Done"}}])
    rules_setup.set_longest_wait(context, "brno", marta, "ids", 20)
    rules_setup.set_desk(context, "brno", marta, {"outcome_required": True})
    service = other.reload("brno").service("ids")
    assert (service.outcomes[0].code, service.longest_wait_minutes) == ("done", 20)
    assert [event.data["what"] for event in events_of(context, "settings_changed")] == [
        "intake", "intake", "outcomes", "longest_wait", "desk",
    ]  # fmt: skip


def create_taker(context: Context, brno: Brno) -> str:
    """Take a number as another process does, and return its label."""
    return Brno(context, brno.branch_id, brno.services, brno.counters, brno.users, brno.printer_id).take().ticket.label


def test_a_refused_change_changes_nothing(brno: Brno, context: Context) -> None:
    marta, revision = brno.actor("marta"), queue_view(context, "brno")["revision"]
    for wrong in (
        lambda: rules_setup.set_rules(context, "brno", marta, {"classes": "x"}),
        lambda: rules_setup.set_rules(context, "nowhere", marta, {}),
        lambda: rules_setup.set_desk(context, "brno", marta, {"auto_call": "yes"}),
        lambda: rules_setup.set_profile(context, "brno", marta, "", {"services": ["ids"]}),
        lambda: rules_setup.set_profile(context, "brno", marta, "a/b", {"services": ["ids"]}),
        lambda: rules_setup.set_profile(context, "brno", marta, "x", {"services": ["nothing"]}),
        lambda: rules_setup.set_outcomes(context, "brno", marta, "nothing", []),
        lambda: rules_setup.set_longest_wait(context, "brno", marta, "ids", 0),
        lambda: rules_setup.set_notice(context, "brno", marta, {"cs": 5}),
        lambda: rules_setup.set_notice(context, "brno", marta, "x"),
        lambda: rules_setup.send_message(context, "brno", marta, " "),
        lambda: rules_setup.set_session_profile(context, brno.counters[0], marta, "x"),
    ):
        with pytest.raises(QueueError):
            wrong()
    assert queue_view(context, "brno")["revision"] == revision


def test_a_profile_given_to_an_open_counter_lasts_until_it_closes_and_counts_anew(brno: Brno, context: Context) -> None:
    marta, counter = brno.actor("marta"), brno.open()
    shares = {"manner": "weighted_share", "services": [{"service": "ids", "weight": 2}, "cash"]}
    rules_setup.set_profile(context, "brno", marta, "shares", shares)
    rules_setup.set_profile(context, "brno", marta, "cash only", {"services": ["cash"]})
    for service in ("ids", "ids", "cash", "cash"):
        brno.take(service)
    rules_setup.set_session_profile(context, counter, marta, "shares")
    brno.next()
    assert session(context).turns["weights"]
    rules_setup.set_session_profile(context, counter, marta, "shares")  # the same: nothing happens
    assert len(events_of(context, "counter_profile_changed")) == 1 and session(context).turns
    changed = rules_setup.set_session_profile(context, counter, marta, "cash only")
    assert (changed.state, session(context).turns) == ("open", {})
    assert [brno.next().ticket.label for _ in range(2)] == ["C001", "C002"]
    with pytest.raises(QueueError, match="nobody_waiting"):
        brno.next()


def session(context: Context) -> Any:
    """Return the open counter session."""
    table = Base.metadata.tables["counter_session"]
    with context.database.reading() as connection:
        return connection.execute(select(table).where(table.c.closed_at.is_(None))).one()


def test_one_branch_changes_nothing_of_another(brno: Brno, context: Context) -> None:
    create_brno(context, "ostrava")
    rules_setup.set_rules(context, "brno", brno.actor("marta"), {"classes": []})
    rules_setup.set_profile(context, "brno", brno.actor("marta"), "all", {"services": ["ids"]})
    rules_setup.set_notice(context, "brno", brno.actor("marta"), {"cs": "x"})
    rules_setup.set_intake(context, "brno", brno.actor("marta"), "ids", False)
    other = context.reload("ostrava")
    assert [each.name for each in other.rules.classes] == ["priority"]
    assert (other.profiles, dict(other.notice), other.service("ids").intake_open) == ((), {}, True)


def test_what_is_told_of_a_change_comes_after_it_is_kept(brno: Brno, context: Context) -> None:
    told: list[tuple[str, int]] = []

    def publish(committed: Committed) -> None:
        told.extend((event.kind, queue_view(context, "brno")["revision"]) for event in committed.events)

    context.publish = publish
    rules_setup.set_notice(context, "brno", brno.actor("marta"), {"cs": "x"})
    rules_setup.send_message(context, "brno", brno.actor("marta"), "hello")
    assert told == [("notice_changed", 1), ("desk_message", 2)]


def test_a_clerks_languages_and_own_profile_hold_from_the_next_opening_on(brno: Brno, context: Context) -> None:
    marta = brno.actor("marta")
    rules_setup.set_profile(context, "brno", marta, "cash", {"services": ["cash"]})
    rules_setup.set_profile(context, "brno", marta, "papers", {"services": ["ids", "driving"]})
    rules_setup.set_counter_profile(context, "brno", marta, "1", "papers")
    rules_setup.set_clerk(context, "brno", marta, "alena.brno", ["de", "en"], "cash")
    brno.take("ids")
    brno.take("cash", wanted_language="de")
    brno.take("cash")
    brno.open(0, brno.bohdan)  # who has no profile of their own works by the counter's
    assert brno.next(0, brno.bohdan).ticket.label == "A001"
    brno.open(1, brno.alena)
    served = brno.next(1, brno.alena)
    assert (served.ticket.label, served.rule) == ("C001", "own_language")
    rules_setup.set_clerk(context, "brno", marta, "alena.brno", [], None)
    rules_setup.set_counter_profile(context, "brno", marta, "1", None)
    assert context.setup("brno").counters[0].profile_id is None
    assert list(differences(context)) == []


def test_a_clerk_or_counter_that_is_not_there_is_refused(brno: Brno, context: Context) -> None:
    marta = brno.actor("marta")
    for act, code in (
        (lambda: rules_setup.set_clerk(context, "brno", marta, "oskar.brno", [], None), "unknown_user"),
        (lambda: rules_setup.set_clerk(context, "brno", marta, "alena.brno", ["German"], None), "invalid_value"),
        (lambda: rules_setup.set_clerk(context, "brno", marta, "alena.brno", [], "nothing"), "unknown_profile"),
        (lambda: rules_setup.set_counter_profile(context, "brno", marta, "99", None), "unknown_counter"),
    ):
        with pytest.raises(QueueError) as refusal:
            act()
        assert refusal.value.code == code
