"""Every promise of the schema that a search leans on is checked: one broken promise after the other."""

import dataclasses
from datetime import UTC, datetime

import numpy as np
import pytest

from flight_search.catalog.soundness import soundness_problems

AT = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def problems(make_draft):
    """A function that changes a sound draft and returns what is then wrong with it."""

    def problems_after(change=lambda _: None, *, rows=40):
        draft = make_draft(rows=rows, seed=5)
        changed = change(draft)
        return soundness_problems((changed or draft).in_memory("test", AT))

    return problems_after


def test_a_sound_snapshot_has_no_problems(problems):
    assert problems() == []
    assert problems(rows=0) == []
    assert problems(rows=1) == []


def setting(table, column, value, row=3):
    def change(draft):
        getattr(getattr(draft, table), column)[row] = value

    return change


OUT_OF_RANGE = [
    ("offers", "origin", 3),
    ("offers", "destination", 65_535),
    ("offers", "departure_minute", 1440),
    ("offers", "departure_minute", -1),
    ("offers", "arrival_minute", 1440),
    ("offers", "carrier", 2),
    ("offers", "segment_0", 40),
    ("offers", "segment_0", 0xFFFF_FFFF),
    ("offers", "segment_1", 40),
    ("offers", "segment_2", 40),
    ("offers", "price", -1),
    ("offers", "stops", 3),
    ("offers", "cabin", 4),
    ("offers", "basis", 4),
    ("offers", "profile", 3),
    ("offers", "source", 1),
    ("segments", "carrier", 2),
    ("segments", "operating_carrier", 9),
    ("segments", "origin", 3),
    ("segments", "destination", 3),
    ("segments", "aircraft", 0),
    ("routes", "origin", 3),
    ("routes", "destination", 3),
]


@pytest.mark.parametrize(("table", "column", "value"), OUT_OF_RANGE)
def test_a_value_outside_its_range_is_named(problems, table, column, value):
    assert f"{table}.{column} points outside its table or range" in problems(setting(table, column, value))


JOURNEYS = [
    ("offers", "stops", 1, "offers.stops is not the number of segments less one"),
    ("offers", "segment_1", 4, "offers.stops is not the number of segments less one"),
    ("offers", "duration_minutes", 1, "an offer does not arrive when its last segment does"),
    ("segments", "duration_minutes", 1, "an offer does not arrive when its last segment does"),
    ("segments", "departs_utc", 1, "an offer does not depart when its first segment does"),
    ("offers", "departure_day", 1, "local and UTC departure times of an offer contradict each other"),
    ("segments", "origin_offset", 7, "local and UTC departure times of an offer contradict each other"),
    ("offers", "arrival_day", 1, "local and UTC arrival times of an offer contradict each other"),
    ("segments", "destination_offset", 7, "local and UTC arrival times of an offer contradict each other"),
]


@pytest.mark.parametrize(("table", "column", "value", "says"), JOURNEYS)
def test_facts_that_contradict_each_other_are_told(problems, table, column, value, says):
    assert says in problems(setting(table, column, value))


def test_a_gap_between_the_segments_of_an_offer_is_told(problems):
    def skip_the_second(draft):
        draft.offers.segment_2[3] = 4
        draft.offers.stops[3] = 1

    assert problems(skip_the_second) == ["an offer has a third segment and no second"]


@pytest.mark.parametrize(
    ("column", "says"), [("origin", "does not start where"), ("destination", "does not end where")]
)
def test_a_segment_elsewhere_is_told(problems, column, says):
    def move(draft):
        column_of = getattr(draft.segments, column)
        column_of[3] = (column_of[3] + 1) % 3

    assert any(says in problem for problem in problems(move))


@pytest.mark.parametrize(
    ("column", "by", "says"),
    [
        ("end", 1, "gapless"),
        ("start", 1, "gapless"),
        ("origin", 1, "sorted"),
        ("destination", 1, "airports of their offers"),
    ],
)
def test_routes_that_do_not_tile_the_offers_are_told(problems, column, by, says):
    def shift(draft):
        # The last route of these goes from LHR to JFK: its destination can move without leaving the order.
        row = -1 if column in ("end", "destination") else 1
        values = getattr(draft.routes, column)
        values[row] = (values[row] + by) % 3 if column == "origin" else values[row] + by

    assert any(says in problem for problem in problems(shift))


def test_offers_out_of_order_are_told(problems):
    def swap(draft):
        for column in vars(draft.offers).values():
            column[[0, 1]] = column[[1, 0]]

    assert "offers are not in their order, or one occurs twice" in problems(swap)


def test_an_offer_that_occurs_twice_is_told(problems):
    def double(draft):
        for column in vars(draft.offers).values():
            column[1] = column[0]

    assert "offers are not in their order, or one occurs twice" in problems(double)


@pytest.mark.parametrize(("table", "column"), [("airports", "iata"), ("carriers", "iata")])
def test_codes_that_occur_twice_are_told(problems, table, column):
    def double(draft):
        codes = getattr(getattr(draft, table), column)
        codes[1] = codes[0]

    assert f"{table} are not sorted, or one occurs twice" in problems(double)


@pytest.mark.parametrize("value", [2.0, 0.0, np.nan, np.inf])
def test_vectors_of_another_length_than_one_are_told(problems, value):
    def stretch(draft):
        draft.vectors[1] *= value

    assert "vectors are not all of unit length" in problems(stretch)


def test_a_text_that_is_not_the_one_that_was_embedded_is_told(problems):
    assert "a profile's digest is not that of its text" in problems(
        setting("profiles", "text", "other", row=0)
    )


def test_vectors_that_do_not_belong_to_the_profiles_are_told(problems):
    found = problems(lambda draft: dataclasses.replace(draft, vectors=draft.vectors[1:]))
    assert found == ["vectors have the shape (2, 8) instead of (3, 8)"]


def test_counts_that_differ_from_the_manifest_are_told(make_draft):
    snapshot = make_draft(rows=40).in_memory("test", AT)
    other = make_draft(rows=39).in_memory("test", AT)
    found = soundness_problems(dataclasses.replace(snapshot, manifest=other.manifest))
    assert "offers has 40 rows, the manifest says 39" in found
