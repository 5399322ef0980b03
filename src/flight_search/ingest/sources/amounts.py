"""Texts of amounts to minor units of a currency, for whole columns. No float ever holds money.

``$1,234.50`` and ``1 234,50 €`` → 123450. Currencies without cents (ISO 4217, exponent 0) have the unit
itself as their minor unit, as in ``search``; those with thousandths are kept in hundredths, as everywhere
here.
"""

from typing import Final, Literal, TypeAlias

import polars as pl

DecimalMark: TypeAlias = Literal[".", ","]

NO_MINOR_UNIT: Final = frozenset({"CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF", "XPF"})

SYMBOLS: Final = {
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "₩": "KRW",
    "zł": "PLN",
    "₺": "TRY",
    "฿": "THB",
    "₪": "ILS",
}
"""Signs that one currency alone uses. ``$``, ``¥`` and ``kr`` belong to several and say nothing."""

_SEPARATOR: Final = {".": ",", ",": r"\."}
_GROUPED: Final = {
    ".": r"^[-+\u{2212}]?(\d{1,3}(,\d{3})+|\d+)(\.\d*)?$",
    ",": r"^[-+\u{2212}]?(\d{1,3}(\.\d{3})+|\d+)(,\d*)?$",
}
"""An amount with its thousands apart. ``1.234,50`` is none where the point is the decimal mark: better
refused than read as 1.23."""


def minor_per_major(currency: str) -> int:
    """Return how many minor units a unit of a currency has."""
    return 1 if currency in NO_MINOR_UNIT else 100


def read_minor_units(text: pl.Expr, currency: pl.Expr, mark: DecimalMark, *, is_minor: bool) -> pl.Expr:
    """Return minor units, rounded half up; null for what is no amount.

    ``is_minor``: the text counts cents.
    """
    bare = text.str.replace_all(r"zł|[A-Za-z\p{Sc}\s'\u{a0}\u{202f}]", "")
    bare = pl.when(bare.str.contains(_GROUPED[mark])).then(bare.str.replace_all(_SEPARATOR[mark], ""))
    bare = bare.otherwise(None).str.replace(",", ".")
    groups = bare.str.extract_groups(r"^(?<sign>[-+\u{2212}]?)(?<major>\d{1,12})(?:\.(?<minor>\d*))?$")
    digits = groups.struct.field("minor").fill_null("").str.pad_end(3, "0")
    major = groups.struct.field("major").cast(pl.Int64, strict=False)
    hundredths = major * 100 + digits.str.slice(0, 2).cast(pl.Int64, strict=False)
    hundredths = hundredths + (digits.str.slice(2, 1).cast(pl.Int64, strict=False) >= 5).cast(pl.Int64)  # noqa: PLR2004
    whole = (hundredths + 50) // 100
    has_cents = ~currency.is_in(sorted(NO_MINOR_UNIT)).fill_null(value=False)
    amount = whole if is_minor else pl.when(has_cents).then(hundredths).otherwise(whole)
    is_negative = groups.struct.field("sign").is_in(["-", "\N{MINUS SIGN}"])
    return pl.when(is_negative).then(-amount).otherwise(amount)


def read_currency(text: pl.Expr) -> pl.Expr:
    """Return the code in a text such as ``USD 120`` or ``120 €``; null where there is none."""
    code = text.str.extract(r"\b([A-Za-z]{3})\b").str.to_uppercase()
    sign = text.str.extract(r"(€|£|₹|₩|zł|₺|฿|₪)").replace_strict(
        SYMBOLS, default=None, return_dtype=pl.String
    )
    return pl.coalesce(code, sign)
