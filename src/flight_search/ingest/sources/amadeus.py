"""Amadeus flight offers (Flight Offers Search, version 2) → rows.

In: one answer with ``data``, or an offer per line.

Times are local to the airport and have no offset. What an adult pays is in ``travelerPricings``; without it
the total is taken, if it is for one traveller.
"""

from pydantic import BaseModel, Field

from flight_search.ingest.sources.quoted import (
    QuotedOffer,
    QuotedSegment,
    QuotedSource,
    UnusableOfferError,
)

_ADULT = "ADULT"


class _End(BaseModel):
    iata: str = Field(alias="iataCode")
    at: str


class _Operating(BaseModel):
    carrier: str | None = Field(default=None, alias="carrierCode")


class _Aircraft(BaseModel):
    code: str | None = None


class _Segment(BaseModel):
    id: str = ""
    departure: _End
    arrival: _End
    carrier: str = Field(alias="carrierCode")
    number: str
    aircraft: _Aircraft | None = None
    operating: _Operating | None = None
    duration: str | None = None


class _Itinerary(BaseModel):
    segments: list[_Segment]


class _Price(BaseModel):
    currency: str
    total: str
    grand_total: str | None = Field(default=None, alias="grandTotal")


class _Bags(BaseModel):
    quantity: int | None = None
    weight: float | None = None


class _FareDetail(BaseModel):
    segment: str = Field(alias="segmentId")
    cabin: str = "ECONOMY"
    checked: _Bags | None = Field(default=None, alias="includedCheckedBags")
    cabin_bags: _Bags | None = Field(default=None, alias="includedCabinBags")


class _TravelerPricing(BaseModel):
    kind: str = Field(default=_ADULT, alias="travelerType")
    price: _Price | None = None
    details: list[_FareDetail] = Field(default_factory=list, alias="fareDetailsBySegment")


class _Offer(BaseModel):
    itineraries: list[_Itinerary]
    price: _Price
    seats: int | None = Field(default=None, alias="numberOfBookableSeats")
    travelers: list[_TravelerPricing] = Field(default_factory=list, alias="travelerPricings")


_KNOWN = frozenset(
    {
        "type",
        "id",
        "source",
        "instantTicketingRequired",
        "disablePricing",
        "nonHomogeneous",
        "oneWay",
        "paymentCardRequired",
        "lastTicketingDate",
        "lastTicketingDateTime",
        "numberOfBookableSeats",
        "itineraries",
        "price",
        "pricingOptions",
        "validatingAirlineCodes",
        "travelerPricings",
        "isUpsellOffer",
        "choiceProbability",
        "fareRules",
    }
)
"""Fields of an offer that are read, or are about booking it."""


class Amadeus(QuotedSource[_Offer]):
    """One file of Amadeus flight offers."""

    known = _KNOWN

    def _document(self, value: object) -> _Offer:
        return _Offer.model_validate(value)

    def _offer(self, document: _Offer) -> QuotedOffer:
        adult = next((one for one in document.travelers if one.kind == _ADULT), None)
        price = adult.price if adult and adult.price else None
        if price is None:
            if len(document.travelers) > 1:
                kinds = ", ".join(sorted({one.kind for one in document.travelers}))
                raise UnusableOfferError("travelerPricings", "mixed_passengers", kinds)
            price = document.price
        details = {one.segment: one for one in (adult.details if adult else [])}
        return QuotedOffer(
            slices=[[_segment(leg, details) for leg in way.segments] for way in document.itineraries],
            amount=price.grand_total or price.total,
            adults=1,
            currency=price.currency,
            checked=_bags([one.checked for one in details.values()]),
            carry_on=_bags([one.cabin_bags for one in details.values()]),
            seats=document.seats,
        )


def _segment(leg: _Segment, details: dict[str, _FareDetail]) -> QuotedSegment:
    detail = details.get(leg.id)
    return QuotedSegment(
        origin=leg.departure.iata,
        destination=leg.arrival.iata,
        departs=leg.departure.at,
        arrives=leg.arrival.at,
        carrier=leg.carrier,
        number=leg.number,
        operating_carrier=leg.operating.carrier if leg.operating else None,
        aircraft=leg.aircraft.code if leg.aircraft else None,
        duration=leg.duration,
        cabin=detail.cabin.lower() if detail else "economy",
    )


def _bags(bags: list[_Bags | None]) -> int | None:
    """Return the bags that are included on every flight; a weight without a number is one bag."""
    said = [one for one in bags if one is not None]
    if not said or len(said) < len(bags):
        return None
    return min(one.quantity if one.quantity is not None else int(bool(one.weight)) for one in said)
