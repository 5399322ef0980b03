"""The file that says what a nightly run takes in.

In: a TOML file. Out: ``NightlyPlan``, checked by pydantic. Paths are relative to the file; ``file`` may be a
pattern (``fares/*.csv``), whose files are taken in the order of their names.
"""

import tomllib
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from flight_search.domain.errors import FieldProblem, InvalidRequestError, SourceError
from flight_search.domain.progress import Progress
from flight_search.ingest.sources.build import BuildOptions, PlannedSource
from flight_search.ingest.sources.formats import Format, KnownFormat, detect_format
from flight_search.ingest.sources.limits import Limits
from flight_search.ingest.sources.mapping import read_mapping
from flight_search.ingest.sources.plan import (
    mapping_beside,
    plan_known_format,
    plan_own_files,
    source_name,
)
from flight_search.ingest.sources.retention import Retention

_REMEDY: Final = "docs/data.md#every-night describes the file."
_MOST_SOURCES: Final = 100
Share = Annotated[float, Field(ge=0, le=1)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NightlySource(_Part):
    """One or several files of one kind."""

    file: str = Field(min_length=1)
    format: Format = "auto"
    mapping: str | None = None
    name: str | None = Field(default=None, pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if self.mapping is not None and self.format not in ("auto", "table"):
            raise ValueError(f"a mapping is for tables, not for {self.format}")
        return self


class KeepPart(_Part):
    """Which snapshots are kept."""

    last: int = Field(default=3, ge=1, le=1_000)
    days: int = Field(default=0, ge=0, le=3_660)


class NightlyPlan(_Part):
    """The whole file."""

    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    max_refused: Share = 0.05
    max_drop: Share = 0.5
    keep_past: bool = False
    keep: KeepPart = KeepPart()
    sources: list[NightlySource] = Field(min_length=1, max_length=_MOST_SOURCES)

    def options(self) -> BuildOptions:
        """Return the same for a build."""
        return BuildOptions(self.currency, self.keep_past, Limits(self.max_refused, self.max_drop))

    def retention(self) -> Retention:
        """Return which snapshots are kept."""
        return Retention(self.keep.last, self.keep.days)


def read_plan(path: Path) -> NightlyPlan:
    """Return the plan of a file. Raises InvalidRequestError."""
    try:
        return NightlyPlan.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except OSError as error:
        raise InvalidRequestError(f"{path} cannot be read: {error.strerror}.", remedy=_REMEDY) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidRequestError(f"{path} is no TOML: {error}.", remedy=_REMEDY) from error
    except ValidationError as error:
        problems = tuple(
            FieldProblem("/" + "/".join(map(str, item["loc"])), item["msg"].removeprefix("Value error, "))
            for item in error.errors()
        )
        said = "; ".join(f"{one.pointer[1:].replace('/', '.')}: {one.detail}" for one in problems[:5])
        raise InvalidRequestError(
            f"{path} cannot be used. {said}.", remedy=_REMEDY, fields=problems
        ) from error


def plan_sources(plan: NightlyPlan, folder: Path, progress: Progress) -> list[PlannedSource]:
    """Return the sources of a plan; ``folder`` is where it lies. Raises SourceError, InvalidRequestError."""
    planned: list[PlannedSource] = []
    for said in plan.sources:
        planned += _planned(said, folder, progress)
    names = [one.info.name for one in planned]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidRequestError(
            f"Two sources are called {', '.join(twice)}.",
            remedy="Give each a `name` of its own (tables: in the [source] of their mapping).",
        )
    return planned


def _planned(said: NightlySource, folder: Path, progress: Progress) -> list[PlannedSource]:
    files = _files(said.file, folder)
    known: KnownFormat | None
    if said.format == "auto":
        known = None if said.mapping else detect_format(files[0])
    elif said.format == "table":
        known = None
    else:
        known = said.format
    if known is None:
        mapping = read_mapping(folder / said.mapping if said.mapping else mapping_beside(files[0]))
        return [plan_own_files(files, mapping, progress)]
    name = said.name or source_name(files[0])
    if len(files) == 1:
        return [plan_known_format(files[0], known, name, progress)]
    return [
        plan_known_format(path, known, f"{name[:36]}-{number}", progress)
        for number, path in enumerate(files, start=1)
    ]


def _files(pattern: str, folder: Path) -> list[Path]:
    path = folder / pattern
    if path.is_file():
        return [path]
    # Only the part after the last folder without a sign of a pattern is looked through.
    parts = Path(pattern).parts
    fixed = next((at for at, part in enumerate(parts) if set(part) & set("*?[")), len(parts))
    root = folder.joinpath(*parts[:fixed])
    found = (
        sorted(one for one in root.glob(str(Path(*parts[fixed:]))) if one.is_file())
        if fixed < len(parts)
        else []
    )
    if not found:
        raise SourceError(
            f"No file fits {path}.",
            remedy="Check whether the delivery has come. The snapshot in use stays in use.",
        )
    return found
