"""Where in a request the words stand that a model says it copied.

In: a text and words. Out: the first and last character of these words in the text, or None: then nobody said
them and they are dropped. Case, runs of spaces and the shape of quotation marks and dashes don't matter.
"""

import re
from collections.abc import Iterable

_SAME: dict[str, str] = {
    "'": "['\u2018\u2019`]",
    "\u2019": "['\u2018\u2019`]",
    '"': '["\u201c\u201d]',
    "-": "[-\u2010-\u2015\u2212]",
    "\u2013": "[-\u2010-\u2015\u2212]",
}
_EDGES = " \t\r\n\"'.,;:!?\u201c\u201d"

Span = tuple[int, int]


def locate(words: str, text: str, taken: Iterable[Span] = ()) -> Span | None:
    """Return where ``words`` stand in ``text``: the first place that is not ``taken``, else the first."""
    # Edges that a model adds or loses ("Boston." for "Boston") say nothing.
    parts = words.strip(_EDGES).split()
    if not parts:
        return None
    pattern = r"\s+".join("".join(_SAME.get(sign) or re.escape(sign) for sign in part) for part in parts)
    # "LA" is not in "Atlanta"; scripts without spaces between words have no such edges.
    before = r"(?<!\w)" if parts[0][0].isascii() and parts[0][0].isalnum() else ""
    after = r"(?!\w)" if parts[-1][-1].isascii() and parts[-1][-1].isalnum() else ""
    spans = [match.span() for match in re.finditer(before + pattern + after, text, re.IGNORECASE)]
    free = [span for span in spans if not any(span[0] < end and start < span[1] for start, end in taken)]
    return next(iter(free or spans), None)
