"""Offers as a table: one line for each way, what is remarkable below."""

import datetime as dt
from collections.abc import Iterator, Sequence

from rich.table import Table
from rich.text import Text

from flight_search.cli import wording
from flight_search.cli.tables import Column, table_of
from flight_search.domain.offer import Offer, PriceBasis, Slice

BASIS = {
    PriceBasis.FARE: "fares as quoted",
    PriceBasis.ESTIMATE: "estimates, not quotes",
    PriceBasis.SUM_OF_ONE_WAYS: "sums of one-way estimates",
}

_COLUMNS = (
    Column("#", "right", "dim"),
    Column("Day"),
    Column("Times", style="bold"),
    Column("Route"),
    Column("Flight", fits=True),
    Column("Takes", "right"),
    Column("Stops"),
    Column("Price", "right", "bold green"),
)

_MOST_REASONS = 2
_MOST_REMARKED = 3
"""Offers whose reasons are spelt out: the reader looks for why the first are first."""


def offers_table(offers: Sequence[Offer], *, first: int = 1) -> Table:
    """Return the table of some offers, numbered from ``first``."""
    rows = []
    for number, offer in enumerate(offers, first):
        for position, way in enumerate(offer.slices):
            price = wording.money(offer.price.amount, offer.price.currency) if not position else ""
            rows.append([str(number) if not position else "", *_way(way), price])
    return table_of(_COLUMNS, rows)


def remarks(offers: Sequence[Offer]) -> Iterator[Text]:
    """Yield lines on what stands out: reasons of the first offers, warnings of all."""
    for number, offer in enumerate(offers, 1):
        if offer.reasons and number <= _MOST_REMARKED:
            yield Text(f"{number}: {'; '.join(offer.reasons[:_MOST_REASONS])}", style="dim")
    warned: dict[str, list[str]] = {}
    for number, offer in enumerate(offers, 1):
        for warning in offer.warnings:
            warned.setdefault(warning, []).append(str(number))
    for warning, numbers in warned.items():
        yield Text(f"{', '.join(numbers)}: mind: {warning}", style="yellow")


def basis_of(offers: Sequence[Offer]) -> str:
    """Return what the prices are, in words."""
    return " and ".join(dict.fromkeys(BASIS[offer.price.basis] for offer in offers))


def _way(way: Slice) -> list[str]:
    start, end = way.segments[0], way.segments[-1]
    leaves, lands = dt.datetime.fromisoformat(start.departs_at), dt.datetime.fromisoformat(end.arrives_at)
    later = (lands.date() - leaves.date()).days
    through = ",".join(segment.destination for segment in way.segments[:-1])
    return [
        wording.day(leaves.date(), year=False),
        f"{leaves:%H:%M}{wording.DASH}{lands:%H:%M}{f'{later:+d}' if later else ''}",
        f"{start.origin}{wording.DASH}{end.destination}",
        " ".join(f"{segment.carrier}\N{NO-BREAK SPACE}{segment.flight_number}" for segment in way.segments),
        wording.length(way.duration_minutes),
        "nonstop" if not way.stops else f"{way.stops} {through}",
    ]
