"""The quality report against plain counting, and on data that is empty, damaged or in another currency."""

import datetime as dt
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight_search.catalog.quality.assess import assess
from flight_search.catalog.schema import UNKNOWN_EMISSIONS
from flight_search.domain.errors import SnapshotError

from .conftest import BUILT_AT, CODES, draft_of

NOW = BUILT_AT + dt.timedelta(hours=6)
COUNTRY = dict(zip(CODES, ("NL", "US", "GB"), strict=True))


def snapshot(rows=200, *, name="2026-11-24T02-00-00Z", seed=0, **changed):
    draft = replace(draft_of(rows, seed=seed), **changed)
    return draft.in_memory(name, BUILT_AT)


def with_offers(made, **columns):
    return replace(made, offers=replace(made.offers, **columns))


def distribution(report, name):
    return next(one for one in report.distributions if one.name == name)


def test_counts_are_those_of_plain_counting():
    made = snapshot()
    report = assess(made, None, NOW)
    origins = [CODES[row] for row in made.offers.origin.tolist()]
    assert {one.code: one.offers for one in report.countries} == Counter(COUNTRY[code] for code in origins)
    continents = Counter("North America" if code == "JFK" else "Europe" for code in origins)
    assert {one.name: one.offers for one in report.continents} == continents
    pairs = set(zip(made.offers.origin.tolist(), made.offers.destination.tolist(), strict=True))
    days = Counter(made.offers.departure_day.tolist())
    extents = {one.name: one.count for one in report.coverage}
    assert extents == {"airports": 3, "routes": len(pairs), "carriers": 2, "countries": 3, "days": len(days)}
    epoch = dt.date(1970, 1, 1)
    told = {one.day: one.offers for one in report.days if one.offers}
    assert told == {(epoch + dt.timedelta(days=day)).isoformat(): count for day, count in days.items()}
    assert sum(one.airports for one in report.countries) == 3
    assert sum(one.routes for one in report.continents) == len(pairs)


def test_prices_are_told_in_units_of_money_and_durations_in_hours():
    made = snapshot()
    report = assess(made, None, NOW)
    price, duration = distribution(report, "price"), distribution(report, "duration")
    assert price.quantiles.least == made.offers.price.min() / 100
    assert price.quantiles.most == made.offers.price.max() / 100
    assert duration.quantiles.most == made.offers.duration_minutes.max() / 60
    assert sum(one.offers for one in price.bins) == 200


@given(st.lists(st.integers(0, 2_000_000_000), min_size=1, max_size=40))
def test_every_price_is_in_the_bin_whose_label_it_belongs_to(prices):
    made = with_offers(snapshot(len(prices)), price=np.array(prices, dtype=np.int32))
    for one in distribution(assess(made, None, NOW), "price").bins:
        low, _, high = one.label.replace(",", "").rstrip("+").partition(" to ")
        cents = [round(float(edge) * 100) for edge in (low, high or "1e9")]
        is_in = [cents[0] <= price and (not high or price < cents[1]) for price in prices]
        assert one.offers == sum(is_in), one.label


def test_unknown_emissions_are_counted_and_in_no_bin():
    made = snapshot()
    emissions = made.offers.emissions_kg.copy()
    emissions[:50] = UNKNOWN_EMISSIONS
    told = distribution(assess(with_offers(made, emissions_kg=emissions), made, NOW), "CO2")
    assert (told.unknown, told.unknown_before) == (50, 0)
    assert sum(one.offers for one in told.bins) == 150
    none_known = np.full(200, UNKNOWN_EMISSIONS, dtype=np.uint16)
    told = distribution(assess(with_offers(made, emissions_kg=none_known), None, NOW), "CO2")
    assert (told.unknown, told.quantiles) == (200, None)


def test_against_itself_nothing_differs_or_stands_out():
    # Every day has offers, and the last is not near.
    early = dt.datetime(2024, 6, 1, tzinfo=dt.UTC)
    report = assess(snapshot(5_000), snapshot(5_000, name="2026-11-23T02-00-00Z"), early)
    assert all(one.difference == 0 for one in report.distributions)
    assert not any(one.added or one.removed for one in report.coverage)
    assert report.remarks == ()


def test_what_is_gone_and_what_moved_stands_out():
    before = snapshot(400)
    cheap = with_offers(before, price=(before.offers.price // 10).astype(np.int32))
    report = assess(cheap, before, NOW)
    assert 0.5 < distribution(report, "price").difference <= 1
    assert any(remark.startswith("Price differs") and "median" in remark for remark in report.remarks)
    fewer = with_offers(before, carrier=np.zeros(400, dtype=np.uint16))
    report = assess(fewer, before, NOW)
    carriers = next(one for one in report.coverage if one.name == "carriers")
    assert (carriers.removed, carriers.most_removed) == (1, ("KL KLM",))
    assert "1 carrier without offers now: KL KLM." in report.remarks
    assert any(
        one.startswith("Offers: 300 offers, -25%") for one in assess(snapshot(300), before, NOW).remarks
    )


def test_prices_in_another_currency_are_converted_by_the_rates_of_the_newer():
    before = snapshot(currency="EUR")
    rates = {"USD": 1.0, "EUR": 0.5}
    now = with_offers(snapshot(exchange_rates=rates), price=(before.offers.price * 2).astype(np.int32))
    report = assess(now, before, NOW)
    assert distribution(report, "price").difference == 0
    assert report.notes == ()
    yen = with_offers(snapshot(currency="JPY"), price=(before.offers.price // 100).astype(np.int32))
    told = assess(snapshot(exchange_rates={"USD": 1.0, "JPY": 1.0}), yen, NOW)
    assert distribution(told, "price").quantiles_before.most == yen.offers.price.max()


def test_prices_without_a_rate_are_not_compared_and_the_report_says_so():
    report = assess(snapshot(exchange_rates={}), snapshot(currency="EUR"), NOW)
    assert distribution(report, "price").difference is None
    assert distribution(report, "stops").difference == 0
    assert len(report.notes) == 1
    assert "Prices are not compared" in report.notes[0]


def test_refused_rows_are_told_by_reason_and_source():
    now = snapshot(dropped={"missing": 5, "cancelled": 2}, refused={"acme": {"missing": 5}})
    before = snapshot(dropped={"missing": 1, "duplicate": 4})
    told = {one.reason: (one.rows, one.before, one.sources) for one in assess(now, before, NOW).refused}
    assert told == {
        "missing": (5, 1, {"acme": 5}),
        "cancelled": (2, 0, {}),
        "duplicate": (0, 4, {}),
    }


def test_data_that_runs_out_and_days_without_departures_stand_out():
    made = snapshot()
    last = dt.date.fromisoformat(made.manifest.last_day)
    late = dt.datetime.combine(last, dt.time(12), dt.UTC) - dt.timedelta(days=3)
    report = assess(made, None, late)
    assert report.freshness.days_left == 3
    assert any("3 days from today" in remark for remark in report.remarks)
    assert any("have departed already" in remark for remark in report.remarks)
    gone = assess(made, None, late + dt.timedelta(days=9))
    assert gone.freshness.departed == 200
    assert any("nothing is left to search" in remark for remark in gone.remarks)
    empty = [one.day for one in report.days if not one.offers]
    assert any(f"{len(empty)} days without any departure" in remark for remark in report.remarks)


@pytest.mark.parametrize("rows_before", [None, 0, 50])
def test_a_snapshot_without_offers_is_told_as_one(rows_before):
    before = None if rows_before is None else snapshot(rows_before)
    report = assess(snapshot(0), before, NOW)
    assert report.remarks[0] == "The snapshot has no offers."
    assert report.countries == () or rows_before


def test_tables_that_do_not_belong_together_are_refused():
    broken = with_offers(snapshot(), origin=np.full(200, 9, dtype=np.uint16))
    for now, before in ((broken, None), (snapshot(), broken)):
        with pytest.raises(SnapshotError, match=r"damaged: offers\.origin") as caught:
            assess(now, before, NOW)
        assert "snapshots verify" in caught.value.remedy
