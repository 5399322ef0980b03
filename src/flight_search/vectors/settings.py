"""Where the vectors of profiles are kept besides the snapshot."""

from pathlib import Path
from typing import Literal

from pydantic import Field, HttpUrl, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class VectorSettings(BaseSettings):
    """Where the vectors of profiles are kept besides the snapshot."""

    model_config = SettingsConfigDict(
        env_prefix="FLIGHT_SEARCH_",
        frozen=True,
        extra="ignore",
        env_ignore_empty=True,
        # The docstrings below are what the table of settings shows.
        use_attribute_docstrings=True,
    )

    vectors: Literal["memory", "chroma", "chroma-embedded", "qdrant", "qdrant-embedded"] = "memory"
    """``memory``: the snapshot's own file. ``chroma``: a ChromaDB server. ``chroma-embedded``: ChromaDB in
    this process (``pip install 'flight-search[chroma]'``), for one process at a time. ``qdrant``,
    ``qdrant-embedded``: the same of Qdrant (both want ``pip install 'flight-search[qdrant]'``)."""
    vectors_url: HttpUrl = HttpUrl("http://127.0.0.1:8000")
    """Address of the server (Qdrant's own port is 6333)."""
    vectors_token: SecretStr | None = None
    """Sent to ChromaDB as a bearer token, for a gateway that asks for one; to Qdrant as its API key."""
    vectors_path: Path | None = None
    """Folder of the embedded database; none: ``vectors`` in the data folder."""
    vectors_prefix: str = Field(default="flight-search", pattern=r"^[a-z0-9][a-z0-9-]{1,40}[a-z0-9]$")
    """What the names of all collections begin with; installations that share a server need different ones."""
    vectors_timeout_s: float = Field(default=0.5, gt=0, le=60)
    """How long a search waits for an answer of the server; then the snapshot's own vectors are used."""
    vectors_load_timeout_s: float = Field(default=120.0, gt=0, le=3_600)
    """How long one batch may take while a collection is filled and checked."""
    vectors_attempts: int = Field(default=2, ge=1, le=10)
    """Attempts of one call within that time, the first included."""
    vectors_pause_s: float = Field(default=5.0, gt=0, le=600)
    """How long a database that failed is left alone before it is tried again; doubles up to five minutes."""
    vectors_connections: int = Field(default=16, ge=1, le=1_024)
    """Connections that are kept open to the server."""
    vectors_most_by_id: int = Field(default=64, ge=1, le=5_000)
    """Profiles, the best of those that are compared, whose vectors a search asks the database for at once."""
    vectors_hnsw_m: int = Field(default=32, ge=4, le=256)
    """Neighbours of each vector in the graph; takes effect with the next collection."""
    vectors_hnsw_ef_construction: int = Field(default=400, ge=10, le=4_096)
    """Candidates looked at while the graph is built; takes effect with the next collection."""
    vectors_hnsw_ef_search: int = Field(default=200, ge=10, le=4_096)
    """Candidates looked at in a search of the graph; takes effect with the next collection."""
    vectors_shards: int = Field(default=1, ge=1, le=1_024)
    """Shards of a Qdrant collection; takes effect with the next one."""
    vectors_replicas: int = Field(default=1, ge=1, le=16)
    """Nodes of a Qdrant cluster that have each shard; takes effect with the next collection."""
