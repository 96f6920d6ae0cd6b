"""What one side could learn, keep or break by the verbs of activities, and cannot."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bordercoop.access.models import User
from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused
from tests.training.test_materials import pdf
from tests.training.test_year_plans import SAID, written
from training import actions
from training.models import Activity, Course, Participation, PlanLine, ProgrammeSession

pytestmark = pytest.mark.django_db


def test_each_side_chooses_its_own_officers_and_their_time(made, people):
    activity = made.nominating()
    starts, hour = activity.starts_at, timedelta(hours=1)
    said = {"title": "Lanes", "room": "", "language": "", "interpreter": None, "speaker_name": "",
            "interpreter_name": ""}  # fmt: skip
    at = {"starts_at": starts, "ends_at": starts + hour}
    for name in ("speaker", "interpreter"):
        with pytest.raises(Invalid, match="chooses its own officers") as refused:
            actions.add_session(activity, title="x", by=made.lv, **at, **{name: people.pol_duty})
        assert list(refused.value.fields) == [name]
    session = actions.add_session(activity, title="x", speaker=people.pol_duty, by=made.by, **at)
    said["speaker"] = people.pol_duty
    actions.change_session(session, by=made.lv, **said, **at)
    later = {"starts_at": starts + hour, "ends_at": starts + 2 * hour}
    with pytest.raises(Invalid, match="that side changes the time"):
        actions.change_session(session, by=made.lv, **said, **later)
    actions.change_session(session, by=made.by, **said, **later)
    said |= {"speaker": None, "speaker_name": "A. Guest"}
    assert actions.change_session(session, by=made.lv, **said, **at).starts_at == starts


def test_an_answer_to_the_day_before_a_move_is_none_to_the_day_after(made, people, client):
    activity = made.nominating(quotas={"LV": 3, "BY": 1})
    officers = (people.dgp_officer, people.dgp_leader, people.dgp_duty)
    parts = [made.approved(activity, who, "LV-DGP", made.lv) for who in officers]
    actions.invite_participants(activity, by=made.lv)
    for part, answer in zip(parts, ("accepted", "tentative", "declined"), strict=True):
        actions.answer_invitation(part, answer=answer, by=part.officer)

    def states():
        return [Participation.objects.get(pk=part.pk).state for part in parts]

    said = made.said(quotas={"LV": 3, "BY": 1}, title="Another title")
    actions.change_activity(activity, by=made.lv, **said)
    assert states() == ["accepted", "tentative", "declined"]
    later = activity.ends_at + timedelta(hours=1)
    actions.change_activity(activity, by=made.lv, **{**said, "ends_at": later})
    assert states() == ["invited", "invited", "declined"]
    assert list(parts[0].moves.values_list("before", "after"))[-2:] == [
        ("invited", "accepted"), ("accepted", "invited")]  # fmt: skip
    with pytest.raises(Refused, match="changed while you read it"):
        actions.answer_invitation(parts[0], answer="accepted", sequence=1, by=people.dgp_officer)
    User.objects.update(language="en")
    client.force_login(people.dgp_officer)
    shown = client.get("/activities/mine/").content.decode()
    assert "Asked again after the move" in shown
    form = {"part": parts[0].uid, "answer": "accepted", "reason": "", "sequence": 1}
    assert client.post("/activities/mine/", form).status_code == 409
    client.post("/activities/mine/", {**form, "sequence": 2})
    assert states()[0] == "accepted"
    client.force_login(made.lv)
    shown = client.get(f"/activities/{activity.number}/people/").content.decode()
    assert shown.count("Asked again after the move") == 1


def test_what_is_put_off_or_given_up_has_no_room(made):
    gone, other = made.nominating(), made.nominating(title="Another visit")
    at = {"starts_at": gone.starts_at, "ends_at": gone.ends_at, "room": "Hall 1"}
    first = actions.add_session(gone, title="x", by=made.lv, **at)
    actions.postpone_activity(gone, reason="Strike.", by=made.by)
    actions.change_activity(gone, by=made.lv, **made.said(place="Riga"))
    actions.change_activity(gone, by=made.lv, **made.said())
    second = actions.add_session(other, title="y", by=made.lv, **at)
    with pytest.raises(Refused, match="room is taken then"), transaction.atomic():
        actions.put_activity(gone, by=made.lv)
    actions.cancel_activity(other, reason="x", by=made.lv)
    actions.put_activity(gone, by=made.lv)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.venue, second.venue) == ("at vienna airport / hall 1", "")
    # Rows from before the rule, and what stands without its words.
    rows = ProgrammeSession.objects.order_by("pk")
    rows.filter(pk=second.pk).update(venue="at vienna airport / hall 9")
    Activity.objects.update(words="")
    moved = import_module("training.migrations.0012_moved_activities")
    for mend in (moved.find_words, moved.free_rooms):
        mend(apps, None)
    assert list(rows.values_list("venue", flat=True)) == ["at vienna airport / hall 1", ""]
    assert Activity.objects.filter(words__contains=" another uisit ").count() == 1


def test_a_course_that_is_given_now_teaches_what_both_agreed_to(made):
    said = {"title": "A", "about": "", "language": "en", "procedures": ["JI"], "hours": 4,
            "levels": [], "topics": [], "valid_months": None}  # fmt: skip
    course = actions.draft_course(by=made.lv, **said)

    def agreed():
        for who in (made.lv, made.by):
            actions.agree_course(course, edition=Course.objects.get().edition, by=who)

    agreed()
    activity = actions.choose_course(made.nominating(), course=course, by=made.lv)
    for who in (made.lv, made.by):
        actions.agree_activity(activity, edition=activity.edition, by=who)
    actions.change_course(course, by=made.by, **{**said, "hours": 5})
    with pytest.raises(Refused, match="agree to a course before"):
        actions.confirm_activity(activity, by=made.lv)
    agreed()
    actions.confirm_activity(activity, by=made.lv)
    with pytest.raises(Refused) as refused:
        actions.change_course(course, by=made.by, **{**said, "valid_months": 12})
    assert refused.value.code == "in_use"
    assert actions.change_course(course, by=made.by, **said).edition == 3


def test_what_a_form_never_sends_is_no_error_of_the_portal(made, client):
    activity = made.planned()
    client.force_login(made.lv)
    at = f"/activities/{activity.number}/"
    assert client.post(at, {"do": "remove_file", "file": "z" * 36}).status_code == 302
    assert client.post(at, {"do": "agree", "edition": "1" * 5_000}).status_code == 409
    asked = {"day": "2026-12-05", "hour": "1" * 5_000}
    assert client.get(f"{at}move/", asked).status_code == 200
    actions.add_session(
        made.idea(place="ΐ" * 190), title="x", room="ΐ" * 80, by=made.lv,
        starts_at=activity.starts_at, ends_at=activity.ends_at,
    )  # fmt: skip


def test_a_joint_material_names_no_course_that_the_other_side_does_not_read(made):
    course = actions.draft_course(title="A", language="en", procedures=["JI"], hours=4, by=made.lv)
    said = {"title": "B", "language": "en", "course": course}
    with pytest.raises(Invalid) as refused:
        actions.add_material(pdf(), by=made.lv, **said)
    assert list(refused.value.fields) == ["course"]
    own = actions.add_material(pdf(), joint=False, by=made.lv, **said)
    with pytest.raises(Invalid):
        actions.change_material(own, joint=True, topics=[], by=made.lv, **said)
    actions.agree_course(course, edition=1, by=made.lv)
    course.refresh_from_db()
    assert actions.change_material(own, joint=True, topics=[], by=made.lv, **said).joint


def test_locks_are_taken_at_once_and_in_one_order(made, people):
    activity = made.nominating()
    starts = activity.starts_at
    for room, hours in (("Hall 2", 1), ("Hall 1", 2)):
        actions.add_session(
            activity, title=room, room=room, starts_at=starts + timedelta(hours=hours),
            ends_at=starts + timedelta(hours=hours + 1), speaker=people.dgp_head, by=made.lv,
        )  # fmt: skip
    later = {name: activity_time + timedelta(days=1) for name, activity_time in (
        ("starts_at", starts), ("ends_at", activity.ends_at))}  # fmt: skip
    with CaptureQueriesContext(connection) as asked:
        actions.change_activity(
            activity, by=made.lv, **made.said(place="Riga", quotas={"LV": 3, "BY": 3}, **later)
        )
    sent = [query["sql"] for query in asked]
    rooms = [n for n, sql in enumerate(sent) if "pg_advisory_xact_lock" in sql]
    people_held = [n for n, sql in enumerate(sent)
                   if "access_user" in sql and "FOR NO KEY UPDATE" in sql]  # fmt: skip
    assert len(rooms) == 1
    for word in ("at vienna airport / hall 1", "at riga / hall 2"):
        assert word in sent[rooms[0]]
    assert rooms[0] < people_held[0]
    assert str(people.dgp_head.pk) in sent[people_held[0]]
    # The line of a plan is held while it is changed: who ties an activity to it holds nothing else.
    line = written(actions.open_plan(year=2027, by=made.lv), made.lv)
    with CaptureQueriesContext(connection) as asked:
        actions.remove_plan_line(line, by=made.lv)
    assert any("training_planline" in q["sql"] and "FOR NO KEY UPDATE" in q["sql"] for q in asked)


def test_an_activity_that_moves_to_another_year_carries_out_no_line_of_this_one(made):
    activity = made.planned()
    plan = actions.open_plan(year=activity.starts_at.year, by=made.lv)
    actions.tie_activity(activity, written(plan, made.lv), by=made.lv)
    hours = {"starts_at": activity.starts_at + timedelta(hours=1), "ends_at": activity.ends_at}
    actions.change_activity(activity, by=made.lv, **made.said(**hours))
    assert activity.plan_links.standing().exists()
    later = {"starts_at": activity.starts_at + timedelta(days=366)}
    later["ends_at"] = later["starts_at"] + timedelta(days=1)
    actions.change_activity(activity, by=made.lv, **made.said(**later))
    assert not activity.plan_links.standing().exists()
    assert Entry.objects.filter(verb="activity.untied").count() == 1


def test_whoever_wrote_any_version_of_a_line_does_not_sign_it(made, people):
    plan = actions.open_plan(year=2027, by=made.lv)
    line = written(plan, made.lv)
    PlanLine.objects.filter(pk=line.pk).update(changed_by=people.lv_approver)
    line = actions.change_plan_line(line, by=made.lv, **{**SAID, "quarter": 3})
    assert line.editors == sorted([people.lv_approver.pk, made.lv.pk])
    copy = actions.open_plan(year=2028, like=plan, by=made.lv)
    for one in (plan, copy):
        one.refresh_from_db()
        version = actions.put_plan(one, edition=one.edition, by=made.lv)
        with pytest.raises(NotAllowed) as refused:
            actions.sign_plan(one, sha256=version.sha256, by=people.lv_approver)
        assert refused.value.code == "own_text"
