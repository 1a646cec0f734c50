"""The server is exchanged while a branch works: nobody is refused, nothing acknowledged is lost, no screen misses an event."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import socketio
import wsproto.frame_protocol

from tests.servers import ROOT, QueueServer, wait_until


class HeldPort:
    """A listening socket that outlives the server, as `queue.socket` holds it."""

    def __init__(self, server: QueueServer) -> None:
        """Listen where the server would."""
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(("127.0.0.1", server.port))
        self.socket.listen(1024)
        self._server = server

    def start(self) -> subprocess.Popen[bytes]:
        """Start gunicorn the way systemd does: the socket is its descriptor 3."""
        number = self.socket.fileno()
        # It becomes gunicorn, so that the process that is named is the one that takes the socket.
        script = (
            "import os, sys; os.dup2(int(sys.argv[1]), 3); os.set_inheritable(3, True);"
            " os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid()));"
            " os.execv(sys.executable, [sys.executable, '-m', 'gunicorn', '-c', 'queue_app/serving/gunicorn_conf.py'])"
        )
        with self._server.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-c", script, str(number)], cwd=ROOT, env=self._server.environment, pass_fds=[number],
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip


class Screen(threading.Thread):
    """A lobby screen: comes back whenever its line is lost, with the revision that it has drawn."""

    def __init__(self, server: QueueServer) -> None:
        """Follow the board of the demo branch."""
        super().__init__(daemon=True)
        self._url, self._token = server.url, server.token()
        self.revision: int | None = None
        self.seen: list[int] = []
        self.lost = 0
        self.over = threading.Event()
        self._lock = threading.Lock()
        self._early: list[int] | None = None

    def run(self) -> None:
        """Follow until over."""
        while not self.over.is_set():
            client = socketio.Client(reconnection=False)
            client.on("event", lambda message: self._take(message["revision"]))
            try:
                headers = {"Authorization": f"Bearer {self._token}"}
                client.connect(self._url, headers=headers, transports=["websocket"], wait_timeout=20)
                with self._lock:
                    self._early = []
                answer = client.call(
                    "subscribe", {"channel": "board", "branch": "demo", "revision": self.revision}, timeout=20
                )
                assert "snapshot" not in answer or self.revision is None, (
                    "it was too far behind to be told of each event"
                )
                if self.revision is None:
                    self.revision = answer["revision"]
                with self._lock:
                    early, self._early = self._early or [], None
                    for revision in [*(event["revision"] for event in answer.get("events", ())), *early]:
                        self._follow(revision)
                while client.connected and not self.over.is_set():
                    time.sleep(0.05)
            except (socketio.exceptions.SocketIOError, OSError):
                time.sleep(0.1)
            finally:
                client.disconnect()
            self.lost += 1

    def _take(self, revision: int) -> None:
        # This client hands events over in a thread of its own: one that came behind the answer may be here before it.
        with self._lock:
            if self._early is not None:
                self._early.append(revision)
            else:
                self._follow(revision)

    def _follow(self, revision: int) -> None:
        if self.revision is not None and revision > self.revision:
            self.seen.append(revision)
            self.revision = revision


class Kiosk(threading.Thread):
    """Takes numbers one after the other, each over a connection of its own, as a proxy may."""

    def __init__(self, server: QueueServer) -> None:
        """Take of the demo branch."""
        super().__init__(daemon=True)
        self._port, self._token = server.port, server.token()
        self.tokens: list[str] = []
        self.refused: list[str] = []
        self.over = threading.Event()

    def run(self) -> None:
        """Go on until over."""
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json", "Connection": "close"}
        while not self.over.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)
            body = json.dumps({"service": "id-cards", "request_id": str(uuid.uuid4())})
            try:
                connection.request("POST", "/api/v1/branches/demo/tickets", body, headers)
                answer = connection.getresponse()
                document: dict[str, Any] = json.loads(answer.read())
                if answer.status == 201:
                    self.tokens.append(document["ticket"]["token"])
                else:
                    self.refused.append(f"{answer.status} {document}")
            except (OSError, http.client.HTTPException) as error:
                self.refused.append(repr(error))
            finally:
                connection.close()
            time.sleep(0.02)


@pytest.fixture(params=["eventlet", "threading"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[QueueServer]:
    """The product, set up and not started, in either async mode."""
    settings = {"QUEUE_ASYNC_MODE": request.param, "QUEUE_SPOOLER": "no", "QUEUE_LOG_LEVEL": "INFO"}
    yield QueueServer(tmp_path, **settings)


@pytest.mark.parametrize("way", ["stop and start", "reload"])
def test_an_exchange_under_load_refuses_nobody_and_loses_nothing(server: QueueServer, way: str) -> None:
    port = HeldPort(server)
    process = port.start()
    screen, kiosks = Screen(server), [Kiosk(server) for _ in range(3)]
    try:
        wait_until(server.is_ready, "the server", seconds=150)
        for thread in (screen, *kiosks):
            thread.start()
        taken = lambda: sum(len(kiosk.tokens) for kiosk in kiosks)  # noqa: E731
        wait_until(lambda: taken() > 15 and screen.revision is not None, "work to be under way", seconds=150)
        if way == "reload":
            os.kill(process.pid, signal.SIGHUP)
        else:
            process.terminate()
            assert process.wait(60) == 0
            time.sleep(0.3)  # nobody is there; who comes waits
            process = port.start()
        before = taken()
        wait_until(lambda: screen.lost >= 1, "the screen to come back", seconds=150)
        wait_until(lambda: taken() > before + 15, "work to go on", seconds=150)
        for kiosk in kiosks:
            kiosk.over.set()
        for kiosk in kiosks:
            kiosk.join(30)
        assert [each for kiosk in kiosks for each in kiosk.refused] == []
        for token in (token for kiosk in kiosks for token in kiosk.tokens):
            assert server.api("GET", f"/tickets/{token}")[0] == 200
        revision = server.api("GET", "/branches/demo/board")[1]["revision"]
        wait_until(lambda: screen.revision == revision, "the screen to have seen everything", seconds=30)
        assert screen.seen == list(range(screen.seen[0], revision + 1))
        assert len(screen.seen) > 15
    finally:
        screen.over.set()
        process.terminate()
        process.wait(30)
        port.socket.close()
    assert "consistent" in server.flask("record", "verify")
    log = server.log.read_text()
    assert "Traceback" not in log
    # gunicorn's own would repeat the addresses, with the tokens of visitors.
    assert "/api/v1/" not in log


def upgrade_of(server: socket.socket) -> dict[str, Any]:
    """Return the request for a WebSocket on a line, as the thread worker hands it on."""
    return {
        "gunicorn.socket": server,
        "REQUEST_METHOD": "GET",
        "HTTP_HOST": "localhost",
        "HTTP_UPGRADE": "websocket",
        "HTTP_CONNECTION": "Upgrade",
        "HTTP_SEC_WEBSOCKET_KEY": "dGhlIHNhbXBsZSBub25jZQ==",
        "HTTP_SEC_WEBSOCKET_VERSION": "13",
    }


@pytest.mark.parametrize("ours", [True, False], ids=["the worker's", "the library's"])
def test_a_line_that_its_reader_has_just_taken_down_is_closed_without_a_trace(ours: bool) -> None:
    # What a farewell meets now and then: the reading thread is past closing the socket and has not said so yet.
    from engineio.async_drivers._websocket_wsgi import SimpleWebSocketWSGI

    from queue_app.serving.thread_worker import GoneOrClosed

    client, server = socket.socketpair()
    tried: list[str] = []

    def writer(line: Any) -> None:
        line.ws.sock.close()
        assert line.ws.connected
        try:
            line.close()
        except OSError as error:
            tried.append(type(error).__name__)
        else:
            tried.append("silence")

    limits = SimpleNamespace(max_http_buffer_size=1000)
    line = GoneOrClosed(writer, limits) if ours else SimpleWebSocketWSGI(writer, limits)
    with client, suppress(StopIteration):
        line(upgrade_of(server), None)
    assert tried == ["silence" if ours else "OSError"]


def test_a_message_without_end_is_cut_off_while_it_arrives() -> None:
    from queue_app.serving.thread_worker import GoneOrClosed

    client, server = socket.socketpair()
    heard: list[Any] = []
    sent = 0

    def reader(line: Any) -> None:
        while (message := line.wait()) is not None:
            heard.append(message)

    def answer() -> None:
        with suppress(StopIteration):
            GoneOrClosed(reader, SimpleNamespace(max_http_buffer_size=50_000))(upgrade_of(server), None)

    serving = threading.Thread(target=answer)
    serving.start()
    whole = wsproto.frame_protocol.FrameProtocol(client=True, extensions=[])
    part = b"2" * 10_000
    with client, suppress(BrokenPipeError, ConnectionResetError):
        client.sendall(whole.send_data("short", fin=True))
        for _ in range(1000):
            client.sendall(whole.send_data(part.decode(), fin=False))
            sent += len(part)
    serving.join(10)
    assert not serving.is_alive()
    assert heard == ["short"]
    assert sent < 2_000_000  # what the line itself holds is sent before its end is noticed


def test_a_thousand_screens_are_not_sent_away_in_the_same_moment() -> None:
    from queue_app.serving.farewell import LONGEST_SECONDS, pause_between

    assert [round(number * pause_between(number), 2) for number in (0, 1, 100, 1000, 5000)] == [0, 0, 0.4, 2.0, 2.0]
    assert LONGEST_SECONDS < 10  # what gunicorn waits for altogether
