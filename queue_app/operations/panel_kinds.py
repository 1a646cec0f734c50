"""What there is to choose from when a panel is set up, for the doors, which do not know the panels' own library."""

from queue_app.panels.content import PROFILES
from queue_app.panels.driver import COMMON, Field
from queue_app.panels.drivers import find_drivers

__all__ = ["COMMON", "PROFILES", "Field", "find_drivers"]
