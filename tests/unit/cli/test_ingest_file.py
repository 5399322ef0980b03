"""Own files on the command line: look, map, build, ask."""

import datetime as dt
import json

import pytest


@pytest.fixture
def fares(tmp_path):
    first = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=7)
    lines = ["Airline;Flight No;From;To;Departure;Arrival;Fare EUR;Remark"]
    for day in range(40):
        date = first + dt.timedelta(days=day)
        lines.append(f"LH;400;FRA;JFK;{date} 13:25;{date} 16:10;{500 + day},50;x")
    path = tmp_path / "my fares.csv"
    path.write_text("\n".join([*lines, "LH;400;FRA;QQQ;2027-01-01 13:25;2027-01-01 16:10;500;x"]) + "\n")
    return path


@pytest.fixture
def own(cli, tmp_path):
    def run(*arguments, **changed):
        return cli(*arguments, FLIGHT_SEARCH_DATA_DIR=str(tmp_path / "data"), **changed)

    return run


def test_from_a_file_to_an_answer(own, fares):
    mapping = fares.with_name("my fares.toml")
    looked = own("ingest", "inspect", str(fares), "--write", str(mapping))
    assert looked.exit_code == 0, looked.stderr
    for words in ("Flight No", "flight_number", "Not used: Remark", "LH400", "QQQ", "No airport"):
        assert words in looked.stdout
    assert f"ingest file '{fares}'" in looked.stdout
    built = own("ingest", "file", str(fares))
    assert built.exit_code == 0, built.stderr
    assert "40 of 41 rows are searched" in built.stdout
    assert "quarantine" in built.stdout
    found = own("search", "--from", "FRA", "--to", "JFK", "--sort", "price", "--currency", "EUR", "--json")
    offers = json.loads(found.stdout)["offers"]
    assert offers[0]["price"] == {"amount": "500.50", "currency": "EUR", "basis": "fare"}


def test_inspect_for_programs(own, fares):
    looked = json.loads(own("ingest", "inspect", str(fares), "--json").stdout)
    assert looked["format"]["delimiter"] == ";"
    assert looked["not_used"] == ["Remark"]
    assert looked["sample"]["kept"] == 40
    assert looked["sample"]["refused"][0]["reason"] == "unknown_airport"


def test_a_mapping_is_not_written_over(own, fares):
    mapping = fares.with_name("m.toml")
    mapping.write_text("mine")
    looked = own("ingest", "inspect", str(fares), "--write", str(mapping))
    assert looked.exit_code == 2
    assert mapping.read_text() == "mine"


def test_a_file_without_mapping_says_how_to_get_one(own, fares):
    built = own("ingest", "file", str(fares))
    assert built.exit_code == 2
    assert "ingest inspect" in built.stderr


@pytest.mark.parametrize("share", ["many", "101%", "-1", "2"])
def test_shares_are_checked(own, fares, share):
    built = own("ingest", "file", str(fares), "--max-refused", share)
    assert built.exit_code == 2
    assert "5% or 0.05" in built.stderr


def test_a_night_and_the_one_after(own, fares, tmp_path):
    mapping = fares.with_name("my fares.toml")
    own("ingest", "inspect", str(fares), "--write", str(mapping))
    plan = tmp_path / "nightly.toml"
    plan.write_text('currency = "EUR"\n[[sources]]\nfile = "my *.csv"\n')
    first = own("ingest", "nightly", str(plan))
    assert first.exit_code == 0, first.stderr
    assert "40 of 41 rows are searched" in first.stdout
    second = own("ingest", "nightly", str(plan), "--json")
    assert json.loads(second.stdout)["build"] is None
    assert "Nothing changed" in own("ingest", "nightly", str(plan)).stdout
    fares.unlink()
    third = own("ingest", "nightly", str(plan))
    assert third.exit_code == 5
    assert "No file fits" in third.stderr
