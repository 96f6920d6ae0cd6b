"""Pages of risk reports: written, sent, read on the other side; what stays unseen."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from bordercoop.reference.models import utc_today
from contactpoints.models import Delivery
from riskanalysis import actions
from riskanalysis.models import ReportText, RiskReport
from tests.riskanalysis.reports_made import Reports, fresh

pytestmark = pytest.mark.django_db
CROSSINGS = ["PAT-GRI", "SIL-URB"]
SCRIPT = {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"}


@pytest.fixture
def reports(people, unit, officer):
    made = Reports(people, unit, officer)
    for user in (made.lv, made.by, made.lud, *made.approvers.values()):
        user.language = "en"
        user.save(update_fields=["language"])
    return made


def words(page):
    return re.sub(r"\s+", " ", page.content.decode())


def at(report, page=""):
    return f"/risk/reports/{report.uid}/{page}"


def in_words(day):
    return f"{day:%d.%m.%Y}"


def test_a_report_is_written_reviewed_approved_and_sent_on_pages(
    reports, people, unit, incident, released, signed_in, both_sides_on_duty
):
    (given, *_alert), kept = (
        released(headline="Given to Polotsk"),
        incident(headline="Kept at home"),
    )
    lud, lv, approver = (signed_in(u) for u in (reports.lud, reports.lv, reports.approvers["LV"]))
    typed = {
        "level": "operational", "title": "Crossings next week", "tasking": "How many?",
        "starts_on": in_words(utc_today() - timedelta(days=14)), "ends_on": in_words(utc_today()),
        "sections": ["S02"], "places": CROSSINGS, "unit": "LV-DGP", "language": "en",
        "handling": "H1", "tlp": "AMBER",
        "deadline_date": in_words(utc_today() + timedelta(days=4)),
        "deadline_time": "12:00", "deadline_zone": "Europe/Riga",
    }  # fmt: skip
    refused = lv.post("/risk/reports/new/", {**typed, "title": "", "ends_on": "01.01.2020"})
    assert refused.status_code == 400
    assert "How many?" in words(refused)
    assert lv.post("/risk/reports/new/", typed).status_code == 302
    report = RiskReport.objects.get()
    assert (report.state, report.sections, report.tasking) == ("tasked", ["S02"], "How many?")
    assert report.places == CROSSINGS
    page = words(lud.get(at(report)))
    assert all(f'name="places" value="{code}" checked' in page for code in CROSSINGS)
    assert "Waits to be begun" in words(lud.get("/risk/reports/"))
    assert "1 risk report is to be written." in words(lud.get("/"))
    changed = {"do": "change", "title": "", "starts_on": "1.1.2020", "ends_on": "2.1.2020",
               "language": "en", "tlp": "GREEN", "handling": "H1", "edition": "1"}  # fmt: skip
    assert lud.post(at(report), changed).status_code == 400
    changed |= {**typed, "do": "change", "edition": "1", "title": "Crossings next week"}
    assert lud.post(at(report), {**changed, "places": ["NOWHERE"]}).status_code == 400
    assert lud.post(at(report), {**changed, "places": CROSSINGS[:1]}).status_code == 302
    assert fresh(report).places == CROSSINGS[:1]
    assert lud.post(at(report), {"do": "begin"}).status_code == 302

    # Without a script: kept with its errors, done, left out with a reason.
    part = at(report, "parts/1/")
    page = words(lud.get(part))
    assert "What the procedure says" in page
    assert "SOP-OPERATIONAL" in page
    empty = lud.post(part, {"do": "done", "text": "", "edition": "0"})
    assert empty.status_code == 400
    assert "Nothing is written here yet" in words(empty)
    assert lud.post(part, {"do": "done", "text": "Section 2.", "edition": "0"}).status_code == 302
    assert lud.post(at(report, "parts/2/"), {"do": "skip", "reason": ""}).status_code == 400
    skipped = lud.post(at(report, "parts/2/"), {"do": "skip", "reason": "Known <b>already</b>."})
    assert skipped.status_code == 302
    assert "Known &lt;b&gt;already&lt;/b&gt;." in words(lv.get(at(report, "parts/2/")))
    assert lud.post(at(report), {"do": "draft"}).status_code == 302

    evidence = at(report, "evidence/")
    found = lud.get(f"{evidence}?kind=incident&q={kept.number}")
    assert [row.ref for row in found.context["found"]] == [kept.number]
    assert "Type" in words(lud.get(f"{evidence}?kind=incident&from=yesterday"))
    for case in (given, kept):
        assert lud.post(evidence, {"cite": f"incident:{case.uid}"}).status_code == 302
    assert lud.post(evidence, {"cite": f"incident:{reports.lud.uid}"}).status_code == 404
    page = words(lud.get(evidence))
    assert "The other side cannot read 1 of these sources." in page
    assert "An incident of Latvia, number withheld." in page

    judged = at(report, "judgements/")
    said = {"do": "judge", "text": "Two more groups [1].", "probability": "likely", "cites": ["9"]}
    assert lud.post(judged, said).status_code == 400
    said |= {"cites": ["1", "2"], "confidence": "low"}
    assert lud.post(judged, said).status_code == 302
    assert "Likely (55–80 %)" in words(lud.get(judged))
    advice = {"do": "advise", "text": "Move a patrol.", "unit": "LV-DGP",
              "due": in_words(utc_today() + timedelta(days=8))}  # fmt: skip
    assert lud.post(judged, {**advice, "due": "soon"}).status_code == 400
    assert lud.post(judged, advice).status_code == 302
    assert "Step 3 is open" in words(lud.get(at(report)))
    for number in (3, 4, 5):
        lud.post(at(report, f"parts/{number}/"), {"do": "done", "text": f"Text {number} [2].",
                                                  "edition": "0"})  # fmt: skip
    asked = lud.post(at(report), {"do": "ask", "reviewer": str(reports.lud.uid)})
    assert asked.status_code == 400
    assert lud.post(at(report), {"do": "ask", "reviewer": str(reports.lv.uid)}).status_code == 302

    assert "1 risk report waits for your review." in words(lv.get("/"))
    review = at(report, "review/")
    assert lv.post(review, {"do": "comment", "part": "3", "text": ""}).status_code == 400
    assert lv.post(review, {"do": "comment", "part": "3", "text": "Why?"}).status_code == 302
    early = lv.post(review, {"do": "pass", "words": "Well read"})
    assert early.status_code == 409
    assert "Well read" in words(early)
    comment = report.comments.get()
    lud.post(review, {"do": "resolve", "comment": str(comment.uid), "resolution": "Said."})
    # What is reviewed opens by intention alone, and a script never changes it.
    text = {"do": "save", "text": "Later.", "edition": "1"}
    assert lud.post(at(report, "parts/3/"), text, **SCRIPT).status_code == 403
    assert "data-part" not in words(lud.get(at(report, "parts/3/?change=1")))
    assert lv.post(review, {"do": "pass"}).status_code == 302

    approve = at(report, "approve/")
    page = approver.get(approve)
    stale = approver.post(approve, {"sha256": "0" * 64})
    assert stale.status_code == 409
    assert "something else by now" in words(stale)
    assert "1 risk report waits for the approval of your side." in words(approver.get("/"))
    assert approver.post(approve, {"sha256": page.context["digest"]}).status_code == 302
    assert fresh(report).state == "approved"
    assert lud.post(at(report, "send/"), {"urgency": "information"}).status_code == 400
    preview = words(lud.get(at(report, "?as=other")))
    assert kept.number not in preview
    assert given.number in preview
    sent = {"urgency": "information", "desks": ["DESK-POL"], "own": ["LV-SBG"]}
    assert lud.post(at(report, "send/"), sent).status_code == 302

    # The other side reads its copy: the receipt is the opening, the answer goes through the alert.
    duty = people.pol_duty
    duty.language = "en"
    duty.save(update_fields=["language"])
    there = signed_in(duty)
    page = words(there.get(at(report)))
    assert given.number in page
    assert kept.number not in page
    assert "Kept at home" not in page
    assert "An incident of Latvia, number withheld." in page
    assert "to acknowledge" in page
    assert Delivery.objects.about(report.ref).get().opened_at
    assert "Crossings next week" in words(there.get("/risk/reports/?show=other"))
    for hidden in ("evidence/", "judgements/", "review/", "approve/", "send/", "history/",
                   "parts/1/"):  # fmt: skip
        assert there.get(at(report, hidden)).status_code == 404, hidden
    for form in ("svg", "csv"):
        file = there.get(at(report, f"charts/map/?as={form}"))
        body = b"".join(file.streaming_content) if file.streaming else file.content
        assert file.status_code == 200
        assert kept.number.encode() not in body

    head = reports.officer("dgp.head2", "LV-DGP", "unit_head")
    owner = signed_in(head)
    assert "1 recommendation of a risk report waits for your unit." in words(owner.get("/"))
    answer = {"number": "1", "do": "done", "answer": ""}
    assert owner.post(at(report), answer).status_code == 400
    assert owner.post(at(report), {**answer, "answer": "Moved."}).status_code == 302
    assert "Moved." in words(lud.get(at(report)))
    assert lud.post(at(report), {"do": "withdraw", "reason": "Wrong section"}).status_code == 302
    gone = words(there.get(at(report)))
    assert "Wrong section" in gone
    assert "Two more groups" not in gone
    assert there.get(at(report, "paper.pdf")).status_code == 404


def test_no_text_is_lost_when_two_write_one_part(reports, signed_in):
    report = reports.begun()
    first, second = signed_in(reports.lud), signed_in(reports.lv)
    url = at(report, "parts/1/")
    kept = first.post(url, {"do": "save", "text": "Mine.", "edition": "0"}, **SCRIPT)
    assert kept.status_code == 200
    assert kept.json()["edition"] == 1
    assert kept.json()["at"]
    again = first.post(url, {"do": "save", "text": "Mine.", "edition": "0"}, **SCRIPT)
    assert again.json()["edition"] == 1
    clash = second.post(url, {"do": "save", "text": "Theirs.", "edition": "0"}, **SCRIPT)
    said = clash.json()
    assert clash.status_code == 409
    assert said["stands"]["text"] == "Mine."
    assert reports.lud.display_name in said["stands"]["who"]
    assert said["detail"]
    # Without a script both texts stand on the page, and saving again is meant.
    page = second.post(url, {"do": "save", "text": "Theirs & more.", "edition": "0"})
    assert page.status_code == 409
    assert "Theirs &amp; more." in words(page)
    assert "Mine." in words(page)
    assert page.context["form"]["edition"].value() == "1"
    refused = ReportText.objects.filter(refused=True).values_list("text", flat=True)
    assert sorted(refused) == ["Theirs & more.", "Theirs."]
    assert second.post(url, {"do": "save", "text": "Both.", "edition": "1"}).status_code == 302
    long = first.post(url, {"do": "save", "text": "x" * 20_001, "edition": "2"}, **SCRIPT)
    assert long.status_code == 400
    assert long.json()["detail"]
    assert "came too late" in words(first.get(url))
    assert report.parts.get(number=1).text == "Both."


def test_a_draft_is_its_sides_own_until_the_other_one_joins(reports, people, unit, signed_in):
    report = reports.begun()
    there, stranger = signed_in(reports.by), signed_in(people.stranger)
    officer = signed_in(people.dgp_officer)
    pages = ("", "parts/1/", "evidence/", "judgements/", "review/", "history/", "paper.pdf")
    for page in pages:
        assert there.get(at(report, page)).status_code == 404, page
        assert officer.get(at(report, page)).status_code == 404, page
        assert stranger.get(at(report, page)).status_code == 404, page
    assert stranger.get("/risk/reports/").status_code == 404
    assert officer.get("/risk/reports/new/").status_code == 403
    signed_in(reports.lud).post(at(report), {"do": "invite"})
    page = words(there.get(at(report)))
    assert "Your side is asked to take part" in words(there.get("/risk/reports/"))
    assert "What is to be expected?" in page
    assert "We take part" in page
    assert there.get(at(report, "parts/1/")).status_code == 404
    assert there.post(at(report), {"do": "join", "unit": "BY-POL"}).status_code == 302
    report = fresh(report)
    lud = signed_in(reports.lud)
    assert lud.post(at(report, "parts/2/"), {"do": "give"}).status_code == 404
    for _twice in range(2):
        given = lud.post(at(report, "parts/2/"), {"do": "give", "side": "BY"})
        assert given.status_code == 302
    assert report.parts.get(number=2).side == "BY"
    assert 'name="side" value="LV"' in words(lud.get(at(report, "parts/2/")))
    assert lud.post(at(report, "parts/2/"), {"do": "give", "side": "XX"}).status_code == 404
    assert "The other side owns this step." in words(there.get(at(report, "parts/1/")))
    text = {"do": "save", "text": "Наш тэкст.", "edition": "0"}
    closed = there.post(at(report, "parts/1/"), text)
    assert closed.status_code == 403
    assert "The other side owns this step." in words(closed)
    assert re.search(r"<textarea[^>]* readonly[^>]*>\s*Наш тэкст.</textarea>", words(closed))
    assert "data-kept-part" in words(closed)
    assert "js/report" in words(closed)
    assert there.post(at(report, "parts/1/"), text, **SCRIPT).status_code == 403
    assert there.post(at(report, "parts/2/"), text).status_code == 302
    assert "Наш тэкст." in words(signed_in(reports.lud).get(at(report, "parts/2/")))
    ready = reports.ready(title="To be reviewed")
    actions.ask_review(ready, reviewer=reports.lv, by=reports.lud)
    reader = signed_in(reports.lv)
    with CaptureQueriesContext(connection) as one:
        assert "Waits for your review" in words(reader.get("/risk/reports/"))
    for _more in range(2):
        actions.ask_review(reports.ready(), reviewer=reports.lv, by=reports.lud)
    with CaptureQueriesContext(connection) as three:
        reader.get("/risk/reports/")
    assert len(three) == len(one)
    RiskReport.objects.filter(pk=report.pk).update(deadline=now() - timedelta(days=3))
    late = words(there.get("/risk/reports/?due=overdue&level=operational"))
    assert "3 days overdue" in late
    assert "No report is as you asked." in words(there.get("/risk/reports/?section=S09"))
