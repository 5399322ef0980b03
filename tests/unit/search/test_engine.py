"""What surrounds a search: cursors, soft words, facts that the data lacks, hostile requests."""

import base64
import datetime as dt
import itertools
import threading
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from tests.unit.search.asking import ALL, ANYTHING, LONDON, NEW_YORK, search

from flight_search.catalog.schema import NO_SEGMENT
from flight_search.domain.errors import CursorError, InvalidRequestError, SnapshotError
from flight_search.domain.query import FlightQuery
from flight_search.domain.result import SearchRequest, SearchResult, Status
from flight_search.search.engine import SearchEngine

# ---------------------------------------------------------------------------------------------- cursors


def test_a_cursor_of_another_query_is_refused(world, engine_of):
    engine = engine_of(world)
    cursor = search(engine, ANYTHING, limit=3).next_cursor
    with pytest.raises(CursorError, match="another query") as caught:
        search(engine, {**ANYTHING, "sort": "price"}, limit=3, cursor=cursor)
    assert "without a cursor" in caught.value.remedy


def test_a_cursor_of_a_retired_snapshot_is_refused(make_world, engine_of):
    cursor = search(engine_of(make_world(23)), ANYTHING, limit=3).next_cursor
    renewed = engine_of(make_world(23, name="2026-12-02T00-00-00Z"))
    with pytest.raises(CursorError, match="renewed") as caught:
        search(renewed, ANYTHING, limit=3, cursor=cursor)
    assert "without a cursor" in caught.value.remedy


def test_a_cursor_lives_an_hour_and_keeps_the_list_as_it_was(world, engine_of, now):
    query = {**ANYTHING, "sort": "departure_time"}
    first = search(engine_of(world), query, limit=3)
    later = engine_of(world, now=now + dt.timedelta(minutes=59))
    second = search(later, query, limit=3, cursor=first.next_cursor)
    whole = search(engine_of(world), query, limit=6)
    assert second.total == first.total
    assert [offer.id for offer in whole.offers] == [offer.id for offer in (*first.offers, *second.offers)]
    for age in (61, -5):
        with pytest.raises(CursorError, match="older"):
            search(engine_of(world, now=now + dt.timedelta(minutes=age)), query, cursor=first.next_cursor)


def test_a_damaged_cursor_is_refused(world, engine_of):
    engine = engine_of(world)
    cursor = search(engine, ANYTHING, limit=3).next_cursor
    packed = bytearray(base64.urlsafe_b64decode(cursor + "=="))
    damaged = ["", "x", "é€", "a" * 2000, cursor[:-1], cursor + "AAAA", "=" * 50]
    for place in range(len(packed)):
        changed = bytearray(packed)
        changed[place] ^= 1
        damaged.append(base64.urlsafe_b64encode(bytes(changed)).decode().rstrip("="))
    for text in damaged:
        with pytest.raises(CursorError, match="damaged"):
            search(engine, ANYTHING, limit=3, cursor=text)


# ------------------------------------------------------------------------------------------------ soft words


def test_soft_words_rank_and_never_exclude(world, engine_of, word_embedder):
    engine = engine_of(world, embedder=word_embedder())
    plain, wished = (
        search(engine, ANYTHING, limit=1000),
        search(engine, {**ANYTHING, "preferences": "beach"}, limit=1000),
    )
    assert plain.total == wished.total
    by_id = {offer.id: offer for offer in world.offers}
    beach = [offer for offer in wished.offers if by_id[offer.id].profile == 0]
    other = [offer for offer in wished.offers if by_id[offer.id].profile != 0]
    assert {round(offer.score_parts["meaning"], 6) for offer in beach} == {0.3}
    assert all(offer.score_parts["meaning"] < 0.3 for offer in other)


def test_without_a_usable_model_the_search_goes_on_and_says_so(world, engine_of, word_embedder):
    other = word_embedder()
    other.identity = "another"
    for embedder in (None, word_embedder(broken=True), other):
        result = search(engine_of(world, embedder=embedder), {**ANYTHING, "preferences": "beach"})
        assert result.status is Status.OK
        assert len(result.degraded) == 1
        assert "preferences" in result.degraded[0]
        assert search(engine_of(world, embedder=embedder), ANYTHING).degraded == ()


# ------------------------------------------------------------------------------ facts that the data lacks


def test_constraints_on_unknown_facts_are_taken_out_and_named(plain_world, engine_of):
    query = {
        **ANYTHING,
        "bags": {"carry_on": 1, "checked": 2},
        "refundable": True,
        "passengers": {"adults": 4},
    }
    result = search(engine_of(plain_world), query)
    assert result.total == search(engine_of(plain_world), ANYTHING).total
    assert result.query.refundable is None
    assert (result.query.bags.carry_on, result.query.bags.checked) == (None, None)
    assert [text.split(" (")[0] for text in result.unsupported] == [
        "carry-on bags",
        "checked bags",
        "refundable fares",
    ]


def test_nights_of_a_flight_one_way_are_named_as_unsupported(world, engine_of):
    result = search(engine_of(world), {**ANYTHING, "nights": {"min": 3, "max": 3}})
    assert result.query.nights is None
    assert [text for text in result.unsupported if "nights" in text]


def test_a_cabin_without_rows_is_no_match_and_not_unsupported(plain_world, engine_of):
    result = search(engine_of(plain_world), {**ANYTHING, "cabin": "first"})
    assert result.status is Status.NO_MATCH
    assert result.unsupported == ()
    assert [relaxation.field for relaxation in result.relaxations] == ["cabin"]


# ----------------------------------------------------------------------------------------- hostile requests


def test_a_currency_without_a_rate_is_refused_and_the_known_ones_named(world, engine_of):
    with pytest.raises(InvalidRequestError) as caught:
        search(engine_of(world), {**ANYTHING, "price": {"currency": "XYZ"}})
    assert "XYZ" in caught.value.detail
    assert "EUR, GBP, JPY, USD" in caught.value.remedy


def test_five_hundred_passengers_and_a_thousand_offers(plain_world, engine_of):
    query = {
        **ANYTHING,
        "passengers": {"adults": 500, "children": 500, "infants": 500},
        "price": {"currency": "JPY"},
    }
    result = search(engine_of(plain_world), query, limit=1000)
    assert result.total == len(result.offers) > 50
    assert all(float(offer.price.amount) >= 0 for offer in result.offers)


def test_prices_above_what_an_amount_can_say_do_not_break_the_search(plain_world, engine_of):
    snapshot = plain_world.snapshot
    offers = replace(snapshot.offers, price=np.full_like(snapshot.offers.price, 2**31 - 1))
    rates = {**snapshot.manifest.exchange_rates, "IDR": 16_000.0}
    dear = replace(
        snapshot, offers=offers, manifest=snapshot.manifest.model_copy(update={"exchange_rates": rates})
    )
    query = {**ANYTHING, "passengers": {"adults": 500}, "price": {"currency": "IDR"}}
    result = search(engine_of(dear), query)
    assert result.status is Status.OK
    assert result.facets.price.min is None
    assert Decimal(result.offers[0].price.amount) == Decimal(2**31 - 1) * 500 * 16_000 / 100


def test_six_slices(plain_world, engine_of):
    hops = ["JFK", "LHR", "AMS", "BOS", "NRT", "HNL", "JFK"]
    slices = [
        {"origin": {"label": "", "airports": [here]}, "destination": {"label": "", "airports": [there]}}
        for here, there in itertools.pairwise(hops)
    ]
    result = search(engine_of(plain_world), {"trip": "multi_city", "slices": slices})
    assert result.status in (Status.OK, Status.NO_MATCH)
    anywhere = [{"origin": ALL, "destination": ALL} for _ in range(6)]
    result = search(engine_of(plain_world), {"trip": "multi_city", "slices": anywhere}, limit=20)
    assert result.total > 1000
    assert len(result.offers) == 20
    for offer in result.offers:
        times = [
            dt.datetime.fromisoformat(moment)
            for part in offer.slices
            for moment in (part.segments[0].departs_at, part.segments[-1].arrives_at)
        ]
        assert times == sorted(times)


@pytest.mark.parametrize("segments", [0, 1])
def test_a_snapshot_of_no_or_one_offer(make_world, engine_of, segments):
    world = make_world(30, segments=segments, connections=0, one_cabin=True, knows=False)
    engine = engine_of(world, now=dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
    for query in (
        ANYTHING,
        {"slices": [{"origin": ALL, "destination": ALL, "weekdays": ["sat"]}], "price": {"min": "1"}},
        {"trip": "round_trip", "slices": [{"origin": ALL}, {}], "nights": {"min": 1, "max": 3}},
        {"slices": [{}], "flight": {"carrier": "AA", "number": "1"}},
        {**ANYTHING, "sort": "emissions", "preferences": "beach"},
    ):
        result = search(engine, query)
        assert result.total == len(result.offers) <= segments
    assert search(engine, ANYTHING).total == segments
    assert engine.snapshot_info().offers == segments


def test_without_a_snapshot_the_error_comes_through():
    class Nothing:
        def get(self):
            raise SnapshotError("There is no snapshot yet.")

    with pytest.raises(SnapshotError):
        SearchEngine(Nothing(), None).search(SearchRequest.model_validate({"query": ANYTHING}))


def test_threads_share_an_engine_while_snapshots_change(make_world, engine_of):
    worlds = [make_world(40), make_world(41, name="2026-12-02T00-00-00Z")]
    engine = engine_of(worlds[0])
    expected = {world.snapshot.manifest.name: search(engine_of(world), ANYTHING).total for world in worlds}
    problems = []

    def work() -> None:
        for _ in range(40):
            result = search(engine, ANYTHING, limit=2)
            if result.total != expected[result.snapshot]:
                problems.append(result.snapshot)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for turn in range(60):
        engine._current._live.snapshot = worlds[turn % 2].snapshot
    for thread in threads:
        thread.join()
    assert problems == []


def test_the_echoed_query_searches_the_same(world, engine_of):
    engine = engine_of(world)
    query = {"trip": "round_trip", "slices": [{"origin": NEW_YORK, "destination": LONDON}, {}]}
    first = search(engine, query, limit=5)
    echoed = first.query.slices[1]
    assert (echoed.origin.label, echoed.destination.label) == ("London", "New York")
    again = search(engine, first.query.model_dump(mode="json", by_alias=True), limit=5)
    assert again.model_copy(update={"timings_ms": first.timings_ms}) == first
    assert isinstance(again.query, FlightQuery)


def test_timings_name_the_stages(world, engine_of):
    timings = search(engine_of(world), ANYTHING).timings_ms
    assert {"plan", "filter", "meaning", "rank", "facets", "explain"} <= timings.keys()
    assert all(spent >= 0 for spent in timings.values())


def test_the_offer_table_of_the_worlds_has_connections(world):
    assert (world.snapshot.offers.segment_1 != NO_SEGMENT).any()


def test_warming_up_makes_what_searches_share(world, engine_of, word_embedder):
    engine = engine_of(world, embedder=word_embedder())
    before = search(engine_of(world), ANYTHING)
    engine.warm_up()
    made = vars(engine._current.get())
    assert {"slowness", "intensity", "known_facts", "has_connections", "profiles"} <= made.keys()
    assert search(engine, ANYTHING).offers == before.offers


@pytest.mark.parametrize(
    "query",
    [
        {**ANYTHING, "preferences": "beach", "price": {"currency": "JPY"}},
        {**ANYTHING, "cabin": "first", "price": {"max": "0.01", "min": "0.01"}},
        {"trip": "round_trip", "slices": [{"origin": NEW_YORK, "destination": LONDON}, {}]},
        {"slices": [{}]},
    ],
)
def test_a_result_survives_being_sent_as_json(world, engine_of, word_embedder, query):
    result = search(engine_of(world, embedder=word_embedder()), query, limit=1000)
    assert SearchResult.model_validate_json(result.model_dump_json(by_alias=True)) == result


def test_what_there_is_instead_is_named_where_it_is_little(make_world, engine_of):
    world = make_world(24, segments=3, connections=0)
    result = search(engine_of(world), {"slices": [{"origin": {"label": "Paris", "airports": ["CDG"]}}]})
    origins = " and ".join(sorted({f"City of {offer.origin} ({offer.origin})" for offer in world.offers}))
    assert result.notes == (
        f"This data has no flights from Paris (CDG), only from {origins}.",
        "The nearest airport to Paris with such flights is City of LHR (LHR), 347 km away.",
    )


def test_only_the_first_flight_of_a_chain_that_cannot_be_flown(world, engine_of):
    paris = {"label": "Paris", "airports": ["CDG"]}
    slices = [{"origin": NEW_YORK, "destination": LONDON}, {"destination": paris}, {"destination": NEW_YORK}]
    result = search(engine_of(world), {"trip": "multi_city", "slices": slices})
    assert [relaxation.text for relaxation in result.relaxations] == ["Only the first flight"]
