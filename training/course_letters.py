"""Letters to coordinators about whom a new version wants trained again."""

from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from bordercoop.access.models import User
from bordercoop.outbox.addresses import address_of
from bordercoop.outbox.letters import send_letter
from bordercoop.reference.models import ProcedureVersion
from contactpoints.access import still_posted

from .access import agrees
from .retraining import to_train


def send_retraining(payload: dict[str, Any], *, key: str) -> None:
    """Outbox channel: tell a coordinator how many officers must be trained again, without names.

    Looked up when it is sent: nothing once another version holds or everybody is trained."""
    version = ProcedureVersion.objects.select_related("procedure").get(uid=payload["version"])
    to = User.objects.get(pk=payload["to"])
    if not version.holds or not to.is_active or not still_posted(to) or not agrees(to):
        return
    people = to_train(to, version.procedure)
    if not people:
        return
    with translation.override(to.language):
        context = {
            "to": to, "version": version, "count": len(people), "address": address_of("retraining")
        }  # fmt: skip
        subject = render_to_string("training/retraining_subject.txt", context).strip()
        body = render_to_string("training/retraining_mail.txt", context)
    send_letter(to.email, subject, body, key=key)
