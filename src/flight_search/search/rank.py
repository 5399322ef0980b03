"""Score and order of the rows of one slice.

In: rows that satisfy everything. Out: ``Scored`` (parts of the score per row) and the columns that an order
compares. Orders are total: after the wanted column come price, duration, departure and key, so that the same
query on the same snapshot always gives the same list.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flight_search.catalog.schema import UNKNOWN_EMISSIONS
from flight_search.domain.query import Sort
from flight_search.search.index import Rows, SnapshotIndex
from flight_search.search.weights import (
    DEPARTURE_VALUE_BY_HOUR,
    FACT_WEIGHTS,
    MEANING_SHARE,
    STOPS_VALUE,
    UNITS,
    UNKNOWN_EMISSIONS_VALUE,
)

Column = NDArray[np.int64]

UNKNOWN_LAST = 1 << 24
"""Stands for unknown emissions in an order: above any sum of known ones."""

_DEPARTURE_VALUE = np.repeat(np.array(DEPARTURE_VALUE_BY_HOUR, dtype=np.float32), 60)
_STOPS_VALUE = np.array(STOPS_VALUE, dtype=np.float32)


@dataclass(frozen=True)
class Scored:
    """Parts of the score per row, in millionths; ``total`` is their sum."""

    parts: dict[str, NDArray[np.int32]]
    total: NDArray[np.int32]


def score_rows(index: SnapshotIndex, rows: Rows, meaning: NDArray[np.float32] | None) -> Scored:
    """Return the scores of rows, compared with each other."""
    offers = index.snapshot.offers
    room = 1.0 if meaning is None else 1.0 - MEANING_SHARE
    share = {weight.name: np.float32(weight.share * room * UNITS) for weight in FACT_WEIGHTS}
    fares = np.maximum(offers.price[rows], 1)
    slowness = index.slowness[rows]
    values = {
        "price": _lowest(fares) / fares.astype(np.float32),
        "duration": _lowest(slowness) / slowness,
        "stops": _STOPS_VALUE[offers.stops[rows]],
        "departure": _DEPARTURE_VALUE[offers.departure_minute[rows]],
        "emissions": _emissions_value(index.intensity[rows]),
    }
    parts = {name: _units(value * share[name]) for name, value in values.items()}
    if meaning is not None:
        parts["meaning"] = _units(meaning[offers.profile[rows]] * np.float32(MEANING_SHARE * UNITS))
    total = np.zeros(len(fares), dtype=np.int32)
    for part in parts.values():
        total += part
    return Scored(parts, total)


def wanted_column(  # noqa: PLR0911 - one per order
    index: SnapshotIndex, rows: Rows, sort: Sort, totals: Column, score: NDArray[Any]
) -> Column:
    """Return what an order compares first, the smallest first."""
    offers = index.snapshot.offers
    match sort:
        case Sort.BEST:
            return -score.astype(np.int64)
        case Sort.PRICE:
            return totals
        case Sort.DURATION:
            return offers.duration_minutes[rows].astype(np.int64)
        case Sort.DEPARTURE_TIME:
            return offers.departs_utc[rows].astype(np.int64)
        case Sort.DEPARTURE_TIME_DESC:
            return -offers.departs_utc[rows].astype(np.int64)
        case Sort.ARRIVAL_TIME:
            return offers.departs_utc[rows].astype(np.int64) + offers.duration_minutes[rows]
        case Sort.EMISSIONS:
            emissions = offers.emissions_kg[rows].astype(np.int64)
            return np.where(emissions == UNKNOWN_EMISSIONS, UNKNOWN_LAST, emissions)


def first_in_order(index: SnapshotIndex, rows: Column, wanted: Column, totals: Column, count: int) -> Column:
    """Return the positions of the first ``count`` rows in the total order, first to last.

    Only rows up to the ``count``-th value of the wanted column, and those that tie with it, are sorted: n
    steps and a sort of about ``count`` rows.
    """
    near = np.arange(len(rows), dtype=np.int64)
    if 0 < count < len(rows):
        near = np.flatnonzero(wanted <= np.partition(wanted, count - 1)[count - 1])
    offers, close = index.snapshot.offers, rows[near]
    order = np.lexsort(
        (
            offers.key[close],
            offers.departs_utc[close],
            offers.duration_minutes[close],
            totals[near],
            wanted[near],
        )
    )
    return near[order[:count]]


def _lowest(values: NDArray[Any]) -> Any:  # noqa: ANN401 - a scalar of whatever dtype the column has
    return values.min() if len(values) else 1


def _emissions_value(intensity: NDArray[np.float32]) -> NDArray[np.float32]:
    known = ~np.isnan(intensity)
    if not known.any():
        return np.full(len(intensity), UNKNOWN_EMISSIONS_VALUE, dtype=np.float32)
    lowest = intensity[known].min() if not known.all() else intensity.min()
    return np.where(known, lowest / intensity, np.float32(UNKNOWN_EMISSIONS_VALUE))


def _units(values: NDArray[np.float32]) -> NDArray[np.int32]:
    return np.rint(values).astype(np.int32)
