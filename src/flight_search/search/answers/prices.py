"""Answers about prices: the cheapest day, what it costs."""

from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flight_search.catalog.schema import IS_ESTIMATE
from flight_search.domain.query import PriceRange, Trip
from flight_search.domain.wording import counted, listed
from flight_search.search.answers.asked import Answer, Asked
from flight_search.search.answers.season import Level, verdict_of
from flight_search.search.dates import date_of

Column = NDArray[np.int64]

NAMED_DAYS = 3

_TOTAL_BITS = 40
"""Totals below a million millions of minor units: all but those of hundreds of people in rupiahs."""

_TRIPS = {Trip.ONE_WAY: "A flight", Trip.ROUND_TRIP: "A round trip", Trip.MULTI_CITY: "A journey"}


def answer_calendar(asked: Asked) -> Answer:
    """Say which day is the cheapest; data has every day with its lowest and median total."""
    pricing = asked.pricing
    data: dict[str, object] = {"currency": pricing.currency, "days": [], "cheapest": None}
    priced = asked.priced()
    if priced is None:
        return asked.too_many(data)
    rows, totals = priced
    if len(rows) == 0:
        return asked.nothing(data)
    days, lowest, median, counts = by_group(asked.days(rows), totals)
    data["days"] = [
        {
            "date": date_of(int(day)).isoformat(),
            "min": pricing.text(int(low)),
            "median": pricing.text(int(middle)),
            "count": int(count),
        }
        for day, low, middle, count in zip(days, lowest, median, counts, strict=True)
    ]
    best, worst = int(np.argmin(lowest)), int(np.argmax(lowest))
    day, price = int(days[best]), int(lowest[best])
    data["cheapest"] = {"date": date_of(day).isoformat(), "price": pricing.text(price)}
    leaves = "to leave" if len(asked.query.slices) > 1 else "to fly"
    text = (
        f"The cheapest day {leaves} {asked.way()}{asked.when()} is {asked.day(day)}, "
        f"from {asked.money(price)}{_as_cheap(asked, days[lowest == price].tolist()[1:])}."
    )
    if len(days) > 1 and int(lowest[worst]) > price:
        text += (
            f" On half of the {counted(len(days), 'day')} with flights it is "
            f"{asked.money(_middle(lowest))} or less; {asked.day(int(days[worst]))} is the dearest, "
            f"from {asked.money(int(lowest[worst]))}."
        )
    return Answer(text, data, asked.cheapest_on(day))


def _as_cheap(asked: Asked, days: list[int]) -> str:
    """Say which other days cost the same: their names, or how many they are."""
    if not days:
        return ""
    if len(days) > NAMED_DAYS:
        return f"; {counted(len(days), 'other day')} cost the same"
    same = "costs" if len(days) == 1 else "cost"
    return f"; {listed([asked.day(day) for day in days])} {same} the same"


def answer_fare(asked: Asked) -> Answer:
    """Say what it costs; data has the quartiles of all totals that match, and how they are for the season."""
    pricing = asked.pricing
    names = ("min", "p25", "median", "p75", "max")
    data: dict[str, object] = {"currency": pricing.currency, "count": 0, **dict.fromkeys(names)}
    data |= dict.fromkeys(("verdict", "season"))
    limit = asked.query.price.max
    if limit is not None:
        # "Is $200 a good price?" is asked of all prices, not of those up to 200.
        asked = asked.at_any_price()
    priced = asked.priced()
    if priced is None:
        return asked.too_many(data)
    rows, totals = priced
    if len(rows) == 0:
        return asked.nothing(data)
    ordered = np.sort(totals)
    # A quartile is a total that there is: the lower one where two share the place.
    values = [int(ordered[(len(ordered) - 1) * quarter // 4]) for quarter in range(5)]
    data |= {"count": len(totals), **dict(zip(names, map(pricing.text, values), strict=True))}
    lowest, low, median, high, highest = map(asked.money, values)
    trip = _TRIPS[asked.query.trip]
    text = f"{trip} {asked.way()}{asked.when()} costs {lowest}"
    if values[0] < values[-1]:
        text = (
            f"{trip} {asked.way()}{asked.when()} costs {median} at the median of "
            f"{counted(len(totals), 'offer')}; half cost {low} to {high}, all {lowest} to {highest}"
        )
    text += f".{_for_so_much(asked, limit, ordered)}{_season(asked, data)}"
    is_estimate = np.array(IS_ESTIMATE)[asked.index.snapshot.offers.basis[rows]]
    if is_estimate.any():
        text += " Prices are estimates." if is_estimate.all() else " Some prices are estimates."
    return Answer(text, data, asked.cheapest())


def _for_so_much(asked: Asked, limit: Decimal | None, ordered: Column) -> str:
    """Say how a price that was named compares."""
    if limit is None:
        return ""
    most = asked.pricing.limits(PriceRange(max=limit))[1] or 0
    within = int(np.searchsorted(ordered, most, side="right"))
    amount = asked.words.money(limit, asked.pricing.currency)
    if within == 0:
        return f" None costs {amount} or less."
    return f" {within:,} of {len(ordered):,} cost {amount} or less, {round(100 * within / len(ordered))} %."


def _season(asked: Asked, data: dict[str, object]) -> str:
    """Say how the fares of the days asked for compare with those around, and put it into the data."""
    verdict = verdict_of(asked)
    if verdict is None:
        return ""
    money, text = asked.money, asked.pricing.text
    data["verdict"] = verdict.level.value
    data["season"] = {
        "from": verdict.first_day.isoformat(),
        "to": verdict.last_day.isoformat(),
        "lowest_of_a_day": text(verdict.asked),
        "p25": text(verdict.p25),
        "median": text(verdict.median),
        "p75": text(verdict.p75),
    }
    says = {
        Level.LOW: "That is low for the season",
        Level.TYPICAL: "That is typical for the season",
        Level.HIGH: "That is high for the season",
    }
    usual = f"{money(verdict.p25)} to {money(verdict.p75)}"
    if verdict.p25 == verdict.p75:
        usual = money(verdict.p25)
    return (
        f" {says[verdict.level]}: the lowest price of a day is {money(verdict.asked)} then, and usually "
        f"{usual} between {asked.words.day(verdict.first_day)} and {asked.words.day(verdict.last_day)}."
    )


def by_group(groups: NDArray[Any], totals: Column) -> tuple[NDArray[Any], Column, Column, Column]:
    """Return the distinct groups, and the lowest total, the (lower) median total and the count of each.

    One sort of whole numbers that hold the group above the total: a fifth of the time of sorting by both.
    """
    if len(totals) == 0 or int(totals.max()) >= 1 << _TOTAL_BITS:
        return _by_both(groups, totals)
    first = int(groups.min())
    keys = ((groups.astype(np.int64) - first) << _TOTAL_BITS) | totals
    keys.sort()
    ordered = keys >> _TOTAL_BITS
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    counts = np.diff(np.append(starts, len(keys)))
    lowest, median = (keys[at] & ((1 << _TOTAL_BITS) - 1) for at in (starts, starts + (counts - 1) // 2))
    return (ordered[starts] + first).astype(groups.dtype), lowest, median, counts


def _by_both(groups: NDArray[Any], totals: Column) -> tuple[NDArray[Any], Column, Column, Column]:
    """Return the same for totals too large to be held beside a group."""
    order = np.lexsort((totals, groups))
    ordered_groups, ordered = groups[order], totals[order]
    names, starts, counts = np.unique(ordered_groups, return_index=True, return_counts=True)
    return names, ordered[starts], ordered[starts + (counts - 1) // 2], counts


def _middle(values: Column) -> int:
    return int(np.sort(values)[(len(values) - 1) // 2])
