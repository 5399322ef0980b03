"""One app for every role: which routes it has, how errors leave it, what is opened and closed with it."""

import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Final, TypeAlias

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from flight_search import __version__
from flight_search.domain.errors import FlightSearchError
from flight_search.services.admin import Admin, Gate
from flight_search.services.admin_fares import AdminFares
from flight_search.services.admin_tally import Tally
from flight_search.services.exchange import Exchange
from flight_search.services.in_process import utc_now
from flight_search.services.metrics import Metrics
from flight_search.services.page import STATIC, page_routes
from flight_search.services.ports import Ports
from flight_search.services.problems import (
    PROBLEM_TYPE,
    RateLimitError,
    ValidationFailedError,
    field_problem,
    method_not_allowed,
    not_found,
    problem_json,
    problem_of,
)
from flight_search.services.routes import admin, airports, ask, fares, intent, offers, operations
from flight_search.services.settings import Role, ServiceSettings
from flight_search.services.state import AppState
from flight_search.services.trace import current_trace

OpenPorts: TypeAlias = Callable[[Role, ServiceSettings, Metrics], AbstractAsyncContextManager[Ports]]
"""Opens what a role needs and closes it at the end: ``wiring.open_ports``, or a fake in tests."""

_ROUTERS: Final[Mapping[Role, tuple[APIRouter, ...]]] = {
    "llm": (intent.router,),
    "rag": (offers.router, fares.router),
    "console": (ask.router, intent.router, airports.router, offers.router),
    "all": (ask.router, intent.router, airports.router, offers.router, fares.router),
}
_WITH_PAGE: Final = frozenset({"console", "all"})

_NOT_FOUND: Final = 404
_METHOD_NOT_ALLOWED: Final = 405

_DESCRIPTION = "Understands requests for flights in plain words and finds the offers that fit them exactly."


def create_app(
    role: Role, settings: ServiceSettings, open_ports: OpenPorts, *, static: Path = STATIC
) -> FastAPI:
    """Return the app of a role. Nothing is opened before its lifespan begins."""
    metrics = Metrics(role)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[Mapping[str, Any]]:
        async with open_ports(role, settings, metrics) as ports:
            tally = Tally()
            admin_view = Admin(
                role=role,
                data_dir=settings.storage.data_dir,
                metrics=metrics,
                tally=tally,
                probes=ports.probes,
                peers=ports.peers,
                clock=utc_now,
            )
            state = AppState(
                role=role,
                ports=ports,
                metrics=metrics,
                chat=settings.chat,
                tally=tally,
                admin=admin_view,
                gate=Gate(settings.admin.token, time.monotonic),
                fares=AdminFares(
                    settings.storage.data_dir, limit_bytes=settings.admin.max_fares_bytes, clock=utc_now
                ),
            )
            yield {"app": state, "max_body_bytes": settings.server.max_body_bytes}

    app = FastAPI(
        title=f"flight-search {role}",
        version=__version__,
        description=_DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,  # its page loads scripts from a third party
        redoc_url=None,
        redirect_slashes=False,
        exception_handlers={
            FlightSearchError: _handled(_domain_error),
            HTTPException: _handled(_http_error),
            RequestValidationError: _handled(_parameter_error),
        },
    )
    app.add_middleware(Exchange, metrics=metrics)
    for router in (operations.router, *_ROUTERS[role], admin.router):
        app.include_router(router)
    if role in _WITH_PAGE:
        app.router.routes.extend(page_routes(static))
    return app


def _handled(
    make: Callable[[Request, Any], FlightSearchError],
) -> Callable[[Request, Any], Coroutine[Any, Any, Response]]:
    """Return the handler that answers with the problem document of what ``make`` returns."""

    async def answer(request: Request, error: Any) -> Response:  # noqa: ANN401 - as the framework declares it
        told = make(request, error)
        trace = current_trace()
        request_id = trace.request_id if trace else ""
        body = problem_json(problem_of(told, instance=request.url.path, request_id=request_id))
        headers = dict(getattr(error, "headers", None) or {})
        if isinstance(told, RateLimitError):
            headers["Retry-After"] = str(max(1, round(told.retry_after_s)))
        return Response(body, status_code=told.status, media_type=PROBLEM_TYPE, headers=headers)

    return answer


def _domain_error(_request: Request, error: FlightSearchError) -> FlightSearchError:
    return error


def _http_error(request: Request, error: HTTPException) -> FlightSearchError:
    if error.status_code == _METHOD_NOT_ALLOWED:
        return method_not_allowed(request.method, request.url.path, (error.headers or {}).get("Allow", ""))
    if error.status_code == _NOT_FOUND:
        return not_found(request.url.path)
    # Only the framework raises any other, and only for requests that it cannot read.
    return ValidationFailedError(str(error.detail), remedy="/openapi.json describes every request.")


def _parameter_error(_request: Request, error: RequestValidationError) -> FlightSearchError:
    found = [{**item, "loc": item["loc"][1:]} for item in error.errors()]
    fields = tuple(field_problem(item, frozenset({"q", "limit"})) for item in found)
    return ValidationFailedError(
        f"{fields[0].pointer.removeprefix('/')}: {fields[0].detail}",
        remedy="Correct the parameters that `errors` names; /openapi.json describes them.",
        fields=fields,
    )
