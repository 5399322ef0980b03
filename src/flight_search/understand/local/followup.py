"""A follow-up changes the query before: "one stop is fine", "what about Saturday?", "the other way round".

In: what was found in the follow-up and the query that it refines. Out: the merged query. What is said
replaces what was; what is not said stays.
"""

import datetime as dt
import re

from flight_search.domain.query import (
    Bags,
    Carriers,
    Connections,
    DateRange,
    FlightQuery,
    IntRange,
    Kind,
    Passengers,
    Place,
    PriceRange,
    SliceQuery,
    Trip,
)
from flight_search.understand.local.assemble import (
    named,
    new_query,
    passengers_of,
    price_for_all,
    way_back,
)
from flight_search.understand.local.changes import Changes
from flight_search.understand.local.found import FoundInText
from flight_search.understand.local.schedule import Timing, back_after
from flight_search.understand.resolve.people import Party

_OF_IT = re.compile(
    r" (?:how (?:much|long|many|far|often)|which|what|when|who)(?: \w+){0,4} (?:it|that|this|those|these"
    r"|them|they|1|ones|the flights?|the trip)(?= )"
)


_SHOWS_FLIGHTS = re.compile(
    r"^(?: (?:ok|okay|now|then|and|so|please|,|great|thanks|yes|can|could|you|i|want|to|would|like|just))*"
    r" (?:(?:show|list|find|give|get|see|search|display|book|check)(?: \w+){0,5} )?"
    r"(?:flights?|offers?|tickets?|options|seats)(?= )"
)
_ASKS_THE_SAME = re.compile(r"^ (?:ok |and |so |, )*(?:what|how) (?:about|if|of)(?= )")
_OPENS_UP = re.compile(
    r" (?:some ?where|any ?where|some ?place|any ?place|(?:any|an|some|every)?other (?:destinations?|places?"
    r"|cities|city|countries)|where else|where to|where (?:can|could|should) (?:i|we|you) (?:go|fly|travel)"
    r"|inspire me|surprise me|any (?:destination|city|country))(?! near)(?= )"
)


def opens_destination(text: str, found: FoundInText, previous: FlightQuery) -> bool:
    """Whether a follow-up gives up the destination before, for any that fits: "somewhere warm instead"."""
    if found.journey.legs[0].destination or found.unknown_destination or found.journey.loose:
        return False
    return bool(_OPENS_UP.search(text)) or (
        found.describes_destination and (previous.kind is Kind.EXPLORE or bool(found.journey.legs[0].origin))
    )


def without_destination(previous: FlightQuery) -> FlightQuery:
    """Return the query before with its first slice alone, leading anywhere."""
    first = previous.slices[0].model_copy(update={"destination": None})
    if previous.trip is not Trip.ROUND_TRIP:
        return previous.model_copy(update={"slices": (first,), "trip": Trip.ONE_WAY})
    back = previous.slices[1].model_copy(update={"origin": None})
    return previous.model_copy(update={"slices": (first, back)})


def kind_after(previous: FlightQuery, said: Kind | None, text: str, found: FoundInText) -> Kind:
    """Return the kind of a merged request: the one said now, else the one before, while it still fits."""
    before = previous.kind
    if said is not None or before is None or before in (Kind.HELP, Kind.OUT_OF_SCOPE):
        return said or Kind.SEARCH
    if _SHOWS_FLIGHTS.search(text) or (_is_new_journey(found) and not _ASKS_THE_SAME.search(text)):
        return Kind.SEARCH
    if before is Kind.EXPLORE:
        leads_somewhere = found.journey.legs[0].destination or found.unknown_destination
        return Kind.SEARCH if leads_somewhere or found.journey.loose else Kind.EXPLORE
    return before


def asks_of_it(text: str) -> bool:
    """Whether a text only asks something of the journey before: "how much is it?"."""
    return bool(_OF_IT.search(text))


def merge(found: FoundInText, previous: FlightQuery) -> FlightQuery:
    """Return the query before with what was said now."""
    previous = _without(previous, found.changes)
    if _is_new_journey(found):
        return new_query(found)
    alone = new_query(found)
    trip, slices = _slices(found, previous, alone)
    wishes, lengths = found.wishes, found.lengths
    passengers = _passengers(found, previous)
    cabin = None if wishes.any_cabin else alone.cabin or previous.cabin
    said = (*previous.preferences.split(", "), *found.preferences.split(", "))
    preferences = ", ".join(dict.fromkeys(part for part in said if part))
    changes = {
        "trip": trip,
        "slices": slices,
        "nights": lengths.nights
        or (previous.nights if trip is Trip.ROUND_TRIP and not found.schedule.back.dates else None),
        "passengers": passengers,
        "cabin": cabin,
        "stops": wishes.stops or previous.stops,
        "carriers": _carriers(found, previous),
        "price": _price(found, previous, passengers),
        "duration": alone.duration if lengths.journey_minutes else previous.duration,
        "layover": alone.layover
        if (lengths.least_layover_minutes, lengths.most_layover_minutes) != (None, None)
        else previous.layover,
        "connections": _connections(alone, previous),
        "bags": wishes.bags or previous.bags,
        "refundable": previous.refundable if wishes.refundable is None else wishes.refundable,
        "sort": wishes.sort or previous.sort,
        "preferences": preferences[:1_000].strip(),
        "flight": found.carriers.flight or previous.flight,
    }
    return FlightQuery.model_validate({name: value for name, value in changes.items() if value is not None})


def _without(previous: FlightQuery, changes: Changes) -> FlightQuery:
    """Return the query before without what is dropped, on the days to which it is moved."""
    dropped = changes.dropped
    emptied: dict[str, object] = {
        "carriers": Carriers(),
        "price": PriceRange(currency=previous.price.currency),
        "stops": IntRange(),
        "cabin": None,
        "bags": Bags(),
    }
    slices = [
        leg if changes.moves_return and index == 0 else _moved(leg, changes.moved_days)
        for index, leg in enumerate(previous.slices)
    ]
    if "dates" in dropped:
        slices = [leg.model_copy(update={"depart_date": None, "weekdays": ()}) for leg in slices]
    if "times" in dropped:
        slices = [leg.model_copy(update={"depart_time": None, "arrive_time": None}) for leg in slices]
    if "return" in dropped and previous.trip is Trip.ROUND_TRIP:
        slices = slices[:1]
        previous = previous.model_copy(update={"trip": Trip.ONE_WAY, "nights": None})
    changed = {name: value for name, value in emptied.items() if name in dropped}
    return previous.model_copy(update=changed | {"slices": tuple(slices)})


def _moved(leg: SliceQuery, days: int) -> SliceQuery:
    """Return a slice ``days`` later."""
    dates = leg.depart_date
    if not days or dates is None:
        return leg
    shift = dt.timedelta(days=days)
    try:
        moved = DateRange(from_=dates.from_ and dates.from_ + shift, to=dates.to and dates.to + shift)
    except OverflowError:
        return leg
    return leg.model_copy(update={"depart_date": moved})


def _is_new_journey(found: FoundInText) -> bool:
    """Whether both ends are named again: then the query before is over."""
    leg = found.journey.legs[0]
    return bool(leg.origin and leg.destination)


def _carriers(found: FoundInText, previous: FlightQuery) -> Carriers:
    carriers = found.carriers
    if carriers.any:
        return Carriers(include=carriers.include, exclude=carriers.exclude)
    include = carriers.include or tuple(c for c in previous.carriers.include if c not in carriers.exclude)
    exclude = tuple(dict.fromkeys((*previous.carriers.exclude, *carriers.exclude)))
    return Carriers(include=include, exclude=tuple(code for code in exclude if code not in carriers.include))


def _passengers(found: FoundInText, previous: FlightQuery) -> Passengers:
    party, before = found.party, previous.passengers
    if party is None:
        return before
    if not found.adds_people:
        # "The kids are 1 and 8" says nothing of the adults before.
        adults = party.adults if party.is_adult_named else max(before.adults, 1)
        return passengers_of(Party(adults, party.children, party.infants))
    return passengers_of(
        Party(
            before.adults + party.adults * party.is_adult_named,
            before.children + party.children,
            before.infants + party.infants,
        )
    )


def _price(found: FoundInText, previous: FlightQuery, passengers: Passengers) -> PriceRange:
    """Return the price that was set now, else the one before, in the currency said last."""
    limits = found.price.limits
    price = price_for_all(limits, passengers, each=found.price.each) if limits else previous.price
    if found.price.names_currency:
        return price
    return price.model_copy(update={"currency": found.asked_in or previous.price.currency})


def recast_limit(found: FoundInText, previous: FlightQuery | None, query: FlightQuery) -> str:
    """Return the price limit before in its new currency, "" where it has not changed.

    There is one currency for limits and prices and no exchange rate here, so that the figure stays.
    """
    before = previous.price if previous else None
    if before is None or found.price.limits or query.price.currency == before.currency:
        return ""
    limit = query.price.min if query.price.max is None else query.price.max
    return "" if limit is None else f"{limit.normalize():f} {query.price.currency}"


def _connections(alone: FlightQuery, previous: FlightQuery) -> Connections:
    avoid = tuple(dict.fromkeys((*previous.connections.avoid, *alone.connections.avoid)))
    via = alone.connections.via or tuple(code for code in previous.connections.via if code not in avoid)
    return Connections(via=via, avoid=tuple(code for code in avoid if code not in via))


def _slices(
    found: FoundInText, previous: FlightQuery, alone: FlightQuery
) -> tuple[Trip, tuple[SliceQuery, ...]]:
    out = _refined(previous.slices[0], alone.slices[0], found, is_about_a_place=previous.kind is Kind.AIRPORT)
    if previous.trip is Trip.MULTI_CITY and not found.changes.swaps:
        return Trip.MULTI_CITY, (out, *previous.slices[1:])
    wants_one_way = found.wishes.trip is Trip.ONE_WAY
    is_round = alone.trip is Trip.ROUND_TRIP or previous.trip is Trip.ROUND_TRIP
    if wants_one_way or not is_round:
        return Trip.ONE_WAY, (out,)
    known = previous.slices[1] if len(previous.slices) > 1 else SliceQuery()
    timing = found.schedule.back
    nights = found.lengths.nights
    dates = timing.dates or back_after(out.depart_date, nights or _stay(previous, out)) or known.depart_date
    back = Timing(
        dates=dates,
        weekdays=timing.weekdays or (() if timing.dates else known.weekdays),
        departs=timing.departs or known.depart_time,
        arrives=timing.arrives or known.arrive_time,
    )
    return Trip.ROUND_TRIP, (out, way_back(out, back, nights))


def _stay(previous: FlightQuery, out: SliceQuery) -> IntRange | None:
    """Return the nights of the stay before, where the departure has moved."""
    return previous.nights if out.depart_date != previous.slices[0].depart_date else None


def _is_namesake(one: Place | None, other: Place | None) -> bool:
    """Whether two places bear one name and are not the same."""
    if one is None or other is None:
        return False
    return one.label == other.label and not set(one.airports) & set(other.airports)


def _refined(
    previous: SliceQuery, said: SliceQuery, found: FoundInText, *, is_about_a_place: bool
) -> SliceQuery:
    origin, destination = said.origin or previous.origin, said.destination or previous.destination
    if is_about_a_place and found.journey.loose:
        return SliceQuery(origin=named(found.journey.loose[:1]))
    if found.changes.swaps:
        origin, destination = destination, origin
    if not said.origin and not said.destination and found.journey.loose:
        loose = named(found.journey.loose[:1])
        if previous.origin is None or _is_namesake(loose, previous.origin):
            # "Boston", to the question where from; "Portland Maine, I mean", another bearer of the name.
            origin = loose
        else:
            # "What about Boston?" asks for another end of the journey: the one said last, the destination.
            destination = loose
    return SliceQuery(
        origin=origin,
        destination=destination,
        depart_date=said.depart_date or (None if said.weekdays else previous.depart_date),
        weekdays=said.weekdays or (() if said.depart_date else previous.weekdays),
        depart_time=said.depart_time or previous.depart_time,
        arrive_time=said.arrive_time or previous.arrive_time,
    )
