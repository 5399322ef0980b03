"""Order statistics of any range of a list, without sorting the range.

A wavelet matrix (F. Claude, G. Navarro, A. Ordóñez, "The wavelet matrix: an efficient wavelet tree for large
alphabets", Information Systems 47, 2015): one table of counts per bit of the values. It answers, for many
ranges at once, "the k-th smallest value in [low, high)" and "how many values below x in [low, high)" with one
step per bit, whatever the length of the ranges. Building takes n steps and 4 n bytes per bit.
"""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


class RangeRanks:
    """A list of whole numbers from 0 up, ready for questions about its ranges."""

    def __init__(self, values: Numbers) -> None:
        """Take the list."""
        self._bits = max(int(values.max()).bit_length(), 1) if len(values) else 1
        self._zeros: list[NDArray[np.int32]] = []
        current = values
        for level in reversed(range(self._bits)):
            is_one = ((current >> level) & 1).astype(bool)
            counts = np.zeros(len(values) + 1, dtype=np.int32)
            np.cumsum(~is_one, out=counts[1:])
            self._zeros.append(counts)
            current = np.concatenate([current[~is_one], current[is_one]])

    def kth(self, low: Numbers, high: Numbers, rank: Numbers) -> Numbers:
        """Return the value of ``rank`` (0 is the smallest) in each range; ``rank`` must lie within it."""
        found = np.zeros(len(low), dtype=np.int64)
        for level, counts in enumerate(self._zeros):
            low_zeros, high_zeros = counts[low].astype(np.int64), counts[high].astype(np.int64)
            zeros = high_zeros - low_zeros
            is_one = rank >= zeros
            found |= is_one.astype(np.int64) << (self._bits - 1 - level)
            rank = np.where(is_one, rank - zeros, rank)
            low = np.where(is_one, counts[-1] + low - low_zeros, low_zeros)
            high = np.where(is_one, counts[-1] + high - high_zeros, high_zeros)
        return found

    def kth_one(self, low: int, high: int, rank: int) -> int:
        """Return the value of ``rank`` in one range."""
        found = 0
        for counts in self._zeros:
            low_zeros, high_zeros = counts.item(low), counts.item(high)
            zeros = high_zeros - low_zeros
            found <<= 1
            if rank < zeros:
                low, high = low_zeros, high_zeros
            else:
                found |= 1
                rank -= zeros
                all_zeros = counts.item(-1)
                low, high = all_zeros + low - low_zeros, all_zeros + high - high_zeros
        return found

    def count_below(self, low: Numbers, high: Numbers, bound: Numbers) -> Numbers:
        """Return how many values in each range are smaller than its bound."""
        below = np.zeros(len(low), dtype=np.int64)
        is_above_all = bound >= 1 << self._bits
        length = np.maximum(high - low, 0)
        for level, counts in enumerate(self._zeros):
            low_zeros, high_zeros = counts[low].astype(np.int64), counts[high].astype(np.int64)
            is_one = ((bound >> (self._bits - 1 - level)) & 1).astype(bool)
            below += np.where(is_one, high_zeros - low_zeros, 0)
            low = np.where(is_one, counts[-1] + low - low_zeros, low_zeros)
            high = np.where(is_one, counts[-1] + high - high_zeros, high_zeros)
        return np.where(is_above_all, length, below)
