"""Rows to offers as the contract shows them.

In: the offer rows of one match, one per slice. Out: ``Offer``. Its id is made of the keys of its rows, so the
same offer has the same id in every snapshot.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flight_search.catalog.schema import (
    BASES,
    CABINS,
    NO_AIRCRAFT,
    NO_SEGMENT,
    UNKNOWN_EMISSIONS,
)
from flight_search.domain.offer import Offer, Price, PriceBasis, Segment, Slice
from flight_search.domain.query import Cabin
from flight_search.search.dates import local_text
from flight_search.search.index import SnapshotIndex
from flight_search.search.money import Pricing
from flight_search.search.weights import UNITS

_BASIS_OF = {
    "fare": PriceBasis.FARE,
    "estimate": PriceBasis.ESTIMATE,
    # That the tickets are separate is said in the warnings of the offer.
    "separate_estimates": PriceBasis.ESTIMATE,
    "separate_fares": PriceBasis.FARE,
}


@dataclass(frozen=True)
class Match:
    """One match: an offer row per slice, its total and the parts of its score."""

    rows: tuple[int, ...]
    total: int
    """Minor units, all passengers."""
    parts: dict[str, int]
    """Millionths, summed over the slices."""


@dataclass(frozen=True)
class Said:
    """What is said about an offer."""

    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def make_offer(index: SnapshotIndex, match: Match, pricing: Pricing, said: Said) -> Offer:
    """Return the offer of a match."""
    offers = index.snapshot.offers
    # The score of a journey is the mean of its slices.
    parts = {name: round(units / len(match.rows) / UNITS, 6) for name, units in match.parts.items()}
    emissions = [int(offers.emissions_kg[row]) for row in match.rows]
    return Offer(
        id="o_" + "".join(f"{int(offers.key[row]):016x}" for row in match.rows),
        score=round(sum(parts.values()), 6),
        score_parts=parts,
        price=Price(
            amount=pricing.text(match.total), currency=pricing.currency, basis=_basis(index, match.rows)
        ),
        emissions_kg=None if UNKNOWN_EMISSIONS in emissions else sum(emissions),
        emissions_typical_kg=_typical_emissions(index, match.rows),
        slices=tuple(_slice(index, row) for row in match.rows),
        reasons=said.reasons,
        warnings=said.warnings,
    )


def segment_rows(index: SnapshotIndex, row: int) -> list[int]:
    """Return the segments of an offer row, in the order they are flown."""
    offers = index.snapshot.offers
    chain = (int(offers.segment_0[row]), int(offers.segment_1[row]), int(offers.segment_2[row]))
    return [segment for segment in chain if segment != NO_SEGMENT]


def _typical_emissions(index: SnapshotIndex, rows: Sequence[int]) -> int | None:
    """Return the sum of the medians of the routes; None where no offer of one of them knows its CO2."""
    medians = [index.median_emissions(index.route_of(row)) for row in rows]
    known = [median for median in medians if median is not None]
    return sum(known) if len(known) == len(medians) else None


def _basis(index: SnapshotIndex, rows: Sequence[int]) -> PriceBasis:
    if len(rows) > 1:
        return PriceBasis.SUM_OF_ONE_WAYS
    return _BASIS_OF[BASES[int(index.snapshot.offers.basis[rows[0]])]]


def _slice(index: SnapshotIndex, row: int) -> Slice:
    offers = index.snapshot.offers
    cabin = Cabin(CABINS[int(offers.cabin[row])])
    return Slice(
        duration_minutes=int(offers.duration_minutes[row]),
        stops=int(offers.stops[row]),
        segments=tuple(_segment(index, segment, cabin) for segment in segment_rows(index, row)),
    )


def _segment(index: SnapshotIndex, row: int, cabin: Cabin) -> Segment:
    snapshot = index.snapshot
    segments, airports, carriers = snapshot.segments, snapshot.airports, snapshot.carriers
    origin, destination = int(segments.origin[row]), int(segments.destination[row])
    carrier, aircraft = int(segments.carrier[row]), int(segments.aircraft[row])
    departs, minutes = int(segments.departs_utc[row]), int(segments.duration_minutes[row])
    return Segment(
        carrier=str(carriers.iata[carrier]),
        operating_carrier=str(carriers.iata[int(segments.operating_carrier[row])]),
        flight_number=flight_number(index, row),
        aircraft=None if aircraft == NO_AIRCRAFT else str(snapshot.aircraft.name[aircraft]),
        origin=str(airports.iata[origin]),
        destination=str(airports.iata[destination]),
        departs_at=local_text(departs, int(segments.origin_offset[row])),
        arrives_at=local_text(departs + minutes, int(segments.destination_offset[row])),
        duration_minutes=minutes,
        cabin=cabin,
        carrier_name=str(carriers.name[carrier]),
        origin_city=str(airports.city[origin]),
        destination_city=str(airports.city[destination]),
    )


def flight_number(index: SnapshotIndex, segment: int) -> str:
    """Return the flight number of a segment without its carrier: ``100``, ``100A``."""
    segments = index.snapshot.segments
    suffix = int(segments.suffix[segment])
    return f"{int(segments.number[segment])}{chr(suffix) if suffix else ''}"
