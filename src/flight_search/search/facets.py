"""What all matching offers are made of: carriers, stops, prices.

In: the rows of every match, one array per slice, and its totals. Out: ``Facets``. A match counts once for
each marketing carrier that flies any of its segments; its stops are those of the slice that has the most.
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from flight_search.catalog.schema import NO_SEGMENT
from flight_search.domain.offer import FacetCount, Facets, HistogramBin, PriceSummary
from flight_search.search.facet_columns import column_facets
from flight_search.search.index import Rows, SnapshotIndex, count_rows
from flight_search.search.money import Pricing

HISTOGRAM_BINS = 20
"""Fine enough for a slider, coarse enough that a bin of a small result is not always empty."""

Column = NDArray[np.int64]
CountWhere: TypeAlias = Callable[[list[NDArray[np.bool_]]], int | None]

_STOPS_LABELS = ("nonstop", "1 stop", "2 stops")


def facets_of(index: SnapshotIndex, slices: Sequence[Rows], totals: Column, pricing: Pricing) -> Facets:
    """Return the facets of all matches."""
    if len(totals) == 0:
        return Facets(price=PriceSummary(currency=pricing.currency))
    return Facets(
        carriers=shown_carriers(index, count_carriers(index, slices, totals), pricing),
        stops=shown_stops(count_stops(index, slices, totals), pricing),
        price=summarise_prices(totals, pricing),
        **column_facets(index, slices, totals, pricing),
    )


def counted_facets(
    index: SnapshotIndex, slices: Sequence[Rows], total: int, count: CountWhere, price: PriceSummary
) -> Facets:
    """Return the facets of journeys that are too many to look at each: counts alone, without prices.

    ``count`` says how many journeys have only rows that fit, or None if it cannot.
    """
    stops = [index.snapshot.offers.stops[rows] for rows in slices]
    up_to = [count([column <= most for column in stops]) for most in range(len(_STOPS_LABELS))]
    carriers = []
    for row, code in enumerate(index.snapshot.carriers.iata):
        others = count([~_is_flown_by(index, rows, row) for rows in slices])
        if others is not None and others < total:
            label = str(index.snapshot.carriers.name[row]) or str(code)
            carriers.append(FacetCount(value=str(code), label=label, count=total - others))
    return Facets(
        carriers=tuple(sorted(carriers, key=lambda facet: (-facet.count, facet.value))),
        stops=tuple(
            FacetCount(value=str(most), label=_STOPS_LABELS[most], count=found - before)
            for most, (before, found) in enumerate(itertools.pairwise([0, *up_to]))
            if found is not None and before is not None and found > before
        ),
        price=price,
    )


def _is_flown_by(index: SnapshotIndex, rows: Rows, carrier: int) -> NDArray[np.bool_]:
    """Return per row whether any of its segments is flown by a carrier."""
    mask = np.zeros(count_rows(rows), dtype=bool)
    for where, flown in _carriers_flown(index, [rows]):
        mask[where] |= flown == carrier
    return mask


def summarise_prices(totals: Column, pricing: Pricing) -> PriceSummary:
    """Return lowest, median (the lower of the middle two), highest and histogram of one or more totals."""
    middle = (len(totals) - 1) // 2
    lowest, highest = int(totals.min()), int(totals.max())
    edges = histogram_edges(lowest, highest)
    place = np.searchsorted(np.array(edges[1:-1], dtype=np.int64), totals, side="right")
    counts = np.bincount(place, minlength=len(edges) - 1).tolist()
    return shown_prices(edges, counts, int(np.partition(totals, middle)[middle]), pricing)


def histogram_edges(lowest: int, highest: int) -> list[int]:
    """Return the edges of the bins: whole minor units, so that what is shown is what was counted."""
    bins = min(HISTOGRAM_BINS, highest - lowest) or 1
    return [lowest + (highest - lowest) * number // bins for number in range(bins + 1)]


def shown_prices(edges: list[int], counts: list[int], median: int, pricing: Pricing) -> PriceSummary:
    """Return the summary of totals from the first edge to the last, counted by bin."""
    amounts = [pricing.amount(edge) or Decimal(0) for edge in edges]
    highest = pricing.amount(edges[-1])
    bins = [
        HistogramBin(from_=amounts[number], to=amounts[number + 1], count=count)
        for number, count in enumerate(counts)
    ]
    return PriceSummary(
        min=pricing.amount(edges[0]),
        median=pricing.amount(median),
        max=highest,
        currency=pricing.currency,
        histogram=tuple(bins) if highest is not None else (),
    )


@dataclass(frozen=True)
class Counted:
    """How many matches have each value of something, and the lowest total among them."""

    counts: Column
    lowest: Column
    """The highest number where there is no match."""


def count_carriers(index: SnapshotIndex, slices: Sequence[Rows], totals: Column) -> Counted:
    """Count the matches of each carrier of the snapshot."""
    carriers = index.snapshot.carriers
    counts = np.zeros(len(carriers.iata), dtype=np.int64)
    lowest = np.full(len(carriers.iata), np.iinfo(np.int64).max, dtype=np.int64)
    seen: list[tuple[Column, NDArray[np.int32]]] = []
    for where, flown in _carriers_flown(index, slices):
        is_new = np.ones(len(where), dtype=bool)
        for other_where, other in seen:
            # Spread over all matches, so that columns of different matches can be compared.
            spread = np.full(len(totals), -1, dtype=np.int32)
            spread[other_where] = other
            is_new &= spread[where] != flown
        seen.append((where, flown))
        where, flown = where[is_new], flown[is_new]  # noqa: PLW2901 - what counts of the column
        counts += np.bincount(flown, minlength=len(counts))
        np.minimum.at(lowest, flown, totals[where])
    return Counted(counts, lowest)


def shown_carriers(index: SnapshotIndex, counted: Counted, pricing: Pricing) -> tuple[FacetCount, ...]:
    """Return the carriers that have matches, the most first."""
    # Their rows are sorted by code, which decides between equals.
    found = np.flatnonzero(counted.counts)
    found = found[np.argsort(-counted.counts[found], kind="stable")]
    names = index.carrier_names
    return FacetCount.all_of(
        [names[row] for row in found.tolist()],
        counted.counts[found].tolist(),
        pricing.amounts(counted.lowest[found].tolist()),
    )


def _carriers_flown(index: SnapshotIndex, slices: Sequence[Rows]) -> list[tuple[Column, NDArray[np.int32]]]:
    """Return, per segment column of each slice, which matches have that segment and who flies it."""
    offers, segments = index.snapshot.offers, index.snapshot.segments
    found: list[tuple[Column, NDArray[np.int32]]] = []
    for rows in slices:
        first = offers.carrier[rows].astype(np.int32)
        found.append((np.arange(len(first), dtype=np.int64), first))
        if not index.has_connections:
            continue
        for column in (offers.segment_1[rows], offers.segment_2[rows]):
            where = np.flatnonzero(column != NO_SEGMENT)
            if len(where):
                found.append((where, segments.carrier[column[where]].astype(np.int32)))
    return found


def count_stops(index: SnapshotIndex, slices: Sequence[Rows], totals: Column) -> Counted:
    """Count the matches of each number of stops."""
    stops = most_stops(index, slices)
    lowest = np.full(len(_STOPS_LABELS), np.iinfo(np.int64).max, dtype=np.int64)
    np.minimum.at(lowest, stops, totals)
    return Counted(np.bincount(stops, minlength=len(_STOPS_LABELS)), lowest)


def shown_stops(counted: Counted, pricing: Pricing) -> tuple[FacetCount, ...]:
    """Return the numbers of stops that matches have."""
    return tuple(
        FacetCount(value=str(number), label=label, count=int(count), min_price=pricing.amount(int(lowest)))
        for number, (label, count, lowest) in enumerate(
            zip(_STOPS_LABELS, counted.counts, counted.lowest, strict=True)
        )
        if count
    )


def most_stops(index: SnapshotIndex, slices: Sequence[Rows]) -> NDArray[np.uint8]:
    """Return per match the stops of the slice that has the most."""
    stops = index.snapshot.offers.stops[slices[0]]
    for rows in slices[1:]:
        stops = np.maximum(stops, index.snapshot.offers.stops[rows])
    return stops
