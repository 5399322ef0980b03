"""The query as the contract writes it: ``{"slices": [{}]}`` is complete; strict; equal after JSON."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from flight_search.domain.query import (
    Amount,
    Bags,
    Carriers,
    DateRange,
    FlightNumber,
    FlightQuery,
    IntRange,
    Passengers,
    Place,
    PriceRange,
    SliceQuery,
    TimeWindow,
    Trip,
    Weekday,
)

EMPTY_SLICE = {
    "origin": None,
    "destination": None,
    "depart_date": None,
    "weekdays": [],
    "depart_time": None,
    "arrive_time": None,
}
DEFAULTS = {
    "trip": "one_way",
    "slices": [EMPTY_SLICE],
    "nights": None,
    "passengers": {"adults": 1, "children": 0, "infants": 0},
    "cabin": None,
    "stops": {"min": None, "max": None},
    "carriers": {"include": [], "exclude": []},
    "price": {"min": None, "max": None, "currency": "USD"},
    "duration": {"max_minutes": None},
    "layover": {"min_minutes": None, "max_minutes": None},
    "connections": {"via": [], "avoid": []},
    "bags": {"carry_on": None, "checked": None},
    "refundable": None,
    "sort": "best",
    "preferences": "",
    "flight": None,
    "kind": None,
}
CONTRACT_EXAMPLE = DEFAULTS | {
    "slices": [
        {
            "origin": {"label": "New York", "airports": ["JFK", "LGA", "EWR"]},
            "destination": {"label": "London", "airports": ["LHR", "LGW"]},
            "depart_date": {"from": "2026-12-01", "to": "2026-12-31"},
            "weekdays": ["sat"],
            "depart_time": {"from": "17:00", "to": "20:59"},
            "arrive_time": {"from": None, "to": "09:00"},
        }
    ],
    "stops": {"min": 0, "max": 0},
    "price": {"min": None, "max": "600", "currency": "USD"},
    "flight": {"carrier": "AA", "number": "100"},
}


def slices(count):
    return [{}] * count


def read(**changes):
    return FlightQuery.model_validate({"slices": [{}]} | changes)


def test_one_empty_slice_is_a_complete_query():
    assert json.loads(FlightQuery.model_validate({"slices": [{}]}).model_dump_json()) == DEFAULTS


def test_the_example_of_the_contract_comes_back_as_it_is_written():
    query = FlightQuery.model_validate(CONTRACT_EXAMPLE)
    assert json.loads(query.model_dump_json()) == CONTRACT_EXAMPLE
    assert FlightQuery.model_validate_json(query.model_dump_json()) == query


@pytest.mark.parametrize(
    "path",
    [
        "",
        "slices.0",
        "slices.0.origin",
        "slices.0.depart_date",
        "passengers",
        "stops",
        "price",
        "bags",
        "flight",
    ],
)
def test_an_unknown_field_is_refused_wherever_it_stands(path):
    document = json.loads(json.dumps(CONTRACT_EXAMPLE))
    part = document
    for key in filter(None, path.split(".")):
        part = part[int(key) if key.isdigit() else key]
    part["surprise"] = 1
    with pytest.raises(ValidationError) as told:
        FlightQuery.model_validate(document)
    assert told.value.errors()[0]["type"] == "extra_forbidden"
    assert told.value.errors()[0]["loc"][-1] == "surprise"


@pytest.mark.parametrize(
    "changes",
    [
        {"trip": "return"},
        {"cabin": "Economy class"},
        {"sort": "cheapest"},
        {"slices": []},
        {"slices": {}},
        {"slices": slices(7)},
        {"slices": [None]},
        {"slices": [{"weekdays": ["saturday"]}]},
        {"slices": [{"origin": "JFK"}]},
        {"slices": [{"origin": {"label": "x" * 201}}]},
        {"slices": [{"origin": {"label": "New York", "airports": ["KJFK"]}}]},
        {"slices": [{"depart_date": {"from": "2026-02-30"}}]},
        {"slices": [{"depart_date": {"from": "2026-12-02", "to": "2026-12-01"}}]},
        {"slices": [{"depart_time": {"from": "24:00"}}]},
        {"slices": [{"depart_time": {"from": "7:00"}}]},
        {"slices": [{"depart_time": {"from": "1\N{ARABIC-INDIC DIGIT TWO}:00"}}]},
        {"slices": [{"depart_time": {"from": "07:60"}}]},
        {"nights": {"min": 7, "max": 3}},
        {"stops": {"min": -1}},
        {"stops": {"min": 2, "max": 1}},
        {"passengers": {"adults": 0}},
        {"passengers": {"adults": 1, "infants": 2}},
        {"passengers": {"adults": -1}},
        {"passengers": {"adults": 501}},
        {"price": {"max": "-1"}},
        {"price": {"max": "NaN"}},
        {"price": {"max": "Infinity"}},
        {"price": {"max": "1.234"}},
        {"price": {"max": "10000000000000"}},
        {"price": {"min": "2", "max": "1"}},
        {"price": {"currency": "dollars"}},
        {"duration": {"max_minutes": 0}},
        {"layover": {"min_minutes": -5}},
        {"carriers": {"include": ["Delta"]}},
        {"connections": {"via": ["Atlanta"]}},
        {"bags": {"checked": 11}},
        {"refundable": "perhaps"},
        {"preferences": "x" * 1001},
        {"flight": {"carrier": "DL"}},
        {"flight": {"carrier": "DL", "number": "12345"}},
        {"flight": {"carrier": "DL", "number": "DL100"}},
    ],
)
def test_what_cannot_be_is_refused(changes):
    with pytest.raises(ValidationError):
        read(**changes)


@pytest.mark.parametrize(
    ("trip", "count", "fits"),
    [
        (Trip.ONE_WAY, 1, True),
        (Trip.ONE_WAY, 2, False),
        (Trip.ROUND_TRIP, 1, False),
        (Trip.ROUND_TRIP, 2, True),
        (Trip.ROUND_TRIP, 3, False),
        (Trip.MULTI_CITY, 1, False),
        (Trip.MULTI_CITY, 2, True),
        (Trip.MULTI_CITY, 6, True),
    ],
)
def test_the_number_of_slices_fits_the_trip(trip, count, fits):
    if fits:
        assert len(read(trip=trip, slices=slices(count)).slices) == count
    else:
        with pytest.raises(ValidationError, match="slices, not"):
            read(trip=trip, slices=slices(count))


def test_codes_are_made_upper_case():
    assert Place(label="x", airports=("jfk",)).airports == ("JFK",)
    assert Carriers(include=("dl",), exclude=("9e",)) == Carriers(include=("DL",), exclude=("9E",))
    assert FlightNumber(carrier="aa", number="100").carrier == "AA"
    assert PriceRange(currency="eur").currency == "EUR"


def test_windows_may_run_over_midnight_but_dates_may_not_run_backwards():
    assert TimeWindow(from_="21:00", to="02:59").to == "02:59"
    day = dt.date(2026, 12, 4)
    assert DateRange(from_=day, to=day).from_ == day
    with pytest.raises(ValidationError, match=r"ends .* before it begins"):
        DateRange(from_=day, to=dt.date(2026, 12, 3))


def test_ranges_are_written_with_from_and_to_and_read_by_either_name():
    written = DateRange(from_=dt.date(2026, 12, 4)).model_dump(mode="json")
    assert written == {"from": "2026-12-04", "to": None}
    assert DateRange.model_validate({"from_": "2026-12-04"}) == DateRange.model_validate(written)


def test_parts_are_frozen_and_compared_by_value():
    query = read()
    with pytest.raises(ValidationError, match="frozen"):
        query.sort = "price"
    assert query == read()
    assert hash(Passengers()) == hash(Passengers(adults=1))


def test_days_of_the_week_stand_in_the_order_of_the_calendar():
    assert list(Weekday)[dt.date(2026, 11, 23).weekday()] is Weekday.MON
    assert list(Weekday)[dt.date(2026, 11, 29).weekday()] is Weekday.SUN


@pytest.mark.parametrize(
    ("given_as", "written"),
    [("600", "600"), ("600.00", "600"), ("600.50", "600.5"), (600, "600"), ("-0", "0"), ("1E+3", "1000")],
)
def test_amounts_are_plain_decimal_strings(given_as, written):
    assert PriceRange(max=given_as).model_dump(mode="json")["max"] == written


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_no_amount_loses_a_cent_on_the_wire(amount: Amount):
    wire = PriceRange(max=amount).model_dump_json()
    assert PriceRange.model_validate_json(wire).max == amount
    assert "E" not in wire.replace("USD", "")


QUERIES = st.builds(
    FlightQuery,
    slices=st.tuples(
        st.builds(
            SliceQuery,
            origin=st.none()
            | st.builds(Place, label=st.text(max_size=20), airports=st.just(("JFK",)) | st.just(())),
            depart_date=st.none() | st.builds(DateRange, from_=st.none() | st.dates()),
            weekdays=st.lists(st.sampled_from(Weekday), max_size=3).map(tuple),
            depart_time=st.none() | st.builds(TimeWindow, from_=st.times().map("{:%H:%M}".format)),
        )
    ),
    stops=st.builds(IntRange, max=st.none() | st.integers(0, 3)),
    price=st.builds(PriceRange, max=st.none() | st.decimals(0, 10_000, places=2).map(Decimal)),
    bags=st.builds(Bags, checked=st.none() | st.integers(0, 10)),
    preferences=st.text(st.characters(exclude_categories=["Cs"]), max_size=50),
)


@given(QUERIES)
def test_every_query_is_equal_after_a_round_trip(query):
    assert FlightQuery.model_validate_json(query.model_dump_json()) == query
    assert FlightQuery.model_validate(query.model_dump()) == query


def test_a_range_of_layovers_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValidationError, match="the shortest layover"):
        FlightQuery.model_validate({"slices": [{}], "layover": {"min_minutes": 180, "max_minutes": 60}})
    FlightQuery.model_validate({"slices": [{}], "layover": {"min_minutes": 60, "max_minutes": 60}})
