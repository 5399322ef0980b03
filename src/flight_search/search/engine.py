"""The search over the snapshot that is current: what the services call.

In: requests of the contract. Out: results of the contract. Safe to share between threads: a request works on
one snapshot from its beginning to its end, whatever becomes current meanwhile (``current``).
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from flight_search.catalog.fares.info import fares_info
from flight_search.domain.intent import IntentAnswer
from flight_search.domain.offer import Offer, Relaxation
from flight_search.domain.query import FlightQuery
from flight_search.domain.result import AnswerResult, SearchRequest, SearchResult, SnapshotInfo, Status
from flight_search.embed.port import Embedder
from flight_search.reference.airports import load_airports
from flight_search.reference.carriers import load_carriers
from flight_search.search.answers.answer import make_answer
from flight_search.search.current import Background, CurrentIndex, CurrentSnapshot, in_a_thread
from flight_search.search.cursor import Place, read_cursor, write_cursor
from flight_search.search.dates import instant_text, minute_of
from flight_search.search.explain import Explainer
from flight_search.search.find import find
from flight_search.search.found import Ask, Found
from flight_search.search.index import SnapshotIndex
from flight_search.search.meaning import Wish, embed_wish, vectors_degraded
from flight_search.search.money import pricing_of
from flight_search.search.notes import notes_on, price_notes
from flight_search.search.offers import Match, make_offer
from flight_search.search.prepare import Prepared, prepare
from flight_search.search.relax import relaxations
from flight_search.search.trace import Stopwatch, Trace
from flight_search.vectors.open import IndexOf, in_memory


def utc_now() -> dt.datetime:
    """Return the time of the machine."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class _Page:
    offers: tuple[Offer, ...]
    next_cursor: str | None


class SearchEngine:
    """Answers requests from the current snapshot."""

    def __init__(
        self,
        live: CurrentSnapshot,
        embedder: Embedder | None,
        *,
        clock: Callable[[], dt.datetime] = utc_now,
        background: Background = in_a_thread,
        profiles_of: IndexOf = in_memory,
    ) -> None:
        """Take the snapshots, the model for soft words (None: they are not considered) and the clock.

        ``background`` is how the index of the next snapshot is made while the one before is searched;
        ``profiles_of`` makes the index of a snapshot's vectors.
        """
        self._embedder = embedder
        self._clock = clock
        self._current = CurrentIndex(live, background, profiles_of)

    def search(self, request: SearchRequest) -> SearchResult:
        """Return the offers that satisfy every hard constraint, in the wanted order.

        Raises CursorError, InvalidRequestError (a currency without a rate) or SnapshotError.
        """
        watch = Stopwatch(Trace() if request.explain else None)
        index = self._current.get()
        prepared = prepare(request.query, index)
        now = self._clock()
        self._current.keep_bundled(index, minute_of(now))
        place = self._place(request, prepared.query, index, minute_of(now))
        if prepared.need:
            return _result(index, prepared, Status.NEEDS).model_copy(update={"notes": (prepared.need,)})
        query = prepared.query
        pricing = pricing_of(query, index.snapshot.manifest)
        with watch.measure("meaning"):
            wish = embed_wish(query.preferences, self._embedder, index)
        ask = Ask(query, place.now_minute, pricing, wish)
        found = find(index, ask, watch)
        page = self._page(found, place, request.limit, watch)
        with watch.measure("facets"):
            facets = found.facets()
        suggestions: tuple[Relaxation, ...] = ()
        if found.total == 0:
            with watch.measure("relax"):
                suggestions = self._relaxations(index, ask)
        notes = (*notes_on(index, query, now, is_empty=found.total == 0), *found.notes)
        found_parts = {
            "offers": page.offers,
            "total": found.total,
            "facets": facets,
            "relaxations": suggestions,
            "notes": (*notes, *price_notes(index, query, pricing)) if found.total else notes,
            "degraded": self._degraded(index, wish),
            "next_cursor": page.next_cursor,
            "timings_ms": watch.timings_ms,
            "plan": watch.trace.as_plan(found.order) if watch.trace else None,
        }
        status = Status.OK if found.total else Status.NO_MATCH
        return _result(index, prepared, status).model_copy(update=found_parts)

    def answer(self, intent: IntentAnswer) -> AnswerResult:
        """Return the answer to an intent of any kind but ``search``.

        Raises InvalidRequestError (a search, or a currency without a rate) or SnapshotError.
        """
        index = self._current.get()
        return make_answer(index, intent, self._clock(), self._embedder)

    def snapshot_info(self) -> SnapshotInfo:
        """Return what is being searched. Raises SnapshotError."""
        snapshot = self._current.get().snapshot
        manifest = snapshot.manifest
        return SnapshotInfo(
            name=manifest.name,
            built_at=manifest.built_at,
            offers=manifest.counts.get("offers", 0),
            profiles=manifest.counts.get("profiles", 0),
            airports=manifest.counts.get("airports", 0),
            first_day=manifest.first_day,
            last_day=manifest.last_day,
            currency=manifest.currency,
            embedding_model=manifest.embedding_model,
            sources=manifest.sources,
            as_of=snapshot.as_of,
            fares=fares_info(snapshot),
            routes=manifest.counts.get("routes", 0),
        )

    def data_identity(self) -> str:
        """Return what differs with every change of the data; notices one. Raises SnapshotError."""
        return self._current.get().snapshot.identity

    def warm_up(self) -> None:
        """Work out what searches share, so that the first takes no longer than the next.

        Raises SnapshotError.
        """
        index = self._current.get()
        index.warm_up()
        self._current.keep_bundled(index, minute_of(self._clock()))
        embed_wish("somewhere warm by the sea", self._embedder, index)
        load_airports()
        load_carriers()

    def _degraded(self, index: SnapshotIndex, wish: Wish) -> tuple[str, ...]:
        told = [wish.degraded] if wish.degraded else []
        told += vectors_degraded(index, wish)
        if index.snapshot.fares_problem:
            told.append(f"fares: {index.snapshot.fares_problem}")
        if self._current.problem:
            told.append("snapshot: not the newest one, because that could not be prepared")
        return tuple(told)

    @staticmethod
    def _place(request: SearchRequest, query: FlightQuery, index: SnapshotIndex, now_minute: int) -> Place:
        if request.cursor is None:
            return Place(0, now_minute)
        return read_cursor(request.cursor, query, index.snapshot, now_minute)

    @staticmethod
    def _page(found: Found, place: Place, limit: int, watch: Stopwatch) -> _Page:
        with watch.measure("rank"):
            matches = found.first(place.offset, limit) if place.offset < found.total else []
        with watch.measure("explain"):
            offers = _offers(found, matches)
        after = place.offset + len(matches)
        if not matches or after >= found.total:
            return _Page(offers, None)
        next_page = Place(after, place.now_minute)
        return _Page(offers, write_cursor(next_page, found.ask.query, found.index.snapshot))

    @staticmethod
    def _relaxations(index: SnapshotIndex, ask: Ask) -> tuple[Relaxation, ...]:
        def search(query: FlightQuery) -> Found:
            return find(index, Ask(query, ask.now_minute, ask.pricing), Stopwatch(), scored=False)

        return relaxations(index, ask.query, search)


def _offers(found: Found, matches: list[Match]) -> tuple[Offer, ...]:
    if not matches:
        return ()
    explainer = Explainer.of(found)
    return tuple(
        make_offer(found.index, match, found.ask.pricing, explainer.explain(match)) for match in matches
    )


def _result(index: SnapshotIndex, prepared: Prepared, status: Status) -> SearchResult:
    snapshot = index.snapshot
    return SearchResult(
        status=status,
        query=prepared.query,
        unsupported=prepared.unsupported,
        snapshot=snapshot.manifest.name,
        fares=snapshot.fares_name,
        as_of=instant_text(snapshot.as_of),
    )
