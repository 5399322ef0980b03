"""What counts how much in ``best``, in one place.

A score is the sum of its parts; a part is a weight times a value from 0 to 1. The weights add up to 1, so a
score does too at most. With soft words in the query all others shrink to make room for what the words raise:
a feature of this table (``wishes``), the climate of the destination, or ``meaning``, the likeness of the
profile. How an order is made of scores is told in ``best`` (one slice) and ``rank`` (journeys).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flight_search.reference.carriers import CarrierKind
from flight_search.search.wishes import Weather


@dataclass(frozen=True)
class Weight:
    """One line of the table."""

    name: str
    share: float
    reason: str


FACT_WEIGHTS: Final = (
    Weight("price", 0.44, "what most people decide by; the value is the lowest fare over this fare"),
    Weight("duration", 0.25, "an hour is worth money; compared with the ideal time for the distance"),
    Weight("stops", 0.13, "a connection is a nuisance beyond the time that it takes"),
    Weight("departure", 0.08, "few people like to leave at night; waking hours are full value"),
    Weight("connection", 0.05, "a tight change can be missed; from 75 minutes on, and nonstop, full value"),
    Weight("emissions", 0.05, "decides between offers that are otherwise alike; CO2 per km"),
    Weight("carrier", 0.0, "tastes differ, so it counts only where full service or low cost is wished"),
    Weight("climate", 0.0, "counts only where weather is wished; of the destination in that month"),
)

MEANING_SHARE: Final = 0.30
"""Share of the likeness to the soft words, when there are any: enough to lift a fitting offer above one that
is half as dear again, not above one at half the price."""

RAISED_SHARE: Final = 0.30
"""Share that soft words add to the features that they speak of, in equal parts: as much as to meaning."""

BOTH_SHARES: Final = 0.22
"""What each of the two has where words of both sorts are said: together they must not decide alone."""

FURTHER_SHARE: Final = 0.05
"""What every further feature adds: "comfortable" speaks of four, and split in four none would count."""
MOST_FURTHER: Final = 3


def shares_of(raised: frozenset[str], *, has_meaning: bool) -> dict[str, float]:
    """Return the share of each part, none of them 0; they add up to 1."""
    first = BOTH_SHARES if has_meaning else RAISED_SHARE
    added = first + FURTHER_SHARE * (min(len(raised), MOST_FURTHER + 1) - 1) if raised else 0.0
    meaning = (BOTH_SHARES if raised else MEANING_SHARE) * has_meaning
    shares = {weight.name: weight.share * (1.0 - added - meaning) for weight in FACT_WEIGHTS}
    for name in raised:
        shares[name] += added / len(raised)
    shares["meaning"] = meaning
    return {name: share for name, share in shares.items() if share}


BESIDE_THE_FIGURES: Final = frozenset({"departure", "connection", "emissions", "carrier", "climate"})
"""Features that, where raised, an offer can be better in though another beats it in price, time and stops."""

STOPS_VALUE: Final = (1.0, 0.45, 0.15)
"""Value of a nonstop, one stop and two stops: the first connection hurts most."""

LOSS_PER_STOP: Final = 0.5
"""What a stop takes off a journey's value of stops: there stops have to add up over the slices."""

UNKNOWN_EMISSIONS_VALUE: Final = 0.5
"""Neither praised nor blamed."""

HARDEST_WAIT_MINUTES: Final = 30
EASY_WAIT_MINUTES: Final = 75
"""Minimum connection times of large airports are 30 to 60 minutes (90 between countries at some): 30 is worth
nothing, and from 75 on more time is no longer easier, only longer, which ``duration`` counts."""
OTHER_AIRPORT_MINUTES: Final = 120
"""What going to another airport of the same city takes of a wait."""

CARRIER_VALUE: Final[Mapping[CarrierKind, Mapping[str, float]]] = {
    # Regional airlines fly for full-service ones, with their service.
    CarrierKind.FULL_SERVICE: {"full_service": 1.0, "regional": 0.8, "leisure": 0.3, "low_cost": 0.0},
    CarrierKind.LOW_COST: {"low_cost": 1.0, "leisure": 0.5, "regional": 0.0, "full_service": 0.0},
}
UNKNOWN_CARRIER_VALUE: Final = 0.4
"""Of an airline whose kind the data does not say: rather not what is wished."""


@dataclass(frozen=True)
class Ramp:
    """Value by a monthly mean, linear between points, constant beyond them."""

    points: tuple[tuple[float, float], ...]
    is_of_rain: bool = False


WARM_FROM_CELSIUS: Final = 18.0
"""A month is called warm from this mean on: the bound of the tropical zones (Köppen), 22 °C at midday."""

WEATHER_RAMPS: Final[Mapping[Weather, Ramp]] = {
    Weather.HOT: Ramp(((14.0, 0.0), (27.0, 1.0))),
    # Above 32 °C day and night it is no longer what people mean by warm.
    Weather.WARM: Ramp(((6.0, 0.0), (WARM_FROM_CELSIUS, 0.8), (24.0, 1.0), (31.0, 1.0), (36.0, 0.5))),
    Weather.MILD: Ramp(((4.0, 0.0), (12.0, 1.0), (20.0, 1.0), (27.0, 0.0))),
    Weather.COLD: Ramp(((-4.0, 1.0), (12.0, 0.0))),
    Weather.SUNNY: Ramp(((30.0, 1.0), (150.0, 0.0)), is_of_rain=True),
}
UNKNOWN_CLIMATE_VALUE: Final = 0.0

DEPARTURE_VALUE_BY_HOUR: Final = (
    (0.1,) * 5  # 00:00-04:59, the middle of the night
    + (0.4, 0.7)  # 05:00 and 06:00, an early alarm
    + (1.0,) * 13  # 07:00-19:59
    + (0.8, 0.6, 0.4, 0.2)  # 20:00-23:59, the later the worse
)

LEAST_SPREAD_OF_MEANING: Final = 0.05
"""Cosines of offers that differ in nothing but the time of day lie closer together than this. A smaller
spread is not stretched to the full range from 0 to 1: it would make noise decide."""

UNITS: Final = 1_000_000
"""Parts are whole millionths, so that sums, ties and the sums over the slices of a journey are exact."""
