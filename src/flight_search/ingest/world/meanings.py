"""What ways mean: the profile of each way in each four weeks, and their texts.

A way flies at the same local time every week, so its meaning changes with the season at most: profiles are
assigned to ways and blocks of four weeks, not to ten million offers. Less is said than of the default data,
because every further word multiplies the texts to embed (0.01 s of a processor each): full-service airlines
and narrow-body jets are the rule and go unsaid, and of ways with stops neither aircraft nor hour is said.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from flight_search.ingest.destinations import Destination
from flight_search.ingest.profiles import (
    HAUL_STARTS_KM,
    PARTS_OF_DAY,
    ProfileInputs,
    assign_profiles,
    part_of_day,
)
from flight_search.ingest.world.tables import WorldTables
from flight_search.ingest.world.ways import Ways
from flight_search.ingest.world.week import Week
from flight_search.reference.carriers import CarrierKind

_UNSAID: Final = ""
_BLOCK_DAYS: Final = 28
_ANY_PART: Final = len(PARTS_OF_DAY) - 1
_KIND_SAID: Final = {CarrierKind.LOW_COST: "low_cost", CarrierKind.LEISURE: "leisure"}
_FAMILY_SAID: Final = {
    "wide-body jet": "wide-body jet",
    "turboprop": "turboprop",
    "small aircraft": "turboprop",
}


def way_profiles(
    week: Week, ways: Ways, tables: WorldTables, destinations: list[Destination]
) -> tuple[NDArray[np.uint32], list[str]]:
    """Return the profile of each offer, and the text of each profile."""
    offers, routes = tables.offers, tables.routes
    # One offer of each way stands for all of them.
    used, example = np.unique(tables.way, return_index=True)
    chosen = ways.take(used)
    has_stop = chosen.stops > 0
    part = part_of_day(
        offers.departure_minute[example],
        offers.arrival_minute[example],
        offers.arrival_day[example] > offers.departure_day[example],
    )
    kinds, kind = _coded([_KIND_SAID.get(carrier.kind, _UNSAID) for carrier in week.carriers])
    families, family = _coded([_FAMILY_SAID.get(of.family, _UNSAID) for of in week.types])
    # The row -1 stands for types that are not known.
    family = np.append(family, families.index(_UNSAID))
    blocks = (offers.departure_day - offers.departure_day.min()) // _BLOCK_DAYS
    count, rows = int(blocks.max()) + 1, len(used)
    middle = offers.departure_day.min() + np.arange(count) * _BLOCK_DAYS + _BLOCK_DAYS // 2
    distance = np.repeat(routes.distance_km, routes.end - routes.start)[example]

    def in_each_block(column: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.tile(column, count)

    of_way, texts = assign_profiles(
        ProfileInputs(
            destination=in_each_block(week.destination[chosen.last].astype(np.int64)),
            month=np.repeat(_months(middle), rows),
            kind=in_each_block(np.where(has_stop, kinds.index(_UNSAID), kind[week.seller[chosen.first]])),
            family=in_each_block(
                np.where(has_stop, families.index(_UNSAID), family[week.aircraft[chosen.first]])
            ),
            part_of_day=in_each_block(np.where(has_stop, _ANY_PART, _coarse(part))),
            haul=in_each_block(np.digitize(distance, HAUL_STARTS_KM).astype(np.int64)),
            stops=in_each_block(chosen.stops.astype(np.int64)),
            kinds=kinds,
            families=families,
        ),
        destinations,
    )
    place = np.zeros(len(ways), dtype=np.int32)
    place[used] = np.arange(rows, dtype=np.int32)
    return of_way[blocks * rows + place[tables.way]], texts


def _coarse(part: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return morning for what leaves before noon, evening for the rest, and the red-eyes."""
    early, morning, _, evening, _, red_eye, _ = range(len(PARTS_OF_DAY))
    before_noon = (part == early) | (part == morning)
    return np.where(before_noon, morning, np.where(part == red_eye, red_eye, evening))


def _months(day: NDArray[np.int32]) -> NDArray[np.int64]:
    months: NDArray[np.int64] = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months % 12 + 1


def _coded(values: list[str]) -> tuple[list[str], NDArray[np.int64]]:
    """Return the distinct texts, among them the empty one, and the index of each value."""
    names = sorted({_UNSAID, *values})
    return names, np.array([names.index(value) for value in values], dtype=np.int64)
