"""How values of options are written, and what is said of those that are not."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight_search.cli import values
from flight_search.domain.errors import InvalidRequestError
from flight_search.domain.query import DateRange, FlightNumber, IntRange, TimeWindow, Weekday

DAY = dt.date(2026, 12, 4)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-12-04", DAY, DAY),
        (" 2026-12-04 .. 2026-12-10 ", DAY, dt.date(2026, 12, 10)),
        ("2026-12-04..", DAY, None),
        ("..2026-12-04", None, DAY),
    ],
)
def test_days(text, first, last):
    assert values.days("--depart", text) == DateRange(from_=first, to=last)


@pytest.mark.parametrize(
    "text", ["", "..", "tomorrow", "2026-13-01", "2026-02-30", "2026-12-10..2026-12-04", "04/12"]
)
def test_days_that_cannot_be(text):
    with pytest.raises(InvalidRequestError) as caught:
        values.days("--depart", text)
    assert "--depart" in caught.value.detail
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("17:00-21:30", "17:00", "21:30"),
        ("8-12", "08:00", "12:00"),
        ("22:00..06:00", "22:00", "06:00"),
        ("17:00-", "17:00", None),
        ("-9", None, "09:00"),
    ],
)
def test_windows(text, first, last):
    assert values.window("--depart-time", text) == TimeWindow(from_=first, to=last)


@pytest.mark.parametrize("text", ["", "-", "17:00", "24:00-25:00", "5pm-6pm", "17:60-18:00", "8-9-10"])
def test_windows_that_cannot_be(text):
    with pytest.raises(InvalidRequestError, match="--depart-time"):
        values.window("--depart-time", text)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("500", 500),
        ("90m", 90),
        ("8h", 480),
        ("8h30", 510),
        ("8h30m", 510),
        ("8:30", 510),
        ("8 h 5 min", 485),
    ],
)
def test_lengths(text, minutes):
    assert values.minutes("--max-duration", text) == minutes


@pytest.mark.parametrize("text", ["", "h", "8h75", "-3", "eight", "1e3"])
def test_lengths_that_cannot_be(text):
    with pytest.raises(InvalidRequestError, match="--max-duration"):
        values.minutes("--max-duration", text)


@given(st.integers(0, 9_999), st.integers(0, 59))
def test_every_length_is_read_back(hours, minutes):
    assert values.minutes("--max-duration", f"{hours}h{minutes:02d}") == hours * 60 + minutes


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("60-180", (60, 180)),
        ("1h-3h", (60, 180)),
        ("1h-", (60, None)),
        ("-3h", (None, 180)),
        ("1h30..2h", (90, 120)),
    ],
)
def test_ranges_of_lengths(text, bounds):
    assert values.minutes_range("--layover", text) == bounds


@pytest.mark.parametrize("text", ["", "-", "60", "3h-1h", "a-b"])
def test_ranges_of_lengths_that_cannot_be(text):
    with pytest.raises(InvalidRequestError, match="--layover"):
        values.minutes_range("--layover", text)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("3", 3, 3), ("3-7", 3, 7), ("3..7", 3, 7), ("3-", 3, None), ("3+", 3, None), ("-7", None, 7)],
)
def test_numbers(text, low, high):
    assert values.numbers("--nights", text) == IntRange(min=low, max=high)


@pytest.mark.parametrize("text", ["", "-", "7-3", "few", "1-2-3", "1.5"])
def test_numbers_that_cannot_be(text):
    with pytest.raises(InvalidRequestError, match="--nights"):
        values.numbers("--nights", text)


def test_amounts():
    assert values.amount("--max-price", " 299.99 ") == Decimal("299.99")


@pytest.mark.parametrize("text", ["-1", "NaN", "Infinity", "$300", "cheap", ""])
def test_amounts_that_cannot_be(text):
    with pytest.raises(InvalidRequestError, match="--max-price"):
        values.amount("--max-price", text)


@pytest.mark.parametrize("text", ["DL100", "dl 100", "DL-100"])
def test_flights(text):
    assert values.flight(text) == FlightNumber(carrier="DL", number="100")


@pytest.mark.parametrize("text", ["100", "DL", "DL12345", "delta 1"])
def test_flights_that_cannot_be(text):
    with pytest.raises(InvalidRequestError, match="--flight"):
        values.flight(text)


def test_weekdays_are_listed_once():
    assert values.weekdays("--weekday", ["fri,Saturday", "sat"]) == (Weekday.FRI, Weekday.SAT)
    with pytest.raises(InvalidRequestError, match="someday"):
        values.weekdays("--weekday", ["someday"])


def test_codes_are_listed_once_in_capitals():
    assert values.carriers("--carrier", ["dl,b6", "DL"]) == ("DL", "B6")
    assert values.airports("--via", ["ord, atl"]) == ("ORD", "ATL")
    with pytest.raises(InvalidRequestError, match="Delta"):
        values.carriers("--carrier", ["Delta"])
    with pytest.raises(InvalidRequestError, match="Chicago"):
        values.airports("--via", ["Chicago"])


def test_a_moment_without_offset_is_one_of_this_machine():
    assert values.when("2026-12-01T09:00-05:00").utcoffset() == dt.timedelta(hours=-5)
    assert values.when("2026-12-01T09:00").tzinfo is not None
    with pytest.raises(InvalidRequestError, match="--now"):
        values.when("noon")
