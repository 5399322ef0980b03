"""What is said beside the query: wishes that nothing can honour, and soft words that only rank.

In: a ``Reading`` after the grammars of hard constraints. Out: notes in ``unsupported``, and the words for
``preferences``.
"""

import re

from flight_search.understand.local.reading import Reading

_SEAT = r"(?:seats?|places?|seating)"
_MEAL = r"(?:breakfasts?|lunch(?:es)?|dinners?|snacks?|meals?|food|suppers?)"
_DIET = r"(?:vegetarian|vegan|kosher|halal|gluten\ ?-\ ?free|diabetic|hindu|special)"
_UNSUPPORTED = re.compile(
    rf"""\ (?:
      (?:an?\ |the\ |with\ an?\ )?(?:window|aisle|exit\ row|bulkhead|front\ row)(?:\ or\ (?:window
          |aisle))?(?:\ {_SEAT})?
    | (?:adjacent|adjoining|neighbou?ring)\ {_SEAT} | {_SEAT}\ (?:together|next\ to\ each\ other
        |side\ by\ side)
    | (?:with\ )?(?:extra|more|lots\ of|good|plenty\ of|enough)\ (?:legroom|leg\ room) | legroom | leg\ room
    | (?:with\ )?(?:free\ |on\ ?-?\ ?board\ |in\ ?-?\ ?flight\ |good\ )*(?:wi\ ?-?\ ?fi|internet)
    | (?:with\ )?(?:an?\ )?{_DIET}\ {_MEAL} | {_DIET}\ (?:option|menu)s?
    | (?:that\ |which\ |and\ |with\ |to\ |also\ )?(?:serv\w+|offer\w*|includ\w+|has|have|with
        |provid\w+)\ (?:an?\ |the\ |some\ |free\ |hot\ )?{_MEAL}
        (?:\ (?:service|included|on\ board))?
    | (?:free\ |hot\ |in\ ?-?\ ?flight\ )?{_MEAL}(?:\ (?:service|included|options?|flights?))?
    | (?:with\ )?(?:power|usb)\ (?:outlets?|sockets?
        |ports?) | (?:in\ ?-?\ ?flight\ )?entertainment | movies?\ on\ board
    | (?:with\ |and\ |plus\ )?(?:my\ |a\ |the\ )?(?:small\ )?(?:pets?|dogs?|cats?|puppy
        |kitten)(?:\ in\ (?:the\ )?(?:cabin|hold))?
    | (?:with\ )?(?:an?\ )?wheelchair(?:\ (?:assistance|access|service))? | special\ assistance
    | (?:with\ )?(?:airport\ )?lounge(?:\ access)? | priority\ boarding | fast\ track | seat\ selection
    | (?:using|with|for|pay\w*\ (?:with|by|in))\ (?:my\ )?(?:air\ |frequent\ flyer\ )?(?:miles|points|avios
        |vouchers?|credit\ card|paypal|crypto|bitcoin|cash)
    | frequent\ flyer(?:\ (?:miles|program|points))?
    | (?:and\ |plus\ |with\ )?(?:an?\ |the\ )?(?:rental\ car|car\ rental|hire\ car|car\ hire
        |hotels?(?:\ rooms?)?|airbnb|transfer\ to\ (?:the|my)\ hotel)
    | (?:and\ )?travel\ insurance | (?:an?\ )?upgrade | skis | surfboards?(?:\ included)? | bicycles?
    | (?:(?:for|over|during|on)\ )?(?:my\ |our\ |the\ )?(?:spring|summer|fall|winter)\ break
    | baby\ bassinet | bassinet | (?:with\ )?stroller | stop\ ?-?\ ?over\ program | open\ ?-?\ ?jaw
    )(?=\ )""",
    re.VERBOSE,
)
_SOFT = re.compile(
    r"""\ (?:
      (?:somewhere|anywhere|some\ ?place|any\ ?place|a\ place|places|something|a\ city|a\ destination
          |an?\ island)\ (?:that\ is\ |that\ 's\ |where\ it\ 's\ |with\ |on\ |near\ |by\ |in\ )*
        (?:the\ |a\ |an\ |good\ |great\ |nice\ |really\ |very\ )*(?P<where>[a-z]+(?:\ (?:and|or
        |but)\ [a-z]+)?)
    | (?:avoid(?:ing)?|no|without|not)\ (?:any\ )?(?:tight|short|long|risky|overnight)\ (?:connections?
        |layovers?|stopovers?)
    | (?:hate|dislike|don't\ like)\ (?:connections?|layovers?|stopovers?|stops)
    | (?:not|nothing)\ (?:too|so|very)\ (?:early|late|expensive|pricey|long)
    | (?:during\ the\ day(?:time)?|daytime)(?:\ flights?)?
    | (?:at\ )?(?:an?\ )?(?:reasonable|decent|civili[sz]ed|convenient|humane)\ (?:hours?|times?)
    | (?:plenty\ of|enough|more)\ time\ (?:to\ (?:change|connect|transfer)(?:\ planes)?
        |between\ (?:the\ )?flights|for\ (?:the\ |a\ )?(?:connection|transfer|change|layover)s?)
    | (?:stress|hassle)\ ?-?\ ?free | green(?:er)?\ (?:flights?|travel|options?)
    | (?:short|long|comfortable|easy|relaxed)\ (?:connections?|layovers?)
    | (?:quiet|calm|peaceful|comfortable|comfy|spacious|modern|new|newer|big|large|small|wide\ ?-?\ ?body
        |reliable|punctual
        |on\ ?-?\ ?time|safe|safest|luxur\w+|scenic|relax\w+|smooth|good|nice|great|fancy)
        \ (?:flights?|planes?|airlines?|aircraft|seats?|trip|journey|experience|service|airport|carriers?
        |place|city)
    | (?:good|great|excellent|friendly)\ (?:service|food|reputation|crew)
    | (?P<there>(?:an?\ )?(?:beach|ski|skiing|surf\w*|diving|snorkel\w*|hiking|city|island|mountain
        |tropical|romantic|cultural|culinary|golf|party|spa
        |wine|nature|safari|adventure|winter\ sun|honeymoon)\ (?:towns?|trips?|holidays?|vacations?
        |resorts?|breaks?|getaways?|destinations?|weekends?|city|spots?|place|escapes?))
    | (?P<away>(?:an?\ )?(?:weekend\ )?(?:getaways?|city\ breaks?|escapes?))
    | (?:an?\ )?family\ (?:trips?|holidays?|vacations?|breaks?|getaways?|weekends?)
    | (?P<like>warm|sunny|tropical|snowy|exotic|cheap\ and\ sunny|historic\w*|lively|beach(?:es)?|beachy
        |sun|sunshine|snow
        |escape\ the\ (?:cold|winter|rain|heat)|skiing|surfing|diving|hiking|nightlife|museums?|mountains?)
    | (?:hot|cold|cool|quiet|romantic|comfortable|comfy|reliable|punctual|spacious|relaxing
        |family\ ?-?\ ?friendly|kid\ ?-?\ ?friendly|low\ ?-?\ ?stress
        |on\ ?-?\ ?time|scenic|luxur\w+|jet|jets|wide\ ?-?\ ?body)
    | (?:on\ )?(?:an?\ |the\ )?(?:airbus|boeing|embraer|dreamliner|a\ ?3[1-9]0|7[0-9]7|dc\ ?10|a350
        |a380)(?:\ ?-?\ ?(?:\d{3}|max|neo))?
    )(?=\ )""",
    re.VERBOSE,
)
_WEEKEND = re.compile(r" weekends?(?= )")
_NOT_SOFT = frozenset(
    "to from in on for under next this and i the a else cheap cheaply new "  # noqa: SIM905  a list of words
    "interesting within before after".split()
)
_LONGEST_PREFERENCES = 1_000


def read_unsupported(reading: Reading) -> None:
    """Note what cannot be honoured."""
    while match := _UNSUPPORTED.search(reading.text):
        reading.refuse(match)


def read_preferences(reading: Reading) -> tuple[str, bool]:
    """Return the soft words of a sentence, as they were said, and whether they describe a destination."""
    describes = False
    text = reading.text
    for weekend in _WEEKEND.finditer(reading.whole):
        # "A romantic weekend" names days as well; its words are used up but needed once more.
        text = text[: weekend.start()] + weekend.group() + text[weekend.end() :]
    found: list[tuple[int, str]] = []
    for match in _SOFT.finditer(text):
        where = match.group("where")
        if where and where.split(" ")[0] in _NOT_SOFT:
            continue
        describes = describes or any(match.group("where", "there", "like", "away"))
        found.append((match.start(), reading.words_of(match.start(), match.end())))
        reading.take_match("preferences", match)
    return ", ".join(words for _, words in sorted(found))[:_LONGEST_PREFERENCES].strip(), describes
