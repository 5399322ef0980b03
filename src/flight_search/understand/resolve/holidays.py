"""Holidays that people travel on: their names and their day in a year."""

import datetime as dt
import re
from collections.abc import Callable

_MON, _THU, _SUN = 0, 3, 6


def easter_sunday(year: int) -> dt.date:
    """Return Easter Sunday of a Gregorian year (the anonymous algorithm of Meeus, Jones and Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return dt.date(year, month, day + 1)


def nth_weekday(year: int, month: int, weekday: int, ordinal: int) -> dt.date | None:
    """Return the ``ordinal``-th ``weekday`` (Monday is 0) of a month, counted from its end where negative."""
    if ordinal > 0:
        first = dt.date(year, month, 1)
        found = first + dt.timedelta(days=(weekday - first.weekday()) % 7 + 7 * (ordinal - 1))
    else:
        last = month_end(year, month)
        found = last - dt.timedelta(days=(last.weekday() - weekday) % 7 - 7 * (ordinal + 1))
    return found if found.month == month else None


def month_end(year: int, month: int) -> dt.date:
    """Return the last day of a month."""
    return dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)


def _fixed(month: int, day: int) -> Callable[[int], dt.date]:
    return lambda year: dt.date(year, month, day)


def _nth(month: int, weekday: int, ordinal: int) -> Callable[[int], dt.date]:
    def day_of(year: int) -> dt.date:
        found = nth_weekday(year, month, weekday, ordinal)
        if found is None:
            raise ValueError(f"month {month} of {year} has no weekday {weekday} number {ordinal}")
        return found

    return day_of


def _easter(days: int) -> Callable[[int], dt.date]:
    return lambda year: easter_sunday(year) + dt.timedelta(days=days)


# Feasts that follow the moon have no short rule: their days (MMDD) from this year on, as the calendars of the
# package ``holidays`` 0.109 give them. Those of Islam depend on a sighting and may move by a day.
_FIRST_YEAR_OF_MOONS = 2025


def _by_moon(days: str) -> Callable[[int], dt.date | None]:
    dates = {
        year: dt.date(year, int(day[:2]), int(day[2:]))
        for year, day in enumerate(days.split(), start=_FIRST_YEAR_OF_MOONS)
    }
    return dates.get


HOLIDAYS: dict[str, Callable[[int], dt.date | None]] = {
    r"(?:lunar|chinese) new years?(?: day| eve)?|tet|spring festival": _by_moon(
        "0129 0217 0206 0126 0213 0203 0123 0211 0131 0219 0208"
    ),
    r"diwali|deepavali|deepawali": _by_moon("1020 1108 1029 1017 1105 1026 1114 1102 1022 1110 1030"),
    r"eid al - (?:fitr|fitri)|eid al fitr|eid ul fitr|end of ramadan|eid(?! al)": _by_moon(
        "0330 0320 0309 0226 0214 0204 0124 0114 0102 1212 1201"
    ),
    r"eid al - adha|eid al adha": _by_moon("0606 0527 0516 0505 0424 0413 0402 0322 0311 0301 0218"),
    r"passover|pesach": _by_moon("0413 0402 0422 0411 0331 0418 0408 0327 0414 0404 0424"),
    r"rosh hashan\w+": _by_moon("0923 0912 1002 0921 0910 0928 0918 0906 0924 0914 1004"),
    r"c?hanukk?ah": _by_moon("1215 1205 1225 1213 1202 1221 1210 1128 1217 1207 1226"),
    r"new years? eve|nye|sylvester|silvester|hogmanay": _fixed(12, 31),
    r"new years?(?: day)?": _fixed(1, 1),
    r"epiphany|three kings(?: day)?": _fixed(1, 6),
    r"(?:martin luther king(?: jr)?|mlk)(?: day)?": _nth(1, _MON, 3),
    r"australia day|(?:indian? )?republic day": _fixed(1, 26),
    r"groundhog day": _fixed(2, 2),
    r"waitangi day": _fixed(2, 6),
    r"valentines?(?: day)?": _fixed(2, 14),
    r"presidents? day": _nth(2, _MON, 3),
    r"(?:st|st ,|saint) patricks?(?: day)?|paddys day": _fixed(3, 17),
    r"mardi gras|fat tuesday|shrove tuesday": _easter(-47),
    r"palm sunday": _easter(-7),
    r"good friday": _easter(-2),
    r"easter monday": _easter(1),
    r"easter(?: sunday)?": _easter(0),
    r"ascension(?: day)?": _easter(39),
    r"whit sunday|pentecost": _easter(49),
    r"earth day": _fixed(4, 22),
    r"anzac day": _fixed(4, 25),
    r"labou?r day": _nth(9, _MON, 1),
    r"cinco de mayo": _fixed(5, 5),
    r"mothers? day": _nth(5, _SUN, 2),
    r"memorial day|(?:spring|late may) bank holiday": _nth(5, _MON, -1),
    r"(?:early )?may bank holiday": _nth(5, _MON, 1),
    r"(?:august|summer) bank holiday": _nth(8, _MON, -1),
    r"juneteenth": _fixed(6, 19),
    r"fathers? day": _nth(6, _SUN, 3),
    r"canada day": _fixed(7, 1),
    r"(?:fourth|4th|4) of july|july fourth|independence day": _fixed(7, 4),
    r"bastille day": _fixed(7, 14),
    r"assumption(?: day)?": _fixed(8, 15),
    r"columbus day|indigenous peoples? day": _nth(10, _MON, 2),
    r"halloween": _fixed(10, 31),
    r"all saints?(?: day)?": _fixed(11, 1),
    r"veterans? day|remembrance day": _fixed(11, 11),
    r"thanksgiving eve": lambda year: _nth(11, _THU, 4)(year) - dt.timedelta(days=1),
    r"black friday": lambda year: _nth(11, _THU, 4)(year) + dt.timedelta(days=1),
    r"thanksgiving(?: day)?": _nth(11, _THU, 4),
    r"christmas eve": _fixed(12, 24),
    r"boxing day|st stephens day": _fixed(12, 26),
    r"christmas(?: day)?": _fixed(12, 25),
}

HOLIDAY = re.compile("|".join(f"(?P<h{index}>{names})" for index, names in enumerate(HOLIDAYS)))
_DAYS = tuple(HOLIDAYS.values())


def next_holiday(name: str, today: dt.date, year: int | None = None) -> dt.date | None:
    """Return the day of a holiday in ``year``, else its next one from ``today`` on; None for no holiday."""
    match = HOLIDAY.fullmatch(name)
    if match is None or match.lastgroup is None:
        return None
    day_of = _DAYS[int(match.lastgroup[1:])]
    if year is not None:
        return day_of(year)
    this_year = day_of(today.year)
    return this_year if this_year and this_year >= today else day_of(today.year + 1)
