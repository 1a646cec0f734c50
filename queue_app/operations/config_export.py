"""Makes the configuration document of a branch of what is stored."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from printers.ways import find_ways
from queue_app.domain.branch import BranchSetup, CounterSetup, ServiceSetup
from queue_app.domain.calendar import check_calendar
from queue_app.domain.desk import check_desk
from queue_app.domain.opening_hours import WEEKDAYS
from queue_app.domain.privacy import check_privacy
from queue_app.domain.profile_checks import check_rules
from queue_app.domain.reporting import check_reporting
from queue_app.domain.screen_layout import USUAL, ScreenLayout, stored_layout
from queue_app.operations.config_rows import Row, Rows
from queue_app.operations.rules_setup import rules_json

Document = dict[str, Any]

FORM = 1
"""The form of the document: the value of its key `queue`."""

SECTIONS = (
    "branch", "branding", "hours", "privacy", "services", "menu", "profiles", "counters", "rules", "desk", "reporting",
    "slip", "printers", "kiosks", "screens", "panels", "people",
)  # fmt: skip
"""In the order in which they stand in the document."""

ROLE_ORDER = ("admin", "manager", "supervisor", "clerk", "auditor")


def document_of(rows: Rows) -> Document:
    """Return the configuration document of a branch, nothing left out but secrets."""
    branch = rows.branch
    services = [service_of(row) for row in rows.services if row.active]
    document: Document = {
        "queue": FORM,
        "branch": branch_of(branch),
        "branding": {
            "accent_colour": branch.accent_colour.lower(),
            "welcome": dict(branch.branding.get("welcome", {})),
            "logo": None if rows.logo is None else base64.b64encode(rows.logo).decode(),
        },
        "hours": {"weekly": weekly(branch.opening_hours), **check_calendar(branch.calendar).as_data()},
        "privacy": check_privacy(branch.privacy).as_data(),
        "services": services,
        "menu": list(branch.menu),
        "profiles": _profiles(rows),
        "counters": _counters(rows),
        "rules": rules_json(check_rules(branch.rules)),
        "desk": asdict(check_desk(branch.desk)),
        "reporting": check_reporting(branch.reporting).as_data(),
        "slip": None if branch.slip_layout is None else list(branch.slip_layout),
        **_devices(rows),
        "people": _people(rows),
    }
    return settle(document)


def branch_of(row: Row) -> Document:
    """Return the section `branch`."""
    return {
        "slug": row.slug,
        "name": dict(row.name),
        "time_zone": row.time_zone,
        "cut_over_hour": row.cut_over_hour,
        "languages": list(row.languages),
        "target_wait_minutes": minutes(row.target_wait_seconds),
        "finish_on_next": row.finish_on_next,
        "confirm_arrival": row.confirm_arrival,
        "day_ends_by_itself": row.day_ends_by_itself,
        "open_devices": row.open_devices,
        "notice": dict(row.notice),
        "other_channels": dict(row.other_channels),
    }


def service_of(row: Row) -> Document:
    """Return one of the section `services`."""
    return {
        "slug": row.slug,
        "letter": row.series,
        "name": dict(row.name),
        "first_number": row.first_number,
        "last_number": row.last_number,
        "digits": row.digits,
        "daily_quota": row.daily_quota,
        "hours": weekly(row.opening_hours),
        "season": row.season,
        "target_wait_minutes": minutes(row.target_wait_seconds),
        "expected_service_minutes": minutes(row.expected_service_seconds),
        "longest_wait_minutes": row.longest_wait_minutes,
        "intake_open": row.intake_open,
        "bring": dict(row.bring),
        "conditions": dict(row.conditions),
        "instead": dict(row.instead),
        "slip_text": dict(row.slip_text),
        "outcomes": list(row.outcomes),
    }


def minutes(seconds: int | None) -> int | float | None:
    """Return seconds as minutes: a whole number where it is one."""
    if seconds is None:
        return None
    return seconds // 60 if seconds % 60 == 0 else seconds / 60


def weekly(hours: Mapping[str, Sequence[Sequence[str]]] | None) -> dict[str, list[list[str]]] | None:
    """Return weekly hours with the days in their order, and only those on which it is open."""
    if hours is None:
        return None
    return {day: [list(interval) for interval in hours[day]] for day in WEEKDAYS if hours.get(day)}


def terms_of(terms: Mapping[str, Any]) -> Any:
    """Return what a work profile says of a service (`service` and what `WorkProfile.terms` has), as short as it goes."""
    told = {
        name: terms[name]
        for name in ("weight", "target_minutes", "longest_wait_minutes")
        if terms.get(name) is not None and (name, terms[name]) != ("weight", 1)
    }
    return {"service": terms["service"], **told} if told else terms["service"]


def _profiles(rows: Rows) -> list[Document]:
    slugs = {row.id: row.slug for row in rows.services if row.active}
    return [
        {
            "name": row.name,
            "manner": row.manner,
            "services": [
                terms_of({**terms, "service": slugs[terms["service_id"]]})
                for terms in row.terms
                if terms["service_id"] in slugs
            ],
        }
        for row in rows.profiles
    ]


def _counters(rows: Rows) -> list[Document]:
    names = {row.id: row.name for row in rows.profiles}
    return [{"name": row.name, "profile": names.get(row.profile_id)} for row in rows.counters if row.active]


def _devices(rows: Rows) -> Document:
    printers = {row.id: row.name for row in rows.printers}
    counters = {row.id: row.name for row in rows.counters if row.active}
    return {
        "printers": [
            {
                "name": row.name,
                "kind": row.kind,
                "address": without_secrets(row.kind, row.address),
                "profile": row.profile,
                "paper": row.paper,
                "enabled": row.enabled,
                "fallback": printers.get(row.fallback_id),
            }
            for row in rows.printers
        ],
        "kiosks": [{"name": row.name, "printer": printers.get(row.printer_id)} for row in rows.kiosks],
        "screens": [{"name": row.name, "layout": row.layout} for row in rows.screens],
        "panels": [
            {
                "name": row.name,
                "kind": row.kind,
                "address": dict(row.address),
                "counter": counters.get(row.counter_id),
                "enabled": row.enabled,
            }
            for row in rows.panels
        ],
    }


def secret_fields(kind: str) -> frozenset[str]:
    """Return the names of those fields of a printer's address that are never told."""
    way = find_ways().get(kind)
    return frozenset(field.name for field in way.fields if field.secret) if way else frozenset()


def without_secrets(kind: str, address: Mapping[str, Any]) -> dict[str, Any]:
    """Return a printer's address as it may be told."""
    secret = secret_fields(kind)
    return {name: value for name, value in address.items() if name not in secret}


def _people(rows: Rows) -> list[Document]:
    profiles = {row.id: row.name for row in rows.profiles}
    found = []
    for username, person in sorted(rows.people.items()):
        roles = rows.roles_here(person.id)
        if roles:
            held = {role.role for role in roles}
            found.append(
                {
                    "username": username,
                    "name": person.display_name,
                    "language": person.language,
                    "languages": list(person.languages),
                    "roles": [role for role in ROLE_ORDER if role in held],
                    "profile": next((profiles.get(role.profile_id) for role in roles if role.profile_id), None),
                    "active": person.active,
                }
            )
    return found


def settle(document: Document) -> Document:
    """Return a document without what refers to something that is not in it: a service that went, a counter, a profile.

    So the sections that a partial document leaves out follow the ones that it changes.
    """
    services = {each["slug"] for each in document["services"]}
    profiles = {each["name"] for each in document["profiles"]}
    counters = {each["name"] for each in document["counters"]}
    printers = {each["name"] for each in document["printers"]}
    setup = setup_of(document)
    return {
        **document,
        "menu": list(_living(document["menu"], services)),
        "profiles": [
            {**each, "services": [terms for terms in each["services"] if _service(terms) in services]}
            for each in document["profiles"]
        ],
        "counters": [_only(each, "profile", profiles) for each in document["counters"]],
        "printers": [_only(each, "fallback", printers - {each["name"]}) for each in document["printers"]],
        "kiosks": [_only(each, "printer", printers) for each in document["kiosks"]],
        "screens": [
            {**each, "layout": short_layout(stored_layout(each["layout"], setup))} for each in document["screens"]
        ],
        "panels": [_only(each, "counter", counters) for each in document["panels"]],
        "people": [_only(each, "profile", profiles) for each in document["people"]],
    }


def _only(entry: Document, key: str, known: set[str]) -> Document:
    return entry if entry[key] is None or entry[key] in known else {**entry, key: None}


def _service(terms: Any) -> str:
    return terms if isinstance(terms, str) else terms["service"]


def _living(items: Sequence[Any], services: set[str]) -> Any:
    for item in items:
        if "service" in item:
            if item["service"] in services:
                yield {"service": item["service"]}
        elif inner := list(_living(item["items"], services)):
            yield {"name": dict(item["name"]), "items": inner}


def short_layout(layout: ScreenLayout) -> Document | None:
    """Return in what a screen's layout differs from the usual one; None where it does not."""
    return _differing(layout.json(), USUAL.json()) or None


def _differing(told: Document, usual: Document) -> Document:
    found = {}
    for key, value in told.items():
        if isinstance(value, dict) and isinstance(usual.get(key), dict):
            value = _differing(value, usual[key])
            if value:
                found[key] = value
        elif value != usual.get(key):
            found[key] = value
    return found


def setup_of(document: Document) -> BranchSetup:
    """Return a document's branch as the rules see one, for the checks that want it; its ids are places in the document."""
    branch = document["branch"]
    return BranchSetup(
        id=0,
        slug=branch["slug"],
        name=branch["name"],
        time_zone=branch["time_zone"],
        cut_over_hour=branch["cut_over_hour"],
        languages=tuple(branch["languages"]),
        opening_hours=document["hours"]["weekly"],
        finish_on_next=branch["finish_on_next"],
        confirm_arrival=branch["confirm_arrival"],
        target_wait_seconds=round(branch["target_wait_minutes"] * 60),
        accent_colour=document["branding"]["accent_colour"],
        open_devices=branch["open_devices"],
        day_ends_by_itself=branch["day_ends_by_itself"],
        notice=branch["notice"],
        other_channels=branch["other_channels"],
        settings_revision=0,
        services=tuple(
            ServiceSetup(
                id=place,
                slug=each["slug"],
                series=each["letter"],
                name=each["name"],
                position=place,
                intake_open=each["intake_open"],
                opening_hours=each["hours"],
                daily_quota=each["daily_quota"],
                first_number=each["first_number"],
                digits=each["digits"],
                target_wait_seconds=round((each["target_wait_minutes"] or branch["target_wait_minutes"]) * 60),
                expected_service_seconds=round(each["expected_service_minutes"] * 60),
                bring=each["bring"],
            )
            for place, each in enumerate(document["services"])
        ),
        counters=tuple(CounterSetup(place, each["name"], None) for place, each in enumerate(document["counters"])),
        profiles=(),
        kiosks=(),
        printers={},
    )
