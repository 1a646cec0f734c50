"""Keeps how the lobby screens stand: what the pages say is written when it changes, else seldom and all at once."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy.exc
from sqlalchemy import Connection, bindparam, delete, insert, or_, update

from queue_app.domain.branch import BranchSetup
from queue_app.domain.screen_health import BEHIND, HEARTBEAT_SECONDS, Shows
from queue_app.operations.delivery import Lobbies
from queue_app.operations.unit_of_work import Context
from queue_app.store import queries as q
from queue_app.store.models import Pairing, ScreenState

WRITE_AGAIN = timedelta(seconds=HEARTBEAT_SECONDS - 1)
"""Heard of again after this, a screen is written down with the next tick: one transaction for all of them together."""
AT_ONCE = timedelta(seconds=1)
"""What changes is written at once, of one screen at most once in this time: a page that flickers must not cost more."""
AT_ONCE_MOST, AT_ONCE_A_SECOND = 40, 2.0
"""So many screens are written down at once, and so many more a second; the others with the next tick, together: five hundred that
come back after a restart must not queue up before a call."""
KEPT = timedelta(days=1)
"""So long a screen without a name, or a code that nobody entered, is remembered."""

_columns = ScreenState.__table__.c
_UPDATE_HEARD = (
    update(ScreenState.__table__)  # type: ignore[arg-type]
    .where(_columns.branch_id == bindparam("branch"), _columns.screen_key == bindparam("key"))
    .values({name: bindparam(name, type_=_columns[name].type) for name in ("revision", "seen_at", "gone_at", "shows")})
)


@dataclass
class _Page:
    """What this process last heard of one screen, and what is stored of that; `lines` are its open connections."""

    branch_id: int
    screen_id: int | None
    revision: int | None
    seen_at: datetime
    shows: Shows
    lines: set[str] = field(default_factory=set)
    written_at: datetime | None = None
    written: tuple[Any, ...] = ()

    def notable(self, now: datetime) -> tuple[Any, ...]:
        """Return what somebody wants to know at once where it changes: not the revision, which moves with every event."""
        since = self.shows.behind_since
        behind = since is not None and now - datetime.fromisoformat(since) >= BEHIND
        shows = replace(self.shows, behind_since=since if behind else None)
        return (self.screen_id, shows)


class Screens:
    """The lobby screens that are connected to this process."""

    def __init__(self, context: Context, lobbies: Lobbies) -> None:
        """Write by `context`; `lobbies` are told of what changes."""
        self._context = context
        self._lobbies = lobbies
        self._pages: dict[tuple[int, str], _Page] = {}
        self._gone: list[tuple[str, _Page, datetime]] = []
        self._cleaned_at: datetime | None = None
        self._spare = float(AT_ONCE_MOST)
        self._spent_at = context.clock.monotonic()

    def arrive(
        self, setup: BranchSetup, key: str, screen_id: int | None, line: str, revision: int | None, told: Shows
    ) -> None:
        """A screen has begun to listen: its first sign of life.

        Args:
            setup: the branch.
            key: of the screen, see `access.screen_key`.
            screen_id: of the named screen; None for others.
            line: its connection.
            revision: what it has drawn, where it came back.
            told: what it says of itself.
        """
        now = self._context.clock.now()
        page = self._pages.get((setup.id, key))
        if page is None:
            page = _Page(setup.id, screen_id, revision, now, Shows())
            self._pages[setup.id, key] = page
        page.lines.add(line)
        page.shows = page.shows.then(told, now, behind=False)
        page.shows = replace(page.shows, changed_at=page.shows.changed_at or now.isoformat())
        page.screen_id, page.revision, page.seen_at = screen_id, revision, now
        if self._may_write():
            self._write(key, page)

    def beat(self, setup: BranchSetup, key: str, revision: int | None, told: Shows) -> int:
        """A screen says how it stands; return the branch's revision.

        Args:
            setup: the branch.
            key: of a screen that has arrived; one whose line was lost this very moment changes nothing any more.
            revision: what it has drawn.
            told: what it says of itself.
        """
        now = self._context.clock.now()
        (state,) = self._context.database.look((q.READ_STATE, {"branch_id": setup.id}))[0]
        page = self._pages.get((setup.id, key))
        if page is None:
            return int(state.revision)
        page.shows = page.shows.then(told, now, behind=revision is None or revision < state.revision)
        page.revision, page.seen_at = revision, now
        calm = page.written_at is None or now - page.written_at >= AT_ONCE
        if page.notable(now) != page.written and calm and self._may_write():
            self._write(key, page)
        return int(state.revision)

    def leave(self, branch_id: int, key: str, line: str) -> None:
        """A line of a screen was lost."""
        page = self._pages.get((branch_id, key))
        if page is None:
            return
        page.lines.discard(line)
        if page.lines:
            return
        del self._pages[branch_id, key]
        self._gone.append((key, page, self._context.clock.now()))
        if self._may_write():
            with self._context.database.writing() as connection:
                self._write_gone(connection)

    def _write_gone(self, connection: Connection) -> None:
        gone, self._gone = self._gone, []
        for key, page, gone_at in gone:
            mine = (ScreenState.branch_id == page.branch_id) & (ScreenState.screen_key == key)
            # Not where it has come back meanwhile, to this process or to another.
            if (page.branch_id, key) not in self._pages:
                left = update(ScreenState).where(mine, ScreenState.seen_at <= page.seen_at)
                connection.execute(left.values(gone_at=gone_at, seen_at=page.seen_at))
            self._lobbies.forget(page.branch_id)

    def _may_write(self) -> bool:
        """Say whether one more screen may be written down at once."""
        now = self._context.clock.monotonic()
        self._spare = min(AT_ONCE_MOST, self._spare + (now - self._spent_at) * AT_ONCE_A_SECOND)
        self._spent_at = now
        if self._spare < 1:
            return False
        self._spare -= 1
        return True

    def tick(self) -> None:
        """Write down whom we heard of again, and forget whom nobody misses; to be called every few seconds."""
        now = self._context.clock.now()
        due = [(key, page) for (_, key), page in list(self._pages.items()) if _is_due(page, now)]
        if due or self._gone:
            with self._context.database.writing() as connection:
                self._write_gone(connection)
                known = [_values(page, key) for key, page in due if page.written_at is not None]
                if known:
                    connection.execute(_UPDATE_HEARD, known)
                for key, page in due:
                    if page.written_at is None:
                        _put_alone(connection, _values(page, key), page.screen_id)
            for _, page in due:
                self._written(page, now)
                self._lobbies.forget(page.branch_id)
        if self._cleaned_at is None or now - self._cleaned_at >= timedelta(hours=1):
            self._cleaned_at = now
            self._clean(now)

    def _clean(self, now: datetime) -> None:
        before = now - KEPT
        with self._context.database.writing() as connection:
            connection.execute(delete(ScreenState).where(ScreenState.screen_id.is_(None), ScreenState.seen_at < before))
            connection.execute(delete(Pairing).where(or_(Pairing.expires_at < before, Pairing.done_at < before)))

    def _write(self, key: str, page: _Page) -> None:
        values = _values(page, key)
        try:
            with self._context.database.writing() as connection:
                _put(connection, values, page.screen_id)
        except sqlalchemy.exc.IntegrityError:
            # Two lines of one screen came at once, to two processes: by now there is a row to change.
            with self._context.database.writing() as connection:
                _put(connection, values, page.screen_id)
        self._written(page, self._context.clock.now())
        self._lobbies.forget(page.branch_id)

    @staticmethod
    def _written(page: _Page, now: datetime) -> None:
        page.written_at, page.written = page.seen_at, page.notable(now)


def _is_due(page: _Page, now: datetime) -> bool:
    heard_again = page.written_at is None or page.seen_at - page.written_at >= WRITE_AGAIN
    return heard_again or page.notable(now) != page.written


def _values(page: _Page, key: str) -> dict[str, Any]:
    return {
        "branch": page.branch_id,
        "key": key,
        "revision": page.revision,
        "seen_at": page.seen_at,
        "gone_at": None,
        "shows": page.shows.json(),
    }


def _put_alone(connection: Connection, values: dict[str, Any], screen_id: int | None) -> None:
    """Write down a screen that has just come, together with others, whom it must not take down with it."""
    with contextlib.suppress(sqlalchemy.exc.IntegrityError), connection.begin_nested():
        _put(connection, values, screen_id)


def _put(connection: Connection, values: dict[str, Any], screen_id: int | None) -> None:
    told = {name: values[name] for name in ("revision", "seen_at", "gone_at", "shows")} | {"screen_id": screen_id}
    mine = (ScreenState.branch_id == values["branch"]) & (ScreenState.screen_key == values["key"])
    if connection.execute(update(ScreenState).where(mine).values(**told)).rowcount == 0:
        connection.execute(insert(ScreenState).values(branch_id=values["branch"], screen_key=values["key"], **told))
