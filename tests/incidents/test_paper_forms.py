"""Numbers on paper: reserved, printed, entered once with the times of the paper, void."""

import io
import uuid
from datetime import timedelta

import pypdf
import pytest
from django.db import DatabaseError, transaction
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.outbox.models import Message
from contactpoints.actions import pause_exchange
from contactpoints.models import ContactPoint, Delivery, DutyShift
from incidents import actions
from incidents.handling import Marking
from incidents.models import Incident, PaperForm, PaperSet
from incidents.paper_forms import Called
from tests import made_files as made

pytestmark = pytest.mark.django_db
AT = {"said_by": "J. Bērziņš", "answered_by": "I. Kavaliou", "read_back": True}


@pytest.fixture
def paper(people, unit, both_sides_on_duty, content):
    """`reserve`, `enter` and the call to Polotsk as they stand on paper, hours ago."""

    class Paper:
        desk, by = unit("DESK-DGP"), people.dgp_duty

        def reserve(self, count=3, **more):
            self.set = actions.reserve_numbers(self.desk, count=count, by=self.by, **more)
            return list(self.set.forms.order_by("number"))

        def call(self, **changes):
            said = {
                "desk": unit("DESK-POL"), "at": now() - timedelta(hours=5), **AT,
                "acknowledged_at": now() - timedelta(hours=4, minutes=55),
                "line": "Patrol goes out.", **changes,
            }  # fmt: skip
            return Called(**said)

        def enter(self, form, calls=None, **more):
            said = {
                "unit": unit("LV-DGP"),
                "content": content(happened_at=now() - timedelta(hours=6)),
                "calls": [self.call()] if calls is None else calls,
                "by": self.by, **more,
            }  # fmt: skip
            return actions.enter_paper_form(form, **said)

    return Paper()


def refused(deed, rule):
    with pytest.raises(DatabaseError, match=rule), transaction.atomic():
        deed()


# --- reserving


def test_reserved_numbers_are_of_the_series_and_nobody_else_gets_them(paper, incident, people):
    before, ref = incident(), uuid.uuid4()
    forms = paper.reserve(client_ref=ref)
    assert [form.number[-5:] for form in forms] == ["00002", "00003", "00004"]
    assert (before.number[-5:], incident().number[-5:]) == ("00001", "00005")
    assert (paper.set.first, paper.set.last) == (forms[0].number, forms[2].number)
    assert paper.reserve(client_ref=ref) == forms  # sent twice
    entry = Entry.objects.get(verb="paper.reserved")
    assert (entry.facts["count"], entry.facts["unit"]) == (3, "DESK-DGP")
    with pytest.raises(Refused, match="sent before"):
        paper.reserve(count=4, client_ref=ref)
    assert PaperSet.objects.count() == 1


def test_who_does_not_log_for_the_desk_reserves_nothing(paper, people, unit):
    for by in (people.pol_duty, people.lv_analyst, people.stranger, people.rix_duty):
        with pytest.raises(NotAllowed):
            actions.reserve_numbers(paper.desk, count=1, by=by)
    for count in (0, 21, -1):
        with pytest.raises(Invalid, match="between 1 and 20"):
            paper.reserve(count=count)
    with pytest.raises(Invalid, match="desk of a contact point"):
        actions.reserve_numbers(unit("LV-DGP"), count=1, by=paper.by)
    for _turn in range(5):
        paper.reserve(count=20)
    with pytest.raises(Refused, match="100 numbers on paper"):
        paper.reserve(count=1)
    assert PaperForm.objects.count() == 100


# --- entering


def test_what_is_entered_has_the_number_of_the_paper_and_wakes_nobody(paper, people):
    form = paper.reserve()[1]
    mails = Message.objects.exclude(channel="live").count()
    done = paper.enter(form)
    assert (done.incident.number, done.told[0].code, done.untold) == (form.number, "DESK-POL", [])
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.phoned, delivery.line) == (
        "acknowledged", "I. Kavaliou", "Patrol goes out.",
    )  # fmt: skip
    assert now() - delivery.phoned_at > timedelta(hours=4)
    assert now() - delivery.acknowledged_at < timedelta(minutes=1)
    assert (delivery.escalate_at, delivery.note_by, delivery.step) == (None, None, 0)
    assert not Delivery.objects.open().exists()
    # What is due is asked again before it goes: nothing leaves about what was acknowledged.
    for message in Message.objects.exclude(channel="live")[mails:]:
        assert message.payload["delivery"] == str(delivery.uid) or delivery.pk
    call = done.form.calls.get()
    assert call.delivery == delivery
    assert call.at < call.acknowledged_at < done.form.ended_at
    assert done.incident.reported_at >= call.at + timedelta(hours=4)
    assert Incident.objects.visible_to(people.pol_duty).filter(pk=done.incident.pk).exists()
    assert not PaperForm.objects.visible_to(people.pol_duty).exists()


def test_a_paper_is_entered_once_and_the_second_is_told(paper, people):
    first, second, third = paper.reserve()
    paper.enter(first)
    for deed in (
        lambda: paper.enter(first),
        lambda: paper.enter(first, by=people.lv_hq),
        lambda: actions.void_paper_form(first, reason="x", by=paper.by),
    ):
        with pytest.raises(Refused, match="entered already") as told:
            deed()
        assert told.value.code == "already_entered"
    actions.void_paper_form(second, reason="Coffee on it.", by=paper.by)
    actions.void_paper_form(second, reason="Again.", by=paper.by)
    second.refresh_from_db()
    assert second.reason == "Coffee on it."
    with pytest.raises(Refused, match="declared void: Coffee on it") as told:
        paper.enter(second)
    assert told.value.code == "void"
    with pytest.raises(Invalid, match="what became"):
        actions.void_paper_form(third, reason=" ", by=paper.by)
    assert Incident.objects.count() == 1


def test_a_desk_that_cannot_be_told_is_named_and_the_incident_is_kept(paper, people, unit, content):
    forms = paper.reserve(count=6)
    nobody = paper.enter(forms[0], calls=[paper.call(acknowledged_at=None)])
    assert "Nobody acknowledged" in nobody.untold[0][1]
    never = paper.enter(forms[1], content=content(category="ASY"))
    assert "never leave" in never.untold[0][1]
    may_not = paper.enter(forms[2], by=people.dgp_officer)
    assert (may_not.told, len(may_not.untold)) == ([], 1)
    point = ContactPoint.objects.get(code="CCP-LAND")
    pause_exchange(point, category="UBC", until=now() + timedelta(hours=1), reason="x",
                   by=people.lv_hq)  # fmt: skip
    held = paper.enter(forms[3])
    assert "paused" in held.untold[0][1]
    DutyShift.objects.filter(unit=unit("DESK-POL")).delete()
    empty = paper.enter(forms[4], priority="P1")
    assert "Nobody is on duty" in empty.untold[0][1]
    assert not Delivery.objects.exists()
    assert [f.state for f in PaperForm.objects.order_by("number")] == ["used"] * 5 + ["reserved"]


def test_what_is_wrong_on_a_call_or_the_unit_is_said_at_its_field(paper, unit, people):
    form = paper.reserve()[0]
    for field, calls in (
        ("calls.0.answered_by", [paper.call(answered_by=" ")]),
        ("calls.0.said_by", [paper.call(said_by="x" * 100)]),
        ("calls.0.line", [paper.call(line="\x00")]),
        ("calls.0.at", [paper.call(at=now() + timedelta(hours=1), acknowledged_at=None)]),
        ("calls.0.acknowledged_at", [paper.call(acknowledged_at=now() - timedelta(hours=6))]),
        ("calls.0.desk", [paper.call(desk=unit("BY-POL"))]),
        ("calls", [paper.call(), paper.call()]),
    ):
        with pytest.raises(Invalid) as told:
            paper.enter(form, calls=calls)
        assert list(told.value.fields) == [field]
    with pytest.raises(Invalid, match="same region"):
        paper.enter(form, unit=unit("LV-RIX"), by=people.lv_hq)
    with pytest.raises(NotAllowed):
        paper.enter(form, by=people.pol_duty)
    form.refresh_from_db()
    assert (form.state, Incident.objects.count()) == ("reserved", 0)


def test_an_exercise_on_paper_stays_one(paper):
    done = paper.enter(paper.reserve()[0], exercise=True, marking=Marking("H2", "RED"))
    delivery = Delivery.objects.select_related("alert").get()
    assert (done.incident.exercise, delivery.alert.status) == (True, "exercise")
    assert (done.incident.handling, delivery.alert.card["tlp"]) == ("H2", "RED")


# --- what the database says


def test_the_database_keeps_a_number_on_paper_for_its_paper(paper, incident, content, unit):
    used, void, free = paper.reserve()
    paper.enter(used)
    actions.void_paper_form(void, reason="x", by=paper.by)
    other = incident()
    said = {"unit": unit("LV-DGP"), "content": content(), "by": paper.by}
    for form in (void, free):
        refused(
            lambda form=form: actions.report_incident(**said, number=form.number),
            "number_on_paper_is_for_its_paper",
        )
    refused(
        lambda: actions.report_incident(**said, number=void.number, client_ref=void.uid),
        "number_on_paper_is_for_its_paper",
    )
    rows = PaperForm.objects.filter(pk=free.pk)
    ended = {"ended_at": now(), "ended_by": paper.by}
    refused(
        lambda: rows.update(state="used", incident=other, **ended),
        "paper_and_incident_have_one_number",
    )
    refused(lambda: rows.update(state="void", **ended), "void_paper_has_a_reason")
    refused(lambda: rows.update(number="LV-DGP-2026-09999"), "reserved_number_stays")
    refused(lambda: rows.delete(), "paper_form_is_kept")
    for form in (used, void):
        rows = PaperForm.objects.filter(pk=form.pk)
        refused(
            lambda rows=rows: rows.update(
                state="reserved", incident=None, ended_at=None, ended_by=None
            ),
            "ended_paper_never_changes|paper_number_is_used_once",
        )
    refused(
        lambda: PaperForm.objects.create(
            set=paper.set, number=other.number, unit=paper.desk, side="LV"
        ),
        "paper_and_incident_have_one_number",
    )


# --- on paper


def test_forms_and_copies_are_printed_on_one_page_each(paper, people, incident, released):
    forms = paper.reserve(count=3)
    actions.void_paper_form(forms[0], reason="x", by=paper.by)
    printed = actions.print_paper_forms(paper.set, languages=("lv", "be"), by=paper.by)
    assert printed.content.startswith(b"%PDF")
    assert pages(printed.content) == 2
    told, _delivery = released()
    for by in (people.dgp_duty, people.pol_duty):
        copy = actions.print_paper_copy(told, languages=("en", "ru"), by=by)
        assert pages(copy.content) == 1
    with pytest.raises(NotAllowed):
        actions.print_paper_copy(told, languages=("en", "ru"), by=people.dgp_officer)
    never = incident(category="ASY")
    with pytest.raises(NotAllowed, match="never leave"):
        actions.print_paper_copy(never, languages=("en", "ru"), by=people.dgp_duty)
    with pytest.raises(Refused) as gone:
        actions.print_paper_copy(never, languages=("en", "ru"), by=people.pol_duty)
    assert gone.value.status == 404
    for form in forms[1:]:
        actions.void_paper_form(form, reason="x", by=paper.by)
    with pytest.raises(Refused, match="Reserve new ones"):
        actions.print_paper_forms(paper.set, languages=("lv", "be"), by=paper.by)


def pages(content):
    return len(pypdf.PdfReader(io.BytesIO(content)).pages)


# --- doors


def form_data(**more):
    at = now() - timedelta(hours=6)
    return {
        "unit": "LV-DGP", "category": "UBC-LND", "severity": "2", "headline": "From paper",
        "happened_date": f"{at:%d.%m.%Y}", "happened_time": f"{at:%H:%M}",
        "happened_zone": "Europe/Riga", "language": "lv", **more,
    }  # fmt: skip


def test_the_pages_reserve_enter_void_and_lead_the_second_to_the_incident(paper, people, client):
    paper.by.language = people.pol_duty.language = "en"
    paper.by.save(), people.pol_duty.save()
    client.force_login(paper.by)
    wrong = client.post("/paper/reserve/", {"desk": "DESK-DGP", "count": "99999999999999999999"})
    assert wrong.status_code == 400
    page = client.post("/paper/reserve/", {"desk": "DESK-DGP", "count": "2"}, follow=True)
    assert b"2 numbers are reserved" in page.content
    first, second = PaperForm.objects.order_by("number")
    assert client.get(f"/paper/sets/{first.set.uid}/pdf/").content.startswith(b"%PDF")
    typed = client.get("/paper/", {"number": f" {first.number.lower()} "})
    assert typed.url == f"/paper/{first.uid}/enter/"
    assert client.get("/paper/", {"number": "\x00"}).status_code == 400
    for bad in ("LV-DGP-2026-77777", "x" * 100_000):
        answer = client.get("/paper/", {"number": bad})
        assert (answer.status_code, b"not on a form of your desks" in answer.content) == (400, True)
    assert b'name="call0_at_date"' in client.get(typed.url).content
    lacking = client.post(typed.url, form_data(call0_line="Went out", headline="Kept"))
    assert (lacking.status_code, b"Write who answered" in lacking.content) == (400, True)
    assert b"Kept" in lacking.content
    told = now() - timedelta(hours=5)
    call = {
        "call0_desk": "DESK-POL", "call0_said_by": "A", "call0_answered_by": "B",
        "call0_at_date": f"{told:%d.%m.%Y}", "call0_at_time": f"{told:%H:%M}",
        "call0_at_zone": "Europe/Riga", "call0_acknowledged_at_date": f"{told:%d.%m.%Y}",
        "call0_acknowledged_at_time": f"{told:%H:%M}",
        "call0_acknowledged_at_zone": "Europe/Riga",
        "scan": made.upload(made.pdf(b"paper"), "form.pdf"),
    }  # fmt: skip
    page = client.post(typed.url, form_data(**call), follow=True)
    assert first.number.encode() in page.content
    assert b"its acknowledgement by telephone is written down" in page.content
    assert b"From a paper form" in page.content
    assert Incident.objects.get().attachments.get().description == "Scan of the paper form"
    for answer in (client.get(typed.url), client.post(typed.url, form_data())):
        assert (answer.status_code, b"was entered already" in answer.content) == (409, True)
    empty = client.post(f"/paper/{second.uid}/void/", {"reason": ""})
    assert empty.status_code == 400
    client.post(f"/paper/{second.uid}/void/", {"reason": "Torn"})
    assert b"declared void: Torn" in client.get("/paper/", {"number": second.number}).content
    assert b"Torn" in client.get("/paper/?show=void").content
    incident = Incident.objects.get()
    assert client.get(f"/paper/copies/{incident.uid}/pdf/").content.startswith(b"%PDF")
    client.force_login(people.pol_duty)
    for path in (typed.url, f"/paper/sets/{first.set.uid}/pdf/"):
        assert client.get(path).status_code == 404
    assert client.post(f"/paper/{second.uid}/void/", {"reason": "x"}).status_code == 404
    assert first.number.encode() not in client.get("/paper/?show=used").content
    shown = client.get(f"/incidents/{incident.uid}/").content
    assert b"From a paper form" not in shown
    client.force_login(people.stranger)
    assert client.get("/paper/").status_code == 404


def test_the_api_does_the_same(paper, people, unit, client):
    client.force_login(paper.by)

    def post(path, said):
        return client.post(path, said, content_type="application/json")

    made_set = post("/api/v1/paper/", {"desk": "DESK-DGP", "count": 2})
    assert made_set.status_code == 201
    first, second = made_set.json()["numbers"]
    said = {
        "number": first, "unit": "LV-DGP", "category": "UBC-LND", "severity": 3, "headline": "x",
        "happened_at": (now() - timedelta(hours=6)).isoformat(), "language": "en",
        "calls": [{
            "desk": "DESK-POL", "at": (now() - timedelta(hours=5)).isoformat(), "said_by": "A",
            "answered_by": "B", "acknowledged_at": (now() - timedelta(hours=4)).isoformat(),
            "line": "Goes",
        }],
    }  # fmt: skip
    wrong = [{**said["calls"][0], "desk": "NO-SUCH"}]
    answer = post("/api/v1/paper/enter/", {**said, "calls": wrong})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["calls.0.desk"])
    done = post("/api/v1/paper/enter/", said)
    assert (done.status_code, done.json()["told"]) == (201, ["DESK-POL"])
    again = post("/api/v1/paper/enter/", said)
    assert (again.status_code, again.json()["code"]) == (409, "already_entered")
    assert post("/api/v1/paper/enter/", {**said, "number": "X"}).status_code == 400
    row = PaperForm.objects.get(number=second)
    assert post(f"/api/v1/paper/{row.uid}/void/", {"reason": "Torn"}).json()["state"] == "void"
    listed = client.get("/api/v1/paper/?state=used&desk=DESK-DGP").json()["results"]
    assert [one["calls"][0]["told"] for one in listed] == [True]
    assert client.get("/api/v1/paper/?state=x").status_code == 400
    assert client.get(f"/api/v1/paper/sets/{row.set.uid}/pdf/").status_code == 409
    client.force_login(people.pol_duty)
    assert client.get("/api/v1/paper/").json()["results"] == []
    assert client.get(f"/api/v1/paper/{row.uid}/").status_code == 404
    assert post("/api/v1/paper/enter/", {**said, "number": second}).status_code == 400
