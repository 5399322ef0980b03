"""From what was found to a query that the contract allows, alone or merged into the query before.

In: ``FoundInText``, and the query that a follow-up refines. Out: a ``FlightQuery``. Contradictions
that the query's own rules refuse (more infants than laps, a range that ends before it begins) are settled
here, so that building the query never fails; those that only a person can settle are for ``questions``.
"""

from collections.abc import Sequence
from decimal import Decimal

from flight_search.domain.query import (
    Bags,
    Carriers,
    Connections,
    DurationLimit,
    FlightQuery,
    IntRange,
    LayoverRange,
    Passengers,
    Place,
    PriceRange,
    SliceQuery,
    Sort,
    Trip,
)
from flight_search.understand.local.found import FoundInText
from flight_search.understand.local.itinerary import Leg, best_of
from flight_search.understand.local.roles import NamedPlace
from flight_search.understand.local.schedule import Timing, back_after
from flight_search.understand.resolve.people import Party
from flight_search.understand.resolve.places import place_of

_MOST_PEOPLE = 500
_MOST_MONEY = Decimal("9999999999.99")


def new_query(found: FoundInText) -> FlightQuery:
    """Return the query of a request that stands alone."""
    trip, slices = _slices(found)
    passengers = passengers_of(found.party) if found.party else Passengers()
    wishes, lengths = found.wishes, found.lengths
    return FlightQuery(
        trip=trip,
        slices=slices,
        nights=lengths.nights,
        passengers=passengers,
        cabin=wishes.cabin or found.cabin_letter,
        stops=wishes.stops or IntRange(),
        carriers=Carriers(include=found.carriers.include, exclude=found.carriers.exclude),
        price=_price(found, passengers),
        duration=DurationLimit(max_minutes=lengths.journey_minutes),
        layover=_layover(lengths.least_layover_minutes, lengths.most_layover_minutes),
        connections=_connections(found),
        bags=wishes.bags or Bags(),
        refundable=wishes.refundable,
        sort=wishes.sort or Sort.BEST,
        preferences=found.preferences,
        flight=found.carriers.flight,
    )


def passengers_of(party: Party) -> Passengers:
    """Return a party that the contract allows: somebody with a seat, and a lap for each infant."""
    adults, children = min(party.adults, _MOST_PEOPLE), min(party.children, _MOST_PEOPLE)
    if adults + children < 1:
        adults = 1
    return Passengers(adults=adults, children=children, infants=min(party.infants, adults))


def price_for_all(limits: PriceRange, passengers: Passengers, *, each: bool) -> PriceRange:
    """Return bounds on the total; what was said "per person" holds for each who has a seat."""
    heads = passengers.adults + passengers.children if each else 1

    def times(amount: Decimal | None) -> Decimal | None:
        return None if amount is None else min(amount * heads, _MOST_MONEY)

    return PriceRange(min=times(limits.min), max=times(limits.max), currency=limits.currency)


def _price(found: FoundInText, passengers: Passengers) -> PriceRange:
    if found.price.limits is None:
        return PriceRange(currency=found.currency)
    return price_for_all(found.price.limits, passengers, each=found.price.each)


def _layover(least: int | None, most: int | None) -> LayoverRange:
    """Return the bounds in their order: "over 3 hours, under 1" is read as 1 to 3, like a range of prices."""
    if least is not None and most is not None and least > most:
        least, most = most, least
    return LayoverRange(min_minutes=least, max_minutes=most)


def _connections(found: FoundInText) -> Connections:
    avoid = _codes(found.journey.avoid)
    via = tuple(code for code in _codes(found.journey.via) if code not in avoid)
    return Connections(via=via, avoid=avoid)


def _codes(places: Sequence[NamedPlace]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for place in places for code in place.span.best.airports))


def _slices(found: FoundInText) -> tuple[Trip, tuple[SliceQuery, ...]]:
    legs, schedule = found.journey.legs, found.schedule
    if len(legs) > 1:
        slices = tuple(_slice(leg, timing) for leg, timing in zip(legs, schedule.legs, strict=True))
        return Trip.MULTI_CITY, slices
    out = _slice(legs[0], schedule.legs[0])
    if found.unknown_origin and not out.origin:
        out = out.model_copy(update={"origin": found.unknown_origin})
    if found.unknown_destination and not out.destination:
        out = out.model_copy(update={"destination": found.unknown_destination})
    if not _leads_back(found):
        return Trip.ONE_WAY, (out,)
    return Trip.ROUND_TRIP, (out, way_back(out, schedule.back, found.lengths.nights))


def _leads_back(found: FoundInText) -> bool:
    named = found.schedule.is_return_named or bool(found.schedule.back)
    if found.wishes.trip is Trip.ONE_WAY:
        return False
    return (
        found.wishes.trip is Trip.ROUND_TRIP
        or named
        or found.journey.leads_back
        or bool(found.lengths.nights)
    )


def way_back(out: SliceQuery, timing: Timing, nights: IntRange | None) -> SliceQuery:
    """Return the slice that leads back from ``out``."""
    return SliceQuery(
        origin=out.destination,
        destination=out.origin,
        depart_date=timing.dates or back_after(out.depart_date, nights),
        weekdays=timing.weekdays,
        depart_time=timing.departs,
        arrive_time=timing.arrives,
    )


def _slice(leg: Leg, timing: Timing) -> SliceQuery:
    return SliceQuery(
        origin=named(leg.origin),
        destination=named(leg.destination),
        depart_date=timing.dates,
        weekdays=timing.weekdays,
        depart_time=timing.departs,
        arrive_time=timing.arrives,
    )


def named(places: Sequence[NamedPlace]) -> Place | None:
    """Return the contract's place for those named, None for none."""
    return place_of(best_of(places)) if places else None


def same_ends(leg: SliceQuery) -> bool:
    """Whether a slice leads to where it starts."""
    if not leg.origin or not leg.destination or not leg.origin.airports:
        return False
    return set(leg.origin.airports) == set(leg.destination.airports)
