"""How price, duration, stops, cabins, kinds of price and CO2 are spread over the offers of two snapshots.

In: columns of one or two snapshots. Out: the same bins for both, quantiles, and how far they lie apart. A
column is sorted once; everything else is looked up in it.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from flight_search.catalog.quality.report import Bin, Distribution, Quantiles
from flight_search.catalog.schema import BASES, CABINS, UNKNOWN_EMISSIONS
from flight_search.catalog.snapshot import Snapshot
from flight_search.reference.currencies import minor_digits

_BINS: Final = 24
"""Bars that are still told apart on a phone."""
_LAST: Final = 0.99
"""The last bar begins where all but the hundredth part of both snapshots lies before: a few very dear offers
would squeeze all others into one bar."""
_ROUND: Final = (1, 2, 2.5, 5, 10)
_HOUR: Final = 60
_STOPS: Final = ("nonstop", "1 stop", "2 stops")


def distributions(now: Snapshot, before: Snapshot | None) -> tuple[list[Distribution], list[str]]:
    """Return all distributions, and a sentence for each that could not be compared."""
    notes: list[str] = []
    factor = _price_factor(now, before) if before else 1.0
    if before and factor is None:
        notes.append(
            f"Prices are not compared: {before.manifest.name} is in {before.manifest.currency}, and "
            f"{now.manifest.name} has no rate for it."
        )
    priced = before if factor is not None else None
    unit = 10.0 ** minor_digits(now.manifest.currency)
    past_prices = None
    if priced and factor is not None:
        past_prices = np.sort(priced.offers.price)
        if factor != 1.0:
            past_prices = np.rint(past_prices * factor).astype(np.int64)
    made = [
        _of_numbers("price", now.manifest.currency, np.sort(now.offers.price), past_prices, unit),
        _numbers("duration", "hours", now, before, lambda one: one.offers.duration_minutes, _HOUR),
        _of_kinds("stops", _STOPS, now, before, lambda one: one.offers.stops),
        _of_kinds("cabin", CABINS, now, before, lambda one: one.offers.cabin),
        _of_kinds("price basis", BASES, now, before, lambda one: one.offers.basis),
        _numbers("CO2", "kg", now, before, _known_emissions, 1),
    ]
    return made, notes


def _price_factor(now: Snapshot, before: Snapshot) -> float | None:
    """Return minor units of the new currency for one of the old; None where no rate is known."""
    currency, past = now.manifest.currency, before.manifest.currency
    if currency == past:
        return 1.0
    rate = now.manifest.exchange_rates.get(past)
    if not rate:
        return None
    return float(10.0 ** (minor_digits(currency) - minor_digits(past)) / rate)


def _known_emissions(snapshot: Snapshot) -> NDArray[Any]:
    column = snapshot.offers.emissions_kg
    known: NDArray[Any] = column[column != UNKNOWN_EMISSIONS]
    return known


def _numbers(  # noqa: PLR0913, PLR0917  what is told, of what, and in which unit
    name: str,
    unit: str,
    now: Snapshot,
    before: Snapshot | None,
    column: Callable[[Snapshot], NDArray[Any]],
    per_unit: float,
) -> Distribution:
    past = np.sort(column(before)) if before else None
    made = _of_numbers(name, unit, np.sort(column(now)), past, per_unit)
    unknown = len(now.offers.key) - sum(one.offers for one in made.bins)
    unknown_before = len(before.offers.key) - len(past) if before and past is not None else None
    return made.model_copy(update={"unknown": unknown, "unknown_before": unknown_before})


def _of_numbers(
    name: str, unit: str, now: NDArray[Any], before: NDArray[Any] | None, per_unit: float
) -> Distribution:
    """Return a distribution of sorted numbers, ``per_unit`` of which make one of ``unit``."""
    both = [one for one in (now, before) if one is not None and len(one)]
    # In whole numbers of the column, so that no offer falls between two bars by a rounding of floats.
    width = _whole_width(max((_at(one, _LAST) for one in both), default=1.0), per_unit)
    last = max((int(one[-1]) for one in both), default=0)
    starts = [row * width for row in range(min(_BINS, last // width + 1))]
    counts = _binned(now, starts)
    past = None if before is None else _binned(before, starts)
    labels = [f"{start / per_unit:,.10g} to {(start + width) / per_unit:,.10g}" for start in starts]
    if last >= starts[-1] + width:
        labels[-1] = f"{starts[-1] / per_unit:,.10g}+"
    return Distribution(
        name=name,
        unit=unit,
        bins=_bins(labels, counts, past),
        quantiles=_quantiles(now, per_unit),
        quantiles_before=None if before is None else _quantiles(before, per_unit),
        unknown=0,
        unknown_before=None if before is None else 0,
        difference=_difference(counts, past),
    )


def _of_kinds(
    name: str,
    kinds: Sequence[str],
    now: Snapshot,
    before: Snapshot | None,
    column: Callable[[Snapshot], NDArray[Any]],
) -> Distribution:
    counts = np.bincount(column(now), minlength=len(kinds))
    past = np.bincount(column(before), minlength=len(kinds)) if before else None
    return Distribution(
        name=name,
        unit="",
        bins=_bins([kind.replace("_", " ") for kind in kinds], counts, past),
        quantiles=None,
        quantiles_before=None,
        unknown=0,
        unknown_before=None if past is None else 0,
        difference=_difference(counts, past),
    )


def _whole_width(most: float, per_unit: float) -> int:
    """Return the width, round in its unit, with which the bars reach up to about ``most``."""
    raw = max(most, 1.0) / per_unit / (_BINS - 1)
    power = 10.0 ** np.floor(np.log10(raw))
    width = float(next(step * power for step in _ROUND if step * power >= raw * (1 - 1e-9)))
    return max(1, round(width * per_unit))


def _binned(ordered: NDArray[Any], starts: list[int]) -> NDArray[np.int64]:
    """Return how many numbers lie in each bin; the last one is open."""
    # Edges of the column's own type, else all of it would be turned into another; those beyond it come last.
    limit = int(np.iinfo(ordered.dtype).max)
    edges = np.array([min(start, limit) for start in starts], dtype=ordered.dtype)
    return np.diff(np.append(np.searchsorted(ordered, edges), len(ordered)))


def _quantiles(ordered: NDArray[Any], per_unit: float) -> Quantiles | None:
    if not len(ordered):
        return None
    least, p10, p25, median, p75, p90, most = (
        _at(ordered, share) / per_unit for share in (0, 0.1, 0.25, 0.5, 0.75, 0.9, 1)
    )
    return Quantiles(least=least, p10=p10, p25=p25, median=median, p75=p75, p90=p90, most=most)


def _at(ordered: NDArray[Any], share: float) -> float:
    return float(ordered[int(share * (len(ordered) - 1))])


def _bins(labels: Sequence[str], now: NDArray[Any], before: NDArray[Any] | None) -> tuple[Bin, ...]:
    past = [None] * len(labels) if before is None else before.tolist()
    return tuple(
        Bin(label=label, offers=count, before=was)
        for label, count, was in zip(labels, now.tolist(), past, strict=True)
    )


def _difference(now: NDArray[Any], before: NDArray[Any] | None) -> float | None:
    if before is None or not now.sum() or not before.sum():
        return None
    return float(np.abs(now / now.sum() - before / before.sum()).sum() / 2)
