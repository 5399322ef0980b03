"""What models write is repaired where it can be and refused where not."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight_search.domain.intent import Kind
from flight_search.understand.llm.parse import UnreadableAnswerError, parse_one, parse_several
from flight_search.understand.llm.told import What, found_in, schema_of_one, schema_of_several
from flight_search.understand.llm.words import FoundWords

GOOD = {"kind": "fare", "legs": [{"origin": "Boston", "destination": "Denver"}], "price": "under $600"}
TEXT = json.dumps(GOOD)


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        f"```json\n{TEXT}\n```",
        f"Sure! Here it is:\n{TEXT}\nAnything else?",
        f'<think>{{"kind": "help"}} no, rather a fare</think>{TEXT}',
        TEXT[:-1] + ",}",
        TEXT[:-1],
        TEXT[:-1] + ', "people": "2 adu',
        TEXT[:-1] + ', "people": ',
        json.dumps({"answers": [GOOD]}),
        json.dumps(GOOD | {"sql": "drop table", "query": {"slices": []}}),
        "{not json} " + TEXT,
    ],
)
def test_what_can_be_understood_is(text):
    found = parse_one(text)
    assert (found.kind, found.legs[0].destination, found.price) == (Kind.FARE, "Denver", "under $600")


@pytest.mark.parametrize(
    "text",
    [
        "", "no", "{}", "[]", "null", "{", "}", '{"a": 1}', '{"kind": "weather"}',
        "{" * 5_000, '{"a":' * 50_000, "[" * 50_000, "<think>" + TEXT, '{"kind": 3}'[:-1] + ', "legs"',
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_refused(text):
    with pytest.raises(UnreadableAnswerError):
        parse_one(text)


@given(st.text(max_size=300))
def test_any_text_is_understood_or_refused(text):
    with contextlib.suppress(UnreadableAnswerError):
        assert isinstance(parse_one(text), FoundWords)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(sorted(FoundWords.model_fields)), _JSON, max_size=8))
def test_any_value_of_any_field_is_taken_for_words_or_nothing_or_refused(value):
    try:
        found = parse_one(json.dumps(value))
    except UnreadableAnswerError:
        return
    assert all(
        isinstance(words, str) and len(words) <= 200 for words in (found.price, found.stay, *found.via)
    )
    assert len(found.legs) <= 6


def test_kinds_are_read_in_any_spelling_and_nothing_said_in_any_words():
    found = parse_one('{"kind": "Flight-Number", "trip": null, "price": "None", "via": ["any", "Denver"]}')
    assert (found.kind, found.trip, found.price, found.via) == (Kind.FLIGHT_NUMBER, "", "", ("", "Denver"))


def said(*rows):
    return {"kind": "search", "said": [{"what": what, "words": words} for what, words in rows]}


def test_everything_that_can_be_said_has_a_field_of_its_own():
    fields = [found_in(said((what, "words"))).model_dump() for what in What]
    assert all(found != FoundWords().model_dump() for found in fields)
    assert all(found != other for index, found in enumerate(fields) for other in fields[:index])


def test_places_one_after_the_other_are_legs():
    tour = found_in(
        said(("from", "A"), ("to", "B"), ("date", "may"), ("from", "B"), ("to", "C"), ("to", "D"))
    )
    assert [(leg.origin, leg.destination, leg.dates) for leg in tour.legs] == [
        ("A", "B", "may"),
        ("B", "C", ""),
        ("", "D", ""),
    ]


def test_places_said_the_other_way_round_are_one_leg():
    (leg,) = found_in(said(("to", "B"), ("date", "may"), ("from", "A"), ("return_date", "june"))).legs
    assert (leg.origin, leg.destination, leg.dates) == ("A", "B", "may")


def test_words_without_room_are_kept_and_repetitions_are_not():
    found = found_in(said(("date", "may"), ("date", "june"), ("people", "2"), ("people", "2")))
    assert (found.legs[0].dates, found.people, found.changes) == ("may", "2", ("june",))


@pytest.mark.parametrize(
    "rows",
    [
        None, "from Boston", {"what": "from"}, [[]], ["from"], [{"what": "sql", "words": "x"}],
        [{"what": ["from"], "words": "x"}], [{"what": "from", "words": 3}], [{"what": "from", "words": " "}],
    ],
)  # fmt: skip
def test_entries_of_another_form_do_not_exist(rows):
    assert found_in({"kind": "search", "said": rows}) == FoundWords()


@pytest.mark.parametrize(
    "text",
    [
        '{"kind": "search", "said": [{"what": "price", "words": NaN}]}',
        '{"kind": "search", "said": [{"what": "price", "words": 1e999}]}',
        '{"kind": "search", "said": [{"what": "price", "words": ' + "9" * 4_000 + "}]}",
        '{"kind": "fare", "kind": "search", "said": [{"what": "to", "words": "A"}], "said": []}',
        '{"kind": "search", "said": ' + "[" * 900 + "]" * 900 + "}",
        '{"kind": "search", "said": [{"what": "to", "words": "' + "A" * 90_000,
    ],
)
def test_numbers_that_are_none_repetitions_and_depth_say_nothing_or_are_refused(text):
    try:
        found = parse_one(text)
    except UnreadableAnswerError:
        return
    assert found == FoundWords()


def test_an_endless_list_ends():
    assert len(found_in(said(*[("to", f"place {number}") for number in range(5_000)])).legs) == 6


def test_numbers_and_single_words_are_taken_for_what_they_mean():
    found = parse_one('{"people": 2, "airlines": "Delta", "via": null, "legs": null, "back": "sunday"}')
    assert (found.people, found.airlines, found.via, found.legs, found.back.dates) == (
        "2",
        ("Delta",),
        (),
        (),
        "",
    )


def test_answers_to_several_come_in_their_order_and_what_is_missing_or_wrong_is_none():
    answers = [
        {"number": 3, "kind": "help"},
        {"number": 1, **GOOD},
        {"number": 2, "kind": "weather"},
        {"number": 9, **GOOD},
        {"number": 1, "kind": "help"},
        "nonsense",
    ]
    first, second, third = parse_several(json.dumps({"answers": answers}), 3)
    assert (first.kind, second, third.kind) == (Kind.FARE, None, Kind.HELP)


@pytest.mark.parametrize("text", ["", "{}", '{"answers": {}}', TEXT])
def test_no_list_of_answers_is_refused(text):
    with pytest.raises(UnreadableAnswerError):
        parse_several(text, 2)


def _objects(schema):
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for value in schema.values():
            yield from _objects(value)


@pytest.mark.parametrize("schema", [schema_of_one(), schema_of_several()])
def test_schemas_have_the_strict_form_that_servers_ask_for(schema):
    for part in _objects(schema):
        assert part["additionalProperties"] is False
        assert part["required"] == list(part["properties"])


def test_the_schema_has_three_fields_and_nothing_else():
    assert list(schema_of_one()["properties"]) == ["kind", "asks", "said"]
