"""Snapshots for people and for programs."""

from collections.abc import Sequence

from rich.text import Text

from flight_search.catalog.fares.info import fares_info
from flight_search.catalog.snapshot import Snapshot
from flight_search.catalog.store import SnapshotSummary
from flight_search.cli.output import Output
from flight_search.cli.tables import Column, table_of
from flight_search.cli.wording import counted
from flight_search.domain.result import SnapshotInfo


def summary_values(summary: SnapshotSummary) -> dict[str, object]:
    """Return one line of the list as plain values."""
    return {
        "name": summary.name,
        "is_current": summary.is_current,
        "built_at": summary.built_at.isoformat() if summary.built_at else None,
        "offers": summary.offers,
        "bytes": summary.bytes,
        "problem": summary.problem or None,
    }


def info_of(snapshot: Snapshot) -> SnapshotInfo:
    """Return what ``GET /v1/snapshot`` tells of a snapshot."""
    manifest = snapshot.manifest
    counts = manifest.counts
    return SnapshotInfo(
        name=manifest.name,
        built_at=manifest.built_at,
        offers=counts.get("offers", 0),
        profiles=counts.get("profiles", 0),
        airports=counts.get("airports", 0),
        first_day=manifest.first_day,
        last_day=manifest.last_day,
        currency=manifest.currency,
        embedding_model=manifest.embedding_model,
        sources=manifest.sources,
        as_of=snapshot.as_of,
        fares=fares_info(snapshot),
        routes=counts.get("routes", 0),
    )


def show_list(found: Sequence[SnapshotSummary], output: Output) -> None:
    """Write the table of snapshots."""
    if not found:
        output.say("There is no snapshot yet. `flight-search ingest` builds one.")
        return
    columns = (
        Column("Name", style="bold"),
        Column("Days"),
        Column("Offers", "right"),
        Column("MB", "right"),
        Column("State", fits=True),
    )
    output.out.print(table_of(columns, [_row(one) for one in found]))


def _row(summary: SnapshotSummary) -> tuple[object, ...]:
    manifest = summary.manifest
    state = (
        Text(summary.problem, style="red")
        if summary.problem
        else Text("in use" if summary.is_current else "")
    )
    return (
        summary.name,
        f"{manifest.first_day} to {manifest.last_day}" if manifest else "",
        f"{summary.offers:,}",
        f"{summary.bytes / 1e6:.1f}",
        state,
    )


def show_snapshot_facts(snapshot: Snapshot, output: Output) -> None:
    """Write what a snapshot holds, which fares are laid over it, and where it comes from."""
    manifest = snapshot.manifest
    facts = [
        ("Snapshot", manifest.name),
        ("Built", f"{manifest.built_at:%Y-%m-%d %H:%M} UTC"),
        ("Departures", f"{manifest.first_day} to {manifest.last_day}"),
        ("Currency", manifest.currency),
        ("Embedding", f"{manifest.embedding_model} ({manifest.dimensions} dimensions)"),
        ("Rows", ", ".join(f"{count:,} {name}" for name, count in manifest.counts.items())),
        ("Size", f"{sum(entry.bytes for entry in manifest.files) / 1e6:.1f} MB"),
    ]
    dropped = [f"{count:,} {reason.replace('_', ' ')}" for reason, count in manifest.dropped.items() if count]
    if dropped:
        facts.append(("Left out", "; ".join(dropped)))
    fares = fares_info(snapshot)
    if fares:
        applied = f"{counted(fares.offers, 'offer')}, {fares.sold_out:,} sold out, by fares {fares.name}"
        facts.append(("Prices changed", applied))
    if snapshot.fares_problem:
        facts.append(("Fares not used", snapshot.fares_problem))
    output.out.print(table_of((Column("Snapshot", style="bold"), Column(facts[0][1], fits=True)), facts[1:]))
    output.out.print()
    rows = [(f"{one.title}. {one.note}".strip(), one.data_date, one.licence) for one in manifest.sources]
    columns = (Column("Source", fits=True), Column("Of", fits=True), Column("Licence", fits=True))
    output.out.print(table_of(columns, rows))


def show_problems(name: str, problems: Sequence[str], output: Output) -> None:
    """Write what is wrong with a snapshot, or that nothing is."""
    if not problems:
        output.say(f"Snapshot {name} is whole: every file has its size and its checksum.", style="bold green")
        return
    output.say(f"Snapshot {name} is damaged:", style="bold red")
    for problem in problems:
        output.say(f"  \N{BULLET} {problem}")
    output.say(
        "Go back with `flight-search snapshots use NAME`, or build a new one with `flight-search ingest`."
    )
