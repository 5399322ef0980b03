"""Soft words on the real data with the real model: what a person would expect comes first."""

import datetime as dt

import pytest

from flight_search.catalog.live import LiveSnapshot
from flight_search.catalog.store import SnapshotStore
from flight_search.domain.intent import IntentAnswer, Kind
from flight_search.domain.progress import SilentProgress
from flight_search.domain.query import DateRange, FlightQuery, Place, SliceQuery
from flight_search.embed.open import open_embedder
from flight_search.embed.settings import EmbeddingSettings
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
