import datetime as dt

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from flight_search.ingest.timetable import DAYS_AHEAD, SOURCE_YEAR, days_since_epoch, source_days

EPOCH = dt.date(1970, 1, 1)
TODAYS = st.dates(dt.date(2024, 1, 1), dt.date(2060, 12, 31))


def sources(today: dt.date) -> list[dt.date]:
    return [EPOCH + dt.timedelta(days=int(day)) for day in source_days(today)]


def test_days_are_counted_from_1970():
    assert days_since_epoch(dt.date(1970, 1, 2)) == 1
    assert days_since_epoch(dt.date(2023, 3, 12)) == 19428


@given(TODAYS)
def test_every_day_ahead_takes_over_a_day_of_its_own_weekday(today: dt.date):
    for ahead, source in enumerate(sources(today)):
        assert source.year == SOURCE_YEAR
        assert source.weekday() == (today + dt.timedelta(days=ahead)).weekday()


@given(TODAYS)
def test_seasons_stay_where_they_are(today: dt.date):
    for ahead, source in enumerate(sources(today)):
        day = today + dt.timedelta(days=ahead)
        nearest = min(
            abs((source - day.replace(year=year, day=min(day.day, 28))).days) for year in (2022, 2023, 2024)
        )
        assert nearest <= 11


@given(TODAYS)
def test_hardly_a_day_is_used_twice(today: dt.date):
    days = source_days(today)
    assert len(days) == DAYS_AHEAD
    assert len(np.unique(days)) >= DAYS_AHEAD - 7


def test_a_known_week():
    # Thanksgiving of 2026 is 26 November, that of 2023 was the 23rd.
    assert sources(dt.date(2026, 11, 26))[0] == dt.date(2023, 11, 23)
    assert sources(dt.date(2026, 12, 25))[0] == dt.date(2023, 12, 22)
