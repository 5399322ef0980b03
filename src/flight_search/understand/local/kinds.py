"""What sort of answer is wanted.

In: canonical text and a few facts about what was found in it. Out: a ``Kind``. The rules are tried in order;
the question that a sentence asks ("how many", "which airline") stands before the things that it is about.
"""

import re

from flight_search.domain.intent import Kind

_HOW_MUCH = (
    r"how (?:much|expensive)|(?:what|how much) (?:would|will|do|should) (?:i|we) pay|(?<=^ )(?:is"
    r"|are) [^,]{0,60}(?<! least)(?<! most)(?<! less) expensive|what [^,]{0,60} (?:costs?"
    r"|going for)(?= $)|is (?:it|flying"
    r"|that) (?:expensive|cheap|pricey|costly)|what (?:would|does|do"
    r"|will|did)[^,]{0,90} costs?"
)
_RULES: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf" (?:{words})(?= )"))
    for kind, words in (
        (
            Kind.DISTANCE,
            (
                r"how far|distance|(?:miles|kilometers|kilometres|km) (?:from|between)|how many (?:air "
                r"|flight )?(?:miles|kilometers|kilometres|km)(?! (?:do|can"
                r"|will|would) i)|as the crow flies"
            ),
        ),
        (
            Kind.AIRCRAFT,
            (
                r"(?:what|which|whose)(?: (?:first class|type|types|kind|kinds|sort|model|models|make|is|are"
                r"|the|of|a|smallest|largest|biggest|different))* (?:aircraft|air ?planes?|planes?|jets?"
                r"|equipment)"
                r"|(?:types?|kinds?|models?|sorts?) of (?:the )?(?:aircraft|air ?planes?|planes?|jets?)"
                r"|(?:aircraft|air ?plane|plane) (?:types?|models?|kinds?)|seating capacit\w+|seat capacit\w+"
                r"|how many (?:people|passengers|seats|persons)[^,]{0,32} (?:fit|hold|carry|seat|in|on"
                r"|aboard)(?= )|(?:smallest|largest|biggest) (?:aircraft|air ?plane|plane)"
                r"|(?:show|list|display|tell)[^,]{0,30} (?:aircraft|air ?planes)(?! (?:tickets?|fares?"
                r"|seats?))|how (?:big|large|old) (?:is|are) (?:the )?(?:plane|aircraft|jet)"
                r"|(?:do|does|is|are|will) [^,]{0,24} (?:dreamliner|jumbo|airbus|boeing|a3\d0)"
                r"|does [^,]{0,24} (?:uses?|fly|operates?) (?:an? |the )?(?:dreamliners?|jumbos?"
                r"|airbus|boeing"
                r"|a ?3\d\d ?s?|7\d7 ?s?)|is the [^,]{0,40} (?:on|with) (?:an? |the )?(?:dreamliner"
                r"|jumbo|airbus|boeing|a ?3\d0"
                r"|7\d7)"
                r"|what (?:planes|aircraft)|(?:aircraft|plane) (?:is|are|does|do|will)"
                r"|equipment|is it an? (?:boeing |airbus )?(?:7\d7|a ?3\d\d)|do they (?:use"
                r"|fly) an? (?:boeing |airbus )?(?:7\d7|a ?3\d\d)|capacity of"
            ),
        ),
        (
            Kind.COUNT,
            (
                r"how many(?! (?:days|hours|minutes|stops? (?:is|are) (?:ok|fine)|people|bags|miles|nights"
                r"|weeks))|(?<! flight )(?:total )?number of(?! (?:stops|people|passengers|nights|bags))"
                r"|count (?:of|the"
                r"|all|flights)"
            ),
        ),
        (
            Kind.AIRLINES,
            (
                r"(?:which|what|any|whose)(?: (?:kinds?|type|types|sort|of|are|is|the|an?|all|other"
                r"|low ?-? ?cost|budget))* (?:airlines?|carriers?|air lines?|airways"
                r"|airline companies)(?! (?:tickets?|flights? (?:from|to|leave|arrive)|is fine|fare))"
                r"|(?:airlines?|carriers?) (?:that|which|with|flying|fly|flies|from|between|going|serv\w+"
                r"|servic\w+|offer\w*|operat\w+|have|has|to|into|available|options|on)(?! (?:fine))"
                r"|(?<!flights )are there (?:any )?_+ (?:from|between|to|flying|on)|does any(?:one"
                r"|body) (?:fly|go"
                r"|operate)|who (?:has (?:the )?(?:cheap|low)\w*|flies|fly|operates|serves|goes"
                r"|can fly me"
                r"|has flights|offers)|(?:list|show|name"
                r"|tell|give)(?: me)?(?: \w+){0,4} (?:airlines|carriers)(?! (?:flights?|fares?))"
                r"|(?:is|are) there an? airlines?|airline (?:abbreviations?|names?|codes?)|(?:define"
                r"|abbreviation) (?:airline )?[a-z0-9]{2}|names? of (?:the )?airlines?|airlines"
                r"|define airline|(?:which|what)(?: of)?(?: the)? _+ (?:fl(?:y|ies)|serves?|operates?)"
                r"|(?:which|what) compan(?:y|ies) (?:fl\w+|serv\w+|operat\w+|go)"
            ),
        ),
        (
            Kind.CALENDAR,
            (
                r"(?:cheapest|best|lowest|least expensive|cheaper)(?: \w+){0,3} (?:day|days|date|dates|month"
                r"|months|week|weekend|time|times)(?: of (?:the )?(?:year|week|month))?(?: (?:to|for|in"
                r"|of|fly|flights?"
                r"|from|on|i|between|when)|(?=(?: (?:,|instead|then|though|overall))* $))"
                r"|(?:which|what) (?:day|days|date|dates|month|week|weekend)(?: \w+){0,5} (?:cheap\w*|cost"
                r"|price|lowest|best|least)|when (?:is|are|does|do|would|will|should"
                r"|can)[^,]{0,48} (?:cheap\w*|lowest|least)"
                r"|calendar of|(?:fares?|prices?|costs?) by (?:day|date)|(?:cheapest"
                r"|lowest) (?:departure |travel )?(?:days?|dates?)|how do prices?[^,]{0,40} look"
                r"|(?:price|fare) (?:calendar|trend|history|graph|by day)|cheapest when"
                r"|prices? (?:per|by"
                r"|for each|each|every) (?:day|date)|when should i (?:fly|go|travel|book|leave)"
                r"|how do prices? (?:vary|change)|day by day"
                r"|(?:cheaper|cheapest)(?= [^,]{0,60}day or (?:on )?(?:an? )?\w+day )"
            ),
        ),
        (
            Kind.SCHEDULE,
            (
                r"how (?:late|early)|(?<!shortest )(?<!minimum )(?<!least )(?:flight|travel"
                r"|flying) (?:duration|time)(?! (?:under|less|of"
                r"|below|max\w*|at|no|not|up|should|must|is|over) )|what times?|(?:at )?which times?"
                r"|when the (?:next|first|last|earliest|latest)|when (?:do|does|is|are|will|can"
                r"|would)(?! i)|(?:flight "
                r"|departure |arrival )?schedules?(?! (?:a|me|my|an))|time ?tables?"
                r"|(?<!shortest )(?:flight|departure"
                r"|arrival|arriving|departing|connection) times?(?! (?:under|less|of|below|at most|no"
                r"|up to|over) )"
                r"|how long(?! (?:is the layover))|the times? (?:of|for|a|your|the|that|when)|times for"
                r"|duration of|how many (?:hours|minutes)|how much time|how often|times? (?:of|for) (?:the "
                r"|all )?(?:\w+ )?flights?|the times? (?:your|a|that|for|when|are|will)|list (?:the )?times"
            ),
        ),
        (
            Kind.AIRPORT,
            (
                r"airport (?:codes?|names?|abbreviations?|information|info)|(?:name|names|code|codes"
                r"|abbreviation|list|information)(?: \w+){0,3} airports?|(?:which|what) (?:is "
                r"|are )?(?:the )?airports?(?! (?:do|does|should|can|is fine))"
                r"|airports (?:in|near|around|at|of|close|serving|for)|(?:show|list|tell|give"
                r"|describe)(?: \w+){0,4} airports?(?! (?:to|from))|(?:iata|icao)(?: code)?|code for"
                r"|what (?:city|airport|place|country) (?:is|does)|(?:nearest|closest) airports?"
                r"|where is|where [a-z]{3}(?= ,| $)"
                r"|(?:does|do|has|have)(?: \w+){1,4} airport have|stands? for"
                r"|is there an? (?:\w+ )?airport (?:in|near|at|close)|what (?:is"
                r"|does) [a-z]{3}(?: (?:mean|stand for|airport))?(?= $)|airports|abbreviation|what does"
                r"|meaning of|fare codes?|define|what 's [a-z]{3}(?= $)|means what|more than 1 airport"
                r"|full name of|refers? to"
            ),
        ),
        (
            Kind.EXPLORE,
            (
                r"any ?where(?! (?:near|from (?:\d|\$|between)))|some ?where|some ?place|any ?place"
                r"|any (?:place|city"
                r"|destination|country)|(?:where|what places|what cities|which cities|which places"
                r"|what countries|which countries|what destinations|which destinations"
                r"|(?:what|which) (?:\w+ )?(?:islands?|beach(?:es)?|towns?|resorts?))"
                r"(?: all)? (?:can|could|should|to|do|does|are|is|would|might)|where to|inspire me"
                r"|get away|(?:cheap\w*|best|nice|some|good) (?:places?|trips?) (?:i can|to (?:go|fly"
                r"|visit|travel)|(?:out of|from))|what can (?:i|we) get from"
                r"|surprise (?:me|trip|destination|holiday|flight|weekend)|where (?:is "
                r"|are )?(?:it )?(?:cheap|warm|hot|sunny|nice|good)|(?:cheapest|best|top|popular|warm"
                r"|beach|possible) (?:destinations?|places"
                r"|cities|countries)|destinations (?:from|under|for|in|with)|explore|ideas for"
                r"|suggest\w* (?:a |some )?(?:destination|place)s?|any (?:ideas|suggestions)|ideas(?= ,? ?$)"
                r"|(?:places|cities|countries|destinations) (?:that |which )?(?:i|we|you) (?:can|could)"
                r"|open destination|wherever|(?:cities|places|destinations) (?:served|that)"
            ),
        ),
        (
            Kind.FARE,
            (
                _HOW_MUCH + r"|(?:what|how)(?: is| are| 's| does| do| would| will| about)?(?: the| an?| it"
                r"| to)*(?: (?:average|typical|usual|normal|lowest|cheapest|current|total|round trip|one way"
                r"|1 way|least expensive|minimum|maximum|highest|best|going|ticket|first class"
                r"|business class|economy|coach|air))*"
                r" (?:prices?|costs?|fares?|airfares?|rates?)|(?:price|cost|fares?|airfares?|prices"
                r"|costs)(?: \w+)? (?:of|for|from|between|to|is|are|on|range|check|in)|(?:average|typical"
                r"|usual) (?:price|fare|cost)|fares?|airfares?|prices|cost"
            ),
        ),
    )
)
_FLIGHTS = re.compile(r" (?:flights?|fly|flying|flies) ")
# "Show me flights that cost less than ..." wants flights, "how much are flights" wants a price.
_ASKS_THE_PRICE = re.compile(
    rf" (?:{_HOW_MUCH}|(?:what|how)(?: is| are| 's| does| do| would| will| about)?(?: \w+){{0,4}} (?:prices?"
    r"|costs?|fares?|airfares?|rates?)|(?<! and the )(?<! and )(?<! with a )(?:costs?|prices?|fares?)"
    r" (?:of|for|to)) "
)
# Without a question, a fare is what is asked for only where it comes before the journey: "fares from A to B",
# not "I want to go from A to B, the cheapest fare".
_NAMES_THE_PRICE = re.compile(
    r"^(?: (?!from |to |between |in )[^ ]+){0,9}? (?:fares?|airfares?|prices?|costs?|rates?)(?: [^ ]+)? "
)
_ENDS_WITH_THE_PRICE = re.compile(
    r"(?<! expensive)(?<! and)(?<! lowest)(?<! cheapest)(?<! low)(?<! cheap) (?:fares?|airfares?|prices?"
    r"|costs?) $"
)
_FLIGHTS_AND_PRICES = re.compile(r" flights (?:and|with) (?:the |their )?(?:fares?|prices?|costs?) ")
_PRICES_AND_TIMES = re.compile(r" (?:prices?|fares?|costs?) and (?:the |their )?times? ")
_OF_A_NAMED_CARRIER = re.compile(r"_ (?:airlines?|airways)(?= )")
# "Price range 200 to 400" limits it and asks for none.
_LIMITS_THE_PRICE = re.compile(
    r" (?:price|fare)s?(?: range)?(?: of| is|:)?(?: between| from| under| below| up to| at most| max\w*"
    r"| less than)? (?:_|\d|\$)"
)
# "Anywhere in Europe" names a destination and leaves it open all the same.
_ANYWHERE_WITHIN = re.compile(r" (?:any|some) ?(?:where|place) (?:in|within|around) ")
_WISHES_A_TIME = re.compile(r" with (?:an? |the )?(?:departure|arrival) times? ")


def kind_said(text: str, *, has_number: bool, has_destination: bool, has_origin: bool) -> Kind | None:
    """Return the kind that a request about flights asks for, None where it asks for nothing but flights.

    Args:
        text: Canonical text with only the airlines taken out.
        has_number: Whether a flight is named by its number.
        has_destination: Whether the destination is known, from this request or the one before.
        has_origin: Whether the origin is.
    """
    has_both = has_origin and has_destination
    # "Flights on Lufthansa airlines" names an airline and asks for none.
    text = _OF_A_NAMED_CARRIER.sub("_", text)
    for kind, pattern in _RULES:
        if pattern.search(text) and _applies(kind, text, has_number=has_number, has_both=has_both):
            return kind
    return Kind.FLIGHT_NUMBER if has_number else None


def _applies(kind: Kind, text: str, *, has_number: bool, has_both: bool) -> bool:
    """Whether the words of a kind are its question here and not a wish about flights."""
    if kind is Kind.AIRPORT:
        return not (has_both or has_number or _FLIGHTS.search(text))
    if kind is Kind.EXPLORE:
        return not (has_both or has_number) or bool(_ANYWHERE_WITHIN.search(text))
    if kind is Kind.SCHEDULE:
        return not (_WISHES_A_TIME.search(text) or _PRICES_AND_TIMES.search(text))
    if kind in (Kind.FARE, Kind.AIRLINES) and (
        _FLIGHTS_AND_PRICES.search(text) or _LIMITS_THE_PRICE.search(text)
    ):
        return False
    if kind is Kind.FARE and not _ASKS_THE_PRICE.search(text):
        names_it = _NAMES_THE_PRICE.search(text) or _ENDS_WITH_THE_PRICE.search(text)
        return not _FLIGHTS.search(text) and bool(names_it)
    return True
