"""Fares to totals: for all passengers, in the currency that was asked for.

In: fares in minor units of the snapshot's currency for one adult. Out: totals in minor units of the query's.

The rule: an adult and a child pay the fare; an infant on a lap pays 10 % of it, nothing where both ends of
the offer lie in one country (the usual rule of airlines, IATA's tariff standard). The total is rounded once,
half up, to the minor unit that is shown, and every bound is checked on that rounded total, so what is shown
never contradicts what was asked for.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flight_search.catalog.snapshot import Manifest
from flight_search.domain.errors import FieldProblem, InvalidRequestError
from flight_search.domain.query import FlightQuery, PriceRange
from flight_search.domain.wording import money_text
from flight_search.reference.currencies import minor_digits
from flight_search.search.index import Rows, SnapshotIndex

INFANT_TENTHS = 1
"""An infant's share of the fare between countries, in tenths."""

_HIGHEST_FARE = int(np.iinfo(np.int32).max)
_MOST_DIGITS = 12  # of an Amount of the contract


@dataclass(frozen=True)
class FareBounds:
    """Adult fares whose totals lie within the bounds of a query, both included."""

    lowest: int
    highest: int

    @property
    def is_open(self) -> bool:
        """Whether every fare lies within."""
        return self.lowest <= 0 and self.highest >= _HIGHEST_FARE


@dataclass(frozen=True)
class Pricing:
    """How one query's totals are made of fares."""

    currency: str
    digits: int
    """Decimals of the currency."""
    rate: float
    """Minor units of ``currency`` for one minor unit of the snapshot's."""
    seats: int
    """Adults and children."""
    infants: int

    @property
    def is_plain(self) -> bool:
        """Whether a total is the fare times the seats."""
        return self.rate == 1.0 and not self.infants

    def total(self, fare: int, *, domestic: bool) -> int:
        """Return the total of one fare."""
        return math.floor(fare * self._tenths(domestic=domestic) * self.rate / 10 + 0.5)

    def totals(self, index: SnapshotIndex, rows: Rows) -> NDArray[np.int64]:
        """Return the totals of offers."""
        offers = index.snapshot.offers
        fares = offers.price[rows]
        if self.is_plain:
            return fares.astype(np.int64) * self.seats
        tenths = np.array(self._tenths(domestic=True), dtype=np.float64)
        if self.infants:
            domestic = index.country[offers.origin[rows]] == index.country[offers.destination[rows]]
            tenths = np.where(domestic, tenths, np.float64(self._tenths(domestic=False)))
        return np.floor(fares * tenths * self.rate / 10 + 0.5).astype(np.int64)

    def of_fares(self, fares: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
        """Return the totals of fares, where all totals are made alike: without infants."""
        if self.is_plain:
            return fares.astype(np.int64) * self.seats
        tenths = np.float64(self._tenths(domestic=True))
        return np.floor(fares * tenths * self.rate / 10 + 0.5).astype(np.int64)

    def bounds(self, price: PriceRange, *, domestic: bool) -> FareBounds:
        """Return the fares whose totals lie within a price range: one run, as totals grow with fares."""
        lowest, highest = self.limits(price)
        return FareBounds(
            lowest=_first_fare(lambda fare: self.total(fare, domestic=domestic) >= lowest),
            highest=_first_fare(lambda fare: self.total(fare, domestic=domestic) > highest) - 1
            if highest is not None
            else _HIGHEST_FARE,
        )

    def first_fare(self, total: int) -> int:
        """Return the lowest fare whose total is this or more, where all totals are made alike."""
        if self.is_plain:
            return min(max(-(-total // self.seats), 0), _HIGHEST_FARE + 1)
        return _first_fare(lambda fare: self.total(fare, domestic=True) >= total)

    def limits(self, price: PriceRange) -> tuple[int, int | None]:
        """Return the bounds of a price range in minor units, the upper one None where open."""
        scale = Decimal(10) ** self.digits
        lowest = math.ceil(price.min * scale) if price.min is not None else 0
        return lowest, math.floor(price.max * scale) if price.max is not None else None

    def text(self, minor: int) -> str:
        """Return minor units as a decimal string: ``41200`` as ``412.00``."""
        return f"{Decimal(minor).scaleb(-self.digits):.{self.digits}f}"

    def amount(self, minor: int) -> Decimal | None:
        """Return minor units as an amount of the contract; None above what its digits can say."""
        return Decimal(minor).scaleb(-self.digits) if minor < 10 ** (_MOST_DIGITS - 2 + self.digits) else None

    def amounts(self, minors: Sequence[int]) -> list[Decimal | None]:
        """Return several amounts."""
        exponent, most = -self.digits, 10 ** (_MOST_DIGITS - 2 + self.digits)
        return [Decimal(minor).scaleb(exponent) if minor < most else None for minor in minors]

    def words(self, minor: int) -> str:
        """Return an amount as it stands in a sentence: ``$412``, ``€380.50``."""
        return money_text(Decimal(self.text(minor)), self.currency)

    def _tenths(self, *, domestic: bool) -> int:
        return 10 * self.seats + (0 if domestic else INFANT_TENTHS * self.infants)


def pricing_of(query: FlightQuery, manifest: Manifest) -> Pricing:
    """Return how the query's totals are made. Raises InvalidRequestError for a currency without a rate."""
    wanted, own = query.price.currency, manifest.currency
    digits = minor_digits(wanted)
    passengers = query.passengers
    return Pricing(
        currency=wanted,
        digits=digits,
        rate=_rate(wanted, manifest) * 10.0 ** (digits - minor_digits(own)) if wanted != own else 1.0,
        seats=passengers.adults + passengers.children,
        infants=passengers.infants,
    )


def _rate(wanted: str, manifest: Manifest) -> float:
    rate = manifest.exchange_rates.get(wanted)
    if rate is None or not math.isfinite(rate) or rate <= 0:
        known = ", ".join(sorted({manifest.currency, *manifest.exchange_rates}))
        raise InvalidRequestError(
            f"Prices in {wanted} are not known: this data has no exchange rate for it.",
            remedy=f"Ask for prices in one of: {known}.",
            fields=(FieldProblem("/query/price/currency", f"no exchange rate for {wanted}"),),
        )
    return rate


def _first_fare(is_reached: Callable[[int], bool]) -> int:
    """Return the lowest fare that reaches a condition which then stays true; one above all if none does."""
    low, high = 0, _HIGHEST_FARE + 1
    while low < high:
        middle = (low + high) // 2
        if is_reached(middle):
            high = middle
        else:
            low = middle + 1
    return low
