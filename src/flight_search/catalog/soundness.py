"""Whether the tables of a snapshot say what ``schema`` promises. In: an open snapshot. Out: what is wrong.

The search leans on these promises without checking them again: a broken one would give wrong answers, not an
error. So a build is only published after this, and ``verify`` repeats it. 0.1 s for 430,000 offers.
"""

import hashlib
import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flight_search.catalog.schema import BASES, CABINS, NO_AIRCRAFT, NO_SEGMENT, TABLES
from flight_search.catalog.snapshot import Snapshot
from flight_search.catalog.tables import row_count

_UNIT_TOLERANCE = 1e-3
_MINUTES_OF_DAY = 1440


def soundness_problems(snapshot: Snapshot) -> list[str]:
    """Return one sentence per broken promise; an empty list for a sound snapshot."""
    problems = _count_problems(snapshot)
    if problems:
        # Every other check indexes one table by another, so lengths have to be right first.
        return problems
    problems += _bound_problems(snapshot)
    if not problems:
        problems += _route_problems(snapshot)
        problems += _journey_problems(snapshot)
    return problems + _order_problems(snapshot) + _profile_problems(snapshot)


def bound_problems(snapshot: Snapshot) -> list[str]:
    """Return which columns have another length than is noted, or point outside what they point into.

    What passes can be counted without an error; whether it is right only ``soundness_problems`` says.
    """
    return _count_problems(snapshot) or _bound_problems(snapshot)


def _count_problems(snapshot: Snapshot) -> list[str]:
    problems = []
    for name in TABLES:
        found, noted = row_count(getattr(snapshot, name)), snapshot.manifest.counts.get(name)
        if found != noted:
            problems.append(f"{name} has {found} rows, the manifest says {noted}")
    expected = (row_count(snapshot.profiles), snapshot.manifest.dimensions)
    if snapshot.vectors.shape != expected:
        problems.append(f"vectors have the shape {snapshot.vectors.shape} instead of {expected}")
    return problems


def _bound_problems(snapshot: Snapshot) -> list[str]:
    offers, segments, routes = snapshot.offers, snapshot.segments, snapshot.routes
    airports, carriers = row_count(snapshot.airports), row_count(snapshot.carriers)
    flights = row_count(segments)
    checks: list[tuple[str, NDArray[Any], int, int | None]] = [
        ("offers.origin", offers.origin, airports, None),
        ("offers.destination", offers.destination, airports, None),
        ("offers.departure_minute", offers.departure_minute, _MINUTES_OF_DAY, None),
        ("offers.arrival_minute", offers.arrival_minute, _MINUTES_OF_DAY, None),
        ("offers.carrier", offers.carrier, carriers, None),
        ("offers.segment_0", offers.segment_0, flights, None),
        ("offers.segment_1", offers.segment_1, flights, NO_SEGMENT),
        ("offers.segment_2", offers.segment_2, flights, NO_SEGMENT),
        ("offers.price", offers.price, np.iinfo(np.int32).max, None),
        ("offers.stops", offers.stops, 3, None),
        ("offers.cabin", offers.cabin, len(CABINS), None),
        ("offers.basis", offers.basis, len(BASES), None),
        ("offers.profile", offers.profile, row_count(snapshot.profiles), None),
        ("offers.source", offers.source, len(snapshot.manifest.sources), None),
        ("segments.carrier", segments.carrier, carriers, None),
        ("segments.operating_carrier", segments.operating_carrier, carriers, None),
        ("segments.origin", segments.origin, airports, None),
        ("segments.destination", segments.destination, airports, None),
        ("segments.aircraft", segments.aircraft, row_count(snapshot.aircraft), NO_AIRCRAFT),
        ("routes.origin", routes.origin, airports, None),
        ("routes.destination", routes.destination, airports, None),
    ]
    return [
        f"{name} points outside its table or range"
        for name, column, limit, blank in checks
        if not _is_within(column, limit, blank)
    ]


def _is_within(column: NDArray[Any], limit: int, blank: int | None) -> bool:
    inside = (column >= 0) & (column < limit)
    return bool(np.all(inside if blank is None else inside | (column == blank)))


def _route_problems(snapshot: Snapshot) -> list[str]:
    offers, routes = snapshot.offers, snapshot.routes
    pairs = _pairs(routes.origin, routes.destination)
    starts = np.concatenate([[0], routes.end[:-1]]) if len(pairs) else np.zeros(0, dtype=np.int64)
    covered = int(routes.end[-1]) if len(pairs) else 0
    is_tiled = (
        covered == row_count(offers)
        and np.array_equal(routes.start, starts)
        and bool(np.all(routes.end > routes.start))
        and bool(np.all(pairs[1:] > pairs[:-1]))
    )
    if not is_tiled:
        return ["routes are not the sorted, gapless ranges of the offers"]
    if not np.array_equal(
        np.repeat(pairs, routes.end - routes.start), _pairs(offers.origin, offers.destination)
    ):
        return ["routes do not name the airports of their offers"]
    return []


def _journey_problems(snapshot: Snapshot) -> list[str]:
    offers, segments = snapshot.offers, snapshot.segments
    chain = np.stack([offers.segment_0, offers.segment_1, offers.segment_2])
    used = chain != NO_SEGMENT
    if not np.array_equal(used.sum(axis=0) - 1, offers.stops):
        return ["offers.stops is not the number of segments less one"]
    if bool(np.any(used[2] & ~used[1])):
        return ["an offer has a third segment and no second"]
    if not len(offers.key):
        return []
    last = chain[offers.stops, np.arange(len(offers.stops))]
    problems = _connection_problems(snapshot, chain)
    if not np.array_equal(segments.origin[offers.segment_0], offers.origin):
        problems.append("an offer does not start where its first segment does")
    if not np.array_equal(segments.destination[last], offers.destination):
        problems.append("an offer does not end where its last segment does")
    if not np.array_equal(segments.departs_utc[offers.segment_0], offers.departs_utc):
        problems.append("an offer does not depart when its first segment does")
    ends = segments.departs_utc[last] + segments.duration_minutes[last]
    if not np.array_equal(ends, offers.departs_utc + offers.duration_minutes):
        problems.append("an offer does not arrive when its last segment does")
    left = offers.departs_utc + segments.origin_offset[offers.segment_0]
    if not np.array_equal(left, offers.departure_day * _MINUTES_OF_DAY + offers.departure_minute):
        problems.append("local and UTC departure times of an offer contradict each other")
    landed = ends + segments.destination_offset[last]
    if not np.array_equal(landed, offers.arrival_day * _MINUTES_OF_DAY + offers.arrival_minute):
        problems.append("local and UTC arrival times of an offer contradict each other")
    return problems


def _connection_problems(snapshot: Snapshot, chain: NDArray[np.uint32]) -> list[str]:
    """Say whether each segment goes on where the one before has landed, and after it has."""
    segments, metro = (
        snapshot.segments,
        np.unique(snapshot.airports.metro.astype(str), return_inverse=True)[1],
    )
    problems = []
    for before, after in itertools.pairwise(chain):
        there = np.flatnonzero(after != NO_SEGMENT)
        landed, left = before[there], after[there]
        if np.any(metro[segments.destination[landed]] != metro[segments.origin[left]]):
            problems.append("an offer goes on from another city than it has landed in")
        if np.any(
            segments.departs_utc[landed] + segments.duration_minutes[landed] > segments.departs_utc[left]
        ):
            problems.append("an offer goes on before it has landed")
    return list(dict.fromkeys(problems))


def _order_problems(snapshot: Snapshot) -> list[str]:
    offers = snapshot.offers
    columns: tuple[NDArray[Any], ...] = (
        _pairs(offers.origin, offers.destination),
        offers.departure_day,
        offers.departs_utc,
        offers.key,
    )
    smaller = np.zeros(max(len(offers.key) - 1, 0), dtype=bool)
    equal = ~smaller
    for column in columns:
        smaller |= equal & (column[:-1] < column[1:])
        equal &= column[:-1] == column[1:]
    problems = [] if bool(np.all(smaller)) else ["offers are not in their order, or one occurs twice"]
    for name, codes in (
        ("airports", snapshot.airports.iata),
        ("carriers", snapshot.carriers.iata),
        ("aircraft", snapshot.aircraft.name),
    ):
        if list(codes) != sorted(set(codes)):
            problems.append(f"{name} are not sorted, or one occurs twice")
    return problems


def _profile_problems(snapshot: Snapshot) -> list[str]:
    problems = []
    lengths = np.linalg.norm(snapshot.vectors, axis=1)
    # Written so that a NaN, which compares false with everything, counts as wrong.
    if not bool(np.all(np.abs(lengths - 1) < _UNIT_TOLERANCE)):
        problems.append("vectors are not all of unit length")
    profiles = snapshot.profiles
    if any(
        hashlib.sha256(text.encode()).hexdigest() != digest
        for text, digest in zip(profiles.text, profiles.digest, strict=True)
    ):
        problems.append("a profile's digest is not that of its text")
    return problems


def _pairs(origin: NDArray[Any], destination: NDArray[Any]) -> NDArray[np.int64]:
    """Return one number per (origin, destination) that sorts as the pair does."""
    return origin.astype(np.int64) << 16 | destination.astype(np.int64)
