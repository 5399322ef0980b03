"""Date words, seen from Monday, 23 November 2026."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight_search.understand.local.tokens import read_sentence
from flight_search.understand.resolve.dates import find_dates, resolve_dates
from flight_search.understand.resolve.holidays import easter_sunday, nth_weekday

_TODAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("friday", "2026-11-27", "2026-11-27"),
        ("this friday", "2026-11-27", "2026-11-27"),
        ("monday", "2026-11-30", "2026-11-30"),
        ("next friday", "2026-12-04", "2026-12-04"),
        ("the 5th", "2026-12-05", "2026-12-05"),
        ("the 23rd", "2026-11-23", "2026-11-23"),
        ("in march", "2027-03-01", "2027-03-31"),
        ("in november", "2026-11-23", "2026-11-30"),
        ("next week", "2026-11-30", "2026-12-06"),
        ("this weekend", "2026-11-28", "2026-11-29"),
        ("the weekend of Dec 12", "2026-12-12", "2026-12-13"),
        ("MLK weekend", "2027-01-16", "2027-01-17"),
        ("early march", "2027-03-01", "2027-03-10"),
        ("mid-march", "2027-03-11", "2027-03-20"),
        ("end of march", "2027-03-21", "2027-03-31"),
        ("first week of december", "2026-12-01", "2026-12-07"),
        ("second week of january", "2027-01-08", "2027-01-14"),
        ("in 3 weeks", "2026-12-14", "2026-12-14"),
        ("thanksgiving", "2026-11-26", "2026-11-26"),
        ("christmas", "2026-12-25", "2026-12-25"),
        ("new year's eve", "2026-12-31", "2026-12-31"),
        ("easter", "2027-03-28", "2027-03-28"),
        ("around christmas", "2026-12-22", "2026-12-28"),
        ("before december 10", "2026-11-23", "2026-12-09"),
        ("december 5 ±2 days", "2026-12-03", "2026-12-07"),
        ("31st december", "2026-12-31", "2026-12-31"),
        ("the twenty ninth of july", "2027-07-29", "2027-07-29"),
        ("august the first", "2027-08-01", "2027-08-01"),
        ("2026-12-05", "2026-12-05", "2026-12-05"),
        ("25/12", "2026-12-25", "2026-12-25"),
        ("between dec 3 and dec 9", "2026-12-03", "2026-12-09"),
        ("the second friday of march", "2027-03-12", "2027-03-12"),
        ("wednesday of next week", "2026-12-02", "2026-12-02"),
        ("next tuesday or wednesday", "2026-12-01", "2026-12-02"),
        ("the weekend after next", "2026-12-12", "2026-12-13"),
        ("the month after next", "2027-01-01", "2027-01-31"),
        ("next november", "2027-11-01", "2027-11-30"),
        ("december 10 +/- 3", "2026-12-07", "2026-12-13"),
        ("the last day of the year", "2026-12-31", "2026-12-31"),
        ("the last day of december", "2026-12-31", "2026-12-31"),
        ("the first day of next month", "2026-12-01", "2026-12-01"),
        ("within a week", "2026-11-23", "2026-11-30"),
        ("next year in march", "2027-03-01", "2027-03-31"),
        ("two days before christmas", "2026-12-23", "2026-12-23"),
        ("three days after new year's day", "2027-01-04", "2027-01-04"),
        ("a week after easter", "2027-04-04", "2027-04-04"),
        ("the weekend before christmas", "2026-12-19", "2026-12-20"),
        ("the weekend after new year's day", "2027-01-02", "2027-01-03"),
        ("lunar new year", "2027-02-06", "2027-02-06"),
        ("diwali", "2027-10-29", "2027-10-29"),
        ("plus or minus 1 day around dec 10", "2026-12-09", "2026-12-11"),
    ],
)
def test_words_mean_dates(words, first, last):
    sentence = read_sentence(words)
    (phrase, *_) = find_dates(sentence.text, day_first=False)
    dates = phrase.resolve(_TODAY)
    assert (str(dates.from_), str(dates.to)) == (first, last)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("14 to 21 february", "2027-02-14", "2027-02-21"),
        ("5-19 April", "2027-04-05", "2027-04-19"),
        ("June 5 - 8", "2027-06-05", "2027-06-08"),
        ("the 3rd through the 7th", "2026-12-03", "2026-12-07"),
        ("12/5 to 12/9", "2026-12-05", "2026-12-09"),
    ],
)
def test_pairs_are_out_on_the_first_and_back_on_the_last(words, first, last):
    sentence = read_sentence(words)
    (phrase,) = find_dates(sentence.text, day_first=False)
    assert str(phrase.resolve(_TODAY).from_) == first
    assert str(phrase.last.resolve(_TODAY).from_) == last


def test_slashed_dates_follow_the_order_of_the_locale_unless_impossible():
    assert str(resolve_dates("3/4", _TODAY, day_first=False).from_) == "2027-03-04"
    assert str(resolve_dates("3/4", _TODAY, day_first=True).from_) == "2027-04-03"
    assert str(resolve_dates("13/4", _TODAY, day_first=False).from_) == "2027-04-13"


@pytest.mark.parametrize("words", ["2026-02-30", "31 june", "february 30", "99/99"])
def test_days_that_do_not_exist_are_no_dates(words):
    sentence = read_sentence(words)
    assert all(
        phrase.resolve(_TODAY) is None or not phrase.is_day
        for phrase in find_dates(sentence.text, day_first=False)
    )


def test_days_beyond_the_calendar_are_none():
    sentence = read_sentence("after 9999-12-31")
    (phrase,) = find_dates(sentence.text, day_first=False)
    assert phrase.resolve(_TODAY) is None


@given(today=st.dates(dt.date(1990, 1, 1), dt.date(2200, 1, 1)), day=st.integers(0, 6))
def test_a_weekday_is_the_next_one_and_next_is_that_of_the_next_week(today, day):
    name = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"][day]
    plain = resolve_dates(name, today, day_first=False).from_
    following = resolve_dates(f"next {name}", today, day_first=False).from_
    assert plain.weekday() == following.weekday() == day
    assert 1 <= (plain - today).days <= 7
    assert following.isocalendar()[:2] == (today + dt.timedelta(days=7)).isocalendar()[:2]


@given(year=st.integers(1900, 2200))
def test_easter_is_a_sunday_between_march_22_and_april_25(year):
    easter = easter_sunday(year)
    assert easter.weekday() == 6
    assert dt.date(year, 3, 22) <= easter <= dt.date(year, 4, 25)


def test_nth_weekday_counts_from_either_end():
    assert nth_weekday(2026, 11, 3, 4) == dt.date(2026, 11, 26)
    assert nth_weekday(2026, 5, 0, -1) == dt.date(2026, 5, 25)
    assert nth_weekday(2026, 2, 0, 5) is None
