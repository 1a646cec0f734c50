"""Keeps every panel showing what the record says, with a thread for each line, so that a dead one holds up nobody else's."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import update

from queue_app.domain.errors import QueueError
from queue_app.operations.panel_contents import PanelRow, Shown, Stands, read_panels, shown_everywhere
from queue_app.operations.unit_of_work import Context
from queue_app.panels.driver import Values
from queue_app.panels.line_keeper import LineKeeper, Wish
from queue_app.store.models import Panel

log = logging.getLogger("queue.panels")

LOOK_SECONDS = 0.5
"""How often it looks without being told that something was committed: by other processes, at the command line."""

REST_SECONDS = 0.03
"""The least pause between two looks: many commits at once are one look."""


class PanelWorker:
    """Follows the record and tells the panels."""

    def __init__(self, context: Context, *, ends_without_panels: bool = False) -> None:
        """Drive the panels of `context`.

        Args:
            context: where the record and the panels are.
            ends_without_panels: `run` returns when there are none; else it waits for the first.
        """
        self._context = context
        self._ends_without_panels = ends_without_panels
        self._news = threading.Event()
        self._stopping = threading.Event()
        self._keepers: dict[tuple[Any, ...], LineKeeper] = {}
        self._outcomes: dict[int, Stands] = {}
        self._addresses: dict[int, Values] = {}
        self._lock = threading.Lock()

    @property
    def is_stopping(self) -> bool:
        """Whether it was told to end."""
        return self._stopping.is_set()

    def notice(self) -> None:
        """Look now: something was committed."""
        self._news.set()

    def stop(self) -> None:
        """End after what is under way; the panels go dark by themselves soon after."""
        self._stopping.set()
        self._news.set()

    def run(self) -> None:
        """Keep the panels right until stopped."""
        while not self._stopping.is_set():
            self._news.clear()
            try:
                if not self._look() and self._ends_without_panels:
                    break
            except QueueError:
                # The panels repeat what they know for a while, then they go dark: nothing old is left standing.
                log.warning("the database does not answer; panels wait")
            except Exception:
                log.exception("the panels could not be looked after")
            self._stopping.wait(REST_SECONDS)
            self._news.wait(LOOK_SECONDS)
        for keeper in self._keepers.values():
            keeper.stop()
        for keeper in self._keepers.values():
            keeper.join()

    def _look(self) -> bool:
        """Let every panel show what the record says now; say whether there are any."""
        panels, broken = read_panels(self._context)
        self._forget_others({panel.id: panel.values for panel in panels})
        self._tell(panels, shown_everywhere(self._context, panels))
        stored = {panel.id: panel.stands for panel in panels}
        for panel_id, (stands, code) in broken.items():
            stored[panel_id] = stands
            self._report(panel_id, "refused", code)
        self._write_outcomes(stored)
        return bool(stored)

    def _forget_others(self, addresses: dict[int, Values]) -> None:
        """Forget how panels stand that are gone or have become others."""
        with self._lock:
            same = {key for key, values in addresses.items() if self._addresses.get(key) == values}
            self._outcomes = {key: stands for key, stands in self._outcomes.items() if key in same}
            self._addresses = addresses

    def _tell(self, panels: Sequence[PanelRow], shown: Mapping[int, Shown]) -> None:
        lines: dict[tuple[Any, ...], dict[int, tuple[Values, Wish]]] = {}
        for panel in panels:
            place = panel.driver.place(panel.values)
            lines.setdefault(place, {})[panel.id] = (panel.values, self._wish(panel, shown[panel.id]))
            if place not in self._keepers:
                clock = self._context.clock.monotonic
                self._keepers[place] = LineKeeper(panel.driver, panel.values, clock, self._report)
                self._keepers[place].start()
        for place in self._keepers.keys() - lines.keys():
            self._keepers.pop(place).stop()
        for place, wishes in lines.items():
            self._keepers[place].follow(wishes)

    def _wish(self, panel: PanelRow, shown: Shown) -> Wish:
        return Wish(
            content=shown.content,
            call=shown.call_id,
            test=panel.test_until,
            blink_until=self._monotonic(shown.blink_until),
            test_until=self._monotonic(panel.test_until),
            problem=shown.problem,
        )

    def _monotonic(self, moment: datetime | None) -> float:
        if moment is None:
            return 0.0
        return self._context.clock.monotonic() + (moment - self._context.clock.now()).total_seconds()

    def _report(self, panel_id: int, status: str, detail: str | None) -> None:
        with self._lock:
            is_news = self._outcomes.get(panel_id) != (status, detail)
            self._outcomes[panel_id] = (status, detail)
        if is_news:
            self._news.set()

    def _write_outcomes(self, stored: Mapping[int, Stands]) -> None:
        """Write down how panels stand that stand otherwise than is on record.

        Raises:
            QueueError: `database_unavailable`; it is tried again at the next look.
        """
        with self._lock:
            changed = {key: now for key, now in self._outcomes.items() if key in stored and stored[key] != now}
        if not changed:
            return
        at = self._context.clock.now()
        with self._context.database.writing() as connection:
            for panel_id, (status, detail) in changed.items():
                values = {"status": status, "status_detail": detail, "status_at": at}
                connection.execute(update(Panel).where(Panel.id == panel_id).values(**values))
