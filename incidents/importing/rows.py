"""What one row of a file says: a whole content, or a sentence for each column that is wrong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.errors import Invalid
from bordercoop.reference.folding import fold
from bordercoop.reference.models import offered, usable_places
from bordercoop.web.when import WHEN_HELP, Unclear, Wall, instant, parse_date, parse_when
from bordercoop.web.where import parse_coordinates
from contactpoints.models import Unit, units

from ..content import CHOSEN, PEOPLE_MOST, cleaned
from ..handling import Marking, default, parsed
from ..models import Precision
from .columns import NUMBERS, TARGETS, TEXTS

Cells = Sequence[str]
# The key of a content that is wrong -> the target whose column has to be looked at.
COLUMN_OF = {"happened_at": "happened", "detected_at": "detected"}


@dataclass
class Row:
    """A row that can be logged; `wrong` is (target or "", sentence) for each fault of another."""

    unit: Unit | None = None
    content: dict[str, Any] = field(default_factory=dict)
    marking: Marking | None = None
    wrong: list[tuple[str, str]] = field(default_factory=list)


def reader(
    *,
    width: int,
    mapping: Mapping[str, str],
    unit: Unit,
    at: frozenset[int],
    zone: str,
    language: str,
) -> Callable[[Cells], Row]:
    """What reads the rows of one file, in the active language.

    `width` is the number of its headers; `at` are the ids of units for which the officer may
    import; `zone` is that of times without one, `language` that of texts without one.
    """
    columns = [(int(column), target) for column, target in mapping.items() if target]
    words = {key: _codes(vocabulary) for key, vocabulary in CHOSEN.items()}
    words["category"], words["means"] = _codes("incident_category"), _codes("means")
    words["severity"] = _codes("severity")
    known_places = _places()
    wall, moment = ZoneInfo(zone), now()

    def read(cells: Cells) -> Row:
        row = Row()
        said = {
            target: cells[column].strip() if column < len(cells) else ""
            for column, target in columns
        }
        if len(cells) > width:
            row.wrong.append(
                ("", _("The row has %(count)s cells, the header %(width)s.")
                 % {"count": len(cells), "width": width})
            )  # fmt: skip
            return row
        given: dict[str, Any] = {"language": language}
        wrong = row.wrong

        def take(target: str, name: str, value: Callable[[str], Any]) -> None:
            typed = said.get(target, "")
            if not typed:
                return
            try:
                given[name] = value(typed)
            except (Unclear, ValueError) as error:
                wrong.append((target, str(error)))

        row.unit = _unit(said.get("unit", ""), unit, at, wrong)
        take("category", "category", lambda typed: _code(words["category"], typed))
        take("severity", "severity", lambda typed: _severity(words["severity"], typed))
        for name in TEXTS:
            take(name, name, str)
        _moments(said, given, wrong, wall, moment)
        take("place", "place", lambda typed: _code(known_places, typed))
        take("coordinates", "position", parse_coordinates)
        take("lat", "lat", _degrees)
        take("lon", "lon", _degrees)
        if position := given.pop("position", None):
            given.setdefault("lat", position[0])
            given.setdefault("lon", position[1])
        for name in NUMBERS:
            take(name, name, _whole)
        for name in CHOSEN:
            take(name, name, partial(_code, words[name]))
        take("means", "means", lambda typed: _several(words["means"], typed))
        take("language", "language", str.lower)
        marked = [said.get(name) or None for name in ("handling", "tlp", "restriction")]
        try:
            row.marking = parsed(*marked) if any(marked) else default()
        except Invalid as refusal:
            wrong.extend(_sentences(refusal))
        named = {target for target, _sentence in wrong}
        try:
            row.content = cleaned(given, at=moment)
        except Invalid as refusal:
            wrong.extend(pair for pair in _sentences(refusal) if pair[0] not in named)
        return row

    return read


def _sentences(refusal: Invalid) -> list[tuple[str, str]]:
    return [
        (COLUMN_OF.get(name, name), str(sentence))
        for name, sentences in refusal.fields.items()
        for sentence in sentences
    ]


def _unit(
    typed: str, otherwise: Unit, at: frozenset[int], wrong: list[tuple[str, str]]
) -> Unit | None:
    found = units().get(typed.upper()) if typed else otherwise
    if found is None or found.pk not in at or found.retired_at is not None:
        wrong.append(("unit", _("There is no such unit for which you may import incidents.")))
        return None
    if found.kind == Unit.Kind.DESK:
        wrong.append(("unit", _("Incidents belong to a unit, not to a desk.")))
    return found


def _codes(vocabulary: str) -> dict[str, str]:
    """Code and names in every language, folded -> code; a name that means two is left out."""
    found: dict[str, str] = {}
    twice = set()
    for term in offered(vocabulary):
        for name in (term.name_en, term.name_lv, term.name_be, term.name_ru):
            if found.setdefault(fold(name), term.code) != term.code:
                twice.add(fold(name))
    for name in twice:
        del found[name]
    return {**found, **{fold(term.code): term.code for term in offered(vocabulary)}}


def _places() -> dict[str, str]:
    found: dict[str, str] = {}
    open_places = usable_places()
    for place in open_places:
        for name in (place.name_en, place.name_lv, place.name_be, place.name_ru):
            found.setdefault(fold(name), place.code)
    return {**found, **{fold(place.code): place.code for place in open_places}}


def _code(known: Mapping[str, str], typed: str) -> str:
    code = known.get(fold(typed))
    if code is None:
        raise ValueError(
            _("“%(typed)s” is neither a code nor a name in the list.") % {"typed": typed[:40]}
        )
    return code


def _several(known: Mapping[str, str], typed: str) -> list[str]:
    parts = [part for part in typed.replace(";", ",").split(",") if part.strip()]
    return [_code(known, part) for part in parts[:100]]


def _severity(known: Mapping[str, str], typed: str) -> int:
    found = known.get(fold(typed))
    if found not in ("1", "2", "3", "4"):
        raise ValueError(_("Choose a severity from 1 to 4."))
    return int(found)


def _whole(typed: str) -> int:
    plain = "".join(typed.split())
    if not (plain.isascii() and plain.isdigit() and len(plain) < 10) or int(plain) > PEOPLE_MOST:
        raise ValueError(_("Give a whole number from 0 to %(most)s.") % {"most": PEOPLE_MOST})
    return int(plain)


def _degrees(typed: str) -> float:
    plain = typed.replace(",", ".").replace("−", "-")
    try:
        if len(plain) > 30 or not plain.isascii():
            raise ValueError
        value = float(plain)
        if not -180 <= value <= 180:
            raise ValueError
    except ValueError:
        raise ValueError(
            _("This must be a number of degrees from -%(most)s to %(most)s.") % {"most": 180}
        ) from None
    return value


def _moments(
    said: Mapping[str, str],
    given: dict[str, Any],
    wrong: list[tuple[str, str]],
    wall: ZoneInfo,
    moment: datetime,
) -> None:
    for target, name in (("happened", "happened"), ("detected", "detected")):
        day, at = said.get(f"{target}_date", ""), said.get(f"{target}_time", "")
        typed = said.get(target, "") or f"{day} {at}".strip()
        if not typed:
            continue
        where = target if said.get(target) else f"{target}_date"
        try:
            given[f"{name}_at"], given[f"{name}_precision"] = _moment(typed, wall, moment)
        except Unclear as unclear:
            wrong.append((where if where in TARGETS else target, str(unclear)))
            # Without it the whole would also say that there is none.
            given[f"{name}_at"], given[f"{name}_precision"] = moment, Precision.MINUTE.value


def _moment(typed: str, wall: ZoneInfo, moment: datetime) -> tuple[datetime, str]:
    """The instant and how precisely it is known; ISO 8601 with its zone means itself."""
    if len(typed) > 19 and typed[10:11] in "T " and (typed[-1] in "zZ" or typed[-6] in "+-"):
        try:
            found = datetime.fromisoformat(typed)
        except ValueError:
            raise Unclear(WHEN_HELP) from None
        if found.tzinfo is not None:
            return found, Precision.MINUTE.value
    if len(typed) == 19 and typed[4:5] == typed[7:8] == "-" and typed[-3:-2] == ":":
        typed = typed[:16]  # seconds of a spreadsheet
    local = moment.astimezone(wall)
    try:
        day = parse_date(typed, today=local.date())
    except Unclear:
        if " " not in typed and "T" not in typed:
            raise Unclear(WHEN_HELP) from None  # a time of day alone would be any day's
        return instant(parse_when(typed, now=local), wall), Precision.MINUTE.value
    return instant(Wall(day, time()), wall), Precision.DAY.value
