"""Pages of risk reports that refuse, or are sent twice: nothing typed is lost, once is once."""

import re
from datetime import timedelta

import pytest

from bordercoop.reference.models import utc_today
from riskanalysis import actions
from riskanalysis.models import ReportJudgement, RiskReport
from tests.riskanalysis.reports_made import Reports, fresh

pytestmark = pytest.mark.django_db


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


def test_what_was_saved_meanwhile_is_written_over_by_saving_again(reports, signed_in, unit):
    report = reports.begun()
    lud = signed_in(reports.lud)
    row = reports.judged(report)
    said = {"text": "Two.", "probability": "likely", "confidence": "moderate", "no_cites": "None."}
    actions.change_judgement(report, 1, by=reports.lud, edition=1, **said)
    judged, mine = at(report, "judgements/?judgement=1"), {**said, "do": "judge", "text": "Mine."}
    stale = lud.post(judged, {**mine, "edition": "1"})
    assert stale.status_code == 409
    edition = stale.context["form"]["edition"].value()
    assert edition == "2"
    assert lud.post(judged, {**mine, "edition": edition}).status_code == 302
    assert ReportJudgement.objects.get(pk=row.pk).text == "Mine."

    due = utc_today() + timedelta(days=8)
    actions.write_recommendation(report, text="Move.", unit=unit("LV-DGP"), due=due, by=reports.lud)
    advice = {"do": "advise", "text": "Move two.", "unit": "LV-DGP", "due": f"{due:%d.%m.%Y}"}
    advised = at(report, "judgements/?recommendation=1")
    stale = lud.post(advised, {**advice, "edition": "9"})
    assert (stale.status_code, stale.context["advice_form"]["edition"].value()) == (409, "1")

    was = fresh(report).edition
    scope = {"do": "change", "title": "New", "starts_on": f"{utc_today():%d.%m.%Y}",
             "ends_on": f"{utc_today():%d.%m.%Y}", "language": "en", "tlp": "GREEN",
             "handling": "H1"}  # fmt: skip
    stale = lud.post(at(report), {**scope, "edition": str(was + 5)})
    assert (stale.status_code, stale.context["scope_form"]["edition"].value()) == (409, str(was))
    assert lud.post(at(report), {**scope, "edition": str(was)}).status_code == 302

    # What was saved and then not finished is no other officer's text.
    part = at(report, "parts/1/")
    assert lud.post(part, {"do": "save", "text": "One.", "edition": "0"}).status_code == 302
    empty = lud.post(part, {"do": "done", "text": "", "edition": "1"})
    assert (empty.status_code, empty.context["form"]["edition"].value()) == (400, "2")
    assert lud.post(part, {"do": "done", "text": "Two.", "edition": "2"}).status_code == 302

    # Taken out: the second click is the first one, and what is typed then comes back.
    for number in (f"judgement={row.number}", "recommendation=1"):
        drop = {"do": f"drop_{number.split('=')[0]}"}
        for _twice in range(2):
            assert lud.post(at(report, f"judgements/?{number}"), drop).status_code == 302
    assert lud.post(at(report, "judgements/?judgement=7"), mine).status_code == 404
    assert lud.post(at(report, "judgements/?judgement=7"), drop).status_code == 404
    for url, typed in ((judged, mine), (advised, advice)):
        gone = lud.post(url, typed)
        assert gone.status_code == 409
        assert "Somebody took this out meanwhile." in words(gone)
        assert typed["text"] in words(gone)
    assert report.judgements.count() == report.recommendations.count() == 1


def test_a_comment_on_the_whole_is_begun_and_kept(reports, signed_in):
    report = reports.begun()
    review, lud = at(report, "review/"), signed_in(reports.lud)
    assert 'id="whole"' in words(lud.get(review))
    said = {"do": "comment", "whole": "", "text": "x" * 2001}
    long = lud.post(review, said)
    assert long.status_code == 400
    assert long.context["pieces"][0]["typed"] == said["text"]
    assert said["text"] in words(long)
    assert 'maxlength="2000"' in words(long)
    done = lud.post(review, {**said, "text": "All of it."})
    assert done.url.endswith("review/#whole")
    assert "All of it." in words(lud.get(review))


def test_what_is_refused_on_the_page_that_is_read_says_why(
    reports, people, officer, unit, signed_in, both_sides_on_duty
):
    report = reports.ready()
    due = utc_today() + timedelta(days=8)
    actions.write_recommendation(report, text="Move.", unit=unit("LV-DGP"), due=due, by=reports.lud)
    report = reports.approve(reports.passed(fresh(report)))
    lud = signed_in(reports.lud)
    sent = {"urgency": "information", "desks": ["DESK-POL"], "own": ["LV-SBG"]}
    for _twice in range(2):
        assert lud.post(at(report, "send/"), sent).status_code == 302
    assert report.told.filter(unit__code="DESK-POL").count() == 1
    offered = lud.get(at(report, "send/")).context["form"].fields["desks"].choices
    assert "DESK-POL" not in dict(offered)

    head = signed_in(reports.officer("dgp.head2", "LV-DGP", "unit_head"))
    done = {"number": "1", "do": "done", "answer": "Moved."}
    assert head.post(at(report), done).status_code == 302
    late = head.post(at(report), {**done, "do": "declined", "answer": "No patrol."})
    assert late.status_code == 409
    assert "No patrol." in words(late)
    assert 'id="errors"' in words(late)
    blank = lud.post(at(report), {"do": "withdraw", "reason": ""})
    assert blank.status_code == 400
    assert 'id="errors"' in words(blank)


def test_to_decline_twice_is_once(reports, people, signed_in):
    report = reports.begun()
    there = signed_in(reports.by)
    assert there.post(at(report), {"do": "decline"}).status_code == 404
    actions.invite_side(report, by=reports.lud)
    for _twice in range(2):
        assert there.post(at(report), {"do": "decline"}).url == "/risk/reports/"
    assert signed_in(people.stranger).post(at(report), {"do": "decline"}).status_code == 404
    assert RiskReport.objects.get().steps.filter(deed="declined").count() == 1


def test_what_was_typed_before_the_report_went_on_is_shown_again(
    reports, people, unit, signed_in, both_sides_on_duty
):
    report = reports.ready()
    due = utc_today() + timedelta(days=8)
    actions.write_recommendation(report, text="Move.", unit=unit("LV-DGP"), due=due, by=reports.lud)
    actions.ask_review(fresh(report), reviewer=reports.lv, by=reports.lud)
    lud = signed_in(reports.lud)
    # Why nothing is changed now is said, and what was being typed then comes back.
    for page in ("evidence/", "judgements/"):
        assert "gives it back first" in words(lud.get(at(report, page))), page
    late = lud.post(at(report, "judgements/"), {"do": "judge", "text": "They come by boat."})
    assert late.status_code == 409
    assert "They come by boat." in words(late)
    assert "gives it back first" in words(late)
    advice = {"do": "advise", "text": "Watch the lake.", "unit": "LV-DGP", "due": "1.1.2030"}
    assert "Watch the lake." in words(lud.post(at(report, "judgements/"), advice))
    other = reports.approved()
    cited = lud.post(at(report, "evidence/"), {"cite": f"report:{other.uid}"})
    assert cited.status_code == 409
    assert "gives it back first" in words(cited)
    report = fresh(report)
    assert (report.state, report.citations.count(), report.judgements.count()) == (
        "peer_review", 0, 1,
    )  # fmt: skip

    actions.pass_review(report, by=reports.lv)
    report = reports.approve(fresh(report))
    refused = lud.post(at(report), {"do": "cancel", "reason": "No longer asked for."})
    assert refused.status_code == 409
    assert "No longer asked for." in words(refused)
    assert "It was not saved." in words(refused)

    actions.disseminate_report(report, units=[unit("DESK-POL")], by=reports.lud)
    assert "What went out stays as it is." in words(lud.get(at(report, "judgements/")))
    head = signed_in(reports.officer("dgp.head2", "LV-DGP", "unit_head"))
    actions.withdraw_report(fresh(report), reason="Counted twice", by=reports.lud)
    answer = {"number": "1", "do": "done", "answer": "A patrol was moved."}
    refused = head.post(at(report), answer)
    assert refused.status_code == 409
    assert "A patrol was moved." in words(refused)
    assert "This report is at" in words(refused)
    # Somebody of the other side who typed anything there reads it again as well.
    gone = signed_in(people.pol_duty).post(at(report), {"do": "cancel", "reason": "Typed there."})
    assert gone.status_code in (403, 404)
