"""Airlines by what people call them: names, codes, alliances, "low-cost".

In: canonical text and the table of carriers. Out: which codes are wanted or refused, and which flight was
named.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from flight_search.reference.carriers import Alliance, Carrier, CarrierKind
from flight_search.understand.resolve.found import Found

_LONGEST_NAME_WORDS = 5
# Names that are everyday words or places as well: believed only next to a word of flying.
_EVERYDAY = frozenset(
    "american united delta spirit frontier swiss eastern continental republic midway china air jet level "  # noqa: SIM905  a list of words reads best as text
    "play "
    "flair breeze avelo sun country wow joy blue star fly scoot peach spring lucky peace allegiant "
    "condor iberia "
    "british canadian finn ana tap saudi royal alliance brussels austrian bamboo shuttle dart sky wing "
    "wings hop "
    "smile norse aurora porter azul gol iris arik cape link max neos nok plus pan star volaris france "
    "india japan "
    "philippine kenya egypt malaysia singapore thai vietnam hawaiian alaska qatar pegasus southwest "
    "northwest "
    "contour "
    "silver cyprus malta serbia croatia arctic loganair island transat trans western central pacific express "
    "national global world atlantic lot".split()
)
# Those of them that are airlines before anything else, once two ends of a journey are named.
_BRANDS = frozenset(
    "american united delta spirit frontier swiss allegiant iberia austrian hawaiian southwest "  # noqa: SIM905  a list of words reads best as text
    "northwest scoot volaris gol lot avelo breeze condor pegasus norse azul porter loganair "
    "continental".split()
)
_BEFORE_A_NAME = re.compile(
    r" (?:on|with|by|via|flying|fly|use|using|prefer|take|me|be|has|that|there|only|no|not|except|avoid"
    r"|does|do|from|fare|fares"
    r"|for|or|and|of|airline|carrier|is|without|any|"
    r"the|all|but|excluding|than|through|are|which|what|show|list|to|both|about|either|by only|,) $"
)
_AFTER_A_NAME = re.compile(
    r" (?:airlines?|airways|air|flights?|flies|fly|nonstop|only|have|has|go|operate|serves?|offer"
    r"|tickets?|from|or|and|instead|please|"
    r"\d+|fares?|planes?|schedule|miles|one|service|carrier|leave|depart|to|first|business|economy|,"
    r"|arrive|flying|in|charges|'s|round|connecting|"
    r"that|which|daily|morning|evening|afternoon|cheapest|stand|use|uses|with|between|codes?|is|does|on"
    r"|for|return|today|tomorrow|leaving|departing|arriving|arrives|leaves|and|please|at|who"
    r"|serving|service|going|no|not|nor) "
)
_AIRLINE_FOLLOWS = re.compile(r" (?:airlines?|airways|air|flights?|'s|only(?= (?:,|please|$))) ")
_STRONGLY_BEFORE = re.compile(r" (?:on|with|by|fly|flying|class) $")
_PART_OF_ANOTHER_NAME = re.compile(
    r" (?:states|kingdom|nations|arab|emirates|republic|samoa|way|airport|time|holidays?|soil|food|style"
    r"|francs"
    r"|beach|islands?|day) "
)
_NO_NAME_FOLLOWS = re.compile(
    r" (?:to|from|in|at|of|a|an|my|i'm|i|are|near|visit|is|be|the|very|so|this|that) $"
)
_NOT = re.compile(
    r" (?:no|not(?: on| with| by)?|never|except(?: for)?|excluding|exclude|avoid(?:ing)?|without"
    r"|anything but|anyone but|any ?(?:one|thing|airline|carrier)? (?:but|except|other than|besides)"
    r"|other than|but not|but|isn't|is not|aren't|are not"
    r"|besides|don't want(?: to fly)?(?: on| with)?|do not want(?: to fly)?(?: on| with)?"
    r"|won't fly(?: on| with)?|refuse to fly(?: on| with)?|(?:don't|do not) (?:show|give|book) me"
    r"|rul(?:e|ing) out|leav(?:e|ing) out|can't stand|cannot stand|nothing(?: with| on| by| from)"
    r"|(?:stay|staying|keep|keeping) (?:me )?(?:away|off)(?: from)?|hates?|banned|drop|dislike"
    r"|don't like|ban|skip|rather not fly|not flying(?: on| with)?"
    r"|don't fly(?: on| with)?|instead of)"
    r"(?: with| on| by| any| the| using| flying)* $"
)
_CODE = re.compile(r" (?P<code>[a-z0-9]{2})(?= )")
# In lower case two letters are a code only in the place of one: "on dl from dallas".
_ON_A_CODE = re.compile(r" (?:on|with|flying|fly) $")
_AFTER_A_CODE = re.compile(r" (?:from|to|flights?|leaving|departing|only|please|,|today|tomorrow) | $")
_CODE_BEFORE = re.compile(r" (?P<code>[a-z]{2}) (?:or|and|nor|/) $")
_CODE_AFTER = re.compile(r" (?:or|and|nor|/) (?P<code>[a-z]{2})(?= )")
_FLIGHT = re.compile(r" (?:flight )?(?:number |no |nr |# )?(?:number )?(?P<number>\d{1,4})(?= )")
_GROUPS: tuple[tuple[re.Pattern[str], Alliance | CarrierKind], ...] = (
    (
        re.compile(
            r" (?:a |any )?star alliance(?: members?| airlines?| carriers?| partners?| flights?)?(?= )"
        ),
        Alliance.STAR,
    ),
    (
        re.compile(
            r" (?:a |any )?(?:oneworld|1 world|one world)(?: alliance)?(?: members?| airlines?"
            r"| carriers?| partners?| flights?)?(?= )"
        ),
        Alliance.ONEWORLD,
    ),
    (
        re.compile(
            r" (?:a |any )?(?:skyteam|sky team)(?: alliance)?(?: members?| airlines?| carriers?"
            r"| partners?| flights?)?(?= )"
        ),
        Alliance.SKYTEAM,
    ),
    (
        re.compile(
            r" (?:a |any |the )?(?:low - ?cost|low cost|budget|no - ?frills|no frills"
            r"|discount)(?: - )? ?(?:airlines?|carriers?|flights?|lines?)(?= )| lccs?(?= )"
        ),
        CarrierKind.LOW_COST,
    ),
    (
        re.compile(r" (?:a |any )?(?:full - ?service|full service|legacy)(?: airlines?| carriers?)?(?= )"),
        CarrierKind.FULL_SERVICE,
    ),
)
_ANY = re.compile(
    r" (?:(?:with |on |by )?(?:any|whatever|whichever|all) (?:airlines?|carriers?)|any airlines?"
    r"|no (?:airline|carrier) preference|don't care (?:about )?(?:the |which |what )?(?:airline"
    r"|carrier)s?|airline doesn't matter)(?= )"
)
_ANY_QUESTION = re.compile(
    r" (?:does|do|is there|are there|has|have) any (?:airlines?|carriers?)| all (?:the )?airlines?"
)


@dataclass(frozen=True, slots=True)
class CarrierPhrase:
    """Carriers named together, and whether they are refused. No codes: any airline is fine."""

    codes: tuple[str, ...]
    refused: bool
    number: str | None = None
    """The flight number that follows a single carrier."""


class CarrierNames:
    """Looks carriers up by name. Immutable, so threads can share it."""

    def __init__(self, carriers: Mapping[str, Carrier]) -> None:
        """Index the names, aliases and codes of ``carriers``."""
        self._carriers = carriers
        self._by_name: dict[str, str] = {}
        for carrier in carriers.values():
            for name in (carrier.name.lower(), *carrier.aliases):
                words = _plain(name)
                if len(words) > 2:  # noqa: PLR2004  two letters are a code
                    self._by_name.setdefault(words, carrier.iata)
        self._first_words = frozenset(name.split(" ", 1)[0] for name in self._by_name)

    def find(
        self, text: str, original_codes: frozenset[str] = frozenset(), *, is_journey: bool = False
    ) -> list[Found[CarrierPhrase]]:
        """Return the carriers named in a canonical text.

        Args:
            text: The canonical text.
            original_codes: Its two-letter words in capitals.
            is_journey: Whether it names two ends of a journey, so that "Delta" is hardly a river's.
        """
        found = self._groups(text)
        blank = text
        for one in found:
            blank = blank[: one.start] + "_" * (one.end - one.start) + blank[one.end :]
        if (match := _ANY.search(blank)) and not _ANY_QUESTION.search(blank):
            found.append(Found(match.start() + 1, match.end(), CarrierPhrase((), refused=False)))
        position = 0
        while (space := blank.find(" ", position)) >= 0 and space + 1 < len(blank):
            one_or_none = self._name_at(blank, space + 1, is_journey=is_journey) or self._code_at(
                blank, space, original_codes
            )
            if one_or_none is None:
                position = space + 1
            else:
                found.append(one_or_none)
                position = one_or_none.end
        found += self._codes_beside(found, blank)
        return _refused_together(sorted(found, key=lambda one: one.start), text)

    def _codes_beside(self, found: list[Found[CarrierPhrase]], text: str) -> list[Found[CarrierPhrase]]:
        """Return codes in lower case that are joined to a carrier: "ba or virgin", "delta or ua"."""
        beside: list[Found[CarrierPhrase]] = []
        for one in found:
            for match in (_CODE_BEFORE.search(text[: one.start]), _CODE_AFTER.match(text, one.end)):
                code = match.group("code") if match else ""
                if match and code.upper() in self._carriers and code not in SMALL_WORDS:
                    start, end = match.span("code")
                    if not any(known.start < end and start < known.end for known in (*found, *beside)):
                        refused = one.value.refused or bool(_NOT.search(text[:start]))
                        beside.append(Found(start, end, CarrierPhrase((code.upper(),), refused)))
        return beside

    def _groups(self, text: str) -> list[Found[CarrierPhrase]]:
        found = []
        for pattern, group in _GROUPS:
            for match in pattern.finditer(text):
                codes = tuple(
                    carrier.iata
                    for carrier in self._carriers.values()
                    if group in (carrier.alliance, carrier.kind)
                )
                refused = bool(_NOT.search(text[: match.start() + 1]))
                found.append(Found(match.start() + 1, match.end(), CarrierPhrase(codes, refused)))
        return found

    def _name_at(self, text: str, start: int, *, is_journey: bool) -> Found[CarrierPhrase] | None:
        words = text[start : start + 48].split(" ")
        if words[0] not in self._first_words:
            return None
        for length in range(min(_LONGEST_NAME_WORDS, len(words)), 0, -1):
            name = " ".join(words[:length])
            code = self._by_name.get(name)
            end = start + len(name)
            if code is None or text[end : end + 1] != " ":
                continue
            is_brand = is_journey and name in _BRANDS and not _PART_OF_ANOTHER_NAME.match(text, end)
            if name in _EVERYDAY and not (is_brand or self._is_meant(text, start, end)):
                continue
            return self._with_number(text, start, end, code)
        return None

    def _code_at(self, text: str, space: int, capitals: frozenset[str]) -> Found[CarrierPhrase] | None:
        match = _CODE.match(text, space)
        if match is None or match.group("code").upper() not in self._carriers:
            return None
        code = match.group("code").upper()
        start, end = match.start() + 1, match.end()
        numbered = _FLIGHT.match(text, end)
        asked = re.search(
            r" (?:airlines?|carrier|airline code|abbreviation|code|what is|what 's|what does|does|define"
            r"|for|is|meaning of) $",
            text[:start],
        )
        letters = code.isalpha()
        if (
            code in capitals
            or (
                letters
                and code.lower() not in SMALL_WORDS
                and _ON_A_CODE.search(text[:start])
                and _AFTER_A_CODE.match(text, end)
            )
            or (numbered and letters and code.lower() not in SMALL_WORDS)
            or (
                asked
                and letters
                and code.lower() not in SMALL_WORDS
                and re.search(r" (?:airlines?|stands?|what|mean\w*|define|abbreviation) ", text)
            )
        ):
            return self._with_number(text, start, end, code)
        return None

    def _is_meant(self, text: str, start: int, end: int) -> bool:
        after = text[end : end + 24]
        if _AIRLINE_FOLLOWS.match(after):
            return True
        before = text[max(0, start - 16) : start]
        if _STRONGLY_BEFORE.search(before) and not _PART_OF_ANOTHER_NAME.match(after):
            return True
        if not after.strip():
            return not _NO_NAME_FOLLOWS.search(before)
        return bool(_BEFORE_A_NAME.search(before) or start == 1) and bool(_AFTER_A_NAME.match(after))

    def _with_number(self, text: str, start: int, end: int, code: str) -> Found[CarrierPhrase]:
        refused = bool(_NOT.search(text[:start]))
        number = _FLIGHT.match(text, end)
        if number and not re.match(
            r" (?:stops?|dollars|am|pm|people|adults?|nights?|way|%|:|o'clock) ", text[number.end() :]
        ):
            return Found(
                start,
                number.end(),
                CarrierPhrase((code,), refused, number.group("number").lstrip("0") or "0"),
            )
        return Found(start, end, CarrierPhrase((code,), refused))


def _refused_together(found: list[Found[CarrierPhrase]], text: str) -> list[Found[CarrierPhrase]]:
    """Refuse what is joined to a refused carrier: "not Spirit or Frontier"."""
    for before, after in pairwise(range(len(found))):
        gap = text[found[before].end : found[after].start]
        if found[before].value.refused and _JOINED.fullmatch(gap):
            found[after] = replace(found[after], value=replace(found[after].value, refused=True))
    return found


_JOINED = re.compile(r" (?:, )?(?:or|and|nor|,)(?: on| with)? $")
SMALL_WORDS = frozenset(
    "is it in on at to by of or an as am pm be do go he if me my no so up us we hi ok la de el en un une "  # noqa: SIM905  a list of words reads best as text
    "le et al th "
    "rs st nd rd uk eu tv pc vs ad oh ah yo id im re a4 mr ms dr ny nj ca tx fl".split()
)


def _plain(name: str) -> str:
    """Return a carrier's name as canonical text spells it."""
    return re.sub(r"\s+", " ", re.sub(r"[^\w&']+", " ", name.lower()).replace("&", "and")).strip()
