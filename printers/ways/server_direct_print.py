"""An Epson printer far away that fetches its slips (Server Direct Print)."""

from printers.way import N_, Way

WAY = Way(
    kind="server_direct_print",
    meaning=N_("An Epson printer that fetches its slips over the internet (Server Direct Print)."),
    fields=(),
    forms=("escpos",),
    make=None,
)
