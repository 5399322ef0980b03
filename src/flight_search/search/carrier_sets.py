"""Which carriers fly the segments of an offer, as one small number per offer.

In: the segments of all offers. Out: ``CarrierSets``. Offers of the same carriers, in whatever order and
however often, share a set; ten million offers of 451 carriers have a few thousand. So a constraint on
carriers is checked once per set, and what is counted per set is counted per carrier without looking at an
offer.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flight_search.catalog.schema import NO_SEGMENT, Offers, Segments

_MOST_CODES = 1 << 25
"""Codes up to here are numbered by a table (32 MB of flags), above by sorting them."""


@dataclass(frozen=True)
class CarrierSets:
    """The sets, and the pairs (set, carrier) sorted by carrier, then set."""

    of_offer: NDArray[np.int32]
    count: int
    pair_set: NDArray[np.int64]
    pair_carrier: NDArray[np.int64]

    def allowed(self, carriers: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return per set whether all its carriers are among these."""
        refused = ~carriers[self.pair_carrier]
        fits = np.ones(self.count, dtype=bool)
        fits[self.pair_set[refused]] = False
        return fits

    def counts_by_carrier(self, by_set: NDArray[np.int64], carriers: int) -> NDArray[np.int64]:
        """Return the sum over the sets that each carrier is in."""
        # Sums of whole numbers below 2^53 are exact in float64.
        counts = np.bincount(self.pair_carrier, weights=by_set[self.pair_set], minlength=carriers)
        return counts.astype(np.int64)

    def lowest_by_carrier(self, by_set: NDArray[np.int64], carriers: int) -> NDArray[np.int64]:
        """Return the lowest over the sets that each carrier is in; the highest number where it is in none."""
        lowest = np.full(carriers, np.iinfo(np.int64).max, dtype=np.int64)
        if len(self.pair_carrier):
            # Pairs lie together by carrier.
            begins = np.flatnonzero(np.append(True, self.pair_carrier[1:] != self.pair_carrier[:-1]))
            lowest[self.pair_carrier[begins]] = np.minimum.reduceat(by_set[self.pair_set], begins)
        return lowest


def carrier_sets(offers: Offers, segments: Segments, carriers: int) -> CarrierSets:
    """Return the sets of all offers (0.3 s for ten million)."""
    base = carriers + 1
    first = offers.carrier.astype(np.int64) + 1
    second, third = (_flown_by(column, segments) for column in (offers.segment_1, offers.segment_2))
    connects, onward = _numbered(second * base + third, base * base)
    pairs = len(connects)
    chains, of_offer = _numbered(first * pairs + onward, base * pairs)
    flown = np.stack([chains // pairs, *np.divmod(connects[chains % pairs], base)], axis=1)
    # The same carriers in another order, or one of them twice, are the same set.
    flown.sort(axis=1)
    flown[:, 1:][flown[:, 1:] == flown[:, :-1]] = 0
    flown.sort(axis=1)
    sets, of_chain = np.unique(flown, axis=0, return_inverse=True)
    members, place = np.nonzero(sets)
    carrier = sets[members, place] - 1
    order = np.lexsort((members, carrier))
    return CarrierSets(
        of_offer=of_chain.ravel().astype(np.int32)[of_offer],
        count=len(sets),
        pair_set=members[order],
        pair_carrier=carrier[order],
    )


def _flown_by(column: NDArray[np.uint32], segments: Segments) -> NDArray[np.int64]:
    """Return the carrier of each segment plus one, 0 where there is no segment."""
    carrier = np.append(segments.carrier.astype(np.int64) + 1, 0)
    return carrier[np.minimum(column, np.uint32(len(carrier) - 1) if len(carrier) < NO_SEGMENT else column)]


def _numbered(codes: NDArray[np.int64], most: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the distinct codes, ascending, and the place of each code among them."""
    if most > _MOST_CODES:
        distinct, place = np.unique(codes, return_inverse=True)
        return distinct, place
    occurs = np.zeros(most, dtype=bool)
    occurs[codes] = True
    number = np.cumsum(occurs, dtype=np.int32) - 1
    return np.flatnonzero(occurs), number[codes].astype(np.int64)
