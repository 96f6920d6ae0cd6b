"""Certificates: issued, printed, verified by whoever holds the paper, revoked."""

import io
import re
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from pypdf import PdfReader

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused
from tests.incidents.doors import refused_by_database
from training import actions
from training.actions import run_due_activities
from training.attendance import days_of
from training.certificates import share_needed, verified
from training.models import Certificate, Participation

pytestmark = pytest.mark.django_db
HOSTILE = '\u202eRobert" #eval("1") $x$ *b* @a <b>x</b>'


def words(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def page_text(made):
    return " ".join(" ".join(p.extract_text() for p in PdfReader(io.BytesIO(made)).pages).split())


@pytest.fixture
def held(made, people):
    """A visit of three days that was held: of Latvia one was there always and one on one day, of
    Belarus one always."""
    for who in (people.lv_hq, people.by_hq, people.dgp_officer, people.pol_officer):
        who.language = "en"
        who.save(update_fields=["language"])
    people.dgp_officer.name_latin, people.dgp_officer.name_local = HOSTILE, ""
    people.dgp_officer.save(update_fields=["name_latin", "name_local"])
    activity = made.nominating()
    chosen = ((people.dgp_officer, "LV-DGP", made.lv), (people.rix_officer, "LV-RIX", made.lv),
              (people.pol_officer, "BY-POL", made.by))  # fmt: skip
    for officer, code, by in chosen:
        made.approved(activity, officer, code, by)
    for by in (made.lv, made.by):
        actions.invite_participants(activity, by=by)
    activity = actions.confirm_activity(activity, by=made.lv)
    with time_machine.travel(activity.ends_at + timedelta(hours=1)):
        for _twice in range(2):
            run_due_activities()
        activity.refresh_from_db()
        uids = {one.officer_id: one.uid for one in Participation.objects.all()}
        days = days_of(activity)
        marks = [(uids[who.pk], day, True) for who in (people.dgp_officer, people.pol_officer)
                 for day in days]  # fmt: skip
        marks.append((uids[people.rix_officer.pk], days[0], True))
        actions.mark_attendance(activity, marks=marks, by=made.lv)
        actions.close_attendance(activity, by=made.lv)
        yield activity


def part(officer):
    return Participation.objects.get(officer=officer)


def test_who_was_there_long_enough_is_certified_once(held, made, people, api):
    rix = [part(people.rix_officer).uid]
    with pytest.raises(Refused, match="33 % of the days; 80 % are needed"):
        actions.issue_certificates(held, participations=rix, by=made.lv)
    with pytest.raises(NotAllowed):
        actions.issue_certificates(held, participations=[part(people.dgp_officer).uid], by=made.by)
    with pytest.raises(NotAllowed):
        actions.issue_certificates(held, by=people.dgp_officer)
    with pytest.raises(Invalid):
        actions.issue_certificates(held, level="king", by=made.lv)
    own = actions.issue_certificates(held, by=made.by)
    assert [one.participation.officer for one in own] == [people.pol_officer]
    both = actions.issue_certificates(held, level="passed", by=made.lv)
    assert both == actions.issue_certificates(held, by=made.lv)
    assert Certificate.objects.count() == 2
    assert part(people.dgp_officer).state == "certified"
    numbers = sorted(Certificate.objects.values_list("number", flat=True))
    assert [number[-5:] for number in numbers] == ["00001", "00002"]
    # The share stays once somebody was certified; the database keeps all of it.
    with pytest.raises(Refused):
        actions.set_certificate_rule(held, share=30, by=made.lv)
    one = Certificate.objects.get(participation__officer=people.dgp_officer)
    for rule, change in (("stays_as_it_was_issued", {"code": "A" * 16}),):
        with refused_by_database(rule), transaction.atomic():
            Certificate.objects.filter(pk=one.pk).update(**change)
    with refused_by_database("has_one_certificate"), transaction.atomic():
        Certificate.objects.create(number="x", participation=one.participation, content={})
    # Attendance on which it rests stays.
    with pytest.raises(Refused, match="Revoke it first"):
        actions.mark_attendance(
            held, marks=[(one.participation.uid, days_of(held)[0], False)], by=made.lv
        )
    rows = api(people.by_hq).get(f"/api/v1/activities/{held.number}/certificates/").json()
    assert len(rows["results"]) == 2
    assert one.code not in str(rows)
    assert Entry.objects.filter(verb="certificate.issued").count() == 2
    assert one.code not in str(list(Entry.objects.values_list("facts", flat=True)))


def test_the_pages_issue_print_verify_and_revoke(held, made, people, signed_in, client, api):
    address = f"/activities/{held.number}/certificates/"
    heads = signed_in(people.lv_hq)
    assert heads.post(address, {"do": "rule", "share": "0"}).status_code == 400
    assert heads.post(address, {"do": "rule", "share": "90"}).status_code == 302
    held.refresh_from_db()
    assert share_needed(type(held).objects.get(pk=held.pk)) == 90
    for who in (people.dgp_officer, people.dgp_duty):
        assert signed_in(who).get(address).status_code == 403
    assert "Choose at least one person" in words(heads.post(address, {"level": "trainer"}))
    said = {"part": str(part(people.dgp_officer).uid), "level": "trainer"}
    assert heads.post(address, said).status_code == 302
    one = Certificate.objects.get()
    page = heads.get(address)
    assert one.number in words(page)
    assert one.code not in page.content.decode()
    # The paper, in each language and the same each time; the name is nothing but a name.
    own = signed_in(people.dgp_officer)
    assert one.number in words(own.get("/activities/mine/certificates/"))
    for language, word in (("lv", "Apliecība"), ("be", "Пасведчанне"), ("ru", "Свидетельство"),
                           ("en", "Certificate")):  # fmt: skip
        answer = own.get(f"/activities/certificates/{one.number}/{language}.pdf")
        assert answer["Content-Type"] == "application/pdf"
        text = page_text(answer.content)
        assert word in text, language
        assert '#eval("1") $x$ *b* @a <b>x</b>' in text
        assert "\u202e" not in text
        again = own.get(f"/activities/certificates/{one.number}/{language}.pdf")
        assert again.content == answer.content
        info = PdfReader(io.BytesIO(answer.content))
        assert one.number in info.metadata["/Title"]
        assert info.trailer["/Root"]["/Lang"] == language
        assert b"pdfuaid" in answer.content
    assert own.get(f"/activities/certificates/{one.number}/de.pdf").status_code == 400
    # Of who is on the other side's list and of strangers there is no paper.
    for who, status in ((people.pol_officer, 404), (people.dgp_duty, 404), (people.by_hq, 403)):
        path = f"/activities/certificates/{one.number}/en.pdf"
        assert signed_in(who).get(path).status_code == status
    # Open to whoever holds the paper; a wrong code and a wrong number are the same.
    client.cookies["django_language"] = "en"
    shown = client.get(f"/verify/{one.number}/{one.code}/")
    assert shown.status_code == 200
    assert "was issued and holds" in words(shown)
    assert "<b>x</b>" not in shown.content.decode()
    assert "Vienna airport" in words(shown)
    blank = words(client.get(f"/verify/{one.number}/{'A' * 16}/"))
    other = words(client.get(f"/verify/CERT-2020-00009/{one.code}/"))
    assert "Not known" in blank
    assert blank == other
    typed = client.post("/verify/", {"number": one.number.lower(), "code": f" {one.code[:4]}-"
                                     f"{one.code[4:].lower()}"})  # fmt: skip
    assert "was issued and holds" in words(typed)
    assert words(client.get("/verify/")).count("was issued") == 0
    # Revoked with a reason, once; the page says so and not why.
    deed = {"do": "revoke", "certificate": one.number}
    refused = heads.post(address, deed)
    assert "Write the reason" in words(refused)
    assert heads.post(address, {**deed, "reason": "Issued by mistake."}).status_code == 302
    one.refresh_from_db()
    for who, why in ((made.lv, one.reason), (people.dgp_officer, one.reason), (made.by, "")):
        rows = api(who).get(f"/api/v1/activities/{held.number}/certificates/").json()["results"]
        assert [row["reason"] for row in rows if row["number"] == one.number] == [why]
    at = one.revoked_at
    assert actions.revoke_certificate(one, reason="Other.", by=made.lv).revoked_at == at
    shown = words(client.get(f"/verify/{one.number}/{one.code}/"))
    assert "was revoked and does not hold" in shown
    assert "mistake" not in shown
    assert part(people.dgp_officer).state == "attended"
    assert own.get(f"/activities/certificates/{one.number}/en.pdf").status_code == 409
    assert "Issued by mistake." in words(own.get("/activities/mine/certificates/"))
    new = actions.issue_certificates(held, by=made.lv)
    assert part(people.dgp_officer).certificates.standing().get() in new


def test_codes_cannot_be_guessed(held, made, client):
    one = actions.issue_certificates(held, by=made.lv)[0]
    assert verified(one.number, one.code) == one
    assert verified(one.number, one.code[:-1]) is None
    assert verified("CERT-2026-00001' OR 1=1", one.code) is None
    assert verified(one.number, "Ж" * 16) is None
    for _number in range(31):
        answer = client.get(f"/verify/{one.number}/{'B' * 16}/")
    assert answer.status_code == 429
    assert client.get(f"/verify/{one.number}/{one.code}/").status_code == 429
