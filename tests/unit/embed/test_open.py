from pathlib import Path

import pytest
from pydantic import ValidationError

from flight_search.domain.progress import SilentProgress
from flight_search.embed.hashing import HashingEmbedder
from flight_search.embed.open import open_embedder
from flight_search.embed.openai import OpenAIEmbedder
from flight_search.embed.settings import EmbeddingSettings, Provider


def test_the_settings_choose_the_embedder(tmp_path: Path):
    hashing = open_embedder(EmbeddingSettings(provider=Provider.HASHING), tmp_path, SilentProgress())
    remote = open_embedder(EmbeddingSettings(provider=Provider.OPENAI), tmp_path, SilentProgress())
    assert isinstance(hashing, HashingEmbedder)
    assert isinstance(remote, OpenAIEmbedder)
    assert not list(tmp_path.iterdir())


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FLIGHT_SEARCH_EMBEDDING_PROVIDER", "openai")
    monkeypatch.setenv("FLIGHT_SEARCH_EMBEDDING_MODEL", "bge-m3")
    monkeypatch.setenv("FLIGHT_SEARCH_EMBEDDING_API_KEY", "secret")
    settings = EmbeddingSettings()
    assert (settings.provider, settings.model) == (Provider.OPENAI, "bge-m3")
    assert settings.api_key.get_secret_value() == "secret"


@pytest.mark.parametrize(
    "wrong", [{"provider": "magic"}, {"local_model": "gpt"}, {"timeout_s": 0}, {"attempts": 0}, {"batch": 0}]
)
def test_nonsensical_settings_are_refused(wrong: dict[str, object]):
    with pytest.raises(ValidationError):
        EmbeddingSettings.model_validate(wrong)
