"""Risk reports through the API: the road, both texts of a stale save, what stays unseen."""

import json
import uuid
from datetime import timedelta

import pytest
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.reference.models import utc_today
from riskanalysis import actions
from riskanalysis.models import RiskReport
from tests.riskanalysis.reports_made import Reports, fresh

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/reports/"


@pytest.fixture
def reports(people, unit, officer):
    return Reports(people, unit, officer)


def post(client, address, said=None, status=200, key=None):
    headers = {"HTTP_IDEMPOTENCY_KEY": key} if key else {}
    answer = client.post(address, said or {}, format="json", **headers)
    assert answer.status_code == status, answer.content
    return answer.json() if answer.content else None


def tasked(**more):
    return {
        "unit": "LV-DGP", "level": "operational", "title": "Crossings", "language": "en",
        "tasking": "What comes?", "deadline": (now() + timedelta(days=3)).isoformat(),
        "starts_on": f"{utc_today() - timedelta(days=7)}", "ends_on": f"{utc_today()}",
        "sections": ["S06"], "tlp": "GREEN", "handling": "H2", **more,
    }  # fmt: skip


def test_a_report_is_written_sent_and_answered_by_programs(
    reports, people, api, incident, both_sides_on_duty
):
    lud, lv, approver = api(reports.lud), api(reports.lv), api(people.lv_approver)
    bad = post(lv, ROOT, tasked(deadline="2020-01-01T00:00:00Z", sections=["S99"]), 400)
    assert bad["fields"]
    key = str(uuid.uuid4())
    asked = tasked()
    made = post(lv, ROOT, asked, 201, key)["report"]
    assert post(lv, ROOT, asked, 201, key)["report"]["uid"] == made["uid"]
    one = f"{ROOT}{made['uid']}/"
    assert post(lud, f"{one}begin/")["work"]["sop"] == "SOP-OPERATIONAL"
    parts = lud.get(f"{one}parts/").json()
    for part in parts[:-1]:
        address = f"{one}parts/{part['number']}/"
        said = {"text": "Text <b>.\n", "edition": 0}
        assert lud.put(address, said, format="json").json()["text"] == "Text <b>."
        post(lud, f"{address}finish/")
    assert lud.put(f"{one}parts/9/", said, format="json").status_code == 404
    assert (
        lud.put(f"{one}parts/1/", {"text": "x\x00", "edition": 1}, format="json").status_code == 400
    )
    stale = lv.put(f"{one}parts/1/", {"text": "Other.", "edition": 0}, format="json")
    assert (stale.status_code, stale.json()["refused"]) == (409, "Other.")
    assert stale.json()["current"]["text"] == "Text <b>."
    texts = lud.get(f"{one}parts/1/texts/").json()
    assert [t["refused"] for t in texts] == [True, False]
    post(lud, f"{one}parts/1/restore/", {"text": texts[1]["uid"]})
    post(lud, f"{one}draft/")
    case = incident()
    cited = post(lud, f"{one}citations/", {"kind": "incident", "uid": str(case.uid)}, 201)
    assert cited["content"]["ref"] == case.number
    post(lud, f"{one}citations/", {"kind": "incident", "uid": str(uuid.uuid4())}, 404)
    post(lud, f"{one}citations/", {"kind": "person", "uid": str(case.uid)}, 400)
    judged = {"text": "More.", "probability": "likely", "confidence": "low", "cites": [1]}
    post(lud, f"{one}judgements/", {**judged, "cites": [7]}, 400)
    post(lud, f"{one}judgements/", judged, 201)
    advice = {"text": "Watch.", "unit": "LV-DGP", "due": f"{utc_today()}"}
    post(lud, f"{one}recommendations/", advice, 201)
    asked_of = {"reviewer": str(reports.lv.uid)}
    loose = post(lud, f"{one}reviews/", asked_of, 409)
    assert (loose["code"], len(loose["fields"]["report"])) == ("incomplete", 1)
    scope = {name: asked[name] for name in ("title", "language", "starts_on", "ends_on")}
    post(lud, one, {**scope, "tlp": "AMBER", "edition": 1}, 409)
    assert post(lud, one, {**scope, "tlp": "AMBER"})["report"]["handling"] == "H2"
    post(lud, f"{one}reviews/", asked_of, 201)
    post(lv, f"{one}comments/", {"text": "Why?", "judgement": 1}, 201)
    said = lud.get(f"{one}comments/").json()[0]
    post(lud, f"{one}comments/{said['uid']}/resolve/", {"resolution": "Tracks."})
    post(lv, f"{one}review/pass/", {"words": "Good."})
    digest = approver.get(one).json()["sha256"]
    assert post(approver, f"{one}approvals/", {"sha256": "0" * 64}, 409)["code"] == "other_text"
    done = post(approver, f"{one}approvals/", {"sha256": digest})
    assert done["report"]["state"] == "approved"
    assert done["report"]["number"] == done["snapshot"]["number"]
    central = post(lv, ROOT, tasked(unit="LV-SBG"), 201)["report"]["uid"]
    post(lv, f"{ROOT}{central}/begin/")
    post(lv, f"{ROOT}{central}/citations/", {"kind": "report", "uid": made["uid"]}, 201)
    assert lud.get(one).json()["cited_by"] == [central]
    post(lud, f"{one}send/", {"units": ["BY-GPK"]}, 400)
    sent = post(lud, f"{one}send/", {"units": ["DESK-POL"], "urgent": True})
    assert sent["told"] == ["LV-DGP", "DESK-POL"]
    duty = api(people.pol_duty)
    read = duty.get(one).json()
    assert (read["work"], read["told"], read["intact"]) == (None, ["DESK-POL"], True)
    assert read["snapshot"]["citations"][0]["withheld"]
    assert case.number not in json.dumps(read)
    for part in ("parts/", "citations/", "judgements/", "reviews/", "comments/", "steps/",
                 "approvals/", "recommendations/", "parts/1/texts/"):  # fmt: skip
        assert duty.get(f"{one}{part}").status_code == 404
    assert read["cited_by"] == []
    assert [row["uid"] for row in duty.get(f"{ROOT}?level=operational").json()] == [made["uid"]]
    assert len(duty.get(f"{one}copies/").json()) == 1
    mine = lud.get(f"{ROOT}recommendations/").json()
    assert [row["text"] for row in mine] == ["Watch."]
    post(lud, f"{one}recommendations/1/answer/", {"state": "declined"}, 400)
    post(lud, f"{one}recommendations/1/answer/", {"state": "accepted"})
    post(lud, f"{one}withdraw/", {"reason": "Wrong section."})
    gone = duty.get(one).json()
    assert (gone["snapshot"], gone["report"]["title"]) == (None, "")
    assert gone["report"]["reason"] == "Wrong section."
    about = fresh(RiskReport.objects.get(uid=made["uid"])).ref
    assert Entry.objects.filter(about=about, verb="risk_report.disseminated").count() == 1


def test_a_draft_is_nothing_to_the_other_side_and_an_invited_one_a_tasking(reports, people, api):
    report = reports.begun()
    reports.save(report, 1, "Nothing for others.")
    one = f"{ROOT}{report.uid}/"
    readers = [api(user) for user in (reports.by, people.by_hq, people.by_approver,
                                      people.pol_duty, people.dgp_officer)]  # fmt: skip
    for reader in readers:
        assert reader.get(one).status_code == reader.get(f"{one}parts/").status_code == 404
        assert reader.get(ROOT).json() == []
        assert reader.get(f"{ROOT}invitations/").json() == []
        assert reader.post(f"{one}join/", {"unit": "BY-GPK"}, format="json").status_code == 404
    actions.invite_side(report, by=reports.lud)
    by = readers[0]
    offer = by.get(f"{ROOT}invitations/").json()[0]
    assert offer["tasking"] == report.tasking
    assert "Nothing for others" not in json.dumps(offer)
    assert by.get(one).status_code == 404
    assert readers[3].get(f"{ROOT}invitations/").json() == []
    post(by, f"{one}decline/", {"words": "No."}, 204)
    actions.invite_side(report, by=reports.lud)
    joined = post(by, f"{one}join/", {"unit": "BY-GPK"})
    assert joined["report"]["joint"]
    assert "Nothing for others" in json.dumps(by.get(f"{one}parts/").json())
    post(api(reports.lud), f"{one}leave/", status=403)
    for _twice in range(2):
        post(by, f"{one}leave/", {"words": "Nobody is free."}, 204)
    assert by.get(f"{one}parts/").status_code == 404
    assert report.steps.filter(deed="left").count() == 1
