"""SOPs of risk analysis: written by analysts of a side, agreed by both, read, reviewed again."""

import io
from datetime import date, timedelta

import pypdf
import pytest
import time_machine
import yaml
from django.utils.timezone import now

from bordercoop.errors import Invalid, NotAllowed
from bordercoop.reference import procedure_loader
from bordercoop.reference.loader import Malformed
from bordercoop.reference.models import (
    Procedure,
    ProcedureVersion,
    digest_of,
    months_after,
    utc_today,
)
from bordercoop.reference.procedure_texts import cleaned
from contactpoints import actions
from contactpoints.models import Role
from tests.contactpoints.procedures_made import (
    approve,
    consulted,
    content,
    drafted,
    guideline_in_force,
    step,
    texts,
)

pytestmark = pytest.mark.django_db
API = "/api/v1/sops/"
SOP = {"kind": "sop", "level": "operational"}
LANGUAGES = ("en", "lv", "be", "ru")
PARTS = ("title", "purpose", "who", "inputs", "text", "output", "check")


def text(answer):
    return answer.content.decode()


def english(user):
    user.language = "en"
    user.save(update_fields=["language"])
    return user


def sop_in_force(code="SOP-T", **facts):
    version = consulted(code, content(step("collect", purpose=texts("So that nothing is missed"))),
                        **SOP, **facts)  # fmt: skip
    approve(version, "LV")
    return approve(version, "BY")


def test_from_an_analyst_s_desk_to_both_sides_through_the_pages(
    people, officer, signed_in, carry_out, mailbox
):
    ludza, minsk = officer("lud.analyst", "LV-LUD", Role.ANALYST), english(people.by_analyst)
    ours, theirs = signed_in(ludza), signed_in(minsk)
    people.lv_approver, english(people.by_approver)
    typed = {"code": "SOP-RISK", "title": "Risk of the week"}
    refused = ours.post("/sops/", typed)
    assert refused.status_code == 400
    assert "Choose a level from the list." in text(refused)
    assert 'value="Risk of the week"' in text(refused)
    made = ours.post("/sops/", {**typed, "level": "operational"})
    assert made.url == "/sops/SOP-RISK/1/edit/"
    at = "/sops/SOP-RISK/1/"
    said = {f"{part}_{code}": f"{part} in {code}" for part in PARTS for code in LANGUAGES}
    answer = ours.post(f"{at}step/", {**said, "revision": 1, "code": "collect"})
    assert answer.url == f"{at}#step-collect"
    head = {"revision": 2, "origin": "en", "title_en": "Risk of the week", "purpose_lv": "Lai zina",
            "mark_lv": "checked"}  # fmt: skip
    assert ours.post(f"{at}edit/", head).url == at
    # Nobody of the other side reads or finds any of it before it is put to both.
    for page in ("", "edit/", "changes/", "step/", "steps/collect/"):
        assert theirs.get(f"{at}{page}").status_code == 404
    assert theirs.post(at, {"deed": "consult"}).status_code == 404
    for page in ("/sops/", "/", "/search/?q=week"):
        assert "Risk of the week" not in text(theirs.get(page)), page
    days = {"deed": "days", "revision": 3, "effective_on": f"{utc_today():%d.%m.%Y}"}
    assert ours.post(at, {**days, "review_months": "99"}).status_code == 400
    assert ours.post(at, {**days, "review_months": "soon"}).status_code == 400
    assert ours.post(at, {**days, "review_months": "6"}).url == at
    assert ours.post(at, {"deed": "consult"}).url == at

    comment = {"deed": "comment", "step": "collect", "text": "Whose days?", "proposed": "Both"}
    assert theirs.post(at, comment).url == f"{at}#step-collect"
    version = ProcedureVersion.objects.get(procedure__code="SOP-RISK")
    assert (version.review_on, version.review_months) == (months_after(utc_today(), 6), 6)
    asked = version.comments.get()
    assert "Comments on SOPs to answer" in text(signed_in(english(ludza)).get("/"))
    answer = {"deed": "answer", "comment": str(asked.uid), "taken_up": "yes", "answer": "Yes."}
    assert theirs.post(at, answer).status_code == 403
    assert ours.post(at, answer).url == f"{at}#step-collect"

    # A change after the first approval voids it.
    def approved(who):
        version.refresh_from_db()
        given = {"deed": "approve", "sha256": version.sha256, "revision": version.revision}
        return signed_in(who).post(at, given)

    assert approved(minsk).status_code == 403
    assert approved(people.lv_approver).url == at
    said["text_en"] = "Both sides' days"
    assert (
        ours.post(f"{at}steps/collect/", {**said, "revision": version.revision}).status_code == 302
    )
    listed = text(theirs.get("/sops/?level=operational"))
    assert listed.count("not approved yet") >= 2
    assert "Void: the approval of revision" in text(theirs.get(at))
    carry_out()
    letter = mailbox.to(people.by_approver)[-1]
    assert f"SOP-RISK, version {version.number}" in letter["Subject"]
    assert at in letter.get_content()
    assert "SOPs to approve" in text(signed_in(english(people.by_approver)).get("/"))
    for who in (people.lv_approver, people.by_approver):
        assert approved(who).url == at

    # It is read: each text of the step, in a second language beside it, and who has confirmed.
    page = text(theirs.get("/sops/SOP-RISK/?language=be&beside=lv"))
    for part in PARTS:
        assert page.count(f"{part} in be") >= 1, part
        assert page.count(f"{part} in lv") >= 1, part
    assert "Translation, draft" in page
    page = text(theirs.get("/sops/SOP-RISK/?language=be&beside=all"))
    assert all(f"purpose in {code}" in page for code in LANGUAGES)
    assert theirs.post("/sops/SOP-RISK/", {"deed": "read", "number": "1"}).status_code == 302
    assert "by you" in text(theirs.get("/sops/"))
    readers = text(theirs.get("/sops/SOP-RISK/readers/"))
    assert minsk.name_for("en") in readers
    paper = theirs.get("/sops/SOP-RISK/pdf/?language=ru")
    (sheet,) = pypdf.PdfReader(io.BytesIO(paper.content)).pages
    said = sheet.extract_text().replace("\u200b", "")
    for part in PARTS:
        assert f"{part} in ru" in said, part
    for who in (people.lv_approver, people.by_approver):
        assert who.name_for("ru") in said


def test_from_draft_to_review_through_the_api(people, api):
    lv, by, rest = api(people.lv_analyst), api(people.by_analyst), api(people.dgp_officer)
    new = {"code": "SOP-API", "title": "Over the API"}
    assert by.post(API, new).status_code == 400
    made = by.post(API, {**new, "level": "strategic"})
    assert (made.status_code, made.data["level"]) == (201, "strategic")
    at = f"{API}SOP-API/versions/1/"
    assert lv.get(at).status_code == 404
    said = content(step("first", purpose=texts("Why")), step("second"))
    changed = by.post(at, {"revision": 1, "content": said})
    assert [one.get("purpose") for one in changed.data["content"]["steps"]] == [texts("Why"), None]
    assert by.post(at, {"revision": 1, "content": content()}).status_code == 409
    days = {"revision": 2, "effective_on": str(utc_today()), "review_months": 12}
    assert by.post(f"{at}days/", {**days, "review_months": 37}).status_code == 400
    assert by.post(f"{at}days/", days).data["review_on"] == str(months_after(utc_today(), 12))
    assert lv.post(f"{at}consult/", {}).status_code == 404
    assert by.post(f"{at}consult/", {}).data["state"] == "consultation"
    comment = lv.post(f"{at}comments/", {"text": "Why?", "step": "second"}).data
    version = by.get(at).data
    given = {"sha256": version["sha256"], "revision": version["revision"]}
    refused = api(people.lv_approver).post(f"{at}approve/", given)
    assert (refused.status_code, refused.data["code"]) == (409, "comments_open")
    answer = f"{API}SOP-API/comments/{comment['uid']}/"
    assert by.post(answer, {"taken_up": False, "answer": "So."}).status_code == 200
    assert api(people.lv_approver).post(f"{at}approve/", given).data["state"] == "consultation"
    (line,) = [line for line in lv.get(f"{API}?level=strategic").data if line["code"] == "SOP-API"]
    assert (line["approved_by"], line["readers"]) == (["LV"], [])
    assert api(people.by_approver).post(f"{at}approve/", given).data["state"] == "in_force"
    assert rest.get(f"{API}SOP-API/").data["review_months"] == 12
    assert lv.post(f"{API}SOP-API/readers/", {"version": 9}).status_code == 409
    assert lv.post(f"{API}SOP-API/readers/", {"version": 1}).status_code == 200
    (line,) = [line for line in lv.get(f"{API}?state=in_force").data if line["code"] == "SOP-API"]
    own, other = line["readers"]
    assert (own["side"], own["confirmed"], other["confirmed"]) == ("LV", 1, 0)
    assert own["whole"] > 1 - 1 < other["whole"]
    assert line["waits"] == []
    missing = by.get(f"{API}SOP-API/readers/").data[0]["rows"]
    names = [name for row in missing for name in row["missing_names"]]
    assert people.by_analyst.name_for(people.by_analyst.language) in names
    assert by.post(f"{at}review/", {}).data["state"] == "under_review"
    stays = api(people.by_approver).post(f"{at}stays/", {})
    assert (stays.status_code, stays.data["review_on"]) == (
        200, str(months_after(utc_today(), 12)),
    )  # fmt: skip
    second = lv.post(f"{API}SOP-API/versions/", {})
    assert (second.status_code, second.data["side"]) == (201, "LV")
    assert by.get(f"{API}SOP-API/versions/2/").status_code == 404
    (line,) = [line for line in by.get(API).data if line["code"] == "SOP-API"]
    assert line["prepared"] is None


def test_each_kind_is_drafted_and_approved_by_its_own_roles_and_stands_at_its_own_address(
    people, signed_in, api
):
    version, guideline = sop_in_force(), guideline_in_force("GUI")
    for by in (people.lv_analyst, people.lv_hq):
        draft = actions.draft_version(version.procedure, by=by)
        actions.withdraw_version(draft, reason="For the next.", by=by)
    for by in (people.lv_representative, people.lv_approver, people.dgp_duty):
        with pytest.raises(NotAllowed, match="Analysts and headquarters officers"):
            actions.draft_version(version.procedure, by=by)
    with pytest.raises(NotAllowed):
        actions.draft_version(guideline.procedure, by=people.lv_analyst)
    browser, door = signed_in(people.lv_analyst), api(people.lv_analyst)
    for path in ("/sops/GUI/", "/guidelines/SOP-T/", "/sops/GUI/1/", "/sops/GUI/pdf/"):
        assert browser.get(path).status_code == 404, path
    assert door.get(f"{API}GUI/").status_code == 404
    assert "SOP-T" not in text(browser.get("/guidelines/"))
    assert browser.post("/guidelines/", {"code": "X1", "title": "x"}).status_code == 403
    for who in (people.stranger, people.lv_admin):
        assert signed_in(who).get("/sops/").status_code == 404
        assert api(who).get(API).status_code == 404
    # Whoever reads incidents reads them, and does not have to confirm.
    officer = text(signed_in(english(people.dgp_officer)).get("/"))
    assert "SOPs to read" not in officer
    assert "SOPs to read" in text(signed_in(english(people.lv_analyst)).get("/"))
    found = text(signed_in(people.dgp_officer).get("/search/?q=SOP-T"))
    assert "/sops/SOP-T/" in found


@pytest.mark.parametrize(
    ("path", "typed"),
    [("", {"code": "x" * 5_000, "level": "strategic", "title": "y"}),
     ("", {"code": "OK", "level": "\0", "title": "a\0b"}), ("", {"level": "highest"}),
     ("SOP-T/1/", {"deed": "days", "revision": "2", "review_months": "9" * 40}),
     ("SOP-T/1/", {"deed": "days", "revision": "2", "effective_on": "31.12.9999",
                   "review_months": "36"}),
     ("SOP-T/1/", {"deed": "days", "revision": "2", "review_months": "0"}),
     ("SOP-T/1/step/", {"revision": "1", "code": "new", "title_en": "x",
                        "purpose_en": "x" * 1_001}),
     ("SOP-T/1/step/", {"revision": "1", "code": "new", "title_en": "x", "purpose_lv": "\x00"})],
    ids=range(8),
)  # fmt: skip
def test_hostile_words_are_refused_where_they_stand_and_stay_in_the_form(
    path, typed, people, signed_in
):
    drafted("SOP-T", **SOP)
    answer = signed_in(people.lv_hq).post(f"/sops/{path}", typed)
    assert answer.status_code == 400
    kept = typed.get("purpose_en") or typed.get("review_months") or "<form"
    assert kept in text(answer)


@pytest.mark.parametrize("query", ["level=\0", "level=x&state=y", "level=strategic&state=draft",
                                   "state=" + "x" * 3_000, "beside=xx", "language=be&beside=be",
                                   "beside=%00"])  # fmt: skip
def test_odd_queries_break_no_page(query, people, signed_in):
    sop_in_force()
    browser = signed_in(people.pol_officer)
    for page in ("", "SOP-T/", "SOP-T/1/"):
        assert browser.get(f"/sops/{page}?{query}").status_code in (200, 400), page


def test_a_review_comes_again_after_the_months_that_both_agreed_on(people, carry_out, mailbox):
    told = (people.lv_analyst, people.by_analyst, people.lv_approver, people.by_hq)
    for who in (*told, people.by_approver):
        english(who)
    with time_machine.travel(now() - timedelta(days=40), tick=False):
        version = sop_in_force(months=1)
    assert version.review_on == months_after(version.effective_on, 1)
    assert actions.advance_procedures() >= 1
    carry_out()
    for who in told:
        letter = mailbox.to(who)[-1]
        assert "SOP-T, version 1" in letter["Subject"]
        assert "/sops/SOP-T/" in letter.get_content()
    assert mailbox.to(people.lv_representative) == []
    version.refresh_from_db()
    version = actions.end_review(version, by=people.by_approver)
    assert version.review_on == months_after(utc_today(), 1)
    without = sop_in_force("SOP-U")
    without = actions.start_review(without, by=people.lv_analyst)
    with pytest.raises(Invalid):
        actions.end_review(without, by=people.lv_approver)
    assert months_after(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert months_after(date(2023, 11, 30), 15) == date(2025, 2, 28)


def test_a_purpose_is_said_where_somebody_wrote_one_so_older_contents_keep_their_hash():
    first = ProcedureVersion.objects.get(procedure__code="JI", number=1)
    assert digest_of(cleaned(first.content)) == first.sha256
    assert not any("purpose" in one for one in first.steps)
    said = content(step("one", purpose={"en": " "}), step("two", purpose=texts("Why")))
    assert ["purpose" in one for one in cleaned(said)["steps"]] == [False, True]


def test_files_of_sops_are_loaded_with_their_level_in_the_order_of_their_names(tmp_path):
    for name, level in (("1-second", "strategic"), ("2-first", "operational")):
        said = {"code": name.upper(), "kind": "sop", "level": level, "source": "The test.",
                "content": content(step("one", purpose=texts("Why")))}  # fmt: skip
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(said, allow_unicode=True))
    assert "SOPs: 2 added" in procedure_loader.load({"SOPs": tmp_path})
    assert "2 unchanged" in procedure_loader.load({"SOPs": tmp_path})
    found = Procedure.objects.filter(code__in=["1-SECOND", "2-FIRST"])
    assert [(row.code, row.level) for row in found] == [
        ("1-SECOND", "strategic"), ("2-FIRST", "operational"),
    ]  # fmt: skip
    for wrong in ({"level": "high"}, {"kind": "law"}, {"source": ""}):
        (tmp_path / "3.yaml").write_text(yaml.safe_dump({**said, "code": "THIRD", **wrong}))
        with pytest.raises(Malformed, match="cannot be used"):
            procedure_loader.load({"SOPs": tmp_path})
    half = content(step("one", purpose={"en": "Why"}))
    (tmp_path / "3.yaml").write_text(yaml.safe_dump({**said, "code": "THIRD", "content": half}))
    with pytest.raises(Malformed, match="purpose lacks be, lv, ru"):
        procedure_loader.load({"SOPs": tmp_path})
