"""What ``flight-search ingest world --stage`` shows: the figures of one stage and some of its rows."""

from dataclasses import asdict
from pathlib import Path

from flight_search.cli.output import Output
from flight_search.cli.progress import StageProgress
from flight_search.cli.tables import Column, table_of
from flight_search.domain.errors import NotFoundError
from flight_search.ingest.world.build import WorldPlan
from flight_search.ingest.world.rules import MEANING, CleaningReport, Rule
from flight_search.ingest.world.stages import Stage, run_stage, write_table
from flight_search.services.in_process import utc_now
from flight_search.services.settings import Settings

_SHOWN = 10


def show_stage(
    stage: str, plan: WorldPlan, storage: Settings, output: Output, output_file: Path | None
) -> None:
    """Run up to a stage and show what it hands on. Raises NotFoundError, SourceError or IngestError."""
    if stage not in list(Stage):
        raise NotFoundError(
            f"There is no stage named {stage[:60]!r}.", remedy=f"There are: {', '.join(Stage)}."
        )
    with StageProgress(output.err) as progress:
        table, report = run_stage(Stage(stage), plan, storage.cache_dir, utc_now().date(), progress)
        if output_file is not None:
            progress.start("Writing the table")
            write_table(table, output_file)
    if output.as_json:
        output.json_value(
            {
                "stage": stage,
                "rows": len(table),
                "columns": table.columns,
                "sample": table.head(_SHOWN).to_dicts(),
                "report": asdict(report) if report else None,
            }
        )
        return
    output.say(f"{len(table):,} {stage}", style="bold")
    if report is not None:
        output.out.print(_rules(report))
        output.out.print()
    sample = [
        tuple(str(value) for value in row) for row in table.gather_every(max(len(table) // _SHOWN, 1)).rows()
    ]
    output.out.print(table_of(tuple(Column(name) for name in table.columns), sample[:_SHOWN]))


def _rules(report: CleaningReport) -> object:
    rows = [("read", f"{report.read:,}", "flights in the files")]
    rows += [
        (rule.replace("_", " "), f"{count:,}", MEANING[Rule(rule)]) for rule, count in report.left_out.items()
    ]
    rows += [
        (f"mended: {what.replace('_', ' ')}", f"{count:,}", "put right and kept")
        for what, count in report.mended.items()
    ]
    rows.append(("kept", f"{report.kept:,}", f"{report.departures:,} departures a week"))
    return table_of(
        (Column("Rule", fits=True), Column("Flights", "right"), Column("Meaning", fits=True)), rows
    )
