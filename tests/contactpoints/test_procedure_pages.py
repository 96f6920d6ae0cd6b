"""Pages and API of the guidelines: each door, what the other side may not see, nothing is lost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bordercoop.reference.models import ProcedureVersion
from contactpoints import actions
from contactpoints.models import Role
from contactpoints.procedure_diff import differences, words
from tests.contactpoints.procedures_made import (
    approve,
    consulted,
    content,
    drafted,
    guideline_in_force,
    someone,
    step,
    texts,
)

pytestmark = pytest.mark.django_db
API = "/api/v1/guidelines/"


def text(answer):
    return answer.content.decode()


def english(user):
    user.language = "en"
    user.save(update_fields=["language"])
    return user


# --- reading


def test_every_officer_of_the_two_services_reads_them_and_nobody_else(people, signed_in, client):
    version = guideline_in_force("TST")
    for who in (people.dgp_officer, people.by_auditor, people.lv_interpreter):
        browser = signed_in(who)
        for page in ("", "TST/", f"TST/{version.number}/", "TST/readers/", "TST/1/changes/",
                     "TST/lesson/", "TST/pdf/", "JI/", "JI/1/"):  # fmt: skip
            assert browser.get(f"/guidelines/{page}").status_code == 200, page
    for who in (people.stranger, people.lv_admin):
        assert signed_in(who).get("/guidelines/").status_code == 404
        assert signed_in(who).get("/guidelines/TST/").status_code == 404
    assert client.get("/guidelines/").status_code == 302


@pytest.mark.parametrize(
    "path", ["NOPE/", "TST/9/", "TST/999999999999999999999/", f"{'x' * 3000}/", "TST/1/steps/nope/",
             "JI/readers/", "JI/pdf/", "JI/lesson/", "TST/pdf/?number=77", "%D0%AB/"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(path, people, signed_in):
    guideline_in_force("TST")
    assert signed_in(people.lv_hq).get(f"/guidelines/{path}").status_code == 404


@pytest.mark.parametrize("query", ["language=xx", "language=%00", "with=x", "with=99", "since=1",
                                   "with=99999999999999999999", "step=%00", "all=1"])  # fmt: skip
def test_odd_queries_break_no_page(query, people, signed_in):
    guideline_in_force("TST")
    browser = signed_in(people.lv_hq)
    for page in ("TST/", "TST/1/", "TST/1/changes/", "TST/pdf/"):
        assert browser.get(f"/guidelines/{page}?{query}").status_code in (200, 400), page


def test_a_draft_of_the_other_side_is_nowhere(people, signed_in, api):
    guideline_in_force("TST")
    draft = drafted("TST", content(step("canary_step"), title="Canary"), side="LV")
    alone = drafted("SOLO", content(title="Canary"), side="LV")
    browser, door = signed_in(people.by_hq), api(people.by_hq)
    for code, number in (("TST", draft.number), ("SOLO", alone.number)):
        for page in ("", "edit/", "changes/", "step/", "steps/canary_step/"):
            assert browser.get(f"/guidelines/{code}/{number}/{page}").status_code == 404
        assert browser.post(f"/guidelines/{code}/{number}/", {"deed": "consult"}).status_code == 404
        assert door.get(f"{API}{code}/versions/{number}/").status_code == 404
        assert door.get(f"{API}{code}/versions/{number}/changes/").status_code == 404
        assert (
            door.post(f"{API}{code}/versions/{number}/withdraw/", {"reason": "x"}).status_code
            == 404
        )
    for page in ("", "TST/", "TST/1/", "TST/1/changes/?with=2", "TST/1/changes/"):
        assert "Canary" not in text(browser.get(f"/guidelines/{page}")), page
    assert "Canary" not in text(door.get(API)) + text(door.get(f"{API}TST/versions/"))
    assert door.get(f"{API}TST/versions/1/changes/?with=2").status_code == 404
    assert "Canary" not in text(browser.get("/search/?q=canary"))
    assert "Canary" in text(signed_in(people.lv_hq).get("/search/?q=canary"))


def test_the_page_says_in_what_language_and_state_a_text_is(people, signed_in):
    guideline_in_force("TST")
    page = text(signed_in(english(people.pol_officer)).get("/guidelines/TST/?language=be"))
    assert "Notice (be)" in page
    assert "Translation, draft" in page
    assert "Translation, checked" in page
    assert "Written first" in page


# --- the deeds of the pages


def test_from_draft_to_force_through_the_pages(people, signed_in):
    drafter = signed_in(english(people.lv_hq))
    made = drafter.post("/guidelines/", {"code": "WEB", "title": "From the page"})
    assert made.url == "/guidelines/WEB/1/edit/"
    said = {"revision": 1, **{f"{part}_{code}": f"{part} {code}" for part in ("title", "text")
                              for code in ("en", "lv", "be", "ru")}}  # fmt: skip
    at = "/guidelines/WEB/1/"
    answer = drafter.post(f"{at}step/", {**said, "code": "first", "phase": "agreed", "hours": "4"})
    assert answer.url == f"{at}#step-first"
    drafter.post(f"{at}step/", {**said, "revision": 2, "code": "second", "each": "on"})
    drafter.post(f"{at}edit/", {"revision": 3, "move": "up:second"})
    version = ProcedureVersion.objects.get(procedure__code="WEB")
    assert [one["code"] for one in version.steps] == ["second", "first"]
    head = {"revision": 4, "origin": "en", "title_en": "New head", "mark_lv": "checked"}
    assert drafter.post(f"{at}edit/", head).url == at
    today = f"{version.at:%d.%m.%Y}"
    drafter.post(at, {"deed": "days", "revision": 5, "effective_on": today})
    assert drafter.post(at, {"deed": "consult"}).url == at
    officer = signed_in(english(people.pol_officer))
    assert "Comment on step 1" in text(officer.get(at))
    officer.post(at, {"deed": "comment", "step": "first", "text": "Why four?"})
    comment = version.comments.get()
    answered = {"deed": "answer", "comment": str(comment.uid), "taken_up": "no", "answer": "So."}
    assert drafter.post(at, answered).url == f"{at}#step-first"
    version.refresh_from_db()
    given = {"deed": "approve", "sha256": version.sha256, "revision": version.revision}
    for who in (people.lv_approver, people.by_approver):
        assert signed_in(who).post(at, given).url == at
    assert "New head" in text(officer.get("/guidelines/WEB/"))
    assert (
        officer.post("/guidelines/WEB/", {"deed": "read", "number": "1"}).url == "/guidelines/WEB/"
    )
    assert "You have confirmed it." in text(officer.get("/guidelines/WEB/"))


def test_what_was_typed_stays_when_it_is_refused(people, signed_in):
    consulted("TST")
    browser, at = signed_in(english(people.lv_hq)), "/guidelines/TST/1/"
    typed = {"revision": 3, "title_en": "", "title_lv": "Paliek šeit", "hours": "many"}
    answer = browser.post(f"{at}steps/notice/", typed)
    assert answer.status_code == 400
    assert "Paliek šeit" in text(answer)
    assert "Write whole hours" in text(answer)
    answer = browser.post(f"{at}edit/", {"revision": 3, "origin": "en", "title_lv": "Paliek"})
    assert "Paliek" in text(answer)
    answer = browser.post(at, {"deed": "comment", "text": "", "proposed": "Kept words"})
    assert answer.status_code == 400
    assert "Kept words" in text(answer)
    answer = browser.post(at, {"deed": "days", "revision": 3, "effective_on": "yesterday"})
    assert answer.status_code == 400
    assert 'value="yesterday"' in text(answer)


def test_whoever_read_an_older_revision_is_shown_what_stands_now(people, signed_in):
    version = consulted("TST")
    browser, at = signed_in(english(people.lv_hq)), "/guidelines/TST/1/"
    said = {"revision": version.revision, "title_en": "Mine"}
    assert browser.post(f"{at}steps/notice/", {**said, "text_en": "First"}).status_code == 302
    answer = browser.post(f"{at}steps/notice/", {**said, "text_en": "Second"})
    assert answer.status_code == 409
    assert "First" in text(answer)
    assert "Second" in text(answer)
    answer = browser.post(f"{at}edit/", {**said, "origin": "en", "title_en": "Head"})
    assert answer.status_code == 409
    stale = {"deed": "approve", "sha256": version.sha256, "revision": version.revision}
    assert signed_in(people.lv_approver).post(at, stale).status_code == 409


def test_an_approver_sees_what_was_changed_since(people, signed_in):
    version = consulted("TST")
    approve(version, "LV")
    version.refresh_from_db()
    said = {**version.content, "title": {**version.content["title"], "en": "Turned round"}}
    actions.change_version(version, content=said, revision=version.revision, by=version.by)
    browser = signed_in(english(someone("LV", Role.APPROVER)))
    assert "It was changed after your side approved it." in text(browser.get("/guidelines/TST/1/"))
    page = text(browser.get("/guidelines/TST/1/changes/?since=1"))
    assert "<ins>Turned round</ins>" in page
    assert "Void: the approval of revision" in text(browser.get("/guidelines/TST/1/"))


@pytest.mark.parametrize(
    "typed",
    [{}, {"deed": "fly"}, {"deed": "approve"}, {"deed": "approve", "revision": "9" * 30},
     {"deed": "answer", "comment": "x"}, {"deed": "days"}, {"deed": "comment", "text": "a\0b"},
     {"deed": "comment", "text": "x" * 100_000}, {"deed": "comment", "client_ref": "x"},
     {"deed": "withdraw"}, {"deed": "answer", "comment": "0f3b2a4e-6a55-4c43-9a3e-3a3a5f6b7c8d",
                            "taken_up": "yes"}],
    ids=lambda typed: "-".join(typed.values())[:20].replace("\0", "0") or "nothing",
)  # fmt: skip
def test_hostile_posts_are_refused_with_a_page(typed, people, signed_in):
    consulted("TST")
    for who in (people.lv_hq, people.lv_approver, people.pol_duty):
        answer = signed_in(who).post("/guidelines/TST/1/", typed)
        assert answer.status_code in (302, 400, 403, 404, 409), (who, answer.status_code)
    for page in ("edit/", "step/", "steps/notice/"):
        answer = signed_in(people.lv_hq).post(f"/guidelines/TST/1/{page}", typed)
        assert answer.status_code == 400


def test_the_home_page_says_what_waits(people, signed_in):
    guideline_in_force("TST")
    consulted("TWO")
    officer = text(signed_in(english(people.dgp_officer)).get("/"))
    assert "Guidelines to read" in officer
    assert "Guidelines to approve" not in officer
    approver = text(signed_in(english(people.by_approver)).get("/"))
    assert "Guidelines to approve" in approver
    assert 'href="/guidelines/TWO/1/"' in approver


def test_readers_of_the_other_side_are_counted_and_named_at_desks_only(people, signed_in):
    version = guideline_in_force("TST")
    for who in (people.pol_officer, people.pol_duty, people.dgp_officer):
        actions.confirm_reading(version, by=who)
    leader = people.dgp_leader
    page = text(signed_in(english(people.dgp_duty)).get("/guidelines/TST/readers/"))
    assert leader.name_for("en") in page
    assert people.pol_duty.name_for("en") in page
    assert people.pol_officer.name_for("en") not in page


def test_a_list_takes_few_statements_however_many_there_are(people, signed_in):
    browser = signed_in(people.lv_hq)

    def count():
        browser.get("/guidelines/")
        with CaptureQueriesContext(connection) as found:
            assert browser.get("/guidelines/").status_code == 200
        return len(found)

    guideline_in_force("ONE")
    few = count()
    for code in ("TWO", "THREE", "FOUR"):
        guideline_in_force(code)
    assert count() == few
    assert few <= 16


# --- what changed


def test_words_are_marked_and_joined_again():
    pieces = words("Write it twice, then sign.", "Write it once, then sign it.")
    assert ("removed", "twice") in pieces
    assert ("added", "once") in pieces
    assert "".join(t for what, t in pieces if what != "added") == "Write it twice, then sign."
    assert "".join(t for what, t in pieces if what != "removed") == "Write it once, then sign it."


def test_a_step_is_added_taken_out_moved_changed_or_the_same():
    before = content(step("a1"), step("b1"), step("c1"), step("d1"))
    after = content(
        step("c1"), step("a1"), step("b1", text=texts("Otherwise"), hours=3), step("e1")
    )
    found = {one.code: one for one in differences(before, after, "lv").steps}
    assert {code: one.state for code, one in found.items()} == {
        "c1": "moved", "a1": "same", "b1": "changed", "e1": "added", "d1": "removed",
    }  # fmt: skip
    assert found["c1"].moved
    assert not found["b1"].moved
    assert len(found["b1"].fields) == 2
    same = differences(before, before, "ru")
    assert (same.head, same.changed) == ([], [])


# --- the API


def test_from_draft_to_force_through_the_api(people, api):
    lv, by = api(people.lv_hq), api(people.pol_duty)
    made = lv.post(API, {"code": "API", "title": "Through the API"})
    assert (made.status_code, made.data["number"]) == (201, 1)
    at = f"{API}API/versions/1/"
    said = content(step("first"))
    assert lv.post(at, {"revision": 1, "content": said}).data["revision"] == 2
    assert lv.post(at, {"revision": 1, "content": content()}).status_code == 409
    day = str(ProcedureVersion.objects.get(procedure__code="API").at.date())
    assert lv.post(f"{at}days/", {"revision": 2, "effective_on": day}).status_code == 200
    assert lv.post(f"{at}consult/", {}).data["state"] == "consultation"
    comment = by.post(f"{at}comments/", {"text": "Why?", "step": "first"})
    assert comment.status_code == 201
    answer = f"{API}API/comments/{comment.data['uid']}/"
    assert by.post(answer, {"taken_up": True}).status_code == 403
    assert lv.post(answer, {"taken_up": True}).data["state"] == "taken_up"
    version = lv.get(at).data
    given = {"sha256": version["sha256"], "revision": version["revision"]}
    assert lv.post(f"{at}approve/", given).status_code == 403
    assert api(people.lv_approver).post(f"{at}approve/", given).data["state"] == "consultation"
    held = api(people.by_approver).post(f"{at}approve/", given)
    assert held.data["state"] == "in_force"
    assert len(held.data["approvals"]) == 2
    assert by.get(f"{API}API/").data["number"] == 1
    assert by.post(f"{API}API/readers/", {"version": 1}).status_code == 200
    assert by.get(f"{API}API/readers/").data[0]["side"] == "BY"
    assert by.post(f"{API}API/lessons/", {"text": "Late."}).status_code == 201
    assert lv.post(f"{at}review/", {}).data["state"] == "under_review"
    stays = {"review_on": f"{int(day[:4]) + 1}-01-15"}
    assert api(people.lv_approver).post(f"{at}stays/", stays).data["state"] == "in_force"
    second = lv.post(f"{API}API/versions/", {})
    assert second.data["number"] == 2
    assert lv.get(f"{API}API/versions/2/changes/").data["steps"][0]["state"] == "same"
    gone = lv.post(f"{API}API/versions/2/withdraw/", {"reason": "No."})
    assert gone.data["state"] == "withdrawn"
    ended = api(people.by_approver).post(f"{at}end/", {"reason": "No."})
    assert ended.data["state"] == "withdrawn"
    assert by.get(f"{API}API/").status_code == 404


@pytest.mark.parametrize(
    "body",
    [{}, {"content": 3}, {"content": "\0", "revision": 1}, [], "x",
     {"revision": -1, "content": {}}, {"revision": 1, "content": None}], ids=range(7),
)  # fmt: skip
def test_the_api_refuses_bodies_of_another_shape(body, people, api):
    drafted("TST")
    assert api(people.lv_hq).post(f"{API}TST/versions/1/", body).status_code == 400


def test_without_the_right_the_api_has_no_guidelines(people, api):
    guideline_in_force("TST")
    for path in (API, f"{API}TST/", f"{API}TST/versions/", f"{API}TST/readers/"):
        assert api(people.lv_admin).get(path).status_code == 404
