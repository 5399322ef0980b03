"""Where answers are kept besides the memory of each process."""

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from redis.asyncio.connection import parse_url

_SCHEMES = ("redis://", "rediss://", "unix://")


class CacheSettings(BaseSettings):
    """Where answers are kept besides the memory of each process."""

    model_config = SettingsConfigDict(
        env_prefix="FLIGHT_SEARCH_CACHE_",
        frozen=True,
        extra="ignore",
        env_ignore_empty=True,
        # The docstrings below are what the table of settings shows.
        use_attribute_docstrings=True,
    )

    redis_url: SecretStr | None = None
    """Redis that several processes share (``redis://``, ``rediss://`` or ``unix://``, with its password where
    it has one); none: each process keeps its own."""
    timeout_s: float = Field(default=0.25, gt=0, le=10)
    """How long one command of Redis may take; then the answer is worked out without it."""
    pause_s: float = Field(default=5.0, gt=0, le=600)
    """How long a Redis that failed three times in a row is left alone before one request tries again."""

    results: int = Field(default=512, ge=0, le=1_000_000)
    """Results of searches, and as many answers, that each process keeps for the minute that they hold;
    0 for none. One of ten offers takes about 70 kB."""
    embeddings: int = Field(default=4_096, ge=0, le=1_000_000)
    """Vectors of soft words ("somewhere warm") that each process keeps; 0 for none."""
    embeddings_ttl_s: float = Field(default=604_800.0, gt=0, le=31_536_000)
    """How long such a vector is kept."""

    @field_validator("redis_url")
    @classmethod
    def _is_an_address(cls, value: SecretStr | None) -> SecretStr | None:
        # The value itself stays out of the message: it may hold a password.
        if value is None:
            return value
        if not value.get_secret_value().startswith(_SCHEMES):
            raise ValueError(f"has to begin with one of {', '.join(_SCHEMES)}")
        try:
            parse_url(value.get_secret_value())
        except ValueError:
            raise ValueError("is no address of a Redis") from None
        return value
