"""Soft words that speak of a weighted feature: what is read, what is left, and that it ranks."""

# ruff: noqa: S311 - test data, no secret

import random
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight_search.domain.result import SearchRequest
from flight_search.reference.carriers import CarrierKind
from flight_search.reference.climate import load_climate
from flight_search.search.features import climate_table, month_of
from flight_search.search.index import SnapshotIndex
from flight_search.search.weights import FACT_WEIGHTS, shares_of
from flight_search.search.wishes import NO_WISHES, Weather, read_wishes

FULL, LOW = CarrierKind.FULL_SERVICE, CarrierKind.LOW_COST
COMFORT = {"departure", "connection", "stops", "carrier"}
PLACES = {"label": "", "airports": ["AMS", "BOS", "EWR", "HNL", "JFK", "LGW", "LHR", "NRT"]}


@pytest.mark.parametrize(
    ("words", "raised"),
    [
        ("avoid tight connections", {"connection"}),
        ("no short layovers, please", {"connection"}),
        ("plenty of time to change", {"connection"}),
        ("avoid long layovers", {"duration"}),
        ("something quick", {"duration"}),
        ("short flight", {"duration"}),
        ("no red-eye please", {"departure"}),
        ("not too early", {"departure"}),
        ("no overnight flights", {"departure"}),
        ("during the day", {"departure"}),
        ("hate layovers", {"stops"}),
        ("nonstop if possible", {"stops"}),
        ("low emissions", {"emissions"}),
        ("a green flight", {"emissions"}),
        ("not too expensive", {"price"}),
        ("comfortable", COMFORT),
        ("a relaxed trip", COMFORT),
        ("somewhere warm", {"climate"}),
        ("quick and comfortable", COMFORT | {"duration"}),
    ],
)
def test_words_raise_the_features_that_they_speak_of(words, raised):
    assert read_wishes(words).raised == raised


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("full service", FULL),
        ("a good airline", FULL),
        ("no budget airlines", FULL),
        ("no low-cost carriers", FULL),
        ("low-cost", LOW),
        ("budget airline", LOW),
        ("comfortable flight", FULL),
        ("low-cost but comfortable", LOW),
        ("quiet", None),
    ],
)
def test_words_name_a_kind_of_airline(words, kind):
    assert read_wishes(words).carrier_kind == kind


@pytest.mark.parametrize(
    ("words", "weather", "rest"),
    [
        ("somewhere warm by the sea", (Weather.WARM,), "by the sea"),
        ("not cold", (Weather.WARM,), ""),
        ("not too hot", (Weather.MILD,), ""),
        ("warm and sunny", (Weather.WARM, Weather.SUNNY), ""),
        ("snowy mountains", (Weather.COLD,), "mountains, snowy"),
        ("tropical island", (Weather.WARM,), "island, tropical"),
        ("beach town", (), "beach town"),
        ("avoid tight connections, museums", (), "museums"),
        ("", (), ""),
        ("warmhearted people", (), "warmhearted people"),
        ("breakfast", (), "breakfast"),
    ],
)
def test_weather_is_read_and_the_other_words_are_left_for_the_profiles(words, weather, rest):
    wishes = read_wishes(words)
    assert (wishes.weather, wishes.rest) == (weather, rest)


@given(st.text(max_size=200))
def test_any_text_can_be_read(text):
    wishes = read_wishes(text)
    assert wishes.raised <= {weight.name for weight in FACT_WEIGHTS}
    assert ("climate" in wishes.raised) == bool(wishes.weather)
    assert ("carrier" in wishes.raised) == (wishes.carrier_kind is not None)


@given(st.sets(st.sampled_from([weight.name for weight in FACT_WEIGHTS])), st.booleans())
def test_shares_add_up_to_one_and_what_is_raised_weighs_more(raised, has_meaning):
    shares, plain = (
        shares_of(frozenset(raised), has_meaning=has_meaning),
        shares_of(frozenset(), has_meaning=False),
    )
    assert sum(shares.values()) == pytest.approx(1)
    assert min(shares.values()) > 0
    if raised and len(raised) < len(plain):
        kept = {name: share / plain[name] for name, share in shares.items() if name in plain}
        others = [ratio for name, ratio in kept.items() if name not in raised]
        assert all(kept[name] > max(others, default=0) for name in raised if name in kept)


def ask(engine, words, **more):
    query = {"slices": [{"origin": PLACES, "destination": PLACES}], "preferences": words, **more}
    return engine.search(SearchRequest.model_validate({"query": query, "limit": 1000}))


@pytest.fixture(scope="module")
def world(make_world):
    return make_world(71, segments=150, connections=200, knows=False, one_cabin=True)


def raw_wait(offer):
    """Return the hardest wait of a raw offer as the documentation says it; None for a nonstop."""
    metro = {"EWR": "NYC", "JFK": "NYC", "LGW": "LON", "LHR": "LON"}
    return min(
        (
            (after.departs - before.arrives).total_seconds() / 60
            - (120 if before.destination != after.origin and metro.get(before.destination) else 0)
            for before, after in pairwise(offer.segments)
        ),
        default=None,
    )


def test_the_connection_is_as_easy_as_its_shortest_wait(world, engine_of):
    result = ask(engine_of(world), "avoid tight connections")
    raw = {offer.id: offer for offer in world.offers}
    share = shares_of(frozenset({"connection"}), has_meaning=False)["connection"]
    seen = set()
    for offer in result.offers:
        wait = raw_wait(raw[offer.id])
        value = 1 if wait is None else min(max((wait - 30) / 45, 0), 1)
        assert offer.score_parts["connection"] == pytest.approx(value * share, abs=2e-6)
        seen.add(value if value in (0, 1) else 0.5)
    assert seen == {0, 0.5, 1}


RANKED = {
    "no red-eye please": lambda offer: 8 <= offer.departs.hour < 19,
    "avoid tight connections": lambda offer: (raw_wait(offer) or 1000) >= 75,
    "hate connections": lambda offer: len(offer.segments) == 1,
}


@pytest.mark.parametrize("words", RANKED)
def test_what_fits_comes_earlier_than_without_the_words_and_nothing_is_left_out(words, world, engine_of):
    raw = {offer.id: offer for offer in world.offers}
    engine = engine_of(world)
    plain, wished = ask(engine, ""), ask(engine, words)
    assert plain.total == wished.total
    assert {offer.id for offer in plain.offers} == {offer.id for offer in wished.offers}
    places = [
        np.mean([place for place, offer in enumerate(result.offers) if RANKED[words](raw[offer.id])])
        for result in (wished, plain)
    ]
    assert places[0] < places[1]
    assert wished.degraded == ()


def test_words_that_features_speak_of_need_no_model_and_the_others_say_so(world, engine_of):
    engine = engine_of(world)
    assert ask(engine, "comfortable connections, no red-eye").degraded == ()
    (said,) = ask(engine, "no red-eye, beach").degraded
    assert "“no red-eye, beach” is not considered in full" in said


@pytest.mark.parametrize(
    "words", ["low-cost", "full service", "no red-eye", "somewhere warm", "comfortable, beach"]
)
@pytest.mark.parametrize("trip", ["one_way", "round_trip"])
def test_scores_are_the_sum_of_their_parts_with_any_words(words, trip, world, engine_of, word_embedder):
    engine = engine_of(world, embedder=word_embedder())
    query = {
        "trip": trip,
        "slices": [{"origin": PLACES, "destination": PLACES}, *([{}] if trip == "round_trip" else [])],
        "preferences": words,
    }
    result = engine.search(SearchRequest.model_validate({"query": query, "limit": 200}))
    assert result.offers
    for offer in result.offers:
        assert offer.score == pytest.approx(sum(offer.score_parts.values()), abs=1e-9)
        assert 0 <= offer.score <= 1.00001
        assert read_wishes(words).raised <= offer.score_parts.keys()


@pytest.mark.parametrize("words", ["no red-eye", "low-cost", "avoid tight connections", "low emissions"])
def test_what_beats_an_offer_and_fits_as_well_stands_before_it(words, world, engine_of):
    result = ask(engine_of(world), words)
    (name,) = read_wishes(words).raised
    figures = [
        (
            float(offer.price.amount),
            offer.slices[0].duration_minutes,
            offer.slices[0].stops,
            -offer.score_parts[name],
        )
        for offer in result.offers
    ]
    rng = random.Random(5)
    beaten = 0
    for _ in range(20_000):
        early, late = sorted(rng.sample(range(len(figures)), 2))
        before, after = figures[early], figures[late]
        beats = all(one <= two for one, two in zip(after, before, strict=True)) and after[:3] != before[:3]
        assert not beats, (before, after)
        beaten += all(one <= two for one, two in zip(before, after, strict=True))
    assert beaten > 0


def test_the_climate_is_that_of_the_place_and_month(world):
    index = SnapshotIndex(world.snapshot)
    warm, cold = (climate_table(index, (weather,)) for weather in (Weather.WARM, Weather.COLD))
    boston, honolulu = index.airport_row["BOS"], index.airport_row["HNL"]
    assert warm[honolulu].min() > 0.9
    assert cold[honolulu].max() == 0
    assert warm[boston, 0] == 0 < warm[boston, 6]
    assert cold[boston, 0] > 0.9 * cold.max()
    assert load_climate()["HNL"].celsius[1] == index.climate.celsius[honolulu, 1]
    assert month_of(np.array([0, 31, 365, 20_789], dtype=np.int32)).tolist() == [1, 2, 1, 12]
    assert read_wishes("") == NO_WISHES


def test_what_was_wished_and_is_there_is_said(world, engine_of):
    engine = engine_of(world)
    raw = {offer.id: offer for offer in world.offers}
    said = set()
    for words in ("somewhere warm", "full service", "avoid tight connections", "no red-eye", "low emissions"):
        for offer in ask(engine, words).offers:
            row = raw[offer.id]
            for reason in offer.reasons:
                if "on average in" in reason:
                    month = row.departs.month - 1
                    assert f"{load_climate()[row.destination].celsius[month]} °C" in reason
                elif "during the day" in reason:
                    assert 7 <= row.departs.hour < 20
                elif "for each connection" in reason:
                    assert raw_wait(row) >= 75
                elif reason.startswith("lowest CO2"):
                    assert row.emissions is not None
                elif "full-service" not in reason:
                    continue
                said.add(words)
    assert said == {
        "somewhere warm",
        "full service",
        "avoid tight connections",
        "no red-eye",
        "low emissions",
    }
