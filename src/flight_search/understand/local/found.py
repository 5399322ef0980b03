"""All that was found in one request, before it becomes a query."""

import datetime as dt
from dataclasses import dataclass

from flight_search.domain.query import Cabin, FlightNumber, Place, PriceRange
from flight_search.understand.local.changes import Changes
from flight_search.understand.local.itinerary import Itinerary
from flight_search.understand.local.lengths import Lengths
from flight_search.understand.local.schedule import Schedule
from flight_search.understand.local.wishes import Wishes
from flight_search.understand.resolve.people import Party

_NO_CHANGES = Changes()


@dataclass(slots=True)
class CarrierWishes:
    """Carriers wanted and refused; ``any`` says that any will do."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    any: bool = False
    flight: FlightNumber | None = None


@dataclass(slots=True)
class Price:
    """A price that was set; ``is_negative`` where it was below zero and so is none."""

    limits: PriceRange | None = None
    each: bool = False
    names_currency: bool = False
    is_negative: bool = False


@dataclass(slots=True)
class FoundInText:
    """What the grammars found in a request."""

    journey: Itinerary
    schedule: Schedule
    wishes: Wishes
    lengths: Lengths
    carriers: CarrierWishes
    price: Price
    party: Party | None
    today: dt.date
    adds_people: bool = False
    """Whether the party goes along with the one before: "add my wife"."""
    cabin_letter: Cabin | None = None
    unknown_origin: Place | None = None
    unknown_destination: Place | None = None
    preferences: str = ""
    describes_destination: bool = False
    """Whether soft words say what the destination is like: "a beach town"."""
    changes: Changes = _NO_CHANGES
    currency: str = "USD"
    asked_in: str | None = None
    """The currency that prices were asked for in, apart from any amount."""

    def names_anything(self) -> bool:
        """Whether the request says anything about a flight, apart from soft words."""
        leg = self.journey.legs[0]
        return bool(
            leg.origin or leg.destination or self.journey.via or self.journey.avoid or self.journey.loose
            or any(self.schedule.legs) or self.schedule.back
            or self.wishes != Wishes() or self.lengths != Lengths()
            or self.carriers != CarrierWishes() or self.price.limits or self.asked_in or self.party
            or self.changes != _NO_CHANGES
            or self.unknown_origin or self.unknown_destination or self.journey.leads_back
        )  # fmt: skip
