"""A printer on a serial line, real or behind a USB adapter."""

import contextlib
import errno
import termios
import time
from dataclasses import dataclass
from functools import partial
from typing import Any

import serial
from serial.tools import list_ports

from printers.deadline import Deadline
from printers.dialogue import TALK_FIELDS, StreamTransport
from printers.errors import PrinterError
from printers.way import N_, Field, Found, Values, Way, seconds

# The system refuses a setting with an error of its own family.
_ERRORS = (serial.SerialException, OSError, termios.error)
_READ_BYTES = 256
_POLL_SECONDS = 0.01
_PARITIES = {"none": serial.PARITY_NONE, "even": serial.PARITY_EVEN, "odd": serial.PARITY_ODD}
_BAUDS = tuple(str(baud) for baud in (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400))


@dataclass(frozen=True, slots=True)
class SerialLine:
    """An open serial line.

    Args:
        port: open, and locked against other programs that lock.
        flush_seconds: how long the last bytes may wait in the computer for the printer.
        answers: whether it can; only some do.
    """

    port: Any
    flush_seconds: float
    answers: bool = True

    def write(self, data: bytes, deadline: Deadline) -> None:
        try:
            self.port.write_timeout = max(deadline.left, 0.001)
            self.port.write(data)
        except serial.SerialTimeoutException:
            self._give_up()
            raise _jam() from None
        except _ERRORS as error:
            raise _serial_error(error, self.port.name) from error

    def read(self, deadline: Deadline) -> bytes:
        try:
            self.port.timeout = deadline.left
            first: bytes = self.port.read(1)
            rest: bytes = self.port.read(min(self.port.in_waiting, _READ_BYTES)) if first else b""
        except _ERRORS as error:
            raise _serial_error(error, self.port.name) from error
        return first + rest

    def finish(self) -> None:
        """Wait until the computer has nothing left to send; its own way to wait knows no bound."""
        deadline = Deadline(self.flush_seconds)
        try:
            while self.port.out_waiting:
                if not deadline.left:
                    self._give_up()
                    raise _jam()
                time.sleep(_POLL_SECONDS)
        except _ERRORS as error:
            raise _serial_error(error, self.port.name) from error

    def close(self) -> None:
        with contextlib.suppress(*_ERRORS):
            self.port.close()

    def _give_up(self) -> None:
        # Closing would otherwise wait half a minute for a printer that takes nothing.
        with contextlib.suppress(*_ERRORS):
            self.port.reset_output_buffer()


def open_serial(values: Values) -> SerialLine:
    """Open a serial line.

    Args:
        values: of the fields of `WAY`.

    Raises:
        PrinterError: `unplugged`, `refused` (another program has it), `not_writable` or `broken_off`.
    """
    flow = values["flow_control"]
    try:
        port = serial.Serial(
            values["port"],
            baudrate=int(values["baud"]),
            parity=_PARITIES[values["parity"]],
            xonxoff=flow == "xon_xoff",
            rtscts=flow == "rts_cts",
            exclusive=True,
        )
        port.reset_input_buffer()  # What it said to somebody before.
    except (*_ERRORS, ValueError) as error:
        raise _serial_error(error, values["port"]) from error
    return SerialLine(port, values["write_timeout_seconds"])


def _jam() -> PrinterError:
    return PrinterError(
        "timed_out", "The printer on the serial line takes no data. Is it out of paper, jammed or open?"
    )


def _serial_error(error: Exception, port: str) -> PrinterError:
    match _number(error):
        case errno.EAGAIN | errno.EBUSY:
            return PrinterError("refused", f"Another program holds the serial line {port}.")
        case errno.EACCES | errno.EPERM:
            return PrinterError("not_writable", f"The right to use the serial line {port} is missing.")
        case errno.ENOENT | errno.ENODEV | errno.ENXIO | errno.EIO:
            return PrinterError("unplugged", f"There is no serial line {port}. Is its adapter plugged in?")
        case errno.ENOTTY | errno.EINVAL | errno.EISDIR | errno.ENOTDIR:
            return PrinterError("bad_address", f"{port} is no serial line, or none that can be set so.")
        case _:
            return PrinterError("broken_off", f"The serial line {port} broke off. Check its plug, and the slip.")


def _number(error: BaseException) -> int | None:
    """Return the system's number of an error; pyserial hides some in the text of another."""
    if isinstance(error, termios.error):
        return int(error.args[0])
    number: int | None = getattr(error, "errno", None)
    return number if number is not None or error.__context__ is None else _number(error.__context__)


def _discover() -> list[Found]:
    return [Found(f"{port.device} {port.description}", {"port": port.device}) for port in sorted(list_ports.comports())]


WAY = Way(
    kind="serial",
    meaning=N_("A printer on a serial line, real or behind a USB adapter."),
    fields=(
        Field("port", "str", N_("The serial line."), required=True, example="/dev/ttyUSB0"),
        Field(
            "baud",
            "choice",
            N_("Its speed in bits a second, as the printer's self-test shows it."),
            default="19200",
            choices=_BAUDS,
        ),
        Field("parity", "choice", N_("Its parity."), default="none", choices=tuple(_PARITIES)),
        Field(
            "flow_control",
            "choice",
            N_("How the printer says that it is full; without, slips are lost when it is."),
            default="none",
            choices=("none", "xon_xoff", "rts_cts"),
        ),
        seconds("write_timeout_seconds", 10, N_("How long handing over a whole slip may take.")),
        *TALK_FIELDS,
    ),
    forms=("escpos",),
    make=lambda values: StreamTransport.from_values(values, partial(open_serial, values)),
    discover=_discover,
)
