"""The reference tables hold what the rest relies on."""

import zoneinfo

import pytest

from flight_search.reference.airports import load_airports
from flight_search.reference.carriers import Alliance, CarrierKind, load_carriers
from flight_search.reference.geo import great_circle_km


def test_every_airport_has_what_a_flight_needs():
    airports = load_airports()
    zones = zoneinfo.available_timezones()
    assert len(airports) > 3_000
    for code, airport in airports.items():
        assert airport.iata == code
        assert len(airport.country) == 2
        assert -90 <= airport.latitude <= 90
        assert -180 <= airport.longitude <= 180
        assert airport.timezone in zones
        assert 0 <= airport.popularity <= 1


@pytest.mark.parametrize(("code", "metro"), [("JFK", "NYC"), ("EWR", "NYC"), ("LGW", "LON"), ("MDW", "CHI")])
def test_airports_know_their_city(code, metro):
    assert load_airports()[code].metro == metro


def test_every_carrier_has_its_own_code_and_a_name():
    carriers = load_carriers()
    assert len(carriers) > 400
    assert all(carrier.iata == code and carrier.name for code, carrier in carriers.items())
    assert carriers["DL"].alliance is Alliance.SKYTEAM
    assert carriers["WN"].kind is CarrierKind.LOW_COST


def test_no_two_carriers_share_a_name():
    names = [
        name for carrier in load_carriers().values() for name in (carrier.name.lower(), *carrier.aliases)
    ]
    twice = {name for name in names if names.count(name) > 1}
    assert twice <= {carrier.name.lower() for carrier in load_carriers().values()}


def test_distances_are_those_of_the_globe():
    airports = load_airports()
    jfk, lhr = airports["JFK"], airports["LHR"]
    distance = great_circle_km(jfk.latitude, jfk.longitude, lhr.latitude, lhr.longitude)
    assert float(distance) == pytest.approx(5_540, rel=0.01)
