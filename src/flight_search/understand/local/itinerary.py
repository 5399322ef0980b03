"""The legs of a journey, from the places and their roles.

In: ``NamedPlace``s, left to right. Out: an ``Itinerary``: legs, connections, whether it leads back.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from flight_search.places.match import PlaceMatch
from flight_search.understand.local.roles import NamedPlace, Role

_MOST_LEGS = 6
_OUT_AND_BACK = 2
_CORRECTED = re.compile(
    r" (?:no|sorry|actually|rather|i mean|make (?:that|it)|correction|oops|instead|wait)(?: ,)? "
)
_ONWARD = re.compile(
    r" (?:then|onwards?|on to|continu\w+|after that|afterwards?|next|finally|followed by|_+)(?: |$)| , $"
)
_OUT_OF = re.compile(r" (?:and|,|then) (?:\w+ ){0,3}out of $")
_ALTERNATIVE = re.compile(r" or(?: from| to| into)? $")


@dataclass(slots=True)
class Leg:
    """One direction: the places named for its two ends (several where joined by "or")."""

    origin: list[NamedPlace] = field(default_factory=list)
    destination: list[NamedPlace] = field(default_factory=list)

    begins: int = 0
    """Where in the text this leg begins to be spoken of."""


def _one_leg() -> list[Leg]:
    return [Leg()]


@dataclass(slots=True)
class Itinerary:
    """Where a journey goes."""

    legs: list[Leg] = field(default_factory=_one_leg)
    via: list[NamedPlace] = field(default_factory=list)
    avoid: list[NamedPlace] = field(default_factory=list)
    loose: list[NamedPlace] = field(default_factory=list)
    chained: list[NamedPlace] = field(default_factory=list)
    """Places passed on the way, named by nothing but their order: "A to B to C"."""
    leads_back: bool = False

    def leg_at(self, position: int) -> int:
        """Return which leg is spoken of at a position: the last one whose places have begun by then."""
        return max(index for index, leg in enumerate(self.legs) if index == 0 or leg.begins <= position)


def plan(places: Sequence[NamedPlace]) -> Itinerary:
    """Return the itinerary that the places make."""
    journey = Itinerary()
    for place in places:
        _ACTIONS[place.role](journey, place)
    _settle_loose(journey)
    legs = journey.legs
    if len(legs) == _OUT_AND_BACK and _flies_home_from_elsewhere(legs):
        # "Into Rome and out of Venice from New York": New York to Rome, Venice to New York.
        elsewhere, home = legs[0].origin, legs[1].origin
        journey.legs = legs = [Leg(home, legs[0].destination), Leg(elsewhere, home, elsewhere[0].start)]
    if len(legs) > 1 and legs[-1].origin and not legs[-1].destination:
        legs[-1].destination = legs[0].origin
    if (
        len(legs) == _OUT_AND_BACK
        and _same(legs[1].origin, legs[0].destination)
        and _same(legs[1].destination, legs[0].origin)
    ):
        journey.leads_back = True
        legs.pop()
    del legs[_MOST_LEGS:]
    return journey


def _flies_home_from_elsewhere(legs: Sequence[Leg]) -> bool:
    """Whether the first leg's origin was said after its destination, as the place to leave for home."""
    out, home = legs
    return bool(
        out.origin
        and out.destination
        and home.origin
        and not home.destination
        and out.destination[0].start < out.origin[0].start
        and _OUT_OF.search(out.origin[0].gap)
    )


def airports_of(places: Sequence[NamedPlace]) -> set[str]:
    """Return the airports that places stand for."""
    return {code for place in places for code in place.span.best.airports}


def _same(one: Sequence[NamedPlace], other: Sequence[NamedPlace]) -> bool:
    if not one or not other:
        return False
    mine, others = airports_of(one), airports_of(other)
    return mine <= others or others <= mine


def _origin(journey: Itinerary, place: NamedPlace) -> None:
    leg = journey.legs[-1]
    if not leg.origin and not _same(leg.destination, [place]):
        leg.origin = [place]
    elif _same(leg.origin, [place]):
        return
    elif place.is_alternative or (leg.origin and not leg.destination and _ALTERNATIVE.search(place.gap)):
        leg.origin.append(place)
    elif _CORRECTED.search(place.gap):
        leg.origin = [place]
    elif leg.destination:
        journey.legs.append(Leg(origin=[place], begins=place.start))
    elif leg.origin[0].is_weak:
        leg.origin = [place]
    elif not journey.legs[0].origin:
        # "Into Rome, home from Venice, from Philadelphia": home, said last.
        journey.legs[0].origin = [place]


def _destination(journey: Itinerary, place: NamedPlace) -> None:
    leg = journey.legs[-1]
    if not leg.destination:
        leg.destination = [place]
    elif _same(leg.destination, [place]):
        if place.span.best.popularity < leg.destination[0].span.best.popularity:
            leg.destination = [place]
    elif place.is_alternative:
        leg.destination.append(place)
    elif _CORRECTED.search(place.gap):
        leg.destination = [place]
    elif _same(journey.legs[0].origin, [place]):
        _lead_back(journey, place)
    elif leg.destination[0].is_weak:
        leg.destination = [place]
    elif _ONWARD.search(place.gap):
        journey.legs.append(Leg(leg.destination, [place], place.start))
    elif not place.is_weak:
        # "new york to milwaukee to los angeles" is one journey with a connection.
        journey.via += leg.destination
        journey.chained += leg.destination
        leg.destination = [place]


def _return_to(journey: Itinerary, place: NamedPlace) -> None:
    leg = journey.legs[-1]
    if not leg.destination:
        _destination(journey, place)
    elif _same(journey.legs[0].origin, [place]) or not leg.origin:
        _lead_back(journey, place)
    elif not _same(leg.destination, [place]):
        journey.legs.append(Leg(leg.destination, [place], place.start))


def _lead_back(journey: Itinerary, place: NamedPlace) -> None:
    """Take the journey back to where it began: the second half of a return, or one more leg of several."""
    if len(journey.legs) == 1 and journey.chained:
        # "New York to Paris to Rome to New York" is a tour, not a return with a connection.
        stops = [*([one] for one in journey.chained), journey.legs[0].destination]
        journey.via = [one for one in journey.via if one not in journey.chained]
        journey.legs[0].destination = stops[0]
        journey.legs += [Leg(start, end, end[0].start) for start, end in pairwise(stops)]
        journey.legs.append(Leg(stops[-1], [place], place.start))
    elif len(journey.legs) == 1:
        journey.leads_back = True
    else:
        journey.legs.append(Leg(journey.legs[-1].destination, [place], place.start))


def _return_from(journey: Itinerary, place: NamedPlace) -> None:
    leg = journey.legs[-1]
    if not leg.destination:
        _origin(journey, place)
    elif _same(leg.destination, [place]) and len(journey.legs) == 1:
        journey.leads_back = True
    else:
        journey.legs.append(Leg(origin=[place], begins=place.start))


_ACTIONS: dict[Role, Callable[[Itinerary, NamedPlace], None]] = {
    Role.ORIGIN: _origin,
    Role.DESTINATION: _destination,
    Role.RETURN_TO: _return_to,
    Role.RETURN_FROM: _return_from,
    Role.VIA: lambda journey, place: journey.via.append(place),
    Role.AVOID: lambda journey, place: journey.avoid.append(place),
    Role.LOOSE: lambda journey, place: journey.loose.append(place),
}


def _settle_loose(journey: Itinerary) -> None:
    """Give places without a role those that are free: "JFK LAX", "Boston from Denver", "flights Rome"."""
    leg = journey.legs[0]
    loose = [place for place in journey.loose if not _is_repeated(journey, place)]
    journey.loose = []
    if not leg.origin and not leg.destination and len(loose) > 1:
        leg.origin, leg.destination = [loose.pop(0)], [loose.pop(0)]
        while loose and loose[0].gap.strip() in ("", "-", "to", ","):
            following = loose.pop(0)
            journey.legs.append(Leg(journey.legs[-1].destination, [following], following.start))
    elif leg.origin and not leg.destination and loose:
        leg.destination = [loose.pop(0)]
    elif leg.destination and not leg.origin and loose:
        leg.origin = [loose.pop(0)]
    journey.loose = loose


def _is_repeated(journey: Itinerary, place: NamedPlace) -> bool:
    return any(
        _same(known, [place])
        for leg in journey.legs
        for known in (leg.origin, leg.destination, journey.via, journey.avoid)
    )


def best_of(places: Sequence[NamedPlace]) -> list[PlaceMatch]:
    """Return what the places stand for most likely."""
    return [place.span.best for place in places]
