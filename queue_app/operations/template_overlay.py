"""A template over a branch: what the branch then is, and what of it is its own.

A template says a part of a configuration: of the sections `services` the services and what it says of each, of a section with
named values those values, of the other lists the whole list. What it does not say is always the branch's. What it says is the
branch's own where a path says so: a section (`hours`), or a single service (`services/passports`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from queue_app.domain.reading import object_of, wrong
from queue_app.operations.config_check import Reading, read_document
from queue_app.operations.config_diff import Change, changes_of
from queue_app.operations.config_document import CHECKS
from queue_app.operations.config_export import FORM, Document, document_of, settle
from queue_app.operations.config_rows import no_rows

SAYABLE = (
    "branch", "branding", "hours", "privacy", "services", "menu", "profiles", "counters", "rules", "desk", "reporting", "slip",
)  # fmt: skip
"""The sections that a template may say; devices and people are a branch's own always."""

NEVER = {"branch": {"slug", "name", "time_zone", "notice"}, "services": {"intake_open"}}
"""Values that a template never says: which branch it is, and what is turned on and off in the course of a day."""

SERVICES = "services"

USUAL_SERVICE: Document = {
    "first_number": 1,
    "last_number": None,
    "digits": 3,
    "daily_quota": None,
    "hours": None,
    "season": None,
    "target_wait_minutes": None,
    "expected_service_minutes": 5,
    "longest_wait_minutes": None,
    "intake_open": True,
    "bring": {},
    "conditions": {},
    "instead": {},
    "slip_text": {},
    "outcomes": [],
}
"""What holds of a service that a branch did not have, where the template says nothing of it: as an import would have it."""


def check_template(connection: Any, now: Any, document: object) -> Document:
    """Return what a template says, every value as a branch would have it.

    Args:
        connection: to read with.
        now: aware UTC.
        document: what JSON or YAML held: a partial configuration document that makes sense by itself, so that whoever says a
            menu, or work profiles, says the services as well.

    Raises:
        QueueError: `invalid_value` with `field` and `problem`, for the first mistake found.
    """
    told = object_of(document, "", {"queue", *SAYABLE})
    for section, keys in NEVER.items():
        for place, entry in _objects(section, told.get(section)):
            for key in sorted(keys & entry.keys()):
                raise wrong(f"{place}/{key}", "this is each branch's own, and no template says it")
    nobody = {"slug": "template", "name": {"en": "Template"}, "time_zone": "UTC", "languages": ["en"]}
    rows = no_rows(connection, "template")
    branch = told.get("branch", {})
    whole = {**told, "branch": {**nobody, **branch} if isinstance(branch, dict) else branch}
    after = read_document(Reading(rows, now, None, False, dict(document_of(rows))), whole, CHECKS)
    return {"queue": FORM, **{section: _said(told[section], after[section]) for section in SAYABLE if section in told}}


def _objects(section: str, value: object) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        yield section, value
    for place, each in enumerate(value if isinstance(value, list) else []):
        if isinstance(each, dict):
            yield f"{section}/{place}", each


def _said(told: Any, read: Any) -> Any:
    """Return of what was read only what was told: its values, and those of each of its services."""
    if isinstance(told, dict):
        return {key: value for key, value in read.items() if key in told}
    if isinstance(told, list) and read and "slug" in read[0]:
        return [
            {key: value for key, value in each.items() if key in said} for said, each in zip(told, read, strict=True)
        ]
    return read


def overlay(template: Mapping[str, Any], branch: Document, own: Collection[str]) -> Document:
    """Return the configuration document of a branch that follows a template, whole.

    Args:
        template: as `check_template` returns it.
        branch: the document as it is.
        own: paths of what the template says and the branch has as its own.
    """
    document = dict(branch)
    for section in SAYABLE:
        if section in template and section not in own:
            said, now = template[section], branch[section]
            if section == SERVICES:
                document[section] = _services(said, now, own)
            else:
                document[section] = {**now, **said} if isinstance(said, dict) else said
    return _settled(document)


def _services(said: list[Document], now: list[Document], own: Collection[str]) -> list[Document]:
    known = {each["slug"]: each for each in now}
    found = []
    for each in said:
        slug = each["slug"]
        if f"{SERVICES}/{slug}" not in own:
            found.append({**known.get(slug, USUAL_SERVICE), **each})
        elif slug in known:
            found.append(known[slug])
    here = {each["slug"] for each in found}
    before = None
    for each in now:  # what the branch alone has stands behind what it stood behind
        if each["slug"] not in here and f"{SERVICES}/{each['slug']}" in own:
            places = [place for place, other in enumerate(found, 1) if other["slug"] == before]
            found.insert(places[0] if places else 0, each)
            here.add(each["slug"])
        if each["slug"] in here:
            before = each["slug"]
    return found


def _settled(document: Document) -> Document:
    """Return a document in which nothing refers to what is not there, and no work profile is left without a service."""
    settled = settle(document)
    profiles = [each for each in settled["profiles"] if each["services"]]
    return settle({**settled, "profiles": profiles})


def differences(template: Mapping[str, Any], branch: Document, own: Collection[str]) -> tuple[Change, ...]:
    """Return in what a branch differs from the template with its own parts over it."""
    return changes_of(branch, overlay(template, branch, own))


def own_of(template: Mapping[str, Any], branch: Document, own: Collection[str]) -> list[str]:
    """Return the paths of all that a branch has as its own: those marked, and what differs from the template beside."""
    found = set(own)
    while paths := {_path(change) for change in differences(template, branch, found)} - found:
        found |= paths
    return [path for path in sorted(found) if _stands_alone(path, found)]


def _path(change: Change) -> str:
    section, _, rest = change.path.partition("/")
    entry = rest.partition("/")[0]
    return f"{section}/{entry}" if section == SERVICES and entry != "order" else section


def _stands_alone(path: str, own: Collection[str]) -> bool:
    section = path.partition("/")[0]
    return section == path or section not in own


def sections_of(template: Mapping[str, Any], document: Document) -> Document:
    """Return the sections of a whole document that the template says, to be imported."""
    return {section: document[section] for section in SAYABLE if section in template}


def template_from(document: Mapping[str, Any]) -> Document:
    """Return of a branch's document what a template may say: a beginning, from which more is taken away by hand."""
    found: Document = {"queue": FORM}
    for section in SAYABLE:
        if section in document:
            found[section] = _without_never(section, document[section])
    return found


def _without_never(section: str, value: Any) -> Any:
    never = NEVER.get(section, set())
    if isinstance(value, Mapping):
        return {key: each for key, each in value.items() if key not in never}
    if never:
        return [{key: each for key, each in entry.items() if key not in never} for entry in value]
    return value
