"""Around every request: its identity, its log line, its metrics, and the last net for errors.

An ASGI middleware, outermost but for the server. In: any HTTP or WebSocket request. Out: the answer with
``X-Request-ID``, one access line without personal data, a counted and timed request. What nobody expected
becomes a problem of status 500 that gives nothing away but the request id, under which the log tells all.
"""

import asyncio
import time
from typing import Final

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from flight_search.domain.errors import FlightSearchError
from flight_search.services.metrics import Metrics
from flight_search.services.problems import PROBLEM_TYPE, StoppingError, problem_json, problem_of
from flight_search.services.trace import RequestTrace, begin_trace

_UNMATCHED: Final = "unmatched"
_INTERNAL_ERROR: Final = 500
_CLIENT_LEFT: Final = 499
"""As nginx logs it: the client closed the connection before there was an answer."""

# What orchestrators and Prometheus ask every few seconds would drown everything else.
_ROUTINE: Final = frozenset({"/healthz", "/readyz", "/metrics"})

log = structlog.get_logger("flight_search.access")


class Exchange:
    """The middleware."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        """Take what to wrap and where to count."""
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        trace = begin_trace(scope["headers"])
        with structlog.contextvars.bound_contextvars(request_id=trace.request_id, trace_id=trace.trace_id):
            if scope["type"] == "http":
                await self._http(scope, receive, send, trace)
            else:
                await self._socket(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send, trace: RequestTrace) -> None:
        began = time.perf_counter()
        status = _CLIENT_LEFT

        async def send_marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = trace.request_id
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        with self._metrics.in_flight.track_inprogress():
            try:
                await self._app(scope, receive, send_marked)
            except asyncio.CancelledError:
                # Only the server cancels, when a request has outlasted the time to drain.
                if status == _CLIENT_LEFT:
                    await _send_problem(scope, send_marked, trace, _stopping())
                raise
            except Exception:
                log.exception("request_failed", method=scope["method"], route=_route(scope))
                if status != _CLIENT_LEFT:
                    # Half an answer is out; only a broken connection tells the client that it is not whole.
                    raise
                await _send_problem(scope, send_marked, trace, _unexpected())
            finally:
                seconds = time.perf_counter() - began
                self._finish(scope, scope["method"], status, seconds)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        status = 101
        self._metrics.chats.inc()

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "websocket.http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_noted)
        except Exception:
            status = _INTERNAL_ERROR
            log.exception("socket_failed", route=_route(scope))
            raise
        finally:
            self._metrics.chats.dec()
            self._finish(scope, "WEBSOCKET", status, time.perf_counter() - began)

    def _finish(self, scope: Scope, method: str, status: int, seconds: float) -> None:
        route = _route(scope)
        self._metrics.count_request(method, route, status, seconds)
        write = log.debug if route in _ROUTINE else log.info
        write("request", method=method[:20], route=route, status=status, duration_ms=round(1000 * seconds, 2))


def _route(scope: Scope) -> str:
    """Return the template of the route that was taken: never what the client wrote."""
    return str(getattr(scope.get("route"), "path", None) or scope.get("page") or _UNMATCHED)


def _unexpected() -> FlightSearchError:
    return FlightSearchError(
        "Something went wrong in this service; it has been logged.",
        remedy="Try again; if it happens again, report it with the request id.",
    )


def _stopping() -> FlightSearchError:
    return StoppingError("The service stopped before this was answered.", remedy="Send it again.")


async def _send_problem(scope: Scope, send: Send, trace: RequestTrace, error: FlightSearchError) -> None:
    body = problem_json(problem_of(error, instance=scope["path"], request_id=trace.request_id))
    headers = [(b"content-type", PROBLEM_TYPE.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
