"""Keeps the panels on one line right: one thread, so that a line that is dead holds up no other."""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from queue_app.panels.content import Content
from queue_app.panels.dialogue import tell
from queue_app.panels.driver import Driver, Line, Values
from queue_app.panels.errors import PanelError
from queue_app.panels.frames import REASONS, Frame, Message, Show, Test

log = logging.getLogger("queue.panels")

REFRESH_SECONDS = 5.0
"""How often a panel is told again what it shows: one that was switched off and on is right again."""

HOLD_SECONDS = 20
"""A panel that has heard nothing for so long goes dark by itself. As long a keeper repeats what it was told last."""

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.25, 8.0
"""The pause after a first failure, which doubles with each further one, and its end."""

Report = Callable[[int, str, str | None], None]
"""Told of a panel (its key) how it stands: `ok`, `silent` or `refused`, and a code of `PanelError`."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a panel has to show.

    Args:
        content: letters and digits.
        call: what makes this call another one than the same number's last; None where nothing blinks.
        test: what makes this test another one than the last; None where there is none.
        blink_until, test_until: by the keeper's clock.
        problem: why the panel cannot show what it should, as a code.
    """

    content: Content
    call: object = None
    test: object = None
    blink_until: float = field(default=0.0, compare=False)
    test_until: float = field(default=0.0, compare=False)
    problem: str | None = None


@dataclass(slots=True)
class _Panel:
    """What the keeper knows of one panel: what of its wish it has taken, and when it is told again."""

    values: Values
    wish: Wish
    shown: tuple[Content, object] | None = None
    tested: object = None
    due: float = 0.0
    pause: float = 0.0


class LineKeeper:
    """Tells the panels on one line what they show, again and again; a thread that ends with `stop`."""

    def __init__(self, driver: Driver, values: Values, clock: Callable[[], float], report: Report) -> None:
        """Prepare; `start` begins.

        Args:
            driver: of the line.
            values: of the address by which it is opened.
            clock: seconds that never run backwards.
            report: told how each panel stands, each time it was told something.
        """
        self._driver, self._values, self._clock, self._report = driver, values, clock, report
        self._panels: dict[int, _Panel] = {}
        self._news = threading.Condition()
        self._heard_at = clock()
        self._stopping = False
        self._line: Line | None = None
        self._number = 0
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the frame that is under way; the panels go dark by themselves."""
        with self._news:
            self._stopping = True
            self._news.notify()

    def join(self) -> None:
        """Wait until it has ended."""
        self._thread.join()

    def follow(self, wishes: Mapping[int, tuple[Values, Wish]]) -> None:
        """Show this from now on: by the panel's key its checked address and its wish. Who is not named is left alone."""
        with self._news:
            self._heard_at = self._clock()
            for key in self._panels.keys() - wishes.keys():
                del self._panels[key]
            for key, (values, wish) in wishes.items():
                known = self._panels.get(key)
                if known is None or known.values != values:
                    self._panels[key] = _Panel(values, wish)
                elif known.wish != wish:
                    known.wish = wish
                    # One that does not answer has its turn when its pause is over: the others on the line go first.
                    if not known.pause:
                        known.due = 0.0
            self._news.notify()

    def _run(self) -> None:
        while (found := self._wait_for_turn()) is not None:
            try:
                self._serve(*found)
            except Exception:
                log.exception("panel %s could not be told", found[0])
                self._fail(found[0], found[1], PanelError("broken_off", "It failed."))
        self._let_go()

    def _wait_for_turn(self) -> tuple[int, _Panel, Wish] | None:
        """Return the next panel whose turn it is, with its wish of this moment; None when all is over."""
        with self._news:
            while not self._stopping:
                now = self._clock()
                key, panel = min(self._panels.items(), key=lambda each: each[1].due, default=(0, None))
                # Who was told nothing for so long does not know any more what is right.
                knows = panel is not None and now - self._heard_at < HOLD_SECONDS
                if panel is not None and knows and panel.due <= now:
                    return key, panel, panel.wish
                self._news.wait(panel.due - now if panel is not None and knows else None)
        return None

    def _serve(self, key: int, panel: _Panel, wish: Wish) -> None:
        fresh = self._line is None
        try:
            if self._line is None:
                self._line = self._driver.open(self._values)
        except PanelError as error:
            with self._news:
                everybody = list(self._panels.items())
            for other, each in everybody:
                self._fail(other, each, error)
            return
        message = self._message(panel, wish)
        self._number = (self._number + 1) % 256
        try:
            frame = Frame(panel.values["number"], self._number, message)
            tell(self._line, frame, panel.values["answer_milliseconds"] / 1000)
        except PanelError as error:
            is_answer = error.code.upper() in REASONS
            if not is_answer and (error.code == "broken_off" or not self._others_answer(panel)):
                self._let_go()  # A connection that is dead at its other end is found out only so.
            # Panels close connections that were idle: that is no news until it happens to a new one.
            if error.code != "broken_off" or fresh:
                self._fail(key, panel, error)
            return
        self._succeed(key, panel, wish, message)

    def _others_answer(self, panel: _Panel) -> bool:
        with self._news:
            return any(each is not panel and each.shown is not None for each in self._panels.values())

    def _message(self, panel: _Panel, wish: Wish) -> Message:
        now = self._clock()
        # What is called goes first, and ends a test.
        if panel.shown == (wish.content, wish.call) and _is_tested(panel, wish, now):
            return Test(min(math.ceil(wish.test_until - now), 99))
        blink = 0 if wish.call is None else min(max(math.ceil(wish.blink_until - now), 0), 99)
        content = wish.content
        return Show(content.text, content.counter, content.arrow, blink, HOLD_SECONDS)

    def _succeed(self, key: int, panel: _Panel, wish: Wish, message: Message) -> None:
        with self._news:
            panel.pause = 0.0
            now = self._clock()
            if isinstance(message, Test):
                panel.tested, panel.due = wish.test, wish.test_until
            else:
                panel.shown, panel.due = (wish.content, wish.call), now + REFRESH_SECONDS
            if panel.wish != wish or _is_tested(panel, wish, now):
                panel.due = 0.0
            is_ours = self._panels.get(key) is panel  # not changed or removed meanwhile
        if is_ours:
            self._report(key, "ok" if wish.problem is None else "refused", wish.problem)

    def _fail(self, key: int, panel: _Panel, error: PanelError) -> None:
        with self._news:
            panel.shown = None
            panel.pause = min(max(panel.pause * 2, FIRST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS)
            panel.due = self._clock() + panel.pause
            is_ours = self._panels.get(key) is panel
        if is_ours:
            self._report(key, "refused" if error.code.upper() in REASONS else "silent", error.code)

    def _let_go(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


def _is_tested(panel: _Panel, wish: Wish, now: float) -> bool:
    """Say whether a test is wished for that the panel does not know of yet."""
    return wish.test is not None and wish.test != panel.tested and now < wish.test_until
