"""Fares for people and for programs: what a file changed, what is kept, what is in effect."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

import polars as pl
from rich.text import Text

from flight_search.catalog.fares.overlay import FareManifest
from flight_search.catalog.fares.store import FareSummary
from flight_search.cli.output import Output
from flight_search.cli.progress import duration_text
from flight_search.cli.tables import Column, table_of
from flight_search.cli.wording import counted
from flight_search.ingest.fare_changes.apply import FareReport

_SHOWN: Final = 5
"""Rows that were left out, on the screen; the file has them all."""


def write_left_out(report: FareReport, path: Path, output: Output) -> Path | None:
    """List the rows that were not applied in a CSV file; return None where there is no such file."""
    if report.left_out.is_empty():
        return None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(report.left_out.write_csv().encode())
    except OSError as error:
        # The fares are in use by now: that is to be told, whatever becomes of the list.
        output.note(f"The rows left out could not be listed in {path}: {error.strerror}.", style="bold red")
        return None
    return path


def report_values(report: FareReport, listed: Path | None) -> dict[str, object]:
    """Return the report as plain values, with the first rows that were left out."""
    plain = asdict(replace(report, left_out=pl.DataFrame()))
    plain["left_out"] = report.left_out.head(_SHOWN).to_dicts()
    return plain | {"left_out_file": str(listed) if listed else None}


def show_report(report: FareReport, listed: Path | None, output: Output) -> None:
    """Write what a file changed and what of it was left out."""
    what = f"{counted(report.applied, 'offer')} of {counted(report.rows, 'row')}"
    if report.version:
        output.say(
            f"Applied {what} in {duration_text(report.seconds)}: fares {report.version} are in use.",
            style="bold green",
        )
    else:
        output.say(f"Would apply {what} (dry run, nothing was changed).", style="bold")
    output.out.print()
    facts = [
        ("New price or mark", report.applied),
        ("of them sold out", report.sold_out),
        ("Unknown offer", report.unknown),
        ("Refused", report.refused),
        ("Replaced by a later row", report.replaced),
        ("In effect altogether", report.in_effect),
    ]
    rows = [(name, f"{count:,}") for name, count in facts if count or name == "New price or mark"]
    output.out.print(table_of((Column("Rows"), Column("Number", "right")), rows))
    for note in report.notes:
        output.note(note, style="yellow")
    if report.left_out.is_empty():
        return
    output.out.print()
    shown = report.left_out.head(_SHOWN)
    columns = (Column("Line", "right"), Column("Not applied, because", fits=True), Column("Row", fits=True))
    output.out.print(table_of(columns, [(line, why, row) for line, _, why, row in shown.iter_rows()]))
    more = len(report.left_out) - len(shown)
    if listed or more:
        where = f"All of them: {listed}" if listed else ""
        output.say_unbroken(f"{f'{more:,} more. ' if more else ''}{where}".strip(), style="dim")


def summary_values(summary: FareSummary) -> dict[str, object]:
    """Return one line of the list as plain values."""
    manifest = summary.manifest.model_dump(mode="json") if summary.manifest else {}
    wanted = ("applied_at", "source", "changed", "offers", "sold_out", "snapshot", "currency", "previous")
    return {
        "name": summary.name,
        "is_current": summary.is_current,
        **{name: manifest.get(name) for name in wanted},
        "problem": summary.problem or None,
    }


def show_list(found: Sequence[FareSummary], output: Output) -> None:
    """Write the table of versions."""
    if not found:
        output.say("No fares were ever applied. `flight-search fares apply FILE` does it.")
        return
    columns = (
        Column("Name", style="bold"),
        Column("Changed", "right"),
        Column("In all", "right"),
        Column("Sold out", "right"),
        Column("From", fits=True),
        Column("State", fits=True),
    )
    output.out.print(table_of(columns, [_row(one) for one in found]))


def _row(summary: FareSummary) -> tuple[object, ...]:
    manifest = summary.manifest
    if manifest is None:
        return summary.name, "", "", "", "", Text(summary.problem, style="red")
    figures = (f"{manifest.changed:,}", f"{manifest.offers:,}", f"{manifest.sold_out:,}")
    return summary.name, *figures, manifest.source, "in use" if summary.is_current else ""


def manifest_values(manifest: FareManifest, snapshot: str, in_effect: int) -> dict[str, object]:
    """Return what a version holds as plain values."""
    values = manifest.model_dump(mode="json", exclude={"schema_version", "bytes", "sha256"})
    return values | {"laid_over": snapshot, "in_effect": in_effect}


def show_manifest(manifest: FareManifest, snapshot: str, in_effect: int, output: Output) -> None:
    """Write what a version holds and how much of it is in effect on the snapshot in use."""
    facts = [
        ("Applied", f"{manifest.applied_at:%Y-%m-%d %H:%M:%S} UTC"),
        ("From", manifest.source),
        ("Changed", counted(manifest.changed, "offer")),
        ("Holds", f"{counted(manifest.offers, 'offer')}, {manifest.sold_out:,} of them sold out"),
        ("Currency", manifest.currency),
        ("Applied to", f"snapshot {manifest.snapshot}"),
        ("In effect", f"{counted(in_effect, 'offer')} of snapshot {snapshot}"),
        ("Size", f"{manifest.bytes / 1e6:.1f} MB"),
        ("Before", manifest.previous or "no fares"),
    ]
    output.out.print(table_of((Column("Fares", style="bold"), Column(manifest.name, fits=True)), facts))
