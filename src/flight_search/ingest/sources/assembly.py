"""Staged parts to the tables of a snapshot.

In: files of ``staged.STAGED`` columns, memory-mapped, of any number of sources. Out: the tables in the order
that ``catalog.schema`` asks for, without profiles. Columns are gathered one by one, so that the peak of
memory is the result and little more, whatever the number of sources.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from flight_search.catalog.schema import BASES, NO_AIRCRAFT, NO_SEGMENT, Aircraft, Offers, Segments
from flight_search.ingest.assemble import (
    Nonstops,
    aircraft_table,
    airport_table,
    carrier_table,
    months_of,
    route_table,
)
from flight_search.ingest.fares import KIND_EFFECT, FareInputs, FareTable, estimate_cents
from flight_search.ingest.sources.aircraft_codes import TYPES
from flight_search.ingest.sources.codes import unpack
from flight_search.ingest.sources.rows import MINUTES_OF_DAY, SEGMENTS
from flight_search.ingest.sources.staged import NO_PRICE, STAGED_SEGMENT
from flight_search.reference.airports import Airport
from flight_search.reference.carriers import Carrier, CarrierKind
from flight_search.reference.geo import great_circle_km

_EPOCH_WEEKDAY: Final = 3  # 1970-01-01 was a Thursday
_ESTIMATE: Final = BASES.index("estimate")
_AIRPORT_LENGTH, _CARRIER_LENGTH = 3, 2


class StagedParts:
    """The columns of all parts, each as one array when it is asked for."""

    def __init__(self, files: Sequence[Sequence[Path]]) -> None:
        """Take the parts of each source, in the order of the manifest's sources."""
        self._batches = [[_open(path) for path in paths] for paths in files]
        self.counts = [sum(batch.num_rows for batch in batches) for batches in self._batches]

    def column(self, name: str) -> NDArray[Any]:
        """Return a column over all sources."""
        arrays = [
            batch.column(name).to_numpy(zero_copy_only=True) for batches in self._batches for batch in batches
        ]
        return np.concatenate(arrays) if arrays else np.zeros(0, dtype=np.uint8)


@dataclass(frozen=True)
class Pricing:
    """How prices that no source gives are made."""

    fares: FareTable | None
    """None where every offer has a price."""
    per_dollar: float
    """Minor units of the snapshot's currency for one US cent."""


@dataclass(frozen=True)
class Assembled:
    """The tables, and how many rows were the same flight again."""

    tables: Nonstops
    duplicates: int


def assemble(
    parts: StagedParts, airports: Mapping[str, Airport], carriers: Mapping[str, Carrier], pricing: Pricing
) -> Assembled:
    """Return one offer per distinct key; of the same flight, cabin and conditions the cheapest stays.

    Raises ValueError if there are no rows.
    """
    order, duplicates = _order(parts)

    def column(name: str) -> NDArray[Any]:
        return parts.column(name)[order]

    stops = column("stops")
    places, carried = _codes_used(parts, order, stops)
    segments, rows = _segments(column, stops, places, carried)
    first, last = rows[0], rows[stops, np.arange(len(stops))]
    departs = segments.departs_utc[first].astype(np.int64)
    lands = segments.departs_utc[last].astype(np.int64) + segments.duration_minutes[last]
    left = departs + segments.origin_offset[first]
    landed = lands + segments.destination_offset[last]
    origin, destination = segments.origin[first], segments.destination[last]
    airport_rows = [airports[unpack(int(code), _AIRPORT_LENGTH)] for code in places]
    carrier_rows = [carriers[unpack(int(code), _CARRIER_LENGTH)] for code in carried]
    routes, route = route_table(origin, destination, _distances(airport_rows, origin, destination))
    day = (left // MINUTES_OF_DAY).astype(np.int32)
    minute = (left % MINUTES_OF_DAY).astype(np.int16)
    key = column("key")
    price, basis = column("price"), column("basis")
    is_open = price == NO_PRICE
    if is_open.any():
        if pricing.fares is None:
            raise ValueError("prices are missing and there are no fares to estimate them from")
        pairs = [
            (airport_rows[start].iata, airport_rows[end].iata)
            for start, end in zip(routes.origin, routes.destination, strict=True)
        ]
        kinds = np.array([KIND_EFFECT[CarrierKind(row.kind)] for row in carrier_rows])
        cents = estimate_cents(
            FareInputs(
                route=route[is_open],
                weekday=(day[is_open].astype(np.int64) + _EPOCH_WEEKDAY) % 7,
                month=months_of(day[is_open]).astype(np.int64),
                departure_minute=minute[is_open],
                kind_effect=kinds[segments.carrier[first][is_open]],
                key=key[is_open],
            ),
            pricing.fares.levels(pairs, dict(airports)),
        )
        price[is_open] = np.rint(cents * pricing.per_dollar).astype(np.int32)
        basis[is_open] = _ESTIMATE
    offers = Offers(
        key=key,
        origin=origin,
        destination=destination,
        departure_day=day,
        departure_minute=minute,
        arrival_day=(landed // MINUTES_OF_DAY).astype(np.int32),
        arrival_minute=(landed % MINUTES_OF_DAY).astype(np.int16),
        departs_utc=departs.astype(np.int32),
        duration_minutes=(lands - departs).astype(np.uint16),
        stops=stops,
        segment_0=rows[0],
        segment_1=rows[1],
        segment_2=rows[2],
        carrier=segments.carrier[first],
        price=price,
        emissions_kg=column("emissions_kg"),
        cabin=column("cabin"),
        basis=basis,
        carry_on=column("carry_on"),
        checked=column("checked"),
        refundable=column("refundable"),
        seats=column("seats"),
        profile=np.zeros(len(key), dtype=np.uint32),
        source=np.repeat(np.arange(len(parts.counts), dtype=np.uint8), parts.counts)[order],
    )
    segments, types = _known_types(segments)
    tables = Nonstops(
        offers,
        segments,
        routes,
        airport_table(airport_rows),
        carrier_table(carrier_rows),
        types,
        months_of(day),
    )
    return Assembled(tables, duplicates)


def _open(path: Path) -> "pa.RecordBatch":
    return pa.ipc.open_file(pa.memory_map(str(path))).get_batch(0)


def _order(parts: StagedParts) -> tuple[NDArray[np.int64], int]:
    """Return which rows stay, sorted by (origin, destination, day, moment, key), and how many do not."""
    stops = parts.column("stops")
    if not len(stops):
        raise ValueError("there are no rows")
    origin, utc, key = parts.column("origin_1"), parts.column("utc_1"), parts.column("key")
    destination = np.choose(stops, [parts.column(f"destination_{number}") for number in SEGMENTS])
    day = (utc.astype(np.int64) + parts.column("origin_offset_1")) // MINUTES_OF_DAY
    price = parts.column("price").astype(np.int64)
    # A price of the source's own before one that would be an estimate.
    rank = np.where(price == NO_PRICE, np.iinfo(np.int64).max, price)
    pair = origin.astype(np.int64) << 16 | destination
    order = np.lexsort((rank, key, utc, day, pair))
    is_first = np.ones(len(order), dtype=bool)
    same = np.ones(len(order) - 1, dtype=bool)
    for column in (pair, day, utc, key):
        same &= column[order[1:]] == column[order[:-1]]
    is_first[1:] = ~same
    return order[is_first], int(np.sum(same))


def _codes_used(
    parts: StagedParts, order: NDArray[np.int64], stops: NDArray[np.uint8]
) -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
    """Return the packed codes of the airports and of the carriers that occur, sorted as the codes are."""
    found: dict[str, set[int]] = {"places": set(), "carriers": set()}
    for number in SEGMENTS:
        flown = order[stops >= number - 1]
        for kind, names in (("places", ("origin", "destination")), ("carriers", ("carrier", "operating"))):
            for name in names:
                found[kind].update(np.unique(parts.column(f"{name}_{number}")[flown]).tolist())
    places, carriers = (np.array(sorted(codes), dtype=np.uint16) for codes in found.values())
    return places, carriers


def _segments(
    column: Any,  # noqa: ANN401  a function from a name to an array
    stops: NDArray[np.uint8],
    places: NDArray[np.uint16],
    carriers: NDArray[np.uint16],
) -> tuple[Segments, NDArray[np.uint32]]:
    """Return the distinct flights, and the rows of the three flights of each offer, shape (3, offers)."""
    flown = [stops >= number - 1 for number in SEGMENTS]
    gathered = {
        name: np.concatenate(
            [column(f"{name}_{number}")[there] for number, there in zip(SEGMENTS, flown, strict=True)]
        )
        for name in STAGED_SEGMENT
    }
    for name, codes in (
        ("origin", places),
        ("destination", places),
        ("carrier", carriers),
        ("operating", carriers),
    ):
        gathered[name] = np.searchsorted(codes, gathered[name]).astype(np.uint16)
    chosen, row = _distinct(gathered)
    rows = np.full((len(flown), len(stops)), NO_SEGMENT, dtype=np.uint32)
    start = 0
    for position, there in enumerate(flown):
        count = int(there.sum())
        rows[position, there] = row[start : start + count]
        start += count
    kept = {name: values[chosen] for name, values in gathered.items()}
    segments = Segments(
        carrier=kept["carrier"],
        operating_carrier=kept["operating"],
        number=kept["number"],
        suffix=kept["suffix"],
        origin=kept["origin"],
        destination=kept["destination"],
        departs_utc=kept["utc"],
        duration_minutes=kept["minutes"],
        origin_offset=kept["origin_offset"],
        destination_offset=kept["destination_offset"],
        aircraft=kept["aircraft"],
    )
    return segments, rows


def _distinct(columns: Mapping[str, NDArray[Any]]) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Return one row of each distinct flight, as they come first, and the number of each row's."""
    mixed = np.zeros(len(next(iter(columns.values()))), dtype=np.uint64)
    with np.errstate(over="ignore"):
        for values in columns.values():
            mixed = (mixed ^ values.astype(np.int64).view(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
            mixed ^= mixed >> np.uint64(29)
    _, first, inverse = np.unique(mixed, return_index=True, return_inverse=True)
    is_exact = all(np.array_equal(values[first[inverse]], values) for values in columns.values())
    if not is_exact:
        # Two flights with one hash, once in ten thousand builds of ten million: then flights are not shared.
        return np.arange(len(mixed)), np.arange(len(mixed), dtype=np.uint32)
    order = np.argsort(first, kind="stable")
    number = np.empty(len(order), dtype=np.uint32)
    number[order] = np.arange(len(order), dtype=np.uint32)
    return first[order], number[inverse]


def _known_types(segments: Segments) -> tuple[Segments, Aircraft]:
    """Return the segments with rows into the table of those types that occur, and that table."""
    used = np.unique(segments.aircraft)
    used = used[used != NO_AIRCRAFT]
    renumbered = np.full(NO_AIRCRAFT + 1, NO_AIRCRAFT, dtype=np.uint16)
    renumbered[used] = np.arange(len(used), dtype=np.uint16)
    kept = {**vars(segments), "aircraft": renumbered[segments.aircraft]}
    return Segments(**kept), aircraft_table([TYPES[row] for row in used])


def _distances(
    airports: Sequence[Airport], origin: NDArray[np.uint16], destination: NDArray[np.uint16]
) -> NDArray[np.float64]:
    latitude = np.array([airport.latitude for airport in airports])
    longitude = np.array([airport.longitude for airport in airports])
    return great_circle_km(latitude[origin], longitude[origin], latitude[destination], longitude[destination])
