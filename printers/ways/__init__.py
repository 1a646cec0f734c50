"""The ways out, one module each; a further one is a further file here.

A module declares itself with a constant `WAY` and is called like its kind.
"""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from printers.way import Way


@cache
def find_ways() -> Mapping[str, Way]:
    """Return every way out by its kind, in the order of the alphabet.

    Raises:
        TypeError: a module here declares no `WAY`, or one of another name.
    """
    found = {}
    for name in sorted(module.name for module in iter_modules(__path__)):
        way = getattr(import_module(f"{__name__}.{name}"), "WAY", None)
        if not isinstance(way, Way) or way.kind != name:
            raise TypeError(f"{__name__}.{name} has to declare WAY = Way(kind={name!r}, …).")
        found[name] = way
    return found
