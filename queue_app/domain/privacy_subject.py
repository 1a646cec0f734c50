"""About whom somebody asks what is held, or wants it erased: a ticket, whoever left a telephone number, a member of staff."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from queue_app.domain.privacy import normal_phone
from queue_app.domain.reading import object_of, wrong

LONGEST = 100


@dataclass(frozen=True)
class Subject:
    """Exactly one of: a ticket by label and business date, a telephone number as it is kept, a person by user name."""

    ticket: tuple[str, date] | None = None
    phone: str | None = field(default=None, repr=False)
    person: str | None = None

    @property
    def what(self) -> str:
        """What it is, for the privacy log, which names nobody: `ticket A017/2026-03-04`, `phone`, `person`."""
        return f"ticket {self.ticket[0]}/{self.ticket[1]}" if self.ticket else "phone" if self.phone else "person"


def check_subject(data: object) -> Subject:
    """Read `{ticket, date}`, `{phone}` or `{person}`.

    Raises:
        QueueError: `invalid_value`; what was written is not repeated.
    """
    told = {
        name: value
        for name, value in object_of(data, "", {"ticket", "date", "phone", "person"}).items()
        if value is not None
    }
    for name, value in told.items():
        if not isinstance(value, str) or not 1 <= len(value.strip()) <= LONGEST:
            raise wrong(name, "1 to %(most)d characters are needed", most=LONGEST)
    if told.keys() == {"ticket", "date"}:
        return Subject(ticket=(told["ticket"].strip().upper(), _day(told["date"])))
    if told.keys() == {"phone"}:
        return Subject(phone=normal_phone(told["phone"], "phone"))
    if told.keys() == {"person"}:
        return Subject(person=told["person"].strip())
    raise wrong("", "ticket and date, or phone, or person is needed, and nothing else")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise wrong("date", "a day like 2026-11-22 is needed") from None
