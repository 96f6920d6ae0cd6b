"""Recommendations and contingency plans by programs: each door rightly, and without the right."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bordercoop.access.models import User
from bordercoop.reference.models import utc_today
from tests.made_files import pdf
from training.lessons import actions
from training.lessons.models import Recommendation, RecommendationChange

pytestmark = pytest.mark.django_db
API = "/api/v1/"
# Nobody asks for these: ticks and the scanner do.
OF_THE_SYSTEM = {"remind_owners", "mark_evidence"}


@pytest.fixture
def ask(api):
    """A request as somebody, in English: (status, body)."""

    def send(user, path, body=None, method="post", **headers):
        User.objects.filter(pk=user.pk).update(language="en")
        answer = getattr(api(user), method)(f"{API}{path}", body or {}, **headers)
        return answer.status_code, answer.json()

    return send


def test_every_verb_of_an_officer_has_a_door_in_the_api():
    text = " ".join(p.read_text() for p in (Path(actions.__file__).parents[1] / "api").glob("*.py"))
    behind = {name for name in actions.__all__ if re.search(rf"\bactions\.{name}\b", text)}
    assert behind | OF_THE_SYSTEM == set(actions.__all__)


def test_a_recommendation_goes_its_road_by_programs_of_both_sides(lessons, people, ask, api):
    said = {"source": "frontex", "title": "Page two", "language": "en", "owner_unit": "BY-POL",
            "owner_officer": str(people.pol_head.uid),
            "due_on": f"{utc_today() + timedelta(days=9)}"}  # fmt: skip
    assert ask(people.dgp_officer, "recommendations/", said)[0] == 403
    assert ask(lessons.lv, "recommendations/", {**said, "owner_unit": "none"})[0] == 400
    assert ask(lessons.lv, "recommendations/", {**said, "place": "none"})[0] == 400
    status, made = ask(lessons.lv, "recommendations/", said)
    assert (status, made["state"]) == (201, "open")
    one = f"recommendations/{made['number']}/"
    changed = ask(lessons.lv, one, {**said, "title": "Page three", "edition": 1}, method="put")
    assert changed[1]["title"] == "Page three"
    stale = ask(lessons.lv, one, {**said, "edition": 1}, method="put")
    assert (stale[0], stale[1]["code"]) == (409, "stale_version")
    head = people.pol_head
    assert ask(people.dgp_head, f"{one}take/")[0] == 403
    assert ask(head, f"{one}take/")[1]["state"] == "in_hand"
    file = SimpleUploadedFile("a.pdf", pdf(b"1"))
    status, tied = ask(
        head, f"{one}changes/", {"thing": "equipment", "words": "x", "file": file},
        format="multipart",
    )  # fmt: skip
    assert status == 201
    assert tied["changes"][0]["file_given"]
    change = RecommendationChange.objects.get()
    got = api(people.dgp_officer).get(f"{API}recommendation-changes/{change.uid}/file/")
    assert got.status_code == 200
    assert ask(head, f"{one}changes/", {"thing": "plan:none", "words": "x"})[0] == 400
    assert ask(head, f"recommendation-changes/{change.uid}/remove/")[1]["changes"] == []
    assert ask(head, f"{one}finish/", {"evidence": ""})[0] == 400
    assert ask(head, f"{one}finish/", {"evidence": "Seen."})[1]["state"] == "done"
    assert ask(lessons.by, f"{one}confirm/")[0] == 403
    assert ask(lessons.lv, f"{one}confirm/")[1]["state"] == "confirmed"
    assert ask(lessons.lv, f"{one}reopen/", {"reason": "Again."})[1]["state"] == "open"
    assert ask(head, f"{one}decline/", {"reason": "No."})[1]["state"] == "not_accepted"
    rows = ask(people.by_approver, "recommendations/?show=all&q=page", method="get")[1]
    assert [row["number"] for row in rows["results"]] == [made["number"]]
    own = lessons.raised(joint=False, owner="LV-DGP")
    assert ask(people.by_hq, f"recommendations/{own.number}/", method="get")[0] == 404
    assert Recommendation.objects.count() == 2


def test_a_plan_goes_its_road_by_programs_of_both_sides(lessons, people, ask, api):
    head = {"title": "Group", "language": "en", "triggers": "Ten.",
            "places_of": [lessons.here.code]}  # fmt: skip
    assert ask(people.dgp_officer, "contingency-plans/", head)[0] == 403
    status, plan = ask(lessons.lv, "contingency-plans/", head)
    assert status == 201
    one = f"contingency-plans/{plan['number']}/"
    plan = ask(lessons.by, f"{one}items/", {"part": "phases", "name": "First"})[1]
    phase = plan["content"]["phases"][0]["code"]
    task = {"part": "tasks", "phase": phase, "what": "Stop", "who": "Leader"}
    assert ask(lessons.by, f"{one}items/", task)[0] == 400
    plan = ask(lessons.by, f"{one}items/", {**task, "minutes": 2})[1]
    plan = ask(lessons.lv, f"{one}items/", {"part": "contacts", "name": "x"})[1]
    contact = plan["content"]["contacts"][0]["code"]
    plan = ask(lessons.lv, f"{one}items/remove/", {"code": contact})[1]
    assert plan["content"]["contacts"] == []
    plan = ask(lessons.lv, one, {**head, "title": "Groups", "edition": plan["edition"]},
               method="put")[1]  # fmt: skip
    assert ask(lessons.lv, f"{one}put/", {"edition": 1})[0] == 409
    plan = ask(lessons.lv, f"{one}put/", {"edition": plan["edition"]})[1]
    assert plan["state"] == "put"
    sha256 = plan["versions"][0]["sha256"]
    refused = ask(people.lv_approver, f"{one}approve/", {"sha256": sha256})
    assert (refused[0], refused[1]["code"]) == (403, "confirm_first")
    from training.lessons.models import ContingencyPlan

    row = ContingencyPlan.objects.get()
    for approver in lessons.approvers.values():
        actions.approve_contingency(row, sha256=sha256, by=approver)
    assert ask(people.dgp_officer, one, method="get")[1]["in_force"] == 1
    assert ask(people.dgp_officer, f"{one}versions/1/", method="get")[1]["sha256"] == sha256
    assert api(lessons.by).get(f"{API}{one}versions/1/paper/").content.startswith(b"%PDF")
    asked = {"place": lessons.here.code, "reason": "x", "exercise": True}
    status, run = ask(people.dgp_duty, f"{one}activations/", asked)
    assert (status, run["tasks"]) == (201, 1)
    here = f"contingency-activations/{run['uid']}/"
    code = plan["content"]["tasks"][0]["code"]
    assert ask(people.pol_officer, f"{here}ticks/", {"task": code})[1]["ticks"][0]["side"] == "BY"
    assert ask(people.pol_officer, f"{here}stand-down/", {"outcome": "x"})[0] == 403
    assert ask(people.pol_duty, f"{here}stand-down/", {"outcome": "Over."})[1]["outcome"] == "Over."
    assert ask(lessons.lv, here, method="get")[0] == 200
    rows = ask(lessons.lv, f"{one}activations/", method="get")[1]["results"]
    assert len(rows) == 1
    assert ask(people.by_approver, f"{one}retire/", {"reason": "Old."})[1]["state"] == "retired"
    listed = ask(lessons.lv, "contingency-plans/", method="get")[1]["results"]
    assert [each["number"] for each in listed] == [plan["number"]]
