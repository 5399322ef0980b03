import asyncio

import pytest

from flight_search.cli.place_names import PlaceReader, known_codes
from flight_search.domain.errors import NotFoundError
from flight_search.domain.query import Place
from flight_search.services.ports import PlaceSuggestion


def suggestion(label, kind, *airports, subdivision=""):
    return PlaceSuggestion(
        label=label,
        kind=kind,
        airports=airports,
        country="US",
        subdivision=subdivision,
        popularity=1,
        score=1,
    )


PLACES = {
    "JFK": [suggestion("Kennedy Airport", "airport", "JFK")],
    "LGA": [suggestion("La Guardia", "airport", "LGA")],
    "new york": [suggestion("New York", "city", "JFK", "LGA")],
    "New York, NY": [suggestion("New York", "city", "JFK", "LGA")],
    "Bostn": [suggestion("Boston", "city", "BOS", subdivision="Massachusetts")],
    "Portland": [
        suggestion("Portland", "city", "PDX", subdivision="Oregon"),
        suggestion("Portland", "city", "PWM", subdivision="Maine"),
    ],
}


class Atlas:
    """A few places by their exact names."""

    async def find(self, name, limit):
        return PLACES.get(name, [])[:limit]


def look_up(name):
    told = []
    return asyncio.run(PlaceReader(Atlas(), told.append).look_up(name)), told


def test_a_code_stands_for_its_airport():
    assert look_up("JFK") == (Place(label="JFK", airports=("JFK",)), [])


@pytest.mark.parametrize("text", ["JFK,LGA", "jfk, lga"])
def test_codes_with_commas_are_a_list(text):
    assert look_up(text) == (Place(label="JFK, LGA", airports=("JFK", "LGA")), [])


def test_a_comma_in_a_name_makes_no_list():
    place, _ = look_up("New York, NY")
    assert place == Place(label="New York", airports=("JFK", "LGA"))


def test_a_plain_name_needs_no_word():
    assert look_up("new york") == (Place(label="New York", airports=("JFK", "LGA")), [])


def test_a_misspelt_name_is_told():
    place, told = look_up("Bostn")
    assert place.airports == ("BOS",)
    assert told == ["'Bostn' is read as Boston, Massachusetts, US (BOS)."]


def test_a_name_of_two_places_is_told():
    place, (told,) = look_up("Portland")
    assert place.airports == ("PDX",)
    assert "Maine" in told


def test_an_unknown_name_is_an_error_that_names_it():
    with pytest.raises(NotFoundError, match="Xyzzy") as caught:
        look_up("Xyzzy")
    assert "flight-search places" in caught.value.remedy


def test_codes_in_capitals_need_no_gazetteer():
    airports = {"JFK", "LGA"}
    assert known_codes("JFK, LGA", airports) == Place(label="JFK, LGA", airports=("JFK", "LGA"))
    for name in ("jfk", "NYC", "JFK,NYC", "New York", "JFK,"):
        assert known_codes(name, airports) is None
