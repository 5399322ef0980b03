"""What counts how much in ``best``, in one place.

A score is the sum of its parts; a part is a weight times a value from 0 to 1. The weights add up to 1, so a
score does too at most. With soft words in the query all others shrink to make room for ``meaning``. How an
order is made of scores is told in ``best`` (one slice) and ``rank`` (journeys).
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Weight:
    """One line of the table."""

    name: str
    share: float
    reason: str


FACT_WEIGHTS: Final = (
    Weight("price", 0.46, "what most people decide by; the value is the lowest fare over this fare"),
    Weight("duration", 0.26, "an hour is worth money; compared with the ideal time for the distance"),
    Weight("stops", 0.14, "a connection is a risk and a nuisance beyond the time that it takes"),
    Weight("departure", 0.08, "few people like to leave at night; waking hours are full value"),
    Weight("emissions", 0.06, "decides between offers that are otherwise alike; CO2 per km"),
)

MEANING_SHARE: Final = 0.30
"""Share of the likeness to the soft words, when there are any: enough to lift a fitting offer above one that
is half as dear again, not above one at half the price."""

STOPS_VALUE: Final = (1.0, 0.45, 0.15)
"""Value of a nonstop, one stop and two stops: the first connection hurts most."""

LOSS_PER_STOP: Final = 0.5
"""What a stop takes off a journey's value of stops: there stops have to add up over the slices."""

UNKNOWN_EMISSIONS_VALUE: Final = 0.5
"""Neither praised nor blamed."""

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
