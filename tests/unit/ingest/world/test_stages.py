import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl
import pytest

from flight_search.domain.errors import IngestError
from flight_search.domain.progress import SilentProgress
from flight_search.ingest.world.build import WorldPlan
from flight_search.ingest.world.stages import Stage, run_stage, write_table

from .conftest import flight_xml, traffic_xml


@pytest.fixture
def plan(make_package: Callable[[Mapping[str, bytes]], Path]) -> WorldPlan:
    flights = (
        flight_xml("BA1305", "EGPD", "1/05:00:00", "EGLL", "1/06:35:00", repeat="WEEK"),
        flight_xml("BA117A", "EGLL", "1/08:25:00", "KJFK", "1/16:20:00", repeat="WEEK"),
        flight_xml(aircraft="BAW-74F"),
    )
    return WorldPlan(package=make_package({"BAW.xml": traffic_xml(*flights)}), processes=1)


def shown(stage: Stage, plan: WorldPlan, tmp_path: Path) -> pl.DataFrame:
    return run_stage(stage, plan, tmp_path, dt.date(2026, 11, 24), SilentProgress())[0]


def test_each_stage_shows_what_it_hands_on(plan: WorldPlan, tmp_path: Path):
    assert len(shown(Stage.FLIGHTS, plan, tmp_path)) == 3
    legs = shown(Stage.LEGS, plan, tmp_path)
    assert legs.select("flight", "origin", "day", "departs", "aircraft").rows() == [
        ("BA1305", "ABZ", 1, 300, "A320"),
        ("BA117A", "LHR", 1, 505, "A320"),
    ]
    ways = shown(Stage.WAYS, plan, tmp_path)
    assert ways.filter(pl.col("second") != "").rows(named=True) == [
        {
            "origin": "ABZ",
            "via": "LHR",
            "then_via": "",
            "destination": "JFK",
            "first": "BA1305",
            "second": "BA117A",
            "third": "",
            "tickets": "one_carrier",
            "day": 1,
            "departs": 300,
            "minutes": 680,
        }
    ]


def test_the_report_comes_with_what_the_rules_left(plan: WorldPlan, tmp_path: Path):
    _, report = run_stage(Stage.LEGS, plan, tmp_path, dt.date(2026, 11, 24), SilentProgress())
    assert report is not None
    assert report.left_out["cargo"] == 1


def test_a_table_can_be_kept_and_a_wrong_place_is_named(tmp_path: Path):
    table = pl.DataFrame({"a": [1]})
    write_table(table, tmp_path / "a.parquet")
    assert pl.read_parquet(tmp_path / "a.parquet").equals(table)
    with pytest.raises(IngestError, match="cannot be written"):
        write_table(table, tmp_path / "none" / "a.parquet")
