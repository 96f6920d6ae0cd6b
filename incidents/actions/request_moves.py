"""What the verbs of an information request stand on: whose desk, lock, telling, sent twice."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bordercoop.errors import Invalid, KeyReused, Refused
from bordercoop.live.doorbell import ring_many
from contactpoints.access import require
from contactpoints.actions import raise_alert
from contactpoints.models import Alert, Unit
from contactpoints.saying import Line, Said, repeats

from ..models import InformationRequest
from .signs import LANGUAGES


def wrong_at(field: str, sentence: str) -> Invalid:
    """The refusal of one field, with a sentence."""
    return Invalid(sentence, fields={field: [sentence]})


def in_language(language: str) -> str:
    """A language that may be written in."""
    if language not in LANGUAGES:
        raise wrong_at("language", _("Choose the language you write in."))
    return language


def language_of_line(line: Line, language: str) -> str:
    """The language of a text; English for a phrase, whose plain wording is kept."""
    return "en" if isinstance(line, Said) else in_language(language)


def own_desk(asked: InformationRequest, by: Any) -> Unit:
    """The desk of the officer's side, for whoever answers its alerts. Raises Refused (404) for
    whoever reads none of the two desks' alerts."""
    if not InformationRequest.objects.visible_to(by).filter(pk=asked.pk).exists():
        raise Refused(_("There is no such information request."), code="not_found", status=404)
    desk = asked.desk if by.side == asked.side else asked.to
    require(by, "acknowledge_alerts", desk)
    return desk


def locked_request(asked: InformationRequest) -> InformationRequest:
    """The request under its lock, with both desks."""
    rows = InformationRequest.objects.filter(pk=asked.pk)
    rows.select_for_update(no_key=True).values_list("pk").get()
    return rows.select_related("desk", "to").get()


def ring_request(asked: InformationRequest, side: str = "") -> None:
    """The doorbell of both desks, or of one side's."""
    ring_many(sorted(d.code for d in (asked.desk, asked.to) if side in ("", d.side)))


def tell_of_request(
    asked: InformationRequest, *, to: Unit, sender: Unit, event: str, priority: str, by: Any
) -> None:
    """Ask a desk to acknowledge what became of the request. Refused when nobody is on duty."""
    card = {
        "number": asked.number,
        "side": sender.side,
        "exercise": asked.exercise,
        "headline": asked.subject,
        "language": asked.language,
        "event": event,
        "handling": asked.handling,
        "tlp": asked.tlp,
        "restriction": asked.restriction,
    }
    status = Alert.Status.EXERCISE if asked.exercise else Alert.Status.ACTUAL
    raise_alert(
        asked.ref, card=card, priority=priority, to=[to], sender=sender, status=status, by=by
    )


def tell_if_watched(asked: InformationRequest, **what: Any) -> bool:
    """Whether the desk was told: nothing has to wait for an empty one, for its page says it."""
    try:
        with transaction.atomic():
            tell_of_request(asked, **what)
    except Refused:
        return False
    return True


def same_words(known: Any, **said: Any) -> None:
    """Raise KeyReused where something else was sent under the `client_ref` of `known`."""
    if any(getattr(known, name) != value for name, value in said.items()):
        raise KeyReused(
            _("This was sent before, with other words. Open the page again and send it anew.")
        )


def same_line(known: Any, text: Line, **said: Any) -> None:
    """The same where `text` may be a standard phrase."""
    if repeats(text, known.text, (known.said or {}).get("text")):
        text = known.text
    same_words(known, **said, text=text)
