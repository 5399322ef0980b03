"""One source into staged parts on disk, once.

In: a source and the checker. Out: a folder of ``part-*.arrow`` with its report, and the quarantine file. The
folder is named by all that its contents depend on, and appears as a whole: a build that was killed finds the
sources that it had finished, and reads the others again.
"""

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa

from flight_search.ingest.report import SourceReport
from flight_search.ingest.sources.check import Checked, Checker
from flight_search.ingest.sources.quarantine import Quarantine
from flight_search.ingest.sources.rows import Source

STAGING_VERSION: Final = "1"
"""Part of every folder's name: raise it when rows are read or checked differently."""

_REPORT: Final = "report.json"


@dataclass(frozen=True)
class Staged:
    """A source that has been read to its end."""

    report: SourceReport
    parts: list[Path]


def stage(
    source: Source, checker: Checker, folder: Path, quarantine: Path, checkpoint: Callable[[str], None]
) -> Staged:
    """Return the parts of a source: those that are there, or made now. Raises SourceError."""
    known = _read(folder)
    if known is not None and (not known.report.refused or (quarantine / f"{source.name}.jsonl").exists()):
        return known
    aside = folder.with_name(f"{folder.name}.{os.getpid()}.new")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    try:
        report = _write(source, checker, aside, quarantine, checkpoint)
        checkpoint("stage report")
        (aside / _REPORT).write_text(json.dumps(asdict(report), ensure_ascii=False), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        checkpoint("stage rename")
        aside.rename(folder)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return Staged(report, _parts(folder))


def remove_others(folder: Path, used: set[str]) -> None:
    """Delete staged sources that the build at hand did not use, and what a crash left of some."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name not in used:
            shutil.rmtree(path, ignore_errors=True)


def _write(
    source: Source, checker: Checker, folder: Path, quarantine: Path, checkpoint: Callable[[str], None]
) -> SourceReport:
    kept = 0
    left_out: Counter[str] = Counter()
    notes: Counter[str] = Counter()
    with Quarantine(quarantine, source.name) as refusals:
        for number, batch in enumerate(source.batches()):
            checkpoint("stage part")
            checked = checker.check(batch)
            refusals.add(checked.refused)
            left_out.update(checked.left_out)
            notes.update(checked.notes)
            kept += checked.rows.height
            _write_part(folder / f"part-{number:06d}.arrow", checked)
    if not refusals.counts:
        refusals.path.unlink(missing_ok=True)
    return SourceReport(
        name=source.name,
        kept=kept,
        refused=refusals.counts,
        left_out=dict(left_out.most_common()),
        notes=dict(notes.most_common()),
        unused=tuple(source.unused),
        quarantine=str(refusals.path) if refusals.counts else "",
    )


def _write_part(path: Path, checked: Checked) -> None:
    if not checked.rows.height:
        return
    (batch,) = checked.rows.rechunk().to_arrow().combine_chunks().to_batches()
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, batch.schema) as writer:
        writer.write_batch(batch)


def _read(folder: Path) -> Staged | None:
    """Return what is there, None where there is nothing whole."""
    try:
        fields = json.loads((folder / _REPORT).read_text(encoding="utf-8"))
        report = SourceReport(**{**fields, "unused": tuple(fields["unused"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return Staged(report, _parts(folder))


def _parts(folder: Path) -> list[Path]:
    return sorted(folder.glob("part-*.arrow"))
