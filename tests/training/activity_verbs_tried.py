"""Each verb of activities as every role of each side tries it."""

from datetime import timedelta
from types import SimpleNamespace

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.timezone import now

from tests import made_files
from tests.training.activities_made import Made
from training import actions
from training.attendance import days_of
from training.models import Activity, AttendanceMark, Participation

# Each side does it for itself, or either may.
OF_BOTH = {
    "plan_activity", "agree_activity", "take_back_agreement", "postpone_activity",
    "cancel_activity", "add_session", "change_session", "remove_session", "nominate",
    "approve_nomination", "withdraw_participation", "invite_participants", "export_activities",
    "add_activity_file", "remove_activity_file", "mark_attendance", "close_attendance",
    "issue_certificates", "revoke_certificate", "print_certificate",
}  # fmt: skip


def scene_of_activities(people, unit):
    """Activities that Latvia plans, at each step, and an officer of each side nominated."""
    made = Made(people, unit)
    nominating = made.nominating()
    officers = {"LV": (people.dgp_officer, "LV-DGP"), "BY": (people.pol_officer, "BY-POL")}
    parts = {
        side: made.nominated(nominating, officer, code, by=made.lv if side == "LV" else made.by)
        for side, (officer, code) in officers.items()
    }
    said = {"starts_at": nominating.starts_at, "ends_at": nominating.ends_at}
    session = actions.add_session(nominating, title="x", by=made.lv, **said)
    held, evaluated = (actions.confirm_activity(made.nominating(), by=made.lv) for _twice in (1, 2))
    for state in ("running", "held"):
        Activity.objects.filter(pk__in=[held.pk, evaluated.pk]).update(state=state)
    past = DateTimeTZRange(now() - timedelta(days=2), now() - timedelta(days=1))
    Activity.objects.filter(pk=held.pk).update(period=past)
    held.refresh_from_db()
    evaluated = actions.close_evaluation(evaluated, by=made.lv)
    certificates = {side: certified_of(made, side) for side in officers}
    papers = {
        by.side: actions.add_activity_file(
            nominating, made_files.upload(made_files.pdf(b"1"), "a.pdf"), by=by
        )
        for by in (made.lv, made.by)
    }
    return SimpleNamespace(
        made=made, roots={"LV": unit("LV-SBG"), "BY": unit("BY-GPK")}, idea=made.idea(),
        planned=made.planned(), agreed=made.agreed(), nominating=nominating, parts=parts,
        invited=actions.send_invitations(made.agreed(), by=made.lv), open=made.nominating(),
        held=held, evaluated=evaluated, session=session, said=said, papers=papers,
        officers=officers, certificates=certificates,
    )  # fmt: skip


def certified_of(made, side):
    """The certificate of an officer of a side who attended all of an activity that was held."""
    people = made.people
    officer, code, by = {
        "LV": (people.rix_officer, "LV-RIX", made.lv),
        "BY": (people.msq_officer, "BY-MSQ", made.by),
    }[side]  # fmt: skip
    later = made.said()["starts_at"] + timedelta(days=30)
    activity = made.nominating(
        starts_at=later, ends_at=later + timedelta(hours=3), nominations_until=None
    )
    part = made.approved(activity, officer, code, by)
    actions.invite_participants(activity, by=by)
    actions.confirm_activity(activity, by=made.lv)
    for state in ("running", "held"):
        Activity.objects.filter(pk=activity.pk).update(state=state)
    Participation.objects.filter(pk=part.pk).update(state="attended")
    AttendanceMark.objects.create(participation=part, day=days_of(activity)[0], present=True)
    return actions.issue_certificates(activity, by=by)[0]


WORD = {"room": "", "speaker": None, "speaker_name": "", "language": "", "interpreter": None,
        "interpreter_name": ""}  # fmt: skip
TRY = {
    "training.plan_activity": lambda s, by: actions.plan_activity(
        unit=s.activities.roots[by.side], by=by, **s.activities.made.said()
    ),
    "training.change_activity": lambda s, by: actions.change_activity(
        s.activities.planned, by=by, **s.activities.made.said(title="Other")
    ),
    "training.put_activity": lambda s, by: actions.put_activity(s.activities.idea, by=by),
    "training.agree_activity": lambda s, by: actions.agree_activity(
        s.activities.planned, edition=1, by=by
    ),
    "training.take_back_agreement": lambda s, by: actions.take_back_agreement(
        s.activities.agreed, reason="x", by=by
    ),
    "training.send_invitations": lambda s, by: actions.send_invitations(s.activities.agreed, by=by),
    "training.open_nominations": lambda s, by: actions.open_nominations(
        s.activities.invited, by=by
    ),
    "training.confirm_activity": lambda s, by: actions.confirm_activity(
        s.activities.nominating, by=by
    ),
    "training.close_evaluation": lambda s, by: actions.close_evaluation(s.activities.held, by=by),
    "training.mark_attendance": lambda s, by: actions.mark_attendance(
        s.activities.held, marks=[], by=by
    ),
    "training.close_attendance": lambda s, by: actions.close_attendance(s.activities.held, by=by),
    "training.set_certificate_rule": lambda s, by: actions.set_certificate_rule(
        s.activities.held, share=50, by=by
    ),
    "training.issue_certificates": lambda s, by: actions.issue_certificates(
        s.activities.held, by=by
    ),
    "training.revoke_certificate": lambda s, by: actions.revoke_certificate(
        s.activities.certificates[by.side], reason="x", by=by
    ),
    "training.print_certificate": lambda s, by: actions.print_certificate(
        s.activities.certificates[by.side], language="en", by=by
    ),
    "training.report_activity": lambda s, by: actions.report_activity(
        s.activities.evaluated, lessons="x", budget_used=None, by=by
    ),
    "training.postpone_activity": lambda s, by: actions.postpone_activity(
        s.activities.agreed, reason="x", by=by
    ),
    "training.cancel_activity": lambda s, by: actions.cancel_activity(
        s.activities.agreed, reason="x", by=by
    ),
    "training.add_session": lambda s, by: actions.add_session(
        s.activities.open, title="x", by=by, **s.activities.said
    ),
    "training.change_session": lambda s, by: actions.change_session(
        s.activities.session, title="y", by=by, **WORD, **s.activities.said
    ),
    "training.remove_session": lambda s, by: actions.remove_session(s.activities.session, by=by),
    "training.nominate": lambda s, by: s.activities.made.nominated(
        s.activities.open, *s.activities.officers[by.side], by
    ),
    "training.approve_nomination": lambda s, by: actions.approve_nomination(
        s.activities.parts[by.side], by=by
    ),
    "training.withdraw_participation": lambda s, by: actions.withdraw_participation(
        s.activities.parts[by.side], reason="x", by=by
    ),
    "training.invite_participants": lambda s, by: actions.invite_participants(
        s.activities.nominating, by=by
    ),
    "training.export_activities": lambda s, by: actions.export_activities({}, form="csv", by=by),
    "training.add_activity_file": lambda s, by: actions.add_activity_file(
        s.activities.planned, made_files.upload(made_files.pdf(b"2"), "b.pdf"), by=by
    ),
    "training.remove_activity_file": lambda s, by: actions.remove_activity_file(
        s.activities.papers[by.side], by=by
    ),
}
