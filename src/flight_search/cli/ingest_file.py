"""``flight-search ingest inspect`` and ``ingest file``: own flights, from a first look to a search."""

from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import typer

from flight_search.cli.options import AsJson

Mapping: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--mapping",
        "-m",
        metavar="FILE",
        help="The mapping file. Default: the one beside the data, flights.toml for flights.csv.",
    ),
]
FileFormat: TypeAlias = Annotated[
    Literal["auto", "table", "ssim", "duffel", "amadeus", "bts", "openflights"],
    typer.Option("--format", help="Format of the files; auto looks how they begin."),
]
Currency: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--currency",
        metavar="CODE",
        help="Currency of the snapshot; prices in others are turned into it. Default: that of the mapping, "
        "else USD.",
    ),
]
MaxRefused: TypeAlias = Annotated[
    str,
    typer.Option("--max-refused", metavar="SHARE", help="Stop where more of the rows are refused: 5%, 0.05."),
]
MaxDrop: TypeAlias = Annotated[
    str,
    typer.Option(
        "--max-drop",
        metavar="SHARE",
        help="Stop where a source lost more of its offers since the snapshot in use; 100% takes any.",
    ),
]
KeepPast: TypeAlias = Annotated[
    bool, typer.Option("--keep-past", help="Keep flights that have departed already.")
]


def inspect_file(
    file: Annotated[
        Path,
        typer.Argument(help="A table (CSV, JSON lines, Parquet) or a file of a known format; may be packed."),
    ],
    *,
    mapping: Annotated[
        Path | None,
        typer.Option("--mapping", "-m", metavar="FILE", help="Try this mapping instead of proposing one."),
    ] = None,
    write: Annotated[
        Path | None,
        typer.Option("--write", "-w", metavar="FILE", help="Write the proposed mapping to a new file."),
    ] = None,
    rows: Annotated[int, typer.Option("--rows", "-n", min=0, max=100, help="Offers to show.")] = 5,
    as_json: AsJson = False,
) -> None:
    """Look at a file of flights: propose its mapping, show what is understood and what is not.

    Nothing is built. The first 2,000 rows are read.
    """
    from flight_search.cli.ingest_views import show_inspection  # noqa: PLC0415 - as in ``ask``
    from flight_search.cli.inspecting import inspect, inspection_values, write_mapping  # noqa: PLC0415
    from flight_search.cli.output import Output  # noqa: PLC0415
    from flight_search.services.in_process import utc_now  # noqa: PLC0415

    output = Output.open(as_json=as_json)
    found = inspect(file, mapping, rows, utc_now().date())
    if write is not None and found.proposal is not None:
        write_mapping(write, found.proposal.toml)
    if as_json:
        output.json_value(inspection_values(found))
    else:
        show_inspection(file, found, write, output)


def ingest_file(  # noqa: PLR0913  the options of one command
    files: Annotated[
        list[Path], typer.Argument(help="Tables that one mapping describes, or files of one format.")
    ],
    *,
    mapping: Mapping = None,
    kind: FileFormat = "auto",
    currency: Currency = None,
    max_refused: MaxRefused = "5%",
    max_drop: MaxDrop = "50%",
    keep_past: KeepPast = False,
    as_json: AsJson = False,
) -> None:
    """Build a snapshot of own files and make it the current one: it is searched at once.

    Rows that are refused go to the quarantine file of the data folder, each with its line, field and reason.
    """
    from dataclasses import asdict  # noqa: PLC0415

    from flight_search.cli.building import build_files  # noqa: PLC0415
    from flight_search.cli.ingest_views import show_report  # noqa: PLC0415
    from flight_search.cli.output import Output  # noqa: PLC0415
    from flight_search.cli.values import share  # noqa: PLC0415
    from flight_search.ingest.sources.limits import Limits  # noqa: PLC0415
    from flight_search.services.in_process import utc_now  # noqa: PLC0415
    from flight_search.services.settings import Settings, read  # noqa: PLC0415

    output = Output.open(as_json=as_json)
    limits = Limits(share("--max-refused", max_refused), share("--max-drop", max_drop))
    report = build_files(
        files, mapping, kind, currency, limits, read(Settings), output, utc_now, keep_past=keep_past
    )
    if as_json:
        output.json_value(asdict(report))
    else:
        show_report(report, output)
