"""How well the soft words fit, worked out exactly for few profiles and bounded for the rest.

In: the profiles that occur among the matches. Out: ``Fit``: the same values as ``meaning.meaning_by_profile``
gives, to the last bit, but exact cosines are only taken where the bounds of the screen leave something open:
for the nearest and the farthest profile, which the scale hangs on, and for what is looked at more closely.
"""

import numpy as np
from numpy.typing import NDArray

from flight_search.search.index import SnapshotIndex
from flight_search.search.meaning import fit_of_cosines, spread_of

Values = NDArray[np.float32]
Profiles = NDArray[np.int64]


class Fit:
    """Values from 0 to 1 of the profiles that occur."""

    def __init__(self, index: SnapshotIndex, vector: Values, occurring: Profiles, *, every: bool) -> None:
        """Take the vector of the soft words and the profiles that occur (at least one).

        ``every``: all profiles are compared, not only those; which is faster depends on how many they are.
        """
        self._index = index
        self._vector = vector
        lower, upper = index.screen.bounds(vector, None if every else occurring)
        if every:
            lower, upper = lower[occurring], upper[occurring]
        self._upper = np.zeros(len(index.snapshot.vectors), dtype=np.float32)
        self._upper[occurring] = upper
        self._exact = np.full(len(self._upper), np.nan, dtype=np.float32)
        near = self._cosines(occurring[upper >= lower.max()])
        far = self._cosines(occurring[lower <= upper.min()])
        self._most = near.max()
        self._spread = spread_of(self._most, far.min())

    def at_most(self, profiles: NDArray[np.uint32]) -> Values:
        """Return a bound that the value of each profile does not exceed."""
        if len(profiles) < len(self._upper):
            return fit_of_cosines(np.minimum(self._upper[profiles], self._most), self._most, self._spread)
        bound = fit_of_cosines(np.minimum(self._upper, self._most), self._most, self._spread)
        return np.asarray(bound[profiles], dtype=np.float32)

    def exact(self, profiles: NDArray[np.integer]) -> Values:
        """Return the value of each profile."""
        missing = np.unique(profiles[np.isnan(self._exact[profiles])])
        if len(missing):
            self._cosines(missing.astype(np.int64))
        return fit_of_cosines(self._exact[profiles], self._most, self._spread)

    def _cosines(self, profiles: Profiles) -> Values:
        cosines = self._index.profiles.similarity(self._vector, profiles.astype(np.uint32))
        self._exact[profiles] = cosines
        self._upper[profiles] = cosines
        return cosines
