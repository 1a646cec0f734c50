"""Takes a screenshot of every layout of a lobby screen at four sizes, and one sheet of them all at a quarter of their size."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, expect

from tests.servers import QueueServer

FOLDER = Path(__file__).with_name("pictures") / "lobby"
SIZES = [(1280, 720), (1920, 1080), (1080, 1920), (3840, 2160)]
MEDIA = {"folder": "hall", "seconds": 30, "place": "beside"}
ARROWS = {"1": "left", "2": "up", "3": "up_right", "4": "right"}
LAYOUTS: dict[str, dict[str, Any]] = {
    "calls": {},
    "calls-media": {"media": MEDIA, "show": {"date": True}},
    "last_call": {"arrows": ARROWS},
    "counters": {"arrows": ARROWS},
    "waiting": {},
    "counter": {"counter": "2"},
    "sound": {},
}
"""The part before the hyphen is the kind."""

COLOURS = 128
GAP = 16
DRAW = """async (layout) => {
    await document.fonts.ready;
    dispatchEvent(new MessageEvent("message", { data: { layout }, origin: location.origin, source: window }));
}"""


def take_pictures(browser: Browser, server: QueueServer) -> None:
    """Take them all from the preview, which has the demo branch's services and counters and a call of a moment ago."""
    _draw_poster(server.folder / "media" / "demo" / "hall")
    FOLDER.mkdir(parents=True, exist_ok=True)
    page = _preview(browser, server)
    pictures = {(name, size): _take(page, name, size) for name in LAYOUTS for size in SIZES}
    _contact_sheet(pictures).save(FOLDER / "contact.png", optimize=True)


def _preview(browser: Browser, server: QueueServer) -> Page:
    page = browser.new_context(locale="cs", reduced_motion="no-preference").new_page()
    page.goto(f"{server.url}/sign-in")
    page.fill("input[name=username]", "marta")
    page.fill("input[name=password]", server.passwords["marta"])
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/desk**")
    page.goto(f"{server.url}/display/demo/preview?lang=cs")
    expect(page.locator("main")).to_have_attribute("data-revision", "1")
    return page


def _take(page: Page, name: str, size: tuple[int, int]) -> Image.Image:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    layout = LAYOUTS[name]
    page.evaluate(DRAW, {"kind": name.partition("-")[0], **layout})
    if "media" in layout:
        expect(page.locator(".media-file.up")).to_have_count(1)
    page.wait_for_timeout(2000)  # the one pulse of a new call, and a picture's fading in
    path = FOLDER / f"{name}-{size[0]}x{size[1]}.png"
    page.screenshot(path=path)
    picture = Image.open(path).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    return picture


def _contact_sheet(pictures: dict[tuple[str, tuple[int, int]], Image.Image]) -> Image.Image:
    widths = [width // 4 + GAP for width, _ in SIZES]
    row = max(height for _, height in SIZES) // 4 + GAP
    sheet = Image.new("RGB", (sum(widths) + GAP, row * len(LAYOUTS) + GAP), "#8a9299")
    for down, name in enumerate(LAYOUTS):
        for across, size in enumerate(SIZES):
            small = pictures[name, size].resize((size[0] // 4, size[1] // 4), Image.Resampling.BOX)
            sheet.paste(small, (GAP + sum(widths[:across]), GAP + row * down))
    return sheet.quantize(COLOURS, dither=Image.Dither.NONE)


def _draw_poster(folder: Path) -> None:
    """Draw what a town might show: hills and a sun."""
    folder.mkdir(parents=True)
    poster = Image.new("RGB", (1200, 1200), "#dcebf5")
    pen = ImageDraw.Draw(poster)
    pen.ellipse((820, 140, 1020, 340), fill="#f2c14e")
    pen.ellipse((-300, 620, 900, 1700), fill="#3f7d58")
    pen.ellipse((500, 700, 1700, 1700), fill="#2f5d50")
    poster.save(folder / "hills.jpg", quality=90)
