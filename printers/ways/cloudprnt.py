"""A Star printer far away that fetches its slips (CloudPRNT)."""

from printers.way import N_, Field, Way

WAY = Way(
    kind="cloudprnt",
    meaning=N_("A Star printer that fetches its slips over the internet (CloudPRNT)."),
    fields=(
        Field(
            "mac",
            "str",
            N_("The printer's hardware address, where only this one device may fetch."),
            default="",
            pattern=r"[0-9A-Fa-f]{2}([:-]?[0-9A-Fa-f]{2}){5}",
            example="00:11:62:0a:bc:de",
        ),
        Field(
            "confirm_method",
            "choice",
            N_("How the printer says that a slip is out; GET where a proxy lets no DELETE pass."),
            default="DELETE",
            choices=("DELETE", "GET"),
        ),
    ),
    forms=("png",),
    make=None,
)
