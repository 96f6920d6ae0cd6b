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
from .asking import ask_for_evaluations
from .attending import close_attendance, close_due_attendance, mark_attendance, say_here
from .blanking import blank_parts
from .certifying import (
    issue_certificates,
    print_certificate,
    revoke_certificate,
    set_certificate_rule,
)
from .courses import (
    agree_course,
    change_course,
    choose_course,
    draft_course,
    retire_course,
    waive_training,
)
from .evaluating import answer_evaluation
from .importing import import_ideas
from .materials import (
    add_material,
    add_material_version,
    change_material,
    download_material,
    mark_material_version,
    remove_material,
)
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
from .plans import add_plan_line, change_plan_line, open_plan, put_plan, remove_plan_line, sign_plan
from .programme import add_session, change_session, remove_session
from .programme_exports import export_programme_report
from .telling import remind_due
from .trainers import add_trainer, change_trainer, leave_pool
from .training_again import (
    follow_attendance,
    nominate_listed,
    note_course_held,
    plan_retraining,
    queue_retraining,
)
from .travelling import blank_travels, read_travel, write_travel

__all__ = [
    "add_activity_file",
    "add_material",
    "add_material_version",
    "add_plan_line",
    "add_session",
    "add_trainer",
    "agree_activity",
    "agree_course",
    "answer_evaluation",
    "answer_invitation",
    "approve_nomination",
    "ask_for_evaluations",
    "blank_parts",
    "blank_travels",
    "cancel_activity",
    "change_activity",
    "change_course",
    "change_material",
    "change_plan_line",
    "change_session",
    "change_trainer",
    "choose_course",
    "close_attendance",
    "close_due_attendance",
    "close_evaluation",
    "confirm_activity",
    "decline_time",
    "download_activity_file",
    "download_material",
    "draft_course",
    "export_activities",
    "export_programme_report",
    "follow_attendance",
    "import_ideas",
    "invite_participants",
    "issue_certificates",
    "leave_pool",
    "mark_activity_file",
    "mark_attendance",
    "mark_material_version",
    "nominate",
    "nominate_listed",
    "note_course_held",
    "open_nominations",
    "open_plan",
    "plan_activity",
    "plan_retraining",
    "postpone_activity",
    "print_certificate",
    "print_plan",
    "put_activity",
    "put_plan",
    "queue_retraining",
    "read_travel",
    "remind_due",
    "remove_activity_file",
    "remove_material",
    "remove_plan_line",
    "remove_session",
    "report_activity",
    "retire_course",
    "revoke_certificate",
    "run_due_activities",
    "say_here",
    "send_invitations",
    "set_certificate_rule",
    "settle_letter",
    "sign_plan",
    "take_answers",
    "take_back_agreement",
    "tie_activity",
    "waive_training",
    "withdraw_gone",
    "withdraw_participation",
    "write_travel",
]
