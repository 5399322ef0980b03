import datetime as dt

import numpy as np
import pytest

from flight_search.ingest.flights import Timetable
from flight_search.ingest.schedule import (
    DUPLICATE,
    IMPOSSIBLE_DURATION,
    NO_DAY_AHEAD,
    SKIPPED_HOUR,
    Departures,
    plan_departures,
)
from flight_search.ingest.timetable import days_since_epoch
from flight_search.reference.airports import load_airports

TODAY = dt.date(2026, 11, 24)
Row = tuple[dt.date, str, str, str, str]


def plan(*rows: Row, today: dt.date = TODAY) -> tuple[Departures, dict[str, int]]:
    """Rows: day of 2023, origin, destination, planned departure and arrival as HH:MM."""
    timetable = Timetable(
        day=np.array([days_since_epoch(row[0]) for row in rows], dtype=np.int32),
        departure_minute=np.array([minutes(row[3]) for row in rows], dtype=np.int16),
        arrival_minute=np.array([minutes(row[4]) for row in rows], dtype=np.int16),
        carrier=np.array(["DL"] * len(rows)),
        number=np.array([100] * len(rows), dtype=np.uint16),
        origin=np.array([row[1] for row in rows]),
        destination=np.array([row[2] for row in rows]),
        model=np.array([None] * len(rows), dtype=object),
    )
    return plan_departures(timetable, load_airports(), today)


def minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def local_arrival(departures: Departures, row: int = 0) -> str:
    landed = departures.arrives_utc[row] + departures.destination_offset[row]
    return str(np.datetime64(int(landed), "m"))


@pytest.mark.parametrize(
    ("origin", "destination", "leaves", "lands", "day", "expected"),
    [
        ("JFK", "HNL", "09:00", "14:45", dt.date(2023, 1, 17), 645),
        ("JFK", "LAX", "18:00", "21:30", dt.date(2023, 1, 17), 390),
        ("LGA", "ORD", "07:00", "08:45", dt.date(2023, 7, 18), 165),
        ("JFK", "SJU", "23:59", "04:50", dt.date(2023, 1, 17), 231),  # an hour ahead in winter
        ("JFK", "SJU", "23:59", "03:50", dt.date(2023, 7, 18), 231),  # the same clock in summer
        ("JFK", "PHX", "18:00", "21:20", dt.date(2023, 1, 17), 320),  # Arizona has no summer time
        ("JFK", "PHX", "18:00", "20:20", dt.date(2023, 7, 18), 320),
        ("EWR", "ANC", "16:00", "19:30", dt.date(2023, 7, 18), 450),
        ("LGA", "BOS", "22:59", "00:15", dt.date(2023, 7, 18), 76),
    ],
)
def test_durations_of_known_flights(  # noqa: PLR0913, PLR0917  one column each
    origin: str, destination: str, leaves: str, lands: str, day: dt.date, expected: int
):
    departures, dropped = plan((day, origin, destination, leaves, lands))
    assert departures.duration_minutes.tolist() == [expected]
    assert not dropped


def test_an_overnight_flight_lands_on_the_next_day():
    departures, _ = plan((dt.date(2023, 1, 17), "JFK", "SJU", "23:59", "04:50"))
    left = np.datetime64(int(departures.flights.day[0]), "D")
    assert str(left) == "2027-01-19"
    assert local_arrival(departures) == "2027-01-20T04:50"


def test_the_local_departure_is_kept_and_the_offset_is_that_of_the_day_ahead():
    departures, _ = plan((dt.date(2023, 7, 18), "JFK", "LAX", "18:00", "21:30"))
    assert departures.origin_offset.tolist() == [-240]
    assert departures.destination_offset.tolist() == [-420]
    local = int(departures.departs_utc[0] + departures.origin_offset[0])
    assert str(np.datetime64(local, "m")) == "2027-07-20T18:00"


def test_a_flight_over_the_night_when_clocks_go_forward_keeps_its_duration():
    # Of 2023 the night of 11 March, ahead that of 13 March 2027.
    usual, _ = plan((dt.date(2023, 3, 4), "JFK", "SJU", "23:59", "04:50"))
    changed, _ = plan((dt.date(2023, 3, 11), "JFK", "SJU", "23:59", "04:50"))
    assert usual.duration_minutes.tolist() == changed.duration_minutes.tolist() == [231]
    assert local_arrival(changed) == "2027-03-14T04:50"


def test_an_hour_that_is_skipped_ahead_drops_the_flight():
    # In 2037 the clocks go forward on 8 March, which takes over 5 March 2023, when there was a 02:30.
    row = (dt.date(2023, 3, 5), "JFK", "LAX", "02:30", "05:45")
    departures, dropped = plan(row, today=dt.date(2037, 1, 1))
    assert len(departures) == 0
    assert dropped == {SKIPPED_HOUR: 1}
    assert plan(row, today=dt.date(2038, 1, 1))[1] == {}


@pytest.mark.parametrize(("leaves", "lands"), [("22:40", "22:35"), ("16:59", "11:21"), ("08:00", "18:00")])
def test_impossible_durations_are_dropped_and_counted(leaves: str, lands: str):
    departures, dropped = plan((dt.date(2023, 3, 23), "JFK", "PWM", leaves, lands))
    assert len(departures) == 0
    assert dropped == {IMPOSSIBLE_DURATION: 1}


def test_a_clock_that_is_an_hour_wrong_shows_beside_the_other_flights_of_the_route():
    days = [dt.date(2023, 3, day) for day in range(1, 13) if day != 11]
    good = [(day, "EWR", "MIA", "19:45", "22:55") for day in days]
    departures, dropped = plan(*good, (dt.date(2023, 3, 11), "EWR", "MIA", "19:45", "00:04"))
    assert set(departures.duration_minutes.tolist()) == {190}
    assert dropped == {IMPOSSIBLE_DURATION: 1}


def test_a_flight_that_is_listed_twice_is_kept_once():
    row = (dt.date(2023, 7, 18), "JFK", "LAX", "18:00", "21:30")
    departures, dropped = plan(row, row)
    assert len(departures) == 1
    assert dropped == {DUPLICATE: 1}


def test_the_day_without_a_place_in_the_year_ahead_is_counted():
    every_day = [dt.date(2023, 1, 1) + dt.timedelta(days=day) for day in range(365)]
    rows = [(day, "JFK", "LAX", "18:00", "21:30") for day in every_day]
    departures, dropped = plan(*rows)
    assert len(departures) == 364
    assert dropped == {NO_DAY_AHEAD: 1}
    assert len(np.unique(departures.flights.day)) == 364
    assert departures.flights.day.min() == days_since_epoch(TODAY)


def test_no_flights_give_no_departures():
    departures, dropped = plan((dt.date(2023, 3, 23), "JFK", "PWM", "22:40", "22:35"))
    assert len(departures) == 0
    assert len(departures.take(np.zeros(0, dtype=np.int64))) == 0
    assert dropped
