"""How many rows a constraint will leave, before any row is looked at.

In: the constraints of one slice. Out: the share of all offers that each of them leaves, by the name of its
step in ``filter``. The shares come from histograms that are made once per snapshot, so they are those of the
whole data: on one route or day the real share can be quite another. A constraint without a histogram (what
looks into segments) is missing from the answer.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flight_search.catalog.schema import CABINS, Offers
from flight_search.domain.query import FlightQuery, TimeWindow
from flight_search.search.dates import window_bounds

SAMPLE = 65_536
"""Offers that prices and durations are estimated from: enough for shares to 1 %, and 1 ms to sort."""

_MINUTES_OF_DAY = 1440


@dataclass(frozen=True)
class ColumnStatistics:
    """Shares of all offers: by value for columns of few values, sorted samples for the others."""

    carrier: NDArray[np.float64]
    stops: NDArray[np.float64]
    cabin: NDArray[np.float64]
    departure_minute: NDArray[np.float64]
    arrival_minute: NDArray[np.float64]
    price: NDArray[np.int32]
    duration: NDArray[np.uint16]


def statistics_of(offers: Offers, carriers: int) -> ColumnStatistics:
    """Return the statistics of all offers. Reads seven columns once (8 ms for 423,000 offers)."""
    every = max(1, len(offers.key) // SAMPLE)
    return ColumnStatistics(
        carrier=_shares(offers.carrier, carriers),
        stops=_shares(offers.stops, 3),
        cabin=_shares(offers.cabin, len(CABINS)),
        departure_minute=_shares(offers.departure_minute, _MINUTES_OF_DAY),
        arrival_minute=_shares(offers.arrival_minute, _MINUTES_OF_DAY),
        price=np.sort(offers.price[::every]),
        duration=np.sort(offers.duration_minutes[::every]),
    )


def expected_shares(
    known: ColumnStatistics,
    query: FlightQuery,
    *,
    number: int,
    carriers: NDArray[np.bool_],
    fares: tuple[int, int],
) -> dict[str, float]:
    """Return the share that each constraint of slice ``number`` leaves.

    ``carriers`` says which may fly, ``fares`` which adult fares fit.
    """
    part, stops = query.slices[number], query.stops
    fewest, most = stops.min or 0, 2 if stops.max is None else stops.max
    low, high = np.searchsorted(known.price, fares[0]), np.searchsorted(known.price, fares[1], side="right")
    shares = {
        "carriers": float(known.carrier[carriers].sum()),
        "stops": float(known.stops[fewest : most + 1].sum()),
        "price": float(high - low) / max(len(known.price), 1),
        "depart_time": _in_window(known.departure_minute, part.depart_time),
        "arrive_time": _in_window(known.arrival_minute, part.arrive_time),
    }
    if query.cabin is not None:
        shares["cabin"] = float(known.cabin[CABINS.index(query.cabin.value)])
    if query.duration.max_minutes is not None:
        short = np.searchsorted(known.duration, query.duration.max_minutes, side="right")
        shares["duration"] = float(short) / max(len(known.duration), 1)
    return shares


def _shares(column: NDArray[np.integer], values: int) -> NDArray[np.float64]:
    return np.bincount(column, minlength=values) / max(len(column), 1)


def _in_window(minutes: NDArray[np.float64], window: TimeWindow | None) -> float:
    if window is None:
        return 1.0
    begin, end = window_bounds(window)
    if begin <= end:
        return float(minutes[begin : end + 1].sum())
    return float(minutes[begin:].sum() + minutes[: end + 1].sum())
