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
from .attending import close_attendance, close_due_attendance, mark_attendance, say_here
from .blanking import blank_parts
from .certifying import (
    issue_certificates,
    print_certificate,
    revoke_certificate,
    set_certificate_rule,
)
from .evaluating import answer_evaluation
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
from .programme import add_session, change_session, remove_session
from .telling import remind_due
from .travelling import blank_travels, read_travel, write_travel

__all__ = [
    "add_activity_file",
    "add_session",
    "agree_activity",
    "answer_evaluation",
    "answer_invitation",
    "approve_nomination",
    "blank_parts",
    "blank_travels",
    "cancel_activity",
    "change_activity",
    "change_session",
    "close_attendance",
    "close_due_attendance",
    "close_evaluation",
    "confirm_activity",
    "decline_time",
    "download_activity_file",
    "export_activities",
    "import_ideas",
    "invite_participants",
    "issue_certificates",
    "mark_activity_file",
    "mark_attendance",
    "nominate",
    "open_nominations",
    "plan_activity",
    "postpone_activity",
    "print_certificate",
    "put_activity",
    "read_travel",
    "remind_due",
    "remove_activity_file",
    "remove_session",
    "report_activity",
    "revoke_certificate",
    "run_due_activities",
    "say_here",
    "send_invitations",
    "set_certificate_rule",
    "settle_letter",
    "take_answers",
    "take_back_agreement",
    "withdraw_gone",
    "withdraw_participation",
    "write_travel",
]
