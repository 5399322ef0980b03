"""What is done in place and what in threads."""

import datetime as dt
import threading

import anyio
import pytest

from flight_search.domain.query import DateRange, FlightQuery, Place, SliceQuery, Trip
from flight_search.services.in_process import is_short

NEW_YORK = Place(label="New York", airports=("EWR", "JFK", "LGA"))
LONDON = Place(label="London", airports=("LCY", "LGW", "LHR", "LTN", "SEN", "STN"))
FLORIDA = Place(label="Florida", airports=("EYW", "FLL", "JAX", "MCO", "MIA", "PBI", "RSW", "SRQ", "TPA"))


def days(number):
    first = dt.date(2026, 12, 1)
    return DateRange(from_=first, to=first + dt.timedelta(days=number - 1))


@pytest.mark.parametrize(
    ("way", "short"),
    [
        ({"origin": NEW_YORK, "destination": LONDON}, True),
        ({"origin": NEW_YORK, "destination": FLORIDA}, False),
        ({"origin": NEW_YORK, "destination": FLORIDA, "depart_date": days(31)}, True),
        ({"origin": NEW_YORK, "depart_date": days(32)}, False),
        ({"origin": NEW_YORK, "depart_date": DateRange(from_=dt.date(2026, 12, 1))}, False),
        ({}, False),
    ],
)
def test_short_is_what_looks_at_few_offers(way, short):
    assert is_short(FlightQuery(slices=(SliceQuery(**way),))) is short


def test_journeys_are_never_short():
    way = SliceQuery(origin=NEW_YORK, destination=LONDON, depart_date=days(1))
    assert not is_short(FlightQuery(trip=Trip.ROUND_TRIP, slices=(way, way)))


async def test_short_work_is_done_in_place_and_long_work_is_not(client, engines):
    here = threading.get_ident()
    await client.post("/v1/ask", json={"text": "to London"})
    await client.post("/v1/ask", json={"text": "help"})
    assert set(engines.intents.threads + engines.search.threads) == {here}
    engines.search.released.set()
    await client.post("/v1/intent", json={"text": "to London " * 100})
    await client.post("/v1/intent/batch", json={"requests": [{"text": "to London"}]})
    assert here not in engines.intents.threads[2:]
    await client.post("/v1/ask", json={"text": "slow search"})
    await client.post("/v1/search", json={"query": {"slices": [{}]}})
    assert here not in engines.search.threads[2:]


async def test_health_is_told_while_searches_take_long(client, engines):
    async with anyio.create_task_group() as tasks:
        for _ in range(8):
            tasks.start_soon(lambda: client.post("/v1/ask", json={"text": "slow search"}))
        await anyio.to_thread.run_sync(engines.search.entered.wait, 10)
        with anyio.fail_after(5):
            assert (await client.get("/healthz")).status_code == 200
            assert "flight_search_http_requests_in_flight 9.0" in (await client.get("/metrics")).text
            assert (await client.post("/v1/ask", json={"text": "to London"})).status_code == 200
        engines.search.released.set()
