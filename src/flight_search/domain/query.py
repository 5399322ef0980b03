"""The structured query: what a request asks for, in the words of the contract.

Everything here is frozen, refuses unknown fields and carries the contract's defaults, so that
``{"slices": [{}]}`` is a complete query. Only what can be wrong *within* one query is checked here; whether
a place has flights is for the search to say.
"""

import datetime as dt
import re
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer, model_validator


class Contract(BaseModel):
    """A part of the contract: frozen, strict about names, compared by value."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Trip(StrEnum):
    """How the slices of a journey belong together."""

    ONE_WAY = "one_way"
    ROUND_TRIP = "round_trip"
    MULTI_CITY = "multi_city"


class Cabin(StrEnum):
    """Cabins, from the back of the aircraft to the front."""

    ECONOMY = "economy"
    PREMIUM_ECONOMY = "premium_economy"
    BUSINESS = "business"
    FIRST = "first"


class Sort(StrEnum):
    """How offers are ordered. Ties are broken by price, duration, departure and identity, in this order.

    Between duration and departure ``best`` looks at the stops as well.
    """

    BEST = "best"
    PRICE = "price"
    DURATION = "duration"
    DEPARTURE_TIME = "departure_time"
    DEPARTURE_TIME_DESC = "departure_time_desc"
    ARRIVAL_TIME = "arrival_time"
    EMISSIONS = "emissions"


class Kind(StrEnum):
    """What sort of answer is wanted."""

    SEARCH = "search"
    CALENDAR = "calendar"
    EXPLORE = "explore"
    FARE = "fare"
    AIRLINES = "airlines"
    COUNT = "count"
    SCHEDULE = "schedule"
    FLIGHT_NUMBER = "flight_number"
    AIRCRAFT = "aircraft"
    DISTANCE = "distance"
    AIRPORT = "airport"
    HELP = "help"
    OUT_OF_SCOPE = "out_of_scope"


class Weekday(StrEnum):
    """Days of the week in ISO order: ``list(Weekday)[date.weekday()]`` is the date's day."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def _checked_clock(value: str) -> str:
    if not _CLOCK.fullmatch(value):
        raise ValueError("a time of day is written HH:MM, from 00:00 to 23:59")
    return value


def _upper(value: str) -> str:
    return value.upper()


ClockTime = Annotated[str, AfterValidator(_checked_clock)]
AirportCode = Annotated[str, Field(pattern=r"^[A-Za-z]{3}$"), AfterValidator(_upper)]
CarrierCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{2}$"), AfterValidator(_upper)]
CurrencyCode = Annotated[str, Field(pattern=r"^[A-Za-z]{3}$"), AfterValidator(_upper)]
Amount = Annotated[
    Decimal,
    Field(ge=0, max_digits=12, decimal_places=2, allow_inf_nan=False),
    # Adding zero makes -0 a 0.
    PlainSerializer(lambda value: format(value.normalize() + 0, "f"), return_type=str, when_used="json"),
]


class Place(Contract):
    """What a person named and the airports it stands for. No airports: nothing by that name is known."""

    label: str = Field(max_length=200)
    airports: tuple[AirportCode, ...] = ()


class DateRange(Contract):
    """Days from ``from`` to ``to``, both included. Either may be open."""

    from_: dt.date | None = Field(default=None, alias="from")
    to: dt.date | None = None

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.from_ and self.to and self.from_ > self.to:
            raise ValueError(f"the range of dates ends ({self.to}) before it begins ({self.from_})")
        return self


class TimeWindow(Contract):
    """Local times of day, both included; a window whose end is before its start runs over midnight."""

    from_: ClockTime | None = Field(default=None, alias="from")
    to: ClockTime | None = None

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)


class SliceQuery(Contract):
    """One direction of the journey; whatever is null is open."""

    origin: Place | None = None
    destination: Place | None = None
    depart_date: DateRange | None = None
    weekdays: tuple[Weekday, ...] = ()
    depart_time: TimeWindow | None = None
    arrive_time: TimeWindow | None = None


class IntRange(Contract):
    """Whole numbers from ``min`` to ``max``, both included; either may be open."""

    min: int | None = Field(default=None, ge=0, le=100_000)
    max: int | None = Field(default=None, ge=0, le=100_000)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min ({self.min}) is above max ({self.max})")
        return self


class Passengers(Contract):
    """Who travels. Infants sit on an adult's lap."""

    adults: int = Field(default=1, ge=0, le=500)
    children: int = Field(default=0, ge=0, le=500)
    infants: int = Field(default=0, ge=0, le=500)

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if self.adults + self.children < 1:
            raise ValueError("at least one adult or child has to travel")
        if self.infants > self.adults:
            raise ValueError("each infant needs an adult's lap")
        return self


class Carriers(Contract):
    """Marketing carriers allowed (none named: all) and refused."""

    include: tuple[CarrierCode, ...] = ()
    exclude: tuple[CarrierCode, ...] = ()


class PriceRange(Contract):
    """Bounds on the total price for all passengers, in ``currency``."""

    min: Amount | None = None
    max: Amount | None = None
    currency: CurrencyCode = "USD"

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"the lowest price ({self.min}) is above the highest ({self.max})")
        return self


class DurationLimit(Contract):
    """Longest travel time of each slice."""

    max_minutes: int | None = Field(default=None, ge=1, le=100_000)


class LayoverRange(Contract):
    """Bounds on each time spent between two segments."""

    min_minutes: int | None = Field(default=None, ge=0, le=100_000)
    max_minutes: int | None = Field(default=None, ge=0, le=100_000)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        least, most = self.min_minutes, self.max_minutes
        if least is not None and most is not None and least > most:
            raise ValueError(f"the shortest layover ({least} minutes) is above the longest ({most})")
        return self


class Connections(Contract):
    """Airports to connect at (one of them) and airports not to connect at."""

    via: tuple[AirportCode, ...] = ()
    avoid: tuple[AirportCode, ...] = ()


class Bags(Contract):
    """Pieces of baggage that the price has to include, for each passenger."""

    carry_on: int | None = Field(default=None, ge=0, le=10)
    checked: int | None = Field(default=None, ge=0, le=10)


class FlightNumber(Contract):
    """One named flight."""

    carrier: CarrierCode
    number: str = Field(pattern=r"^[0-9]{1,4}[A-Z]?$")


class FlightQuery(Contract):
    """What is asked for. Every field but ``slices`` may be left out."""

    trip: Trip = Trip.ONE_WAY
    slices: tuple[SliceQuery, ...] = Field(min_length=1, max_length=6)
    nights: IntRange | None = None
    passengers: Passengers = Passengers()
    cabin: Cabin | None = None
    stops: IntRange = IntRange()
    carriers: Carriers = Carriers()
    price: PriceRange = PriceRange()
    duration: DurationLimit = DurationLimit()
    layover: LayoverRange = LayoverRange()
    connections: Connections = Connections()
    bags: Bags = Bags()
    refundable: bool | None = None
    sort: Sort = Sort.BEST
    preferences: str = Field(default="", max_length=1_000)
    flight: FlightNumber | None = None
    kind: Kind | None = None
    """What sort of answer the query was asked for, so that a follow-up can keep it; null for offers. A search
    does not look at it."""

    @model_validator(mode="after")
    def _slices_fit_the_trip(self) -> Self:
        wanted = {Trip.ONE_WAY: (1, 1), Trip.ROUND_TRIP: (2, 2), Trip.MULTI_CITY: (2, 6)}[self.trip]
        if not wanted[0] <= len(self.slices) <= wanted[1]:
            raise ValueError(
                f"a {self.trip} journey has {wanted[0]} to {wanted[1]} slices, not {len(self.slices)}"
            )
        return self
