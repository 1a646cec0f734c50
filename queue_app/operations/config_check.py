"""Reads a configuration document: every mistake is named by its exact place, and nothing is changed."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from printers.logo import read_logo
from printers.slip import SlipError
from queue_app.domain.branding import check_branding
from queue_app.domain.calendar import check_calendar
from queue_app.domain.desk import check_desk
from queue_app.domain.errors import Problem, QueueError, problem, problem_of
from queue_app.domain.opening_hours import check as check_hours
from queue_app.domain.privacy import check_privacy
from queue_app.domain.profile_checks import check_profile, check_rules
from queue_app.domain.reading import list_of, object_of, texts_of, truth, whole, wrong, wrong_because
from queue_app.domain.reporting import check_reporting
from queue_app.domain.slip_layout import check_layout
from queue_app.operations.config_export import (
    FORM,
    SECTIONS,
    Document,
    minutes,
    settle,
    setup_of,
    terms_of,
    weekly,
)
from queue_app.operations.config_rows import Rows
from queue_app.operations.printer_views import sample_facts
from queue_app.operations.rules_setup import MOST_PROFILE_NAME, rules_json
from queue_app.operations.setup import RESERVED_SLUGS
from queue_app.operations.slips import set_slip
from queue_app.store.public_holidays import check_country

MOST_ENTRIES = 500
"""Entries of one section."""
MOST_NODES = 200_000
DEEPEST = 30
MOST_LANGUAGES = 20
LONGEST_TEXT = 1000
LONGEST_NAME = 80
MOST_MINUTES = 24 * 60

_SLUG = re.compile(r"[a-z0-9-]{1,64}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_ZONE = re.compile(r"[A-Za-z0-9_+/-]{1,64}")
_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass
class Reading:
    """A document while it is read.

    Attributes:
        rows: the branch as it is stored.
        now: aware UTC.
        files_in: the only folder that a printer may be told to write files into, beside the nodes of printers in /dev.
        any_file: for those who sit at the server's command line: it may write anywhere.
        after: the sections read so far, and those the document leaves out as they are.
        secrets: of each printer's address, what is never told.
        given: the secrets that the document brought and that differ from those there were, as `printers/name/address/field`.
    """

    rows: Rows
    now: datetime
    files_in: Path | None
    any_file: bool
    after: Document
    secrets: dict[str, dict[str, Any]] = field(default_factory=dict)
    given: list[str] = field(default_factory=list)

    def names(self, section: str, key: str = "name") -> list[str]:
        """Return what the entries of a section are called."""
        return [each[key] for each in self.after[section]]


Check = Callable[[Reading, Any], Any]


def read_document(reading: Reading, document: object, checks: Mapping[str, Check]) -> Document:
    """Return how the branch will be: the sections of a document, and the others as they are now, which `reading` holds.

    Raises:
        QueueError: `invalid_value` with `field` (`services/2/letter`) and `problem`, for the first mistake found.
    """
    _plain(document, "", [0])
    told = object_of(document, "", {"queue", *SECTIONS})
    if "queue" in told and (isinstance(told["queue"], bool) or told["queue"] != FORM):
        raise wrong("queue", "the form of the document is needed, which is %(form)d", form=FORM)
    for section in SECTIONS:
        if section in told:
            with under(section):
                reading.after[section] = checks[section](reading, told[section])
    after = settle(reading.after)
    for each in after["profiles"]:
        if not each["services"]:
            raise wrong("profiles", "the work profile %(name)s would be left without a service", name=each["name"])
    if {"branch", "services", "slip"} & told.keys():
        _set_every_slip(after, reading.now)
    return after


def _plain(value: object, place: str, count: list[int]) -> None:
    """Refuse what no database can keep, and what is too much, before anything else looks at it."""
    count[0] += 1
    if count[0] > MOST_NODES or place.count("/") > DEEPEST:
        raise wrong(place, "the document is too large, or nested too deep")
    if isinstance(value, str):
        _storable(value, place)
    elif isinstance(value, dict):
        for key, each in value.items():
            if not isinstance(key, str):
                name = repr(str(key)[:40])
                raise wrong(place, "%(name)s is not a text; put it between quotation marks", name=name)
            _storable(key, place)
            _plain(each, f"{place}/{key}".lstrip("/"), count)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            _plain(each, f"{place}/{number}".lstrip("/"), count)
    elif value is not None and not isinstance(value, bool | int | float):
        raise wrong(place, "a text, a number, true, false, a list or an object is needed")


def _storable(text: str, place: str) -> None:
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise wrong(place, "the text holds a character that cannot be stored")


@contextmanager
def under(place: str) -> Iterator[None]:
    """Name what is refused inside by its place in the whole document."""
    try:
        yield
    except QueueError as error:
        if error.code != "invalid_value":
            raise
        inner = re.sub(r"\[(\d+)\]", r"/\1", str(error.details.get("field", ""))).replace(".", "/")
        raise wrong_because(
            "/".join(filter(None, (place, inner.strip("/")))), error.details.get("problem", "")
        ) from None


def entries(value: object, allowed: set[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Go through the entries of a section, each an object with no other keys than `allowed`."""
    listed = list_of(value, "")
    if len(listed) > MOST_ENTRIES:
        raise wrong("", "at most %(most)d are possible", most=MOST_ENTRIES)
    for number, each in enumerate(listed):
        yield number, object_of(each, f"[{number}]", allowed)


def name_of(value: object, place: str, taken: list[str], longest: int = LONGEST_NAME) -> str:
    """Return `value` as the name of an entry, which no other one has; without a slash, for it may stand in addresses."""
    tidy = " ".join(value.split()) if isinstance(value, str) else ""
    if not tidy or len(tidy) > longest or not tidy.isprintable() or "/" in tidy:
        raise wrong(place, "a name of 1 to %(most)d letters is needed, without a slash", most=longest)
    return unique(tidy, place, taken)


def unique(value: str, place: str, taken: list[str]) -> str:
    """Return `value`, which must not be among those `taken`, and take it."""
    if value in taken:
        raise wrong(place, "%(value)s stands in the list already", value=value)
    taken.append(value)
    return value


def _no_profile(name: str) -> Problem:
    return problem("the branch has no work profile %(name)s", name=name)


def _no_printer(name: str) -> Problem:
    return problem("the branch has no printer %(name)s", name=name)


def _no_counter(name: str) -> Problem:
    return problem("the branch has no counter %(name)s", name=name)


_NONE = {"profile": _no_profile, "printer": _no_printer, "counter": _no_counter}


def one_of(value: object, place: str, known: list[str], what: str) -> str | None:
    """Return `value` as one of the `known` names, or None; `what` is `profile`, `printer` or `counter`."""
    if value is None:
        return None
    if not isinstance(value, str) or value not in known:
        raise wrong_because(place, _NONE[what](repr(str(value)[:40])))
    return value


def language_of(value: object, place: str) -> str:
    """Return `value` as the code of a language."""
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value):
        raise wrong(place, "a language's code such as cs or de is needed")
    return value


def texts(value: object, place: str, longest: int = LONGEST_TEXT, *, needed: bool = False) -> dict[str, str]:
    """Return `value` as texts by language."""
    found = texts_of({} if value is None else value, place, longest)
    for language in found:
        language_of(language, f"{place}.{language}")
    if needed and not found:
        raise wrong(place, "a text in one language at least is needed")
    return found


def seconds_of(value: object, place: str) -> int | None:
    """Return minutes, also parts of one, as whole seconds; None for none."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= MOST_MINUTES:
        raise wrong(place, "a number of minutes, %(most)d at most, is needed", most=MOST_MINUTES)
    return max(1, round(value * 60))


def hours_of(value: object, place: str) -> dict[str, list[list[str]]] | None:
    """Return `value` as weekly hours; None for always."""
    if value is None:
        return None
    try:
        check_hours(value)
    except ValueError as error:
        raise wrong_because(place, error.args[0]) from None
    assert isinstance(value, dict)
    return weekly(value)


def check_branch(reading: Reading, data: Any) -> Document:
    """Read the section `branch`."""
    told = object_of(data, "", set(reading.after["branch"]))
    slug = told.get("slug", reading.rows.branch.slug)
    if slug != reading.rows.branch.slug:
        raise wrong("slug", "the document is for another branch than %(branch)s", branch=reading.rows.branch.slug)
    languages = list_of(told.get("languages"), "languages")
    if not 1 <= len(languages) <= MOST_LANGUAGES:
        raise wrong("languages", "1 to %(most)d languages are needed, the branch's own first", most=MOST_LANGUAGES)
    spoken: list[str] = []
    for place, each in enumerate(languages):
        unique(language_of(each, f"languages[{place}]"), f"languages[{place}]", spoken)

    def yes(key: str, usual: bool) -> bool:
        return truth(told.get(key, usual), key)

    return {
        "slug": slug,
        "name": texts(told.get("name"), "name", 200, needed=True),
        "time_zone": _zone(told.get("time_zone")),
        "cut_over_hour": whole(told.get("cut_over_hour", 3), "cut_over_hour", 0, 23),
        "languages": spoken,
        "target_wait_minutes": minutes(seconds_of(told.get("target_wait_minutes", 15), "target_wait_minutes") or 900),
        "finish_on_next": yes("finish_on_next", True),
        "confirm_arrival": yes("confirm_arrival", False),
        "day_ends_by_itself": yes("day_ends_by_itself", True),
        "open_devices": yes("open_devices", False),
        "notice": texts(told.get("notice"), "notice", 500),
        "other_channels": texts(told.get("other_channels"), "other_channels", 500),
    }


def check_new_slug(slug: object) -> str:
    """Return `slug` as what a new branch may be called in addresses.

    Raises:
        QueueError: `invalid_value`.
    """
    if not isinstance(slug, str) or not _SLUG.fullmatch(slug):
        raise wrong("branch/slug", "a name of small letters, digits and - is needed, 64 at most")
    if slug in RESERVED_SLUGS:
        raise wrong("branch/slug", "this word means something else in addresses")
    return slug


def _zone(value: object) -> str:
    if isinstance(value, str) and _ZONE.fullmatch(value):
        try:
            return ZoneInfo(value).key
        except (KeyError, ValueError, OSError):
            pass
    raise wrong("time_zone", "the name of a time zone is needed, such as Europe/Prague")


def check_look(reading: Reading, data: Any) -> Document:
    """Read the section `branding`."""
    told = object_of(data, "", {"accent_colour", "welcome", "logo"})
    branding = check_branding({key: value for key, value in told.items() if key != "logo"})
    for language in branding.welcome:
        language_of(language, f"welcome.{language}")
    return {
        "accent_colour": branding.accent_colour,
        "welcome": dict(branding.welcome),
        "logo": _logo(reading, told.get("logo")),
    }


def _logo(reading: Reading, value: object) -> str | None:
    if value is None or value == reading.after["branding"]["logo"]:
        return value  # type: ignore[return-value]  # it is None or equal to a text
    try:
        data = base64.b64decode(value, validate=True) if isinstance(value, str) else b""
        if not data.startswith(_PNG):
            raise wrong("logo", "a PNG in base64 is needed")
        return base64.b64encode(read_logo(data)).decode()
    except (binascii.Error, ValueError):
        raise wrong("logo", "a PNG in base64 is needed") from None
    except SlipError as error:
        raise wrong_because("logo", problem_of(error)) from None


def check_times(reading: Reading, data: Any) -> Document:
    """Read the section `hours`."""
    told = object_of(data, "", {"weekly", "holidays", "exceptions", "last_ticket"})
    calendar = check_calendar({key: value for key, value in told.items() if key != "weekly"})
    check_country(calendar)
    return {"weekly": hours_of(told.get("weekly"), "weekly"), **calendar.as_data()}


def check_profiles(reading: Reading, data: Any) -> list[Document]:
    """Read the section `profiles`."""
    slugs = reading.names("services", "slug")
    ids = {slug: place for place, slug in enumerate(slugs)}
    taken: list[str] = []
    found = []
    for number, told in entries(data, {"name", "manner", "services"}):
        name = name_of(told.get("name"), f"[{number}].name", taken, MOST_PROFILE_NAME)
        with under(str(number)):
            profile = check_profile({key: value for key, value in told.items() if key != "name"}, ids)
        services = [terms_of({**asdict(each), "service": slugs[each.service_id]}) for each in profile.services]
        found.append({"name": name, "manner": str(profile.manner), "services": services})
    return found


def check_counters(reading: Reading, data: Any) -> list[Document]:
    """Read the section `counters`."""
    taken: list[str] = []
    known = reading.names("profiles")
    return [
        {
            "name": name_of(told.get("name"), f"[{number}].name", taken),
            "profile": one_of(told.get("profile"), f"[{number}].profile", known, "profile"),
        }
        for number, told in entries(data, {"name", "profile"})
    ]


def check_slip(reading: Reading, data: Any) -> list[Document] | None:
    """Read the section `slip`."""
    if data is None:
        return None
    # A text in a language that the branch speaks no longer is kept: it may speak it again one day.
    blocks = data if isinstance(data, list) else []
    written = [block.get("texts") for block in blocks if isinstance(block, dict)]
    more = {key for each in written if isinstance(each, dict) for key in each if _LANGUAGE.fullmatch(key)}
    with _without("layout"):
        return check_layout(data, sorted({*reading.after["branch"]["languages"], *more}))


@contextmanager
def _without(word: str) -> Iterator[None]:
    try:
        yield
    except QueueError as error:
        place = str(error.details.get("field", "")).removeprefix(word)
        raise wrong_because(place.strip("/"), error.details.get("problem", "")) from None


def _set_every_slip(after: Document, now: datetime) -> None:
    # What cannot be set, such as more words than a slip holds, would be found at the printer and hold up every slip.
    setup = setup_of(after)
    for service, told in zip(setup.services, after["services"], strict=True):
        for language in setup.languages:
            try:
                set_slip(sample_facts(setup, service, language, told["slip_text"], now), after["slip"])
            except SlipError as error:
                raise wrong(
                    "slip",
                    "%(problem)s (%(service)s, %(language)s)",
                    problem=problem_of(error),
                    service=service.slug,
                    language=language,
                ) from None


PLAIN: dict[str, Check] = {
    "branch": check_branch,
    "branding": check_look,
    "hours": check_times,
    "privacy": lambda reading, data: check_privacy(data).as_data(),
    "profiles": check_profiles,
    "counters": check_counters,
    "rules": lambda reading, data: rules_json(check_rules(data)),
    "desk": lambda reading, data: asdict(check_desk(data)),
    "reporting": lambda reading, data: check_reporting(data).as_data(),
    "slip": check_slip,
}
"""How the sections are read that are neither services nor devices nor people."""
