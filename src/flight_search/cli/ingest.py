"""``flight-search ingest``: fetch the data, build a snapshot, make it current.

The group without a command builds a packaged data set; its commands build from other sources.
"""

import typer

from flight_search.cli.ingest_file import ingest_file, inspect_file
from flight_search.cli.ingest_nightly import ingest_nightly
from flight_search.cli.ingest_world import world
from flight_search.cli.options import AsJson, Dataset

ingest = typer.Typer(invoke_without_command=True)


@ingest.callback()
def ingest_dataset(context: typer.Context, *, dataset: Dataset = "default", as_json: AsJson = False) -> None:
    """Fetch the data, build a new snapshot of the year ahead and make it the current one.

    Until it is whole and checked, the one before stays in use; a server that runs picks the new one up.
    """
    if context.invoked_subcommand is not None:
        return
    from dataclasses import asdict  # noqa: PLC0415 - as in ``ask``

    from flight_search.cli.building import build_snapshot  # noqa: PLC0415
    from flight_search.cli.ingest_views import show_report  # noqa: PLC0415
    from flight_search.cli.output import Output  # noqa: PLC0415
    from flight_search.services.in_process import utc_now  # noqa: PLC0415
    from flight_search.services.settings import Settings, read  # noqa: PLC0415

    output = Output.open(as_json=as_json)
    report = build_snapshot(dataset, read(Settings), output, utc_now)
    if as_json:
        output.json_value(asdict(report))
    else:
        show_report(report, output)


ingest.command("world")(world)
ingest.command("inspect")(inspect_file)
ingest.command("file")(ingest_file)
ingest.command("nightly")(ingest_nightly)
