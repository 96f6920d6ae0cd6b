"""Doors to information requests: pages, API, home page, and who is told of nothing."""

import uuid

import pytest

from contactpoints.models import Delivery
from incidents import actions
from incidents.handling import Marking
from incidents.models import InformationRequest, RequestAnswer
from tests import made_files as made
from tests.incidents.asking import QUESTION, Asking, fresh

pytestmark = pytest.mark.django_db
API = "/api/v1/requests/"
MARKING = {"handling": "H1", "tlp": "AMBER", "restriction": ""}
SENT = {
    "desk": "DESK-DGP", "to": "DESK-POL", "subject": "A grey car", "question": QUESTION,
    "language": "en", "ground": "border_regime", "urgency": "urgent", **MARKING,
}  # fmt: skip


@pytest.fixture
def asking(people, unit, both_sides_on_duty):
    made_now = Asking(people, unit)
    for who in (made_now.lv, made_now.by):
        who.language = "en"
        who.save(update_fields=["language"])
    return made_now


def page(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_asked_acknowledged_answered_in_parts_and_read_in_the_browser(asking, signed_in):
    here, there = signed_in(asking.lv), signed_in(asking.by)
    form = page(here, "/requests/new/")
    assert 'name="question"' in form
    ref = str(uuid.uuid4())
    for _ in range(2):
        answer = here.post("/requests/new/", {**SENT, "client_ref": ref})
        assert answer.status_code == 302, answer.content.decode()[:3000]
    asked = InformationRequest.objects.get()
    path = f"/requests/{asked.uid}/"
    assert answer["Location"] == path
    console = page(there, "/console/")
    assert path in console
    assert "A grey car" in console
    assert f'href="{path}answer/"' in page(there, path)
    assert f'href="{path}answer/"' not in page(here, path)
    delivery = Delivery.objects.get()
    there.post(f"/deliveries/{delivery.uid}/acknowledge/", {"note": "On it."})
    assert Delivery.objects.get().acknowledged_at is not None
    assert "waits for your answer" in page(there, "/")
    for kind, state in (("hit", "partly"), ("whole", "answered")):
        assert QUESTION in page(there, f"{path}answer/")
        said = {"kind": kind, "text": f"Said {kind}.", "language": "en", "ground": "", **MARKING}
        answer = there.post(f"{path}answer/", said)
        assert answer.status_code == 302, answer.content.decode()[:3000]
        assert fresh(asked).state == state
    read = page(here, path)
    assert "Said hit." in read
    assert "Said whole." in read
    assert asked.number not in page(here, "/requests/")
    assert asked.number in page(here, "/requests/?show=all")
    assert asked.number in page(there, "/requests/?show=all")


def test_refused_on_the_answer_form_with_a_ground(asking, signed_in):
    asked, there = asking.ask(), signed_in(asking.by)
    path = f"/requests/{asked.uid}/answer/"
    said = {"kind": "refused", "text": "We may not.", "language": "en", **MARKING}
    answer = there.post(path, {**said, "ground": ""})
    assert answer.status_code == 400
    assert "We may not." in answer.content.decode()
    assert there.post(path, {**said, "ground": "security"}).status_code == 302
    assert fresh(asked).state == "refused"
    assert "Essential interests" in page(signed_in(asking.lv), f"/requests/{asked.uid}/")


def test_nothing_typed_is_lost_when_something_is_wrong(asking, signed_in):
    answer = signed_in(asking.lv).post("/requests/new/", {**SENT, "question": "x" * 9_000})
    assert answer.status_code == 400
    assert "x" * 9_000 in answer.content.decode()
    answer = signed_in(asking.lv).post("/requests/new/", {**SENT, "handling": "H3"})
    assert answer.status_code == 400
    assert QUESTION in answer.content.decode()


def test_thread_files_incidents_and_taking_back_on_the_page(asking, signed_in, released):
    held, _delivery = released()
    asked = asking.ask()
    here, there, path = signed_in(asking.lv), signed_in(asking.by), f"/requests/{asked.uid}/"
    for said in (
        {"do": "message", "text": "Own words", "audience": "own", "language": "en"},
        {"do": "message", "text": "Shared words", "audience": "shared", "language": "en"},
        {"do": "link", "incident": str(held.uid)},
        {"do": "file", "file": made.upload(made.pdf(b"3"), "map.pdf"), "audience": "shared"},
    ):
        answer = here.post(path, said)
        assert answer.status_code == 302, answer.content.decode()[:3000]
    own, theirs = page(here, path), page(there, path)
    assert "Own words" in own
    assert "Own words" not in theirs
    for word in ("Shared words", held.number, "map.pdf"):
        assert word in own
        assert word in theirs
    file = asked.files.get()
    answer = there.get(f"/requests/files/{file.uid}/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert here.post(path, {"do": "withdraw", "reason": ""}).status_code == 400
    assert here.post(path, {"do": "withdraw", "reason": "Found."}).status_code == 302
    assert fresh(asked).state == "withdrawn"


def test_consent_is_asked_given_and_the_unit_reads_both_halves_and_nothing_else(
    asking, signed_in, people, unit, api
):
    asked = asking.ask()
    asking.answer(asked, text="The answer itself.")
    asking.write(asked, "Thread words", "shared")
    here, there, path = signed_in(asking.lv), signed_in(asking.by), f"/requests/{asked.uid}/"
    said = {"to": "LV-RIX", "purpose": "The same car."}
    answer = here.post(path, {"do": "pass", **said})
    assert answer.status_code == 403
    assert here.post(path, {"do": "consent", **said}).status_code == 302
    consent = asked.consents.get()
    assert "The same car." in page(there, path)
    answer = there.post(path, {"do": "give", "consent": str(consent.uid), "text": "Once."})
    assert answer.status_code == 302
    reader = signed_in(people.rix_officer)
    assert reader.get(path).status_code == 404
    assert here.post(path, {"do": "pass", **said}).status_code == 302
    read = page(reader, path)
    assert QUESTION in read
    assert "The answer itself." in read
    assert "Thread words" not in read
    assert asked.number in page(reader, "/requests/")
    assert reader.post(path, {"do": "message"}).status_code == 403
    told = api(people.rix_officer).get(f"{API}{asked.uid}/").json()
    assert (len(told["answers"]), told["thread"], told["delivery"]) == (1, [], None)


def test_the_api_has_every_verb(asking, api, people, released):
    held, _delivery = released()
    here, there = api(asking.lv), api(asking.by)
    made_now = here.post(API, SENT)
    assert made_now.status_code == 201, made_now.content
    asked = made_now.json()
    one = f"{API}{asked['uid']}/"
    assert (asked["state"], asked["urgency"], asked["overdue"]) == ("asked", "urgent", False)
    assert there.post(
        f"/api/v1/deliveries/{asked['delivery']}/acknowledge/", {"note": "On it."}
    ).status_code == 200  # fmt: skip
    assert here.get(one).json()["acknowledged_at"]
    said = {"text": "A part.", "language": "en", **MARKING}
    answered = there.post(f"{one}answer/", {"kind": "partly", **said})
    assert (answered.status_code, answered.json()["state"]) == (201, "partly")
    for audience in ("own", "shared"):
        body = {"text": f"{audience} line", "audience": audience, "language": "en"}
        assert there.post(f"{one}messages/", body).status_code == 201
    assert here.post(f"{one}incidents/", {"incident": str(held.uid)}).status_code == 201
    file = here.post(
        f"{one}files/", {"file": made.upload(made.pdf(b"4"), "a.pdf"), "audience": "shared"},
        format="multipart",
    )  # fmt: skip
    assert file.status_code == 201, file.content
    assert there.get(f"{one}files/{file.json()['uid']}/content/").status_code == 200
    consent = here.post(f"{one}consents/", {"to": "LV-RIX", "purpose": "x"})
    assert consent.status_code == 201
    decide = f"{one}consents/{consent.json()['uid']}/decide/"
    assert there.post(decide, {"given": True}).json()["state"] == "given"
    assert here.post(f"{one}pass-on/", {"to": "LV-RIX"}).status_code == 201
    refused = there.post(f"{one}refuse/", {"ground": "security", **said})
    assert refused.json()["state"] == "refused"
    told = here.get(one).json()
    assert [m["text"] for m in told["thread"]] == ["shared line"]
    assert [i["number"] for i in told["incidents"]] == [held.number]
    assert [a["kind"] for a in told["answers"]] == ["partly", "refused"]
    again = here.post(API, SENT).json()
    back = here.post(f"{API}{again['uid']}/withdraw/", {"reason": "Found."})
    assert back.json()["state"] == "withdrawn"
    assert len(here.get(f"{API}?state=open").json()["results"]) == 0
    assert len(here.get(API).json()["results"]) == 2
    assert here.get(f"{API}?state=x").status_code == 400


def test_whoever_reads_no_alerts_of_the_two_desks_finds_nothing(asking, people, signed_in, api):
    asked = asking.ask()
    asking.answer(asked, "partly")
    for who in (people.dgp_officer, people.pol_leader, people.msq_duty, people.stranger):
        browser, program = signed_in(who), api(who)
        for path in (f"/requests/{asked.uid}/", f"/requests/{asked.uid}/answer/"):
            assert browser.get(path).status_code == 404, (who, path)
        assert program.get(f"{API}{asked.uid}/").status_code == 404
        answer = browser.get("/requests/")
        assert asked.number not in answer.content.decode()
        assert answer.status_code == (200 if who == people.msq_duty else 404)
    for who in (people.lv_auditor, people.by_auditor):
        assert QUESTION in page(signed_in(who), f"/requests/{asked.uid}/")
        answer = signed_in(who).post(f"/requests/{asked.uid}/", {"do": "message", "text": "x"})
        assert answer.status_code == 403
        assert signed_in(who).get("/requests/new/").status_code == 403


def test_junk_never_breaks_a_page_or_a_call(asking, signed_in, api):
    asked = asking.ask()
    uid, here, there = asked.uid, signed_in(asking.lv), signed_in(asking.by)
    fields = ("to", "desk", "subject", "question", "language", "ground", "ground_text", "urgency",
              "handling", "tlp", "restriction", "exercise", "client_ref", "kind", "text",
              "audience", "incident", "reason", "purpose", "consent", "file")  # fmt: skip
    for junk in ("\0", "x" * 100_000, "../..", "🛂", str(uuid.uuid4())):
        data = dict.fromkeys(fields, junk)
        for client, path in ((here, "/requests/new/"), (there, f"/requests/{uid}/answer/")):
            assert client.post(path, data).status_code == 400, (path, junk[:10])
        for deed in ("message", "withdraw", "link", "file", "pass", "consent", "give", junk[:50]):
            answer = here.post(f"/requests/{uid}/", {"do": deed, **data})
            assert answer.status_code in (302, 400, 404, 409), (deed, junk[:10])
        assert here.get("/requests/", {"show": junk[:500]}).status_code in (200, 400)
        for part in (
            "",
            f"{uid}/messages/",
            f"{uid}/withdraw/",
            f"{uid}/incidents/",
            f"{uid}/consents/",
            f"{uid}/pass-on/",
            f"{uid}/answer/",
            f"{uid}/refuse/",
        ):
            answer = api(asking.lv).post(f"{API}{part}", data)
            assert answer.status_code in (200, 400, 403, 404, 409, 422), (part, junk[:10])
    assert not RequestAnswer.objects.exists()


def test_a_red_request_is_marked_wherever_it_is_read(asking, signed_in):
    asked = asking.ask(marking=Marking("H3", "RED", "Only the head of point."))
    for path in ("/requests/", f"/requests/{asked.uid}/", f"/requests/{asked.uid}/answer/"):
        assert "TLP:RED" in page(signed_in(asking.by), path), path
    assert "TLP:RED" in page(signed_in(asking.by), "/console/")
    assert actions.alarm_late_questions() == 0
