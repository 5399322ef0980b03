"""Values of the weighted features that are not plain columns: from 0 (as bad as can be) to 1.

In: rows of the offers, what is wished. Out: a value per row. What many searches share is kept by the index
(``derived``).
"""

import numpy as np
from numpy.typing import NDArray

from flight_search.catalog.schema import NO_SEGMENT
from flight_search.reference.carriers import CarrierKind
from flight_search.search.index import Rows, SnapshotIndex
from flight_search.search.weights import (
    CARRIER_VALUE,
    EASY_WAIT_MINUTES,
    HARDEST_WAIT_MINUTES,
    UNKNOWN_CARRIER_VALUE,
    UNKNOWN_CLIMATE_VALUE,
    WEATHER_RAMPS,
)
from flight_search.search.wishes import Weather

Values = NDArray[np.float32]

_MONTHS = 12


def connection_values(index: SnapshotIndex, rows: Rows) -> Values:
    """Return how easy the hardest connection is; a nonstop has none to miss."""
    wait = index.shortest_wait[rows].astype(np.float32)
    return np.clip((wait - HARDEST_WAIT_MINUTES) / (EASY_WAIT_MINUTES - HARDEST_WAIT_MINUTES), 0, 1)


def carrier_values(index: SnapshotIndex, rows: Rows, wished: CarrierKind) -> Values:
    """Return how well the airlines fit a wish for a kind of them: the least fitting of each offer."""
    snapshot = index.snapshot
    offers, segments, fits = snapshot.offers, snapshot.segments, CARRIER_VALUE[wished]
    by_carrier = np.array(
        [fits.get(str(kind), UNKNOWN_CARRIER_VALUE) for kind in snapshot.carriers.kind], dtype=np.float32
    )
    values = by_carrier[offers.carrier[rows]]
    if index.has_connections:
        for column in (offers.segment_1[rows], offers.segment_2[rows]):
            there = np.flatnonzero(column != NO_SEGMENT)
            values[there] = np.minimum(values[there], by_carrier[segments.carrier[column[there]]])
    return values


def climate_values(index: SnapshotIndex, rows: Rows, weather: tuple[Weather, ...]) -> Values:
    """Return how well the destination's climate fits in the month of departure; of several the mean."""
    offers = index.snapshot.offers
    table = climate_table(index, weather)
    return table[offers.destination[rows], month_of(offers.departure_day[rows]) - 1]


def climate_table(index: SnapshotIndex, weather: tuple[Weather, ...]) -> Values:
    """Return the fit of each airport (by row of the snapshot) in each month."""
    climate = index.climate
    fits = []
    for each in weather:
        ramp = WEATHER_RAMPS[each]
        measured = climate.rain_mm if ramp.is_of_rain else climate.celsius
        means, values = zip(*ramp.points, strict=True)
        fits.append(np.interp(measured, means, values))
    mean = np.mean(fits, axis=0)
    return np.where(np.isnan(mean), UNKNOWN_CLIMATE_VALUE, mean).astype(np.float32)


def month_of(days: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the months, 1 to 12, of days since 1970-01-01."""
    if len(days) == 0:
        return np.zeros(0, dtype=np.int64)
    first = int(days.min())
    # A table of the days that there are is shorter than the column: a year against millions of offers.
    table = np.arange(first, int(days.max()) + 1).astype("datetime64[D]").astype("datetime64[M]")
    months: NDArray[np.int64] = table.astype(np.int64) % _MONTHS + 1
    return months[days - first]
