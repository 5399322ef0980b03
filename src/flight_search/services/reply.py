"""A result in words, for the chat: a few sentences as a person would say them, read off the result alone.

Every price, time, name and count stands in the result that the client has just got, so that the words can
never say more than the data. Remarks that stand beside the offers (notes, warnings, what was left out) are
shown there and not said again; where there are no offers, the notes are the answer and are said.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from flight_search.domain.offer import Offer, PriceBasis, Relaxation, Segment, Slice
from flight_search.domain.query import FlightQuery, Sort, Trip
from flight_search.domain.result import AnswerResult, SearchResult, Status
from flight_search.domain.wording import Wording, counted
from flight_search.services.reply_facts import is_plain_name

_MOST_RELAXATIONS: Final = 3

_FIRST: Final = {
    Sort.BEST: "The best",
    Sort.PRICE: "The cheapest",
    Sort.DURATION: "The fastest",
    Sort.DEPARTURE_TIME: "The first to leave",
    Sort.DEPARTURE_TIME_DESC: "The last to leave",
    Sort.ARRIVAL_TIME: "The first to land",
    Sort.EMISSIONS: "The one with the least CO\N{SUBSCRIPT TWO}",
}


def reply_pieces(result: SearchResult | AnswerResult, locale: str = "en-US") -> Iterator[str]:
    """Yield the reply in pieces to be joined, each of them one or two whole sentences.

    ``locale`` decides between ``10:59 PM`` and ``22:59``; the language is English.
    """
    words = Wording.of(locale, result.as_of)
    sentences = _answer(result) if isinstance(result, AnswerResult) else _search(result, words)
    for position, sentence in enumerate(sentences):
        yield f" {sentence}" if position else sentence


@dataclass(frozen=True, slots=True)
class OfferFacts:
    """What may be said of one offer."""

    line: str
    """All of it in one line, in the words of the reply."""
    names: tuple[str, ...]
    """The names of airlines and cities in it."""


def offer_facts(result: SearchResult, locale: str, most: int) -> list[OfferFacts]:
    """Return the facts of the first offers, for a model to speak of.

    A name in the data that is more than a name (a sentence, a figure, markup) is left out, its code stands.
    """
    words = Wording.of(locale, result.as_of)
    shown = result.offers[:most]
    lowest = min((Decimal(offer.price.amount) for offer in shown), default=Decimal())
    lines = []
    for position, given in enumerate(shown):
        offer, names = _with_plain_names(given)
        ways = "; back ".join(_slice(part, words) for part in offer.slices)
        is_lowest = Decimal(offer.price.amount) == lowest
        qualities = [_FIRST[result.query.sort]] if not position else []
        qualities += ["the cheapest shown"] if is_lowest and _has_one_currency(shown) else []
        line = f"{', '.join([*qualities, ways])}, {_price(offer, result.query, words)}"
        lines.append(OfferFacts(line, names))
    return lines


def _with_plain_names(offer: Offer) -> tuple[Offer, tuple[str, ...]]:
    """Return an offer without names that are none, and the names that are left."""
    slices = []
    for part in offer.slices:
        segments = tuple(
            segment.model_copy(
                update={
                    name: value if is_plain_name(value := getattr(segment, name)) else ""
                    for name in ("carrier_name", "origin_city", "destination_city")
                }
            )
            for segment in part.segments
        )
        slices.append(part.model_copy(update={"segments": segments}))
    parts = [segment for part in slices for segment in part.segments]
    names = [name for one in parts for name in (one.carrier_name, one.origin_city, one.destination_city)]
    return offer.model_copy(update={"slices": tuple(slices)}), tuple(dict.fromkeys(filter(None, names)))


def _has_one_currency(offers: Sequence[Offer]) -> bool:
    return len({offer.price.currency for offer in offers}) == 1


def _answer(result: AnswerResult) -> Iterator[str]:
    if result.text:
        yield result.text


def _search(result: SearchResult, words: Wording) -> Iterator[str]:
    if result.status is Status.NEEDS:
        yield from result.notes
        return
    if not result.offers:
        # Offers may exist beyond this page: then it is only the page that is empty.
        yield "No flight matches all of that." if not result.total else "There are no more flights to show."
        yield from result.notes
        yield from _ways_out(result.relaxations[:_MOST_RELAXATIONS], words)
        return
    if result.status is Status.PARTIAL:
        yield "A part of the data did not answer; this is what the rest says."
    yield f"{counted(result.total, 'flight matches', 'flights match')}."
    yield from _picks(result.offers, result.query, words)


def _picks(offers: Sequence[Offer], query: FlightQuery, words: Wording) -> Iterator[str]:
    first = offers[0]
    joint = "; back " if query.trip is Trip.ROUND_TRIP else "; then "
    ways = joint.join(_slice(part, words) for part in first.slices)
    yield f"{_FIRST[query.sort]}: {ways}, {_price(first, query, words)}."
    if not _has_one_currency(offers):
        return
    cheapest = min(offers, key=lambda offer: Decimal(offer.price.amount))
    if Decimal(cheapest.price.amount) < Decimal(first.price.amount):
        start = cheapest.slices[0].segments[0]
        leaves = dt.datetime.fromisoformat(start.departs_at)
        when = f"{words.day(leaves.date())} {words.clock(leaves)}"
        yield f"The cheapest shown: {_flight(start)}, {when}, {_price(cheapest, query, words)}."


def _price(offer: Offer, query: FlightQuery, words: Wording) -> str:
    party = query.passengers
    people = party.adults + party.children + party.infants
    for_all = f" in total for {people} travellers" if people > 1 else ""
    price = offer.price
    if price.basis is PriceBasis.ESTIMATE:
        return f"about {words.about(Decimal(price.amount), price.currency)}{for_all} (estimate)"
    amount = words.money(Decimal(price.amount), price.currency)
    basis = " (sum of one-way prices)" if price.basis is PriceBasis.SUM_OF_ONE_WAYS else ""
    return f"{amount}{for_all}{basis}"


def _slice(part: Slice, words: Wording) -> str:
    start, end = part.segments[0], part.segments[-1]
    leaves, lands = dt.datetime.fromisoformat(start.departs_at), dt.datetime.fromisoformat(end.arrives_at)
    flights = " + ".join(_flight(segment) for segment in part.segments)
    places = (
        f"from {_place(start.origin_city, start.origin)} to {_place(end.destination_city, end.destination)}"
    )
    later = words.days_later((lands.date() - leaves.date()).days)
    stops = "nonstop" if not part.stops else counted(part.stops, "stop", "stops")
    return (
        f"{flights} {places}, {words.day(leaves.date())} {words.clock(leaves)}, "
        f"lands {words.clock(lands)}{later}, {stops}, {words.duration(part.duration_minutes)}"
    )


def _flight(segment: Segment) -> str:
    number = f"{segment.carrier}\N{NO-BREAK SPACE}{segment.flight_number}"
    return f"{segment.carrier_name} {number}" if segment.carrier_name else number


def _place(city: str, airport: str) -> str:
    return f"{city} ({airport})" if city else airport


def _ways_out(changes: Sequence[Relaxation], words: Wording) -> Iterator[str]:
    for change in changes:
        found = counted(change.total, "flight", "flights")
        price = (
            f" from {words.about(change.from_price, change.currency)}"
            if change.from_price is not None
            else ""
        )
        yield f"{change.text.rstrip('.')}: {found}{price}."
