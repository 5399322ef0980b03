"""What surrounds a search: cursors, notes, ways out of nothing, reasons, soft words, hostile requests."""

import base64
import datetime as dt
import itertools
import json
import re
import threading
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from flight_search.catalog.schema import NO_SEGMENT
from flight_search.domain.errors import CursorError, InvalidRequestError, SnapshotError
from flight_search.domain.query import FlightQuery
from flight_search.domain.result import SearchRequest, SearchResult, Status
from flight_search.search.engine import SearchEngine

ALL = {"label": "", "airports": ["AMS", "BOS", "EWR", "HNL", "JFK", "LGW", "LHR", "NRT"]}
NEW_YORK = {"label": "New York", "airports": ["JFK", "EWR"]}
LONDON = {"label": "London", "airports": ["LHR", "LGW"]}
BOSTON = {"label": "Boston", "airports": ["BOS"]}
ANYTHING = {"slices": [{"origin": ALL}]}


def search(engine, query, **more):
    return engine.search(SearchRequest.model_validate({"query": query, **more}))


@pytest.fixture(scope="module")
def world(make_world):
    return make_world(21, segments=200, connections=150)


@pytest.fixture(scope="module")
def plain_world(make_world):
    return make_world(22, segments=200, connections=0, knows=False, one_cabin=True)


# ---------------------------------------------------------------------------------------------- cursors


def test_a_cursor_of_another_query_is_refused(world, engine_of):
    engine = engine_of(world)
    cursor = search(engine, ANYTHING, limit=3).next_cursor
    with pytest.raises(CursorError, match="another query") as caught:
        search(engine, {**ANYTHING, "sort": "price"}, limit=3, cursor=cursor)
    assert "without a cursor" in caught.value.remedy


def test_a_cursor_of_a_retired_snapshot_is_refused(make_world, engine_of):
    cursor = search(engine_of(make_world(23)), ANYTHING, limit=3).next_cursor
    renewed = engine_of(make_world(23, name="2026-12-02T00-00-00Z"))
    with pytest.raises(CursorError, match="renewed") as caught:
        search(renewed, ANYTHING, limit=3, cursor=cursor)
    assert "without a cursor" in caught.value.remedy


def test_a_cursor_lives_an_hour_and_keeps_the_list_as_it_was(world, engine_of, now):
    query = {**ANYTHING, "sort": "departure_time"}
    first = search(engine_of(world), query, limit=3)
    later = engine_of(world, now=now + dt.timedelta(minutes=59))
    second = search(later, query, limit=3, cursor=first.next_cursor)
    whole = search(engine_of(world), query, limit=6)
    assert second.total == first.total
    assert [offer.id for offer in whole.offers] == [offer.id for offer in (*first.offers, *second.offers)]
    for age in (61, -5):
        with pytest.raises(CursorError, match="older"):
            search(engine_of(world, now=now + dt.timedelta(minutes=age)), query, cursor=first.next_cursor)


def test_a_damaged_cursor_is_refused(world, engine_of):
    engine = engine_of(world)
    cursor = search(engine, ANYTHING, limit=3).next_cursor
    packed = bytearray(base64.urlsafe_b64decode(cursor + "=="))
    damaged = ["", "x", "é€", "a" * 2000, cursor[:-1], cursor + "AAAA", "=" * 50]
    for place in range(len(packed)):
        changed = bytearray(packed)
        changed[place] ^= 1
        damaged.append(base64.urlsafe_b64encode(bytes(changed)).decode().rstrip("="))
    for text in damaged:
        with pytest.raises(CursorError, match="damaged"):
            search(engine, ANYTHING, limit=3, cursor=text)


# ------------------------------------------------------------------------------------- notes and relaxations


@pytest.mark.parametrize(
    ("part", "note"),
    [
        ({"origin": {"label": "Atlantis", "airports": []}}, "No airport is known for “Atlantis”"),
        ({"origin": {"label": "Paris", "airports": ["CDG"]}}, "no flights from Paris (CDG)"),
        ({"origin": BOSTON, "destination": BOSTON}, "the same: Boston"),
        ({"origin": ALL, "depart_date": {"to": "2026-12-01"}}, "Those dates are over"),
        ({"origin": ALL, "depart_date": {"from": "2027-12-01"}}, "The data ends on"),
    ],
)
def test_what_the_data_does_not_cover_is_said(world, engine_of, part, note):
    result = search(engine_of(world), {"slices": [part]})
    assert result.status is Status.NO_MATCH
    assert note in " ".join(result.notes)


def test_a_query_without_any_place_needs_one(world, engine_of):
    result = search(engine_of(world), {"slices": [{}]})
    assert result.status is Status.NEEDS
    assert "where" in result.notes[0].lower()
    assert result.offers == ()


def merge(query, change):
    """Merge as RFC 7386 says."""
    if not isinstance(change, dict):
        return change
    merged = dict(query) if isinstance(query, dict) else {}
    for name, value in change.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge(merged.get(name), value)
    return merged


IMPOSSIBLE = [
    {"price": {"min": "99999"}},
    {"duration": {"max_minutes": 1}, "carriers": {"include": ["ZZ"]}},
    {"carriers": {"include": ["ZZ"]}},
    {"duration": {"max_minutes": 1}},
    {"stops": {"min": 2}, "layover": {"min_minutes": 5000}},
    {"connections": {"via": ["CDG"]}},
    {"flight": {"carrier": "AA", "number": "9999"}},
    {"slices": [{"origin": ALL, "depart_date": {"from": "2026-12-12", "to": "2026-12-12"}}]},
    {"slices": [{"origin": ALL, "depart_time": {"from": "03:01", "to": "03:02"}}]},
    {"slices": [{"origin": {"label": "White Plains", "airports": ["HPN"]}, "destination": LONDON}]},
    {
        "trip": "round_trip",
        "slices": [{"origin": NEW_YORK, "destination": LONDON}, {}],
        "nights": {"min": 300},
    },
    {
        "trip": "round_trip",
        "slices": [{"origin": NEW_YORK, "destination": LONDON}, {"depart_date": {"to": "2026-12-01"}}],
    },
]


@pytest.mark.parametrize("impossible", IMPOSSIBLE, ids=[json.dumps(query)[:60] for query in IMPOSSIBLE])
def test_every_relaxation_finds_what_it_says(world, engine_of, impossible):
    engine = engine_of(world)
    query = {**ANYTHING, **impossible}
    result = search(engine, query)
    assert result.status is Status.NO_MATCH
    echoed = result.query.model_dump(mode="json", by_alias=True)
    for relaxation in result.relaxations:
        for changed in ({**echoed, **relaxation.change}, merge(echoed, relaxation.change)):
            found = search(engine, {**changed, "sort": "price"}, limit=1)
            assert found.total == relaxation.total > 0
            assert Decimal(found.offers[0].price.amount) == relaxation.from_price
    assert result.relaxations
    # Where two things are wrong at once, pairs of changes are the way out.
    assert any("," in change.field for change in result.relaxations) == (impossible == IMPOSSIBLE[1])


def test_where_no_one_or_two_changes_help_the_bare_journey_is_offered(world, engine_of):
    query = {
        **ANYTHING,
        "cabin": "first",
        "carriers": {"include": ["ZZ"]},
        "connections": {"via": ["CDG"]},
        "duration": {"max_minutes": 1},
        "passengers": {"adults": 2},
    }
    engine = engine_of(world)
    (change,) = search(engine, query).relaxations
    found = search(engine, {**query, **change.change}, limit=1)
    assert (change.field, found.total) == ("all", change.total)
    assert found.query.passengers.adults == 2


CONTRADICTIONS = [
    ({"carriers": {"include": ["AA", "B6"], "exclude": ["AA", "B6"]}}, "is refused as well"),
    ({"carriers": {"include": ["LH"]}}, "This data has no flights of Lufthansa (LH)."),
    ({"connections": {"via": ["BOS"], "avoid": ["BOS"]}}, "BOS are asked for and to be avoided"),
    ({"connections": {"via": ["BOS"]}, "stops": {"max": 0}}, "cannot go via BOS"),
    ({"connections": {"via": ["CDG", "SYD"]}}, "This data has no flights to CDG or SYD."),
    (
        {
            "slices": [
                {
                    "origin": ALL,
                    "depart_date": {"from": "2026-12-05", "to": "2026-12-05"},
                    "weekdays": ["mon"],
                }
            ]
        },
        "That day is not a Monday.",
    ),
    (
        {
            "slices": [
                {
                    "origin": ALL,
                    "depart_date": {"from": "2026-12-05", "to": "2026-12-07"},
                    "weekdays": ["tue", "wed"],
                }
            ]
        },
        "None of those days is a Tuesday or Wednesday.",
    ),
    (
        {
            "trip": "round_trip",
            "nights": {"min": 10},
            "slices": [
                {
                    "origin": NEW_YORK,
                    "destination": LONDON,
                    "depart_date": {"from": "2026-12-03", "to": "2026-12-04"},
                },
                {"depart_date": {"from": "2026-12-06", "to": "2026-12-08"}},
            ],
        },
        "do not leave room for 10 nights",
    ),
]


@pytest.mark.parametrize(("wrong", "note"), CONTRADICTIONS, ids=[note for _, note in CONTRADICTIONS])
def test_what_contradicts_itself_is_said(world, engine_of, wrong, note):
    result = search(engine_of(world), {**ANYTHING, **wrong})
    assert result.status is Status.NO_MATCH
    assert note in " ".join(result.notes)
    assert result.relaxations


def test_a_cabin_that_the_data_does_not_have_is_said(plain_world, engine_of):
    result = search(engine_of(plain_world), {**ANYTHING, "cabin": "business"})
    assert "no fares in business class, only in economy" in " ".join(result.notes)


def test_nonstops_alone_are_said(make_world, engine_of):
    world = make_world(24, segments=30, connections=0)
    result = search(engine_of(world), {**ANYTHING, "stops": {"min": 1}})
    assert "This data has nonstops only." in result.notes


def test_what_the_price_of_a_journey_is_made_of_is_said(world, engine_of):
    slices = [{"origin": NEW_YORK, "destination": LONDON}, {}]
    result = search(engine_of(world), {"trip": "round_trip", "slices": slices})
    assert result.offers[0].price.basis == "sum_of_one_ways"
    assert any("the sum of its one-way estimates" in note for note in result.notes)
    alone = search(engine_of(world), {"slices": slices[:1]})
    assert not any("sum" in note for note in alone.notes)


def test_a_country_has_flights_within(world, engine_of):
    result = search(engine_of(world), {"slices": [{"origin": ALL, "destination": ALL}]})
    assert result.total
    assert not any("the same" in note for note in result.notes)


def test_countries_are_named_in_words(make_world, engine_of):
    engine = engine_of(make_world(21, segments=200, connections=0))
    result = search(engine, {"slices": [{"origin": {"label": "Sydney", "airports": ["SYD"]}}]})
    assert "SYD" in result.notes[0]
    assert not any("km away" in note for note in result.notes)


def test_airports_nearby_are_offered(world, engine_of):
    query = {"slices": [{"origin": {"label": "White Plains", "airports": ["HPN"]}, "destination": LONDON}]}
    result = search(engine_of(world), query)
    assert [relaxation.field for relaxation in result.relaxations] == ["origin"]
    assert "JFK" in result.relaxations[0].text


def test_where_two_places_have_no_route_the_nearest_with_one_are_told(make_world, engine_of):
    world = make_world(26, segments=40, connections=0)
    engine, told = engine_of(world), 0
    routes = {(offer.origin, offer.destination) for offer in world.offers}
    for here, there in itertools.permutations(ALL["airports"], 2):
        ends = {
            "origin": {"label": "A", "airports": [here]},
            "destination": {"label": "B", "airports": [there]},
        }
        result = search(engine, {"slices": [ends]})
        if (here, there) in routes or not result.notes:
            continue
        for note in result.notes[1:]:
            place, code = re.fullmatch(
                r"The nearest airport to (\w) with such flights is .*\((\w+)\), .* km away\.", note
            ).groups()
            assert ((code, there) if place == "A" else (here, code)) in routes
            told += 1
        for change in result.relaxations:
            codes = re.findall(r"\b[A-Z]{3}\b", change.text)
            assert all(
                ((code, there) if change.field == "origin" else (here, code)) in routes for code in codes
            )
    assert told > 3


# --------------------------------------------------------------------------------------------- explanations


def test_reasons_are_true(world, engine_of, now):
    result = search(engine_of(world), ANYTHING, limit=1000)
    by_id = {offer.id: offer for offer in world.offers}
    seen = set()
    for offer in result.offers:
        raw = by_id[offer.id]
        peers = [
            other
            for other in world.offers
            if (other.origin, other.destination, other.departs.date(), other.cabin)
            == (raw.origin, raw.destination, raw.departs.date(), raw.cabin)
            and other.departs > now
        ]
        nonstops = [other for other in peers if len(other.segments) == 1]
        for reason in offer.reasons:
            seen.add(re.sub(r"\d[\d,]*", "N", reason))
            number = int(re.search(r"\d[\d,]*|$", reason).group().replace(",", "") or 0)
            if "on this route that day" in reason and "cheapest" in reason:
                assert number == len(peers) > 1
                assert raw.fare == min(other.fare for other in peers)
                shared = sum(other.fare == raw.fare for other in peers) > 1
                assert reason.startswith("among") == shared
            elif "fastest" in reason:
                assert number == len(nonstops) > 1
                assert raw.minutes == min(other.minutes for other in nonstops)
            elif "only nonstop" in reason:
                assert nonstops == [raw]
            elif "cheapest of all" in reason:
                assert number == result.total
                assert Decimal(offer.price.amount) == result.facets.price.min
            elif "below the median" in reason:
                fares = sorted(
                    other.fare
                    for other in world.offers
                    if (other.origin, other.destination, other.cabin)
                    == (raw.origin, raw.destination, raw.cabin)
                )
                assert raw.fare <= fares[(len(fares) - 1) // 2] * (1 - number / 100)
    assert len(seen) >= 5


def in_minutes(text):
    """Return the minutes of "2 h 5 min"."""
    hours, minutes = re.fullmatch(r"(?:(\d+) h)? ?(?:(\d+) min)?", text).groups()
    return 60 * int(hours or 0) + int(minutes or 0)


@pytest.mark.parametrize("trip", ["one_way", "round_trip"])
def test_trades_of_time_for_money_are_true(world, engine_of, trip):
    engine, seen = engine_of(world), set()
    for here, there in itertools.permutations(ALL["airports"], 2):
        ends = {
            "origin": {"label": "", "airports": [here]},
            "destination": {"label": "", "airports": [there]},
        }
        slices = [ends, {}] if trip == "round_trip" else [ends]
        result = search(engine, {"trip": trip, "slices": slices}, limit=1000)
        figures = [
            (Decimal(offer.price.amount), sum(part.duration_minutes for part in offer.slices))
            for offer in result.offers
        ]
        if not figures or result.total > len(figures):
            continue  # the extremes may lie beyond the page
        cheapest, fastest = min(figures), min(figures, key=lambda figure: (figure[1], figure[0]))
        for offer, (price, minutes) in zip(result.offers, figures, strict=True):
            for reason in offer.reasons:
                if longer := re.fullmatch(r"(.*) longer than the fastest, but \$(.*) less", reason):
                    assert minutes - fastest[1] == in_minutes(longer[1]) > 0
                    assert fastest[0] - price == Decimal(longer[2].replace(",", "")) > 0
                    seen.add("longer")
                if shorter := re.fullmatch(r"(.*) shorter than the cheapest, for \$(.*) more", reason):
                    assert cheapest[1] - minutes == in_minutes(shorter[1]) >= 15
                    assert price - cheapest[0] == Decimal(shorter[2].replace(",", "")) > 0
                    seen.add("shorter")
    assert seen == {"longer", "shorter"}


def test_warnings_are_true(world, engine_of):
    result = search(engine_of(world), {**ANYTHING, "stops": {"min": 1}}, limit=1000)
    by_id = {offer.id: offer for offer in world.offers}
    seen = 0
    for offer in result.offers:
        raw = by_id[offer.id]
        waits = [
            int((after.departs - before.arrives).total_seconds() // 60)
            for before, after in zip(raw.segments, raw.segments[1:], strict=False)
        ]
        changes = [
            before.destination != after.origin
            for before, after in zip(raw.segments, raw.segments[1:], strict=False)
        ]
        told = offer.warnings
        assert any("tight connection" in text for text in told) == any(wait < 45 for wait in waits)
        assert any("long wait" in text for text in told) == any(wait >= 360 for wait in waits)
        assert any("change of airport" in text for text in told) == any(changes)
        assert ("lands next day" in told) == ((raw.arrives.date() - raw.departs.date()).days == 1)
        assert any("operated by" in text for text in told) == any(
            leg.operating != leg.carrier for leg in raw.segments
        )
        assert any("left at this price" in text for text in told) == (1 <= raw.seats < 5)
        seen += bool(told)
    assert seen > 20


def test_another_airport_of_the_same_city_is_warned_of(world, engine_of):
    query = {"trip": "round_trip", "slices": [{"origin": NEW_YORK, "destination": LONDON}, {}]}
    result = search(engine_of(world), query, limit=1000)
    seen = set()
    for offer in result.offers:
        out, back = offer.slices
        lands, leaves = out.segments[-1].destination, back.segments[0].origin
        begins, ends = out.segments[0].origin, back.segments[-1].destination
        told = offer.warnings
        assert (f"goes on from {leaves}, not {lands}" in told) == (lands != leaves)
        assert (f"comes back to {ends}, not {begins}" in told) == (begins != ends)
        seen |= {lands != leaves, begins != ends}
    assert seen == {True, False}


# ------------------------------------------------------------------------------------------------ soft words


def test_soft_words_rank_and_never_exclude(world, engine_of, word_embedder):
    engine = engine_of(world, embedder=word_embedder())
    plain, wished = (
        search(engine, ANYTHING, limit=1000),
        search(engine, {**ANYTHING, "preferences": "beach"}, limit=1000),
    )
    assert plain.total == wished.total
    by_id = {offer.id: offer for offer in world.offers}
    beach = [offer for offer in wished.offers if by_id[offer.id].profile == 0]
    other = [offer for offer in wished.offers if by_id[offer.id].profile != 0]
    assert {round(offer.score_parts["meaning"], 6) for offer in beach} == {0.3}
    assert all(offer.score_parts["meaning"] < 0.3 for offer in other)


def test_without_a_usable_model_the_search_goes_on_and_says_so(world, engine_of, word_embedder):
    other = word_embedder()
    other.identity = "another"
    for embedder in (None, word_embedder(broken=True), other):
        result = search(engine_of(world, embedder=embedder), {**ANYTHING, "preferences": "beach"})
        assert result.status is Status.OK
        assert len(result.degraded) == 1
        assert "preferences" in result.degraded[0]
        assert search(engine_of(world, embedder=embedder), ANYTHING).degraded == ()


# ------------------------------------------------------------------------------ facts that the data lacks


def test_constraints_on_unknown_facts_are_taken_out_and_named(plain_world, engine_of):
    query = {
        **ANYTHING,
        "bags": {"carry_on": 1, "checked": 2},
        "refundable": True,
        "passengers": {"adults": 4},
    }
    result = search(engine_of(plain_world), query)
    assert result.total == search(engine_of(plain_world), ANYTHING).total
    assert result.query.refundable is None
    assert (result.query.bags.carry_on, result.query.bags.checked) == (None, None)
    assert [text.split(" (")[0] for text in result.unsupported] == [
        "carry-on bags",
        "checked bags",
        "refundable fares",
    ]


def test_nights_of_a_flight_one_way_are_named_as_unsupported(world, engine_of):
    result = search(engine_of(world), {**ANYTHING, "nights": {"min": 3, "max": 3}})
    assert result.query.nights is None
    assert [text for text in result.unsupported if "nights" in text]


def test_a_cabin_without_rows_is_no_match_and_not_unsupported(plain_world, engine_of):
    result = search(engine_of(plain_world), {**ANYTHING, "cabin": "first"})
    assert result.status is Status.NO_MATCH
    assert result.unsupported == ()
    assert [relaxation.field for relaxation in result.relaxations] == ["cabin"]


# ----------------------------------------------------------------------------------------- hostile requests


def test_a_currency_without_a_rate_is_refused_and_the_known_ones_named(world, engine_of):
    with pytest.raises(InvalidRequestError) as caught:
        search(engine_of(world), {**ANYTHING, "price": {"currency": "XYZ"}})
    assert "XYZ" in caught.value.detail
    assert "EUR, GBP, JPY, USD" in caught.value.remedy


def test_five_hundred_passengers_and_a_thousand_offers(plain_world, engine_of):
    query = {
        **ANYTHING,
        "passengers": {"adults": 500, "children": 500, "infants": 500},
        "price": {"currency": "JPY"},
    }
    result = search(engine_of(plain_world), query, limit=1000)
    assert result.total == len(result.offers) > 50
    assert all(float(offer.price.amount) >= 0 for offer in result.offers)


def test_prices_above_what_an_amount_can_say_do_not_break_the_search(plain_world, engine_of):
    snapshot = plain_world.snapshot
    offers = replace(snapshot.offers, price=np.full_like(snapshot.offers.price, 2**31 - 1))
    rates = {**snapshot.manifest.exchange_rates, "IDR": 16_000.0}
    dear = replace(
        snapshot, offers=offers, manifest=snapshot.manifest.model_copy(update={"exchange_rates": rates})
    )
    query = {**ANYTHING, "passengers": {"adults": 500}, "price": {"currency": "IDR"}}
    result = search(engine_of(dear), query)
    assert result.status is Status.OK
    assert result.facets.price.min is None
    assert Decimal(result.offers[0].price.amount) == Decimal(2**31 - 1) * 500 * 16_000 / 100


def test_six_slices(plain_world, engine_of):
    hops = ["JFK", "LHR", "AMS", "BOS", "NRT", "HNL", "JFK"]
    slices = [
        {"origin": {"label": "", "airports": [here]}, "destination": {"label": "", "airports": [there]}}
        for here, there in itertools.pairwise(hops)
    ]
    result = search(engine_of(plain_world), {"trip": "multi_city", "slices": slices})
    assert result.status in (Status.OK, Status.NO_MATCH)
    anywhere = [{"origin": ALL, "destination": ALL} for _ in range(6)]
    result = search(engine_of(plain_world), {"trip": "multi_city", "slices": anywhere}, limit=20)
    assert result.total > 1000
    assert len(result.offers) == 20
    for offer in result.offers:
        times = [
            dt.datetime.fromisoformat(moment)
            for part in offer.slices
            for moment in (part.segments[0].departs_at, part.segments[-1].arrives_at)
        ]
        assert times == sorted(times)


@pytest.mark.parametrize("segments", [0, 1])
def test_a_snapshot_of_no_or_one_offer(make_world, engine_of, segments):
    world = make_world(30, segments=segments, connections=0, one_cabin=True, knows=False)
    engine = engine_of(world, now=dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
    for query in (
        ANYTHING,
        {"slices": [{"origin": ALL, "destination": ALL, "weekdays": ["sat"]}], "price": {"min": "1"}},
        {"trip": "round_trip", "slices": [{"origin": ALL}, {}], "nights": {"min": 1, "max": 3}},
        {"slices": [{}], "flight": {"carrier": "AA", "number": "1"}},
        {**ANYTHING, "sort": "emissions", "preferences": "beach"},
    ):
        result = search(engine, query)
        assert result.total == len(result.offers) <= segments
    assert search(engine, ANYTHING).total == segments
    assert engine.snapshot_info().offers == segments


def test_without_a_snapshot_the_error_comes_through():
    class Nothing:
        def get(self):
            raise SnapshotError("There is no snapshot yet.")

    with pytest.raises(SnapshotError):
        SearchEngine(Nothing(), None).search(SearchRequest.model_validate({"query": ANYTHING}))


def test_threads_share_an_engine_while_snapshots_change(make_world, engine_of):
    worlds = [make_world(40), make_world(41, name="2026-12-02T00-00-00Z")]
    engine = engine_of(worlds[0])
    expected = {world.snapshot.manifest.name: search(engine_of(world), ANYTHING).total for world in worlds}
    problems = []

    def work() -> None:
        for _ in range(40):
            result = search(engine, ANYTHING, limit=2)
            if result.total != expected[result.snapshot]:
                problems.append(result.snapshot)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for turn in range(60):
        engine._current._live.snapshot = worlds[turn % 2].snapshot
    for thread in threads:
        thread.join()
    assert problems == []


def test_the_echoed_query_searches_the_same(world, engine_of):
    engine = engine_of(world)
    query = {"trip": "round_trip", "slices": [{"origin": NEW_YORK, "destination": LONDON}, {}]}
    first = search(engine, query, limit=5)
    echoed = first.query.slices[1]
    assert (echoed.origin.label, echoed.destination.label) == ("London", "New York")
    again = search(engine, first.query.model_dump(mode="json", by_alias=True), limit=5)
    assert again.model_copy(update={"timings_ms": first.timings_ms}) == first
    assert isinstance(again.query, FlightQuery)


def test_timings_name_the_stages(world, engine_of):
    timings = search(engine_of(world), ANYTHING).timings_ms
    assert {"plan", "filter", "meaning", "rank", "facets", "explain"} <= timings.keys()
    assert all(spent >= 0 for spent in timings.values())


def test_the_offer_table_of_the_worlds_has_connections(world):
    assert (world.snapshot.offers.segment_1 != NO_SEGMENT).any()


def test_warming_up_makes_what_searches_share(world, engine_of, word_embedder):
    engine = engine_of(world, embedder=word_embedder())
    before = search(engine_of(world), ANYTHING)
    engine.warm_up()
    made = vars(engine._current.get())
    assert {"slowness", "intensity", "known_facts", "has_connections", "profiles"} <= made.keys()
    assert search(engine, ANYTHING).offers == before.offers


@pytest.mark.parametrize(
    "query",
    [
        {**ANYTHING, "preferences": "beach", "price": {"currency": "JPY"}},
        {**ANYTHING, "cabin": "first", "price": {"max": "0.01", "min": "0.01"}},
        {"trip": "round_trip", "slices": [{"origin": NEW_YORK, "destination": LONDON}, {}]},
        {"slices": [{}]},
    ],
)
def test_a_result_survives_being_sent_as_json(world, engine_of, word_embedder, query):
    result = search(engine_of(world, embedder=word_embedder()), query, limit=1000)
    assert SearchResult.model_validate_json(result.model_dump_json(by_alias=True)) == result


def test_what_there_is_instead_is_named_where_it_is_little(make_world, engine_of):
    world = make_world(24, segments=3, connections=0)
    result = search(engine_of(world), {"slices": [{"origin": {"label": "Paris", "airports": ["CDG"]}}]})
    origins = " and ".join(sorted({f"City of {offer.origin} ({offer.origin})" for offer in world.offers}))
    assert result.notes == (
        f"This data has no flights from Paris (CDG), only from {origins}.",
        "The nearest airport to Paris with such flights is City of LHR (LHR), 347 km away.",
    )


def test_only_the_first_flight_of_a_chain_that_cannot_be_flown(world, engine_of):
    paris = {"label": "Paris", "airports": ["CDG"]}
    slices = [{"origin": NEW_YORK, "destination": LONDON}, {"destination": paris}, {"destination": NEW_YORK}]
    result = search(engine_of(world), {"trip": "multi_city", "slices": slices})
    assert [relaxation.text for relaxation in result.relaxations] == ["Only the first flight"]


# ---------------------------------------------------------------------------------------------------- plans

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
