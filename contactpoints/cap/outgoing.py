"""An alert at a desk as a CAP message: what the desk's copy holds, and nothing else."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bordercoop.formats.cap import Area, Circle, Info, Message, Reference, Value
from bordercoop.reference.models import places, terms
from bordercoop.reference.translated import headline_in
from bordercoop.web.clocks import written

from ..board import EVENTS
from ..dead_letters import in_words
from ..models import Alert, Delivery, DeliveryState, Emergency
from ..saying import line_of, text_of_card, wording
from .addresses import OURS, address_of, first_reference
from .scales import URGENCY, certainty_of, severity_of

# Russian is of no one country here.
TAGS = {"en": "en-US", "lv": "lv-LV", "be": "be-BY", "ru": "ru"}
# ISO 639: of a headline whose language nobody said.
UNDETERMINED = "und"
STATUS = {"actual": "Actual", "exercise": "Exercise", "test": "Test"}
KIND = {"alert": "Alert", "update": "Update", "cancel": "Cancel"}
CATEGORY = "bordercoop:category"
PLACE = "bordercoop:place"
# A released position is where it happened; a place is larger than its point. In kilometres.
AT_A_POSITION, AT_A_PLACE = Decimal("0.1"), Decimal(1)


def message_of(delivery: Delivery, refers: tuple[Reference, ...] = ()) -> Message:
    """What the reader's copy of the alert says now, as its first message. `refers` are the messages
    that the alert changes. Of what was taken back nothing is said but that."""
    alert, card = delivery.alert, delivery.card
    first = first_reference(delivery)
    kind = KIND[alert.kind] if refers else "Alert"
    gone = delivery.recalled_at is not None or alert.takes_back
    if gone:
        kind, refers = "Cancel", refers or (first,)
    restriction = "" if gone else _restriction(card)
    number = card.get("number", "")
    return Message(
        identifier=first.identifier,
        sender=first.sender,
        sent=local(first.sent, delivery),
        status=STATUS[alert.status],
        kind=kind,
        scope="Restricted" if restriction else "Private",
        restriction=restriction,
        addresses=(address_of(delivery.desk),),
        note=_note(delivery, gone),
        references=refers,
        incidents=(number.replace('"', ""),) if number else (),
        infos=() if gone else tuple(_info(delivery, code) for code in _languages(card)),
    )


def local(at: datetime, delivery: Delivery) -> datetime:
    """Whole seconds on the wall of the desk that sent it, so that the offset is the sender's."""
    zone = ZoneInfo(delivery.alert.sender.zone)
    return at.replace(microsecond=0).astimezone(zone)


def answer_of(delivery: Delivery) -> Message | None:
    """What the desk answered: an Ack with its line, or an Error with the reason when it declined
    or could not be reached, in the active language where it was not typed. None while there is
    neither."""
    first = first_reference(delivery)
    typed = False
    if delivery.state == DeliveryState.DECLINED:
        word, at, kind = "declined", delivery.declined_at, "Error"
        note, typed = wording(delivery, "reason"), "reason" not in (delivery.said or {})
    elif delivery.acknowledged_at is not None:
        word, at, kind = "ack", delivery.acknowledged_at, "Ack"
        note, typed = wording(delivery, "line"), "line" not in (delivery.said or {})
    elif delivery.failed_at is not None:
        at, note, kind = delivery.failed_at, in_words(delivery.failure), "Error"
        word = f"failed.{int(at.timestamp())}"
    else:
        return None
    assert at is not None
    if delivery.handed_back_id is not None:  # an earlier answer has the name without it
        word = f"{word}.{delivery.wakes}"
    language = (get_language() or "en").split("-")[0]
    if not typed and language != "en":  # one name never stands for two contents
        word = f"{word}.{language}"
    zone = ZoneInfo(delivery.desk.zone)
    return Message(
        identifier=f"{OURS}{delivery.uid}.{word}",
        sender=address_of(delivery.desk),
        sent=at.replace(microsecond=0).astimezone(zone),
        status=STATUS[delivery.alert.status],
        kind=kind,
        scope="Private",
        addresses=(first.sender,),
        note=note,
        references=(replace(first, sent=local(first.sent, delivery)),),
    )


def _note(delivery: Delivery, gone: bool) -> str:
    """The standard wants an exercise named here; a cancel says why, where that was said."""
    card, status = delivery.card, delivery.alert.status
    marks: dict[str, str] = {Alert.Status.EXERCISE: "EXERCISE", Alert.Status.TEST: "TEST"}
    off = delivery.alert.kind == Alert.Kind.CANCEL
    reason = card.get("reason") or card.get("line") or "" if off else ""
    mark = f"{marks[status]} {card.get('number', '')}".strip() if status in marks else ""
    return " · ".join(part for part in (mark, reason) if part)


def _restriction(card: dict[str, Any]) -> str:
    """Handling code, TLP and what the sender added, in English: the element has no language."""
    handling = terms("handling").get(card.get("handling") or "")
    tlp = terms("tlp").get(card.get("tlp") or "")
    with translation.override("en"):
        said = [
            f"{handling.code}: {handling.name}" if handling else "",
            f"TLP:{tlp.code}" if tlp else "",
            card.get("restriction", ""),
        ]
    return " ".join(part for part in said if part)


def _languages(card: dict[str, Any]) -> list[str]:
    """Those in which the card has its headline; all four where it needs none."""
    known = [code for code, _name in settings.LANGUAGES]
    if not card.get("headline"):
        return known
    spoken = {card.get("language"), *(card.get("texts") or {})}
    return [code for code in known if code in spoken] or [card.get("language") or UNDETERMINED]


def _info(delivery: Delivery, language: str) -> Info:
    alert, card = delivery.alert, delivery.card
    category = terms("incident_category").get(card.get("category") or "")
    with translation.override(language if language in TAGS else "en"):
        headline, _language, mark = headline_in(
            language, card.get("headline") or "", card.get("language"), card.get("texts") or {}
        )
        if card.get("emergency") in Emergency.values:
            headline = str(Emergency(card["emergency"]).label)
        event = category.name if category else str(EVENTS.get(card.get("event", ""), ""))
        sent = local(alert.raised_at, delivery)
        happened = card.get("happened_at")
        over = card.get("withdrawn") or card.get("called_off")
        onset = datetime.fromisoformat(happened) if happened else None
        return Info(
            language=TAGS.get(language, language),
            categories=(_category(category, card),),
            event=event or str(alert.get_kind_display()),
            responses=("Assess",),
            urgency="Past" if over else URGENCY[alert.priority],
            severity=severity_of(card, alert.priority),
            certainty=card.get("cap_certainty") or certainty_of(card),
            event_codes=(Value(CATEGORY, category.code),) if category else (),
            effective=sent,
            onset=local(onset, delivery) if onset else None,
            expires=sent + timedelta(seconds=settings.CAP_IN_EFFECT_S),
            sender_name=alert.sender.name,
            headline=headline,
            description="\n".join(_lines(delivery)),
            instruction=_asked(delivery),
            web=_address(alert),
            parameters=tuple(_parameters(delivery, mark if headline else "")),
            areas=_areas(card),
        )


def _category(term: Any, card: dict[str, Any]) -> str:
    """What came in from others stays what they called it."""
    called = card.get("cap_category") or (term.facts.get("cap") if term else "")
    return called or "Security"


def _lines(delivery: Delivery) -> list[str]:
    card = delivery.card
    lines = [words for words in (text_of_card(card, "")[0], line_of(card, "")[0]) if words]
    if card.get("decided_at"):
        when = written(delivery.alert.said_at, delivery.alert.sender.side)
        held = (
            _("Said at %(when)s. A pause of the exchange held it.")
            if card.get("line")
            else _("Decided at %(when)s. A pause of the exchange held it.")
        )
        lines.append(held % {"when": when})
    if card.get("overtaken"):
        lines.append(_("The desk has something newer already."))
    if card.get("unverified"):
        lines.append(_("Unverified: nobody has validated this report yet."))
    if card.get("withdrawn"):
        lines.append(_("Withdrawn: do not act on it"))
    if card.get("called_off"):
        lines.append(_("Cancelled: do not act on it"))
    return lines


def _asked(delivery: Delivery) -> str:
    if delivery.needs_line:
        return _("Acknowledge, and say in one line what will be done.")
    return _("Acknowledge that it was read.")


def _address(alert: Alert) -> str:
    subject, _colon, uid = alert.about.partition(":")
    path = settings.ABOUT_LINKS.get(subject, "").format(uid=uid)
    return settings.BASE_URL.rstrip("/") + path if path else ""


def _parameters(delivery: Delivery, mark: str) -> list[Value]:
    card = delivery.card
    said = {
        "number": card.get("number"),
        "version": card.get("version"),
        "priority": delivery.priority,
        "verification": "unverified" if card.get("unverified") else None,
        "headline": mark or None,
        "decided": card.get("decided_at"),
    }
    return [Value(f"bordercoop:{name}", str(one)) for name, one in said.items() if one]


def _areas(card: dict[str, Any]) -> tuple[Area, ...]:
    """Where it is, as far as that was released; no area when it was not."""
    place = places().get(card.get("place") or "")
    lat, lon, radius = card.get("lat"), card.get("lon"), AT_A_POSITION
    if (lat is None or lon is None) and place is not None:
        lat, lon, radius = place.lat, place.lon, AT_A_PLACE
    point = (_degrees(lat), _degrees(lon)) if lat is not None and lon is not None else None
    circles = (Circle(*point, radius),) if point else ()
    if place is None and point is None:
        return ()
    name = place.name if place is not None else "{}, {}".format(*point or ())
    codes = (Value(PLACE, place.code),) if place is not None else ()
    return (Area(name, circles=circles, geocodes=codes),)


def _degrees(value: float) -> Decimal:
    return Decimal(f"{float(value):.5f}")
