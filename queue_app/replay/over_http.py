"""Feeds a recorded day through a server, over HTTP only: kiosks, callers and a witness, each a thread."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from queue_app.clock import Clock
from queue_app.domain.board import follow
from queue_app.replay.day import Day, DayError, RecordedTicket
from queue_app.replay.evidence import Call, Evidence, Issue, Seen, Span
from queue_app.replay.http_client import Answer, Client
from queue_app.replay.matching import Desk, Offered, match_counters, match_services

LEAD_SECONDS = 0.5
"""From the start of the threads to the first ticket, so that every connection is there."""

PATIENCE_SECONDS = 30.0
"""How long a caller asks again for a ticket that was acknowledged but does not seem to wait."""

AGAIN_SECONDS = 0.02
WITNESS_SECONDS = 0.1
"""Pauses before the same is asked again."""


class ReplayError(Exception):
    """The replay cannot begin or go on; the text says why."""


@dataclass(frozen=True)
class Site:
    """Where the day is fed in: a branch, and its service (slug) and counter for each recorded service id."""

    branch: str
    slugs: Mapping[str, str]
    counters: Mapping[str, int]


def find_site(client: Client, branch: str, day: Day) -> Site:
    """Return how the day fits an existing branch.

    Raises:
        ReplayError: it does not fit, or somebody is waiting there.
    """
    shown = _good(client.get(f"/branches/{branch}"), f"showing the branch {branch}")
    offered = [
        Offered(service["id"], service["letter"], frozenset(service["name"].values())) for service in shown["services"]
    ]
    listed = _good(client.get(f"/branches/{branch}/counters"), "listing the counters")["counters"]
    desks = [Desk(counter["id"], frozenset(counter["services"])) for counter in listed if counter["state"] == "closed"]
    try:
        slugs = match_services(day.services, offered)
        counters = match_counters(slugs, desks)
    except DayError as error:
        raise ReplayError(f"{branch} does not fit this day: {error}") from None
    busy = [service["id"] for service in shown["services"] if service["waiting"] and service["id"] in slugs.values()]
    if busy:
        raise ReplayError(f"somebody is waiting already for {', '.join(busy)}: end the day there first")
    return Site(branch, slugs, {service_id: found[0] for service_id, found in counters.items()})


def _good(answer: Answer, what: str) -> Any:
    if answer.status not in {200, 201}:
        error = answer.document.get("error", {}) if isinstance(answer.document, dict) else {}
        raise ReplayError(f"{what} was refused with {answer.status} {error.get('code')}: {error.get('message')}")
    return answer.document


class Replay:
    """One run of one day."""

    def __init__(
        self,
        day: Day,
        site: Site,
        speed: float,
        clock: Clock,
        connect: Callable[[], Client],
        tick: Callable[[], Any],
    ) -> None:
        """Prepare it.

        Args:
            day: without overtaking.
            site: where.
            speed: seconds of the day in one second.
            clock: the machine's.
            connect: makes a connection; every thread has its own.
            tick: called once for each ticket that was issued or called.
        """
        self.day, self.site, self.speed = day, site, speed
        self.evidence = Evidence(site.slugs)
        self._clock, self._connect, self._tick = clock, connect, tick
        self._run = secrets.token_hex(4)
        self._acknowledged = {ticket.key: threading.Event() for ticket in day.tickets}
        self._stop = threading.Event()
        self._over = threading.Event()
        self._writing = threading.Lock()
        self._begin = 0.0

    def run(self) -> Evidence:
        """Feed the day in and return what was seen.

        Raises:
            ReplayError: something was refused that should not be.
            HttpError: the server does not answer.
        """
        client = self._connect()
        for counter in self.site.counters.values():
            _good(client.post(f"/counters/{counter}/open"), "opening a counter")
        board = self._board(client)
        self.evidence.first_revision = board["revision"]
        self._begin = self._clock.monotonic() + LEAD_SECONDS
        services = [service.service_id for service in self.day.services]
        with ThreadPoolExecutor(2 * len(services) + 1) as pool:
            witness = pool.submit(self._witness, board)
            acting = [pool.submit(act, own) for own in services for act in (self._issue_all, self._call_all)]
            try:
                _first_failure([*acting, witness], until=acting)
                self._over.set()
                witness.result()
            finally:
                # Also after Ctrl-C: the threads must end before the pool lets go.
                self._over.set()
                self._stop.set()
        self._compare(client, board)
        self._leave(client)
        client.close()
        return self.evidence

    def _due(self, moment: datetime) -> float:
        return self._begin + (moment - self.day.tickets[0].issued_at).total_seconds() / self.speed

    def _sleep_until(self, due: float) -> bool:
        """Sleep; return False where the replay was stopped meanwhile."""
        return not self._stop.wait(max(0.0, due - self._clock.monotonic()))

    def _issue_all(self, service_id: str) -> None:
        client = self._connect()
        for ticket in self.day.of_service(service_id):
            due = self._due(ticket.issued_at)
            if not self._sleep_until(due):
                return
            wish = {
                "service": self.site.slugs[service_id],
                "channel": "api",
                "request_id": self._id("issue", ticket),
            }
            sent = self._clock.monotonic()
            answer = client.post(f"/branches/{self.site.branch}/tickets", wish)
            span = Span(due, sent, self._clock.monotonic())
            given = _good(answer, "taking a number")["ticket"]
            with self._writing:
                self.evidence.issues.append(Issue(ticket, given["id"], given["label"], given["number"], span))
                self._tick()
            self._acknowledged[ticket.key].set()
        client.close()

    def _id(self, what: str, ticket: RecordedTicket) -> str:
        return f"replay {self._run} {what} {ticket.service_id} {ticket.number}"

    def _call_all(self, service_id: str) -> None:
        client = self._connect()
        for ticket in self.day.of_service(service_id):
            if ticket.called_at is None:
                continue
            due = self._due(ticket.called_at)
            if not self._sleep_until(due) or not self._until_acknowledged(ticket):
                return
            answer, span = self._call_one(client, service_id, ticket, due)
            if answer.code == "nobody_waiting":
                with self._writing:
                    self.evidence.remarks.append(f"nobody was waiting when {service_id}/{ticket.number} was due: lost")
                return
            self._note_call(ticket, _good(answer, "calling the next ticket"), span)
        client.close()

    def _until_acknowledged(self, ticket: RecordedTicket) -> bool:
        # What is issued and called in the same instant of the day must not be called before it is there.
        while not self._acknowledged[ticket.key].wait(0.2):
            if self._stop.is_set():
                return False
        return True

    def _call_one(self, client: Client, service_id: str, ticket: RecordedTicket, due: float) -> tuple[Answer, Span]:
        wish = {"request_id": self._id("call", ticket)}
        give_up = self._clock.monotonic() + PATIENCE_SECONDS
        while True:
            sent = self._clock.monotonic()
            answer = client.post(f"/counters/{self.site.counters[service_id]}/call-next", wish)
            span = Span(due, sent, self._clock.monotonic())
            if answer.code != "nobody_waiting" or span.answered > give_up:
                return answer, span
            with self._writing:
                self.evidence.retries += 1
            if self._stop.wait(AGAIN_SECONDS):
                return answer, span

    def _note_call(self, ticket: RecordedTicket, served: Any, span: Span) -> None:
        leg = served["leg"]
        waited = datetime.fromisoformat(leg["first_called_at"]) - datetime.fromisoformat(leg["enqueued_at"])
        called = served["ticket"]
        with self._writing:
            self.evidence.calls.append(Call(ticket, called["id"], called["label"], waited.total_seconds(), span))
            self._tick()

    def _board(self, client: Client, since: int | None = None) -> Any:
        query = "" if since is None else f"?since={since}"
        return _good(client.get(f"/branches/{self.site.branch}/board{query}"), "looking at the board")

    def _witness(self, board: dict[str, Any]) -> None:
        client = self._connect()
        last = False
        while not last and not self._stop.is_set():
            # Asked before the look: what was acknowledged before it must then be on the board.
            last = self._over.is_set()
            answer = self._board(client, board["revision"])
            if "events" not in answer:
                raise ReplayError("the witness fell behind the board: choose a smaller --speed")
            for event in answer["events"]:
                self._follow(board, event)
            if not answer["events"]:
                self._over.wait(WITNESS_SECONDS)
        client.close()

    def _follow(self, board: dict[str, Any], event: dict[str, Any]) -> None:
        self.evidence.seen.append(Seen(event["revision"], event["kind"], event.get("service"), event.get("label")))
        try:
            follow(board, event)
        except ValueError:
            # The judgement of the evidence tells of the jump; here the board goes on from what it got.
            board["revision"] = event["revision"] - 1
            follow(board, event)

    def _compare(self, client: Client, board: dict[str, Any]) -> None:
        self.evidence.waiting = board["waiting"]
        fresh = self._board(client)
        for part in ("calls", "waiting", "counters"):
            if fresh["revision"] == board["revision"] and fresh[part] != board[part]:
                self.evidence.remarks.append(f"the board that followed the events shows other {part} than a fresh one")

    def _leave(self, client: Client) -> None:
        for counter in self.site.counters.values():
            client.post(f"/counters/{counter}/finish")
            _good(client.post(f"/counters/{counter}/close"), "closing a counter")


def _first_failure(futures: list[Future[None]], until: list[Future[None]]) -> None:
    """Wait until all of `until` are done, or raise the first failure among `futures`."""
    open_ones = set(futures)
    while any(future in open_ones for future in until):
        done, open_ones = wait(open_ones, return_when=FIRST_EXCEPTION, timeout=0.2)
        for future in done:
            future.result()
