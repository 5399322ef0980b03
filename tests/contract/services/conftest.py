"""Both implementations of each port on the same engines: in process, and over HTTP to a service."""

import socket
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest
from asgi_lifespan import LifespanManager

from flight_search.services.app import create_app
from flight_search.services.metrics import Metrics
from flight_search.services.over_http import HttpIntents, HttpOffers, HttpPlaces, Upstream
from flight_search.services.settings import UpstreamSettings, read_all
from flight_search.services.wiring import open_ports
from flight_search.understand.llm.settings import LanguageModelSettings, Mode

HOW = ("in process", "over HTTP")


@pytest.fixture
def settings(small_data_dir, tmp_path, monkeypatch):
    monkeypatch.setenv("FLIGHT_SEARCH_EMBEDDING_PROVIDER", "hashing")
    settings = read_all()
    storage = settings.storage.model_copy(
        update={"data_dir": small_data_dir, "cache_dir": tmp_path / "cache"}
    )
    return replace(settings, storage=storage)


@asynccontextmanager
async def over_http(role, settings):
    """Yield the way to a running service of the role."""
    # Names of places take a second to load, on a busy machine many.
    app = create_app(role, settings, open_ports)
    async with LifespanManager(app, startup_timeout=60) as running:
        transport = httpx.ASGITransport(app=running.app)
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{role}") as client:
            yield Upstream(role, client, UpstreamSettings(), Metrics("console"))


@pytest.fixture(params=(*HOW, "with a language model that is down"))
async def understanding(request, settings):
    """The intent engine and the place finder."""
    if request.param == "with a language model that is down":
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
            down = LanguageModelSettings(base_url=url, mode=Mode.LLM_FIRST, attempts=1)
            async with open_ports("llm", replace(settings, model=down), Metrics("llm")) as ports:
                yield ports.intents, ports.places
    elif request.param == "in process":
        async with open_ports("llm", settings, Metrics("llm")) as ports:
            yield ports.intents, ports.places
    else:
        async with over_http("llm", settings) as upstream:
            yield HttpIntents(upstream), HttpPlaces(upstream)


@pytest.fixture(params=HOW)
def open_offers(request):
    """Return what opens the offer search of given settings."""

    @asynccontextmanager
    async def opened(settings):
        if request.param == "in process":
            async with open_ports("rag", settings, Metrics("rag")) as ports:
                yield ports.offers
        else:
            async with over_http("rag", settings) as upstream:
                yield HttpOffers(upstream)

    return opened


@pytest.fixture
async def offers(open_offers, settings):
    """The offer search on the small world."""
    async with open_offers(settings) as opened:
        yield opened
