"""Names to places: nicknames, codes, other languages, misspellings, and who is meant among many of a name."""

import pytest

from flight_search.places.gazetteer import Gazetteer
from flight_search.places.match import PlaceKind


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("New York", {"JFK", "LGA", "EWR"}),
        ("London", {"LHR", "LGW", "STN", "LTN", "LCY"}),
        ("Philly", {"PHL"}),
        ("the big apple", {"JFK", "LGA", "EWR"}),
        ("Bombay", {"BOM"}),
        ("Londres", {"LHR"}),
        ("München", {"MUC"}),
        ("لندن", {"LHR"}),
        ("ny", {"JFK", "LGA", "EWR"}),
        ("ORD", {"ORD"}),
        ("o'hare", {"ORD"}),
        ("St. Louis", {"STL"}),
        ("Saint Louis", {"STL"}),
        ("Bali", {"DPS"}),
        ("Hawaii", {"HNL", "OGG"}),
        ("san fransisco", {"SFO"}),
    ],
)
def test_names_stand_for_airports(gazetteer, name, codes):
    (best, *_) = gazetteer.lookup(name)
    assert codes <= set(best.airports)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("portland maine", "PWM"),
        ("portland", "PDX"),
        ("london ontario", "YXU"),
        ("paris , texas", "PRX"),
        ("birmingham alabama", "BHM"),
        ("birmingham", "BHX"),
        ("rome , georgia", "RMG"),
    ],
)
def test_a_region_after_a_name_says_which_place_is_meant(gazetteer, words, code):
    tokens = words.split()
    span = gazetteer.scan(tokens)[0]
    assert (span.start, span.end) == (0, len(tokens))
    assert code in span.best.airports


@pytest.mark.parametrize("word", ["nice", "mobile", "reading", "split"])
def test_names_that_are_everyday_words_are_marked(gazetteer, word):
    spans = gazetteer.scan(["to", word])
    assert all(match.common_word for span in spans for match in span.matches[:1])


def test_a_name_of_three_everyday_words_is_a_name(gazetteer):
    span = gazetteer.scan(["salt", "lake", "city"])[0]
    assert not span.best.common_word


@pytest.mark.parametrize(
    "sentence", ["cheap flights tomorrow morning under 500 dollars", "please show me the next one"]
)
def test_sentences_without_places_name_none(gazetteer, sentence):
    assert [span for span in gazetteer.scan(sentence.split()) if not span.best.common_word] == []


@pytest.mark.parametrize("name", ["", "   ", "🙂", "\u0000", "x" * 500, "zzzzqqqq"])
def test_unknown_and_empty_names_have_no_matches(gazetteer, name):
    assert gazetteer.lookup(name) == []


def test_the_beginning_of_a_name_is_enough_for_a_list(gazetteer):
    labels = [match.label for match in gazetteer.lookup("san f", limit=5)]
    assert "San Francisco" in labels


def test_airports_are_found_by_code_in_any_case(gazetteer):
    assert gazetteer.airport("jfk").iata == "JFK"
    assert gazetteer.airport("XXX") is None


def test_kinds_are_told(gazetteer):
    assert gazetteer.lookup("JFK")[0].kind is PlaceKind.AIRPORT
    assert gazetteer.lookup("Texas")[0].kind is PlaceKind.REGION
    assert gazetteer.lookup("Japan")[0].kind is PlaceKind.COUNTRY
    assert gazetteer.lookup("Europe")[0].kind is PlaceKind.CONTINENT
