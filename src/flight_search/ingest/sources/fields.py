"""How the columns of other people's tables are called, and how their values look: what a proposal goes by.

In: a column's name and some of its values. Out: how well it fits each field of the mapping, 0 to 1. The
words are those of the exports, feeds and data sets that people have; values decide where the words do not.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import polars as pl

from flight_search.ingest.sources.aircraft_codes import aircraft_row
from flight_search.ingest.sources.amounts import read_minor_units
from flight_search.ingest.sources.codes import AirportNames, CarrierNames, resolve
from flight_search.ingest.sources.moments import (
    DayOrder,
    read_clocks,
    read_dates,
    read_datetimes,
    read_durations,
)
from flight_search.ingest.sources.own_files import CABIN_WORDS, NO, NO_STOPS, YES

STRONG, WEAK, BY_VALUES = 0.97, 0.75, 0.45
"""What a column is worth whose name says it, hints at it, or whose values alone look like it."""

Fit = Callable[[pl.Series], float]


@dataclass(frozen=True)
class Field:
    """One key of the mapping."""

    name: str
    strong: re.Pattern[str]
    weak: re.Pattern[str]
    fit: Fit
    by_values: bool = False
    """Whether values alone can tell it."""


@dataclass(frozen=True)
class ColumnName:
    """A column's name in words, and which flight of the row it is about."""

    words: str
    segment: int
    """1 to 3; more where a row goes on with flights that cannot be read."""


def column_name(name: str) -> ColumnName:
    """Return ``depAirport_2`` as ``dep airport`` of segment 2; JSON counts its lists from 0."""
    nested = re.search(r"\bsegments?\.(\d+)\.", name)
    plain = re.sub(r"\b(slices?|itinerar\w+)\.\d+\.|\bsegments?\.\d+\.", "", name)
    plain = re.sub(r"([a-z])([A-Z])", r"\1 \2", plain)
    plain = re.sub(r"([A-Za-z])(\d)", r"\1 \2", plain)
    words = re.sub(r"[^a-z0-9]+", " ", plain.lower()).split()
    segment = int(nested[1]) + 1 if nested else 1
    if words[:1] == ["column"]:
        # A file without names: a number says where it stands and nothing more.
        return ColumnName(" ".join(words), 1)
    marks = ("leg", "segment", "seg", "flight", "sector")
    if not nested and words and words[-1] in ("1", "2", "3") and len(words) > 1:
        segment = int(words.pop())
    elif not nested and len(words) > 2 and words[0] in marks and words[1] in ("1", "2", "3"):  # noqa: PLR2004
        segment = int(words[1])
        words = words[2:]
    return ColumnName(" ".join(words), segment)


def known_fields(airports: AirportNames, carriers: CarrierNames, order: DayOrder) -> tuple[Field, ...]:
    """Return the fields in the order in which columns are given to them."""
    airport, carrier = partial(_resolved, airports.find), partial(_resolved, carriers.find)
    start, end = (
        r"(dep(arture|art|arts)?|std|out(bound)?|leav(e|es|ing)|take ?off)",
        r"(arr(ival|ive|ives)?|sta|in(bound)?|land(s|ing)?)",
    )
    moment, day, clock = partial(_moments, order), partial(_days, order), partial(_clock_times, order)
    return (
        _field(
            "origin",
            rf"origin|orig|from|{start} (airport|station|apt|iata|code|port)|source( airport)?|"
            rf"board point|origin (code|iata|airport|iata code)",
            rf"\b(origin|orig|from|source|{start})\b",
            airport,
            by_values=True,
        ),
        _field(
            "destination",
            rf"destination|dest|to|{end} (airport|station|apt|iata|code|port)|off point|"
            rf"destination (code|iata|airport|iata code)|dest(ination)? airport",
            rf"\b(dest|destination|to|{end})\b",
            airport,
            by_values=True,
        ),
        _field(
            "departs_at",
            rf"{start}( (date ?time|at|time|timestamp|local|local time|utc|ts|dt|datetime local))?|"
            rf"departs at|departing at|{start} (date )?time (local|utc)",
            rf"\b{start}\b",
            moment,
            by_values=True,
        ),
        _field(
            "arrives_at",
            rf"{end}( (date ?time|at|time|timestamp|local|local time|utc|ts|dt))?|arrives at|"
            rf"arriving at|{end} (date )?time (local|utc)",
            rf"\b{end}\b",
            moment,
            by_values=True,
        ),
        _field(
            "departure_date",
            rf"date|day|{start} (date|day)|flight date|fl date|travel date|date of journey|journey date",
            r"\bdate\b|\bday\b",
            day,
            by_values=True,
        ),
        _field(
            "departure_time",
            rf"time|{start}( (time|clock|hour|local time|local))?|crs dep time|sched dep time",
            rf"\b{start}\b",
            clock,
        ),
        _field("arrival_date", rf"{end} (date|day)", rf"\b{end}\b.*\bdate\b", day),
        _field(
            "arrival_time",
            rf"{end}( (time|clock|hour|local time|local))?|crs arr time|sched arr time",
            rf"\b{end}\b",
            clock,
        ),
        _field(
            "departure_zone",
            rf"({start}|origin) (time ?zone|tz|zone)",
            r"\borigin\b.*\b(tz|zone)\b",
            _zone_names,
        ),
        _field(
            "arrival_zone",
            rf"({end}|dest|destination) (time ?zone|tz|zone)",
            r"\bdest\w*\b.*\b(tz|zone)\b",
            _zone_names,
        ),
        _field(
            "operating_carrier",
            r"operating (carrier|airline)( (code|iata|iata code))?|operated by|op (carrier|unique carrier)|"
            r"operating",
            r"\boperat\w+\b",
            carrier,
        ),
        _field(
            "carrier",
            r"(marketing )?(carrier|airline)( (code|iata|iata code|name))?|al|cxr|validating carrier",
            r"\b(carrier|airline)\b",
            carrier,
            by_values=True,
        ),
        _field(
            "flight_number",
            r"flight( (no|nr|num|number|code|id))?|(fl|flt) ?(no|nr|num|number)?|number|no|"
            r"marketing carrier flight number|op carrier fl num",
            r"\b(flight|flt|number)\b",
            _flight_numbers,
        ),
        _field(
            "price",
            r"price|fare|amount|total|cost|(total|base|ticket|one way|adult|sale) (price|fare|amount|cost)|"
            r"price (amount|total|usd|eur|gbp|inr)|fare (usd|eur|gbp|inr)",
            r"\b(price|fare|amount|cost|total)\b",
            _amounts,
        ),
        _field(
            "currency",
            r"currency( code)?|cur|ccy|(price|total|fare) currency|curr",
            r"\bcurr(ency)?\b",
            _currencies,
        ),
        _field(
            "cabin",
            r"cabin( class)?|class( of service)?|travel class|service class|seat class",
            r"\b(cabin|class)\b",
            _words_of(tuple(CABIN_WORDS)),
        ),
        _field(
            "duration",
            r"duration|elapsed( time)?|travel time|flight time|block( time)?|crs elapsed time|"
            r"duration (minutes|min|mins|hours|h)|minutes|elapsed minutes",
            r"\b(duration|elapsed|block)\b",
            _durations,
        ),
        _field(
            "aircraft",
            r"aircraft( (type|code|model|iata))?|equipment|equip|plane|ac type|equipment code",
            r"\b(aircraft|equip\w*|plane)\b",
            _aircraft,
        ),
        _field(
            "stops",
            r"stops|(number|no|num|total) (of )?stops|stopovers|layovers|nb stops",
            r"\bstops?\b",
            _stop_counts,
        ),
        _field(
            "checked",
            r"checked( (bags?|baggage))?|bags?|baggage|checked bags included|hold bags?",
            r"\b(bag|bags|baggage|checked)\b",
            _small_counts,
        ),
        _field(
            "carry_on",
            r"carry ?on( bags?)?|cabin bags?|hand (bag|baggage|luggage)",
            r"\bcarry\b|\bhand\b",
            _small_counts,
        ),
        _field("refundable", r"(is )?refundable|refund", r"\brefund\w*\b", _words_of((*YES, *NO))),
        _field(
            "seats",
            r"seats( (left|available|remaining))?|availability|bookable seats|number of bookable seats",
            r"\bseats?\b",
            _counts,
        ),
        _field(
            "emissions",
            r"(co ?2|emissions?|carbon)( (kg|kilograms|g|t|emissions))*",
            r"\b(co2|emission|emissions|carbon)\b",
            _numbers,
        ),
    )


def name_worth(field: Field, words: str) -> float:
    """Return what a column's name says for a field."""
    if field.strong.fullmatch(words):
        return STRONG
    if field.weak.search(words):
        return WEAK
    return BY_VALUES if field.by_values else 0.0


def _field(name: str, strong: str, weak: str, fit: Fit, *, by_values: bool = False) -> Field:
    return Field(name, re.compile(strong), re.compile(weak), fit, by_values)


def _mean(is_so: pl.Series) -> float:
    return int(is_so.sum()) / len(is_so) if len(is_so) else 0.0


def _share(found: pl.Series) -> float:
    return _mean(found.is_not_null())


def _resolved(find: Callable[[str], str | None], values: pl.Series) -> float:
    return _share(resolve(values, find))


def _moments(order: DayOrder, values: pl.Series) -> float:
    return _share(read_datetimes(values, order)["local"])


def _days(order: DayOrder, values: pl.Series) -> float:
    has_time = read_datetimes(values, order)["local"].is_not_null()
    # A date at midnight is how spreadsheets write a day.
    is_midnight = values.str.contains(r"[T ]0?0:00(:00)?(\.0+)?$")
    days = read_dates(values, order)
    return _share(
        days.zip_with(
            ~has_time | is_midnight, pl.Series([None], dtype=days.dtype).new_from_index(0, len(days))
        )
    )


def _clock_times(order: DayOrder, values: pl.Series) -> float:
    if _moments(order, values) > _share(values) / 2:
        return 0.0
    return _share(read_clocks(values)["minute"])


def _durations(values: pl.Series) -> float:
    return _share(read_durations(values, "minutes"))


def _amounts(values: pl.Series) -> float:
    frame = pl.DataFrame({"text": values})
    read = [
        frame.select(read_minor_units(pl.col("text"), pl.lit("USD"), mark, is_minor=False)).to_series()
        for mark in (".", ",")
    ]
    return max(_share(found) for found in read)


def _currencies(values: pl.Series) -> float:
    return _mean(values.str.contains(r"^[A-Za-z]{3}$|^[€£₹₩₺฿₪]$"))


def _flight_numbers(values: pl.Series) -> float:
    return _mean(values.str.to_uppercase().str.contains(r"^([A-Z0-9]{2}[\s-]*)?\d{1,4}[A-Z]?(\.0)?$"))


def _words_of(words: tuple[str, ...]) -> Fit:
    def fit(values: pl.Series) -> float:
        plain = values.str.to_lowercase().str.replace_all(r"[\s_]+", " ")
        return _mean(plain.is_in([*words, *(word.replace("_", " ") for word in words)]))

    return fit


def _stop_counts(values: pl.Series) -> float:
    is_count = values.str.to_lowercase().str.contains(
        r"^\d(\.0)?( stops?)?$"
    ) | values.str.to_lowercase().is_in(NO_STOPS)
    return _mean(is_count)


def _small_counts(values: pl.Series) -> float:
    return _mean(values.str.contains(r"^\d(\.0)?$"))


def _counts(values: pl.Series) -> float:
    return _mean(values.str.contains(r"^\d{1,3}(\.0)?$"))


def _numbers(values: pl.Series) -> float:
    return _share(values.cast(pl.Float64, strict=False))


def _zone_names(values: pl.Series) -> float:
    return _mean(values.str.contains(r"^[A-Z][A-Za-z_]+/[A-Za-z_/-]+$|^UTC$"))


def _aircraft(values: pl.Series) -> float:
    texts = values.unique().to_list()
    return sum(aircraft_row(text) is not None for text in texts) / len(texts) if texts else 0.0
