"""Numbers in words: "twenty third" is 23rd, "seven hundred" is 700.

In: lower-case words. Out: how many of them make one number, and its digits. The callers' grammars then only
need to know digits.
"""

from collections.abc import Sequence
from dataclasses import dataclass

_UNITS = (  # noqa: SIM905  a list of words reads best as text
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()  # noqa: SIM905  a list of words reads best as text
_ORDINAL_UNITS = (  # noqa: SIM905  a list of words reads best as text
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
).split()

UNITS = {word: value for value, word in enumerate(_UNITS)}
TENS = {word: 10 * (index + 2) for index, word in enumerate(_TENS)} | {"fourty": 40}
ORDINALS = {word: value for value, word in enumerate(_ORDINAL_UNITS) if value} | {
    "twentieth": 20,
    "thirtieth": 30,
}
_SCALES = {"hundred": 100, "thousand": 1_000}
_HUNDRED = 100
_SINGLE = 10


@dataclass(frozen=True, slots=True)
class SpelledNumber:
    """A number that takes ``length`` words; ``text`` is it in digits, with "th" behind an ordinal."""

    length: int
    text: str


def read_number(words: Sequence[str], start: int) -> SpelledNumber | None:
    """Return the number in words that begins at ``start``: "twenty", "twenty third", "two thousand five".

    Numbers that merely stand side by side ("seven thirty", a time) stay two numbers.
    """
    total = current = 0
    position = start
    room = _HUNDRED
    while position < len(words):
        word = words[position]
        if word == "-" and room == _SINGLE and position + 1 < len(words) and _joins_tens(words[position + 1]):
            position += 1
            continue
        if word in TENS and room > _SINGLE:
            current += TENS[word]
            room = _SINGLE
        elif word in UNITS and UNITS[word] < room and (room > _SINGLE or UNITS[word] > 0):
            current += UNITS[word]
            room = 0
        elif word in ORDINALS and ORDINALS[word] < max(room, 1):
            return SpelledNumber(position + 1 - start, f"{total + current + ORDINALS[word]}th")
        elif word in _SCALES and current and current % _HUNDRED:
            if word == "hundred":
                current *= _HUNDRED
                room = _HUNDRED
            else:
                total += current * _SCALES[word]
                current, room = 0, _HUNDRED
        elif word == "and" and total + current >= _HUNDRED and _is_small(words, position + 1) and room:
            pass
        else:
            break
        position += 1
    if position == start or not (total or current or words[start] == "zero"):
        return None
    return SpelledNumber(position - start, str(total + current))


def _joins_tens(word: str) -> bool:
    return 0 < UNITS.get(word, ORDINALS.get(word, 0)) < _SINGLE


def _is_small(words: Sequence[str], position: int) -> bool:
    return position < len(words) and (words[position] in UNITS or words[position] in TENS)
