"""What an answer is made from: the intent, the snapshot, and everything that matches."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from flight_search.domain.intent import IntentAnswer
from flight_search.domain.offer import Offer
from flight_search.domain.query import DateRange, FlightQuery, IntRange, Place, PriceRange, Sort, Trip
from flight_search.domain.result import Status
from flight_search.domain.wording import Wording, counted
from flight_search.embed.port import Embedder
from flight_search.search.dates import date_of, minute_of
from flight_search.search.explain import Explainer
from flight_search.search.find import find, surviving_rows
from flight_search.search.found import Ask, Found
from flight_search.search.index import SnapshotIndex, row_numbers
from flight_search.search.meaning import Wish, embed_wish
from flight_search.search.money import Pricing, pricing_of
from flight_search.search.nights import days_of
from flight_search.search.notes import notes_on
from flight_search.search.offers import Match, make_offer
from flight_search.search.prepare import prepare
from flight_search.search.relax import relaxations
from flight_search.search.trace import Stopwatch

Column = NDArray[np.int64]

DEFAULT_LOCALE = "en-US"
"""As in a request in words."""
LONGEST_MONTH = 31
MOST_CHANGES = 2
"""Ways out of nothing that a sentence can take; ``data`` has all."""

SHOWN_OFFERS = 3
"""Offers that go with an answer: examples, not a list."""


@dataclass(frozen=True)
class Answer:
    """What is said: the rest of an ``AnswerResult`` is the same for all."""

    text: str
    data: dict[str, object] = field(default_factory=dict)
    offers: tuple[Offer, ...] = ()
    status: Status = Status.OK


class Asked:
    """One question with a query, on one snapshot."""

    def __init__(
        self, index: SnapshotIndex, intent: IntentAnswer, query: FlightQuery, now: dt.datetime
    ) -> None:
        """Take the question. Raises InvalidRequestError for a currency without a rate."""
        self.index = index
        self.intent = intent
        self.now = now
        self.prepared = prepare(query, index)
        self.query = self.prepared.query
        self.pricing: Pricing = pricing_of(self.query, index.snapshot.manifest)
        self.watch = Stopwatch()
        self.wish = Wish()
        self.words = Wording.of(intent.locale or DEFAULT_LOCALE, index.snapshot.manifest.built_at.isoformat())

    def make_wish(self, embedder: Embedder | None) -> Wish:
        """Embed the soft words; only answers that rank by meaning call it."""
        with self.watch.measure("meaning"):
            self.wish = embed_wish(self.query.preferences, embedder, self.index)
        return self.wish

    def at_any_price(self) -> "Asked":
        """Return the same question without bounds on the price."""
        price = PriceRange(currency=self.query.price.currency)
        asked = Asked(self.index, self.intent, self.query.model_copy(update={"price": price}), self.now)
        asked.watch, asked.wish = self.watch, self.wish
        return asked

    @cached_property
    def found(self) -> Found:
        """Everything that matches the query."""
        return find(self.index, self.ask(self.query), self.watch)

    @cached_property
    def flights(self) -> Column:
        """Offer rows of the first slice that match, one per flight: other cabins of it are left out."""
        one_way = self.query.model_copy(
            update={"trip": Trip.ONE_WAY, "slices": self.query.slices[:1], "nights": None}
        )
        rows = row_numbers(surviving_rows(self.index, self.ask(one_way), 0, self.watch))
        offers = self.index.snapshot.offers
        if len(rows) == 0 or np.ptp(offers.cabin[rows]) == 0:
            # The flights and the cabin are the identity of an offer.
            return rows
        chain = [offers.segment_0[rows], offers.segment_1[rows], offers.segment_2[rows]]
        order = np.lexsort(chain)
        differs = np.zeros(max(len(order) - 1, 0), dtype=bool)
        for column in chain:
            ordered = column[order]
            differs |= ordered[1:] != ordered[:-1]
        # The sort is stable, so that of equal flights the first row stays.
        one_each: Column = rows[np.sort(order[np.append(True, differs)])]
        return one_each

    def days(self, rows: Column) -> NDArray[np.int32]:
        """Return the day that each departure of the first slice belongs to."""
        return days_of(self.index, rows, self.query.slices[0].depart_time)

    def priced(self) -> tuple[Column, Column] | None:
        """Return the row of the first slice and the total of every match; None for too many journeys."""
        journeys = self.found.journeys
        if journeys is None:
            return row_numbers(self.found.sides[0].rows), self.found.sides[0].totals
        if journeys.built is None:
            return None
        return journeys.built.rows[0], journeys.built.costs[1]

    def cheapest_on(self, day: int) -> tuple[Offer, ...]:
        """Return the cheapest offers that depart on a day."""
        date = date_of(day)
        first = self.query.slices[0].model_copy(update={"depart_date": DateRange(from_=date, to=date)})
        changed = {"slices": (first, *self.query.slices[1:]), "sort": Sort.PRICE}
        found = find(self.index, self.ask(self.query.model_copy(update=changed)), self.watch)
        return self.offers_of(found, found.first(0, SHOWN_OFFERS))

    def cheapest(self) -> tuple[Offer, ...]:
        """Return the cheapest offers of all that match."""
        query = self.query.model_copy(update={"sort": Sort.PRICE})
        found = find(self.index, self.ask(query), self.watch)
        return self.offers_of(found, found.first(0, SHOWN_OFFERS))

    def first_to_leave(self, *, nonstop: bool) -> tuple[Offer, ...]:
        """Return the next offers to leave of all that match, or of the nonstops among them."""
        stops = IntRange(max=0) if nonstop else self.query.stops
        query = self.query.model_copy(update={"sort": Sort.DEPARTURE_TIME, "stops": stops})
        found = find(self.index, self.ask(query), self.watch)
        return self.offers_of(found, found.first(0, SHOWN_OFFERS))

    def offers_of(self, found: Found, matches: Sequence[Match]) -> tuple[Offer, ...]:
        """Return the offers of matches, with what there is to say about them."""
        if not matches:
            return ()
        explainer = Explainer.of(found)
        return tuple(
            make_offer(self.index, match, self.pricing, explainer.explain(match)) for match in matches
        )

    def nothing(self, data: dict[str, object]) -> Answer:
        """Return the answer that nothing matches, with what the data does not cover and what would help."""
        notes = notes_on(self.index, self.query, self.now) or ["Nothing in this data matches."]
        with self.watch.measure("relax"):
            changes = relaxations(self.index, self.query, self._search)
        said = [
            f"{change.text}: {counted(change.total, 'offer')}{self.from_price(change.from_price)}."
            for change in changes[:MOST_CHANGES]
        ]
        shown = data | {"relaxations": [change.model_dump(mode="json") for change in changes]}
        return Answer(" ".join([*notes, *said]), shown, status=Status.NO_MATCH)

    def _search(self, query: FlightQuery) -> Found:
        return find(self.index, Ask(query, minute_of(self.now), self.pricing), Stopwatch(), scored=False)

    def too_many(self, data: dict[str, object]) -> Answer:
        """Return the answer that there is too much to look at."""
        return Answer(
            f"{self.found.total:,} journeys match: too many to compare. Name a day or a month.",
            data,
            status=Status.NEEDS,
        )

    def names_no_place(self) -> bool:
        """Return whether no slice names any place."""
        return all(part.origin is None and part.destination is None for part in self.query.slices)

    def way(self) -> str:
        """Return where the first slice goes, for a sentence: ``from New York to London``."""
        part = self.query.slices[0]
        named = [
            f"{word} {place_name(place)}"
            for word, place in (("from", part.origin), ("to", part.destination))
            if place is not None
        ]
        return " ".join(named) or "in this data"

    def when(self) -> str:
        """Return the days, for a sentence: `` in March``; empty where all are meant."""
        out = self._days_in_words(self.query.slices[0].depart_date)
        if self.query.trip is not Trip.ROUND_TRIP:
            return out
        back = self._days_in_words(self.query.slices[1].depart_date)
        return f"{out} and back{back}" if back else out

    def _days_in_words(self, dates: DateRange | None) -> str:
        if dates is None:
            return ""
        if dates.to is None:
            return f" from {self.words.day(dates.from_)} on" if dates.from_ else ""
        if dates.from_ is None:
            return f" until {self.words.day(dates.to)}"
        if dates.from_ == dates.to:
            return f" on {self.words.day(dates.from_)}"
        following = dates.to + dt.timedelta(days=1) if dates.to < dt.date.max else dates.to
        if dates.from_.day == 1 and following.day == 1 and (following - dates.from_).days <= LONGEST_MONTH:
            return f" in {self.words.month(dates.from_)}"
        return f" between {self.words.day(dates.from_)} and {self.words.day(dates.to)}"

    def from_price(self, lowest: Decimal | None) -> str:
        """Return the lowest price as the end of a sentence, empty where it is not known."""
        return "" if lowest is None else f" from {self.words.money(lowest, self.pricing.currency)}"

    def money(self, minor: int) -> str:
        """Return a total in minor units as it stands in a sentence."""
        return self.words.money(Decimal(self.pricing.text(minor)), self.pricing.currency)

    def day(self, day: int) -> str:
        """Return a day number as people read it."""
        return self.words.day(date_of(day))

    def clock(self, minute: int) -> str:
        """Return a minute of the day as people read it."""
        return self.words.clock(dt.time(minute // 60, minute % 60))

    def ask(self, query: FlightQuery) -> Ask:
        """Return how a query is searched for: now, at these prices, with the same wish."""
        return Ask(query, minute_of(self.now), self.pricing, self.wish)


def place_name(place: Place) -> str:
    """Return what to call a place."""
    return place.label or ", ".join(place.airports)
