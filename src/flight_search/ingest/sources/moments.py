"""Texts of dates, times and durations to minutes, for whole columns.

In: a column of text as files write it. Out: minutes since 1970-01-01T00:00 on the clock that was meant, and
the offset from UTC where the text has one. What cannot be read is null. Midnight may be written 24:00: it is
the start of the next day. Days and months written in figures need ``order`` to tell them apart.

Each distinct text is read once: a million rows have some thousand moments, and patterns cost more than a
join.
"""

from collections.abc import Callable
from typing import Final, Literal, TypeAlias

import polars as pl

from flight_search.ingest.sources.rows import MINUTES_OF_DAY

DayOrder: TypeAlias = Literal["ymd", "dmy", "mdy"]

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LATEST_HOUR, _LATEST_MINUTE, _NOON = 23, 59, 12
_CENTURY: Final = 2000
_PER_UNIT: Final = {"minutes": 1.0, "hours": 60.0, "seconds": 1 / 60}
_MOST_MINUTES: Final = 100_000

_WEEKDAY = r"^\s*(?:(?i:mon|tue|wed|thu|fri|sat|sun)[a-z]*[,\s]\s*)?"
_YEAR_FIRST = _WEEKDAY + r"(?<y>\d{4})[-/.](?<m>\d{1,2})[-/.](?<d>\d{1,2})"
_COMPACT = _WEEKDAY + r"(?<y>\d{4})(?<m>\d{2})(?<d>\d{2})"
_YEAR_LAST = {
    "dmy": _WEEKDAY + r"(?<d>\d{1,2})[-/.](?<m>\d{1,2})[-/.](?<y>\d{4}|\d{2})",
    "mdy": _WEEKDAY + r"(?<m>\d{1,2})[-/.](?<d>\d{1,2})[-/.](?<y>\d{4}|\d{2})",
}
_DAY_MONTH = _WEEKDAY + r"(?<d>\d{1,2})[\s-]*(?<m>[A-Za-z]{3})[A-Za-z]*\.?[\s,-]*(?<y>\d{4}|\d{2})"
_MONTH_DAY = _WEEKDAY + r"(?<m>[A-Za-z]{3})[A-Za-z]*\.?\s+(?<d>\d{1,2}),?\s+(?<y>\d{4})"
_CLOCK = (
    r"^[T\s,]*(?<hour>\d{1,2})[:.h]?(?<minute>\d{2})(?::?\d{2}(?:[.,]\d+)?)?\s*(?<half>[AaPp])?\.?[Mm]?\.?\s*"
    r"(?<zone>Z|z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?\s*(?<day>\+\d|-1)?$"
)
_EPOCH_SECONDS = r"^\d{9,10}(?:\.\d+)?$"
_EPOCH_MILLISECONDS = r"^\d{12,13}$"
_DURATION = (
    r"^(?i:P?T?)\s*(?:(?<hour>\d{1,3})\s*(?i:h|hr|hrs|hours?)\.?)?\s*"
    r"(?:(?<minute>\d{1,4})\s*(?i:m|min|mins|minutes?)?\.?)?$"
)
_DAYS_AND_HOURS = r"^(?i:P(?<day>\d{1,2})DT?)(?:(?<hour>\d{1,2})(?i:H))?(?:(?<minute>\d{1,2})(?i:M))?$"
_COLONS = r"^(?<hour>\d{1,3}):(?<minute>\d{2})(?::\d{2})?$"


def read_datetimes(text: pl.Series, order: DayOrder) -> pl.DataFrame:
    """Return ``local`` (minutes) and ``offset`` (minutes, null where the text has none) of each text."""
    return _of_distinct(text, lambda frame: _datetimes(frame, order))


def read_dates(text: pl.Series, order: DayOrder) -> pl.Series:
    """Return days since 1970-01-01 of each text; a time of day after the date is not looked at."""
    return _of_distinct(text, lambda frame: _split(frame, order).select("text", "days"))["days"]


def read_clocks(text: pl.Series) -> pl.DataFrame:
    """Return ``minute`` (of the day; 1440 for 24:00, more with ``+1``) and ``offset`` of each text."""
    return _of_distinct(text, lambda frame: _clocks(frame, "text").select("text", "minute", "offset"))


def read_durations(text: pl.Series, unit: str) -> pl.Series:
    """Return whole minutes of ``PT9H20M``, ``9h 20m``, ``9:20``, or of a bare number in ``unit``."""
    return _of_distinct(text, lambda frame: _durations(frame, unit))["minutes"]


def _of_distinct(text: pl.Series, read: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
    """Return what ``read`` makes of the distinct texts, row by row of the column, without the texts."""
    texts = pl.DataFrame({"text": text.cast(pl.String)})
    return texts.join(read(texts.drop_nulls().unique()), on="text", how="left", maintain_order="left").drop(
        "text"
    )


def _datetimes(frame: pl.DataFrame, order: DayOrder) -> pl.DataFrame:
    text = pl.col("text")
    seconds, milliseconds = text.str.contains(_EPOCH_SECONDS), text.str.contains(_EPOCH_MILLISECONDS)
    number = text.cast(pl.Float64, strict=False)
    frame = frame.with_columns(
        since=pl.when(seconds).then(number // 60).when(milliseconds).then(number // 60_000).cast(pl.Int64)
    )
    frame = _clocks(_split(frame, order), "rest")
    is_epoch = pl.col("since").is_not_null()
    return frame.select(
        "text",
        pl.coalesce(pl.col("since"), pl.col("days") * MINUTES_OF_DAY + pl.col("minute")).alias("local"),
        pl.when(is_epoch).then(0).otherwise(pl.col("offset")).cast(pl.Int32).alias("offset"),
    )


def _split(frame: pl.DataFrame, order: DayOrder) -> pl.DataFrame:
    """Add ``days`` since 1970-01-01 and ``rest``, what stands behind the date."""
    patterns = [
        _YEAR_FIRST,
        *([_YEAR_LAST[order]] if order in _YEAR_LAST else []),
        _COMPACT,
        _DAY_MONTH,
        _MONTH_DAY,
    ]
    days, rest = pl.lit(None, dtype=pl.Int64), pl.lit(None, dtype=pl.String)
    frame = frame.with_columns(days=days, rest=rest)
    parts = []
    for pattern in patterns:
        groups = pl.col("text").str.extract_groups(pattern)
        read = frame.with_columns(groups.alias("groups"))
        read = read.with_columns(_days(pl.col("groups")).alias("days"))
        hit = read.filter(pl.col("days").is_not_null())
        parts.append(hit.with_columns(pl.col("text").str.replace(pattern, "").alias("rest")).drop("groups"))
        frame = read.filter(pl.col("days").is_null()).drop("groups")
        if not frame.height:
            break
    return pl.concat([*parts, frame])


def _clocks(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """Add ``minute`` and ``offset`` of the clock in a column."""
    # Spreadsheets write 930 as 930.0, and figures lose their zeros in front: 5 is 00:05.
    text = pl.col(column).str.strip_chars().str.replace(r"\.0$", "").str.replace(r"^(\d{1,2})$", "00${1}")
    frame = frame.with_columns(
        text.str.replace(r"^00(\d)$", "000${1}").str.extract_groups(_CLOCK).alias("clock")
    )
    groups = pl.col("clock")
    frame = frame.with_columns(
        hour=_number(groups, "hour"),
        minute=_number(groups, "minute"),
        half=groups.struct.field("half").str.to_lowercase(),
        later=groups.struct.field("day").cast(pl.Int64, strict=False).fill_null(0),
        offset=_offset(groups.struct.field("zone")),
    )
    hour, minute, half = pl.col("hour"), pl.col("minute"), pl.col("half")
    frame = frame.with_columns(
        hour=pl.when(half == "p")
        .then(hour % _NOON + _NOON)
        .when(half == "a")
        .then(hour % _NOON)
        .otherwise(hour)
    )
    is_clock = (hour <= _LATEST_HOUR) & (minute <= _LATEST_MINUTE) | (hour == _LATEST_HOUR + 1) & (
        minute == 0
    )
    return frame.with_columns(
        minute=pl.when(is_clock).then(hour * 60 + minute + pl.col("later") * MINUTES_OF_DAY)
    )


def _durations(frame: pl.DataFrame, unit: str) -> pl.DataFrame:
    text = pl.col("text").str.strip_chars()
    frame = frame.with_columns(
        bare=text.cast(pl.Float64, strict=False) * _PER_UNIT[unit],
        colons=text.str.extract_groups(_COLONS),
        words=text.str.extract_groups(_DURATION),
        whole=text.str.extract_groups(_DAYS_AND_HOURS),
    )
    colons, words, whole = pl.col("colons"), pl.col("words"), pl.col("whole")
    is_said = _number(words, "hour").is_not_null() | _number(words, "minute").is_not_null()
    return frame.select(
        "text",
        minutes=pl.when(pl.col("bare").is_between(0, _MOST_MINUTES))
        .then(pl.col("bare").round())
        .when(_number(colons, "hour").is_not_null())
        .then(_number(colons, "hour") * 60 + _number(colons, "minute"))
        .when(_number(whole, "day").is_not_null())
        .then(
            _number(whole, "day") * MINUTES_OF_DAY
            + _number(whole, "hour").fill_null(0) * 60
            + _number(whole, "minute").fill_null(0)
        )
        .when(is_said)
        .then(_number(words, "hour").fill_null(0) * 60 + _number(words, "minute").fill_null(0))
        .cast(pl.Int64),
    )


def _days(groups: pl.Expr) -> pl.Expr:
    name = groups.struct.field("m")
    month = name.str.to_lowercase().replace_strict(
        list(_MONTHS), list(range(1, 13)), default=None, return_dtype=pl.Int64
    )
    year = _number(groups, "y")
    year = pl.when(year < 100).then(year + _CENTURY).otherwise(year)  # noqa: PLR2004  two digits
    month = pl.coalesce(name.cast(pl.Int64, strict=False), month)
    day = _number(groups, "d")
    # Not by ``pl.date``, which raises for a day that does not exist.
    written = pl.format(
        "{}-{}-{}", year, month.cast(pl.String).str.zfill(2), day.cast(pl.String).str.zfill(2)
    )
    return written.str.to_date("%Y-%m-%d", strict=False).to_physical().cast(pl.Int64)


def _offset(zone: pl.Expr) -> pl.Expr:
    zone = zone.str.to_uppercase()
    hours = zone.str.extract(r"^([+-]\d{2})").cast(pl.Int64, strict=False)
    minutes = zone.str.extract(r"^[+-]\d{2}:?(\d{2})$").cast(pl.Int64, strict=False).fill_null(0)
    signed = hours * 60 + pl.when(zone.str.starts_with("-")).then(-minutes).otherwise(minutes)
    return pl.when(zone.is_in(["Z", "UTC", "GMT"])).then(0).otherwise(signed).cast(pl.Int32)


def _number(groups: pl.Expr, name: str) -> pl.Expr:
    return groups.struct.field(name).cast(pl.Int64, strict=False)
