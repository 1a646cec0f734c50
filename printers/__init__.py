"""Printers: a slip in, bytes out, bytes to a device. A leaf library that knows nothing of queues.

    printer = Printer.from_settings({"kind": "network", "address": {"host": "192.0.2.7"}})
    deliver(slip, printer, job_name="2025-03-04-A017")

Rendering is pure; only transports touch the world. Every failure is a `PrinterError` or a `SlipError`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from printers import rendering
from printers.errors import PrinterError, bad_address, unknown_profile
from printers.escpos_slip import render_escpos
from printers.pdf_slip import PAPERS, render_pdf
from printers.profiles import get_profile
from printers.rendering import Form
from printers.slip import Block, Label, Qr, Rule, Slip, SlipError, Space, Text
from printers.status import Status, read_status
from printers.transports import KINDS, field_table, get_way, make_transport
from printers.way import Delivered, Transport, Way, nothing

__all__ = [
    "KINDS",
    "PAPERS",
    "Block",
    "Delivered",
    "Form",
    "Label",
    "Printer",
    "PrinterError",
    "Qr",
    "Rule",
    "Slip",
    "SlipError",
    "Space",
    "Status",
    "Text",
    "Transport",
    "Way",
    "deliver",
    "field_table",
    "get_way",
    "make_transport",
    "read_status",
    "render",
    "render_escpos",
    "render_pdf",
]


@dataclass(frozen=True, slots=True)
class Printer:
    """One configured printer; making one checks everything that can be checked without the device.

    Args:
        kind: one of `KINDS`.
        address: where it is; the fields of its kind, see `field_table`.
        profile: name of a `PrinterProfile`, for forms that follow the printer's abilities.
        paper: "roll80", "roll58" or "a6", for PDFs.

    Raises:
        PrinterError: `bad_address` or `unknown_profile`.
    """

    kind: str
    address: Mapping[str, object] = field(hash=False)
    profile: str = "generic-80"
    paper: str = "roll80"

    def __post_init__(self) -> None:
        self.way.check(self.address)
        get_profile(self.profile)
        if self.paper not in PAPERS:
            known = ", ".join(PAPERS)
            raise unknown_profile("There is no paper %(paper)s. Known: %(known)s.", paper=repr(self.paper), known=known)

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> "Printer":
        """Make a printer from stored settings.

        Args:
            settings: "kind" and "address", perhaps "profile" and "paper"; a null counts as absent.

        Raises:
            PrinterError: `bad_address` or `unknown_profile`.
        """
        unknown = sorted(set(settings) - {"kind", "address", "profile", "paper"})
        if unknown:
            raise bad_address("A printer has no setting %(name)s.", name=repr(unknown[0]))
        address = settings.get("address")
        if not isinstance(address, Mapping):
            raise bad_address("A printer needs an address: an object with named fields.")
        words = {name: value for name, value in settings.items() if name != "address" and value is not None}
        for name, value in words.items():
            if not isinstance(value, str):
                raise bad_address("A printer's %(name)s must be a text.", name=name)
        if "kind" not in words:
            raise bad_address("A printer needs a kind: %(kinds)s.", kinds=", ".join(KINDS))
        return cls(address=address, **{name: str(value) for name, value in words.items()})

    @property
    def way(self) -> Way:
        """The way out its kind names."""
        return get_way(self.kind)

    @property
    def form(self) -> Form:
        """What it is sent."""
        return self.way.form(self.address)

    @property
    def pull(self) -> bool:
        """Whether its slips are fetched, by itself or by the kiosk's browser, instead of delivered."""
        return self.way.pull

    def transport(self) -> Transport:
        """Return the way to its device; nothing is opened yet.

        Raises:
            PrinterError: `not_pushed` where slips are fetched.
        """
        return make_transport(self.kind, self.address)


def render(slip: Slip, printer: Printer) -> bytes:
    """Return the bytes this printer wants for the slip.

    Args:
        slip: what stands on the paper.
        printer: where it goes; its form, profile and paper decide.
    """
    return rendering.render(slip, printer.form, get_profile(printer.profile), printer.paper)


def deliver(
    slip: Slip, printer: Printer, job_name: str, ask_first: bool = True, taken: Callable[[], None] = nothing
) -> Delivered:
    """Render the slip and hand it to the device; returns when the device has taken it in.

    Args:
        slip: what stands on the paper.
        printer: where it goes; one whose slips are pushed.
        job_name: names the file in folders and the job in queues; the same name again replaces the file.
        ask_first: ask a device that can answer how it is, and send nothing when it cannot print. A silent device costs
            its `answer_timeout_seconds` a slip; pass False once a slip came back with `status.answered` False. The
            address's `status` goes first: "always" asks anyway, "never" does not.
        taken: called once, as soon as the device is known to have taken the slip and before it is let go: the place to
            write that down, so that a slip which the device knows to be taken is never sent again.

    Returns:
        What the device said, and whether it confirmed the slip.

    Raises:
        PrinterError: why it did not work, and whether trying again can help. With `paper_out`, `cover_open`, `fault` and
            `offline` said before the slip, no byte of it was sent; said after it, part of it may be on paper.
    """
    return printer.transport().send(render(slip, printer), job_name, ask_first=ask_first, taken=taken)
