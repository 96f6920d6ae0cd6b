"""What officers of either side add beside the report: notes and measures."""

import uuid
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, Refused
from bordercoop.live.doorbell import ring_many
from bordercoop.reference.wording import fault
from contactpoints.access import require
from contactpoints.models import Unit
from contactpoints.saying import Line, Said, repeats, require_new

from ..access import share_for
from ..content import EARLIEST, TOLERANCE
from ..models import Audience, Incident, Measure, Note
from ..tidings import readable_notes

LONGEST = 5_000
FARTHEST = timedelta(days=5 * 366)
R = TypeVar("R", Note, Measure)


def _differs(remark: Note | Measure, line: Line, said: dict[str, Any]) -> str:
    """What is said now in place of what `remark` says; "" for the same. When it was done may
    differ: "now" is another moment each time."""
    names = ["incident", "audience", *sorted({"due_at", "reply_to"} & said.keys())]
    if all(getattr(remark, name) == said[name] for name in names) and repeats(
        line, remark.text, (getattr(remark, "said", None) or {}).get("text")
    ):
        return ""
    return repr([str(said[name]) for name in (*names, "text", "said") if name in said])


def _add(
    kind: type[R],
    incident: Incident,
    text: Line,
    audience: str,
    ref: uuid.UUID | None,
    by: Any,
    **more: Any,
) -> R:
    unit: Unit = share_for(by, incident).unit
    require(by, "annotate_incidents", unit)
    phrase = {"said": {"text": text.kept}} if isinstance(text, Said) else {}
    line = text if isinstance(text, Said) else text.strip()
    text = line.plain if isinstance(line, Said) else line
    wrong: dict[str, list[str]] = {}
    if sentence := fault(text, LONGEST) if text else _("Write something first."):
        wrong["text"] = [sentence]
    if audience not in Audience.values:
        wrong["audience"] = [_("Choose who sees it.")]
    if wrong:
        raise Invalid(next(iter(wrong.values()))[0], fields=wrong)
    said = {"incident": incident, "audience": audience, "text": text, **phrase, **more}
    remark, new = kind.objects.get_or_create(
        by=by,
        client_ref=(ref := ref or uuid.uuid4()),
        defaults={"side": by.side, "unit": unit, **said},
    )
    if not new and (differs := _differs(remark, line, said)):
        # The page was gone back to and something else was written: another entry, not a repeat.
        remark, new = kind.objects.get_or_create(
            by=by,
            client_ref=uuid.uuid5(ref, differs),
            defaults={"side": by.side, "unit": unit, **said},
        )
    if new:
        require_new(line)
        verb = f"incident.{kind._meta.model_name}_added"
        record(verb, incident.ref, by=by, audience=audience)
        heard = incident.shares.all()
        if audience == Audience.OWN:
            heard = heard.filter(unit__side=by.side)
        ring_many(sorted(heard.values_list("unit__code", flat=True)))
    return remark


@transaction.atomic
def add_note(
    incident: Incident,
    *,
    text: Line,
    audience: Audience | str = Audience.OWN,
    reply_to: Note | None = None,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> Note:
    """Write into the timeline, for the own side (the default) or for all who hold the incident.

    `text` is text or a standard phrase (`contactpoints.saying.say`). `reply_to` is a note of the
    same incident that the officer reads; what answers a note of the own side only stays with it.
    The same `client_ref` is the same note.
    """
    if reply_to is None:
        return _add(Note, incident, text, str(audience), client_ref, by)
    share = share_for(by, incident)
    if reply_to not in readable_notes(incident, share, by):
        raise Refused(_("There is no such note."), code="not_found", status=404)
    if reply_to.audience == Audience.OWN and str(audience) == Audience.SHARED:
        sentence = _("You answer a note that only your side reads, so the answer stays there too.")
        raise Invalid(sentence, fields={"audience": [sentence]})
    return _add(Note, incident, text, str(audience), client_ref, by, reply_to=reply_to)


@transaction.atomic
def add_measure(
    incident: Incident,
    *,
    text: Line,
    audience: Audience | str = Audience.OWN,
    done_at: datetime | None = None,
    due_at: datetime | None = None,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> Measure:
    """Say what the own side has done (`done_at`) or will do by a time (`due_at`)."""
    for moment, latest in ((done_at, now() + TOLERANCE), (due_at, now() + FARTHEST)):
        if moment is not None and moment > latest:
            sentence = _("This time is in the future. Check the date, the time and the time zone.")
        elif moment is not None and moment < EARLIEST:
            sentence = _("This time is too long ago. Check the year.")
        else:
            continue
        raise Invalid(sentence, fields={"moment": [sentence]})
    if done_at is None and due_at is None:
        done_at = now()
    return _add(
        Measure, incident, text, str(audience), client_ref, by, done_at=done_at, due_at=due_at
    )
