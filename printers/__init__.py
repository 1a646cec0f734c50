"""Printers: a slip in, bytes out, bytes to a device. A leaf library that knows nothing of queues.

    printer = Printer.from_settings({"kind": "network", "address": {"host": "192.0.2.7"}})
    deliver(slip, printer, job_name="2025-03-04-A017")

Rendering is pure; only transports touch the world. Every failure is a `PrinterError` or a `SlipError`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from printers.errors import PrinterError
from printers.escpos_slip import render_escpos
from printers.pdf_slip import PAPERS, render_pdf
from printers.profiles import get_profile
from printers.slip import Block, Label, Qr, Rule, Slip, SlipError, Space, Text
from printers.transports import KINDS, Transport, make_transport

__all__ = [
    "KINDS",
    "PAPERS",
    "Block",
    "Label",
    "Printer",
    "PrinterError",
    "Qr",
    "Rule",
    "Slip",
    "SlipError",
    "Space",
    "Text",
    "Transport",
    "deliver",
    "make_transport",
    "render",
    "render_escpos",
    "render_pdf",
]


@dataclass(frozen=True, slots=True)
class Printer:
    """One configured printer; making one checks everything that can be checked without the device.

    Args:
        kind: "network", "file", "folder" or "pdf_folder".
        address: where it is; the fields of `make_transport`.
        profile: name of a `PrinterProfile`, for kinds that take ESC/POS.
        paper: "roll80", "roll58" or "a6", for PDFs.

    Raises:
        PrinterError: `bad_address` or `unknown_profile`.
    """

    kind: str
    address: Mapping[str, object] = field(hash=False)
    profile: str = "generic-80"
    paper: str = "roll80"

    def __post_init__(self) -> None:
        make_transport(self.kind, self.address)
        get_profile(self.profile)
        if self.paper not in PAPERS:
            known = ", ".join(PAPERS)
            raise PrinterError("unknown_profile", f"There is no paper {self.paper!r}. Known: {known}.")

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
            raise PrinterError("bad_address", f"A printer has no setting {unknown[0]!r}.")
        address = settings.get("address")
        if not isinstance(address, Mapping):
            raise PrinterError("bad_address", "A printer needs an address: an object with named fields.")
        words = {name: value for name, value in settings.items() if name != "address" and value is not None}
        for name, value in words.items():
            if not isinstance(value, str):
                raise PrinterError("bad_address", f"A printer's {name} must be a text.")
        if "kind" not in words:
            raise PrinterError("bad_address", f"A printer needs a kind: {', '.join(KINDS)}.")
        return cls(address=address, **{name: str(value) for name, value in words.items()})


def render(slip: Slip, printer: Printer) -> bytes:
    """Return the bytes this printer wants for the slip: PDF for "pdf_folder", ESC/POS for all others.

    Args:
        slip: what stands on the paper.
        printer: where it goes.
    """
    if printer.kind == "pdf_folder":
        return render_pdf(slip, printer.paper)
    return render_escpos(slip, get_profile(printer.profile))


def deliver(slip: Slip, printer: Printer, job_name: str) -> None:
    """Render the slip and hand it to the device; returns when the device has taken it in.

    Args:
        slip: what stands on the paper.
        printer: where it goes.
        job_name: names the file in folders; the same name again replaces it.

    Raises:
        PrinterError: why it did not work, and whether trying again can help.
    """
    make_transport(printer.kind, printer.address).send(render(slip, printer), job_name)
