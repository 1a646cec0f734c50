"""Simulated lobby screens: many WebSocket connections in one process, light enough that the server is what is measured."""

from __future__ import annotations

import base64
import json
import os
import selectors
import socket
import struct
import time
from collections.abc import Callable
from typing import Any

CONNECT_SECONDS = 60


class Screen:
    """One connection that has subscribed and answers pings."""

    def __init__(self, port: int, wish: dict[str, Any]) -> None:
        """Connect, and subscribe with `wish`."""
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=CONNECT_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        self._buffer = b""
        while b"\r\n\r\n" not in self._buffer:
            self._buffer += self.socket.recv(4096)
        self._buffer = self._buffer.split(b"\r\n\r\n", 1)[1]
        self.send("40")
        self._until(lambda text: text.startswith("40"))
        self.send("420" + json.dumps(["subscribe", wish]))
        answer = self._until(lambda text: text.startswith("430"))
        assert json.loads(answer[3:])[0]["ok"], answer
        self.bytes = 0

    def send(self, text: str) -> None:
        """Send one text frame; its mask is zero, which leaves the payload as it is."""
        payload = text.encode()
        size = len(payload)
        head = struct.pack("!BB", 0x81, 0x80 | size) if size < 126 else struct.pack("!BBH", 0x81, 0xFE, size)
        self.socket.sendall(head + b"\0\0\0\0" + payload)

    def receive(self) -> list[str]:
        """Read what has come and return the complete messages; pings are answered here."""
        data = self.socket.recv(65536)
        self.bytes += len(data)
        self._buffer += data
        messages = []
        while (frame := self._frame()) is not None:
            if frame == "2":
                self.send("3")
            else:
                messages.append(frame)
        return messages

    def _frame(self) -> str | None:
        if len(self._buffer) < 2:
            return None
        size, begin = self._buffer[1] & 0x7F, 2
        if size == 126:
            if len(self._buffer) < 4:
                return None
            size, begin = struct.unpack("!H", self._buffer[2:4])[0], 4
        if len(self._buffer) < begin + size:
            return None
        payload, self._buffer = self._buffer[begin : begin + size], self._buffer[begin + size :]
        return payload.decode()

    def _until(self, wanted: Callable[[str], bool]) -> str:
        while True:
            frame = self._frame()
            if frame is None:
                self._buffer += self.socket.recv(65536)
            elif wanted(frame):
                return frame
            elif frame == "2":
                self.send("3")


class Lobby:
    """So many screens, listened to together."""

    def __init__(self, port: int, number: int, wish: dict[str, Any]) -> None:
        """Connect them all."""
        self.screens = [Screen(port, wish) for _ in range(number)]
        self._selector = selectors.DefaultSelector()
        for screen in self.screens:
            self._selector.register(screen.socket, selectors.EVENT_READ, screen)

    def last_of(self, post: Callable[[], None], kind: str) -> float:
        """Call `post` and return the milliseconds until the last screen has an event of this kind."""
        mark = f'"kind":"{kind}"'
        begun = time.perf_counter()
        post()
        missing = len(self.screens)
        while missing:
            for key, _ in self._selector.select(timeout=10):
                missing -= sum(mark in message for message in key.data.receive())
        return (time.perf_counter() - begun) * 1000

    def drain(self, seconds: float = 0.05) -> None:
        """Read everything that is still on its way."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            for key, _ in self._selector.select(timeout=left):
                key.data.receive()

    def close(self) -> None:
        """Hang up."""
        for screen in self.screens:
            screen.socket.close()
