"""Every search of one slice against a search row by row over the raw rows."""

# ruff: noqa: S311 - test data, no secret

import datetime as dt
import itertools
import math
import random
from decimal import Decimal
from statistics import median_low

import pytest

from flight_search.domain.query import FlightQuery
from flight_search.domain.result import SearchRequest, Status

AIRPORTS = ("AMS", "BOS", "EWR", "HNL", "JFK", "LGW", "LHR", "NRT")
COUNTRY = {"AMS": "NL", "LGW": "GB", "LHR": "GB", "NRT": "JP"}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOCKS = ("00:00", "02:59", "06:00", "12:20", "18:40", "21:00", "23:59")
SORTS = ("best", "price", "duration", "departure_time", "departure_time_desc", "arrival_time", "emissions")


def maybe(rng, chance, value, otherwise=None):
    return value() if rng.random() < chance else otherwise


def random_place(rng):
    return {"label": "somewhere", "airports": rng.sample(AIRPORTS, rng.choice((1, 2, 3, 6)))}


def random_window(rng):
    return {"from": rng.choice((None, *CLOCKS)), "to": rng.choice((None, *CLOCKS))}


def random_dates(rng):
    first = dt.date(2026, 11, 30) + dt.timedelta(days=rng.randrange(12))
    last = first + dt.timedelta(days=rng.randrange(6))
    return {
        "from": rng.choice((None, first.isoformat())),
        "to": rng.choice((None, last.isoformat())),
    }


def random_query(rng, busy=0.25):
    """Return a query in which each field is set with a chance of ``busy``."""
    part = {
        "origin": maybe(rng, 0.6, lambda: random_place(rng)),
        "destination": maybe(rng, 0.5, lambda: random_place(rng)),
        "depart_date": maybe(rng, busy, lambda: random_dates(rng)),
        "weekdays": maybe(rng, busy, lambda: rng.sample(WEEKDAYS, 3), []),
        "depart_time": maybe(rng, busy, lambda: random_window(rng)),
        "arrive_time": maybe(rng, busy, lambda: random_window(rng)),
    }
    if not part["origin"] and not part["destination"]:
        part["origin"] = random_place(rng)
    low, high = sorted(rng.choices(("0", "49.99", "50", "100", "123.45", "300.1", "700"), k=2), key=Decimal)
    fewest, most = sorted(rng.choices((0, 1, 2), k=2))
    shortest, longest = sorted(rng.choices((0, 30, 60, 120, 400), k=2))
    return {
        "slices": [part],
        "passengers": maybe(rng, busy, lambda: rng.choice(PARTIES), PARTIES[0]),
        "cabin": maybe(rng, busy, lambda: rng.choice(("economy", "premium_economy", "business", "first"))),
        "stops": {
            "min": maybe(rng, busy, lambda: fewest),
            "max": maybe(rng, busy, lambda: most),
        },
        "carriers": {
            "include": maybe(rng, busy, lambda: rng.sample(("AA", "B6", "BA", "ZZ"), 2), []),
            "exclude": maybe(rng, busy, lambda: rng.sample(("AA", "KL", "ZZ"), 1), []),
        },
        "price": {
            "min": maybe(rng, busy, lambda: low),
            "max": maybe(rng, busy, lambda: high),
            "currency": rng.choice(("USD", "USD", "EUR", "GBP", "JPY")),
        },
        "duration": {"max_minutes": maybe(rng, busy, lambda: rng.choice((60, 90, 599, 1000)))},
        "layover": {
            "min_minutes": maybe(rng, busy, lambda: shortest),
            "max_minutes": maybe(rng, busy, lambda: longest),
        },
        "connections": {
            "via": maybe(rng, busy / 2, lambda: rng.sample(AIRPORTS, 3), []),
            "avoid": maybe(rng, busy, lambda: rng.sample(AIRPORTS, 2), []),
        },
        "bags": {
            "carry_on": maybe(rng, busy, lambda: rng.choice((0, 1, 2))),
            "checked": maybe(rng, busy, lambda: rng.choice((0, 1, 2))),
        },
        "refundable": maybe(rng, busy / 2, lambda: rng.choice((True, False))),
        "flight": maybe(
            rng,
            busy / 3,
            lambda: {"carrier": rng.choice(("AA", "B6")), "number": rng.choice(("1", "100", "100A", "0007"))},
        ),
        "sort": rng.choice(SORTS),
        "preferences": maybe(rng, busy, lambda: rng.choice(("beach", "quiet night", "city")), ""),
    }


PARTIES = (
    {"adults": 1},
    {"adults": 2, "children": 2},
    {"adults": 1, "infants": 1},
    {"adults": 3, "children": 1, "infants": 2},
    {"adults": 130},
)


def total_of(offer, query, rates):
    """Return the total in minor units of the query's currency, by the rule of the documentation."""
    people, currency = query.passengers, query.price.currency
    same_country = COUNTRY.get(offer.origin, "US") == COUNTRY.get(offer.destination, "US")
    tenths = 10 * (people.adults + people.children) + (0 if same_country else people.infants)
    rate = 1.0 if currency == "USD" else rates[currency] * (0.01 if currency == "JPY" else 1)
    return math.floor(offer.fare * tenths * rate / 10 + 0.5)


def minor(amount, query):
    return amount if query.price.currency == "JPY" else 100 * amount


def within(clock, window):
    begin, end = window.from_ or "00:00", window.to or "23:59"
    return begin <= clock <= end if begin <= end else clock >= begin or clock <= end


def day_of(offer, window):
    """Return the day of an offer; after midnight, in a window over midnight, the one before."""
    begin, end = (window.from_ or "00:00", window.to or "23:59") if window else ("00:00", "23:59")
    after_midnight = begin > end and f"{offer.departs:%H:%M}" <= end
    return offer.departs.date() - dt.timedelta(days=after_midnight)


def satisfies(offer, query, rates, now):  # noqa: C901, PLR0911, PLR0912 - one question per field
    """Return whether one raw offer satisfies the first slice of a query."""
    part = query.slices[0]
    flown = offer.segments
    if offer.departs <= now:
        return False
    if part.origin and offer.origin not in part.origin.airports:
        return False
    if part.destination and offer.destination not in part.destination.airports:
        return False
    day = day_of(offer, part.depart_time)
    dates = part.depart_date
    if dates and ((dates.from_ and day < dates.from_) or (dates.to and day > dates.to)):
        return False
    if part.weekdays and WEEKDAYS[day.weekday()] not in part.weekdays:
        return False
    if part.depart_time and not within(f"{offer.departs:%H:%M}", part.depart_time):
        return False
    if part.arrive_time and not within(f"{offer.arrives:%H:%M}", part.arrive_time):
        return False
    stops = len(flown) - 1
    if stops < (query.stops.min or 0) or (query.stops.max is not None and stops > query.stops.max):
        return False
    include, exclude = query.carriers.include, query.carriers.exclude
    for segment in flown:
        if (include and segment.carrier not in include) or segment.carrier in exclude:
            return False
    if query.cabin and offer.cabin != query.cabin:
        return False
    total, price = total_of(offer, query, rates), query.price
    if len(query.slices) == 1:
        if price.min is not None and total < minor(price.min, query):
            return False
        if price.max is not None and total > minor(price.max, query):
            return False
    if query.duration.max_minutes and offer.minutes > query.duration.max_minutes:
        return False
    touched = set()
    for before, after in itertools.pairwise(flown):
        wait = (after.departs - before.arrives).total_seconds() / 60
        if query.layover.min_minutes is not None and wait < query.layover.min_minutes:
            return False
        if query.layover.max_minutes is not None and wait > query.layover.max_minutes:
            return False
        touched |= {before.destination, after.origin}
    if query.connections.via and not touched & set(query.connections.via):
        return False
    if touched & set(query.connections.avoid):
        return False
    if query.bags.carry_on and offer.carry_on < query.bags.carry_on:
        return False
    if query.bags.checked and offer.checked < query.bags.checked:
        return False
    if query.refundable is not None and offer.refundable != query.refundable:
        return False
    needed = min(query.passengers.adults + query.passengers.children, 127)
    if offer.seats != -1 and offer.seats < needed:
        return False
    if query.flight:
        names = [f"{segment.carrier}{segment.number}{segment.suffix}" for segment in flown]
        return f"{query.flight.carrier}{query.flight.number.lstrip('0')}" in names
    return True


def order_of(query, rates):
    """Return the key of the total order, for every sort but ``best``."""

    def ties(offer):
        return total_of(offer, query, rates), offer.minutes, offer.departs, offer.key

    first = {
        "price": lambda offer: total_of(offer, query, rates),
        "duration": lambda offer: offer.minutes,
        "departure_time": lambda offer: offer.departs.timestamp(),
        "departure_time_desc": lambda offer: -offer.departs.timestamp(),
        "arrival_time": lambda offer: offer.arrives.timestamp(),
        "emissions": lambda offer: math.inf if offer.emissions is None else offer.emissions,
    }[query.sort]
    return lambda offer: (first(offer), *ties(offer))


def ask(engine, query, **more):
    return engine.search(SearchRequest.model_validate({"query": query, "limit": 1000, **more}))


@pytest.fixture(scope="module")
def worlds(make_world):
    return [
        make_world(1),
        make_world(2, segments=300, connections=0),
        make_world(3, segments=60, connections=300),
    ]


@pytest.mark.parametrize("seed", range(12))
def test_search_finds_what_a_search_row_by_row_finds(seed, worlds, engine_of, word_embedder, now):
    rng = random.Random(seed)
    world = worlds[seed % len(worlds)]
    engine = engine_of(world, embedder=word_embedder())
    matched = 0
    for _ in range(60):
        query = FlightQuery.model_validate(random_query(rng))
        expected = [offer for offer in world.offers if satisfies(offer, query, world.rates, now)]
        result = ask(engine, query)
        assert result.total == len(expected), query.model_dump_json(exclude_defaults=True)
        assert {offer.id for offer in result.offers} == {offer.id for offer in expected}, query
        assert result.status == (Status.OK if expected else Status.NO_MATCH)
        if query.sort != "best":
            ordered = sorted(expected, key=order_of(query, world.rates))
            assert [offer.id for offer in result.offers] == [offer.id for offer in ordered], query
        check_shown(result, {offer.id: offer for offer in expected}, query, world.rates)
        check_facets(result, expected, query, world.rates)
        matched += bool(expected)
    assert matched > 15  # else the queries would test nothing


def check_shown(result, expected, query, rates):
    """Hold every offer shown against its raw row."""
    for offer in result.offers:
        raw = expected[offer.id]
        (part,) = offer.slices
        assert [
            (leg.carrier, leg.operating_carrier, leg.flight_number, leg.origin, leg.destination, leg.aircraft)
            for leg in part.segments
        ] == [
            (
                leg.carrier,
                leg.operating,
                f"{leg.number}{leg.suffix}",
                leg.origin,
                leg.destination,
                leg.aircraft,
            )
            for leg in raw.segments
        ]
        for shown, leg in zip(part.segments, raw.segments, strict=True):
            assert dt.datetime.fromisoformat(shown.departs_at).isoformat() == leg.departs.isoformat()
            assert dt.datetime.fromisoformat(shown.arrives_at).isoformat() == leg.arrives.isoformat()
            assert shown.duration_minutes == leg.minutes
            assert shown.cabin == raw.cabin
            assert shown.origin_city == f"City of {leg.origin}"
        assert part.stops == len(raw.segments) - 1
        assert part.duration_minutes == raw.minutes
        assert offer.emissions_kg == raw.emissions
        assert minor(Decimal(offer.price.amount), query) == total_of(raw, query, rates)
        assert offer.score == pytest.approx(sum(offer.score_parts.values()), abs=1e-9)
        assert 0 <= offer.score <= 1.00001
        assert all(part >= 0 for part in offer.score_parts.values())
        assert ("meaning" in offer.score_parts) == bool(query.preferences)


def check_facets(result, expected, query, rates):
    totals = [total_of(offer, query, rates) for offer in expected]
    carriers = {}
    stops = {}
    for offer, total in zip(expected, totals, strict=True):
        stops.setdefault(str(len(offer.segments) - 1), []).append(total)
        for carrier in {segment.carrier for segment in offer.segments}:
            carriers.setdefault(carrier, []).append(total)
    facets = result.facets
    assert {facet.value: (facet.count, minor(facet.min_price, query)) for facet in facets.carriers} == {
        carrier: (len(found), min(found)) for carrier, found in carriers.items()
    }
    assert {facet.value: (facet.count, minor(facet.min_price, query)) for facet in facets.stops} == {
        number: (len(found), min(found)) for number, found in stops.items()
    }
    price = facets.price
    if not totals:
        assert price.min is None
        assert price.histogram == ()
        return
    assert [minor(value, query) for value in (price.min, price.median, price.max)] == [
        min(totals),
        median_low(totals),
        max(totals),
    ]
    assert sum(bin_.count for bin_ in price.histogram) == len(totals)
    for bin_ in price.histogram:
        low, high = minor(bin_.from_, query), minor(bin_.to, query)
        inside = [low <= total < high or (total == high == max(totals)) for total in totals]
        assert bin_.count == sum(inside)


@pytest.mark.parametrize("seed", range(6))
def test_pages_put_together_are_the_whole(seed, worlds, engine_of, word_embedder):
    rng = random.Random(100 + seed)
    engine = engine_of(worlds[seed % len(worlds)], embedder=word_embedder())
    for _ in range(8):
        query = random_query(rng, busy=0.05)
        whole = ask(engine, query)
        limit, cursor, pages = rng.choice((1, 3, 10, 50)), None, []
        for _ in range(whole.total // limit + 2):
            page = ask(engine, query, limit=limit, cursor=cursor)
            assert page.total == whole.total
            pages += page.offers
            cursor = page.next_cursor
            if cursor is None:
                break
        assert cursor is None
        assert [offer.id for offer in pages] == [offer.id for offer in whole.offers]


@pytest.mark.parametrize("seed", range(4))
def test_adding_a_constraint_never_adds_an_offer(seed, worlds, engine_of):
    rng = random.Random(200 + seed)
    engine = engine_of(worlds[seed % len(worlds)])
    lost = 0
    for _ in range(40):
        wide = random_query(rng, busy=0.1)
        narrow = random_query(rng, busy=0.5)
        narrow |= {"passengers": wide["passengers"], "price": wide["price"], "sort": wide["sort"]}
        field = rng.choice([name for name in narrow if name != "slices"])
        before = {offer.id for offer in ask(engine, wide).offers}
        if field in ("passengers", "price", "sort", "preferences"):
            continue
        blank = FlightQuery.model_validate({"slices": wide["slices"]}).model_dump(mode="json", by_alias=True)
        if wide[field] not in (blank[field], None):
            wide[field] = blank[field]
            before = {offer.id for offer in ask(engine, wide).offers}
        after = {offer.id for offer in ask(engine, {**wide, field: narrow[field]}).offers}
        assert after <= before, field
        lost += len(before - after)
    assert lost > 0


def test_what_departs_later_today_is_found_and_what_has_left_is_not(make_world, engine_of, now):
    world = make_world(5, knows=False)
    query = {"slices": [{"origin": {"label": "", "airports": list(AIRPORTS)}}], "sort": "departure_time"}
    result = ask(engine_of(world), query)
    first = result.offers[0].slices[0].segments[0].departs_at
    assert dt.datetime.fromisoformat(first) > now
    assert result.total == sum(offer.departs > now for offer in world.offers) < len(world.offers)


@pytest.mark.parametrize("weekday", [None, *WEEKDAYS])
@pytest.mark.parametrize("window", [("21:00", "02:59"), ("18:40", "12:20"), ("23:59", "00:00")])
def test_a_window_over_midnight_belongs_to_the_evening_that_it_begins_in(
    worlds, engine_of, now, weekday, window
):
    world = worlds[1]
    engine, wide = engine_of(world), {"origin": {"label": "", "airports": list(AIRPORTS)}}
    after_midnight = 0
    for first in range(1, 10):
        day = f"2026-12-{first:02d}"
        part = {
            **wide,
            "depart_date": {"from": day, "to": day},
            "weekdays": [weekday] if weekday else [],
            "depart_time": {"from": window[0], "to": window[1]},
        }
        query = FlightQuery.model_validate({"slices": [part], "sort": "departure_time"})
        expected = [offer for offer in world.offers if satisfies(offer, query, world.rates, now)]
        result = ask(engine, query)
        assert {offer.id for offer in result.offers} == {offer.id for offer in expected}
        assert any("next day's date" in note for note in result.notes)
        after_midnight += sum(offer.departs.day != first for offer in expected)
    assert after_midnight > 0 or window == ("23:59", "00:00")
