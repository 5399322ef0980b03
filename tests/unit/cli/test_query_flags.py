"""Every option of ``search`` reaches its field of the query; what contradicts itself is refused by name."""

import asyncio

import pytest
import typer

from flight_search.cli import searching
from flight_search.cli.app import make_app
from flight_search.cli.query_flags import query_of
from flight_search.domain.errors import InvalidRequestError
from flight_search.domain.query import FlightQuery, Place


async def by_code(name):
    return Place(label=name, airports=tuple(name.split(",")))


def place(codes):
    return {"label": codes, "airports": codes.split(",")}


@pytest.fixture
def query(cli, monkeypatch):
    """Return a function from options to the query that they make."""
    found = []

    def record(flags, **_others):
        found.append(flags)
        return 0

    monkeypatch.setattr(searching, "run_search", record)

    def make(*options):
        result = cli("search", *options)
        assert result.exit_code == 0, result.output
        return asyncio.run(query_of(found[-1], by_code))

    return make


SLICE = {"slices": [{}]}

OPTIONS = [
    (["--from", "JFK,LGA"], {"slices": [{"origin": place("JFK,LGA")}]}),
    (["--to", "MIA"], {"slices": [{"destination": place("MIA")}]}),
    (["--depart", "2026-12-04"], {"slices": [{"depart_date": {"from": "2026-12-04", "to": "2026-12-04"}}]}),
    (["--weekday", "fri", "--weekday", "sat"], {"slices": [{"weekdays": ["fri", "sat"]}]}),
    (["--depart-time", "17:00-21:00"], {"slices": [{"depart_time": {"from": "17:00", "to": "21:00"}}]}),
    (["--arrive-time", "-21:00"], {"slices": [{"arrive_time": {"to": "21:00"}}]}),
    (["--trip", "round_trip"], {"trip": "round_trip", "slices": [{}, {}]}),
    (
        ["--return", "2026-12-09"],
        {"trip": "round_trip", "slices": [{}, {"depart_date": {"from": "2026-12-09", "to": "2026-12-09"}}]},
    ),
    (["--nights", "3-7"], {"trip": "round_trip", "slices": [{}, {}], "nights": {"min": 3, "max": 7}}),
    (["--return-weekday", "sun"], {"trip": "round_trip", "slices": [{}, {"weekdays": ["sun"]}]}),
    (
        ["--return-depart-time", "8-12"],
        {"trip": "round_trip", "slices": [{}, {"depart_time": {"from": "08:00", "to": "12:00"}}]},
    ),
    (
        ["--return-arrive-time", "20-"],
        {"trip": "round_trip", "slices": [{}, {"arrive_time": {"from": "20:00"}}]},
    ),
    (
        ["--from", "JFK", "--to", "MIA", "--nights", "2"],
        {
            "trip": "round_trip",
            "slices": [
                {"origin": place("JFK"), "destination": place("MIA")},
                {"origin": place("MIA"), "destination": place("JFK")},
            ],
            "nights": {"min": 2, "max": 2},
        },
    ),
    (
        ["--slice", "JFK>LAX@2026-12-04", "--slice", "LAX>"],
        {
            "trip": "multi_city",
            "slices": [
                {
                    "origin": place("JFK"),
                    "destination": place("LAX"),
                    "depart_date": {"from": "2026-12-04", "to": "2026-12-04"},
                },
                {"origin": place("LAX")},
            ],
        },
    ),
    (["--slice", "JFK>LAX"], {"slices": [{"origin": place("JFK"), "destination": place("LAX")}]}),
    (["--flight", "DL100"], SLICE | {"flight": {"carrier": "DL", "number": "100"}}),
    (["--stops", "0-1"], SLICE | {"stops": {"min": 0, "max": 1}}),
    (["--stops", "nonstop"], SLICE | {"stops": {"min": 0, "max": 0}}),
    (["--carrier", "DL,B6"], SLICE | {"carriers": {"include": ["DL", "B6"]}}),
    (["--not-carrier", "nk"], SLICE | {"carriers": {"exclude": ["NK"]}}),
    (["--cabin", "premium_economy"], SLICE | {"cabin": "premium_economy"}),
    (["--max-duration", "8h30"], SLICE | {"duration": {"max_minutes": 510}}),
    (["--layover", "60-180"], SLICE | {"layover": {"min_minutes": 60, "max_minutes": 180}}),
    (["--via", "ORD"], SLICE | {"connections": {"via": ["ORD"]}}),
    (["--avoid", "ATL,ORD"], SLICE | {"connections": {"avoid": ["ATL", "ORD"]}}),
    (["--prefer", "quiet beach town"], SLICE | {"preferences": "quiet beach town"}),
    (["--min-price", "50"], SLICE | {"price": {"min": "50"}}),
    (["--max-price", "299.99", "--currency", "eur"], SLICE | {"price": {"max": "299.99", "currency": "EUR"}}),
    (["--adults", "2"], SLICE | {"passengers": {"adults": 2}}),
    (["--children", "2"], SLICE | {"passengers": {"children": 2}}),
    (["--infants", "1"], SLICE | {"passengers": {"infants": 1}}),
    (["--carry-on", "1"], SLICE | {"bags": {"carry_on": 1}}),
    (["--checked", "0"], SLICE | {"bags": {"checked": 0}}),
    (["--refundable"], SLICE | {"refundable": True}),
    (["--no-refundable"], SLICE | {"refundable": False}),
    (["--sort", "departure_time_desc"], SLICE | {"sort": "departure_time_desc"}),
    ([], SLICE),
]


@pytest.mark.parametrize(("options", "expected"), OPTIONS, ids=lambda value: " ".join(value)[:40])
def test_an_option_reaches_its_field_and_no_other(query, options, expected):
    assert query(*options) == FlightQuery.model_validate_json(_json(expected))


def test_every_option_of_the_query_is_tried():
    command = typer.main.get_command(make_app()).commands["search"]
    others = {"--limit", "-n", "--cursor", "--query", "--url", "--explain", "--json", "--help", "-h"}
    names = {name for one in command.params for name in (*one.opts, *one.secondary_opts)} - others
    assert names == {option for options, _ in OPTIONS for option in options if option.startswith("--")}


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--depart", "2026-12-10", "--return", "2026-12-05"], "--return"),
        (["--min-price", "300", "--max-price", "200"], "--min-price"),
        (["--trip", "one_way", "--return", "2026-12-05"], "--return"),
        (["--trip", "one_way", "--nights", "3"], "--nights"),
        (["--trip", "multi_city"], "slices"),
        (["--trip", "round_trip", "--slice", "JFK>LAX"], "--trip"),
        (["--slice", "JFK>LAX", "--from", "JFK", "--depart", "2026-12-05"], "--from, --depart"),
        (["--slice", "JFK to LAX"], "--slice"),
        (["--slice", ">@2026-12-05"], "--slice"),
        (["--adults", "0"], "adult"),
        (["--infants", "2"], "infant"),
        (["--currency", "euros"], "currency"),
        (["--slice", "JFK>LAX"] * 7, "slices"),
        (["--checked", "11"], "checked"),
        (["--max-price", "1.234"], "--max-price"),
    ],
)
def test_what_contradicts_itself_is_refused_by_name(query, options, named):
    with pytest.raises(InvalidRequestError) as caught:
        query(*options)
    assert named in caught.value.detail
    assert caught.value.remedy


def _json(value):
    import json

    return json.dumps(value)
