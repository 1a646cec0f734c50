"""Subscriptions: who may listen to what, and what a screen is sent when it comes, or comes back."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from flask import request
from flask_socketio import SocketIO, join_room

from queue_app.access import Access, Caller, caller, screen_key
from queue_app.clock import Clock
from queue_app.domain.branch import BranchSetup
from queue_app.domain.errors import QueueError
from queue_app.errors import body_of
from queue_app.realtime import contract
from queue_app.store import queries as q
from queue_app.store.board import read_board, read_events
from queue_app.store.session import Database

log = logging.getLogger("queue.realtime")


class Sockets:
    """The handlers of the default namespace, and who listens in this process."""

    def __init__(
        self,
        socketio: SocketIO,
        database: Database,
        clock: Clock,
        access: Access,
        setup_of: Callable[[str], BranchSetup],
        most_events: int,
    ) -> None:
        """Register the handlers.

        Args:
            socketio: the server.
            database, clock: to read from and by.
            access: who holds which token.
            setup_of: how a branch is set up, by slug; raises `unknown_branch`.
            most_events: the most events a screen is sent before it gets a snapshot instead.
        """
        self._database = database
        self._clock = clock
        self._access = access
        self._setup_of = setup_of
        self._most_events = most_events
        self._screens: dict[str, tuple[str, str]] = {}
        socketio.on_event("connect", self.connect)
        socketio.on_event("disconnect", self.disconnect)
        socketio.on_event("subscribe", self.subscribe)

    def connect(self, auth: Any = None) -> None:
        """Accept the connection; what it may hear is decided when it subscribes."""

    def disconnect(self, reason: Any = None) -> None:
        """Forget the screen."""
        self._screens.pop(request.sid, None)  # type: ignore[attr-defined]

    def screens(self, branch: str) -> int:
        """Return how many lobby screens of the branch listen in this process."""
        return len({key for slug, key in self._screens.values() if slug == branch})

    def subscribe(self, wish: Any = None) -> dict[str, Any]:
        """Let a page listen: `{channel, branch?, token?, revision?}` → `{ok, revision, events | snapshot}`.

        It joins the room first and is read what it missed afterwards: nothing can fall in between, and what comes twice
        is known by its revision.
        """
        try:
            if not isinstance(wish, dict) or any(isinstance(it, str) and not it.isprintable() for it in wish.values()):
                # Nothing has such a name; U+0000 and lone surrogates the database could not even be asked for.
                raise QueueError("bad_request")
            channel = wish.get("channel")
            if channel == contract.TICKET:
                return self._to_ticket(wish)
            if channel not in contract.CHANNELS:
                raise QueueError("invalid_value", field="channel", allowed=list(contract.CHANNELS))
            return self._to_branch(channel, wish)
        except QueueError as error:
            return {"ok": False, **body_of(error)}
        except Exception:  # a page must get an answer, or it would wait for ever
            log.exception("subscribing failed")
            return {"ok": False, **body_of(QueueError("internal_error"))}

    def _to_branch(self, channel: str, wish: dict[str, Any]) -> dict[str, Any]:
        who = self._caller(wish)
        setup = self._setup_of(str(wish.get("branch")))
        needed = {"board": frozenset({"display", "kiosk", "desk"}), "desk": frozenset({"desk"})}[channel]
        if not who.may_any(needed, setup.id):
            raise QueueError("not_allowed")
        join_room(contract.room(channel, setup.slug))
        if channel == contract.BOARD and wish.get("screen", True):
            self._screens[request.sid] = (setup.slug, f"{screen_key()}:{wish.get('screen', request.sid)}"[:100])  # type: ignore[attr-defined]
        return self._missed(setup, wish.get("revision"))

    def _missed(self, setup: BranchSetup, revision: Any) -> dict[str, Any]:
        if type(revision) is int and 0 <= revision < 2**53:
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

    def _caller(self, wish: dict[str, Any]) -> Caller:
        token = wish.get("token")
        found = self._access.of_token(token) if isinstance(token, str) else caller()
        if found is None:
            raise QueueError("invalid_token" if token else "not_signed_in")
        return found
