"""What a query asks of bundles, if bundles can answer it.

In: a prepared query. Out: ``Reach``, or why there is none. Bundles know nothing of days, so they answer
searches of one slice over all routes and days, by carriers, stops, cabin, whole hours of departure and price.
"""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flight_search.catalog.schema import CABINS
from flight_search.domain.query import FlightQuery, Place, Sort, TimeWindow
from flight_search.search.bundles import HOURS, Bundled
from flight_search.search.dates import window_bounds
from flight_search.search.filter import allowed_carriers
from flight_search.search.index import SnapshotIndex
from flight_search.search.money import FareBounds, Pricing
from flight_search.search.tallies import Tally

Mask = NDArray[np.bool_]

_MINUTES_OF_HOUR = 60
_SORTS = (Sort.BEST, Sort.PRICE, Sort.DURATION)
"""Orders for which bundles have a bound."""
_MOST_STOPS = 2


@dataclass(frozen=True)
class Reach:
    """Bounds of a query as the columns of bundles and tallies have them; None where open."""

    sets: Mask | None
    """Per set of carriers, whether all of them may fly."""
    stops: tuple[int, int] | None
    cabin: int | None
    hours: Mask | None
    fares: FareBounds

    @property
    def key(self) -> Hashable:
        """What tells it from others."""
        sets = None if self.sets is None else self.sets.tobytes()
        return sets, self.stops, self.cabin, None if self.hours is None else self.hours.tobytes(), self.fares

    @property
    def facts(self) -> frozenset[str]:
        """The facts that are bound, by their names in a tally; the price is in every tally."""
        bound = {"stops": self.stops, "cabin": self.cabin, "carriers": self.sets, "hour": self.hours}
        return frozenset(name for name, value in bound.items() if value is not None)

    def cells(self, tally: Tally) -> NDArray[np.int64]:
        """Return the cells of a tally that fit; it must know all facts that are bound."""
        fits = np.ones(len(tally.start) - 1, dtype=bool)
        if self.stops is not None:
            stops = tally.facts["stops"]
            fits &= (stops >= self.stops[0]) & (stops <= self.stops[1])
        if self.cabin is not None:
            fits &= tally.facts["cabin"] == self.cabin
        if self.sets is not None:
            fits &= self.sets[tally.facts["carriers"]]
        if self.hours is not None:
            fits &= self.hours[tally.facts["hour"]]
        return np.flatnonzero(fits)


def reach_of(index: SnapshotIndex, bundled: Bundled, query: FlightQuery, pricing: Pricing) -> Reach | str:
    """Return what the query asks of bundles, or why they cannot answer it."""
    reason = _why_not(index, query, pricing)
    if reason:
        return reason
    carriers, stops, part = query.carriers, query.stops, query.slices[0]
    is_bound = carriers.include or carriers.exclude
    fewest, most = stops.min or 0, _MOST_STOPS if stops.max is None else stops.max
    return Reach(
        sets=bundled.sets.allowed(allowed_carriers(index, query)) if is_bound else None,
        stops=(fewest, most) if fewest > 0 or most < _MOST_STOPS else None,
        cabin=CABINS.index(query.cabin.value) if query.cabin is not None else None,
        hours=_hours(part.depart_time) if part.depart_time else None,
        fares=pricing.bounds(query.price, domestic=True),
    )


def _why_not(index: SnapshotIndex, query: FlightQuery, pricing: Pricing) -> str:
    part = query.slices[0]
    if len(query.slices) > 1:
        return "a journey of several slices"
    if query.sort not in _SORTS:
        return f"the order {query.sort}"
    if not _is_everywhere(index, part.origin, departing=True) or not _is_everywhere(
        index, part.destination, departing=False
    ):
        return "places are named"
    dates = part.depart_date
    if part.weekdays or (dates and not _holds_all_days(index, dates.from_, dates.to)):
        return "days are named"
    if part.depart_time and not _is_whole_hours(part.depart_time):
        return "a window that does not begin and end with an hour"
    looked_up = {
        "a window of arrival": part.arrive_time,
        "a duration": query.duration.max_minutes,
        "a layover": query.layover.min_minutes or query.layover.max_minutes is not None,
        "a connection": query.connections.via or query.connections.avoid,
        "bags": query.bags.carry_on or query.bags.checked,
        "refunds": query.refundable is not None,
        "a flight": query.flight,
        "infants": pricing.infants,
        "several seats": pricing.seats > 1 and "seats" in index.known_facts,
    }
    return next((name for name, asked in looked_up.items() if asked), "")


def _holds_all_days(index: SnapshotIndex, first: object, last: object) -> bool:
    manifest = index.snapshot.manifest
    return (first is None or str(first) <= manifest.first_day) and (
        last is None or str(last) >= manifest.last_day
    )


def _is_everywhere(index: SnapshotIndex, place: Place | None, *, departing: bool) -> bool:
    if place is None:
        return True
    served = index.codes_with_departures if departing else index.codes_with_arrivals
    return len(place.airports) >= len(served) and served.issubset(place.airports)


def _is_whole_hours(window: TimeWindow) -> bool:
    begin, end = window_bounds(window)
    return begin % _MINUTES_OF_HOUR == 0 and (end + 1) % _MINUTES_OF_HOUR == 0


def _hours(window: TimeWindow) -> Mask:
    begin, end = window_bounds(window)
    hours = np.arange(HOURS) * _MINUTES_OF_HOUR
    return (hours >= begin) & (hours <= end) if begin <= end else (hours >= begin) | (hours <= end)
