"""What a branch consists of, as the administration's first pages tell it: what there is, what is missing, what comes next."""

from __future__ import annotations

from typing import Any

import segno
from flask import url_for

from queue_app.access import Caller
from queue_app.domain.branch import BranchSetup
from queue_app.i18n import N_, text
from queue_app.web.operation import public_url

Part = dict[str, Any]


def cards_of(setup: BranchSetup, who: Caller, language: str) -> list[Part]:
    """Return the parts of the branch, each with what there is of it in a few words."""

    def told(message: str, **values: Any) -> str:
        return text(language, message, **values)

    found = [
        ("admin.about", N_("The branch"), ", ".join(code.upper() for code in setup.languages)),
        (
            "admin.hours",
            N_("Opening hours"),
            told(N_("always open") if setup.opening_hours is None else N_("with opening hours")),
        ),
        ("admin.services", N_("Services"), told(N_("services: %(number)d"), number=len(setup.services))),
        ("admin.counters", N_("Counters"), told(N_("counters: %(number)d"), number=len(setup.counters))),
        (
            "admin.devices",
            N_("Devices"),
            told(
                N_("kiosks: %(kiosks)d, screens: %(screens)d, printers: %(printers)d"),
                kiosks=len(setup.kiosks),
                screens=len(setup.screens),
                printers=len(setup.printers),
            ),
        ),
        ("admin.branding", N_("Look"), setup.accent_colour),
    ]
    return [
        {"name": name, "words": words, "address": url_for(endpoint, branch=setup.slug)}
        for endpoint, name, words in found
    ]


def missing_of(setup: BranchSetup, who: Caller) -> list[Part]:
    """Return what has to be done before a first number can be called; a printer is good to have, no more."""
    return [step for step in steps_of(setup, who) if not step["done"] and step["key"] not in {"printer", "desk"}]


def steps_of(setup: BranchSetup, who: Caller) -> list[Part]:
    """Return the steps from a new branch to the first called number, each with whether it is done.

    A device is there when it was let in, or where the branch's devices are open.
    """
    slug, base = setup.slug, public_url()
    kiosk, screen = f"{base}/kiosk/{slug}", f"{base}/display/{slug}"
    has_kiosk, has_screen = bool(setup.kiosks) or setup.open_devices, bool(setup.screens) or setup.open_devices
    page = {name: url_for(f"admin.{name}", branch=slug) for name in ("services", "counters")}
    pairing, printers = url_for("screens_page.show", branch=slug), url_for("printers_page.show", branch=slug)
    return [
        _step(
            "services",
            N_("Services"),
            N_("What visitors may come for."),
            page["services"],
            bool(setup.services),
            N_("Go to the services"),
        ),
        _step(
            "counters",
            N_("Counters"),
            N_("Where visitors are called to."),
            page["counters"],
            bool(setup.counters),
            N_("Go to the counters"),
        ),
        _step(
            "printer",
            N_("Printer"),
            N_("Without one the kiosk shows the number and a code to take it along by telephone."),
            printers,
            bool(setup.printers),
            N_("Go to the printers"),
        ),
        _step(
            "kiosk",
            N_("Kiosk"),
            N_("A tablet or touch screen where numbers are taken. It shows a code; you enter that under Screens."),
            pairing,
            has_kiosk,
            N_("Enter the code"),
            open=kiosk,
            qr=_qr(kiosk),
            try_address=kiosk if who.may("kiosk", setup.id) else None,
        ),
        _step(
            "screen",
            N_("Lobby screen"),
            N_("A television or monitor that shows who is called. It shows a code as well."),
            pairing,
            has_screen,
            N_("Enter the code"),
            open=screen,
            qr=_qr(screen),
            try_address=screen if who.may("display", setup.id) else None,
        ),
        _step(
            "desk",
            N_("The first call"),
            N_("Take a number at the kiosk, open a counter at the desk, and call it."),
            url_for("desk.of_branch", branch=slug),
            False,
            N_("Go to the desk"),
        ),
    ]


def _step(key: str, name: str, words: str, address: str, done: bool, act: str, **more: Any) -> Part:
    return {"key": key, "name": name, "words": words, "address": address, "done": done, "act": act, **more}


def _qr(address: str) -> str:
    uri: str = segno.make(address, error="m", micro=False).svg_data_uri(scale=4, border=2, dark="#14181b")
    return uri


def device_kinds(setup: BranchSetup) -> list[Part]:
    """Return the kinds of devices: which there are, where each is set up, and what is opened on it."""
    screens, printers = (
        url_for("screens_page.show", branch=setup.slug),
        url_for("printers_page.show", branch=setup.slug),
    )
    base = public_url()
    return [
        {
            "key": "kiosks",
            "name": N_("Kiosks"),
            "words": N_("Visitors take their number here."),
            "page": screens,
            "names": [each.name for each in setup.kiosks],
            "act": N_("Add or change kiosks"),
            "address_to_open": f"{base}/kiosk",
        },
        {
            "key": "screens",
            "name": N_("Lobby screens"),
            "words": N_("Visitors see here who is called, and where to."),
            "page": screens,
            "names": [each.name for each in setup.screens],
            "act": N_("Add or change screens"),
            "address_to_open": f"{base}/display",
        },
        {
            "key": "printers",
            "name": N_("Printers"),
            "words": N_("They print the slips."),
            "page": printers,
            "names": list(setup.printers.values()),
            "act": N_("Add or change printers"),
        },
        {
            "key": "panels",
            "name": N_("Counter panels"),
            "words": N_("Small displays above the counters; on the page of the screens."),
            "page": screens,
            "names": None,
            "act": N_("Add or change panels"),
        },
    ]
