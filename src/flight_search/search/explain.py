"""Why an offer is worth a look, and what to know before taking it: true sentences, made from the data.

In: one match. Out: ``Said``. Comparisons look at all offers of the same route, day and cabin in the data
that have not departed and are on sale, or at all that match the query; each names what it compares with.
"""

import itertools
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from flight_search.catalog.schema import IS_SEPARATE, UNKNOWN, UNKNOWN_EMISSIONS
from flight_search.domain.query import SliceQuery
from flight_search.reference.carriers import CarrierKind
from flight_search.search.dates import date_of, duration_text
from flight_search.search.found import Extremes, Found
from flight_search.search.index import SnapshotIndex
from flight_search.search.money import Pricing
from flight_search.search.offers import Match, Said, segment_rows
from flight_search.search.rank import departure_value
from flight_search.search.weights import EASY_WAIT_MINUTES
from flight_search.search.wishes import NO_WISHES, Wishes

MOST_REASONS = 3
"""More than a person reads on a card."""

TIGHT_MINUTES = 45
"""Within the minimum connection times of large airports (30 to 60 minutes for a domestic change)."""

LONG_WAIT_MINUTES = 360
"""A wait of which people want to know before they book."""

MOST_WISHES = 2
"""Of what was wished for, so that room is left for how an offer compares."""

MOST_TIES = 3
"""What more offers than this have in common distinguishes none of them."""

FEW_SEATS = 5

NOTABLE_SAVING = 0.2
"""A fare is called low from this share below the route's median on; less is the usual spread of a day."""

NOTABLE_TRADE, NOTABLE_MINUTES = 0.1, 15
"""A trade of time for money is told from this share of the price and this many minutes on."""


@dataclass
class Explainer:
    """Explains the matches of one page; remembers what matches of the same day share."""

    index: SnapshotIndex
    now_minute: int
    extremes: Extremes
    pricing: Pricing
    wishes: Wishes = NO_WISHES
    compares_times: bool = True
    """Whether all matches go from one city to one other: times to different places are not compared."""
    _days: dict[tuple[int, int], "_Day"] = field(default_factory=dict)

    @classmethod
    def of(cls, found: Found) -> Self:
        """Return the explainer of what a search has found."""
        ask = found.ask
        return cls(
            found.index,
            ask.now_minute,
            found.extremes(),
            ask.pricing,
            ask.wish.features,
            compares_times=all(_is_of_one_pair(found.index, part) for part in ask.query.slices),
        )

    def explain(self, match: Match) -> Said:
        """Return what to say about a match."""
        reasons = [*self._as_wished(match), *self._among_matches(match), *self._trade(match)]
        if len(match.rows) == 1:
            reasons += self._among_the_day(match.rows[0])
        warnings = [warning for row in match.rows for warning in self._warnings(row)]
        warnings += self._other_airports(match)
        return Said(tuple(dict.fromkeys(reasons))[:MOST_REASONS], tuple(dict.fromkeys(warnings)))

    def _among_matches(self, match: Match) -> list[str]:
        minutes = sum(int(self.index.snapshot.offers.duration_minutes[row]) for row in match.rows)
        reasons = []
        if self.extremes.matches > 1:
            all_of_them = f"of all {self.extremes.matches:,} that match"
            if match.total == self.extremes.lowest_total:
                reasons += _most("cheapest", self.extremes.share_lowest, all_of_them)
            if minutes == self.extremes.shortest_minutes and self.compares_times:
                reasons += _most("shortest", self.extremes.share_shortest, all_of_them)
        return reasons

    def _trade(self, match: Match) -> list[str]:
        """Say what it costs in time against the fastest, or in money against the cheapest."""
        best = self.extremes
        if not self.compares_times or best.total_of_shortest is None or best.lowest_total is None:
            return []
        minutes = sum(int(self.index.snapshot.offers.duration_minutes[row]) for row in match.rows)
        longer, saved = minutes - (best.shortest_minutes or 0), best.total_of_shortest - match.total
        if longer > 0 and saved >= NOTABLE_TRADE * best.total_of_shortest and saved > 0:
            return [f"{duration_text(longer)} longer than the fastest, but {self.pricing.words(saved)} less"]
        shorter, dearer = (best.minutes_of_cheapest or 0) - minutes, match.total - best.lowest_total
        if shorter >= NOTABLE_MINUTES and dearer > 0:
            return [
                f"{duration_text(shorter)} shorter than the cheapest, for {self.pricing.words(dearer)} more"
            ]
        return []

    def _as_wished(self, match: Match) -> list[str]:
        """Say what of the soft words an offer of one slice fulfils, at most two of them."""
        if not self.wishes.raised or len(match.rows) > 1:
            return []
        offers, (row,) = self.index.snapshot.offers, match.rows
        flown = segment_rows(self.index, row)
        said: list[str] = []
        if "climate" in self.wishes.raised:
            said += self._climate(row)
        if self.wishes.carrier_kind:
            said += self._kind_of_airline(flown, self.wishes.carrier_kind)
        if "connection" in self.wishes.raised and offers.stops[row]:
            wait = int(self.index.shortest_wait[row])
            said += [f"at least {duration_text(wait)} for each connection"] * (wait >= EASY_WAIT_MINUTES)
        if "departure" in self.wishes.raised and departure_value(offers.departure_minute[[row]])[0] == 1:
            said.append("leaves during the day")
        return said[:MOST_WISHES]

    def _climate(self, row: int) -> list[str]:
        """Say what the thermometer says at the destination, whether or not that is what was wished."""
        snapshot = self.index.snapshot
        airport, day = int(snapshot.offers.destination[row]), int(snapshot.offers.departure_day[row])
        celsius = self.index.climate.celsius[airport, date_of(day).month - 1]
        if np.isnan(celsius):
            return []
        return [f"{snapshot.airports.city[airport]} has {celsius:.0f} °C on average in {date_of(day):%B}"]

    def _kind_of_airline(self, flown: list[int], wished: CarrierKind) -> list[str]:
        carriers, segments = self.index.snapshot.carriers, self.index.snapshot.segments
        flying = sorted({int(segments.carrier[segment]) for segment in flown})
        if any(str(carriers.kind[carrier]) != wished.value for carrier in flying):
            return []
        kind = wished.value.replace("_", "-")
        if len(flying) == 1:
            return [f"{carriers.name[flying[0]]} is a {kind} airline"]
        return [f"{' and '.join(str(carriers.name[one]) for one in flying)} are {kind} airlines"]

    def _among_the_day(self, row: int) -> list[str]:
        offers = self.index.snapshot.offers
        day = self._day(row)
        fare, minutes, stops = (
            int(offers.price[row]),
            int(offers.duration_minutes[row]),
            int(offers.stops[row]),
        )
        reasons = []
        if day.offers > 1:
            if fare == day.lowest_fare:
                reasons += _most("cheapest", day.share_lowest, f"of {day.offers} on this route that day")
            if stops == 0 and day.nonstops > 1 and minutes == day.shortest_nonstop:
                nonstops = f"of {day.nonstops} nonstops on this route that day"
                reasons += _most("fastest", day.share_shortest, nonstops)
            emissions = int(offers.emissions_kg[row])
            if "emissions" in self.wishes.raised and emissions == day.lowest_emissions:
                reasons += _most("lowest CO2", day.share_emissions, f"of {day.offers} on this route that day")
            if stops == 0 and day.nonstops == 1:
                reasons.append("only nonstop on this route that day")
        median = self.index.median_fare(self.index.route_of(row), int(offers.cabin[row]))
        if median > 0 and fare <= (1 - NOTABLE_SAVING) * median:
            reasons.append(f"{int(100 * (1 - fare / median))} % below the median price of this route")
        return reasons

    def _day(self, row: int) -> "_Day":
        offers = self.index.snapshot.offers
        rows, cabin = self.index.day_of_route(row), int(offers.cabin[row])
        known = self._days.get((rows.start, cabin))
        if known is None:
            known = self._days[rows.start, cabin] = self._looked_up(rows, cabin)
        return known

    def _looked_up(self, rows: slice, cabin: int) -> "_Day":
        offers = self.index.snapshot.offers
        same = (offers.cabin[rows] == cabin) & (offers.departs_utc[rows] > self.now_minute)
        if self.index.snapshot.sold_out is not None:
            same &= ~self.index.snapshot.sold_out[rows]
        fares = offers.price[rows][same]
        nonstop = offers.duration_minutes[rows][same & (offers.stops[rows] == 0)]
        lowest = int(fares.min(initial=np.iinfo(np.int32).max))
        shortest = int(nonstop.min(initial=np.iinfo(np.uint16).max))
        emissions = offers.emissions_kg[rows][same]
        least = int(emissions.min(initial=UNKNOWN_EMISSIONS))
        return _Day(
            offers=len(fares),
            lowest_fare=lowest,
            share_lowest=int(np.count_nonzero(fares == lowest)),
            nonstops=len(nonstop),
            shortest_nonstop=shortest,
            share_shortest=int(np.count_nonzero(nonstop == shortest)),
            lowest_emissions=least if least != UNKNOWN_EMISSIONS else -1,
            share_emissions=int(np.count_nonzero(emissions == least)),
        )

    def _warnings(self, row: int) -> list[str]:
        offers = self.index.snapshot.offers
        warnings = []
        days = int(offers.arrival_day[row]) - int(offers.departure_day[row])
        if days == 1:
            warnings.append("lands next day")
        elif days > 1:
            warnings.append(f"lands {days} days later")
        elif days < 0:
            warnings.append("lands the day before, by local time")
        flown = segment_rows(self.index, row)
        for before, after in itertools.pairwise(flown):
            warnings += self._ticket_warnings(row, before, after)
            warnings += self._connection_warnings(before, after)
        for segment in flown:
            warnings += self._operator_warnings(segment)
        seats = int(offers.seats[row])
        if seats != UNKNOWN and 0 < seats < FEW_SEATS:
            warnings.append(
                "1 seat left at this price" if seats == 1 else f"{seats} seats left at this price"
            )
        return warnings

    def _other_airports(self, match: Match) -> list[str]:
        """Say where a journey goes on, or ends, at another airport of the same city."""
        offers, airports, metro = self.index.snapshot.offers, self.index.snapshot.airports, self.index.metro
        warnings = []
        for before, after in itertools.pairwise(match.rows):
            lands, leaves = int(offers.destination[before]), int(offers.origin[after])
            if lands != leaves and metro[lands] == metro[leaves]:
                warnings.append(f"goes on from {airports.iata[leaves]}, not {airports.iata[lands]}")
        begins, ends = int(offers.origin[match.rows[0]]), int(offers.destination[match.rows[-1]])
        if len(match.rows) > 1 and begins != ends and metro[begins] == metro[ends]:
            warnings.append(f"comes back to {airports.iata[ends]}, not {airports.iata[begins]}")
        return warnings

    def _ticket_warnings(self, row: int, before: int, after: int) -> list[str]:
        """Say where one changes between tickets: the next flight does not wait, bags are collected."""
        if not IS_SEPARATE[int(self.index.snapshot.offers.basis[row])]:
            return []
        segments, carriers = self.index.snapshot.segments, self.index.snapshot.carriers
        sellers = int(segments.carrier[before]), int(segments.carrier[after])
        alliances = [str(carriers.alliance[seller]) for seller in sellers]
        if sellers[0] == sellers[1] or (alliances[0] and alliances[0] == alliances[1]):
            return []
        there = str(self.index.snapshot.airports.iata[int(segments.destination[before])])
        return [f"self-transfer at {there}: separate tickets, collect and check in bags again"]

    def _connection_warnings(self, before: int, after: int) -> list[str]:
        segments, airports = self.index.snapshot.segments, self.index.snapshot.airports
        lands, leaves = int(segments.destination[before]), int(segments.origin[after])
        arrives = int(segments.departs_utc[before]) + int(segments.duration_minutes[before])
        wait = int(segments.departs_utc[after]) - arrives
        there = str(airports.iata[lands])
        warnings = []
        if lands != leaves:
            warnings.append(f"change of airport: {there} to {airports.iata[leaves]}")
        if wait < TIGHT_MINUTES:
            warnings.append(f"tight connection: {wait} min at {there}")
        elif wait >= LONG_WAIT_MINUTES:
            warnings.append(f"long wait: {duration_text(wait)} at {there}")
        return warnings

    def _operator_warnings(self, segment: int) -> list[str]:
        segments, carriers = self.index.snapshot.segments, self.index.snapshot.carriers
        marketing, operating = int(segments.carrier[segment]), int(segments.operating_carrier[segment])
        return [] if marketing == operating else [f"operated by {carriers.name[operating]}"]


@dataclass(frozen=True)
class _Day:
    """All offers of one route, day and cabin that have not departed and are on sale."""

    offers: int
    lowest_fare: int
    share_lowest: int
    nonstops: int
    shortest_nonstop: int
    share_shortest: int
    lowest_emissions: int
    """-1 where none is known."""
    share_emissions: int


def _is_of_one_pair(index: SnapshotIndex, part: SliceQuery) -> bool:
    """Return whether both ends are named, and are one city each."""
    return all(
        place is not None and len({int(index.metro[row]) for row in index.airport_rows(place.airports)}) <= 1
        for place in (part.origin, part.destination)
    )


def _most(superlative: str, share: int, of_what: str) -> list[str]:
    """Return what to say of the best of many; nothing where too many others are as good."""
    if share > MOST_TIES:
        return []
    return [f"{superlative if share == 1 else f'among the {superlative}'} {of_what}"]
