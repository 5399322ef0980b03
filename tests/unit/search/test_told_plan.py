"""The plan of a search, told where it is asked for."""

import datetime as dt

import pytest
from tests.unit.search.asking import ALL, ANYTHING, LONDON, NEW_YORK, search

from flight_search.domain.result import SearchResult

BEFORE = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
"""Before the first flight: nothing has departed."""


def test_a_plan_is_told_only_where_it_is_asked_for(world, engine_of):
    engine = engine_of(world)
    plain, told = search(engine, ANYTHING), search(engine, ANYTHING, explain=True)
    assert plain.plan is None
    assert told.model_copy(update={"plan": None, "timings_ms": plain.timings_ms}) == plain


@pytest.mark.parametrize(
    ("constraint", "step"),
    [
        ({"carriers": {"include": ["AA", "B6"]}}, "carriers"),
        ({"carriers": {"exclude": ["AA"]}}, "carriers"),
        ({"stops": {"min": 1, "max": 1}}, "stops"),
        ({"cabin": "business"}, "cabin"),
        ({"duration": {"max_minutes": 600}}, "duration"),
        ({"price": {"min": "50", "max": "300"}}, "price"),
        ({"slices": [{"origin": ALL, "depart_time": {"from": "06:00", "to": "12:20"}}]}, "depart_time"),
        ({"slices": [{"origin": ALL, "arrive_time": {"from": "21:00", "to": "02:59"}}]}, "arrive_time"),
    ],
)
def test_of_one_constraint_on_all_the_data_the_estimate_is_what_is_left(
    make_world, engine_of, constraint, step
):
    world = make_world(25, knows=False)
    result = search(engine_of(world, now=BEFORE), {**ANYTHING, **constraint}, explain=True)
    steps = {told["step"]: told for told in result.plan["slices"][0]["steps"]}
    assert steps["routes and days"]["rows"] == len(world.offers)
    assert 0 < steps[step]["rows"] < len(world.offers)
    assert steps[step]["estimated_rows"] == steps[step]["rows"]
    assert list(steps.values())[-1]["rows"] >= result.total


def test_a_plan_counts_down_to_what_matches(world, engine_of, word_embedder, now):
    query = {
        "trip": "round_trip",
        "slices": [{"origin": NEW_YORK, "destination": LONDON, "depart_time": {"to": "18:00"}}, {}],
        "stops": {"max": 1},
        "connections": {"avoid": ["AMS"]},
        "preferences": "beach",
    }
    result = search(engine_of(world, embedder=word_embedder()), query, explain=True)
    out, back = result.plan["slices"]
    assert [step["step"] for step in out["steps"]][:3] == ["routes and days", "departed", "stops"]
    assert back["steps"][-1]["step"] == "in time after the slice before"
    for part in (out, back):
        rows = [step["rows"] for step in part["steps"]]
        assert rows == sorted(rows, reverse=True)
    left = [
        offer
        for offer in world.offers
        if offer.origin in NEW_YORK["airports"]
        and offer.destination in LONDON["airports"]
        and offer.departs > now
    ]
    assert out["steps"][1]["rows"] == len(left)
    assert out["steps"][2]["rows"] == sum(len(offer.segments) <= 2 for offer in left)
    assert result.plan["journeys"]["journeys"] == result.total
    assert result.plan["journeys"]["combinations"] >= result.total
    assert result.plan["scored_profiles"] >= 1
    assert result.plan["order_of_stages"] == "filter first"
    assert SearchResult.model_validate_json(result.model_dump_json(by_alias=True)) == result
