"""Every constraint of the contract, alone and together, against a search through the raw rows.

Each constraint has a strategy for what is asked and a plain question to one raw offer. The questions are
written from the contract and share no code with the engine.
"""

import datetime as dt
import math
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flight_search.domain.result import SearchRequest
from flight_search.reference.carriers import load_carriers

AIRPORTS = ("AMS", "BOS", "EWR", "HNL", "JFK", "LGW", "LHR", "NRT")
COUNTRY = {"AMS": "NL", "LGW": "GB", "LHR": "GB", "NRT": "JP"}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
RATES = {"USD": 1.0, "EUR": 0.9, "GBP": 0.8}
SEEDS = range(4)

some_airports = st.lists(st.sampled_from(AIRPORTS), min_size=1, max_size=6, unique=True)
some_days = st.lists(st.integers(0, 12), min_size=1, max_size=2).map(sorted)
clocks = st.sampled_from(("00:00", "02:59", "05:00", "06:20", "11:59", "12:00", "17:40", "21:00", "23:59"))
people = st.fixed_dictionaries(
    {
        "adults": st.sampled_from((2, 1, 3, 9, 127, 200)),
        "children": st.sampled_from((0, 0, 1, 6)),
        "infants": st.sampled_from((0, 0, 1, 2)),
    }
).filter(lambda party: party["infants"] <= party["adults"])


def day(number):
    return (dt.date(2026, 12, 1) + dt.timedelta(days=number)).isoformat()


def ordered(values, *names):
    """Return a strategy for bounds in their order, each of which may be open."""

    def bounds(drawn):
        low, high = sorted(drawn[:2])
        return dict(zip(names, (low if drawn[2] else None, high if drawn[3] else None), strict=True))

    return st.tuples(st.sampled_from(values), st.sampled_from(values), st.booleans(), st.booleans()).map(
        bounds
    )


def within(value, low, high):
    return (low is None or value >= low) and (high is None or value <= high)


def in_window(moment, window):
    """Return whether a local time lies in a window that may run over midnight."""
    clock, begin, end = f"{moment:%H:%M}", window["from"] or "00:00", window["to"] or "23:59"
    return begin <= clock <= end if begin <= end else not (end < clock < begin)


def evening_of(offer, asked):
    """Return the day of departure; after midnight, in a window over midnight, the day before."""
    window = asked.get("depart_time")
    runs_over = bool(window) and (window["from"] or "00:00") > (window["to"] or "23:59")
    is_after = runs_over and f"{offer.departs:%H:%M}" <= (window["to"] or "23:59")
    return offer.departs.date() - dt.timedelta(days=is_after)


def waits(offer):
    return [
        (after.departs - before.arrives).total_seconds() / 60 for before, after in pairwise(offer.segments)
    ]


def touched(offer):
    return {code for before, after in pairwise(offer.segments) for code in (before.destination, after.origin)}


def total_of(offer, asked):
    """Return the total in cents: children pay the fare, infants a tenth of it abroad and nothing at home."""
    party = {"adults": 1, "children": 0, "infants": 0} | asked.get("passengers", {})
    at_home = COUNTRY.get(offer.origin, "US") == COUNTRY.get(offer.destination, "US")
    tenths = 10 * (party["adults"] + party["children"]) + (0 if at_home else party["infants"])
    rate = RATES[asked["price"]["currency"]] if "price" in asked else 1.0
    return math.floor(offer.fare * tenths * rate / 10 + 0.5)


def fits_price(offer, asked):
    price = asked["price"]
    low, high = (None if price[end] is None else 100 * Decimal(price[end]) for end in ("min", "max"))
    return within(total_of(offer, asked), low, high)


def has_seats(offer, asked):
    """Return whether there are seats for all who need one: where nothing is said, for one adult."""
    party = asked.get("passengers", {"adults": 1, "children": 0})
    needed = party["adults"] + party["children"]
    return offer.seats == -1 or offer.seats >= min(needed, 127)


def is_named(offer, asked):
    wanted = asked["flight"]["carrier"] + asked["flight"]["number"].lstrip("0")
    return wanted in [f"{one.carrier}{one.number}{one.suffix}" for one in offer.segments]


def members(alliance):
    return [code for code, carrier in load_carriers().items() if carrier.alliance == alliance]


PLACE = some_airports.map(lambda codes: {"label": "", "airports": codes})
WINDOW = st.fixed_dictionaries({"from": st.none() | clocks, "to": st.none() | clocks})
OF_THE_SLICE = {
    "origin": (PLACE, lambda offer, asked: offer.origin in asked["origin"]["airports"]),
    "destination": (PLACE, lambda offer, asked: offer.destination in asked["destination"]["airports"]),
    "depart_date": (
        st.tuples(some_days, st.booleans(), st.booleans()).map(
            lambda drawn: {
                "from": day(drawn[0][0]) if drawn[1] else None,
                "to": day(drawn[0][-1]) if drawn[2] else None,
            }
        ),
        lambda offer, asked: within(
            evening_of(offer, asked).isoformat(), asked["depart_date"]["from"], asked["depart_date"]["to"]
        ),
    ),
    # Six of them are "not on Saturday".
    "weekdays": (
        st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=6, unique=True),
        lambda offer, asked: WEEKDAYS[evening_of(offer, asked).weekday()] in asked["weekdays"],
    ),
    "depart_time": (WINDOW, lambda offer, asked: in_window(offer.departs, asked["depart_time"])),
    "arrive_time": (WINDOW, lambda offer, asked: in_window(offer.arrives, asked["arrive_time"])),
}
OF_THE_QUERY = {
    "stops": (
        ordered((0, 1, 2), "min", "max"),
        lambda offer, asked: within(len(offer.segments) - 1, asked["stops"]["min"], asked["stops"]["max"]),
    ),
    "carriers": (
        st.fixed_dictionaries(
            {
                "include": st.sampled_from(
                    ([], ["AA"], ["AA", "B6", "ZZ"], members("oneworld"), members("skyteam"), members("star"))
                ),
                "exclude": st.sampled_from(([], ["KL"], ["AA", "ZZ"], members("oneworld"))),
            }
        ),
        lambda offer, asked: all(
            (not asked["carriers"]["include"] or one.carrier in asked["carriers"]["include"])
            and one.carrier not in asked["carriers"]["exclude"]
            for one in offer.segments
        ),
    ),
    "cabin": (
        st.sampled_from(("economy", "premium_economy", "business", "first")),
        lambda offer, asked: offer.cabin == asked["cabin"],
    ),
    "price": (
        st.tuples(
            ordered((0, 49, 50, 123, 300, 900, 5000), "min", "max"), st.sampled_from(("USD", "EUR", "GBP"))
        ).map(
            lambda drawn: {
                **{end: None if amount is None else str(amount) for end, amount in drawn[0].items()},
                "currency": drawn[1],
            }
        ),
        fits_price,
    ),
    "passengers": (people, has_seats),
    "duration": (
        st.sampled_from((59, 60, 90, 299, 300, 1000)).map(lambda most: {"max_minutes": most}),
        lambda offer, asked: offer.minutes <= asked["duration"]["max_minutes"],
    ),
    "layover": (
        ordered((0, 20, 45, 120, 400, 900), "min_minutes", "max_minutes"),
        lambda offer, asked: all(
            within(wait, asked["layover"]["min_minutes"], asked["layover"]["max_minutes"])
            for wait in waits(offer)
        ),
    ),
    "connections": (
        st.fixed_dictionaries({"via": st.just([]) | some_airports, "avoid": st.just([]) | some_airports}),
        lambda offer, asked: (
            (not asked["connections"]["via"] or bool(touched(offer) & set(asked["connections"]["via"])))
            and not touched(offer) & set(asked["connections"]["avoid"])
        ),
    ),
    "bags": (
        st.fixed_dictionaries(dict.fromkeys(("carry_on", "checked"), st.sampled_from((None, 0, 1, 2)))),
        lambda offer, asked: (
            offer.carry_on >= (asked["bags"]["carry_on"] or -1)
            and offer.checked >= (asked["bags"]["checked"] or -1)
        ),
    ),
    "refundable": (st.booleans(), lambda offer, asked: offer.refundable == asked["refundable"]),
    "flight": (
        st.fixed_dictionaries(
            {
                "carrier": st.sampled_from(("AA", "B6", "KL")),
                "number": st.sampled_from(("1", "100", "0100A", "7")),
            }
        ),
        is_named,
    ),
}
ALL = OF_THE_SLICE | OF_THE_QUERY
QUICK = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def query_of(asked):
    """Return the query that asks this, and nothing else."""
    part = {"origin": {"label": "", "airports": list(AIRPORTS)}}
    part |= {name: value for name, value in asked.items() if name in OF_THE_SLICE}
    return {"slices": [part]} | {name: value for name, value in asked.items() if name in OF_THE_QUERY}


@pytest.fixture(scope="module")
def worlds(make_world, engine_of):
    """Worlds and their engines, by seed; one of them has nonstops alone."""
    made = {}

    def world_of(seed):
        if seed not in made:
            world = make_world(900 + seed, segments=90, connections=0 if seed == 3 else 70)
            made[seed] = world, engine_of(world)
        return made[seed]

    return world_of


def fitting(world, asked, now):
    return {
        offer.id
        for offer in world.offers
        if offer.departs > now
        and has_seats(offer, asked)
        and all(ALL[name][1](offer, asked) for name in asked)
    }


def search(engine, asked, **more):
    return engine.search(SearchRequest.model_validate({"query": query_of(asked), "limit": 1000, **more}))


def ids(result):
    return [offer.id for offer in result.offers]


@pytest.mark.parametrize("name", ALL)
def test_one_constraint_finds_what_it_says_and_nothing_else(name, worlds, now):
    found = []

    @QUICK
    @given(st.sampled_from(SEEDS), ALL[name][0])
    def check(seed, value):
        world, engine = worlds(seed)
        asked = {name: value}
        result = search(engine, asked)
        assert result.unsupported == ()
        assert set(ids(result)) == fitting(world, asked, now)
        assert result.total == len(result.offers)
        found.append(result.total)

    check()
    everything = max(len(fitting(worlds(seed)[0], {}, now)) for seed in SEEDS)
    assert any(0 < total < everything for total in found)  # else nothing was tested


@QUICK
@given(st.sampled_from(SEEDS), st.data())
def test_constraints_together_find_what_satisfies_all_of_them(worlds, now, seed, data):
    world, engine = worlds(seed)
    names = data.draw(st.sets(st.sampled_from(sorted(ALL)), min_size=2, max_size=4))
    asked = {name: data.draw(ALL[name][0], label=name) for name in sorted(names)}
    assert set(ids(search(engine, asked))) == fitting(world, asked, now)


@pytest.mark.parametrize("name", ALL)
def test_adding_a_constraint_never_adds_an_offer(name, worlds):
    @QUICK
    @given(st.sampled_from(SEEDS), st.data())
    def check(seed, data):
        _world, engine = worlds(seed)
        others = data.draw(st.sets(st.sampled_from(sorted(set(ALL) - {name})), max_size=2))
        # A window over midnight moves flights to the evening before, and a party or a currency changes
        # totals: there a constraint says anew what another one means.
        anew = {"depart_time": {"depart_date", "weekdays"}, "passengers": {"price"}, "price": set()}
        others -= anew.get(name, set())
        before = {other: data.draw(ALL[other][0], label=other) for other in sorted(others)}
        after = before | {name: data.draw(ALL[name][0], label=name)}
        assert set(ids(search(engine, after))) <= set(ids(search(engine, before)))

    check()


SORTS = ("best", "price", "duration", "departure_time", "departure_time_desc", "arrival_time", "emissions")


@QUICK
@given(st.sampled_from(SEEDS), st.sampled_from(SORTS), st.integers(1, 60), st.data())
def test_pages_neither_repeat_nor_skip_and_the_order_is_the_same_each_time(worlds, seed, sort, limit, data):
    _world, engine = worlds(seed)
    name = data.draw(st.sampled_from(sorted(ALL)))
    query = query_of({name: data.draw(ALL[name][0])}) | {"sort": sort}

    def page(limit, cursor=None):
        return engine.search(SearchRequest.model_validate({"query": query, "limit": limit, "cursor": cursor}))

    whole, pages, cursor = ids(page(1000)), [], None
    for _ in range(len(whole) // limit + 1):
        shown = page(limit, cursor)
        pages += ids(shown)
        cursor = shown.next_cursor
        if cursor is None:
            break
    assert cursor is None
    assert pages == whole == ids(page(1000))
    assert len(set(pages)) == len(pages)


@QUICK
@given(st.sampled_from(SEEDS), people, st.sampled_from(("USD", "EUR", "GBP")))
def test_totals_follow_the_rule_for_children_and_infants(worlds, seed, party, currency):
    world, engine = worlds(seed)
    asked = {"passengers": party, "price": {"min": None, "max": None, "currency": currency}}
    raw = {offer.id: offer for offer in world.offers}
    for offer in search(engine, asked).offers:
        assert round(100 * Decimal(offer.price.amount)) == total_of(raw[offer.id], asked)
        assert offer.price.currency == currency


def test_a_red_eye_leaves_at_night_and_lands_in_the_morning(worlds, now):
    asked = {
        "depart_time": {"from": "21:00", "to": "02:59"},
        "arrive_time": {"from": "04:00", "to": "11:59"},
        "depart_date": {"from": day(4), "to": day(8)},
        "weekdays": ["fri", "sat", "sun", "mon"],
    }
    found = after_midnight = 0
    for seed in SEEDS:
        world, engine = worlds(seed)
        expected = fitting(world, asked, now)
        assert set(ids(search(engine, asked))) == expected
        found += len(expected)
        after_midnight += sum(offer.id in expected and offer.departs.hour < 3 for offer in world.offers)
    assert found > after_midnight > 0
