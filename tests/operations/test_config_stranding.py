"""A document that is brought in while people wait: who would be left waiting is told, and nobody is lost where that is accepted."""

from __future__ import annotations

from typing import Any

import pytest

from queue_app.clock import SimulatedClock
from queue_app.domain.errors import QueueError
from queue_app.operations import counters, serve
from queue_app.operations.config_document import Plan, Terms, export_branch, import_branch, plan_import
from queue_app.operations.desk_actions import add_service
from queue_app.operations.queue_view import queue_view
from queue_app.operations.unit_of_work import Actor, Context
from queue_app.operations.verify import differences
from queue_app.operations.views import branch_view, counters_view
from queue_app.store.board import read_board
from tests.factories import Brno
from tests.web.callers import rows_of

ACTOR = Actor("user:9", "Administrator", None, supervises=True)
EVERYTHING = ("branch", "service", "counter", "work_profile", "audit_entry", "user_role", "printer", "kiosk", "screen")


def bring_in(brno: Brno, *, accept: bool = False, **sections: Any) -> Plan:
    """Bring a partial document into the branch."""
    return import_branch(
        brno.context, ACTOR, "brno", sections, accept_stranding=accept, terms=Terms(people=True, any_file=True)
    )


def without(brno: Brno, section: str, key: str, *names: str) -> list[dict[str, Any]]:
    """Return a section as it is, without the entries of these names."""
    return [each for each in export_branch(brno.context, "brno")[section] if each[key] not in names]


def test_retiring_a_service_for_which_somebody_waits_is_refused_with_how_many_and_changes_nothing(brno: Brno) -> None:
    brno.take("ids")
    brno.take("driving")
    services = without(brno, "services", "slug", "ids")
    before = rows_of(brno.context), rows_of(brno.context, *EVERYTHING)
    with pytest.raises(QueueError) as refused:
        bring_in(brno, services=services)
    told = {"what": "services/ids", "why": "service_retired", "waiting": 1, "labels": ["A001"]}
    assert (refused.value.code, refused.value.details) == ("would_strand", {"stranded": [told]})
    plan = plan_import(brno.context, "brno", {"services": services})
    assert [each.as_data() for each in plan.stranded] == [told]
    assert (rows_of(brno.context), rows_of(brno.context, *EVERYTHING)) == before


def test_a_retired_service_is_given_out_no_more_and_called_until_nobody_waits_for_it(brno: Brno) -> None:
    first, second = brno.take("ids"), brno.take("ids")
    brno.open()
    bring_in(brno, accept=True, services=without(brno, "services", "slug", "ids"))
    with pytest.raises(QueueError, match="unknown_service"):
        brno.take("ids")
    setup = brno.context.setup("brno")
    offered = [each["id"] for each in branch_view(brno.context, brno.forecasts, "brno")["services"]]
    assert offered == ["driving", "cash"] == [service.slug for service in setup.services]
    queue = queue_view(brno.context, "brno")
    assert {each["id"]: each["waiting"] for each in queue["services"]} == {"driving": 0, "cash": 0, "ids": 2}
    assert [each["service"] for each in queue["waiting"]] == ["ids", "ids"]
    assert read_board(brno.context.database, setup, brno.context.clock.now())["waiting"]["ids"] == 2
    assert "ids" in counters_view(brno.context, "brno")[0]["services"]
    assert brno.next().ticket.label == first.ticket.label
    assert brno.next(service="ids").ticket.label == second.ticket.label
    assert list(differences(brno.context)) == []


def test_a_retired_service_is_called_by_the_work_profiles_that_took_it(brno: Brno) -> None:
    profiles = [{"name": "all", "services": ["driving", "ids"]}, {"name": "cash", "services": ["cash"]}]
    places = [{"name": "1", "profile": "all"}, {"name": "2", "profile": "cash"}]
    bring_in(brno, profiles=profiles, counters=places)
    taken = brno.take("ids")
    brno.open()
    bring_in(brno, accept=True, services=without(brno, "services", "slug", "ids"))
    assert export_branch(brno.context, "brno")["profiles"][0]["services"] == ["driving"]
    # Arranged anew, the profile says nothing of it either, and still calls who waits.
    bring_in(brno, profiles=[{"name": "all", "services": ["driving", "cash"]}, profiles[1]])
    assert brno.next().ticket.label == taken.ticket.label
    assert list(differences(brno.context)) == []


def test_what_was_retired_comes_back_with_its_id_and_its_history(brno: Brno) -> None:
    whole = export_branch(brno.context, "brno")
    taken = brno.take("ids")
    bring_in(brno, accept=True, services=without(brno, "services", "slug", "ids"))
    plan = bring_in(brno, services=whole["services"])
    assert [change.path for change in plan.changes] == ["services/ids"]
    assert brno.context.setup("brno").service("ids").id == taken.leg.service_id == brno.services["ids"]
    assert export_branch(brno.context, "brno") == whole
    assert brno.take("ids").ticket.label == "A002"


def test_a_service_that_no_counter_takes_any_more_is_told(brno: Brno) -> None:
    brno.take("cash")
    profiles = [{"name": "papers", "services": ["ids", "driving"]}]
    places = [{"name": name, "profile": "papers"} for name in "1234"]
    with pytest.raises(QueueError) as refused:
        bring_in(brno, profiles=profiles, counters=places)
    (told,) = refused.value.details["stranded"]
    assert told == {"what": "services/cash", "why": "service_unserved", "waiting": 1, "labels": ["C001"]}
    bring_in(brno, accept=True, profiles=profiles, counters=places)
    # By hand everybody can still be called.
    counter = brno.open()
    (waiting,) = queue_view(brno.context, "brno")["waiting"]
    assert serve.call_ticket(brno.context, counter, waiting["id"], brno.alena).ticket.label == "C001"


def test_a_counter_that_is_open_stays_until_its_clerk_leaves(brno: Brno) -> None:
    taken = brno.take("ids")
    counter = brno.open()
    brno.next()
    places = without(brno, "counters", "name", "1")
    with pytest.raises(QueueError) as refused:
        bring_in(brno, counters=places)
    (told,) = refused.value.details["stranded"]
    assert told == {"what": "counters/1", "why": "counter_retired", "waiting": 1, "labels": [taken.ticket.label]}
    bring_in(brno, accept=True, counters=places)
    assert [each["name"] for each in counters_view(brno.context, "brno")] == ["2", "3", "4", "1"]
    serve.recall(brno.context, counter, brno.alena)
    serve.finish(brno.context, counter, brno.alena)
    brno.take("ids")
    brno.next()
    serve.finish(brno.context, counter, brno.alena)
    counters.close_counter(brno.context, counter, brno.alena)
    with pytest.raises(QueueError, match="unknown_counter"):
        counters.open_counter(brno.context, counter, brno.alena)
    brno.context.reload("brno")
    assert [each["name"] for each in counters_view(brno.context, "brno")] == ["2", "3", "4"]
    assert list(differences(brno.context)) == []


def test_tickets_kept_for_a_counter_that_goes_stand_in_the_line_again_with_their_place(
    brno: Brno, clock: SimulatedClock
) -> None:
    taken = []
    for _ in range(3):
        taken.append(brno.take("ids").ticket.label)
        clock.advance(seconds=60)
    counter = brno.open()
    brno.next()
    serve.park(brno.context, counter, brno.alena)
    brno.next()
    serve.transfer(brno.context, counter, brno.alena, serve.Destination(counter_id=counter))
    counters.close_counter(brno.context, counter, brno.alena)
    places = without(brno, "counters", "name", "1")
    with pytest.raises(QueueError) as refused:
        bring_in(brno, counters=places)
    assert refused.value.details["stranded"][0]["waiting"] == 2
    bring_in(brno, accept=True, counters=places)
    brno.open(1)
    called = [brno.next(1).ticket.label for _ in range(3)]
    assert called == taken
    assert list(differences(brno.context)) == []


def test_tickets_kept_for_a_person_who_leaves_stand_in_the_line_again(brno: Brno) -> None:
    taken = brno.take("ids", user_id=brno.users["alena"])
    people = without(brno, "people", "username", "alena.brno")
    with pytest.raises(QueueError) as refused:
        bring_in(brno, people=people)
    assert refused.value.details["stranded"][0]["what"] == "people/alena.brno"
    bring_in(brno, accept=True, people=people)
    brno.open(1)
    assert brno.next(1).ticket.label == taken.ticket.label


def test_a_service_somebody_goes_on_to_is_told_and_still_called(brno: Brno) -> None:
    brno.take("ids")
    counter = brno.open()
    brno.next()
    add_service(brno.context, counter, brno.alena, "cash")
    services = without(brno, "services", "slug", "cash")
    with pytest.raises(QueueError, match="would_strand"):
        bring_in(brno, services=services)
    bring_in(brno, accept=True, services=services)
    serve.finish(brno.context, counter, brno.alena)
    assert brno.next().leg.service_id == brno.services["cash"]
    assert list(differences(brno.context)) == []


def test_a_work_profile_that_goes_leaves_its_open_counter_to_the_counters_own(brno: Brno) -> None:
    profiles = [{"name": "all", "services": ["ids", "driving", "cash"]}, {"name": "ids", "services": ["ids"]}]
    bring_in(brno, profiles=profiles, counters=[{"name": "1", "profile": "all"}, {"name": "2", "profile": "all"}])
    counters.open_counter(brno.context, brno.counters[0], brno.alena, "ids")
    bring_in(brno, profiles=profiles[:1])
    assert counters_view(brno.context, "brno")[0]["profile"] == "all"
    brno.take("cash")
    assert brno.next().ticket.label == "C001"


def test_the_day_does_not_turn_under_those_who_wait(brno: Brno) -> None:
    brno.take("ids")
    branch = export_branch(brno.context, "brno")["branch"]
    with pytest.raises(QueueError) as refused:
        bring_in(brno, accept=True, branch={**branch, "cut_over_hour": 10})
    assert refused.value.details["field"] == "branch/cut_over_hour"


def test_another_letter_during_the_day_gives_no_label_twice(brno: Brno) -> None:
    labels = [brno.take("ids").ticket.label, brno.take("driving").ticket.label]
    services = export_branch(brno.context, "brno")["services"]
    letters = {"ids": "B", "driving": "A"}
    bring_in(brno, services=[{**each, "letter": letters.get(each["slug"], each["letter"])} for each in services])
    labels += [brno.take("ids").ticket.label, brno.take("driving").ticket.label]
    bring_in(brno, services=[{**each, "digits": 1} for each in services])
    labels += [brno.take("ids").ticket.label, brno.take("driving").ticket.label]
    assert labels == ["A001", "B001", "B002", "A002", "A3", "B3"]


def test_a_language_that_goes_leaves_those_who_chose_it_in_the_line(brno: Brno) -> None:
    taken = brno.take("ids", language="hu")
    branch = export_branch(brno.context, "brno")["branch"]
    bring_in(brno, branch={**branch, "languages": ["cs", "en"]})
    brno.open()
    assert brno.next().ticket.label == taken.ticket.label
    assert brno.context.setup("brno").service("ids").name == {"cs": "ids", "en": "ids"}


def test_an_import_that_fails_in_its_middle_changes_nothing(brno: Brno, monkeypatch: pytest.MonkeyPatch) -> None:
    brno.take("ids", user_id=brno.users["alena"])
    before = rows_of(brno.context), rows_of(brno.context, *EVERYTHING)
    document = export_branch(brno.context, "brno")
    document["services"] = document["services"][1:]
    document["people"] = []
    document["kiosks"] = [{"name": "Door", "printer": None}]

    def broken(*_: Any) -> None:
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr("queue_app.operations.config_write.forget_device", broken)
    with pytest.raises(RuntimeError):
        bring_in(brno, accept=True, **document)
    assert (rows_of(brno.context), rows_of(brno.context, *EVERYTHING)) == before
    assert brno.take("ids").ticket.label == "A002"


def test_other_processes_follow_at_once(brno: Brno, context: Context) -> None:
    other = Context(context.database, context.clock)
    other.setup("brno")
    bring_in(brno, services=without(brno, "services", "slug", "cash"))
    brno.context = other
    with pytest.raises(QueueError, match="unknown_service"):
        brno.take("cash")
