"""Hard constraints, exactly.

In: the planned rows of one slice. Out: the rows that satisfy every constraint of the query. Each constraint
is one vectorised comparison over what the ones before have left; those on plain columns come first, those
that have to look into segments last.

Decided here, because the contract leaves it open:

* A carrier constraint holds for the marketing carrier of *every* segment: ``include`` allows only those
  named, ``exclude`` none of them.
* The date is the local day of departure; a window that runs over midnight belongs to the evening that it
  begins in (``nights``).
* A layover is the time between two segments; a nonstop has none, so it satisfies every layover range. A
  ``via`` is satisfied only by a connection there; a connection that changes airports touches both.
* Seats, where known, have to be enough for adults and children; 127 stands for "127 or more". An offer that
  does not say how many are left is not excluded. Bags and ``refundable`` have to be known to satisfy.
* A named flight has to be one of the segments of the first slice.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from flight_search.catalog.schema import CABINS, NO_SEGMENT, UNKNOWN, Offers, Segments
from flight_search.domain.query import FlightNumber, FlightQuery, SliceQuery, TimeWindow
from flight_search.search.dates import EPOCH_WEEKDAY, day_number, window_bounds
from flight_search.search.estimate import expected_shares
from flight_search.search.index import Rows, SnapshotIndex, count_rows, row_numbers
from flight_search.search.money import Pricing
from flight_search.search.nights import days_of, runs_over_midnight
from flight_search.search.plan import Plan, weekday_table
from flight_search.search.trace import Trace

_MOST_SEATS = 127
_MINUTES_OF_DAY = 1440

Mask: TypeAlias = NDArray[np.bool_]
Test: TypeAlias = Callable[[NDArray[np.uint32]], Mask]
"""Rows of segments to whether each passes."""


@dataclass(frozen=True)
class Constraints:
    """What the rows of one slice have to satisfy."""

    query: FlightQuery
    number: int
    """Which slice of the query."""
    now_minute: int
    pricing: Pricing


def filter_rows(
    index: SnapshotIndex, plan: Plan, constraints: Constraints, trace: Trace | None = None
) -> Rows:
    """Return the rows of the plan that satisfy all constraints, ascending; the trace is told each step."""
    left = _Left(index, plan.rows())
    _keep_fitting(left, constraints, may_have_left=plan.first_day <= _last_day_that_left(constraints))
    if trace:
        _tell(trace, plan, left, constraints)
    return left.rows


def keep_fitting(index: SnapshotIndex, rows: NDArray[np.int64], constraints: Constraints) -> Rows:
    """Return those of some rows that satisfy all constraints but those on places and days, ascending."""
    left = _Left(index, rows)
    _keep_fitting(left, constraints, may_have_left=True)
    return left.rows


def _last_day_that_left(constraints: Constraints) -> int:
    return constraints.now_minute // _MINUTES_OF_DAY + 1


def _keep_fitting(left: "_Left", constraints: Constraints, *, may_have_left: bool) -> None:
    index = left.index
    if may_have_left:
        left.keep("departed", lambda offers, rows: offers.departs_utc[rows] > constraints.now_minute)
    sold_out = index.snapshot.sold_out
    if sold_out is not None:
        left.keep("sold_out", lambda _, rows: ~sold_out[rows])
    _keep_by_columns(left, constraints)
    _keep_by_price(left, constraints)
    if index.has_connections or constraints.query.flight:
        _keep_by_segments(left, constraints)
    elif constraints.query.connections.via:
        left.keep("via", lambda offers, rows: np.zeros_like(offers.stops[rows], dtype=bool))


def _tell(trace: Trace, plan: Plan, left: "_Left", constraints: Constraints) -> None:
    """Tell what each step has left, beside what was to be expected."""
    index, query = left.index, constraints.query
    bounds = constraints.pricing.bounds(query.price, domestic=True)
    shares = expected_shares(
        index.statistics,
        query,
        number=constraints.number,
        carriers=allowed_carriers(index, query),
        fares=(bounds.lowest, bounds.highest),
    )
    expected = float(plan.estimate)
    trace.add("routes and days", plan.estimate, plan.estimate)
    for name, rows in left.steps.items():
        expected *= shares.get(name, 1.0)
        trace.add(name, rows, round(expected) if name in shares else None)


class _Left:
    """The rows that are left so far."""

    def __init__(self, index: SnapshotIndex, rows: Rows) -> None:
        self.index = index
        self.rows = rows
        self.steps: dict[str, int] = {}
        """How many rows each constraint has left, in their order."""

    def keep(self, name: str, fits: Callable[[Offers, Rows], Mask]) -> None:
        """Drop the rows that do not fit."""
        mask = fits(self.index.snapshot.offers, self.rows)
        if not mask.all():
            self.rows = row_numbers(self.rows)[mask]
        self.steps[name] = count_rows(self.rows)


def _keep_by_columns(left: _Left, constraints: Constraints) -> None:
    query, part = constraints.query, constraints.query.slices[constraints.number]
    if query.carriers.include or query.carriers.exclude:
        allowed = allowed_carriers(left.index, query)
        left.keep("carriers", lambda offers, rows: allowed[offers.carrier[rows]])
    stops, cabin = query.stops, query.cabin
    if stops.max is not None:
        most = stops.max
        left.keep("stops", lambda offers, rows: offers.stops[rows] <= most)
    if stops.min:
        fewest = stops.min
        left.keep("stops", lambda offers, rows: offers.stops[rows] >= fewest)
    if cabin is not None:
        code = CABINS.index(cabin.value)
        left.keep("cabin", lambda offers, rows: offers.cabin[rows] == code)
    if part.depart_time:
        departs = part.depart_time
        left.keep("depart_time", lambda offers, rows: _is_in_window(offers.departure_minute[rows], departs))
        if runs_over_midnight(departs):
            _keep_by_night(left, part)
    if part.arrive_time:
        arrives = part.arrive_time
        left.keep("arrive_time", lambda offers, rows: _is_in_window(offers.arrival_minute[rows], arrives))
    if query.duration.max_minutes is not None:
        longest = query.duration.max_minutes
        left.keep("duration", lambda offers, rows: offers.duration_minutes[rows] <= longest)
    _keep_by_terms(left, query)


def _keep_by_night(left: _Left, part: SliceQuery) -> None:
    """Keep what belongs to the days of the query, counting from the evening; the plan is a day too wide."""
    index, dates = left.index, part.depart_date
    if dates and dates.from_:
        first = day_number(dates.from_)
        left.keep("night", lambda _, rows: days_of(index, rows, part.depart_time) >= first)
    if dates and dates.to:
        last = day_number(dates.to)
        left.keep("night", lambda _, rows: days_of(index, rows, part.depart_time) <= last)
    if part.weekdays:
        wanted = weekday_table(part.weekdays)
        left.keep(
            "night", lambda _, rows: wanted[(days_of(index, rows, part.depart_time) + EPOCH_WEEKDAY) % 7]
        )


def _keep_by_terms(left: _Left, query: FlightQuery) -> None:
    """Keep what includes the bags, can be refunded, and has the seats."""
    carry_on, checked, refundable = query.bags.carry_on, query.bags.checked, query.refundable
    if carry_on:
        left.keep("carry_on", lambda offers, rows: offers.carry_on[rows] >= carry_on)
    if checked:
        left.keep("checked", lambda offers, rows: offers.checked[rows] >= checked)
    if refundable is not None:
        left.keep("refundable", lambda offers, rows: offers.refundable[rows] == int(refundable))
    if "seats" in left.index.known_facts:
        needed = min(query.passengers.adults + query.passengers.children, _MOST_SEATS)
        left.keep(
            "seats", lambda offers, rows: (offers.seats[rows] >= needed) | (offers.seats[rows] == UNKNOWN)
        )


def _keep_by_price(left: _Left, constraints: Constraints) -> None:
    price = constraints.query.price
    if len(constraints.query.slices) > 1:
        # The bounds hold for the sum of the slices; here only what is too dear by itself can be left out.
        price = price.model_copy(update={"min": None})
    if price.min is None and price.max is None:
        return
    domestic = constraints.pricing.bounds(price, domestic=True)
    abroad = constraints.pricing.bounds(price, domestic=False)

    def fits(offers: Offers, rows: Rows) -> Mask:
        fares = offers.price[rows]
        if domestic == abroad:
            return (fares >= domestic.lowest) & (fares <= domestic.highest)
        country = left.index.country
        at_home = country[offers.origin[rows]] == country[offers.destination[rows]]
        lowest = np.where(at_home, domestic.lowest, abroad.lowest)
        highest = np.where(at_home, domestic.highest, abroad.highest)
        return (fares >= lowest) & (fares <= highest)

    left.keep("price", fits)


def _keep_by_segments(left: _Left, constraints: Constraints) -> None:
    query, segments = constraints.query, left.index.snapshot.segments
    if query.carriers.include or query.carriers.exclude:
        allowed = allowed_carriers(left.index, query)
        left.keep(
            "carriers of connections",
            lambda offers, rows: ~_any_leaving(offers, rows, lambda flown: ~allowed[segments.carrier[flown]]),
        )
    connections, layover = query.connections, query.layover
    if connections.via:
        hubs = _airport_mask(left.index, connections.via)
        left.keep("via", lambda offers, rows: _connects_at(offers, rows, segments, hubs))
    if connections.avoid:
        avoided = _airport_mask(left.index, connections.avoid)
        left.keep("avoid", lambda offers, rows: ~_connects_at(offers, rows, segments, avoided))
    if layover.min_minutes is not None or layover.max_minutes is not None:
        shortest = layover.min_minutes or 0
        longest = layover.max_minutes if layover.max_minutes is not None else int(np.iinfo(np.int32).max)
        left.keep("layover", lambda offers, rows: _layovers_fit(offers, rows, segments, shortest, longest))
    if query.flight and constraints.number == 0:
        is_named = named_flight(left.index, query.flight)
        if left.index.has_connections:
            left.keep("flight", lambda offers, rows: _any_segment(offers, rows, is_named))
        else:
            left.keep("flight", lambda offers, rows: is_named(offers.segment_0[rows]))


def allowed_carriers(index: SnapshotIndex, query: FlightQuery) -> Mask:
    """Return per carrier of the snapshot whether it may fly a segment."""
    include, exclude = query.carriers.include, query.carriers.exclude
    allowed = [(not include or code in include) and code not in exclude for code in index.carrier_row]
    return np.array(allowed, dtype=bool)


def _is_in_window(minutes: NDArray[np.int16], window: TimeWindow) -> Mask:
    begin, end = window_bounds(window)
    if begin <= end:
        return (minutes >= begin) & (minutes <= end)
    return (minutes >= begin) | (minutes <= end)


def _airport_mask(index: SnapshotIndex, codes: tuple[str, ...]) -> Mask:
    mask = np.zeros(len(index.airport_row), dtype=bool)
    mask[index.airport_rows(codes)] = True
    return mask


def named_flight(index: SnapshotIndex, flight: FlightNumber) -> Test:
    """Return the test whether a segment is the named flight."""
    segments = index.snapshot.segments
    letter = flight.number[-1] if flight.number[-1].isalpha() else ""
    carrier = index.carrier_row.get(flight.carrier, -1)
    number, suffix = int(flight.number.removesuffix(letter)), ord(letter) if letter else 0
    return lambda flown: (
        (segments.carrier[flown] == carrier)
        & (segments.number[flown] == number)
        & (segments.suffix[flown] == suffix)
    )


def _any_of(columns: tuple[NDArray[np.uint32], ...], test: Test) -> Mask:
    """Return per row whether any of its segments in these columns passes a test of segment rows."""
    found = np.zeros(len(columns[0]), dtype=bool)
    for column in columns:
        there = np.flatnonzero(column != NO_SEGMENT)
        found[there] |= test(column[there])
    return found


def _any_segment(offers: Offers, rows: Rows, test: Test) -> Mask:
    return test(offers.segment_0[rows]) | _any_leaving(offers, rows, test)


def _any_leaving(offers: Offers, rows: Rows, test: Test) -> Mask:
    """Return whether any segment after a connection passes."""
    return _any_of((offers.segment_1[rows], offers.segment_2[rows]), test)


def _any_landing(offers: Offers, rows: Rows, test: Test) -> Mask:
    """Return whether any segment before a connection passes."""
    first, second, third = offers.segment_0[rows], offers.segment_1[rows], offers.segment_2[rows]
    before_second = np.where(second != NO_SEGMENT, first, NO_SEGMENT).astype(np.uint32)
    before_third = np.where(third != NO_SEGMENT, second, NO_SEGMENT).astype(np.uint32)
    return _any_of((before_second, before_third), test)


def _connects_at(offers: Offers, rows: Rows, segments: Segments, airports: Mask) -> Mask:
    """Return whether a connection touches one of the airports: lands there or goes on from there."""
    leaves = _any_leaving(offers, rows, lambda flown: airports[segments.origin[flown]])
    return leaves | _any_landing(offers, rows, lambda flown: airports[segments.destination[flown]])


def _layovers_fit(offers: Offers, rows: Rows, segments: Segments, shortest: int, longest: int) -> Mask:
    fits = np.ones(len(offers.stops[rows]), dtype=bool)
    chain = (offers.segment_0[rows], offers.segment_1[rows], offers.segment_2[rows])
    for before, after in itertools.pairwise(chain):
        there = np.flatnonzero(after != NO_SEGMENT)
        landed, left = before[there], after[there]
        arrives = segments.departs_utc[landed] + segments.duration_minutes[landed]
        waits = segments.departs_utc[left] - arrives
        fits[there] &= (waits >= shortest) & (waits <= longest)
    return fits
