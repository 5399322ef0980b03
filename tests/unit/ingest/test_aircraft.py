import pytest

from flight_search.ingest.aircraft import _TYPES, aircraft_type


@pytest.mark.parametrize(
    ("model", "name", "family"),
    [
        ("737-823", "737-800", "narrow-body jet"),
        ("737-8", "737 MAX 8", "narrow-body jet"),
        ("737-924ER", "737-900", "narrow-body jet"),
        ("737-9", "737 MAX 9", "narrow-body jet"),
        ("A320-232", "A320", "narrow-body jet"),
        ("A320-251N", "A320neo", "narrow-body jet"),
        ("A321-271NX", "A321neo", "narrow-body jet"),
        ("A321-231", "A321", "narrow-body jet"),
        ("BD-500-1A10", "A220-100", "narrow-body jet"),
        ("BD-500-1A11", "A220-300", "narrow-body jet"),
        ("ERJ 170-200 LR", "Embraer 175", "regional jet"),
        ("ERJ 190-100 IGW", "Embraer 190", "regional jet"),
        ("CL-600-2D24", "CRJ-900", "regional jet"),
        ("777-222", "777-200", "wide-body jet"),
        ("787-10", "787-10", "wide-body jet"),
        ("A330-941", "A330-900neo", "wide-body jet"),
    ],
)
def test_types_have_the_names_that_people_say(model: str, name: str, family: str):
    found = aircraft_type(model)
    assert found is not None
    assert (found.name, found.family) == (name, family)


@pytest.mark.parametrize("model", [None, "", "R44", "172S", "ENSTROM 280", "x" * 10_000])
def test_what_is_no_airliner_is_not_known(model: str | None):
    assert aircraft_type(model) is None


def test_every_name_has_one_meaning():
    names = [kind.name for _, kind in _TYPES]
    assert len(set(names)) == len(names)
    assert all(0 < kind.seats < 500 for _, kind in _TYPES)
