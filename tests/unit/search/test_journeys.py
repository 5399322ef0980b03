"""Round trips, open jaws and multi-city journeys against all combinations of raw rows."""

# ruff: noqa: S311 - test data, no secret

import datetime as dt
import itertools
import math
import random

import pytest

from flight_search.domain.query import FlightQuery
from flight_search.domain.result import SearchRequest
from flight_search.search import pair

METRO = {"EWR": "NYC", "JFK": "NYC", "LGW": "LON", "LHR": "LON"}
PLACES = (["JFK", "EWR"], ["LHR", "LGW"], ["BOS"], ["AMS"], ["NRT", "HNL"], ["JFK", "LHR", "BOS"])
SORTS = ("best", "price", "duration", "departure_time", "departure_time_desc", "arrival_time", "emissions")


@pytest.fixture(scope="module")
def worlds(make_world):
    return [
        make_world(11, segments=250, connections=0, one_cabin=True, days=12),
        make_world(12, segments=150, connections=60, knows=False, days=12),
    ]


@pytest.fixture(params=["built", "counted and built", "one by one"])
def way(request, monkeypatch):
    """Search in each of the three ways that there are, whatever the numbers."""
    if request.param == "counted and built":
        monkeypatch.setattr(pair, "MOST_BUILT", 25)
    elif request.param == "one by one":
        monkeypatch.setattr(pair, "MOST_BUILT", 0)
        # With three slices and a bound on the price, the ways through the first two have to be few.
        monkeypatch.setattr(pair, "_ways_through", lambda _layers: 0.0)
    return request.param


def place(airports):
    return {"label": "", "airports": airports}


def random_days(rng):
    first = dt.date(2026, 12, 1) + dt.timedelta(days=rng.randrange(9))
    return {"from": first.isoformat(), "to": (first + dt.timedelta(days=rng.randrange(1, 6))).isoformat()}


def random_slice(rng, origin, destination):
    return {
        "origin": origin,
        "destination": destination,
        "depart_date": rng.choice((None, random_days(rng))),
        "depart_time": rng.choice(
            (
                None,
                None,
                {"from": "06:00", "to": "21:00"},
                {"from": "19:00", "to": "08:59"},
                {"from": "12:00"},
            )
        ),
        "arrive_time": rng.choice(
            (None, None, None, None, {"from": "05:00", "to": "23:00"}, {"from": "20:00", "to": "12:00"})
        ),
        "weekdays": rng.choice(
            ([], [], [], ["mon", "tue", "wed", "thu", "fri", "sun"], ["fri", "sat", "sun"])
        ),
    }


def random_journey(rng, slices):
    """Return a query of two slices (a return or an open jaw) or more (a chain)."""
    stops = [place(rng.choice(PLACES)) for _ in range(slices + 1)]
    if slices == 2:
        jaw = rng.random() < 0.3
        out, back = place(rng.choice(PLACES)), place(rng.choice(PLACES))
        parts = [random_slice(rng, *rng.choice(((out, back), (out, None), (None, back))))]
        parts.append(
            random_slice(rng, rng.choice(stops), rng.choice(stops)) if jaw else random_slice(rng, None, None)
        )
        trip = "round_trip"
    else:
        parts = [random_slice(rng, here, there) for here, there in itertools.pairwise(stops)]
        if rng.random() < 0.3:
            parts[1]["origin"] = None
        trip = "multi_city"
    low, high = sorted(rng.choices((100, 200, 350, 600, 1200), k=2))
    fewest, most = sorted(rng.choices((0, 1, 2, 3, 5), k=2))
    return {
        "trip": trip,
        "slices": parts,
        "nights": rng.choice((None, None, {"min": fewest, "max": most}, {"min": fewest}, {"max": most})),
        "price": {
            "min": rng.choice((None, None, None, str(low))),
            "max": rng.choice((None, None, str(high))),
            "currency": rng.choice(("USD", "EUR")),
        },
        "stops": rng.choice(({}, {"max": 0})),
        "carriers": rng.choice(({}, {}, {}, {"exclude": ["KL"]}, {"include": ["AA", "B6", "BA"]})),
        "duration": rng.choice(({}, {}, {}, {"max_minutes": 700})),
        "connections": rng.choice(({}, {}, {"avoid": ["AMS", "BOS"]})),
        "passengers": rng.choice(({"adults": 1}, {"adults": 2, "infants": 1})),
        "sort": rng.choice(SORTS),
    }


def metro(code):
    return METRO.get(code, code)


COUNTRY = {"AMS": "NL", "LGW": "GB", "LHR": "GB", "NRT": "JP"}


def total_of(offer, query):
    people = query.passengers
    home = COUNTRY.get(offer.origin, "US") == COUNTRY.get(offer.destination, "US")
    tenths = 10 * (people.adults + people.children) + (0 if home else people.infants)
    return math.floor(offer.fare * tenths * (0.9 if query.price.currency == "EUR" else 1.0) / 10 + 0.5)


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def bounds(window):
    return (window.from_ or "00:00", window.to or "23:59") if window else ("00:00", "23:59")


def is_within(moment, window):
    begin, end = bounds(window)
    clock = f"{moment:%H:%M}"
    return begin <= clock <= end if begin <= end else clock >= begin or clock <= end


def fits_slice(offer, part, query, now):
    begin, end = bounds(part.depart_time)
    is_after_midnight = begin > end and f"{offer.departs:%H:%M}" <= end
    day = offer.departs.date() - dt.timedelta(days=is_after_midnight)
    dates, carriers = part.depart_date, query.carriers
    needed = query.passengers.adults + query.passengers.children
    changes = {
        code
        for before, after in itertools.pairwise(offer.segments)
        for code in (before.destination, after.origin)
    }
    return (
        offer.departs > now
        and (not part.origin or offer.origin in part.origin.airports)
        and (not part.destination or offer.destination in part.destination.airports)
        and (not dates or dates.from_ <= day <= dates.to)
        and (not part.weekdays or WEEKDAYS[day.weekday()] in part.weekdays)
        and is_within(offer.departs, part.depart_time)
        and is_within(offer.arrives, part.arrive_time)
        and (query.stops.max is None or len(offer.segments) - 1 <= query.stops.max)
        and all(not carriers.include or one.carrier in carriers.include for one in offer.segments)
        and all(one.carrier not in carriers.exclude for one in offer.segments)
        and (not query.duration.max_minutes or offer.minutes <= query.duration.max_minutes)
        and not changes & set(query.connections.avoid)
        and (offer.seats == -1 or offer.seats >= needed)
    )


def same_place(one, other):
    return one is None or other is None or set(one.airports) == set(other.airports)


def fits_together(journey, query):
    for (before, after), (here, there) in zip(
        itertools.pairwise(journey), itertools.pairwise(query.slices), strict=True
    ):
        if after.departs <= before.arrives:
            return False
        if same_place(here.destination, there.origin) and metro(before.destination) != metro(after.origin):
            return False
        nights = (after.departs.date() - before.arrives.date()).days
        if query.nights and not (query.nights.min or 0) <= nights <= (
            math.inf if query.nights.max is None else query.nights.max
        ):
            return False
    closes = query.trip == "round_trip" and same_place(query.slices[0].origin, query.slices[-1].destination)
    if closes and metro(journey[0].origin) != metro(journey[-1].destination):
        return False
    total = sum(total_of(offer, query) for offer in journey)
    price = query.price
    return (price.min is None or total >= 100 * price.min) and (price.max is None or total <= 100 * price.max)


def all_journeys(offers, query, now):
    sides = [[offer for offer in offers if fits_slice(offer, part, query, now)] for part in query.slices]
    return [journey for journey in itertools.product(*sides) if fits_together(journey, query)]


def order_of(query):
    first = {
        "price": lambda _journey: 0,
        "duration": lambda journey: sum(offer.minutes for offer in journey),
        "departure_time": lambda journey: journey[0].departs.timestamp(),
        "departure_time_desc": lambda journey: -journey[0].departs.timestamp(),
        "arrival_time": lambda journey: journey[-1].arrives.timestamp(),
        "emissions": lambda journey: sum(1 << 24 if o.emissions is None else o.emissions for o in journey),
    }[query.sort]

    def key(journey):
        ties = [value for offer in journey for value in (offer.departs, offer.key)]
        price, minutes = sum(total_of(o, query) for o in journey), sum(o.minutes for o in journey)
        return (first(journey), price, minutes, *ties)

    return key


def id_of(journey):
    return "o_" + "".join(f"{offer.key:016x}" for offer in journey)


def check(engine, world, query, now):
    """Compare one query with all combinations; return how many there are."""
    result = engine.search(SearchRequest(query=query, limit=1000))
    journeys = all_journeys(world.offers, result.query, now)
    told = query.model_dump_json(exclude_defaults=True)
    assert result.total == len(journeys), told
    if result.query.sort == "best":
        by_id = {id_of(journey): journey for journey in journeys}
        assert {offer.id for offer in result.offers} <= by_id.keys(), told
        assert len({offer.id for offer in result.offers}) == min(len(journeys), 1000), told
        scores = [offer.score for offer in result.offers]
        assert all(one >= other - 2e-6 for one, other in itertools.pairwise(scores)), told
    else:
        expected = [id_of(journey) for journey in sorted(journeys, key=order_of(result.query))[:1000]]
        assert [offer.id for offer in result.offers] == expected, told
    prices = {id_of(journey): sum(total_of(offer, result.query) for offer in journey) for journey in journeys}
    for offer in result.offers:
        assert round(float(offer.price.amount) * 100) == prices[offer.id]
        assert offer.price.basis == "sum_of_one_ways"
        assert offer.score == pytest.approx(sum(offer.score_parts.values()), abs=1e-9)
    if journeys:
        assert 100 * result.facets.price.min == min(prices.values())
        check_counts(result.facets, journeys, told)
    return len(journeys)


def check_counts(facets, journeys, told):
    """Hold the facets against all journeys; they may be missing only where too many have a price bound."""
    carriers, stops = {}, {}
    for journey in journeys:
        most = str(max(len(offer.segments) - 1 for offer in journey))
        stops[most] = stops.get(most, 0) + 1
        for carrier in {segment.carrier for offer in journey for segment in offer.segments}:
            carriers[carrier] = carriers.get(carrier, 0) + 1
    if facets.carriers or '"price":{"m' not in told:
        assert {facet.value: facet.count for facet in facets.carriers} == carriers, told
        assert {facet.value: facet.count for facet in facets.stops} == stops, told


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.usefixtures("way")
def test_pairs_are_those_of_all_combinations(seed, worlds, engine_of, now):
    rng = random.Random(seed)
    world = worlds[seed % 2]
    engine = engine_of(world)
    found = [check(engine, world, FlightQuery.model_validate(random_journey(rng, 2)), now) for _ in range(35)]
    assert sum(count > 0 for count in found) > 8


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.usefixtures("way")
def test_chains_are_those_of_all_combinations(seed, worlds, engine_of, now):
    rng = random.Random(50 + seed)
    world = worlds[seed % 2]
    engine = engine_of(world)
    found = [check(engine, world, FlightQuery.model_validate(random_journey(rng, 3)), now) for _ in range(60)]
    assert sum(count > 0 for count in found) > 3


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.usefixtures("way")
def test_pages_of_journeys_put_together_are_the_whole(sort, worlds, engine_of):
    engine = engine_of(worlds[0])
    query = FlightQuery.model_validate(
        {
            "trip": "round_trip",
            "slices": [{"origin": place(["JFK", "EWR"]), "destination": place(["LHR", "LGW"])}, {}],
            "sort": sort,
        }
    )
    whole = engine.search(SearchRequest(query=query, limit=1000))
    assert whole.total > 20
    found, cursor = [], None
    while True:
        page = engine.search(SearchRequest(query=query, limit=7, cursor=cursor))
        found += page.offers
        cursor = page.next_cursor
        if cursor is None:
            break
    assert [offer.id for offer in found] == [offer.id for offer in whole.offers]


@pytest.mark.usefixtures("way")
def test_the_best_journey_by_score_has_the_highest_mean_of_its_slices(worlds, engine_of):
    engine = engine_of(worlds[0])
    slices = [{"origin": place(["JFK", "EWR"]), "destination": place(["LHR", "LGW"])}, {}]
    query = FlightQuery.model_validate({"trip": "round_trip", "slices": slices})
    best = engine.search(SearchRequest(query=query, limit=1000))
    other = engine.search(SearchRequest(query=query.model_copy(update={"sort": "price"}), limit=1000))
    assert best.total == other.total <= 1000
    scores = sorted((offer.score for offer in other.offers), reverse=True)
    assert [offer.score for offer in best.offers] == pytest.approx(scores, abs=2e-6)


def test_more_journeys_than_json_can_count_are_capped_and_said(worlds, engine_of, monkeypatch):
    monkeypatch.setattr(pair, "MOST_BUILT", 0)
    monkeypatch.setattr(pair, "MOST_COUNTED", 100)
    anywhere = place(["AMS", "BOS", "EWR", "HNL", "JFK", "LGW", "LHR", "NRT"])
    slices = [{"origin": anywhere, "destination": anywhere} for _ in range(3)]
    query = FlightQuery.model_validate({"trip": "multi_city", "slices": slices})
    result = engine_of(worlds[0]).search(SearchRequest(query=query, limit=5))
    assert result.total == 100
    assert "More than 100 journeys match." in result.notes
    assert len(result.offers) == 5


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.usefixtures("way")
def test_a_journey_that_beats_another_comes_first(seed, worlds, engine_of, word_embedder):
    rng = random.Random(300 + seed)
    engine = engine_of(worlds[seed % 2], embedder=word_embedder())
    beaten = 0
    for _ in range(12):
        query = random_journey(rng, 2) | {"sort": "best", "preferences": rng.choice(("", "", "beach"))}
        result = engine.search(SearchRequest.model_validate({"query": query, "limit": 300}))
        figures = [
            (
                float(offer.price.amount),
                sum(part.duration_minutes for part in offer.slices),
                sum(part.stops for part in offer.slices),
                -offer.score_parts.get("meaning", 0),
            )
            for offer in result.offers
        ]
        for (place_before, before), (place_after, after) in itertools.combinations(enumerate(figures), 2):
            beats = all(one <= two for one, two in zip(after, before, strict=True))
            # Of the meaning only what is shown is known here: a difference has to show.
            assert not (beats and after[:3] != before[:3]), (place_before, place_after, before, after)
            beaten += all(one <= two for one, two in zip(before, after, strict=True))
    assert beaten > 0
