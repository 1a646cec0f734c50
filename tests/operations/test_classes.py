"""Classes of visitors: what a kiosk's switch means, and what a branch without that class does."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from queue_app.domain.errors import QueueError
from queue_app.store.models import Branch, BranchState
from tests.factories import Brno


def set_rules(brno: Brno, rules: dict[str, object]) -> None:
    """Give the branch these rules, behind every process's back but with the notice they look for."""
    with brno.context.database.writing() as connection:
        connection.execute(update(Branch).values(rules=rules))
        connection.execute(update(BranchState).values(settings_revision=BranchState.settings_revision + 1))


def test_the_kiosks_switch_means_the_most_important_class_that_nobody_books(brno: Brno) -> None:
    set_rules(brno, {"classes": [{"name": "booked"}, {"name": "reduced_mobility"}, {"name": "pregnant"}]})
    taken = brno.take(priority="priority")
    assert (taken.ticket.priority, taken.leg.rank) == ("reduced_mobility", 1)
    assert brno.take(priority="pregnant").leg.rank == 2
    assert brno.take().leg.rank == 3


@pytest.mark.parametrize("rules", [{"classes": []}, {"classes": [{"name": "booked"}]}])
def test_a_branch_without_classes_has_no_priority(brno: Brno, rules: dict[str, object]) -> None:
    set_rules(brno, rules)
    with pytest.raises(QueueError) as refusal:
        brno.take(priority="priority")
    assert (refusal.value.code, refusal.value.details["field"]) == ("invalid_value", "priority")
    assert brno.take().ticket.label == "A001"


def test_a_class_whose_share_is_due_is_called_by_its_share(brno: Brno) -> None:
    set_rules(brno, {"classes": [{"name": "pregnant", "handling": "at_least", "every": 3}]})
    for _ in range(6):
        brno.take()
    for _ in range(2):
        brno.take(priority="pregnant")
    brno.open()
    calls = [(served.ticket.priority, served.rule) for served in (brno.next() for _ in range(6))]
    assert [priority for priority, _ in calls] == ["standard", "standard", "pregnant"] * 2
    assert {rule for priority, rule in calls if priority == "pregnant"} == {"share_of_class"}
