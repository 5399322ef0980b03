"""One pass over a request: every grammar takes its words, in an order that keeps them apart.

In: text. Out: ``FoundInText`` and the ``Reading`` with its notes. The order matters: airlines before places
("Air France"), names of places of several words before dates and numbers ("Easter Island"), lengths before
times ("under 8 hours"), prices before passengers ("for 400 each"), places last.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from flight_search.domain.query import FlightNumber, FlightQuery, PriceRange, Trip
from flight_search.places.gazetteer import Gazetteer
from flight_search.places.match import PlaceKind, PlaceSpan
from flight_search.understand.local.cabins import cabin_letter
from flight_search.understand.local.changes import read_changes
from flight_search.understand.local.extras import read_preferences, read_unsupported
from flight_search.understand.local.found import CarrierWishes, FoundInText, Price
from flight_search.understand.local.itinerary import Itinerary, plan
from flight_search.understand.local.lengths import read_lengths
from flight_search.understand.local.reading import Reading
from flight_search.understand.local.roles import NamedPlace, find_places
from flight_search.understand.local.timing import read_schedule
from flight_search.understand.local.tokens import Sentence
from flight_search.understand.local.unknown import find_unknown
from flight_search.understand.local.wishes import read_wishes
from flight_search.understand.resolve.carriers import SMALL_WORDS, CarrierNames, CarrierPhrase
from flight_search.understand.resolve.dates import find_dates
from flight_search.understand.resolve.found import Found
from flight_search.understand.resolve.money import find_currency, find_price
from flight_search.understand.resolve.people import Party, find_party

_CODE_LETTERS = 2
_MOST_CODES = 3
_CODES_OF_A_TERSE_REQUEST = 2
_WORDS_OF_A_TERSE_REQUEST = 9
_BEFORE_A_CARRIER = re.compile(
    r" (?:on|with|by|fly|flying|not|no|except|than|prefer|use|using|take|airline|carrier|only) $|^ $"
)
_HARDLY_FLOWN_TO = 0.06
_TOWARDS = re.compile(r" (?:to|from|in|into|for|via|near|of|visit\w*|and|or) $")
_AN_END = re.compile(r" (?:to|from|in|into|for|via|the|of|visit\w*|or|and|,|-) $|^ $")
_JOINED = re.compile(r" (?:, )?(?:or|and|nor|,) $")
# Airlines do that, places do not: "does emirates fly to Oslo".
_DOES_WHAT_AIRLINES_DO = re.compile(r" (?:fly|flies|serves?|operates?)(?= )")
_AIRLINE = re.compile(r" (?:airlines?|airways|air|flights?|only)(?= )")
_ADDING = re.compile(r"^ \+ $| (?:add(?:ing)?|bring(?:ing)?)(?: in| also| \w+ to it)? $")
_ONE_MORE = re.compile(r" (?:another|(?:\d+|an?) (?:more|other|extra|additional)) ")
_JOINING = re.compile(
    r" (?:(?:is|are|will be) (?:also )?(?:coming|joining)|joins|come along)(?: us| me| too| along)* "
)
# "A week in Rome starting May 6" leaves that day; without a stay it would be any day from then on.
_STARTS = re.compile(r" (?:starting|beginning)(?: on)?(?! (?:from|at|in|out|point))(?= )")
_MINUSES = ("-", "\u2212")


@dataclass(frozen=True)
class Reader:
    """Reads requests with one gazetteer and one table of carriers. Immutable, so threads can share it."""

    gazetteer: Gazetteer
    carriers: CarrierNames
    common_words: frozenset[str]

    def read(
        self,
        sentence: Sentence,
        today: dt.date,
        *,
        day_first: bool,
        currency: str,
        previous: FlightQuery | None = None,
    ) -> tuple[FoundInText, Reading, str]:
        """Return what was found, the notes, and the text with only airlines and currency taken out."""
        reading = Reading(sentence)
        written = _written(sentence)
        spans = [
            span
            for span in self.gazetteer.scan(written)
            if not sentence.foreign.issuperset(range(span.start, span.end))
        ]
        carriers = self._carriers(reading, spans, written, is_follow_up=previous is not None)
        asked_in = _currency(reading, currency)
        without_carriers = reading.text
        hidden = _hide_names(reading, spans)
        changes = read_changes(reading, has_return=previous is not None and previous.trip is Trip.ROUND_TRIP)
        lengths = read_lengths(reading)
        starts = _STARTS.search(reading.text) if lengths.nights else None
        if starts:
            reading.take("slices.0.depart_date", starts.start() + 1, starts.end())
        price = _price(reading, asked_in or currency)
        wishes = read_wishes(reading)
        party, adds_people = _party(reading)
        read_unsupported(reading)
        _show_names(reading, hidden)
        # The dates have to be read for the places, whose legs the dates are then given to.
        places = find_places(reading, _not_dates(reading, spans, day_first=day_first))
        journey = plan(places)
        for place in places:
            reading.sentence.claim(place.start, place.end)
        is_there_and_back = wishes.trip is None and lengths.nights is not None and lengths.nights.max == 0
        trip = Trip.ROUND_TRIP if is_there_and_back else wishes.trip
        departure = previous.slices[0].depart_date if previous else None
        schedule = read_schedule(reading, journey, trip, today, day_first=day_first, departure=departure)
        is_terse = sum(span.best.kind.value == "airport" for span in spans) >= _CODES_OF_A_TERSE_REQUEST
        letter = cabin_letter(reading) if wishes.cabin is None and is_terse else None
        found = FoundInText(
            journey, schedule, wishes, lengths, carriers, price, party, today,
            adds_people=adds_people, cabin_letter=letter, changes=changes,
            currency=asked_in or currency, asked_in=asked_in,
        )  # fmt: skip
        found.unknown_origin, found.unknown_destination = find_unknown(reading, journey, self.common_words)
        found.preferences, found.describes_destination = read_preferences(reading)
        _note_places(reading, journey)
        return found, reading, without_carriers

    def _carriers(
        self, reading: Reading, spans: Sequence[PlaceSpan], written: Sequence[str], *, is_follow_up: bool
    ) -> CarrierWishes:
        # In a text all in capitals, capitals are no sign of a code: "BOSTON TO DENVER".
        is_shouting = reading.sentence.original.isupper() and len(written) > _MOST_CODES
        capitals = frozenset(
            word for word in written if len(word) == _CODE_LETTERS and word.isupper() and not is_shouting
        )
        if _is_in_small_codes(spans, written):
            capitals = frozenset(
                word.upper() for word in written if len(word) == _CODE_LETTERS and word not in SMALL_WORDS
            )
        include: dict[str, None] = {}
        exclude: dict[str, None] = {}
        wishes = CarrierWishes()
        last_end = -1
        for phrase in self.carriers.find(
            reading.text, capitals, is_journey=is_follow_up or _names_two_ends(spans)
        ):
            is_listed = last_end >= 0 and _JOINED.fullmatch(reading.text[last_end : phrase.start])
            # "Not United, LA to Chicago" goes on with a place.
            leads_on = reading.text.startswith((" to ", " - "), phrase.end)
            if (not is_listed or leads_on) and _is_a_place(reading, phrase, spans):
                continue
            last_end = phrase.end
            value = phrase.value
            wishes.any = wishes.any or not value.codes
            (exclude if value.refused else include).update(dict.fromkeys(value.codes))
            if value.number is not None and len(value.codes) == 1 and wishes.flight is None:
                wishes.flight = FlightNumber(carrier=value.codes[0], number=value.number)
                reading.take("flight", phrase.start, phrase.end)
            name = "carriers.exclude" if value.refused else "carriers.include"
            reading.take(name, phrase.start, phrase.end)
        wishes.include = tuple(code for code in include if code not in exclude)
        wishes.exclude = tuple(exclude)
        return wishes


def _is_in_small_codes(spans: Sequence[PlaceSpan], written: Sequence[str]) -> bool:
    """Whether a request is a row of codes in lower case, two letters an airline: "lhr-cdg 3dec ba"."""
    codes = sum(span.best.kind is PlaceKind.AIRPORT and span.end - span.start == 1 for span in spans)
    return (
        codes >= _CODES_OF_A_TERSE_REQUEST
        and len(written) <= _WORDS_OF_A_TERSE_REQUEST
        and all(word.islower() for word in written if word.isalpha())
    )


def _names_two_ends(spans: Sequence[PlaceSpan]) -> bool:
    """Whether two places are named that are hardly anything else."""
    return len({span.best.label for span in spans if span.exact and not span.best.common_word}) > 1


def _written(sentence: Sentence) -> list[str]:
    """Return the tokens as written, the "'s" with the word that it ends: "St. John's" is one name."""
    written = [sentence.original[token.start : token.end] for token in sentence.tokens]
    for index in range(1, len(written)):
        if sentence.tokens[index].word == "'s":
            written[index - 1] += written[index]
            written[index] = ""
    return written


def _is_a_place(reading: Reading, phrase: Found[CarrierPhrase], spans: Sequence[PlaceSpan]) -> bool:
    """Whether the words of a carrier are a place here: "to Hawaiian", no; "to Japan", yes."""
    after = (_AIRLINE.match(reading.text, phrase.end), _DOES_WHAT_AIRLINES_DO.match(reading.text, phrase.end))
    if any(after) or phrase.value.number:
        return False
    before = reading.text[: phrase.start]
    for span in spans:
        stretch = reading.sentence.stretch(span.start, span.end)
        if not stretch or not (stretch[0] <= phrase.start and phrase.end <= stretch[1]):
            continue
        if span.best.common_word or not span.exact:
            continue
        # "Singapore to Melbourne" begins with a place.
        begins = phrase.start == 1 and reading.text.startswith((" to ", " - "), phrase.end)
        if begins or stretch != (phrase.start, phrase.end):
            return True
        is_listed = span.best.kind is PlaceKind.COUNTRY and before.endswith(" , ")
        if is_listed or _is_beside_a_journey(span, before, spans):
            return False
        return not _BEFORE_A_CARRIER.search(before)
    return False


def _is_beside_a_journey(span: PlaceSpan, before: str, spans: Sequence[PlaceSpan]) -> bool:
    """Whether a name that a place and an airline share stands where no end of a journey stands.

    "Dubai Mumbai friday, emirates", "Boston to Warsaw, LOT": both ends are named, and hardly anybody flies
    there.
    """
    if span.best.kind is PlaceKind.COUNTRY:
        return not _AN_END.search(before)
    others = {other.best.label for other in spans if other.end <= span.start or other.start >= span.end}
    is_small = span.best.kind is PlaceKind.REGION or span.best.popularity < _HARDLY_FLOWN_TO
    return is_small and len(others) > 1 and not _TOWARDS.search(before)


def _hide_names(reading: Reading, spans: Sequence[PlaceSpan]) -> list[tuple[int, int]]:
    """Hide names of several words, so that no number, date or holiday is read inside them."""
    hidden: list[tuple[int, int]] = []
    for span in spans:
        stretch = reading.sentence.stretch(span.start, span.end)
        if stretch is None or not span.exact or span.best.common_word:
            continue
        start, end = stretch
        if " " not in reading.whole[start:end] or "_" in reading.text[start:end]:
            continue
        if "^" not in reading.text[start:end]:
            hidden.append((start, end))
            reading.sentence.text = reading.text[:start] + "^" * (end - start) + reading.text[end:]
    return hidden


def _show_names(reading: Reading, hidden: Sequence[tuple[int, int]]) -> None:
    for start, end in hidden:
        reading.sentence.text = reading.text[:start] + reading.whole[start:end] + reading.text[end:]


def _price(reading: Reading, currency: str) -> Price:
    found = find_price(reading.text, currency)
    if found is None:
        return Price()
    if _has_minus(reading, found.start):
        reading.take("price", found.start, found.end)
        return Price(is_negative=True)
    limits = found.value
    reading.take("price", found.start, found.end)
    return Price(
        PriceRange(min=limits.least, max=limits.most, currency=limits.currency or currency),
        each=limits.each,
        names_currency=limits.currency is not None,
    )


def _currency(reading: Reading, currency: str) -> str | None:
    found = find_currency(reading.text, currency)
    if found is None:
        return None
    reading.take("price.currency", found.start, found.end)
    return found.value


def _has_minus(reading: Reading, start: int) -> bool:
    """Whether a minus stands right before an amount ("-$50"), not a dash between words ("LA - $50")."""
    before = reading.whole[:start]
    if before.endswith((" minus ", " negative ")):
        return True
    first, _ = reading.sentence.characters(start, start + 1)
    original = reading.sentence.original
    return original[:first].endswith(_MINUSES) and not original[: first - 1].rstrip(" ")[-1:].isdigit()


def _party(reading: Reading) -> tuple[Party | None, bool]:
    """Return who travels, and whether they go along with those before: "add my wife"."""
    found = find_party(reading.text)
    if found is None:
        return None, False
    before, after = reading.text[: found.start], reading.text[found.end :]
    adds = (
        _ADDING.search(before)
        or _ONE_MORE.search(f" {reading.text[found.start : found.end]} ")
        or _JOINING.match(after)
    )
    for start, end in found.pieces or ((found.start, found.end),):
        reading.take("passengers", start, end)
    return found.value, bool(adds)


def _not_dates(reading: Reading, spans: Sequence[PlaceSpan], *, day_first: bool) -> list[PlaceSpan]:
    """Return the spans without those that are days here: "mar", "sun"."""
    days = find_dates(reading.text, day_first=day_first)
    kept = []
    for span in spans:
        stretch = reading.sentence.stretch(span.start, span.end)
        if not stretch or not any(p.start <= stretch[0] and stretch[1] <= p.end for p in days):
            kept.append(span)
    return kept


def _note_places(reading: Reading, journey: Itinerary) -> None:
    groups: list[tuple[str, list[NamedPlace]]] = []
    for index, leg in enumerate(journey.legs):
        groups += [(f"slices.{index}.origin", leg.origin), (f"slices.{index}.destination", leg.destination)]
    groups += [("connections.via", journey.via), ("connections.avoid", journey.avoid)]
    for name, places in groups:
        reading.notes += [(name, place.start, place.end) for place in places]
