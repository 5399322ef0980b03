"""The parts of the search that have a rule of their own: money, order statistics, days, plans, weights."""

# ruff: noqa: S311 - test data, no secret

import datetime as dt
import random
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from flight_search.catalog.soundness import soundness_problems
from flight_search.domain.query import FlightQuery, PriceRange, SliceQuery
from flight_search.search.dates import date_of, day_number, duration_text, local_text, minute_of
from flight_search.search.index import SnapshotIndex, count_rows, row_numbers
from flight_search.search.money import Pricing, pricing_of
from flight_search.search.plan import plan_slice
from flight_search.search.wavelet import RangeRanks
from flight_search.search.weights import (
    DEPARTURE_VALUE_BY_HOUR,
    FACT_WEIGHTS,
    MEANING_SHARE,
    STOPS_VALUE,
    UNKNOWN_EMISSIONS_VALUE,
)

# ---------------------------------------------------------------------------------------------------- money


def pricing(currency="USD", digits=2, rate=1.0, seats=1, infants=0):
    return Pricing(currency=currency, digits=digits, rate=rate, seats=seats, infants=infants)


@pytest.mark.parametrize(
    ("price", "fare", "domestic", "total"),
    [
        (pricing(), 12_345, True, "123.45"),
        (pricing(seats=4), 12_345, False, "493.80"),
        (pricing(seats=1, infants=1), 10_000, True, "100.00"),  # on a lap within one country: free
        (pricing(seats=1, infants=1), 10_000, False, "110.00"),  # abroad: 10 %
        (pricing(seats=1, infants=1), 10_005, False, "110.06"),  # 110.055 is rounded half up
        (pricing("JPY", digits=0, rate=1.5025), 10_000, True, "15025"),
        (pricing("EUR", rate=0.5, seats=1), 1, True, "0.01"),  # half a cent is rounded up
        (pricing(), 0, True, "0.00"),
    ],
)
def test_totals_follow_the_rule(price, fare, domestic, total):
    assert price.text(price.total(fare, domestic=domestic)) == total


def test_bounds_on_totals_become_the_same_bounds_on_fares():
    rng = random.Random(0)
    for _ in range(300):
        price = pricing(
            digits=rng.choice((0, 2)),
            rate=rng.choice((1.0, 0.9, 1.5025, 160.0)),
            seats=rng.randrange(1, 9),
            infants=rng.randrange(3),
        )
        low, high = sorted(rng.choices((Decimal(0), Decimal("49.99"), Decimal(100), Decimal("700.5")), k=2))
        domestic = rng.random() < 0.5
        bounds = price.bounds(PriceRange(min=low, max=high), domestic=domestic)
        scale = 10**price.digits
        near = {bounds.lowest + step for step in (-1, 0, 1)} | {bounds.highest + step for step in (-1, 0, 1)}
        for fare in near | set(rng.choices(range(100_000), k=20)):
            if fare >= 0:
                fits = low * scale <= price.total(fare, domestic=domestic) <= high * scale
                assert fits == (bounds.lowest <= fare <= bounds.highest)


def test_the_rate_counts_minor_units(make_world):
    manifest = make_world(1).snapshot.manifest
    query = FlightQuery.model_validate({"slices": [{}], "price": {"currency": "JPY"}})
    yen = pricing_of(query, manifest)
    assert yen.text(yen.total(10_000, domestic=True)) == "15025"  # $100 at 150.25


def test_amounts_in_sentences():
    assert pricing().words(123_400) == "$1,234"
    assert pricing().words(123_450) == "$1,234.50"
    assert pricing("EUR").words(99) == "€0.99"
    assert pricing("JPY", digits=0).words(15_025) == "¥15,025"


# ------------------------------------------------------------------------------------------ order statistics


@pytest.mark.parametrize("size", [1, 2, 3, 17, 300])
def test_ranges_are_answered_as_a_sorted_copy_would(size):
    rng = np.random.default_rng(size)
    values = rng.integers(0, max(size // 2, 1), size).astype(np.int64)
    ranks = RangeRanks(values)
    low = rng.integers(0, size, 200).astype(np.int64)
    high = np.minimum(low + rng.integers(1, size + 1, 200), size).astype(np.int64)
    rank = (rng.random(200) * (high - low)).astype(np.int64)
    bound = rng.integers(0, size + 3, 200).astype(np.int64)
    kth, below = ranks.kth(low, high, rank), ranks.count_below(low, high, bound)
    for number in range(200):
        part = sorted(values[low[number] : high[number]])
        assert kth[number] == part[rank[number]]
        assert ranks.kth_one(int(low[number]), int(high[number]), int(rank[number])) == part[rank[number]]
        assert below[number] == sum(value < bound[number] for value in part)


# ------------------------------------------------------------------------------------------------------ days


def test_days_and_moments():
    assert date_of(day_number(dt.date(2028, 2, 29))) == dt.date(2028, 2, 29)
    assert date_of(10**9) == dt.date.max
    assert (
        local_text(minute_of(dt.datetime(2026, 12, 5, 0, 30, tzinfo=dt.UTC)), -300)
        == "2026-12-04T19:30-05:00"
    )
    assert local_text(0, 345) == "1970-01-01T05:45+05:45"
    assert local_text(0, -210) == "1969-12-31T20:30-03:30"
    with pytest.raises(ValueError, match="time zone"):
        minute_of(dt.datetime(2026, 12, 5))  # noqa: DTZ001 - what is tested
    assert [duration_text(minutes) for minutes in (45, 60, 320)] == ["45 min", "1 h", "5 h 20 min"]


# ----------------------------------------------------------------------------------------------------- plans


@pytest.mark.parametrize("seed", range(20))
def test_a_plan_holds_every_row_of_its_routes_and_days_and_no_other(seed, make_world):
    rng = random.Random(seed)
    index = SnapshotIndex(make_world(1).snapshot)
    offers = index.snapshot.offers
    first = dt.date(2026, 12, 1) + dt.timedelta(days=rng.randrange(8))
    origins = rng.sample(sorted(index.airport_row), rng.choice((1, 2, 8)))
    weekdays = rng.choice(([], ["mon", "sat"]))
    part = SliceQuery.model_validate(
        {
            "origin": {"label": "", "airports": origins},
            "depart_date": {"from": first, "to": first + dt.timedelta(days=rng.randrange(3))},
            "weekdays": weekdays,
        }
    )
    plan = plan_slice(index, part, 0)
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    expected = [
        row
        for row in range(index.size)
        if str(index.snapshot.airports.iata[offers.origin[row]]) in origins
        and part.depart_date.from_ <= date_of(int(offers.departure_day[row])) <= part.depart_date.to
        and (not weekdays or names[date_of(int(offers.departure_day[row])).weekday()] in weekdays)
    ]
    assert row_numbers(plan.rows()).tolist() == expected
    assert plan.estimate == count_rows(plan.rows()) == len(expected)


def test_one_route_on_one_day_is_one_slice_so_that_its_columns_are_views(make_world):
    index = SnapshotIndex(make_world(1).snapshot)
    offers, airports = index.snapshot.offers, index.snapshot.airports.iata
    day = date_of(int(offers.departure_day[7]))
    part = SliceQuery.model_validate(
        {
            "origin": {"label": "", "airports": [airports[offers.origin[7]]]},
            "destination": {"label": "", "airports": [airports[offers.destination[7]]]},
            "depart_date": {"from": day, "to": day},
        }
    )
    assert isinstance(plan_slice(index, part, 0).rows(), slice)


# --------------------------------------------------------------------------------------------------- weights


def test_weights_add_up_to_one_and_values_lie_between_nothing_and_one():
    assert sum(weight.share for weight in FACT_WEIGHTS) == pytest.approx(1)
    assert 0 < MEANING_SHARE < 1
    values = (*STOPS_VALUE, *DEPARTURE_VALUE_BY_HOUR, UNKNOWN_EMISSIONS_VALUE)
    assert all(0 <= value <= 1 for value in values)
    assert len(DEPARTURE_VALUE_BY_HOUR) == 24
    assert all(weight.reason for weight in FACT_WEIGHTS)


def test_the_segments_of_an_offer_have_to_meet(make_world):
    snapshot = make_world(9, segments=60, connections=60).snapshot
    offers, segments = snapshot.offers, snapshot.segments
    after = int(offers.segment_1[np.flatnonzero(offers.stops > 0)[0]])

    def problems_with(column, value):
        changed = getattr(segments, column).copy()
        changed[after] = value
        return soundness_problems(replace(snapshot, segments=replace(segments, **{column: changed})))

    elsewhere = (segments.origin[after] + 3) % len(snapshot.airports.iata)
    assert "an offer goes on from another city than it has landed in" in problems_with("origin", elsewhere)
    early = segments.departs_utc[after] - 2000
    assert "an offer goes on before it has landed" in problems_with("departs_utc", early)
