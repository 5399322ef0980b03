import io
from typing import Any

import polars as pl
import pytest

from flight_search.domain.errors import SourceError
from flight_search.ingest.flights import Timetable, read_timetable
from flight_search.reference.airports import load_airports
from flight_search.reference.carriers import load_carriers

ROW: dict[str, Any] = {
    "year": 2023,
    "month": 7,
    "day": 18,
    "dep_time": 1805,
    "arr_time": 2140,
    "sched_dep_time": 1800,
    "sched_arr_time": 2130,
    "carrier": "DL",
    "flight": 100,
    "tailnum": "N1",
    "origin": "JFK",
    "dest": "LAX",
}
PLANES = [{"tailnum": "N1", "model": "737-823"}, {"tailnum": "N1", "model": "A320-232"}]


def parquet(rows: list[dict[str, Any]]) -> bytes:
    buffer = io.BytesIO()
    pl.DataFrame(rows, infer_schema_length=None).write_parquet(buffer)
    return buffer.getvalue()


def read(*changes: dict[str, Any], planes: bytes | None = None) -> tuple[Timetable, dict[str, int]]:
    flights = parquet([{**ROW, **change} for change in changes])
    return read_timetable(flights, planes or parquet(PLANES), load_airports(), load_carriers())


def test_planned_times_become_minutes_of_local_days():
    timetable, dropped = read({}, {"sched_dep_time": 5, "sched_arr_time": 2400})
    assert timetable.day.tolist() == [19556, 19556]
    assert timetable.departure_minute.tolist() == [1080, 5]
    assert timetable.arrival_minute.tolist() == [1290, 0]
    assert timetable.number.tolist() == [100, 100]
    assert timetable.model[0] in {"737-823", "A320-232"}
    assert dropped == {}


def test_what_is_left_out_is_counted_by_its_first_reason():
    timetable, dropped = read(
        {},
        {"dep_time": None, "arr_time": None},
        {"dep_time": None, "arr_time": None, "dest": "XXX"},
        {"arr_time": None},
        {"dest": "XXX"},
        {"origin": ""},
        {"carrier": "??"},
    )
    assert len(timetable) == 1
    assert dropped == {"cancelled": 2, "not_completed": 1, "unknown_airport": 2, "unknown_carrier": 1}


def test_an_aircraft_that_is_not_registered_is_not_known():
    timetable, _ = read({"tailnum": "N2"}, {"tailnum": None})
    assert timetable.model.tolist() == [None, None]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sched_dep_time": 2560}, "time of day"),
        ({"sched_arr_time": 1275}, "time of day"),
        ({"sched_dep_time": -5}, "time of day"),
        ({"flight": 12345}, "four digits"),
        ({"flight": -1}, "four digits"),
        ({"sched_dep_time": None}, "sched_dep_time"),
        ({"carrier": None}, "carrier"),
        ({"month": 13}, "flights"),
        ({"month": 2, "day": 30}, "flights"),
        ({"flight": "one"}, "flights"),
    ],
)
def test_values_that_cannot_be_are_refused(change: dict[str, Any], said: str):
    with pytest.raises(SourceError, match=said) as caught:
        read(change)
    assert caught.value.remedy


@pytest.mark.parametrize(
    "flights",
    [b"", b"not parquet", parquet([ROW])[:-20], parquet([{"year": 2023}]), parquet([ROW])[:0]],
    ids=["empty", "other", "truncated", "columns", "nothing"],
)
def test_a_file_that_is_no_table_of_flights_is_refused(flights: bytes):
    with pytest.raises(SourceError, match="table of flights"):
        read_timetable(flights, parquet(PLANES), load_airports(), load_carriers())


def test_a_file_that_is_no_table_of_planes_is_refused():
    with pytest.raises(SourceError):
        read({}, planes=b"garbage")
    with pytest.raises(SourceError):
        read({}, planes=parquet([{"tailnum": "N1"}]))


def test_a_table_without_rows_is_refused():
    empty = parquet([ROW])
    buffer = io.BytesIO()
    pl.read_parquet(io.BytesIO(empty)).head(0).write_parquet(buffer)
    with pytest.raises(SourceError, match="no values"):
        read_timetable(buffer.getvalue(), parquet(PLANES), load_airports(), load_carriers())
