"""The verbs of study visits, trainings and meetings."""

from .activities import (
    agree_activity,
    change_activity,
    plan_activity,
    put_activity,
    take_back_agreement,
)
from .activity_exports import export_activities
from .activity_moves import (
    cancel_activity,
    close_evaluation,
    confirm_activity,
    open_nominations,
    postpone_activity,
    report_activity,
    run_due_activities,
    send_invitations,
)
from .answer_taking import decline_time, settle_letter, take_answers
from .blanking import blank_parts
from .importing import import_ideas
from .nominating import (
    answer_invitation,
    approve_nomination,
    invite_participants,
    nominate,
    withdraw_gone,
    withdraw_participation,
)
from .papers import (
    add_activity_file,
    download_activity_file,
    mark_activity_file,
    remove_activity_file,
)
from .plan_ties import print_plan, tie_activity
from .plans import (
    add_plan_line,
    change_plan_line,
    open_plan,
    put_plan,
    remove_plan_line,
    sign_plan,
)
from .programme import add_session, change_session, remove_session
from .programme_exports import export_programme_report
from .telling import remind_due
from .travelling import blank_travels, read_travel, write_travel

__all__ = [
    "add_activity_file",
    "add_plan_line",
    "add_session",
    "agree_activity",
    "answer_invitation",
    "approve_nomination",
    "blank_parts",
    "blank_travels",
    "cancel_activity",
    "change_activity",
    "change_plan_line",
    "change_session",
    "close_evaluation",
    "confirm_activity",
    "decline_time",
    "download_activity_file",
    "export_activities",
    "export_programme_report",
    "import_ideas",
    "invite_participants",
    "mark_activity_file",
    "nominate",
    "open_nominations",
    "open_plan",
    "plan_activity",
    "postpone_activity",
    "print_plan",
    "put_activity",
    "put_plan",
    "read_travel",
    "remind_due",
    "remove_activity_file",
    "remove_plan_line",
    "remove_session",
    "report_activity",
    "run_due_activities",
    "send_invitations",
    "settle_letter",
    "sign_plan",
    "take_answers",
    "take_back_agreement",
    "tie_activity",
    "withdraw_gone",
    "withdraw_participation",
    "write_travel",
]
