"""The channel of serious incidents: one who reports, one who handles, and nobody else."""

import re
import uuid

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from bordercoop.api.models import IdempotencyKey
from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.outbox.models import Message
from contactpoints.models import Role
from incidents import actions, serious
from incidents.models import Incident, SeriousEntry, SeriousReport, SeriousState
from tests.incidents.doors import refused_by_database, sent, sql, typed

pytestmark = pytest.mark.django_db

SAID = {
    "kind": "SIR-RIGHTS",
    "subject": "Zqsubject",
    "text": "Zqtext of what happened",
    "circumstances": "Zqwhere",
}
CODE = re.compile(r"[A-Z2-9]{5}(?:-[A-Z2-9]{5}){3}")
STEPS = [
    ("assess", {"text": "Zqassessment"}, "assessed"),
    ("launch", {}, "launched"),
    ("assign", {"handler": "lv.handler"}, "handler_assigned"),
    ("take_up", {}, "in_handling"),
    ("finish", {"text": "Zqfinal"}, "final_report"),
    ("close", {"ground": "answered"}, "administratively_closed"),
]


@pytest.fixture
def reported(people):
    people.lv_handler, people.by_handler

    def make(by=None, **changes):
        return actions.report_serious(**{**SAID, **changes}, by=by or people.dgp_officer)

    return make


def typed_serious(**changes):
    return {**SAID, "name": "named", "client_ref": str(uuid.uuid4()), **changes}


# --- reporting


def test_a_report_goes_to_the_first_handler_of_the_side(reported, people, officer):
    officer("lv.handler2", "LV-SBG", Role.SERIOUS_HANDLER)
    report = reported()
    assert (report.handler, report.reporter, report.side) == (
        people.lv_handler, people.dgp_officer, "LV",
    )  # fmt: skip
    assert reported(handler="lv.handler2").handler.username == "lv.handler2"
    assert (report.due_at - report.reported_at).days == 30


@pytest.mark.parametrize("who", ["dgp_officer", "pol_leader", "lv_admin", "by_auditor", "msq_duty"])
def test_any_officer_of_the_two_services_reports_by_page_and_by_api(
    who, people, signed_in, api, reported
):
    by = getattr(people, who)
    browser = signed_in(by)
    answer = browser.post("/serious/new/", typed_serious())
    report = SeriousReport.objects.get()
    assert answer["Location"].startswith(f"/serious/{report.uid}/")
    assert "Zqtext" in browser.get(f"/serious/{report.uid}/").content.decode()
    told = api(by).post("/api/v1/serious/", SAID)
    assert (told.status_code, told.json()["code"], told.json()["handling"]) == (201, "", False)


def test_to_a_guest_the_channel_does_not_exist(reported, people, signed_in, api):
    for address in ("", "new/", "handling/", f"{reported().uid}/"):
        assert signed_in(people.stranger).get(f"/serious/{address}").status_code == 404
    assert api(people.stranger).post("/api/v1/serious/", SAID).status_code == 404
    with pytest.raises(NotAllowed):
        actions.report_serious(**SAID, by=people.stranger)


def test_without_a_handler_nothing_is_sent_and_nothing_typed_is_lost(people, signed_in):
    answer = signed_in(people.dgp_officer).post("/serious/new/", typed_serious())
    assert answer.status_code == 409
    assert "Zqtext of what happened" in answer.content.decode()
    assert not SeriousReport.objects.exists()


def test_a_handler_does_not_handle_the_own_report(reported, people, officer):
    with pytest.raises(Refused, match="Nobody on your side"):
        reported(by=people.lv_handler)
    officer("lv.handler2", "LV-SBG", Role.SERIOUS_HANDLER)
    report = reported(by=people.lv_handler)
    assert report.handler.username == "lv.handler2"
    with refused_by_database("nobody_handles_the_own_report"):
        sql("UPDATE incidents_seriousreport SET handler_id = reporter_id")


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "UBC-LND"},
        {"subject": " "},
        {"text": ""},
        {"text": "x" * 20_001},
        {"subject": "a\x00b"},
        {"text": "NATO SECRET"},
        {"handler": "by.handler"},
        {"anonymous": True, "mail_wanted": True},
    ],
)
def test_bad_input_is_a_sentence_at_its_field(changes, reported, people, signed_in, api):
    with pytest.raises(Invalid) as refusal:
        reported(**changes)
    assert set(changes) & set(refusal.value.fields)
    assert api(people.dgp_officer).post("/api/v1/serious/", {**SAID, **changes}).status_code == 400
    page = dict(changes)
    if page.pop("anonymous", False):
        page["name"] = "anonymous"
    answer = signed_in(people.dgp_officer).post("/serious/new/", typed_serious(**page))
    assert answer.status_code == 400
    assert not SeriousReport.objects.exists()


def test_the_same_form_twice_is_one_report(reported, people):
    ref = uuid.uuid4()
    assert reported(client_ref=ref) == reported(client_ref=ref)
    with pytest.raises(Refused) as refusal:
        reported(client_ref=ref, text="Another")
    assert refusal.value.code == "sent_before"
    assert SeriousReport.objects.count() == 1


# --- without a name


def test_without_a_name_nothing_of_the_officer_is_kept(people, signed_in, reported):
    people.lv_handler
    browser = signed_in(people.dgp_officer)
    ref = str(uuid.uuid4())
    answer = browser.post("/serious/new/", typed_serious(name="anonymous", client_ref=ref))
    code = CODE.search(answer.content.decode())[0]
    report = SeriousReport.objects.get()
    assert (report.reporter, report.client_ref) == (None, None)
    assert report.reported_at.strftime("%H:%M:%S.%f") == "00:00:00.000000"
    assert code not in str(vars(report))
    assert code.replace("-", "") not in str(vars(report))
    again = browser.post("/serious/new/", typed_serious(name="anonymous", client_ref=ref))
    assert CODE.search(again.content.decode())[0] == code
    assert SeriousReport.objects.count() == 1
    # Back by the code, on any account of the side; written once however often it is sent.
    line = {"code": code.lower().replace("-", " "), "text": "Zqanswer", "client_ref": ref}
    for _ in range(2):
        page = browser.post("/serious/return/", line).content.decode()
        assert "Zqanswer" in page
        assert "Zqtext" in page
    entry = SeriousEntry.objects.get()
    assert (entry.by, entry.from_reporter) == (None, True)
    assert entry.at.hour == entry.at.minute == entry.at.microsecond == 0
    assert not Entry.objects.filter(actor=people.dgp_officer).exists()
    kept = [e for e in Entry.objects.all() if e.verb == "channel.kept"]
    assert {(e.actor, e.request_id) for e in kept} == {(None, "")}
    assert {m.request_id for m in Message.objects.filter(channel="waiting")} == {""}
    assert str(report.uid) not in browser.get("/serious/").content.decode()


def test_a_wrong_code_and_one_of_the_other_side_open_nothing(reported, people, signed_in, api):
    code = reported(anonymous=True).code
    for user, tried in (
        (people.dgp_officer, "AAAAA-AAAAA-AAAAA-AAAAA"),
        (people.pol_officer, code),
    ):
        answer = signed_in(user).post("/serious/return/", {"code": tried})
        assert answer.status_code == 400
        assert "Zqtext" not in answer.content.decode()
        assert api(user).post("/api/v1/serious/return/", {"code": tried}).status_code == 400
    told = api(people.rix_officer).post("/api/v1/serious/return/", {"code": code, "text": "Zqmore"})
    assert [line["text"] for line in told.json()["entries"]] == ["Zqmore"]


def test_no_answer_is_kept_for_an_idempotency_key_and_client_ref_makes_a_repeat_harmless(
    reported, people, api
):
    program = api(people.dgp_officer)
    people.lv_handler
    said = {**SAID, "anonymous": True, "client_ref": str(uuid.uuid4())}
    first, again = (
        program.post("/api/v1/serious/", said, HTTP_IDEMPOTENCY_KEY="a-key") for _ in range(2)
    )
    assert first.json()["code"] == again.json()["code"] != ""
    assert SeriousReport.objects.count() == 1
    assert not IdempotencyKey.objects.exists()


# --- handling


@pytest.mark.parametrize("door", ["html", "api"])
def test_a_handler_takes_it_from_the_report_to_the_closing(door, reported, people, signed_in, api):
    report = reported()
    browser, program = signed_in(people.lv_handler), api(people.lv_handler)
    for step, said, state in STEPS:
        if door == "html":
            answer = browser.post(f"/serious/{report.uid}/step/", {"step": step, **said})
            assert answer.status_code == 302, answer.content.decode()
        else:
            answer = program.post(f"/api/v1/serious/{report.uid}/steps/", {"step": step, **said})
            assert (answer.status_code, answer.json()["state"]) == (200, state)
        report.refresh_from_db()
        assert report.state == state
        again = program.post(f"/api/v1/serious/{report.uid}/steps/", {"step": step, **said})
        assert again.json()["code"] == "wrong_state"
    page = signed_in(people.dgp_officer).get(f"/serious/{report.uid}/").content.decode()
    assert "Zqfinal" in page
    assert "Zqassessment" not in page
    with pytest.raises(Refused) as refusal, transaction.atomic():
        actions.write_serious(report, text="x", by=people.dgp_officer)
    assert refusal.value.code == "closed"


def test_not_launching_takes_a_reason_that_the_reporter_reads(reported, people, signed_in):
    report = reported()
    actions.assess_serious(report, text="x", by=people.lv_handler)
    with pytest.raises(Invalid):
        actions.decide_serious(report, launch=False, by=people.lv_handler)
    actions.decide_serious(report, launch=False, text="Zqreason", by=people.lv_handler)
    assert (
        "Zqreason" in signed_in(people.dgp_officer).get(f"/serious/{report.uid}/").content.decode()
    )
    with pytest.raises(Invalid):
        actions.close_serious(report, ground="", by=people.lv_handler)
    closed = actions.close_serious(report, ground="not_serious", by=people.lv_handler)
    assert closed.state == SeriousState.CLOSED


def test_a_step_that_lacks_its_text_says_so_at_its_field_and_loses_nothing(
    reported, people, signed_in
):
    report, browser = reported(), signed_in(people.lv_handler)
    address = f"/serious/{report.uid}/step/"
    answer = browser.post(address, {"step": "assess", "text": " "})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'href="#step-text"' in page
    assert 'aria-describedby="step-text-error"' in page
    assert page.count('id="step-text"') == page.count('id="id_text"') == 1
    answer = browser.post(address, {"step": "assess", "text": "Zqlong" + "x" * 20_000})
    assert "Zqlong" in answer.content.decode()
    assert browser.post(address, {"step": "nothing"}).status_code == 404
    for said in ({"step": "assign", "handler": "by.handler"}, {"step": "close", "ground": "x"}):
        assert browser.post(address, said).status_code == 400
    report.refresh_from_db()
    assert report.state == SeriousState.REPORTED


def test_what_is_in_handling_is_given_only_to_another(reported, people, officer, signed_in):
    report, browser = reported(), signed_in(people.lv_handler)
    for step, said, _state in STEPS[:4]:
        browser.post(f"/serious/{report.uid}/step/", {"step": step, **said})
    steps = browser.get(f"/serious/{report.uid}/").context["steps"]
    assert steps == ["finish"]
    second = officer("lv.handler2", "LV-SBG", Role.SERIOUS_HANDLER)
    page = browser.get(f"/serious/{report.uid}/")
    assert page.context["steps"] == ["finish", "assign"]
    assert page.context["handlers"] == [second]


def test_once_assigned_only_the_one_handler_reads_it(reported, people, officer, signed_in):
    second = officer("lv.handler2", "LV-SBG", Role.SERIOUS_HANDLER)
    report = reported()
    first = signed_in(people.lv_handler)
    assert signed_in(second).get(f"/serious/{report.uid}/").status_code == 404
    with pytest.raises(NotAllowed):
        actions.assess_serious(report, text="x", by=second)
    for step, said in (("assess", {"text": "x"}), ("launch", {}),
                       ("assign", {"handler": "lv.handler2"})):  # fmt: skip
        answer = first.post(f"/serious/{report.uid}/step/", {"step": step, **said})
    assert answer["Location"] == "/serious/handling/"
    assert first.get(f"/serious/{report.uid}/").status_code == 404
    assert "Zqsubject" not in first.get("/serious/handling/").content.decode()
    assert "Zqtext" in signed_in(second).get(f"/serious/{report.uid}/").content.decode()


def test_what_an_officer_handled_falls_to_the_first_handler_with_the_end_of_the_posting(
    reported, people, officer
):
    second = officer("lv.handler2", "LV-SBG", Role.SERIOUS_HANDLER)
    report = reported(handler="lv.handler2")
    assert not serious.handled_by(people.lv_handler).exists()
    second.postings.update(ended_at=now())
    assert serious.handled_by(people.lv_handler).get() == report
    actions.assess_serious(report, text="x", by=people.lv_handler)
    report.refresh_from_db()
    assert report.handler == people.lv_handler


def test_notes_are_the_handlers_and_messages_are_for_both(reported, people, signed_in, api):
    report = reported()
    handler, reporter = signed_in(people.lv_handler), signed_in(people.dgp_officer)
    handler.post(f"/serious/{report.uid}/message/", {"text": "Zqnote", "note": "1"})
    handler.post(f"/serious/{report.uid}/message/", {"text": "Zqquestion"})
    reporter.post(f"/serious/{report.uid}/message/", {"text": "Zqanswer", "note": "1"})
    page = reporter.get(f"/serious/{report.uid}/").content.decode()
    assert "Zqquestion" in page
    assert "Zqanswer" in page
    assert "Zqnote" not in page
    assert "Zqnote" in handler.get(f"/serious/{report.uid}/").content.decode()
    address = f"/api/v1/serious/{report.uid}/"
    told = {
        who: str(api(who).get(address).json()) for who in (people.dgp_officer, people.lv_handler)
    }
    assert "Zqquestion" in told[people.dgp_officer]
    assert "Zqnote" not in told[people.dgp_officer]
    assert "Zqnote" in told[people.lv_handler]
    with pytest.raises(NotAllowed):
        actions.write_serious(report, text="x", for_reporter=False, by=people.dgp_officer)


# --- who is told


def test_mails_say_that_something_waits_and_nothing_else(reported, people, carry_out, mailbox):
    report = reported(mail_wanted=True)
    silent = reported(subject="Zqsilent")
    actions.write_serious(report, text="Zqmessage", by=people.lv_handler)
    actions.write_serious(silent, text="Zqmessage", by=people.lv_handler)
    carry_out()
    assert len(list(mailbox.to(people.lv_handler))) == 2
    letters = list(mailbox.to(people.dgp_officer))
    assert len(letters) == 1
    for letter in [*letters, *mailbox.to(people.lv_handler)]:
        text = letter.as_string() + letter.get_content()
        assert not re.search(r"Zq|serious|nopietn|" + str(report.uid), text, re.IGNORECASE)


def test_home_says_that_something_waits_until_it_is_read(reported, people, signed_in):
    report = reported()
    handler, reporter = signed_in(people.lv_handler), signed_in(people.dgp_officer)
    actions.write_serious(report, text="x", by=people.lv_handler)
    assert 'href="/serious/"' in reporter.get("/").content.decode().split("<main")[1]
    reporter.get(f"/serious/{report.uid}/")
    assert 'href="/serious/"' not in reporter.get("/").content.decode().split("<main")[1]
    handler.get(f"/serious/{report.uid}/")
    report.refresh_from_db()
    assert (report.handler_waits, report.reporter_waits) == (False, False)


# --- numbers


def test_numbers_are_for_handlers_of_the_side_alone(reported, people, api, signed_in, later):
    reported()
    reported(anonymous=True, kind="SIR-FORCE")
    later(days=31)
    numbers = api(people.lv_handler).get("/api/v1/serious/statistics/").json()
    assert {row["code"]: row["count"] for row in numbers["kinds"]} == {
        "SIR-RIGHTS": 1, "SIR-FORCE": 1,
    }  # fmt: skip
    assert numbers["overdue"] == 2
    assert api(people.by_handler).get("/api/v1/serious/statistics/").json()["kinds"] == []
    for who in ("lv_hq", "lv_admin", "lv_auditor", "dgp_officer"):
        user = getattr(people, who)
        assert api(user).get("/api/v1/serious/statistics/").status_code == 404
        assert signed_in(user).get("/serious/handling/").status_code == 404


# --- lists


def test_lists_have_pages_and_the_open_and_late_come_first(reported, people, signed_in, api):
    rows = [reported(subject=f"Zqnumber{n:02}") for n in range(53)]
    first = rows[0]
    actions.assess_serious(first, text="x", by=people.lv_handler)
    actions.decide_serious(first, launch=False, text="x", by=people.lv_handler)
    actions.close_serious(first, ground="not_serious", by=people.lv_handler)
    newest = [f"Zqnumber{n:02}" for n in reversed(range(53))]
    late = [f"Zqnumber{n:02}" for n in (*range(1, 53), 0)]
    for who, address, wanted in (
        (people.dgp_officer, "/serious/", newest),
        (people.lv_handler, "/serious/handling/", late),
    ):
        browser = signed_in(who)
        page = browser.get(address).content.decode()
        assert re.findall(r"Zqnumber\d\d", page) == wanted[:50]
        following = re.search(r'href="(\?cursor=[^"]+)" *>', page.replace('rel="next" ', ""))[1]
        page = browser.get(address + following.replace("&amp;", "&")).content.decode()
        assert re.findall(r"Zqnumber\d\d", page) == wanted[50:]
        assert 'rel="prev"' in page
        assert browser.get(f"{address}?cursor=x").status_code == 400
    program = api(people.dgp_officer)
    told = program.get("/api/v1/serious/?page_size=30").json()
    assert [row["subject"] for row in told["results"]] == newest[:30]
    assert not {"text", "entries", "code"} & set(told["results"][0])
    rest = program.get(told["next"]).json()
    assert [row["subject"] for row in rest["results"]] == newest[30:]
    assert program.get("/api/v1/serious/?cursor=x").status_code == 400


def test_a_list_takes_no_more_statements_with_more_rows(reported, people, signed_in, api):
    def counted(client, address):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    asked = [
        (signed_in(people.dgp_officer), "/serious/"),
        (signed_in(people.lv_handler), "/serious/handling/"),
        (api(people.dgp_officer), "/api/v1/serious/"),
        (api(people.lv_handler), "/api/v1/serious/"),
    ]
    reported()
    before = [counted(*ask) for ask in asked]
    for _ in range(3):
        reported(), reported(anonymous=True)
    assert [counted(*ask) for ask in asked] == before
    assert max(before) <= 12, before


# --- the form of an incident


def test_the_form_of_an_incident_leads_here_and_nothing_typed_is_lost(people, signed_in, reported):
    people.dgp_officer.language = "en"
    people.dgp_officer.save()
    browser = signed_in(people.dgp_officer)
    values = typed(category="SIR")
    answer = browser.post("/incidents/new/", values)
    page = answer.content.decode()
    assert (answer.status_code, Incident.objects.count()) == (400, 0)
    assert 'formaction="/serious/new/"' in page
    assert values["headline"] in page
    begun = browser.post("/serious/new/", {**values, "from_incident": "1"}).content.decode()
    for name in ("headline", "narrative", "internal_note", "coordinates", "client_ref"):
        assert values[name] in begun
    assert not SeriousReport.objects.exists()


def test_no_other_door_takes_a_serious_incident(people, api, unit, content, incident):
    answer = api(people.dgp_officer).post("/api/v1/incidents/", sent(category="SIR"))
    assert answer.status_code == 400
    assert "/serious/new/" in str(answer.json()["fields"]["category"])
    with pytest.raises(Invalid):
        actions.report_incident(
            unit=unit("LV-DGP"), content=content(category="SIR"), by=people.dgp_officer
        )
    # One of the time before is supplemented as before.
    older = incident(category="SIR")
    actions.supplement_incident(older, version=1, changes={"severity": 2}, by=people.dgp_officer)


# --- the database


def test_the_database_keeps_moves_words_names_and_rows(reported, people):
    report = reported()
    hidden = reported(anonymous=True)
    actions.write_serious(report, text="x", by=people.dgp_officer)
    for rule, statement in (
        ("serious_moves|nvalid", "UPDATE incidents_seriousreport SET state = 'final_report'"),
        ("what_was_reported_stays", "UPDATE incidents_seriousreport SET text = 'y'"),
        ("annot delete", "DELETE FROM incidents_seriousreport"),
        ("annot (update|delete)", "UPDATE incidents_seriousentry SET text = 'y'"),
        ("annot (update|delete)", "DELETE FROM incidents_seriousentry"),
        ("serious_closing_has_a_ground", "UPDATE incidents_seriousreport SET ground = 'answered'"),
    ):
        with refused_by_database(rule):
            sql(statement)
    with refused_by_database("what_was_reported_stays|has_a_reporter"):
        sql(f"UPDATE incidents_seriousreport SET reporter_id = {people.dgp_officer.pk}")
    with refused_by_database("no_name_on_a_report_without_one"):
        SeriousEntry.objects.create(
            report=hidden, number=1, kind="message", from_reporter=True, by=people.dgp_officer
        )


def test_the_audit_keeps_a_seal_that_fits_one_entry_and_says_nothing(reported, people):
    report = reported()
    entry = actions.write_serious(report, text="Zqmessage", by=people.dgp_officer)
    row = Entry.objects.latest("pk")
    stored = SeriousEntry.objects.get()
    assert row.about == f"channel:{stored.seal}" == f"channel:{entry.seal}"
    assert (row.verb, row.actor, row.side, row.facts, row.request_id) == (
        "channel.kept", None, "LV", {}, "",
    )  # fmt: skip
