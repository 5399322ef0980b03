"""Offers of booking systems, as documents of JSON → rows. What Duffel and Amadeus have in common.

In: offers of one or more slices. Out: a row per slice. The price of several slices belongs to them together,
so each carries an equal part of it and is marked as an estimate; the parts add up to what was quoted.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final, Generic, TypeVar

import orjson
import polars as pl
from pydantic import BaseModel, ValidationError

from flight_search.catalog.schema import CABINS
from flight_search.domain.errors import SourceError
from flight_search.domain.progress import Progress
from flight_search.ingest.sources.amounts import read_minor_units
from flight_search.ingest.sources.files import open_source, read_lines
from flight_search.ingest.sources.moments import read_datetimes, read_durations
from flight_search.ingest.sources.rows import MOST_SEGMENTS, Batch, as_rows, refuse_where, refused

_OFFERS_PER_BATCH: Final = 5_000

_MOST_DOCUMENT_BYTES: Final = 256_000_000
"""One document is held in memory, with some ten times its size; more goes line by line."""


@dataclass(frozen=True)
class QuotedSegment:
    """One flight, as quoted: local times as text."""

    origin: str
    destination: str
    departs: str
    arrives: str
    carrier: str
    number: str
    operating_carrier: str | None
    aircraft: str | None
    duration: str | None
    cabin: str


@dataclass(frozen=True)
class QuotedOffer:
    """One offer; the amount is what one adult pays for all slices."""

    slices: Sequence[Sequence[QuotedSegment]]
    amount: str
    adults: int
    """How many adults the amount is for."""
    currency: str
    checked: int | None = None
    carry_on: int | None = None
    refundable: bool | None = None
    seats: int | None = None
    emissions_kg: float | None = None


class UnusableOfferError(ValueError):
    """An offer that cannot be taken: field, reason and what stands there."""

    def __init__(self, name: str, reason: str, value: str) -> None:
        """Take the field, the code of ``reasons`` and the value."""
        super().__init__(reason)
        self.name, self.reason, self.value = name, reason, value


def read_documents(path: Path, progress: Progress) -> Iterator[tuple[int, Any]]:
    """Yield offers with their number: of one document with ``data``, of a list, or of one document per line.

    Raises SourceError. A line that is no JSON is yielded as a ValueError.
    """
    with open_source(path) as opened:
        progress.start(f"Reading {path.name}", opened.size, "B")
        content = opened.stream.read(_MOST_DOCUMENT_BYTES + 1)
        progress.advance(min(opened.size, opened.position()))
    if len(content) <= _MOST_DOCUMENT_BYTES:
        try:
            yield from enumerate(_offers(orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))), start=1)
        except orjson.JSONDecodeError:
            pass
        else:
            progress.finish()
            return
    yield from _lines(path)
    progress.finish()


def _lines(path: Path) -> Iterator[tuple[int, Any]]:
    good = 0
    with open_source(path) as opened:
        for line in read_lines(opened.stream, "utf-8"):
            if line.text is None:
                yield line.number, ValueError(line.start)
                continue
            if not line.text.strip():
                continue
            try:
                found = _offers(orjson.loads(line.text))
            except orjson.JSONDecodeError as error:
                if not good:
                    raise SourceError(
                        f"{path} holds neither one JSON document nor one per line: {error}.",
                        remedy="Get the file again; documents over 256 MB have to have one offer per line "
                        "(`jq -c '.data[]' FILE`).",
                    ) from error
                yield line.number, ValueError(line.text[:200])
                continue
            good += 1
            for offer in found:
                yield line.number, offer


def _offers(document: Any) -> list[Any]:  # noqa: ANN401  any JSON
    if isinstance(document, dict) and "data" in document:
        document = document["data"]
        if isinstance(document, dict) and "offers" in document:
            document = document["offers"]  # an offer request of Duffel carries its offers
    return document if isinstance(document, list) else [document]


def _problem_of(error: ValidationError) -> UnusableOfferError:
    """Return what is wrong with an offer that has not the shape of its format."""
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return UnusableOfferError(place, "bad_record", f"{first['msg']}: {str(first.get('input'))[:100]}")


Document = TypeVar("Document", bound=BaseModel)


@dataclass
class QuotedSource(ABC, Generic[Document]):
    """One file of offers of a booking system; a format says what a document is and what it offers."""

    name: str
    path: Path
    progress: Progress
    unused: dict[str, None] = field(default_factory=dict)
    """Fields of offers that the format had not when this was written."""

    known: ClassVar[frozenset[str]]
    """Fields of an offer that are read, or are about booking it."""

    @abstractmethod
    def _document(self, value: object) -> Document:
        """Return a document of the format. Raises pydantic's ValidationError."""

    @abstractmethod
    def _offer(self, document: Document) -> QuotedOffer:
        """Return what a document offers. Raises UnusableOfferError."""

    def batches(self) -> Iterator[Batch]:
        """Read the file once. Raises SourceError."""
        offers: list[tuple[int, QuotedOffer]] = []
        problems: list[tuple[int, UnusableOfferError]] = []
        for number, document in read_documents(self.path, self.progress):
            try:
                offers.append((number, self._read(document)))
            except UnusableOfferError as error:
                problems.append((number, error))
            if len(offers) >= _OFFERS_PER_BATCH:
                yield to_batch(offers, problems)
                offers, problems = [], []
        yield to_batch(offers, problems)

    def _read(self, value: Any) -> QuotedOffer:  # noqa: ANN401  any JSON
        if isinstance(value, ValueError):
            raise UnusableOfferError("", "not_json", str(value))
        if isinstance(value, dict):
            self.unused.update(dict.fromkeys(sorted(value.keys() - self.known)))
        try:
            document = self._document(value)
        except ValidationError as error:
            raise _problem_of(error) from error
        return self._offer(document)


def to_batch(
    offers: Sequence[tuple[int, QuotedOffer]], problems: Sequence[tuple[int, UnusableOfferError]]
) -> Batch:
    """Return the rows of offers, and what could not be read of them."""
    told = [refused([line], one.name, one.reason, [one.value]) for line, one in problems]
    rows: list[dict[str, Any]] = []
    for line, offer in offers:
        if any(len(part) > MOST_SEGMENTS for part in offer.slices):
            told.append(refused([line], "segments", "too_many_segments", [str(max(map(len, offer.slices)))]))
            continue
        rows += _rows(line, offer)
    frame = pl.DataFrame(rows, infer_schema_length=None) if rows else pl.DataFrame()
    if not frame.height:
        return Batch(as_rows(pl.DataFrame(schema={"line": pl.UInt64()})), told)
    frame = frame.with_columns(
        read_minor_units(pl.col("amount"), pl.col("currency"), ".", is_minor=False).alias("total")
    )
    frame, gone = refuse_where(frame, pl.col("total").is_null(), "amount", "unreadable", pl.col("amount"))
    # The first slice carries what does not divide.
    whole = (pl.col("total") / pl.col("adults")).round().cast(pl.Int64)
    part, rest = whole // pl.col("parts"), whole % pl.col("parts")
    frame = frame.with_columns((part + pl.when(pl.col("part") == 0).then(rest).otherwise(0)).alias("price"))
    frame, lost = _timed(frame)
    return Batch(as_rows(frame), [*told, *(one for one in (gone, *lost) if one.height)])


def _rows(line: int, offer: QuotedOffer) -> Iterator[dict[str, Any]]:
    parts = len(offer.slices)
    for part, flights in enumerate(offer.slices):
        row: dict[str, Any] = {
            "line": line,
            "amount": offer.amount,
            "adults": offer.adults,
            "part": part,
            "parts": parts,
            "currency": offer.currency,
            "basis": "fare" if parts == 1 else "estimate",
            # What one gets on all flights is the lowest of their cabins.
            "cabin": min((flight.cabin for flight in flights), key=lambda cabin: _RANK.get(cabin, -1)),
            "checked": offer.checked,
            "carry_on": offer.carry_on,
            "refundable": None if offer.refundable is None else int(offer.refundable),
            "seats": offer.seats,
            "emissions_kg": round(offer.emissions_kg)
            if offer.emissions_kg is not None and parts == 1
            else None,
        }
        for number in range(1, MOST_SEGMENTS + 1):
            flight = flights[number - 1] if number <= len(flights) else None
            for name in QuotedSegment.__dataclass_fields__:
                if name != "cabin":
                    row[f"{name}_{number}"] = getattr(flight, name) if flight else None
        yield row


_RANK: Final = {cabin: rank for rank, cabin in enumerate(CABINS)}


def _timed(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    lost = []
    for number in range(1, MOST_SEGMENTS + 1):
        for end in ("departs", "arrives"):
            name = f"{end}_{number}"
            moment = read_datetimes(frame[name].cast(pl.String), "ymd")
            frame = frame.with_columns(
                moment["local"].alias("local"), moment["offset"].alias(f"{end}_offset_{number}")
            )
            is_bad = pl.col(name).is_not_null() & pl.col("local").is_null()
            frame, gone = refuse_where(frame, is_bad, name, "unreadable", pl.col(name))
            lost.append(gone)
            frame = frame.with_columns(pl.col("local").alias(name)).drop("local")
        text = frame[f"duration_{number}"].cast(pl.String)
        frame = frame.with_columns(read_durations(text, "minutes").alias(f"minutes_{number}"))
    return frame, lost
