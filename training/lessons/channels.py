"""Outbox channels: letters to owners and approvers; files of evidence are scanned."""

from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from bordercoop.access.models import User
from bordercoop.files import scanning, store
from bordercoop.outbox.addresses import address_of
from bordercoop.outbox.letters import send_letter
from contactpoints.access import still_posted
from incidents.models import Scan

from . import actions
from .access import officers_of_owner
from .contingency import waiting_for_approval
from .models import Recommendation, RecommendationChange
from .models.recommendations import UNDER_WAY


def send_recommendation(payload: dict[str, Any], *, key: str) -> None:
    """Tell an officer of the owner of a day that comes near or is over.

    Looked up when it is sent: nothing for what is done by then or given to another owner."""
    to = User.objects.get(pk=payload["to"])
    rows = Recommendation.objects.visible_to(to).select_related("owner_unit")
    row = rows.filter(uid=payload["recommendation"], state__in=UNDER_WAY).first()
    if row is None or not to.is_active or not still_posted(to):
        return
    if not rows.answered_by(to).filter(pk=row.pk):
        return
    able = officers_of_owner(row.owner_unit)
    if row.owner_officer_id not in (None, to.pk) and row.owner_officer in able:
        return
    with translation.override(to.language):
        address = address_of("recommendation", row.number)
        _send("recommendation", {"to": to, "row": row, "address": address}, to, key)


def send_contingency(payload: dict[str, Any], *, key: str) -> None:
    """Tell an approver that a version of a contingency plan waits for the own side."""
    to = User.objects.get(pk=payload["to"])
    if not to.is_active or not still_posted(to):
        return
    waits = (one for one in waiting_for_approval(to) if one.pk == payload["version"])
    version = next(waits, None)
    if version is None:
        return
    with translation.override(to.language):
        address = address_of("contingency_plan", version.plan.number)
        _send("contingency", {"to": to, "version": version, "address": address}, to, key)


def _send(name: str, context: dict[str, Any], to: User, key: str) -> None:
    subject = render_to_string(f"lessons/{name}_subject.txt", context).strip()
    send_letter(to.email, subject, render_to_string(f"lessons/{name}_mail.txt", context), key=key)


def scan_evidence(payload: dict[str, Any], *, key: str) -> None:
    """Ask the scanner about a file that waits; what it cannot say is tried again later."""
    row = RecommendationChange.objects.get(uid=payload["file"])
    if row.scan not in (Scan.WAITING, Scan.FAILED):
        return
    with store.open_stored(row.sha256) as file:
        finding = scanning.finding(file)
    actions.mark_evidence(row, state=Scan.INFECTED if finding else Scan.CLEAN, finding=finding)


def give_up_evidence(payload: dict[str, Any], *, failure: str) -> None:
    """The scanner never answered: the file says so, and stays with its side."""
    row = RecommendationChange.objects.get(uid=payload["file"])
    actions.mark_evidence(row, state=Scan.FAILED)
