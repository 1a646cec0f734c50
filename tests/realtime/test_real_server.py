"""The same over a real line: the product under gunicorn, and a Socket.IO client of another make than ours."""

from __future__ import annotations

from collections.abc import Iterator
from queue import Queue
from typing import Any

import pytest
import socketio

from tests.servers import QueueServer, wait_until

PATIENCE_SECONDS = 20


class Listener:
    """A connected client and what it was told."""

    def __init__(self, server: QueueServer, transports: list[str], scope: str | None = "admin") -> None:
        """Connect over one of `transports`."""
        self.told: Queue[dict[str, Any]] = Queue()
        self.client = socketio.Client(reconnection=False)
        self.client.on("event", self.told.put)
        headers = {"Authorization": f"Bearer {server.token(scope)}"} if scope else {}
        self.client.connect(server.url, headers=headers, transports=transports, wait_timeout=PATIENCE_SECONDS)

    def subscribe(self, **wish: Any) -> dict[str, Any]:
        """Ask to listen and return the acknowledgement."""
        answer: dict[str, Any] = self.client.call("subscribe", wish, timeout=PATIENCE_SECONDS)
        return answer

    def next(self) -> dict[str, Any]:
        """Return the next event."""
        return self.told.get(timeout=PATIENCE_SECONDS)


@pytest.fixture(params=["websocket", "polling"])
def listener(request: pytest.FixtureRequest, shared_server: QueueServer) -> Iterator[Listener]:
    """A client over each transport."""
    listener = Listener(shared_server, [request.param])
    yield listener
    listener.client.disconnect()


def take(server: QueueServer) -> dict[str, Any]:
    """Take a number of the first service that is open."""
    status, branch = server.api("GET", "/branches/demo")
    assert status == 200, branch
    service = next(service["id"] for service in branch["services"] if service["state"] == "open")
    status, answer = server.api("POST", "/branches/demo/tickets", {"service": service, "channel": "api"})
    assert status == 201
    ticket: dict[str, Any] = answer["ticket"]
    return ticket


def test_a_screen_hears_of_numbers_and_calls_as_they_happen_and_resyncs(
    shared_server: QueueServer, listener: Listener
) -> None:
    answer = listener.subscribe(channel="board", branch="demo")
    assert answer["ok"], answer
    assert answer["snapshot"]["revision"] == answer["revision"]
    label = take(shared_server)["label"]
    issued = listener.next()
    assert (issued["kind"], issued["label"], issued["revision"]) == (
        "ticket_issued",
        label,
        answer["revision"] + 1,
    )
    _, counters = shared_server.api("GET", "/branches/demo/counters")
    counter = next(it["id"] for it in counters["counters"] if it["state"] == "closed")
    for action in ("open", "call-next", "finish", "close"):
        status, _ = shared_server.api("POST", f"/counters/{counter}/{action}", {})
        assert status == 200, action
    revisions = [issued["revision"], *(listener.next()["revision"] for _ in range(4))]
    assert revisions == list(range(revisions[0], revisions[0] + 5))
    again = listener.subscribe(channel="board", branch="demo", revision=issued["revision"])
    assert [event["kind"] for event in again["events"]] == [
        "counter_opened",
        "ticket_called",
        "ticket_finished",
        "counter_closed",
    ]


def test_a_screen_that_is_revoked_at_the_command_line_is_cut_within_seconds(shared_server: QueueServer) -> None:
    _, asked = shared_server.api("POST", "/pairings", {"kind": "display"})
    status, paired = shared_server.api("POST", "/branches/demo/devices", {"code": asked["code"], "name": "Hall"})
    assert status == 201
    screen, watching = (Listener(shared_server, ["websocket"], scope) for scope in (None, "admin"))
    try:
        assert screen.subscribe(channel="board", branch="demo", token=asked["secret"], screen="page")["ok"]
        assert watching.subscribe(channel="desk", branch="demo")["ok"]
        beat = screen.client.call("heartbeat", {"visible": True, "sound": "on"}, timeout=PATIENCE_SECONDS)
        assert beat["ok"]

        def state() -> dict[str, Any]:
            screens = shared_server.api("GET", "/branches/demo/devices")[1]["screens"]
            found: dict[str, Any] = next(each for each in screens if each["id"] == paired["id"])
            return found

        wait_until(lambda: state()["state"]["sound"] == "on", "the heartbeat to be written down")
        assert shared_server.flask("screen", "revoke", "demo", "Hall") == "1 revoked\n"
        wait_until(lambda: not screen.client.connected, "the line to be cut")
        wait_until(lambda: state()["state"]["gone_at"] is not None, "the screen to be gone")
        assert watching.client.connected and not state()["paired"]
    finally:
        screen.client.disconnect()
        watching.client.disconnect()


def test_a_visitor_hears_of_the_own_ticket_without_any_right(shared_server: QueueServer) -> None:
    ticket = take(shared_server)
    visitor = Listener(shared_server, ["websocket"], scope=None)
    try:
        assert visitor.subscribe(channel="board", branch="demo")["error"]["code"] == "not_signed_in"
        assert visitor.subscribe(channel="ticket", token=ticket["token"])["snapshot"]["label"] == ticket["label"]
        assert shared_server.api("POST", f"/tickets/{ticket['token']}/cancel", {})[0] == 200
        kinds = [visitor.next()["kind"] for _ in range(1)]
        assert kinds == ["ticket_cancelled"]
    finally:
        visitor.client.disconnect()
