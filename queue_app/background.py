"""What runs beside the requests of each web process: the end of the day, other processes' events, the workers."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from queue_app.child_worker import PanelProcess, PrintWorker, ReportProcess
from queue_app.operations.close_day import close_day_if_over, is_over
from queue_app.operations.contacts import erase_due
from queue_app.operations.counters import end_wrap_ups
from queue_app.operations.keep_days import days_to_keep
from queue_app.operations.report_work import anything_to_do
from queue_app.operations.screens import Screens
from queue_app.operations.serve import call_by_itself
from queue_app.operations.unit_of_work import Context
from queue_app.realtime.publisher import Publisher
from queue_app.realtime.sockets import Sockets
from queue_app.steps import take
from queue_app.store import queries as q
from queue_app.store.board import event_of

log = logging.getLogger("queue.background")

REPORT_LOOK_SECONDS = 60.0
"""How often it is looked whether the worker of the reports is needed though nobody has told so."""

ERASE_LOOK_SECONDS = 60.0
"""How often it is looked whether the time has come for what visitors left to be erased."""

CATCH_UP_EVENTS = 200
"""The most events of another process that are told on at once; screens that miss more fetch them by themselves."""


class Background:
    """Threads, or green threads, of one web process."""

    def __init__(
        self,
        context: Context,
        publisher: Publisher,
        printing: PrintWorker | None,
        panels: PanelProcess | None,
        reports: ReportProcess | None,
        lobby: tuple[Sockets, Screens],
        tick_seconds: float,
        ticked: Callable[[], None],
    ) -> None:
        """Tick every `tick_seconds`, and call `ticked` after each.

        Keep a print worker, a worker for panels and one for reports, where they are given; `lobby` is who listens to this
        process, and what is kept of the screens among them.
        """
        self._context = context
        self._publisher = publisher
        self._printing = printing
        self._panels = panels
        self._reports = reports
        self._sockets, self._screens = lobby
        self._tick_seconds = tick_seconds
        self._ticked = ticked
        self._looked_for_reports: float | None = None
        self._looked_for_contacts: float | None = None
        # A process that was killed may have erased something and not come to this.
        self._scrub_is_due = True
        self._stopped = threading.Event()

    def start(self) -> None:
        """Begin."""
        take(self._look_for_days, log)
        threading.Thread(target=self._tick_for_ever, daemon=True).start()
        for worker in (self._printing, self._panels, self._reports):
            if worker is not None:
                threading.Thread(target=worker.run, daemon=True).start()

    def stop(self) -> None:
        """End after what is under way."""
        self._stopped.set()
        for worker in (self._printing, self._panels, self._reports):
            if worker is not None:
                worker.stop()

    def notice_print(self) -> None:
        """A slip was queued."""
        if self._printing is not None:
            self._printing.notice()

    def notice_record(self) -> None:
        """Something was committed that panels may have to show."""
        if self._panels is not None:
            self._panels.notice()

    def notice_reports(self) -> None:
        """A report was asked for."""
        if self._reports is not None:
            self._reports.notice()

    def notice_panels(self) -> None:
        """A panel was added or changed."""
        if self._panels is not None:
            self._panels.look()
            self._panels.notice()

    def _tick_for_ever(self) -> None:
        while not self._stopped.is_set():
            for step in (
                self._close_days, self._end_wrap_ups, self._tell_of_others, self._look_for_panels,
                self._look_for_reports, self._erase_contacts,
                self._sockets.look_after, self._screens.tick, self._ticked,
            ):  # fmt: skip
                take(step, log)
            self._stopped.wait(self._tick_seconds)

    def _close_days(self) -> None:
        for slug in self._context.slugs().values():
            # A branch of recorded days lives by the clock of those who load them, not by ours.
            if self._context.setup(slug).day_ends_by_itself and is_over(self._context, slug):
                closed = close_day_if_over(self._context, slug)
                if closed is not None:
                    log.info("%s: day %s closed, %d expired", slug, closed.business_date, closed.expired)

    def _end_wrap_ups(self) -> None:
        for slug in self._context.slugs().values():
            for counter_id in end_wrap_ups(self._context, slug):
                call_by_itself(self._context, counter_id)

    def _look_for_days(self) -> None:
        """Days that ended while no server was running are kept now."""
        if any(days_to_keep(self._context, slug) for slug in self._context.slugs().values()):
            self.notice_reports()

    def _look_for_reports(self) -> None:
        """Let the worker of the reports begin where something is sent by itself; it knows by itself when."""
        now = self._context.clock.monotonic()
        if self._reports is None or self._reports.is_needed:
            return
        if self._looked_for_reports is None or now - self._looked_for_reports >= REPORT_LOOK_SECONDS:
            self._looked_for_reports = now
            if anything_to_do(self._context):
                self.notice_reports()

    def _erase_contacts(self) -> None:
        now = self._context.clock.monotonic()
        if self._looked_for_contacts is not None and now - self._looked_for_contacts < ERASE_LOOK_SECONDS:
            return
        self._looked_for_contacts = now
        erased = erase_due(self._context)
        if erased:
            log.info("what the visitors of %d tickets had left was erased", erased)
        # Where somebody reads just then the log of the database cannot be emptied: the next time, then.
        if erased or self._scrub_is_due:
            self._scrub_is_due = not self._context.database.scrub()

    def _look_for_panels(self) -> None:
        if self._panels is not None:
            self._panels.look()

    def _tell_of_others(self) -> None:
        """Tell this process's screens what the command line or another worker committed meanwhile."""
        for slug in self._context.slugs().values():
            setup = self._context.setup(slug)
            known = self._publisher.revisions.get(slug)
            (state,), *_ = self._context.database.look((q.READ_STATE, {"branch_id": setup.id}))
            if state.settings_revision != setup.settings_revision:
                setup = self._context.reload(slug)
            if known is not None and state.revision > known:
                wanted = {"branch_id": setup.id, "since": known, "most": CATCH_UP_EVENTS}
                rows = self._context.database.look((q.EVENTS_SINCE, wanted))[0]
                # Between the look and here this process may have told them itself; a screen knows them by revision.
                self._publisher.publish(setup, [event_of(row) for row in rows])
            self._publisher.revisions.setdefault(slug, state.revision)
