"""How a ticket's label is made: a series, a number, and both together."""

from __future__ import annotations


def next_number(last: int | None, first: int) -> int:
    """Return the number after `last`, or `first` where the series has given none yet today."""
    return first if last is None else max(last + 1, first)


def label(series: str, number: int, digits: int) -> str:
    """Return the label, for example `A017` for series `A`, number 17 and 3 digits.

    A number with more digits than asked for is written whole: a label is never cut and so never repeats.
    """
    return f"{series}{number:0{digits}d}"
