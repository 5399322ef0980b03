"""Whether a language model helps to understand requests, which one, how long it may take, what it costs."""

from decimal import Decimal
from enum import StrEnum
from typing import Self

from pydantic import AliasChoices, Field, HttpUrl, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from flight_search.understand.llm.prices import PriceList


class Mode(StrEnum):
    """Which engine is asked first."""

    LOCAL_ONLY = "local_only"
    AUTO = "auto"
    LLM_FIRST = "llm_first"


class LanguageModelSettings(BaseSettings):
    """Whether a language model helps to understand requests."""

    model_config = SettingsConfigDict(
        env_prefix="FLIGHT_SEARCH_LLM_",
        frozen=True,
        extra="ignore",
        env_ignore_empty=True,
        # Two fields have a second variable that other programs use as well.
        populate_by_name=True,
        # The docstrings below are what the table of settings shows.
        use_attribute_docstrings=True,
    )

    mode: Mode = Mode.AUTO
    """``local_only``: never ask a model. ``auto``: ask one where the local engine is not sure. ``llm_first``:
    ask one always, the local engine where it fails. Without a key and a base URL it is ``local_only``."""
    api_key: SecretStr = Field(
        default=SecretStr(""), validation_alias=AliasChoices("FLIGHT_SEARCH_LLM_API_KEY", "OPENAI_API_KEY")
    )
    """Key of the server; may be empty for servers of your own. Without it, ``OPENAI_API_KEY`` is used."""
    base_url: HttpUrl | None = Field(
        default=None, validation_alias=AliasChoices("FLIGHT_SEARCH_LLM_BASE_URL", "OPENAI_BASE_URL")
    )
    """Server that speaks OpenAI's chat interface, up to and without ``/chat/completions``. Without it,
    ``OPENAI_BASE_URL`` is used; with a key alone it is OpenAI's own."""
    small_model: str = "gpt-5-mini"
    """Model that is asked first; empty for none."""
    large_model: str = ""
    """Model that is asked for what the small one fails; empty for none."""
    large_api_key: SecretStr = SecretStr("")
    """Key of the large model's server, if it has one of its own."""
    large_base_url: HttpUrl | None = None
    """The large model's server, if it has one of its own."""
    replies: bool = False
    """Whether the small model writes the replies in chats. Each sentence is held against the offers before it
    is shown; one that says more is replaced by the plain reply."""
    sure_from: float = Field(default=0.88, ge=0, le=1)
    """Confidence from which on the local engine's answer stands in mode ``auto``."""
    accept_from: float = Field(default=0.6, ge=0, le=1)
    """Confidence below which a model's answer is given to the next larger one."""
    timeout_s: float = Field(default=6.0, gt=0, le=120)
    """How long one model may take for one request, with all its attempts."""
    deadline_s: float = Field(default=9.0, gt=0, le=120)
    """How long all models together may take for one request; then the local answer stands. Has to stay below
    ``FLIGHT_SEARCH_UPSTREAM_TIMEOUT_S`` of a console, or the console gives up before it gets that answer."""
    attempts: int = Field(default=2, ge=1, le=6)
    """Attempts of one call, the first included."""
    connections: int = Field(default=16, ge=1, le=1_024)
    """Calls at the same time; more wait, within their deadline."""
    max_text_characters: int = Field(default=2_000, ge=1, le=10_000)
    """Longer texts stay with the local engine."""
    max_output_tokens: int = Field(default=800, ge=64, le=16_384)
    """Longest answer for one request; one for several requests may be that much longer."""
    reasoning_effort: str = Field(default="minimal", max_length=20)
    """How much a model that reasons may think before it answers; copying words takes none. Empty: as its
    server likes. Models that refuse to be told are not told."""
    prices: PriceList = ()
    """US dollars for a million tokens of each model, as
    ``{"gpt-5-mini": {"input": 0.25, "cached_input": 0.025, "output": 2}}``; for a server of your own 0."""
    daily_budget_usd: Decimal | None = Field(default=None, ge=0, le=1_000_000)
    """What may be spent on all models in a day (from midnight UTC) before requests stay local; every model
    needs a price then. With a Redis, all processes that share it share the budget."""
    pause_after_failures: int = Field(default=5, ge=1, le=1_000)
    """Failures in a row after which a model is left alone for a while."""
    pause_s: float = Field(default=30.0, gt=0, le=3_600)
    """How long it is left alone before one request tries again."""
    batch_most: int = Field(default=16, ge=1, le=16)
    """Requests that may go together as one call where all ``connections`` are taken; 1 for each alone. While
    one is free, a request goes at once and alone."""
    cache_entries: int = Field(default=4_096, ge=0, le=1_000_000)
    """Answers that each process keeps; 0 for none, in Redis neither."""
    cache_ttl_s: float = Field(default=3_600.0, gt=0, le=604_800)
    """How long an answer is kept."""

    @model_validator(mode="after")
    def _prices_all_that_a_budget_bounds(self) -> Self:
        unpriced = set(self.models) - {price.model for price in self.prices}
        if self.daily_budget_usd is not None and self.is_on() and unpriced:
            raise ValueError(
                "FLIGHT_SEARCH_LLM_DAILY_BUDGET_USD can only be kept where FLIGHT_SEARCH_LLM_PRICES has "
                f"a price for every model, and it has none for {', '.join(sorted(unpriced))}"
            )
        return self

    def is_on(self) -> bool:
        """Whether there is a model to ask."""
        return self.mode is not Mode.LOCAL_ONLY and bool(self.models)

    @property
    def models(self) -> tuple[str, ...]:
        """The models in the order in which they are asked."""
        small = self.small_model if _has_server(self) else ""
        large = self.large_model if _has_server(self.for_large_model()) else ""
        return tuple(dict.fromkeys(name for name in (small, large) if name))

    def for_model(self, name: str) -> Self:
        """Return the settings with the server of one of ``models``."""
        return self.for_large_model() if name == self.large_model else self

    def for_large_model(self) -> Self:
        """Return the settings with the large model's server, which is the small one's if it has no own."""
        if self.large_base_url is None and not self.large_api_key.get_secret_value():
            return self
        # A key goes to the server that it was given for, and to no other.
        own = {"base_url": self.large_base_url, "api_key": self.large_api_key}
        return self.model_copy(update={**own, "large_base_url": None, "large_api_key": SecretStr("")})


def _has_server(settings: LanguageModelSettings) -> bool:
    return bool(settings.api_key.get_secret_value()) or settings.base_url is not None
