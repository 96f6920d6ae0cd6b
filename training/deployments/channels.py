"""Outbox channels: letters about deployments and accreditations."""

from datetime import timedelta
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.timezone import now

from bordercoop.access.models import User
from bordercoop.outbox.addresses import address_of
from bordercoop.outbox.letters import send_letter
from contactpoints.access import still_posted

from .access import agrees
from .models import Accreditation, Deployment
from .models.deployments import THERE

HOLDS = {"offered": ("offered",), "brief": ("committed",), "ends": THERE}


def send_deployment(payload: dict[str, Any], *, key: str) -> None:
    """Tell of an offer, of a briefing that is due, or of the last day but one.

    Looked up when it is sent: nothing where the deployment has gone on meanwhile, its days are over
    or others, another offer stands, or to whoever reads it no more."""
    to, what = User.objects.get(pk=payload["to"]), payload["what"]
    one = Deployment.objects.select_related("unit", "expert__officer").get(
        uid=payload["deployment"]
    )
    if not _reached(to) or one.state not in HOLDS[what] or not _holds(one, what, payload):
        return
    own = one.expert is not None and one.expert.officer_id == to.pk
    if own and not Deployment.objects.own_of(to).filter(pk=one.pk).exists():
        return
    if not own and not Deployment.objects.visible_to(to).filter(pk=one.pk).exists():
        return
    with translation.override(to.language):
        name = "deployment_mine" if own else "deployment"
        context = {
            "to": to, "one": one, "what": what, "own": own, "address": address_of(name, one.uid),
        }  # fmt: skip
        _send("deployment", context, to, key)


def _holds(one: Deployment, what: str, payload: dict[str, Any]) -> bool:
    """Whether what the letter says is so now."""
    if what == "ends":
        return one.last_day == one.today + timedelta(days=1)
    if one.last_day < one.today:
        return False
    return what != "offered" or payload.get("offer", one.offers_made) == one.offers_made


def send_accreditation(payload: dict[str, Any], *, key: str) -> None:
    """Tell a coordinator of the side that granted it that an accreditation runs out. Nothing where
    it was withdrawn, or another one holds longer."""
    to = User.objects.get(pk=payload["to"])
    row = Accreditation.objects.select_related("expert__officer").get(uid=payload["accreditation"])
    if not _reached(to) or not agrees(to) or row.withdrawn_at is not None or row.over:
        return
    longer = Accreditation.objects.standing().filter(
        expert=row.expert_id, side=row.side, kind=row.kind, valid_until__gt=row.valid_until,
        valid_from__lte=max(row.valid_until, now().date()),
    )  # fmt: skip
    if longer.exists() or row.expert.left_at is not None:
        return
    with translation.override(to.language):
        context = {"to": to, "row": row, "address": address_of("expert", row.expert.uid)}
        _send("accreditation", context, to, key)


def _reached(to: User) -> bool:
    return to.is_active and still_posted(to)


def _send(name: str, context: dict[str, Any], to: User, key: str) -> None:
    subject = render_to_string(f"deployments/{name}_subject.txt", context).strip()
    body = render_to_string(f"deployments/{name}_mail.txt", context)
    send_letter(to.email, subject, body, key=key)
