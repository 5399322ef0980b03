"""The world's schedule to a snapshot.

In: the traffic files (see ``source``) and how much is wanted. Out: a snapshot that is current. The stages::

    source ─► traffic ─► clean ─► connect ─► days ─► tables ─► meanings ─► embedding cache ─► catalog
    (files)   (flights)  (week)   (ways)     (what departs when, fares, emissions, texts)

Whatever fails raises SourceError, EmbeddingError or IngestError and leaves the last good snapshot in use.
"""

import datetime as dt
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from flight_search.catalog.draft import Draft
from flight_search.catalog.store import SnapshotStore
from flight_search.domain.progress import Progress
from flight_search.domain.result import SourceInfo
from flight_search.embed.port import Embedder
from flight_search.fetch.debian import PinnedDeb, fetch_deb, find_apt
from flight_search.fetch.packages import PinnedPackage, fetch_package, read_member
from flight_search.ingest.assemble import aircraft_table, airport_table, carrier_table, profile_table
from flight_search.ingest.climate import ClimateMap
from flight_search.ingest.credits import fares_credit, shared_credits
from flight_search.ingest.destinations import describe_destinations
from flight_search.ingest.embedding_cache import EmbeddingCache
from flight_search.ingest.fares import FARES_MEMBER, FARES_PACKAGE, FareTable
from flight_search.ingest.rates import exchange_rates
from flight_search.ingest.report import BuildReport
from flight_search.ingest.world.choose import choose_ways
from flight_search.ingest.world.clean import clean
from flight_search.ingest.world.days import lay_out
from flight_search.ingest.world.meanings import way_profiles
from flight_search.ingest.world.network import make_network
from flight_search.ingest.world.rules import CleaningReport
from flight_search.ingest.world.source import WORLD_PACKAGE, open_traffic
from flight_search.ingest.world.tables import make_tables
from flight_search.ingest.world.traffic import Traffic, read_traffic
from flight_search.ingest.world.ways import Ways, join_ways, nonstops
from flight_search.ingest.world.week import Week
from flight_search.reference.airports import load_airports
from flight_search.reference.carriers import load_carriers

CURRENCY: Final = "USD"
WORLD_SOURCE: Final = "world-schedule"
"""Name of the first source in the manifests of these builds."""
DEFAULT_WEEKS: Final = 4
DEFAULT_MAX_OFFERS: Final = 10_000_000
"""350 seconds of a processor and 2.3 GB to build; links the 300 busiest airports on every day."""


@dataclass(frozen=True)
class WorldPlan:
    """How much of the world is wanted."""

    weeks: int = DEFAULT_WEEKS
    package: Path | None = None
    """A package file or a folder of traffic files; fetched where None."""
    max_offers: int = DEFAULT_MAX_OFFERS
    """Nonstops are always kept; connections fill the rest."""
    processes: int = 0
    """For the connections; 0 for one per processor."""


def utc_now() -> dt.datetime:
    """Return the time of the machine."""
    return dt.datetime.now(dt.UTC)


def read_flights(plan: WorldPlan, cache_dir: Path, progress: Progress) -> tuple[Traffic, str]:
    """Return the flights of the source and the hash of its package. Raises SourceError."""

    def fetch(package: PinnedDeb) -> Path:
        return fetch_deb(package, cache_dir, progress, apt=find_apt())

    files = open_traffic(plan.package, fetch, progress)
    progress.finish()
    return read_traffic(files.contents, progress), files.sha256


def build_world(  # noqa: PLR0913  what a build needs
    store: SnapshotStore,
    embedder: Embedder,
    cache_dir: Path,
    today: dt.date,
    progress: Progress,
    *,
    plan: WorldPlan,
    clock: Callable[[], dt.datetime] = utc_now,
    fetch: Callable[[PinnedPackage, Path, Progress], Path] = fetch_package,
) -> BuildReport:
    """Build a snapshot of the world's flights from ``today`` on and make it the current one.

    Raises SourceError, EmbeddingError or IngestError; then nothing has changed for readers.
    """
    began = time.monotonic()
    fares = FareTable.parse(read_member(fetch(FARES_PACKAGE, cache_dir, progress), FARES_MEMBER))
    traffic, sha256 = read_flights(plan, cache_dir, progress)
    week, report = clean(traffic, load_airports(), load_carriers(), progress)
    del traffic
    with store.build(clock()) as build:
        ways = plan_ways(week, plan, today, progress)
        draft = _draft(week, ways, fares, _Surroundings(embedder, cache_dir, today, plan.weeks), progress)
        draft = replace(
            draft,
            dropped=report.left_out,
            sources=(_schedule_credit(report, sha256), *draft.sources),
        )
        progress.start("Writing and checking the snapshot")
        manifest = build.publish(draft)
        progress.finish()
    return BuildReport.of(manifest, time.monotonic() - began)


def plan_ways(week: Week, plan: WorldPlan, today: dt.date, progress: Progress) -> Ways:
    """Return the nonstops of the week and the best connections that there is room for."""
    direct = nonstops(week)
    room = plan.max_offers // plan.weeks - len(direct)
    if room <= 0:
        return direct
    processes = plan.processes or os.cpu_count() or 1
    connections = choose_ways(make_network(week, today), room, processes, progress)
    return join_ways([direct, connections])


@dataclass(frozen=True)
class _Surroundings:
    """What a draft depends on besides flights and fares."""

    embedder: Embedder
    cache_dir: Path
    today: dt.date
    weeks: int


def _draft(
    week: Week, ways: Ways, fares: FareTable, surroundings: _Surroundings, progress: Progress
) -> Draft:
    """Return the tables of all ways; of its sources the schedule is still missing."""
    progress.start("Laying the week onto the days ahead")
    laid, segments = lay_out(week, ways, surroundings.today, surroundings.weeks)
    tables = make_tables(week, ways, laid, segments, fares=fares, airports=load_airports(), progress=progress)
    del laid
    progress.start("Describing what flights mean")
    airports = airport_table(week.airports)
    destinations = describe_destinations(airports.iata.tolist(), ClimateMap.load())
    profile, texts = way_profiles(week, ways, tables, destinations)
    progress.finish()
    embedder = surroundings.embedder
    vectors = EmbeddingCache(surroundings.cache_dir / "vectors").embed(texts, embedder, progress)
    rates = exchange_rates(CURRENCY)
    return Draft(
        offers=replace(tables.offers, profile=profile),
        segments=tables.segments,
        routes=tables.routes,
        airports=airports,
        carriers=carrier_table(week.carriers),
        aircraft=aircraft_table(week.types),
        profiles=profile_table(texts),
        vectors=vectors,
        currency=CURRENCY,
        embedding_model=embedder.identity,
        sources=(
            fares_credit(
                fares.vintage,
                "Prices are estimates: from the quartiles of pairs in the United States, elsewhere from a "
                "line over distance fitted to them. Not quotes.",
            ),
            *shared_credits(rates.date),
        ),
        exchange_rates=rates.rates,
        exchange_rates_date=rates.date,
    )


def _schedule_credit(report: CleaningReport, sha256: str) -> SourceInfo:
    """Return what users are told of where the flights come from. Offers point to it: it is the first."""
    mended = ", ".join(f"{count:,} {what.replace('_', ' ')}s" for what, count in report.mended.items())
    return SourceInfo(
        name=WORLD_SOURCE,
        title=f"Traffic files of FlightGear: Debian package {WORLD_PACKAGE.name} {WORLD_PACKAGE.version}",
        licence="GPL-2.0-or-later",
        data_date="2013 to 2022, differs by airline",
        sha256=sha256,
        note="Timetables kept by volunteers, repeated every week. "
        f"{report.kept:,} of {report.read:,} flights pass the rules and make {report.departures:,} "
        f"departures a week between {report.airports:,} airports; put right were {mended}. "
        "Airlines that nobody entered are missing.",
    )
