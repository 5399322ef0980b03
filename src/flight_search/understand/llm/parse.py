"""From what a model wrote to the words it found, with repair where it wrote more or less than JSON.

In: text. Out: ``FoundWords``. Models put JSON between fences, think aloud before it, leave commas behind,
stop in the middle: what can be understood is, anything else is an ``UnreadableAnswerError``.
"""

import json
import re
from typing import Any

from pydantic import ValidationError

from flight_search.understand.llm.told import found_in
from flight_search.understand.llm.words import FoundWords

_LONGEST_CHARACTERS = 100_000
_MOST_BEGINNINGS = 20
_THOUGHTS = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL | re.IGNORECASE)
_LOOSE_COMMA = re.compile(r",(?=\s*[}\]])")
_CLOSING = {"{": "}", "[": "]"}
_FIELDS = {"said", *FoundWords.model_fields}


class UnreadableAnswerError(Exception):
    """What a model wrote holds no answer."""


def parse_one(text: str) -> FoundWords:
    """Return the words of one request. Raises UnreadableAnswerError."""
    value = _object_in(text)
    # A model that was shown a list of requests before likes to answer with a list of one.
    answers = value.get("answers")
    return _words(answers[0] if isinstance(answers, list) and answers else value)


def parse_several(text: str, count: int) -> list[FoundWords | None]:
    """Return the words of requests 1 to ``count``, None where there is no (readable) answer to one.

    Raises UnreadableAnswerError where there is none at all.
    """
    answers = _object_in(text).get("answers")
    if not isinstance(answers, list):
        raise UnreadableAnswerError("it holds no list of answers")
    found: list[FoundWords | None] = [None] * count
    for answer in answers:
        number = answer.get("number") if isinstance(answer, dict) else None
        if isinstance(number, int) and 1 <= number <= count and found[number - 1] is None:
            try:
                found[number - 1] = _words(answer)
            except UnreadableAnswerError:
                continue
    return found


def _words(value: object) -> FoundWords:
    if not isinstance(value, dict) or not _FIELDS & value.keys():
        raise UnreadableAnswerError("it holds none of the fields")
    try:
        # Without an enforced schema, a model may write fields where it should write a list.
        return found_in(value) if "said" in value else FoundWords.model_validate(value)
    except ValidationError as error:
        wrong = ", ".join(str(problem["loc"][0]) for problem in error.errors()[:3])
        raise UnreadableAnswerError(f"it has wrong values in: {wrong}") from None


def _object_in(text: str) -> dict[str, Any]:
    """Return the first JSON object of a text."""
    text = _THOUGHTS.sub("", text[:_LONGEST_CHARACTERS])
    begins = [match.start() for match in re.finditer(r"\{", text)][:_MOST_BEGINNINGS]
    for begin in begins:
        rest = text[begin:]
        for candidate in (rest, _LOOSE_COMMA.sub("", rest), *_closed(rest)):
            if value := _decoded(candidate):
                return value
    raise UnreadableAnswerError("it holds no JSON object")


def _decoded(text: str) -> dict[str, Any] | None:
    try:
        value, _ = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _closed(text: str) -> tuple[str, ...]:
    """Return a text that was cut off, closed again: whole, and without its unfinished part."""
    open_ends: list[str] = []
    kept, ends_there, in_string, escaped = 0, "", False, False
    for index, sign in enumerate(text):
        if in_string:
            in_string = escaped or sign != '"'
            escaped = sign == "\\" and not escaped
        elif sign == '"':
            in_string = True
        elif sign in _CLOSING:
            open_ends.append(_CLOSING[sign])
        elif sign in "}]":
            if not open_ends or open_ends.pop() != sign:
                return ()
            if not open_ends:
                # It was not cut off, it is no JSON.
                return ()
            kept, ends_there = index + 1, "".join(reversed(open_ends))
        elif sign == ",":
            kept, ends_there = index, "".join(reversed(open_ends))
    return text + "".join(reversed(open_ends)), text[:kept] + ends_there
