"""The pages of printing: the branch's printers, and what stands on its slips."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template

from queue_app.access import Caller, require
from queue_app.domain.branch import BranchSetup, pick
from queue_app.domain.slip_layout import BLOCKS, DEFAULT, MAX_BLOCKS, MAX_TEXT_LETTERS, ONCE
from queue_app.i18n import N_, text
from queue_app.operations.printer_kinds import KINDS, PAPERS, PROFILES, Field, PrinterProfile, Way, get_way
from queue_app.web.branches import branches_of
from queue_app.web.operation import context, public_url

printers_page = Blueprint("printers_page", __name__)
MANAGER = frozenset({"manager"})

KIND_NAMES = {
    "network": N_("On the network"),
    "usb": N_("On a USB cable"),
    "serial": N_("On a serial cable"),
    "file": N_("Device or file"),
    "folder": N_("Folder of slips"),
    "pdf_folder": N_("Folder of PDFs"),
    "ipp": N_("Office printer or print queue (IPP, CUPS)"),
    "browser": N_("The kiosk’s browser"),
    "cloudprnt": N_("Star, fetches its slips (CloudPRNT)"),
    "server_direct_print": N_("Epson, fetches its slips (Server Direct Print)"),
}
FIELD_NAMES = {
    "host": N_("Address"),
    "port": N_("Port"),
    "serial/port": N_("Serial line"),
    "path": N_("Path"),
    "uri": N_("Address"),
    "serial_number": N_("Serial number"),
    "vendor_id": N_("Maker’s number"),
    "product_id": N_("Model’s number"),
    "mac": N_("Hardware address (MAC)"),
    "user": N_("User name"),
    "password": N_("Password"),
    "baud": N_("Speed"),
    "parity": N_("Parity"),
    "flow_control": N_("Flow control"),
    "verify_certificate": N_("Check the certificate"),
    "document_format": N_("Name of the format"),
    "confirm_method": N_("How it confirms"),
    "suffix": N_("End of the file names"),
    "form": N_("What it is sent"),
    "status": N_("Asking how it is"),
    "confirm": N_("Confirmation"),
    "must_close": N_("The printer closes the connection"),
    "connect_timeout_seconds": N_("Time to connect"),
    "write_timeout_seconds": N_("Time to hand a slip over"),
    "linger_seconds": N_("Time to close"),
    "answer_timeout_seconds": N_("Time to answer"),
    "confirm_timeout_seconds": N_("Time to confirm"),
    "job_timeout_seconds": N_("Time to come out"),
}
"""Short names of the fields that the ways declare; a further one goes by its own name until it has a better one here."""

FIRST = frozenset({"port", "form", "mac", "user", "baud", "serial_number"})
"""Fields shown at once though they may be left out; the others are shown on request."""

CHOICE_NAMES = {
    ("form", "escpos"): N_("Its own commands (ESC/POS)"),
    ("form", "pdf"): N_("A document (PDF)"),
    ("form", "png"): N_("A picture (PNG)"),
    ("status", "auto"): N_("Ask as long as it answers"),
    ("status", "always"): N_("Ask before every slip"),
    ("status", "never"): N_("Never ask"),
    ("parity", "none"): N_("No parity"),
    ("parity", "even"): N_("Even"),
    ("parity", "odd"): N_("Odd"),
    ("flow_control", "none"): N_("No flow control"),
    ("flow_control", "xon_xoff"): N_("XON/XOFF"),
    ("flow_control", "rts_cts"): N_("RTS/CTS"),
    ("confirm", "none"): N_("A slip taken in counts as printed"),
    ("confirm", "process_id"): N_("Only what the printer confirms counts"),
}
PAPER_NAMES = {
    "roll80": N_("Roll, 80 mm wide"),
    "roll58": N_("Roll, 58 mm wide"),
    "a6": N_("Sheet A6"),
    "a5": N_("Sheet A5"),
    "a4": N_("Sheet A4"),
}
PROFILE_NAMES = {
    "generic-80": N_("Any printer with 80 mm paper"),
    "generic-58": N_("Any printer with 58 mm paper"),
    "no-codepage": N_("Any printer that has no accents"),
    "tm-t88v": "Epson TM-T88V",
    "tm-t20": "Epson TM-T20",
    "tm-m30": "Epson TM-m30",
    "tm-l90": "Epson TM-L90",
    "nt-5890k": "NT-5890K",
    "zj-5870": "ZJ-5870",
    "sunmi-v2": "Sunmi V2",
    "rp-f10": "Seiko RP-F10",
}
FETCH_PATHS = {"cloudprnt": "/printers/cloudprnt", "server_direct_print": "/printers/epson-sdp"}
"""Where printers that fetch their slips come to; only these have a password."""

BLOCK_NAMES = {
    "logo": (N_("Logo"), N_("The picture of this branch, below")),
    "branch": (N_("Branch"), N_("The name of the branch")),
    "service": (N_("Service"), N_("The name of the service")),
    "label": (N_("Ticket number"), N_("As large as the paper allows")),
    "ahead": (N_("People before"), N_("How many are before the visitor")),
    "wait": (N_("Expected wait"), N_("As a range of minutes")),
    "bring": (N_("What to have ready"), N_("Where the service says so")),
    "service_text": (N_("Text of the service"), N_("Written below, for each service")),
    "notice": (N_("Notice of the day"), N_("Only while there is one")),
    "time": (N_("Date and time"), N_("When the number was taken")),
    "text": (N_("Own text"), N_("In each language")),
    "qr": (N_("QR code"), N_("Leads to the visitor’s page on the phone")),
    "rule": (N_("Dividing line"), N_("Across the paper")),
    "space": (N_("Empty space"), N_("Between two blocks")),
}


@printers_page.get("/printers")
def choose() -> Any:
    """Show the printers of the only branch, or choose one."""
    who, mine = branches_of(MANAGER)
    if len(mine) == 1:
        return show(mine[0]["slug"])
    g.language = who.language or "en"
    return render_template("printers.html", language=g.language, branches=mine)


@printers_page.get("/printers/<branch>")
def show(branch: str) -> Any:
    """Show a branch's printers, how they stand, and what they are set to."""
    setup, who = _let_in(branch)
    kinds = [_kind(g.language, get_way(kind)) for kind in KINDS]
    return render_template(
        "printers.html",
        language=g.language,
        setup=setup,
        caller=who,
        kinds=kinds,
        profiles=[(name, _profile(g.language, profile)) for name, profile in PROFILES.items()],
        papers=_papers(g.language),
        names={
            "kinds": {kind["kind"]: kind["name"] for kind in kinds},
            "services": {
                service.slug: pick(service.name, g.language, setup.default_language) for service in setup.services
            },
            "profiles": {name: text(g.language, PROFILE_NAMES.get(name, name)) for name in PROFILES},
            "papers": dict(_papers(g.language)),
            "fetch_urls": {kind: f"{public_url()}{path}" for kind, path in FETCH_PATHS.items()},
        },
    )


@printers_page.get("/printers/<branch>/slip")
def slip(branch: str) -> Any:
    """Show the editor of what stands on the branch's slips."""
    setup, who = _let_in(branch)
    blocks = {
        kind: {
            "name": text(g.language, BLOCK_NAMES[kind][0]),
            "meaning": text(g.language, BLOCK_NAMES[kind][1]),
            "options": sorted(options),
            "once": kind in ONCE,
        }
        for kind, options in BLOCKS.items()
    }
    return render_template(
        "slip_layout.html",
        language=g.language,
        setup=setup,
        caller=who,
        facts={
            "blocks": blocks,
            "usual": [dict(block) for block in DEFAULT],
            "max_blocks": MAX_BLOCKS,
            "max_letters": MAX_TEXT_LETTERS,
            "languages": list(setup.languages),
        },
    )


def _let_in(branch: str) -> tuple[BranchSetup, Caller]:
    setup = context().setup(branch)
    who = require(MANAGER, setup.id)
    g.language = who.language or setup.default_language
    return setup, who


def _kind(language: str, way: Way) -> dict[str, Any]:
    fields = [_field(language, way.kind, field) for field in way.fields]
    return {
        "kind": way.kind,
        "name": text(language, KIND_NAMES.get(way.kind, way.kind)),
        "meaning": text(language, way.meaning),
        "forms": list(way.forms),
        "first": [field for field in fields if field["first"]],
        "further": [field for field in fields if not field["first"]],
    }


def _field(language: str, kind: str, field: Field) -> dict[str, Any]:
    plain = field.name.replace("_", " ").capitalize()
    return {
        "name": field.name,
        "label": text(language, FIELD_NAMES.get(f"{kind}/{field.name}") or FIELD_NAMES.get(field.name, plain)),
        "meaning": text(language, field.meaning),
        "type": field.type,
        "required": field.required,
        "default": "" if field.default is None else field.default,
        "unit": field.unit,
        "min": field.min,
        "max": field.max,
        "choices": [(word, text(language, CHOICE_NAMES.get((field.name, word), word))) for word in field.choices],
        "pattern": field.pattern,
        "example": field.example,
        "secret": field.secret,
        "first": field.required or field.secret or field.name in FIRST,
    }


def _papers(language: str) -> list[tuple[str, str]]:
    return [(name, text(language, PAPER_NAMES.get(name, name))) for name in PAPERS]


def _profile(language: str, profile: PrinterProfile) -> str:
    name = text(language, PROFILE_NAMES.get(profile.name, profile.name))
    width = round(profile.width_dots / profile.dots_per_inch * 25.4)
    words = N_("%(name)s – prints %(width)d mm wide, %(columns)d letters on a line")
    return text(language, words, name=name, width=width, columns=profile.columns_font_a)
