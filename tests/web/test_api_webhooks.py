"""Webhooks by the API: set up, tried, looked at and replayed by administrators of the branch, and by nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from queue_app.operations.unit_of_work import Context
from queue_app.webhook_sender import WebhookSender
from tests.factories import Brno, create_brno
from tests.sending.receiver import Receiver, is_signed, receiver
from tests.web.callers import Api, assert_refused, rows_of

HOOKS = "/branches/brno/webhooks"
TABLES = ("webhook", "webhook_delivery", "audit_entry")
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def other() -> Iterator[Receiver]:
    """The program that is told."""
    with receiver() as found:
        yield found


@pytest.fixture
def send(application: Flask, context: Context) -> Callable[[], None]:
    """Let the worker do its work."""
    return WebhookSender(context, application.extensions["queue_sealer"], private=True).send_all


def test_a_webhook_is_set_up_tried_told_looked_at_and_removed(
    admin: Api, brno: Brno, other: Receiver, send: Callable[[], None], context: Context
) -> None:
    made = admin.post(HOOKS, {"name": "signage", "url": other.url, "kinds": ["ticket_issued"]})
    assert made.status_code == 201 and made.json["secret"].startswith("whsec_")
    path = f"{HOOKS}/{made.json['webhook']['id']}"
    assert made.json["secret"] not in admin.get(HOOKS).text
    assert admin.post(f"{path}/test").status_code == 202
    brno.take()
    send()
    assert [event["kind"] for event in other.events] == ["ping", "ticket_issued"]
    assert all(is_signed(made.json["secret"], *call) for call in other.heard)
    found = admin.get(f"{path}/deliveries").json
    assert [(each["kind"], each["revision"], each["state"], each["status"]) for each in found["deliveries"]] == [
        ("ticket_issued", 1, "sent", 204), ("ping", None, "sent", 204),
    ]  # fmt: skip
    assert found["deliveries"][0]["webhook_id"] == "brno-1" == found["deliveries"][0]["body"]["id"]
    (kept,) = admin.get(HOOKS).json["webhooks"]
    assert (kept["waiting"], kept["failed"], kept["revision"], kept["active"]) == (0, 0, 1, True)
    changed = admin.call("PATCH", path, json={"kinds": [], "name": "Signage 2"})
    assert changed.json["webhook"]["url"] == other.url and changed.json["webhook"]["kinds"] == []
    new = admin.post(f"{path}/secret").json["secret"]
    assert new != made.json["secret"]
    assert admin.call("DELETE", path).status_code == 200
    assert admin.get(HOOKS).json == {"webhooks": []}
    actions = [row[5] for row in rows_of(context, "audit_entry")["audit_entry"]]
    assert actions == ["add_webhook", "change_webhook", "renew_webhook_secret", "remove_webhook"]


def test_deliveries_come_in_pages_and_can_be_sent_again(
    admin: Api, brno: Brno, other: Receiver, send: Callable[[], None]
) -> None:
    path = f"{HOOKS}/{admin.post(HOOKS, {'name': 'x', 'url': other.url}).json['webhook']['id']}"
    for _ in range(5):
        brno.take()
    other.answers = [404]
    send()
    page = admin.get(f"{path}/deliveries?limit=2").json
    assert [each["revision"] for each in page["deliveries"]] == [5, 4]
    page = admin.get(f"{path}/deliveries?limit=2&before={page['next']}").json
    assert [each["revision"] for each in page["deliveries"]] == [3, 2]
    (waiting,) = admin.get(f"{path}/deliveries?limit=1&before={page['next']}&state=queued").json["deliveries"]
    assert (waiting["problem"], waiting["status"], waiting["attempts"]) == ("status", 404, 1)
    again = admin.post(f"{path}/deliveries/{waiting['id']}/again").json["delivery"]
    assert (again["state"], again["attempts"], again["problem"]) == ("queued", 0, None)
    send()
    assert other.revisions == [1, 1, 2, 3, 4, 5]
    assert admin.post(f"{path}/replay", {"from_revision": 2, "to_revision": 3}).json == {"queued": 2}
    send()
    assert other.revisions[-2:] == [2, 3]


def test_what_is_refused_changes_nothing(admin: Api, context: Context, other: Receiver, brno: Brno) -> None:
    ostrava = create_brno(context, "ostrava")
    assert ostrava
    webhook = admin.post(HOOKS, {"name": "x", "url": other.url}).json["webhook"]["id"]
    before = rows_of(context, *TABLES)
    assert_refused(admin.post(HOOKS, {"name": "x", "url": other.url}), 409, "name_taken")
    assert_refused(admin.post(HOOKS, {"name": "y", "url": "file:///etc/passwd"}), 422, "invalid_value")
    assert_refused(admin.post(HOOKS, {"name": "y", "url": other.url, "kinds": ["x"]}), 422, "invalid_value")
    assert_refused(admin.call("PATCH", f"{HOOKS}/{webhook}", json={"url": "http://a:b@c/"}), 422, "invalid_value")
    elsewhere = f"/branches/ostrava/webhooks/{webhook}"
    assert_refused(admin.call("DELETE", elsewhere), 404, "unknown_webhook")
    assert_refused(admin.call("PATCH", elsewhere, json={}), 404, "unknown_webhook")
    assert_refused(admin.get(f"{elsewhere}/deliveries"), 404, "unknown_webhook")
    for action in ("secret", "test"):
        assert_refused(admin.post(f"{elsewhere}/{action}"), 404, "unknown_webhook")
    span = {"from_revision": 1, "to_revision": 1001}
    assert_refused(admin.post(f"{HOOKS}/{webhook}/replay", span), 422, "invalid_value")
    assert_refused(admin.post(f"{HOOKS}/{webhook}/deliveries/9/again"), 404, "unknown_delivery")
    assert rows_of(context, *TABLES) == before
    admin.call("PATCH", f"{HOOKS}/{webhook}", json={"active": False})
    assert_refused(admin.post(f"{HOOKS}/{webhook}/test"), 409, "webhook_off")
    for number in range(19):
        assert admin.post(HOOKS, {"name": f"n{number}", "url": other.url}).status_code == 201
    assert_refused(admin.post(HOOKS, {"name": "one more", "url": other.url}), 409, "too_many_webhooks")
