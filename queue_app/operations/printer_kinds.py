"""What there is to choose from when a printer is set up, for the doors, which do not know the printers' own library."""

from printers import KINDS, PAPERS, get_way
from printers.profiles import PROFILES, PrinterProfile
from printers.way import Field, Way

__all__ = ["KINDS", "PAPERS", "PROFILES", "Field", "PrinterProfile", "Way", "get_way"]
