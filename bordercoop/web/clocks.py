"""How an instant is written for a reader: each side's civil time, the reader's own side first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from bordercoop.reference.sides import ZONE

CITY: dict[str, Promise] = {
    "LV": pgettext_lazy("city of a clock", "Riga"),
    "BY": pgettext_lazy("city of a clock", "Minsk"),
    "EU": pgettext_lazy("city of a clock", "Warsaw"),
}
ORDER = {"LV": ("LV", "BY"), "BY": ("BY", "LV"), "EU": ("EU", "LV", "BY")}


@dataclass(frozen=True)
class Clock:
    """One side's reading of an instant. `gap` is "+1 h" against the first clock, "" when equal."""

    side: str
    zone: str
    city: str
    local: datetime
    gap: str
    other_day: bool

    @property
    def time(self) -> str:
        return f"{self.local:%H:%M}"

    @property
    def day(self) -> str:
        return date_format(self.local, "DATE_FORMAT")

    @property
    def short_day(self) -> str:
        return date_format(self.local, "MONTH_DAY_FORMAT")


def clocks(moment: datetime, side: str = "") -> list[Clock]:
    """The clocks that a reader of `side` compares; a reader without a side sees Riga first."""
    return list(_clocks(moment, side))


def _clocks(moment: datetime, side: str) -> Iterator[Clock]:
    first: datetime | None = None
    for each in ORDER.get(side, ORDER["LV"]):
        local = moment.astimezone(ZoneInfo(ZONE[each]))
        first = first or local
        yield Clock(
            side=each,
            zone=ZONE[each],
            city=str(CITY[each]),
            local=local,
            gap=gap(local, first),
            other_day=local.date() != first.date(),
        )


def gap(local: datetime, first: datetime) -> str:
    """How far ahead `local` is on the wall, "" when both walls show the same."""
    ours, theirs = first.utcoffset(), local.utcoffset()
    assert ours is not None
    assert theirs is not None
    minutes = int((theirs - ours).total_seconds() // 60)
    if not minutes:
        return ""
    sign = "+" if minutes > 0 else "\N{MINUS SIGN}"
    hours, rest = divmod(abs(minutes), 60)
    if rest:
        return _("%(sign)s%(hours)d h %(minutes)02d min") % {
            "sign": sign,
            "hours": hours,
            "minutes": rest,
        }
    return _("%(sign)s%(hours)d h") % {"sign": sign, "hours": hours}


def written(moment: datetime, side: str = "", precision: str = "minute", zone: str = "") -> str:
    """ "22.11.2026 02:07 Riga · 03:07 Minsk +1 h · 00:07 UTC" as plain text.

    In the active language. A time known to the `day` or `month` only is a day or month of the
    calendar of `zone`.
    """
    if precision != "minute":
        local = moment.astimezone(ZoneInfo(zone) if zone else UTC)
        return date_format(local, "YEAR_MONTH_FORMAT" if precision == "month" else "DATE_FORMAT")
    walls = clocks(moment, side)
    shown = [
        " ".join(
            part
            for part in (
                clock.short_day if clock.other_day else "",
                clock.time,
                clock.city,
                clock.gap,
            )
            if part
        )
        for clock in walls
    ]
    return f"{walls[0].day} {' · '.join(shown)} · {utc(moment, walls[0])}"


def compact(moment: datetime, side: str = "") -> str:
    """ "22.11.2026 02:07 LV · 03:07 BY · 00:07 UTC": alike in every language, for narrow columns.

    The letters are the sides whose clocks these are.
    """
    walls = clocks(moment, side)
    shown = [
        f"{clock.local:%d.%m. %H:%M} {clock.side}"
        if clock.other_day
        else f"{clock.local:%H:%M} {clock.side}"
        for clock in walls
    ]
    there = moment.astimezone(UTC)
    day = f"{there:%d.%m.} " if there.date() != walls[0].local.date() else ""
    return f"{walls[0].local:%d.%m.%Y} {' · '.join(shown)} · {day}{there:%H:%M} UTC"


def utc(moment: datetime, first: Clock) -> str:
    """ "00:07 UTC", with its day where that is another one than on the first clock."""
    there = moment.astimezone(UTC)
    if there.date() == first.local.date():
        return f"{there:%H:%M} UTC"
    return f"{date_format(there, 'MONTH_DAY_FORMAT')} {there:%H:%M} UTC"


def duration(seconds: float) -> str:
    """Rounded for reading: "45 s", "4 min", "1 h 05 min", "2 d 3 h"."""
    whole = max(0, round(seconds))
    if whole < 60:
        return pgettext("duration", "%(seconds)d s") % {"seconds": whole}
    minutes = whole // 60
    if minutes < 60:
        return pgettext("duration", "%(minutes)d min") % {"minutes": minutes}
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return pgettext("duration", "%(hours)d h %(minutes)02d min") % {
            "hours": hours,
            "minutes": minutes,
        }
    days, hours = divmod(hours, 24)
    return pgettext("duration", "%(days)d d %(hours)d h") % {"days": days, "hours": hours}
