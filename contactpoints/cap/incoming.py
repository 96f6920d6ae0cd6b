"""A CAP message that came in, as an alert reads it: card, priority, and what was in effect when."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings

from bordercoop.formats.cap import Info, Message
from bordercoop.reference.models import terms
from bordercoop.reference.translated import TextMark
from bordercoop.reference.wording import unseen_left_out

from ..models import Alert, Priority, Unit
from .outgoing import CATEGORY
from .scales import level_of, priority_of

STATUS = {value.capitalize(): value for value in Alert.Status.values}
EVENT = {"Alert": "cap", "Update": "cap_updated", "Cancel": "cap_cancelled"}
LONGEST = 160


def ends_at(message: Message) -> datetime:
    """When the last of its infos ends, or a day after it was sent where none says so."""
    ends = [info.expires for info in message.infos]
    if not ends or None in ends:
        return message.sent + timedelta(seconds=settings.CAP_IN_EFFECT_S)
    return max(end for end in ends if end is not None)


def urgent_most(message: Message) -> Info:
    """The info by which the alert is raised."""
    return min(message.infos, key=lambda info: (priority_of(info), -level_of(info)))


def priority_in(message: Message) -> Priority:
    return priority_of(urgent_most(message))


def language_of(info: Info) -> str:
    """Two or three letters of its tag."""
    return info.tongue.partition("-")[0].strip().lower()[:8]


def one_line(text: str) -> str:
    """A text of others in one line of a card."""
    line = unseen_left_out(" ".join(text.split()))
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def card_in(message: Message, *, number: str, desk: Unit) -> dict[str, Any]:
    """The card of the alert that a message raises, as others have it (Alert). A cancel leaves the
    content, which may be read on; it says that it is no longer to be acted on."""
    first = urgent_most(message) if message.infos else None
    card: dict[str, Any] = {
        "number": number,
        "side": desk.side,
        "exercise": message.status != "Actual",
        "event": EVENT[message.kind],
        "reported_at": message.sent.astimezone(UTC).isoformat(),
    }
    if message.kind == "Cancel":
        card |= {"withdrawn": True, "reason": one_line(message.note)}
    if first is None:
        return card
    texts = {}
    for info in reversed(message.infos):  # of two in one language the first stands
        headline = one_line(info.headline) or one_line(info.event)
        texts[language_of(info)] = {"headline": headline, "mark": TextMark.ORIGINAL.value}
    language = language_of(first)
    card |= {
        "severity": level_of(first),
        "headline": texts[language]["headline"],
        "language": language,
        "texts": texts,
        "cap_category": first.categories[0],
        "cap_certainty": first.certainty,
    }
    if first.onset is not None:
        card["happened_at"] = first.onset.astimezone(UTC).isoformat()
    if category := _category(first):
        card["category"] = category
    for area in first.areas:
        for circle in area.circles:
            return card | {"lat": float(circle.lat), "lon": float(circle.lon)}
    return card


def _category(info: Info) -> str:
    """The code of ours that it names; never one that the exchange does not know."""
    for code in info.event_codes:
        term = terms("incident_category").get(code.value.strip())
        if code.name == CATEGORY and term is not None and term.facts.get("crosses", True):
            return term.code
    return ""
