"""The ways to panels, one module each; a further one is a further file here.

A module declares itself with a constant `DRIVER` and is called like its kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from queue_app.panels.driver import Driver
from queue_app.panels.errors import PanelError


@cache
def find_drivers() -> Mapping[str, Driver]:
    """Return every driver by its kind, in the order of the alphabet.

    Raises:
        TypeError: a module here declares no `DRIVER`, or one of another name.
    """
    found = {}
    for name in sorted(module.name for module in iter_modules(__path__)):
        driver = getattr(import_module(f"{__name__}.{name}"), "DRIVER", None)
        if not isinstance(driver, Driver) or driver.kind != name:
            raise TypeError(f"{__name__}.{name} has to declare DRIVER = Driver(kind={name!r}, …).")
        found[name] = driver
    return found


def get_driver(kind: str) -> Driver:
    """Return the driver of this kind.

    Raises:
        PanelError: `bad_address`.
    """
    driver = find_drivers().get(kind)
    if driver is None:
        known = ", ".join(find_drivers())
        raise PanelError(
            "bad_address", "There is no kind %(kind)s. Known are %(known)s.", "kind", kind=repr(kind), known=known
        )
    return driver
