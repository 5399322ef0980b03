"""Builds a snapshot for the commands that need one: those of ``ingest`` and the first ``run``."""

import datetime as dt
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from flight_search.catalog.store import SnapshotStore
from flight_search.cli.output import Output
from flight_search.cli.progress import StageProgress
from flight_search.domain.errors import NotFoundError
from flight_search.domain.progress import Progress
from flight_search.embed.open import open_embedder
from flight_search.embed.settings import EmbeddingSettings
from flight_search.ingest.default import build_default
from flight_search.ingest.report import BuildReport
from flight_search.ingest.sources.build import (
    DOLLAR,
    BuildOptions,
    PlannedSource,
    Workshop,
    build_from_sources,
)
from flight_search.ingest.sources.formats import Format, detect_format
from flight_search.ingest.sources.limits import Limits
from flight_search.ingest.sources.mapping import read_mapping
from flight_search.ingest.sources.nightly import NightlyReport, run_nightly
from flight_search.ingest.sources.plan import (
    mapping_beside,
    plan_known_format,
    plan_own_files,
    source_name,
)
from flight_search.ingest.world.build import WorldPlan, build_world
from flight_search.services.settings import Settings, read

WORLD: Final = "world"
DATASETS: Final = ("default", WORLD)


def check_dataset(name: str) -> None:
    """Return if there is such a data set. Raises NotFoundError."""
    if name not in DATASETS:
        raise NotFoundError(
            f"There is no data set named {name[:60]!r}.", remedy=f"There is: {', '.join(DATASETS)}."
        )


def build_snapshot(
    dataset: str, storage: Settings, output: Output, clock: Callable[[], dt.datetime]
) -> BuildReport:
    """Build, show how it goes on standard error, make the new snapshot current.

    Raises NotFoundError, SourceError, EmbeddingError or IngestError; then the last good one is still in use.
    """
    check_dataset(dataset)
    if dataset == WORLD:
        return build_world_snapshot(WorldPlan(), storage, output, clock)
    with StageProgress(output.err) as progress:
        embedder = open_embedder(read(EmbeddingSettings), storage.cache_dir, progress)
        store = SnapshotStore(storage.data_dir)
        return build_default(store, embedder, storage.cache_dir, clock().date(), progress, clock=clock)


def build_world_snapshot(
    plan: WorldPlan, storage: Settings, output: Output, clock: Callable[[], dt.datetime]
) -> BuildReport:
    """Build the world's schedule as planned; otherwise as ``build_snapshot``."""
    with StageProgress(output.err) as progress:
        embedder = open_embedder(read(EmbeddingSettings), storage.cache_dir, progress)
        store = SnapshotStore(storage.data_dir)
        return build_world(
            store, embedder, storage.cache_dir, clock().date(), progress, plan=plan, clock=clock
        )


def build_files(  # noqa: PLR0913, PLR0917  what a build of files depends on
    files: Sequence[Path],
    mapping_file: Path | None,
    kind: Format,
    currency: str | None,
    limits: Limits,
    storage: Settings,
    output: Output,
    clock: Callable[[], dt.datetime],
    *,
    keep_past: bool = False,
) -> BuildReport:
    """Build from own files, show how it goes, make the new snapshot current.

    Raises InvalidRequestError, SourceError, EmbeddingError or IngestError; then the last good one is in use.
    """
    with StageProgress(output.err) as progress:
        planned, own = _plan_files(files, mapping_file, kind, progress)
        workshop = Workshop(
            store=SnapshotStore(storage.data_dir),
            embedder=open_embedder(read(EmbeddingSettings), storage.cache_dir, progress),
            cache_dir=storage.cache_dir,
            progress=progress,
            clock=clock,
        )
        options = BuildOptions(currency.upper() if currency else own, keep_past, limits)
        return build_from_sources(planned, options, workshop)


def _plan_files(
    files: Sequence[Path], mapping_file: Path | None, kind: Format, progress: Progress
) -> tuple[list[PlannedSource], str]:
    """Return the sources, and the currency where nothing else is said."""
    if mapping_file is None and kind != "table":
        found = detect_format(files[0]) if kind == "auto" else kind
        if found is not None:
            names = [source_name(path) for path in files]
            if len(set(names)) < len(names):
                names = [f"{name[:36]}-{number}" for number, name in enumerate(names, start=1)]
            planned = [
                plan_known_format(path, found, name, progress)
                for path, name in zip(files, names, strict=True)
            ]
            return planned, DOLLAR
    mapping = read_mapping(mapping_file or mapping_beside(files[0]))
    return [plan_own_files(files, mapping, progress)], mapping.constants.currency or DOLLAR


def run_nightly_plan(
    plan: Path, storage: Settings, output: Output, clock: Callable[[], dt.datetime]
) -> NightlyReport:
    """Run a nightly plan and show how it goes. Raises what ``build_files`` does."""
    with StageProgress(output.err) as progress:
        workshop = Workshop(
            # Which snapshots are kept is for the plan to say, after the build.
            store=SnapshotStore(storage.data_dir, keep=sys.maxsize),
            embedder=open_embedder(read(EmbeddingSettings), storage.cache_dir, progress),
            cache_dir=storage.cache_dir,
            progress=progress,
            clock=clock,
        )
        return run_nightly(plan, workshop)
