"""Slips as PDF files in a folder."""

from printers.way import N_, Field, Way
from printers.ways.folder import FolderTransport

WAY = Way(
    kind="pdf_folder",
    meaning=N_("PDF files in a folder, for another program or a person to print."),
    fields=(Field("path", "path", N_("The folder; it is made when it is missing."), required=True),),
    forms=("pdf",),
    make=lambda values: FolderTransport(values["path"], ".pdf"),
)
