"""Answers that were given before, by everything that decides what a request means.

In: requests and their answers. Out: the answer to a request with the same words on the same day, in the same
locale and currency, after the same query; its ``engine`` is ``cache``. The least recently used goes first.
"""

import datetime as dt
import unicodedata
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from flight_search.domain.intent import Engine, IntentAnswer, IntentRequest, Understood


class _Key(NamedTuple):
    text: str
    day: dt.date
    locale: str
    currency: str
    previous: str


class AnswerCache:
    """A bounded number of answers for a bounded time. ``clock`` gives seconds that never run backwards."""

    def __init__(self, entries: int, ttl_s: float, clock: Callable[[], float]) -> None:
        """Take how many answers are kept (0: none) and how long."""
        self._entries = entries
        self._ttl_s = ttl_s
        self._clock = clock
        self._kept: OrderedDict[_Key, tuple[float, str, IntentAnswer]] = OrderedDict()

    def __len__(self) -> int:
        """Return how many answers are kept."""
        return len(self._kept)

    def get(self, request: IntentRequest, today: dt.date) -> IntentAnswer | None:
        """Return the answer kept for such a request, None where there is none."""
        key = _key(request, today)
        kept = self._kept.get(key)
        if kept is None:
            return None
        kept_at, text, answer = kept
        if self._clock() - kept_at >= self._ttl_s:
            del self._kept[key]
            return None
        self._kept.move_to_end(key)
        understood = (
            answer.understood if text == request.text else _moved(answer.understood, text, request.text)
        )
        return answer.model_copy(update={"engine": Engine.CACHE, "understood": understood, "took_ms": 0.0})

    def put(self, request: IntentRequest, today: dt.date, answer: IntentAnswer) -> None:
        """Keep an answer; a degraded one is not kept, so that the next asker may get a better one."""
        if not self._entries or answer.degraded:
            return
        key = _key(request, today)
        self._kept[key] = (self._clock(), request.text, answer)
        self._kept.move_to_end(key)
        while len(self._kept) > self._entries:
            self._kept.popitem(last=False)


def _key(request: IntentRequest, today: dt.date) -> _Key:
    previous = request.previous.model_dump_json() if request.previous else ""
    return _Key(_normal(request.text), today, request.locale.lower(), request.currency, previous)


def _normal(text: str) -> str:
    """Return a text with single spaces, composed. Capitals stay: "US" and "us" are not the same."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _moved(understood: tuple[Understood, ...], before: str, now: str) -> tuple[Understood, ...]:
    """Return the spans of one text in another with the same words: by what stands there apart from spaces."""
    if before.split() != now.split():
        # Composed otherwise, so that characters do not correspond: no span rather than a wrong one.
        return ()
    places = [index for index, sign in enumerate(now) if not sign.isspace()]
    moved = []
    for one in understood:
        first = sum(not sign.isspace() for sign in before[: one.start])
        count = sum(not sign.isspace() for sign in before[one.start : one.end])
        if count:
            start, end = places[first], places[first + count - 1] + 1
            moved.append(Understood(field=one.field, text=now[start:end], start=start, end=end))
    return tuple(moved)
