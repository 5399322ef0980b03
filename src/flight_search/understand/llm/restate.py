"""What a model found, said again as a plain sentence of one form that the local grammars read.

In: ``FoundWords`` and the request. Out: a ``Restatement``: the sentence, and for each piece of it the
characters of the request that it was copied from. So both engines share one reading of dates, places and
money: the model only decides which words say what. Words that are not in the request are dropped, which is
why nothing but words of the request, in a sentence about flights, comes out of here.
"""

from bisect import bisect_right
from dataclasses import dataclass, field

from flight_search.domain.intent import IntentRequest, Kind
from flight_search.understand.llm.locate import Span, locate
from flight_search.understand.llm.words import FoundWords, LegWords
from flight_search.understand.local.tokens import Sentence, read_sentence

_OUT_AND_BACK = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """``text[start:end]`` of a restatement says what ``source`` says in the request, about ``field``."""

    field: str
    start: int
    end: int
    source: Span
    is_verbatim: bool
    """Whether the characters are the same, so that parts of the piece can be found in the request."""


@dataclass(slots=True)
class Restatement:
    """The sentence so far."""

    request: str
    sentence: Sentence
    text: str
    pieces: list[Piece] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    """Words that the model claims and nobody said."""

    def find(self, words: str) -> Span | None:
        """Return where words stand in the request; those that don't are noted as dropped."""
        span = locate(words, self.request, [piece.source for piece in self.pieces])
        if span is None and words:
            self.dropped.append(words)
        return span

    def says_once(self, words: str) -> bool:
        """Whether the request has these words in one place alone, which is taken."""
        taken = [piece.source for piece in self.pieces]
        return locate(words, self.request, taken) in taken

    def say(self, lead: str, name: str, words: str) -> bool:
        """Add ``lead`` and the words, if they were said; return whether they were."""
        span = self.find(words)
        if span is None:
            return False
        said = self.request[slice(*span)]
        plain = _in_english(self.sentence, span) if name not in _NAMES else said
        cue = lead.strip(" ,").rpartition(" ")[2]
        if cue and said.lower().startswith(f"{cue} "):
            # The model copied "from" along with the place.
            lead = lead[: lead.rindex(cue)]
        self.text += lead
        start = len(self.text)
        self.text += plain
        self.pieces.append(Piece(name, start, len(self.text), span, is_verbatim=plain == said))
        return True


# Names keep their spelling and capitals; what else is in another language is said in English.
_NAMES = frozenset({"origin", "destination", "via", "avoid", "airlines", "airlines_refused", "flight"})


def restate(found: FoundWords, request: IntentRequest) -> Restatement:
    """Return what was found as one sentence."""
    # A follow-up that speaks of flights would ask for flights, whatever was asked before.
    opening = "and" if request.previous else "flights"
    said = Restatement(request.text, read_sentence(request.text), opening)
    legs, back = _out_and_back(found)
    for index, leg in enumerate(legs):
        _say_leg(said, _about_a_place(leg) if found.kind is Kind.AIRPORT else leg, is_onward=index > 0)
    _say_way_back(said, back, found.trip)
    said.say(", staying ", "stay", found.stay)
    said.say(", flight ", "flight", found.flight)
    for name, lead in (
        ("airlines", " on "),
        ("airlines_refused", ", not "),
        ("via", ", via "),
        ("avoid", ", avoiding "),
    ):
        for words in getattr(found, name):
            is_more = name == "airlines" and said.pieces and said.pieces[-1].field == name
            said.say(" or " if is_more else lead, name, words)
    said.say(", for ", "people", found.people)
    for name in ("cabin", "stops", "price", "duration", "layover", "bags", "refundable", "sort"):
        said.say(", ", name, getattr(found, name))
    for words in found.changes:
        said.say(", ", "changes", words)
    return said


def _say_leg(said: Restatement, leg: LegWords, *, is_onward: bool) -> None:
    lead = ", then" if is_onward else ""
    has_origin = said.say(f"{lead} from ", "origin", leg.origin)
    if has_origin:
        lead = ""
    if has_origin and _same(leg.origin, leg.destination) and said.says_once(leg.origin):
        # Said once, it is one end; which one, the model did not know.
        said.dropped.append(leg.destination)
    else:
        said.say(f"{lead} to ", "destination", leg.destination)
    said.say(", ", "dates", leg.dates)
    said.say(", departing ", "departs", leg.departs)
    said.say(", arriving ", "arrives", leg.arrives)


def _say_way_back(said: Restatement, back: LegWords, trip: str) -> None:
    is_dated = said.say(", returning ", "dates", back.dates)
    is_timed = said.say(", " if is_dated else ", returning ", "departs", back.departs)
    lead = ", arriving " if is_dated or is_timed else ", returning arriving "
    if said.say(lead, "arrives", back.arrives) or is_dated or is_timed:
        return
    said.say(", ", "trip", trip)


def _out_and_back(found: FoundWords) -> tuple[tuple[LegWords, ...], LegWords]:
    """Return the legs without the one that is the way back, and the way back."""
    if len(found.legs) != _OUT_AND_BACK:
        return found.legs, found.back
    out, other = found.legs
    is_reverse = _same(other.origin, out.destination) and _same(other.destination, out.origin)
    leads_nowhere_new = not other.origin and not other.destination
    if is_reverse or leads_nowhere_new:
        back = found.back
        merged = {
            name: getattr(back, name) or getattr(other, name) for name in ("dates", "departs", "arrives")
        }
        return (out,), LegWords(**merged)
    return found.legs, found.back


def _same(one: str, other: str) -> bool:
    return bool(one) and one.casefold() == other.casefold()


def _about_a_place(leg: LegWords) -> LegWords:
    """Return a leg whose only place is its origin: "airports serving New York" is about it, no way there."""
    if leg.origin or not leg.destination:
        return leg
    return leg.model_copy(update={"origin": leg.destination, "destination": ""})


def _in_english(sentence: Sentence, span: Span) -> str:
    """Return the words of a request in English, as the local engine translates them; else as they are."""
    tokens = sentence.tokens
    first = bisect_right([token.end for token in tokens], span[0])
    inside = [index for index in range(first, len(tokens)) if tokens[index].start < span[1]]
    if not sentence.foreign.intersection(inside):
        return sentence.original[slice(*span)]
    stretch = sentence.stretch(inside[0], inside[-1] + 1)
    return sentence.whole[slice(*stretch)].strip() if stretch else sentence.original[slice(*span)]
