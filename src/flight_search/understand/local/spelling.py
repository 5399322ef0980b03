"""Keywords with typing errors: "tommorow", "flihgt", "cheepest".

Only words of a small closed vocabulary are restored, and only where the mistake is small and the word is not
itself English: a place that looks like a keyword must stay a place.
"""

from functools import lru_cache

from rapidfuzz.distance import OSA

_KEYWORDS = (  # noqa: SIM905  a list of words reads best as text
    "january february march april august september october november december monday tuesday wednesday "
    "thursday "
    "friday saturday sunday tomorrow weekend morning afternoon evening tonight midnight flight flights "
    "cheapest "
    "nonstop direct return returning leaving arriving departing before business economy premium airline "
    "airlines "
    "between around passengers adults children infants thanksgiving christmas easter refundable layover "
    "connection stopover luggage baggage ticket tickets airport airports dollars through without "
    "people night nights"
).split()
_BY_FIRST_LETTER: dict[str, tuple[str, ...]] = {
    letter: tuple(word for word in _KEYWORDS if word[0] == letter)
    for letter in {word[0] for word in _KEYWORDS}
}
# English words (and names) that lie next to a keyword.
_THEMSELVES = frozenset(
    (  # noqa: SIM905  a list of words reads best as text
        "airplane airplanes airplay marsh match starch fight light slight plight alright flights' fright "
        "freight sundry mourning warning returns returned rerun retain directs directed direction "
        "directly easter eastern western ester leaves learning leaving living driving arrive arrives "
        "arrived departs departed department busines chidren child evenings mornings mondays tuesdays "
        "wednesdays thursdays fridays saturdays sundays weekends weekend's economic tick thicket wicket "
        "cricket picket flighty friends connections connecting layovers dollar through though thorough "
        "thought throughout within arounds ground passenger adult infant infants' premier august apron "
        "apr becoming be4 befor besides begone evening's returnable airliner airlines' airport's "
        "morningside"
    ).split()
) - {"chidren", "befor", "busines"}
_SHORT = 5
_LONG = 8


@lru_cache(maxsize=4_096)
def correct_spelling(word: str) -> str:
    """Return the keyword that ``word`` was meant to be, or the word itself."""
    if len(word) < _SHORT or word in _THEMSELVES or not word.isascii() or not word.isalpha():
        return word
    allowed = 1 if len(word) < _LONG else 2
    best, distance = word, allowed + 1
    for keyword in _BY_FIRST_LETTER.get(word[0], ()):
        if abs(len(keyword) - len(word)) > allowed or keyword == word:
            if keyword == word:
                return word
            continue
        found = OSA.distance(word, keyword, score_cutoff=allowed)
        if found < distance:
            best, distance = keyword, found
    return best
