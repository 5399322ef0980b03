"""Prices: "$500", "1.2 lakh rupees", "seven hundred bucks", "under 5k", "around 500".

In: canonical text (numbers in words are digits by now). Out: bounds on the price in a currency.
"""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from flight_search.understand.resolve.found import Found

_AROUND_FACTOR = Decimal("1.1")
_LARGEST = Decimal(1_000_000_000)
_CENT = Decimal("0.01")
# Without any sign of money, a figure is taken for a price from here on ("under 700", not "under 8").
_SMALLEST_BARE = 30

_DOLLARS = frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "TWD", "ARS", "CLP", "COP"})
_SYMBOLS = {
    "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "₺": "TRY",
    "₽": "RUB", "฿": "THB",
    "₫": "VND", "₱": "PHP", "₪": "ILS", "us $": "USD", "c $": "CAD", "ca $": "CAD",
    "a $": "AUD", "au $": "AUD",
    "nz $": "NZD", "hk $": "HKD", "s $": "SGD", "r $": "BRL", "mx $": "MXN",
}  # fmt: skip
_WORDS = {
    "dollars": "USD", "dollar": "USD", "bucks": "USD", "buck": "USD",
    "us dollars": "USD", "canadian dollars": "CAD",
    "australian dollars": "AUD", "singapore dollars": "SGD", "new zealand dollars": "NZD",
    "hong kong dollars": "HKD", "euros": "EUR", "euro": "EUR", "pounds": "GBP", "pound": "GBP", "quid": "GBP",
    "pounds sterling": "GBP", "sterling": "GBP", "rupees": "INR", "rupee": "INR", "rs": "INR", "yen": "JPY",
    "yuan": "CNY", "rmb": "CNY", "won": "KRW", "pesos": "MXN", "reais": "BRL", "real": "BRL", "francs": "CHF",
    "swiss francs": "CHF", "dirhams": "AED", "riyals": "SAR", "baht": "THB", "ringgit": "MYR", "lira": "TRY",
    "rand": "ZAR", "kronor": "SEK", "kroner": "NOK", "zloty": "PLN", "shekels": "ILS", "rubles": "RUB",
    "roubles": "RUB", "forints": "HUF", "crowns": "CZK", "naira": "NGN", "shillings": "KES", "rupiah": "IDR",
    "soles": "PEN",
}  # fmt: skip
_CODES = (  # noqa: SIM905  a list of words reads best as text
    "usd eur gbp inr jpy cny krw cad aud nzd chf sek nok dkk pln czk huf brl mxn zar aed sar thb myr sgd "
    "hkd idr php "
    "vnd try ils rub clp cop ars egp ngn kes twd pkr bdt lkr qar kwd mad"
).split()
_SCALES = {
    "k": 1_000, "grand": 1_000, "thousand": 1_000, "hundred": 100, "lakh": 100_000, "lakhs": 100_000,
    "lac": 100_000, "m": 1_000_000, "million": 1_000_000, "crore": 10_000_000,
}  # fmt: skip


def _alternatives(words: object) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))  # type: ignore[call-overload]


_SIGN = rf"(?:(?P<{{0}}sign>{_alternatives(_SYMBOLS)}|{'|'.join(_CODES)}|rs) ?)?"
_NUMBER = (
    r"(?P<{0}number>\d+(?:\.\d+)?)"
    rf"(?: ?(?P<{{0}}scale>{_alternatives(_SCALES)})(?= ))?"
    rf"(?: ?(?P<{{0}}word>{_alternatives(_WORDS)}|{'|'.join(_CODES)}|[€£¥₹$])(?= ))?"
)


def _amount(name: str) -> str:
    return (_SIGN + _NUMBER).replace("{0}", name)


_MAX = (
    r"under|below|less than|lower than|cheaper than|max(?:imum)?(?: of| price(?: of| is)?| budget(?: of"
    r"| is)?)?|at most|up to|no more than"
    r"|not more than|not over|not above|(?:my |our |a |with a |on a |total )?(?:price |spending "
    r"|cost )?(?:limit|cap|budget|ceiling)(?: of| is| at| around| about| :| = )*(?: under| at most| max)?"
    r"|i have(?: only)?(?: got)?|i've got|we have(?: only)?|only have|within|for under|for less than"
    r"|not exceed(?:ing)?|doesn't exceed|can(?:'t| not) spend more than"
    r"|can spend(?: up to)?|willing to (?:pay|spend)(?: up to)?|don't want to (?:pay|spend)(?: more than"
    r"| over)|spend(?:ing)?(?: up to| no more than| at most)?"
    r"|(?:raise|increase|lower|change|set|bump|make) (?:it|that|the (?:price|budget|limit"
    r"|max))(?: up)? to|<|<=|≤|capped at|keep it (?:under|below)|for (?:only |just |as low as )?"
    r"|at (?:a )?|to spend|make (?:it|that)(?= (?:[4-9]\d|\d{3,5}) (?:$|,))"
    r"|afford(?: up to)?|wouldn't pay more than"
)
_MIN = (
    r"over|above|more than|at least|min(?:imum)?(?: of)?|starting (?:at|from)|upwards of|no less than"
    r"|not less than|>|>=|≥|exceeding"
)
_NEAR = (
    r"around|about|approximately|approx|roughly|circa|~|near|close to|some|for around|for about"
    r"|in the region of|budget (?:is |of )?(?:around|about)"
)
_RANGE = re.compile(
    rf" (?:between|from|for between|anywhere from)? ?{_amount('a')} (?:and|to|-) {_amount('b')}(?= )"
)
_ONE = re.compile(
    rf" (?:(?P<around>{_NEAR}) |(?P<least>{_MIN}) |(?P<most>{_MAX}) )?(?:the )?(?:a "
    rf"|an )?(?:total of )?{_amount('a')}"
    r"(?P<after> (?:or (?:less|under|cheaper|below|lower|so|more|above)|max(?:imum)?|tops|at most|budget"
    r"|limit|at the most|top|\+)(?= ))?"
    r"(?P<each> (?:per (?:person|head|passenger|traveler|traveller|adult)|each|a head|pp|apiece|a person"
    r"|/ person))?(?= )"
)
# Those of the names above that are words of everyday use, a city ("mad") or a verb ("try").
_AMBIGUOUS = frozenset(
    ("real", "won", "crowns", "rand", "rs", "pound", "dollar", "buck", "bucks", "mad", "try", "all", "cop")
)
_NAMED = _alternatives(frozenset((*_WORDS, *_CODES)) - _AMBIGUOUS)
_CURRENCY = re.compile(
    r" (?:(?:show|give|list|quote|convert|see|want)(?: me)?(?: the| all)? (?:prices|fares|it|them|that) )?"
    rf"(?:(?:priced |quoted |paid )?in|currency :?) (?P<name>{_NAMED})(?= )"
)
# What a bare figure must not be followed by: then it counts something else.
_NOT_MONEY = re.compile(
    r" (?:stops?|days?|weeks?|nights?|hours?|minutes?|min|mins|h|hrs?|months?|years?|people|persons?"
    r"|passengers?|adults?|kids?|children|"
    r"child|infants?|am|pm|o'clock|bags?|kg|lbs?|kilos?|pieces?|seats?|%|percent|km|miles|connections?"
    r"|layovers?|changes?|way|january|"
    r"february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun"
    r"|jul|aug|sep|sept|oct|nov|dec|"
    r"of us|flights?|travell?ers?|tickets?|/|in the (?:morning|afternoon|evening)|suitcases?|yo|th) "
)


@dataclass(frozen=True, slots=True)
class PriceLimits:
    """Bounds on a price; ``currency`` is None where none was named, ``each``: it is for one person."""

    least: Decimal | None
    most: Decimal | None
    currency: str | None
    each: bool = False


# The amount, no hotel: "less than a grand".
_A_GRAND = re.compile(
    r"(?:(?<= than)|(?<= under)|(?<= below)|(?<= for)|(?<= over)|(?<= about)|(?<= around)|(?<= to)"
    r"|(?<= of)"
    r"|(?<= is)|(?<= spend)|(?<= max)) a grand(?! (?:hotel|tour|prix|canyon))(?= )"
)


def find_price(text: str, default_currency: str) -> Found[PriceLimits] | None:
    """Return the last price that a canonical text sets, None where it names none."""
    text = _A_GRAND.sub(" 1 grand", text)
    in_range = [
        limits for match in _RANGE.finditer(text) if (limits := _read_range(match, text, default_currency))
    ]
    if in_range:
        return in_range[-1]
    found: list[Found[PriceLimits]] = []
    position = 0
    while match := _ONE.search(text, position):
        if one := _read_one(match, text, default_currency):
            found.append(one)
            position = match.end()
        else:
            position = match.start() + 1
    if len(found) == 2 and _complement(found[0].value, found[1].value):  # noqa: PLR2004  over 200 but under 500
        return _joined(found[0], found[1])
    return found[-1] if found else None


def find_currency(text: str, default_currency: str) -> Found[str] | None:
    """Return the currency that prices are asked for in ("in euros"), apart from any amount."""
    match = _CURRENCY.search(text)
    if match is None:
        return None
    code = currency_named(None, match.group("name"), default_currency)
    return Found(match.start() + 1, match.end(), code) if code else None


def _complement(one: PriceLimits, other: PriceLimits) -> bool:
    return (one.least is None) != (other.least is None) and (one.most is None) != (other.most is None)


def _joined(one: Found[PriceLimits], other: Found[PriceLimits]) -> Found[PriceLimits] | None:
    least = one.value.least if one.value.least is not None else other.value.least
    most = one.value.most if one.value.most is not None else other.value.most
    if least is None or most is None or least > most:
        return other
    currency = one.value.currency or other.value.currency
    return Found(one.start, other.end, PriceLimits(least, most, currency, one.value.each or other.value.each))


def read_amount(number: str, scale: str | None) -> Decimal | None:
    """Return a figure with its scale ("1.2", "lakh") to the cent, None where it is out of all proportion."""
    try:
        amount = (Decimal(number) * _SCALES.get(scale or "", 1)).quantize(_CENT)
    except InvalidOperation:
        return None
    return amount if amount < _LARGEST else None


def currency_named(sign: str | None, word: str | None, default: str) -> str | None:
    """Return the currency of a sign or word; a plain dollar is the default's where that is one."""
    name = sign or word
    if name is None:
        return None
    code = _SYMBOLS.get(name) or _WORDS.get(name) or name.upper()
    if name in ("$", "dollars", "dollar", "bucks", "buck") and default in _DOLLARS:
        return default
    return "INR" if code == "RS" else code


def _read_range(match: re.Match[str], text: str, default: str) -> Found[PriceLimits] | None:
    signs = [match.group(name) for name in ("asign", "aword", "bsign", "bword")]
    currency = next((code for sign in signs if sign and (code := currency_named(sign, None, default))), None)
    scale = match.group("ascale") or match.group("bscale")
    low, high = (
        read_amount(match.group("anumber"), scale),
        read_amount(match.group("bnumber"), match.group("bscale")),
    )
    if low is None or high is None or low > high:
        return None
    bare = currency is None and not match.group("bscale")
    if bare and (low < _SMALLEST_BARE * 3 or _NOT_MONEY.match(text, match.end()) or high > 20_000):  # noqa: PLR2004  years, dates
        return None
    if (
        bare
        and not re.search(
            r" (?:price|budget|cost|fare|spend)\w* [^,]{0,20}$| between $", text[: match.start() + 1]
        )
        and "between" not in match.group()
    ):
        return None
    return Found(match.start() + 1, match.end(), PriceLimits(low, high, currency))


def _read_one(match: re.Match[str], text: str, default: str) -> Found[PriceLimits] | None:
    currency = currency_named(match.group("asign"), match.group("aword"), default)
    amount = read_amount(match.group("anumber"), match.group("ascale"))
    if amount is None:
        return None
    cue = match.group("around") or match.group("least") or match.group("most") or ""
    after = (match.group("after") or "").strip()
    scaled = match.group("ascale") in ("k", "grand", "thousand", "lakh", "lakhs", "lac")
    if (
        currency is None
        and not (scaled and (cue or after))
        and not _is_bare_price(amount, cue, after, match, text)
    ):
        return None
    if (
        match.group("asign") is None
        and match.group("aword") in ("real", "won", "pound", "crowns")
        and not cue
    ):
        return None
    start, end = match.start() + 1, match.end()
    each = bool(match.group("each"))
    if match.group("around") or after == "or so":
        return Found(start, end, PriceLimits(None, (amount * _AROUND_FACTOR).quantize(_CENT), currency, each))
    if match.group("least") or after in ("or more", "or above", "+"):
        return Found(start, end, PriceLimits(amount, None, currency, each))
    return Found(start, end, PriceLimits(None, amount, currency, each))


def _is_bare_price(amount: Decimal, cue: str, after: str, match: re.Match[str], text: str) -> bool:
    """Whether a figure without any sign of money is a price: "under 700", "budget 900", "500 max"."""
    if (
        amount < _SMALLEST_BARE
        or match.group("anumber").startswith("0")
        or _NOT_MONEY.match(text, match.end())
    ):
        return False
    if cue.startswith(("for ", "at ", "some", "near")) or cue in ("for", "at", "at a"):
        return bool(match.group("each"))
    return bool(cue or after)
