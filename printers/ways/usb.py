"""A printer on USB, spoken to without a driver of the system."""

import contextlib
import errno
from dataclasses import dataclass
from functools import partial
from typing import Any

import usb.core
import usb.util

from printers.deadline import Deadline
from printers.dialogue import TALK_FIELDS, StreamTransport
from printers.errors import PrinterError
from printers.way import N_, Field, Found, Values, Way, seconds

_CHUNK_BYTES = 4096
_READ_BYTES = 512
_PRINTER_CLASS, _VENDOR_CLASS = 7, 255
_STALE_READS = 32
_ID = "[0-9A-Fa-f]{4}"
_GONE = {errno.ENODEV, errno.ENOENT, errno.EIO, errno.ENXIO, errno.ESHUTDOWN}


@dataclass(frozen=True, slots=True)
class UsbLine:
    """A printer whose interface is claimed.

    Args:
        device: it is.
        interface: its number.
        out, back: the bulk endpoints to it and from it; not every printer has the second.
    """

    device: Any
    interface: int
    out: Any
    back: Any

    @property
    def answers(self) -> bool:
        """Whether it can."""
        return self.back is not None

    def write(self, data: bytes, deadline: Deadline) -> None:
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[self.out.write(rest[:_CHUNK_BYTES].tobytes(), _milliseconds(deadline)) :]
            except usb.core.USBTimeoutError:
                raise _jam() from None
            except usb.core.USBError as error:
                raise _usb_error(error) from error
            if rest and not deadline.left:
                raise _jam()

    def read(self, deadline: Deadline) -> bytes:
        # An empty packet is no answer; there may be many of them before one.
        while self.answers and deadline.left:
            try:
                if data := bytes(self.back.read(_READ_BYTES, _milliseconds(deadline))):
                    return data
            except usb.core.USBTimeoutError:
                break
            except usb.core.USBError as error:
                raise _usb_error(error) from error
        return b""

    def finish(self) -> None:
        """Nothing to wait for: a transfer ends when the printer has taken its bytes."""

    def close(self) -> None:
        with contextlib.suppress(usb.core.USBError):
            usb.util.release_interface(self.device, self.interface)
        usb.util.dispose_resources(self.device)


def open_usb(vendor_id: str, product_id: str, serial_number: str) -> UsbLine:
    """Find a printer, take it from the system's own driver and claim it.

    Args:
        vendor_id, product_id: four hexadecimal digits each.
        serial_number: where several of the same model are plugged in; empty for any.

    Raises:
        PrinterError: `unplugged`, `refused` (another program holds it), `not_writable` (no right to) or `bad_address`
            (no printer).
    """
    try:
        device = _find(vendor_id, product_id, serial_number)
        _configure(device)
        interface, out, back = _endpoints(device)
        # Some systems have no drivers to take it from.
        with contextlib.suppress(NotImplementedError):
            if device.is_kernel_driver_active(interface):
                device.detach_kernel_driver(interface)
        usb.util.claim_interface(device, interface)
    except usb.core.NoBackendError as error:
        raise PrinterError("not_writable", "USB cannot be used here: the library libusb is missing.") from error
    except usb.core.USBError as error:
        raise _usb_error(error) from error
    line = UsbLine(device, interface, out, back)
    _drop_stale(line)
    return line


def _find(vendor_id: str, product_id: str, serial_number: str) -> Any:
    found = usb.core.find(find_all=True, idVendor=int(vendor_id, 16), idProduct=int(product_id, 16))
    for device in found:
        if not serial_number or _serial_number(device) == serial_number:
            return device
    which = f" with the serial number {serial_number}" if serial_number else ""
    raise PrinterError("unplugged", f"There is no printer {vendor_id}:{product_id}{which} on USB. Is it plugged in?")


def _serial_number(device: Any) -> str | None:
    # A device that may not be opened, or has no texts, has no serial number for us.
    with contextlib.suppress(usb.core.USBError, ValueError, NotImplementedError):
        number: str | None = device.serial_number
        return number
    return None


def _configure(device: Any) -> None:
    """Choose the configuration where nobody has; choosing it again would reset a device that works."""
    try:
        device.get_active_configuration()
    except usb.core.USBError:
        device.set_configuration()


def _endpoints(device: Any) -> tuple[int, Any, Any]:
    """Return the interface to print on: the first of the printer class, else one of the maker's own."""
    interfaces = list(device.get_active_configuration())
    for wanted in (_PRINTER_CLASS, _VENDOR_CLASS):
        for interface in interfaces:
            out, back = _bulk(interface, usb.util.ENDPOINT_OUT), _bulk(interface, usb.util.ENDPOINT_IN)
            if interface.bInterfaceClass == wanted and out is not None:
                return interface.bInterfaceNumber, out, back
    raise PrinterError("bad_address", "The device on USB is no printer. Check the vendor and the product.")


def _bulk(interface: Any, direction: int) -> Any:
    for endpoint in interface:
        address, attributes = endpoint.bEndpointAddress, endpoint.bmAttributes
        if usb.util.endpoint_direction(address) == direction and (
            usb.util.endpoint_type(attributes) == usb.util.ENDPOINT_TYPE_BULK
        ):
            return endpoint
    return None


def _drop_stale(line: UsbLine) -> None:
    """Forget what the device said to somebody before; one that talks without end is left talking."""
    for _ in range(_STALE_READS):
        if not line.read(Deadline(0.002)):
            return


def _milliseconds(deadline: Deadline) -> int:
    # 0 would mean for ever.
    return max(int(deadline.left * 1000), 1)


def _jam() -> PrinterError:
    return PrinterError("timed_out", "The printer on USB does not take data. Is it out of paper, jammed or open?")


def _usb_error(error: Any) -> PrinterError:
    match error.errno:
        case number if number in _GONE:
            return PrinterError("unplugged", "The printer on USB went away. Check its cable and its power.")
        case errno.EBUSY:
            return PrinterError("refused", "Another program holds the printer on USB.")
        case errno.EACCES | errno.EPERM:
            return PrinterError(
                "not_writable", "The right to use the printer on USB is missing. See the manual on udev."
            )
        case _:
            return PrinterError("broken_off", "The connection to the printer on USB broke off. Check the slip.")


def _make(values: Values) -> StreamTransport:
    address = (values["vendor_id"], values["product_id"], values["serial_number"])
    return StreamTransport.from_values(values, partial(open_usb, *address))


def _discover() -> list[Found]:
    found = []
    with contextlib.suppress(usb.core.USBError, usb.core.NoBackendError):
        for device in usb.core.find(find_all=True):
            if not _is_printer(device):
                continue
            address = {"vendor_id": f"{device.idVendor:04x}", "product_id": f"{device.idProduct:04x}"}
            number = _serial_number(device)
            name = " ".join([f"USB {address['vendor_id']}:{address['product_id']}", *([number] if number else [])])
            found.append(Found(name, address | ({"serial_number": number} if number else {})))
    return found


def _is_printer(device: Any) -> bool:
    with contextlib.suppress(usb.core.USBError):
        return any(interface.bInterfaceClass == _PRINTER_CLASS for setup in device for interface in setup)
    return False


WAY = Way(
    kind="usb",
    meaning=N_("A printer on USB, without a driver of the system."),
    fields=(
        Field(
            "vendor_id", "str", N_("The maker, as lsusb shows it before the colon."), True, pattern=_ID, example="04b8"
        ),
        Field(
            "product_id", "str", N_("The model, as lsusb shows it after the colon."), True, pattern=_ID, example="0e15"
        ),
        Field("serial_number", "str", N_("Which one, where several of a model are plugged in."), default=""),
        seconds("write_timeout_seconds", 5, N_("How long handing over a whole slip may take.")),
        *TALK_FIELDS,
    ),
    forms=("escpos",),
    make=_make,
    discover=_discover,
)
