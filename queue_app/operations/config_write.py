"""Writes the devices and the people of a branch as a configuration document wants them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert, update

from queue_app.operations.administrators import keeping_an_administrator
from queue_app.operations.config_devices import PROPERTIES
from queue_app.operations.config_export import Document
from queue_app.operations.config_import import Work
from queue_app.operations.devices import MODELS, forget_device
from queue_app.operations.printer_setup import retire_printer
from queue_app.store.models import Panel, PrinterRow, User, UserRole


def write_printers(work: Work) -> None:
    """Write the printers; what waits for one that is gone goes to the one that stood in, where that is still there."""
    entries = work.after["printers"]
    wanted = {
        each["name"]: {
            "kind": each["kind"],
            "address": _address(work, each),
            "profile": each["profile"],
            "paper": each["paper"],
            "enabled": each["enabled"],
        }
        for each in entries
    }
    gone = [row for row in work.rows.printers if row.name not in wanted]
    work.write(PrinterRow, "printers", "name", work.rows.printers, wanted)
    ids = work.ids["printers"]
    for row in gone:
        retire_printer(
            work.connection, row, work.unit.now, row.fallback_id if row.fallback_id in ids.values() else None
        )
    for each in entries:
        fallback = None if each["fallback"] is None else ids[each["fallback"]]
        work.retire(PrinterRow, [ids[each["name"]]], fallback_id=fallback)


def _address(work: Work, entry: Document) -> dict[str, Any]:
    stored = next((row for row in work.rows.printers if row.name == entry["name"]), None)
    if entry["name"] in work.secrets:
        return {**entry["address"], **work.secrets[entry["name"]]}
    assert stored is not None
    return dict(stored.address)


def write_kiosks(work: Work) -> None:
    """Write the kiosks; one that is gone lets in nobody any more."""
    printers = work.ids["printers"]
    wanted = {
        each["name"]: {"printer_id": None if each["printer"] is None else printers[each["printer"]]}
        for each in work.after["kiosks"]
    }
    _write_devices(work, "kiosk", "kiosks", work.rows.kiosks, wanted)


def write_screens(work: Work) -> None:
    """Write the lobby screens; one that is gone lets in nobody any more."""
    wanted = {each["name"]: {"layout": each["layout"]} for each in work.after["screens"]}
    _write_devices(work, "display", "screens", work.rows.screens, wanted)


def _write_devices(work: Work, kind: str, section: str, stored: Any, wanted: dict[str, Document]) -> None:
    work.write(MODELS[kind], section, "name", stored, wanted)
    for row in stored:
        if row.name not in wanted:
            forget_device(work.connection, kind, row.id, work.unit.now)


def write_panels(work: Work) -> None:
    """Write the counter panels; one that is other than before is asked anew how it stands."""
    counters = work.ids["counters"]
    stored = {row.name: row for row in work.rows.panels}
    wanted = {}
    for each in work.after["panels"]:
        values = {
            "kind": each["kind"],
            "address": each["address"],
            "counter_id": None if each["counter"] is None else counters[each["counter"]],
            "enabled": each["enabled"],
        }
        row = stored.get(each["name"])
        if row is not None and any(getattr(row, key) != values[key] for key in ("kind", "address", "enabled")):
            values |= {"status": "unknown", "status_detail": None, "status_at": work.unit.now}
        wanted[each["name"]] = values
    work.write(Panel, "panels", "name", work.rows.panels, wanted)
    gone = [row.id for row in work.rows.panels if row.name not in wanted]
    work.connection.execute(delete(Panel).where(Panel.id.in_(gone)))


def write_people(work: Work) -> None:
    """Write who works in the branch and as what; whoever is new gets a password elsewhere before they can sign in."""
    if not work.changed("people"):
        return
    with keeping_an_administrator(work.connection):
        _write_people(work)


def _write_people(work: Work) -> None:
    for each in work.after["people"]:
        known = work.rows.people.get(each["username"])
        values = {column: each[key] for key, column in PROPERTIES.items()}
        if known is None:
            user_id = _add_person(work, each["username"], values)
        else:
            user_id = known.id
            if any(getattr(known, column) != value for column, value in values.items()):
                work.connection.execute(update(User).where(User.id == user_id).values(**values))
        _write_roles(work, user_id, each)
    names = {each["username"] for each in work.after["people"]}
    for username, person in work.rows.people.items():
        if username not in names and work.rows.roles_here(person.id):
            theirs = (UserRole.user_id == person.id) & (UserRole.branch_id == work.branch_id)
            work.connection.execute(delete(UserRole).where(theirs))


def _add_person(work: Work, username: str, values: Document) -> int:
    key = work.connection.execute(
        insert(User).values(
            username=username, password_hash="", must_change_password=True, created_at=work.unit.now, **values
        )
    ).inserted_primary_key
    assert key is not None
    return int(key[0])


def _write_roles(work: Work, user_id: int, person: Document) -> None:
    profile_id = None if person["profile"] is None else work.ids["profiles"][person["profile"]]
    held = {row.role: row for row in work.rows.roles_here(user_id)}
    for role in person["roles"]:
        if role not in held:
            values = {"user_id": user_id, "branch_id": work.branch_id, "role": role, "profile_id": profile_id}
            work.connection.execute(insert(UserRole).values(**values))
    work.retire(UserRole, [row.id for role, row in held.items() if role in person["roles"]], profile_id=profile_id)
    gone = [row.id for role, row in held.items() if role not in person["roles"]]
    work.connection.execute(delete(UserRole).where(UserRole.id.in_(gone)))
