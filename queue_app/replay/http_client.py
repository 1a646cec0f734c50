"""A small JSON client over one kept-alive connection, as a kiosk or a desk would hold it."""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 30
TRIES = 5
PAUSE_SECONDS = 0.2
UNAVAILABLE = 503


class HttpError(Exception):
    """The server could not be reached, or did not answer in JSON; the text says what happened."""


@dataclass(frozen=True)
class Answer:
    """What came back.

    Attributes:
        status: of HTTP.
        document: the JSON.
        tries: how often it was sent; above 1 only where a connection broke or the server was not ready.
    """

    status: int
    document: Any
    tries: int

    @property
    def code(self) -> str | None:
        """The stable code of a refusal; None where it was none."""
        error = self.document.get("error") if isinstance(self.document, dict) else None
        return error.get("code") if isinstance(error, dict) else None


class Client:
    """One connection to `/api/v1` of a server; not to be shared between threads."""

    def __init__(self, url: str, token: str) -> None:
        """Speak to the server at `url` (http or https) with a bearer token; connects with the first request.

        Raises:
            HttpError: `url` is no address of a server.
        """
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise HttpError(f"{url} is no address like http://127.0.0.1:8000")
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(parts.hostname, parts.port, timeout=TIMEOUT_SECONDS)
        self._url = url
        self._prefix = f"{parts.path.rstrip('/')}/api/v1"
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def get(self, path: str) -> Answer:
        """GET `path` below `/api/v1`."""
        return self._send("GET", path, None)

    def post(self, path: str, body: dict[str, Any] | None = None) -> Answer:
        """POST to `path`; sent again where the connection broke, so `body` should hold a `request_id`."""
        return self._send("POST", path, json.dumps(body or {}).encode())

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _send(self, method: str, path: str, body: bytes | None) -> Answer:
        for tries in range(1, TRIES + 1):
            try:
                self._connection.request(method, self._prefix + path, body, self._headers)
                response = self._connection.getresponse()
                raw = response.read()
            except (OSError, http.client.HTTPException) as error:
                # The server may close a kept-alive connection at any moment; the next try opens a new one.
                self._connection.close()
                if tries == TRIES:
                    raise HttpError(f"{self._url} does not answer: {error or type(error).__name__}") from error
            else:
                if response.status != UNAVAILABLE or tries == TRIES:
                    return Answer(response.status, _document(self._url, response.status, raw), tries)
            time.sleep(PAUSE_SECONDS)
        raise AssertionError("unreachable")


def _document(url: str, status: int, raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        raise HttpError(f"{url} answered {status} without JSON: is it this product's server?") from None
