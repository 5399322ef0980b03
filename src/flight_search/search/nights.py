"""Which day a departure belongs to.

The day is the local day of departure, with one exception: a window of departure times that runs over midnight
("a red-eye on Friday": 21:00 to 02:59) belongs to the evening that it begins in. What leaves at 00:30 on
Saturday is a flight of Friday night; what leaves at 00:30 on Friday is one of Thursday night. The same holds
for ranges of dates and for weekdays.
"""

import numpy as np
from numpy.typing import NDArray

from flight_search.domain.query import TimeWindow
from flight_search.search.dates import window_bounds
from flight_search.search.index import Rows, SnapshotIndex


def runs_over_midnight(window: TimeWindow | None) -> bool:
    """Return whether a window begins on one day and ends on the next."""
    if window is None:
        return False
    begin, end = window_bounds(window)
    return begin > end


def days_of(index: SnapshotIndex, rows: Rows, window: TimeWindow | None) -> NDArray[np.int32]:
    """Return the day that each offer belongs to under a window of departure times, which it satisfies."""
    offers = index.snapshot.offers
    days = offers.departure_day[rows]
    if window is None or not runs_over_midnight(window):
        return days
    return np.asarray(days - (offers.departure_minute[rows] <= window_bounds(window)[1]), dtype=np.int32)
