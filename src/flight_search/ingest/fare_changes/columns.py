"""The columns of a file of fares, and the names that they go by.

A row names an offer by its ``id``, or by ``carrier``, ``flight`` and ``date`` (with ``cabin``, ``origin`` and
``destination`` where those do not tell it apart), and says a ``price``, a ``sold_out`` mark, the ``seats``
left, or several of them.
"""

from typing import Final

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "id": ("offer", "offer_id"),
    "carrier": ("airline", "carrier_code", "marketing_carrier"),
    "flight": ("flight_number", "flight_no", "number"),
    "date": ("departure_date", "depart_date", "day"),
    "cabin": ("class", "cabin_class"),
    "origin": ("from",),
    "destination": ("to",),
    "price": ("fare", "amount", "total"),
    "currency": ("currency_code",),
    "sold_out": ("soldout", "unavailable"),
    "seats": ("seats_left", "seats_available", "availability"),
    "basis": ("price_basis",),
}
"""Column → other names of it. Names are compared in lower case, with ``_`` for blanks and dashes."""

NAMING: Final = ("id", "flight")
SAYING: Final = ("price", "sold_out", "seats")

_CANONICAL: Final = {name: column for column, others in COLUMNS.items() for name in (column, *others)}


def column_of(name: str) -> str | None:
    """Return the column that a head stands for; None if it is none of ours."""
    return _CANONICAL.get(name.strip().lower().replace(" ", "_").replace("-", "_"))
