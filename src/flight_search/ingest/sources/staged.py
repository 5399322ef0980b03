"""Checked rows as small numbers, ready to be kept until the snapshot is assembled: 110 bytes a row.

In: rows that passed all checks. Out: columns of ``STAGED``. Codes are packed (``codes.pack``), so that parts
which were made at different times, or by different processes, fit together.
"""

from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from flight_search.catalog.schema import BASES, CABINS, NO_AIRCRAFT, UNKNOWN, UNKNOWN_EMISSIONS
from flight_search.ingest.emissions import economy_co2_kg
from flight_search.ingest.keys import offer_keys
from flight_search.ingest.sources.aircraft_codes import aircraft_row
from flight_search.ingest.sources.codes import packed
from flight_search.ingest.sources.rows import SEGMENTS

STAGED_SEGMENT: Final[dict[str, Any]] = {
    "carrier": pl.UInt16,
    "operating": pl.UInt16,
    "number": pl.UInt16,
    "suffix": pl.UInt8,
    "origin": pl.UInt16,
    "destination": pl.UInt16,
    "utc": pl.Int32,
    "minutes": pl.UInt16,
    "origin_offset": pl.Int16,
    "destination_offset": pl.Int16,
    "aircraft": pl.UInt16,
}
"""Of one flight; all zero where an offer has fewer."""

STAGED_OFFER: Final[dict[str, Any]] = {
    "key": pl.UInt64,
    "stops": pl.UInt8,
    "price": pl.Int32,
    "basis": pl.UInt8,
    "cabin": pl.UInt8,
    "carry_on": pl.Int8,
    "checked": pl.Int8,
    "refundable": pl.Int8,
    "seats": pl.Int8,
    "emissions_kg": pl.UInt16,
}
"""``price`` is in minor units of the snapshot's currency, NO_PRICE where it is to be estimated."""

STAGED: Final = STAGED_OFFER | {
    f"{name}_{number}": dtype for number in SEGMENTS for name, dtype in STAGED_SEGMENT.items()
}
NO_PRICE: Final = -1
_MOST_SEATS: Final = 127


def staged_rows(frame: pl.DataFrame) -> pl.DataFrame:
    """Return checked rows as small numbers."""
    columns: dict[str, Any] = {"key": _keys(frame)}
    stops = frame.select(
        pl.sum_horizontal(pl.col(f"utc_{number}").is_not_null().cast(pl.UInt8) for number in SEGMENTS)
    ).to_series()
    columns["stops"] = stops - 1 if frame.height else stops
    columns["price"] = frame["final_price"].fill_null(NO_PRICE)
    columns["basis"] = _index(frame["basis"].fill_null("fare"), BASES)
    columns["cabin"] = _index(frame["cabin"], CABINS)
    for name in ("carry_on", "checked", "refundable"):
        columns[name] = frame[name].fill_null(UNKNOWN)
    columns["seats"] = frame["seats"].clip(upper_bound=_MOST_SEATS).fill_null(UNKNOWN)
    columns["emissions_kg"] = _emissions(frame)
    for number in SEGMENTS:
        columns |= {f"{name}_{number}": values for name, values in _segment(frame, number).items()}
    return pl.DataFrame(columns).select(pl.col(name).cast(dtype) for name, dtype in STAGED.items())


def _segment(frame: pl.DataFrame, number: int) -> dict[str, Any]:
    def column(name: str) -> pl.Series:
        return frame[f"{name}_{number}"].fill_null(0)

    suffix = frame[f"suffix_{number}"].fill_null("\0").str.encode("hex").str.to_integer(base=16, strict=False)
    return {
        "carrier": packed(frame[f"carrier_{number}"]),
        "operating": packed(frame[f"operating_carrier_{number}"]),
        "number": column("figures"),
        "suffix": suffix.fill_null(0),
        "origin": packed(frame[f"origin_{number}"]),
        "destination": packed(frame[f"destination_{number}"]),
        "utc": column("utc"),
        "minutes": column("minutes"),
        "origin_offset": column("origin_offset"),
        "destination_offset": column("destination_offset"),
        "aircraft": _aircraft(frame[f"aircraft_{number}"]),
    }


def _keys(frame: pl.DataFrame) -> NDArray[np.uint64]:
    """Return identities as in ``ingest.keys``; other conditions make another offer of a flight."""
    flights = [
        pl.when(pl.col(f"departs_{number}").is_not_null()).then(
            pl.concat_str(
                pl.lit("" if number == 1 else ";"),
                pl.col(f"carrier_{number}"),
                pl.col(f"figures_{number}").cast(pl.String),
                pl.col(f"suffix_{number}").fill_null(""),
                pl.lit("|"),
                pl.col(f"origin_{number}"),
                # Without a number flights to several places at one hour would be one.
                pl.when(pl.col(f"figures_{number}") == 0)
                .then(pl.concat_str(pl.lit(">"), pl.col(f"destination_{number}")))
                .otherwise(pl.lit("")),
                pl.lit("|"),
                pl.from_epoch(pl.col(f"departs_{number}") * 60).dt.strftime("%Y-%m-%dT%H:%M"),
            )
        )
        for number in SEGMENTS
    ]
    conditions = [
        pl.concat_str(pl.lit(f";{name}="), pl.col(name).cast(pl.String))
        for name in ("carry_on", "checked", "refundable")
    ]
    text = pl.concat_str(*flights, pl.lit(";"), pl.col("cabin"), *conditions, ignore_nulls=True)
    return offer_keys(frame.select(text.alias("text"))["text"].to_list())


def _emissions(frame: pl.DataFrame) -> NDArray[np.int64]:
    """Return the stated CO2, else the model's for economy; the model knows no other cabin."""
    km = frame.select(
        pl.sum_horizontal(pl.col(f"km_{number}").fill_null(0.0) for number in SEGMENTS)
    ).to_series()
    modelled = economy_co2_kg(km.to_numpy().astype(np.float64)).astype(np.int64)
    modelled = np.where((frame["cabin"] == CABINS[0]).to_numpy(), modelled, UNKNOWN_EMISSIONS)
    stated = frame["emissions_kg"].fill_null(-1).to_numpy()
    is_stated = (stated >= 0) & (stated < UNKNOWN_EMISSIONS)
    return np.where(is_stated, stated, modelled).astype(np.int64)


def _aircraft(names: pl.Series) -> pl.Series:
    texts = names.drop_nulls().unique().to_list()
    found = {text: row for text in texts if (row := aircraft_row(text)) is not None}
    return names.replace_strict(
        list(found), list(found.values()), default=NO_AIRCRAFT, return_dtype=pl.UInt16
    )


def _index(names: pl.Series, order: tuple[str, ...]) -> pl.Series:
    return names.replace_strict(list(order), list(range(len(order))), return_dtype=pl.UInt8)
