"""The order of ``best``: what beats an offer stands before it, and open ends go round by round."""

# ruff: noqa: S311 - test data, no secret

import random
from dataclasses import dataclass
from decimal import Decimal

import pytest
from tests.unit.search.asking import search

from flight_search.search import best

METRO = {"EWR": "NYC", "JFK": "NYC", "LGW": "LON", "LHR": "LON"}
AIRPORTS = ("AMS", "BOS", "EWR", "HNL", "JFK", "LGW", "LHR", "NRT")
MORE = ({}, {}, {"stops": {"max": 1}}, {"price": {"max": "400"}}, {"passengers": {"adults": 2, "infants": 1}})


WISHED = {
    "beach": ("meaning",),
    "quiet night": ("meaning",),
    "no red-eye": ("departure",),
    "low-cost, beach": ("carrier", "meaning"),
    "something quick": (),
}
"""Soft words, and the parts of a score that they speak of beside price, time and stops."""


@dataclass(frozen=True)
class Shown:
    """What an offer shows of itself; ``own`` is its score before it was lifted, in millionths."""

    id: str
    own: int
    score: int
    total: Decimal
    minutes: int
    stops: int
    meaning: int
    """How well it fits what was wished."""
    town: tuple[str, ...]
    departs: object
    key: int

    @property
    def ties(self):
        return self.total, self.minutes, self.stops, self.departs, self.key

    def beats(self, other):
        mine, theirs = self.ties[:3], other.ties[:3]
        return (
            self.town == other.town
            and mine != theirs
            and all(one <= two for one, two in zip(mine, theirs, strict=True))
            and self.meaning >= other.meaning
        )


def shown(result, world):
    """Return the offers of a result, with the town at the end that the query leaves open."""
    raw = {offer.id: offer for offer in world.offers}
    part = result.query.slices[0]
    found = []
    for offer in result.offers:
        row = raw[offer.id]
        ends = [(part.origin, row.origin), (part.destination, row.destination)]
        parts = {name: round(value * 1e6) for name, value in offer.score_parts.items()}
        found.append(
            Shown(
                id=offer.id,
                own=sum(parts.values()) - parts.get("dominance", 0),
                score=sum(parts.values()),
                total=Decimal(offer.price.amount),
                minutes=row.minutes,
                stops=len(row.segments) - 1,
                meaning=sum(parts[name] for name in WISHED.get(result.query.preferences, ())),
                town=tuple(METRO.get(code, code) for place, code in ends if place is None),
                departs=row.departs,
                key=row.key,
            )
        )
    return found


def in_order(offers):
    """Return offers as the docstring of ``best`` orders them, by comparing each with each."""
    score = {
        offer.id: max([offer.own, *(other.own for other in offers if offer.beats(other))]) for offer in offers
    }

    def by_score(offer):
        return -score[offer.id], *offer.ties

    towns = {}
    for offer in sorted(offers, key=by_score):
        towns.setdefault(offer.town, []).append(offer)
    turn = {offer.id: number for town in towns.values() for number, offer in enumerate(town)}
    return sorted(offers, key=lambda offer: (turn[offer.id], *by_score(offer))), score


def place(rng):
    return {"label": "", "airports": rng.sample(AIRPORTS, rng.choice((2, 3, 6, 8)))}


def random_query(rng):
    ends = rng.choice((("origin", "destination"), ("origin",), ("origin",), ("destination",)))
    query = {"slices": [{end: place(rng) for end in ends}], **rng.choice(MORE)}
    return {**query, "preferences": rng.choice(("", *WISHED))}


@pytest.fixture(scope="module")
def worlds(make_world):
    return [
        make_world(61, segments=200, connections=250, knows=False),
        make_world(62, segments=400, connections=0, knows=False, one_cabin=True),
    ]


@pytest.mark.parametrize("seed", range(8))
def test_the_order_is_that_of_comparing_each_with_each(seed, worlds, engine_of, word_embedder):
    rng = random.Random(seed)
    world = worlds[seed % 2]
    engine = engine_of(world, embedder=word_embedder())
    lifted = 0
    for _ in range(8):
        result = search(engine, random_query(rng), limit=1000)
        offers = shown(result, world)
        assert len(offers) == result.total
        expected, score = in_order(offers)
        assert [offer.id for offer in offers] == [offer.id for offer in expected]
        assert {offer.id: offer.score for offer in offers} == score
        lifted += sum(offer.score > offer.own for offer in offers)
    assert lifted > 0


@pytest.mark.parametrize("seed", range(4))
def test_whatever_beats_an_offer_stands_before_it_on_every_page(seed, worlds, engine_of, word_embedder):
    rng = random.Random(100 + seed)
    world = worlds[seed % 2]
    engine = engine_of(world, embedder=word_embedder())
    beaten = 0
    for _ in range(4):
        query, limit = random_query(rng), rng.choice((2, 5, 10, 30, 90))
        whole = shown(search(engine, query, limit=1000), world)
        cursor, before = None, []
        while True:
            page = search(engine, query, limit=limit, cursor=cursor)
            before += shown(page, world)
            cursor = page.next_cursor
            left_out = whole[len(before) :]
            assert [offer.id for offer in before] == [offer.id for offer in whole[: len(before)]]
            assert not any(other.beats(offer) for offer in before[-limit:] for other in left_out)
            if cursor is None:
                break
        beaten += sum(any(other.beats(offer) for other in whole) for offer in whole)
    assert beaten > 0


def test_with_an_open_end_the_first_page_shows_the_best_of_each_town(worlds, engine_of):
    world = worlds[1]
    query = {"slices": [{"origin": {"label": "", "airports": ["JFK", "EWR"]}}]}
    engine = engine_of(world)
    whole = shown(search(engine, query, limit=1000), world)
    towns = {offer.town for offer in whole}
    assert len(towns) > 3
    assert {offer.town for offer in whole[: len(towns)]} == towns
    assert [offer.score for offer in whole[: len(towns)]] == sorted(
        (max(offer.score for offer in whole if offer.town == town) for town in towns), reverse=True
    )
    assert any("of each city" in note for note in search(engine, query).notes)
    other = search(engine, {**query, "sort": "price"}, limit=1000).offers
    assert [Decimal(offer.price.amount) for offer in other] == sorted(offer.total for offer in whole)


@pytest.mark.parametrize("most", [0, 1, 3])
def test_pages_agree_whatever_the_number_that_may_lift(most, worlds, engine_of, monkeypatch):
    monkeypatch.setattr(best, "MOST_LIFTING", most)
    engine = engine_of(worlds[0])
    for ends in (("origin",), ("origin", "destination")):
        query = {"slices": [{end: {"label": "", "airports": list(AIRPORTS)} for end in ends}]}
        whole = [offer.id for offer in search(engine, query, limit=1000).offers]
        for limit in (1, 2, 3, 7, 20, 50):
            assert [offer.id for offer in search(engine, query, limit=limit).offers] == whole[:limit]
