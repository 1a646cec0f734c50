"""The layouts of a lobby screen in real Chromium: sizes by rule, nothing cut off, nothing covered, honest about what is seen."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from queue_app.domain.screen_layout import CAPITAL_PER_DISTANCE, ScreenLayout, Zone
from queue_app.i18n import text
from tests.servers import QueueServer, wait_until

OpenPage = Callable[..., Page]

SIZES = [(1280, 720), (1920, 1080), (800, 480), (3840, 2160), (1080, 1920), (2160, 3840), (1024, 768)]
KINDS = ["calls", "last_call", "counters", "waiting", "counter", "sound"]
HARD = {
    "calls": [
        ["A1208", "Pénztár és okmánykiadás"], ["B017", "Staatsangehörigkeitsstelle"], ["C204", "3"], ["D1999", "Gépjárműügyintézés 12"],
        ["E001", "5"], ["A016", "6"], ["B1031", "7"],
    ],
    "states": ["open", "open", "open", "open", "wrap_up", "paused", "closed"],
    "waiting": 400,
    "notice": "Od 1. 12. jsou přepážky 3 a 4 zavřené pro rekonstrukci; občanské průkazy vyřídíte v přízemí u přepážky 12, cestovní pasy"
    " v prvním patře. Děkujeme za trpělivost a omlouváme se za zdržení, které tím vzniká. Informace podá vrátnice u hlavního vchodu.",
}  # fmt: skip
"""A branch with long names, labels of four digits, very many people and a lot to say."""

DRAW = """async (layout) => {
    await document.fonts.ready;
    dispatchEvent(new MessageEvent("message", { data: { layout }, origin: location.origin, source: window }));
}"""

FITTED = """() => new Promise((done) => new ResizeObserver(done).observe(document.querySelector("main")))"""
"""The page fits itself into its room before the next picture is painted; an observer that began later is told later."""

IN_ONE_PICTURE = """async (layout) => {
    const files = await (await fetch("/display/demo/media/hall")).json();
    const { fetch: asked } = window;
    const { decode } = HTMLImageElement.prototype;
    window.fetch = async () => ({ ok: true, json: async () => files });
    HTMLImageElement.prototype.decode = async () => {};
    dispatchEvent(new MessageEvent("message", { data: { layout }, origin: location.origin, source: window }));
    for (let turn = 0; turn < 1000 && !document.querySelector(".media-file.up"); turn += 1) await null;
    window.fetch = asked;
    HTMLImageElement.prototype.decode = decode;
    if (!document.querySelector(".media-file.up")) throw new Error("there was a picture in between");
}"""
"""Draw a layout with media that are there at once, before the next picture of the page is painted."""

MAKE_HARD = """({ calls, states, waiting, notice }) => {
    const { board } = document.querySelector("main");
    board.counters = calls.map(([, counter], index) => ({ counter, state: states[index] }));
    board.calls = calls.map(([label, counter], index) => ({ ...board.calls[0], call_id: 100 - index, label, counter }));
    board.waiting = Object.fromEntries(Object.keys(board.waiting).map((service) => [service, waiting]));
    board.notice = { cs: notice };
}"""

EXAMINE = """async () => {
    const { smallestType } = await import("/display/static/measure.js");
    const root = document.querySelector("main");
    // The page's own observer of its view is older, and so is heard before this one: also where the test holds the clock.
    await new Promise((done) => { const eye = new ResizeObserver(() => { eye.disconnect(); done(); }); eye.observe(root.querySelector("[data-part=view]")); });
    const problems = [];
    const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const luminance = (colour) => {
        const [r, g, b] = channels(colour).map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const paper = (element) => {
        for (let at = element; at; at = at.parentElement) {
            const colour = getComputedStyle(at).backgroundColor;
            if ((channels(colour)[3] ?? 1) === 1) return colour;
        }
        return "rgb(255, 255, 255)";
    };
    const contrast = (element) => {
        const [a, b] = [getComputedStyle(element).color, paper(element)].map(luminance);
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    };
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const lines = [];
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.closest(".visually-hidden, .lobby-sound")) continue;
        if (contrast(element) < 7) problems.push(`weak: ${element.className} ${element.textContent} ${contrast(element).toFixed(1)}`);
        const range = document.createRange();
        range.selectNodeContents(walker.currentNode);
        const type = parseFloat(getComputedStyle(element).fontSize);
        for (const box of range.getClientRects()) {
            // From the top of its capitals to their foot: the line's own box is higher than the letters.
            const line = { words: element.textContent.slice(0, 30), left: box.left, right: box.right, top: box.top + 0.25 * type, bottom: box.bottom - 0.25 * type };
            lines.push(line);
            for (let at = element; at; at = at.parentElement) {
                if (at !== document.documentElement && getComputedStyle(at).overflow !== "hidden") continue;
                if (at.matches(".lobby-name, .service-name span, .last-counter, .cell-name, body")) continue; // may end in dots or early
                const room = at.getBoundingClientRect();
                if (line.left < room.left - 1.5 || line.right > room.right + 1.5 || line.top < room.top - 1.5 || line.bottom > room.bottom + 1.5) {
                    problems.push(`cut off: "${line.words}" in ${at.className || at.tagName}`);
                }
            }
        }
    }
    lines.forEach((a, index) => lines.slice(index + 1).forEach((b) => {
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > 1.5 && down > 1.5) problems.push(`over each other: "${a.words}" and "${b.words}"`);
    }));
    const media = root.querySelector(".media");
    if (!media.hidden) {
        const box = media.getBoundingClientRect();
        const [view, foot] = [".view", ".lobby-foot"].map((name) => root.querySelector(name).getBoundingClientRect());
        if (box.left < view.right && box.top < view.bottom) problems.push("media over the calls");
        if (box.bottom > foot.top + 1) problems.push("media over the foot");
        if (box.width * box.height > view.width * view.height) problems.push("media larger than the calls");
    }
    const share = (name) => { const found = root.querySelector(name); return found?.checkVisibility() ? parseFloat(getComputedStyle(found).fontSize) / innerHeight * 100 : null; };
    return { problems, newest: share(".stage-label"), row: share(".last-calls"), ...smallestType(root) };
}"""


@pytest.fixture(scope="module")
def manager(browser: Browser, shared_server: QueueServer) -> Any:
    """The cookies of a manager who signed in."""
    page = browser.new_context().new_page()
    page.goto(f"{shared_server.url}/sign-in")
    page.fill("input[name=username]", "marta")
    page.fill("input[name=password]", shared_server.passwords["marta"])
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"{shared_server.url}/desk**")
    return page.context.storage_state()


@pytest.fixture
def preview(open_page: OpenPage, shared_server: QueueServer, manager: Any) -> Iterator[Page]:
    """The preview of a screen of the demo branch, in Czech, drawn for the first time."""
    folder = shared_server.folder / "media" / "demo"
    address = f"{shared_server.url}/display/demo/preview?lang=cs"
    page = open_page(address, 1280, 720, reduced_motion="reduce", storage_state=manager)
    expect(page.locator("main")).to_have_attribute("data-revision", "1")
    yield page
    shutil.rmtree(folder, ignore_errors=True)


def examine(page: Page, size: tuple[int, int], layout: dict[str, Any]) -> dict[str, Any]:
    """Draw a layout at a size, and return what was found."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    wait_until(lambda: page.evaluate("() => [innerWidth, innerHeight]") == [*size], "the page to know its size")
    page.evaluate(DRAW, layout)
    if "media" in layout:
        expect(page.locator(".media-file.up")).to_have_count(1)
    page.evaluate(FITTED)
    found: dict[str, Any] = page.evaluate(EXAMINE)
    return found


def show(page: Page, **layout: Any) -> None:
    """Draw a layout."""
    page.evaluate(DRAW, layout)


def counter_of(page: Page, index: int) -> str:
    """Return the name of a counter of the sample."""
    name: str = page.evaluate("(index) => document.querySelector('main').board.counters[index].counter", index)
    return name


def test_every_layout_keeps_its_sizes_and_cuts_nothing_off(preview: Page) -> None:
    wrong = []
    for hard in (False, True):
        if hard:
            preview.evaluate(MAKE_HARD, HARD)
        own = counter_of(preview, 0)
        for size in SIZES[::2] if hard else SIZES:
            for kind in KINDS:
                found = examine(
                    preview, size, {"kind": kind, "counter": own, "show": {"date": True}, "arrows": {own: "up_left"}}
                )
                where = f"{kind} at {size}{', hard' if hard else ''}"
                wrong += [f"{where}: {problem}" for problem in found["problems"]]
                if found["everything"] < 3.2:
                    wrong.append(f"{where}: the smallest type has {found['everything']:.2f} %")
                if (
                    kind == "calls"
                    and size[0] > 1.5 * size[1]
                    and not hard
                    and (found["newest"] < 28 or found["row"] < 9)
                ):
                    wrong.append(f"{where}: newest {found['newest']:.1f} %, list {found['row']:.1f} %")
    assert not wrong, "\n".join(wrong)


def test_letters_are_as_high_as_the_distance_wants(preview: Page) -> None:
    for metres, centimetres in ((1, 60), (2, 70), (2, 100)):
        least = CAPITAL_PER_DISTANCE * metres * 100 / centimetres
        found = examine(preview, (1920, 1080), {"distance_metres": metres, "height_centimetres": centimetres})
        assert found["everything"] / 100 * 0.727 >= least and found["problems"] == []
    capital = preview.evaluate(
        """async () => {
            await document.fonts.load("100px Inter");
            const pen = document.createElement("canvas").getContext("2d");
            pen.font = "1000px Inter";
            return pen.measureText("H").actualBoundingBoxAscent / 1000;
        }"""
    )
    assert capital == pytest.approx(0.727, abs=0.01)
    # Too far for this screen: the editor is told from how far it can be read.
    told = preview.evaluate(
        """async () => {
            const { fits } = await import("/display/static/sizes.js");
            return fits({ distance_metres: 6, height_centimetres: 60 }, { numbers: 17, everything: 5 });
        }"""
    )
    assert told == {"everything": False, "numbers": True, "everything_metres": 1.7, "numbers_metres": 6.0}


def test_the_editor_around_the_preview_is_told_what_fits(preview: Page) -> None:
    told = preview.evaluate(
        """() => new Promise((done) => {
            const frame = document.createElement("iframe");
            Object.assign(frame, { width: 640, height: 360, src: location.href });
            addEventListener("message", ({ source, data }) => {
                if (source !== frame.contentWindow) return;
                if (data.ready) frame.contentWindow.postMessage({ layout: { kind: "last_call" } }, location.origin);
                else if (frame.contentDocument.querySelector("main").dataset.kind === "last_call") done(data.fits);
            });
            document.body.append(frame);
        })"""
    )
    assert set(told) == {"everything", "numbers", "everything_metres", "numbers_metres"}
    assert told["numbers_metres"] > told["everything_metres"] > 0


def test_a_screen_of_a_zone_shows_nothing_else(preview: Page) -> None:
    board = preview.evaluate("() => document.querySelector('main').board")
    counters = [each["counter"] for each in board["counters"]]
    service = board["calls"][1]["service"]
    cases = [
        ({"counters": [counters[0]]}, lambda call: call["counter"] == counters[0]),
        ({"services": [service]}, lambda call: call["service"] == service),
        (
            {"services": [service], "counters": counters[1:]},
            lambda call: call["service"] == service and call["counter"] in counters[1:],
        ),
    ]
    for zone, belongs in cases:
        zone = {"services": None, "counters": None, **zone}
        there = preview.evaluate(
            """async (zone) => {
                const { inZone, onlyZone } = await import("/display/static/zone.js");
                const { board } = document.querySelector("main");
                const layout = { kind: "calls", counter: null, zone };
                const only = onlyZone(board, layout);
                return { calls: board.calls.filter((call) => inZone(layout, call)), shown: only.calls, waiting: Object.keys(only.waiting), counters: only.counters };
            }""",
            zone,
        )
        rule = ScreenLayout(
            zone=Zone(*(None if zone[key] is None else tuple(zone[key]) for key in ("services", "counters")))
        )
        wanted = [call for call in board["calls"] if belongs(call)]
        assert there["calls"] == there["shown"] == wanted
        assert wanted == [call for call in board["calls"] if rule.has(call["service"], call["counter"])]
        assert there["waiting"] == [
            each for each in board["waiting"] if zone["services"] is None or each in zone["services"]
        ]
        assert [each["counter"] for each in there["counters"]] == [
            name for name in counters if zone["counters"] is None or name in zone["counters"]
        ]
    show(preview, kind="calls", zone={"services": [service], "counters": None})
    expect(preview.locator(".waiting li:visible")).to_have_count(1)
    show(preview, kind="counters", zone={"services": None, "counters": [counters[-1]]})
    expect(preview.locator(".cell")).to_have_count(1)


def test_arrows_point_to_the_counter_in_words_as_well(preview: Page) -> None:
    first = counter_of(preview, 0)
    there = text("cs", "ahead to the left")
    for kind, place in (("calls", ".stage-to"), ("counters", ".cell >> nth=0"), ("counter", ".own-name")):
        show(preview, kind=kind, counter=first, arrows={first: "up_left"})
        expect(preview.locator(f"{place} >> .arrow")).to_have_attribute("data-direction", "up_left")
        expect(preview.locator(f"{place} >> .arrow .visually-hidden")).to_have_text(there)
    expect(preview.locator('[data-part="said"]')).to_contain_text(there)
    show(preview, kind="calls", arrows={first: "left"})
    row = preview.locator(".last-calls li").filter(has=preview.locator(f'.last-counter:text-is("{first}")')).first
    expect(row.locator(".arrow")).to_have_attribute("data-direction", "left")


VISIBLE = """async ({ layout, act }) => {
    const { makeScreen } = await import("/display/static/screen.js");
    const { facts } = await import("/display/static/facts.js");
    const root = document.querySelector("main");
    const screen = makeScreen(root, { ...facts.layout, ...layout }, async () => facts.waits);
    screen.draw(root.board, { call: root.board.calls[0], fresh: true, pending: [] });
    if (act === "cover") { const lid = document.createElement("div"); lid.id = "lid"; lid.style.cssText = "position:fixed;inset:0;background:#fff"; document.body.append(lid); }
    if (act === "uncover") document.getElementById("lid").remove();
    const found = screen.visible();
    screen.stop();
    return found;
}"""


def test_only_what_can_really_be_seen_counts_as_shown(preview: Page) -> None:
    board = preview.evaluate("() => document.querySelector('main').board")
    ids = [call["call_id"] for call in board["calls"]]

    def visible(act: str = "", **layout: Any) -> list[int]:
        found: list[int] = preview.evaluate(VISIBLE, {"layout": layout, "act": act})
        return found

    rows = preview.locator(".last-calls li")
    seen = visible(kind="calls")
    shown = [int(row.get_attribute("data-call") or 0) for row in rows.all() if row.is_visible()]
    assert seen == [ids[0], *shown] and len(shown) < len(ids) - 1  # some rows have no room, and do not count
    assert visible(kind="calls", rows=3) == ids[:4]
    assert visible(kind="last_call") == ids[:1]
    assert visible(kind="counters") == ids[: len({call["counter"] for call in board["calls"]})]
    assert visible(kind="counter", counter=board["calls"][1]["counter"]) == [ids[1]]
    assert visible(kind="sound") == []
    assert visible("cover", kind="calls") == []
    assert visible("uncover", kind="calls") == seen


def test_pictures_take_turns_and_what_is_broken_is_left_out(preview: Page, shared_server: QueueServer) -> None:
    folder = shared_server.folder / "media" / "demo" / "hall"
    folder.mkdir(parents=True)
    for name, colour in (("1 jaro.jpg", "green"), ("3.png", "red")):
        Image.new("RGB", (640, 400), colour).save(folder / name)
    (folder / "2.webp").write_bytes(b"this is no picture")
    (folder / "2.webm").write_bytes(b"this is no film")
    (folder / "notes.txt").write_text("for nobody")
    preview.clock.install()
    preview.reload()
    expect(preview.locator("main")).to_have_attribute("data-revision", "1")
    show(preview, media={"folder": "hall", "seconds": 5, "place": "beside"})
    up = preview.locator(".media-file.up")
    seen = []
    for _ in range(4):
        expect(up).to_have_count(1)
        if seen:
            expect(up).not_to_have_attribute("src", seen[-1])
        seen.append(up.get_attribute("src") or "")
        preview.clock.fast_forward(5_000)
    assert [source.split("/")[-1].split("?")[0] for source in seen] == ["1%20jaro.jpg", "3.png"] * 2
    for size in ((1920, 1080), (1080, 1920)):
        for place in ("beside", "below"):
            for kind in KINDS[:4]:
                layout = {
                    "kind": kind,
                    "counter": counter_of(preview, 0),
                    "media": {"folder": "hall", "seconds": 5, "place": place},
                }
                assert examine(preview, size, layout)["problems"] == [], (kind, size, place)
    beside = {"media": {"folder": "hall", "seconds": 5, "place": "beside"}}
    examine(preview, (1920, 1080), beside)
    preview.evaluate(FITTED)
    preview.evaluate(IN_ONE_PICTURE, beside)
    preview.evaluate(FITTED)
    assert preview.evaluate(EXAMINE)["problems"] == [], "media that went and came between two pictures"
    expect(preview.locator(".media")).to_be_visible()
    for path in folder.glob("*.*"):
        path.write_bytes(b"nothing any more")
    preview.clock.fast_forward(60_000)  # the folder is looked at again
    expect(preview.locator("main")).to_have_attribute("data-media", "none")
    expect(preview.locator(".media")).to_be_hidden()


def test_a_long_notice_turns_its_pages(preview: Page) -> None:
    preview.clock.install()
    preview.reload()
    expect(preview.locator("main")).to_have_attribute("data-revision", "1")
    preview.evaluate(MAKE_HARD, HARD)
    show(preview, kind="calls")
    page = preview.locator(".notice > [aria-hidden]")
    read = []
    while not read or not read[-1].endswith(text("cs", "%(page)s of %(pages)s", page=len(read), pages=len(read))):
        read.append(page.inner_text())
        assert len(read) < 9
        preview.clock.fast_forward(8_000)
    words = " ".join(each.rsplit(" ", 3)[0] for each in read)
    assert words == HARD["notice"] and len(read) > 1
    expect(preview.locator(".notice > .visually-hidden")).to_have_text(str(HARD["notice"]))


DIM = """async ({ hours, care, counters }) => {
    const { startCare } = await import("/display/static/care.js");
    const root = document.querySelector("main");
    root.board = { ...root.board, counters: root.board.counters.map((each) => ({ ...each, state: counters })) };
    startCare(root, { care }, hours);
    return document.documentElement.hasAttribute("data-dim");
}"""


def test_the_screen_is_dark_and_still_readable_while_the_branch_is_closed(preview: Page) -> None:
    closed = {"now": "2026-03-04T20:00:00Z", "is_open": False, "opens_at": "2026-03-05T07:00:00Z", "closes_at": None}
    opened = {**closed, "is_open": True, "opens_at": None, "closes_at": "2026-03-05T07:00:00Z"}
    care = {"shift": True, "dim": 90}
    assert preview.evaluate(DIM, {"hours": opened, "care": care, "counters": "closed"}) is False
    assert preview.evaluate(DIM, {"hours": closed, "care": care, "counters": "open"}) is False  # somebody works late
    assert preview.evaluate(DIM, {"hours": closed, "care": {"shift": True, "dim": 0}, "counters": "closed"}) is False
    assert preview.evaluate(DIM, {"hours": closed, "care": care, "counters": "closed"}) is True
    for kind in KINDS:
        found = examine(preview, (1280, 720), {"kind": kind, "counter": counter_of(preview, 0)})
        assert found["problems"] == [], kind  # contrast, and nothing cut off by moving
    assert preview.evaluate("() => getComputedStyle(document.documentElement).backgroundColor") == "rgb(0, 0, 0)"
    moved = preview.evaluate(
        "() => new DOMMatrix(getComputedStyle(document.querySelector('main')).transform).f / innerHeight"
    )
    assert 0 < moved <= 0.01
