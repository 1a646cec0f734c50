"""What a password must be: long enough, not the person's name, and not one that everybody tries first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from queue_app.domain.errors import QueueError

LEAST_LETTERS = 10
MOST_LETTERS = 200

COMMON = frozenset(
    {
        "1234567890", "0123456789", "0987654321", "12345678910", "123456789a", "1234567890q", "1q2w3e4r5t", "1qaz2wsx3edc",
        "qwertyuiop", "qwertzuiop", "qwerty12345", "qwertz12345", "asdfghjkl1", "zaq12wsxcde", "password12", "password123",
        "password1234", "passw0rd123", "administrator", "administrator1", "admin12345", "welcome123", "letmein123",
        "changeme123", "iloveyou12", "heslo12345", "heslo123456", "tajneheslo", "mojeheslo1", "haslo12345", "hasło12345",
        "mojehaslo1", "jelszo1234", "nemtudom12", "football123", "qazwsxedcr", "abcdefghij", "abcdefgh12",
    }
)  # fmt: skip
"""Of the passwords that are tried first, those that are long enough."""


def check_password(password: str, names: Iterable[str]) -> None:
    """Refuse a password that is easily guessed.

    Args:
        password: as it was entered.
        names: of the person: user name and display name.

    Raises:
        QueueError: `weak_password`, with `problem`: `short`, `long`, `name`, `common` or `same` (one letter repeated).
    """
    plain = _plain(password)
    if len(password) < LEAST_LETTERS:
        raise QueueError("weak_password", problem="short", least=LEAST_LETTERS)
    if len(password) > MOST_LETTERS:
        raise QueueError("weak_password", problem="long", most=MOST_LETTERS)
    if len(set(plain)) <= 2:
        raise QueueError("weak_password", problem="same")
    if plain in COMMON or plain.rstrip("0123456789!.") in COMMON:
        raise QueueError("weak_password", problem="common")
    if any(_is_name(plain, _plain(name)) for name in names):
        raise QueueError("weak_password", problem="name")


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter) and not letter.isspace())


def _is_name(password: str, name: str) -> bool:
    """Say whether a password is a name, also one with a number behind it, or twice the name."""
    rest = password.replace(name, "") if len(name) >= 4 else password
    return rest != password and not re.search(r"[^\W\d_]{3}", rest)
