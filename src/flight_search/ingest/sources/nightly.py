"""A run that can be started every night, and again after whatever ended it.

In: the plan of a file. Out: a snapshot of its sources, if anything changed since the one in use. What a run
depends on is digested into a recipe that the snapshot carries, so a second run of the same finds that there
is nothing to do; sources that were read before a run was killed are not read again; vectors are kept as they
are made; and one lock, which the kernel releases, keeps a second run out.
"""

from dataclasses import dataclass
from pathlib import Path

from flight_search.domain.errors import NotFoundError, SnapshotError
from flight_search.ingest.report import BuildReport
from flight_search.ingest.sources.build import Workshop, build_from_sources, recipe_of
from flight_search.ingest.sources.nightly_plan import plan_sources, read_plan
from flight_search.ingest.sources.retention import snapshots_to_delete


@dataclass(frozen=True)
class NightlyReport:
    """What a run did."""

    snapshot: str
    """The snapshot in use now."""
    build: BuildReport | None
    """None where nothing had changed."""
    deleted: tuple[str, ...]
    """Snapshots that the rule of retention does not keep."""


def run_nightly(plan_file: Path, workshop: Workshop) -> NightlyReport:
    """Build what changed and delete what is too old.

    The store of the workshop must keep as many snapshots as it gets: the plan says which ones go. Raises
    InvalidRequestError, SourceError, EmbeddingError or IngestError; then the snapshot in use stays in use.
    """
    plan = read_plan(plan_file)
    planned = plan_sources(plan, plan_file.parent, workshop.progress)
    today = workshop.clock().date()
    recipe = recipe_of(planned, plan.options(), workshop, today)
    build = None
    if _current_recipe(workshop) != recipe:
        build = build_from_sources(planned, plan.options(), workshop)
    workshop.checkpoint("prune")
    store = workshop.store
    names = [one.name for one in store.list()]
    gone = snapshots_to_delete(names, store.current_name(), today, plan.retention())
    for name in gone:
        try:
            store.remove(name)
        except NotFoundError:
            # Another run deleted it at this moment.
            continue
    return NightlyReport(store.current_name() or "", build, tuple(gone))


def _current_recipe(workshop: Workshop) -> str:
    """Return the recipe of the snapshot in use; nothing where there is none, or where it is damaged."""
    try:
        return workshop.store.open().manifest.recipe
    except SnapshotError:
        return ""
