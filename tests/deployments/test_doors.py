"""Deployments and experts through the pages and the API: the same verbs, nothing typed is lost."""

import re

import pytest

from bordercoop.errors import Invalid
from bordercoop.web.finding.query import Query
from tests.deployments.deployments_made import SPOKEN, today
from tests.training.operations_made import Operations
from training.deployments.models import Accreditation, Deployment, Expert
from training.deployments.tiles import found_in, tasks_of

pytestmark = pytest.mark.django_db


def words(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def day(made, side="BY", first=0):
    return f"{made.days(side, first, first)['first_day']:%d.%m.%Y}"


def test_a_deployment_goes_its_whole_road_through_the_pages(made, people, signed_in):
    head, hq = signed_in(people.fp_head), signed_in(people.by_hq)
    typed = {
        "unit": "DESK-FP-MSQ", "sender": "EU", "profile": "ALDO", "languages": ["ru"],
        "level": "B1", "first_day": day(made), "last_day": day(made, first=9), "language": "en",
        "purpose": "Forged visas.", "tasks": "Second line.", "legal_basis": "", "do": "request",
    }  # fmt: skip
    refused = head.post("/deployments/new/", typed)
    assert refused.status_code == 400
    assert "Write on what legal basis the expert is there." in words(refused)
    assert "Forged visas." in refused.content.decode()
    typed["legal_basis"] = "Working arrangement"
    page = head.post("/deployments/new/", typed).url
    one = Deployment.objects.get()
    assert (one.state, one.unit.code) == ("requested", "DESK-FP-MSQ")
    assert "Waits for you" in words(hq.get("/deployments/"))
    assert "Waits for you" not in words(head.get("/deployments/"))
    assert any(tile["url"] == "/deployments/" for tile in tasks_of(people.by_hq))
    assert found_in(people.by_hq, Query(one.number), 5).hits[0].title.startswith(one.number)
    # Who does not read it does not find it.
    for who in (people.lv_hq, people.dgp_head, people.fp_duty, people.pol_officer):
        assert signed_in(who).get(page).status_code == 404
    # The expert.
    said = {"name": "N. Guest", "service": "Frontex", "profiles": ["ALDO"], "level_ru": "B2"}
    assert hq.post("/experts/new/", {**said, "profiles": []}).status_code == 400
    address = hq.post("/experts/new/", said).url
    assert head.get(address).status_code == 404
    assert hq.post(f"{address}change/", {**said, "level_en": "C1"}).status_code == 302
    expert = Expert.objects.get()
    assert dict(expert.languages.values_list("code", "level")) == {"ru": "B2", "en": "C1"}
    days = {"first_day": day(made), "last_day": day(made, first=30)}
    assert hq.post(address, {"do": "available", **days}).status_code == 302
    # On the road: each with what was typed when it is refused.
    assert head.post(page, {"do": "assess", "assessment": "x"}).status_code == 403
    empty = hq.post(page, {"do": "assess", "assessment": " "})
    assert empty.status_code == 400
    assert "Write what the assessment came to." in words(empty)
    assert hq.post(page, {"do": "assess", "assessment": "Right."}).status_code == 302
    offering = words(hq.get(page))
    assert "Fits" in offering
    assert "not accredited for these days" in offering
    for deed in ({"do": "offer", "expert": str(expert.uid)}, {"do": "accept"}, {"do": "commit"}):
        assert hq.post(page, deed).status_code == 302, deed
    early = head.post(page, {"do": "start"})
    assert early.status_code == 409
    assert "was not briefed yet" in words(early)
    brief = {"do": "brief", "given_by": "Head", "text": "No powers.", "contact": "",
             "language": "en", "held_at_date": day(made), "held_at_time": "00:00",
             "held_at_zone": "Europe/Minsk"}  # fmt: skip
    refused = head.post(page, brief)
    assert refused.status_code == 400
    assert "No powers." in refused.content.decode()
    assert head.post(page, {**brief, "contact": "Desk 1"}).status_code == 302
    bare = head.post(page, {"do": "start"})
    assert bare.status_code == 409
    assert "no accreditation of the host side" in words(bare)
    granted = {"do": "accredit", "kind": "service", "number": "BY-1", "valid_from": day(made),
               "valid_until": day(made, first=40)}  # fmt: skip
    assert hq.post(address, {**granted, "number": ""}).status_code == 400
    assert hq.post(address, granted).status_code == 302
    assert "BY-1" in words(signed_in(people.lv_hq).get(address))
    assert head.post(page, {"do": "start"}).status_code == 302
    assert "No executive powers" in words(head.get(page))
    assert hq.post(page, {"do": "powers", "ground": "Order 5"}).status_code == 302
    longer = {"do": "extend", "last_day": day(made, first=12), "reason": "Season."}
    assert head.post(page, longer).status_code == 302
    asked = {"asked": str(one.extensions.get().uid), "answer": ""}
    assert asked["asked"] in hq.get(page).content.decode()
    assert hq.post(page, {"do": "answer", "answer": ""}).status_code == 404
    assert hq.post(page, {"do": "refuse", **asked}).status_code == 400
    assert hq.post(page, {"do": "answer", **asked}).status_code == 302
    one.refresh_from_db()
    assert (one.state, f"{one.last_day:%d.%m.%Y}") == ("extended", day(made, first=12))
    done = {"do": "debrief", "report": "Good.", "lessons": "One.\n\nTwo.", "language": "en"}
    assert head.post(page, done).status_code == 302
    assert head.post(page, {"do": "end"}).status_code == 302
    one.refresh_from_db()
    assert (one.state, one.debriefing.lessons) == ("ended", ["One.", "Two."])
    shown = words(head.get(page))
    for word in ("Season.", "Order 5", "Two.", "Ended", "Desk 1"):
        assert word in shown
    assert one.number in words(head.get("/deployments/?show=over"))
    # A withdrawal needs its reason, at its own form; the pool is left by its button.
    held = Accreditation.objects.get()
    gone = {"do": "withdraw", "about": str(held.uid), "reason": ""}
    assert hq.post(address, gone).status_code == 400
    assert hq.post(address, {**gone, "reason": "Over."}).status_code == 302
    assert hq.post(address, {"do": "leave"}).url == "/experts/"
    assert signed_in(people.rix_duty).get("/experts/").status_code == 404
    assert "Zqx" not in words(head.post(page, {"do": "<Zqx>"}))


def test_the_api_walks_the_same_road(made, people, api):
    head, hq, theirs = api(people.rix_head), api(people.lv_hq), api(people.by_hq)
    officer = people.pol_officer
    root = "/api/v1/deployments/"
    said = made.said("LV", "BY")
    said |= {"unit": "DESK-RIX", "first_day": str(said["first_day"]),
             "last_day": str(said["last_day"])}  # fmt: skip
    assert head.post(root, {**said, "unit": "DESK-MSQ"}).status_code == 400
    made_one = head.post(root, said)
    assert made_one.status_code == 201, made_one.content
    assert set(made_one.json()) == {"uid", "number", "state"}
    at = f"{root}{made_one.json()['uid']}/"
    expert = theirs.post("/api/v1/experts/", {
        "officer": str(officer.uid), "profiles": ["ALDO"], "languages": SPOKEN,
    })  # fmt: skip
    assert expert.status_code == 201, expert.content
    uid = expert.json()["uid"]
    assert hq.post("/api/v1/experts/", {"officer": str(officer.uid), "profiles": ["ALDO"],
                                        "languages": SPOKEN}).status_code == 400  # fmt: skip
    days = {"first_day": said["first_day"], "last_day": said["last_day"]}
    period = theirs.post(f"/api/v1/experts/{uid}/available/", days)
    assert period.status_code == 201
    assert theirs.get(f"/api/v1/experts/{uid}/").json()["available"]
    assert hq.get(f"/api/v1/experts/{uid}/").json()["available"] == []
    granted = {"kind": "service", "number": "LV-1", "valid_from": str(today("LV")),
               "valid_until": said["last_day"]}  # fmt: skip
    assert theirs.post(f"/api/v1/experts/{uid}/accredit/", granted).status_code == 403
    assert hq.post(f"/api/v1/experts/{uid}/accredit/", granted).status_code == 201
    brief = {"held_at": "2026-01-01T10:00:00Z", "given_by": "x", "text": "x", "contact": "x",
             "language": "en"}  # fmt: skip
    for who, name, body, state in (
        (head, "request", {}, "requested"), (hq, "assess", {"assessment": "x"}, "assessed"),
        (theirs, "offer", {"expert": uid}, "offered"), (hq, "accept", {}, "accepted"),
        (theirs, "commit", {}, "committed"), (head, "brief", brief, "briefed"),
        (head, "start", {}, "deployed"),
        (head, "debrief", {"report": "x", "lessons": ["y"], "language": "en"}, "debriefed"),
        (head, "end", {}, "ended"),
    ):  # fmt: skip
        answer = who.post(f"{at}{name}/", body)
        assert answer.status_code == 200, (name, answer.content)
        assert answer.json()["state"] == state
    whole = theirs.get(at).json()
    assert [move["after"] for move in whole["moves"]][-2:] == ["debriefed", "ended"]
    assert whole["debriefing"]["lessons"] == ["y"]
    assert hq.post(f"{at}cancel/", {"reason": "x"}).status_code == 409
    assert [row["number"] for row in head.get(root).json()] == [whole["number"]]
    assert api(people.rix_officer).get(root).status_code == 404
    assert theirs.post(f"/api/v1/experts/{uid}/available/{period.json()['uid']}/remove/",
                       {}).status_code == 200  # fmt: skip
    held = Accreditation.objects.get()
    gone = f"/api/v1/accreditations/{held.uid}/withdraw/"
    assert theirs.post(gone, {"reason": "x"}).status_code == 403
    assert hq.post(gone, {"reason": "x"}).status_code == 200
    assert theirs.post(f"/api/v1/experts/{uid}/leave/", {}).status_code == 200


def test_a_need_may_be_of_a_joint_operation_that_both_sides_read(
    made, people, unit, api, signed_in
):
    operations = Operations(people, unit)
    draft, put = operations.draft(title="Zqdraft"), operations.proposed()
    said = made.said("LV", "BY")
    said |= {"unit": "DESK-RIX", "first_day": str(said["first_day"]),
             "last_day": str(said["last_day"])}  # fmt: skip
    head, root = api(people.rix_head), "/api/v1/deployments/"
    for number in (draft.number, "JOP-2026-99999", "x"):
        refused = head.post(root, {**said, "operation": number})
        assert (refused.status_code, list(refused.json()["fields"])) == (400, ["operation"])
    with pytest.raises(Invalid, match="from the list"):
        made.need("LV", "BY", operation=draft)
    one = head.post(root, {**said, "operation": put.number}).json()
    assert head.get(f"{root}{one['uid']}/").json()["operation"] == put.number
    browser = signed_in(people.rix_head)
    assert put.number in words(browser.get(f"/deployments/{one['uid']}/"))
    form = words(browser.get("/deployments/new/"))
    assert (put.number in form, "Zqdraft" in form) == (True, False)
