"""Line checks through the console, the pages, the API, the exports and the health page."""

from datetime import timedelta

import pytest
import time_machine
from django.utils.timezone import now

from bordercoop.live.models import Presence
from bordercoop.outbox.models import Message
from bordercoop.web.health import measure
from contactpoints import actions
from contactpoints.models import LineCheck

pytestmark = pytest.mark.django_db
PAIR = "/lines/DESK-DGP/DESK-POL/"


@pytest.fixture
def checks(settings, both_sides_on_duty, people):
    settings.LINE_CHECK_EVERY = 3600
    people.dgp_duty.language = people.pol_duty.language = "en"
    people.dgp_duty.save(update_fields=["language"])
    people.pol_duty.save(update_fields=["language"])
    # A minute after the full hour, so that no other period begins in a test.
    with time_machine.travel(now().replace(minute=1, second=0)):
        actions.check_lines()
        rows = LineCheck.objects.select_related("caller", "answerer")
        yield {(c.caller.code[5:], c.answerer.code[5:]): c for c in rows}


def later(**by):
    return time_machine.travel(now() + timedelta(**by), tick=False)


def test_the_console_shows_the_call_reports_it_drawn_and_answers_it(checks, people, signed_in):
    to_pol = checks["DGP", "POL"]
    pol, dgp = signed_in(people.pol_duty), signed_in(people.dgp_duty)
    for path in ("/console/", "/console/board/", "/console/line/"):
        page = pol.get(path).content.decode()
        assert f'data-line-drawn="{to_pol.uid} ' in page, path
        assert "data-card" not in page
    assert pol.post("/lines/drawn/", {"uid": [to_pol.uid, "nonsense"]}).status_code == 204
    # Another desk's page may report what it wants.
    assert dgp.post("/lines/drawn/", {"uid": checks["DGP", "POL"].uid}).status_code == 204
    to_pol.refresh_from_db()
    assert to_pol.screen_by == people.pol_duty
    assert dgp.post("/lines/heard/", {"uid": to_pol.uid}).status_code == 403
    assert signed_in(people.msq_duty).post("/lines/heard/", {"uid": to_pol.uid}).status_code == 404
    assert pol.post("/lines/heard/", {"uid": "\x00"}).status_code in (400, 404)
    said = pol.post("/lines/heard/", {"uid": to_pol.uid}, headers={"accept": "application/json"})
    assert said.json() == {"answered": [str(to_pol.uid)]}
    assert pol.post("/lines/heard/", {"uid": to_pol.uid}).status_code == 302
    page = dgp.get("/console/").content.decode()
    assert "answered after" in page
    assert "data-line-drawn" not in pol.get("/console/line/").content.decode()


def test_the_console_says_who_watches_and_how_mail_goes(checks, people, signed_in):
    Presence.objects.create(
        user=people.pol_duty, unit_code="DESK-POL", seen_at=now() - timedelta(seconds=12)
    )
    Message.objects.create(key="a", channel="mail", payload={}, done_at=now())
    Message.objects.create(key="b", channel="mail", payload={}, given_up_at=now(), attempts=6)
    page = " ".join(signed_in(people.dgp_duty).get("/console/").content.decode().split())
    assert "watching, <span data-ago=" in page
    assert "12 s ago" in page
    assert "Last mail that failed" in page
    assert "Last test alert" in page


def test_a_broken_line_says_what_to_do_and_whom_to_call(checks, people, signed_in):
    with later(minutes=30):
        actions.check_lines()
        page = signed_in(people.dgp_duty)
        console = page.get("/console/").content.decode()
        assert "The line does not answer" in console
        assert "+375 00 000 002" in console
        broken = page.get(f"/lines/breaks/{checks['DGP', 'POL'].broke.uid}/")
        assert "Telephone Polotsk" in broken.content.decode()
        assert "/contacts/call-sheet/" in broken.content.decode()
        other = signed_in(people.msq_duty)
        assert other.get(f"/lines/breaks/{checks['DGP', 'POL'].broke.uid}/").status_code == 404


def test_both_ends_read_the_same_log_and_others_none(checks, people, signed_in):
    actions.answer_check(checks["DGP", "POL"], by=people.pol_duty)
    for who in (people.dgp_duty, people.pol_duty, people.lv_hq, people.by_hq, people.lv_auditor):
        for path in (PAIR, "/lines/DESK-POL/DESK-DGP/?period=30d", "/lines/"):
            assert signed_in(who).get(path).status_code == 200, (who, path)
    assert "pol.duty" in signed_in(people.dgp_duty).get(PAIR).content.decode()
    assert signed_in(people.msq_duty).get(PAIR).status_code == 404
    assert signed_in(people.dgp_officer).get("/lines/").status_code == 403
    assert signed_in(people.dgp_duty).get("/lines/X/DESK-POL/").status_code == 404
    assert signed_in(people.dgp_duty).get(f"{PAIR}?period=%00").status_code in (200, 400)


def test_a_check_on_demand_by_the_page_and_by_the_api(checks, people, signed_in, api):
    people.lv_auditor
    dgp = signed_in(people.dgp_duty)
    assert dgp.post("/lines/DESK-DGP/DESK-POL/check/").status_code == 302
    asked = LineCheck.objects.get(period=None)
    actions.answer_check(asked, by=people.pol_duty)
    again = dgp.post("/lines/DESK-DGP/DESK-POL/check/")
    assert again.status_code == 429
    assert "a moment ago" in again.content.decode()
    # From the other side's desk only its own officers call.
    assert dgp.post("/lines/DESK-POL/DESK-DGP/check/").status_code == 403
    door = "/api/v1/line-checks/"
    body = {"caller": "DESK-POL", "answerer": "DESK-DGP"}
    assert api(people.dgp_duty).post(door, body).status_code == 403
    made = api(people.pol_duty).post(door, body)
    assert (made.status_code, made.json()["state"]) == (201, "waiting")
    assert api(people.pol_duty).post(door, {**body, "caller": "X"}).status_code == 400
    heard = api(people.dgp_duty).post(f"{door}{made.json()['uid']}/heard/").json()
    assert (heard["state"], heard["heard_by"]) == ("heard", str(people.dgp_duty))
    assert api(people.msq_duty).post(f"{door}{made.json()['uid']}/heard/").status_code == 404


def test_the_api_lists_lines_and_checks_within_reach(checks, people, api):
    lines = api(people.dgp_duty).get("/api/v1/lines/").json()
    assert {(one["caller"], one["answerer"]) for one in lines} == {
        ("DESK-DGP", "DESK-POL"),
        ("DESK-POL", "DESK-DGP"),
    }
    assert lines[0]["last"]["state"] == "waiting"
    rows = api(people.dgp_duty).get("/api/v1/line-checks/?desk=DESK-POL").json()["results"]
    assert len(rows) == 2
    assert api(people.dgp_duty).get("/api/v1/line-checks/?desk=X").json()["results"] == []
    assert api(people.dgp_duty).get("/api/v1/lines/?period=x").status_code == 400
    assert api(people.dgp_officer).get("/api/v1/lines/").status_code == 403


def test_the_log_is_taken_out_as_a_file(checks, people, signed_in, api):
    actions.answer_check(checks["DGP", "POL"], by=people.pol_duty)
    made = signed_in(people.dgp_duty).get(f"{PAIR}export/?as=csv")
    text = b"".join(made.streaming_content).decode("utf-8-sig")
    assert people.pol_duty.name_latin in text
    assert signed_in(people.dgp_duty).get(f"{PAIR}export/").status_code == 200
    door = "/api/v1/line-checks/export/?as=csv&one=DESK-DGP&other=DESK-POL"
    assert api(people.pol_duty).get(door).status_code == 200
    here, nowhere = (api(people.msq_duty).get(d) for d in (door, f"{door}X"))
    assert here.status_code == nowhere.status_code == 400
    assert here.json() == nowhere.json()


def test_the_health_page_tells_the_last_check_and_the_broken_lines(checks):
    with later(minutes=30):
        actions.check_lines()
        facts = measure()
        assert facts["last_line_check_s"] == pytest.approx(1800, abs=5)
        assert "DESK-DGP>DESK-POL" in facts["broken_lines"]
        assert "last_line_check_s" not in facts["problems"]
    with later(hours=3):
        assert "last_line_check_s" in measure()["problems"]


def test_the_operator_reads_it_in_words(checks, people, signed_in):
    people.lv_admin.language = "en"
    people.lv_admin.save(update_fields=["language"])
    page = signed_in(people.lv_admin).get("/operations/").content.decode()
    assert "lines were checked" in page.replace("&#x27;", "'")
