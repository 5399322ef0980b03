"""``flight-search fares``: prices and sold-out marks that changed since the build: apply, look, go back.

A server that runs picks every change up by itself, within a second.
"""

from typing import TYPE_CHECKING, Annotated

import typer

from flight_search.cli.options import AsJson

if TYPE_CHECKING:
    from flight_search.catalog.fares.store import FareStore
    from flight_search.catalog.store import SnapshotStore

fares = typer.Typer(
    no_args_is_help=True, help="Change prices and mark what is sold out, without a build or a restart."
)


@fares.command("apply")
def apply_file(  # noqa: PLR0913 - one argument per option
    file: Annotated[
        str, typer.Argument(help="CSV, JSON lines or Parquet, also gzipped; - reads standard input.")
    ],
    *,
    currency: Annotated[
        str | None, typer.Option("--currency", help="Of rows that name none. Default: that of the data.")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Change nothing if any row cannot be applied.")
    ] = False,
    any_price: Annotated[
        bool,
        typer.Option("--any-price", help="Take prices over 50 times the one before, or under 1/50, too."),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be changed.")] = False,
    left_out: Annotated[
        str | None,
        typer.Option(
            "--left-out",
            metavar="PATH",
            help="Where rows that are not applied are listed, with line and reason.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Lay the prices and sold-out marks of a file over the data, in one step.

    Rows name an offer by `id`, or a flight by `carrier`, `flight`, `date` (and `cabin`, `origin`,
    `destination` where needed); they say `price` (and `currency`), `sold_out` or `seats`.
    """
    from pathlib import Path  # noqa: PLC0415 - as in ``ask``

    from flight_search.catalog.fares.store import FareStore  # noqa: PLC0415
    from flight_search.cli.fare_views import report_values, show_report, write_left_out  # noqa: PLC0415
    from flight_search.cli.output import Output  # noqa: PLC0415
    from flight_search.cli.progress import StageProgress  # noqa: PLC0415
    from flight_search.ingest.fare_changes.apply import FareFiles, Options  # noqa: PLC0415
    from flight_search.services.in_process import utc_now  # noqa: PLC0415
    from flight_search.services.settings import Settings, read  # noqa: PLC0415

    data_dir = read(Settings).data_dir
    output = Output.open(as_json=as_json)
    name, content = _read(file)
    options = Options(currency.upper() if currency else None, strict, any_price, dry_run)
    with StageProgress(output.err) as progress:
        store = FareStore(data_dir)
        report = FareFiles(_snapshots(), store, progress, utc_now).apply(content, name, options)
    listed = write_left_out(report, Path(left_out) if left_out else store.root / "left-out.csv", output)
    if as_json:
        output.json_value(report_values(report, listed))
    else:
        show_report(report, listed, output)


@fares.command("list")
def list_versions(*, as_json: AsJson = False) -> None:
    """List the versions that are kept, newest first."""
    from flight_search.cli.fare_views import show_list, summary_values  # noqa: PLC0415 - as in ``ask``
    from flight_search.cli.output import Output  # noqa: PLC0415

    output, found = Output.open(as_json=as_json), _fares().list()
    if as_json:
        output.json_value([summary_values(one) for one in found])
    else:
        show_list(found, output)


@fares.command("show")
def show_version(
    name: Annotated[
        str | None, typer.Argument(help="Name of a version; the one in use where left out.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Tell what a version holds and how much of it is in effect; reads every byte of it."""
    from dataclasses import replace  # noqa: PLC0415 - as in ``ask``

    from flight_search.catalog.fares.lay_over import lay_over  # noqa: PLC0415
    from flight_search.cli.fare_views import manifest_values, show_manifest  # noqa: PLC0415
    from flight_search.cli.output import Output  # noqa: PLC0415

    store, snapshot = _fares(), _snapshots().open()
    output = Output.open(as_json=as_json)
    chosen = name or store.current_name()
    if chosen is None:
        if as_json:
            output.json_value({})
        else:
            output.say("No fares were ever applied: all prices are those of the build.")
        return
    store.verify(chosen)
    overlay = store.open(chosen)
    in_effect = lay_over(replace(snapshot, overlay=overlay)).fares_in_effect
    if as_json:
        output.json_value(manifest_values(overlay.manifest, snapshot.manifest.name, in_effect))
    else:
        show_manifest(overlay.manifest, snapshot.manifest.name, in_effect, output)


@fares.command("use")
def use_version(
    name: Annotated[str, typer.Argument(help="Name of a version.")], *, as_json: AsJson = False
) -> None:
    """Go back, or forward, to a version that is kept."""
    _tell(_fares().use(name).name, as_json=as_json)


@fares.command("undo")
def undo_version(*, as_json: AsJson = False) -> None:
    """Take back the last change: the version before it is in use again."""
    with _fares().writing() as writer:
        name = writer.undo().name
    _tell(name, as_json=as_json)


@fares.command("clear")
def clear_versions(*, as_json: AsJson = False) -> None:
    """Take all fares away: prices are those of the build again. `undo` brings them back."""
    from flight_search.cli.output import Output  # noqa: PLC0415 - as in ``ask``
    from flight_search.ingest.fare_changes.apply import clear_fares  # noqa: PLC0415
    from flight_search.services.in_process import utc_now  # noqa: PLC0415

    manifest = clear_fares(_snapshots(), _fares(), utc_now)
    output = Output.open(as_json=as_json)
    if as_json:
        output.json_value({"name": manifest.name})
        return
    output.say("No fares are laid over the data now: all prices are those of the build.", style="bold green")
    output.say("To have them back: flight-search fares undo", style="dim")


def _tell(name: str, *, as_json: bool) -> None:
    from flight_search.cli.output import Output  # noqa: PLC0415 - as in ``ask``

    output = Output.open(as_json=as_json)
    if as_json:
        output.json_value({"name": name})
    else:
        output.say(f"The fares {name} are in use now.", style="bold green")


def _read(file: str) -> tuple[str, bytes]:
    import sys  # noqa: PLC0415 - as in ``ask``
    from pathlib import Path  # noqa: PLC0415

    if file == "-":
        return "standard input", sys.stdin.buffer.read()
    path = Path(file)
    return path.name, path.read_bytes()


def _fares() -> "FareStore":
    from flight_search.catalog.fares.store import FareStore  # noqa: PLC0415 - as in ``ask``
    from flight_search.services.settings import Settings, read  # noqa: PLC0415

    return FareStore(read(Settings).data_dir)


def _snapshots() -> "SnapshotStore":
    from flight_search.catalog.store import SnapshotStore  # noqa: PLC0415 - as in ``ask``
    from flight_search.services.settings import Settings, read  # noqa: PLC0415

    return SnapshotStore(read(Settings).data_dir)
