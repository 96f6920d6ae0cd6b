"""The verbs of study visits, trainings and meetings."""

from .activities import (
    agree_activity,
    change_activity,
    plan_activity,
    put_activity,
    take_back_agreement,
)
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
from .importing import import_ideas
from .nominating import (
    answer_invitation,
    approve_nomination,
    invite_participants,
    nominate,
    withdraw_participation,
)
from .programme import add_session, change_session, remove_session
from .telling import remind_due
from .travelling import blank_travels, read_travel, write_travel

__all__ = [
    "add_session",
    "agree_activity",
    "answer_invitation",
    "approve_nomination",
    "blank_travels",
    "cancel_activity",
    "change_activity",
    "change_session",
    "close_evaluation",
    "confirm_activity",
    "decline_time",
    "import_ideas",
    "invite_participants",
    "nominate",
    "open_nominations",
    "plan_activity",
    "postpone_activity",
    "put_activity",
    "read_travel",
    "remind_due",
    "remove_session",
    "report_activity",
    "run_due_activities",
    "send_invitations",
    "settle_letter",
    "take_answers",
    "take_back_agreement",
    "withdraw_participation",
    "write_travel",
]
