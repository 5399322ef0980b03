"""What the tokens of language models cost, as the settings say.

In: the price list of the settings and tokens. Out: money in billionths of a dollar, in whole numbers: sums of
them are exact, in this process and in Redis. No price is built in, because prices change and differ by
contract.
"""

from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from flight_search.understand.llm.usage import Usage

NANO_PER_DOLLAR: Final = 1_000_000_000
_TOKENS_PRICED: Final = 1_000_000
_DEAREST_USD: Final = 100_000
"""For a million tokens: what costs more was written for another number of them."""

Dollars = Annotated[Decimal, Field(ge=0, le=_DEAREST_USD)]


class ModelPrice(BaseModel):
    """US dollars for a million tokens of one model."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = Field(min_length=1)
    input: Dollars
    output: Dollars
    cached_input: Dollars | None = None
    """For the part of the input that the server had kept from before; None: as any other."""

    def nano_dollars(self, used: Usage) -> int:
        """Return what a call cost, rounded up."""
        cached_price = self.input if self.cached_input is None else self.cached_input
        total = (
            self.input * (used.prompt_tokens - used.cached_tokens)
            + cached_price * used.cached_tokens
            + self.output * used.completion_tokens
        )
        return int((total * NANO_PER_DOLLAR / _TOKENS_PRICED).to_integral_value(ROUND_CEILING))


def _listed(value: object) -> object:
    """Take ``{"model": {"input": 0.25, "output": 2}}`` for a list, which can be part of a key."""
    if not isinstance(value, Mapping):
        return value
    return tuple({**row, "model": name} if isinstance(row, Mapping) else row for name, row in value.items())


PriceList = Annotated[tuple[ModelPrice, ...], BeforeValidator(_listed)]


def prices_by_model(prices: tuple[ModelPrice, ...]) -> dict[str, ModelPrice]:
    """Return the price list by the names of its models."""
    return {price.model: price for price in prices}


def dollars(nano: int) -> float:
    """Return an amount for people and metrics."""
    return nano / NANO_PER_DOLLAR


def nano_of(amount: Any) -> int:  # noqa: ANN401 - Decimal, as pydantic has read it
    """Return an amount of dollars in billionths."""
    return int(Decimal(amount) * NANO_PER_DOLLAR)
