"""IATA SSIM chapter 7: schedules of 200-character records → dated legs and through flights.

In: a file of record types 1 (header), 2 (carrier), 3 (flight leg), 4 (segment data) and 5 (trailer), one to
a line or without line ends. Out: a row per leg and day of operation, and per run of two or three legs of one
flight. Times are those for passengers; offsets from UTC are those of the record, and are believed, because
they are the airline's own. Of segment data these elements are used: 8 (traffic restriction), 10 and 50
(other numbers and the operating leg of codeshares), 2, 9 and 127 (who operates); all others are named as not
used. A file without its trailer was cut off. Columns are counted from 1, as in the manual.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from flight_search.domain.errors import SourceError
from flight_search.domain.progress import Progress
from flight_search.ingest.sources.files import open_source
from flight_search.ingest.sources.rows import Batch, refused
from flight_search.ingest.sources.ssim_dates import Leg, dated_rows

RECORD_LENGTH: Final = 200
HEADER: Final = "1AIRLINE STANDARD SCHEDULE DATA SET"

PASSENGER_SERVICES: Final = frozenset("JSUQGBRCOL")
"""Service types that carry passengers who can buy a seat: scheduled, additional and charter (appendix C)."""
LOCAL_TRAFFIC: Final = frozenset(" BCFZ")
"""Restrictions that leave a ticket between the two points possible: none, local only, and those that add
online connections (appendix G). Z says that elements 170 to 173 tell more; it is counted in a note.
"""

_LEGS_PER_BATCH: Final = 300
_OPEN_END = "00XXX00"
_STAYS = "What was built before stays in use."
QUALIFIED = "traffic restrictions that are qualified elsewhere (Z): sold as if there were none"
OTHER_NUMBERS = (
    "legs that other carriers sell under their numbers too (element 10): kept under the operating one"
)


class RecordError(ValueError):
    """A record that cannot be read: which field, and what stands there."""

    def __init__(self, name: str, value: str) -> None:
        """Take the field and its characters."""
        super().__init__(name)
        self.name = name
        self.value = value


@dataclass
class Ssim:
    """One SSIM file."""

    name: str
    path: Path
    progress: Progress
    unused: dict[str, None] = field(default_factory=dict)
    """Record types and data elements that nothing was made of."""

    def batches(self) -> Iterator[Batch]:
        """Read the file once. Raises SourceError if it is no SSIM file or was cut off."""
        reading = _Reading(self.unused)
        with open_source(self.path) as opened:
            self.progress.start(f"Reading {self.path.name}", opened.size, "B")
            told = 0
            for number, record in enumerate(_records(opened.stream.read), start=1):
                reading.take(number, record)
                if reading.is_full:
                    yield reading.batch()
                    position = opened.position()
                    self.progress.advance(position - told)
                    told = position
            self.progress.advance(max(opened.size - told, 0))
        reading.check_end(self.path)
        yield reading.batch(is_last=True)
        self.progress.finish()


def _records(take: Callable[[int], bytes]) -> Iterator[str]:
    """Yield records of a stream with line ends or without."""
    rest = b""
    while True:
        block = take(1 << 16)
        rest += block
        while len(rest) > RECORD_LENGTH + 2 or (rest and not block):
            end = rest.find(b"\n", 0, RECORD_LENGTH + 3)
            if end < 0:
                end, skip = min(RECORD_LENGTH, len(rest)), 0
            else:
                skip = 1
            line = rest[:end].rstrip(b"\r")
            rest = rest[end + skip :]
            if line.strip():
                yield line.decode("ascii", errors="replace")
        if not block:
            return


class _Reading:
    """Gathers records into batches of whole flights."""

    def __init__(self, unused: dict[str, None]) -> None:
        self._unused = unused
        self._legs: list[Leg] = []
        self._flight = ""
        self._is_utc = False
        self._valid_until: dt.date | None = None
        self._last_serial = ""
        self._has_header = False
        self._trailer = ""
        self._refused: list[tuple[int, str, str, str]] = []
        self._left_out: dict[str, int] = {}
        self._notes: dict[str, int] = {}
        self.is_full = False

    def take(self, number: int, record: str) -> None:
        """Look at one record."""
        kind = record[0]
        if not record.strip("0"):
            return  # records of zeros fill blocks of five
        if not self._has_header and not record.startswith(HEADER):
            raise SourceError(
                "The file is no SSIM: its first record is no header.", remedy="Check the path and the format."
            )
        if len(record) != RECORD_LENGTH:
            self._refuse(number, "record", "bad_record", f"{len(record)} characters: {record}")
            return
        try:
            self._take_kind(kind, number, record)
        except RecordError as error:
            self._refuse(number, error.name, "bad_record", error.value)
        if kind != "5":
            self._last_serial = record[194:200]

    def _take_kind(self, kind: str, number: int, record: str) -> None:
        match kind:
            case "1":
                self._has_header = True
            case "2":
                self._is_utc = _one_of(record[1], "UL", "time mode") == "U"
                self._valid_until = _date(record[21:28], "validity", self._valid_until)
            case "3":
                self._take_leg(number, record)
            case "4":
                self._take_element(number, record)
            case "5":
                self._trailer = record
            case _:
                self._unused[f"record type {kind}"] = None
                self._refuse(number, "record", "unknown_record_type", record.strip())

    def batch(self, *, is_last: bool = False) -> Batch:
        """Return what has been gathered, but for the flight that may go on."""
        done = self._legs if is_last else [leg for leg in self._legs if leg.flight != self._flight]
        self._legs = [] if is_last else [leg for leg in self._legs if leg.flight == self._flight]
        self.is_full = False
        for leg in done:
            if leg.other_numbers:
                self._notes[OTHER_NUMBERS] = self._notes.get(OTHER_NUMBERS, 0) + 1
            if "Z" in leg.restrictions:
                self._notes[QUALIFIED] = self._notes.get(QUALIFIED, 0) + 1
        rows, unsold = dated_rows(done, LOCAL_TRAFFIC)
        left_out = dict(self._left_out)
        if unsold:
            left_out["no_passengers"] = left_out.get("no_passengers", 0) + unsold
        told = [refused([line], name, reason, [value[:200]]) for line, name, reason, value in self._refused]
        made = Batch(rows, told, left_out, self._notes, believes_offsets=True)
        self._refused, self._left_out, self._notes = [], {}, {}
        return made

    def check_end(self, path: Path) -> None:
        """Raise SourceError if the file has no trailer, or one that belongs to more or fewer records."""
        if not self._trailer:
            raise SourceError(
                f"{path} was cut off: the trailer record (type 5) is missing.",
                remedy=f"Get the file again. {_STAYS}",
            )
        said = self._trailer[187:193]
        if said.strip() and said != self._last_serial:
            raise SourceError(
                f"{path} is not whole: the trailer follows record {said}, the last one here is "
                f"{self._last_serial}.",
                remedy=f"Get the file again. {_STAYS}",
            )

    def _take_leg(self, number: int, record: str) -> None:
        flight = record[1:9]
        if flight != self._flight:
            self._flight = flight
            self.is_full = len(self._legs) >= _LEGS_PER_BATCH
        if record[13] not in PASSENGER_SERVICES:
            self._left_out["no_passengers"] = self._left_out.get("no_passengers", 0) + 1
            return
        self._legs.append(_leg(number, record, is_utc=self._is_utc, valid_until=self._valid_until))

    def _take_element(self, number: int, record: str) -> None:
        """Add a data element to the legs it is about: those of the record 3 before it."""
        element, data = record[30:33].strip(), record[39:194].strip()
        leg = self._legs[-1] if self._legs else None
        if leg is None or leg.flight != record[1:9]:
            if record[1:9] == self._flight:
                return  # of a leg that is left out
            self._refuse(number, "flight", "bad_record", "segment data without its leg")
            return
        match element.lstrip("0"):
            case "8":
                leg.segment_restrictions[record[33:36], record[36:39]] = data[:1]
            case "10":
                leg.other_numbers.append(data)
            case "50" | "2" | "9" | "127":
                # A code in front, and for some the number of the operating leg or a name behind it.
                code = data[:3].strip().rstrip("/")
                leg.operating_carrier = code or leg.operating_carrier
            case _:
                self._unused[f"data element {element or 'without number'}"] = None

    def _refuse(self, line: int, name: str, reason: str, value: str) -> None:
        self._refused.append((line, name, reason, value))


def _leg(number: int, record: str, *, is_utc: bool, valid_until: dt.date | None) -> Leg:
    """Return the leg of a record of type 3. Raises RecordError."""
    start = _date(record[14:21], "period from", None)
    end = _date(record[21:28], "period to", valid_until)
    if start is None or end is None:
        raise RecordError("period", record[14:28])
    origin_offset = _offset(record[47:52], "UTC offset at departure")
    destination_offset = _offset(record[65:70], "UTC offset at arrival")
    departs, arrives = _clock(record[39:43], "passenger STD"), _clock(record[61:65], "passenger STA")
    if is_utc:
        # In UTC mode dates are of the UTC day too: the local clock may be on the day before or after.
        departs, arrives = departs + origin_offset, arrives + destination_offset
    digits = [int(sign) for sign in record[28:35] if sign.isdigit() and sign != "0"]
    if not digits or any(day > 7 for day in digits) or record[28:35].strip("1234567 "):  # noqa: PLR2004  days of a week
        raise RecordError("days of operation", record[28:35])
    return Leg(
        line=number,
        flight=record[1:9],
        carrier=record[2:5].strip(),
        number=record[5:9].strip() + record[1].strip(),
        variation=record[9:11] + record[127],
        sequence=_integer(record[11:13], "leg sequence"),
        start=start,
        end=end,
        weekdays=frozenset(day - 1 for day in digits),
        weeks=_integer(record[35].strip() or "1", "frequency rate"),
        origin=record[36:39],
        destination=record[54:57],
        departs=departs + 1440 * _day_shift(record[192], "departure date variation"),
        arrives=arrives + 1440 * _day_shift(record[193], "arrival date variation"),
        origin_offset=origin_offset,
        destination_offset=destination_offset,
        aircraft=record[72:75].strip(),
        restrictions=record[149:160],
    )


def _date(text: str, name: str, open_end: dt.date | None) -> dt.date | None:
    if text == _OPEN_END:
        return open_end
    try:
        return dt.datetime.strptime(text, "%d%b%y").replace(tzinfo=dt.UTC).date()
    except ValueError:
        raise RecordError(name, text) from None


def _clock(text: str, name: str) -> int:
    hour, minute = _integer(text[:2], name), _integer(text[2:], name)
    if hour * 60 + minute > 1440 or minute > 59:  # noqa: PLR2004  24:00 is the end of a day
        raise RecordError(name, text)
    return hour * 60 + minute


def _offset(text: str, name: str) -> int:
    minutes = _clock(text[1:], name)
    return -minutes if _one_of(text[0], "+-", name) == "-" else minutes


def _day_shift(sign: str, name: str) -> int:
    """Return days: figures are days later, ``A`` is the day before."""
    if sign == "A":
        return -1
    return _integer(sign.strip() or "0", name)


def _integer(text: str, name: str) -> int:
    if not text.strip().isdigit():
        raise RecordError(name, text)
    return int(text)


def _one_of(sign: str, signs: str, name: str) -> str:
    if sign not in signs:
        raise RecordError(name, sign)
    return sign
