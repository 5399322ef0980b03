"""Connections of small random networks, held against a search in plain loops over all pairs of flights."""

import datetime as dt
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flight_search.ingest.world import connect
from flight_search.ingest.world.choose import Chooser, keep_best, ranks, traffic_of
from flight_search.ingest.world.connect import connections_from
from flight_search.ingest.world.network import MOST_WAIT, Network, make_network
from flight_search.ingest.world.parallel import in_order
from flight_search.ingest.world.transfers import SEPARATE_MORE
from flight_search.ingest.world.ways import NO_LEG, Ways, join_ways, moments, nonstops
from flight_search.ingest.world.week import Week
from flight_search.reference.airports import load_airports
from flight_search.reference.carriers import load_carriers
from flight_search.reference.geo import great_circle_km

TODAY = dt.date(2026, 11, 24)
CODES = ("AMS", "CDG", "FRA", "JFK", "LGW", "LHR", "MAD", "ORY", "SIN", "VIE")
CARRIERS = ("AF", "BA", "IB", "LH", "OS", "U2")
"""Two pairs of one alliance, one that is alone in these tests, one that has none."""
WEEK = 7 * 1440


@dataclass(frozen=True)
class Flight:
    origin: str
    destination: str
    departs: int
    minutes: int
    carrier: str


def week_of(flights: list[Flight]) -> Week:
    airports = load_airports()
    flights = sorted(flights, key=lambda one: (one.origin, one.departs, one.destination, one.carrier))
    row, seller = (
        {code: at for at, code in enumerate(CODES)},
        [CARRIERS.index(one.carrier) for one in flights],
    )
    ends = [(airports[one.origin], airports[one.destination]) for one in flights]
    km = [float(great_circle_km(a.latitude, a.longitude, b.latitude, b.longitude)) for a, b in ends]
    return Week(
        airports=tuple(airports[code] for code in CODES),
        carriers=tuple(load_carriers()[code] for code in CARRIERS),
        types=(),
        origin=np.array([row[one.origin] for one in flights], dtype=np.int32),
        destination=np.array([row[one.destination] for one in flights], dtype=np.int32),
        departs=np.array([one.departs for one in flights], dtype=np.int32),
        minutes=np.array([one.minutes for one in flights], dtype=np.int32),
        km=np.array(km, dtype=np.float32),
        seller=np.array(seller, dtype=np.int32),
        operator=np.array(seller, dtype=np.int32),
        number=np.arange(1, len(flights) + 1, dtype=np.int32),
        suffix=np.zeros(len(flights), dtype=np.uint8),
        aircraft=np.full(len(flights), -1, dtype=np.int32),
    )


@dataclass(frozen=True)
class Way:
    """A way as a plain search sees it. Moments run on from the first departure's minute of the local week."""

    legs: tuple[int, ...]
    leaves: int
    elapsed: int
    ticket: int

    @property
    def lands(self) -> int:
        return self.leaves + self.elapsed

    def beats(self, other: "Way") -> bool:
        return (
            self.leaves >= other.leaves
            and self.lands <= other.lands
            and len(self.legs) <= len(other.legs)
            and self.ticket <= other.ticket
        )


class PlainSearch:
    def __init__(self, network: Network, origin: int) -> None:
        self.network = network
        self.week = network.week
        self.origin = origin
        self.direct = [
            Way(
                (leg,),
                (int(self.week.departs[leg]) + int(network.offset[origin])) % WEEK,
                self.minutes(leg),
                0,
            )
            for leg in range(len(self.week))
            if self.week.origin[leg] == origin
        ]

    def minutes(self, leg: int) -> int:
        return int(self.week.minutes[leg])

    def end(self, way: Way) -> int:
        return int(self.week.destination[way.legs[-1]])

    def cell(self, way: Way) -> tuple[int, int]:
        return self.end(way), way.leaves // 1440

    def ticket(self, before: int, after: int) -> int:
        one, other = (self.week.carriers[self.week.seller[leg]] for leg in (before, after))
        if one.iata == other.iata:
            return 0
        return 1 if one.alliance and one.alliance == other.alliance else 2

    def least(self, before: int, after: int) -> int:
        times, here = self.network.times, int(self.week.destination[before])
        areas = {int(times.area[at]) for at in (self.week.origin[before], here, self.week.destination[after])}
        domestic = len(areas) == 1
        minutes = int(times.domestic[here] if domestic else times.other[here])
        separate = self.ticket(before, after) == 2
        return minutes + (SEPARATE_MORE[0 if domestic else 1] if separate else 0)

    def onward(self, ways: list[Way]) -> list[Way]:
        found = []
        for way in ways:
            ready = way.leaves - int(self.network.offset[self.origin]) + way.elapsed
            next_ones = []
            for leg in range(len(self.week)):
                if self.week.origin[leg] != self.end(way):
                    continue
                wait = (int(self.week.departs[leg]) - ready) % WEEK
                if self.least(way.legs[-1], leg) <= wait <= MOST_WAIT and self.is_sensible(way, leg):
                    next_ones.append((wait, leg))
            for wait, leg in sorted(next_ones):
                found.append(
                    Way(
                        (*way.legs, leg),
                        way.leaves,
                        way.elapsed + wait + self.minutes(leg),
                        max(way.ticket, self.ticket(way.legs[-1], leg)),
                    )
                )
        return found

    def is_sensible(self, way: Way, leg: int) -> bool:
        km, city, to = self.network.km, self.network.city, int(self.week.destination[leg])
        stops = [int(self.week.destination[one]) for one in way.legs]
        if len({int(city[at]) for at in (self.origin, *stops, to)}) < len(stops) + 2:
            return False
        direct = float(km[self.origin, to])
        flown = sum(float(self.week.km[one]) for one in (*way.legs, leg))
        furthest = connect.MOST_BACK * direct + connect.BACK_MORE_KM
        return flown <= connect.MOST_DETOUR * direct + connect.DETOUR_MORE_KM and all(
            km[self.origin, stop] <= furthest and km[stop, to] <= furthest for stop in stops
        )

    def best(self, ways: list[Way], group) -> list[Way]:
        kept = []
        for _, members in groupby(sorted(ways, key=group), key=group):
            rivals = list(members)
            for at, way in enumerate(rivals):
                beaten = any(
                    other.beats(way) and (not way.beats(other) or before < at)
                    for before, other in enumerate(rivals)
                    if before != at
                )
                if not beaten:
                    kept.append(way)
        return kept

    def best_of_cells(self, ways: list[Way]) -> list[Way]:
        kept = []
        for _, members in groupby(sorted(self.best(ways, self.cell), key=self.cell), key=self.cell):
            rivals = list(members)
            most = connect.MOST_SLOWER * min(way.elapsed for way in rivals) + connect.SLOWER_MORE_MINUTES
            kept += [way for way in rivals if way.elapsed <= most]
        return kept

    def connections(self) -> list[Way]:
        once = self.onward(self.direct)
        one_stop = self.best_of_cells(once)
        served = {self.cell(way) for way in self.direct}
        partner = self.network.partner

        def alike(way: Way) -> tuple[int, int, int]:
            return *self.cell(way), int(partner[self.week.seller[way.legs[-1]]])

        more = [
            way
            for way in self.onward(self.best(once, alike))
            if self.cell(way) not in served
            and sum(self.cell(other) == self.cell(way) for other in one_stop) < connect.ENOUGH
        ]
        return self.best_of_cells([*one_stop, *more])


@st.composite
def networks(draw: st.DrawFn) -> list[Flight]:
    flights = []
    # A city or two in the middle, so that there is something to change for.
    for _ in range(draw(st.integers(4, 45))):
        origin, destination = draw(
            st.tuples(st.sampled_from(CODES), st.sampled_from(CODES)).filter(lambda pair: pair[0] != pair[1])
        )
        flights.append(
            Flight(
                origin,
                destination,
                # In steps of 40 minutes on two days over the end of the week, so that many meet.
                (draw(st.integers(-36, 36)) * 40) % WEEK,
                draw(st.integers(2, 16)) * 40,
                draw(st.sampled_from(CARRIERS)),
            )
        )
    return flights


@settings(max_examples=60, deadline=None)
@given(flights=networks(), origin=st.integers(0, len(CODES) - 1))
def test_connections_are_those_of_a_plain_search(flights: list[Flight], origin: int):
    network = make_network(week_of(flights), TODAY)
    found = connections_from(network, origin, np.ones(len(CODES), dtype=bool))
    plain = PlainSearch(network, origin)
    expected = plain.connections()
    facts = zip(
        found.destination.tolist(),
        found.leaves.tolist(),
        found.elapsed.tolist(),
        found.ways.stops.tolist(),
        found.ways.ticket.tolist(),
        strict=True,
    )
    assert sorted(facts) == sorted(
        (plain.end(way), way.leaves, way.elapsed, len(way.legs) - 1, way.ticket) for way in expected
    )
    # Each of them is what its flights make of it, by another way to count.
    _, lands = moments(network.week, found.ways)
    assert (lands - network.week.departs[found.ways.first]).tolist() == found.elapsed.tolist()


def test_the_plain_search_finds_all_sorts_of_ways():
    """So that the comparison above compares something."""
    flights = [
        Flight("VIE", "FRA", 300, 90, "LH"),
        Flight("FRA", "LHR", 500, 100, "LH"),
        Flight("LHR", "JFK", 800, 480, "BA"),
    ]
    network = make_network(week_of(flights), TODAY)
    ways = PlainSearch(network, CODES.index("VIE")).connections()
    assert sorted((len(way.legs), way.ticket, way.elapsed) for way in ways) == [(2, 0, 300), (3, 2, 980)]


@pytest.mark.parametrize(
    ("wait", "carrier", "ways"),
    [(44, "LH", 0), (45, "LH", 1), (45, "OS", 1), (134, "BA", 0), (135, "BA", 1)],
)
def test_a_change_takes_its_time_and_longer_on_separate_tickets(wait: int, carrier: str, ways: int):
    flights = [
        Flight("MAD", "FRA", 600, 150, "LH"),
        Flight("FRA", "SIN", 750 + wait, 750, carrier),
    ]
    network = make_network(week_of(flights), TODAY)
    found = connections_from(network, CODES.index("MAD"), np.ones(len(CODES), dtype=bool))
    assert len(found) == ways


def test_nobody_is_flown_past_the_destination_and_back():
    flights = [Flight("LHR", "VIE", 600, 140, "OS"), Flight("VIE", "AMS", 900, 120, "OS")]
    network = make_network(week_of(flights), TODAY)
    assert not len(connections_from(network, CODES.index("LHR"), np.ones(len(CODES), dtype=bool)))


@settings(max_examples=20, deadline=None)
@given(flights=networks(), most=st.integers(0, 40))
def test_what_is_kept_is_the_worthiest_however_the_work_is_divided(flights: list[Flight], most: int):
    network = make_network(week_of(flights), TODAY)
    chooser = Chooser(network, traffic_of(network.week))
    whole = chooser.of_origins(list(range(len(CODES))))
    kept = [
        keep_best(in_order(chooser.of_origins, parts, 1), most, lambda: None)
        for parts in ([[at] for at in range(len(CODES))], [list(range(5)), list(range(5, len(CODES)))])
    ]
    assert all(len(ways) == min(most, len(whole)) for ways in kept)
    assert all(np.array_equal(kept[0].first, ways.first) for ways in kept)
    worth = dict(
        zip(zip(*(column.tolist() for column in columns(whole.ways)), strict=True), whole.worth, strict=True)
    )
    chosen = sorted(
        (worth[legs] for legs in zip(*(c.tolist() for c in columns(kept[0])), strict=True)), reverse=True
    )
    assert chosen == sorted(whole.worth.tolist(), reverse=True)[:most]


def legs_of(ways: Ways) -> list[tuple[int, ...]]:
    return list(zip(*(column.tolist() for column in columns(ways)), strict=True))


def columns(ways: Ways) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return ways.first, ways.second, ways.third


def test_work_in_two_processes_gives_what_one_gives():
    flights = [
        Flight(one, other, 500 + 60 * number, 200, "LH")
        for number, (one, other) in enumerate(zip(CODES, CODES[2:], strict=False))
    ]
    flights += [
        Flight(one.destination, "SIN", 1200, 700, "OS") for one in flights if one.destination != "SIN"
    ]
    network = make_network(week_of(flights), TODAY)
    chooser = Chooser(network, traffic_of(network.week))
    parts = [[at] for at in range(len(CODES))]
    one, two = (keep_best(in_order(chooser.of_origins, parts, count), 100, lambda: None) for count in (1, 2))
    assert len(one)
    assert all(np.array_equal(a, b) for a, b in zip(columns(one), columns(two), strict=True))


def test_a_day_keeps_its_morning_and_its_evening():
    """Three ways in the morning and one in the evening, which takes longer: it is second, not last."""
    flights = [Flight("MAD", "FRA", 360 + 30 * number, 150, "LH") for number in range(3)]
    flights += [Flight("FRA", "SIN", 570 + 30 * number, 750, "LH") for number in range(3)]
    flights += [Flight("MAD", "FRA", 1140, 150, "LH"), Flight("FRA", "SIN", 1350, 770, "LH")]
    network = make_network(week_of(flights), TODAY)
    found = connections_from(network, CODES.index("MAD"), np.ones(len(CODES), dtype=bool))
    evening = found.leaves >= 1140
    assert len(found) == 4
    assert ranks(found)[evening].tolist() == [1]


def test_nonstops_and_connections_join_in_one_table():
    week = week_of([Flight("MAD", "FRA", 360, 150, "LH"), Flight("FRA", "SIN", 600, 750, "LH")])
    network = make_network(week, TODAY)
    found = connections_from(network, CODES.index("MAD"), np.ones(len(CODES), dtype=bool))
    ways = join_ways([nonstops(week), found.ways])
    assert ways.stops.tolist() == [0, 0, 1]
    assert ways.third.tolist() == [NO_LEG] * 3
    assert ways.last.tolist() == [0, 1, 0]
