"""What a driver declares about itself: its kind, the fields of its address, how a line is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from queue_app.panels.content import PROFILES, Profile
from queue_app.panels.deadline import Deadline
from queue_app.panels.errors import PanelError
from queue_app.panels.frames import ARROWS

Values = Mapping[str, Any]
"""An address after its check: every field has a value."""


class Line(Protocol):
    """An open line to one panel or to several, which their addresses tell apart."""

    def write(self, data: bytes, deadline: Deadline) -> None:
        """Hand over everything.

        Raises:
            PanelError: `broken_off`, also where it takes longer than the deadline.
        """

    def read(self, deadline: Deadline) -> bytes:
        """Return what has come; nothing where nothing comes before the deadline.

        Raises:
            PanelError: `broken_off`.
        """

    def close(self) -> None:
        """Let it go; never fails."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an address.

    Args:
        name: how settings call it.
        meaning: an English sentence, as it stands in the manual.
        default: what an absent field means; None where it is needed.
        least, most: of a number.
        choices: of a word.
        unit: of a number.
    """

    name: str
    meaning: str
    default: str | int | None = None
    least: int | None = None
    most: int | None = None
    choices: tuple[str, ...] = ()
    unit: str = ""

    @property
    def is_number(self) -> bool:
        """Whether its values are whole numbers."""
        return self.most is not None

    def check(self, value: object) -> str | int:
        """Return the value, or the default where it is None.

        Raises:
            PanelError: `bad_address`.
        """
        if value is None:
            value = self.default
        if self.is_number:
            assert self.least is not None and self.most is not None
            if isinstance(value, int) and not isinstance(value, bool) and self.least <= value <= self.most:
                return value
            raise PanelError(
                "bad_address",
                "%(field)s has to be a whole number from %(least)d to %(most)d.",
                self.name,
                field=self.name,
                least=self.least,
                most=self.most,
            )
        if not isinstance(value, str) or not value.strip() or not value.isprintable() or len(value) > 250:
            raise PanelError("bad_address", "%(field)s has to be a text.", self.name, field=self.name)
        if self.choices and value not in self.choices:
            words = ", ".join(self.choices)
            raise PanelError(
                "bad_address", "%(field)s has to be one of %(words)s.", self.name, field=self.name, words=words
            )
        return value.strip()


COMMON = (
    Field("number", "The panel's own address on its line, as set on the panel.", 1, 1, 99),
    Field("profile", "Its model: how many characters, and which.", "segments-4", choices=tuple(PROFILES)),
    Field("blink_seconds", "How long a new call blinks.", 8, 0, 60, unit="s"),
    Field("answer_milliseconds", "How long it may take to answer.", 500, 20, 5000, unit="ms"),
)
"""Fields that every driver's addresses have beside its own, and beside `arrows`."""


@dataclass(frozen=True, slots=True)
class Driver:
    """One way to panels: the constant `DRIVER` of its module in `queue_app/panels/drivers/`.

    Args:
        kind: its name in settings; the name of its module.
        meaning: an English sentence.
        fields: of its addresses.
        line: the names of those fields that say which line it is: panels with the same values share one.
        open: turns checked values into an open line, within a bounded time; raises PanelError.
    """

    kind: str
    meaning: str
    fields: tuple[Field, ...]
    line: tuple[str, ...]
    open: Callable[[Values], Line]

    def check(self, address: object) -> Values:
        """Return the values of all fields.

        Args:
            address: as it is stored.

        Raises:
            PanelError: `bad_address`, with the field.
        """
        if not isinstance(address, Mapping):
            raise PanelError("bad_address", "The address has to be an object with named fields.")
        fields = {field.name: field for field in (*self.fields, *COMMON)}
        for name in address:
            if name not in fields and name != "arrows":
                known = ", ".join([*fields, "arrows"])
                raise PanelError("bad_address", "There is no such field. Known are %(known)s.", str(name), known=known)
        values = {name: field.check(address.get(name)) for name, field in fields.items()}
        return {**values, "arrows": _check_arrows(address.get("arrows"))}

    def place(self, values: Values) -> tuple[Any, ...]:
        """Return which line these checked values mean."""
        return (self.kind, *(values[name] for name in self.line))


def profile_of(values: Values) -> Profile:
    """Return the model of the panel with these checked values."""
    return PROFILES[values["profile"]]


def _check_arrows(arrows: object) -> dict[str, str]:
    if arrows is None:
        return {}
    if not isinstance(arrows, Mapping) or len(arrows) > 200:
        raise PanelError("bad_address", "arrows has to be an object with directions by counter.", "arrows")
    for counter, direction in arrows.items():
        if direction not in ARROWS:
            raise PanelError(
                "bad_address",
                "%(counter)s: a direction is one of %(words)s.",
                "arrows",
                counter=counter,
                words=", ".join(ARROWS),
            )
    return {str(counter): str(direction) for counter, direction in arrows.items()}
