"""What the codes of the audit trail mean where they are of experts and deployments."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DEPLOYMENT_VERBS: dict[str, Promise] = {
    "accreditation.granted": _("An expert was accredited"),
    "accreditation.withdrawn": _("An accreditation was withdrawn"),
    "deployment.accepted": _("An offered expert was accepted"),
    "deployment.access_ended": _("The access of a deployment ended with its last day"),
    "deployment.assessed": _("A request for a deployment was found right"),
    "deployment.briefed": _("An expert was briefed"),
    "deployment.cancelled": _("A deployment was cancelled"),
    "deployment.committed": _("An expert was committed to a deployment"),
    "deployment.debriefed": _("An expert was debriefed"),
    "deployment.declined": _("A deployment was declined"),
    "deployment.deployed": _("An expert was deployed"),
    "deployment.ended": _("A deployment ended"),
    "deployment.extended": _("A deployment was extended"),
    "deployment.extension_asked": _("A longer stay of an expert was asked for"),
    "deployment.extension_declined": _("A longer stay of an expert was declined"),
    "deployment.noted": _("A need for an expert was noted"),
    "deployment.offered": _("An expert was offered"),
    "deployment.powers_granted": _("Executive powers were granted to an expert"),
    "deployment.requested": _("A deployment was requested"),
    "expert.added": _("An expert came into the pool"),
    "expert.available": _("Days on which an expert is available were stated"),
    "expert.changed": _("Profiles or languages of an expert were changed"),
    "expert.left": _("An expert left the pool"),
    "expert.not_available": _("Days on which an expert is available were taken back"),
}
