"""How long a call takes to a branch's screens while the worker makes the longest PDF there may be."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from http.client import HTTPConnection
from statistics import median, quantiles
from typing import Any

from benchmarks.record import SLUG
from benchmarks.report_costs import Installation, days_of
from benchmarks.running import product
from benchmarks.screens import Lobby
from benchmarks.watching import _post, _poster
from queue_app.config import Settings

SCREENS, CALLS, ROUNDS = 20, 150, 2
PAUSE_SECONDS = 0.1
LANGUAGES = ("cs", "en", "sk", "pl", "hu")
PDF_DAYS = 29


def lobby_beside(places: dict[str, str]) -> tuple[list[str], list[list[str]]]:
    """Measure calls on screens in turn: nothing else going on, and while PDFs are made; return heads and rows of a table."""
    rows = []
    for database, url in places.items():
        times, made = _times(url)
        quiet = _p99(times["quiet"])
        for what, found in times.items():
            files = str(made) if what != "quiet" else ""
            rows.append(
                [database, what, f"{median(found):.1f}", f"{_p99(found):.1f}", f"{_p99(found) / quiet:.2f}", files]
            )
    return ["database", f"a call on {SCREENS} screens", "p50 ms", "p99 ms", "p99 ÷ quiet", "PDFs finished"], rows


def _times(url: str) -> tuple[dict[str, list[float]], int]:
    """Return the ms of each call, and how many PDFs were finished meanwhile."""
    days, made = days_of(Installation(url)), 0
    times: dict[str, list[float]] = {"quiet": [], "while PDFs are made": []}
    settings = {"QUEUE_DATABASE_URL": Settings(database_url=url).url, "QUEUE_SPOOLER": "no"}
    with product(**settings, QUEUE_KIOSK_RATE="100000") as server:
        token = server.token()
        counter = server.api("GET", "/branches/demo/counters")[1]["counters"][0]["id"]
        server.api("POST", f"/counters/{counter}/open", {})
        desk = HTTPConnection("127.0.0.1", server.port)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        lobby = Lobby(server.port, SCREENS, {"channel": "board", "branch": "demo", "token": token})
        path = f"/api/v1/counters/{counter}/call-next"
        take = partial(_post, desk, "/api/v1/branches/demo/tickets", {"service": "id-cards"}, headers)
        for _ in range(ROUNDS):
            times["quiet"] += _calls(lobby, take, lambda: _poster(desk, path, headers))
            with _pdfs(server, days) as finished:
                times["while PDFs are made"] += _calls(lobby, take, lambda: _poster(desk, path, headers))
                made += len(finished)
        lobby.close()
    return times, made


def _calls(lobby: Lobby, take: Callable[[], None], next_call: Callable[[], Callable[[], None]]) -> list[float]:
    times = []
    for _ in range(CALLS):
        take()
        lobby.drain(PAUSE_SECONDS)
        times.append(lobby.last_of(next_call(), "ticket_called"))
    return times


@contextmanager
def _pdfs(server: Any, days: tuple[date, date]) -> Iterator[list[int]]:
    """Have one PDF after the other made of a month of tickets, as long as a PDF may be."""
    finished: list[int] = []
    ended = threading.Event()

    def work() -> None:
        while not ended.is_set():
            last = days[1] - timedelta(days=len(finished))
            language = LANGUAGES[len(finished) % len(LANGUAGES)]
            wish = {"report": "tickets", "format": "pdf", "language": language,
                    "from": (last - timedelta(days=PDF_DAYS)).isoformat(), "to": last.isoformat()}  # fmt: skip
            _, document = server.api("POST", f"/branches/{SLUG}/report-jobs", wish)
            job = document["job"]
            while job["state"] in ("queued", "running") and not ended.is_set():
                time.sleep(0.2)
                _, document = server.api("GET", f"/branches/{SLUG}/report-jobs/{job['id']}")
                job = document["job"]
            assert job["state"] in ("done", "running", "queued"), job
            if job["state"] == "done":
                finished.append(job["size_bytes"])

    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(1)  # until the worker has begun
    try:
        yield finished
    finally:
        ended.set()
        thread.join()


def _p99(times: list[float]) -> float:
    return quantiles(times, n=100)[98]
