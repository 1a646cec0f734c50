"""The demo branch: enough to try everything at once, and no default password."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from queue_app.domain.errors import QueueError
from queue_app.operations import setup
from queue_app.operations.first_start import has_administrator
from queue_app.operations.unit_of_work import Context

SLUG = "demo"
LANGUAGES = ["cs", "sk", "pl", "hu", "en"]


@dataclass(frozen=True)
class Demo:
    """The people of a demo branch that was made just now, with their passwords: shown once, kept nowhere."""

    passwords: dict[str, str]


def create_demo(context: Context, data_dir: Path) -> Demo | None:
    """Make the branch `demo` with five languages, five services, four counters, a kiosk, a screen and a PDF printer.

    Args:
        context: where.
        data_dir: slips are written to its folder `slips`.

    Returns:
        The new people's passwords, or None where the branch is there already.
    """
    try:
        context.setup(SLUG)
    except QueueError:
        pass
    else:
        return None
    with context.database.writing() as connection:
        return _create(connection, context.clock.now(), data_dir)


def _create(connection: Connection, now: datetime, data_dir: Path) -> Demo:
    branch_id = setup.create_branch(
        connection,
        now,
        SLUG,
        BRANCH_NAME,
        "Europe/Prague",
        languages=LANGUAGES,
        open_devices=True,
        other_channels=_OTHER_CHANNELS,
    )
    services = [
        setup.add_service(connection, branch_id, slug, series, name, position=position, bring=bring, **more)
        for position, (slug, series, name, bring, more) in enumerate(SERVICES)
    ]
    everything = setup.add_profile(connection, branch_id, "all", services)
    setup.add_profile(connection, branch_id, "documents", services[:3])
    for position in range(1, 5):
        setup.add_counter(connection, branch_id, str(position), position=position, profile_id=everything)
    slips = {"path": str((data_dir / "slips").resolve())}
    printer = setup.add_printer(connection, branch_id, "PDF", "pdf_folder", slips)
    setup.add_kiosk(connection, branch_id, "Kiosk 1", printer)
    setup.add_screen(connection, branch_id, "Lobby 1")
    passwords = {}
    for username, display_name, role in _PEOPLE:
        passwords[username] = secrets.token_urlsafe(9)
        roles = [(role, branch_id)]
        setup.add_user(connection, now, username, display_name, passwords[username], roles, "cs")
    if not has_administrator(connection):
        username, display_name = _ADMINISTRATOR
        passwords[username] = secrets.token_urlsafe(9)
        setup.add_user(connection, now, username, display_name, passwords[username], [("admin", None)], "cs")
    return Demo(passwords)


BRANCH_NAME = {
    "cs": "Městský úřad Brno-střed",
    "sk": "Mestský úrad Brno-stred",
    "pl": "Urząd Miasta Brno-Środek",
    "hu": "Brno-közép Városháza",
    "en": "Brno-Centre Town Hall",
}

_PEOPLE = (
    ("alena", "Alena", "clerk"),
    ("bohdan", "Bohdan", "clerk"),
    ("marta", "Marta", "manager"),
)

_ADMINISTRATOR = ("dana", "Dana")
"""Of the whole installation, where it has none yet."""

_ID = {
    "cs": "starý doklad, rodný list",
    "sk": "starý doklad, rodný list",
    "pl": "stary dowód, akt urodzenia",
    "hu": "régi okmány, születési anyakönyvi kivonat",
    "en": "your old document, birth certificate",
}

SERVICES: tuple[tuple[str, str, dict[str, str], dict[str, str], dict[str, Any]], ...] = (
    (
        "id-cards",
        "A",
        {
            "cs": "Občanské průkazy",
            "sk": "Občianske preukazy",
            "pl": "Dowody osobiste",
            "hu": "Személyi igazolványok",
            "en": "Identity cards",
        },
        _ID,
        {"expected_service_seconds": 420},
    ),
    (
        "driving",
        "B",
        {
            "cs": "Řidičské průkazy",
            "sk": "Vodičské preukazy",
            "pl": "Prawa jazdy",
            "hu": "Jogosítványok",
            "en": "Driving licences",
        },
        {
            "cs": "občanský průkaz",
            "sk": "občiansky preukaz",
            "pl": "dowód osobisty",
            "hu": "személyi igazolvány",
            "en": "your identity card",
        },
        {"expected_service_seconds": 360},
    ),
    (
        "passports",
        "C",
        {
            "cs": "Cestovní pasy",
            "sk": "Cestovné pasy",
            "pl": "Paszporty",
            "hu": "Útlevelek",
            "en": "Passports",
        },
        _ID,
        {"expected_service_seconds": 480},
    ),
    (
        "payments",
        "D",
        {
            "cs": "Pokladna a poplatky",
            "sk": "Pokladňa a poplatky",
            "pl": "Kasa i opłaty",
            "hu": "Pénztár és díjak",
            "en": "Cash desk and fees",
        },
        {},
        {"expected_service_seconds": 120, "target_wait_seconds": 600},
    ),
    (
        "information",
        "E",
        {
            "cs": "Informace a podatelna",
            "sk": "Informácie a podateľňa",
            "pl": "Informacja i kancelaria",
            "hu": "Ügyfélszolgálat és iktató",
            "en": "Information and filing",
        },
        {},
        {"expected_service_seconds": 180, "target_wait_seconds": 600},
    ),
)

_OTHER_CHANNELS = {
    "cs": "Mnoho věcí vyřídíte i z domova na webu úřadu.",
    "sk": "Mnohé veci vybavíte aj z domu na webe úradu.",
    "pl": "Wiele spraw można załatwić z domu na stronie urzędu.",
    "hu": "Sok ügy otthonról is intézhető a hivatal honlapján.",
    "en": "Much of this can be done from home on our website.",
}
