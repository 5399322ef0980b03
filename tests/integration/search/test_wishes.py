"""Soft words on the real data with the real model: what a person would expect comes first."""

import datetime as dt
from decimal import Decimal

import pytest

from flight_search.catalog.live import LiveSnapshot
from flight_search.catalog.store import SnapshotStore
from flight_search.domain.intent import IntentAnswer, Kind
from flight_search.domain.offer import Offer
from flight_search.domain.progress import SilentProgress
from flight_search.domain.query import DateRange, FlightQuery, Place, PriceRange, SliceQuery
from flight_search.domain.result import SearchRequest
from flight_search.embed.open import open_embedder
from flight_search.embed.settings import EmbeddingSettings
from flight_search.reference.carriers import CarrierKind, load_carriers
from flight_search.search.engine import SearchEngine

NEW_YORK = Place(label="New York", airports=("JFK", "EWR", "LGA"))


@pytest.fixture(scope="module")
def engine(real_data_dir, real_cache_dir):
    embedder = open_embedder(EmbeddingSettings(), real_cache_dir, SilentProgress())
    return SearchEngine(
        LiveSnapshot(SnapshotStore(real_data_dir)), embedder, clock=lambda: dt.datetime.now(dt.UTC)
    )


def explored(engine: SearchEngine, wish: str, month: int) -> list[str]:
    """Return the airports that fit a wish best in the next ``month``."""
    today = dt.datetime.now(dt.UTC).date()
    year = today.year + (today.month >= month)
    days = DateRange(from_=dt.date(year, month, 1), to=dt.date(year, month, 28))
    query = FlightQuery(slices=(SliceQuery(origin=NEW_YORK, depart_date=days),), preferences=wish)
    answer = engine.answer(IntentAnswer(kind=Kind.EXPLORE, query=query))
    return [offer.slices[0].segments[-1].destination for offer in answer.offers]


@pytest.mark.parametrize(
    ("wish", "month", "fitting"),
    [
        ("somewhere warm", 2, {"MIA", "FLL", "PBI", "SJU", "BQN", "PSE", "EYW", "RSW", "STT", "OGG", "HNL"}),
        ("skiing", 1, {"EGE", "HDN", "MTJ", "SLC", "DEN", "BTV", "RNO", "BZN", "JAC", "ASE", "AVP"}),
        ("casinos", 10, {"LAS"}),
    ],
)
def test_a_wish_for_a_place_finds_such_places_first(engine, wish, month, fitting):
    assert explored(engine, wish, month)[0] in fitting
    assert len(set(explored(engine, wish, month)[:3]) & fitting) >= min(2, len(fitting))


def test_without_a_wish_nothing_is_said_of_meaning(engine):
    query = FlightQuery(slices=(SliceQuery(origin=NEW_YORK),))
    answer = engine.answer(IntentAnswer(kind=Kind.EXPLORE, query=query))
    assert all("meaning" not in offer.score_parts for offer in answer.offers)


LOS_ANGELES = Place(label="Los Angeles", airports=("LAX",))


def by_day(offer: Offer) -> bool:
    return 7 <= int(offer.slices[0].segments[0].departs_at[11:13]) < 20


def kind_of(offer: Offer) -> CarrierKind:
    return load_carriers()[offer.slices[0].segments[0].carrier].kind


@pytest.mark.parametrize(
    ("words", "fits"),
    [
        ("no red-eye please", by_day),
        ("full service", lambda offer: kind_of(offer) is CarrierKind.FULL_SERVICE),
        ("low-cost", lambda offer: kind_of(offer) is CarrierKind.LOW_COST),
        ("comfortable", lambda offer: kind_of(offer) is CarrierKind.FULL_SERVICE),
        ("nonstop if possible", lambda offer: offer.slices[0].stops == 0),
    ],
)
def test_soft_words_bring_what_fits_to_the_top_of_real_flights(engine, words, fits):
    first = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=14)
    days = DateRange(from_=first, to=first + dt.timedelta(days=2))
    part = SliceQuery(origin=NEW_YORK, destination=LOS_ANGELES, depart_date=days)
    plain = engine.search(SearchRequest(query=FlightQuery(slices=(part,)), limit=1000))
    wished = engine.search(SearchRequest(query=FlightQuery(slices=(part,), preferences=words), limit=1000))
    assert wished.degraded == ()
    assert {offer.id for offer in wished.offers} == {offer.id for offer in plain.offers}
    assert all(fits(offer) for offer in wished.offers[:3])


def test_somewhere_warm_in_february_under_300_dollars(engine):
    query = FlightQuery(
        slices=(SliceQuery(origin=NEW_YORK, depart_date=in_february()),),
        preferences="somewhere warm",
        price=PriceRange(max=Decimal(300)),
    )
    answer = engine.answer(IntentAnswer(kind=Kind.EXPLORE, query=query))
    shown = answer.data["destinations"]
    assert all(Decimal(row["price"]) <= 300 for row in shown)
    assert all(row["celsius"] >= 22 for row in shown[:4])
    assert max(row["celsius"] for row in shown[-10:]) < 8
    assert f"{shown[0]['celsius']} °C" in answer.text


def in_february() -> DateRange:
    today = dt.datetime.now(dt.UTC).date()
    year = today.year + (today.month >= 2)
    return DateRange(from_=dt.date(year, 2, 1), to=dt.date(year, 2, 28))
