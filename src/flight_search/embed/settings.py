"""Which embedding model is used, and how."""

from enum import StrEnum
from typing import Literal

from pydantic import Field, HttpUrl, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Provider(StrEnum):
    """Who embeds."""

    LOCAL = "local"
    OPENAI = "openai"
    HASHING = "hashing"


class EmbeddingSettings(BaseSettings):
    """Which embedding model is used."""

    model_config = SettingsConfigDict(
        env_prefix="FLIGHT_SEARCH_EMBEDDING_",
        frozen=True,
        extra="ignore",
        env_ignore_empty=True,
        # The docstrings below are what the table of settings shows.
        use_attribute_docstrings=True,
    )

    provider: Provider = Provider.LOCAL
    """``local``: a sentence model on this machine. ``openai``: an endpoint that speaks OpenAI's embeddings
    interface. ``hashing``: shared words only, no weights; for tests and demonstrations."""
    local_model: Literal["gte-small", "all-MiniLM-L6-v2"] = "gte-small"
    """Model of the provider ``local``."""
    threads: int = Field(default=0, ge=0, le=256)
    """Threads of the local model, 0 for one per processor."""
    base_url: HttpUrl = HttpUrl("https://api.openai.com/v1")
    """Endpoint of the provider ``openai``, up to and without ``/embeddings``."""
    api_key: SecretStr = SecretStr("")
    """Key of the endpoint; may be empty for servers of your own."""
    model: str = "text-embedding-3-small"
    """Name of the endpoint's model."""
    dimensions: int = Field(default=1536, ge=1, le=8192)
    """Length of the endpoint's vectors."""
    query_prefix: str = ""
    """Put before search texts for models that want it (``query: `` for E5)."""
    document_prefix: str = ""
    """Put before profiles for models that want it (``passage: `` for E5)."""
    timeout_s: float = Field(default=30.0, gt=0, le=600)
    """Longest wait for one answer of the endpoint."""
    attempts: int = Field(default=4, ge=1, le=10)
    """How often a request to the endpoint is tried before giving up."""
    batch: int = Field(default=64, ge=1, le=2048)
    """Texts per request to the endpoint."""
