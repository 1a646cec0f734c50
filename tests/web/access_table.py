"""The table of docs/access.md, as tests read it: who is let in where."""

from __future__ import annotations

from functools import cache
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs" / "access.md"

PEOPLE = ("clerk", "supervisor", "manager", "auditor", "admin")
"""Roles of people in the branch."""
DEVICES = ("kiosk", "display", "reports")
"""Scopes of tokens that are no role of a person."""
CALLERS = ("nobody", *PEOPLE, "everywhere", *DEVICES)
"""`everywhere`: an administrator of every branch."""
COLUMNS = (*CALLERS, "elsewhere", "revoked")
"""`elsewhere`: the same roles and scopes, of another branch; `revoked`: whose token was revoked."""
YES, NO, OWN = "yes", "–", "own"
"""What a cell says; `own`: it leads everybody to their own branch, whoever has the right there."""

Row = dict[str, str]


@cache
def routes() -> dict[tuple[str, str], Row]:
    """Return the row of each route by its method and path."""
    return {(cells[0], cells[1].strip("`")): _row(cells[2:]) for cells in _rows("Method", "Path")}


@cache
def channels() -> dict[str, Row]:
    """Return the row of each channel of the socket."""
    return {cells[0].strip("`"): _row(cells[1:]) for cells in _rows("Channel")}


def let_in_by(row: Row) -> set[str]:
    """Return those callers of this branch whom a row lets in."""
    return {name for name in CALLERS if row[name] == YES}


def is_public(row: Row) -> bool:
    """Say whether a row lets everybody in."""
    return let_in_by(row) == set(CALLERS)


def _row(cells: list[str]) -> Row:
    assert len(cells) == len(COLUMNS), cells
    assert set(cells) <= {YES, NO, OWN}, cells
    return dict(zip(COLUMNS, cells, strict=True))


def _rows(*head: str) -> list[list[str]]:
    """Return the cells of each row of the tables whose heads begin so."""
    found: list[list[str]] = []
    is_wanted = False
    for line in DOCUMENT.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("| ").split(" | ")] if line.startswith("|") else []
        if not cells:
            is_wanted = False
        elif cells[0] in {"Method", "Channel"}:
            is_wanted = tuple(cells[: len(head)]) == head
            assert not is_wanted or tuple(cells[len(head) :]) == COLUMNS, cells
        elif is_wanted and not set(line) <= set("|- :"):
            found.append(cells)
    return found
