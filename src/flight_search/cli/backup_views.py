"""Backups for people and for programs."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

from flight_search.cli.output import Output
from flight_search.cli.progress import duration_text
from flight_search.cli.tables import Column, table_of
from flight_search.cli.wording import counted
from flight_search.domain.errors import BackupError
from flight_search.operate.archive import Archive
from flight_search.operate.backup import Created, Pruned
from flight_search.operate.contents import BackupManifest
from flight_search.operate.restore import Restored


@dataclass(frozen=True)
class Line:
    """One backup of the list; ``manifest`` is None where it cannot be read: see ``problem``."""

    name: str
    manifest: BackupManifest | None
    problem: str = ""


def lines_of(archive: Archive) -> list[Line]:
    """Return the backups of an archive, damaged ones too."""
    lines = []
    for name in archive.names():
        try:
            lines.append(Line(name, archive.read(name)))
        except BackupError as error:
            lines.append(Line(name, None, error.detail))
    return lines


def manifest_values(manifest: BackupManifest) -> dict[str, object]:
    """Return what is to be known of a backup as plain values."""
    return {
        "name": manifest.name,
        "created_at": manifest.created_at.isoformat(),
        "as_of": manifest.as_of.isoformat(),
        "snapshot": manifest.snapshot,
        "fares": manifest.fares,
        "offers": manifest.offers,
        "files": len(manifest.files),
        "bytes": manifest.size,
        "left_out": manifest.left_out,
    }


def line_values(line: Line) -> dict[str, object]:
    """Return one line of the list as plain values."""
    values = manifest_values(line.manifest) if line.manifest else {"name": line.name}
    return {**values, "problem": line.problem or None}


def created_values(created: Created) -> dict[str, object]:
    """Return what a backup stored as plain values."""
    new = {"new_files": created.new_files, "new_bytes": created.new_bytes}
    return {**manifest_values(created.manifest), **new}


def restored_values(restored: Restored, seconds: float) -> dict[str, object]:
    """Return what a restore did as plain values."""
    did = {"written_bytes": restored.written, "seconds": round(seconds, 3), "notes": restored.notes}
    return {**manifest_values(restored.manifest), **did}


def show_lines(lines: Sequence[Line], output: Output) -> None:
    """Write the table of backups."""
    if not lines:
        output.say("There is no backup in this archive yet. `flight-search backup create` takes one.")
        return
    columns = (
        Column("Name", style="bold"),
        Column("Data of"),
        Column("Offers", "right"),
        Column("MB", "right"),
        Column("State", fits=True),
    )
    output.out.print(table_of(columns, [_row(line) for line in lines]))


def _row(line: Line) -> tuple[object, ...]:
    manifest = line.manifest
    if manifest is None:
        return line.name, "", "", "", Text(line.problem, style="red")
    left_out = f"{len(manifest.left_out)} damaged left out" if manifest.left_out else ""
    return (
        line.name,
        f"{manifest.as_of:%Y-%m-%d %H:%M}",
        f"{manifest.offers:,}",
        f"{manifest.size / 1e6:.1f}",
        left_out,
    )


def show_created(created: Created, address: str, *, is_encrypted: bool, output: Output) -> None:
    """Write what was backed up and how to get it back."""
    manifest = created.manifest
    output.say(f"Backup {manifest.name} is in {address}.", style="bold green")
    fares = f" with fares {manifest.fares}" if manifest.fares else ""
    output.say(f"It holds {counted(manifest.offers, 'offer')} of snapshot {manifest.snapshot}{fares}.")
    output.say(
        f"{counted(len(manifest.files), 'file')}, {manifest.size / 1e6:.1f} MB; "
        f"new in the archive: {counted(created.new_files, 'file')}, {created.new_bytes / 1e6:.1f} MB, "
        f"{'encrypted' if is_encrypted else 'not encrypted'}."
    )
    for reason in manifest.left_out:
        output.note(f"Left out: {reason}", style="yellow")
    output.say("To prove that it can be restored: flight-search backup verify", style="dim")


def show_verified(verified: Sequence[BackupManifest], output: Output) -> None:
    """Write that backups are whole."""
    for manifest in verified:
        output.say(
            f"Backup {manifest.name} is whole: {counted(len(manifest.files), 'file')} have their checksums, "
            f"{counted(len(manifest.probes), 'vector question')} the exact answers.",
            style="bold green",
        )
    if not verified:
        output.say("There is no backup in this archive yet.")


def show_pruned(pruned: Pruned, output: Output) -> None:
    """Write what was removed."""
    for name in pruned.backups:
        output.say(f"Backup {name} is removed.")
    output.say(f"{counted(pruned.files, 'file')} less, {pruned.bytes / 1e6:.1f} MB freed.")


def show_restored(restored: Restored, seconds: float, age_seconds: float, output: Output) -> None:
    """Write what is in use now, how long it took, and what is missing because it came later."""
    manifest = restored.manifest
    fares = f" with fares {manifest.fares}" if manifest.fares else ""
    output.say(
        f"Snapshot {manifest.snapshot}{fares} is in use now, from backup {manifest.name}.", "bold green"
    )
    output.say(f"Recovery took {duration_text(seconds)}: {restored.written / 1e6:.1f} MB were written.")
    output.say(f"The backup is {duration_text(age_seconds)} old: builds and fares since then are not in it.")
    for note in restored.notes:
        output.say(note, style="dim")
