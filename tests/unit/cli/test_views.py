"""What results look like for people, where the small world has nothing of the kind."""

import io

import pytest
from rich.console import Console

from flight_search.cli import wording
from flight_search.cli.answer_tables import answer_table, left_out
from flight_search.cli.chips import chips
from flight_search.cli.offers_table import offers_table, remarks
from flight_search.domain.offer import Offer, Price, PriceBasis, Segment, Slice
from flight_search.domain.query import Cabin, DateRange, FlightQuery, IntRange, Place


def lines(renderable):
    stream = io.StringIO()
    Console(file=stream, width=80, color_system=None).print(renderable)
    return stream.getvalue().splitlines()


def segment(number, origin, destination, departs, arrives):
    return Segment(
        carrier="DL",
        operating_carrier="DL",
        flight_number=number,
        aircraft=None,
        origin=origin,
        destination=destination,
        departs_at=departs,
        arrives_at=arrives,
        duration_minutes=100,
        cabin=Cabin.ECONOMY,
    )


OUT = Slice(
    duration_minutes=415,
    stops=1,
    segments=(
        segment("1", "JFK", "ATL", "2026-12-04T19:30-05:00", "2026-12-04T22:00-05:00"),
        segment("2234", "ATL", "LAX", "2026-12-04T23:00-05:00", "2026-12-05T01:25-08:00"),
    ),
)
BACK = Slice(
    duration_minutes=55,
    stops=0,
    segments=(segment("3", "LAX", "JFK", "2026-12-09T08:00-08:00", "2026-12-09T16:10-05:00"),),
)
JOURNEY = Offer(
    id="o_1",
    score=1,
    score_parts={},
    price=Price(amount="1227.50", currency="CHF", basis=PriceBasis.SUM_OF_ONE_WAYS),
    emissions_kg=None,
    slices=(OUT, BACK),
    reasons=("cheapest of all",),
    warnings=("lands next day",),
)


def test_each_way_has_a_line_and_the_price_stands_on_the_first():
    head, _, there, back, *_ = lines(offers_table([JOURNEY]))
    assert head.split() == ["#", "Day", "Times", "Route", "Flight", "Takes", "Stops", "Price"]
    assert there.split()[:4] == ["1", "Fri", "4", "Dec"]
    assert "19:30\N{EN DASH}01:25+1" in there
    assert "JFK\N{EN DASH}LAX" in there
    assert "6h55" in there
    assert "1 ATL" in there
    assert "1,227.50 CHF" in there
    assert "55min" in back
    assert "CHF" not in back


def test_a_warning_of_several_offers_is_said_once():
    said = [line.plain for line in remarks([JOURNEY, JOURNEY])]
    assert said == ["1: cheapest of all", "2: cheapest of all", "1, 2: mind: lands next day"]


EVERYTHING = {
    "trip": "round_trip",
    "slices": [
        {
            "origin": {"label": "New York", "airports": ["JFK", "LGA"]},
            "destination": {"label": "LAX", "airports": ["LAX"]},
            "depart_date": {"from": "2026-12-04", "to": "2026-12-10"},
            "weekdays": ["fri", "sat"],
            "depart_time": {"from": "17:00", "to": "21:00"},
            "arrive_time": {"to": "23:00"},
        },
        {"depart_time": {"from": "08:00"}},
    ],
    "nights": {"min": 3, "max": 7},
    "passengers": {"adults": 2, "children": 1, "infants": 1},
    "cabin": "premium_economy",
    "stops": {"max": 1},
    "carriers": {"include": ["DL", "B6"], "exclude": ["NK"]},
    "price": {"min": "50", "max": "1200"},
    "duration": {"max_minutes": 510},
    "layover": {"min_minutes": 60, "max_minutes": 180},
    "connections": {"via": ["ORD"], "avoid": ["ATL"]},
    "bags": {"carry_on": 1, "checked": 2},
    "refundable": True,
    "sort": "emissions",
    "preferences": "quiet",
}


def test_every_field_of_a_query_has_a_chip():
    assert chips(FlightQuery.model_validate(EVERYTHING)) == [
        "New York (JFK, LGA) \N{RIGHTWARDS ARROW} LAX",
        "Fri 4 Dec \N{EN DASH} Thu 10 Dec 2026",
        "Fri or Sat",
        "leaving 17:00\N{EN DASH}21:00",
        "landing until 23:00",
        "and back",
        "leaving from 08:00",
        "3\N{EN DASH}7 nights",
        "2 adults",
        "1 child",
        "1 infant",
        "premium economy",
        "at most 1 stop",
        "on DL or B6",
        "not on NK",
        "at most 8h30 each way",
        "layovers 1h00\N{EN DASH}3h00",
        "via ORD",
        "not via ATL",
        "1 carry-on bag",
        "2 checked bags",
        "refundable",
        "from $50",
        "up to $1,200",
        "lowest emissions first",
        "\N{LEFT DOUBLE QUOTATION MARK}quiet\N{RIGHT DOUBLE QUOTATION MARK}",
    ]


def test_an_open_query_has_no_chips():
    assert chips(FlightQuery.model_validate({"slices": [{}]})) == []


def test_wording():
    assert wording.place(Place(label="Atlantis")) == "Atlantis (not known)"
    assert wording.place(Place(label="X", airports=("ABC", "DEF", "GHI", "JKL", "MNO", "PQR"))) == (
        "X (ABC, DEF, GHI, JKL and 2 more)"
    )
    assert wording.day_range(DateRange(from_="2026-12-04")) == "from Fri 4 Dec 2026"
    assert wording.bounds(IntRange(min=3, max=3), "nights") == "3 nights"
    assert wording.money("0.5", "USD") == "$0.50"


ANSWERS = {
    "days": {"date": "2026-12-04", "min": "118.00", "median": "223.00", "count": 14},
    "destinations": {
        "airport": "AVL",
        "city": "Asheville",
        "country": "US",
        "price": "44.00",
        "date": "2027-02-11",
        "offers": 9,
    },
    "carriers": {"carrier": "DL", "name": "Delta", "flights": 1251, "min_price": "71.00"},
    "departures": {
        "date": "2026-12-04",
        "departs_at": "2026-12-04T22:35-05:00",
        "arrives_at": "2026-12-05T06:41+00:00",
        "origin": "JFK",
        "destination": "LHR",
    },
    "aircraft": {"name": "737-900", "family": "narrow-body jet", "flights": 1945},
    "airports": {
        "iata": "ABQ",
        "name": "Albuquerque",
        "city": "Albuquerque",
        "country": "US",
        "timezone": "America/Denver",
    },
}


@pytest.mark.parametrize(
    ("member", "shown"),
    [
        ("days", ["Fri 4 Dec 2026", "$118", "$223", "14"]),
        ("destinations", ["AVL", "Asheville", "$44", "Thu 11 Feb 2027"]),
        ("carriers", ["Delta", "1,251", "$71"]),
        ("departures", ["22:35\N{EN DASH}06:41+1", "JFK\N{EN DASH}LHR"]),
        ("aircraft", ["737-900", "1,945"]),
        ("airports", ["ABQ", "America/Denver"]),
    ],
)
def test_answers_have_tables(member, shown):
    data = {"currency": "USD", member: [ANSWERS[member]] * 40}
    drawn = lines(answer_table(data, 3))
    assert all(text in "\n".join(drawn) for text in shown)
    assert max(map(len, drawn)) <= 80
    assert left_out(data, 3) == (9 if member == "days" else 37)


def test_an_answer_without_figures_has_no_table():
    assert answer_table({"distance_km": 3974}, 3) is None
    assert answer_table({"days": []}, 3) is None
