"""``flight-search ingest nightly``: take in what changed, delete what is too old."""

from pathlib import Path
from typing import Annotated

import typer

from flight_search.cli.options import AsJson


def ingest_nightly(
    plan: Annotated[Path, typer.Argument(help="The TOML file that names the sources.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Build a snapshot of the sources that a file names, if anything changed, and delete old snapshots.

    Made for cron: it can be started at any time and again after whatever ended it. Only profiles that were
    never seen are embedded. A second run at the same time ends with 6.
    """
    from dataclasses import asdict  # noqa: PLC0415 - as in ``ask``

    from flight_search.cli.building import run_nightly_plan  # noqa: PLC0415
    from flight_search.cli.ingest_views import show_nightly  # noqa: PLC0415
    from flight_search.cli.output import Output  # noqa: PLC0415
    from flight_search.services.in_process import utc_now  # noqa: PLC0415
    from flight_search.services.settings import Settings, read  # noqa: PLC0415

    output = Output.open(as_json=as_json)
    report = run_nightly_plan(plan, read(Settings), output, utc_now)
    if as_json:
        output.json_value(asdict(report))
    else:
        show_nightly(report, output)
