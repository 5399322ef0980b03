"""Another attempt where a server says that it is busy or was not reached, and the time still allows it.

In: a call. Out: its result, or its last error. Pauses are random up to a bound that doubles, so that clients
spread; a server that names its own (``Retry-After``) is believed. One that asks for more patience than there
is time for is not asked again: ``wait_of`` tells for how long it wants to be left alone.
"""

import datetime as dt
import email.utils
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import anyio
import httpx2
import openai
import tenacity

T = TypeVar("T")

_FIRST_WAIT_S: Final = 0.25
_LONGEST_WAIT_S: Final = 4.0
_BUSY: Final = frozenset({408, 409, 429})
_SERVER_ERROR: Final = 500


async def attempted(
    call: Callable[[], Awaitable[T]],
    most: int,
    within_s: float,
    *,
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
) -> T:
    """Return what a call gives, made up to ``most`` times. Raises its last error."""
    retrying = tenacity.AsyncRetrying(
        stop=tenacity.stop_any(tenacity.stop_after_attempt(most), tenacity.stop_before_delay(within_s)),
        wait=_wait,
        retry=tenacity.retry_if_exception(_may_pass),
        sleep=sleep,
        reraise=True,
    )

    async def once() -> T:
        # What it retries has to be a coroutine function by name, not only one that returns such.
        return await call()

    return await retrying(once)


def wait_of(error: BaseException) -> float:
    """Return for how many seconds a server wants to be left alone, 0 where it does not say."""
    if not isinstance(error, openai.APIStatusError):
        return 0.0
    headers = error.response.headers
    for name, seconds in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name, "").strip()
        if value.replace(".", "", 1).isdecimal():
            return float(value) * seconds
        if value and name == "retry-after":
            return _until(value)
    return 0.0


def _until(date: str) -> float:
    """Return the seconds until an HTTP date. It is only a hint, so the machine's clock is good enough."""
    try:
        then = email.utils.parsedate_to_datetime(date)
    except ValueError:
        return 0.0
    return max(0.0, (then - dt.datetime.now(then.tzinfo or dt.UTC)).total_seconds())


def _may_pass(error: BaseException) -> bool:
    if isinstance(error, openai.APIStatusError):
        told = error.response.headers.get("x-should-retry")
        if told in ("true", "false"):
            return told == "true"
        return error.status_code in _BUSY or error.status_code >= _SERVER_ERROR
    # A timeout has taken all the time that there was.
    is_slow = isinstance(error, openai.APITimeoutError | httpx2.TimeoutException)
    return isinstance(error, openai.APIConnectionError | httpx2.TransportError) and not is_slow


_backoff = tenacity.wait_random_exponential(
    multiplier=_FIRST_WAIT_S, max=_LONGEST_WAIT_S, min=_FIRST_WAIT_S / 2
)


def _wait(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = wait_of(error) if error else 0.0
    # A little more than asked for, each client another bit: all were told the same.
    return asked + _backoff(state) * (0.1 if asked else 1.0)
