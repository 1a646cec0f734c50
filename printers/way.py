"""What a way out declares about itself: its kind, the fields of its address, what it takes, how it is made.

Everything about addresses follows from the declarations: their check, their defaults, the administration page, the
command line and the tables of the manual.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

from printers.errors import bad_address
from printers.rendering import Form
from printers.status import Status

FieldType = Literal["str", "int", "float", "bool", "choice", "path"]
Values = Mapping[str, Any]
"""An address after its check: every field has a value."""


def N_(text: str) -> str:
    """Mark a text for translation where it is declared; who shows it translates it."""
    return text


@dataclass(frozen=True, slots=True)
class Delivered:
    """A slip the device has taken in.

    Attributes:
        status: the last thing the device said about itself; None where it was not asked.
        confirmed: the device said that this very slip was processed, not only taken in.
    """

    status: Status | None = None
    confirmed: bool = False


def nothing() -> None:
    """Do nothing, where nobody wants to know at once that a slip was taken."""


class Transport(Protocol):
    """A way to a device; nothing is open between two slips."""

    def send(
        self, data: bytes, job_name: str, ask_first: bool = False, taken: Callable[[], None] = nothing
    ) -> Delivered:
        """Hand over one job completely.

        Args:
            data: what `printers.render` returned.
            job_name: names the job in folders and queues; the same name again replaces the file.
            ask_first: whether to ask a device that can answer how it is, and to send nothing when it cannot print.
            taken: called once, as soon as the device is known to have taken the job, before it is let go.

        Raises:
            PrinterError: any code but `unknown_profile` and `not_pushed`.
        """


@runtime_checkable
class TwoWay(Transport, Protocol):
    """A way on which the device can answer."""

    def read_status(self, timeout_seconds: float) -> Status:
        """Ask the device how it is, without printing.

        Args:
            timeout_seconds: for the answer, once connected.

        Raises:
            PrinterError: it cannot be asked.
        """


@dataclass(frozen=True, slots=True)
class Found:
    """A device that is there now: what to call it, and the address to store."""

    name: str
    address: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an address.

    Args:
        name: how settings call it.
        type: of its value; "path" takes a text or a `Path`.
        meaning: a short English sentence, marked with `N_`.
        required: there is no default.
        default: what an absent field or a null means.
        unit: of a number.
        min, max: of a number, both included.
        choices: the words of a choice.
        pattern: what a text must look like, as a whole.
        example: a text that does.
        secret: never shown again once stored.
    """

    name: str
    type: FieldType
    meaning: str
    required: bool = False
    default: str | int | float | bool | None = None
    unit: str = ""
    min: float | None = None
    max: float | None = None
    choices: tuple[str, ...] = ()
    pattern: str = ""
    example: str = ""
    secret: bool = False

    def check(self, value: object) -> Any:
        """Return the value as the way wants it.

        Args:
            value: as it is stored; None where it is absent.

        Raises:
            PrinterError: `bad_address`; the message names the field.
        """
        if value is None:
            if self.required:
                raise bad_address("The address needs a %(field)s.", field=self.name)
            return self.default
        return _CHECKS[self.type](self, value)

    def _check_str(self, value: object) -> str:
        if not isinstance(value, str) or not value.isprintable() or (self.required and not value.strip()):
            if self.required:
                raise bad_address("The address needs a %(field)s.", field=self.name)
            raise bad_address("%(field)s must be a text.", field=self.name)
        text = value.strip()
        if text and self.pattern and not re.fullmatch(self.pattern, text):
            raise bad_address("%(field)s must look like %(example)s.", field=self.name, example=self.example)
        return text

    def _check_path(self, value: object) -> Path:
        return value if isinstance(value, Path) else Path(self._check_str(value))

    def _check_int(self, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not self._in_range(value):
            if self.min is None or self.max is None:
                raise bad_address("%(field)s must be a whole number.", field=self.name)
            raise bad_address("%(field)s must be a whole number from %(least)s to %(most)s.", **self._range())
        return value

    def _check_float(self, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not self._in_range(value):
            if self.min is None or self.max is None:
                raise bad_address("%(field)s must be a number.", field=self.name)
            raise bad_address("%(field)s must be a number from %(least)s to %(most)s.", **self._range())
        return float(value)

    def _check_bool(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise bad_address("%(field)s must be true or false.", field=self.name)
        return value

    def _check_choice(self, value: object) -> str:
        if not isinstance(value, str) or value not in self.choices:
            raise bad_address("%(field)s must be one of %(words)s.", field=self.name, words=", ".join(self.choices))
        return value

    def _in_range(self, value: float) -> bool:
        # Written so that a NaN, which JSON may bring, is in no range.
        return (self.min is None or value >= self.min) and (self.max is None or value <= self.max) and value == value

    def _range(self) -> dict[str, str]:
        return {"field": self.name, "least": f"{self.min:g}", "most": f"{self.max:g} {self.unit}".rstrip()}


_CHECKS: dict[FieldType, Callable[[Field, object], Any]] = {
    "str": Field._check_str,
    "int": Field._check_int,
    "float": Field._check_float,
    "bool": Field._check_bool,
    "choice": Field._check_choice,
    "path": Field._check_path,
}


@dataclass(frozen=True, slots=True)
class Way:
    """One way out: the constant `WAY` of its module in `printers/ways/`.

    Args:
        kind: its name in settings; the name of its module.
        meaning: a short English sentence, marked with `N_`.
        fields: of its address. Where there are several forms, a field "form" is added.
        forms: what it can take, the usual one first.
        make: turns checked values into a transport. None where nothing is pushed: the slip is fetched, by the printer
            or by the kiosk's browser.
        discover: lists the devices that are there now, within a second or so.
    """

    kind: str
    meaning: str
    fields: tuple[Field, ...]
    forms: tuple[Form, ...]
    make: Callable[[Values], Transport] | None
    discover: Callable[[], list[Found]] | None = None

    def __post_init__(self) -> None:
        if len(self.forms) > 1:
            meaning = N_("What the printer is sent: its own commands (escpos) or a document.")
            field = Field("form", "choice", meaning, default=self.forms[0], choices=self.forms)
            object.__setattr__(self, "fields", (*self.fields, field))

    @property
    def pull(self) -> bool:
        """Whether slips are fetched instead of sent."""
        return self.make is None

    def check(self, address: object) -> Values:
        """Return the values of all fields.

        Args:
            address: as it is stored: an object with named fields.

        Raises:
            PrinterError: `bad_address`; the message names the field.
        """
        if not isinstance(address, Mapping):
            raise bad_address("The address must be an object with named fields.")
        names = [field.name for field in self.fields]
        unknown = sorted(str(name) for name in address if name not in names)
        if unknown:
            known = ", ".join(names) or "none"
            raise bad_address(
                "The address of a printer of kind %(kind)s has no field %(field)s. Known: %(known)s.",
                kind=self.kind,
                field=repr(unknown[0]),
                known=known,
            )
        return {field.name: field.check(address.get(field.name)) for field in self.fields}

    def form(self, address: object) -> Form:
        """Return what a printer at this address is sent.

        Raises:
            PrinterError: `bad_address`.
        """
        form: Form = self.check(address).get("form", self.forms[0])
        return form


def seconds(name: str, default: float, meaning: str) -> Field:
    """Return the field of a time-out: above nothing, at most a minute, because a spooler's claim ends."""
    return Field(name, "float", meaning, default=default, unit="s", min=0.01, max=60)
