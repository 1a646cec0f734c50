"""Keep-alive HTTP clients in one process, light enough that the server and not they are measured."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median, quantiles


@dataclass(frozen=True)
class Result:
    """What a run showed: answers a second, and latencies in milliseconds."""

    rate: float
    p50: float
    p99: float
    statuses: dict[int, int]


@dataclass
class _Client:
    connection: socket.socket
    sent_at: float = 0.0
    buffer: bytes = b""


def request(method: str, path: str, token: str = "", body: bytes = b"") -> bytes:
    """Return the bytes of one HTTP request."""
    head = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    if token:
        head.append(f"Authorization: Bearer {token}")
    if method == "POST":
        head += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def run(port: int, clients: int, count: int, make: Callable[[int], bytes]) -> Result:
    """Send `count` requests over `clients` keep-alive connections, each sending its next one when answered.

    Args:
        port: on this machine.
        clients: connections.
        count: requests in all.
        make: the bytes of request number n.
    """
    selector = selectors.DefaultSelector()
    prepared = [make(number) for number in range(count)]
    latencies: list[float] = []
    statuses: dict[int, int] = {}
    next_number = 0

    def send(client: _Client) -> bool:
        nonlocal next_number
        if next_number >= count:
            return False
        client.sent_at = time.perf_counter()
        client.connection.sendall(prepared[next_number])
        next_number += 1
        return True

    begun = time.perf_counter()
    for _ in range(min(clients, count)):
        connection = socket.create_connection(("127.0.0.1", port), timeout=30)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client = _Client(connection)
        selector.register(connection, selectors.EVENT_READ, client)
        send(client)
    while len(latencies) < count:
        for key, _ in selector.select(timeout=30):
            client = key.data
            client.buffer += client.connection.recv(65536)
            status = _finished(client)
            if status is None:
                continue
            latencies.append((time.perf_counter() - client.sent_at) * 1000)
            statuses[status] = statuses.get(status, 0) + 1
            if not send(client):
                selector.unregister(client.connection)
                client.connection.close()
    seconds = time.perf_counter() - begun
    return Result(count / seconds, median(latencies), quantiles(latencies, n=100)[98], statuses)


def _finished(client: _Client) -> int | None:
    head, mark, rest = client.buffer.partition(b"\r\n\r\n")
    if not mark:
        return None
    lower = head.lower()
    start = lower.index(b"content-length:") + 15
    length = int(lower[start:].split(b"\r\n", 1)[0])
    if len(rest) < length:
        return None
    client.buffer = rest[length:]
    return int(head[9:12])
