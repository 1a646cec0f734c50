"""Tables whose columns are made when somebody asks for them: a report looks at a dozen of some fifty."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class Columns(Mapping[str, Array]):
    """The columns of one table by their names, all of one length."""

    def __init__(self, names: Iterable[str], size: int, make: Callable[[str], Array]) -> None:
        """Promise columns.

        Args:
            names: what they are called.
            size: how many rows there are.
            make: makes the column of a name; asked once for each.
        """
        self.size = size
        self._names = tuple(names)
        self._make = make
        self._made: dict[str, Array] = {}

    def __getitem__(self, name: str) -> Array:
        """Return a column."""
        column = self._made.get(name)
        if column is None:
            if name not in self._names:
                raise KeyError(name)
            column = self._made[name] = self._make(name)
        return column

    def __iter__(self) -> Iterator[str]:
        """Go through the names."""
        return iter(self._names)

    def __len__(self) -> int:
        """Return how many columns there are."""
        return len(self._names)

    def only(self, which: Array) -> Columns:
        """Return the rows in the mask `which`."""
        rows = np.flatnonzero(which)
        return Columns(self._names, len(rows), lambda name: self[name][rows])

    def changed(self, columns: Mapping[str, Array]) -> Columns:
        """Return the same rows with other values in some columns."""
        return Columns(self._names, self.size, lambda name: columns[name] if name in columns else self[name])
