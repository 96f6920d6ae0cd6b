"""What an officer said with a standard phrase: how it is kept, and how each reader reads it.

Kept is the code, the version of the wording and the values of the slots, in no language. A row that
takes a line keeps it in `said`, by the name of the field, and in the field itself the English
wording with UTC times, for the constraints and for readers that know no phrases.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.timezone import now
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from bordercoop.errors import Invalid, Refused, Stale
from bordercoop.reference.models import (
    Phrase,
    offered,
    phrases,
    places,
    terms,
    usable_places,
    wording_of,
)
from bordercoop.reference.phrases import SLOTS, Slot, filled, slots_of
from bordercoop.reference.wording import worded
from bordercoop.web.clocks import clocks

from .models import Unit, units

MOST = 99_999
FARTHEST = timedelta(days=366)
REWORDED = gettext_lazy(
    "The wording of this phrase was changed meanwhile. Read it before you send it."
)
LANGUAGES = ("lv", "be", "ru", "en")
# In which languages an officer of a side reads, as long as nothing else is known.
READ_BY = {"LV": ("lv",), "BY": ("be", "ru"), "EU": ("en",)}


@dataclass(frozen=True)
class Said:
    """A phrase with its values: whole numbers, codes, short texts, and instants as ISO 8601 UTC.

    `named`: whoever says it named the version of the wording. `refusal`: why nothing new is said
    with it, although it may be said again.
    """

    code: str
    version: int
    values: Mapping[str, Any]
    named: bool = field(default=True, compare=False)
    refusal: Refused | None = field(default=None, compare=False)

    @property
    def kept(self) -> dict[str, Any]:
        """As a row keeps it."""
        return {"phrase": self.code, "version": self.version, "values": dict(self.values)}

    @property
    def plain(self) -> str:
        """The English wording with UTC times."""
        with override("en"):
            return text_of(self.kept)


Line = str | Said


def usable_phrases() -> list[Phrase]:
    """The phrases in use that an officer may say, in order: all but the headlines of reports."""
    return [
        phrase
        for phrase in phrases().values()
        if phrase.retired_at is None and phrase.group != Phrase.Group.HEADLINE
    ]


def usable_headlines() -> list[Phrase]:
    """The templates of headlines in use, in order."""
    return [
        phrase
        for phrase in phrases().values()
        if phrase.retired_at is None and phrase.group == Phrase.Group.HEADLINE
    ]


def usable_units() -> list[Unit]:
    """Units of the two sides that a phrase may name."""
    return [unit for unit in units().values() if unit.retired_at is None]


def say(code: Any, values: Any = None, *, version: Any = None, again: bool = False) -> Said:
    """The phrase `code` with `values` by slot, checked.

    An instant is a datetime with its zone, or ISO 8601 text with its offset. Raises Invalid with a
    sentence for each slot (field "phrase" for the phrase itself), and Stale when `version` was read
    and the wording has changed since. With `again` it may be something that was said before: an
    earlier wording, or a phrase that is not in use any more, is refused when it is written down.
    """
    phrase = phrases().get(code) if isinstance(code, str) else None
    if phrase is None or phrase.group == Phrase.Group.HEADLINE:
        raise _wrong("phrase", _("Choose a phrase from the list."))
    refusal: Refused | None = None
    if phrase.retired_at is not None:
        refusal = _wrong("phrase", _("Choose a phrase from the list."))
    elif version is not None and version != phrase.version:
        refusal = Stale(REWORDED, current={"phrase": phrase.code, "version": phrase.version})
    read = phrase.version if version is None else version
    worded_as = wording_of(phrase.code, read) if refusal is not None and again else None
    if refusal is not None and worded_as is None:
        raise refusal
    given = {} if values is None else values
    if not isinstance(given, Mapping):
        raise _wrong("values", _("Give a value for each slot of the phrase."))
    asked = slots_of(worded_as.text_en if worded_as is not None else phrase.name_en)
    wrong: dict[str, list[Any]] = {
        str(name)[:40]: [_("This phrase has no such slot.")] for name in given.keys() - set(asked)
    }
    found: dict[str, Any] = {}
    for name in asked:
        try:
            found[name] = _value(name, SLOTS[name], given.get(name))
        except Invalid as fault:
            wrong[name] = [str(fault)]
    if wrong:
        raise Invalid(_("Fill the slots of the phrase."), fields=wrong)
    return Said(phrase.code, read, found, version is not None, refusal)


def _wrong(field: str, sentence: Any) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})


def _value(name: str, slot: Slot, given: Any) -> Any:
    if given in (None, ""):
        raise _wrong(name, _("Fill this in."))
    if slot.kind == "number":
        return _number(name, given)
    if slot.kind == "time":
        return _instant(name, given)
    if not isinstance(given, str):
        raise _wrong(name, _("Write text here."))
    if slot.kind in ("text", "sign"):
        return worded(given, name, most=slot.longest, one_line=True, empty=_("Fill this in."))
    known = {term.code for term in usable_categories()}
    if slot.kind == "place":
        known = {place.code for place in usable_places()} | {unit.code for unit in usable_units()}
    if given not in known:
        raise _wrong(name, _("Choose from the list."))
    return given


def usable_categories() -> list[Any]:
    """Those that may be told to the other side."""
    return [term for term in offered("incident_category") if term.facts.get("crosses", True)]


def _number(name: str, given: Any) -> int:
    number = given if isinstance(given, int) and not isinstance(given, bool) else None
    if isinstance(given, str) and given.strip().isascii() and given.strip().isdigit():
        number = int(given.strip()[:12])
    if number is None or not 0 <= number <= MOST:
        raise _wrong(name, _("Type a whole number from 0 to %(most)s.") % {"most": MOST})
    return number


def _instant(name: str, given: Any) -> str:
    moment = given
    if isinstance(given, str):
        try:
            moment = datetime.fromisoformat(given)
        except ValueError:
            moment = None
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise _wrong(name, _("Give a time with its zone, such as 2026-11-22T02:07:00+02:00."))
    try:
        near = abs(moment - now()) <= FARTHEST
        moment = moment.astimezone(UTC)
    except OverflowError:
        near = False
    if not near:
        raise _wrong(name, _("This time is more than a year away. Check the year."))
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def of_text(text: str) -> Line:
    """The phrase without slots that reads so in the active language; else the text itself.

    What an officer chooses from the list of suggestions is typed into the field as words.
    """
    plain = _folded(text)
    for phrase in usable_phrases():
        if not slots_of(phrase.name_en) and plain and _folded(phrase.name) == plain:
            return say(phrase.code)
    return text


def suggestions() -> list[str]:
    """The phrases without slots, in the active language."""
    return [phrase.name for phrase in usable_phrases() if not slots_of(phrase.name_en)]


def _folded(text: str) -> str:
    return " ".join(text.split()).rstrip(".").casefold()


# --- keeping and reading


def worded_line(line: Line, field: str, **limits: Any) -> Line:
    """A phrase as it is; text as `wording.worded` keeps it. Raises Invalid at `field`."""
    return line if isinstance(line, Said) else worded(line, field, **limits)


def require_new(line: Line) -> None:
    """Raise what refuses a phrase that is said for the first time."""
    if isinstance(line, Said) and line.refusal is not None:
        raise line.refusal


def repeats(line: Line, text: str, said: Mapping[str, Any] | None) -> bool:
    """Whether a line that is sent again is what was kept as `text` and `said`, however the phrase
    is worded by now."""
    if not isinstance(line, Said):
        return line == text or (said is not None and _folded(line) == _folded(text_of(said)))
    kept = (line.code, line.version if line.named else None, dict(line.values))
    return said is not None and kept == (
        said["phrase"],
        said["version"] if line.named else None,
        said["values"],
    )


def columns(field: str, line: Line) -> dict[str, Any]:
    """What a new row keeps of a line: the field, and `said`. Raises what refuses the phrase."""
    require_new(line)
    if isinstance(line, Said):
        return {field: line.plain[:500], "said": {field: line.kept}}
    return {field: line, "said": None}


def keep(row: Any, field: str, line: Line) -> list[str]:
    """Put what was said into a row, in memory; the names of the columns that changed. Raises what
    refuses the phrase."""
    require_new(line)
    setattr(row, field, line.plain[:500] if isinstance(line, Said) else line)
    others = {name: said for name, said in (row.said or {}).items() if name != field}
    said = {**others, field: line.kept} if isinstance(line, Said) else others
    if said == (row.said or {}):
        return [field]
    row.said = said or None
    return [field, "said"]


def kept_in(row: Any, field: str) -> Line:
    """What was put into a row, to be put into another one."""
    said = (row.said or {}).get(field)
    if said:
        return Said(said["phrase"], said["version"], said["values"])
    return str(getattr(row, field))


def wording(row: Any, field: str, side: str = "") -> str:
    """The line of a row in the active language, with times on the wall of `side`."""
    said = (row.said or {}).get(field)
    text = getattr(row, field)
    return (text_of(said, side) or text) if said and text else str(text)


def language_of(row: Any, field: str) -> str:
    """In which language `wording` gives the line of a row that keeps the language of its text."""
    return _active() if (row.said or {}).get(field) else str(row.language)


def _active() -> str:
    language = (get_language() or "en").split("-")[0]
    return language if language in LANGUAGES else "en"


def text_of(said: Mapping[str, Any], side: str = "") -> str:
    """A kept phrase in the active language, with times on the wall of `side`, without one in UTC;
    "" for a version that there never was."""
    version = wording_of(said["phrase"], said["version"])
    if version is None:
        return ""
    language = _active()
    values = said["values"]
    shown = {name: shown_value(name, value, side) for name, value in values.items()}
    return filled(version.text_in(language), language, shown)


# --- on the card of an alert


def line_of(card: dict[str, Any], side: str) -> tuple[str, str]:
    """What the sender wrote into an update or a cancel, for a reader of `side`, and its language:
    a standard phrase in the reader's own."""
    return _spoken(card, "line", side) or (card.get("line", ""), card.get("line_language", ""))


def text_of_card(card: dict[str, Any], side: str) -> tuple[str, str]:
    """What the sender of a broadcast added, for a reader of `side`, and its language, as with
    `line_of`. A card has either."""
    text = card.get("text", "")
    return _spoken(card, "text", side) or (text, card.get("language", "") if text else "")


def _spoken(card: dict[str, Any], field: str, side: str) -> tuple[str, str] | None:
    if field in card and (said := card.get("said")) and (text := text_of(said, side)):
        return text, _active()
    return None


def read_by(card: dict[str, Any], side: str) -> dict[str, Any]:
    """The card with a phrase of its sender in the active language, on the wall of `side`."""
    if "said" not in card:
        return card
    field = "text" if "text" in card else "line"
    language = "language" if field == "text" else "line_language"
    spoken = _spoken(card, field, side)
    return {**card, field: spoken[0], language: spoken[1]} if spoken else card


# --- values


def shown_value(name: str, value: Any, side: str = "") -> Any:
    """The value of a slot as an officer of `side` reads it; numbers stay numbers."""
    kind = SLOTS[name].kind if name in SLOTS else ""
    if kind == "time":
        return _wall(value, side)
    if kind == "place":
        named = places().get(value) or units().get(value)
        return named.name if named else value
    if kind == "category":
        term = terms("incident_category").get(value)
        return term.name if term else value
    if kind in ("term", "terms"):
        words = terms(SLOTS[name].vocabulary)
        codes = value if isinstance(value, list) else [value]
        return ", ".join(words[code].name if code in words else str(code) for code in codes)
    return value


def _wall(value: str, side: str) -> str:
    """ "27.11. 04:10 (Riga)": alike in every language, since cases differ."""
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return str(value)
    if not side:
        return f"{moment.astimezone(UTC):%d.%m. %H:%M} (UTC)"
    clock = clocks(moment, side)[0]
    return f"{clock.local:%d.%m. %H:%M} ({clock.city})"


@dataclass(frozen=True)
class Reading:
    """How a phrase reads in a language, on the wall of a side that reads in it."""

    language: str
    side: str
    text: str


def readings(said: Mapping[str, Any], sides: list[str]) -> list[Reading]:
    """How officers of these sides read it, each in the languages of the side."""
    found = []
    for side in sides:
        for language in READ_BY.get(side, ("en",)):
            with override(language):
                found.append(Reading(language, side, text_of(said, side)))
    return found
