"""What is heard of calls, in a real browser: every call, in order, none over another, and nothing that fails holds the others up."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from queue_app.i18n import text
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.servers import QueueServer

OpenPage = Callable[..., Page]

SOUNDS = (Path(__file__).parent / "sounds.js").read_text("utf-8")

ANNOUNCE = """async ({ calls, sound, hour = 12 }) => {
    const [{ makeAnnouncer }, { makeChime }, { makeSpeech }] = await Promise.all(
        ["announcer", "chime", "speech"].map((name) => import(`/display/static/${name}.js`)));
    const usual = { chime: true, speech: true, ticket_language: true, languages: [], volume: [{ from: "00:00", percent: 100 }], repeat: 1, pause_seconds: 0 };
    const layout = { sound: { ...usual, ...sound } };
    const button = (window.button ??= document.body.appendChild(document.createElement("button")));
    const heard = [];
    const speech = makeSpeech({
        branch: "demo", layout, languages: ["cs", "hu", "en"], texts: { cs: "Číslo %(label)s, přepážka %(counter)s" },
        now: () => new Date(`2026-03-04T${String(hour).padStart(2, "0")}:30:00+01:00`),
    });
    const announce = makeAnnouncer({
        sound: layout.sound, chime: makeChime(button, true), speech, heard: ({ label }) => heard.push(label),
    });
    sounds.length = asked.length = 0;
    await Promise.all(calls.map((call) => announce({ counter: "1", language: "cs", ...call })));
    return { heard, sounds, asked, state: speech.state(), touch: !button.hidden, browser: window.spokenByBrowser };
}"""


def prepared(page: Page, server: QueueServer) -> Page:
    """Open a page whose sounds are written down, and whose clips are short."""
    page.add_init_script(SOUNDS)
    page.goto(f"{server.url}/kiosk/demo?lang=cs")
    page.wait_for_selector("main[data-ready]")
    return page


@pytest.fixture
def page(open_page: OpenPage, shared_server: QueueServer) -> Page:
    """A page that may sound."""
    return prepared(open_page("about:blank"), shared_server)


def announced(page: Page, labels: list[str] | None = None, **given: Any) -> dict[str, Any]:
    """Let these calls be announced at once, and return what came of it."""
    calls = given.pop("calls", None) or [{"label": label} for label in labels or []]
    found: dict[str, Any] = page.evaluate(ANNOUNCE, {"calls": calls, **given})
    return found


def clips_of(found: dict[str, Any]) -> list[float]:
    """Return the length of each clip that was played to its end, in order."""
    return [
        round(each["seconds"], 3) for each in found["sounds"] if each["kind"] == "AudioBufferSourceNode" and each["to"]
    ]


def length(label: str) -> float:
    """Return how long the clip of a label lasts."""
    return round(0.04 + 0.002 * int(label[1:]), 3)


def test_fifty_calls_at_once_are_all_spoken_in_order_and_none_over_another(page: Page) -> None:
    labels = [f"A{number:03}" for number in range(1, 51)]
    found = announced(page, labels, sound={"repeat": 3})
    assert found["heard"] == labels
    # Nothing is cut and nothing said twice while others wait; the last one is repeated as the layout says.
    assert clips_of(found) == [length(label) for label in [*labels, labels[-1], labels[-1]]]
    kinds = [each["kind"] for each in found["sounds"]]
    assert kinds.count("OscillatorNode") == 2 and kinds[:2] == ["OscillatorNode"] * 2, "one chime, before the first"
    spoken = found["sounds"][2:]
    assert all(before["to"] <= after["from"] for before, after in pairwise(spoken))
    assert (found["state"], found["touch"]) == ("on", False)


def test_what_fails_is_left_behind_and_not_told_as_heard(page: Page) -> None:
    page.evaluate("() => { answers.B002 = 'refused'; answers.B003 = 'garbage'; answers.B004 = 'hangs'; }")
    labels = ["B001", "B002", "B003", "B004", "B005"]
    found = announced(page, labels, sound={"chime": False})
    assert found["heard"] == ["B001", "B005"]
    assert clips_of(found) == [length("B001"), length("B005")]
    # A browser with a voice of its own speaks what the server cannot.
    page.evaluate("() => giveVoice(['de-DE', 'cs-CZ'])")
    found = announced(page, ["B002", "B003", "B005"], sound={"chime": False})
    assert found["heard"] == ["B002", "B003", "B005"]
    assert found["browser"] == [["cs-CZ", "Číslo B 2, přepážka 1"], ["cs-CZ", "Číslo B 3, přepážka 1"]]
    page.evaluate("() => giveVoice(['de-DE'])")
    assert announced(page, ["B002"], sound={"chime": False})["heard"] == []


def test_languages_chime_and_loudness_are_those_of_the_layout(page: Page) -> None:
    hungarian = [{"label": "A001", "language": "hu", "counter": "Pokladna 2/B"}]

    def asked(**sound: Any) -> list[str]:
        found: list[str] = announced(page, calls=hungarian, sound={"chime": False, **sound})["asked"]
        return [each.split("/")[0] for each in found]

    assert asked() == ["hu"]
    assert asked(languages=["en", "hu", "sk"]) == ["hu", "en"], "sk is none of this branch's languages"
    assert asked(ticket_language=False, languages=["en"]) == ["en"]
    assert asked(ticket_language=False) == ["cs"], "where nothing is left, the branch's first"
    assert announced(page, calls=hungarian, sound={"chime": False})["asked"] == ["hu/A001/Pokladna%202%2FB"]
    assert announced(page, calls=[{"label": "A001", "language": None}], sound={"chime": False})["asked"] == [
        "cs/A001/1"
    ]
    # A chime alone is told as heard where the layout has no speech, and sounds for every call.
    mute = announced(page, ["A001", "A002"], sound={"speech": False})
    assert (mute["heard"], mute["asked"], len(mute["sounds"])) == (["A001", "A002"], [], 4)
    # Loudness by the hour; before the first entry the last one holds.
    volume = [{"from": "08:00", "percent": 80}, {"from": "12:00", "percent": 0}, {"from": "17:00", "percent": 25}]
    loud = {
        hour: announced(page, ["A001"], sound={"chime": False, "volume": volume}, hour=hour) for hour in (7, 9, 12, 18)
    }
    assert [[round(each["volume"], 2) for each in loud[hour]["sounds"]] for hour in (7, 9, 12, 18)] == [
        [0.25],
        [0.8],
        [],
        [0.25],
    ]
    assert [loud[hour]["heard"] for hour in (9, 12)] == [["A001"], []]
    assert [loud[hour]["state"] for hour in (9, 12)] == ["on", "off"]


def test_a_browser_that_wants_a_touch_first_is_not_waited_for(browser: Browser, shared_server: QueueServer) -> None:
    strict = [argument for argument in ARGUMENTS if "autoplay" not in argument]
    careful = browser.browser_type.launch(
        executable_path=CHROMIUM, args=[*strict, "--autoplay-policy=document-user-activation-required"]
    )
    page = careful.new_page()
    page.add_init_script(SOUNDS)
    page.goto(f"{shared_server.url}/kiosk/demo?lang=cs")
    # Playwright itself counts as a touch whenever it evaluates something; the browser's own protocol need not.
    expression = f"({ANNOUNCE})({{ calls: [{{ label: 'A001' }}, {{ label: 'A002' }}] }})"
    asked = {"expression": expression, "awaitPromise": True, "returnByValue": True, "userGesture": False}
    found = page.context.new_cdp_session(page).send("Runtime.evaluate", asked)["result"]["value"]
    assert (found["heard"], found["touch"], found["state"]) == ([], True, "blocked")
    page.mouse.click(5, 5)
    page.wait_for_function("() => window.button.hidden")
    found = announced(page, ["A003", "A004"])
    assert (found["heard"], found["touch"], found["state"]) == (["A003", "A004"], False, "on")
    careful.close()


def test_a_kiosk_says_on_request_which_numbers_are_being_called(page: Page, shared_server: QueueServer) -> None:
    server = shared_server
    server.api("POST", "/branches/demo/close-day", {})
    ask = page.locator('[data-part="ask"]')
    box = ask.bounding_box()
    assert box is not None and box["height"] >= 88
    ask.focus()
    page.keyboard.press("Enter")
    section = page.locator('[data-stage="called"]')
    expect(section.get_by_role("status")).to_have_text(text("cs", "No number has been called yet."))
    path = f"/counters/{server.api('GET', '/branches/demo/counters')[1]['counters'][0]['id']}"
    server.api("POST", f"{path}/open", {})
    labels = []
    for _ in range(4):
        labels.insert(0, server.api("POST", "/branches/demo/tickets", {"service": "A"})[1]["ticket"]["label"])
        server.api("POST", f"{path}/call-next", {})
    back = section.locator('[data-part="called-back"]')
    expect(back).to_be_visible()
    page.wait_for_function(
        "() => document.querySelector('[data-part=\"called-back\"]').click() || !document.querySelector('[data-part=\"foot\"]').hidden"
    )
    page.evaluate("() => { sounds.length = asked.length = 0; }")
    ask.click()
    expect(section.get_by_role("listitem")).to_have_count(3)
    expect(page.locator("#called-title")).to_be_focused()
    assert section.locator("li .visually-hidden").all_text_contents() == [
        f"Číslo {label}, přijďte prosím k přepážce 1" for label in labels[:3]
    ]
    page.wait_for_function("() => sounds.filter((each) => each.to).length === 3")
    assert page.evaluate("() => asked") == [f"cs/{label}/1" for label in labels[:3]]
    expect(section.locator("li").nth(2)).to_have_attribute("data-now", "yes")
    # The server itself lets a kiosk have the clip.
    real = page.context.request.get(f"{server.url}/display/demo/speech/cs/{labels[0]}/1.wav")
    assert (real.status, real.headers["content-type"]) == (200, "audio/wav")
