"""What to change when nothing matches.

In: a query without a match. Out: ``Relaxation`` objects: every single change that finds something, how much,
and from what price. ``change`` replaces the named fields of the query as a whole, so it gives the same query
whether it is merged deeply or not. Each candidate is searched for, so the figures are exact.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from flight_search.domain.offer import Relaxation
from flight_search.domain.query import (
    Bags,
    Carriers,
    Connections,
    DateRange,
    DurationLimit,
    FlightQuery,
    IntRange,
    LayoverRange,
    Place,
    PriceRange,
    SliceQuery,
    Trip,
)
from flight_search.reference.airports import load_airports
from flight_search.reference.geo import great_circle_km
from flight_search.search.find import Found
from flight_search.search.index import SnapshotIndex

DAYS_AROUND = 3
NEARBY_KM = 200.0
"""About two hours by car: farther than that, people take it for another city."""
MOST_NEARBY_AIRPORTS = 10


@dataclass(frozen=True)
class _Candidate:
    field: str
    text: str
    update: dict[str, object]


def relaxations(
    index: SnapshotIndex, query: FlightQuery, search: Callable[[FlightQuery], Found]
) -> tuple[Relaxation, ...]:
    """Return the single changes that find something, the mildest first."""
    found = []
    for candidate in _candidates(index, query):
        changed = query.model_copy(update=candidate.update)
        if changed == query:
            continue
        matches = search(changed)
        if matches.total == 0:
            continue
        lowest = matches.lowest_total()
        full = changed.model_dump(mode="json", by_alias=True)
        found.append(
            Relaxation(
                field=candidate.field,
                text=candidate.text[0].upper() + candidate.text[1:],
                change={name: full[name] for name in candidate.update},
                total=matches.total,
                from_price=matches.ask.pricing.amount(lowest) if lowest is not None else None,
                currency=matches.ask.pricing.currency,
            )
        )
    return tuple(found)


def _candidates(index: SnapshotIndex, query: FlightQuery) -> Iterator[_Candidate]:
    if any(part.depart_date for part in query.slices):
        yield _Candidate(
            "depart_date",
            f"up to {DAYS_AROUND} days earlier or later",
            _each_slice(query, lambda part: {"depart_date": _widened(part.depart_date)}),
        )
    if any(part.depart_time or part.arrive_time for part in query.slices):
        yield _Candidate(
            "depart_time",
            "at any time of day",
            _each_slice(query, lambda _: {"depart_time": None, "arrive_time": None}),
        )
    if any(part.weekdays for part in query.slices):
        yield _Candidate("weekdays", "on any weekday", _each_slice(query, lambda _: {"weekdays": ()}))
    yield _Candidate("price", "at any price", {"price": PriceRange(currency=query.price.currency)})
    yield _Candidate("stops", "with any number of stops", {"stops": IntRange()})
    yield _Candidate("carriers", "on any airline", {"carriers": Carriers()})
    yield _Candidate("duration", "however long it takes", {"duration": DurationLimit()})
    yield _Candidate("layover", "with a layover of any length", {"layover": LayoverRange()})
    yield _Candidate("connections", "by any connecting airport", {"connections": Connections()})
    yield _Candidate("nights", "for any number of nights", {"nights": None})
    yield _Candidate("cabin", "in any cabin", {"cabin": None})
    yield _Candidate("bags", "whatever bags are included", {"bags": Bags()})
    yield _Candidate("refundable", "refundable or not", {"refundable": None})
    yield _Candidate("flight", "on other flights", {"flight": None})
    if any(part.depart_date for part in query.slices):
        yield _Candidate("depart_date", "on any day", _each_slice(query, lambda _: {"depart_date": None}))
    if len(query.slices) > 1:
        yield _Candidate(
            "trip",
            "one way only" if query.trip is Trip.ROUND_TRIP else "only the first flight",
            {"trip": Trip.ONE_WAY, "slices": query.slices[:1], "nights": None},
        )
    yield from _nearby(index, query)


def _each_slice(query: FlightQuery, changed: Callable[[SliceQuery], dict[str, object]]) -> dict[str, object]:
    return {"slices": tuple(part.model_copy(update=changed(part)) for part in query.slices)}


def _widened(dates: DateRange | None) -> DateRange | None:
    if dates is None:
        return None
    try:
        days = dt.timedelta(days=DAYS_AROUND)
        return DateRange(
            from_=dates.from_ - days if dates.from_ else None, to=dates.to + days if dates.to else None
        )
    except OverflowError:
        # The first or last date that there is: no day lies beyond.
        return dates


def _nearby(index: SnapshotIndex, query: FlightQuery) -> Iterator[_Candidate]:
    for field, served in (
        ("origin", index.airports_with_departures),
        ("destination", index.airports_with_arrivals),
    ):
        slices, added = [], []
        for part in query.slices:
            place = getattr(part, field)
            more = _airports_around(index, place, served) if place else []
            if place and more:
                added += more
                wider = Place(label=f"around {place.label}"[:200], airports=(*place.airports, *more))
                slices.append(part.model_copy(update={field: wider}))
            else:
                slices.append(part)
        if added:
            direction = "from" if field == "origin" else "to"
            text = f"{direction} airports nearby: {', '.join(dict.fromkeys(added))}"
            yield _Candidate(field, text, {"slices": tuple(slices)})


def _airports_around(index: SnapshotIndex, place: Place, served: frozenset[int]) -> list[str]:
    """Return served airports near those of a place that are not among them, the nearest first."""
    airports = index.snapshot.airports
    points = _points(index, place)
    others = sorted(served.difference(index.airport_rows(place.airports)))
    if not points or not others:
        return []
    distance = np.min(
        [
            great_circle_km(latitude, longitude, airports.latitude[others], airports.longitude[others])
            for latitude, longitude in points
        ],
        axis=0,
    )
    nearest = [
        other for other in np.argsort(distance, kind="stable").tolist() if distance[other] <= NEARBY_KM
    ]
    return [str(airports.iata[others[other]]) for other in nearest[:MOST_NEARBY_AIRPORTS]]


def _points(index: SnapshotIndex, place: Place) -> list[tuple[float, float]]:
    """Return where the airports of a place are, also of those without flights."""
    airports = index.snapshot.airports
    found = []
    for code in place.airports:
        row = index.airport_row.get(code)
        if row is not None:
            found.append((float(airports.latitude[row]), float(airports.longitude[row])))
        elif (known := load_airports().get(code)) is not None:
            found.append((known.latitude, known.longitude))
    return found
