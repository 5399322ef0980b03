import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight_search.domain.errors import SourceError
from flight_search.ingest.fares import (
    HOUR_EFFECT,
    MONTH_EFFECT,
    MOST_Z,
    QUARTILE_Z,
    SPREAD,
    WEEKDAY_EFFECT,
    FareInputs,
    FareLevels,
    FareTable,
    estimate_cents,
)
from flight_search.reference.airports import load_airports

LEVELS = FareLevels(np.array([100.0]), np.array([200.0]), np.array([400.0]), np.array([True]))
MIDDLE_KEY = 2**63


def inputs(rows: int = 1, **changes: object) -> FareInputs:
    columns: dict[str, object] = {
        "route": np.zeros(rows, dtype=np.int64),
        "weekday": np.zeros(rows, dtype=np.int64),
        "month": np.full(rows, 6),
        "departure_minute": np.full(rows, 12 * 60, dtype=np.int16),
        "kind_effect": np.zeros(rows),
        "key": np.full(rows, MIDDLE_KEY, dtype=np.uint64),
    }
    return FareInputs(**{**columns, **changes})


def document(**changes: object) -> bytes:
    codes = list(load_airports())[:60]
    routes = {
        f"{one}-{other}": {"median": 200, "p25": 150, "p75": 300, "n": 99}
        for one in codes
        for other in codes[:3]
        if one != other
    }
    return json.dumps({"vintage": "2026-06", "routes": routes, **changes}).encode()


def test_a_plain_flight_costs_the_median():
    # A Monday noon in June, a carrier like the others of the route and no scatter: every effect is zero.
    assert estimate_cents(inputs(), LEVELS).tolist() == [20_000]


@pytest.mark.parametrize("z", [-QUARTILE_Z, QUARTILE_Z])
def test_the_curve_goes_through_the_quartiles(z: float):
    # Two flights of the route whose carriers differ: one gets +z, the other -z.
    cents = estimate_cents(inputs(2, kind_effect=np.array([z, -z]) / SPREAD), LEVELS)
    assert sorted(cents.tolist()) == [10_000, 40_000]


def test_about_a_quarter_of_flights_lies_beyond_each_quartile():
    rng = np.random.default_rng(3)
    rows = 20_000
    cents = estimate_cents(
        inputs(
            rows,
            weekday=rng.integers(0, 7, rows),
            departure_minute=rng.integers(0, 1440, rows).astype(np.int16),
            kind_effect=rng.choice([0.25, -0.45], rows),
            key=rng.integers(0, 2**64, rows, dtype=np.uint64),
        ),
        LEVELS,
    )
    assert 0.15 < np.mean(cents <= 10_000) < 0.35
    assert 0.15 < np.mean(cents >= 40_000) < 0.35
    assert np.median(cents) == pytest.approx(20_000, rel=0.1)


@given(
    st.integers(0, 6),
    st.integers(1, 12),
    st.integers(0, 1439),
    st.floats(-1, 1),
    st.integers(0, 2**64 - 1),
)
def test_no_estimate_leaves_the_range_that_quartiles_speak_of(
    weekday: int, month: int, minute: int, effect: float, key: int
):
    given_inputs = inputs(
        weekday=np.array([weekday]),
        month=np.array([month]),
        departure_minute=np.array([minute], dtype=np.int16),
        kind_effect=np.array([effect]),
        key=np.array([key], dtype=np.uint64),
    )
    (cents,) = estimate_cents(given_inputs, LEVELS).tolist()
    reach = 2 ** (MOST_Z / QUARTILE_Z)
    assert 20_000 / reach - 100 <= cents <= 20_000 * reach + 100
    assert cents % 100 == 0
    assert estimate_cents(given_inputs, LEVELS).tolist() == [cents]


def test_dear_and_cheap_times_go_the_usual_way():
    def price(**changes: object) -> int:
        return int(estimate_cents(inputs(**changes), LEVELS)[0])

    friday, tuesday = price(weekday=np.array([4])), price(weekday=np.array([1]))
    july, january = price(month=np.array([7])), price(month=np.array([1]))
    evening, dawn = (price(departure_minute=np.array([minute], dtype=np.int16)) for minute in (1080, 330))
    assert friday > tuesday
    assert july > january
    assert evening > dawn
    assert (len(WEEKDAY_EFFECT), len(MONTH_EFFECT), len(HOUR_EFFECT)) == (7, 12, 24)


def test_the_way_back_serves_where_a_pair_is_missing_and_a_line_elsewhere():
    table = FareTable.parse(document())
    airports = load_airports()
    pair = next(pair for pair in table._pairs if (pair[1], pair[0]) not in table._pairs)
    levels = table.levels([pair, (pair[1], pair[0]), ("JFK", "LHR")], airports)
    assert levels.is_observed.tolist() == [True, True, False]
    assert levels.median.tolist()[:2] == [200, 200]
    assert levels.low[2] <= levels.median[2] <= levels.high[2]


def test_the_fitted_line_finds_the_law_behind_the_fares():
    airports = load_airports()
    codes = ["JFK", "LAX", "ORD", "MIA", "SEA", "DEN", "BOS", "ATL", "SFO", "DFW", "PHX", "SLC"]
    from flight_search.reference.geo import great_circle_km

    routes = {}
    for one in codes:
        for other in codes:
            if one != other:
                a, b = airports[one], airports[other]
                dollars = 5 * float(great_circle_km(a.latitude, a.longitude, b.latitude, b.longitude)) ** 0.5
                routes[f"{one}-{other}"] = {"p25": dollars * 0.8, "median": dollars, "p75": dollars * 1.3}
    table = FareTable.parse(json.dumps({"vintage": "x", "routes": routes}).encode())
    a, b = airports["JFK"], airports["LHR"]
    expected = 5 * float(great_circle_km(a.latitude, a.longitude, b.latitude, b.longitude)) ** 0.5
    levels = table.levels([("JFK", "LHR")], airports)
    assert levels.median[0] == pytest.approx(expected, rel=1e-6)
    assert levels.high[0] == pytest.approx(1.3 * expected, rel=1e-6)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"not json",
        document(routes={}),
        document(routes={"JFK-LAX": {"median": 1}}),
        document(routes={"JFK-LAX": {"median": "x", "p25": 1, "p75": 2}}),
        document()[:-40],
    ],
)
def test_a_damaged_table_is_refused(content: bytes):
    with pytest.raises(SourceError) as caught:
        FareTable.parse(content)
    assert caught.value.remedy


def test_pairs_whose_quartiles_are_out_of_order_are_left_out():
    codes = list(load_airports())
    routes = {
        f"{codes[number]}-{codes[-number - 1]}": {"p25": 100, "median": 200, "p75": 300}
        for number in range(120)
    }
    routes["JFK-LAX"] = {"p25": 300, "median": 200, "p75": 100}
    routes["JFK-SFO"] = {"p25": 0, "median": 0, "p75": 0}
    table = FareTable.parse(document(routes=routes))
    assert table.levels([("JFK", "LAX"), ("JFK", "SFO")], load_airports()).is_observed.tolist() == [
        False,
        False,
    ]
