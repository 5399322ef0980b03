"""Who travels: "family of four (2 kids)", "me and my wife plus a baby", "4 people".

In: canonical text. Out: how many adults, children and infants. The speaker counts where the others go along
with somebody ("with my wife"), not where only others are named ("for my parents").
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flight_search.understand.resolve.found import Found
from flight_search.understand.resolve.heads import (
    AMONG,
    BARE_RELATIVE,
    CHILD_WORDS,
    INFANT_WORDS,
    ME,
    Counting,
    count_aged,
    count_heads,
    count_relatives,
    number_of,
)

_COMPACT = re.compile(r" (?P<a>[1-9]) a (?=\d [ci] )(?:(?P<c>\d) c)?(?: ?(?P<i>\d) i)?(?= )")
_GROUP = re.compile(
    rf" (?:for )?(?:a |our |my |the )?(?:family|group|party"
    rf"|class|crew|squad|team) of (?P<n>\d+)(?: people)?(?P<inside> ,? ?(?:\(|with|including|incl|,"
    rf"|-)? ?(?:of (?:which"
    rf"|whom|them) )?(?P<kids>\d+|a) (?:of them )?(?:are )?(?:small |young "
    rf"|little )?(?P<kind>{CHILD_WORDS}|{INFANT_WORDS})(?: and (?P<babies>\d+|a"
    rf"|an) (?:{INFANT_WORDS}))?)?(?= )"
)
_COUPLE = re.compile(
    r" (?:(?:for )?(?:a|my|the|us as a)(?: \w+)?|old|elderly|young|retired|married"
    r"|honeymoon) couple(?= (?!of)|, )"
    r"| newlyweds(?= )"
)
_COUPLES = re.compile(r" (?:we are |we're )?(?P<n>\d) couples(?= )")
_FOR_N = re.compile(
    r" (?:for |x ?)(?:the )?(?P<n>\d+) ?(?:of us|pax)?(?= (?:,|and|with|in|under|on|from|to|please|$)|$"
    r"| $)|(?: (?:the|we are|we're|there are|there will be|there'll be))? (?P<us>\d+) of us(?= )"
    r"|(?: just)? us (?P<two>2)(?= )"
    r"| (?:we are|we're|there are|there will be|there'll be) (?P<are>\d+)(?= (?:now|in total|flying"
    r"|travell?ing|,) | $)"
    r"|(?: for| of)? (?P<both>us both|both of us)(?= )"
)
_PLUS_ONE = re.compile(
    r" (?:(?:me|myself|i) )?(?:\+|plus) (?P<n>[1-4])(?= (?:,|from|to|on|in|for|flying) | $)"
)
_SOLO = re.compile(
    r" (?:(?<=^ )me(?= $)|(?<= actually )me(?= $)|solo(?: trip| travell?er)?|travell?ing alone|by myself"
    r"|just (?:for )?me|only me|on my own"
    r"|flying alone)(?= )"
)
_JOINING = re.compile(r" ?(?:(?:, )?(?:and|plus|with|\+|,|including)(?: with)?)? ?")
_UNACCOMPANIED = re.compile(r" (?:unaccompanied minor|minor travell?ing alone)(?= )")


@dataclass(frozen=True, slots=True)
class Party:
    """How many travel of each age."""

    adults: int
    children: int = 0
    infants: int = 0
    is_adult_named: bool = True
    """Whether an adult was spoken of, not only thought of beside a child."""
    seated_infants: int = 0
    """How many of the children are infants without a lap."""


def find_party(text: str) -> Found[Party] | None:
    """Return who travels, None where the text does not say."""
    if group := _GROUP.search(text):
        return _group(group, text)
    if compact := _COMPACT.search(text):
        adults, children, infants = (int(compact.group(name) or 0) for name in ("a", "c", "i"))
        return _found(compact.start() + 1, compact.end(), adults, children, infants)
    counting = Counting()
    blank = count_aged(text, counting)
    blank = count_heads(blank, counting)
    speaker = count_relatives(blank, text, counting)
    for match in BARE_RELATIVE.finditer(blank):
        counting.cover(match)
        counting.add("baby" if match.group("kind") == "baby" else "adult", 1)
    if couples := _COUPLES.search(blank):
        counting.cover(couples)
        counting.adults += 2 * int(couples.group("n"))
        speaker = False
    elif couple := _COUPLE.search(blank):
        counting.cover(couple)
        counting.adults += 2
        speaker = False
    if not counting.end:
        return _by_number(text)
    adults = counting.adults + _others(counting, text)
    me = ME.search(blank)
    if me:
        counting.cover(me)
    if me or speaker:
        adults += 1
    is_adult_named = adults > 0
    if not adults and not _UNACCOMPANIED.search(text):
        adults = 1
    small = min(counting.infants_among_children, counting.children)
    found = _found(counting.start, counting.end, adults, counting.children - small, counting.infants + small)
    party = replace(found.value, is_adult_named=is_adult_named)
    return replace(found, value=party, pieces=_joined(counting.pieces, text))


def _others(counting: Counting, text: str) -> int:
    """Return how many of the people counted are none of those named by age.

    "3 passengers: 2 adults, 1 child" are three, "5 people including 1 infant" are five.
    """
    small = counting.children + counting.infants
    if counting.heads and counting.heads == counting.adults + small and counting.adults:
        return 0
    if small and counting.heads > small and AMONG.search(text):
        return counting.heads - small
    return counting.heads


def _joined(pieces: Sequence[tuple[int, int]], text: str) -> tuple[tuple[int, int], ...]:
    """Return the pieces in order, those with only a joining word between them as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(pieces):
        if joined and (start < joined[-1][1] or _JOINING.fullmatch(text[joined[-1][1] : start])):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _found(start: int, end: int, adults: int, children: int, infants: int) -> Found[Party]:
    """Return a party that can fly: an infant without a lap has a seat like a child."""
    spare = max(infants - adults, 0)
    return Found(start, end, Party(adults, children + spare, infants - spare, seated_infants=spare))


def _group(match: re.Match[str], text: str) -> Found[Party]:
    total = int(match.group("n"))
    kids = number_of(match.group("kids")) if match.group("kids") else 0
    babies = number_of(match.group("babies")) if match.group("babies") else 0
    if match.group("kind") and re.fullmatch(INFANT_WORDS, match.group("kind")):
        kids, babies = 0, kids
    if not kids and not babies:
        # "Family of four from Boston to Orlando, two kids": who of them is small is said elsewhere.
        elsewhere = Counting()
        count_heads(count_aged(text[: match.start()] + " , " + text[match.end() :], elsewhere), elsewhere)
        kids, babies = elsewhere.children, elsewhere.infants
    adults = max(total - kids - babies, 0)
    return _found(match.start() + 1, match.end(), adults or 1, min(kids, max(total - 1, 0)), babies)


def _by_number(text: str) -> Found[Party] | None:
    """Read "for 3", "the two of us", "solo", "a couple"."""
    if match := _PLUS_ONE.search(text):
        return Found(match.start() + 1, match.end(), Party(1 + int(match.group("n"))))
    if match := _SOLO.search(text):
        return Found(match.start() + 1, match.end(), Party(1))
    for match in _FOR_N.finditer(text):
        count = (
            2
            if match.group("both")
            else int(match.group("n") or match.group("us") or match.group("two") or match.group("are"))
        )
        if 1 <= count <= (20 if match.group("n") else 500):
            return Found(match.start() + 1, match.end(), Party(count))
    return None
