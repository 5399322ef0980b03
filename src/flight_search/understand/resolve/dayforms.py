"""Single days and periods in canonical text: "friday", "june 5", "next week", "easter".

In: canonical text (lower case, numbers in digits). Out: ``Atom``s in order. What stands around them
("before", "to", "± 2 days") is read by ``dates``; what they mean is said by the rules in ``days``.
"""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from flight_search.understand.resolve import days
from flight_search.understand.resolve.days import MONTHS, ORDINALS, WEEKDAYS, Rule
from flight_search.understand.resolve.holidays import HOLIDAY

_MONTH = rf"(?:{'|'.join(sorted(set(MONTHS), key=len, reverse=True))})"
_WEEKDAY = rf"(?:{'|'.join(sorted(set(WEEKDAYS), key=len, reverse=True))})"
_YEAR = r"(?:19|20)\d\d"
_D = r"(?:3[01]|[12]\d|0?[1-9])"
_TO = r"(?:to|-|through|until|and|or)"


@dataclass(frozen=True, slots=True)
class Atom:
    """A day or period at ``text[start:end]``; ``resolve(day, strictly)`` gives its dates seen from ``day``.

    ``strictly`` asks for a weekday after that day; else the day itself may be it.
    """

    start: int
    end: int
    resolve: Rule
    weekdays: tuple[int, ...] = ()
    """The weekdays named: one for "friday", two for "weekends", five for "weekdays"."""
    every: bool = False
    """Whether any such day is meant rather than the next one ("on Fridays")."""
    is_day: bool = True
    """Whether it is one day rather than a period."""
    second: "Atom | None" = None
    """The last day of a pair such as "june 5 to 8"."""
    day_number: int | None = None
    """Set for a bare day of some month ("the 5th")."""
    explicit: bool = False
    """Whether the year was said, so that a day in the past is what was meant."""


# One alternative for each form; a form's name says how ``_atom`` reads it. Longer forms stand first.
_FORMS = re.compile(
    rf"""(?<=\ )(?:
      (?P<iso>\d{{4}}-\d{{1,2}}-\d{{1,2}})
    | (?P<slashed>\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?|\d{{1,2}}-\d{{1,2}}-\d{{4}}
        |\d{{1,2}}\.\d{{1,2}}\.(?:\d{{2,4}})?)
    | (?P<overmorrow>(?:the\ )?day\ after\ tomorrow)
    | (?P<week_from>(?:(?P<wf_n>\d+|a|an)\ )?(?P<wf_u>day|days|week|weeks|month|months
        |fortnight)\ from\ (?P<wf_b>now|today|tomorrow|(?:this\ |next\ )?{_WEEKDAY}))
    | (?P<in_n>in\ (?P<in_c>\d+|a|an|a\ couple\ of|a\ few)\ (?P<in_u>days?|weeks?|months?|fortnights?
        |years?)(?:\ time)?)
    | (?P<within>(?:in|within|over|during|for)\ (?:the\ )?(?:next|coming|following)\ (?P<wi_c>\d+
        |couple\ of|few)\ (?P<wi_u>days|weeks|months)
      | within\ (?P<wi_d>an?|\d+)\ (?P<wi_v>days?|weeks?|months?)(?!\ (?:of|either)\ ))
    | (?P<today>today|tomorrow|tonight|yesterday|this(?=\ (?:morning|afternoon|evening)\ ))
    | (?P<weekend_after>(?:the\ )?weekend\ after\ next)
    | (?P<weekend_of>(?:the\ )?weekend\ (?P<wo_w>of|around|after|before)\ (?:the\ )?
        (?P<wo_of>.{{3,24}}?)(?=\ (?:to|between|from|for|under|and|on|in|with|,|_+)\ |\ $))
    | (?P<week_of>(?:the\ )?week\ (?:of|beginning|starting|commencing)\ (?:the\ )?(?P<ko_of>.{{3,24}}?)
        (?=\ (?:to|from|for|under|and|on|in|with|,|_+)\ |\ $))
    | (?P<nth>(?:the\ )?(?P<nth_o>first|1th|second|2th|third|3th|fourth|4th|last)\ (?P<nth_d>{_WEEKDAY}
        |weekend)\ (?:of|in)\ (?:the\ )?(?P<nth_m>{_MONTH}|next\ month)(?:\ (?P<nth_y>{_YEAR}))?)
    | (?P<part>(?P<part_p>early|mid|middle\ of|the\ middle\ of|late|(?:the\ )?end\ of
        |(?:the\ )?beginning\ of|(?:the\ )?start\ of|(?:the\ )?(?:first|1th|second|2th|third|3th|fourth
        |4th|last)\ (?:(?:2\ )?weeks?|half)\ (?:of|in))\ ?-?\ ?(?:in\ )?(?P<part_m>{_MONTH}|next\ month
        |this\ month|the\ month)(?:\ (?P<part_y>{_YEAR}))?)(?!\ {_D}(?:th)?\ )
    | (?P<range_dm>(?:the\ )?(?P<r1_a>{_D})(?:th)?\ {_TO}\ (?:the\ )?(?P<r1_b>{_D})(?:th)?[ ]
        (?:of\ )?(?P<r1_m>{_MONTH})
        (?:\ ,?\ ?(?P<r1_y>{_YEAR}))?)
    | (?P<range_md>(?P<r2_m>{_MONTH})\ (?:the\ )?(?P<r2_a>{_D})(?:th)?\ {_TO}\ (?:the\ )?(?P<r2_b>{_D})(?:th)?
        (?:\ ,?\ ?(?P<r2_y>{_YEAR}))?(?!\ (?:am|pm|{_MONTH})\ ))
    | (?P<dm>(?:the\ )?(?P<dm_d>{_D})(?:th)?\ (?:day\ )?(?:of\ )?(?:-\ )?(?P<dm_m>{_MONTH})(?:\ (?:,[ ]
        |-\ )?(?P<dm_y>{_YEAR}))?)
    | (?P<md>(?P<md_m>{_MONTH})\ (?:the[ ]
        |-\ )?(?P<md_d>{_D})(?:th)?(?:\ (?:,\ )?(?P<md_y>{_YEAR}))?)(?!\ ?(?:am|pm)\ )
    | (?P<holiday>(?:the\ )?(?P<ho_n>{HOLIDAY.pattern.replace(" ", chr(92) + " ")})(?P<ho_w>\ (?:weekend
        |week))?(?:\ (?P<ho_y>{_YEAR}))?)
    | (?P<edge>(?:the\ )?(?P<ed_w>first|1th|last)\ day\ (?:of|in)\ (?:the\ )?(?P<ed_m>year|month|this\ month
        |next\ month|{_MONTH})(?:\ (?P<ed_y>{_YEAR}))?)
    | (?P<year_month>next\ year\ in\ (?P<ym_m>{_MONTH}))
    | (?P<weekday_week>(?:(?P<ww_a>{_WEEKDAY})\ (?:of\ |in\ )?(?:the\ )?(?:next|following)\ week|(?:next
        |following)\ week\ ,?\ ?(?:on\ )?(?P<ww_b>{_WEEKDAY})|(?P<ww_c>{_WEEKDAY})\ week(?!end|s
        |day))(?!\ ?from))
    | (?P<weekday>(?:(?P<wd_w>this\ coming|this|next|coming|the\ following|following|the\ next|every
        |each|any)\ )?(?P<wd_d>{_WEEKDAY}))
    | (?P<weekend>(?:(?P<we_w>this\ coming|this|next|coming|the\ following|every|any|the|a|over\ the
        |for\ the|on\ the)\ )?(?P<we_p>weekends?))
    | (?P<week>(?P<wk_w>the\ week\ after\ next|week\ after\ next|(?:this|next|the\ following|the\ coming
        |coming)(?:\ coming)?\ week))
    | (?P<workdays>(?:a\ |on\ |any\ )?weekdays?)
    | (?P<rel_month>(?P<rm_w>this|next|the\ following|coming)\ (?P<rm_u>month|year)
        |(?:the\ )?(?P<rm_v>month)\ after\ next)
    | (?P<season>(?:in\ (?:the\ )?|this\ |next\ |over\ the\ |during\ the\ |for\ (?:the\ )?|late\ |early[ ]
        |mid\ )(?P<se_n>spring|summer|autumn|fall|winter)(?:\ (?:of\ )?(?P<se_y>{_YEAR}))?)
    | (?P<month>(?:(?P<mo_w>this|next)\ )?(?P<mo_m>{_MONTH})(?:\ (?:of\ )?(?P<mo_y>{_YEAR}|this\ year
        |next\ year))?)
    | (?P<ordinal>(?:on\ )?the\ (?P<or_d>{_D})th(?!\ (?:(?:of\ )?{_MONTH}|{_WEEKDAY}|weekend|week)\ )
        (?:\ of\ (?P<or_m>next|this|the)\ month)?
      | (?P<or_e>{_D})th(?:\ of\ (?P<or_n>next|this|the)\ month)?)
    | (?P<year>(?:in|during)\ (?:the\ year\ )?(?P<ye_y>{_YEAR}))
    )(?=\ )""",
    re.VERBOSE,
)
# Short names that are everyday words too count only where a day or month is expected.
_AMBIGUOUS = frozenset({"sun", "sat", "wed", "may", "mar", "march"})
_EXPECTS_A_DAY = re.compile(
    r"(?: on| this| next| every| each| any| by| before| after| until| to| -| from| in| of| for| around"
    r"| late| early"
    r"| mid| and| or| ,| during| between| through| leaving| leave| departing| returning| back| return"
    r"| since) $"
)


def find_days(text: str, *, day_first: bool) -> list[Atom]:
    """Return the days and periods of a canonical text, from left to right."""
    atoms = []
    position = 0
    while match := _FORMS.search(text, position):
        atom = _atom(match, text, day_first=day_first)
        if atom is None:
            position = text.index(" ", match.start())
            continue
        atoms.append(atom)
        position = atom.end
    return atoms


_SHORT_WORDS_BEFORE = 24
_HALF_TIMES = {"a": 1, "an": 1, "a couple of": 2, "couple of": 2, "a few": 3, "few": 3}


def _count(words: str | None) -> int:
    return _HALF_TIMES.get(words or "a", 0) or min(int(words or 1), 2_000)


def _year(match: re.Match[str], name: str) -> int | None:
    text = match.group(name)
    return int(text) if text and text.isdigit() else None


def _atom(match: re.Match[str], text: str, *, day_first: bool) -> Atom | None:
    """Return what a match of ``_FORMS`` says, None where the words only look like a day."""
    form = next(name for name in _READERS if match.group(name))
    if form in ("weekday", "month") and match.group() in _AMBIGUOUS and not _day_expected(match, text):
        return None
    return _READERS[form](match, day_first)


def _day_expected(match: re.Match[str], text: str) -> bool:
    before = text[max(match.start() - _SHORT_WORDS_BEFORE, 0) : match.start()]
    after = text[match.end() : match.end() + 10]
    if match.group() == "sun" and before.endswith((" of ", " some ", " winter ", " the ")):
        return False
    if match.group() == "may":
        return bool(
            re.search(
                r" (?:in|of|for|by|this|next|early|late|mid|during|through|until|or|-|to|before|after"
                r"|around) $",
                before,
            )
        )
    return bool(_EXPECTS_A_DAY.search(before)) or bool(
        re.match(r" (?:morning|evening|night|afternoon|-|to) ", after)
    )


def _at(match: re.Match[str], resolve: Rule | None, **more: object) -> Atom | None:
    return None if resolve is None else Atom(match.start(), match.end(), resolve, **more)  # type: ignore[arg-type]


def _weekday(match: re.Match[str], _: bool) -> Atom | None:  # noqa: FBT001  every reader takes the order of dates
    name, which = match.group("wd_d"), match.group("wd_w") or ""
    index = WEEKDAYS[name]
    every = name in _PLURALS or which in {"every", "each", "any"}
    return _at(
        match, days.weekday(index, "next" if which == "next" else "this"), weekdays=(index,), every=every
    )


def _weekend(match: re.Match[str], _: bool) -> Atom | None:  # noqa: FBT001
    which = match.group("we_w") or ""
    every = match.group("we_p") == "weekends" or which in {"every", "any", "a"}
    return _at(
        match, days.weekend("next" if which == "next" else "this"), is_day=False, every=every, weekdays=(5, 6)
    )


def _pair(match: re.Match[str], prefix: str) -> Atom | None:
    month, year = MONTHS[match.group(f"{prefix}_m")], _year(match, f"{prefix}_y")
    first, last = int(match.group(f"{prefix}_a")), int(match.group(f"{prefix}_b"))
    second = Atom(match.start(), match.end(), days.month_day(month, last, year), explicit=bool(year))
    return _at(match, days.month_day(month, first, year), second=second, explicit=bool(year))


def _today(match: re.Match[str], _: bool) -> Atom | None:  # noqa: FBT001
    shift = {"today": 0, "tonight": 0, "this": 0, "tomorrow": 1, "yesterday": -1}[match.group("today")]
    return _at(match, days.shift("day", shift), explicit=True)


def _from_day(match: re.Match[str], _: bool) -> Atom | None:  # noqa: FBT001
    base = match.group("wf_b")
    count, unit = _count(match.group("wf_n")), match.group("wf_u")
    words = base.split()
    if base in {"now", "today"}:
        start = days.shift("day", 0)
    elif base == "tomorrow":
        start = days.shift("day", 1)
    else:
        start = days.weekday(WEEKDAYS[words[-1]], "next" if words[0] == "next" else "this")

    def resolve(today):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        span = start(today)
        return days.shift(unit, count)(span[0]) if span else None

    return _at(match, resolve)


def _around(
    group: str, period: Callable[[dt.date, str], days.Span]
) -> Callable[[re.Match[str], bool], Atom | None]:
    """Return the reader of "the weekend of" and "the week of" a day."""

    def read(match: re.Match[str], day_first: bool) -> Atom | None:  # noqa: FBT001
        inner = find_days(f" {match.group(group)} ", day_first=day_first)
        if not inner or not inner[0].is_day:
            return None
        day = inner[0]
        word = match.groupdict().get("wo_w") or "of"

        def resolve(today: dt.date) -> days.Span | None:
            span = day.resolve(today)
            return period(span[0], word) if span else None

        return _at(match, resolve, is_day=False, explicit=day.explicit)

    return read


def _month_rule(name: str, year: int | None) -> Rule:
    if name in MONTHS:
        return days.month_of(MONTHS[name], year)
    return days.relative_month(1 if name.startswith("next") else 0)


def _nth(match: re.Match[str], _: bool) -> Atom | None:  # noqa: FBT001
    name = match.group("nth_d")
    weekend = name == "weekend"
    rule = days.nth_of_month(
        ORDINALS[match.group("nth_o")],
        5 if weekend else WEEKDAYS[name],
        MONTHS.get(match.group("nth_m")),
        _year(match, "nth_y"),
        weekend=weekend,
    )
    return _at(match, rule, is_day=not weekend)


def _part(match: re.Match[str], _: bool) -> Atom | None:  # noqa: FBT001
    month = _month_rule(match.group("part_m"), _year(match, "part_y"))
    return _at(match, days.month_part(match.group("part_p"), month), is_day=False)


def _dated(prefix: str) -> Callable[[re.Match[str], bool], Atom | None]:
    def read(match: re.Match[str], _: bool) -> Atom | None:  # noqa: FBT001
        year = _year(match, f"{prefix}_y")
        rule = days.month_day(MONTHS[match.group(f"{prefix}_m")], int(match.group(f"{prefix}_d")), year)
        return _at(match, rule, explicit=bool(year))

    return read


def _holiday(match: re.Match[str], _: bool) -> Atom | None:  # noqa: FBT001
    period = (match.group("ho_w") or "").strip()
    year = _year(match, "ho_y")
    return _at(match, days.holiday(match.group("ho_n"), year, period), is_day=not period, explicit=bool(year))


def _weekday_week(match: re.Match[str], _: bool) -> Atom | None:  # noqa: FBT001
    name = match.group("ww_a") or match.group("ww_b") or match.group("ww_c")
    index = WEEKDAYS[name]
    if not match.group("ww_c"):
        return _at(match, days.weekday(index, "next"), weekdays=(index,))
    return _at(match, days.week_after(days.weekday(index, "this")))


def _week(match: re.Match[str], _: bool) -> Atom | None:  # noqa: FBT001
    words = match.group("wk_w")
    which = "after" if "after next" in words else "this" if words.startswith("this") else "next"
    return _at(match, days.week(which), is_day=False)


def _relative_month(match: re.Match[str], _: bool) -> Atom | None:  # noqa: FBT001
    if match.group("rm_v"):
        return _at(match, days.relative_month(2), is_day=False)
    count = 0 if match.group("rm_w") == "this" else 1
    return _at(match, days.relative_month(count, unit=match.group("rm_u")), is_day=False)


def _edge(match: re.Match[str], _: bool) -> Atom | None:  # noqa: FBT001
    name = match.group("ed_m")
    if name == "year":
        period = days.relative_month(0, unit="year")
    else:
        period = _month_rule(name, _year(match, "ed_y"))
    return _at(match, days.edge_of(period, is_last=match.group("ed_w") == "last"))


def _season(match: re.Match[str], _: bool) -> Atom | None:  # noqa: FBT001
    return _at(match, days.season(match.group("se_n"), _year(match, "se_y")), is_day=False)


def _month(match: re.Match[str], _: bool) -> Atom | None:  # noqa: FBT001
    month, when = MONTHS[match.group("mo_m")], match.group("mo_y")
    if when and not when.isdigit():
        return _at(match, days.month_in(month, 1 if when == "next year" else 0), is_day=False)
    if match.group("mo_w") == "next" and not when:
        return _at(match, days.next_named_month(month), is_day=False)
    return _at(match, days.month_of(month, _year(match, "mo_y")), is_day=False, explicit=bool(when))


def _ordinal(match: re.Match[str], _: bool) -> Atom | None:  # noqa: FBT001
    day = int(match.group("or_d") or match.group("or_e"))
    if (match.group("or_m") or match.group("or_n")) == "next":
        return _at(match, days.day_in_next_month(day))
    return _at(match, days.day_of_month(day), day_number=day)


_PLURALS = frozenset({"mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays"})
_READERS: dict[str, Callable[[re.Match[str], bool], Atom | None]] = {
    "iso": lambda m, _: _at(m, days.iso(m.group("iso")), explicit=True),
    "slashed": lambda m, day_first: _at(
        m,
        days.slashed(m.group("slashed"), day_first=day_first),
        explicit=len(re.findall(r"\d+", m.group("slashed"))) > 2,  # noqa: PLR2004  a year as well
    ),
    "overmorrow": lambda m, _: _at(m, days.shift("day", 2)),
    "week_from": _from_day,
    "in_n": lambda m, _: _at(m, days.shift(m.group("in_u"), _count(m.group("in_c")))),
    "within": lambda m, _: _at(
        m,
        days.within(m.group("wi_u") or m.group("wi_v"), _count(m.group("wi_c") or m.group("wi_d"))),
        is_day=False,
    ),
    "today": _today,
    "weekend_of": _around("wo_of", days.weekend_by),
    "week_of": _around("ko_of", lambda day, _: days.week_around(day)),
    "nth": _nth,
    "part": _part,
    "range_dm": lambda m, _: _pair(m, "r1"),
    "range_md": lambda m, _: _pair(m, "r2"),
    "dm": _dated("dm"),
    "md": _dated("md"),
    "holiday": _holiday,
    "weekend_after": lambda m, _: _at(
        m, days.week_after(days.weekend("next")), is_day=False, weekdays=(5, 6)
    ),
    "edge": _edge,
    "year_month": lambda m, _: _at(m, days.month_in(MONTHS[m.group("ym_m")], 1), is_day=False),
    "weekday_week": _weekday_week,
    "weekday": _weekday,
    "weekend": _weekend,
    "week": _week,
    "workdays": lambda m, _: _at(m, days.shift("day", 0), is_day=False, weekdays=(0, 1, 2, 3, 4), every=True),
    "rel_month": _relative_month,
    "season": _season,
    "month": _month,
    "ordinal": _ordinal,
    "year": lambda m, _: _at(m, days.whole_year(int(m.group("ye_y"))), is_day=False, explicit=True),
}
