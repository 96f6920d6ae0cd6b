"""What the codes of the audit trail mean where they are of joint operations."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

OPERATION_VERBS: dict[str, Promise] = {
    "joint_operation.begun": _("A joint operation was begun"),
    "joint_operation.changed": _("A joint operation was changed"),
    "joint_operation.proposed": _("A joint operation was proposed to both sides"),
    "joint_operation.approved": _("A joint operation was approved by both sides"),
    "joint_operation.running": _("A joint operation began"),
    "joint_operation.ended": _("A joint operation ended"),
    "joint_operation.evaluated": _("A joint operation was evaluated by both sides"),
    "joint_operation.cancelled": _("A joint operation was cancelled"),
    "joint_operation.tied": _("The activity of a joint operation was chosen"),
    "joint_operation.resource_added": _("Resources were put into a joint operation"),
    "joint_operation.resource_removed": _("Resources were taken out of a joint operation"),
    "joint_operation.text_written": _("A part of an operational plan or report was written"),
    "joint_operation.report_drafted": _("A final evaluation report was drafted"),
    "joint_operation.paper_put": _("A plan or report of an operation was put to both sides"),
    "joint_operation.paper_voided": _("A plan or report was changed before both approved it"),
    "joint_operation.paper_approved": _("A side approved a plan or report of an operation"),
    "joint_operation.paper_in_force": _("A changed plan was approved by both sides"),
    "joint_operation.printed": _("A plan or report of an operation was printed"),
    "joint_operation.shift_set": _("An officer was put on a shift of an operation"),
    "joint_operation.shift_cancelled": _("An officer was taken off a shift of an operation"),
    "joint_operation.shift_withdrawn": _(
        "A shift of an operation was withdrawn, since its officer does not serve any more"
    ),
    "joint_operation.tagged": _("An incident was tagged with an operation"),
    "joint_operation.untagged": _("The tag of an operation was taken from an incident"),
    "joint_operation.days_drafted": _("Daily reports of an operation were drafted"),
    "joint_operation.day_written": _("A daily report was completed in words"),
    "joint_operation.day_corrected": _("The correction of a daily report was begun"),
    "joint_operation.day_approved": _("A daily report was approved and given to both sides"),
}
