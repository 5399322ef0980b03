"""Fares of all offers, sorted within cells of equal facts: counts, extremes and ranks without touching a row.

In: the cell and the fare of each offer. Out: ``Tally``. One array holds the fares of all cells, the cell in
the upper half of each number, so that one binary search answers "how many offers of this cell cost less",
for many cells and fares at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]

_FARE_BITS = 32
_FARE = (1 << _FARE_BITS) - 1


@dataclass(frozen=True)
class Tally:
    """Cells, each with its facts and its sorted fares."""

    facts: Mapping[str, Numbers]
    """Per fact its value in each cell."""
    start: Numbers
    """Where the fares of each cell begin; the last entry is the number of offers."""
    packed: NDArray[np.uint64]

    @classmethod
    def of(cls, facts: Mapping[str, Numbers], sizes: Mapping[str, int], fares: NDArray[np.int32]) -> "Tally":
        """Return the tally of offers by some facts, whose values lie below ``sizes`` (one sort)."""
        shape = tuple(sizes[name] for name in facts)
        code = np.zeros(len(fares), dtype=np.int64)
        for name in facts:
            code *= sizes[name]
            code += facts[name]
        counts = np.bincount(code, minlength=int(np.prod(shape)))
        occurring = np.flatnonzero(counts)
        number = np.zeros(len(counts), dtype=np.uint64)
        number[occurring] = np.arange(len(occurring), dtype=np.uint64)
        packed = number[code]
        packed <<= np.uint64(_FARE_BITS)
        packed |= fares.astype(np.uint64)
        packed.sort()
        values = np.unravel_index(occurring, shape)
        return cls(
            facts={name: value.astype(np.int64) for name, value in zip(facts, values, strict=True)},
            start=np.concatenate([[0], np.cumsum(counts[occurring])]).astype(np.int64),
            packed=packed,
        )

    def within(self, cells: Numbers, lowest: int, highest: int) -> "Runs":
        """Return the runs of fares of some cells that lie within bounds, both included."""
        begin, end = self.start[cells], self.start[cells + 1]
        if lowest > 0:
            begin = self._places(cells, np.array([lowest]))[0]
        if highest < np.iinfo(np.int32).max:
            end = self._places(cells, np.array([highest + 1]))[0]
        return Runs(self, cells, begin, np.maximum(begin, end))

    def _places(self, cells: Numbers, fares: Numbers) -> Numbers:
        """Return where each fare would stand in each cell: shape (fares, cells)."""
        wanted = (cells[None, :] << _FARE_BITS) + fares[:, None]
        return np.searchsorted(self.packed, wanted.astype(np.uint64)).astype(np.int64)


@dataclass(frozen=True)
class Runs:
    """Runs of sorted fares, one per cell; some may be empty."""

    tally: Tally
    cells: Numbers
    begin: Numbers
    end: Numbers

    @property
    def counts(self) -> Numbers:
        """How many fares each run has."""
        return self.end - self.begin

    @property
    def total(self) -> int:
        """How many fares there are."""
        return int(self.counts.sum())

    def lowest(self) -> Numbers:
        """Return the lowest fare of each run; the highest number for an empty one."""
        return self._fares_at(self.begin, np.iinfo(np.int64).max)

    def highest(self) -> Numbers:
        """Return the highest fare of each run; -1 for an empty one."""
        return self._fares_at(self.end - 1, -1)

    def count_below(self, fares: Numbers) -> Numbers:
        """Return how many fares of all runs are below each of these."""
        cells, begin, end = self._filled()
        places = self.tally._places(cells, fares)  # noqa: SLF001 - of the same module
        below: Numbers = np.sum(np.clip(places, begin, end) - begin, axis=1, dtype=np.int64)
        return below

    def _filled(self) -> tuple[Numbers, Numbers, Numbers]:
        filled = np.flatnonzero(self.end > self.begin)
        return self.cells[filled], self.begin[filled], self.end[filled]

    def _fares_at(self, places: Numbers, otherwise: int) -> Numbers:
        filled = self.end > self.begin
        found = np.full(len(places), otherwise, dtype=np.int64)
        found[filled] = (self.tally.packed[places[filled]] & np.uint64(_FARE)).astype(np.int64)
        return found
