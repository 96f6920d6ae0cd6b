"""What a notice says: checked and made into columns, whichever door it came through."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import Language
from bordercoop.errors import Invalid
from bordercoop.reference.models import Place, places, terms
from bordercoop.reference.wording import fault

from ..models import NoticeShape
from .shapes import LARGEST_KM, POINTS_MOST, STRIP_KM, box_of, plain, size_km

LONGEST = {
    "headline": 160,
    "text": 5_000,
    "from_sign": 40,
    "to_sign": 40,
    "contact_name": 120,
    "contact_phone": 60,
}
WHOLE_YEAR = timedelta(days=366)
AHEAD_MOST = timedelta(days=3 * 366)
BACK_MOST = timedelta(days=31)
RADIUS_MOST_M = 50_000
RADIUS_LEAST_M = 50
ALTITUDE_MOST_M = 20_000
# What is written; the rest of a version's columns are worked out from it.
SAID = (
    "kind", "starts_at", "ends_at", "daily_from", "daily_to", "shape", "place", "from_sign",
    "to_sign", "lat", "lon", "radius_m", "points", "altitude_m", "headline", "text", "language",
    "contact_name", "contact_phone",
)  # fmt: skip
BOX = ("south", "west", "north", "east")


class _Check:
    """Collects a sentence for each field, so that an officer sees all that is wrong at once."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given, self.wrong = given, {}  # type: Mapping[str, Any], dict[str, list[str]]

    def no(self, field: str, sentence: str) -> None:
        self.wrong.setdefault(field, []).append(sentence)

    def text(self, name: str, *, one_line: bool = True, empty: str = "") -> str:
        value = self.given.get(name) or ""
        if not isinstance(value, str):
            self.no(name, _("This must be text."))
            return ""
        value = " ".join(value.split()) if one_line else value.strip()
        blank = not any(letter.isprintable() and not letter.isspace() for letter in value)
        if sentence := (empty if empty and blank else fault(value, LONGEST[name])):
            self.no(name, sentence)
        return value.replace("\x00", "")

    def moment(self, name: str, empty: str) -> datetime | None:
        value = self.given.get(name)
        if value is None:
            self.no(name, empty)
            return None
        if not isinstance(value, datetime) or value.tzinfo is None:
            self.no(name, _("Give the time with its time zone."))
            return None
        return value.astimezone(UTC).replace(microsecond=0)

    def number(self, name: str, least: int, most: int) -> int | None:
        value = self.given.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.no(
                name,
                _("Give a whole number from %(least)s to %(most)s.")
                % {"least": least, "most": most},
            )
            return None
        return value


def _times(check: _Check, said: dict[str, Any]) -> None:
    begin = check.moment("starts_at", _("Type when it begins."))
    end = check.moment("ends_at", _("Type when it ends."))
    said["starts_at"], said["ends_at"] = begin, end
    if begin and end:
        if end <= begin:
            check.no("ends_at", _("It ends before it begins. Check both times."))
        elif end - begin > WHOLE_YEAR:
            check.no("ends_at", _("A notice holds for a year at most. Write another one then."))
    if begin and not -BACK_MOST <= begin - now() <= AHEAD_MOST:
        check.no("starts_at", _("This is too far from today. Check the year."))
    hours = {name: check.given.get(name) for name in ("daily_from", "daily_to")}
    for name, value in hours.items():
        if value is not None and (not isinstance(value, time) or value.tzinfo is not None):
            check.no(name, _("Type a time of day, such as 08:00."))
            return
    if (hours["daily_from"] is None) != (hours["daily_to"] is None):
        missing = "daily_from" if hours["daily_from"] is None else "daily_to"
        check.no(missing, _("Give both hours of the day, or neither."))
    elif hours["daily_from"] is not None and hours["daily_from"] == hours["daily_to"]:
        check.no("daily_to", _("Both hours are the same. Leave both empty for the whole day."))
    said |= hours


def _position(check: _Check, name: str, value: Any) -> tuple[float, float] | None:
    """(lat, lon) out of a pair of numbers on Earth, else None and a sentence at `name`."""
    try:
        lat, lon = value
    except (TypeError, ValueError):
        lat = lon = None
    pair = (lat, lon)
    numbers = all(isinstance(n, int | float) and not isinstance(n, bool) for n in pair)
    if not numbers or not (-90 <= lat <= 90 and -180 <= lon <= 180):
        check.no(name, _("A position is a latitude and a longitude in degrees."))
        return None
    return round(float(lat), 6), round(float(lon), 6)


def sign_called(text: str) -> Place | None:
    """The border sign of the register with this code or name, or None."""
    wanted = plain(text)
    for place in places().values():
        if place.kind != Place.Kind.SIGN or place.retired_at is not None:
            continue
        named = (place.code, place.name_lv_side, place.name_by_side, place.name_en, place.name_lv,
                 place.name_be, place.name_ru)  # fmt: skip
        if any(wanted == plain(name) for name in named if name):
            return place
    return None


def ends_of(first: str, last: str) -> list[tuple[float, float]]:
    """Positions of two signs where the register knows both, else []."""
    found = [sign_called(text) for text in (first, last)]
    at = [(p.lat, p.lon) for p in found if p and p.lat is not None and p.lon is not None]
    return at if len(at) == 2 else []


def _where(check: _Check, said: dict[str, Any]) -> None:
    shape = check.given.get("shape") or ""
    box = None
    if shape not in NoticeShape.values:
        check.no("shape", _("Choose how you say where it is."))
        return
    said["shape"] = str(shape)
    if shape == NoticeShape.PLACE:
        place = places().get(str(check.given.get("place") or "")[:40])
        if place is None or place.retired_at is not None:
            check.no("place", _("Choose the place."))
            return
        said["place"] = place.code
        said["radius_m"] = check.number("radius_m", RADIUS_LEAST_M, RADIUS_MOST_M)
        if place.lat is not None and place.lon is not None:
            box = box_of([(place.lat, place.lon)], (said["radius_m"] or 1_000) / 1_000)
    elif shape == NoticeShape.SIGNS:
        for name in ("from_sign", "to_sign"):
            said[name] = check.text(name, empty=_("Type the number of the border sign."))
        ends = ends_of(said["from_sign"], said["to_sign"])
        box = box_of(ends, STRIP_KM) if ends else None
    elif shape == NoticeShape.POINT:
        at = check.given.get("lat"), check.given.get("lon")
        if at == (None, None):
            check.no("lat", _("Type the coordinates of the point, or choose it on the map."))
        elif point := _position(check, "lat", at):
            said["lat"], said["lon"] = point
        said["radius_m"] = check.number("radius_m", RADIUS_LEAST_M, RADIUS_MOST_M)
        if said["radius_m"] is None and "radius_m" not in check.wrong:
            check.no("radius_m", _("Type how far around the point it reaches."))
        if said["radius_m"] and said["lat"] is not None:
            box = box_of([(said["lat"], said["lon"])], said["radius_m"] / 1_000)
    else:
        box = _area(check, said)
    if box and size_km(box) > LARGEST_KM:
        field = "points" if shape == NoticeShape.AREA else "radius_m"
        field = "to_sign" if shape == NoticeShape.SIGNS else field
        check.no(field, _("This is too large for one notice. Make it smaller."))
    said |= dict(zip(BOX, box or (None,) * 4, strict=True))


def _area(check: _Check, said: dict[str, Any]) -> Any:
    given = check.given.get("points")
    if not isinstance(given, list | tuple) or not 3 <= len(given) <= POINTS_MOST:
        check.no(
            "points",
            _("An area has from 3 to %(most)s corners, one on each line.") % {"most": POINTS_MOST},
        )
        return None
    points = []
    for value in given:
        if (point := _position(check, "points", value)) is None:
            return None
        points.append(point)
    if len(set(points)) < 3:
        check.no("points", _("An area has three corners that are not the same."))
        return None
    said["points"] = [list(point) for point in points]
    return box_of(points)


def cleaned(given: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a version. `given` holds parsed values under the names of SAID.

    What another way of saying the place needs is left out. Raises Invalid with a sentence for every
    wrong field.
    """
    check = _Check(given)
    said: dict[str, Any] = {
        "place": "", "from_sign": "", "to_sign": "", "lat": None, "lon": None, "radius_m": None,
        "points": None, **dict.fromkeys(BOX),
    }  # fmt: skip
    kind = terms("notice_kind").get(str(given.get("kind") or "")[:40])
    if kind is None or kind.retired_at is not None:
        check.no("kind", _("Choose what the notice is about."))
    else:
        said["kind"] = kind.code
    _times(check, said)
    _where(check, said)
    said["altitude_m"] = check.number("altitude_m", 1, ALTITUDE_MOST_M)
    needs_height = kind is not None and kind.facts.get("altitude")
    if needs_height and said["altitude_m"] is None and "altitude_m" not in check.wrong:
        check.no("altitude_m", _("Type up to how many metres they fly."))
    said["headline"] = check.text("headline", empty=_("Say in one line what will be done."))
    said["text"] = check.text("text", one_line=False)
    said["contact_name"] = check.text("contact_name")
    said["contact_phone"] = check.text(
        "contact_phone", empty=_("Type the telephone of whoever is responsible there.")
    )
    if given.get("language") not in Language.values:
        check.no("language", _("Choose the language you write in."))
    else:
        said["language"] = str(given["language"])
    if check.wrong:
        raise Invalid(next(iter(check.wrong.values()))[0], fields=check.wrong)
    return said
