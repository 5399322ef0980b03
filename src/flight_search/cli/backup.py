"""``flight-search backup`` and ``flight-search restore``: the data folder to and from an archive."""

import datetime as dt
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from flight_search.cli.options import AsJson

if TYPE_CHECKING:
    from flight_search.operate.archive import Archive

backup = typer.Typer(no_args_is_help=True, help="Take, list, verify and prune backups of the data.")

Place: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--archive",
        metavar="PLACE",
        help="Folder, or s3://, gs:// or abfs:// address. Default: FLIGHT_SEARCH_BACKUP_ARCHIVE.",
    ),
]
Name: TypeAlias = Annotated[str | None, typer.Argument(help="Name of a backup; the newest where left out.")]


@backup.command("create")
def create(
    *,
    archive: Place = None,
    only_current: Annotated[
        bool,
        typer.Option("--only-current", help="Leave out the snapshots and fares that one could go back to."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Back up the data while it is used: only what the archive does not have yet is stored.

    Encrypted if FLIGHT_SEARCH_BACKUP_KEY is set when the archive is created.
    """
    from flight_search.catalog.store import SnapshotStore  # noqa: PLC0415 - as in ``ask``
    from flight_search.cli.backup_views import created_values, show_created  # noqa: PLC0415
    from flight_search.cli.output import Output  # noqa: PLC0415
    from flight_search.cli.progress import StageProgress  # noqa: PLC0415
    from flight_search.operate.archive import create_archive  # noqa: PLC0415
    from flight_search.operate.backup import create_backup  # noqa: PLC0415
    from flight_search.operate.place import open_place, shown  # noqa: PLC0415
    from flight_search.services.in_process import utc_now  # noqa: PLC0415
    from flight_search.services.settings import Settings, read  # noqa: PLC0415

    data_dir = read(Settings).data_dir
    address, key = _where(archive)
    # Where there is nothing to back up no archive shall be made either.
    SnapshotStore(data_dir).open()
    output = Output.open(as_json=as_json)
    with StageProgress(output.err) as progress:
        opened = create_archive(open_place(address), key, utc_now())
        created = create_backup(data_dir, opened, utc_now(), progress, only_current=only_current)
    if as_json:
        output.json_value(created_values(created))
    else:
        show_created(created, shown(address), is_encrypted=opened.is_encrypted, output=output)


@backup.command("list")
def list_backups(*, archive: Place = None, as_json: AsJson = False) -> None:
    """List the backups of an archive, newest first."""
    from flight_search.cli.backup_views import line_values, lines_of, show_lines  # noqa: PLC0415
    from flight_search.cli.output import Output  # noqa: PLC0415 - as in ``ask``

    output, lines = Output.open(as_json=as_json), lines_of(_open(archive))
    if as_json:
        output.json_value([line_values(line) for line in lines])
    else:
        show_lines(lines, output)


@backup.command("verify")
def verify(
    name: Name = None,
    *,
    archive: Place = None,
    every: Annotated[bool, typer.Option("--all", help="Verify all backups, one after the other.")] = False,
    as_json: AsJson = False,
) -> None:
    """Restore a backup aside, check every byte and ask it vector questions. Ends with 12 if it is damaged."""
    from flight_search.cli.backup_views import manifest_values, show_verified  # noqa: PLC0415
    from flight_search.cli.output import Output  # noqa: PLC0415 - as in ``ask``
    from flight_search.cli.progress import StageProgress  # noqa: PLC0415
    from flight_search.operate.restore import verify_backup  # noqa: PLC0415

    output, opened = Output.open(as_json=as_json), _open(archive)
    with StageProgress(output.err) as progress:
        names = opened.names() if every else [name]
        verified = [verify_backup(opened, one, progress) for one in names]
    if as_json:
        output.json_value([manifest_values(manifest) for manifest in verified])
    else:
        show_verified(verified, output)


@backup.command("prune")
def prune(
    *,
    archive: Place = None,
    keep: Annotated[int, typer.Option("--keep", min=1, help="The newest backups, which stay.")] = 7,
    days: Annotated[
        int, typer.Option("--days", min=0, help="Backups of the last so many days stay too.")
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Remove old backups and what only they needed."""
    from flight_search.cli.backup_views import show_pruned  # noqa: PLC0415 - as in ``ask``
    from flight_search.cli.output import Output  # noqa: PLC0415
    from flight_search.operate.backup import prune_backups  # noqa: PLC0415
    from flight_search.services.in_process import utc_now  # noqa: PLC0415

    output = Output.open(as_json=as_json)
    pruned = prune_backups(_open(archive), utc_now(), keep=keep, days=days)
    if as_json:
        output.json_value({"removed": pruned.backups, "files": pruned.files, "bytes": pruned.bytes})
    else:
        show_pruned(pruned, output)


def restore(name: Name = None, *, archive: Place = None, as_json: AsJson = False) -> None:
    """Bring the data back to the state of a backup, in one step, after checking all of it.

    A server that runs changes over by itself. What was in use before stays, unless it was damaged.
    """
    import time  # noqa: PLC0415 - as in ``ask``

    from flight_search.cli.backup_views import restored_values, show_restored  # noqa: PLC0415
    from flight_search.cli.output import Output  # noqa: PLC0415
    from flight_search.cli.progress import StageProgress  # noqa: PLC0415
    from flight_search.operate.restore import restore_backup  # noqa: PLC0415
    from flight_search.services.in_process import utc_now  # noqa: PLC0415
    from flight_search.services.settings import Settings, read  # noqa: PLC0415

    output, opened, began = Output.open(as_json=as_json), _open(archive), time.monotonic()
    now = utc_now()
    with StageProgress(output.err) as progress:
        restored = restore_backup(opened, name, read(Settings).data_dir, now, progress)
    seconds = time.monotonic() - began
    if as_json:
        output.json_value(restored_values(restored, seconds))
    else:
        show_restored(restored, seconds, _age(restored.manifest.created_at, now), output)


def _age(then: dt.datetime, now: dt.datetime) -> float:
    return max((now - then).total_seconds(), 0.0)


def _where(address: str | None) -> tuple[str, str | None]:
    """Return the address of the archive and its key. Raises InvalidRequestError where none is named."""
    from flight_search.domain.errors import InvalidRequestError  # noqa: PLC0415 - as in ``ask``
    from flight_search.operate.settings import BackupSettings  # noqa: PLC0415
    from flight_search.services.settings import read  # noqa: PLC0415

    settings = read(BackupSettings)
    chosen = address or settings.archive
    if not chosen:
        raise InvalidRequestError(
            "Which archive?", remedy="Name it with --archive PLACE, or in FLIGHT_SEARCH_BACKUP_ARCHIVE."
        )
    return chosen, settings.key.get_secret_value() if settings.key else None


def _open(address: str | None) -> "Archive":
    from flight_search.operate.archive import open_archive  # noqa: PLC0415 - as in ``ask``
    from flight_search.operate.place import open_place  # noqa: PLC0415

    chosen, key = _where(address)
    return open_archive(open_place(chosen), key)
