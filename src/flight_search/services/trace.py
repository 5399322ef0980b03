"""Who asked: the request id and the W3C trace context of the request that is being served.

In: the headers ``X-Request-ID``, ``traceparent`` and ``tracestate``. Out: the same for calls to other
services, and the fields of every log line. A header that is not well-formed is replaced, never passed on.
"""

import re
import secrets
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass

_REQUEST_ID = re.compile(r"^[A-Za-z0-9._:/+=@-]{1,128}$")
_TRACEPARENT = re.compile(r"^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$")
_TRACESTATE = re.compile(r"^[\x20-\x7e]{1,512}$")
_NO_TRACE, _NO_SPAN = "0" * 32, "0" * 16
_SAMPLED = "01"


@dataclass(frozen=True, slots=True)
class RequestTrace:
    """Identity of one request and its place in a distributed trace."""

    request_id: str
    trace_id: str
    span_id: str
    """Our own span: the parent of the calls that we make."""
    flags: str
    state: str

    def headers(self) -> dict[str, str]:
        """Return the headers that pass it on to another service."""
        passed = {
            "x-request-id": self.request_id,
            "traceparent": f"00-{self.trace_id}-{self.span_id}-{self.flags}",
        }
        return passed | {"tracestate": self.state} if self.state else passed


_current: ContextVar[RequestTrace | None] = ContextVar("request_trace", default=None)


def current_trace() -> RequestTrace | None:
    """Return the trace of the request that this task serves; None outside of requests."""
    return _current.get()


def begin_trace(headers: Iterable[tuple[bytes, bytes]]) -> RequestTrace:
    """Read the headers of a request (lower-case names), and make its trace the current one of this task."""
    found = {name: value.decode("latin-1").strip() for name, value in headers if name in _HEADERS}
    given = found.get(b"x-request-id", "")
    parent = _TRACEPARENT.match(found.get(b"traceparent", ""))
    if parent and (parent[1] == _NO_TRACE or parent[2] == _NO_SPAN):
        parent = None
    state = found.get(b"tracestate", "") if parent else ""
    trace = RequestTrace(
        request_id=given if _REQUEST_ID.match(given) else secrets.token_hex(16),
        trace_id=parent[1] if parent else secrets.token_hex(16),
        span_id=secrets.token_hex(8),
        flags=parent[3] if parent else _SAMPLED,
        state=state if _TRACESTATE.match(state) else "",
    )
    _current.set(trace)
    return trace


_HEADERS = frozenset({b"x-request-id", b"traceparent", b"tracestate"})
