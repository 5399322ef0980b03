"""A result in words, for the chat: a few sentences, each of them read off the result and nothing else.

Every price, time, name and count stands in the result that the client has just got, so that the words can
never say more than the data.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal

from flight_search.domain.offer import Offer, PriceBasis, Relaxation, Slice
from flight_search.domain.result import AnswerResult, SearchResult, Status

_MOST_RELAXATIONS = 3
_BASIS = {
    PriceBasis.FARE: "quoted fare",
    PriceBasis.ESTIMATE: "estimated",
    PriceBasis.SUM_OF_ONE_WAYS: "sum of one-way prices",
}


def reply_pieces(result: SearchResult | AnswerResult) -> Iterator[str]:
    """Yield the reply in pieces to be joined, each of them one or two whole sentences."""
    sentences = list(_answer(result) if isinstance(result, AnswerResult) else _search(result))
    sentences += _left_out(result.unsupported, result.degraded)
    for position, sentence in enumerate(sentences):
        yield f" {sentence}" if position else sentence


def _answer(result: AnswerResult) -> Iterator[str]:
    if result.text:
        yield result.text


def _search(result: SearchResult) -> Iterator[str]:
    if result.status is Status.NEEDS:
        yield from result.notes
        return
    if not result.offers:
        # Offers may exist beyond this page: then it is only the page that is empty.
        yield "No flight matches." if not result.total else "There are no more flights to show."
        yield from result.notes
        yield from (_relaxation(change) for change in result.relaxations[:_MOST_RELAXATIONS])
        return
    if result.status is Status.PARTIAL:
        yield "A part of the data did not answer; this is what the rest says."
    yield f"{result.total:,} {'offer matches' if result.total == 1 else 'offers match'}."
    yield from _picks(result.offers)
    yield from result.notes


def _picks(offers: Sequence[Offer]) -> Iterator[str]:
    first = offers[0]
    yield f"First: {_offer(first)}."
    if len({offer.price.currency for offer in offers}) > 1:
        return
    cheapest = min(offers, key=lambda offer: Decimal(offer.price.amount))
    if Decimal(cheapest.price.amount) < Decimal(first.price.amount):
        yield f"Cheapest of the {len(offers)} shown: {_offer(cheapest)}."


def _offer(offer: Offer) -> str:
    ways = "; then ".join(_slice(part) for part in offer.slices)
    price = f"{offer.price.amount} {offer.price.currency} ({_BASIS[offer.price.basis]})"
    warned = f", {', '.join(offer.warnings)}" if offer.warnings else ""
    return f"{ways}, {price}{warned}"


def _slice(part: Slice) -> str:
    start, end = part.segments[0], part.segments[-1]
    flights = " + ".join(f"{segment.carrier} {segment.flight_number}" for segment in part.segments)
    leaves, lands = dt.datetime.fromisoformat(start.departs_at), dt.datetime.fromisoformat(end.arrives_at)
    days = (lands.date() - leaves.date()).days
    later = f" ({days:+d} {'day' if abs(days) == 1 else 'days'})" if days else ""
    stops = "nonstop" if not part.stops else f"{part.stops} {'stop' if part.stops == 1 else 'stops'}"
    when = f"{leaves:%a} {leaves.day} {leaves:%b %Y}, {leaves:%H:%M}\N{EN DASH}{lands:%H:%M}{later}"
    return (
        f"{flights} {start.origin} to {end.destination}, {when}, {stops}, {_duration(part.duration_minutes)}"
    )


def _duration(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours and rest else f"{hours} h" if hours else f"{rest} min"


def _relaxation(change: Relaxation) -> str:
    price = f" from {change.from_price:.2f} {change.currency}" if change.from_price is not None else ""
    found = f"{change.total:,} {'offer' if change.total == 1 else 'offers'}"
    return f"{change.text.rstrip('.')}: {found}{price}."


def _left_out(unsupported: Sequence[str], degraded: Sequence[str]) -> Iterator[str]:
    if unsupported:
        yield f"Not taken into account: {', '.join(unsupported)}."
    if degraded:
        yield f"Done without: {', '.join(degraded)}."
