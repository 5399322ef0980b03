"""Names in rows → codes: airports, carriers, flight numbers. What is not known refuses its row."""

import polars as pl

from flight_search.ingest.sources.codes import AirportNames, CarrierNames, resolve
from flight_search.ingest.sources.rows import SEGMENTS, refuse_where

_FLIGHT_NUMBER = r"^(?<carrier>[A-Z][A-Z0-9]|[0-9][A-Z])?0*(?<number>\d{1,4})(?<suffix>[A-Z])?$"


def name_codes(
    frame: pl.DataFrame, airports: AirportNames, carriers: CarrierNames, refusals: list[pl.DataFrame]
) -> pl.DataFrame:
    """Return the rows whose names are all known, as codes, with the parts of their flight numbers.

    Adds what was refused to ``refusals``.
    """
    for number in SEGMENTS:
        suffix = "" if number == 1 else f"_{number}"
        is_flown = pl.lit(value=True) if number == 1 else pl.col(f"departs_{number}").is_not_null()
        for end in ("origin", "destination"):
            name = f"{end}_{number}"
            frame = frame.with_columns(resolve(frame[name], airports.find).alias("found"))
            unknown = is_flown & pl.col("found").is_null()
            frame = _refuse(
                frame, unknown & pl.col(name).is_null(), f"{end}{suffix}", "missing", name, refusals
            )
            frame = _refuse(frame, unknown, f"{end}{suffix}", "unknown_airport", name, refusals)
            frame = frame.with_columns(pl.col("found").alias(name)).drop("found")
        frame = _carriers(frame, number, carriers, is_flown, refusals)
    return frame


def _carriers(
    frame: pl.DataFrame, number: int, carriers: CarrierNames, is_flown: pl.Expr, refusals: list[pl.DataFrame]
) -> pl.DataFrame:
    suffix = "" if number == 1 else f"_{number}"
    carrier, written, operating = f"carrier_{number}", f"number_{number}", f"operating_carrier_{number}"
    # Spreadsheets write 100 as 100.0.
    plain = pl.col(written).str.to_uppercase().str.replace(r"\.0$", "").str.replace_all(r"[\s-]+", "")
    parts = plain.str.extract_groups(_FLIGHT_NUMBER)
    frame = frame.with_columns(
        parts.struct.field("carrier").alias("prefix"),
        parts.struct.field("number").cast(pl.Int64, strict=False).alias("figures"),
        parts.struct.field("suffix").alias(f"suffix_{number}"),
    ).with_columns(pl.coalesce(carrier, "prefix").alias(carrier))
    frame = frame.with_columns(
        resolve(frame[carrier], carriers.find).alias("found"),
        resolve(frame["prefix"], carriers.find).alias("prefix"),
        resolve(frame[operating], carriers.find).alias("flown_by"),
    )
    unknown = is_flown & pl.col("found").is_null()
    figures, prefix = pl.col("figures"), pl.col("prefix")
    is_unread = pl.col(written).is_not_null() & figures.is_null()
    for is_bad, field, reason, value in (
        (is_flown & is_unread, "flight_number", "bad_flight_number", written),
        (unknown & pl.col(carrier).is_null(), "carrier", "missing", carrier),
        (unknown, "carrier", "unknown_carrier", carrier),
        (is_flown & (prefix != pl.col("found")), "flight_number", "carrier_contradicts_number", written),
        (
            is_flown & pl.col(operating).is_not_null() & pl.col("flown_by").is_null(),
            "operating_carrier",
            "unknown_carrier",
            operating,
        ),
    ):
        frame = _refuse(frame, is_bad, f"{field}{suffix}", reason, value, refusals)
    return frame.with_columns(
        pl.col("found").alias(carrier),
        pl.coalesce("flown_by", "found").alias(operating),
        pl.col("figures").fill_null(0).alias(f"figures_{number}"),
    ).drop("prefix", "figures", "found", "flown_by")


def _refuse(  # noqa: PLR0913, PLR0917  as ``refuse_where``, and where to add it
    frame: pl.DataFrame, is_bad: pl.Expr, field: str, reason: str, value: str, refusals: list[pl.DataFrame]
) -> pl.DataFrame:
    frame, gone = refuse_where(frame, is_bad, field, reason, pl.col(value))
    refusals.append(gone)
    return frame
