"""Which events a webhook may follow, and what they are called. docs/webhooks.md lists them too."""

from django.utils.translation import gettext_lazy as _

TEST = "webhook.test"

EVENTS = {
    "alert.raised": _("An alert was raised"),
    "alert.updated": _("An alert was updated"),
    "alert.cancelled": _("An alert was cancelled"),
    "delivery.sent": _("A channel took the alert"),
    "delivery.delivered": _("The alert reached a screen or a mailbox of the desk"),
    "delivery.opened": _("An officer opened the alert"),
    "delivery.acknowledged": _("The desk acknowledged"),
    "delivery.accepted": _("The desk accepted the task"),
    "delivery.declined": _("The desk declined the task"),
    "delivery.handed_back": _("The desk handed the alert back"),
    "delivery.failed": _("A channel gave the alert up"),
    "delivery.escalated": _("Nobody acknowledged, and the next step is told"),
    "delivery.woken": _("Nothing followed the acknowledgement, and the alert woke up again"),
    "delivery.recalled": _("The sender took the alert back"),
    "broadcast.sent": _("An emergency broadcast was sent"),
    "broadcast.ended": _("An emergency broadcast ended"),
    "line.missed": _("A line check was missed"),
    "line.repaired": _("A line was repaired"),
    "exchange.paused": _("The exchange was paused at a point"),
    "exchange.resumed": _("The exchange goes on at a point"),
    "request.asked": _("Information was requested"),
    "request.answered": _("An information request was answered"),
    "request.withdrawn": _("An information request was withdrawn"),
    "request.overdue": _("An information request is overdue"),
    "duty.handed_over": _("A shift was handed over"),
    "duty.taken_over": _("A shift was taken over"),
    "report.sent": _("A risk report was sent"),
    "report.withdrawn": _("A risk report was withdrawn"),
    "report.superseded": _("A newer risk report takes the place of another one"),
}
# The verbs of the audit trail that are such an event under another name.
VERBS = {
    "alert.raised": ("alert.raised", "alert.updated", "alert.cancelled"),
    "delivery.acknowledged_by_phone": ("delivery.acknowledged",),
    "risk_report.disseminated": ("report.sent",),
    "risk_report.withdrawn": ("report.withdrawn",),
    "risk_report.superseded": ("report.superseded",),
}


def events_of(verb: str) -> tuple[str, ...]:
    """What a verb may be to a webhook; empty for most."""
    return VERBS.get(verb) or ((verb,) if verb in EVENTS else ())
