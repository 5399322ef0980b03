"""Own files: a table and its mapping to rows of flights.

In: batches of text (``tables``) and a ``Mapping``. Out: ``Batch`` es. A value that cannot be read refuses its
row, named with its field; a value that may be missing (bags, seats, aircraft) stays unknown.
"""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

from flight_search.domain.errors import SourceError
from flight_search.domain.progress import Progress
from flight_search.ingest.sources.amounts import read_currency, read_minor_units
from flight_search.ingest.sources.mapping import AIRPORT_ZONE, Mapping, SegmentColumns
from flight_search.ingest.sources.moments import read_clocks, read_dates, read_datetimes, read_durations
from flight_search.ingest.sources.rows import MINUTES_OF_DAY, Batch, as_rows, refuse_where
from flight_search.ingest.sources.tables import TextBatch, read_table
from flight_search.ingest.sources.zones import offset_in_zone

CABIN_WORDS: Final = {
    "economy": "economy",
    "eco": "economy",
    "coach": "economy",
    "main cabin": "economy",
    "main": "economy",
    "standard": "economy",
    "tourist": "economy",
    "y": "economy",
    "m": "economy",
    "premium economy": "premium_economy",
    "premium_economy": "premium_economy",
    "premium": "premium_economy",
    "premium eco": "premium_economy",
    "economy plus": "premium_economy",
    "w": "premium_economy",
    "business": "business",
    "business class": "business",
    "biz": "business",
    "club": "business",
    "c": "business",
    "j": "business",
    "first": "first",
    "first class": "first",
    "f": "first",
}
YES, NO = (
    ("true", "yes", "y", "1", "t", "refundable"),
    ("false", "no", "n", "0", "f", "non-refundable", "nonrefundable"),
)
NO_STOPS = ("0", "0.0", "nonstop", "non-stop", "non stop", "direct", "none")

UNREADABLE, STOPS_UNKNOWN = "unreadable", "stops_without_airports"


@dataclass
class OwnFiles:
    """A source made of files that one mapping describes."""

    mapping: Mapping
    paths: tuple[Path, ...]
    progress: Progress
    unused: dict[str, None] = field(default_factory=dict)
    """Columns that no key of the mapping names, known once the files are read."""

    @property
    def name(self) -> str:
        """The name that the mapping gives."""
        return self.mapping.source.name

    def batches(self) -> Iterator[Batch]:
        """Read the files one after the other. Raises SourceError."""
        for path in self.paths:
            is_first = True
            for batch in read_table(path, self.mapping.file.table_format(), self.progress):
                if is_first or self.mapping.file.format == "jsonl":
                    self._check_columns(batch.columns.columns, path, batch.columns.height)
                is_first = False
                yield read_batch(batch, self.mapping)

    def _check_columns(self, found: list[str], path: Path, rows: int) -> None:
        used = self.mapping.used_columns()
        self.unused.update(dict.fromkeys(name for name in found if name not in used))
        missing = sorted(used - set(found))
        # JSON lines may leave a key out of some rows; CSV and Parquet name their columns once.
        if not missing or not rows or (self.mapping.file.format == "jsonl" and len(missing) < len(used)):
            return
        near = difflib.get_close_matches(missing[0], found, n=1)
        meant = f" Did you mean {near[0]!r}?" if near else ""
        raise SourceError(
            f"{path} has no column {', '.join(map(repr, missing[:5]))}; "
            f"it has {', '.join(found[:20])}.{meant}",
            remedy="Correct the mapping file, or propose a new one with `flight-search ingest inspect FILE`.",
        )


def read_batch(batch: TextBatch, mapping: Mapping) -> Batch:
    """Return the rows of one batch."""
    wanted = mapping.used_columns()
    missing = [
        pl.lit(None, dtype=pl.String).alias(name) for name in wanted if name not in batch.columns.columns
    ]
    frame = (
        batch.columns.with_columns(missing)
        if batch.columns.height
        else batch.columns.clear().with_columns(missing)
    )
    frame = frame.select(sorted(wanted)).rename(lambda name: f"text {name}")
    frame = frame.with_columns(pl.Series("line", batch.line, dtype=pl.UInt64))
    refusals = list(batch.refused)
    for number, part in enumerate(mapping.segments(), start=1):
        frame = _segment(frame, part, number, mapping)
        for column, name, is_needed in _time_checks(part, number):
            frame, gone = refuse_where(
                frame, is_needed, name, UNREADABLE, _text(column) if column else pl.lit("")
            )
            refusals.append(gone)
    frame = frame.with_columns(_offer(mapping))
    for column, name, is_bad in _offer_checks(mapping):
        frame, gone = refuse_where(frame, is_bad, name, UNREADABLE, _text(column))
        refusals.append(gone)
    if mapping.columns.stops:
        stops = _text(mapping.columns.stops).str.to_lowercase()
        flown = sum(
            pl.col(f"departs_{number}").is_not_null() for number in range(1, len(mapping.segments()) + 1)
        )
        is_short = stops.is_not_null() & ~stops.is_in(NO_STOPS) & (flown == 1)
        frame, gone = refuse_where(frame, is_short, "stops", STOPS_UNKNOWN, stops)
        refusals.append(gone)
    return Batch(as_rows(frame), [part for part in refusals if part.height])


def _text(column: str) -> pl.Expr:
    return pl.col(f"text {column}")


def _or_null(column: str | None) -> pl.Expr:
    return _text(column) if column else pl.lit(None, dtype=pl.String)


def _segment(frame: pl.DataFrame, part: SegmentColumns, number: int, mapping: Mapping) -> pl.DataFrame:
    constants = mapping.constants
    first = number == 1
    origin = _or_null(part.origin)
    if first:
        origin = pl.coalesce(origin, pl.lit(constants.origin, dtype=pl.String))
    elif not part.origin:
        origin = pl.col(f"destination_{number - 1}")
    destination = _or_null(part.destination)
    if first:
        destination = pl.coalesce(destination, pl.lit(constants.destination, dtype=pl.String))
    carrier = _or_null(part.carrier)
    if not part.carrier and not part.flight_number:
        carrier = pl.lit(constants.carrier, dtype=pl.String) if first else pl.col("carrier_1")
    elif constants.carrier:
        carrier = pl.coalesce(carrier, pl.lit(constants.carrier))
    frame = frame.with_columns(
        origin.alias(f"origin_{number}"),
        destination.alias(f"destination_{number}"),
        carrier.alias(f"carrier_{number}"),
        _or_null(part.operating_carrier).alias(f"operating_carrier_{number}"),
        _or_null(part.flight_number).alias(f"number_{number}"),
        _or_null(part.aircraft).alias(f"aircraft_{number}"),
    )
    minutes = pl.lit(None, dtype=pl.Int64)
    if part.duration:
        frame = frame.with_columns(
            read_durations(frame[f"text {part.duration}"], mapping.units.duration).alias("minutes")
        )
        minutes = pl.col("minutes")
    frame = frame.with_columns(minutes.alias(f"minutes_{number}"), *_departure(frame, part, number, mapping))
    frame = frame.with_columns(_arrival(frame, part, number, mapping))
    return _in_zone(frame, part, number, mapping)


def _departure(frame: pl.DataFrame, part: SegmentColumns, number: int, mapping: Mapping) -> list[pl.Series]:
    order = mapping.times.order
    if part.departs_at:
        moment = read_datetimes(frame[f"text {part.departs_at}"], order)
        local, offset = moment["local"], moment["offset"]
    else:
        clock = read_clocks(frame[f"text {part.departure_time}"])
        local = read_dates(frame[f"text {part.departure_date}"], order) * MINUTES_OF_DAY + clock["minute"]
        offset = clock["offset"]
    return [local.alias(f"departs_{number}"), offset.alias(f"departs_offset_{number}")]


def _arrival(frame: pl.DataFrame, part: SegmentColumns, number: int, mapping: Mapping) -> list[pl.Series]:
    order, departs = mapping.times.order, frame[f"departs_{number}"]
    nothing = pl.Series([None], dtype=pl.Int64).new_from_index(0, frame.height)
    local, offset, clock_only = nothing, nothing, nothing
    if part.arrives_at:
        moment = read_datetimes(frame[f"text {part.arrives_at}"], order)
        local, offset = moment["local"], moment["offset"]
        # Many files give the day of departure alone: a time by itself is one whose day is to be found.
        if local.null_count():
            bare = read_clocks(frame[f"text {part.arrives_at}"])
            clock_only = bare["minute"].zip_with(local.is_null(), nothing)
            offset = offset.zip_with(local.is_not_null(), bare["offset"])
    elif part.arrival_time:
        clock = read_clocks(frame[f"text {part.arrival_time}"])
        minute, offset = clock["minute"], clock["offset"]
        if part.arrival_date:
            local = read_dates(frame[f"text {part.arrival_date}"], order) * MINUTES_OF_DAY + minute
        else:
            # "+1" and 24:00 say the day themselves.
            says_day = (minute >= MINUTES_OF_DAY).fill_null(value=False)
            start = departs // MINUTES_OF_DAY * MINUTES_OF_DAY
            local = (start + minute).zip_with(says_day, nothing)
            clock_only = minute.zip_with(~says_day, nothing)
    return [
        local.alias(f"arrives_{number}"),
        offset.cast(pl.Int32).alias(f"arrives_offset_{number}"),
        clock_only.alias(f"arrives_clock_{number}"),
    ]


def _in_zone(frame: pl.DataFrame, part: SegmentColumns, number: int, mapping: Mapping) -> pl.DataFrame:
    """Add the offsets of times whose clock the mapping names."""
    for end, column in (("departs", part.departure_zone), ("arrives", part.arrival_zone)):
        zone = _or_null(column)
        if not column:
            if mapping.times.zone == AIRPORT_ZONE:
                continue
            zone = pl.lit(mapping.times.zone)
        local, offset = pl.col(f"{end}_{number}"), pl.col(f"{end}_offset_{number}")
        # Where only the time of arrival is known, the clock is the one of the hours around departure.
        moment = pl.coalesce(local, pl.col(f"departs_{number}"))
        frame = frame.with_columns(zone.alias("zone"), moment.alias("moment"))
        frame = frame.with_columns(
            pl.coalesce(offset, offset_in_zone(frame["zone"], frame["moment"])).alias(
                f"{end}_offset_{number}"
            )
        )
        # A zone that does not exist, or a time that its clocks skip: no time at all.
        is_lost = pl.col("zone").is_not_null() & offset.is_null()
        frame = frame.with_columns(pl.when(~is_lost).then(local).alias(f"{end}_{number}"))
    return frame.drop("zone", "moment", strict=False)


def _time_checks(part: SegmentColumns, number: int) -> list[tuple[str | None, str, pl.Expr]]:
    """Return (column, field, condition) of times that are written and cannot be read, or are needed."""
    departs, arrives = pl.col(f"departs_{number}"), pl.col(f"arrives_{number}")
    clock, minutes = pl.col(f"arrives_clock_{number}"), pl.col(f"minutes_{number}")
    suffix = "" if number == 1 else f"_{number}"
    # Further flights are there where their destination is.
    is_flown = pl.lit(value=True) if number == 1 else pl.col(f"destination_{number}").is_not_null()
    checks: list[tuple[str | None, str, pl.Expr]] = [
        (part.departs_at or part.departure_time, f"departs_at{suffix}", is_flown & departs.is_null())
    ]
    written = part.arrives_at or part.arrival_time
    if written:
        is_lost = _text(written).is_not_null() & arrives.is_null() & clock.is_null()
        checks.append((written, f"arrives_at{suffix}", is_flown & is_lost))
    if part.duration:
        is_lost = _text(part.duration).is_not_null() & minutes.is_null()
        checks.append((part.duration, f"duration{suffix}", is_flown & is_lost))
    is_open = arrives.is_null() & clock.is_null() & minutes.is_null()
    checks.append((written, f"arrives_at{suffix}", is_flown & is_open))
    return checks


def _offer(mapping: Mapping) -> list[pl.Expr]:
    columns, constants = mapping.columns, mapping.constants
    currency = pl.lit(constants.currency, dtype=pl.String)
    if columns.currency:
        currency = pl.coalesce(read_currency(_text(columns.currency)), currency)
    if columns.price:
        currency = pl.coalesce(currency, read_currency(_text(columns.price)))
        price = read_minor_units(
            _text(columns.price), currency, mapping.units.decimal, is_minor=mapping.units.price == "minor"
        )
    else:
        price = pl.lit(None, dtype=pl.Int64)
    words = CABIN_WORDS | mapping.cabins
    cabin: pl.Expr = pl.lit(constants.cabin)
    if columns.cabin:
        said = _text(columns.cabin).str.to_lowercase().str.replace_all(r"[\s_]+", " ")
        known = said.replace_strict(list(words), list(words.values()), default=None, return_dtype=pl.String)
        cabin = pl.when(_text(columns.cabin).is_null()).then(pl.lit(constants.cabin)).otherwise(known)
    refundable = pl.lit(None if constants.refundable is None else int(constants.refundable), dtype=pl.Int64)
    if columns.refundable:
        said = _text(columns.refundable).str.to_lowercase()
        refundable = pl.coalesce(pl.when(said.is_in(YES)).then(1).when(said.is_in(NO)).then(0), refundable)
    grams = {"kg": 1.0, "g": 0.001, "t": 1000.0}[mapping.units.emissions]
    emissions = _or_null(columns.emissions).cast(pl.Float64, strict=False) * grams
    counted = [
        pl.coalesce(
            _or_null(getattr(columns, name)).cast(pl.Float64, strict=False).cast(pl.Int64, strict=False),
            pl.lit(getattr(constants, name), dtype=pl.Int64),
        ).alias(name)
        for name in ("carry_on", "checked", "seats")
    ]
    return [
        price.alias("price"),
        currency.alias("currency"),
        cabin.alias("cabin"),
        refundable.alias("refundable"),
        emissions.round().cast(pl.Int64, strict=False).alias("emissions_kg"),
        *counted,
    ]


def _offer_checks(mapping: Mapping) -> list[tuple[str, str, pl.Expr]]:
    """Return (column, field, condition) of values that are written and cannot be read."""
    made = {"emissions": "emissions_kg"}
    return [
        (column, name, _text(column).is_not_null() & pl.col(made.get(name, name)).is_null())
        for name in ("price", "currency", "cabin", "refundable", "carry_on", "checked", "seats", "emissions")
        if (column := getattr(mapping.columns, name)) is not None
    ]
