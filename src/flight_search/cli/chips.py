"""A query in chips: short pieces, one for each thing that was asked for.

In: a query. Out: pieces such as ``New York (JFK, EWR, LGA) → Miami (MIA)``, ``Fri 4 Dec 2026``, ``nonstop``;
only of what differs from leaving it open, so that nothing is shown that nobody said.
"""

from collections.abc import Iterator

from flight_search.cli import wording
from flight_search.domain.query import FlightQuery, Place, SliceQuery, Sort, Trip


def chips(query: FlightQuery) -> list[str]:
    """Return the pieces, the journey first."""
    return [*_ways(query), *_who(query), *_which(query), *_price(query), *_order(query)]


def _ways(query: FlightQuery) -> Iterator[str]:
    for position, way in enumerate(query.slices):
        if query.trip is Trip.ROUND_TRIP and position:
            yield "and back"
        elif way.origin or way.destination:
            yield _from_to(way.origin, way.destination)
        yield from _days(way)
    if query.nights:
        yield wording.bounds(query.nights, "nights")


def _from_to(origin: Place | None, destination: Place | None) -> str:
    if origin and destination:
        return f"{wording.place(origin)} \N{RIGHTWARDS ARROW} {wording.place(destination)}"
    return (
        f"from {wording.place(origin)}"
        if origin
        else f"to {wording.place(destination)}"
        if destination
        else ""
    )


def _days(way: SliceQuery) -> Iterator[str]:
    if way.depart_date:
        yield wording.day_range(way.depart_date)
    if way.weekdays:
        yield " or ".join(name.capitalize() for name in way.weekdays)
    if way.depart_time:
        yield f"leaving {wording.time_window(way.depart_time)}"
    if way.arrive_time:
        yield f"landing {wording.time_window(way.arrive_time)}"


def _who(query: FlightQuery) -> Iterator[str]:
    people = query.passengers
    if (people.adults, people.children, people.infants) != (1, 0, 0):
        if people.adults:
            yield wording.counted(people.adults, "adult")
        if people.children:
            yield "1 child" if people.children == 1 else f"{people.children} children"
        if people.infants:
            yield wording.counted(people.infants, "infant")


def _which(query: FlightQuery) -> Iterator[str]:
    if query.flight:
        yield f"flight {query.flight.carrier} {query.flight.number}"
    if query.cabin:
        yield query.cabin.replace("_", " ")
    if query.stops.min is not None or query.stops.max is not None:
        yield "nonstop" if query.stops.max == 0 else wording.bounds(query.stops, "stops")
    if query.carriers.include and not query.flight:
        yield f"on {' or '.join(query.carriers.include)}"
    if query.carriers.exclude:
        yield f"not on {', '.join(query.carriers.exclude)}"
    if query.duration.max_minutes is not None:
        yield f"at most {wording.length(query.duration.max_minutes)} each way"
    yield from _connections(query)
    if query.bags.carry_on is not None:
        yield wording.counted(query.bags.carry_on, "carry-on bag")
    if query.bags.checked is not None:
        yield wording.counted(query.bags.checked, "checked bag")
    if query.refundable is not None:
        yield "refundable" if query.refundable else "not refundable"


def _connections(query: FlightQuery) -> Iterator[str]:
    low, high = query.layover.min_minutes, query.layover.max_minutes
    if low is not None and high is not None:
        yield f"layovers {wording.length(low)}{wording.DASH}{wording.length(high)}"
    elif low is not None:
        yield f"layovers from {wording.length(low)}"
    elif high is not None:
        yield f"layovers up to {wording.length(high)}"
    if query.connections.via:
        yield f"via {' or '.join(query.connections.via)}"
    if query.connections.avoid:
        yield f"not via {', '.join(query.connections.avoid)}"


def _price(query: FlightQuery) -> Iterator[str]:
    low, high, currency = query.price.min, query.price.max, query.price.currency
    if low is not None:
        yield f"from {wording.money(low, currency)}"
    if high is not None:
        yield f"up to {wording.money(high, currency)}"
    if low is None and high is None and currency != "USD":
        yield f"prices in {currency}"


def _order(query: FlightQuery) -> Iterator[str]:
    if query.sort is not Sort.BEST:
        yield {
            Sort.PRICE: "cheapest first",
            Sort.DURATION: "shortest first",
            Sort.DEPARTURE_TIME: "earliest departure first",
            Sort.DEPARTURE_TIME_DESC: "latest departure first",
            Sort.ARRIVAL_TIME: "earliest arrival first",
            Sort.EMISSIONS: "lowest emissions first",
        }[query.sort]
    if query.preferences:
        yield f"\N{LEFT DOUBLE QUOTATION MARK}{query.preferences}\N{RIGHT DOUBLE QUOTATION MARK}"
