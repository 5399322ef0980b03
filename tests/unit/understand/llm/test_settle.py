"""Two readings of one request become one; the local one loses nothing by it."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flight_search.domain.intent import Engine, IntentRequest, Kind
from flight_search.domain.query import Trip
from flight_search.understand.llm.answer import WordsReader
from flight_search.understand.llm.words import FoundWords

NOW = dt.datetime(2026, 11, 23, 10, tzinfo=dt.timezone(dt.timedelta(hours=-5)))


@pytest.fixture(scope="session")
def reader(engine):
    return WordsReader(engine, lambda: NOW)


@pytest.fixture(scope="session")
def settled(reader):
    """Return what stands where the local engine read ``heard`` of a text, and a model found words in it."""

    def run(text, heard, previous=None, **found):
        request = IntentRequest(text=text, now=NOW, previous=previous)
        words = FoundWords.model_validate(found)
        local = reader.local.understand(request.model_copy(update={"text": heard.ljust(len(text))}))
        return reader.settled(local, reader.answer(words, request), request)

    return run


def test_words_that_were_left_over_fill_what_is_empty(settled):
    answer = settled(
        "from Boston to Denver with pals: two adults one kid",
        "from Boston to Denver",
        people="two adults one kid",
    )
    party = answer.query.passengers
    assert (party.adults, party.children, answer.engine) == (2, 1, Engine.LLM)
    assert ("passengers", "two adults one kid") in {(one.field, one.text) for one in answer.understood}


def test_what_the_local_engine_read_stays(settled):
    text = "from Boston to Denver on friday"
    answer = settled(text, text, legs=[{"origin": "Denver", "destination": "Boston"}], price="friday")
    assert answer.query.slices[0].origin.airports == ("BOS",)
    assert (answer.query.price.max, answer.engine) == (None, Engine.LOCAL)


def test_agreement_makes_sure(settled):
    text = "from Boston to Denver"
    answer = settled(text, text, legs=[{"origin": "Boston", "destination": "Denver"}])
    assert answer.confidence >= 0.9


def test_a_kind_is_added_where_none_was_heard_and_kept_where_one_was(settled):
    leg = [{"origin": "Boston", "destination": "Denver"}]
    text = "whom do I pick from Boston to Denver"
    added = settled(
        text, "               from Boston to Denver", kind="airlines", asks="whom do I pick", legs=leg
    )
    assert added.kind is added.query.kind is Kind.AIRLINES
    text = "how many flights from Boston to Denver"
    assert settled(text, text, kind="airlines", asks="how many", legs=leg).kind is Kind.COUNT


def test_a_way_back_that_was_not_seen_is_added(settled):
    answer = settled(
        "from Boston to Denver and home again on sunday",
        "from Boston to Denver",
        legs=[{"origin": "Boston", "destination": "Denver"}],
        back={"dates": "on sunday"},
    )
    assert (answer.query.trip, str(answer.query.slices[1].depart_date.from_)) == (
        Trip.ROUND_TRIP,
        "2026-11-29",
    )


def test_a_name_that_nothing_bears_gives_way_to_one_that_is_known(settled):
    answer = settled(
        "from Boston to Blarghville, I mean Denver",
        "from Boston to Blarghville",
        legs=[{"origin": "Boston", "destination": "Denver"}],
    )
    assert answer.query.slices[0].destination.airports == ("DEN",)
    assert not answer.question


def test_a_refused_request_needs_both_ends(settled):
    text = "put me down in Denver, picking me up in Boston"
    both = settled(text, "", legs=[{"origin": "Boston", "destination": "Denver"}])
    assert (both.kind, both.query.slices[0].origin.airports) == (Kind.SEARCH, ("BOS",))
    one = settled("rain in Denver", "", legs=[{"destination": "Denver"}])
    assert (one.kind, one.query) == (Kind.OUT_OF_SCOPE, None)


def test_a_request_that_names_nothing_may_be_refused_and_one_that_does_may_not(settled):
    vague = settled("a direct deposit", "a direct flight", kind="out_of_scope")
    assert (vague.kind, vague.engine) == (Kind.OUT_OF_SCOPE, Engine.LLM)
    text = "flights from Boston to Denver"
    assert settled(text, text, kind="out_of_scope").kind is Kind.SEARCH


def test_a_follow_up_is_filled_where_it_said_nothing(settled, reader):
    before = reader.local.understand(
        IntentRequest(text="from Boston to Denver on friday under $300", now=NOW)
    )
    answer = settled("on sunday with pals: two adults", "on sunday", before.query, people="two adults")
    assert (answer.query.passengers.adults, answer.query.price.max) == (2, 300)
    assert str(answer.query.slices[0].depart_date.from_) == "2026-11-29"


_TEXT = "cheap nonstop from Boston to Denver on friday after 5pm for 2 adults under $300 with a bag on Delta"
_WORDS = _TEXT.split()


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_nothing_that_the_local_engine_read_is_lost(reader, data):
    some = st.integers(0, len(_WORDS) - 1).flatmap(
        lambda first: st.integers(first + 1, len(_WORDS)).map(lambda last: " ".join(_WORDS[first:last]))
    )
    names = ["people", "price", "stops", "bags", "cabin", "sort", "stay", "duration", "flight"]
    found = data.draw(st.dictionaries(st.sampled_from(names), some, max_size=4))
    found["legs"] = [
        data.draw(st.fixed_dictionaries(dict.fromkeys(("origin", "destination", "dates"), some)))
    ]
    found["kind"] = data.draw(st.sampled_from(["search", "fare", "help", "out_of_scope"]))
    request = IntentRequest(text=_TEXT, now=NOW)
    local = reader.local.understand(request)
    answer = reader.settled(local, reader.answer(FoundWords.model_validate(found), request), request)
    mine, theirs = local.query, answer.query
    assert (theirs.slices, theirs.stops, theirs.price, theirs.passengers) == (
        mine.slices, mine.stops, mine.price, mine.passengers,
    )  # fmt: skip
    assert type(answer).model_validate_json(answer.model_dump_json()) == answer
