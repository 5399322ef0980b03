"""One suite for each port: whoever holds one cannot tell where its engine runs."""

import datetime as dt
import shutil
from dataclasses import replace

import pytest

from flight_search.domain.errors import CursorError, InvalidRequestError, SnapshotError
from flight_search.domain.intent import IntentAnswer, IntentRequest, Kind
from flight_search.domain.query import FlightQuery, Place, PriceRange, SliceQuery, Sort
from flight_search.domain.result import SearchRequest

NOW = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)


def to(code: str, **rest) -> FlightQuery:
    ends = {
        "origin": Place(label="New York", airports=("JFK",)),
        "destination": Place(label=code, airports=(code,)),
    }
    return FlightQuery(slices=(SliceQuery(**ends),), **rest)


async def test_text_becomes_a_query(understanding):
    intents, _ = understanding
    answer = await intents.understand(IntentRequest(text="nonstop from JFK to Boston under $200", now=NOW))
    (way,) = answer.query.slices
    assert (answer.kind, way.origin.airports, way.destination.airports) == (Kind.SEARCH, ("JFK",), ("BOS",))
    assert (answer.query.stops.max, answer.query.price.max) == (0, 200)


async def test_a_follow_up_refines(understanding):
    intents, _ = understanding
    answer = await intents.understand(IntentRequest(text="under $100", now=NOW, previous=to("BOS")))
    assert answer.query.slices[0].destination.airports == ("BOS",)
    assert answer.query.price.max == 100


@pytest.mark.parametrize(
    "text", ["🛫" * 50, "من نيويورك إلى لندن", "a\x00b\x1b[31m", "x" * 10_000, "flights " * 1_200]
)
async def test_strange_texts_are_answered(understanding, text):
    intents, _ = understanding
    assert isinstance(await intents.understand(IntentRequest(text=text, now=NOW)), IntentAnswer)


async def test_a_batch_keeps_its_order(understanding):
    intents, _ = understanding
    places = ("Boston", "Miami", "Denver")
    requests = [IntentRequest(text=f"from JFK to {place}", now=NOW) for place in places]
    answers = await intents.understand_batch(requests)
    assert [answer.query.slices[0].destination.label for answer in answers] == list(places)


async def test_places_are_found_by_name_code_and_beginning(understanding):
    _, places = understanding
    assert "BOS" in (await places.find("Boston", 1))[0].airports
    assert "LHR" in (await places.find("LHR", 1))[0].airports
    assert 1 <= len(await places.find("san", 3)) <= 3
    assert await places.find("zzzzqqqq", 5) == []
    assert all(0 <= found.score <= 1 for found in await places.find("portland", 5))


async def test_offers_satisfy_the_query(offers):
    result = await offers.search(
        SearchRequest(query=to("BOS", price=PriceRange(max=90), sort=Sort.PRICE), limit=5)
    )
    assert result.status == "ok"
    assert {offer.price.amount for offer in result.offers} == {"80.00"}
    assert {offer.slices[0].segments[0].destination for offer in result.offers} == {"BOS"}


async def test_pages_neither_repeat_nor_skip(offers):
    request, seen = SearchRequest(query=to("MIA"), limit=50), []
    while True:
        result = await offers.search(request)
        seen += [offer.id for offer in result.offers]
        if result.next_cursor is None:
            break
        request = request.model_copy(update={"cursor": result.next_cursor})
    assert len(seen) == len(set(seen)) == result.total == 120


async def test_nothing_found_says_what_would_help(offers):
    result = await offers.search(SearchRequest(query=to("BOS", price=PriceRange(max=10))))
    assert (result.status, result.offers) == ("no_match", ())
    assert any(change.field == "price" and change.total for change in result.relaxations)


async def test_a_cursor_of_another_query_is_refused(offers):
    first = await offers.search(SearchRequest(query=to("MIA"), limit=5))
    for cursor in (first.next_cursor, "nonsense", "é" * 10):
        with pytest.raises(CursorError) as raised:
            await offers.search(SearchRequest(query=to("BOS"), cursor=cursor))
        assert raised.value.remedy


async def test_an_unknown_currency_is_refused_with_a_way_out(offers):
    with pytest.raises(InvalidRequestError) as raised:
        await offers.search(SearchRequest(query=to("BOS", price=PriceRange(max=10, currency="XXX"))))
    assert raised.value.remedy


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.SEARCH])
async def test_every_other_kind_is_answered_in_words(offers, kind):
    query = None if kind in (Kind.HELP, Kind.OUT_OF_SCOPE) else to("BOS")
    result = await offers.answer(IntentAnswer(kind=kind, query=query))
    assert result.text


async def test_the_snapshot_tells_what_it_holds(offers):
    info = await offers.snapshot()
    assert (info.offers, info.profiles, info.sources[0].licence) == (240, 2, "CC0")


async def test_without_a_snapshot_it_says_so_until_there_is_one(
    open_offers, settings, tmp_path, small_data_dir
):
    empty = tmp_path / "data"
    storage = settings.storage.model_copy(update={"data_dir": empty})
    async with open_offers(replace(settings, storage=storage)) as offers:
        for ask in (
            offers.snapshot,
            lambda: offers.search(SearchRequest(query=to("BOS"))),
            lambda: offers.answer(IntentAnswer(kind=Kind.COUNT, query=to("BOS"))),
        ):
            with pytest.raises(SnapshotError) as raised:
                await ask()
            assert raised.value.remedy
        shutil.copytree(small_data_dir, empty)
        assert (await offers.snapshot()).offers == 240
