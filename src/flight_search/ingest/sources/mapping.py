"""The mapping file: how the columns of somebody's own table become flights.

In: a TOML file that ``flight-search ingest inspect`` proposes and people correct. Out: ``Mapping``, checked
by pydantic: an unknown key, unit or zone is an error that names its place, never ignored.
"""

import tomllib
from pathlib import Path
from typing import Annotated, Final, Literal, Self
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from flight_search.domain.errors import FieldProblem, InvalidRequestError
from flight_search.ingest.sources.moments import DayOrder
from flight_search.ingest.sources.tables import FileFormat, TableFormat
from flight_search.reference.carriers import CarrierKind

AIRPORT_ZONE: Final = "airport"

_MOST_MAPPING_BYTES: Final = 1_000_000
_REMEDY = "docs/data.md describes the mapping file; `flight-search ingest inspect FILE` proposes one."

ColumnName = Annotated[str, Field(min_length=1, max_length=500)]


class _Part(BaseModel):
    """Strict and frozen, so that a misspelt key is told."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SegmentColumns(_Part):
    """Which columns describe one flight."""

    origin: ColumnName | None = None
    destination: ColumnName | None = None
    carrier: ColumnName | None = None
    operating_carrier: ColumnName | None = None
    flight_number: ColumnName | None = None
    departs_at: ColumnName | None = None
    departure_date: ColumnName | None = None
    departure_time: ColumnName | None = None
    departure_zone: ColumnName | None = None
    arrives_at: ColumnName | None = None
    arrival_date: ColumnName | None = None
    arrival_time: ColumnName | None = None
    arrival_zone: ColumnName | None = None
    duration: ColumnName | None = None
    aircraft: ColumnName | None = None


class Columns(SegmentColumns):
    """Which columns describe the first (or only) flight and the offer."""

    price: ColumnName | None = None
    currency: ColumnName | None = None
    cabin: ColumnName | None = None
    carry_on: ColumnName | None = None
    checked: ColumnName | None = None
    refundable: ColumnName | None = None
    seats: ColumnName | None = None
    emissions: ColumnName | None = None
    stops: ColumnName | None = None


class Constants(_Part):
    """What holds for every row where no column says it."""

    origin: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")
    destination: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")
    carrier: str | None = Field(default=None, pattern=r"^[A-Z0-9]{2}$")
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")
    cabin: Literal["economy", "premium_economy", "business", "first"] = "economy"
    carry_on: int | None = Field(default=None, ge=0, le=9)
    checked: int | None = Field(default=None, ge=0, le=9)
    refundable: bool | None = None
    seats: int | None = Field(default=None, ge=0, le=127)


class Units(_Part):
    """What figures count."""

    price: Literal["major", "minor"] = "major"
    decimal: Literal[".", ","] = "."
    duration: Literal["minutes", "hours", "seconds"] = "minutes"
    emissions: Literal["kg", "g", "t"] = "kg"


class Times(_Part):
    """What times without an offset mean, and how dates are written."""

    zone: str = AIRPORT_ZONE
    """``airport`` (each on the clock of its own), ``UTC`` or a zone such as ``Europe/Berlin``."""
    order: DayOrder = "ymd"

    @field_validator("zone")
    @classmethod
    def _is_known(cls, zone: str) -> str:
        if zone != AIRPORT_ZONE and zone not in available_timezones():
            raise ValueError(f"{zone!r} is neither 'airport' nor the name of a time zone")
        return zone


class OwnCarrier(_Part):
    """A carrier that the packaged table does not know."""

    name: str = Field(min_length=1, max_length=100)
    kind: CarrierKind = CarrierKind.FULL_SERVICE
    alliance: Literal["star", "oneworld", "skyteam"] | None = None


class FilePart(_Part):
    """How the file is written."""

    format: FileFormat = "csv"
    encoding: str = "utf-8"
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    header: bool = True

    @field_validator("encoding")
    @classmethod
    def _is_known(cls, encoding: str) -> str:
        try:
            "".encode(encoding)
        except LookupError:
            raise ValueError(f"{encoding!r} is no encoding that is known") from None
        return encoding

    @field_validator("delimiter")
    @classmethod
    def _is_usable(cls, delimiter: str) -> str:
        if delimiter in '"\r\n ':
            raise ValueError(f"{delimiter!r} cannot part fields")
        return delimiter

    def table_format(self) -> TableFormat:
        """Return the same for the readers."""
        return TableFormat(self.format, self.encoding, self.delimiter, self.header)


class SourcePart(_Part):
    """What users are told of the data."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")
    title: str = Field(min_length=1, max_length=300)
    licence: str = Field(default="own data", max_length=300)
    data_date: str = Field(default="", max_length=40)


class Mapping(_Part):
    """The whole file."""

    source: SourcePart
    file: FilePart = FilePart()
    columns: Columns
    segment_2: SegmentColumns | None = None
    segment_3: SegmentColumns | None = None
    constants: Constants = Constants()
    units: Units = Units()
    times: Times = Times()
    cabins: dict[str, Literal["economy", "premium_economy", "business", "first"]] = Field(
        default_factory=dict
    )
    """Other words for cabins, lower case."""
    carriers: dict[Annotated[str, Field(pattern=r"^[A-Z0-9]{2}$")], OwnCarrier] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_enough(self) -> Self:
        missing = [
            what
            for what, is_there in (
                ("origin", self.columns.origin or self.constants.origin),
                ("destination", self.columns.destination or self.constants.destination),
                ("departs_at (or departure_date and departure_time)", _has_departure(self.columns)),
                ("arrives_at (or arrival_time, or duration)", _has_arrival(self.columns)),
                ("carrier (or flight_number with the carrier in front)", self._has_carrier()),
            )
            if not is_there
        ]
        if missing:
            raise ValueError(f"[columns] does not say {', '.join(missing)}")
        if self.segment_3 and not self.segment_2:
            raise ValueError("[segment_3] needs [segment_2]")
        for number, part in ((2, self.segment_2), (3, self.segment_3)):
            if part and not (part.destination and _has_departure(part) and _has_arrival(part)):
                raise ValueError(f"[segment_{number}] needs destination, a departure and an arrival")
        return self

    def _has_carrier(self) -> bool:
        return bool(self.columns.carrier or self.columns.flight_number or self.constants.carrier)

    def segments(self) -> list[SegmentColumns]:
        """Return the parts that describe flights, in order."""
        return [self.columns, *(part for part in (self.segment_2, self.segment_3) if part)]

    def used_columns(self) -> set[str]:
        """Return the names of all columns that are read."""
        return {
            str(name) for part in self.segments() for name in part.model_dump().values() if name is not None
        }


def read_mapping(path: Path) -> Mapping:
    """Return the mapping of a TOML file. Raises InvalidRequestError."""
    try:
        if path.stat().st_size > _MOST_MAPPING_BYTES:
            raise InvalidRequestError(f"{path} is too large for a mapping file.", remedy=_REMEDY)
        content = path.read_bytes().removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except OSError as error:
        raise InvalidRequestError(f"{path} cannot be read: {error.strerror}.", remedy=_REMEDY) from error
    except UnicodeDecodeError as error:
        raise InvalidRequestError(f"{path} is no UTF-8 text.", remedy=_REMEDY) from error
    return parse_mapping(content, str(path))


def parse_mapping(content: str, name: str) -> Mapping:
    """Return the mapping of a TOML text. Raises InvalidRequestError."""
    try:
        return Mapping.model_validate(tomllib.loads(content))
    except tomllib.TOMLDecodeError as error:
        raise InvalidRequestError(f"{name} is no TOML: {error}.", remedy=_REMEDY) from error
    except ValidationError as error:
        problems = tuple(
            FieldProblem("/" + "/".join(map(str, item["loc"])), item["msg"].removeprefix("Value error, "))
            for item in error.errors()
        )
        said = "; ".join(
            f"{problem.pointer[1:].replace('/', '.')}: {problem.detail}".removeprefix(": ")
            for problem in problems[:5]
        )
        raise InvalidRequestError(
            f"{name} cannot be used. {said}.", remedy=_REMEDY, fields=problems
        ) from error


def _has_departure(part: SegmentColumns) -> bool:
    return bool(part.departs_at or (part.departure_date and part.departure_time))


def _has_arrival(part: SegmentColumns) -> bool:
    return bool(part.arrives_at or part.arrival_time or part.duration)
