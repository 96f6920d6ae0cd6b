"""Guidelines: a kind of procedure that every officer of the two services works by."""

from django.utils.translation import gettext_lazy as _

from .kinds import Kind
from .models import Role

KIND = Kind(
    code="guideline",
    base="/guidelines/",
    title=_("Guidelines"),
    about=_("What both sides do in one agreed way, step by step."),
    draft="draft_guidelines",
    approve="approve_guidelines",
    read="view_incidents",
    readers=(
        Role.OFFICER, Role.SHIFT_LEADER, Role.DUTY_OFFICER, Role.HEAD_OF_POINT,
        Role.HEADQUARTERS_OFFICER, Role.REPRESENTATIVE, Role.UNIT_HEAD, Role.INTERPRETER,
    ),
    tasks={
        "approve": _("Guidelines to approve"),
        "comments": _("Comments on guidelines to answer"),
        "review": _("Guidelines to review"),
        "read": _("Guidelines to read"),
    },
    who_drafts=_("Headquarters officers and border representatives draft this. Write a comment."),
)  # fmt: skip
