"""What all matching offers are made of, besides carriers, stops and prices: airports, hours, lengths, CO2.

In: the rows of every match, one array per slice, and its totals. Out: the fields of ``Facets`` of that name.
Each is one pass over a column; where there are too many matches for that they stay empty, and whoever shows
them waits until the query is narrower.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from flight_search.catalog.schema import NO_SEGMENT, UNKNOWN_EMISSIONS
from flight_search.domain.offer import FacetCount, Spread
from flight_search.search.index import Rows, SnapshotIndex
from flight_search.search.money import Pricing

Column = NDArray[np.int64]

MOST_MATCHES: Final = 1_000_000
"""Above this the passes would cost more than the search (about 15 ms for as many matches)."""

MOST_AIRPORTS: Final = 60
"""A list of more is no choice for anybody; the busiest are kept."""

_HOURS = 24
_MINUTES_PER_HOUR = 60


def column_facets(
    index: SnapshotIndex, slices: Sequence[Rows], totals: Column, pricing: Pricing
) -> dict[str, Any]:
    """Return the fields of ``Facets`` that this module is about; none where there are too many matches."""
    if len(totals) > MOST_MATCHES:
        return {}
    offers = index.snapshot.offers
    out = slices[0]
    return {
        "origins": _airports(index, [offers.origin[out]], totals, pricing),
        "destinations": _airports(index, [offers.destination[out]], totals, pricing),
        "connections": _airports(index, connections_of(index, slices), totals, pricing),
        "departure_hours": tuple(_hours(offers.departure_minute[rows]) for rows in slices),
        "arrival_hours": tuple(_hours(offers.arrival_minute[rows]) for rows in slices),
        "duration": _duration(index, slices),
        "emissions": _emissions(index, slices),
    }


@dataclass(frozen=True)
class Piles:
    """Matches in piles that are alike in all that is counted here: a column each, one value per pile."""

    size: Column
    lowest_total: Column
    origin: NDArray[Any]
    destination: NDArray[Any]
    connections: tuple[NDArray[Any], ...]
    """Airports where one changes; a number beyond all airports where one does not."""
    departure_hour: NDArray[Any]
    arrival_hour: NDArray[Any]


@dataclass(frozen=True)
class Lengths:
    """A number that matches have, and how many have it; the same number may stand more than once."""

    value: NDArray[Any]
    size: Column


def piled_facets(
    index: SnapshotIndex, piles: Piles, duration: Lengths, emissions: Lengths, pricing: Pricing
) -> dict[str, Any]:
    """Return the same fields from matches of one slice that are counted in piles."""

    def airports(*columns: NDArray[Any]) -> tuple[FacetCount, ...]:
        return _airports(index, columns, piles.lowest_total, pricing, piles.size)

    def hours(column: NDArray[Any]) -> tuple[int, ...]:
        return tuple(np.bincount(column, weights=piles.size, minlength=_HOURS).astype(np.int64).tolist())

    return {
        "origins": airports(piles.origin),
        "destinations": airports(piles.destination),
        "connections": airports(*piles.connections),
        "departure_hours": (hours(piles.departure_hour),),
        "arrival_hours": (hours(piles.arrival_hour),),
        "duration": _spread_of(duration),
        "emissions": _spread_of(emissions),
    }


def _spread_of(lengths: Lengths) -> Spread:
    """Return the same as ``_spread`` of every match."""
    if len(lengths.value) == 0:
        return Spread()
    # Sums of whole numbers below 2^53 are exact in float64.
    counts = np.bincount(lengths.value, weights=lengths.size)
    values = np.flatnonzero(counts)
    up_to = np.cumsum(counts[values])
    middle = int(np.searchsorted(up_to, (up_to[-1] - 1) // 2, side="right"))
    return Spread(min=int(values[0]), median=int(values[middle]), max=int(values[-1]))


def _airports(
    index: SnapshotIndex,
    columns: Sequence[NDArray[Any]],
    totals: Column,
    pricing: Pricing,
    sizes: Column | None = None,
) -> tuple[FacetCount, ...]:
    """Return the airports in the columns, busiest first. A match counts once for each airport it has."""
    airports = index.snapshot.airports
    nowhere = len(airports.iata)
    counts = np.zeros(nowhere + 1, dtype=np.int64)
    lowest = np.full(nowhere + 1, np.iinfo(np.int64).max, dtype=np.int64)
    for number, column in enumerate(columns):
        fresh = column.astype(np.int64)
        for other in columns[:number]:
            fresh = np.where(other == column, nowhere, fresh)
        counts += np.bincount(fresh, weights=sizes, minlength=nowhere + 1).astype(np.int64)
        np.minimum.at(lowest, fresh, totals)
    found = sorted(np.flatnonzero(counts[:nowhere]).tolist(), key=lambda row: (-counts[row], row))
    return tuple(
        FacetCount(
            value=str(airports.iata[row]),
            label=str(airports.city[row]) or str(airports.name[row]),
            count=int(counts[row]),
            min_price=pricing.amount(int(lowest[row])),
        )
        for row in found[:MOST_AIRPORTS]
    )


def connections_of(index: SnapshotIndex, slices: Sequence[Rows]) -> list[NDArray[np.int64]]:
    """Return columns of the airports where one changes; a number beyond all airports where one does not."""
    if not index.has_connections:
        return []
    offers, segments = index.snapshot.offers, index.snapshot.segments
    nowhere = len(index.snapshot.airports.iata)
    columns = []
    for rows in slices:
        for chain in (offers.segment_1[rows], offers.segment_2[rows]):
            column = np.full(len(chain), nowhere, dtype=np.int64)
            where = np.flatnonzero(chain != NO_SEGMENT)
            column[where] = segments.origin[chain[where]]
            columns.append(column)
    return columns


def _hours(minutes: NDArray[np.int16]) -> tuple[int, ...]:
    hours = minutes.astype(np.int64) // _MINUTES_PER_HOUR
    return tuple(np.bincount(hours, minlength=_HOURS)[:_HOURS].tolist())


def _duration(index: SnapshotIndex, slices: Sequence[Rows]) -> Spread:
    """Return how long the longest slice of the matches takes, in minutes."""
    column = index.snapshot.offers.duration_minutes
    longest = column[slices[0]]
    for rows in slices[1:]:
        longest = np.maximum(longest, column[rows])
    return _spread(longest)


def _emissions(index: SnapshotIndex, slices: Sequence[Rows]) -> Spread:
    """Return the CO2 of the matches, all slices together, in kg."""
    column = index.snapshot.offers.emissions_kg
    total = np.zeros(len(column[slices[0]]), dtype=np.int64)
    known = np.ones(len(total), dtype=bool)
    for rows in slices:
        total += column[rows]
        known &= column[rows] != UNKNOWN_EMISSIONS
    return _spread(total[known])


def _spread(values: NDArray[Any]) -> Spread:
    """Return lowest, median (the lower of the middle two) and highest; all None where there are no values."""
    if len(values) == 0:
        return Spread()
    middle = (len(values) - 1) // 2
    return Spread(
        min=int(values.min()), median=int(np.partition(values, middle)[middle]), max=int(values.max())
    )
