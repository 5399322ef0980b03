"""Language models stand behind the local engine where some are set up, and nowhere else."""

import logging
import socket
import time
from contextlib import asynccontextmanager

import pytest

from flight_search.cache.open import Caches
from flight_search.cache.settings import CacheSettings
from flight_search.domain.intent import Engine, IntentAnswer, IntentRequest, Kind
from flight_search.services.logs import configure_logs
from flight_search.services.metrics import Metrics
from flight_search.services.open_llm import with_models
from flight_search.services.open_models import open_models
from flight_search.services.settings import LogSettings
from flight_search.understand.llm.settings import LanguageModelSettings

CACHES = Caches(None, lambda *_: None, time.monotonic)


class Unsure:
    """A local engine that understands nothing."""

    def __init__(self) -> None:
        self.answer = IntentAnswer(kind=Kind.OUT_OF_SCOPE, confidence=0.4, engine=Engine.LOCAL)

    async def understand(self, _request):
        return self.answer

    async def understand_batch(self, requests):
        return [self.answer for _ in requests]


class Sync:
    def understand(self, _request):
        raise AssertionError("no model has found words")


@asynccontextmanager
async def opened(local, settings, metrics):
    async with open_models(settings, CacheSettings(), metrics) as models:
        yield with_models(local, Sync(), models, metrics, CACHES)


@pytest.fixture
def nobody():
    """The address of a port that nobody listens on."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{unused.getsockname()[1]}/v1"


async def test_without_a_model_the_local_engine_is_used_as_it_is():
    local = Unsure()
    async with opened(local, LanguageModelSettings(), Metrics("llm")) as intents:
        assert intents is local


async def test_a_model_that_cannot_be_reached_is_told_and_counted(nobody):
    local, metrics = Unsure(), Metrics("llm")
    settings = LanguageModelSettings(base_url=nobody, attempts=1, timeout_s=2.0)
    async with opened(local, settings, metrics) as intents:
        answer = await intents.understand(IntentRequest(text="hm"))
        (other,) = await intents.understand_batch([IntentRequest(text="hm hm")])
    assert answer.kind is other.kind is Kind.OUT_OF_SCOPE
    assert answer.degraded == other.degraded == ("llm_unreachable: The language model cannot be reached.",)
    assert 'flight_search_degraded_total{cause="llm_unreachable"} 2.0' in metrics.text().decode()


async def test_what_people_ask_is_not_logged_on_its_way_to_a_model(nobody, capsys):
    root = logging.getLogger()
    before = root.handlers, root.level
    configure_logs(LogSettings(level="debug", format="json"))
    try:
        settings = LanguageModelSettings(base_url=nobody, api_key="sk-very-secret", attempts=2, timeout_s=2.0)
        async with opened(Unsure(), settings, Metrics("llm")) as intents:
            await intents.understand(IntentRequest(text="to my secret wedding"))
    finally:
        root.handlers, root.level = before
    logged = capsys.readouterr().err
    assert "llm_unreachable" in logged
    assert "wedding" not in logged
    assert "sk-very" not in logged


async def test_a_budget_that_is_spent_is_told_and_counted_and_nobody_is_called(nobody):
    local, metrics = Unsure(), Metrics("llm")
    settings = LanguageModelSettings(
        base_url=nobody, small_model="small", prices={"small": {"input": 1, "output": 1}}, daily_budget_usd=0
    )
    async with opened(local, settings, metrics) as intents:
        answer = await intents.understand(IntentRequest(text="hm"))
    assert answer.degraded == (
        "llm_budget: What is left of today's budget for language models is not enough for this request.",
    )
    lines = metrics.text().decode().splitlines()
    assert 'flight_search_degraded_total{cause="llm_budget"} 1.0' in lines
    assert 'flight_search_llm_calls_total{model="small",outcome="llm_budget"} 1.0' in lines
    assert "flight_search_llm_daily_budget_usd 0.0" in lines
    assert "flight_search_llm_spent_today_usd 0.0" in lines


async def test_models_of_one_server_share_its_connections_and_all_models_one_budget(nobody):
    own = {"base_url": nobody, "small_model": "small", "large_model": "large"}
    async with open_models(LanguageModelSettings(**own), CacheSettings(), Metrics("llm")) as models:
        assert models.servers["small"] is models.servers["large"]
    elsewhere = LanguageModelSettings(**own, large_base_url="http://127.0.0.1:9")
    async with open_models(elsewhere, CacheSettings(), Metrics("llm")) as models:
        assert models.servers["small"] is not models.servers["large"]
        assert models.servers["small"]._spending is models.servers["large"]._spending
