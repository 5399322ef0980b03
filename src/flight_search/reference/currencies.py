"""What is to be known of currencies."""

NO_MINOR_UNIT = frozenset({"CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF", "XPF"})
"""Currencies that have no cents (ISO 4217, exponent 0)."""


def minor_digits(currency: str) -> int:
    """Return how many decimals amounts of a currency have here."""
    return 0 if currency in NO_MINOR_UNIT else 2
