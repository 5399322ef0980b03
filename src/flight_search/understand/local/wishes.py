"""What is wished of a flight apart from where, when and for how much: stops, cabin, order, trip, bags.

In: a ``Reading``. Out: ``Wishes``; the words that named them are used up. Each table pairs a pattern with
what it says; the first pattern that fits wins, so the narrower ones stand first.
"""

import re
from dataclasses import dataclass

from flight_search.domain.query import Bags, Cabin, IntRange, Sort, Trip
from flight_search.understand.local.cabins import read_cabin, wants_any_cabin
from flight_search.understand.local.reading import Reading

_STOP = (
    r"(?:stops?|stop ?- ?overs?|stop overs?|connections?|layovers?|lay overs?|transfers?|changes?"
    r"|plane changes)"
)
_FINE = r"(?:fine|ok|alright|good|acceptable|okay|enough|possible|cool|allowed)"
_PLACE_FOLLOWS = r"(?! (?:in|at|through|via|of|over|longer|under|less|more|shorter|between|time) )"
_NO_STOPS = re.compile(
    rf" (?:non ?-? ?stops?|direct(?:ly)?|0 {_STOP}|no {_STOP}{_PLACE_FOLLOWS}"
    rf"|without (?:any |a )?(?:{_STOP}|stopping|connecting|changing(?: planes)?){_PLACE_FOLLOWS}"
    r"|straight (?:flights?|through)|no changing(?: planes)?)(?: only| flights? only)?(?= )"
)
_EITHER_WAY = re.compile(
    r"(?<!\d) (?:(?:both )?(?:non ?-? ?stop|direct) (?:and|or) (?:connecting|1 stop|indirect)"
    r"|(?:doesn't|does not|don't|needn't) (?:have|need) to be (?:non ?-? ?stop|direct)"
    r"|(?:not|isn't) (?:necessarily )?(?:non ?-? ?stop|direct)"
    rf"|any number of {_STOP}|(?:stops|connections|layovers|stopovers) (?:are|is) {_FINE}|(?:don't"
    rf"|do not) (?:care|mind) (?:about )?{_STOP})(?= )"
)
_AT_MOST = (
    r"(?:at most|up to|max(?:imum)?(?: of)?|no more than|not more than|a max(?:imum)? of|only|just|not over"
    r"|within)"
)
_SOME_STOPS = re.compile(
    rf" (?:(?P<exact>exactly )|(?P<least>at least |min(?:imum)? )|{_AT_MOST} )?(?:with )?"
    rf"(?P<n>\d|a single|single)(?: ?-)? ?(?:or (?P<or>\d) )?(?P<stop>{_STOP})"
    rf"(?: (?:or (?:less|fewer|none|non ?-? ?stop)|max(?:imum)?|at most|tops|(?:is|are|would be"
    rf"|'s) {_FINE}|{_FINE}))?(?= )"
)
_NONSTOP_OR_ONE = re.compile(
    rf" (?:non ?-? ?stop|direct) or (?:with )?(?:max )?(?P<n>\d)(?: -)? {_STOP}(?= )"
)
_AT_A_PLACE = re.compile(r" (?:in|at|through|via|over|along the way in) ")
_MANY_STOPS = re.compile(r" (?:how many|number of) (?:stops|connections|layovers) ")

_FARE = (
    r"(?:air ?)?(?:fares?|prices?|priced?|costs?|tickets?|rates?|airfares?|options?|deals?|flights?|seats?)"
)
_CARBON = r"(?:carbon|co ?2|emissions?)(?: emissions?| footprint| output)?"
_SORTS: tuple[tuple[re.Pattern[str], Sort], ...] = (
    (
        re.compile(
            rf" (?:(?:sort|order|rank)\w* (?:them |it )?by )?(?:the )?(?:low(?:est|er)?|least|less|fewest"
            rf"|smallest|min\w*) {_CARBON}(?= )"
            rf"| as (?:little|few|low) {_CARBON} as (?:possible|i can|we can)(?= )"
            rf"| (?:sort|order|rank)\w* (?:them |it )?by {_CARBON}(?= )"
            r"| (?:greenest|greener|most (?:eco|environmentally)(?: -)? ?friendly|by emissions"
            r"|environmentally friendly|eco ?-? ?friendly|climate friendly|(?:least|less) polluting"
            r"|most sustainable)(?= )"
        ),
        Sort.EMISSIONS,
    ),
    (
        re.compile(
            rf" (?:cheap(?:est|er|ly|o)?|cheapest(?: possible)?|least (?:expensive|costly)"
            rf"|less expensive|inexpensive"
            rf"|low(?:est)?(?: -)? (?:cost|priced?|fare)s?|lowest(?=(?: \w+){{0,4}} {_FARE} )"
            rf"|most affordable|affordable"
            r"|best (?:price|deal|fare|value)s?|(?:sort|order)\w* by (?:price|cost|fare)|on a (?:tight "
            r"|shoestring )?budget"
            r"|bargains?|cheap as possible|economical|most economical|minimum (?:fare|cost|price)"
            r"|low fares?|lowest)(?= )"
        ),
        Sort.PRICE,
    ),
    (
        re.compile(
            r" (?:fastest|quickest|(?:something|anything) (?:quick|fast|short)(?:er)?"
            r"|quick(?:er)? flights?|shortest(?! layover)|least time|minimum (?:travel|flight) time"
            r"|as (?:fast|quick\w*) as possible"
            r"|(?:sort|order)\w* by (?:duration|time|length)|least (?:travel|flying) time)(?= )"
        ),
        Sort.DURATION,
    ),
    (
        re.compile(
            r" (?:arriv\w+ (?:the )?(?:earliest|soonest|first)|earliest (?:arrival|arriving)|(?:earliest"
            r"|soonest) (?:to )?arriv\w*"
            r"|arriv\w+ as (?:early|soon) as possible|sort\w* by arrival(?: time)?|gets? (?:in"
            r"|there) (?:the )?(?:earliest|first))(?= )"
        ),
        Sort.ARRIVAL_TIME,
    ),
    (
        re.compile(
            r" (?:(?:sort|order)\w* by (?:latest )?departure(?: time)?(?: ,)? (?:\( )?"
            r"(?:latest|last|descending)(?: first)?|latest (?:departures? )?first|(?:anything|something"
            r"|one|flights?) later(?! than)"
            r"|later (?:flights?|departures?|options?|ones?)"
            r"|(?:latest|last)(?=(?: \w+){0,2} (?:flights?|departures?|plane|one|departing|connection"
            r"|leaving|you|i|we) )|(?:leav\w+|depart\w+) (?:the )?"
            r"(?:latest|as late as possible)|as late as possible)(?= )"
        ),
        Sort.DEPARTURE_TIME_DESC,
    ),
    (
        re.compile(
            r" (?:(?:anything|something|one|flights?) earlier|earlier (?:flights?|departures?|options?"
            r"|ones?)|earliest"
            r"|soonest|first (?:available |possible )?(?:flights?|departure|plane"
            r"|one)(?! class)|next available"
            r"|(?:leav|depart)\w+ (?:as )?(?:early|soon) as possible|as soon as possible|asap|(?:sort"
            r"|order)\w* by departure(?: time)?"
            r"|1th (?:flights?|departure|plane))(?= )"
        ),
        Sort.DEPARTURE_TIME,
    ),
)

_ROUND_TRIP = re.compile(
    r"^ and back(?= $)|(?:^| ,) return(?= from | to )| (?:round ?-? ?(?:trips?|rip)|roundtrips?"
    r"|(?:a )?return (?:flights?"
    r"|tickets?|trips?|fares?|journey)(?! (?:from|number))|there and back"
    r"|both ways|back and forth|(?:two|2) ?-? ?way|full circle|out and back|rt|and return|with (?:a )?return"
    r"|come back|coming back|go(?:ing)? and (?:come|coming) back)(?= )"
)
_ONE_WAY = re.compile(
    r" (?:1 ?-? ?way(?: only)?|one ?-? ?way(?: only)?|oneway|single (?:ticket|fare|journey)|no return"
    r"|just one way|not return\w*"
    r"|(?:just|only)? ?the outbound|outbound only|only one direction|don't need a return"
    r"|without (?:a )?return|ow)(?= )"
)
# Who names the day of the way back does not go one way: "ida el 3 de mayo y vuelta el 7".
_DAY_OF_RETURN = re.compile(r" (?:returning|return|back) (?:on )?(?:the )?(?:\d|_|\w+day )")
_MULTI_CITY = re.compile(r" multi ?-? ?(?:city|stop|leg|destination)(?: trip| flight)?(?= )")

_BAG = r"(?:bags?|suitcases?|luggage|baggage|pieces? of (?:luggage|baggage)|cases?)"
_CARRY_ON = re.compile(
    rf" (?:(?:with|including|include\w*|plus|and) )?(?:only )?(?:(?P<n>\d|a) )?(?:carry ?-? ?ons?|hand"
    rf"|cabin)(?: {_BAG})?(?: only| included)?(?= )"
)
_CHECKED = re.compile(
    rf" (?:(?:with|including|include\w*|plus|and|bring\w*) )?(?P<n>\d|a"
    rf"|my)? ?(?P<sort>checked(?: ?-? ?in)?|check ?-? ?in|hold) {_BAG}(?: included)?(?= )"
    rf"| (?:with|including|include\w*|plus|bring\w*|have|need|and|taking|got) (?P<m>\d|a|my"
    rf"|some)? ?{_BAG}(?: included)?(?= )"
    rf"| (?P<k>\d) {_BAG}(?: each| included)?(?= )| {_BAG} included(?= )"
)
_NO_BAGS = re.compile(rf" (?:no|without|don't need|not need)(?: any| a)? (?:checked |check in )?{_BAG}(?= )")
_REFUNDABLE = re.compile(
    r" (?P<non>non ?-? ?|not )?(?:(?:fully |must be |needs? to be )?refundable|free cancell?ation"
    r"|can(?:cel| be cancell?ed) (?:it )?for free"
    r"|cancell?able|refundable (?:fare|ticket)s?|(?:fully )?flexible (?:ticket|fare)s?)(?: fares?"
    r"| tickets?)?(?= )"
)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was wished; None and empty where nothing was said."""

    stops: IntRange | None = None
    cabin: Cabin | None = None
    sort: Sort | None = None
    trip: Trip | None = None
    bags: Bags | None = None
    refundable: bool | None = None
    any_cabin: bool = False


def read_wishes(reading: Reading) -> Wishes:
    """Return the wishes of a sentence and use up their words."""
    return Wishes(
        stops=_stops(reading),
        any_cabin=wants_any_cabin(reading),
        cabin=read_cabin(reading),
        trip=_trip(reading),
        bags=_bags(reading),
        refundable=_refundable(reading),
        sort=_sort(reading),
    )


def _took(reading: Reading, pattern: re.Pattern[str], name: str) -> bool:
    match = pattern.search(reading.text)
    if match:
        reading.take_match(name, match)
    return match is not None


def _stops(reading: Reading) -> IntRange | None:
    if match := _NONSTOP_OR_ONE.search(reading.text):
        reading.take_match("stops", match)
        return IntRange(max=int(match.group("n")))
    if _took(reading, _EITHER_WAY, "stops"):
        return IntRange()
    if _MANY_STOPS.search(reading.text):
        return None
    if _took(reading, _NO_STOPS, "stops"):
        while _took(reading, _NO_STOPS, "stops"):
            pass
        return IntRange(min=0, max=0)
    match = _SOME_STOPS.search(reading.text)
    return _number_of_stops(reading, match) if match else None


def _number_of_stops(reading: Reading, match: re.Match[str]) -> IntRange:
    if _AT_A_PLACE.match(reading.text, match.end()):
        # "with one stop in Houston": the words are needed once more, for the place.
        reading.notes.append(("stops", match.start() + 1, match.end()))
    else:
        reading.take_match("stops", match)
    count = match.group("or") or match.group("n")
    number = int(count) if count.isdigit() else 1
    if match.group("least"):
        return IntRange(min=number)
    return IntRange(min=number if match.group("exact") else None, max=number)


def _sort(reading: Reading) -> Sort | None:
    for pattern, sort in _SORTS:
        if match := pattern.search(reading.text):
            reading.take_match("sort", match)
            return sort
    return None


def _trip(reading: Reading) -> Trip | None:
    if _took(reading, _MULTI_CITY, "trip"):
        return Trip.MULTI_CITY
    if _took(reading, _ONE_WAY, "trip") and not _DAY_OF_RETURN.search(reading.text):
        return Trip.ONE_WAY
    return Trip.ROUND_TRIP if _took(reading, _ROUND_TRIP, "trip") else None


def _bags(reading: Reading) -> Bags | None:
    _took(reading, _NO_BAGS, "bags")
    carry_on = checked = None
    if match := _CARRY_ON.search(reading.text):
        carry_on = int(match.group("n")) if (match.group("n") or "").isdigit() else 1
        reading.take_match("bags.carry_on", match)
    if match := _CHECKED.search(reading.text):
        count = match.group("n") or match.group("m") or match.group("k") or "1"
        checked = int(count) if count.isdigit() else 1
        reading.take_match("bags.checked", match)
    return None if carry_on is None and checked is None else Bags(carry_on=carry_on, checked=checked)


def _refundable(reading: Reading) -> bool | None:
    match = _REFUNDABLE.search(reading.text)
    if match is None:
        return None
    reading.take_match("refundable", match)
    return not match.group("non")
