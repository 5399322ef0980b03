"""Who travels: "family of four (2 kids)", "me and my wife plus a baby", "4 people".

In: canonical text. Out: how many adults, children and infants. The speaker counts where the others go along
with somebody ("with my wife"), not where only others are named ("for my parents").
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from flight_search.understand.resolve.found import Found

_INFANT_BELOW_YEARS = 2
_ADULT_FROM_YEARS = 18
_MOST_OF_A_KIND = 500
_ADULT_WORDS = r"adults?|grown - ?ups?|grownups?|seniors?|pensioners?"
_HEAD_WORDS = (
    r"people|ppl|persons?|passengers?|travell?ers?|pax|guests?|seats?|tickets?|friends|colleagues|coworkers"
    r"|buddies|mates|students?"
)
_CHILD_WORDS = (
    r"kids?|toddlers?|child|children|sons?|daughters?|boys?|girls?|teens?|teenagers?|minors?|grandkids?"
    r"|grandchildren"
    r"|grandson|granddaughter|year - ?olds?|year olds?"
)
_INFANT_WORDS = r"bab(?:y|ies)|infants?|newborns?|lap (?:infants?|child(?:ren)?)|month - ?olds?|month olds?"
_COUNT = r"(?:\d+|a|an|my|our|his|her|the|another)"
_ONE_ADULT = (
    r"wife|husband|spouse|partner|girlfriend|boyfriend|fianc[eé]e?|mother|mom|mum|father|dad|brother|sister"
    r"|friend|colleague|coworker|boss|uncle|aunt|cousin|grandmother|grandma|grandfather|grandpa|roommate"
    r"|nanny|assistant|better half"
)
_TWO_ADULTS = r"parents|grandparents|in - laws|in laws"
_GROUP = re.compile(
    rf" (?:for )?(?:a |our |my |the )?(?:family|group|party"
    rf"|team) of (?P<n>\d+)(?: people)?(?P<inside> ,? ?(?:\(|with|including|incl|,|-)? ?(?:of (?:which"
    rf"|whom|them) )?(?P<kids>\d+|a) (?:of them )?(?:are )?(?:small |young "
    rf"|little )?(?P<kind>{_CHILD_WORDS}|{_INFANT_WORDS})(?: and (?P<babies>\d+|a"
    rf"|an) (?:{_INFANT_WORDS}))?)?(?= )"
)
_HEADS = re.compile(
    rf" (?P<n>\d+|a|an|another) (?P<adj>small |young |little |older |more |other "
    rf"|elderly )?(?P<kind>{_ADULT_WORDS}|{_HEAD_WORDS}|{_CHILD_WORDS}|{_INFANT_WORDS})(?= )"
)
_AGED = re.compile(
    r" (?P<n>\d+) - ?(?:year|yr) - ?olds?(?= )| (?P<m>\d+) (?:year|yr)s? olds?(?= )"
    r"| (?P<mo>\d+) -? ?month -? ?olds?(?= )"
)
_AGES = re.compile(
    rf" (?:(?P<n>\d+) )?(?:{_CHILD_WORDS})(?: [,(])? (?:aged?|ages|are)(?P<ages>(?: (?:,|and"
    rf"|, and)? ?\d{{1,2}})+)(?= )"
)
_RELATIVE = re.compile(
    rf" (?:my|our|his|her|the|a) (?:(?:\d+|elderly|old(?:er)?|young(?:er)?|little|big|dear|best|pregnant) )?"
    rf"(?P<kind>{_ONE_ADULT}|{_TWO_ADULTS}|{_CHILD_WORDS}"
    rf"|{_INFANT_WORDS})(?= )"
)
_COUPLE = re.compile(r" (?:for )?(?:a|my|the|us as a) couple(?= (?!of)|, )")
_COUPLES = re.compile(r" (?:we are |we're )?(?P<n>\d) couples(?= )")
_ME = re.compile(
    r" (?:just |only )?(?:for )?(?:me|myself|i)(?= and | , | plus | with | \+ )| and (?:me|i"
    r"|myself)(?= )|(?<= for)(?: just| only)? me(?= )"
)
_FOR_N = re.compile(
    r" (?:for|x) (?:the )?(?P<n>\d+) ?(?:of us|pax)?(?= (?:,|and|with|in|under|on|from|to|please|$)|$"
    r"| $)|(?: the)? (?P<us>\d+) of us(?= )|(?: for| of)? (?P<both>us both|both of us)(?= )"
)
_SOLO = re.compile(
    r" (?:solo(?: trip| travell?er)?|travell?ing alone|by myself|just (?:for )?me|only me|on my own"
    r"|flying alone)(?= )"
)
_WITH = re.compile(r" (?:with|and|plus|along with|bringing|together with|\+|,|including) $")
_JOINING = re.compile(r" ?(?:(?:, )?(?:and|plus|with|\+|,|including)(?: with)?)? ?")
_ONE_OF_THEM = re.compile(
    r" (?:1|one|who|which) (?:of (?:us|them|whom|which) )?(?:is|will be)(?: only| just| an?)? $"
)
_CORRECTED_COUNT = re.compile(
    r" (?:, )?(?:no|sorry|actually|make that|i mean|wait)(?: ,)?(?: make (?:that|it))? (?P<n>\d{1,2})"
    r"(?= (?:,|of us|from|to|on|in|for|please) | $)"
)
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


@dataclass(slots=True)
class _Counting:
    """Heads counted so far, and the stretch of text that names them."""

    adults: int = 0
    children: int = 0
    infants: int = 0
    heads: int = 0
    infants_among_children: int = 0
    """How many of the children counted turn out to be infants: "3 kids, one is 1 year old"."""
    start: int = 1 << 30
    end: int = 0
    pieces: list[tuple[int, int]] = field(default_factory=list)

    def cover(self, match: re.Match[str]) -> None:
        self.pieces.append((match.start() + 1, match.end()))
        self.start = min(self.start, match.start() + 1)
        self.end = max(self.end, match.end())

    def add(self, kind: str, count: int) -> None:
        if re.fullmatch(_INFANT_WORDS, kind):
            self.infants += count
        elif re.fullmatch(_CHILD_WORDS, kind):
            self.children += count
        elif re.fullmatch(_ADULT_WORDS, kind):
            self.adults += count
        else:
            self.heads += count


def find_party(text: str) -> Found[Party] | None:
    """Return who travels, None where the text does not say."""
    if group := _GROUP.search(text):
        return _group(group, text)
    counting = _Counting()
    blank = _count_aged(text, counting)
    blank = _count_heads(blank, counting)
    speaker = _count_relatives(blank, text, counting)
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
    adults = counting.adults + counting.heads
    me = _ME.search(blank)
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
    kids = _number(match.group("kids")) if match.group("kids") else 0
    babies = _number(match.group("babies")) if match.group("babies") else 0
    if match.group("kind") and re.fullmatch(_INFANT_WORDS, match.group("kind")):
        kids, babies = 0, kids
    if not kids and not babies:
        # "Family of four from Boston to Orlando, two kids": who of them is small is said elsewhere.
        elsewhere = _Counting()
        _count_heads(_count_aged(text[: match.start()] + " , " + text[match.end() :], elsewhere), elsewhere)
        kids, babies = elsewhere.children, elsewhere.infants
    adults = max(total - kids - babies, 0)
    return _found(match.start() + 1, match.end(), adults or 1, min(kids, max(total - 1, 0)), babies)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 1


def _count_aged(text: str, counting: _Counting) -> str:
    """Count "kids aged 4 and 9", "a 5 year old" and "18 month old" by age; return the text without them."""
    for match in list(_AGES.finditer(text)):
        for age in re.findall(r"\d+", match.group("ages")):
            _add_aged(int(age), counting)
        text = _without(match, text, counting)
    for match in list(_AGED.finditer(text)):
        months = int(match.group("mo") or 0)
        age = months // 12 if months else int(match.group("n") or match.group("m") or 0)
        if _ONE_OF_THEM.search(text[: match.start() + 1]):
            counting.infants_among_children += age < _INFANT_BELOW_YEARS
        else:
            _add_aged(age, counting)
        text = _without(match, text, counting)
    return text


def _add_aged(age: int, counting: _Counting) -> None:
    if age < _INFANT_BELOW_YEARS:
        counting.infants += 1
    elif age < _ADULT_FROM_YEARS:
        counting.children += 1
    else:
        counting.heads += 1


def _without(match: re.Match[str], text: str, counting: _Counting) -> str:
    counting.cover(match)
    return text[: match.start() + 1] + "_" * (match.end() - match.start() - 1) + text[match.end() :]


def _count_heads(text: str, counting: _Counting) -> str:
    for match in list(_HEADS.finditer(text)):
        kind, words = match.group("kind"), match.group("n")
        if not words.isdigit() and re.fullmatch(
            r"seats?|tickets?|persons?|people|ppl|guests?|passengers?|students?|girls?|boys?|travell?ers?",
            kind,
        ):
            continue
        before = text[: match.start() + 1]
        if (
            re.search(r" (?:per|seat|row|at least|under|age|aged|flight) $", before)
            or int(words if words.isdigit() else 1) > _MOST_OF_A_KIND
        ):
            continue
        counting.cover(match)
        corrected = _CORRECTED_COUNT.match(text, match.end())
        count = _number(corrected.group("n") if corrected else words)
        if corrected:
            counting.cover(corrected)
        counting.add(kind, count)
        if _ONE_OF_THEM.search(before):
            # "3 seats, one of us is a toddler": the child is one of the three.
            counting.heads = max(counting.heads - count, 0)
        if (
            re.search(r"friends|colleagues|coworkers|buddies|mates", kind)
            and _WITH.search(before)
            and not _ME.search(text)
        ):
            counting.heads += 1
        text = text[: match.start() + 1] + "_" * (match.end() - match.start() - 1) + text[match.end() :]
    return text


def _count_relatives(blank: str, text: str, counting: _Counting) -> bool:
    """Count "my wife", "our parents"; return whether the speaker goes along."""
    along = False
    for match in _RELATIVE.finditer(blank):
        before = blank[: match.start() + 1]
        if re.search(
            r" (?:visit\w*|see|seeing|from|to|meet\w*|of|at|surprise|for (?:the )?birthday of) $", before
        ):
            continue
        digits = re.search(r" (\d+) ", match.group() + " ")
        count = int(digits.group(1)) if digits else 1
        kind = match.group("kind")
        if re.fullmatch(r"kids|children|sons|daughters|boys|girls|grandkids", kind) and not digits:
            continue
        counting.cover(match)
        if re.fullmatch(_ONE_ADULT, kind):
            counting.adults += 1
        elif re.fullmatch(_TWO_ADULTS, kind):
            counting.adults += 2
        else:
            counting.add(kind, count)
        along = (
            along
            or bool(_WITH.search(before) and not re.search(r" for (?:my|our) ", text[: match.start() + 1]))
            or " we " in text
        )
    return along


def _by_number(text: str) -> Found[Party] | None:
    """Read "for 3", "the two of us", "solo", "a couple"."""
    if match := _SOLO.search(text):
        return Found(match.start() + 1, match.end(), Party(1))
    for match in _FOR_N.finditer(text):
        count = 2 if match.group("both") else int(match.group("n") or match.group("us"))
        if 1 <= count <= (20 if match.group("n") else 500):
            return Found(match.start() + 1, match.end(), Party(count))
    return None
