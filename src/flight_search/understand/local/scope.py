"""Whether a request is about flights at all.

In: canonical text and what the grammars have found in it. Out: a weight of evidence: words that only
travellers by air use weigh most, words that many trades share little, words of other trades (hotels, banks,
weather) weigh against. The weights are a small linear model, set by hand from the meaning of the words, so
that a request in words nobody foresaw is still judged by those it shares with others.
"""

import re

from flight_search.understand.local.found import FoundInText
from flight_search.understand.local.roles import NamedPlace

# From this weight on a request is about flights.
IN_SCOPE = 1.0

_SURE, _LIKELY, _SHARED, _AGAINST, _STRONGLY_AGAINST, _OTHER_TRANSPORT = 1.6, 0.8, 0.4, -0.5, -2.5, -5.0
# Beside a flight, a hotel or a rental car is a wish that cannot be honoured, not another trade.
_BESIDE_A_FLIGHT = -0.4
_FLIGHT = re.compile(r" (?:flights?|fly|flying|airfares?|vuelos?|vols?) ")

_WORDS: tuple[tuple[float, str], ...] = (
    (
        _SURE,
        (
            r"flights?|boeing|airbus|fares?|connection times?|class(?:es)? of service|fare codes?"
            r"|booking class(?:es)?|seating capacity|(?:type|kind|sort|model)s? of (?:plane|jet)s?"
            # "How many seats in a 734", "the capacity of an m80": planes go by letters and figures.
            r"|(?:seats|people|passengers)(?: (?:are|fit|there|can))* (?:in|on) an? (?:[a-z]\d\w|\d\d\w)"
            r"|capacity of (?:an?|the) (?:[a-z]\d\w|\d\d\w)|airfares?|air ?fares?|airlines?|airplanes?"
            r"|aeroplanes?|aircraft"
            r"|airports?|nonstop|non - stop|layovers?|stop ?- ?overs?"
            r"|red - ?eyes?|redeyes?|airways|round ?-? ?trips?|roundtrips?|1 ?-? way|one - way|jetliners?"
            r"|iata|(?:what|which) (?:city|place|airport) (?:is|does|has) [a-z]{3}(?= (?:for|stand"
            r"|belong|,|$)| $)"
            r"|vuelos?|vols?|fl[uü]ge?|voos?|voli|volo"
            r"|direct flights?|business class|economy class|(?:first|1th) class|premium economy"
            r"|plane tickets?|air travel|by air"
        ),
    ),
    (_SURE, r"fl(?:y|ies|ying|ew|own)"),
    (
        _LIKELY,
        (
            r"planes?|jets?|tickets?|depart\w*|arriv\w*|landings?|takeoff|turbo ?props?|seating|passengers"
            r"|boarding|trips?|getaway|itinerar\w+|coach|economy"
        ),
    ),
    (
        _LIKELY,
        (
            r"travel(?:s|ing|ling)?(?: from| to)|carriers?|one stop|1 stop|direct|connecting|cheapest|cabin"
            r"|refundable|(?:starting|leaving|departing|flying|coming) (?:out )?from|(?:schedules?"
            r"|timetables?|prices?)(?= (?:to|from) )"
        ),
    ),
    (
        _SHARED,
        (
            r"travel\w*|vacations?|holidays?|leav(?:e|ing|es)|return\w*|destinations?|go(?:ing)?(?: from"
            r"| to)|get (?:from|to)|cheap|somewhere|anywhere"
            r"|where (?:can|could|should|might) (?:i|we) (?:go|travel)"
            r"(?= (?:for|under|on|in|this|next|with) )"
        ),
    ),
    (
        _OTHER_TRANSPORT,
        (
            r"get(?:ting)? (?:to )?(?:\w+ )?downtown|get(?:ting)? (?:from|to) the (?:\w+ )?airport"
            r"|ground (?:transport\w*|travel)|grounds transport\w*|(?<!air )transport(?:ation)? (?:from"
            r"|to|in|at|is|time|options?|services?"
            r"|between|available)|limo\w*|taxis?|cabs?|uber|lyft|shuttles?"
            r"|rental cars?|car rentals?|rent(?:al|ing)? (?:a )?cars?|cars?|hire cars?|trains?|bus(?:es)?"
            r"|subway|metro|rail\w*|ferr(?:y|ies)|cruises?"
            r"|hotels?|motels?|hostels?|airbnb|resorts?|lodging|restaurants?|parking"
        ),
    ),
    (
        _STRONGLY_AGAINST,
        (
            r"(?:is|has|was|will) (?:my|our) (?:flight|plane)|(?:my|our) (?:flight|plane) (?:was|is|got"
            r"|has|had)|"
            r"(?:is it|how) safe|safe to travel|travel (?:advi\w+|restrictions?|warnings?)|"
            r"(?:my|our) (?:cancell?ed|delayed|missed"
            r"|booked|existing|old|last) "
            r"(?:flight|trip|booking)|(?:get|claim|request) (?:a |my )?(?:refund|compensation)"
            r"|(?:what|which|where)[^,]{0,12} (?:gate|terminal)(?: is| for| of)?[^,]{0,8} (?:my|our)"
            r"|(?:my|our) flight(?:'s)? (?:status|number)"
            r"|(?:cancel\w*|chang\w*|modify|rebook|check in(?: for)?|manage|confirm) (?:my|our) (?:flight"
            r"|booking|reservation|ticket|trip)s?"
            r"|(?:do|does|can) [^,]{0,30} (?:allow|permit)|check me in|(?:do|does) (?:a |an )?(?:planes?"
            r"|airplanes?|jets?) (?:fly|work|cost)|become an?|invented|discovered|(?:a|an|good"
            r"|new) (?:book"
            r"|film|podcast)s?|tables? for \d|(?:a"
            r"|the) table|dinner|poems?|essays?|stor(?:y|ies)|haikus?|limericks?"
            r"|lyrics|weather|forecast|temperature|alarms?|timers?|reminders?|playlists?|songs?|music"
            r"|recipes?"
            r"|cook\w*|calories|bank(?:ing)?(?! holiday)|accounts?|credit|debit"
            r"|loans?|mortgage|taxes|paycheck|payroll|salary|insurance|bills?|balance|savings?|visas?"
            r"|passports?|vaccin\w+|shots|jokes?|meaning of life"
            r"|shopping|groceries|to ?- ?do"
            r"|meetings?(?! (?:in|at) )|translate|spell|definition|synonym\w*|calculate|oil"
            r"|tires?|gas|mileage|mpg|traffic|directions?|driv(?:e|ing)"
            r"|birds?|drones?|kites?|fishing|time ?zone|exchange rate|plug|adapter|socket|text|call|phone"
            r"|email|movies?|game|pto|time off|sick days?|w2|401k|rewards"
            r"|(?:baggage|luggage) (?:allowances?|fees?|polic(?:y|ies)|rules?)"
            r"|news|flies (?:when|like|by)|lost luggage|fruit fl(?:y|ies)"
        ),
    ),
    (
        _AGAINST,
        (
            r"downtown|time (?:is it|in)|what time is it|book(?:s)? (?:a |me )?(?:table|room)|name|how old"
            r"|who (?:is|are|was)|dogs?|remind|play|set|turn|add|order"
        ),
    ),
)
_PATTERNS = tuple((weight, re.compile(rf" (?:{words})(?= )")) for weight, words in _WORDS)
# Words repeat; the third "flight" proves no more than the first two.
_MOST_OF_A_SORT = 2


def evidence_of_words(text: str) -> float:
    """Return how much the words of a canonical text speak for flights."""
    weight = 0.0
    for value, pattern in _PATTERNS:
        found = {match.group() for match in pattern.finditer(text)}
        beside = value == _OTHER_TRANSPORT and _FLIGHT.search(text)
        weight += (_BESIDE_A_FLIGHT if beside else value) * min(len(found), _MOST_OF_A_SORT)
    return weight


_GREETING = re.compile(
    r" (?:hi|hello|hey|yo|heyo|hiya|howdy|hola|bonjour|hallo|ciao|greetings|wassup|sup|what (?:'s |is )?up"
    r"|good (?:morning|afternoon|evening|day)"
    r"|thanks?(?: you)?(?: (?:so|very) much| a lot)?|how(?:'s|'ve| is| are| have| do| you| ya"
    r"|s)*(?: (?:it|ya|you|have|are|been|doing?|everything|things|life|your day|is|going"
    r"|hanging|feeling|today|day|been))+|are you (?:good|ok|okay|well|alright|there)|goodbye|bye"
    r"|see you)(?= )"
)
_FRIENDLY = frozenset(
    (  # noqa: SIM905  a list of words reads best as text
        "there ai bot assistant my friend buddy everyone again tell me and you are is it so to all , man "
        "dude mate sir"
    ).split()
)
_TOPICS = (
    r"(?:questions?|topics?|subjects?|things?|info(?:rmation)?|stuff|categor(?:y|ies)|requests?|commands?"
    r"|queries|help|areas?)"
)
_ABILITIES = re.compile(
    rf" (?:(?:what|which)(?: all| else| other| are| is| the| kinds?| types?| sorts?| different"
    rf"| of)* (?:{_TOPICS} )?(?:that )?(?!do i )(?:can|could|should|may|am|do|are) (?:i|you|u) (?:able to "
    rf"|allowed to |capable of )*"
    rf"(?:ask(?:ing)?|do(?= $| for| here|ing)|say|answer\w*|know(?= $| about $| of)|help(?= $| me"
    rf"| with $)|capable|search(?: for)?(?= $| here)|familiar|tell me(?= $| about $)|allowed|offer"
    rf"|handle|understand|familiar with)"
    rf"|(?:what|which)(?: \w+){{0,4}} {_TOPICS}(?: that| are| do| can)* (?:you|i|u) (?:can "
    rf"|could )?(?:know|ask|answer|tell|handle|familiar|understand|do)"
    r"|what (?:all )?(?:i|you) can (?:ask|do|answer|help)|can i ask (?:you )?(?:all |different |any )"
    r"|can you answer (?:all |any |different |my )?(?:types of )?questions?"
    r"|capable of (?:doing|answering)|how (?:does this|do(?:es)? (?:this|it))(?: thing| app| site"
    r"| tool)? work|what (?:is|does"
    r"|can) this (?:app|site|tool|thing|service)(?: do| for)?|how (?:do|can|should) i (?:use|search"
    r"|ask)(?: this| you)?(?= $)"
    r"|what is this(?= $)|(?:give|show) me (?:some |an )?examples?(?= $)|start over(?= $)"
    r"|what (?:information|info|details) do you need|your (?:features|abilities|capabilities|functions)"
    r"|(?:i )?need (?:some )?help(?= $)"
    r"|can you help(?: me)?(?= $)|who (?:are|r) (?:you|u)(?= $))(?= )"
)


def is_help(text: str) -> bool:
    """Whether a text only greets, thanks, or asks what can be asked."""
    text = re.sub(r" (?:, )+", " ", text)
    rest, count = _GREETING.subn(" ", text)
    if count and not [word for word in rest.split() if word not in _FRIENDLY]:
        return True
    return text.strip() in ("help", "help me") or (
        evidence_of_words(text) > _STRONGLY_AGAINST and bool(_ABILITIES.search(text))
    )


_END, _BOTH_ENDS, _CARRIER, _NUMBER, _CONSTRAINT, _CODE = 0.5, 1.0, 0.8, 1.0, 0.3, 0.3
_MOST_CONSTRAINTS = 2
# Who types "Paris" or "to Denver on friday" and nothing else into a search for flights means a flight.
_NOTHING_ELSE = 1.2
_LINKS = frozenset(
    (  # noqa: SIM905  a list of words reads best as text
        "to from in on at and or the for via , - go i i'm i'd we want need like would get be please"
    ).split()
)
# Who names a place beside these wants to fly from it.
_EXPLORES = re.compile(
    r" (?:surprise me|inspire me|any ?where|some ?where|where to|get away|getaways?|destinations?"
    r"|places to (?:go|fly|visit))(?= )"
)
_HOW_TO_GET = re.compile(r" how (?:do|can|could|would|should) (?:i|we|you|one) get ")
# "I would like to leave early in the morning", not "leave work at five".
_LEAVES_WHEN = re.compile(
    r" (?:leave|depart|arrive|return) (?:early|late|around|about|at|after|before|by|between|in the) "
)
_ASKS_A_CODE = re.compile(
    r"^ [a-z]{3} means what $|^ (?:what (?:is|are|does)|define|does|explain|meaning|where|what 's)\b.{0,40} $"
)


def _is_common(place: NamedPlace) -> bool:
    return place.span.best.common_word


def _is_sure(place: NamedPlace) -> bool:
    return place.span.exact and not place.span.best.common_word


def evidence_of(text: str, found: FoundInText, unread: str) -> float:
    """Return how much a request speaks for flights, by its words, what was found and what was not read."""
    leg = found.journey.legs[0]
    ends = [end for end in (leg.origin, leg.destination) if any(_is_sure(place) for place in end)]
    if ends and leg.origin and leg.destination:
        # "Split" may be a verb; from Austin to Split it is the town.
        ends = [leg.origin, leg.destination]
    weight = evidence_of_words(text)
    if (
        not ends
        and leg.origin
        and leg.destination
        and not any(map(_is_common, (*leg.origin, *leg.destination)))
    ):
        weight += _BOTH_ENDS
    both_named = bool(leg.origin and leg.destination)
    is_named = ends or both_named or any(_is_sure(place) for place in found.journey.loose)
    if is_named and all("_" in word or word in _LINKS for word in unread.split()):
        weight += _NOTHING_ELSE
    weight += _END * len(ends) + _BOTH_ENDS * (len(ends) == 2)  # noqa: PLR2004  both ends
    weight += _CODE * sum(place.span.best.kind.value == "airport" for end in ends for place in end)
    weight += _CARRIER * bool(found.carriers.include or found.carriers.exclude)
    weight += _NUMBER * (found.carriers.flight is not None)
    codes = [place for place in found.journey.loose if len(place.span.best.matched) == len("JFK")]
    if (found.carriers.include or codes) and _ASKS_A_CODE.search(text):
        weight += _NUMBER
    # "A beach weekend from Newark" is a journey, though no word of flying is in it.
    weight += _LIKELY * (found.describes_destination and bool(ends or any(found.schedule.legs)))
    if any(timing.departs or timing.arrives for timing in found.schedule.legs):
        weight += _SHARED * bool(_LEAVES_WHEN.search(text))
    if _HOW_TO_GET.search(text) and {c for p in leg.origin for c in p.span.best.airports} & {
        c for p in leg.destination for c in p.span.best.airports
    }:
        # "How do I get from JFK to Manhattan": not by air.
        weight += _OTHER_TRANSPORT
    weight += _LIKELY * bool(is_named and _EXPLORES.search(text))
    wishes = found.wishes
    constraints = (
        wishes.stops,
        wishes.cabin,
        wishes.trip,
        found.party,
        found.price.limits,
        any(found.schedule.legs),
    )
    return weight + _CONSTRAINT * min(sum(map(bool, constraints)), _MOST_CONSTRAINTS)
