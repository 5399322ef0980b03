"""Heads counted by the words that name them: "2 adults", "a 5 year old", "my wife", "2 of them kids".

In: canonical text. Out: a ``Counting`` and the text without what was counted, so that nobody counts twice.
"""

import re
from dataclasses import dataclass, field

_INFANT_BELOW_YEARS = 2
_ADULT_FROM_YEARS = 18
_MOST_OF_A_KIND = 500
_ADULT_WORDS = r"adults?|grown - ?ups?|grownups?|seniors?|pensioners?|parents|women|men|ladies|guys|gentlemen"
_HEAD_WORDS = (
    r"people|ppl|persons?|passengers?|travell?ers?|pax|guests?|seats?|tickets?|friends|colleagues|coworkers"
    r"|buddies|mates|students?"
)
CHILD_WORDS = (
    r"kids?|toddlers?|child|children|sons?|daughters?|boys?|girls?|teens?|teenagers?|minors?|grandkids?"
    r"|grandchildren|twins"
    r"|grandson|granddaughter|year - ?olds?|year olds?"
)
INFANT_WORDS = r"bab(?:y|ies)|infants?|newborns?|lap (?:infants?|child(?:ren)?)|month - ?olds?|month olds?"
_COUNTS_IN_WORDS = {"a pair of": 2, "twin": 2, "half a dozen": 6, "a dozen": 12}
_ONE_ADULT = (
    r"wife|husband|spouse|partner|girlfriend|boyfriend|fianc[eé]e?|mother|mom|mum|father|dad|brother|sister"
    r"|friend|colleague|coworker|boss|uncle|aunt|cousin|grandmother|grandma|grandfather|grandpa|roommate"
    r"|nanny|assistant|better half"
)
_TWO_ADULTS = r"parents|grandparents|in - laws|in laws"
_HEADS = re.compile(
    rf" (?P<n>\d+(?: x)?|a pair of|half a dozen|a dozen|twin|a|an|another) (?P<adj>small |young |little "
    rf"|older |more |other "
    rf"|elderly )?(?P<kind>{_ADULT_WORDS}|{_HEAD_WORDS}|{CHILD_WORDS}|{INFANT_WORDS})(?= )"
)
_AGED = re.compile(
    r" (?P<n>\d+) - ?(?:year|yr) - ?olds?(?= )| (?P<m>\d+) (?:year|yr)s? olds?(?= )"
    r"| (?P<mo>\d+) -? ?month -? ?olds?(?= )"
)
_BELOW_TWO = re.compile(
    r" (?P<n>\d+|a|an) (?:child(?:ren)?|kids?|toddlers?) (?:under|below|younger than) (?:the age of )?2(?= )"
)
_AGES = re.compile(
    rf" (?:(?P<n>\d+) )?(?:{CHILD_WORDS})(?: [,(])? (?:aged?|ages|are)(?P<ages>(?: (?:,|and"
    rf"|, and)? ?\d{{1,2}}(?! (?:{_ADULT_WORDS}|{_HEAD_WORDS}|{INFANT_WORDS}) ))+)(?= )"
)
_RELATIVE = re.compile(
    rf" (?:my|our|his|her|their|the|a) (?:(?:\d+|elderly|old(?:er)?|young(?:er)?|little|big|dear|best"
    rf"|pregnant|teenage|adult|grown) ){{0,2}}"
    rf"(?P<kind>{_ONE_ADULT}|{_TWO_ADULTS}|{CHILD_WORDS}"
    rf"|{INFANT_WORDS})(?= )"
    # "For my sister's wedding", "my mum is paying": they do not fly along.
    r"(?! (?:wedding|birthday|graduation|funeral|house|place|home|party|anniversary|apartment|family"
    r"|hometown) )"
    r"(?! (?:is|are|was|were|has|have|had|lives|asked|said|told|wants|needs"
    r"|likes) (?!(?:also )?(?:coming|joining|flying|travell?ing"
    r"|going|with)))"
)
_GROWN = re.compile(r" (?:adult|grown) ")
BARE_RELATIVE = re.compile(
    r"(?:^|(?<= ,)|(?<= and)|(?<= \+)|(?<= plus)|(?<= with)|(?<= for)|(?<= mum)|(?<= mom)|(?<= dad)) "
    r"(?P<kind>wife|husband|spouse|partner|girlfriend|boyfriend|mum|mom|mother|dad|father|baby)(?= )"
)
ME = re.compile(
    r" (?:just |only )?(?:for )?(?:me|myself|i)(?= and | , | plus | with | \+ )| and (?:me|i"
    r"|myself)(?= )|(?<= for)(?: just| only)? me(?= )"
)
_WITH = re.compile(r" (?:with|and|plus|along with|bringing|together with|\+|,|including)(?: both| all)? $")
_ONE_OF_THEM = re.compile(
    r" (?:1|one|who|which) (?:of (?:us|them|whom|which) )?(?:is|will be)(?: only| just| an?)? $"
)
_INCLUDED = re.compile(r" (?:including|incl)(?: ,)? $")
# "6 people, 2 of them children", "5 people including 1 infant": the small ones are among the people.
AMONG = re.compile(r" (?:of (?:them|us|whom|which)(?: are| is)?|including|incl(?: ,)?|of which)(?= )")
_OF_US = re.compile(r" (?P<n>\d+) of us(?! (?:is|are))(?= )")
_OF_THEM = re.compile(
    rf" (?P<n>\d+) of (?:them|us|whom|which)(?: are| is)? (?:an? )?(?P<kind>{CHILD_WORDS}"
    rf"|{INFANT_WORDS})(?= )"
)
_CORRECTED_COUNT = re.compile(
    r" (?:, )?(?:no|sorry|actually|make that|i mean|wait)(?: ,)?(?: make (?:that|it))? (?P<n>\d{1,2})"
    r"(?= (?:,|of us|from|to|on|in|for|please) | $)"
)


@dataclass(slots=True)
class Counting:
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
        """Take the words of a match as read."""
        self.pieces.append((match.start() + 1, match.end()))
        self.start = min(self.start, match.start() + 1)
        self.end = max(self.end, match.end())

    def add(self, kind: str, count: int) -> None:
        """Count heads of the age that ``kind`` says, or of none."""
        if re.fullmatch(INFANT_WORDS, kind):
            self.infants += count
        elif re.fullmatch(CHILD_WORDS, kind):
            self.children += count
        elif re.fullmatch(_ADULT_WORDS, kind):
            self.adults += count
        else:
            self.heads += count


def number_of(text: str) -> int:
    """Return a count in figures or words; one for an article."""
    digits = text.removesuffix(" x")
    return int(digits) if digits.isdigit() else _COUNTS_IN_WORDS.get(text, 1)


def count_aged(text: str, counting: Counting) -> str:
    """Count "kids aged 4 and 9", "a 5 year old" and "18 month old" by age; return the text without them."""
    for match in list(_BELOW_TWO.finditer(text)):
        counting.infants += number_of(match.group("n"))
        text = _without(match, text, counting)
    for match in list(_AGES.finditer(text)):
        ages = [int(age) for age in re.findall(r"\d+", match.group("ages"))]
        for age in ages * 2 if " twins " in match.group() and len(ages) == 1 else ages:
            _add_aged(age, counting)
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


def _add_aged(age: int, counting: Counting) -> None:
    if age < _INFANT_BELOW_YEARS:
        counting.infants += 1
    elif age < _ADULT_FROM_YEARS:
        counting.children += 1
    else:
        counting.heads += 1


def _without(match: re.Match[str], text: str, counting: Counting) -> str:
    counting.cover(match)
    return text[: match.start() + 1] + "_" * (match.end() - match.start() - 1) + text[match.end() :]


def count_heads(text: str, counting: Counting) -> str:
    """Count "2 adults", "3 seats", "6 of us"; return the text without them."""
    if (us := _OF_US.search(text)) and AMONG.search(text, us.end()):
        counting.heads += int(us.group("n"))
        text = _without(us, text, counting)
    for match in list(_OF_THEM.finditer(text)):
        counting.add(match.group("kind"), int(match.group("n")))
        text = _without(match, text, counting)
    for match in list(_HEADS.finditer(text)):
        kind, words = match.group("kind"), match.group("n")
        if words in ("a", "an") and re.fullmatch(
            r"seats?|tickets?|persons?|people|ppl|guests?|passengers?|students?|girls?|boys?|travell?ers?",
            kind,
        ):
            continue
        before = text[: match.start() + 1]
        if (
            re.search(r" (?:per|seat|row|at least|under|age|aged|flight) $", before)
            or number_of(words) > _MOST_OF_A_KIND
        ):
            continue
        counting.cover(match)
        corrected = _CORRECTED_COUNT.match(text, match.end())
        count = number_of(corrected.group("n") if corrected else words)
        if corrected:
            counting.cover(corrected)
        if _INCLUDED.search(before) and re.fullmatch(_ADULT_WORDS, kind) and counting.adults:
            # "3 adults including 1 senior": the senior has been counted.
            continue
        counting.add(kind, count)
        if _ONE_OF_THEM.search(before):
            # "3 seats, one of us is a toddler": the child is one of the three.
            counting.heads = max(counting.heads - count, 0)
        if (
            re.search(r"friends|colleagues|coworkers|buddies|mates", kind)
            and _WITH.search(before)
            and not before.endswith(" bringing ")
            and not ME.search(text)
        ):
            counting.heads += 1
        text = text[: match.start() + 1] + "_" * (match.end() - match.start() - 1) + text[match.end() :]
    return text


def count_relatives(blank: str, text: str, counting: Counting) -> bool:
    """Count "my wife", "our parents"; return whether the speaker goes along."""
    along = False
    for match in _RELATIVE.finditer(blank):
        before = blank[: match.start() + 1]
        if re.search(
            r" (?:visit\w*|see|seeing|from|to|meet\w*|of|at|surprise|for (?:the )?birthday of) $", before
        ):
            continue
        digits = re.search(r" (\d+) ", match.group() + " ")
        kind = match.group("kind")
        count = int(digits.group(1)) if digits else 2 if kind == "twins" else 1
        if re.fullmatch(r"kids|children|sons|daughters|boys|girls|grandkids", kind) and not digits:
            continue
        counting.cover(match)
        if re.fullmatch(_ONE_ADULT, kind):
            counting.adults += 1
        elif _GROWN.search(match.group()):
            counting.adults += count
        elif re.fullmatch(_TWO_ADULTS, kind):
            counting.adults += 2
        else:
            counting.add(kind, count)
        along = (
            along
            or bool(
                _WITH.search(before)
                and not match.group().startswith((" a ", " the "))
                and not re.search(r" for (?:my|our) ", text[: match.start() + 1])
            )
            or " we " in text
        )
    return along
