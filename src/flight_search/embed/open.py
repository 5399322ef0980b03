"""Settings to embedder: the one place that knows all of them."""

from pathlib import Path
from typing import assert_never

from flight_search.domain.progress import Progress
from flight_search.embed.hashing import HashingEmbedder
from flight_search.embed.onnx import OnnxEmbedder
from flight_search.embed.openai import OpenAIEmbedder
from flight_search.embed.port import Embedder
from flight_search.embed.settings import EmbeddingSettings, Provider
from flight_search.embed.weights import MODELS, fetch_model


def open_embedder(settings: EmbeddingSettings, cache_dir: Path, progress: Progress) -> Embedder:
    """Return the embedder that the settings name; fetches weights on first use.

    Raises SourceError where weights cannot be fetched, EmbeddingError where the model cannot be loaded.
    """
    match settings.provider:
        case Provider.LOCAL:
            pinned = MODELS[settings.local_model]
            files = fetch_model(pinned, cache_dir, progress)
            return OnnxEmbedder(pinned.identity, files.model, files.tokenizer, threads=settings.threads)
        case Provider.OPENAI:
            return OpenAIEmbedder(settings)
        case Provider.HASHING:
            return HashingEmbedder()
        case _:
            assert_never(settings.provider)
