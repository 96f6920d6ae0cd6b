"""Letters to approvers about a yearly plan that waits for their signature."""

from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from bordercoop.access.models import User
from bordercoop.outbox.addresses import address_of
from bordercoop.outbox.letters import send_letter
from contactpoints.access import still_posted

from .plans import waiting_for_signature


def send_plan(payload: dict[str, Any], *, key: str) -> None:
    """Outbox channel: tell an approver that a version waits for the signature of the own side.

    Looked up when it is sent: nothing once the side signed it or the plan was changed."""
    to = User.objects.get(pk=payload["to"])
    if not to.is_active or not still_posted(to):
        return
    version = next((one for one in waiting_for_signature(to) if one.pk == payload["version"]), None)
    if version is None:
        return
    with translation.override(to.language):
        year = version.plan.year
        context = {"to": to, "version": version, "year": str(year)}
        context["address"] = address_of("year_plan", year)
        subject = render_to_string("training/plan_subject.txt", context).strip()
        body = render_to_string("training/plan_mail.txt", context)
    send_letter(to.email, subject, body, key=key)
