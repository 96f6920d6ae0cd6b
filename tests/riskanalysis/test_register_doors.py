"""Pages and API of the risk register: two sides on one road, hostile input, what stays unseen."""

import re
import uuid
from datetime import timedelta

import pytest

from bordercoop.audit.models import Entry
from bordercoop.reference.models import utc_today
from riskanalysis import actions
from riskanalysis.models import (
    Assessment,
    EventAssessment,
    MatrixVersion,
    PublicEvent,
    Risk,
    SectionLevel,
    Treatment,
)
from riskanalysis.scale_forms import ScalesForm
from riskanalysis.scales import BANDS, SCALES
from tests.riskanalysis.risks_made import fresh, holding

pytestmark = pytest.mark.django_db
DUE = f"{utc_today() + timedelta(days=5):%d.%m.%Y}"
LEVELS = {
    "likelihood": "5", "magnitude": "5", "vulnerability": "5", "impact_humanitarian": "4",
    "probability": "likely", "confidence": "low", "why": "Seen & <b>written</b> down.",
    "language": "en",
}  # fmt: skip


@pytest.fixture
def english(people):
    for user in (people.lv_analyst, people.by_analyst, people.pol_officer, people.lv_approver,
                 people.by_approver):  # fmt: skip
        user.language = "en"
        user.save(update_fields=["language"])


def words(page):
    return page.content.decode()


def pages(risk, event, version):
    """Every address that is read, with the ids of these."""
    yield from ("/risk/register/", "/risk/treatments/?show=overdue", "/risk/matrix/",
                "/risk/scales/", "/risk/sections/", "/risk/sections/S06/", "/risk/events/",
                "/risk/register/?q=x&state=all&band=high", "/risk/register/export/")  # fmt: skip
    yield from (f"/risk/register/{risk.uid}/{part}" for part in ("", "history/"))
    yield from (f"/risk/events/{event.uid}/{part}" for part in ("", "now/"))
    yield f"/risk/scales/{version.uid}/"
    yield from (f"/risk/matrix/{form}/" for form in ("svg", "png", "csv"))


def test_both_sides_read_what_is_shared_and_strangers_nothing(
    made, people, english, signed_in, api
):
    risk, event = made.shared(), PublicEvent.objects.get()
    made.assess(risk)
    made.assess(risk, by=made.by, likelihood=1)
    made.plan(risk, given=True)
    readers = [signed_in(user) for user in (made.lv, made.by, people.pol_officer, people.lv_hq)]
    strange, program = signed_in(people.stranger), api(people.stranger)
    for address in pages(risk, event, holding()):
        for reader in readers:
            assert reader.get(address).status_code == 200, address
        assert strange.get(address).status_code == 404, address
    page = words(readers[1].get(f"/risk/register/{risk.uid}/"))
    assert page.index("As Belarus sees it") < page.index("As Latvia sees it")
    assert "More tracks than last month." in page
    for door in ("risks/", f"risks/{risk.uid}/", f"risks/{risk.uid}/assessments/", "risk-matrix/",
                 f"risks/{risk.uid}/treatments/", "risk-scales/", "section-levels/",
                 "section-levels/S01/", "public-events/", f"public-events/{event.uid}/",
                 f"public-events/{event.uid}/assessments/"):  # fmt: skip
        assert api(people.pol_officer).get(f"/api/v1/{door}").status_code == 200, door
        assert program.get(f"/api/v1/{door}").status_code == 404, door
    csv = b"".join(readers[0].get("/risk/register/export/?as=csv")).decode()
    assert "Crossings outside crossing points" in csv
    assert Entry.objects.filter(verb="data.exported", about="export:risks").count() == 1
    assert Entry.objects.filter(about="export:risk-matrix").count() == 12


def test_the_other_sides_draft_does_not_exist_by_any_door(made, people, signed_in, api):
    risk = made.risk(title={"en": "Zqx hidden"})
    made.assess(risk, why="Zqxwhy")
    treatment = made.plan(risk, what="Zqxplan", given=True)
    version = actions.draft_matrix(by=made.lv)
    event = PublicEvent.objects.get()
    draft = actions.write_event_assessment(
        event, readiness="full", content={"threats": "Zqxthreat"}, language="en", by=made.lv
    )
    reader, program = signed_in(made.by), api(made.by)
    hidden = [
        f"/risk/register/{risk.uid}/{part}" for part in ("", "change/", "assess/", "history/")
    ]
    hidden += [f"/risk/treatments/{treatment.uid}/", f"/risk/scales/{version.uid}/",
               f"/risk/scales/{version.uid}/edit/",
               f"/risk/events/{event.uid}/versions/{draft.uid}/"]  # fmt: skip
    for address in hidden:
        assert reader.get(address).status_code == 404, address
        assert reader.post(address, {"do": "share"}).status_code in (404, 405), address
    doors = [f"risks/{risk.uid}/{verb}" for verb in (
        "", "share/", "join/", "leave/", "state/", "assessments/", "treatments/")]  # fmt: skip
    doors += [f"risk-treatments/{treatment.uid}/{verb}" for verb in ("", "finish/", "drop/")]
    doors += [f"risk-scales/{version.uid}/{verb}" for verb in (
        "", "propose/", "approve/", "withdraw/")]  # fmt: skip
    doors += [f"public-events/{event.uid}/assessments/{draft.uid}/{verb}/"
              for verb in ("give", "discard")]  # fmt: skip
    body = {"title": {}, "language": "en", "unit": "BY-GPK", "state": "open", "evidence": "x",
            "reason": "x", "what": "x", "due": "2030-01-01", "why": "x", "impact": {"a": 1},
            "likelihood": 1, "magnitude": 1, "vulnerability": 1, "probability": "even",
            "confidence": "low", "content": {}, "revision": 1, "sha256": "0" * 64}  # fmt: skip
    for door in doors:
        assert program.post(f"/api/v1/{door}", body).status_code == 404, door
    for address in ("/risk/register/?state=all", "/risk/matrix/", "/risk/treatments/",
                    "/risk/sections/", "/risk/scales/", f"/risk/events/{event.uid}/", "/",
                    "/search/?q=hidden", "/risk/matrix/csv/",
                    "/risk/register/export/?as=csv"):  # fmt: skip
        answer = reader.get(address)
        said = b"".join(answer) if answer.streaming else answer.content
        assert b"Zqx" not in said, address
        assert b"LV-1" not in said, address
    ours, mine = signed_in(made.lv), f"/risk/events/{event.uid}/"
    assert b'value="discard"' in ours.get(mine).content
    deed = {"do": "discard", "assessment": str(draft.uid), "edition": "1"}
    for _twice in range(2):
        assert ours.post(mine, deed).status_code == 302
    assert signed_in(made.by).post(mine, deed).status_code == 404
    assert ours.get(f"{mine}versions/{draft.uid}/").status_code == 404
    assert api(made.lv).get(f"/api/v1/public-events/{event.uid}/assessments/").json() == []
    for door in ("risks/?state=all", "risk-matrix/", f"public-events/{event.uid}/assessments/"):
        assert "Zqx" not in words(program.get(f"/api/v1/{door}")), door
    assert str(version.uid) not in words(program.get("/api/v1/risk-scales/"))
    assert "Zqx hidden" in words(signed_in(people.lv_hq).get("/search/?q=hidden"))


def test_a_risk_goes_its_road_by_forms_and_loses_nothing_that_was_typed(
    made, people, english, signed_in, incident
):
    ours, theirs = signed_in(made.lv), signed_in(made.by)
    case = incident()
    typed = {"title_lv": "", "title_en": "Boats <i>", "text_en": "At night.", "language": "lv",
             "unit": "LV-SBG", "sections": ["S03"], "client_ref": str(uuid.uuid4())}  # fmt: skip
    page = ours.post("/risk/register/new/", typed)
    assert page.status_code == 400
    assert "Say in a few words what may happen." in words(page)
    assert "Boats &lt;i&gt;" in words(page)
    assert 'value="S03" checked' in words(page)
    for _twice in range(2):
        page = ours.post("/risk/register/new/", {**typed, "language": "en"})
    risk = Risk.objects.get()
    here = f"/risk/register/{risk.uid}/"
    assert (page.url, risk.code) == (here, "LV-1")
    page = ours.post(f"{here}assess/", {**LEVELS, "likelihood": "", "matrix": holding().uid})
    assert "Choose a level from 1 to 5." in words(page)
    assert "Seen &amp; &lt;b&gt;written" in words(page)
    page = ours.post(f"{here}assess/", {**LEVELS, "matrix": holding().uid, "cites": "XX-1"})
    assert "You read no incident with the number XX-1." in words(page)
    page = ours.post(f"{here}assess/", {**LEVELS, "matrix": uuid.uuid4(), "edition": 9})
    assert (page.status_code, Assessment.objects.count()) == (409, 0)
    typed_on = {**LEVELS, "matrix": page.context["form"]["matrix"].value(), "edition": 9}
    assert "Other scales hold by now." in words(page)
    page = ours.post(
        f"{here}assess/", {**LEVELS, "matrix": holding().uid, "cites": case.number.lower()}
    )
    assert page.url == here
    assert Assessment.objects.get().citations.get().incident == case
    page = words(ours.get(here))
    assert case.number in page
    seen = Assessment.objects.get().uid
    assert f'name="assessment" value="{seen}"' in page
    for stale, sentence in (
        ({"edition": 9, "assessment": seen}, "Somebody changed this risk"),
        ({"edition": 1}, "Somebody assessed this risk meanwhile."),
        ({"edition": "x"}, ""),
    ):
        page = ours.post(here, {"do": "share", **stale})
        assert page.status_code == (409 if sentence else 400)
        assert sentence in words(page)
    assert ours.post(here, {"do": "share", "edition": 1, "assessment": seen}).url == here
    # An assessment typed while the risk was the own side's does not cross unasked.
    page = ours.post(f"{here}assess/", {**typed_on, "edition": 1})
    assert (page.status_code, Assessment.objects.count()) == (409, 1)
    assert "Both sides read it at once." in words(page)
    assert "Seen &amp; &lt;b&gt;written" in words(page)
    assert page.context["form"]["edition"].value() == "2"
    page = words(theirs.get(here))
    assert case.number not in page
    assert theirs.post(f"{here}change/", typed).status_code == 403
    assert theirs.post(here, {"do": "share"}).status_code == 403
    assert theirs.post(f"{here}assess/", {**LEVELS, "matrix": holding().uid}).url == here
    assert theirs.post(here, {"do": "join", "unit": "BY-GPK"}).url == here
    assert fresh(risk).joint
    plan = {"do": "plan", "what": "Lamps", "due": DUE, "unit": "LV-SBG", "given": "both",
            "language": "en"}  # fmt: skip
    page = ours.post(here, {**plan, "due": "31.02.2027"})
    assert (page.status_code, "Lamps" in words(page)) == (400, True)
    assert ours.post(here, plan).url == here
    one = Treatment.objects.get()
    change = f"/risk/treatments/{one.uid}/"
    assert ours.post(change, {**plan, "what": "Lamps!", "edition": 1}).status_code == 302
    page = ours.post(change, {**plan, "what": "Mine", "edition": 1})
    assert (page.status_code, 'value="Mine"' in words(page)) == (409, True)
    assert 'name="edition" value="2"' in words(page)
    end = {"do": "finish", "treatment": one.uid, "edition": 2}
    assert "Write what shows that it is done." in words(ours.post(here, {**end, "evidence": ""}))
    assert theirs.post(here, {**end, "evidence": "x"}).status_code == 403
    assert ours.post(here, {**end, "evidence": "Photo"}).url == here
    page = ours.post(here, {"do": "move", "state": "closed", "edition": 3, "reason": ""})
    assert "Write why it is closed." in words(page)
    assert ours.post(here, {"do": "move", "state": "closed", "reason": "Lit."}).url == here
    history = words(theirs.get(f"{here}history/"))
    for said in ("Put to both sides", "Lit.", "Treatment done", "Boats &lt;i&gt;"):
        assert said in history
    assert "Written" not in history
    for bad in ("", "nothing", "\0"):
        assert ours.post(here, {"do": bad, "treatment": "x"}).status_code == 404


def test_scales_are_edited_put_to_both_and_approved_by_forms(made, people, english, signed_in):
    ours, approvers = signed_in(made.lv), [people.lv_approver, people.by_approver]
    assert signed_in(people.lv_hq).post("/risk/scales/").status_code == 403
    edit = ours.post("/risk/scales/").url
    version = MatrixVersion.objects.get(state="draft")
    first = ScalesForm(version=version, by=made.lv)
    typed = {name: first[name].value() or "" for name in first.fields}
    typed |= {"effective_on": f"{utc_today():%d.%m.%Y}", "likelihood.1.lv": "Tikpat kā nekad"}
    page = ours.post(edit, {**typed, "bands.medium.to": "4", "impact.2.be": ""})
    assert page.status_code == 400
    assert "Write it in all four languages." in words(page)
    assert "Tikpat kā nekad" in words(page)
    seven = ours.post(edit, {**typed, "resize": "1", "steps": "7", "impact.2.be": "Zqx"})
    shown = ScalesForm(version=version, by=made.lv, typed={**typed, "steps": "7"})
    for name in ("exposure.7.ru", "likelihood.6.lv"):
        assert f'name="{name}"' in words(seven)
    assert '<option value="7" selected>' in words(seven)
    assert "Zqx" in words(seven), "nothing typed is lost, and nothing is saved"
    assert fresh(version).revision == version.revision
    ends = [int(shown[f"bands.{code}.to"].value()) for code in BANDS]
    assert ends == [10, 20, 31, 49]
    assert "Write it in all four languages." in words(ours.post(edit, {**typed, "steps": "7"}))
    four = ScalesForm(version=version, by=made.lv, typed={**typed, "steps": "4"})
    fewer = {name: four[name].value() or "" for name in four.fields}
    assert ours.post(edit, fewer).status_code == 302
    assert [len(fresh(version).content[scale]) for scale in SCALES] == [4] * 5
    version = fresh(version)
    back = ScalesForm(version=version, by=made.lv, typed={**typed, "steps": "5"})
    typed |= {name: back[name].value() or "" for name in ("revision", *back.fields)
              if name.startswith(("bands.", "revision"))}  # fmt: skip
    typed |= {"revision": version.revision, "steps": "5", "bands.critical.to": "25"}
    added = {
        "domains.7.code": "nature",
        **{f"domains.7.{c}": "Nature" for c in ("en", "lv", "be", "ru")},
    }
    assert ours.post(edit, {**typed, **added}).status_code == 302
    page = ours.post(edit, {**typed, "note": "Mine"})
    assert (page.status_code, 'value="Mine"' in words(page)) == (409, True)
    assert "What somebody else saved meanwhile" in words(page)
    here = edit.replace("edit/", "")
    assert ours.post(here, {"do": "propose"}).url == here
    version = fresh(version)
    approval = {"do": "approve", "sha256": version.sha256, "revision": version.revision}
    assert ours.post(here, approval).status_code == 403
    for by in approvers:
        browser = signed_in(by)
        assert "Scales to approve" in words(browser.get("/"))
        assert browser.post(here, {**approval, "revision": "9" * 5_000}).status_code == 409
        assert browser.post(here, approval).url == here
    assert holding() == version
    assert holding().content["domains"][-1]["code"] == "nature"
    page = words(signed_in(people.pol_officer).get("/risk/scales/"))
    assert "Nature" in page
    assert "They are a proposal" not in page


def test_levels_and_events_go_their_road_by_forms(made, people, english, signed_in):
    ours, theirs = signed_in(made.lv), signed_in(made.by)
    page = ours.post("/risk/sections/S06/", {"level": "critical", "why": "Night", "language": "en"})
    assert (page.status_code, "Night" in words(page)) == (400, True)
    for browser, level in ((ours, "high"), (theirs, "low")):
        said = {"level": level, "why": "Night", "language": "en"}
        assert browser.post("/risk/sections/S06/", said).status_code == 302
    assert "The sides see it differently" in words(theirs.get("/risk/sections/S06/"))
    assert signed_in(people.pol_officer).post("/risk/sections/S06/", said).status_code == 403
    assert ours.get("/risk/sections/S99/").status_code == 404
    assert SectionLevel.objects.current().count() == 2
    event = PublicEvent.objects.get()
    here, form = f"/risk/events/{event.uid}/", f"/risk/events/{event.uid}/assess/"
    said = {"readiness": "high", "language": "en", "as_of": "10.01.2021", "threats": "Tickets"}
    for flows in ("21.05.2021 PAT-GRI Riga", "x PAT-GRI Riga 5", "99.99.2021 PAT-GRI Riga 5",
                  "21.05.2021 PAT-GRI Riga 12345678901"):  # fmt: skip
        page = ours.post(form, {**said, "flows": flows})
        assert page.status_code == 400
        assert "Line 1: write day" in words(page)
        assert flows in words(page)
    flows = "21.05.2021 pat-gri Minsk 70\n\n21.05.2021 PAT-GRI Riga 30"
    assert ours.post(form, {**said, "flows": flows}).url == here
    draft = EventAssessment.objects.get()
    assert ours.post(form, {**said, "flows": flows, "threats": "Other"}).status_code == 409
    give = {"do": "give", "assessment": draft.uid, "edition": "7"}
    assert ours.post(here, give).status_code == 409
    assert ours.post(here, {**give, "edition": "1"}).url == here
    page = words(theirs.get(here))
    assert "Minsk no longer holds the event, since" in page
    assert re.search(r'class="struck"><td class="nowrap">\d', page)
    assert "Your side's assessment counts on a city" in words(ours.get(here))
    host = event.hosts.get(name="Riga")
    page = theirs.post(here, {"do": "drop", "host": host.uid, "on": "1.3.2021", "note": ""})
    assert (page.status_code, "Write where that is said." in words(page)) == (400, True)


def test_the_api_refuses_in_words_and_repeats_what_was_done(made, people, english, api):
    ours, theirs = api(made.lv), api(made.by)
    body = {"unit": "LV-SBG", "title": {"en": "Boats"}, "language": "en"}
    key = {"HTTP_IDEMPOTENCY_KEY": "k1"}
    first, again = (ours.post("/api/v1/risks/", body, **key) for _ in range(2))
    assert (first.status_code, first.json()["uid"]) == (201, again.json()["uid"])
    here = f"/api/v1/risks/{first.json()['uid']}/"
    for more in ({"unit": "NOWHERE"}, {"title": {"en": "\0"}}, {"title": []}, {"language": "xx"},
                 {"sections": ["S77"]}, {"category": "x" * 41}, {"officer": str(uuid.uuid4())},
                 {"title": {"en": "x" * 10_000}}):  # fmt: skip
        answer = ours.post("/api/v1/risks/", {**body, **more})
        assert (answer.status_code, bool(answer.json()["detail"])) == (400, True), more
    assert theirs.post("/api/v1/risks/", body).status_code == 403
    for stale in ({"edition": 2}, {"edition": 1, "assessment": str(uuid.uuid4())}):
        assert ours.post(f"{here}share/", stale).status_code == 409
    said = {"edition": 1, "assessment": None}
    assert ours.post(f"{here}share/", said).json()["code"] == "R1"
    said = {"likelihood": 5, "magnitude": 5, "vulnerability": 5, "impact": {"humanitarian": 4},
            "why": "x", "language": "en", "probability": "even", "confidence": "low"}  # fmt: skip
    assert theirs.post(f"{here}assessments/", {**said, "edition": 1}).status_code == 409
    answer = theirs.post(f"{here}assessments/", {**said, "edition": 2, "matrix": 1}).json()
    assert (answer["score"], answer["band"], answer["matrix"]) == (20, "critical", 1)
    for more in ({"impact": {"humanitarian": 8}}, {"impact": {}}, {"likelihood": 2**70},
                 {"incidents": [str(uuid.uuid4())]}, {"probability": "sure"},
                 {"matrix": 9}):  # fmt: skip
        assert theirs.post(f"{here}assessments/", {**said, **more}).status_code == 400, more
    row = ours.get("/api/v1/risks/?band=critical").json()[0]
    assert [view["side"] for view in row["views"]] == ["BY"]
    cells = ours.get("/api/v1/risk-matrix/").json()["cells"]
    assert [c["risks"] for c in cells if c["risks"]] == [
        [{"code": "R1", "side": "", "last": False}]
    ]
    draft = ours.post("/api/v1/risk-scales/").json()
    scales = f"/api/v1/risk-scales/{draft['uid']}/"
    for content in (None, [], "x", {"rule": "x"}, {**draft["content"], "bands": [1]}):
        answer = ours.post(scales, {"content": content, "revision": 1})
        assert answer.status_code == 400, content
    level = {"section": "S01", "level": "low", "why": "x", "language": "be"}
    assert theirs.post("/api/v1/section-levels/", level).status_code == 201
    event = ours.get("/api/v1/public-events/").json()[0]
    many = {"day": "2021-05-21", "place": "PAT-GRI", "host": "Riga", "people": 2**40}
    answer = ours.post(
        f"/api/v1/public-events/{event['uid']}/assessments/",
        {"readiness": "full", "language": "en", "flows": [many]},
    )
    assert (answer.status_code, "flows" in answer.json()["fields"]) == (400, True)
