"""Builds and inspections of files for people."""

from collections.abc import Sequence
from pathlib import Path
from shlex import quote

from rich.filesize import decimal
from rich.text import Text

from flight_search.cli.inspecting import Inspection
from flight_search.cli.output import Output
from flight_search.cli.progress import duration_text
from flight_search.cli.tables import Column, table_of
from flight_search.ingest.report import BuildReport, SourceReport
from flight_search.ingest.sources.formats import TITLES
from flight_search.ingest.sources.nightly import NightlyReport
from flight_search.ingest.sources.preview import Preview, PreviewOffer
from flight_search.ingest.sources.reasons import LEFT_OUT, REASONS

_MOST_REFUSED = 10
_SURE, _LIKELY = 0.9, 0.7


def show_report(report: BuildReport, output: Output) -> None:
    """Write what a build made and what it left out."""
    output.say(
        f"Snapshot {report.name} is in use: {decimal(report.bytes)}, "
        f"built in {duration_text(report.seconds)}.",
        style="bold green",
    )
    if report.embedded is not None:
        known = (
            "all meanings were known" if not report.embedded else f"{report.embedded:,} new meanings embedded"
        )
        output.say(f"{known[0].upper()}{known[1:]}.", style="dim")
    output.out.print()
    columns = (Column("Kept"), Column("Rows", "right"))
    output.out.print(table_of(columns, [(name, f"{count:,}") for name, count in report.counts.items()]))
    if report.sources:
        for source in report.sources:
            _show_source(source, output)
        return
    dropped = [(reason.replace("_", " "), f"{count:,}") for reason, count in report.dropped.items() if count]
    if dropped:
        output.out.print()
        output.out.print(table_of((Column("Left out", fits=True), Column("Rows", "right")), dropped))


def show_nightly(report: NightlyReport, output: Output) -> None:
    """Write what a nightly run did."""
    if report.build is None:
        output.say(f"Nothing changed: snapshot {report.snapshot} stays in use.", style="bold green")
    else:
        show_report(report.build, output)
    if report.deleted:
        output.say(f"Deleted: {', '.join(report.deleted)}.")


def _show_source(source: SourceReport, output: Output) -> None:
    output.out.print()
    output.say(f"{source.name}: {source.kept:,} of {source.read:,} rows are searched.", style="bold")
    counted = [
        *((REASONS.get(reason, reason), count) for reason, count in source.refused.items()),
        *((f"Left out: {LEFT_OUT.get(reason, reason)}.", count) for reason, count in source.left_out.items()),
        *((f"Note: {note}.", count) for note, count in source.notes.items()),
    ]
    if counted:
        rows = [(says, f"{count:,}") for says, count in counted]
        output.out.print(table_of((Column("What", fits=True), Column("Rows", "right")), rows))
    if source.unused:
        output.say(f"Not used: {', '.join(source.unused)}.")
    if source.quarantine:
        output.say("Each refused row, with line, field and reason:")
        output.say_unbroken(f"  {source.quarantine}", style="bold")


def show_inspection(file: Path, found: Inspection, written: Path | None, output: Output) -> None:
    """Write what a file was found to hold, and what to do next."""
    proposal = found.proposal
    if proposal is not None:
        how = proposal.how
        packed = "" if how.format == "parquet" else f", {how.encoding}"
        parted = f", fields parted by {how.delimiter!r}" if how.format == "csv" else ""
        output.say(f"{file.name}: {how.format}{packed}{parted}.", style="bold")
        output.out.print()
        rows = [
            (
                guess.column,
                Text(
                    f"{guess.field}{f' of flight {guess.segment}' if guess.segment > 1 else ''}" or "not used"
                ),
                _sureness(guess.confidence) if guess.field else Text(""),
                guess.example,
            )
            for guess in proposal.guesses
            if guess.field
        ]
        columns = (
            Column("Column", fits=True),
            Column("Read as"),
            Column("Sure", "right"),
            Column("Example", fits=True),
        )
        output.out.print(table_of(columns, rows))
    if found.kind is not None:
        output.say(f"{file.name}: {TITLES[found.kind]}. It needs no mapping.", style="bold")
    if found.unused:
        output.say(f"Not used: {', '.join(found.unused)}.")
    if found.questions:
        output.out.print()
        output.say("To be said or checked:", style="bold yellow")
        for question in found.questions:
            output.say(f"  {question}", style="yellow")
    if found.preview is not None:
        _show_preview(found.preview, output)
    output.out.print()
    if proposal is None:
        if found.kind is not None:
            output.say_unbroken(f"  flight-search ingest file {quote(str(file))}", style="bold")
        return
    beside = quote(str(written or file.with_name(file.name.split(".")[0] + ".toml")))
    named = quote(str(file))
    if written is not None:
        output.say(f"The mapping is in {written}: correct it where it is wrong. Then:")
    else:
        output.say("Keep the mapping, correct it where it is wrong, and build:")
        output.say_unbroken(f"  flight-search ingest inspect {named} --write {beside}", style="bold")
    output.say_unbroken(f"  flight-search ingest file {named} --mapping {beside}", style="bold")


def _show_preview(shown: Preview, output: Output) -> None:
    output.out.print()
    output.say(f"Of the first {shown.read:,} rows {shown.kept:,} become offers:", style="bold")
    columns = (
        Column("Flights", fits=True),
        Column("Departs", fits=True),
        Column("Takes", "right"),
        Column("Cabin", fits=True),
        Column("Price", "right"),
    )
    output.out.print(table_of(columns, [_offer_cells(offer) for offer in shown.offers]))
    for reason, count in shown.left_out.items():
        output.say(f"Left out: {LEFT_OUT.get(reason, reason)} ({count:,} rows).")
    for note, count in shown.notes.items():
        output.say(f"Note: {note} ({count:,} rows).")
    if shown.refused:
        output.out.print()
        counted = f"{len(shown.refused):,} rows" if len(shown.refused) > 1 else "One row"
        output.say(f"{counted} would be refused:", style="bold yellow")
        heads = (
            Column("Line", "right"),
            Column("Field"),
            Column("Written", fits=True),
            Column("Why", fits=True),
        )
        output.out.print(table_of(heads, [_refusal_cells(row) for row in shown.refused[:_MOST_REFUSED]]))
        if len(shown.refused) > _MOST_REFUSED:
            output.say(f"... and {len(shown.refused) - _MOST_REFUSED:,} more.")


def _offer_cells(offer: PreviewOffer) -> Sequence[object]:
    flights = "\n".join(f"{one.flight} {one.origin}\N{EN DASH}{one.destination}" for one in offer.flights)
    times = "\n".join(f"{one.departs}\N{EN DASH}{one.arrives}" for one in offer.flights)
    return flights, times, f"{offer.minutes // 60}h{offer.minutes % 60:02d}", offer.cabin, offer.price


def _refusal_cells(row: dict[str, object]) -> Sequence[object]:
    return row["line"], row["field"], row["value"], REASONS.get(str(row["reason"]), row["reason"])


def _sureness(confidence: float) -> Text:
    style = "green" if confidence >= _SURE else "yellow" if confidence >= _LIKELY else "red"
    return Text(f"{confidence:.0%}", style=style)
