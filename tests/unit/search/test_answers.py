"""Answers of every kind: figures against the raw rows, sentences that hold them, and what is asked back."""

import datetime as dt
import json
import math
import re
from decimal import Decimal
from statistics import median_low

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.search.asking import LONDON, NEW_YORK

from flight_search.domain.errors import InvalidRequestError
from flight_search.domain.intent import IntentAnswer, Kind
from flight_search.domain.result import AnswerResult, Status
from flight_search.reference.climate import load_climate
from flight_search.search.answers.prices import by_group

THERE = {"slices": [{"origin": NEW_YORK, "destination": LONDON}]}
BACK = {"trip": "round_trip", "slices": [{"origin": NEW_YORK, "destination": LONDON}, {}]}


@pytest.fixture(scope="module")
def world(make_world):
    return make_world(31, segments=500, connections=150, knows=False)


@pytest.fixture(scope="module")
def ask(world, engine_of, word_embedder):
    engine = engine_of(world, embedder=word_embedder())

    def answer(kind, query=None, **more) -> AnswerResult:
        return engine.answer(IntentAnswer.model_validate({"kind": kind, "query": query, **more}))

    return answer


@pytest.fixture(scope="module")
def matching(world, now):
    """The raw offers from New York to London that have not departed."""
    found = [
        offer
        for offer in world.offers
        if offer.origin in NEW_YORK["airports"]
        and offer.destination in LONDON["airports"]
        and offer.departs > now
    ]
    assert len(found) > 10
    return found


def flights(offers):
    """Return the offers that are distinct flights: other cabins of the same are left out."""
    return {offer.segments: offer for offer in offers}


def dollars(cents):
    return f"{cents // 100}.{cents % 100:02d}"


@pytest.mark.parametrize("scale", [1, 1 << 45])
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), max_size=30))
def test_groups_have_their_lowest_and_median_total_and_their_count(scale, pairs):
    groups = np.array([group for group, _ in pairs], dtype=np.uint16)
    totals = np.array([total * scale for _, total in pairs], dtype=np.int64)
    expected = {}
    for group, total in zip(groups.tolist(), totals.tolist(), strict=True):
        expected.setdefault(group, []).append(total)
    found = [column.tolist() for column in by_group(groups, totals)]
    assert found == [
        sorted(expected),
        [min(expected[group]) for group in sorted(expected)],
        [median_low(expected[group]) for group in sorted(expected)],
        [len(expected[group]) for group in sorted(expected)],
    ]


def test_calendar(ask, matching):
    answer = ask("calendar", THERE)
    days = {}
    for offer in matching:
        days.setdefault(offer.departs.date().isoformat(), []).append(offer.fare)
    assert answer.data["currency"] == "USD"
    assert answer.data["days"] == [
        {
            "date": day,
            "min": dollars(min(fares)),
            "median": dollars(median_low(fares)),
            "count": len(fares),
        }
        for day, fares in sorted(days.items())
    ]
    best = min(days, key=lambda day: (min(days[day]), day))
    assert answer.data["cheapest"] == {"date": best, "price": dollars(min(days[best]))}
    assert answer.offers[0].price.amount == dollars(min(days[best]))
    assert answer.offers[0].slices[0].segments[0].departs_at.startswith(best)
    assert "New York to London" in answer.text


def test_calendar_of_red_eyes_counts_by_the_evening(ask, matching):
    part = {**THERE["slices"][0], "depart_time": {"from": "20:00", "to": "05:59"}}
    answer = ask("calendar", {"slices": [part]})
    days = {}
    for offer in matching:
        if offer.departs.hour >= 20 or offer.departs.hour < 6:
            evening = offer.departs.date() - dt.timedelta(days=offer.departs.hour < 6)
            days.setdefault(evening.isoformat(), []).append(offer.fare)
    assert any(offer.departs.hour < 6 for offer in matching)
    assert {day["date"]: day["count"] for day in answer.data["days"]} == {
        day: len(fares) for day, fares in days.items()
    }
    assert answer.offers[0].price.amount == answer.data["cheapest"]["price"]


def test_calendar_of_a_return_prices_the_whole_journey(ask, world, now):
    answer = ask("calendar", BACK)
    out = [
        o
        for o in world.offers
        if o.origin in ("JFK", "EWR") and o.destination in ("LHR", "LGW") and o.departs > now
    ]
    back = [o for o in world.offers if o.destination in ("JFK", "EWR") and o.origin in ("LHR", "LGW")]
    days = {}
    for one in out:
        for other in back:
            if other.departs > one.arrives:
                days.setdefault(one.departs.date().isoformat(), []).append(one.fare + other.fare)
    assert {day["date"]: (day["min"], day["count"]) for day in answer.data["days"]} == {
        day: (dollars(min(fares)), len(fares)) for day, fares in days.items()
    }
    assert answer.offers[0].price.basis == "sum_of_one_ways"


def test_explore(ask, world, now):
    answer = ask("explore", {"slices": [{"origin": NEW_YORK}]})
    found = {}
    for offer in world.offers:
        if offer.origin in NEW_YORK["airports"] and offer.departs > now:
            found.setdefault(offer.destination, []).append(offer.fare)
    shown = answer.data["destinations"]
    assert {row["airport"]: (row["price"], row["offers"]) for row in shown} == {
        airport: (dollars(min(fares)), len(fares)) for airport, fares in found.items()
    }
    prices = [Decimal(row["price"]) for row in shown]
    assert prices == sorted(prices)
    assert [offer.slices[-1].segments[-1].destination for offer in answer.offers] == [
        row["airport"] for row in shown[: len(answer.offers)]
    ]
    assert [offer.price.amount for offer in answer.offers] == [
        row["price"] for row in shown[: len(answer.offers)]
    ]


def test_explore_by_meaning_puts_what_fits_first(ask, world, now):
    answer = ask("explore", {"slices": [{"origin": NEW_YORK}], "preferences": "beach warm"})
    fitting = {
        offer.destination
        for offer in world.offers
        if offer.origin in NEW_YORK["airports"] and offer.departs > now and offer.profile == 0
    }
    shown = [row["airport"] for row in answer.data["destinations"]]
    assert set(shown[: len(fitting)]) == fitting
    assert "beach warm" in answer.text


def test_explore_by_weather_goes_by_the_climate_of_the_month(ask):
    part = {"origin": NEW_YORK, "depart_date": {"from": "2026-12-03", "to": "2026-12-09"}}
    answer = ask("explore", {"slices": [part], "preferences": "somewhere warm"})
    shown = answer.data["destinations"]
    assert shown[0]["airport"] == "HNL"
    assert shown[0]["celsius"] == load_climate()["HNL"].celsius[11]
    assert shown[0]["rain_mm"] == load_climate()["HNL"].rain_mm[11]
    celsius = [row["celsius"] for row in shown]
    assert celsius.index(max(celsius)) == 0
    assert "1 airport has 18 °C or more on average then" in answer.text
    assert f"{celsius[0]} °C, from $" in answer.text
    cold = ask("explore", {"slices": [part], "preferences": "somewhere cold"}).data["destinations"]
    assert cold[0]["celsius"] == min(row["celsius"] for row in cold)
    assert {row["airport"] for row in cold} == {row["airport"] for row in shown}


def test_explore_of_returns_comes_back_to_where_it_began(ask):
    answer = ask("explore", {"trip": "round_trip", "slices": [{"origin": NEW_YORK}, {}]})
    assert answer.data["destinations"]
    for offer in answer.offers:
        out, back = offer.slices
        assert back.segments[-1].destination in NEW_YORK["airports"]
        assert out.segments[-1].destination[:2] == back.segments[0].origin[:2]


def test_fare(ask, matching):
    answer = ask("fare", THERE)
    fares = sorted(offer.fare for offer in matching)
    names = ("min", "p25", "median", "p75", "max")
    assert answer.data == {
        "currency": "USD",
        "count": len(fares),
        **{name: dollars(fares[(len(fares) - 1) * place // 4]) for place, name in enumerate(names)},
        "verdict": None,  # no days were asked for
        "season": None,
    }
    assert "estimates" in answer.text


def test_whether_a_price_is_good_is_told_of_all_prices(ask, matching):
    answer = ask("fare", {**THERE, "price": {"max": "200"}})
    within = sum(offer.fare <= 20_000 for offer in matching)
    assert answer.data["count"] == len(matching)
    assert f"{within} of {len(matching)} cost $200 or less" in answer.text
    assert "None costs $0" not in ask("fare", {**THERE, "price": {"max": "0"}}).text  # there are free ones


@pytest.mark.parametrize("trip", ["one_way", "round_trip"])
def test_the_verdict_is_that_of_the_lowest_prices_of_the_days_around(make_world, engine_of, now, trip):
    world = make_world(35, segments=3_000, connections=0, days=60, knows=False, one_cabin=True)
    engine = engine_of(world)
    levels = set()
    for first in range(3, 40, 4):
        days = [dt.date(2026, 12, 1) + dt.timedelta(days=first + day) for day in (0, 2, 5, 7)]
        ranges = [{"from": one.isoformat(), "to": other.isoformat()} for one, other in (days[:2], days[2:])]
        there = {**THERE["slices"][0], "depart_date": ranges[0]}
        back = {"origin": LONDON, "destination": NEW_YORK, "depart_date": ranges[1]}
        slices = [there, back] if trip == "round_trip" else [there]
        intent = {"kind": "fare", "query": {"trip": trip, "slices": slices}}
        answer = engine.answer(IntentAnswer.model_validate(intent))
        if answer.status is not Status.OK:
            continue
        expected = [_season(world, now, part) for part in slices]
        asked, p25, median, p75 = (sum(values) for values in zip(*expected, strict=True))
        level = "low" if asked <= p25 and asked < 0.97 * median else "typical"
        level = "high" if asked >= p75 and asked > 1.03 * median else level
        assert answer.data["verdict"] == level
        season = answer.data["season"]
        shown = [season[name] for name in ("lowest_of_a_day", "p25", "median", "p75")]
        assert shown == [dollars(value) for value in (asked, p25, median, p75)]
        assert f"That is {level} for the season" in answer.text
        levels.add(level)
    assert len(levels) >= 2


def _season(world, now, part):
    """Return the median of the lowest fares of the asked days, and the quartiles of all days around."""
    first, last = (dt.date.fromisoformat(part["depart_date"][end]) for end in ("from", "to"))
    lowest = {}
    for offer in world.offers:
        day = offer.departs.date()
        if (
            offer.origin in part["origin"]["airports"]
            and offer.destination in part["destination"]["airports"]
            and offer.departs > now
            and first - dt.timedelta(days=45) <= day <= last + dt.timedelta(days=45)
        ):
            lowest[day] = min(lowest.get(day, offer.fare), offer.fare)
    ordered = sorted(lowest.values())
    own = [fare for day, fare in lowest.items() if first <= day <= last]
    return [median_low(own), *(ordered[(len(ordered) - 1) * quarter // 4] for quarter in (1, 2, 3))]


def test_fare_in_another_currency_for_a_family(ask, matching):
    query = {**THERE, "price": {"currency": "EUR"}, "passengers": {"adults": 2, "children": 1, "infants": 1}}
    answer = ask("fare", query)
    totals = sorted(math.floor(offer.fare * 31 * 0.9 / 10 + 0.5) for offer in matching)
    assert (answer.data["currency"], answer.data["min"]) == ("EUR", dollars(totals[0]))


def test_airlines(ask, matching):
    answer = ask("airlines", THERE)
    expected = {}
    for offer in flights(matching).values():
        for carrier in {segment.carrier for segment in offer.segments}:
            expected[carrier] = expected.get(carrier, 0) + 1
    assert {row["carrier"]: row["flights"] for row in answer.data["carriers"]} == expected
    cheapest = {}
    for offer in matching:
        for carrier in {segment.carrier for segment in offer.segments}:
            cheapest[carrier] = min(cheapest.get(carrier, offer.fare), offer.fare)
    assert {row["carrier"]: Decimal(row["min_price"]) for row in answer.data["carriers"]} == {
        carrier: Decimal(fare) / 100 for carrier, fare in cheapest.items()
    }


def test_an_airline_that_is_named_alone_is_explained(ask):
    answer = ask("airlines", {"slices": [{}], "carriers": {"include": ["DL", "BA", "00"]}})
    assert "DL is Delta Air Lines" in answer.text
    assert "SkyTeam" in answer.text
    assert "00 is not the code" in answer.text
    shown = {row["carrier"]: row for row in answer.data["carriers"]}
    assert shown["DL"]["flights"] == 0
    assert shown["BA"]["flights"] > 0
    assert ask("airlines", {"slices": [{}], "carriers": {"include": ["00"]}}).status is Status.NO_MATCH


def test_count(ask, matching, world, now):
    answer = ask("count", THERE)
    expected = flights(matching)
    days = {offer.departs.date() for offer in expected.values()}
    assert answer.data == {
        "count": len(expected),
        "days": len(days),
        "per_day": round(len(expected) / len(days), 1),
    }
    assert f"{len(expected):,} flights" in answer.text
    everything = ask("count", {"slices": [{}]})
    assert everything.data["count"] == len(flights(offer for offer in world.offers if offer.departs > now))


def test_schedule_speaks_of_nonstops_where_there_are_any(ask, matching):
    answer = ask("schedule", THERE)
    nonstops = [offer for offer in flights(matching).values() if len(offer.segments) == 1]
    clocks = sorted(f"{offer.departs:%H:%M}" for offer in nonstops)
    assert (answer.data["first"], answer.data["last"]) == (clocks[0], clocks[-1])
    assert answer.data["typical_duration_minutes"] == median_low(offer.minutes for offer in nonstops)
    assert "nonstop" in answer.text
    assert [offer.slices[0].stops for offer in answer.offers] == [0] * len(answer.offers)
    leaving = [offer.slices[0].segments[0].departs_at for offer in answer.offers]
    assert leaving == sorted(leaving, key=dt.datetime.fromisoformat)


def test_flight_number(ask, world, now):
    answer = ask("flight_number", {"slices": [{}], "flight": {"carrier": "AA", "number": "0100"}})
    expected = sorted(
        {
            segment
            for offer in world.offers
            for segment in offer.segments
            if (segment.carrier, segment.number, segment.suffix) == ("AA", 100, "")
            and segment.departs > now
            and offer.departs > now
        },
        key=lambda segment: segment.departs,
    )
    assert answer.data["flight"] == "AA 100"
    shown = answer.data["departures"]
    assert [dt.datetime.fromisoformat(row["departs_at"]) for row in shown] == [
        segment.departs for segment in expected
    ]
    assert {(row["origin"], row["destination"]) for row in shown} == {
        (segment.origin, segment.destination) for segment in expected
    }
    assert all(row["date"] == row["departs_at"][:10] for row in shown)


def test_when_a_named_flight_leaves_is_told_of_that_flight(ask):
    query = {"slices": [{}], "flight": {"carrier": "AA", "number": "100"}}
    assert ask("schedule", query).text == ask("flight_number", query).text
    missing = ask("flight_number", {"slices": [{}], "flight": {"carrier": "AA", "number": "9999"}})
    assert missing.status is Status.NO_MATCH
    assert missing.text == "This data has no coming flight AA 9999."


@pytest.mark.parametrize(
    ("locale", "clock", "miles"),
    [
        ("en-US", r"\d:\d\d\s[AP]M", "miles ("),
        ("en-GB", r"\d\d:\d\d(?!\s[AP]M)", "miles ("),
        ("de-DE", r"\d\d:\d\d", "km ("),
    ],
)
def test_sentences_follow_the_locale(ask, locale, clock, miles):
    assert re.search(clock, ask("schedule", THERE, locale=locale).text)
    distance = ask("distance", THERE, locale=locale).text
    assert miles in distance
    assert "A nonstop typically takes" in distance
    euros = ask("calendar", {**THERE, "price": {"currency": "EUR"}}, locale=locale)
    assert re.search(r"from €\d", euros.text)


def test_the_days_asked_for_are_named(ask):
    def said(**dates):
        part = {**THERE["slices"][0], "depart_date": dates}
        return " ".join(ask("calendar", {"slices": [part]}).text.replace("\N{NO-BREAK SPACE}", " ").split())

    assert "London in December is" in said(**{"from": "2026-12-01", "to": "2026-12-31"})
    assert "London between Thu 3 Dec and Tue 8 Dec is" in said(**{"from": "2026-12-03", "to": "2026-12-08"})
    assert "London from Thu 3 Dec on is" in said(**{"from": "2026-12-03"})
    assert "London until Tue 8 Dec is" in said(to="2026-12-08")
    out = {**THERE["slices"][0], "depart_date": {"from": "2026-12-03", "to": "2026-12-05"}}
    back = {"depart_date": {"from": "2026-12-07", "to": "2026-12-08"}}
    trip = ask("fare", {"trip": "round_trip", "slices": [out, back]}).text.replace("\N{NO-BREAK SPACE}", " ")
    assert trip.startswith(
        "A round trip from New York to London between Thu 3 Dec and Sat 5 Dec and back between Mon 7 Dec and"
    )


def test_an_empty_answer_says_what_would_help(ask):
    answer = ask(
        "calendar", {**THERE, "price": {"max": "0.5"}, "cabin": "first", "duration": {"max_minutes": 1}}
    )
    assert answer.status is Status.NO_MATCH
    assert answer.data["relaxations"]
    assert re.search(r"offers? from \$", answer.text)


def test_aircraft(ask, matching):
    answer = ask("aircraft", THERE)
    flown = {segment for offer in matching for segment in offer.segments if segment.aircraft}
    expected = {}
    for segment in flown:
        expected[segment.aircraft] = expected.get(segment.aircraft, 0) + 1
    assert {row["name"]: row["flights"] for row in answer.data["aircraft"]} == expected


def test_distance_and_airport_answer_for_the_whole_world(ask):
    places = {
        "origin": {"label": "Sydney", "airports": ["SYD"]},
        "destination": {"label": "Lima", "airports": ["LIM"]},
    }
    answer = ask("distance", {"slices": [places]})
    # Great circle mapper: 12,801 km on the ellipsoid.
    assert answer.data["distance_km"] == pytest.approx(12_801, rel=0.005)
    assert answer.data["distance_miles"] == pytest.approx(answer.data["distance_km"] / 1.609344, abs=1)
    airport = ask("airport", {"slices": [{"origin": {"label": "Sydney", "airports": ["SYD"]}}]})
    assert airport.data["airports"][0]["icao"] == "YSSY"
    assert "SYD" in airport.text


@pytest.mark.parametrize("kind", ["calendar", "explore", "fare", "airlines", "count", "schedule", "aircraft"])
def test_nothing_found_is_said_with_its_reason(ask, kind):
    query = {"slices": [{"origin": {"label": "Paris", "airports": ["CDG"]}, "destination": LONDON}]}
    answer = ask(kind, query)
    assert answer.status is Status.NO_MATCH
    assert "no flights from Paris" in answer.text
    assert answer.offers == ()


@pytest.mark.parametrize("kind", ["calendar", "fare", "schedule", "distance", "airport", "flight_number"])
def test_what_has_to_be_said_first_is_asked_for(ask, kind):
    answer = ask(kind, {"slices": [{}]})
    assert answer.status is Status.NEEDS
    assert answer.text.endswith("?") or "Give" in answer.text


def test_unknown_places_are_named(ask):
    atlantis = {"label": "Atlantis", "airports": []}
    for kind in ("distance", "airport", "fare"):
        answer = ask(kind, {"slices": [{"origin": atlantis, "destination": LONDON}]})
        assert "Atlantis" in answer.text


def test_what_is_missing_is_asked_for_in_the_words_of_the_intent(ask):
    answer = ask("fare", THERE, missing=["destination"], question="Where to?")
    assert (answer.status, answer.text) == (Status.NEEDS, "Where to?")


def test_help_and_out_of_scope_say_what_can_be_asked(ask):
    assert "from where, where to" in ask("help").text
    assert ask("out_of_scope").text.startswith("That is not about flights")


def test_a_search_is_referred_to_the_search(ask):
    with pytest.raises(InvalidRequestError, match="search"):
        ask("search", THERE)


def test_every_kind_says_which_data_it_is_from(ask):
    for kind in set(Kind) - {Kind.SEARCH}:
        answer = ask(
            kind.value,
            THERE | {"flight": {"carrier": "AA", "number": "100"}} if kind == "flight_number" else THERE,
        )
        assert answer.snapshot == "2026-12-01T00-00-00Z"
        assert answer.as_of == "2026-12-02T09:30:00Z"
        assert answer.text.strip()
        # Whole numbers and text alone, so that every service can send them.
        assert json.loads(json.dumps(answer.data)) == answer.data
        assert AnswerResult.model_validate_json(answer.model_dump_json(by_alias=True)) == answer


def test_unsupported_and_degraded_are_named_in_answers(world, engine_of):
    query = {**THERE, "refundable": True, "preferences": "beach"}
    answer = engine_of(world).answer(IntentAnswer.model_validate({"kind": "fare", "query": query}))
    assert "refundable" in answer.unsupported[0]
    assert "preferences" in answer.degraded[0]
