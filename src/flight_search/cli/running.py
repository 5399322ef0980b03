"""What ``flight-search run`` does: a free port, a usable snapshot, a server, and a word on where to look."""

import datetime as dt
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rich.padding import Padding
from rich.text import Text

from flight_search.catalog.snapshot import Manifest
from flight_search.catalog.store import SnapshotStore
from flight_search.cli import wording
from flight_search.cli.building import WORLD, build_snapshot, check_dataset
from flight_search.cli.output import Output, printable
from flight_search.domain.errors import FlightSearchError, SnapshotError
from flight_search.ingest.world.build import WORLD_SOURCE
from flight_search.services.serve import listen, serve
from flight_search.services.settings import Settings

RENEW: Final = "flight-search ingest"
STALE_AFTER: Final = dt.timedelta(days=7)
"""Every day that passes is one that can no longer be booked and one less at the end of the year ahead."""

TRY: Final = (
    "nonstop from New York to Los Angeles next Friday evening under $300",
    "cheapest day to fly from Newark to Miami in March",
    "where can I go from Newark for $100 in February?",
)
"""Requests that show three sorts of answers on the default data."""

_SOURCES_SHOWN: Final = 2
"""Flights and fares; the rest is small print."""

_LOG_LEVEL: Final = "FLIGHT_SEARCH_LOG_LEVEL"


@dataclass(frozen=True)
class Start:
    """What is served, and where."""

    dataset: str
    host: str
    port: int


def run_all(start: Start, storage: Settings, output: Output, clock: Callable[[], dt.datetime]) -> int:
    """Make sure of a snapshot, serve everything, return the exit code.

    Raises SettingsError where the port is taken, before anything is built; errors of a build where there is
    no older snapshot to fall back on.
    """
    check_dataset(start.dataset)
    listen(start.host, start.port).close()
    manifest = usable_snapshot(start.dataset, storage, output, clock)
    # A person looks at this screen: each request on it would bury the address. `serve` logs them.
    os.environ.setdefault(_LOG_LEVEL, "warning")
    output.note(f"Loading snapshot {manifest.name} ...", style="dim")
    return serve(
        "all",
        start.host,
        start.port,
        on_ready=lambda address: welcome(address, manifest, clock(), output),
    )


def usable_snapshot(
    dataset: str, storage: Settings, output: Output, clock: Callable[[], dt.datetime]
) -> Manifest:
    """Return what is current and can be searched; build it or fall back where there is nothing."""
    store = SnapshotStore(storage.data_dir)
    try:
        manifest = store.open().manifest
    except SnapshotError as error:
        _tell_why(store, error, output)
    else:
        if not _is_of(manifest, dataset):
            output.note(f"Snapshot {manifest.name} holds other data; one of the data set {dataset} is built.")
        elif not _is_over(manifest, clock()):
            return manifest
        else:
            output.note(f"All flights of snapshot {manifest.name} have departed; a new one is needed.")
    try:
        build_snapshot(dataset, storage, output, clock)
    except FlightSearchError as error:
        older = _older_good_snapshot(store)
        if older is None:
            raise
        store.use(older)
        output.note(f"Warning: the build failed: {error.detail}", style="bold yellow")
        if error.remedy:
            output.note(error.remedy)
        output.note(f"The older snapshot {older} is whole and is served instead. `{RENEW}` tries again.")
    return store.open().manifest


def welcome(address: str, manifest: Manifest, now: dt.datetime, output: Output) -> None:
    """Write where to look, what to try, and what the data is."""
    out = output.out
    out.print()
    out.print(Text.assemble(("Ready. Open ", "bold"), (address, "bold underline green")))
    out.print()
    output.say('Three things to try there, or with `flight-search ask "..."`:')
    for text in TRY:
        out.print(Text.assemble("  \N{BULLET} ", (text, "cyan")))
    out.print()
    for indent, line in data_lines(manifest):
        out.print(Padding(Text(printable(line)), (0, 0, 0, indent)))
    age = now - manifest.built_at
    if age > STALE_AFTER:
        output.say(f"The data is {age.days} days old. `{RENEW}` renews it while this runs.", style="yellow")
    output.say("Ctrl-C stops it.", style="dim")


def data_lines(manifest: Manifest) -> list[tuple[int, str]]:
    """Return the name, date, extent and licence of the data: lines with how far each is indented."""
    offers = wording.counted(manifest.counts.get("offers", 0), "offer")
    lines = [
        (0, f"Data: {offers}, departures {manifest.first_day} to {manifest.last_day}."),
        (2, f"Snapshot {manifest.name}, built {manifest.built_at:%Y-%m-%d %H:%M} UTC"),
    ]
    lines += [
        (2, f"{source.title} ({source.data_date}): {source.licence}")
        for source in manifest.sources[:_SOURCES_SHOWN]
    ]
    if len(manifest.sources) > _SOURCES_SHOWN:
        lines.append((2, "All sources and licences: flight-search snapshots show"))
    return lines


def _tell_why(store: SnapshotStore, error: SnapshotError, output: Output) -> None:
    """Say nothing of the first start, where it is plain why there is no snapshot, and everything else."""
    if store.list():
        output.note(f"{error.detail} A new one is built.", style="yellow")
    else:
        output.note(
            "There is no snapshot yet: the first is built, which takes a minute or two.", style="bold"
        )


def _older_good_snapshot(store: SnapshotStore) -> str | None:
    for summary in store.list():
        if not summary.problem and summary.manifest is not None and not store.verify(summary.name):
            return summary.name
    return None


def _is_of(manifest: Manifest, dataset: str) -> bool:
    """Return whether a snapshot is what was asked for; without asking, whatever is current is."""
    return dataset != WORLD or any(source.name == WORLD_SOURCE for source in manifest.sources)


def _is_over(manifest: Manifest, now: dt.datetime) -> bool:
    return manifest.last_day < now.date().isoformat()
