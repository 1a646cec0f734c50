"""What a branch may ask of its visitors, and what a visitor may leave."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_app.domain.errors import QueueError
from queue_app.domain.privacy import Contact, PrivacyRules, check_contact, check_privacy, normal_phone


def test_usually_nothing_is_asked_and_nothing_is_forgotten() -> None:
    rules = check_privacy({})
    assert rules == PrivacyRules()
    assert rules.asked == frozenset()
    assert rules.erase_after_hours == 24
    assert rules.figures_only_before(date(2026, 3, 4)) is None


rules = st.builds(
    PrivacyRules,
    ask_name=st.booleans(),
    ask_phone=st.booleans(),
    erase_after_hours=st.integers(0, 720),
    retention_days=st.none() | st.integers(1, 3660),
)


@given(rules)
def test_rules_that_are_written_down_are_read_again(told: PrivacyRules) -> None:
    assert check_privacy(told.as_data()) == told


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ([], ""),
        ({"ask_name": 1}, "ask_name"),
        ({"ask_phone": "yes"}, "ask_phone"),
        ({"erase_after_hours": None}, "erase_after_hours"),
        ({"erase_after_hours": -1}, "erase_after_hours"),
        ({"erase_after_hours": True}, "erase_after_hours"),
        ({"retention_days": 0}, "retention_days"),
        ({"retention_days": 1.5}, "retention_days"),
        ({"ask_mail": True}, "ask_mail"),
    ],
)
def test_a_wrong_rule_is_refused_by_its_name(data: Any, field: str) -> None:
    with pytest.raises(QueueError) as refused:
        check_privacy(data)
    assert refused.value.code == "invalid_value"
    assert refused.value.details["field"] == field


def test_the_day_before_which_only_figures_are_kept_lies_so_many_days_back() -> None:
    assert check_privacy({"retention_days": 30}).figures_only_before(date(2026, 3, 31)) == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("data", "contact"),
    [
        (None, None),
        ({}, None),
        ({"name": None, "phone": None}, None),
        ({"name": "  ", "phone": ""}, None),
        ({"name": " Jiří\t Novák "}, Contact(name="Jiří Novák")),
        ({"name": "Anne-Marie O'Neill, Dr."}, Contact(name="Anne-Marie O'Neill, Dr.")),
        ({"name": "Nguyễn Thị Hồng"}, Contact(name="Nguyễn Thị Hồng")),
        ({"name": "प्रिया"}, Contact(name="प्रिया")),
        ({"phone": "+420 777-123 456"}, Contact(phone="+420777123456")),
        ({"phone": "(02) 123.456"}, Contact(phone="02123456")),
        ({"name": "Ana", "phone": "123456"}, Contact("Ana", "123456")),
    ],
)
def test_what_a_visitor_left_is_read_in_one_form(data: Any, contact: Contact | None) -> None:
    assert check_contact(data) == contact


@pytest.mark.parametrize(
    "data",
    [
        "Jana Tajná",
        ["Jana Tajná"],
        {"name": "Jana Tajná", "mail": "jana@example.org"},
        {"name": 5},
        {"name": "J" * 81},
        {"name": "<b>Jana Tajná</b>"},
        {"name": "Jana 777123456"},
        {"name": "..."},
        {"name": "Jana\x00Tajná"},
        {"name": "Jana\u202eTajná"},
        {"phone": 777123456},
        {"phone": "12345"},
        {"phone": "+1234567890123456"},
        {"phone": "777 Tajná"},
        {"phone": "٧٧٧١٢٣٤٥٦"},
        {"phone": "++420777123456"},
        {"phone": " " * 41},
    ],
)
def test_what_is_no_contact_is_refused_and_not_repeated(data: Any) -> None:
    with pytest.raises(QueueError) as refused:
        check_contact(data)
    assert refused.value.details["field"].split(".")[0] == "contact"
    assert "Tajná" not in str(refused.value) and "777" not in str(refused.value)


@given(
    st.recursive(
        st.none() | st.booleans() | st.text() | st.integers(),
        lambda inner: st.dictionaries(st.sampled_from(["name", "phone", "x"]), inner) | st.lists(inner),
    )
)
def test_whatever_is_sent_is_taken_or_refused(data: Any) -> None:
    try:
        contact = check_contact(data)
    except QueueError as refused:
        assert refused.code == "invalid_value"
        return
    # What was taken is taken again, unchanged.
    assert contact is None or check_contact(contact.as_data()) == contact


def test_what_a_visitor_left_does_not_show_itself() -> None:
    contact = Contact("Jana Tajná", "+420777123456")
    for told in (repr(contact), str(contact), f"{contact}", f"{[contact]}"):
        assert "Tajná" not in told and "777" not in told


def test_no_number_is_no_number() -> None:
    assert normal_phone("") is None and normal_phone(None) is None
