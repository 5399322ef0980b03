import re

import pytest

from flight_search.ingest.climate import ClimateMap
from flight_search.ingest.destinations import SEASONS, Destination, describe_destinations, read_characters
from flight_search.reference.airports import load_airports

WINTER, SUMMER = SEASONS.index("winter"), SEASONS.index("summer")


@pytest.fixture(scope="module")
def world(real_map: ClimateMap) -> dict[str, Destination]:
    codes = list(load_airports())
    return dict(zip(codes, describe_destinations(codes, real_map), strict=True))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("MIA", ["Miami", "Florida", "by the sea", "beaches"]),
        ("HNL", ["Honolulu", "Hawaii", "island", "beaches"]),
        ("DEN", ["Denver", "Colorado", "mountains", "big city"]),
        ("BOS", ["Boston", "by the sea"]),
        ("STT", ["Virgin Islands", "island", "beaches"]),
        ("NCE", ["Nice", "France", "by the sea"]),
        ("LPB", ["La Paz", "Bolivia", "mountains"]),
    ],
)
def test_what_is_known_of_a_place_is_said(world: dict[str, Destination], code: str, words: list[str]):
    said = f"{world[code].place}. {world[code].character}"
    assert [word for word in words if word not in said] == []


@pytest.mark.parametrize(
    ("code", "word"), [("BOS", "beaches"), ("DEN", "sea"), ("ORD", "mountains"), ("PHX", "sea")]
)
def test_what_is_not_so_is_not_said(world: dict[str, Destination], code: str, word: str):
    assert not re.search(rf"\b{word}\b", world[code].character)


@pytest.mark.parametrize(
    ("code", "season", "word"),
    [
        ("MIA", WINTER, "winter sun"),
        ("SJU", WINTER, "tropical"),
        ("BUF", WINTER, "snow"),
        ("EGE", WINTER, "snow"),
        ("PHX", SUMMER, "very hot"),
        ("PHX", WINTER, "mild"),
        ("LAX", WINTER, "mild"),
        ("MSP", WINTER, "cold"),
        ("MSP", SUMMER, "hot"),
        ("ANC", SUMMER, "cool"),
        ("SEA", WINTER, "rain"),
        ("MCO", WINTER, "winter sun"),
        ("ATL", SUMMER, "hot"),
        ("SYD", SUMMER, "hot"),
        ("HNL", WINTER, "warm"),
    ],
)
def test_the_weather_of_a_season_is_that_of_the_place(
    world: dict[str, Destination], code: str, season: int, word: str
):
    assert word in world[code].weather[season]


def test_the_southern_hemisphere_is_known(world: dict[str, Destination]):
    assert world["SYD"].is_southern
    assert not world["JFK"].is_southern


def test_every_airport_of_the_world_is_described_without_numbers_or_repetition(world: dict[str, Destination]):
    for code, there in world.items():
        assert there.place, code
        # A few proper names hold digits of their own; what is added by us never does.
        added = there.character.replace("Route 66", "") + " ".join(there.weather)
        assert not re.search(r"\d", added), code
        words = there.character.split(", ")
        assert len(set(words)) == len(words), code


def test_the_climate_of_almost_every_airport_is_known(world: dict[str, Destination]):
    unknown = [code for code, there in world.items() if not there.weather[0]]
    assert len(unknown) < 0.03 * len(world), unknown


def test_the_table_of_characters_names_real_airports_once():
    characters = read_characters()
    assert [code for code in characters if code not in load_airports()] == []
    assert all(words.strip() == words and words for words in characters.values())
