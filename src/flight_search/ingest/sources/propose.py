"""A file nobody has described yet → a mapping to start from, and how sure it is of each part.

In: a path. Out: ``Proposal``: which column was taken for what and why, what is left, what has to be said by a
person, the mapping as TOML. Nothing is guessed in silence: each guess has a confidence, and what values
cannot tell (the currency of bare figures, day or month first) is asked.
"""

import csv
import datetime as dt
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from flight_search.domain.errors import SourceError
from flight_search.domain.progress import SilentProgress
from flight_search.ingest.sources.amounts import SYMBOLS
from flight_search.ingest.sources.codes import AirportNames, CarrierNames
from flight_search.ingest.sources.fields import WEAK, Field, column_name, known_fields, name_worth
from flight_search.ingest.sources.files import guess_encoding, is_parquet, open_source, read_lines
from flight_search.ingest.sources.moments import DayOrder, read_dates
from flight_search.ingest.sources.rows import MOST_SEGMENTS
from flight_search.ingest.sources.tables import FileFormat, TableFormat, TextBatch, read_table

SAMPLE_ROWS: Final = 2_000
LEAST_CONFIDENCE: Final = 0.4

_SAMPLE_LINES: Final = 50
_SHORTEST_FLIGHT_MINUTES: Final = 20
"""Smaller figures count hours."""
_DELIMITERS: Final = (",", ";", "\t", "|")
_CODES = re.compile(
    r"\b(usd|eur|gbp|inr|chf|cad|aud|jpy|sek|nok|dkk|pln|brl|mxn|zar|sgd|hkd|nzd|cny|aed)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Guess:
    """One column and what it was taken for."""

    column: str
    field: str
    """Empty where it was taken for nothing."""
    segment: int
    confidence: float
    example: str


@dataclass(frozen=True)
class Proposal:
    """What a file seems to hold."""

    how: TableFormat
    guesses: list[Guess]
    questions: list[str]
    """What a person has to say or check."""
    toml: str
    sample: TextBatch

    @property
    def unmapped(self) -> list[str]:
        """Columns that were taken for nothing."""
        return [guess.column for guess in self.guesses if not guess.field]


def propose(path: Path, airports: AirportNames, carriers: CarrierNames) -> Proposal:
    """Return a proposal for a table. Raises SourceError if the file cannot be read as one."""
    how, questions = guess_format(path)
    sample = _sample(path, how)
    columns = sample.columns
    if not columns.height:
        raise SourceError(f"{path} has no rows to learn from.", remedy="Check the delimiter and the path.")
    order, doubt = _day_order(columns)
    questions += doubt
    fields = known_fields(airports, carriers, order)
    guesses = _assign(columns, fields)
    constants, units, asked = _terms(guesses, columns)
    questions += asked + _missing(guesses, fields)
    toml = _write(path, how, guesses, constants, units, order)
    return Proposal(how, guesses, questions, toml, sample)


def guess_format(path: Path) -> tuple[TableFormat, list[str]]:
    """Return how a file is written, and what is not certain about it. Raises SourceError."""
    if is_parquet(path):
        return TableFormat("parquet"), []
    encoding, is_certain = guess_encoding(path)
    questions = (
        []
        if is_certain
        else [f"encoding: the file does not say it; {encoding} fits. Check names with accents."]
    )
    with open_source(path) as opened:
        lines = []
        for line in read_lines(opened.stream, encoding):
            lines.append(line.text or "")
            if len(lines) >= _SAMPLE_LINES:
                break
    first = next((line.strip().removeprefix("\ufeff") for line in lines if line.strip()), "")
    kind: FileFormat = "jsonl" if first.startswith("{") and _is_object(first) else "csv"
    if first.startswith("[") or (first.startswith("{") and kind == "csv"):
        raise SourceError(
            f"{path} is one JSON document, not one object per line.",
            remedy="Write a line for each flight (`jq -c '.[]' FILE`), or name its format with `--format` "
            "where it is duffel or amadeus.",
        )
    if kind == "jsonl":
        return TableFormat("jsonl", encoding), questions
    delimiter = max(_DELIMITERS, key=lambda sign: _evenness(lines, sign))
    return TableFormat("csv", encoding, delimiter, _has_header(lines, delimiter)), questions


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _evenness(lines: list[str], delimiter: str) -> tuple[int, int]:
    """Return how many lines have the most usual number of fields, if there are several, and that number."""
    counts = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if row)
    fields, times = max(counts.items(), key=lambda item: (item[1], item[0])) if counts else (1, 0)
    return (times, fields) if fields > 1 else (0, fields)


def _has_header(lines: list[str], delimiter: str) -> bool:
    first = next((row for row in csv.reader(lines, delimiter=delimiter) if row), [])
    # Names hardly ever are figures, times or amounts.
    return not any(
        re.fullmatch(r"[-+]?[\d.,:/\s-]*\d[\d.,:/T\sZ-]*", cell.strip()) for cell in first if cell.strip()
    )


def _sample(path: Path, how: TableFormat) -> TextBatch:
    batches = read_table(path, how, SilentProgress())
    try:
        first = next(batches)
    finally:
        batches.close()  # type: ignore[attr-defined]  # a generator
    return TextBatch(first.columns.head(SAMPLE_ROWS), first.line[:SAMPLE_ROWS], first.refused)


def _day_order(columns: pl.DataFrame) -> tuple[DayOrder, list[str]]:
    """Return the order of day and month that reads most dates, and a question where two read as many."""
    counts = {
        order: sum(read_dates(column, order).is_not_null().sum() for column in columns.iter_columns())
        for order in ("ymd", "dmy", "mdy")
    }
    if counts["ymd"] >= max(counts.values()):
        return "ymd", []
    if counts["dmy"] == counts["mdy"]:
        return "dmy", ["dates: day and month cannot be told apart; read as day, month, year. Check `order`."]
    return ("dmy" if counts["dmy"] > counts["mdy"] else "mdy"), []


def _assign(columns: pl.DataFrame, fields: tuple[Field, ...]) -> list[Guess]:
    """Return a guess per column, in the order of the file: best fits first, each field once per flight."""
    names = {name: column_name(name) for name in columns.columns}
    worth: list[tuple[float, int, str, str, int]] = []
    for position, (name, said) in enumerate(names.items()):
        values = columns[name].drop_nulls()
        if not len(values) or said.segment > MOST_SEGMENTS:
            continue
        for field in fields:
            by_name = name_worth(field, said.words)
            if by_name:
                worth.append((by_name * field.fit(values), -position, name, field.name, said.segment))
    taken: dict[str, tuple[str, int, float]] = {}
    used: set[tuple[str, int]] = set()
    for confidence, _, name, field_name, segment in sorted(worth, reverse=True):
        shared = segment if field_name in _OF_SEGMENTS else 1
        if name in taken or (field_name, shared) in used or confidence < LEAST_CONFIDENCE:
            continue
        if _is_said_already(field_name, shared, used):
            continue
        taken[name] = (field_name, shared, confidence)
        used.add((field_name, shared))
    flown_by = next((name for name, found in taken.items() if found[0] == "operating_carrier"), None)
    if flown_by and ("carrier", 1) not in used:
        # Who flies it is the only carrier that is named, so it sells it too.
        taken[flown_by] = ("carrier", *taken[flown_by][1:])
    return [
        Guess(name, *taken.get(name, ("", said.segment, 0.0)), _example(columns[name]))
        for name, said in names.items()
    ]


_OF_SEGMENTS: Final = frozenset(
    {
        "origin",
        "destination",
        "departs_at",
        "arrives_at",
        "departure_date",
        "departure_time",
        "arrival_date",
        "arrival_time",
        "departure_zone",
        "arrival_zone",
        "carrier",
        "operating_carrier",
        "flight_number",
        "duration",
        "aircraft",
    }
)
_SAME_THING: Final = {
    "departs_at": ("departure_time",),
    "departure_time": ("departs_at",),
    "departure_date": ("departs_at",),
    "arrives_at": ("arrival_time",),
    "arrival_time": ("arrives_at",),
    "arrival_date": ("arrives_at",),
}


def _is_said_already(field: str, segment: int, used: set[tuple[str, int]]) -> bool:
    return any((other, segment) in used for other in _SAME_THING.get(field, ()))


def _example(column: pl.Series) -> str:
    values = column.drop_nulls()
    return str(values[0])[:60] if len(values) else ""


def _terms(guesses: list[Guess], columns: pl.DataFrame) -> tuple[dict[str, str], dict[str, str], list[str]]:
    """Return constants and units, and what has to be asked about them."""
    of = {guess.field: guess.column for guess in guesses if guess.field}
    constants: dict[str, str] = {}
    units = _units(of, columns)
    questions: list[str] = []
    if "price" not in of:
        questions.append("price: no column; fares will be estimated and marked so.")
    elif "currency" not in of:
        values = columns[of["price"]].drop_nulls()
        signs = {code for sign, code in SYMBOLS.items() if values.str.contains(sign, literal=True).any()}
        named = {match.upper() for match in _CODES.findall(of["price"].replace("_", " "))}
        found = signs | named
        if len(found) == 1:
            constants["currency"] = found.pop()
        elif not values.str.contains(r"[A-Z]{3}").any():
            questions.append('currency: nothing says it. Set `currency = "..."` under [constants].')
    return constants, units, questions


def _units(of: dict[str, str], columns: pl.DataFrame) -> dict[str, str]:
    units: dict[str, str] = {}
    if "price" in of:
        commas = columns[of["price"]].drop_nulls().str.contains(r"\d,\d{1,2}$")
        if 2 * commas.sum() > len(commas):
            units["decimal"] = ","
        if re.search(r"cents|minor|pence", of["price"], re.IGNORECASE):
            units["price"] = "minor"
    if "duration" in of:
        figures = columns[of["duration"]].cast(pl.Float64, strict=False).drop_nulls()
        is_short = len(figures) > 0 and (figures < _SHORTEST_FLIGHT_MINUTES).sum() * 2 > len(figures)
        if is_short or re.search(r"hour|hrs|\bh\b", of["duration"], re.IGNORECASE):
            units["duration"] = "hours"
        elif re.search(r"sec", of["duration"], re.IGNORECASE):
            units["duration"] = "seconds"
    if "emissions" in of and re.search(r"\bg(rams)?\b", of["emissions"].replace("_", " "), re.IGNORECASE):
        units["emissions"] = "g"
    return units


def _missing(guesses: list[Guess], fields: tuple[Field, ...]) -> list[str]:
    found = {guess.field for guess in guesses if guess.segment == 1}
    needed = (
        ("origin", {"origin"}),
        ("destination", {"destination"}),
        ("departure: departs_at, or departure_date and departure_time", {"departs_at", "departure_time"}),
        ("arrival: arrives_at, arrival_time or duration", {"arrives_at", "arrival_time", "duration"}),
        ("carrier, or flight_number with the carrier in front", {"carrier", "flight_number"}),
    )
    missing = [
        f"{what}: {_likely_by_name(guesses, fields, ways) or 'no column looks like it.'}"
        for what, ways in needed
        if not found & ways
    ]
    if "departure_time" in found and "departure_date" not in found:
        missing.append("departure_date: there are times without days.")
    return missing


def _likely_by_name(guesses: list[Guess], fields: tuple[Field, ...], ways: set[str]) -> str:
    """Return what to say of a column whose name fits and whose values do not."""
    for guess in guesses:
        words = column_name(guess.column).words
        if not guess.field and any(
            name_worth(field, words) >= WEAK for field in fields if field.name in ways
        ):
            return f"{guess.column!r} may be meant, but values like {guess.example!r} cannot be read as that."
    return ""


def _write(  # noqa: PLR0913, PLR0917  the parts of the file
    path: Path,
    how: TableFormat,
    guesses: list[Guess],
    constants: dict[str, str],
    units: dict[str, str],
    order: DayOrder,
) -> str:
    name = re.sub(r"[^a-z0-9_-]+", "-", path.name.split(".")[0].lower()).strip("-_")[:40] or "own"
    modified = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).date()
    lines = [
        f"# How {path.name} is read. Proposed by `flight-search ingest inspect`: check it before you use it.",
        "",
        "[source]",
        f"name = {_quoted(name)}",
        f"title = {_quoted(f'Own flights of {path.name}')}",
        'licence = "own data"',
        f'data_date = "{modified}"',
        "",
        "[file]",
        f'format = "{how.format}"',
    ]
    if how.format != "parquet":
        lines.append(f'encoding = "{how.encoding}"')
    if how.format == "csv":
        lines += [f"delimiter = {_quoted(how.delimiter)}", f"header = {str(how.header).lower()}"]
    for segment in range(1, MOST_SEGMENTS + 1):
        mapped = [guess for guess in guesses if guess.field and guess.segment == segment]
        if mapped or segment == 1:
            lines += ["", "[columns]" if segment == 1 else f"[segment_{segment}]"]
            for guess in mapped:
                sure = "" if guess.confidence >= 0.9 else f"  # {guess.confidence:.0%} sure"  # noqa: PLR2004
                lines.append(f"{guess.field} = {_quoted(guess.column)}{sure}")
    lines += ["", "[constants]", *(f"{key} = {_quoted(value)}" for key, value in constants.items())]
    fields = {guess.field for guess in guesses}
    if "price" in fields and "currency" not in fields and "currency" not in constants:
        lines.append('# currency = "USD"  # nothing says which one it is')
    lines += ["", "[units]", *(f"{key} = {_quoted(value)}" for key, value in units.items())]
    is_utc = any(
        re.search(r"utc|gmt|zulu", guess.column, re.IGNORECASE)
        for guess in guesses
        if guess.field in ("departs_at", "departure_time")
    )
    zone = "UTC" if is_utc else "airport"
    lines += [
        "",
        "[times]",
        f'zone = "{zone}"  # of times without an offset: "airport", "UTC", "Europe/Berlin" …',
        f'order = "{order}"',
    ]
    unmapped = [guess.column for guess in guesses if not guess.field]
    if unmapped:
        lines += ["", f"# Not used: {', '.join(unmapped[:50])}".replace("\n", " ")]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    # A JSON string is a TOML string, but for the one character that JSON leaves as it is.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
