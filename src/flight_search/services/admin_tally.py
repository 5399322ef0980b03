"""What this process was asked for, counted without anybody's words or name.

In: each understood request and how it ended. Out: the most frequent routes, kinds, empty searches, problems
and unread words. A route or a word is told only after several requests had it, so that none of them leads
back to one person; texts themselves are never kept. Counts begin with the process and end with it.
"""

import re
from collections import Counter
from typing import Final

from flight_search.domain.intent import IntentAnswer
from flight_search.domain.query import FlightQuery
from flight_search.domain.result import AnswerResult, SearchResult, Status

LEAST_TOLD: Final = 3
"""Requests that must have had a route or a word before it is told."""

MOST_KEPT: Final = 2_000
"""Different routes or words that are kept; the rarest half goes when there are more."""

MOST_TOLD: Final = 20
"""Lines of each list."""

SURE_FROM: Final = 0.6
"""Below this confidence the console says that a reading is in doubt."""

# Words of letters alone: numbers may be telephone numbers, what has an @ an address.
_WORD = re.compile(r"[^\W\d_]{3,20}")


class Tally:
    """Counts of one process. Used from its event loop alone."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.kinds: Counter[str] = Counter()
        self.routes: Counter[str] = Counter()
        self.empty: Counter[str] = Counter()
        self.problems: Counter[str] = Counter()
        self.unread: Counter[str] = Counter()
        self.unsupported: Counter[str] = Counter()
        self.doubtful = 0

    def understood(self, text: str, intent: IntentAnswer) -> None:
        """Count what a text was taken for, and the words of it that were read as nothing."""
        self.kinds[intent.kind.value] += 1
        if intent.confidence < SURE_FROM:
            self.doubtful += 1
        # Each word counts once per request, however often it is said there.
        self._count(self.unread, set(_unread_words(text, intent)))
        self._count(self.unsupported, {part.lower()[:60] for part in intent.unsupported})

    def ended(self, query: FlightQuery | None, result: SearchResult | AnswerResult) -> None:
        """Count between which places was searched, and whether anything was found."""
        route = route_of(query)
        if not route:
            return
        self._count(self.routes, {route})
        if result.status is Status.NO_MATCH:
            self._count(self.empty, {route})

    def failed(self, code: str) -> None:
        """Count a request that ended with a problem; ``code`` is one of those of the error tree."""
        self.problems[code] += 1

    @staticmethod
    def _count(counter: Counter[str], names: set[str]) -> None:
        counter.update(names)
        if len(counter) > MOST_KEPT:
            kept = counter.most_common(MOST_KEPT // 2)
            counter.clear()
            counter.update(dict(kept))


def told(counter: Counter[str], least: int = LEAST_TOLD) -> list[tuple[str, int]]:
    """Return the most frequent names that enough requests had."""
    return [(name, count) for name, count in counter.most_common(MOST_TOLD) if count >= least]


def route_of(query: FlightQuery | None) -> str:
    """Return the airports at the ends of the first slice: codes of the gazetteer, no words of a person."""
    if query is None:
        return ""
    first = query.slices[0]
    ends = [
        "/".join(place.airports[:3]) + ("…" if len(place.airports) > 3 else "")  # noqa: PLR2004 - enough to know it
        if place and place.airports
        else "anywhere"
        for place in (first.origin, first.destination)
    ]
    return "" if ends == ["anywhere", "anywhere"] else " → ".join(ends)


def _unread_words(text: str, intent: IntentAnswer) -> list[str]:
    read = [(part.start, part.end) for part in intent.understood]
    return [
        match[0].lower()
        for match in _WORD.finditer(text)
        if not any(start < match.end() and match.start() < end for start, end in read)
    ]
