"""Clocks of many zones at once, against ``zoneinfo``."""

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np

from flight_search.ingest.sources.zones import ZoneClocks
from flight_search.reference.airports import load_airports

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
ZONES = sorted({airport.timezone for airport in load_airports().values()})
FIRST, DAYS = 20_089, 1_100  # from 2025-01-01 on


def offset(moment):
    return int(moment.utcoffset().total_seconds()) // 60


def local_readings(zone, minutes):
    """Return the offset before a change, after it, and whether the local time exists."""
    local = (EPOCH + dt.timedelta(minutes=minutes)).replace(tzinfo=None)
    info = ZoneInfo(zone)
    first, second = (offset(local.replace(tzinfo=info, fold=fold)) for fold in (0, 1))
    exists = [
        offset((EPOCH + dt.timedelta(minutes=minutes - one)).astimezone(info)) == one
        for one in (first, second)
    ]
    return first, second, any(exists)


def sample(seed):
    """Return zones and minutes: anywhere, and within two hours of the changes of their clocks."""
    random = np.random.default_rng(seed)
    zone = random.integers(0, len(ZONES), 3_000)
    minutes = FIRST * 1440 + random.integers(0, DAYS * 1440, 3_000)
    near = []
    for index, name in enumerate(ZONES):
        info, before = ZoneInfo(name), None
        for day in range(0, DAYS, 7):
            moment = (FIRST + day) * 1440
            now = offset((EPOCH + dt.timedelta(minutes=moment)).astimezone(info))
            if before is not None and now != before:
                low, high = moment - 7 * 1440, moment
                while high - low > 1:
                    middle = (low + high) // 2
                    same = offset((EPOCH + dt.timedelta(minutes=middle)).astimezone(info)) == before
                    low, high = (middle, high) if same else (low, middle)
                near += [(index, high + before + shift) for shift in range(-120, 121, 30)]
            before = now
    picked = random.choice(len(near), 1_500, replace=False)
    edges = np.array([near[row] for row in picked])
    return np.concatenate([zone, edges[:, 0]]), np.concatenate([minutes, edges[:, 1]])


def test_offsets_are_those_of_zoneinfo():
    zone, minutes = sample(7)
    clocks = ZoneClocks(ZONES)
    clocks.reach(zone, minutes)
    at_utc = clocks.at_utc(zone, minutes)
    expected = [
        offset((EPOCH + dt.timedelta(minutes=int(moment))).astimezone(ZoneInfo(ZONES[index])))
        for index, moment in zip(zone, minutes, strict=True)
    ]
    assert at_utc.tolist() == expected
    found = clocks.at_local(zone, minutes)
    twofold = skipped = 0
    for row, (index, moment) in enumerate(zip(zone.tolist(), minutes.tolist(), strict=True)):
        first, second, exists = local_readings(ZONES[index], moment)
        assert found.exists[row] == exists, (ZONES[index], moment)
        skipped += not exists
        if exists:
            assert (found.first[row], found.second[row]) == (first, second), (ZONES[index], moment)
            twofold += first != second
    assert twofold > 50
    assert skipped > 50
