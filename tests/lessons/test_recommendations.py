"""Recommendations: who raises, carries out and confirms them, what they changed, who is told."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils.timezone import now

from bordercoop.access.models import User
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.reference.models import utc_today
from tests.incidents.cases import guideline_in_force
from tests.made_files import pdf, upload
from training import actions as core
from training.lessons import actions
from training.lessons.models import (
    OwnerReminder,
    Recommendation,
    RecommendationChange,
    RecommendationMove,
)
from training.lessons.register import (
    beside_activity,
    beside_course,
    beside_procedure,
    changes_of,
    deeds_of,
)
from training.lessons.sources import resolved
from training.lessons.tiles import tasks_of
from training.lessons.units import what_holds

pytestmark = pytest.mark.django_db


def test_its_owner_does_it_and_another_of_the_side_that_raised_it_confirms(lessons, people):
    ref = uuid.uuid4()
    row = lessons.raised(client_ref=ref)
    assert lessons.raised(client_ref=ref).pk == row.pk
    assert row.number.startswith("REC-")
    owner = people.pol_head
    assert what_holds(lessons.unit("BY-POL"))
    assert not what_holds(lessons.unit("LV-DGP"))
    assert deeds_of(owner, row) >= {"take", "decline", "tie"}
    for verb, more in (
        (actions.take_in_hand, {}), (actions.finish_recommendation, {"evidence": "x"}),
        (actions.decline_recommendation, {"reason": "x"}),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            verb(row, by=people.dgp_head, **more)
    with pytest.raises(Refused):
        actions.finish_recommendation(row, evidence="Seen.", by=owner)
    actions.take_in_hand(row, by=owner)
    actions.take_in_hand(row, by=owner)
    with pytest.raises(Invalid):
        actions.finish_recommendation(row, evidence=" ", by=owner)
    actions.finish_recommendation(row, evidence="In the guideline.", by=owner)
    actions.finish_recommendation(row, evidence="In the guideline.", by=owner)
    with pytest.raises(NotAllowed):  # a coordinator, of the other side
        actions.confirm_recommendation(row, by=people.by_hq)
    tie = actions.tie_change(row, kind="equipment", words="A lamp", by=owner)
    done = actions.confirm_recommendation(row, by=lessons.lv)
    # It was confirmed on this evidence.
    with pytest.raises(Refused):
        actions.untie_change(tie, by=owner)
    with pytest.raises(Refused):
        actions.tie_change(row, kind="equipment", words="Another", by=owner)
    assert actions.confirm_recommendation(row, by=lessons.lv).confirmed_at == done.confirmed_at
    assert list(row.moves.values_list("after", flat=True)) == ["in_hand", "done", "confirmed"]
    again = actions.reopen_recommendation(row, reason="It came back.", by=lessons.lv)
    assert (again.state, again.done_by, again.confirmed_by) == ("open", None, None)
    actions.decline_recommendation(row, reason="No means.", by=owner)
    assert actions.decline_recommendation(row, reason="No means.", by=owner).state == "not_accepted"


def test_who_did_it_does_not_confirm_it(lessons, people):
    row = lessons.raised(owner="LV-SBG")
    actions.take_in_hand(row, by=lessons.lv)
    row = actions.finish_recommendation(row, evidence="Done.", by=lessons.lv)
    with pytest.raises(NotAllowed) as no:
        actions.confirm_recommendation(row, by=lessons.lv)
    assert no.value.code == "own_deed"
    rows = Recommendation.objects.filter(pk=row.pk)
    for broken in (
        {"confirmed_by": lessons.lv, "confirmed_at": now()}, {"confirmed_by": people.by_hq},
        {"confirmed_by": None},
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(state="confirmed", **broken)
    for broken in ({"state": "in_hand"}, {"side": "BY"}, {"done_by": None}, {"joint": False}):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**broken)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        RecommendationMove.objects.update(said="another")


def test_one_sides_own_is_read_and_owned_by_that_side(lessons, people):
    with pytest.raises(Invalid) as no:
        lessons.raised(joint=False)
    assert list(no.value.fields) == ["owner_unit"]
    row = lessons.raised(joint=False, owner="LV-DGP")
    assert not Recommendation.objects.visible_to(people.by_hq).filter(pk=row.pk).exists()
    assert Recommendation.objects.visible_to(people.dgp_officer).filter(pk=row.pk).exists()
    with pytest.raises(Refused) as gone:
        actions.reopen_recommendation(row, reason="x", by=people.by_hq)
    assert gone.value.status == 404
    with pytest.raises(DatabaseError), transaction.atomic():
        Recommendation.objects.filter(pk=row.pk).update(owner_unit=lessons.unit("BY-POL"))


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("source", {"source": "dream"}), ("title", {"title": " "}),
        ("language", {"language": "xx"}),
        ("due_on", {"due_on": None}), ("about", {"about": "activity:ACT-1999-00001"}),
        ("about", {"about": "nothing:1"}), ("owner_unit", {"owner": "DESK-POL"}),
    ],
)  # fmt: skip
def test_a_recommendation_that_cannot_be_right_says_where(lessons, field, changes):
    with pytest.raises(Invalid) as no:
        lessons.raised(**changes)
    assert list(no.value.fields) == [field]
    assert not Recommendation.objects.exists()


def test_it_is_changed_whole_and_never_over_another_change(lessons, people):
    row = lessons.raised()
    whole = {
        "source": "frontex", "title": "Anew", "text": "", "language": "en", "about": "",
        "place": None, "owner_unit": lessons.unit("BY-POL"), "owner_officer": people.pol_head,
        "due_on": row.due_on,
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        actions.change_recommendation(row, by=people.by_hq, **whole)
    with pytest.raises(Invalid):
        actions.change_recommendation(
            row, by=lessons.lv, **{**whole, "owner_officer": people.dgp_head}
        )
    changed = actions.change_recommendation(row, edition=1, by=lessons.lv, **whole)
    assert (changed.title, changed.edition) == ("Anew", 2)
    assert actions.change_recommendation(row, edition=1, by=lessons.lv, **whole).edition == 2
    with pytest.raises(Stale):
        actions.change_recommendation(
            row, edition=1, by=lessons.lv, **{**whole, "title": "Another"}
        )
    actions.decline_recommendation(row, reason="No.", by=people.pol_head)
    with pytest.raises(Refused):
        actions.change_recommendation(row, by=lessons.lv, **{**whole, "title": "Another"})


def test_the_chain_is_followed_forward_and_back(lessons, people):
    guide = guideline_in_force()
    activity = lessons.activities.planned()
    about = f"activity:{activity.number}"
    row = lessons.raised(source="visit", about=about)
    assert resolved(about, people.pol_head)[1] == reverse("activity", args=[activity.number])
    hidden = f"activity:{lessons.activities.idea().number}"
    assert resolved(hidden, people.pol_head) is None
    plan = lessons.in_force()
    version = plan.versions.get()
    course = core.draft_course(
        title="Lanes", language="en", hours=4, procedures=[guide.procedure], by=lessons.lv
    )
    owner = people.pol_head
    with pytest.raises(Invalid):
        actions.tie_change(row, kind="procedure", thing=guide, by=owner)  # without evidence
    with pytest.raises(Invalid):
        actions.tie_change(row, kind="equipment", upload=upload(pdf(b"1"), "a.pdf"), by=owner)
    with pytest.raises(Invalid):  # a draft of Latvia's alone
        actions.tie_change(row, kind="course", thing=course, words="x", by=lessons.lv)
    with pytest.raises(NotAllowed):
        actions.tie_change(row, kind="equipment", words="x", by=people.dgp_officer)
    ref = uuid.uuid4()
    first = actions.tie_change(
        row, kind="procedure", thing=guide, upload=upload(pdf(b"1"), "a.pdf"), client_ref=ref,
        by=owner,
    )  # fmt: skip
    again = actions.tie_change(
        row, kind="procedure", thing=guide, upload=upload(pdf(b"1"), "a.pdf"), client_ref=ref,
        by=owner,
    )  # fmt: skip
    assert again.pk == first.pk
    actions.tie_change(row, kind="plan", thing=version, words="Step 2", by=lessons.lv)
    actions.tie_change(row, kind="activity", thing=activity, words="Day 2", by=lessons.lv)
    last = actions.tie_change(row, kind="equipment", words="Two readers", by=owner)
    tied = changes_of(lessons.lv, row)
    assert [one.change.kind for one in tied] == ["procedure", "plan", "activity", "equipment"]
    assert all(one.url for one in tied[:3])
    assert tied[0].file
    given = actions.download_evidence(first, by=people.dgp_officer)
    assert given.name == "a.pdf"
    given.file.close()
    [said] = [beside_procedure(lessons.by, guide.procedure)["recommendations"]]
    assert said == [row]
    assert beside_activity(people.dgp_officer, activity)["recommendations"] == [row]
    assert beside_course(people.dgp_officer, course) is None
    with pytest.raises(NotAllowed):
        actions.untie_change(last, by=lessons.lv)
    actions.untie_change(last, by=owner)
    assert len(changes_of(lessons.lv, row)) == 3
    with pytest.raises(DatabaseError), transaction.atomic():
        RecommendationChange.objects.filter(pk=first.pk).update(words="another")
    with pytest.raises(DatabaseError), transaction.atomic():
        RecommendationChange.objects.create(
            recommendation=row, kind="plan", words="x", side="LV", by=lessons.lv
        )


def test_owners_hear_before_the_day_and_when_it_is_over(lessons, people, mailbox, carry_out):
    owner = people.pol_head
    User.objects.filter(pk=owner.pk).update(language="en")
    row = lessons.raised(due_on=utc_today() + timedelta(days=30), owner_officer=owner)
    late = lessons.raised(due_on=utc_today() - timedelta(days=1), owner_officer=owner)
    assert actions.remind_owners() == 1
    assert actions.remind_owners() == 0
    carry_out()
    [letter] = mailbox.to(owner)
    assert late.number in letter.get_content()
    assert "overdue" in letter["Subject"]
    with time_machine.travel(now() + timedelta(days=17)):
        assert actions.remind_owners() == 1
        assert OwnerReminder.objects.filter(recommendation=row, overdue=False).exists()
        titles = {tile["url"].partition("?")[2]: tile["count"] for tile in tasks_of(people.lv_hq)}
        assert titles["show=overdue"] == 1
        assert any("show=overdue" in tile["url"] for tile in tasks_of(people.by_approver))
        assert any("show=mine" in tile["url"] for tile in tasks_of(owner))
        assert not any("show=overdue" in tile["url"] for tile in tasks_of(people.dgp_officer))
        # What is done by then is not told of.
        actions.decline_recommendation(row, reason="No.", by=owner)
        carry_out()
        assert len(mailbox.to(owner)) == 1
    # Whoever is given fewer days than that hears at once.
    soon = lessons.raised(due_on=utc_today() + timedelta(days=5), owner_officer=owner)
    assert [actions.remind_owners(), actions.remind_owners()] == [1, 0]
    carry_out()
    assert soon.number in mailbox.to(owner)[-1].get_content()


def test_the_pages_carry_it_from_raised_to_confirmed(lessons, people, client):
    User.objects.update(language="en")
    activity = lessons.activities.planned()
    client.force_login(lessons.lv)
    shown = client.get(reverse("activity", args=[activity.number])).content.decode()
    assert f"/recommendations/new/?about=activity:{activity.number}" in shown
    form = client.get(f"{reverse('recommendation_new')}?about=activity:{activity.number}")
    typed = {
        "title": "Family lane", "text": "", "language": "en", "source": "visit", "place": "",
        "about": f"activity:{activity.number}", "joint": "both", "owner_unit": "BY-POL",
        "owner_officer": "", "due_on": "",
        "client_ref": str(form.context["form"]["client_ref"].value()),
    }  # fmt: skip
    wrong = client.post(reverse("recommendation_new"), typed)
    assert wrong.status_code == 400
    assert "Family lane" in wrong.content.decode()
    typed["due_on"] = f"{utc_today() + timedelta(days=9):%d.%m.%Y}"
    made = client.post(reverse("recommendation_new"), typed)
    row = Recommendation.objects.get()
    page = reverse("recommendation", args=[row.number])
    assert made.url == page
    change = client.get(reverse("recommendation_change", args=[row.number]))
    assert change.status_code == 200
    client.force_login(people.pol_head)
    assert client.post(page, {"do": "take"}).status_code == 302
    refused = client.post(page, {"do": "finish", "said": ""})
    assert refused.status_code == 400
    tied = client.post(
        page, {"do": "tie", "thing": "equipment", "words": "A lane", "file": upload_of(b"2")}
    )
    assert tied.status_code == 302
    change = RecommendationChange.objects.get()
    assert client.get(reverse("recommendation_file", args=[change.uid])).status_code == 200
    assert client.post(page, {"do": "tie", "thing": "", "words": "x"}).status_code == 400
    assert client.post(page, {"do": "finish", "said": "It stands."}).status_code == 302
    client.force_login(lessons.lv)
    assert "It stands." in client.get(page).content.decode()
    assert client.post(page, {"do": "confirm", "said": ""}).status_code == 302
    listed = client.get(f"{reverse('recommendations')}?show=all&q=family")
    assert row.number in listed.content.decode()
    assert settings.BESIDE["activity"]
    assert row.number in client.get(reverse("activity", args=[activity.number])).content.decode()


def upload_of(body):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("a.pdf", pdf(body))


def test_what_a_study_visit_taught_stands_in_the_form_with_one_click(lessons, people, client):
    activity = core.confirm_activity(lessons.activities.nominating(), by=lessons.lv)
    with time_machine.travel(activity.ends_at + timedelta(hours=1)):
        core.run_due_activities()
        core.run_due_activities()
        activity.refresh_from_db()
        core.close_evaluation(activity, by=lessons.lv)
        activity = core.report_activity(
            activity, lessons="A lane of its own for families.", budget_used=None, by=lessons.lv
        )
    User.objects.update(language="en")
    client.force_login(lessons.lv)
    add = f"{reverse('recommendation_new')}?about=activity:{activity.number}"
    assert add in client.get(reverse("activity", args=[activity.number])).content.decode()
    shown = client.get(add).context["form"]
    assert shown["text"].value() == activity.lessons
    assert (shown["source"].value(), shown["title"].value()) == ("visit", activity.lessons)
    assert client.get(f"{reverse('recommendation_new')}?about=activity:none").status_code == 200
