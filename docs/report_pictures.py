"""Takes the pictures of the reports: their main pages and three pages of a PDF, of six recorded days of one office."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from queue_app.clock import SystemClock
from queue_app.operations import setup
from queue_app.store.models import Branch
from queue_app.store.session import Database
from tests.factories import PASSWORD
from tests.servers import ROOT, QueueServer

FOLDER = Path(__file__).with_name("pictures") / "reports"
DAYS = sorted((ROOT / "tests" / "data" / "warsaw").glob("UD_Wola_2020-01-??.csv"))
BRANCH = "ud-wola"
ASKED = "from=2020-01-02&to=2020-01-10"
PAGES = ("waits", "service-level", "arrivals", "staffing")
SIZE = {"width": 1366, "height": 1000}
PDF_SCALE = 1.25


def take_pictures(browser: Browser, server: QueueServer) -> None:
    """Load the days into a running server, and take all pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    server.flask("load", *map(str, DAYS))
    _add_manager(server)
    page = _signed_in(browser, server)
    for name in PAGES:
        page.goto(f"{server.url}/reports/{BRANCH}/{name}?{ASKED}")
        page.wait_for_timeout(600)  # fonts
        page.screenshot(path=FOLDER / f"{name}.png")
        print(f"docs/pictures/reports/{name}.png")
    answer = page.request.get(f"{server.url}/api/v1/branches/{BRANCH}/reports/waits?{ASKED}&format=pdf&language=en")
    _show_pdf(answer.body())


def _add_manager(server: QueueServer) -> None:
    database = Database(f"sqlite:///{server.folder / 'queue.sqlite3'}")
    with database.writing() as connection:
        branch_id = connection.execute(select(Branch.id).where(Branch.slug == BRANCH)).scalar_one()
        roles = [("manager", branch_id)]
        setup.add_user(connection, SystemClock().now(), "manager.wola", "Manager", PASSWORD, roles, "en")
    database.dispose()


def _signed_in(browser: Browser, server: QueueServer) -> Page:
    page = browser.new_context(viewport=SIZE, locale="en").new_page()
    page.goto(f"{server.url}/sign-in?next=/reports/{BRANCH}")
    page.fill("input[name=username]", "manager.wola")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/reports/**")
    return page


def _show_pdf(data: bytes) -> None:
    """Draw the first two pages and the last one."""
    document = pypdfium2.PdfDocument(data)
    for number, place in enumerate((0, 1, len(document) - 1), 1):
        picture = document[place].render(scale=PDF_SCALE).to_pil()
        picture.save(FOLDER / f"pdf-{number}.png", optimize=True)
        print(f"docs/pictures/reports/pdf-{number}.png")
