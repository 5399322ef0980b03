"""Amounts, days and times as they stand in an English sentence, by the reader's locale.

In: decimals, dates, minutes. Out: ``$95``, ``Fri 4 Dec``, ``10:59 PM`` or ``22:59``, ``3 h 6 min``. What
belongs together is held by no-break spaces.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Self

_SYMBOLS: Final = {
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "¥",
    "CNY": "CN¥",
    "INR": "₹",
    "KRW": "₩",
    "ILS": "₪",
    "PHP": "₱",
    "BRL": "R$",
    "MXN": "MX$",
    "CAD": "CA$",
    "AUD": "A$",
    "NZD": "NZ$",
    "HKD": "HK$",
    "TRY": "₺",
    "THB": "฿",
}
"""Symbols that name one currency alone to an English reader; the others go by their code."""

_TWELVE_HOUR_REGIONS: Final = frozenset(
    ("", "US", "CA", "AU", "NZ", "IN", "PK", "BD", "PH", "MY", "SG", "HK", "PR", "JM", "TT")
)
"""Where English is written with AM and PM (Unicode CLDR, time data of ``en``)."""

_MILES_REGIONS: Final = frozenset(("", "US", "GB", "PR", "LR", "MM"))
"""Where distances by road are told in miles."""

_SPACE: Final = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Wording:
    """How one reader's sentences are written."""

    is_twelve_hour: bool
    year: int | None
    """The year that needs no saying; None where every year is said."""
    thinks_in_miles: bool = True

    @classmethod
    def of(cls, locale: str, as_of: str) -> Self:
        """Return the wording for a locale (``en-GB``) and for the day of the data (ISO 8601, or nothing)."""
        language, *rest = locale.replace("_", "-").split("-")
        region = next((part.upper() for part in rest if len(part) == 2), "")  # noqa: PLR2004 - ISO 3166
        return cls(
            is_twelve_hour=language.lower() == "en" and region in _TWELVE_HOUR_REGIONS,
            year=int(as_of[:4]) if as_of[:4].isdecimal() else None,
            thinks_in_miles=language.lower() == "en" and region in _MILES_REGIONS,
        )

    def money(self, amount: Decimal, currency: str) -> str:
        """Return an amount to the cent; whole amounts without their zeros."""
        return money_text(amount, currency)

    def about(self, amount: Decimal, currency: str) -> str:
        """Return an amount in whole units: an estimate to the cent would claim more than it knows."""
        return self.money(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP), currency)

    def day(self, day: dt.date) -> str:
        """Return a day with its weekday, and with its year where it is not the one of the data."""
        year = "" if day.year == self.year else f"{_SPACE}{day.year}"
        return f"{day:%a}{_SPACE}{day.day}{_SPACE}{day:%b}{year}"

    def month(self, day: dt.date) -> str:
        """Return the month of a day, with its year where that is not the one of the data."""
        return f"{day:%B}" if day.year == self.year else f"{day:%B}{_SPACE}{day.year}"

    def clock(self, moment: dt.datetime | dt.time) -> str:
        """Return the time of day on the wall of the airport."""
        if not self.is_twelve_hour:
            return f"{moment:%H:%M}"
        return f"{moment.hour % 12 or 12}:{moment:%M}{_SPACE}{'AM' if moment.hour < 12 else 'PM'}"  # noqa: PLR2004

    def days_later(self, days: int) -> str:
        """Return how a landing on another day than the departure's goes on; nothing for the same day."""
        if days == 0:
            return ""
        if days == 1:
            return " next day"
        return f" {days} days later" if days > 1 else " the day before"

    def duration(self, minutes: int) -> str:
        """Return hours and minutes."""
        hours, rest = divmod(minutes, 60)
        parts = ([f"{hours}{_SPACE}h"] if hours else []) + (
            [f"{rest}{_SPACE}min"] if rest or not hours else []
        )
        return _SPACE.join(parts)


def money_text(amount: Decimal, currency: str) -> str:
    """Return an amount to the cent; whole amounts without their zeros: ``$412``, ``€380.50``, ``CHF 99``."""
    digits = 0 if amount == amount.to_integral_value() else 2
    written = f"{amount:,.{digits}f}"
    symbol = _SYMBOLS.get(currency)
    return f"{symbol}{written}" if symbol else f"{currency}{_SPACE}{written}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with what it counts: ``1 flight``, ``1,234 flights``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(words: Sequence[str], joint: str = "and") -> str:
    """Return words as a list in a sentence: ``a, b and c``."""
    return f" {joint} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
