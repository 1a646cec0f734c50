"""Reads the sections of a configuration document that tell of devices and of people."""

from __future__ import annotations

from typing import Any

from queue_app.domain.reading import list_of, truth, wrong
from queue_app.domain.screen_layout import read_layout
from queue_app.operations import panel_setup, printer_setup
from queue_app.operations.config_check import Check, Reading, entries, language_of, name_of, one_of, under, unique
from queue_app.operations.config_export import (
    ROLE_ORDER,
    Document,
    secret_fields,
    setup_of,
    short_layout,
    without_secrets,
)

MOST_PERSON_LANGUAGES = 20
PROPERTIES = {"name": "display_name", "language": "language", "languages": "languages", "active": "active"}
"""What is a person's own, and no matter of one branch: its name in the document, and in the table `user_account`."""


def check_printers(reading: Reading, data: Any) -> list[Document]:
    """Read the section `printers`."""
    taken: list[str] = []
    found = []
    listed = list(entries(data, {"name", "kind", "address", "profile", "paper", "enabled", "fallback"}))
    for number, told in listed:
        name = name_of(told.get("name"), f"[{number}].name", taken)
        with under(str(number)):
            found.append(_printer(reading, name, told))
    for number, told in listed:
        fallback = one_of(told.get("fallback"), f"[{number}].fallback", taken, "printer")
        if fallback == found[number]["name"]:
            raise wrong(f"[{number}].fallback", "a printer cannot stand in for itself")
        found[number]["fallback"] = fallback
    return found


def _printer(reading: Reading, name: str, told: dict[str, Any]) -> Document:
    kind, address = told.get("kind"), told.get("address") or {}
    if not isinstance(kind, str):
        raise wrong("kind", "the kind of the printer is needed")
    if not isinstance(address, dict):
        raise wrong("address", "an object with named fields is needed")
    stored = next((row for row in reading.rows.printers if row.name == name and row.kind == kind), None)
    kept = {} if stored is None else {key: stored.address[key] for key in secret_fields(kind) if key in stored.address}
    given = {key: address[key] for key in secret_fields(kind) if address.get(key) is not None}
    whole_address = without_secrets(kind, address) | kept | given
    profile, paper = told.get("profile", "generic-80"), told.get("paper", "roll80")
    for key, value in (("profile", profile), ("paper", paper)):
        if not isinstance(value, str):
            raise wrong(key, "a text is needed")
    wish = printer_setup.PrinterWish(name, kind, whole_address, profile, paper)
    printer_setup.check_wish(wish)
    if not reading.any_file and not (stored is not None and printer_setup.is_same_place(stored, wish)):
        printer_setup.check_path(wish, reading.files_in)
    reading.secrets[name] = kept | given
    reading.given += [f"printers/{name}/address/{key}" for key in given if given[key] != kept.get(key)]
    return {
        "name": name,
        "kind": kind,
        "address": without_secrets(kind, whole_address),
        "profile": profile,
        "paper": paper,
        "enabled": truth(told.get("enabled", True), "enabled"),
        "fallback": None,
    }


def check_kiosks(reading: Reading, data: Any) -> list[Document]:
    """Read the section `kiosks`."""
    taken: list[str] = []
    known = reading.names("printers")
    return [
        {
            "name": name_of(told.get("name"), f"[{number}].name", taken),
            "printer": one_of(told.get("printer"), f"[{number}].printer", known, "printer"),
        }
        for number, told in entries(data, {"name", "printer"})
    ]


def check_screens(reading: Reading, data: Any) -> list[Document]:
    """Read the section `screens`."""
    taken: list[str] = []
    found = []
    setup = setup_of(reading.after)
    for number, told in entries(data, {"name", "layout"}):
        name = name_of(told.get("name"), f"[{number}].name", taken)
        layout = told.get("layout")
        with under(f"{number}/layout"):
            found.append({"name": name, "layout": None if layout is None else short_layout(read_layout(layout, setup))})
    return found


def check_panels(reading: Reading, data: Any) -> list[Document]:
    """Read the section `panels`."""
    taken: list[str] = []
    found = []
    for number, told in entries(data, {"name", "kind", "address", "counter", "enabled"}):
        name = name_of(told.get("name"), f"[{number}].name", taken)
        counter = one_of(told.get("counter"), f"[{number}].counter", reading.names("counters"), "counter")
        with under(str(number)):
            found.append({**_panel(reading, name, told), "counter": counter, "enabled": _enabled(told)})
    return found


def _enabled(told: dict[str, Any]) -> bool:
    return truth(told.get("enabled", True), "enabled")


def _panel(reading: Reading, name: str, told: dict[str, Any]) -> Document:
    kind, address = told.get("kind"), told.get("address") or {}
    if not isinstance(kind, str):
        raise wrong("kind", "the kind of the panel is needed")
    stored = next((row for row in reading.rows.panels if row.name == name and row.kind == kind), None)
    same = stored is not None and stored.address == address
    panel_setup.check_wish(panel_setup.PanelWish(name, kind, address), any_device=reading.any_file or same)
    # The key `counter` comes later; it stands here for the order of the keys.
    return {"name": name, "kind": kind, "address": dict(address), "counter": None}


def check_people(reading: Reading, data: Any) -> list[Document]:
    """Read the section `people`."""
    taken: list[str] = []
    found = []
    for number, told in entries(data, {"username", "roles", "profile", *PROPERTIES}):
        with under(str(number)):
            person = _person(reading, told, taken)
            _only_here(reading, person)
            found.append(person)
    return sorted(found, key=lambda person: str(person["username"]))


def _person(reading: Reading, told: dict[str, Any], taken: list[str]) -> Document:
    username = name_of(told.get("username"), "username", taken)
    roles = list_of(told.get("roles"), "roles")
    for place, role in enumerate(roles):
        if role not in ROLE_ORDER:
            raise wrong(f"roles[{place}]", "one of %(words)s is needed", words=", ".join(ROLE_ORDER))
    if not roles:
        raise wrong("roles", "one role at least is needed; leave the person out who has none")
    languages = list_of(told.get("languages") or [], "languages")
    if len(languages) > MOST_PERSON_LANGUAGES:
        raise wrong("languages", "at most %(most)d are possible", most=MOST_PERSON_LANGUAGES)
    served: list[str] = []
    for place, code in enumerate(languages):
        unique(language_of(code, f"languages[{place}]"), f"languages[{place}]", served)
    return {
        "username": username,
        "name": name_of(told.get("name", username), "name", []),
        "language": language_of(told.get("language", reading.after["branch"]["languages"][0]), "language"),
        "languages": served,
        "roles": [role for role in ROLE_ORDER if role in roles],
        "profile": one_of(told.get("profile"), "profile", reading.names("profiles"), "profile"),
        "active": truth(told.get("active", True), "active"),
    }


def _only_here(reading: Reading, person: Document) -> None:
    """Refuse to change somebody's own properties who also works elsewhere: that is no matter of this branch."""
    known = reading.rows.people.get(person["username"])
    if known is None or not reading.rows.works_elsewhere(known.id):
        return
    for key, column in PROPERTIES.items():
        if person[key] != getattr(known, column):
            raise wrong(key, "this person works in another branch too, and cannot be changed from here")


CHECKS: dict[str, Check] = {
    "printers": check_printers,
    "kiosks": check_kiosks,
    "screens": check_screens,
    "panels": check_panels,
    "people": check_people,
}
