"""Panels on a serial line (RS-232, or several on RS-485), real or behind a USB adapter."""

from __future__ import annotations

import contextlib
import errno
import termios
from dataclasses import dataclass
from typing import Any

import serial

from queue_app.panels.deadline import Deadline
from queue_app.panels.driver import Driver, Field, Values
from queue_app.panels.errors import PanelError

# The system refuses a setting with an error of its own family.
_ERRORS = (serial.SerialException, OSError, termios.error)
_READ_BYTES = 256
_BAUDS = ("1200", "2400", "4800", "9600", "19200", "38400", "57600", "115200")


@dataclass(frozen=True, slots=True)
class SerialLine:
    """An open serial line, locked against other programs that lock."""

    port: Any

    def write(self, data: bytes, deadline: Deadline) -> None:
        try:
            self.port.write_timeout = max(deadline.left, 0.001)
            self.port.write(data)
        except _ERRORS:
            # Closing would otherwise wait half a minute for a line that takes nothing.
            with contextlib.suppress(*_ERRORS):
                self.port.reset_output_buffer()
            raise self._broken() from None

    def read(self, deadline: Deadline) -> bytes:
        if not deadline.left:
            return b""
        try:
            self.port.timeout = deadline.left
            first: bytes = self.port.read(1)
            rest: bytes = self.port.read(min(self.port.in_waiting, _READ_BYTES)) if first else b""
        except _ERRORS:
            raise self._broken() from None
        return first + rest

    def close(self) -> None:
        with contextlib.suppress(*_ERRORS):
            self.port.close()

    def _broken(self) -> PanelError:
        return PanelError("broken_off", f"The serial line {self.port.name} broke off.")


def open_serial(values: Values) -> SerialLine:
    """Open the line with eight bits, no parity, one stop bit.

    Raises:
        PanelError: `unplugged`, `in_use`, `no_right`.
    """
    try:
        port = serial.Serial(values["device"], baudrate=int(values["baud"]), exclusive=True)
        port.reset_input_buffer()  # what was said to somebody before
    except (*_ERRORS, ValueError) as error:
        raise _refused(error, values["device"]) from None
    return SerialLine(port)


def _refused(error: Exception, device: str) -> PanelError:
    match _number(error):
        case errno.EAGAIN | errno.EBUSY:
            return PanelError("in_use", f"Another program holds the serial line {device}.")
        case errno.EACCES | errno.EPERM:
            return PanelError("no_right", f"The right to use the serial line {device} is missing.")
        case _:
            return PanelError("unplugged", f"There is no serial line {device}. Is its adapter plugged in?")


def _number(error: BaseException) -> int | None:
    """Return the system's number of an error; pyserial hides some in the text of another."""
    if isinstance(error, termios.error):
        return int(error.args[0])
    number: int | None = getattr(error, "errno", None)
    return number if number is not None or error.__context__ is None else _number(error.__context__)


DRIVER = Driver(
    kind="serial",
    meaning="Panels on a serial line (8N1), real or behind a USB adapter.",
    fields=(
        Field("device", "The serial line, such as /dev/ttyUSB0."),
        Field("baud", "Its speed in bits a second, as set on the panels.", "9600", choices=_BAUDS),
    ),
    line=("device", "baud"),
    open=open_serial,
)
