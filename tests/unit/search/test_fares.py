"""Fares laid over a snapshot against a snapshot that was built with them."""

# ruff: noqa: S311 - test data, no secret

import datetime as dt
import random
from dataclasses import replace

import numpy as np
import pytest

from flight_search.catalog.fares.lay_over import lay_over
from flight_search.catalog.fares.overlay import NO_ROW, OWN_PRICE, FareManifest, Fares, Overlay
from flight_search.catalog.schema import BASES, UNKNOWN
from flight_search.domain.errors import CursorError
from flight_search.domain.intent import Engine, IntentAnswer, Kind
from flight_search.domain.query import FlightQuery
from flight_search.domain.result import SearchRequest
from flight_search.search.engine import SearchEngine

CODES = ("AMS", "BOS", "EWR", "HNL", "JFK", "LGW", "LHR", "NRT")
SORTS = ("best", "price", "duration", "departure_time", "arrival_time", "emissions")
ANYTHING = {"slices": [{"origin": {"label": "", "airports": list(CODES)}}]}
BEFORE_THE_BUILD, AFTER_THE_BUILD = dt.timedelta(minutes=-5), dt.timedelta(minutes=5)


class Pointer:
    def __init__(self, snapshot):
        self.snapshot = snapshot

    def get(self):
        return self.snapshot


def overlay_of(snapshot, changes, *, base=None, age=AFTER_THE_BUILD, basis=1):
    """Return the fares of ``{key: (price, seats, sold out)}``, applied to a snapshot named ``base``."""
    keys = np.array(sorted(changes), dtype=np.uint64)
    row_of = {int(key): row for row, key in enumerate(snapshot.offers.key)}
    values = [changes[int(key)] for key in keys]
    at = snapshot.manifest.built_at + age
    fares = Fares(
        key=keys,
        row=np.array([row_of.get(int(key), NO_ROW) for key in keys], dtype=np.uint32),
        price=np.array([price for price, _, _ in values], dtype=np.int32),
        basis=np.full(len(keys), basis, dtype=np.uint8),
        seats=np.array([seats for _, seats, _ in values], dtype=np.int8),
        sold_out=np.array([sold_out for *_, sold_out in values], dtype=np.uint8),
        quoted_at=np.full(len(keys), int(at.timestamp()), dtype=np.int64),
    )
    manifest = FareManifest(
        name="fares-1",
        applied_at=at,
        currency="USD",
        snapshot=base or snapshot.manifest.name,
        source="test",
        changed=len(keys),
        offers=len(keys),
        sold_out=int(fares.sold_out.sum()),
    )
    return Overlay(manifest, fares)


def random_changes(rng, world):
    """Return new prices, seats and marks for a third of the offers, and for two that there are none of."""
    chosen = rng.sample(world.offers, len(world.offers) // 3)
    changes = {
        offer.key: (
            rng.choice((OWN_PRICE, 4_999, 5_000, 12_345, rng.randrange(1, 90_000))),
            rng.choice((UNKNOWN, UNKNOWN, 1, 9)),
            rng.random() < 0.3,
        )
        for offer in chosen
    }
    return changes | {rng.getrandbits(64): (100, UNKNOWN, False) for _ in range(2)}


def changed(offers, changes):
    found = []
    for offer in offers:
        price, seats, sold_out = changes.get(offer.key, (OWN_PRICE, UNKNOWN, False))
        if not sold_out:
            fare = offer.fare if price == OWN_PRICE else price
            found.append(replace(offer, fare=fare, seats=offer.seats if seats == UNKNOWN else seats))
    return found


def random_query(rng):
    def place():
        return {"label": "", "airports": rng.sample(CODES, rng.choice((2, 4, 6)))}

    slices = [{"origin": place(), "destination": rng.choice((None, place()))}]
    if rng.random() < 0.3:
        slices.append({"origin": place(), "destination": place()})
    if rng.random() < 0.3:
        slices[0]["depart_date"] = {"from": "2026-12-04", "to": "2026-12-06"}
    low, high = sorted(rng.choices((20, 50, 123, 300, 700), k=2))
    return {
        "trip": "one_way" if len(slices) == 1 else "multi_city",
        "slices": slices,
        "price": {
            "min": rng.choice((None, f"{low}")),
            "max": rng.choice((None, f"{high}")),
            "currency": rng.choice(("USD", "EUR", "JPY")),
        },
        "passengers": rng.choice(({"adults": 1}, {"adults": 2, "infants": 1}, {"adults": 8})),
        "cabin": rng.choice((None, None, "economy")),
        "stops": {"max": rng.choice((None, 0, 1))},
        "sort": rng.choice(SORTS),
        "preferences": rng.choice(("", "", "beach warm")),
    }


def found(engine, query, **more):
    return engine.search(SearchRequest.model_validate({"query": query, "limit": 20, **more}))


def said(result):
    return result.model_dump(
        mode="json", exclude={"snapshot", "fares", "as_of", "next_cursor", "timings_ms", "plan", "notes"}
    )


@pytest.fixture(scope="module")
def worlds(make_world):
    return [make_world(90 + number, segments=220, connections=120) for number in range(3)]


@pytest.fixture(scope="module")
def engines(engine_of, word_embedder, rebuild, now):
    return engine_of, word_embedder, rebuild, now


@pytest.mark.parametrize("way", ["rows", "keys", "over the index before", "in bundles"])
@pytest.mark.parametrize("seed", range(3))
def test_a_search_over_fares_is_that_over_a_snapshot_built_with_them(seed, way, worlds, engines, monkeypatch):
    engine_of, word_embedder, rebuild, now = engines
    rng = random.Random(seed)
    world = worlds[seed]
    changes = random_changes(rng, world)
    base = "2026-11-30T00-00-00Z" if way == "keys" else None
    snapshot = replace(world.snapshot, overlay=overlay_of(world.snapshot, changes, base=base))
    rebuilt = engine_of(rebuild(changed(world.offers, changes)), embedder=word_embedder())
    if way in ("over the index before", "in bundles"):
        begun, live = [], Pointer(world.snapshot)
        laid = SearchEngine(live, word_embedder(), clock=lambda: now, background=begun.append)
        laid.warm_up()
        for number in range(20):
            found(laid, random_query(random.Random(number)))
        if way == "in bundles":
            monkeypatch.setattr("flight_search.search.current.LEAST_BUNDLED", 0)
            found(laid, ANYTHING)
            begun.pop()()
        live.snapshot = snapshot
        found(laid, ANYTHING)
        begun.pop()()
        assert (laid._current.get().bundled is not None) == (way == "in bundles")
    else:
        laid = engine_of(snapshot, embedder=word_embedder())
    matches = 0
    for _ in range(30):
        query = random_query(rng)
        result = found(laid, query)
        assert said(result) == said(found(rebuilt, query)), query
        assert result.fares == "fares-1"
        matches += result.total
    assert matches > 500


@pytest.mark.parametrize(
    "kind", [Kind.CALENDAR, Kind.EXPLORE, Kind.FARE, Kind.AIRLINES, Kind.COUNT, Kind.SCHEDULE]
)
def test_answers_over_fares_are_those_over_a_snapshot_built_with_them(kind, worlds, rebuild, engine_of):
    world = worlds[0]
    changes = random_changes(random.Random(7), world)
    laid = engine_of(replace(world.snapshot, overlay=overlay_of(world.snapshot, changes)))
    rebuilt = engine_of(rebuild(changed(world.offers, changes)))
    query = FlightQuery.model_validate(
        {"slices": [{"origin": {"label": "x", "airports": ["JFK", "AMS", "LHR"]}}]}
    )
    intent = IntentAnswer(kind=kind, query=query, engine=Engine.LOCAL, confidence=1.0, took_ms=0.0)
    over, built = laid.answer(intent), rebuilt.answer(intent)
    assert (over.text, over.data, over.offers) == (built.text, built.data, built.offers)
    assert over.fares == "fares-1"


def test_an_older_fare_yields_to_a_quoted_price_of_the_build_and_stays_over_an_estimate(make_world):
    snapshot = make_world(31).snapshot
    keys = [int(key) for key in snapshot.offers.key[:2]]
    basis = snapshot.offers.basis.copy()
    basis[0] = 0
    snapshot = replace(snapshot, offers=replace(snapshot.offers, basis=basis))
    changes = dict.fromkeys(keys, (77, UNKNOWN, False))
    laid = lay_over(replace(snapshot, overlay=overlay_of(snapshot, changes, age=BEFORE_THE_BUILD, basis=0)))
    assert laid.offers.price[:2].tolist() == [snapshot.offers.price[0], 77]
    assert laid.offers.basis[:2].tolist() == [0, 0]
    assert laid.fares_in_effect == 1
    newer = lay_over(replace(snapshot, overlay=overlay_of(snapshot, changes)))
    assert newer.offers.price[:2].tolist() == [77, 77]


def test_a_quoted_price_does_not_join_separate_tickets(make_world, engine_of):
    snapshot = make_world(36, segments=60, connections=60).snapshot
    separate = np.full(len(snapshot.offers.key), BASES.index("separate_estimates"), dtype=np.uint8)
    snapshot = replace(snapshot, offers=replace(snapshot.offers, basis=separate))
    key = int(snapshot.offers.key[(snapshot.offers.stops > 0).nonzero()[0][-1]])
    overlay = overlay_of(snapshot, {key: (4_321, UNKNOWN, False)}, basis=0)
    result = found(
        engine_of(replace(snapshot, overlay=overlay)), ANYTHING | {"price": {"max": "43.21", "min": "43.21"}}
    )
    (offer,) = result.offers
    assert (offer.id, offer.price.basis) == (f"o_{key:016x}", "fare")
    assert any("separate tickets" in warning for warning in offer.warnings)


def test_rows_of_fares_that_do_not_lead_to_their_offers_are_not_trusted(make_world):
    snapshot = make_world(32).snapshot
    changes = {int(snapshot.offers.key[5]): (77, UNKNOWN, False)}
    overlay = overlay_of(snapshot, changes)
    for wrong in (3, len(snapshot.offers.key) + 9):
        moved = replace(overlay, fares=replace(overlay.fares, row=np.array([wrong], dtype=np.uint32)))
        assert lay_over(replace(snapshot, overlay=moved)).offers.price[5] == 77


def test_a_result_says_of_when_its_prices_are(make_world, engine_of):
    snapshot = make_world(33).snapshot
    built_at = snapshot.manifest.built_at
    assert found(engine_of(snapshot), ANYTHING).as_of == f"{built_at:%Y-%m-%dT%H:%M:%SZ}"
    changes = {int(key): (100, UNKNOWN, key % 2 == 0) for key in snapshot.offers.key}
    engine = engine_of(replace(snapshot, overlay=overlay_of(snapshot, changes)))
    result = found(engine, ANYTHING)
    assert result.as_of == f"{built_at + AFTER_THE_BUILD:%Y-%m-%dT%H:%M:%SZ}"
    info = engine.snapshot_info()
    assert info.as_of == built_at + AFTER_THE_BUILD
    sold_out = sum(key % 2 == 0 for key in changes)
    assert (info.fares.name, info.fares.offers, info.fares.sold_out) == ("fares-1", len(changes), sold_out)


def test_a_cursor_of_other_fares_is_refused_with_the_reason(make_world, engine_of):
    snapshot = make_world(34).snapshot
    cursor = found(engine_of(snapshot), ANYTHING, limit=3).next_cursor
    changes = {int(snapshot.offers.key[0]): (100, UNKNOWN, False)}
    engine = engine_of(replace(snapshot, overlay=overlay_of(snapshot, changes)))
    with pytest.raises(CursorError, match="Prices have changed") as caught:
        found(engine, ANYTHING, limit=3, cursor=cursor)
    assert "without a cursor" in caught.value.remedy
    own = found(engine, ANYTHING, limit=3).next_cursor
    assert found(engine, ANYTHING, limit=3, cursor=own).offers


def test_fares_that_cannot_be_used_are_told_in_degraded(make_world, engine_of):
    snapshot = replace(make_world(35).snapshot, fares_problem="The fares x are damaged.")
    assert found(engine_of(snapshot), ANYTHING).degraded == ("fares: The fares x are damaged.",)
