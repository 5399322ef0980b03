"""Ways on days to the tables of a snapshot, in the order that the catalog asks for.

Ten million rows pass here, so columns are made one after the other and in their smallest types; nothing
holds more than a few columns of eight bytes at once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from flight_search.catalog.schema import (
    BASES,
    CABINS,
    NO_SEGMENT,
    UNKNOWN,
    Offers,
    Routes,
    Segments,
)
from flight_search.domain.progress import Progress
from flight_search.ingest.emissions import economy_co2_kg
from flight_search.ingest.fares import FareTable
from flight_search.ingest.keys import offer_keys
from flight_search.ingest.world.days import Laid
from flight_search.ingest.world.prices import PairLevels, way_prices
from flight_search.ingest.world.ways import NO_LEG, Ticket, Ways
from flight_search.ingest.world.week import Week
from flight_search.reference.airports import Airport
from flight_search.reference.geo import great_circle_km

_ECONOMY: Final = CABINS[0]
_KEYS_AT_ONCE = 200_000


@dataclass(frozen=True)
class WorldTables:
    """Offers and routes; ``way`` says which way each offer is, ``offers.profile`` is still empty."""

    offers: Offers
    segments: Segments
    routes: Routes
    way: NDArray[np.int32]


def make_tables(  # noqa: PLR0913  what the tables are made of
    week: Week,
    ways: Ways,
    laid: Laid,
    segments: Segments,
    *,
    fares: FareTable,
    airports: Mapping[str, Airport],
    progress: Progress,
) -> WorldTables:
    """Return one offer per departure of a way."""
    keys = _keys(week, laid, segments, progress)
    progress.start("Sorting offers", total=len(laid), unit="offers")
    order = _order(week, ways, laid, keys)
    laid, keys = _in_order(laid, order), keys[order]
    routes = _routes(week, ways, laid)
    progress.advance(len(laid))
    progress.start("Estimating fares and emissions", total=len(laid), unit="offers")
    pairs = np.unique(
        np.concatenate(
            [
                routes.origin.astype(np.int64) * len(week.airports) + routes.destination,
                week.origin.astype(np.int64) * len(week.airports) + week.destination,
            ]
        )
    )
    levels = PairLevels.of(pairs, fares, week, airports)
    price = way_prices(week, ways, laid, segments, key=keys, levels=levels)
    progress.advance(len(laid))
    way, rows = laid.way, len(laid)
    unknown = np.full(rows, UNKNOWN, dtype=np.int8)
    basis = np.where(
        ways.ticket == Ticket.SEPARATE, BASES.index("separate_estimates"), BASES.index("estimate")
    ).astype(np.uint8)
    offers = Offers(
        key=keys,
        origin=week.origin[ways.first].astype(np.uint16)[way],
        destination=week.destination[ways.last].astype(np.uint16)[way],
        departure_day=laid.day,
        departure_minute=laid.minute,
        arrival_day=laid.arrival_day,
        arrival_minute=laid.arrival_minute,
        departs_utc=laid.departs_utc,
        duration_minutes=laid.duration,
        stops=ways.stops.astype(np.uint8)[way],
        segment_0=laid.segments[0],
        segment_1=laid.segments[1],
        segment_2=laid.segments[2],
        carrier=week.seller[ways.first].astype(np.uint16)[way],
        price=price,
        emissions_kg=_emissions(week, ways)[way],
        cabin=np.full(rows, CABINS.index(_ECONOMY), dtype=np.uint8),
        basis=basis[way],
        carry_on=unknown,
        checked=unknown,
        refundable=unknown,
        seats=unknown,
        profile=np.zeros(rows, dtype=np.uint32),
        source=np.zeros(rows, dtype=np.uint8),
    )
    progress.finish()
    return WorldTables(offers, segments, routes, way)


def _keys(week: Week, laid: Laid, segments: Segments, progress: Progress) -> NDArray[np.uint64]:
    """Return the identity of each departure, see ``ingest.keys``. 2 µs each; the rest is arrays."""
    progress.start("Naming offers", total=len(laid), unit="offers")
    names = _flight_names(week, segments)
    keys = np.empty(len(laid), dtype=np.uint64)
    for start in range(0, len(laid), _KEYS_AT_ONCE):
        rows = slice(start, start + _KEYS_AT_ONCE)
        chains = zip(*(column[rows].tolist() for column in laid.segments), strict=True)
        keys[rows] = offer_keys(_identities(names, chains))
        progress.advance(len(keys[rows]))
    progress.finish()
    return keys


def _identities(names: list[str], chains: Iterator[tuple[int, ...]]) -> Iterator[str]:
    for first, second, third in chains:
        if second == NO_SEGMENT:
            yield f"{names[first]};{_ECONOMY}"
        elif third == NO_SEGMENT:
            yield f"{names[first]};{names[second]};{_ECONOMY}"
        else:
            yield f"{names[first]};{names[second]};{names[third]};{_ECONOMY}"


def _flight_names(week: Week, segments: Segments) -> list[str]:
    local = segments.departs_utc.astype(np.int64) + segments.origin_offset
    left = np.datetime_as_string(local.astype("datetime64[m]")).tolist()
    carriers = [carrier.iata for carrier in week.carriers]
    airports = [airport.iata for airport in week.airports]
    columns = (segments.carrier, segments.number, segments.suffix, segments.origin)
    return [
        f"{carriers[carrier]}{number}{chr(suffix) if suffix else ''}|{airports[origin]}|{moment}"
        for carrier, number, suffix, origin, moment in zip(
            *(column.tolist() for column in columns), left, strict=True
        )
    ]


def _order(week: Week, ways: Ways, laid: Laid, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the rows by (origin, destination, day, moment, key)."""
    pair = week.origin[ways.first].astype(np.int64) * len(week.airports) + week.destination[ways.last]
    first_day, first_minute = int(laid.day.min()), int(laid.departs_utc.min())
    days, minutes = int(laid.day.max()) - first_day + 1, int(laid.departs_utc.max()) - first_minute + 1
    place = (pair[laid.way] * days + (laid.day - first_day)) * minutes + (laid.departs_utc - first_minute)
    return np.lexsort((keys, place))


def _in_order(laid: Laid, order: NDArray[np.int64]) -> Laid:
    columns = {name: getattr(laid, name)[order] for name in vars(laid) if name != "segments"}
    first, second, third = (column[order] for column in laid.segments)
    return replace(laid, **columns, segments=(first, second, third))


def _routes(week: Week, ways: Ways, laid: Laid) -> Routes:
    size = len(week.airports)
    pair = (week.origin[ways.first].astype(np.int64) * size + week.destination[ways.last])[laid.way]
    start = np.concatenate([[0], np.flatnonzero(np.diff(pair)) + 1]).astype(np.int64)
    origin, destination = np.divmod(pair[start], size)
    latitude = np.array([airport.latitude for airport in week.airports])
    longitude = np.array([airport.longitude for airport in week.airports])
    return Routes(
        origin=origin.astype(np.uint16),
        destination=destination.astype(np.uint16),
        start=start,
        end=np.append(start[1:], len(pair)).astype(np.int64),
        distance_km=great_circle_km(
            latitude[origin], longitude[origin], latitude[destination], longitude[destination]
        ).astype(np.float32),
    )


def _emissions(week: Week, ways: Ways) -> NDArray[np.uint16]:
    """Return the sum of the flights of each way."""
    flight = economy_co2_kg(week.km.astype(np.float64))
    total = flight[ways.first].astype(np.int64)
    for leg in (ways.second, ways.third):
        total += np.where(leg == NO_LEG, 0, flight[np.where(leg == NO_LEG, 0, leg)])
    return total.astype(np.uint16)
