"""What a search says beside its offers: what the data lacks, contradictions, ways out of nothing."""

import itertools
import json
import re
from decimal import Decimal

import pytest
from tests.unit.search.asking import ALL, ANYTHING, BOSTON, LONDON, NEW_YORK, search

from flight_search.domain.result import Status


@pytest.mark.parametrize(
    ("part", "note"),
    [
        ({"origin": {"label": "Atlantis", "airports": []}}, "No airport is known for “Atlantis”"),
        ({"origin": {"label": "Paris", "airports": ["CDG"]}}, "no flights from Paris (CDG)"),
        ({"origin": BOSTON, "destination": BOSTON}, "the same: Boston"),
        ({"origin": ALL, "depart_date": {"to": "2026-12-01"}}, "Those dates are over"),
        ({"origin": ALL, "depart_date": {"from": "2027-12-01"}}, "The data ends on"),
    ],
)
def test_what_the_data_does_not_cover_is_said(world, engine_of, part, note):
    result = search(engine_of(world), {"slices": [part]})
    assert result.status is Status.NO_MATCH
    assert note in " ".join(result.notes)


def test_a_query_without_any_place_needs_one(world, engine_of):
    result = search(engine_of(world), {"slices": [{}]})
    assert result.status is Status.NEEDS
    assert "where" in result.notes[0].lower()
    assert result.offers == ()


def merge(query, change):
    """Merge as RFC 7386 says."""
    if not isinstance(change, dict):
        return change
    merged = dict(query) if isinstance(query, dict) else {}
    for name, value in change.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge(merged.get(name), value)
    return merged


IMPOSSIBLE = [
    {"price": {"min": "99999"}},
    {"duration": {"max_minutes": 1}, "carriers": {"include": ["ZZ"]}},
    {"carriers": {"include": ["ZZ"]}},
    {"duration": {"max_minutes": 1}},
    {"stops": {"min": 2}, "layover": {"min_minutes": 5000}},
    {"connections": {"via": ["CDG"]}},
    {"flight": {"carrier": "AA", "number": "9999"}},
    {"slices": [{"origin": ALL, "depart_date": {"from": "2026-12-12", "to": "2026-12-12"}}]},
    {"slices": [{"origin": ALL, "depart_time": {"from": "03:01", "to": "03:02"}}]},
    {"slices": [{"origin": {"label": "White Plains", "airports": ["HPN"]}, "destination": LONDON}]},
    {
        "trip": "round_trip",
        "slices": [{"origin": NEW_YORK, "destination": LONDON}, {}],
        "nights": {"min": 300},
    },
    {
        "trip": "round_trip",
        "slices": [{"origin": NEW_YORK, "destination": LONDON}, {"depart_date": {"to": "2026-12-01"}}],
    },
]


@pytest.mark.parametrize("impossible", IMPOSSIBLE, ids=[json.dumps(query)[:60] for query in IMPOSSIBLE])
def test_every_relaxation_finds_what_it_says(world, engine_of, impossible):
    engine = engine_of(world)
    query = {**ANYTHING, **impossible}
    result = search(engine, query)
    assert result.status is Status.NO_MATCH
    echoed = result.query.model_dump(mode="json", by_alias=True)
    for relaxation in result.relaxations:
        for changed in ({**echoed, **relaxation.change}, merge(echoed, relaxation.change)):
            found = search(engine, {**changed, "sort": "price"}, limit=1)
            assert found.total == relaxation.total > 0
            assert Decimal(found.offers[0].price.amount) == relaxation.from_price
    assert result.relaxations
    # Where two things are wrong at once, pairs of changes are the way out.
    assert any("," in change.field for change in result.relaxations) == (impossible == IMPOSSIBLE[1])


def test_where_no_one_or_two_changes_help_the_bare_journey_is_offered(world, engine_of):
    query = {
        **ANYTHING,
        "cabin": "first",
        "carriers": {"include": ["ZZ"]},
        "connections": {"via": ["CDG"]},
        "duration": {"max_minutes": 1},
        "passengers": {"adults": 2},
    }
    engine = engine_of(world)
    (change,) = search(engine, query).relaxations
    found = search(engine, {**query, **change.change}, limit=1)
    assert (change.field, found.total) == ("all", change.total)
    assert found.query.passengers.adults == 2


CONTRADICTIONS = [
    ({"carriers": {"include": ["AA", "B6"], "exclude": ["AA", "B6"]}}, "is refused as well"),
    ({"carriers": {"include": ["LH"]}}, "This data has no flights of Lufthansa (LH)."),
    ({"connections": {"via": ["BOS"], "avoid": ["BOS"]}}, "BOS are asked for and to be avoided"),
    ({"connections": {"via": ["BOS"]}, "stops": {"max": 0}}, "cannot go via BOS"),
    ({"connections": {"via": ["CDG", "SYD"]}}, "This data has no flights to CDG or SYD."),
    (
        {
            "slices": [
                {
                    "origin": ALL,
                    "depart_date": {"from": "2026-12-05", "to": "2026-12-05"},
                    "weekdays": ["mon"],
                }
            ]
        },
        "That day is not a Monday.",
    ),
    (
        {
            "slices": [
                {
                    "origin": ALL,
                    "depart_date": {"from": "2026-12-05", "to": "2026-12-07"},
                    "weekdays": ["tue", "wed"],
                }
            ]
        },
        "None of those days is a Tuesday or Wednesday.",
    ),
    (
        {
            "trip": "round_trip",
            "nights": {"min": 10},
            "slices": [
                {
                    "origin": NEW_YORK,
                    "destination": LONDON,
                    "depart_date": {"from": "2026-12-03", "to": "2026-12-04"},
                },
                {"depart_date": {"from": "2026-12-06", "to": "2026-12-08"}},
            ],
        },
        "do not leave room for 10 nights",
    ),
]


@pytest.mark.parametrize(("wrong", "note"), CONTRADICTIONS, ids=[note for _, note in CONTRADICTIONS])
def test_what_contradicts_itself_is_said(world, engine_of, wrong, note):
    result = search(engine_of(world), {**ANYTHING, **wrong})
    assert result.status is Status.NO_MATCH
    assert note in " ".join(result.notes)
    assert result.relaxations


def test_a_cabin_that_the_data_does_not_have_is_said(plain_world, engine_of):
    result = search(engine_of(plain_world), {**ANYTHING, "cabin": "business"})
    assert "no fares in business class, only in economy" in " ".join(result.notes)


def test_nonstops_alone_are_said(make_world, engine_of):
    world = make_world(24, segments=30, connections=0)
    result = search(engine_of(world), {**ANYTHING, "stops": {"min": 1}})
    assert "This data has nonstops only." in result.notes


def test_what_the_price_of_a_journey_is_made_of_is_said(world, engine_of):
    slices = [{"origin": NEW_YORK, "destination": LONDON}, {}]
    result = search(engine_of(world), {"trip": "round_trip", "slices": slices})
    assert result.offers[0].price.basis == "sum_of_one_ways"
    assert any("the sum of its one-way estimates" in note for note in result.notes)
    alone = search(engine_of(world), {"slices": slices[:1]})
    assert not any("sum" in note for note in alone.notes)


def test_a_country_has_flights_within(world, engine_of):
    result = search(engine_of(world), {"slices": [{"origin": ALL, "destination": ALL}]})
    assert result.total
    assert not any("the same" in note for note in result.notes)


def test_countries_are_named_in_words(make_world, engine_of):
    engine = engine_of(make_world(21, segments=200, connections=0))
    result = search(engine, {"slices": [{"origin": {"label": "Sydney", "airports": ["SYD"]}}]})
    assert "SYD" in result.notes[0]
    assert not any("km away" in note for note in result.notes)


def test_airports_nearby_are_offered(world, engine_of):
    query = {"slices": [{"origin": {"label": "White Plains", "airports": ["HPN"]}, "destination": LONDON}]}
    result = search(engine_of(world), query)
    assert [relaxation.field for relaxation in result.relaxations] == ["origin"]
    assert "JFK" in result.relaxations[0].text


def test_where_two_places_have_no_route_the_nearest_with_one_are_told(make_world, engine_of):
    world = make_world(26, segments=40, connections=0)
    engine, told = engine_of(world), 0
    routes = {(offer.origin, offer.destination) for offer in world.offers}
    for here, there in itertools.permutations(ALL["airports"], 2):
        ends = {
            "origin": {"label": "A", "airports": [here]},
            "destination": {"label": "B", "airports": [there]},
        }
        result = search(engine, {"slices": [ends]})
        if (here, there) in routes or not result.notes:
            continue
        for note in result.notes[1:]:
            place, code = re.fullmatch(
                r"The nearest airport to (\w) with such flights is .*\((\w+)\), .* km away\.", note
            ).groups()
            assert ((code, there) if place == "A" else (here, code)) in routes
            told += 1
        for change in result.relaxations:
            codes = re.findall(r"\b[A-Z]{3}\b", change.text)
            assert all(
                ((code, there) if change.field == "origin" else (here, code)) in routes for code in codes
            )
    assert told > 3
