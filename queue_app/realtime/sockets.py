"""Subscriptions: who may listen to what, and what a screen is sent when it comes, or comes back, or says how it stands."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from flask import request
from flask_socketio import SocketIO, join_room

from queue_app.access import Access, Caller, Credentials, credentials, screen_key
from queue_app.clock import Clock
from queue_app.domain.board import iso
from queue_app.domain.branch import BranchSetup
from queue_app.domain.errors import QueueError
from queue_app.domain.reading import wrong
from queue_app.domain.screen_health import Shows, read_heartbeat
from queue_app.domain.screen_layout import ScreenLayout
from queue_app.errors import body_of
from queue_app.i18n import LANGUAGES, negotiate
from queue_app.realtime import contract
from queue_app.store import queries as q
from queue_app.store.board import read_board, read_events
from queue_app.store.people import hash_token
from queue_app.store.session import Database

log = logging.getLogger("queue.realtime")

NAMESPACE = "/"
MAY_HEAR = {contract.BOARD: frozenset({"display", "kiosk", "desk"}), contract.DESK: frozenset({"desk"})}
"""One of these scopes is needed in the branch to listen to a channel of it."""


class Attendance(Protocol):
    """Who keeps how the lobby screens stand."""

    def arrive(
        self, setup: BranchSetup, key: str, screen_id: int | None, line: str, revision: int | None, told: Shows
    ) -> None:
        """A screen has begun to listen."""

    def beat(self, setup: BranchSetup, key: str, revision: int | None, told: Shows) -> int:
        """A screen says how it stands; return the branch's revision."""

    def leave(self, branch_id: int, key: str, line: str) -> None:
        """A line of a screen was lost."""


@dataclass
class _Listener:
    """One subscription: by what it was allowed, and which screen it is, where it is one."""

    sid: str
    channel: str
    setup: BranchSetup
    by: Credentials
    key: str | None = None
    screen_id: int | None = None
    layout: ScreenLayout | None = None


class Sockets:
    """The handlers of the default namespace, and who listens in this process."""

    def __init__(
        self,
        socketio: SocketIO,
        database: Database,
        clock: Clock,
        access: Access,
        setup_of: Callable[[str], BranchSetup],
        attendance: Attendance,
        most_events: int,
    ) -> None:
        """Register the handlers.

        Args:
            socketio: the server.
            database, clock: to read from and by.
            access: who holds which token.
            setup_of: how a branch is set up now, by slug; raises `unknown_branch`.
            attendance: is told which screens come, go and how they stand.
            most_events: the most events a screen is sent before it gets a snapshot instead.
        """
        self._socketio = socketio
        self._database = database
        self._clock = clock
        self._access = access
        self._setup_of = setup_of
        self._attendance = attendance
        self._most_events = most_events
        self._listeners: dict[tuple[str, str], _Listener] = {}
        socketio.on_event("connect", self.connect)
        socketio.on_event("disconnect", self.disconnect)
        socketio.on_event("subscribe", self.subscribe)
        socketio.on_event("heartbeat", self.heartbeat)

    def connect(self, auth: Any = None) -> None:
        """Accept the connection; what it may hear is decided when it subscribes."""

    def disconnect(self, reason: Any = None) -> None:
        """Forget who listened."""
        for channel in contract.CHANNELS:
            self._leave(request.sid, channel)  # type: ignore[attr-defined]

    def _leave(self, sid: str, channel: str) -> None:
        listener = self._listeners.pop((sid, channel), None)
        if listener is not None and listener.key is not None:
            try:
                self._attendance.leave(listener.setup.id, listener.key, sid)
            except QueueError as error:  # it will be silent soon, which says the same
                log.warning("a screen left, which could not be written down: %s", error)

    def subscribe(self, wish: Any = None) -> dict[str, Any]:
        """Let a page listen: `{channel, branch?, token?, revision?, screen?}` → `{ok, revision, events | snapshot}`.

        It joins the room first and is read what it missed afterwards: nothing can fall in between, and what comes twice
        is known by its revision. A screen may say with it what its heartbeats say.
        """
        return _answer(self._subscribe, wish)

    def _subscribe(self, wish: Any) -> dict[str, Any]:
        if not isinstance(wish, dict) or any(isinstance(it, str) and not it.isprintable() for it in wish.values()):
            # Nothing has such a name; U+0000 and lone surrogates the database could not even be asked for.
            raise QueueError("bad_request")
        channel = wish.get("channel")
        if channel == contract.TICKET:
            return self._to_ticket(wish)
        if channel not in contract.CHANNELS:
            raise wrong("channel", "one of %(words)s is needed", words=", ".join(contract.CHANNELS))
        return self._to_branch(channel, wish)

    def _to_branch(self, channel: str, wish: dict[str, Any]) -> dict[str, Any]:
        by, who = self._caller(wish)
        setup = self._setup_of(str(wish.get("branch")))
        if not who.may_any(MAY_HEAR[channel], setup.id):
            raise QueueError("not_allowed")
        sid: str = request.sid  # type: ignore[attr-defined]
        listener = _Listener(sid, channel, setup, by)
        if channel == contract.BOARD and wish.get("screen", True):
            self._arrive(listener, who, wish)
        self._listeners[sid, channel] = listener
        join_room(contract.room(channel, setup.slug))
        return self._missed(setup, wish.get("revision"))

    def _arrive(self, listener: _Listener, who: Caller, wish: dict[str, Any]) -> None:
        """Take a subscriber in as a lobby screen."""
        setup, sid = listener.setup, listener.sid
        revision = wish.get("revision")
        _, told = read_heartbeat({**wish, "revision": None}, _agent())
        key = screen_key(who, str(wish.get("screen", sid)))
        known = self._listeners.get((sid, contract.BOARD))
        if known is not None and known.key != key:
            self._leave(sid, contract.BOARD)
        listener.key = key
        if who.screen_id in setup.layouts:
            listener.screen_id, listener.layout = who.screen_id, setup.layouts[who.screen_id]
            join_room(contract.room(contract.SCREEN, who.screen_id))
        self._attendance.arrive(setup, key, listener.screen_id, sid, revision if _is_revision(revision) else None, told)

    def heartbeat(self, told: Any = None) -> dict[str, Any]:
        """A screen says how it stands, and is told how the branch does.

        `{revision, visible, sound, width, height, page_started_at}` → `{ok, revision, server_time}`.
        """
        return _answer(self._heartbeat, told)

    def _heartbeat(self, told: Any) -> dict[str, Any]:
        listener = self._listeners.get((request.sid, contract.BOARD))  # type: ignore[attr-defined]
        if listener is None or listener.key is None:
            raise QueueError("not_allowed")
        revision, shows = read_heartbeat(told, _agent())
        current = self._attendance.beat(listener.setup, listener.key, revision, shows)
        return {"ok": True, "revision": current, "server_time": iso(self._clock.now())}

    def look_after(self, branch: str | None = None) -> None:
        """Cut the lines of those who may no longer listen, and tell screens that they were arranged anew.

        Args:
            branch: slug of the only one to look after; None for every branch.
        """
        listeners = [each for each in list(self._listeners.values()) if branch in {None, each.setup.slug}]
        if not listeners:
            return
        self._access.read_again([each.by for each in listeners])
        setups = {slug: self._setup_of(slug) for slug in {each.setup.slug for each in listeners}}
        for listener in listeners:
            setup = setups[listener.setup.slug]
            who = self._access.recognise(listener.by)
            if who is None or not who.may_any(MAY_HEAR[listener.channel], setup.id):
                self._cut(listener)
            elif listener.screen_id is not None and setup.layouts.get(listener.screen_id) != listener.layout:
                listener.layout = setup.layouts.get(listener.screen_id)
                layout = {"layout": listener.layout.json() if listener.layout else None}
                self._socketio.emit(contract.LAYOUT, layout, to=listener.sid)

    def _cut(self, listener: _Listener) -> None:
        log.info("%s: a line of %s is cut, it may no longer listen", listener.setup.slug, listener.channel)
        self._leave(listener.sid, listener.channel)
        self._socketio.server.disconnect(listener.sid, namespace=NAMESPACE)

    def _missed(self, setup: BranchSetup, revision: Any) -> dict[str, Any]:
        if _is_revision(revision):
            current, events = read_events(self._database, setup, revision, self._most_events)
            if events is not None:
                return {"ok": True, "revision": current, "events": events}
        board = read_board(self._database, setup, self._clock.now())
        return {"ok": True, "revision": board["revision"], "snapshot": board}

    def _to_ticket(self, wish: dict[str, Any]) -> dict[str, Any]:
        token = wish.get("token")
        found = self._database.look((q.TICKET_BY_TOKEN, {"token": token}))[0] if isinstance(token, str) else []
        if not found:
            raise QueueError("unknown_ticket")
        (row,) = self._database.look((q.LAST_LEG_OF_TICKET, {"ticket_id": found[0].id}))[0]
        (state,) = self._database.look((q.READ_STATE, {"branch_id": found[0].branch_id}))[0]
        slug = self._database.look((q.SLUG_OF_BRANCH, {"branch_id": found[0].branch_id}))[0][0].slug
        join_room(contract.room(contract.TICKET, found[0].id))
        join_room(contract.queue_room(slug))
        return {"ok": True, "revision": state.revision, "snapshot": {"label": row.t_label, "state": row.state}}

    def _caller(self, wish: dict[str, Any]) -> tuple[Credentials, Caller]:
        token = wish.get("token")
        by = Credentials(hash_token(token)) if isinstance(token, str) else credentials()
        found = self._access.recognise(by)
        if found is None:
            raise QueueError("invalid_token" if by.token_hash is not None else "not_signed_in")
        return by, found


def _answer(act: Callable[[Any], dict[str, Any]], told: Any) -> dict[str, Any]:
    """Return what `act` answers, or why it refuses: a page must get an answer, or it would wait for ever."""
    try:
        return act(told)
    except QueueError as error:
        return {"ok": False, **body_of(error, _language())}
    except Exception:
        log.exception("%s failed", act.__name__)
        return {"ok": False, **body_of(QueueError("internal_error"), _language())}


def _language() -> str:
    return negotiate(request.headers.get("Accept-Language"), LANGUAGES)


def _is_revision(value: Any) -> bool:
    return type(value) is int and 0 <= value < 2**53


def _agent() -> str:
    return request.headers.get("User-Agent", "")
