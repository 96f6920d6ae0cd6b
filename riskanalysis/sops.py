"""Standard operating procedures of risk analysis: a kind of procedure, as settings name it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contactpoints.kinds import Kind
from contactpoints.models import Role

KIND = Kind(
    code="sop",
    base="/sops/",
    title=_("Standard operating procedures"),
    about=_(
        "How the analysts of both services analyse risks: in one agreed way, step by step, at "
        "operational and strategic level."
    ),
    draft="draft_sops",
    approve="approve_sops",
    read="view_incidents",
    readers=(Role.ANALYST, Role.HEADQUARTERS_OFFICER),
    tasks={
        "approve": _("SOPs to approve"),
        "comments": _("Comments on SOPs to answer"),
        "review": _("SOPs to review"),
        "read": _("SOPs to read"),
    },
    who_drafts=_("Analysts and headquarters officers draft this. Write a comment."),
    levels=("operational", "strategic"),
    icon="stack",
    above=("risk", pgettext_lazy("navigation", "Risk")),
)
