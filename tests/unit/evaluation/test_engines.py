"""Engines by their names: a cascade in this process against a server of our own, and what it used."""

import pytest
from evaluation.engines import open_engine

from flight_search.domain.errors import SettingsError
from flight_search.domain.intent import IntentRequest
from flight_search.understand.llm.settings import LanguageModelSettings


def test_a_model_that_cannot_be_reached_leaves_the_local_answer() -> None:
    # Port 9 (discard) has no listener on machines that run tests; refused connections are quick.
    model = LanguageModelSettings.model_validate(
        {"base_url": "http://127.0.0.1:9/v1", "small_model": "tiny", "attempts": 1, "large_model": ""}
    )
    with open_engine("llm", model) as engine:
        answer = engine.understand(IntentRequest(text="Boston to Denver"))
        assert answer.engine == "local"
        assert answer.degraded
        assert engine.used() == {"flight_search_llm_calls_total tiny llm_unreachable": 1.0}


def test_models_are_not_asked_for_without_one() -> None:
    with pytest.raises(SettingsError), open_engine("auto", LanguageModelSettings(mode="local_only")):
        pass
