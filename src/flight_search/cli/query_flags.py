"""The options of ``flight-search search`` → a ``FlightQuery``.

In: options as typed, and a way to look names of places up. Out: the query of the contract. What contradicts
itself is refused here, with the names of the options; what merely finds nothing is for the search to say.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, fields
from typing import Final, TypeAlias

from pydantic import ValidationError

from flight_search.cli import values
from flight_search.cli.problems import invalid
from flight_search.domain.errors import InvalidRequestError
from flight_search.domain.query import (
    Bags,
    Cabin,
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

PlaceLookup: TypeAlias = Callable[[str], Awaitable[Place]]
"""Returns what a name or code stands for. Raises NotFoundError."""

_SLICE: Final = re.compile(r"^(?P<origin>[^>]*)>(?P<destination>[^>@]*)(?:@(?P<days>.*))?$")
_SLICE_WRITTEN: Final = '"JFK>LAX@2026-12-04" (in quotes, the day may be left out)'


@dataclass(frozen=True, kw_only=True)
class QueryFlags:
    """The options as typed; None and empty: not given."""

    origin: str | None = None
    destination: str | None = None
    depart: str | None = None
    return_: str | None = None
    nights: str | None = None
    weekday: list[str] = field(default_factory=list)
    return_weekday: list[str] = field(default_factory=list)
    depart_time: str | None = None
    arrive_time: str | None = None
    return_depart_time: str | None = None
    return_arrive_time: str | None = None
    slices: list[str] = field(default_factory=list)
    trip: Trip | None = None
    adults: int | None = None
    children: int | None = None
    infants: int | None = None
    cabin: Cabin | None = None
    stops: str | None = None
    carrier: list[str] = field(default_factory=list)
    not_carrier: list[str] = field(default_factory=list)
    min_price: str | None = None
    max_price: str | None = None
    currency: str | None = None
    max_duration: str | None = None
    layover: str | None = None
    via: list[str] = field(default_factory=list)
    avoid: list[str] = field(default_factory=list)
    carry_on: int | None = None
    checked: int | None = None
    refundable: bool | None = None
    sort: Sort | None = None
    prefer: str | None = None
    flight: str | None = None

    def given(self) -> tuple[str, ...]:
        """Return the names of the options that were given."""
        return tuple(one.name for one in fields(self) if getattr(self, one.name) not in (None, []))

    def places(self) -> list[str]:
        """Return the names and codes of places as typed."""
        ends = [self.origin or "", self.destination or ""]
        for text in self.slices:
            if match := _SLICE.match(text.strip()):
                ends += [match["origin"], match["destination"]]
        return [text.strip() for text in ends if text.strip()]


async def query_of(flags: QueryFlags, look_up: PlaceLookup) -> FlightQuery:
    """Return the query. Raises InvalidRequestError, NotFoundError for a place."""
    trip = _trip(flags)
    slices = (
        await _listed_slices(flags, look_up) if flags.slices else await _out_and_back(flags, trip, look_up)
    )
    try:
        return FlightQuery(
            trip=trip,
            slices=slices,
            nights=values.numbers("--nights", flags.nights) if flags.nights else None,
            passengers=Passengers(
                adults=1 if flags.adults is None else flags.adults,
                children=flags.children or 0,
                infants=flags.infants or 0,
            ),
            cabin=flags.cabin,
            stops=_stops(flags.stops),
            carriers=Carriers(
                include=values.carriers("--carrier", flags.carrier),
                exclude=values.carriers("--not-carrier", flags.not_carrier),
            ),
            price=_price(flags),
            duration=DurationLimit(
                max_minutes=values.minutes("--max-duration", flags.max_duration)
                if flags.max_duration
                else None
            ),
            layover=_layover(flags.layover),
            connections=Connections(
                via=values.airports("--via", flags.via), avoid=values.airports("--avoid", flags.avoid)
            ),
            bags=Bags(carry_on=flags.carry_on, checked=flags.checked),
            refundable=flags.refundable,
            sort=flags.sort or Sort.BEST,
            preferences=flags.prefer or "",
            flight=values.flight(flags.flight) if flags.flight else None,
        )
    except ValidationError as error:
        raise invalid(error, "search") from None


def _trip(flags: QueryFlags) -> Trip:
    """Return the kind of journey that the options describe. Raises where they describe two."""
    if flags.slices:
        _only_slices(flags)
        by_options = Trip.MULTI_CITY if len(flags.slices) > 1 else Trip.ONE_WAY
        if flags.trip is not None and flags.trip is not by_options:
            raise InvalidRequestError(
                f"--trip {flags.trip} does not fit {len(flags.slices)} times --slice.",
                remedy="Leave --trip out: it follows from the number of slices.",
            )
        return by_options
    back = [name for name in flags.given() if name.startswith("return_") or name == "nights"]
    if flags.trip is Trip.MULTI_CITY:
        raise InvalidRequestError(
            "A multi-city journey needs its slices.",
            remedy=f"Give --slice {_SLICE_WRITTEN} for each of them.",
        )
    if flags.trip is Trip.ONE_WAY and back:
        raise InvalidRequestError(
            f"--{back[0].strip('_').replace('_', '-')} says something of the way back of a one-way journey.",
            remedy="Leave out one of the two.",
        )
    return Trip.ROUND_TRIP if back else flags.trip or Trip.ONE_WAY


def _only_slices(flags: QueryFlags) -> None:
    """Refuse options that would say the same as ``--slice`` a second time."""
    names = {
        "origin": "--from",
        "destination": "--to",
        "depart": "--depart",
        "return_": "--return",
        "nights": "--nights",
        "weekday": "--weekday",
        "return_weekday": "--return-weekday",
        "depart_time": "--depart-time",
        "arrive_time": "--arrive-time",
        "return_depart_time": "--return-depart-time",
        "return_arrive_time": "--return-arrive-time",
    }
    both = [names[name] for name in flags.given() if name in names]
    if both:
        raise InvalidRequestError(
            f"{', '.join(both)} cannot stand beside --slice.",
            remedy=f"Write places and days into the slices, like {_SLICE_WRITTEN}.",
        )


async def _listed_slices(flags: QueryFlags, look_up: PlaceLookup) -> tuple[SliceQuery, ...]:
    found = []
    for text in flags.slices:
        match = _SLICE.match(text.strip())
        if match is None or not (match["origin"].strip() or match["destination"].strip()):
            raise values.wrong("--slice", text, _SLICE_WRITTEN)
        found.append(
            SliceQuery(
                origin=await _place(match["origin"], look_up),
                destination=await _place(match["destination"], look_up),
                depart_date=values.days("--slice", match["days"]) if match["days"] else None,
            )
        )
    return tuple(found)


async def _out_and_back(flags: QueryFlags, trip: Trip, look_up: PlaceLookup) -> tuple[SliceQuery, ...]:
    origin, destination = await _place(flags.origin, look_up), await _place(flags.destination, look_up)
    way_out = SliceQuery(
        origin=origin,
        destination=destination,
        depart_date=values.days("--depart", flags.depart) if flags.depart else None,
        weekdays=values.weekdays("--weekday", flags.weekday),
        depart_time=values.window("--depart-time", flags.depart_time) if flags.depart_time else None,
        arrive_time=values.window("--arrive-time", flags.arrive_time) if flags.arrive_time else None,
    )
    if trip is Trip.ONE_WAY:
        return (way_out,)
    leaves, lands = flags.return_depart_time, flags.return_arrive_time
    way_back = SliceQuery(
        origin=destination,
        destination=origin,
        depart_date=values.days("--return", flags.return_) if flags.return_ else None,
        weekdays=values.weekdays("--return-weekday", flags.return_weekday),
        depart_time=values.window("--return-depart-time", leaves) if leaves else None,
        arrive_time=values.window("--return-arrive-time", lands) if lands else None,
    )
    _in_order(way_out, way_back)
    return (way_out, way_back)


def _in_order(way_out: SliceQuery, way_back: SliceQuery) -> None:
    first = way_out.depart_date.from_ if way_out.depart_date else None
    last = way_back.depart_date.to if way_back.depart_date else None
    if first and last and last < first:
        raise InvalidRequestError(
            f"The way back (--return {last}) is before the way out (--depart {first}).",
            remedy="Return on the day of departure or later.",
        )


async def _place(text: str | None, look_up: PlaceLookup) -> Place | None:
    return await look_up(text.strip()) if text and text.strip() else None


def _stops(text: str | None) -> IntRange:
    if text is None:
        return IntRange()
    if text.strip().lower() in ("nonstop", "non-stop", "direct"):
        return IntRange(min=0, max=0)
    return values.numbers("--stops", text)


def _price(flags: QueryFlags) -> PriceRange:
    low = values.amount("--min-price", flags.min_price) if flags.min_price else None
    high = values.amount("--max-price", flags.max_price) if flags.max_price else None
    if low is not None and high is not None and low > high:
        raise InvalidRequestError(
            f"--min-price {low} is above --max-price {high}.", remedy="Exchange the two, or leave one out."
        )
    return PriceRange(min=low, max=high, currency=flags.currency or "USD")


def _layover(text: str | None) -> LayoverRange:
    if text is None:
        return LayoverRange()
    low, high = values.minutes_range("--layover", text)
    return LayoverRange(min_minutes=low, max_minutes=high)
