"""Tells the screens what was committed, in the order of the revisions; a failure here never undoes anything."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from flask_socketio import SocketIO

from queue_app.domain.branch import BranchSetup
from queue_app.domain.events import PRINT_JOB_CHANGED, Event
from queue_app.domain.printing import CANNOT_PRINT, JobNews, News, PrinterNews
from queue_app.realtime import contract

log = logging.getLogger("queue.realtime")


class Publisher:
    """Emits events to the rooms of a branch."""

    def __init__(self, socketio: SocketIO) -> None:
        """Emit through `socketio`."""
        self._socketio = socketio
        self.revisions: dict[str, int] = {}
        """The last revision this process has told of, by branch: what lies above was made by another process."""

    def publish(self, setup: BranchSetup, events: Sequence[Event]) -> None:
        """Tell the board, the desks and the tickets' own pages of `events`, oldest first."""
        for event in events:
            board = contract.board_message(setup, event)
            self._emit(board, contract.room(contract.BOARD, setup.slug))
            self._emit(contract.desk_message(board, event), contract.room(contract.DESK, setup.slug))
            if event.ticket_id is not None:
                self._emit(contract.ticket_message(board), contract.room(contract.TICKET, event.ticket_id))
            self._emit(contract.moved_message(board), contract.queue_room(setup.slug))
            self.revisions[setup.slug] = max(self.revisions.get(setup.slug, 0), event.revision)

    def printing(self, news: News) -> None:
        """Tell of a slip that came out, or why not, or of a printer whose status changed."""
        if isinstance(news, JobNews):
            self._print_job_changed(news)
        else:
            self._printer_changed(news)

    def _print_job_changed(self, news: JobNews) -> None:
        message = {
            "channel": contract.DESK,
            "branch": news.branch,
            "revision": self.revisions.get(news.branch, 0),
            "kind": PRINT_JOB_CHANGED,
            "ticket": news.ticket_id,
            "label": news.label,
            "state": news.state,
            "error": news.error,
        }
        self._emit(message, contract.room(contract.DESK, news.branch))
        if news.ticket_id is not None:
            self._emit({**message, "channel": contract.TICKET}, contract.room(contract.TICKET, news.ticket_id))

    def _printer_changed(self, news: PrinterNews) -> None:
        message = {
            "branch": news.branch,
            "printer": news.printer_id,
            "name": news.name,
            "status": news.status,
            "can_print": news.status not in CANNOT_PRINT,
            "detail": news.detail,
        }
        # Kiosks listen to the board: whether paper will come out is no secret in a lobby.
        for channel in (contract.BOARD, contract.DESK):
            self._socketio.emit(contract.PRINTER, message, to=contract.room(channel, news.branch))

    def delivered(self, branch: str, delivery: dict[str, Any]) -> None:
        """Tell the desks how far a call has got: `{call_id, shown, spoken, screens, speakers}`."""
        self._socketio.emit(contract.DELIVERY, delivery, to=contract.room(contract.DESK, branch))

    def reload_screen(self, screen_id: int) -> None:
        """Tell a named screen's pages, wherever they are connected, to load themselves anew."""
        self._socketio.emit(contract.RELOAD, {}, to=contract.room(contract.SCREEN, screen_id))

    def _emit(self, message: dict[str, Any], to: str) -> None:
        self._socketio.emit(contract.EVENT, message, to=to)
