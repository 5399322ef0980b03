"""Proposals for tables as people have them."""

import pytest

from flight_search.domain.errors import SourceError
from flight_search.ingest.sources.codes import AirportNames, CarrierNames
from flight_search.ingest.sources.mapping import parse_mapping
from flight_search.ingest.sources.propose import propose
from flight_search.reference.airports import load_airports
from flight_search.reference.carriers import load_carriers


@pytest.fixture
def proposal(tmp_path):
    def look(content, name="fares.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return propose(path, AirportNames(load_airports()), CarrierNames(load_carriers()))

    return look


TABLES = {
    "an export with units in its head": (
        (
            "Airline;Flight No;From;To;Departure;Arrival;Fare EUR;Class;Bags;Remark\n"
            "LH;400;FRA;JFK;26.11.2026 13:25;26.11.2026 16:10;559,75;Business;0;x\n"
        ),
        {
            "Airline": "carrier",
            "Flight No": "flight_number",
            "From": "origin",
            "To": "destination",
            "Departure": "departs_at",
            "Arrival": "arrives_at",
            "Fare EUR": "price",
            "Class": "cabin",
            "Bags": "checked",
            "Remark": "",
        },
    ),
    "a feed in snake case": (
        (
            "origin_airport,destination_airport,departure_time,arrival_time,carrier_code,"
            "flight_number,total_price,currency\n"
            "JFK,LHR,2026-12-04T19:30:00,2026-12-05T07:25:00,DL,1,612.50,USD\n"
        ),
        {
            "origin_airport": "origin",
            "destination_airport": "destination",
            "departure_time": "departs_at",
            "arrival_time": "arrives_at",
            "carrier_code": "carrier",
            "flight_number": "flight_number",
            "total_price": "price",
            "currency": "currency",
        },
    ),
    "dates and times apart": (
        (
            "date,dep_time,arr_time,origin,dest,carrier,flight,duration\n"
            "2026-12-04,1930,725,JFK,LHR,DL,1,415\n"
        ),
        {
            "date": "departure_date",
            "dep_time": "departure_time",
            "arr_time": "arrival_time",
            "origin": "origin",
            "dest": "destination",
            "carrier": "carrier",
            "flight": "flight_number",
            "duration": "duration",
        },
    ),
    "records of a bureau": (
        (
            "FL_DATE,OP_UNIQUE_CARRIER,ORIGIN,DEST,CRS_DEP_TIME,DEP_DELAY,CANCELLED,CRS_ELAPSED_TIME\n"
            "12/4/2026 0:00,AA,CLT,SEA,940,-6,0,370\n12/14/2026 0:00,AA,CLT,SEA,940,-6,0,370\n"
        ),
        {
            "FL_DATE": "departure_date",
            "OP_UNIQUE_CARRIER": "carrier",
            "ORIGIN": "origin",
            "DEST": "destination",
            "CRS_DEP_TIME": "departure_time",
            "DEP_DELAY": "",
            "CANCELLED": "",
            "CRS_ELAPSED_TIME": "duration",
        },
    ),
    "two flights in a row": (
        (
            "origin_1,destination_1,departs_1,arrives_1,flight_1,"
            "origin_2,destination_2,departs_2,arrives_2,flight_2,price\n"
            "LHR,JFK,2026-12-04 09:00,2026-12-04 12:00,DL2,"
            "JFK,MIA,2026-12-04 14:00,2026-12-04 17:10,DL99,700 USD\n"
        ),
        {
            "destination_2": "destination",
            "departs_2": "departs_at",
            "arrives_2": "arrives_at",
            "price": "price",
        },
    ),
}


@pytest.mark.parametrize("kind", TABLES)
def test_columns_are_found_by_name_and_value(proposal, kind):
    content, expected = TABLES[kind]
    made = proposal(content)
    found = {guess.column: guess.field for guess in made.guesses}
    assert {name: found[name] for name in expected} == expected
    # What is proposed can be used as it is.
    mapping = parse_mapping(made.toml, "proposal")
    assert mapping.source.name == "fares"
    if kind == "two flights in a row":
        assert mapping.segment_2 is not None
        assert mapping.segment_2.departs_at == "departs_2"


def test_units_and_orders_are_read_from_values(proposal):
    mapping = parse_mapping(proposal(TABLES["an export with units in its head"][0]).toml, "m")
    assert (mapping.file.delimiter, mapping.units.decimal, mapping.constants.currency) == (";", ",", "EUR")
    assert mapping.times.order == "dmy"
    assert parse_mapping(proposal(TABLES["records of a bureau"][0]).toml, "m").times.order == "mdy"


def test_what_nobody_can_know_is_asked(proposal):
    made = proposal("from,to,dep,arr,airline,price\nJFK,LHR,04/05/2027 19:30,05/05/2027 07:25,DL,612\n")
    asked = " ".join(made.questions)
    assert "currency" in asked
    assert "Check `order`" in asked
    assert '# currency = "USD"' in made.toml


def test_what_is_missing_is_named(proposal):
    asked = " ".join(proposal("from,name\nJFK,x\n").questions)
    for what in ("destination", "departure", "arrival", "carrier", "price"):
        assert what in asked


def test_a_column_that_cannot_be_read_is_named_where_its_name_fits(proposal):
    asked = " ".join(proposal("source_city,destination,departs_at\nDelhi,Mumbai,Evening\n").questions)
    for column, value in (("source_city", "Delhi"), ("destination", "Mumbai"), ("departs_at", "Evening")):
        assert f"{column!r} may be meant, but values like {value!r}" in asked


def test_files_that_are_no_table_say_what_to_do(proposal):
    with pytest.raises(SourceError, match="one JSON document") as error:
        proposal('[{"from": "JFK"}]', name="fares.json")
    assert "--format" in error.value.remedy
    with pytest.raises(SourceError, match=r"empty|no rows"):
        proposal("")
