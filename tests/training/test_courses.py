"""Courses, and who must be trained again when a version comes into force."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from bordercoop.access.models import User
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.outbox.models import Message
from contactpoints import actions as contact_actions
from contactpoints.models import Posting
from tests.contactpoints.procedures_made import content, guideline_in_force, someone, step
from training import actions
from training.course_letters import send_retraining
from training.models import Activity, Course, Participation, Trained
from training.retraining import counted, to_train

pytestmark = pytest.mark.django_db


def drafted(by, code="TST", **said):
    return actions.draft_course(
        by=by,
        **{
            "title": "Joint checks", "language": "en", "procedures": [code], "hours": 12, **said,
        },
    )  # fmt: skip


def agreed(people, code="TST", **said):
    course = drafted(people.lv_hq, code, **said)
    for by in (people.lv_hq, people.by_hq):
        course = actions.agree_course(course, edition=course.edition, by=by)
    return course


def held(made, course, *officers, starts_at=None):
    """An activity of the course, held, which these attended; (officer, unit)."""
    activity = made.nominating()
    activity = actions.choose_course(activity, course=course, by=made.lv)
    for who, code in officers:
        made.nominated(activity, who, code, made.lv if who.side == "LV" else made.by)
    Participation.objects.filter(activity=activity).update(state="approved")
    Participation.objects.filter(activity=activity).update(state="invited")
    parts = Participation.objects.filter(activity=activity)
    parts.update(state="attended")
    with time_machine.travel(activity.ends_at, tick=False):
        actions.note_course_held(activity)
        actions.note_course_held(activity)
    return Activity.objects.get(pk=activity.pk)


def next_version(said="other"):
    return guideline_in_force("TST", content(step(said)))


def test_a_course_is_agreed_by_both_and_a_change_opens_it_again(people):
    guideline_in_force("TST")
    with pytest.raises(NotAllowed):
        drafted(people.dgp_officer)
    for wrong in ({"code": "NONE"}, {"hours": 0}, {"valid_months": 121}, {"title": " "},
                  {"levels": ["x"]}, {"topics": ["x"]}, {"language": "xx"}):  # fmt: skip
        with pytest.raises(Invalid):
            drafted(people.lv_hq, **wrong)
    course = drafted(people.lv_hq)
    assert not Course.objects.visible_to(people.by_hq).exists()
    with pytest.raises(Refused):
        actions.agree_course(course, edition=1, by=people.by_hq)
    actions.agree_course(course, edition=1, by=people.lv_hq)
    course = actions.agree_course(course, edition=1, by=people.by_hq)
    assert course.state == "agreed"
    said = {"title": "Joint checks", "language": "en", "about": "", "procedures": ["TST"],
            "levels": [], "topics": [], "hours": 12, "valid_months": None}  # fmt: skip
    assert actions.change_course(course, edition=1, by=people.by_hq, **said).edition == 1
    changed = actions.change_course(course, edition=1, by=people.by_hq, **{**said, "hours": 4})
    assert (changed.state, changed.edition) == ("draft", 2)
    with pytest.raises(Stale):
        actions.agree_course(course, edition=1, by=people.lv_hq)
    with pytest.raises(Invalid):
        actions.retire_course(course, reason=" ", by=people.lv_hq)
    assert actions.retire_course(course, reason="Old", by=people.lv_hq).state == "retired"
    with pytest.raises(Refused):
        actions.agree_course(course, edition=2, by=people.lv_hq)


def test_choosing_a_course_voids_the_agreement_and_who_attended_was_trained(people, made):
    first = guideline_in_force("TST")
    course = agreed(people, valid_months=12)
    activity = made.agreed()
    with pytest.raises(NotAllowed):
        actions.choose_course(activity, course=course, by=people.by_hq)
    activity = actions.choose_course(activity, course=course, by=made.lv)
    assert (activity.edition, activity.agreements.standing().count()) == (2, 0)
    activity = held(made, course, (people.dgp_officer, "LV-DGP"), (people.pol_officer, "BY-POL"))
    rows = Trained.objects.filter(participation__activity=activity)
    assert {row.version for row in rows} == {first}
    assert len(rows) == 2
    assert rows[0].until > activity.ends_at.date() + timedelta(days=360)
    part = rows[0].participation
    Participation.objects.filter(pk=part.pk).update(state="no_show")
    actions.follow_attendance("participation.no_show", [(part.ref, "LV", {})])
    assert Trained.objects.filter(participation=part, voided_at=None).count() == 0


def test_a_new_version_wants_them_trained_again_and_one_click_plans_it(
    people, made, mailbox, later
):
    guideline_in_force("TST")
    course = agreed(people)
    held(made, course, (people.dgp_officer, "LV-DGP"), (people.dgp_leader, "LV-DGP"),
         (people.pol_officer, "BY-POL"))  # fmt: skip
    assert counted(people.lv_hq) == []
    second = next_version()
    rows = counted(people.lv_hq)
    assert [(row.code, row.holds, row.unit, row.left) for row in rows] == [("TST", 2, "LV-DGP", 2)]
    assert counted(people.dgp_officer) == []
    assert len(to_train(people.by_hq, second.procedure)) == 1
    plan = {"course": course, "edition": 1, "version": 2}
    with pytest.raises(Stale):
        actions.plan_retraining(second.procedure, by=people.lv_hq, **{**plan, "version": 1})
    with pytest.raises(NotAllowed):
        actions.plan_retraining(second.procedure, by=people.dgp_leader, **plan)
    activity = actions.plan_retraining(second.procedure, by=people.lv_hq, **plan)
    again = actions.plan_retraining(
        second.procedure, client_ref=activity.client_ref, by=people.lv_hq, **plan
    )
    assert again == activity
    assert (activity.state, activity.listed.count()) == ("idea", 2)
    assert activity.ends_at - activity.starts_at == timedelta(days=1, hours=4)
    with pytest.raises(Refused, match="Nobody is left"):
        actions.plan_retraining(second.procedure, by=people.lv_hq, **plan)
    assert [(row.count, row.left) for row in counted(people.lv_hq)] == [(2, 0)]
    unit = made.unit("LV-DGP")
    with pytest.raises(Refused, match="not open"):
        actions.nominate_listed(activity, unit=unit, by=people.lv_hq)
    activity = actions.put_activity(activity, by=people.lv_hq)
    activity = actions.agree_activity(activity, edition=activity.edition, by=people.lv_hq)
    activity = actions.send_invitations(activity, by=people.lv_hq)
    activity = actions.open_nominations(activity, by=people.lv_hq)
    other = made.nominating(starts_at=activity.starts_at, ends_at=activity.ends_at,
                            nominations_until=None)  # fmt: skip
    part = made.approved(other, people.dgp_leader, "LV-DGP", people.lv_hq)
    actions.invite_participants(other, by=people.lv_hq)
    part.refresh_from_db()
    assert part.state == "invited"
    done, left = actions.nominate_listed(activity, unit=unit, by=people.lv_hq)
    assert [one.officer for one in done] == [people.dgp_officer]
    assert [one for one, _why in left] == [people.dgp_leader]
    assert other.number in left[0][1]
    assert actions.nominate_listed(activity, unit=unit, by=people.lv_hq)[0] == []


def test_a_waived_version_wants_nobody_and_a_later_one_does(people, made):
    guideline_in_force("TST")
    course = agreed(people)
    held(made, course, (people.dgp_officer, "LV-DGP"), (people.pol_officer, "BY-POL"))
    second = next_version()
    with pytest.raises(Invalid):
        actions.waive_training(course, version=second, reason="", by=people.lv_hq)
    row = actions.waive_training(course, version=second, reason="Commas.", by=people.lv_hq)
    assert actions.waive_training(course, version=second, reason="x", by=people.lv_hq) == row
    assert to_train(people.lv_hq, second.procedure) == []
    assert len(to_train(people.by_hq, second.procedure)) == 1
    third = next_version("third")
    assert len(to_train(people.lv_hq, second.procedure)) == 1
    contact_actions.end_version(third, reason="It does not work.", by=someone("LV", "approver"))
    assert counted(people.lv_hq) == []


def test_changed_and_retired_meanwhile_and_a_training_that_ran_out(people, made):
    version = guideline_in_force("TST")
    course = agreed(people, valid_months=1)
    activity = held(made, course, (people.dgp_officer, "LV-DGP"))
    with time_machine.travel(activity.ends_at + timedelta(days=40), tick=False):
        Posting.objects.filter(officer=people.dgp_officer).update(ends_at=None)
        found = to_train(people.lv_hq, version.procedure)
        assert [(one.number, one.expired) for one in found] == [(1, True)]
    next_version()
    said = {"title": "Other", "language": "en", "about": "", "procedures": ["TST"],
            "levels": [], "topics": [], "hours": 12, "valid_months": None}  # fmt: skip
    actions.change_course(course, by=people.lv_hq, **said)
    plan = {"course": course, "version": 2, "by": people.lv_hq}
    with pytest.raises(Stale):
        actions.plan_retraining(version.procedure, edition=1, **plan)
    with pytest.raises(Refused, match="agree"):
        actions.plan_retraining(version.procedure, edition=2, **plan)
    assert len(to_train(people.lv_hq, version.procedure)) == 1
    Posting.objects.filter(officer=people.dgp_officer).update(ended_at=now())
    assert to_train(people.lv_hq, version.procedure) == []


def test_ten_thousand_cost_as_many_statements_as_ten(people, made):
    guideline_in_force("TST")
    course = agreed(people)
    activity = held(made, course, (people.dgp_officer, "LV-DGP"))
    row = Trained.objects.get(participation__officer=people.dgp_officer)
    unit = made.unit("LV-DGP")
    users = User.objects.bulk_create(
        User(username=f"many{n}", email=f"m{n}@lv.example", side="LV", name_latin=f"M {n}",
             name_local=f"M {n}") for n in range(10_000)
    )  # fmt: skip
    like = Posting.objects.filter(officer=people.dgp_officer).first()
    Posting.objects.bulk_create(
        Posting(officer=one, unit=unit, role=like.role, group=like.group, starts_at=like.starts_at)
        for one in users
    )
    parts = Participation.objects.bulk_create(
        Participation(activity=activity, officer=one, side="LV", unit=unit, level="local",
                      state="attended") for one in users
    )  # fmt: skip
    Trained.objects.bulk_create(
        Trained(participation=one, course=course, version=row.version) for one in parts
    )
    second = next_version()
    # As the server does it by itself, but not within a transaction.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE access_user, contactpoints_posting, training_participation, "
                       "training_trained")  # fmt: skip
    with CaptureQueriesContext(connection) as asked:
        assert counted(people.lv_hq)[0].count == 10_001
    assert len(asked) <= 2
    with CaptureQueriesContext(connection) as asked:
        planned = actions.plan_retraining(
            second.procedure, course=course, edition=1, version=2, by=people.lv_hq
        )
    assert planned.listed.count() == 1_000
    assert len(asked) < 60


def test_pages_and_doors(people, made, client):
    User.objects.filter(pk=people.lv_hq.pk).update(language="en")
    guideline_in_force("TST")
    course = agreed(people)
    held(made, course, (people.dgp_officer, "LV-DGP"), (people.pol_officer, "BY-POL"))
    second = next_version()
    people.lv_hq.refresh_from_db()
    client.force_login(people.lv_hq)
    home = client.get("/").content.decode()
    assert "/activities/retraining/" in home
    for path in ("courses/", f"courses/{course.uid}/", f"courses/{course.uid}/change/",
                 "courses/new/", "retraining/", "retraining/TST/", ""):  # fmt: skip
        assert client.get(f"/activities/{path}").status_code == 200, path
    form = {"title": "T", "language": "en", "hours": "x", "procedures": ["TST"]}
    answer = client.post("/activities/courses/new/", form)
    assert answer.status_code == 400
    assert b"whole number" in answer.content
    answer = client.post("/activities/courses/new/", {**form, "hours": "6", "valid_months": "12"})
    assert answer.status_code == 302
    new = Course.objects.get(title="T")
    assert (new.hours, new.valid_months) == (6, 12)
    address = f"/activities/courses/{new.uid}/"
    assert client.post(address, {"do": "agree", "edition": "9"}).status_code == 409
    assert client.post(address, {"do": "agree", "edition": "1"}).status_code == 302
    said = {"do": "waive", "version": str(second.uid), "reason": ""}
    assert client.post(address, said).status_code in (400, 422)
    assert client.post(address, {"do": "retire", "reason": "Old"}).status_code == 302
    page = client.get("/activities/retraining/TST/")
    assert page.context["left"] == 1
    planned = {"course": course.uid, "edition": 1, "version": 2,
               "client_ref": page.context["client_ref"]}  # fmt: skip
    late = client.post("/activities/retraining/TST/", {**planned, "version": 1})
    assert late.status_code == 409
    first = client.post("/activities/retraining/TST/", planned)
    assert (first.status_code, first.url) == (
        client.post("/activities/retraining/TST/", planned).status_code, first.url,
    )  # fmt: skip
    listed = client.get(first.url)
    assert [unit.code for unit, _rows, _may in listed.context["units"]] == ["LV-DGP"]
    activity = Activity.objects.get(course=course, state="idea")
    assert client.get(f"/activities/{activity.number}/").status_code == 200
    chosen = client.post(f"/activities/{activity.number}/course/", {"course": ""})
    assert chosen.status_code == 302
    activity.refresh_from_db()
    assert activity.course is None
    client.force_login(people.dgp_officer)
    assert client.get("/activities/courses/").status_code == 200
    assert client.get("/activities/courses/new/").status_code == 403
    assert client.get("/activities/retraining/").status_code == 404


def test_the_api_does_the_same(people, made, client):
    guideline_in_force("TST")
    client.force_login(people.lv_hq)

    def sent(method, path, status, **said):
        answer = getattr(client, method)(f"/api/v1/{path}", said, content_type="application/json")
        assert answer.status_code == status, answer.content
        return answer.json()

    course = sent("post", "courses/", 201, title="A", language="en", procedures=["TST"], hours=8)
    uid = course["uid"]
    sent("post", f"courses/{uid}/agree/", 200, edition=1)
    actions.agree_course(Course.objects.get(uid=uid), edition=1, by=people.by_hq)
    assert client.get("/api/v1/courses/").json()["results"][0]["agreed"] == ["LV", "BY"]
    activity = made.agreed()
    sent("put", f"activities/{activity.number}/course/", 200, course=uid)
    held(made, Course.objects.get(uid=uid), (people.dgp_officer, "LV-DGP"))
    next_version()
    assert client.get("/api/v1/retraining/").json()[0]["unit"] == "LV-DGP"
    assert client.get("/api/v1/retraining/TST/").json()[0]["trained_in"] == 1
    new = sent("post", "retraining/TST/", 201, course=uid, edition=1, version=2)
    assert len(client.get(f"/api/v1/activities/{new['number']}/listed/").json()) == 1
    sent("post", f"activities/{new['number']}/listed/", 409, unit="LV-DGP")
    sent("post", f"courses/{uid}/waive/", 200, code="TST", number=2, reason="Commas.")
    assert client.get("/api/v1/retraining/").json() == []
    sent("put", f"courses/{uid}/", 200, title="B", language="en", procedures=["TST"], hours=8)
    sent("post", f"courses/{uid}/retire/", 200, reason="Old")


def test_coordinators_hear_by_letter_how_many(people, made, mailbox):
    User.objects.filter(pk=people.lv_hq.pk).update(language="en")
    guideline_in_force("TST")
    held(made, agreed(people), (people.dgp_officer, "LV-DGP"), (people.pol_officer, "BY-POL"))
    second = next_version()
    posted = Message.objects.filter(channel="retraining", payload__version=str(second.uid))
    assert people.lv_hq.pk in [message.payload["to"] for message in posted]
    send_retraining({"version": str(second.uid), "to": people.lv_hq.pk}, key="k")
    [letter] = mailbox.to(people.lv_hq)
    assert "1 officer of your side" in letter.get_content()
    assert "/activities/retraining/" in letter.get_content()
    next_version("third")
    send_retraining({"version": str(second.uid), "to": people.lv_hq.pk}, key="late")
    assert len(mailbox.to(people.lv_hq)) == 1
