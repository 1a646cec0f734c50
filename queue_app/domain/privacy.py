"""What a branch asks its visitors about themselves, how long that is kept, and how long single visits are."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from queue_app.domain.reading import object_of, truth, whole, wrong

MOST_HOURS = 30 * 24
MOST_DAYS = 3660
LONGEST_NAME = 80
_PHONE_SPACES = str.maketrans("", "", " -.()/\u00a0")
_PHONE = re.compile(r"\+?[0-9]{6,15}", re.ASCII)
_OF_A_NAME = " .,'’-"


@dataclass(frozen=True)
class PrivacyRules:
    """What holds for the personal data of a branch. Usually none is taken.

    Attributes:
        ask_name, ask_phone: whether a visitor may leave a name, a telephone number, with the ticket.
        erase_after_hours: so long after the end of the visit they are erased.
        retention_days: of business dates that are older only anonymous figures are kept; None keeps everything.
    """

    ask_name: bool = False
    ask_phone: bool = False
    erase_after_hours: int = 24
    retention_days: int | None = None

    @property
    def asked(self) -> frozenset[str]:
        """What a visitor may leave: `name`, `phone`."""
        return frozenset({"name"} if self.ask_name else ()) | frozenset({"phone"} if self.ask_phone else ())

    @property
    def erase_after(self) -> timedelta:
        """How long after the end of the visit it is kept."""
        return timedelta(hours=self.erase_after_hours)

    def figures_only_before(self, today: date) -> date | None:
        """Return the first business date whose single visits are kept still; None where they all are."""
        return None if self.retention_days is None else today - timedelta(days=self.retention_days)

    def as_data(self) -> dict[str, object]:
        """Return the rules as `check_privacy` reads them."""
        return {
            "ask_name": self.ask_name,
            "ask_phone": self.ask_phone,
            "erase_after_hours": self.erase_after_hours,
            "retention_days": self.retention_days,
        }


def check_privacy(data: object) -> PrivacyRules:
    """Read what a branch says of personal data; everything may be left out.

    Raises:
        QueueError: `invalid_value` with `field` and `problem`, for the first mistake found.
    """
    told = object_of(data, "", set(PrivacyRules.__dataclass_fields__))
    usual = PrivacyRules()
    days = told.get("retention_days")
    return PrivacyRules(
        ask_name=truth(told.get("ask_name", usual.ask_name), "ask_name"),
        ask_phone=truth(told.get("ask_phone", usual.ask_phone), "ask_phone"),
        erase_after_hours=whole(
            told.get("erase_after_hours", usual.erase_after_hours), "erase_after_hours", 0, MOST_HOURS
        ),
        retention_days=None if days is None else whole(days, "retention_days", 1, MOST_DAYS),
    )


@dataclass(frozen=True, repr=False)
class Contact:
    """What a visitor left: a name, a telephone number, or both. It does not show itself, so that no log ever has it."""

    name: str | None = None
    phone: str | None = None

    @property
    def parts(self) -> frozenset[str]:
        """What of it there is: `name`, `phone`."""
        return frozenset(self.as_data())

    def as_data(self) -> dict[str, str]:
        """Return what there is of it, as `check_contact` reads it."""
        both = {"name": self.name, "phone": self.phone}
        return {part: value for part, value in both.items() if value is not None}


@dataclass(frozen=True)
class SealedContact:
    """What a visitor left, encrypted; `parts` says of what kind it is."""

    parts: frozenset[str]
    sealed: bytes = field(repr=False)


def check_contact(data: object) -> Contact | None:
    """Read what a visitor left; None where that is nothing.

    Raises:
        QueueError: `invalid_value` with `field` and `problem`; what was written is not repeated.
    """
    if data is None:
        return None
    # Whatever else somebody may have sent is no more repeated than the name is.
    told = data if isinstance(data, dict) and data.keys() <= {"name", "phone"} else None
    if told is None:
        raise wrong("contact", "an object of name and phone is needed")
    contact = Contact(_name(told.get("name")), normal_phone(told.get("phone")))
    return contact if contact.parts else None


def _name(value: object) -> str | None:
    if value is None:
        return None
    text = " ".join(value.split()) if isinstance(value, str) else None
    if text is None or len(text) > LONGEST_NAME or not all(each.isalpha() or _is_mark(each) for each in text):
        raise wrong(
            "contact.name", "letters, spaces and . , ' - are possible, %(most)d of them at most", most=LONGEST_NAME
        )
    if text and not any(each.isalpha() for each in text):
        raise wrong("contact.name", "a name has letters")
    return text or None


def _is_mark(letter: str) -> bool:
    # Some scripts write their vowels as marks of their own, which are no letters to Python but letters to their readers.
    return letter in _OF_A_NAME or (not letter.isascii() and letter.isprintable() and not letter.isnumeric())


def normal_phone(value: object, place: str = "contact.phone") -> str | None:
    """Return a telephone number as it is kept, digits after an optional `+`; None for an empty one.

    Raises:
        QueueError: `invalid_value`.
    """
    if value is None:
        return None
    text = value.translate(_PHONE_SPACES) if isinstance(value, str) and len(value) <= 40 else "?"
    if text and not _PHONE.fullmatch(text):
        raise wrong(place, "a telephone number has 6 to 15 digits, and may begin with +")
    return text or None
