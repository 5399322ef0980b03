"""Airports, hours, lengths and CO2 of all matches, against counting them one by one."""

from collections import Counter

import pytest

from flight_search.domain.offer import Spread
from flight_search.domain.query import FlightQuery, Place, SliceQuery
from flight_search.domain.result import SearchRequest
from flight_search.search import facet_columns

ANYWHERE = Place(label="Anywhere", airports=("AMS", "BOS", "EWR", "HNL", "JFK", "LGW", "LHR", "NRT"))
EVERYTHING = SearchRequest(query=FlightQuery(slices=(SliceQuery(origin=ANYWHERE),)), limit=1_000)


@pytest.fixture(scope="module")
def world(make_world):
    return make_world(5, connections=200)


@pytest.fixture(scope="module")
def result(world, engine_of):
    return engine_of(world).search(EVERYTHING)


@pytest.fixture(scope="module")
def offers(world, result):
    """Every match: the page is long enough for all of them."""
    by_id = {offer.id: offer for offer in world.offers}
    return [by_id[offer.id] for offer in result.offers]


def test_every_column_is_counted(result, offers):
    assert result.total == len(offers)
    facets = result.facets
    assert _counts(facets.origins) == Counter(offer.origin for offer in offers)
    assert _counts(facets.destinations) == Counter(offer.destination for offer in offers)
    changes = Counter(
        airport for offer in offers for airport in {segment.origin for segment in offer.segments[1:]}
    )
    assert changes
    assert _counts(facets.connections) == changes
    hours = Counter(offer.departs.hour for offer in offers)
    assert facets.departure_hours == (tuple(hours[hour] for hour in range(24)),)
    hours = Counter(offer.arrives.hour for offer in offers)
    assert facets.arrival_hours == (tuple(hours[hour] for hour in range(24)),)
    minutes = sorted(offer.minutes for offer in offers)
    assert facets.duration == Spread(min=minutes[0], median=minutes[(len(minutes) - 1) // 2], max=minutes[-1])
    known = sorted(offer.emissions for offer in offers if offer.emissions is not None)
    assert (facets.emissions.min, facets.emissions.max) == (known[0], known[-1])


def test_the_cheapest_of_an_airport_is_named(result, offers):
    for facet in result.facets.destinations:
        lowest = min(offer.fare for offer in offers if offer.destination == facet.value)
        assert facet.min_price is not None
        assert round(facet.min_price * 100) == lowest


def test_too_many_matches_are_not_counted(world, engine_of, monkeypatch):
    monkeypatch.setattr(facet_columns, "MOST_MATCHES", 10)
    facets = engine_of(world).search(EVERYTHING).facets
    assert facets.carriers
    assert facets.origins == facets.departure_hours == ()
    assert facets.duration.median is None


def test_an_offer_is_told_what_is_usual_on_its_route(world, result):
    by_id = {offer.id: offer for offer in world.offers}
    for offer in result.offers:
        raw = by_id[offer.id]
        route = (raw.origin, raw.destination)
        same = [other.emissions for other in world.offers if (other.origin, other.destination) == route]
        known = sorted(value for value in same if value is not None)
        assert offer.emissions_typical_kg == (known[(len(known) - 1) // 2] if known else None)


def _counts(facets):
    return Counter({facet.value: facet.count for facet in facets})
