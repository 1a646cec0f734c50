"""A program that is told by webhooks: a real web server, which checks the signatures by the standard's own words."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


def is_signed(secret: str, headers: Any, body: bytes) -> bool:
    """Say whether one of the signatures is right; written from https://www.standardwebhooks.com, not from the product."""
    key = base64.b64decode(secret.split("_", 1)[1], validate=True)
    content = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    right = hmac.new(key, content, hashlib.sha256).digest()
    for each in headers["webhook-signature"].split(" "):
        version, _, digest = each.partition(",")
        if version == "v1" and hmac.compare_digest(base64.b64decode(digest, validate=True), right):
            return True
    return False


@dataclass
class Receiver:
    """What was heard, in order, and what is answered.

    Attributes:
        port: where it listens.
        heard: headers and body of each call.
        answers: the statuses of the next calls; after them, `usually`.
        usually: the status of every other call.
        refuses: the ids that are always answered 500.
        hold: keeps everybody waiting; `held` says that somebody waits.
    """

    port: int = 0
    heard: list[tuple[Any, bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    usually: int = 204
    refuses: set[str] = field(default_factory=set)
    hold: bool = False
    held: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Where it is called."""
        return f"http://127.0.0.1:{self.port}/hook?key=1"

    @property
    def events(self) -> list[dict[str, Any]]:
        """The bodies, in the order of the calls."""
        return [json.loads(body) for _, body in self.heard]

    @property
    def revisions(self) -> list[int]:
        """Of the events."""
        return [event["revision"] for event in self.events if "revision" in event]

    def answer(self, call_id: str) -> int:
        """Return the next status."""
        if call_id in self.refuses:
            return 500
        return self.answers.pop(0) if self.answers else self.usually


@contextlib.contextmanager
def receiver() -> Iterator[Receiver]:
    """Run one."""
    told = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if told.hold:
                told.held.set()
                told.released.wait(60)
                return
            told.heard.append((self.headers, body))
            with contextlib.suppress(OSError):
                self.send_response(told.answer(self.headers["webhook-id"]))
                self.send_header("Location", f"http://127.0.0.1:{told.port}/elsewhere")
                self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    told.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield told
    finally:
        told.released.set()
        server.shutdown()
        server.server_close()
