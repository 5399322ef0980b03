"""docs/search.md against the code that it describes."""

import re
from pathlib import Path

import pytest

from flight_search.domain.result import SearchRequest
from flight_search.search.best import LIFT, MOST_LIFTING
from flight_search.search.weights import BOTH_SHARES, FACT_WEIGHTS, MEANING_SHARE, RAISED_SHARE

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def page():
    return (ROOT / "docs" / "search.md").read_text(encoding="utf-8")


def rows(page, heading):
    """Return the cells of the table under a heading row, without that and the ruler."""
    table = page.split(heading, 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def test_the_weights_are_those_of_the_code(page):
    written = [(name, float(share), why) for name, share, why in rows(page, "| part | weight | why |")]
    assert written == [(weight.name, weight.share, weight.reason) for weight in FACT_WEIGHTS]
    assert f"which then has {MEANING_SHARE:.2f}" in page
    assert f"make room for {RAISED_SHARE:.2f}" in page
    assert f"or {BOTH_SHARES:.2f} beside {BOTH_SHARES:.2f}" in page
    assert f"own score, `{LIFT}`" in page
    assert f"first {MOST_LIFTING:,}" in page


def test_the_stages_are_those_that_are_timed(page, make_world, engine_of):
    stages = {stage: files for stage, files, _ in rows(page, "| stage | file | what happens |")}
    engine = engine_of(make_world(80, segments=60))
    place = {"label": "", "airports": ["JFK", "EWR", "BOS", "LHR", "LGW"]}
    back = {"trip": "round_trip", "slices": [{"origin": place, "destination": place}, {}]}
    timed = set()
    for query in ({"slices": [{"origin": place}]}, {"slices": [{"origin": place}], "cabin": "first"}, back):
        nothing = {**query, "duration": {"max_minutes": 1}}
        for each in (query, nothing):
            timed |= engine.search(SearchRequest.model_validate({"query": each})).timings_ms.keys()
    assert timed == stages.keys() - {"prepare"}
    for files in stages.values():
        for file in re.findall(r"`([^`]+)`", files):
            assert (ROOT / "src" / "flight_search" / file).is_file()
