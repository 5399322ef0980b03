"""Rows of a source to checked flights: names become codes, clocks are read, rules hold.

In: a ``Batch`` in the words of its source. Out: small numbers ready to be kept (``staged``), and the rows
that were refused, each with one reason. Nothing here knows a format.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from flight_search.ingest.sources.amounts import NO_MINOR_UNIT, minor_per_major
from flight_search.ingest.sources.codes import AirportNames, CarrierNames
from flight_search.ingest.sources.naming import name_codes
from flight_search.ingest.sources.rows import MINUTES_OF_DAY, SEGMENTS, Batch, refuse_where
from flight_search.ingest.sources.schema import KM_PER_MINUTE, SPARE_MINUTES, apply_schema
from flight_search.ingest.sources.staged import staged_rows
from flight_search.ingest.sources.timing import Timed, WrittenTimes, read_times
from flight_search.ingest.sources.zones import EARLIEST_DAY, ZoneClocks
from flight_search.reference.airports import Airport
from flight_search.reference.carriers import Carrier
from flight_search.reference.geo import great_circle_km

IN_THE_PAST: Final = "in_the_past"

_DAYS_AHEAD: Final = 732
"""Two years: airlines sell a year ahead, so a later day is a typing error."""
_DAYS_OF_YEAR, _WEEK = 365.2425, 7
_EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True)
class Terms:
    """On what terms rows are taken."""

    today: dt.date
    currency: str
    """Of the snapshot: all prices are turned into it."""
    rates: Mapping[str, float]
    """Units of each currency for one US dollar."""
    keep_past: bool = False


@dataclass(frozen=True)
class Checked:
    """What became of one batch."""

    rows: pl.DataFrame
    """Columns of ``staged.STAGED``."""
    refused: list[pl.DataFrame]
    left_out: dict[str, int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)


class Checker:
    """Checks batches against the airports, carriers and clocks of the world."""

    def __init__(
        self, airports: Mapping[str, Airport], carriers: Mapping[str, Carrier], terms: Terms
    ) -> None:
        """Take the airports and carriers by IATA code."""
        self._terms = terms
        self._names = AirportNames(airports), CarrierNames(carriers)
        codes = sorted(airports)
        self._codes = np.array(codes)
        self._zones = sorted({airport.timezone for airport in airports.values()})
        row = {zone: number for number, zone in enumerate(self._zones)}
        self._zone = np.array([row[airports[code].timezone] for code in codes], dtype=np.int64)
        self._latitude = np.array([airports[code].latitude for code in codes])
        self._longitude = np.array([airports[code].longitude for code in codes])
        self._today = (terms.today - _EPOCH).days
        self._clocks = ZoneClocks(self._zones)

    def check(self, batch: Batch) -> Checked:
        """Return the flights of a batch, and what was refused and why."""
        refusals, left_out, notes = list(batch.refused), dict(batch.left_out), dict(batch.notes)
        frame = name_codes(batch.rows, *self._names, refusals)
        if batch.moves_ahead:
            frame = self._moved_ahead(frame)
        frame, gone = refuse_where(frame, self._is_absurd_day(), "departs_at", "day_absurd", _written(1))
        refusals.append(gone)
        for number in SEGMENTS:
            frame, timed = self._timed(frame, number, believes_offsets=batch.believes_offsets)
            for note, count in timed.notes.items():
                notes[note] = notes.get(note, 0) + count
            suffix = "" if number == 1 else f"_{number}"
            is_skipped = ~pl.col(f"exists_{number}")
            frame, gone = refuse_where(
                frame, is_skipped, f"departs_at{suffix}", "time_skipped", pl.col(f"written_{number}")
            )
            refusals.append(gone)
        frame, gone = self._priced(_with_facts(frame))
        refusals.append(gone)
        frame, gone = apply_schema(frame)
        refusals.append(gone)
        is_past = frame["departs_1"] // MINUTES_OF_DAY < self._today
        if not self._terms.keep_past and is_past.any():
            frame = frame.filter(~is_past)
            left_out[IN_THE_PAST] = left_out.get(IN_THE_PAST, 0) + int(is_past.sum())
        return Checked(staged_rows(frame), [part for part in refusals if part.height], left_out, notes)

    def _moved_ahead(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return flights of the past moved by the whole weeks nearest to whole years, onto days to come."""
        day = pl.col("departs_1") // MINUTES_OF_DAY
        years = ((self._today - day) / _DAYS_OF_YEAR).ceil().clip(lower_bound=0)
        weeks, later = (((years + more) * _DAYS_OF_YEAR / _WEEK).round() for more in (0, 1))
        shift = (
            pl.when(day + weeks * _WEEK >= self._today).then(weeks).otherwise(later).cast(pl.Int64) * _WEEK
        )
        return frame.with_columns(
            (pl.col(f"{end}_{number}") + shift * MINUTES_OF_DAY).alias(f"{end}_{number}")
            for number in SEGMENTS
            for end in ("departs", "arrives")
        )

    def _is_absurd_day(self) -> pl.Expr:
        days = [
            pl.col(f"{end}_{number}") // MINUTES_OF_DAY
            for number in SEGMENTS
            for end in ("departs", "arrives")
        ]
        return pl.any_horizontal(
            ~day.is_between(EARLIEST_DAY, self._today + _DAYS_AHEAD).fill_null(value=True) for day in days
        )

    def _timed(
        self, frame: pl.DataFrame, number: int, *, believes_offsets: bool
    ) -> tuple[pl.DataFrame, Timed]:
        """Return all rows, with the moments of flight ``number`` where they have one."""
        frame = frame.with_columns(_written(number).alias(f"written_{number}"))
        is_flown = frame[f"departs_{number}"].is_not_null()
        flown = frame.filter(is_flown)
        written = WrittenTimes.of(flown, number)
        origin, destination = (self._rows(flown[f"{end}_{number}"]) for end in ("origin", "destination"))
        km = great_circle_km(
            self._latitude[origin],
            self._longitude[origin],
            self._latitude[destination],
            self._longitude[destination],
        )
        zones = self._zone[origin], self._zone[destination]
        self._clocks.reach(np.concatenate(zones), written.departs)
        timed = read_times(written, self._clocks, *zones, km, believes_offsets=believes_offsets)
        made = {
            "utc": timed.utc,
            "minutes": timed.minutes,
            "origin_offset": timed.origin_offset,
            "destination_offset": timed.destination_offset,
            "departs": timed.utc + timed.origin_offset,
            "exists": timed.exists,
            "km": km,
        }
        where = pl.Series(np.flatnonzero(is_flown.to_numpy()), dtype=pl.UInt32)
        columns = [
            pl.Series(f"{name}_{number}", values)
            if len(values) == frame.height
            else _spread(f"{name}_{number}", values, where, frame.height)
            for name, values in made.items()
        ]
        return frame.with_columns(columns), timed

    def _rows(self, codes: pl.Series) -> NDArray[np.int64]:
        return np.searchsorted(self._codes, codes.to_numpy().astype(np.str_)).astype(np.int64)

    def _priced(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the rows with prices in the snapshot's currency, and those that cannot be turned."""
        terms = self._terms
        rate = pl.col("currency").replace_strict(
            list(terms.rates), list(terms.rates.values()), default=None, return_dtype=pl.Float64
        )
        is_own = pl.col("currency") == terms.currency
        is_known = rate.is_not_null() & pl.lit(terms.currency in terms.rates)
        is_bad = pl.col("price").is_not_null() & ~is_own & ~is_known
        frame, gone = refuse_where(frame, is_bad, "currency", "currency_not_convertible", pl.col("currency"))
        has_cents = ~pl.col("currency").is_in(sorted(NO_MINOR_UNIT))
        dollars = pl.col("price") / pl.when(has_cents).then(100).otherwise(1) / rate
        turned = dollars * terms.rates.get(terms.currency, 1.0) * minor_per_major(terms.currency)
        final = pl.when(is_own).then(pl.col("price")).otherwise(turned.round().cast(pl.Int64, strict=False))
        said = (pl.col("price") / pl.when(has_cents.fill_null(value=True)).then(100).otherwise(1)).cast(
            pl.String
        )
        return frame.with_columns(dollars=dollars, final_price=final, said_price=said), gone


def _written(number: int) -> pl.Expr:
    """Return the local times of a flight as text, for people."""
    departs, arrives = (
        pl.from_epoch(pl.col(f"{end}_{number}").clip(-1_000_000_000, 1_000_000_000) * 60).dt.strftime(
            "%Y-%m-%d %H:%M"
        )
        for end in ("departs", "arrives")
    )
    return pl.concat_str(departs, arrives, separator=" to ", ignore_nulls=True)


def _spread(name: str, values: NDArray[np.generic], where: pl.Series, height: int) -> pl.Series:
    """Return values at the given rows and null at the others."""
    made = pl.Series(name, values)
    return pl.Series(name, [None], dtype=made.dtype).new_from_index(0, height).scatter(where, made)


def _with_facts(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with the facts that the rules of the schema need."""
    minutes = [pl.col(f"minutes_{number}") for number in SEGMENTS]
    layovers = [
        pl.col(f"utc_{number + 1}") - pl.col(f"utc_{number}") - pl.col(f"minutes_{number}")
        for number in (1, 2)
    ]
    return frame.with_columns(
        goes_somewhere=pl.all_horizontal(
            (pl.col(f"origin_{number}") != pl.col(f"destination_{number}")).fill_null(value=True)
            | pl.col(f"departs_{number}").is_null()
            for number in SEGMENTS
        ),
        is_connected=pl.all_horizontal(
            pl.col(f"departs_{number + 1}").is_null()
            | (pl.col(f"origin_{number + 1}") == pl.col(f"destination_{number}")).fill_null(value=False)
            for number in (1, 2)
        ),
        shortest_minutes=pl.min_horizontal(minutes),
        spare_minutes=pl.min_horizontal(
            pl.col(f"minutes_{number}") + SPARE_MINUTES - pl.col(f"km_{number}") / KM_PER_MINUTE
            for number in SEGMENTS
        ),
        longest_minutes=pl.max_horizontal(minutes),
        shortest_layover=pl.min_horizontal(layovers),
        longest_layover=pl.max_horizontal(layovers),
    )
