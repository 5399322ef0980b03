"""``flight-search ingest world``: build a snapshot of the world's schedule."""

from pathlib import Path
from typing import Annotated

import typer

from flight_search.cli.options import AsJson


def world(  # noqa: PLR0913  one per option
    *,
    weeks: Annotated[
        int, typer.Option("--weeks", min=1, max=26, help="How many weeks from today on are built.")
    ] = 4,
    package: Annotated[
        Path | None,
        typer.Option(
            "--package",
            metavar="PATH",
            help="The Debian package flightgear-data-ai (a .deb file) or a folder with its traffic files, "
            "where apt-get cannot fetch it.",
        ),
    ] = None,
    max_offers: Annotated[
        int,
        typer.Option(
            "--max-offers",
            min=1,
            max=100_000_000,
            help="Room for offers: nonstops are always kept, connections fill the rest, those most looked "
            "for first.",
        ),
    ] = 10_000_000,
    processes: Annotated[
        int,
        typer.Option("--processes", min=0, max=256, help="For connections; 0 for one per processor."),
    ] = 0,
    stage: Annotated[
        str | None,
        typer.Option(
            "--stage", metavar="STAGE", help="Only show one stage and build nothing: flights, legs or ways."
        ),
    ] = None,
    output_file: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="With --stage: write all of it as Parquet."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Build a snapshot of the world's flights of the next weeks and make it the current one.

    The schedule is fetched by apt-get, without root. Until the snapshot is whole and checked, the one
    before stays in use.
    """
    from dataclasses import asdict  # noqa: PLC0415 - as in ``ask``

    from flight_search.cli.building import build_world_snapshot  # noqa: PLC0415
    from flight_search.cli.ingest_views import show_report  # noqa: PLC0415
    from flight_search.cli.output import Output  # noqa: PLC0415
    from flight_search.ingest.world.build import WorldPlan  # noqa: PLC0415
    from flight_search.services.in_process import utc_now  # noqa: PLC0415
    from flight_search.services.settings import Settings, read  # noqa: PLC0415

    output = Output.open(as_json=as_json)
    plan = WorldPlan(weeks=weeks, package=package, max_offers=max_offers, processes=processes)
    if stage is not None:
        from flight_search.cli.world_stage import show_stage  # noqa: PLC0415

        show_stage(stage, plan, read(Settings), output, output_file)
        return
    report = build_world_snapshot(plan, read(Settings), output, utc_now)
    if as_json:
        output.json_value(asdict(report))
    else:
        show_report(report, output)
