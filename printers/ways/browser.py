"""The kiosk's own browser prints the slip on the printer of its computer."""

from printers.way import N_, Way

WAY = Way(
    kind="browser",
    meaning=N_("The kiosk's browser prints on the printer of its own computer."),
    fields=(),
    forms=("pdf",),
    make=None,
)
