"""Settings: what the environment says, what it may not say, and that the documentation lists them all."""

from pathlib import Path

import pytest

from flight_search.domain.errors import SettingsError
from flight_search.services.settings import (
    ChatSettings,
    ServerSettings,
    read,
    read_all,
    settings_rows,
    settings_table,
    unknown_variables,
)
from flight_search.understand.llm.settings import LanguageModelSettings

DOCUMENT = Path(__file__).parents[3] / "docs" / "settings.md"


def test_the_document_lists_every_setting_as_the_code_has_it():
    assert DOCUMENT.read_text(encoding="utf-8").endswith("\n\n" + settings_table())


def test_every_setting_is_described():
    assert [row.variable for row in settings_rows() if not row.says] == []


def test_no_variable_is_declared_twice():
    names = [row.variable for row in settings_rows()]
    assert len(names) == len(set(names))


def test_what_the_environment_says(monkeypatch):
    monkeypatch.setenv("FLIGHT_SEARCH_PORT", "9000")
    monkeypatch.setenv("FLIGHT_SEARCH_DATA_DIR", "/srv/flights")
    monkeypatch.setenv("FLIGHT_SEARCH_CHAT_ALLOWED_ORIGINS", '["https://flights.example.com"]')
    settings = read_all()
    assert (settings.server.port, settings.storage.data_dir) == (9000, Path("/srv/flights"))
    assert settings.chat.allowed_origins == ("https://flights.example.com",)


def test_set_to_nothing_is_not_set(monkeypatch):
    monkeypatch.setenv("FLIGHT_SEARCH_PORT", "")
    assert read(ServerSettings).port is None


@pytest.mark.parametrize(
    ("concern", "variable", "value"),
    [
        (ServerSettings, "FLIGHT_SEARCH_PORT", "70000"),
        (ServerSettings, "FLIGHT_SEARCH_DRAIN_TIMEOUT_S", "soon-hunter2"),
        (ChatSettings, "FLIGHT_SEARCH_CHAT_ALLOWED_ORIGINS", "https://hunter2.example.com"),
        (LanguageModelSettings, "FLIGHT_SEARCH_LLM_PRICES", "hunter2"),
        (LanguageModelSettings, "FLIGHT_SEARCH_LLM_PRICES", '{"m": {"input": "hunter2", "output": 1}}'),
    ],
)
def test_a_wrong_value_names_its_variable_and_keeps_the_value_to_itself(
    monkeypatch, concern, variable, value
):
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=variable) as raised:
        read(concern)
    assert "docs/settings.md" in raised.value.remedy
    assert "hunter2" not in str(raised.value)


def test_a_budget_without_prices_says_which_are_missing(monkeypatch):
    monkeypatch.setenv("FLIGHT_SEARCH_LLM_API_KEY", "key")
    monkeypatch.setenv("FLIGHT_SEARCH_LLM_DAILY_BUDGET_USD", "5")
    with pytest.raises(SettingsError, match=r"FLIGHT_SEARCH_LLM_PRICES .* none for gpt-5-mini"):
        read(LanguageModelSettings)
    monkeypatch.setenv("FLIGHT_SEARCH_LLM_PRICES", '{"gpt-5-mini": {"input": 0.25, "output": 2}}')
    assert read(LanguageModelSettings).prices[0].output == 2


def test_variables_that_nobody_reads_are_found_with_the_likeliest_right_name():
    environment = ("FLIGHT_SEARCH_PORTT", "FLIGHT_SEARCH_QQQ", "FLIGHT_SEARCH_PORT", "PATH")
    assert unknown_variables(environment) == {
        "FLIGHT_SEARCH_PORTT": "FLIGHT_SEARCH_PORT",
        "FLIGHT_SEARCH_QQQ": "",
    }
