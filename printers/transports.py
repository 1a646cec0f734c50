"""How a printer's stored address becomes a way to its device.

Every wait of a transport is bounded and every failure is a `PrinterError`.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from printers.errors import PrinterError, bad_address
from printers.way import Delivered, Transport, TwoWay, Way
from printers.ways import find_ways

__all__ = ["KINDS", "Delivered", "Transport", "TwoWay", "field_table", "get_way", "make_transport"]

KINDS = tuple(find_ways())


def get_way(kind: str) -> Way:
    """Return the way out of that kind.

    Args:
        kind: one of `KINDS`.

    Raises:
        PrinterError: `bad_address`; the message lists the kinds there are.
    """
    ways = find_ways()
    if kind not in ways:
        raise bad_address(
            "There is no kind of printer %(kind)s. Known: %(known)s.", kind=repr(kind), known=", ".join(ways)
        )
    return ways[kind]


def make_transport(kind: str, address: Mapping[str, object]) -> Transport:
    """Return the transport a printer's settings describe; nothing is opened yet.

    Args:
        kind: one of `KINDS`.
        address: the fields of that kind; see `field_table`.

    Raises:
        PrinterError: `bad_address`, the message names the field; `not_pushed` where slips are fetched.
    """
    way = get_way(kind)
    values = way.check(address)
    if way.make is None:
        raise PrinterError("not_pushed", f"Slips for a {kind} printer are fetched from here, not sent.")
    return way.make(values)


def field_table() -> dict[str, list[dict[str, Any]]]:
    """Return the fields of every kind as plain values, for pages, the command line and the manual.

    Returns:
        By kind, a dictionary for each field with the names of `printers.way.Field`; meanings are in English.
    """
    return {kind: [asdict(field) for field in way.fields] for kind, way in find_ways().items()}
