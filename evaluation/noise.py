"""Labelled requests as other people would have typed or said them, drawn by chance.

In: a labelled case. Out: the same case with a typing error, words of speech, a remark beside the point or
without capitals and marks. What it means stays the same, so that the label does. Grammars were mended for the
requests of the open sets until nearly all came out right; what they make of these says more of new ones.
"""

import random
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

_LONG_WORD: Final = re.compile(r"[A-Za-z]{6,}")
"""Shorter words with a wrong letter are often other words."""
_MARKS: Final = re.compile(r"(?<!\d)[,.;!?]|[,.;!?](?!\d)")
"""Not those within numbers."""
_SPEECH: Final = ("uh", "um", "like", "you know", "let's see", "I guess", "hmm", "so yeah")
_BEFORE: Final = (
    "hi there,", "quick question:", "hey, my boss asked me to look into this:", "ok so", "good morning,",
    "I was wondering,", "for my sister's wedding,", "not sure if you can help but", "hello again,",
)  # fmt: skip
_AFTER: Final = (
    "if that's possible", "thanks in advance", "my sister is getting married", "I hate waiting",
    "it's for work", "sooner is better than later", "we've never been there before", "what do you think",
    "as long as it isn't crazy", "my mum is paying", "that would be great", "I'm a nervous flyer",
)  # fmt: skip


def disturbed(case: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    """Return the case with one or two changes to its last turn."""
    turns = list(case["text"]) if isinstance(case["text"], list) else [case["text"]]
    for change in chance.sample(_CHANGES, chance.choice((1, 1, 2))):
        turns[-1] = change(turns[-1], chance)
    return {**case, "text": turns if isinstance(case["text"], list) else turns[0]}


def _mistyped(text: str, chance: random.Random) -> str:
    words = list(_LONG_WORD.finditer(text))
    if not words:
        return text
    word = chance.choice(words)
    # The first letter is hardly ever wrong.
    at = chance.randrange(word.start() + 1, word.end() - 1)
    wrong = chance.choice(("swap", "drop", "double", "other"))
    if wrong == "swap":
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if wrong == "drop":
        return text[:at] + text[at + 1 :]
    if wrong == "double":
        return text[: at + 1] + text[at:]
    return text[:at] + chance.choice("etaoinsr") + text[at + 1 :]


def _spoken(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    for _ in range(chance.choice((1, 2))):
        # Nobody hesitates within a name.
        gaps = [
            n for n in range(len(words) + 1) if not all(w[:1].isupper() for w in words[max(n - 1, 0) : n + 1])
        ]
        words.insert(chance.choice(gaps or [0]), chance.choice(_SPEECH))
    return " ".join(words)


def _plain(text: str, _: random.Random) -> str:
    return _MARKS.sub("", text).lower() if re.search(r"[a-z]", text) else text


def _begun(text: str, chance: random.Random) -> str:
    return f"{chance.choice(_BEFORE)} {text}"


def _ended(text: str, chance: random.Random) -> str:
    return f"{text.rstrip(' .!?')}, {chance.choice(_AFTER)}"


_CHANGES: Final[tuple[Callable[[str, random.Random], str], ...]] = (
    _mistyped,
    _spoken,
    _plain,
    _begun,
    _ended,
)
