"""``flight-search ingest``: fetch the data, build a snapshot, make it current.

The group without a command builds a packaged data set; its commands build from other sources.
"""

from typing import TYPE_CHECKING

import typer

from flight_search.cli.ingest_world import world
from flight_search.cli.options import AsJson, Dataset

if TYPE_CHECKING:
    from flight_search.cli.output import Output
    from flight_search.ingest.report import BuildReport


ingest = typer.Typer(invoke_without_command=True)
ingest.command("world")(world)


@ingest.callback()
def ingest_dataset(context: typer.Context, *, dataset: Dataset = "default", as_json: AsJson = False) -> None:
    """Fetch the data, build a new snapshot of the year ahead and make it the current one.

    Until it is whole and checked, the one before stays in use; a server that runs picks the new one up.
    """
    if context.invoked_subcommand is not None:
        return
    from dataclasses import asdict  # noqa: PLC0415 - as in ``ask``

    from flight_search.cli.building import build_snapshot  # noqa: PLC0415
    from flight_search.cli.output import Output  # noqa: PLC0415
    from flight_search.services.in_process import utc_now  # noqa: PLC0415
    from flight_search.services.settings import Settings, read  # noqa: PLC0415

    output = Output.open(as_json=as_json)
    report = build_snapshot(dataset, read(Settings), output, utc_now)
    if as_json:
        output.json_value(asdict(report))
    else:
        show_report(report, output)


def show_report(report: "BuildReport", output: "Output") -> None:
    """Write what a build made and what it left out."""
    from flight_search.cli.progress import duration_text  # noqa: PLC0415
    from flight_search.cli.tables import Column, table_of  # noqa: PLC0415

    output.say(
        f"Snapshot {report.name} is in use: {report.bytes / 1e6:.0f} MB, "
        f"built in {duration_text(report.seconds)}.",
        style="bold green",
    )
    output.out.print()
    columns = (Column("Kept"), Column("Rows", "right"))
    output.out.print(table_of(columns, [(name, f"{count:,}") for name, count in report.counts.items()]))
    dropped = [(reason.replace("_", " "), f"{count:,}") for reason, count in report.dropped.items() if count]
    if dropped:
        output.out.print()
        output.out.print(table_of((Column("Left out", fits=True), Column("Rows", "right")), dropped))
