"""Names of public holidays as the package `holidays` has them in English, so that the catalogues
hold those for which it has no other language."""

from __future__ import annotations

import re
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

KNOWN = {
    gettext_noop("All Saints' Day"), gettext_noop("Ascension Day"),
    gettext_noop("Assumption Day"), gettext_noop("Catholic Christmas Day"),
    gettext_noop("Catholic Easter"), gettext_noop("Christmas Day"), gettext_noop("Christmas Eve"),
    gettext_noop("Constitutional Assembly Convocation Day"), gettext_noop("Corpus Christi"),
    gettext_noop("Day of Our Lady of the Seven Sorrows"),
    gettext_noop("Day of Remembrance and Victory over Nazism in World War II 1939-1945"),
    gettext_noop("Day of Victory over Fascism"), gettext_noop("Day of defenders of Ukraine"),
    gettext_noop("Day of the Constitution of Ukraine"),
    gettext_noop("Day of the Establishment of the Slovak Republic"),
    gettext_noop("Easter Monday"), gettext_noop("Easter Sunday"),
    gettext_noop("Easter Sunday (Pascha)"), gettext_noop("Epiphany"),
    gettext_noop("Epiphany (Three Kings' Day and Orthodox Christmas)"),
    gettext_noop("Good Friday"), gettext_noop("Immaculate Conception"),
    gettext_noop("Independence Day"),
    gettext_noop("Independence Day of the Republic of Belarus (Day of the Republic)"),
    gettext_noop("International Women's Day"), gettext_noop("Labor Day"),
    gettext_noop("Midsummer Day"), gettext_noop("Midsummer Eve"), gettext_noop("Mother's Day"),
    gettext_noop("National Day"), gettext_noop("National Day of the Third of May"),
    gettext_noop("National Independence Day"), gettext_noop("New Year's Day"),
    gettext_noop("New Year's Eve"), gettext_noop("October Revolution Day"),
    gettext_noop("Orthodox Christmas Day"), gettext_noop("Orthodox Easter"),
    gettext_noop("Pentecost"), gettext_noop("Pentecost Monday"),
    gettext_noop("Radunitsa (Day of Rejoicing)"),
    gettext_noop("Republic of Latvia Proclamation Day"),
    gettext_noop("Restoration of Independence Day"), gettext_noop("Saint Stephen's Day"),
    gettext_noop("Saints Cyril and Methodius Day"), gettext_noop("Second Day of Christmas"),
    gettext_noop("Slovak National Uprising Anniversary"),
    gettext_noop("Ukrainian Statehood Day"), gettext_noop("Victory Day"),
    gettext_noop("Women's Day"),
}  # fmt: skip
OBSERVED = " (observed)"
MOVED = re.compile(r"Day off \(substituted from (\d\d)/(\d\d)/(\d{4})\)")


def in_words(english: str) -> str:
    """Such a name, or several divided by ";", in the active language; one that is not known stays
    as it is."""
    return "; ".join(_one(name) for name in english.split("; "))


def _one(name: str) -> str:
    if moved := MOVED.fullmatch(name):
        month, day, year = map(int, moved.groups())
        from_day = date_format(date(year, month, day), "d.m.Y")
        return _("Day off (instead of %(day)s)") % {"day": from_day}
    if name.endswith(OBSERVED):
        return _("%(name)s (day off)") % {"name": _one(name.removesuffix(OBSERVED))}
    return _(name) if name in KNOWN else name
