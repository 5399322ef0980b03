"""What can be measured: engines of this process by their names, and services by their addresses.

=========  ===================================================================================
local      the local engine alone, in this process
llm        the language models of the settings first (mode ``llm_first``), the local engine where they fail
auto       the local engine, the models where it is not sure (mode ``auto``)
an address whatever that service is set up with, over HTTP
=========  ===================================================================================

No engine of this process keeps answers, so that every request is really answered. What models used is read
from the same metrics that the services show.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import Final, TypeAlias

import httpx
from anyio.from_thread import start_blocking_portal
from prometheus_client.parser import text_string_to_metric_families

from evaluation.cases import Understand
from flight_search.cache.open import open_caches
from flight_search.cache.settings import CacheSettings
from flight_search.domain.errors import SettingsError, SourceError
from flight_search.domain.intent import IntentAnswer, IntentRequest
from flight_search.services.metrics import Metrics
from flight_search.services.settings import read
from flight_search.understand.llm.settings import LanguageModelSettings, Mode
from flight_search.understand.local.engine import load_local_engine

_TIMEOUT_S: Final = 120.0
"""A language model on a few cores may take a minute."""

_SLOW_MODEL_S: Final = 120.0
"""The time that a model served on this machine gets for one request."""

_MODES: Final = {"llm": Mode.LLM_FIRST, "auto": Mode.AUTO}
NAMES: Final = ("local", *_MODES)

_USED: Final = "flight_search_llm_"
"""Counters whose names begin so tell tokens, calls and money of language models."""


@dataclass(frozen=True)
class Engine:
    """What is measured: how to ask it, and its counters of models at this moment."""

    understand: Understand
    used: Callable[[], dict[str, float]]


OpensEngine: TypeAlias = Callable[[str, LanguageModelSettings], AbstractContextManager[Engine]]
"""Gives the engine of a name or an address: ``open_engine``, or a fake in tests."""


@contextmanager
def open_engine(name: str, model: LanguageModelSettings) -> Iterator[Engine]:
    """Give the engine of a name or an address. Raises SettingsError and httpx.HTTPError."""
    if name == "local":
        yield Engine(load_local_engine().understand, dict)
    elif name in _MODES:
        with _with_models(model.model_copy(update={"mode": _MODES[name], "cache_entries": 0})) as engine:
            yield engine
    elif name.startswith(("http://", "https://")):
        with httpx.Client(base_url=name, timeout=_TIMEOUT_S, trust_env=False) as client:
            yield Engine(_over_http(client), lambda: _counters(client.get("/metrics").text))
    else:
        raise SettingsError(
            f'"{name}" is neither {", ".join(NAMES)} nor the address of a service.',
            remedy="Give one of these names, or an address such as http://127.0.0.1:8081.",
        )


@contextmanager
def _with_models(settings: LanguageModelSettings) -> Iterator[Engine]:
    if not settings.is_on():
        raise SettingsError(
            "No language model is set up, so there is none to measure.",
            remedy="Set FLIGHT_SEARCH_LLM_BASE_URL or a key (docs/settings.md), or give --model qwen-1.5b.",
        )
    # Imported here: the local engine alone is measured without the libraries of the services.
    from anyio import CapacityLimiter  # noqa: PLC0415

    from flight_search.services.in_process import InProcessIntents  # noqa: PLC0415
    from flight_search.services.open_llm import load_understanding, with_models  # noqa: PLC0415
    from flight_search.services.open_models import open_models  # noqa: PLC0415

    metrics = Metrics("llm")
    local, _ = load_understanding()
    with ExitStack() as opened:
        portal = opened.enter_context(start_blocking_portal())
        alone = CacheSettings(redis_url=None)
        caches = opened.enter_context(
            portal.wrap_async_context_manager(open_caches(alone, metrics.count_cache, time.monotonic))
        )
        models = opened.enter_context(
            portal.wrap_async_context_manager(open_models(settings, alone, metrics))
        )
        intents = with_models(
            InProcessIntents(local, CapacityLimiter(1), metrics), local, models, metrics, caches
        )
        yield Engine(
            lambda request: portal.call(intents.understand, request),
            lambda: _counters(metrics.text().decode()),
        )


def _over_http(client: httpx.Client) -> Understand:
    def ask(request: IntentRequest) -> IntentAnswer:
        body = request.model_dump(mode="json", by_alias=True, exclude_none=True)
        answer = client.post("/v1/intent", json=body).raise_for_status()
        return IntentAnswer.model_validate_json(answer.content)

    return ask


def _counters(text: str) -> dict[str, float]:
    """Return the counters of language models in a text of Prometheus, with their labels."""
    return {
        " ".join((sample.name, *sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        if family.type == "counter" and family.name.startswith(_USED)
        for sample in family.samples
        if sample.name.endswith("_total")
    }


def model_settings() -> LanguageModelSettings:
    """Return the models of the environment. Raises SettingsError."""
    return read(LanguageModelSettings)


@contextmanager
def served(model: str) -> Iterator[LanguageModelSettings]:
    """Serve a small model of ``serve_model`` for a while, and give the settings to reach it.

    Raises SourceError where it does not begin to serve.
    """
    command = [sys.executable, "-m", "evaluation.serve_model", model, "--port", "0"]
    # One pipe for its first line; its progress goes where ours goes.
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as server:  # noqa: S603 - ours
        try:
            address = server.stdout.readline().strip() if server.stdout else ""
            if not address.startswith("http"):
                raise SourceError(
                    f"The model {model} could not be served.", remedy="Its own message above says why."
                )
            yield LanguageModelSettings.model_validate(
                {
                    "base_url": address,
                    "small_model": model,
                    "timeout_s": _SLOW_MODEL_S,
                    "deadline_s": _SLOW_MODEL_S,
                    "attempts": 1,
                    "connections": 1,
                }
            )
        finally:
            server.terminate()
