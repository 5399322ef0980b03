"""``flight-search snapshots``: the builds that are kept: list, show, verify, go back."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from flight_search.cli.options import AsJson

if TYPE_CHECKING:
    from flight_search.catalog.store import SnapshotStore

snapshots = typer.Typer(no_args_is_help=True, help="List, show, verify and choose snapshots of the data.")

Name: TypeAlias = Annotated[
    str | None, typer.Argument(help="Name of a snapshot; the one in use where left out.")
]


@snapshots.command("list")
def list_snapshots(*, as_json: AsJson = False) -> None:
    """List the snapshots, newest first."""
    from flight_search.cli.output import Output  # noqa: PLC0415 - as in ``ask``
    from flight_search.cli.snapshot_views import show_list, summary_values  # noqa: PLC0415

    output, found = Output.open(as_json=as_json), _store().list()
    if as_json:
        output.json_value([summary_values(one) for one in found])
    else:
        show_list(found, output)


@snapshots.command("show")
def show_snapshot(name: Name = None, *, as_json: AsJson = False) -> None:
    """Tell what a snapshot holds: extent, days, sources, dates, licences."""
    from flight_search.catalog.fares.lay_over import lay_over  # noqa: PLC0415 - as in ``ask``
    from flight_search.catalog.live import LiveSnapshot  # noqa: PLC0415
    from flight_search.cli.output import Output  # noqa: PLC0415
    from flight_search.cli.snapshot_views import info_of, show_snapshot_facts  # noqa: PLC0415

    store = _store()
    # Fares go with the snapshot in use; of another one only the build is shown.
    snapshot = store.open(name) if name else lay_over(LiveSnapshot(store).get())
    output = Output.open(as_json=as_json)
    if as_json:
        output.json_text(info_of(snapshot).model_dump_json(by_alias=True))
    else:
        show_snapshot_facts(snapshot, output)


@snapshots.command("verify")
def verify_snapshot(name: Name = None, *, as_json: AsJson = False) -> None:
    """Read every byte of a snapshot and compare it with its checksums. Ends with 4 if it is damaged."""
    from flight_search.cli.output import Output  # noqa: PLC0415
    from flight_search.cli.snapshot_views import show_problems  # noqa: PLC0415
    from flight_search.domain.errors import SnapshotError  # noqa: PLC0415

    store = _store()
    chosen = name or _current(store)
    problems = store.verify(chosen)
    output = Output.open(as_json=as_json)
    if as_json:
        output.json_value({"name": chosen, "problems": problems})
    else:
        show_problems(chosen, problems, output)
    if problems:
        raise typer.Exit(SnapshotError.exit_code)


@snapshots.command("use")
def use_snapshot(
    name: Annotated[str, typer.Argument(help="Name of a snapshot.")], *, as_json: AsJson = False
) -> None:
    """Make a snapshot the current one. A server that runs changes over without a pause."""
    from flight_search.cli.output import Output  # noqa: PLC0415

    store = _store()
    before = _current_or_none(store)
    store.use(name)
    output = Output.open(as_json=as_json)
    if as_json:
        output.json_value({"name": name, "before": before})
        return
    output.say(f"Snapshot {name} is in use now.", style="bold green")
    if before and before != name:
        output.say(f"Back to the one before: flight-search snapshots use {before}", style="dim")


@snapshots.command("report")
def report_snapshot(
    name: Name = None,
    *,
    against: Annotated[
        str | None,
        typer.Option(
            "--against", metavar="NAME", help="Compare with this one; else with the newest one built before."
        ),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Write it as one page, with plots."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tell how good the data of a snapshot is, and what changed since the one before.

    Offers per source, region and day, coverage, refused rows, how prices, durations, stops, cabins and CO2
    are spread, age.
    """
    from flight_search.catalog.quality.assess import assess  # noqa: PLC0415 - as in ``ask``
    from flight_search.cli.output import Output  # noqa: PLC0415
    from flight_search.cli.quality.choose import choose  # noqa: PLC0415
    from flight_search.cli.quality.page import write_page  # noqa: PLC0415
    from flight_search.cli.quality.tables import show_quality  # noqa: PLC0415
    from flight_search.services.in_process import utc_now  # noqa: PLC0415

    now, before, passed_over = choose(_store(), name, against)
    report = assess(now, before, utc_now(), passed_over)
    output = Output.open(as_json=as_json)
    if html:
        write_page(html, report)
        output.note(f"The page is in {html}.")
    if as_json:
        output.json_text(report.model_dump_json(indent=2))
    elif not html:
        show_quality(report, output)


def _store() -> "SnapshotStore":
    from flight_search.catalog.store import SnapshotStore  # noqa: PLC0415
    from flight_search.services.settings import Settings, read  # noqa: PLC0415

    return SnapshotStore(read(Settings).data_dir)


def _current(store: "SnapshotStore") -> str:
    """Return the name of the snapshot in use. Raises SnapshotError where there is none."""
    return store.current_name() or store.open().manifest.name


def _current_or_none(store: "SnapshotStore") -> str | None:
    from flight_search.domain.errors import SnapshotError  # noqa: PLC0415

    try:
        return store.current_name()
    except SnapshotError:
        # The pointer is damaged: ``use`` is the way to mend it.
        return None
