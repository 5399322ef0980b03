"""What ways cost, estimated; see ``ingest.fares`` for the model and its source.

A way on one ticket (one carrier or one alliance) costs what the model says of its pair of airports; ways
with stops are cheaper than nonstops of the pair by ``STOP_EFFECT`` a stop. Separate tickets cost what their
flights cost one by one. All are estimates: the model is fitted to tickets within the United States, and
outside of them a line over distance stands in.
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from flight_search.catalog.schema import NO_SEGMENT, Segments
from flight_search.ingest.fares import KIND_EFFECT, FareInputs, FareLevels, FareTable, estimate_cents
from flight_search.ingest.world.days import Laid
from flight_search.ingest.world.ways import Ticket, Ways
from flight_search.ingest.world.week import Week
from flight_search.reference.airports import Airport

STOP_EFFECT: Final = -0.2
"""In the unit of ``KIND_EFFECT``: travellers pay less for a stop, about half of what they save by a
low-cost airline.
An assumption, as the other effects are."""

_EPOCH_WEEKDAY = 3  # 1970-01-01 was a Thursday
_ROWS_AT_ONCE = 1_000_000


@dataclass(frozen=True)
class PairLevels:
    """Quartiles of fares by pair of airports of the week."""

    pairs: NDArray[np.int64]
    """``origin * airports + destination``, sorted."""
    levels: FareLevels

    @classmethod
    def of(
        cls, pairs: NDArray[np.int64], fares: FareTable, week: Week, airports: Mapping[str, Airport]
    ) -> "PairLevels":
        """Look the pairs up."""
        codes = [airport.iata for airport in week.airports]
        ends = np.stack(np.divmod(pairs, len(codes)), axis=1).tolist()
        return cls(pairs, fares.levels([(codes[a], codes[b]) for a, b in ends], dict(airports)))


def way_prices(  # noqa: PLR0913  what an estimate depends on
    week: Week, ways: Ways, laid: Laid, segments: Segments, *, key: NDArray[np.uint64], levels: PairLevels
) -> NDArray[np.int32]:
    """Return cents for each departure; those of a pair have to stand together."""
    single = _flight_prices(week, segments, levels)
    kind = np.array([KIND_EFFECT[carrier.kind] for carrier in week.carriers])
    effect = kind[week.seller[ways.first]] + STOP_EFFECT * ways.stops
    pair = week.origin[ways.first].astype(np.int64) * len(week.airports) + week.destination[ways.last]
    route = np.searchsorted(levels.pairs, pair)
    price = np.empty(len(laid), dtype=np.int32)
    for rows in _whole_routes(route[laid.way]):
        way = laid.way[rows]
        price[rows] = estimate_cents(
            FareInputs(
                route=route[way],
                weekday=_weekdays(laid.day[rows]),
                month=_months(laid.day[rows]),
                departure_minute=laid.minute[rows],
                kind_effect=effect[way],
                key=key[rows],
            ),
            levels.levels,
        )
        apart = ways.ticket[way] == Ticket.SEPARATE
        chain = [column[rows][apart] for column in laid.segments]
        price[np.arange(rows.start, rows.stop)[apart]] = sum(
            np.where(leg == NO_SEGMENT, 0, single[np.where(leg == NO_SEGMENT, 0, leg)]) for leg in chain
        )
    return price


def _flight_prices(week: Week, segments: Segments, levels: PairLevels) -> NDArray[np.int32]:
    """Return what each flight costs by itself, without scatter: the median carrier's price of its day."""
    local = segments.departs_utc.astype(np.int64) + segments.origin_offset
    kind = np.array([KIND_EFFECT[carrier.kind] for carrier in week.carriers])
    pair = segments.origin.astype(np.int64) * len(week.airports) + segments.destination
    day = (local // 1440).astype(np.int32)
    return estimate_cents(
        FareInputs(
            route=np.searchsorted(levels.pairs, pair),
            weekday=_weekdays(day),
            month=_months(day),
            departure_minute=(local % 1440).astype(np.int16),
            kind_effect=kind[segments.carrier],
            key=np.full(len(pair), 2**63, dtype=np.uint64),
        ),
        levels.levels,
    )


def _whole_routes(route: NDArray[np.int64]) -> list[slice]:
    """Return slices of about a million rows that end where a route does."""
    changes = np.append(np.flatnonzero(np.diff(route)) + 1, len(route))
    cuts = [0]
    while cuts[-1] < len(route):
        after = np.searchsorted(changes, min(cuts[-1] + _ROWS_AT_ONCE, len(route)))
        cuts.append(int(changes[after]))
    return [slice(start, end) for start, end in itertools.pairwise(cuts)]


def _weekdays(day: NDArray[np.int32]) -> NDArray[np.int64]:
    return (day.astype(np.int64) + _EPOCH_WEEKDAY) % 7


def _months(day: NDArray[np.int32]) -> NDArray[np.int64]:
    months: NDArray[np.int64] = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months % 12 + 1
