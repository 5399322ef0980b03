"""Rows as text → rows of typed columns, or the reason why not.

In: the frame of ``read``. Out: the same rows with ``key``, ``flown`` and the rest typed, and ``reason``: null
for what can be applied. One vectorised pass; amounts are whole numbers from the text on, never floats.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from flight_search.catalog.schema import CABINS
from flight_search.ingest.fare_changes.rows import LONGEST_SHOWN

SAID_BASES: Final = ("fare", "estimate")
"""Of BASES, those that a file can say; the first is meant where it says none."""

PARTS: Final = 10_000
"""Amounts are read in ten-thousandths: four decimals, more than any currency has."""

_AMOUNT: Final = r"^(\d{1,9})(?:[.](\d{1,4}))?$"
_DECIMAL_COMMA: Final = r"^(\d{1,9}),(\d{1,2})$"
_FLIGHT: Final = r"^(?:([A-Z][A-Z0-9]|[0-9][A-Z])\s*-?\s*)?0*([1-9]\d{0,3})([A-Z]?)$"
_CARRIER: Final = r"^(?:[A-Z][A-Z0-9]|[0-9][A-Z])$"
_OFFER: Final = r"^o_[0-9a-f]{16}$"
_JOURNEY: Final = r"^o_(?:[0-9a-f]{16}){2,}$"
_NO_NUMBER: Final = r"^[+-]?(?:nan|inf|infinity)$"
_MOST_SEATS: Final = 127
_YES, _NO = ("true", "1", "1.0", "yes", "y", "x"), ("false", "0", "0.0", "no", "n")


@dataclass(frozen=True)
class Money:
    """What amounts mean: the currency of the data, and the others that it has a rate for."""

    currency: str
    rates: dict[str, float]
    default: str
    """The currency of rows that name none."""


def parse_rows(frame: pl.DataFrame, money: Money) -> pl.DataFrame:
    """Return the rows with ``key``, ``carrier``, ``number``, ``suffix``, ``day``, ``cabin``, ``origin``,
    ``destination``, ``amount`` (ten-thousandths), ``currency``, ``is_sold_out``, ``seats``, ``basis``,
    ``line`` and ``reason``.
    """  # noqa: D205 - what comes out is a list
    text = {name: _stripped(frame, name) for name in frame.columns if name != "line"}
    price = text["price"].str.replace(_DECIMAL_COMMA, "$1.$2")
    upper = text["flight"].str.to_uppercase()
    number = upper.str.extract(_FLIGHT, 2).cast(pl.Int32)
    carrier = pl.coalesce(upper.str.extract(_FLIGHT, 1), text["carrier"].str.to_uppercase())
    whole = price.str.extract(_AMOUNT, 1).cast(pl.Int64)
    part = price.str.extract(_AMOUNT, 2).fill_null("").str.pad_end(4, "0").cast(pl.Int64)
    seats = text["seats"].str.replace(r"\.0$", "").str.extract(r"^(\d{1,9})$", 1).cast(pl.Int64)
    sold = text["sold_out"].str.to_lowercase()
    marked = pl.when(sold.is_in(_YES)).then(pl.lit(1)).when(sold.is_in(_NO)).then(pl.lit(0))
    return frame.select(
        "line",
        id=text["id"],
        carrier=carrier,
        number=number,
        suffix=upper.str.extract(_FLIGHT, 3).fill_null(""),
        day=text["date"].str.to_date("%Y-%m-%d", strict=False).to_physical(),
        cabin=text["cabin"].str.to_lowercase().str.replace_all(r"[ -]", "_"),
        origin=text["origin"].str.to_uppercase(),
        destination=text["destination"].str.to_uppercase(),
        amount=whole * PARTS + part,
        currency=text["currency"].str.to_uppercase().fill_null(money.default),
        seats=seats.clip(0, _MOST_SEATS),
        # A price says that the offer can be had, unless the row says otherwise; no seat says that it cannot.
        is_sold_out=pl.coalesce(marked, pl.when(seats == 0).then(1).otherwise(0)) == 1,
        basis=text["basis"].str.to_lowercase().fill_null(SAID_BASES[0]),
        reason=_reason(text, price, seats, sold, money),
    )


def _stripped(frame: pl.DataFrame, name: str) -> pl.Expr:
    """Return a column without blanks around its values; of one that says nothing a single null, for speed."""
    if frame[name].null_count() == len(frame):
        return pl.lit(None, dtype=pl.String)
    return pl.col(name).str.strip_chars()


def shown_rows(frame: pl.DataFrame) -> pl.DataFrame:
    """Return ``line`` and ``row``, what each row says in one short text."""
    names = [name for name in frame.columns if name != "line"]
    said = [pl.concat_str(pl.lit(f"{name}="), pl.col(name)) for name in names]
    return frame.select(
        "line", row=pl.concat_str(said, separator=" ", ignore_nulls=True).str.slice(0, LONGEST_SHOWN)
    )


def _reason(text: dict[str, pl.Expr], price: pl.Expr, seats: pl.Expr, sold: pl.Expr, money: Money) -> pl.Expr:
    """Return the first reason to refuse a row, null where there is none."""
    offer, upper = text["id"], text["flight"].str.to_uppercase()
    carrier = pl.coalesce(upper.str.extract(_FLIGHT, 1), text["carrier"].str.to_uppercase())
    currencies = [money.currency, *money.rates]
    lower = price.str.to_lowercase()
    checks: list[tuple[pl.Expr, str]] = [
        (offer.is_null() & upper.is_null(), "names no offer: neither an id nor a flight"),
        (offer.str.contains(_JOURNEY), "is the id of a journey of several offers: give each offer's price"),
        (~offer.str.contains(_OFFER), "id is none of an offer (o_ and 16 signs)"),
        (offer.is_null() & ~upper.str.contains(_FLIGHT), "flight cannot be read: write DL100 or 100"),
        (offer.is_null() & carrier.is_null(), "names no carrier"),
        (offer.is_null() & ~carrier.str.contains(_CARRIER), "carrier is no code of two signs"),
        (offer.is_null() & text["date"].is_null(), "names no date"),
        (
            offer.is_null() & text["date"].str.to_date("%Y-%m-%d", strict=False).is_null(),
            "date cannot be read: write 2026-12-04",
        ),
        (
            text["cabin"].is_not_null()
            & ~text["cabin"].str.to_lowercase().str.replace_all(r"[ -]", "_").is_in(CABINS),
            f"cabin is none of {', '.join(CABINS)}",
        ),
        (lower.str.contains(_NO_NUMBER), "price is no number"),
        (price.str.starts_with("-"), "price is negative"),
        (price.is_not_null() & ~price.str.contains(_AMOUNT), "price cannot be read: write 129.99"),
        (
            text["price"].is_not_null()
            & ~text["currency"].str.to_uppercase().fill_null(money.default).is_in(currencies),
            f"currency is unknown: the data is in {money.currency} and has no rate for it",
        ),
        (sold.is_not_null() & ~sold.is_in([*_YES, *_NO]), "sold_out is neither true nor false"),
        (text["seats"].is_not_null() & seats.is_null(), "seats is no whole number of 0 or more"),
        (
            text["basis"].is_not_null() & ~text["basis"].str.to_lowercase().is_in(SAID_BASES),
            f"basis is none of {', '.join(SAID_BASES)}",
        ),
        (
            price.is_null() & sold.is_null() & seats.is_null(),
            "says nothing: neither a price nor sold_out nor seats",
        ),
    ]
    return pl.coalesce(*(pl.when(check).then(pl.lit(reason)) for check, reason in checks))
