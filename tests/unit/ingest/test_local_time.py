import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight_search.ingest.local_time import ZoneClock
from flight_search.ingest.timetable import days_since_epoch

ZONES = (
    "America/New_York",
    "America/Phoenix",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
    "Europe/London",
    "Australia/Lord_Howe",  # half an hour of daylight saving
    "Asia/Kathmandu",
    "Pacific/Apia",
)
FIRST, LAST = days_since_epoch(dt.date(2026, 1, 1)), days_since_epoch(dt.date(2026, 12, 31))
CLOCKS = {zone: ZoneClock(zone, FIRST, LAST) for zone in ZONES}
MINUTES = st.integers(FIRST * 1440, LAST * 1440 + 1439)
EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001  local times are meant


@given(st.sampled_from(ZONES), MINUTES)
def test_offsets_at_moments_are_those_of_zoneinfo(zone: str, minute: int):
    moment = (EPOCH.replace(tzinfo=dt.UTC) + dt.timedelta(minutes=minute)).astimezone(ZoneInfo(zone))
    expected = moment.utcoffset()
    assert expected is not None
    assert CLOCKS[zone].offsets_at(np.array([minute]))[0] == expected.total_seconds() // 60


@given(st.sampled_from(ZONES), MINUTES)
def test_offsets_of_local_times_are_those_of_zoneinfo(zone: str, minute: int):
    local = (EPOCH + dt.timedelta(minutes=minute)).replace(tzinfo=ZoneInfo(zone))
    there_and_back = local.astimezone(dt.UTC).astimezone(ZoneInfo(zone))
    exists = there_and_back.replace(tzinfo=None) == local.replace(tzinfo=None)
    offsets, found = CLOCKS[zone].offsets(np.array([minute]))
    assert found[0] == exists
    if exists:
        expected = local.utcoffset()
        assert expected is not None
        assert offsets[0] == expected.total_seconds() // 60


@pytest.mark.parametrize(
    ("clock", "exists", "offset"),
    [
        ("2026-03-08T01:59", True, -300),
        ("2026-03-08T02:00", False, 0),
        ("2026-03-08T02:59", False, 0),
        ("2026-03-08T03:00", True, -240),
        ("2026-11-01T00:59", True, -240),
        ("2026-11-01T01:30", True, -240),  # twice; the first is meant
        ("2026-11-01T02:00", True, -300),
    ],
)
def test_the_nights_when_new_york_changes_its_clocks(clock: str, exists: bool, offset: int):  # noqa: FBT001
    minute = int(np.datetime64(clock, "m").astype(np.int64))
    offsets, found = CLOCKS["America/New_York"].offsets(np.array([minute]))
    assert (bool(found[0]), int(offsets[0])) == (exists, offset)
