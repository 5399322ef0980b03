"""Query to matches, by the plan that looks at the least.

In: a prepared query. Out: ``Found``. What is named by place or day is filtered first; what is not is looked
up in bundles (``choice`` decides). Whichever plan runs, the result is the same.
"""

import math

import numpy as np
from numpy.typing import NDArray

from flight_search.domain.query import IntRange
from flight_search.search.broad import BroadFound
from flight_search.search.chain import SliceRows
from flight_search.search.choice import Choice, PlanName, choose
from flight_search.search.filter import Constraints, filter_rows
from flight_search.search.found import Ask, Found, Side, wanted_of
from flight_search.search.index import Rows, SnapshotIndex, count_rows, row_numbers
from flight_search.search.meaning import meaning_by_profile
from flight_search.search.pair import Bounds, Journeys
from flight_search.search.plan import plan_slice
from flight_search.search.rank import score_journeys, score_rows
from flight_search.search.trace import Stopwatch, Trace

Column = NDArray[np.int64]


def find(
    index: SnapshotIndex, ask: Ask, watch: Stopwatch, *, scored: bool = True, plan: PlanName | None = None
) -> Found:
    """Return all matches of a query.

    ``scored=False`` leaves out what only ``best`` needs; ``plan`` is taken where it can be, for tests and
    measurements.
    """
    with watch.measure("plan"):
        choice = choose(index, ask, plan)
    if watch.trace:
        watch.trace.choice = choice.as_plan()
    if choice.reach is None or choice.bundled is None or choice.plan is PlanName.FILTER_FIRST:
        return _filtered(index, ask, watch, scored=scored)
    with watch.measure("filter"):
        found = BroadFound(
            index,
            ask,
            choice.bundled,
            choice.reach,
            compares_all=choice.plan is PlanName.MEANING_FIRST,
            list_all=lambda: _filtered(index, ask, Stopwatch(), scored=scored).sides,
        )
    if watch.trace:
        _tell_of_bundles(watch.trace, choice, found)
    return found


def _filtered(index: SnapshotIndex, ask: Ask, watch: Stopwatch, *, scored: bool) -> Found:
    """Return all matches, each looked at."""
    query = ask.query
    left: list[tuple[Rows, Column]] = []
    for number in range(len(query.slices)):
        rows = surviving_rows(index, ask, number, watch)
        if left:
            with watch.measure("filter"):
                rows = _in_time_after(index, rows, left[-1][0], query.nights)
            if watch.trace:
                watch.trace.add("in time after the slice before", count_rows(rows))
        left.append((rows, ask.pricing.totals(index, rows)))
    sides = _scored(index, ask, left, watch) if scored else [Side(*side, None) for side in left]
    if len(sides) == 1:
        return Found(index, ask, sides, None)
    with watch.measure("pair"):
        last = len(sides) - 1
        slices = [
            SliceRows(
                row_numbers(side.rows), wanted_of(index, query.sort, side, number, last + 1), side.totals
            )
            for number, side in enumerate(sides)
        ]
        journeys = Journeys(index, query, slices, Bounds(*ask.pricing.limits(query.price)))
    if watch.trace:
        _tell_of_journeys(watch.trace, journeys)
    return Found(index, ask, sides, journeys)


def _tell_of_bundles(trace: Trace, choice: Choice, found: BroadFound) -> None:
    trace.begin_slice()
    trace.add("bundles that can match", found.bundles, choice.expected_bundles)
    trace.add("offers that match", found.total, choice.expected_matches)
    trace.tried = found.tried


def _scored(index: SnapshotIndex, ask: Ask, left: list[tuple[Rows, Column]], watch: Stopwatch) -> list[Side]:
    """Return the sides with the scores of their rows."""
    with watch.measure("meaning"):
        meanings = [meaning_by_profile(index, rows, ask.wish) for rows, _ in left]
    if watch.trace and ask.wish.vector is not None:
        profiles = index.snapshot.offers.profile
        watch.trace.profiles += [len(np.unique(profiles[rows])) for rows, _ in left]
    with watch.measure("rank"):
        if len(left) == 1:
            scores = [score_rows(index, left[0][0], meanings[0], wishes=ask.wish.features)]
        else:
            scores = score_journeys(index, left, meanings, ask.wish.features)
    return [Side(*side, score) for side, score in zip(left, scores, strict=True)]


def _tell_of_journeys(trace: Trace, journeys: Journeys) -> None:
    made = "one by one, best first" if journeys.built is None else "all at once"
    combinations = math.prod(len(side.rows) for side in journeys.sides)
    trace.journeys = {"combinations": combinations, "journeys": journeys.total, "made": made}


def _in_time_after(index: SnapshotIndex, rows: Rows, before: Rows, nights: IntRange | None) -> Rows:
    """Leave out rows that can follow none of the slice before: by its first arrival and its last day.

    Without this, a return of any date would bring in the whole year.
    """
    offers = index.snapshot.offers
    if count_rows(rows) == 0 or count_rows(before) == 0:
        return slice(0, 0)
    fits = offers.departs_utc[rows] > (offers.departs_utc[before] + offers.duration_minutes[before]).min()
    if nights is not None:
        days, arrival_days = offers.departure_day[rows], offers.arrival_day[before]
        fits &= days >= arrival_days.min() + (nights.min or 0)
        if nights.max is not None:
            fits &= days <= arrival_days.max() + nights.max
    return rows if fits.all() else row_numbers(rows)[fits]


def surviving_rows(index: SnapshotIndex, ask: Ask, number: int, watch: Stopwatch) -> Rows:
    """Return the rows that satisfy all constraints of one slice."""
    if watch.trace:
        watch.trace.begin_slice()
    with watch.measure("plan"):
        plan = plan_slice(index, ask.query.slices[number], ask.now_minute)
    with watch.measure("filter"):
        return filter_rows(
            index, plan, Constraints(ask.query, number, ask.now_minute, ask.pricing), watch.trace
        )
