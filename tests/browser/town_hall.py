"""A town hall with breaks, holidays, groups of services and seasons, on whatever day a test wants it to be."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Page
from sqlalchemy import update

from queue_app.operations import setup
from queue_app.operations.unit_of_work import Context
from queue_app.store.models import Branch, BranchState
from tests.browser.busy_branch import MovedClock, MovedServer
from tests.factories import Brno, create_brno

PRAGUE = ZoneInfo("Europe/Prague")
WEEK = {day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
YEAR = {
    "holidays": {"country": "CZ"},
    "exceptions": [
        {"from": "2026-12-24", "to": "2026-12-24", "hours": [["09:00", "11:00"]], "name": {"en": "Christmas Eve"}},
        {"from": "2026-03-11", "to": "2026-03-12", "hours": [], "name": {"en": "Staff training", "cs": "Školení"}},
    ],
}
MENU = [
    {"service": "ids"},
    {
        "name": {"en": "Car and driving", "cs": "Auto a řízení"},
        "items": [
            {"service": "driving"},
            {"name": {"en": "Registration", "cs": "Registr vozidel"}, "items": [{"service": "plates"}]},
        ],
    },
]


class RunningClock(MovedClock):
    """A clock that a test sets, and that runs on from there as any other."""

    def __init__(self) -> None:
        """Begin at nine in the morning in Brno."""
        super().__init__()
        self._set_at = time.monotonic()

    def set(self, moment: datetime) -> None:
        """Set it; it runs on from there."""
        super().set(moment)
        self._set_at = time.monotonic()

    def now(self) -> datetime:
        """Return what it shows."""
        return super().now() + timedelta(seconds=time.monotonic() - self._set_at)

    def monotonic(self) -> float:
        """Return the machine's own seconds: a test sets the day, not how long things take."""
        return time.monotonic()

    def wait(self, seconds: float) -> None:
        """Wait as anybody waits."""
        time.sleep(seconds)


class TownHall:
    """Branch Brno with a clock that can be set."""

    def __init__(self, server: MovedServer, brno: Brno) -> None:
        """Keep the server, and the branch in it."""
        self.server, self.brno, self.context = server, brno, server.context
        self.url = f"http://127.0.0.1:{server.port}"

    def at(self, *moment: int) -> None:
        """Set the clock to a local time, and let that day be the branch's."""
        local = datetime(*moment, tzinfo=PRAGUE)  # type: ignore[arg-type, misc]
        self.server.clock.set(local)
        with self.context.database.writing() as connection:
            connection.execute(update(BranchState).values(business_date=local.date()))

    def change(self, **columns: Any) -> None:
        """Set the branch up differently."""
        with self.context.database.writing() as connection:
            connection.execute(update(Branch).values(**columns))
            connection.execute(update(BranchState).values(settings_revision=BranchState.settings_revision + 1))
        self.context.reload("brno")

    def kiosk(self, open_page: Any, language: str = "en", width: int = 1080, height: int = 1920) -> Page:
        """Open the kiosk's page, ready for a touch."""
        page: Page = open_page(f"{self.url}/kiosk/brno?lang={language}", width=width, height=height)
        page.wait_for_selector("main[data-ready]")
        return page

    def tell(self) -> None:
        """Let something happen in the branch, so that every page looks at it anew."""
        self.brno.take("cash", channel="api")


@contextmanager
def town_hall(folder: Path, database: Path) -> Iterator[TownHall]:
    """Serve the town hall from the migrated, empty database file."""
    with MovedServer(folder, database, RunningClock()) as server:
        yield TownHall(server, _built(server.context))


def _built(context: Context) -> Brno:
    options: dict[str, Any] = {"opening_hours": WEEK, "calendar": YEAR, "menu": MENU, "open_devices": True}
    options["other_channels"] = {
        "en": "Many things can be done at www.brno.example.",
        "cs": "Mnohé zařídíte na www.brno.example.",
    }
    brno = create_brno(context, **options)
    with context.database.writing() as connection:
        _services(connection, brno)
    context.reload("brno")
    return brno


def _services(connection: Any, brno: Brno) -> None:
    def add(slug: str, letter: str, english: str, czech: str, position: int, **options: Any) -> None:
        name = {"en": english, "cs": czech}
        brno.services[slug] = setup.add_service(
            connection, brno.branch_id, slug, letter, name, position=position, **options
        )

    add("plates", "D", "Number plates", "Registrační značky", 4, conditions={
        "en": "Only the owner can do this.\nYou need the technical certificate.",
        "cs": "Jen pro majitele vozidla.\nPotřebujete technický průkaz.",
    }, bring={"en": "identity card, certificate", "cs": "občanský průkaz, osvědčení"})  # fmt: skip
    add(
        "boats",
        "E",
        "Boats on the lake",
        "Lodě na přehradě",
        5,
        season={"from": "04-01", "to": "09-30", "weekdays": None},
    )
    add("passes", "F", "Parking passes", "Parkovací karty", 6, daily_quota=1)
    add("permits", "G", "Building permits", "Stavební povolení", 7, instead={
        "en": "This is done in the other house: Malinovského náměstí 3.", "cs": "Vyřídíte v druhé budově: Malinovského náměstí 3.",
    })  # fmt: skip
