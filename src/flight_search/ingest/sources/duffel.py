"""Duffel offers (version 2 of the API) → rows.

In: what ``GET /air/offers`` or an offer request answers, or an offer per line.

Times are local to the airport and have no offset. The total is for all passengers: taken where all of them
are adults. Stated durations are not trusted against the times.
"""

from pydantic import BaseModel

from flight_search.ingest.sources.quoted import (
    QuotedOffer,
    QuotedSegment,
    QuotedSource,
    UnusableOfferError,
)

_ADULT = "adult"
_ADULT_AGE = 12


class _Named(BaseModel):
    iata_code: str | None = None
    name: str | None = None


class _Bag(BaseModel):
    type: str
    quantity: int = 1


class _SegmentPassenger(BaseModel):
    cabin_class: str = "economy"
    baggages: list[_Bag] = []


class _Segment(BaseModel):
    origin: _Named
    destination: _Named
    departing_at: str
    arriving_at: str
    marketing_carrier: _Named
    marketing_carrier_flight_number: str
    operating_carrier: _Named | None = None
    aircraft: _Named | None = None
    duration: str | None = None
    passengers: list[_SegmentPassenger] = []


class _Slice(BaseModel):
    segments: list[_Segment]


class _Passenger(BaseModel):
    type: str | None = None
    age: int | None = None


class _Refund(BaseModel):
    allowed: bool | None = None


class _Conditions(BaseModel):
    refund_before_departure: _Refund | None = None


class _Offer(BaseModel):
    total_amount: str
    total_currency: str
    slices: list[_Slice]
    passengers: list[_Passenger] = [_Passenger(type=_ADULT)]
    conditions: _Conditions | None = None
    total_emissions_kg: float | None = None


_KNOWN = frozenset(
    {
        "id",
        "live_mode",
        "owner",
        "created_at",
        "updated_at",
        "expires_at",
        "partial",
        "base_amount",
        "base_currency",
        "tax_amount",
        "tax_currency",
        "allowed_passenger_identity_document_types",
        "passenger_identity_documents_required",
        "payment_requirements",
        "supported_passenger_identity_document_types",
        "available_services",
        "private_fares",
        "supported_loyalty_programmes",
        "intended_payment_methods",
        "intended_services",
    }
) | set(_Offer.model_fields)
"""Fields of an offer that are read, or are about booking it."""


class Duffel(QuotedSource[_Offer]):
    """One file of Duffel offers."""

    known = _KNOWN

    def _document(self, value: object) -> _Offer:
        return _Offer.model_validate(value)

    def _offer(self, document: _Offer) -> QuotedOffer:
        if any(not _is_adult(one) for one in document.passengers):
            kinds = ", ".join(sorted({one.type or f"age {one.age}" for one in document.passengers}))
            raise UnusableOfferError("passengers", "mixed_passengers", kinds)
        bags = [one.baggages for part in document.slices for leg in part.segments for one in leg.passengers]
        refund = document.conditions.refund_before_departure if document.conditions else None
        people = max(len(document.passengers), 1)
        return QuotedOffer(
            slices=[[_segment(leg) for leg in part.segments] for part in document.slices],
            amount=document.total_amount,
            adults=people,
            currency=document.total_currency,
            checked=_bags(bags, "checked"),
            carry_on=_bags(bags, "carry_on"),
            refundable=refund.allowed if refund else None,
            emissions_kg=document.total_emissions_kg / people
            if document.total_emissions_kg is not None
            else None,
        )


def _is_adult(passenger: _Passenger) -> bool:
    if passenger.type is not None:
        return passenger.type == _ADULT
    return passenger.age is None or passenger.age >= _ADULT_AGE


def _segment(leg: _Segment) -> QuotedSegment:
    aircraft = leg.aircraft
    return QuotedSegment(
        origin=leg.origin.iata_code or "",
        destination=leg.destination.iata_code or "",
        departs=leg.departing_at,
        arrives=leg.arriving_at,
        carrier=leg.marketing_carrier.iata_code or "",
        number=leg.marketing_carrier_flight_number,
        operating_carrier=leg.operating_carrier.iata_code if leg.operating_carrier else None,
        aircraft=(aircraft.iata_code or aircraft.name) if aircraft else None,
        duration=None,
        cabin=leg.passengers[0].cabin_class if leg.passengers else "economy",
    )


def _bags(bags: list[list[_Bag]], kind: str) -> int | None:
    """Return the bags of a kind that are included on every flight, None where nothing is said of bags."""
    if not bags:
        return None
    return min(sum(bag.quantity for bag in one if bag.type == kind) for one in bags)
