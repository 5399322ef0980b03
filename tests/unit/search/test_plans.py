"""Whichever plan runs, the result is the same: every plan forced on the same queries."""

# ruff: noqa: S311 - test data, no secret

import random

import numpy as np
import pytest

from flight_search.domain.query import FlightQuery
from flight_search.search.bundles import NEAR_MINUTES, bundle
from flight_search.search.choice import PlanName, choose
from flight_search.search.current import CurrentIndex
from flight_search.search.dates import minute_of
from flight_search.search.find import find
from flight_search.search.found import Ask
from flight_search.search.index import SnapshotIndex
from flight_search.search.meaning import embed_wish
from flight_search.search.money import pricing_of
from flight_search.search.trace import Stopwatch, Trace

AIRPORTS = ("AMS", "BOS", "EWR", "HNL", "JFK", "LGW", "LHR", "NRT")
EVERYWHERE = {"label": "everywhere", "airports": list(AIRPORTS)}
WISHES = (
    "",
    "",
    "beach",
    "night",
    "quiet island",
    "somewhere warm",
    "low-cost, easy connections, beach",
    "no red-eye",
)


@pytest.fixture(scope="module")
def indexes(make_world, now):
    """Return indexes of several worlds, with bundles."""
    made = []
    for seed, knows, one_cabin in ((1, True, False), (2, False, True), (3, False, False)):
        index = SnapshotIndex(
            make_world(seed, segments=700, connections=500, knows=knows, one_cabin=one_cabin).snapshot
        )
        index.bundled = bundle(index, minute_of(now))
        made.append(index)
    return made


def broad_query(rng):
    """Return a query that bundles can answer."""
    part = rng.choice(
        (
            {"origin": EVERYWHERE},
            {"destination": EVERYWHERE},
            {"origin": EVERYWHERE, "destination": EVERYWHERE},
        )
    )
    if rng.random() < 0.4:
        first, last = rng.randrange(24), rng.randrange(24)
        part = {**part, "depart_time": {"from": f"{first:02d}:00", "to": f"{last:02d}:59"}}
    low, high = sorted(rng.choices((0, 49.99, 50, 100, 123.45, 300.1, 700), k=2))
    fewest, most = sorted(rng.choices((0, 1, 2), k=2))
    return {
        "slices": [part],
        "passengers": {"adults": rng.choice((1, 1, 2)), "children": rng.choice((0, 0, 1))},
        "cabin": rng.choice((None, None, "economy", "business")),
        "stops": {"min": rng.choice((None, fewest)), "max": rng.choice((None, most))},
        "carriers": {
            "include": rng.choice(([], [], ["AA"], ["AA", "BA"])),
            "exclude": rng.choice(([], [], ["KL"])),
        },
        "price": {
            "min": rng.choice((None, None, f"{low:.2f}")),
            "max": rng.choice((None, f"{high:.2f}")),
            "currency": rng.choice(("USD", "USD", "EUR", "JPY")),
        },
        "sort": rng.choice(("best", "best", "best", "price", "duration")),
        "preferences": rng.choice(WISHES),
    }


def ask_of(index, raw, now, embedder, minutes=0):
    """Return what is asked so many minutes after the bundles were made."""
    query = FlightQuery.model_validate(raw)
    wish = embed_wish(query.preferences, embedder, index)
    return Ask(query, minute_of(now) + minutes, pricing_of(query, index.snapshot.manifest), wish)


@pytest.mark.parametrize("seed", range(12))
def test_every_plan_gives_the_same_result(seed, indexes, now, word_embedder):
    rng = random.Random(seed)
    index, embedder = indexes[seed % len(indexes)], word_embedder()
    pages, answered = 0, 0
    for _ in range(40):
        ask = ask_of(index, broad_query(rng), now, embedder, rng.choice((0, 45, 179)))
        expected = find(index, ask, Stopwatch(), plan=PlanName.FILTER_FIRST)
        offset, limit = rng.choice(((0, 1), (0, 10), (3, 7), (10, 10), (0, 60)))
        first = expected.first(offset, limit) if offset < expected.total else []
        pages += bool(first)
        for plan in (PlanName.MIXED, PlanName.MEANING_FIRST):
            trace = Trace()
            found = find(index, ask, Stopwatch(trace), plan=plan)
            answered += trace.choice["order_of_stages"] == str(plan)
            assert found.total == expected.total, ask.query
            assert found.facets() == expected.facets(), ask.query
            assert found.extremes() == expected.extremes(), ask.query
            assert found.lowest_total() == expected.lowest_total()
            shown = found.first(offset, limit) if offset < found.total else []
            assert shown == first, ask.query
            assert found.order == expected.order
            assert found.notes == expected.notes
    assert pages > 15  # else the queries would test nothing
    assert answered >= 10


def test_what_bundles_do_not_know_is_filtered(indexes, now, word_embedder):
    index, embedder = indexes[2], word_embedder()
    for change in (
        {"slices": [{"origin": {"label": "", "airports": ["JFK", "LHR"]}}]},
        {"slices": [{"origin": EVERYWHERE, "depart_date": {"from": "2026-12-04", "to": "2026-12-05"}}]},
        {"slices": [{"origin": EVERYWHERE, "depart_time": {"from": "06:30", "to": "11:59"}}]},
        {"slices": [{"origin": EVERYWHERE, "weekdays": ["sat"]}]},
        {"slices": [{"origin": EVERYWHERE}], "sort": "emissions"},
        {"slices": [{"origin": EVERYWHERE}], "passengers": {"adults": 1, "infants": 1}},
        {"slices": [{"origin": EVERYWHERE}], "connections": {"via": ["JFK"]}},
        {"slices": [{"origin": EVERYWHERE}], "duration": {"max_minutes": 600}},
    ):
        choice = choose(index, ask_of(index, change, now, embedder), PlanName.MIXED)
        assert choice.plan is PlanName.FILTER_FIRST, change
        assert choice.reach is None


def test_the_plan_is_chosen_by_expected_counts(indexes, now, word_embedder):
    index = indexes[2]
    broad = ask_of(index, {"slices": [{"origin": EVERYWHERE}]}, now, word_embedder())
    choice = choose(index, broad)
    costs = dict(choice.expected_ms)
    assert costs[str(choice.plan)] == min(costs.values())
    # So few offers are filtered faster than bundles are opened.
    assert choice.plan is PlanName.FILTER_FIRST
    found = find(index, broad, Stopwatch(), plan=PlanName.MIXED)
    assert choice.expected_matches == pytest.approx(found.total, rel=0.1)


def test_bundles_hold_every_offer_once(indexes, now):
    for index in indexes:
        bundled, offers = index.bundled, index.snapshot.offers
        rows = np.sort(np.concatenate([bundled.near, bundled.offers.row]))
        expected = np.flatnonzero((offers.departs_utc > minute_of(now)) & (offers.seats != 0))
        assert rows.tolist() == expected.tolist()
        assert bundled.bundles.start[-1] == len(bundled.offers.row)


def test_bundles_are_used_for_their_hours_only(indexes, now, word_embedder):
    index, embedder = indexes[2], word_embedder()
    broad = {"slices": [{"origin": EVERYWHERE}]}
    for minutes, used in ((-1, False), (0, True), (NEAR_MINUTES - 1, True), (NEAR_MINUTES, False)):
        choice = choose(index, ask_of(index, broad, now, embedder, minutes), PlanName.MIXED)
        assert (choice.plan is PlanName.MIXED) == used


def test_bundles_are_made_in_the_background_and_anew_before_they_go_out_of_date(make_world, now, monkeypatch):
    monkeypatch.setattr("flight_search.search.current.LEAST_BUNDLED", 1)
    snapshot, begun = make_world(4).snapshot, []
    current = CurrentIndex(Always(snapshot), begun.append)
    index, minute = current.get(), minute_of(now)
    current.keep_bundled(index, minute)
    current.keep_bundled(index, minute)
    assert index.bundled is None
    assert len(begun) == 1
    begun.pop()()
    assert index.bundled.begins == minute
    current.keep_bundled(index, minute + NEAR_MINUTES // 2)
    assert not begun
    current.keep_bundled(index, minute + NEAR_MINUTES - 1)
    begun.pop()()
    assert index.bundled.begins == minute + NEAR_MINUTES - 1


class Always:
    """A source of one snapshot."""

    def __init__(self, snapshot):
        self._snapshot = snapshot

    def get(self):
        return self._snapshot
