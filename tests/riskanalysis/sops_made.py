"""SOPs that came with the portal, brought into force as both approvers would."""

from django.utils.timezone import now

from bordercoop.reference.models import (
    ProcedureApproval,
    ProcedureRevision,
    ProcedureVersion,
    utc_today,
)
from contactpoints import actions
from contactpoints.models import Role
from tests.contactpoints.procedures_made import someone


def agreed_sop(code):
    """Version 1 with its day, today, and both approvals; the tick has not come by yet."""
    version = ProcedureVersion.objects.get(procedure__code=code, number=1)
    version.effective_on, version.revision = utc_today(), version.revision + 1
    version.save(update_fields=["effective_on", "revision"])
    said = {"content": version.content, "sha256": version.sha256}
    ProcedureRevision.objects.create(version=version, number=version.revision, **said)
    for side in ("LV", "BY"):
        ProcedureApproval.objects.create(
            version=version, side=side, sha256=version.sha256, revision=version.revision,
            by=someone(side, Role.APPROVER), at=now(),
        )  # fmt: skip
    version.state = "agreed"
    version.save(update_fields=["state"])
    return version


def sop_in_force(code):
    """The same in force, by the tick that brings every version into force."""
    version = agreed_sop(code)
    assert actions.advance_procedures() == 1
    version.refresh_from_db()
    assert version.state == "in_force"
    return version
