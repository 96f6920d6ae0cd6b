"""Letters that ask who attended an activity to say what it was worth."""

from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from bordercoop.outbox.addresses import address_of
from bordercoop.outbox.letters import send_letter
from contactpoints.access import still_posted

from .access import reads_activities
from .evaluation import CAME
from .models import Evaluation, Participation


def send_evaluation_letter(payload: dict[str, Any], *, key: str) -> None:
    """Outbox channel: ask an officer who attended, or remind of it.

    Looked up when it is sent: nothing to who answered, once the evaluation is closed, or to whose
    posting ended. Whether a letter went out is kept nowhere."""
    rows = Participation.objects.select_related("activity", "officer")
    part = rows.get(uid=payload["participation"])
    to, activity = part.officer, part.activity
    if part.state not in CAME or part.blanked_at is not None or activity.state != "held":
        return
    if not to.is_active or not still_posted(to) or not reads_activities(to):
        return
    if Evaluation.objects.filter(participation=part).exists():
        return
    with translation.override(to.language):
        context = {
            "to": to, "activity": activity, "again": payload["again"],
            "address": address_of("activity_evaluation", activity.number),
        }  # fmt: skip
        subject = render_to_string("training/evaluation_subject.txt", context).strip()
        body = render_to_string("training/evaluation_mail.txt", context)
    send_letter(to.email, subject, body, key=key)
