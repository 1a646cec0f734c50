"""Pages that listen: each has the events it was told, in the order they came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask.testing import FlaskClient


class Screen:
    """One connection to the default namespace."""

    def __init__(
        self, app: Flask, headers: Mapping[str, str] | None = None, browser: FlaskClient | None = None
    ) -> None:
        """Connect, with a program's headers or with a browser's cookies, or as nobody."""
        self._client = app.extensions["socketio"].test_client(
            app, headers=dict(headers or {}), flask_test_client=browser
        )
        assert self._client.is_connected()

    def subscribe(self, channel: str, **wish: Any) -> dict[str, Any]:
        """Ask to listen and return the acknowledgement."""
        return self.emit({"channel": channel, **wish})

    def emit(self, *wish: Any) -> dict[str, Any]:
        """Send `subscribe` with whatever it is and return the acknowledgement."""
        return self.say("subscribe", *wish)

    def say(self, name: str, *told: Any) -> dict[str, Any]:
        """Send a message with whatever it is and return its acknowledgement."""
        answer: dict[str, Any] = self._client.emit(name, *told, callback=True)
        return answer

    def is_connected(self) -> bool:
        """Say whether the server has not cut the line."""
        connected: bool = self._client.is_connected()
        return connected

    def told(self, name: str = "event") -> list[dict[str, Any]]:
        """Return the messages called `name` that came since this was last asked."""
        return [message["args"][0] for message in self._client.get_received() if message["name"] == name]

    def leave(self) -> None:
        """Disconnect."""
        self._client.disconnect()
