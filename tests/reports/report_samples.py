"""Reports as the forms get them: the branch Brno, a report with every kind of cell, and one as a director reads it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from queue_app.domain.branch import BranchSetup, CounterSetup, ServiceSetup
from queue_app.reports.document import Column, Kind, Plot, Report, Row, Shape, Table

MADE_AT = datetime(2026, 4, 1, 6, 5, tzinfo=UTC)
"""8:05 in Brno."""

FIRST, LAST = date(2026, 3, 2), date(2026, 3, 27)

SERVICES = {
    "ids": {"cs": "Občanské průkazy", "en": "Identity cards", "sk": "Občianske preukazy", "pl": "Dowody osobiste", "hu": "Személyi igazolványok"},
    "driving": {"cs": "Řidičské průkazy", "en": "Driving licences", "sk": "Vodičské preukazy", "pl": "Prawa jazdy", "hu": "Vezetői engedélyek"},
    "cash": {"cs": "Pokladna", "en": "Cash desk", "sk": "Pokladňa", "pl": "Kasa", "hu": "Pénztár"},
}  # fmt: skip

LETTERS = {
    "cs": "ěščřžýáíéúůďťň ĚŠČŘŽÝÁÍÉÚŮĎŤŇ",
    "sk": "ľĺŕôäňťďž ĽĹŔÔÄ",
    "pl": "łąęśćżźńó ŁĄĘŚĆŻŹŃÓ",
    "hu": "őűöüóáéíú ŐŰÖÜÓ",
}
"""The letters of each language that are not English."""


def brno(accent_colour: str = "#0b5d4e", **changes: Any) -> BranchSetup:
    """Return the branch as the forms know it: three services, five counters."""
    services = tuple(
        ServiceSetup(number, slug, letter, name, number, True, None, None, 1, 3, 900, 420, {})
        for number, (letter, (slug, name)) in enumerate(zip("ABC", SERVICES.items(), strict=True), 1)
    )
    fields: dict[str, Any] = {
        "id": 1,
        "slug": "brno",
        "name": {"cs": "Brno-střed", "en": "Brno Centre"},
        "time_zone": "Europe/Prague",
        "cut_over_hour": 3,
        "languages": ("cs", "en", "sk", "pl", "hu"),
        "opening_hours": None,
        "finish_on_next": True,
        "confirm_arrival": True,
        "target_wait_seconds": 900,
        "accent_colour": accent_colour,
        "open_devices": False,
        "day_ends_by_itself": True,
        "notice": {},
        "other_channels": {},
        "settings_revision": 1,
        "services": services,
        "counters": tuple(CounterSetup(number, str(number), None) for number in range(1, 6)),
        "profiles": (),
        "kiosks": (),
        "printers": {},
    }
    return BranchSetup(**{**fields, **changes})


EVERY_KIND = (
    Column("note", "Note", "What somebody wrote", Kind.TEXT),
    Column("service", "Service", "Where the visitor waited", Kind.SERVICE),
    Column("counter", "Counter", "Where the visitor was served", Kind.COUNTER),
    Column("clerk", "Clerk", "Who served", Kind.CLERK),
    Column("state", "State", "How it ended", Kind.WORD),
    Column("day", "Day", "Business date, in the branch's time zone", Kind.DAY),
    Column("called_at", "Called", "When the visitor was called", Kind.MOMENT),
    Column("served", "Served", "Stays in the queue that ended with service", Kind.COUNT),
    Column("an_hour", "Served an hour", "Served per hour that the counter was open", Kind.NUMBER),
    Column("wait_mean_seconds", "Wait, mean", "From joining the queue to the start of service", Kind.SECONDS),
    Column("within_target", "Within the target", "Share of those served", Kind.SHARE),
)


def row(*cells: Any) -> Row:
    """Return a row of `EVERY_KIND`."""
    return dict(zip((column.name for column in EVERY_KIND), cells, strict=True))


def every_kind(setup: BranchSetup | None = None) -> Report:
    """Return a report with every kind of cell, absent ones among them, and one more table."""
    rows = [
        row("first", "ids", "1", "Alena Příkopová", "finished", "2026-03-04", "2026-03-04T09:05:00+01:00", 1234, 6.25, 245.0, 0.853),
        row("", "driving", "2", "Łucja Żądło", "no_show", "2026-03-05", "2026-03-05T16:30:00+01:00", 0, None, None, None),
        row("gőz; \"űr\", ľôň", "gone", "Přepážka 3", "Ödön Őri", "weekday:3", "2026-03-29", "2026-03-29T04:00:00+02:00", 7, 0.5, 3905.4, 1.0),
    ]  # fmt: skip
    total = row("", "", "", "", "", "", None, 1241, 3.38, 1465.1, 0.8537)
    further = Table(
        "by_hour", "Waits through the day", EVERY_KIND[7:10], [{"served": 3, "an_hour": 1.0, "wait_mean_seconds": 59.6}]
    )
    tables = (Table("sample", "Every kind of cell", EVERY_KIND, rows, total), further)
    return Report("sample", "Every kind of cell", setup or brno(), FIRST, LAST, tables)


def with_rows(rows: Iterable[Row], columns: Sequence[Column], *plots: Plot, **more: Any) -> Report:
    """Return a report of one table, called `sample`."""
    table = Table("sample", "A sample", columns, rows, **more)
    return Report("sample", "A sample", brno(), FIRST, LAST, (table,), plots)


def noted(notes: Iterable[str]) -> Report:
    """Return a report of one column of texts."""
    column = Column("note", "Note", "What somebody wrote", Kind.TEXT)
    return with_rows([{"note": note} for note in notes], (column,))


def plotted(shape: Shape, values: Sequence[Any], xs: Sequence[Any], kind: Kind = Kind.SECONDS, **more: Any) -> Report:
    """Return a report with one plot: `values` (several series where they are tuples) along `xs`."""
    series = [value if isinstance(value, tuple) else (value,) for value in values]
    number_of_series = more.pop("series", 1)
    names = [f"value_{number}" for number in range(len(series[0]) if series else number_of_series)]
    x = Column("x", more.pop("heading", "Hour"), "Along the axis", more.pop("x_kind", Kind.TEXT))
    columns = [x, *(Column(name, f"Series {name[-1]}", "A figure", kind) for name in names)]
    rows = [{"x": along, **dict(zip(names, each, strict=True))} for along, each in zip(xs, series, strict=True)]
    return with_rows(rows, columns, Plot("A plot", shape, "sample", "x", names, **more))
