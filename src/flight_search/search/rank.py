"""Scores of the rows of a slice, and what each order compares.

In: rows that satisfy everything. Out: ``Scored`` (parts of the score per row) and the columns that an order
compares. Orders are total: after the wanted column come price, duration, departure and key, so that the same
query on the same snapshot always gives the same list.

A flight on its own and a journey of several slices are scored by the same weights in two ways:

* One slice: each value is a ratio to the best of the matches (``score_rows``); ``best`` makes the order.
* Several: what is lost adds up over the slices (``score_journeys``), so it is linear in total, travel time
  and stops. A journey that is worse in none of them and better in one therefore always has the higher score,
  whichever way the journeys are found. What would break this, the hour of departure, connections and the
  emissions, has a part in it only where soft words ask for it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flight_search.catalog.schema import UNKNOWN_EMISSIONS
from flight_search.domain.query import Sort
from flight_search.search.features import carrier_values, climate_values, connection_values
from flight_search.search.index import Rows, SnapshotIndex
from flight_search.search.weights import (
    BESIDE_THE_FIGURES,
    DEPARTURE_VALUE_BY_HOUR,
    LOSS_PER_STOP,
    STOPS_VALUE,
    UNITS,
    UNKNOWN_EMISSIONS_VALUE,
    shares_of,
)
from flight_search.search.wishes import NO_WISHES, Wishes

Column = NDArray[np.int64]

UNKNOWN_LAST = 1 << 24
"""Stands for unknown emissions in an order: above any sum of known ones."""

_FINE_UNITS = 1_000_000_000
"""Losses of journeys are whole billionths, so that a cent and a minute still count and sums are exact."""

_DEPARTURE_VALUE = np.repeat(np.array(DEPARTURE_VALUE_BY_HOUR, dtype=np.float32), 60)
_STOPS_VALUE = np.array(STOPS_VALUE, dtype=np.float32)


@dataclass(frozen=True)
class Scored:
    """Parts of the score per row, in millionths; ``total`` is their sum."""

    parts: dict[str, NDArray[np.int32]]
    total: NDArray[np.int32]
    loss: Column | None = None
    """Of a journey's slice: what is lost against the best, exact; the least sum over the slices is best."""
    wish: NDArray[np.int32] | None = None
    """What of the score is owed to soft words beside price, time and stops; None where there are none."""


@dataclass(frozen=True)
class Features:
    """What the parts of a score are made of, a column each. The lower the better, but for ``departure``.

    Every part only grows as its feature gets better. So the score of the best that several rows have of each
    feature is a bound on the score of every one of them: ``bundles`` rests on that.
    """

    fares: NDArray[np.int32]
    """At least 1."""
    slowness: NDArray[np.float32]
    stops: NDArray[np.uint8]
    departure: NDArray[np.float32]
    """Value of the hour of departure, from 0 to 1."""
    intensity: NDArray[np.float32]
    """NaN where not known."""
    connection: NDArray[np.float32] | None = None
    """Value of the hardest connection, from 0 to 1. None for this and those below: full value."""
    carrier: NDArray[np.float32] | None = None
    """How well the airlines fit the kind that is wished."""
    climate: NDArray[np.float32] | None = None
    """How well the destination's climate fits the weather that is wished."""


@dataclass(frozen=True)
class Yardstick:
    """The best of all matches, of which the values of each are a share."""

    fare: int
    slowness: float
    intensity: float
    """NaN where no match has one."""


def features_of(index: SnapshotIndex, rows: Rows, wishes: Wishes = NO_WISHES) -> Features:
    """Return the features of rows; those that only wishes look at where they are wished."""
    offers = index.snapshot.offers
    return Features(
        fares=np.maximum(offers.price[rows], 1),
        slowness=index.slowness[rows],
        stops=offers.stops[rows],
        departure=departure_value(offers.departure_minute[rows]),
        intensity=index.intensity[rows],
        connection=connection_values(index, rows) if index.has_connections else None,
        carrier=carrier_values(index, rows, wishes.carrier_kind) if wishes.carrier_kind else None,
        climate=climate_values(index, rows, wishes.weather) if wishes.weather else None,
    )


def departure_value(minutes: NDArray[np.int16]) -> NDArray[np.float32]:
    """Return the value of departures at these minutes of the day."""
    return _DEPARTURE_VALUE[minutes]


def yardstick_of(features: Features) -> Yardstick:
    """Return the best of each feature."""
    known = features.intensity[~np.isnan(features.intensity)]
    return Yardstick(
        fare=int(_lowest(features.fares)),
        slowness=float(_lowest(features.slowness)),
        intensity=float(known.min()) if len(known) else float("nan"),
    )


def score_rows(
    index: SnapshotIndex,
    rows: Rows,
    meaning: NDArray[np.float32] | None,
    yardstick: Yardstick | None = None,
    wishes: Wishes = NO_WISHES,
) -> Scored:
    """Return the scores of rows, compared with each other or with the ``yardstick`` of more than them."""
    features = features_of(index, rows, wishes)
    fit = meaning[index.snapshot.offers.profile[rows]] if meaning is not None else None
    return score_features(features, fit, yardstick or yardstick_of(features), wishes.raised)


def score_features(
    features: Features,
    fit: NDArray[np.float32] | None,
    yardstick: Yardstick,
    raised: frozenset[str] = frozenset(),
) -> Scored:
    """Return the scores of features; ``fit`` is how well each fits the soft words, from 0 to 1.

    ``raised`` are the features that soft words speak of.
    """
    shares = shares_of(raised, has_meaning=fit is not None)
    full = np.ones(len(features.fares), dtype=np.float32)
    values = {
        "price": np.float64(yardstick.fare) / features.fares.astype(np.float32),
        "duration": np.float32(yardstick.slowness) / features.slowness,
        "stops": _STOPS_VALUE[features.stops],
        "departure": features.departure,
        "emissions": _emissions_value(features.intensity, yardstick.intensity),
        "connection": full if features.connection is None else features.connection,
        "carrier": full if features.carrier is None else features.carrier,
        "climate": full if features.climate is None else features.climate,
        "meaning": fit,
    }
    parts = {
        name: _units(value * np.float32(shares[name] * UNITS))
        for name, value in values.items()
        if value is not None and name in shares
    }
    return Scored(parts, _sum_of(parts.values(), len(full)), wish=_wish_of(parts, raised, len(full)))


def meaning_units(fit: NDArray[np.float32], raised: frozenset[str]) -> NDArray[np.int32]:
    """Return the part that ``score_features`` gives for how well each fits the soft words."""
    return _units(fit * np.float32(shares_of(raised, has_meaning=True)["meaning"] * UNITS))


def _wish_of(
    parts: Mapping[str, NDArray[np.int32]], raised: frozenset[str], size: int
) -> NDArray[np.int32] | None:
    """Return the parts that soft words speak of beside price, time and stops; None where there are none."""
    names = [name for name in parts if name == "meaning" or name in raised & BESIDE_THE_FIGURES]
    return _sum_of((parts[name] for name in names), size) if names else None


def _sum_of(parts: Iterable[NDArray[np.int32]], size: int) -> NDArray[np.int32]:
    total = np.zeros(size, dtype=np.int32)
    for part in parts:
        total += part
    return total


def score_journeys(
    index: SnapshotIndex,
    sides: Sequence[tuple[Rows, Column]],
    meanings: Sequence[NDArray[np.float32] | None],
    wishes: Wishes = NO_WISHES,
) -> list[Scored]:
    """Return the scores of the rows of each slice of a journey; ``sides`` are rows and their totals.

    A total, a minute and a stop cost the same on every slice: the weight of the feature over what a journey
    has of it on average. A part is at most what could be lost by it, or its weight if that is more. What soft
    words speak of is the mean over the slices.
    """
    offers, slices = index.snapshot.offers, len(sides)
    columns_of = {
        "price": [totals for _, totals in sides],
        "duration": [offers.duration_minutes[rows].astype(np.int64) for rows, _ in sides],
        "stops": [offers.stops[rows].astype(np.int64) for rows, _ in sides],
    }
    shares = shares_of(wishes.raised, has_meaning=any(meaning is not None for meaning in meanings))
    losses: dict[str, list[Column]] = {}
    for name, columns in columns_of.items():
        usual = slices / LOSS_PER_STOP if name == "stops" else sum(float(c.mean()) for c in columns if len(c))
        each = max(1, round(_FINE_UNITS * shares[name] / max(usual, 1)))
        losses[name] = [each * (column - _lowest(column)) for column in columns]
    wished = [
        _wished_values(index, rows, meaning, wishes)
        for (rows, _), meaning in zip(sides, meanings, strict=True)
    ]
    for name in wished[0]:
        scale = shares[name] * _FINE_UNITS / slices
        losses[name] = [
            np.rint((1 - values[name].astype(np.float64)) * scale).astype(np.int64) for values in wished
        ]
    return _journey_scores(losses, {name: shares[name] for name in losses}, slices)


def _wished_values(
    index: SnapshotIndex, rows: Rows, meaning: NDArray[np.float32] | None, wishes: Wishes
) -> dict[str, NDArray[np.float32]]:
    """Return the values of what soft words speak of beside price, time and stops, by its name."""
    offers, raised = index.snapshot.offers, wishes.raised
    values = {}
    if meaning is not None:
        values["meaning"] = meaning[offers.profile[rows]]
    if "departure" in raised:
        values["departure"] = departure_value(offers.departure_minute[rows])
    if "connection" in raised:
        values["connection"] = connection_values(index, rows)
    if "emissions" in raised:
        intensity = index.intensity[rows]
        known = intensity[~np.isnan(intensity)]
        values["emissions"] = _emissions_value(intensity, float(known.min()) if len(known) else float("nan"))
    if wishes.carrier_kind:
        values["carrier"] = carrier_values(index, rows, wishes.carrier_kind)
    if wishes.weather:
        values["climate"] = climate_values(index, rows, wishes.weather)
    return values


def _journey_scores(losses: dict[str, list[Column]], weights: dict[str, float], slices: int) -> list[Scored]:
    """Return scores from 0 to 1 whose parts are what is left of each feature's room after its loss."""
    rooms = {
        name: max(weights[name] * _FINE_UNITS / slices, *(float(column.max(initial=0)) for column in columns))
        for name, columns in losses.items()
    }
    scale = UNITS / sum(rooms.values())
    found = []
    for number in range(slices):
        own = {name: columns[number] for name, columns in losses.items()}
        parts = {name: _units((rooms[name] - loss) * scale) for name, loss in own.items()}
        total: NDArray[np.int32] = np.sum(np.stack(list(parts.values())), axis=0, dtype=np.int32)
        lost: Column = np.sum(np.stack(list(own.values())), axis=0, dtype=np.int64)
        found.append(Scored(parts, total, lost))
    return found


def wanted_column(  # noqa: PLR0911 - one per order
    index: SnapshotIndex, rows: Rows, sort: Sort, totals: Column, loss: Column
) -> Column:
    """Return what an order compares first, the smallest first."""
    offers = index.snapshot.offers
    match sort:
        case Sort.BEST:
            return loss
        case Sort.PRICE:
            return totals
        case Sort.DURATION:
            return offers.duration_minutes[rows].astype(np.int64)
        case Sort.DEPARTURE_TIME:
            return offers.departs_utc[rows].astype(np.int64)
        case Sort.DEPARTURE_TIME_DESC:
            return -offers.departs_utc[rows].astype(np.int64)
        case Sort.ARRIVAL_TIME:
            return offers.departs_utc[rows].astype(np.int64) + offers.duration_minutes[rows]
        case Sort.EMISSIONS:
            emissions = offers.emissions_kg[rows].astype(np.int64)
            return np.where(emissions == UNKNOWN_EMISSIONS, UNKNOWN_LAST, emissions)


def first_in_order(index: SnapshotIndex, rows: Column, wanted: Column, totals: Column, count: int) -> Column:
    """Return the positions of the first ``count`` rows in the total order, first to last.

    Only rows up to the ``count``-th value of the wanted column, and those that tie with it, are sorted: n
    steps and a sort of about ``count`` rows.
    """
    near = np.arange(len(rows), dtype=np.int64)
    if 0 < count < len(rows):
        near = np.flatnonzero(wanted <= np.partition(wanted, count - 1)[count - 1])
    offers, close = index.snapshot.offers, rows[near]
    order = np.lexsort(
        (
            offers.key[close],
            offers.departs_utc[close],
            offers.duration_minutes[close],
            totals[near],
            wanted[near],
        )
    )
    return near[order[:count]]


def _lowest(values: NDArray[Any]) -> Any:  # noqa: ANN401 - a scalar of whatever dtype the column has
    return values.min() if len(values) else 1


def _emissions_value(intensity: NDArray[np.float32], lowest: float) -> NDArray[np.float32]:
    known = ~np.isnan(intensity)
    if not known.any():
        return np.full(len(intensity), UNKNOWN_EMISSIONS_VALUE, dtype=np.float32)
    return np.where(known, np.float32(lowest) / intensity, np.float32(UNKNOWN_EMISSIONS_VALUE))


def _units(values: NDArray[np.floating]) -> NDArray[np.int32]:
    return np.asarray(np.rint(values), dtype=np.int32)
