"""The bytes of IPP (RFC 8010): requests written, answers read. Pure, and as much of it as printing a slip needs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

PRINT_JOB, CANCEL_JOB, GET_JOB_ATTRIBUTES, GET_PRINTER_ATTRIBUTES = 0x0002, 0x0008, 0x0009, 0x000B

_OPERATION, _JOB, _END, _PRINTER = 0x01, 0x02, 0x03, 0x04
INTEGER, BOOLEAN, ENUM = 0x21, 0x22, 0x23
NAME, KEYWORD, URI, CHARSET, LANGUAGE, MIME_TYPE = 0x42, 0x44, 0x45, 0x47, 0x48, 0x49
_MAX_ATTRIBUTES = 10_000

Value: TypeAlias = int | bool | str | bytes
Attribute: TypeAlias = tuple[int, str, Sequence[Value]]
"""The tag of the values, the name, the values."""


class IppGarbage(ValueError):
    """The bytes are no answer of IPP."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a printer answered.

    Attributes:
        status: below 0x100 it did what was asked, perhaps leaving something out.
        request: number of the request.
        printer, job: the attributes of each, as far as it told them.
    """

    status: int
    request: int
    printer: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    job: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)


def encode(operation: int, request: int, attributes: Iterable[Attribute]) -> bytes:
    """Return a request of IPP 1.1, before the document it may carry.

    Args:
        operation: such as `PRINT_JOB`.
        request: its number, from 1.
        attributes: of the operation, in the order IPP wants: the printer's URI first. Charset and language are added.
    """
    head = b"\x01\x01" + operation.to_bytes(2) + request.to_bytes(4)
    fixed: tuple[Attribute, ...] = (
        (CHARSET, "attributes-charset", ["utf-8"]),
        (LANGUAGE, "attributes-natural-language", ["en"]),
    )
    body = b"".join(_attribute(*attribute) for attribute in (*fixed, *attributes))
    return head + bytes([_OPERATION]) + body + bytes([_END])


def _attribute(tag: int, name: str, values: Sequence[Value]) -> bytes:
    # A further value of the same attribute has an empty name.
    names = [name.encode(), *[b""] * (len(values) - 1)]
    return b"".join(
        bytes([tag]) + _counted(name) + _counted(_value(tag, value)) for name, value in zip(names, values, strict=True)
    )


def _counted(data: bytes) -> bytes:
    return len(data).to_bytes(2) + data


def _value(tag: int, value: Value) -> bytes:
    match tag, value:
        case t, bool() if t == BOOLEAN:
            return bytes([value])
        case t, int() if t in {INTEGER, ENUM}:
            return int(value).to_bytes(4, signed=True)
        case t, str() if t >= NAME:
            return value.encode()
        case _:
            raise TypeError(f"{value!r} cannot be a value of the tag 0x{tag:02x}.")


def decode(data: bytes) -> Answer:
    """Read an answer.

    Args:
        data: all of it; what follows the attributes is ignored.

    Raises:
        IppGarbage: it is none.
    """
    if len(data) < 9 or data[0] not in {1, 2}:
        raise IppGarbage("no IPP")
    groups: dict[int, dict[str, tuple[Value, ...]]] = {}
    group: dict[str, tuple[Value, ...]] | None = None
    reader, name = _Reader(data, 8), ""
    for _ in range(_MAX_ATTRIBUTES):
        tag = reader.take(1)[0]
        if tag == _END:
            status, request = int.from_bytes(data[2:4]), int.from_bytes(data[4:8])
            return Answer(status, request, groups.get(_PRINTER, {}), groups.get(_JOB, {}))
        if tag < 0x10:
            # A second job in one answer would be another's: nothing here asks for several.
            group = groups.setdefault(tag, {})
            continue
        if group is None:
            raise IppGarbage("a value before its group")
        name = reader.counted().decode("utf-8", "replace") or name
        group[name] = (*group.get(name, ()), _read(tag, reader.counted()))
    raise IppGarbage("too many attributes")


def _read(tag: int, data: bytes) -> Value:
    if tag in {INTEGER, ENUM} and len(data) == 4:
        return int.from_bytes(data, signed=True)
    if tag == BOOLEAN and len(data) == 1:
        return data != b"\0"
    if 0x40 <= tag < 0x60:
        return data.decode("utf-8", "replace")
    return data  # Dates, ranges, collections: nobody here reads them.


class _Reader:
    """Takes a piece after the other, and never more than there is."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data, self._at = data, at

    def take(self, count: int) -> bytes:
        piece = self._data[self._at : self._at + count]
        if len(piece) < count:
            raise IppGarbage("it ends too early")
        self._at += count
        return piece

    def counted(self) -> bytes:
        return self.take(int.from_bytes(self.take(2)))
