"""A follow-up has the kind of the merged request, though only the query before is sent with it."""

import pytest

from flight_search.domain.intent import Kind


@pytest.mark.parametrize(
    ("first", "then", "kind"),
    [
        ("cheapest day from JFK to LAX in december", "what about January?", Kind.CALENDAR),
        ("how much is JFK to LAX on dec 5", "and in business?", Kind.FARE),
        ("which airlines fly JFK to LAX", "and from Boston?", Kind.AIRLINES),
        ("where can I go from New York under $200", "nonstop only", Kind.EXPLORE),
        ("when does AA100 leave?", "and tomorrow?", Kind.SCHEDULE),
        ("JFK to LAX on dec 5", "in the morning", Kind.SEARCH),
    ],
)
def test_what_was_asked_before_is_still_asked(ask, first, then, kind):
    answer = ask(then, ask(first).query)
    assert answer.kind is kind
    assert answer.query.kind is (None if kind is Kind.SEARCH else kind)


@pytest.mark.parametrize(
    ("first", "then", "kind"),
    [
        ("cheapest day from JFK to LAX in december", "which airlines fly it?", Kind.AIRLINES),
        ("how much is JFK to LAX on dec 5", "show me the flights", Kind.SEARCH),
        ("how much is JFK to LAX on dec 5", "Boston to Denver on friday", Kind.SEARCH),
        ("how much is JFK to LAX on dec 5", "what about Boston to Denver?", Kind.FARE),
        ("where can I go from New York under $200", "Miami", Kind.SEARCH),
        ("JFK to LAX on dec 5", "what is the cheapest day?", Kind.CALENDAR),
    ],
)
def test_what_is_asked_now_wins(ask, first, then, kind):
    assert ask(then, ask(first).query).kind is kind


@pytest.mark.parametrize("trip", ["JFK to LAX dec 5", "JFK to LAX dec 5 to dec 9", "JFK to LAX to SEA dec 5"])
def test_an_open_wish_gives_up_the_destination_before(ask, trip):
    answer = ask("somewhere warm from new york in february under 200", ask(trip).query)
    assert answer.kind is Kind.EXPLORE
    assert answer.query.slices[0].destination is None
    assert answer.query.slices[0].origin.airports[0] in ("JFK", "EWR", "LGA")
    assert answer.query.price.max == 200


def test_a_place_asked_about_gives_way_to_the_next(ask):
    answer = ask("what about London?", ask("what airports are in New York").query)
    assert answer.kind is Kind.AIRPORT
    assert answer.query.slices[0].origin.label == "London"
    assert answer.query.slices[0].destination is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("beach town from New York in February, nonstop", "beach town"),
        ("a ski trip from JFK in January under $200", "a ski trip"),
        ("a romantic weekend from Newark in May", "a romantic weekend"),
        ("a beach weekend from JFK in May under $300", "a beach weekend"),
    ],
)
def test_a_description_is_a_destination_that_is_open(ask, text, words):
    answer = ask(text)
    assert answer.kind is Kind.EXPLORE
    assert not answer.missing
    assert answer.query.preferences.startswith(words)


def test_a_description_beside_a_destination_only_ranks(ask):
    answer = ask("JFK to Miami in May, a beach vacation")
    assert answer.kind is Kind.SEARCH
    assert answer.query.preferences == "a beach vacation"
