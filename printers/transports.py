"""The ways to a device, and how a printer's stored address becomes one of them.

Every wait of a transport is bounded and every failure is a `PrinterError`.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from printers.errors import PrinterError
from printers.file_transports import FileTransport, FolderTransport
from printers.network_transport import DEFAULT_PORT, NetworkTransport

_MAX_SECONDS = 60.0


class Transport(Protocol):
    """A way to a device."""

    def send(self, data: bytes, job_name: str) -> None:
        """Hand over one job completely.

        Args:
            data: what `printers.render` returned.
            job_name: names the job in folders; the same name again replaces the file.

        Raises:
            PrinterError: any code but `unknown_profile`.
        """


def make_transport(kind: str, address: Mapping[str, object]) -> Transport:
    """Return the transport a printer's settings describe; nothing is opened yet.

    Args:
        kind: one of `KINDS`.
        address: the fields of that kind, checked: network {host, port, connect_timeout_seconds,
            write_timeout_seconds, linger_seconds, must_close}, file {path, write_timeout_seconds},
            folder {path, suffix}, pdf_folder {path}. Only host and path are needed; times are in seconds.

    Raises:
        PrinterError: `bad_address`; the message names the field.
    """
    if kind not in _MAKERS:
        raise _bad(f"There is no kind of printer {kind!r}. Known: {', '.join(_MAKERS)}.")
    if not isinstance(address, Mapping):
        raise _bad("The address must be an object with named fields.")
    make, fields = _MAKERS[kind]
    unknown = sorted(str(name) for name in address if name not in fields)
    if unknown:
        raise _bad(f"A {kind} printer's address has no field {unknown[0]!r}. Known: {', '.join(fields)}.")
    return make(address)


def _network(address: Mapping[str, object]) -> Transport:
    must_close = address.get("must_close", False)
    if not isinstance(must_close, bool):
        raise _bad("must_close must be true or false.")
    return NetworkTransport(
        host=_words(address, "host"),
        port=_port(address),
        connect_timeout_seconds=_seconds(address, "connect_timeout_seconds", 3.0),
        write_timeout_seconds=_seconds(address, "write_timeout_seconds", 5.0),
        linger_seconds=_seconds(address, "linger_seconds", 1.0),
        must_close=must_close,
    )


def _file(address: Mapping[str, object]) -> Transport:
    return FileTransport(_path(address), _seconds(address, "write_timeout_seconds", 5.0))


def _folder(address: Mapping[str, object]) -> Transport:
    suffix = address.get("suffix", ".bin")
    if not isinstance(suffix, str) or not re.fullmatch(r"\.[A-Za-z0-9]{1,8}", suffix):
        raise _bad("suffix must be a dot and up to eight letters or digits, such as .bin.")
    return FolderTransport(_path(address), suffix)


def _pdf_folder(address: Mapping[str, object]) -> Transport:
    return FolderTransport(_path(address), ".pdf")


# kind → (its maker, the fields its address may have).
_MAKERS: dict[str, tuple[Callable[[Mapping[str, object]], Transport], tuple[str, ...]]] = {
    "network": (
        _network,
        (
            "host",
            "port",
            "connect_timeout_seconds",
            "write_timeout_seconds",
            "linger_seconds",
            "must_close",
        ),
    ),
    "file": (_file, ("path", "write_timeout_seconds")),
    "folder": (_folder, ("path", "suffix")),
    "pdf_folder": (_pdf_folder, ("path",)),
}
KINDS = tuple(_MAKERS)


def _words(address: Mapping[str, object], field: str) -> str:
    value = address.get(field)
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise _bad(f"The address needs a {field}.")
    return value.strip()


def _path(address: Mapping[str, object]) -> Path:
    value = address.get("path")
    return value if isinstance(value, Path) else Path(_words(address, "path"))


def _port(address: Mapping[str, object]) -> int:
    port = address.get("port", DEFAULT_PORT)
    if isinstance(port, bool) or not isinstance(port, int) or not 1 <= port <= 65_535:
        raise _bad("port must be a whole number from 1 to 65535.")
    return port


def _seconds(address: Mapping[str, object], field: str, default: float) -> float:
    seconds = address.get(field, default)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds <= _MAX_SECONDS:
        raise _bad(f"{field} must be a number of seconds above 0, up to {_MAX_SECONDS:g}.")
    return float(seconds)


def _bad(message: str) -> PrinterError:
    return PrinterError("bad_address", message)
