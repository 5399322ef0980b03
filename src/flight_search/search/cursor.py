"""Markers of the next page.

A cursor holds the place to go on from, the moment of the first page (so that flights that depart in between
do not move the list), and digests of the query, the snapshot and the fares. It is no secret, only opaque: a
checksum tells a damaged one from a wrong one. With the order being total, pages neither repeat nor skip.
"""

import base64
import binascii
import hashlib
import struct
from dataclasses import dataclass

from flight_search.catalog.snapshot import Snapshot
from flight_search.domain.errors import CursorError, FieldProblem
from flight_search.domain.query import FlightQuery

LIFETIME_MINUTES = 60
"""A list older than this would begin to hold flights that have left."""

_BODY = struct.Struct(">IQ8s8s8s")
_DIGEST_BYTES = 8
_FROM_THE_FIRST_PAGE = "Search again without a cursor to begin at the first page."


@dataclass(frozen=True)
class Place:
    """Where a page begins, and the minute (UTC, since 1970) of the first page."""

    offset: int
    now_minute: int


def write_cursor(place: Place, query: FlightQuery, snapshot: Snapshot) -> str:
    """Return the marker of a page of one query on one snapshot and its fares."""
    body = _BODY.pack(place.offset, place.now_minute, _digest_of(query), *_digests_of(snapshot))
    return base64.urlsafe_b64encode(body + _digest(body)).decode().rstrip("=")


def read_cursor(cursor: str, query: FlightQuery, snapshot: Snapshot, now_minute: int) -> Place:
    """Return where a page begins. Raises CursorError for any marker not made for this query and snapshot."""
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        packed = b""
    body, checksum = packed[:-_DIGEST_BYTES], packed[-_DIGEST_BYTES:]
    if len(body) != _BODY.size or _digest(body) != checksum:
        raise _refused("The cursor is damaged.")
    offset, begun, of_query, of_snapshot, of_fares = _BODY.unpack(body)
    name, fares = _digests_of(snapshot)
    if of_query != _digest_of(query):
        raise _refused("The cursor belongs to another query.")
    if of_snapshot != name:
        raise _refused("The data has been renewed since the cursor was made.")
    if of_fares != fares:
        # With other prices the order is another, so pages would repeat or skip offers.
        raise _refused("Prices have changed since the cursor was made.")
    if not 0 <= now_minute - begun <= LIFETIME_MINUTES:
        raise _refused(f"The cursor is older than {LIFETIME_MINUTES} minutes; flights may have left since.")
    return Place(offset, begun)


def _refused(detail: str) -> CursorError:
    return CursorError(
        detail, remedy=_FROM_THE_FIRST_PAGE, fields=(FieldProblem("/cursor", detail.rstrip(".")),)
    )


def _digest_of(query: FlightQuery) -> bytes:
    return _digest(query.model_dump_json(by_alias=True, exclude={"kind"}).encode())


def _digests_of(snapshot: Snapshot) -> tuple[bytes, bytes]:
    return _digest(snapshot.manifest.name.encode()), _digest(snapshot.fares_name.encode())


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_DIGEST_BYTES, person=b"cursor").digest()
