"""Rows that name offers → rows of the snapshot.

In: typed rows. Out: the same with ``place``, the row of the offer in the snapshot, or with a reason why there
is none. Ids are looked up by their keys; flights by one number made of carrier, number, suffix and day, so
that a million rows are one join.
"""

from typing import Any, Final

import numpy as np
import polars as pl

from flight_search.catalog.fares.lay_over import rows_of_keys
from flight_search.catalog.fares.overlay import NO_ROW
from flight_search.catalog.schema import CABINS
from flight_search.catalog.snapshot import Snapshot

UNKNOWN_OFFER: Final = "no such offer in the data"
SEVERAL: Final = "several offers fit: name origin, destination and cabin, or the id"


def match_rows(rows: pl.DataFrame, snapshot: Snapshot) -> pl.DataFrame:
    """Return the rows with ``place`` (null where there is no offer) and ``reason`` where there was none."""
    good = rows.filter(pl.col("reason").is_null())
    by_id, by_flight = good.filter(pl.col("id").is_not_null()), good.filter(pl.col("id").is_null())
    found = pl.concat([_places_of_ids(by_id, snapshot), _places_of_flights(by_flight, snapshot)])
    return rows.join(found, on="line", how="left", maintain_order="left").with_columns(
        reason=pl.coalesce(
            "reason",
            pl.when(pl.col("fitting") > 1).then(pl.lit(SEVERAL)),
            pl.when(pl.col("place").is_null()).then(pl.lit(UNKNOWN_OFFER)),
        )
    )


def _places_of_ids(rows: pl.DataFrame, snapshot: Snapshot) -> pl.DataFrame:
    digits = "".join(rows["id"].str.slice(2).to_list())
    keys = np.frombuffer(bytes.fromhex(digits), dtype=">u8").astype(np.uint64)
    wanted, back = np.unique(keys, return_inverse=True)
    places = rows_of_keys(snapshot.offers.key, wanted)[back]
    return pl.DataFrame(
        {"line": rows["line"], "place": places, "fitting": (places != NO_ROW).astype(np.uint32)}
    ).with_columns(place=pl.when(pl.col("fitting") == 1).then("place"))


def _places_of_flights(rows: pl.DataFrame, snapshot: Snapshot) -> pl.DataFrame:
    empty = {"line": pl.Int64, "place": pl.UInt32, "fitting": pl.UInt32}
    if rows.is_empty():
        return pl.DataFrame(schema=empty)
    wanted = rows.select("line", "cabin", "origin", "destination", flight=_numbered(rows, snapshot))
    days = rows.select(pl.col("day").min().alias("first"), pl.col("day").max().alias("last")).row(0)
    pairs = wanted.join(_flights(snapshot, *days), on="flight", how="inner").filter(
        *(
            pl.col(name).is_null() | (pl.col(name) == pl.col(f"{name}_of_offer"))
            for name in ("cabin", "origin", "destination")
        )
    )
    found = pairs.group_by("line").agg(place=pl.col("place").first(), fitting=pl.len())
    return (
        rows.select("line")
        .join(found, on="line", how="left")
        .with_columns(pl.col("fitting").fill_null(0).cast(pl.UInt32))
        .select(*empty)
    )


def _flights(snapshot: Snapshot, first_day: int, last_day: int) -> pl.DataFrame:
    """Return the offers of one flight each that depart on these days, in all their cabins."""
    offers, segments, airports = snapshot.offers, snapshot.segments, snapshot.airports
    days = offers.departure_day
    places = np.flatnonzero((offers.stops == 0) & (days >= first_day) & (days <= last_day))
    flown = offers.segment_0[places]
    return pl.DataFrame(
        {
            "place": places.astype(np.uint32),
            "flight": _number(
                segments.carrier[flown].astype(np.int64),
                segments.number[flown].astype(np.int64),
                segments.suffix[flown].astype(np.int64),
                days[places].astype(np.int64),
            ),
            "cabin_of_offer": pl.Series(offers.cabin[places]).replace_strict(
                dict(enumerate(CABINS)), return_dtype=pl.String
            ),
            "origin_of_offer": airports.iata[offers.origin[places]].astype(str),
            "destination_of_offer": airports.iata[offers.destination[places]].astype(str),
        }
    )


def _numbered(rows: pl.DataFrame, snapshot: Snapshot) -> pl.Series:
    """Return one number per row for its flight and day; null for a carrier that the data does not have."""
    codes = {str(code): row for row, code in enumerate(snapshot.carriers.iata)}
    carriers = rows["carrier"].replace_strict(codes, default=None, return_dtype=pl.Int64)
    letters = {"": 0, **{chr(sign): sign for sign in range(ord("A"), ord("Z") + 1)}}
    suffixes = rows["suffix"].replace_strict(letters, default=0, return_dtype=pl.Int64)
    numbers: pl.Series = _number(
        carriers, rows["number"].cast(pl.Int64), suffixes, rows["day"].cast(pl.Int64)
    )
    return numbers


def _number(carrier: Any, number: Any, suffix: Any, day: Any) -> Any:  # noqa: ANN401 - columns of either library
    """Return carrier (16 bits), number (14), suffix (7) and day (20) as one number below 2^57."""
    return ((carrier * 2**14 + number) * 2**7 + suffix) * 2**20 + day
