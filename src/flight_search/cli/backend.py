"""Where a command gets its answers: engines in this process, or a running server.

In: which parts it needs and perhaps an address. Out: the ports of ``services``, open as long as the work on
them goes on. So the commands cannot tell the two apart, and both keep to the contract.
"""

import asyncio
import gc
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from pydantic import HttpUrl, TypeAdapter, ValidationError

from flight_search.catalog.store import SnapshotStore
from flight_search.domain.errors import InvalidRequestError, UpstreamError
from flight_search.services.logs import configure_logs
from flight_search.services.metrics import Metrics
from flight_search.services.ports import Ports
from flight_search.services.settings import LogSettings, Role, ServiceSettings, read_all
from flight_search.services.wiring import open_ports

T = TypeVar("T")


def ask_ports(role: Role, url: str | None, work: Callable[[Ports], Awaitable[T]]) -> T:
    """Return what ``work`` makes of the ports of a role, which are closed again.

    ``url``: a server that has them. Raises FlightSearchError of any kind.
    """
    settings = read_all()
    # What a person has to know of a degraded answer stands in the answer itself.
    configure_logs(LogSettings(level="error"))
    if url is not None:
        return _from_server(url, settings, work)
    if role in ("all", "rag"):
        # Takes milliseconds, and tells what is wrong before models are loaded for nothing.
        SnapshotStore(settings.storage.data_dir).open()
    return _run(role, settings, work)


def _from_server(url: str, settings: ServiceSettings, work: Callable[[Ports], Awaitable[T]]) -> T:
    try:
        address = TypeAdapter(HttpUrl).validate_python(url)
    except ValidationError:
        raise InvalidRequestError(
            f"{url[:200]!r} is no address of a server.", remedy="Write it like --url http://127.0.0.1:8080."
        ) from None
    there = settings.upstream.model_copy(update={"llm_url": address, "rag_url": address})
    try:
        return _run("console", replace(settings, upstream=there), work)
    except UpstreamError as error:
        raise UpstreamError(
            f"{address} gives no answer: {error.detail}",
            remedy="Is it running? `flight-search serve` starts one; without --url this machine answers.",
        ) from error


def _run(role: Role, settings: ServiceSettings, work: Callable[[Ports], Awaitable[T]]) -> T:
    async def go() -> T:
        async with open_ports(role, settings, Metrics(role)) as ports:
            return await work(ports)

    # One answer and gone: looking for garbage among a million names would take a tenth of the time.
    was_on = gc.isenabled()
    gc.disable()
    try:
        return asyncio.run(go())
    finally:
        if was_on:
            gc.enable()
