"""What belongs to no incident is purged by periods of its own: its words go, its facts stay."""

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.utils.timezone import now

from bordercoop.errors import Refused
from bordercoop.files import store
from contactpoints import actions as points
from contactpoints.models import Absence, Alert, Broadcast, CapMessage, Delivery, Emergency
from incidents import actions
from incidents.models import (
    InformationRequest,
    LegalHold,
    PurgeLine,
    RequestAnswer,
    RequestFile,
    RequestMessage,
)
from incidents.retention import is_whole
from tests import made_files as made
from tests.contactpoints.cap_made import message
from tests.incidents.asking import Asking
from tests.incidents.kept import begun, period, purge

pytestmark = pytest.mark.django_db
KINDS = ("request", "broadcast", "cap", "absence")


@pytest.fixture
def waiting(people, unit, both_sides_on_duty):
    """One of each, over, and not acknowledged everywhere: gives the request."""
    people.msq_duty, people.rix_duty, people.fp_duty
    asking = Asking(people, unit)
    asked = asking.ask(subject="Zqsubject", question="Zqquestion", ground_text="Zqground")
    asking.write(asked, "Zqmessage")
    asking.write(asked, "Theirs", by=people.pol_duty)
    actions.add_request_file(asked, made.upload(made.pdf(b"1"), "Zqfile.pdf"), by=people.dgp_duty)
    asking.answer(asked, text="Their answer")
    sent = points.send_broadcast(
        unit("DESK-DGP"), what=Emergency.OTHER, text="Zqbroadcast",
        language="en", by=people.dgp_duty,
    )  # fmt: skip
    points.end_broadcast(sent, outcome="Zqoutcome", by=people.dgp_duty)
    row = points.receive_cap(message(), by=people.dgp_duty)
    points.acknowledge_delivery(row.alert.deliveries.get(), line="Read.", by=people.dgp_duty)
    starts = now() + timedelta(hours=1)
    points.enter_absence(
        people.dgp_head, unit=unit("DESK-DGP"), ground="illness", starts_at=starts,
        ends_at=starts + timedelta(hours=9), by=people.dgp_head,
    )  # fmt: skip
    return asked


@pytest.fixture
def kept(waiting, people):
    """One of each, over and heard by every desk: gives the request."""
    for delivery in Delivery.objects.open().select_related("desk"):
        by = getattr(people, f"{delivery.desk.code.split('-')[1].lower()}_duty")
        points.acknowledge_delivery(delivery, line="Read.", by=by)
    return waiting


def words():
    """Everything that a purge of Latvia takes away, as one text."""
    rows = [
        *InformationRequest.objects.values_list("subject", "question", "ground_text"),
        *RequestAnswer.objects.values_list("text"),
        *RequestMessage.objects.values_list("text"),
        *RequestFile.objects.values_list("name"),
        *Broadcast.objects.values_list("text", "outcome"),
        *Alert.objects.values_list("card"),
        *Absence.objects.values_list("ground"),
    ]
    return (
        f"{rows} {[bytes(one or b'') for one in CapMessage.objects.values_list('xml', flat=True)]}"
    )


def test_each_kind_goes_by_its_own_confirmed_period_and_a_certificate_says_so(
    kept, people, later, signed_in, api
):
    for kind in KINDS:
        period(kind, confirmed=kind != "cap")
    given = Delivery.objects.get(alert=Broadcast.objects.get().alert, desk__code="DESK-POL")
    points.write_cap(given, by=None)
    later(days=29)
    assert purge() == []
    later(days=3)
    said = io.StringIO()
    call_command("purge_expired", "--dry-run", stdout=said)
    assert f"LV: {kept.number}: request" in said.getvalue()
    assert "LV: 3 other things are due." in said.getvalue()
    (done,) = purge()
    assert is_whole(done)
    lines = {line.kind: line for line in PurgeLine.objects.all()}
    assert set(lines) == {"request", "broadcast", "absence"}
    assert (lines["request"].rows, lines["request"].number) == (3, kept.number)
    assert (lines["absence"].number, lines["absence"].incident) == ("", None)
    assert "Vētra" in Alert.objects.get(about__startswith="cap:").card["headline"]
    period("cap")
    later(days=1)
    assert [line.kind for line in purge()[0].lines.all()] == ["cap"]
    assert purge() == []
    for secret in ("Zq", "illness", "Vētra", "<alert"):
        assert secret not in words()
    # What the other side wrote is the other side's, and the facts stay.
    assert "Their answer" in words()
    assert "Theirs" in words()
    file = RequestFile.objects.get()
    assert file.bytes_gone_at
    assert not store.path_of(file.sha256).exists()
    assert CapMessage.objects.get(way="in").sha256
    assert Delivery.objects.filter(acknowledged_by=people.dgp_duty).exists()
    people.dgp_duty.language = "en"
    people.dgp_duty.save(update_fields=["language"])
    browser, gone = signed_in(people.dgp_duty), "The period for which it was kept has ended"
    broadcast, cap = Broadcast.objects.get(), CapMessage.objects.get(way="in")
    for path in (f"/requests/{kept.uid}/", f"/cap/{cap.uid}/"):
        assert gone in browser.get(path).content.decode()
    for path in ("/requests/", f"/broadcasts/{broadcast.uid}/", "/cap/", "/console/"):
        assert browser.get(path).status_code == 200
    assert browser.get(f"/cap/{cap.uid}/xml/").status_code == 404
    # What was given out before is not made anew of what is left.
    others = (Delivery.objects.about(about).first() for about in (kept.ref, cap.ref))
    for row in (Delivery.objects.get(pk=given.pk), *others):
        assert row.alert.card["purged"] is True
        with pytest.raises(Refused, match=gone) as refusal:
            points.write_cap(row, by=None)
        assert refusal.value.status == 410
        assert CapMessage.objects.given(row).count() == (row == given)
    with pytest.raises(DatabaseError), transaction.atomic():
        Alert.objects.filter(card__has_key="purged").update(card={"purged": True, "text": "x"})
    page = browser.get(f"/deliveries/{given.uid}/cap/")
    assert (page.status_code, gone in page.content.decode()) == (410, True)
    answer = api(people.dgp_duty).get(f"/api/v1/deliveries/{given.uid}/cap/")
    assert (answer.status_code, answer.json()["code"]) == (410, "purged")
    assert "Save as CAP" not in browser.get(f"/deliveries/{given.uid}/attempts/").content.decode()
    # The same file added again is a new one.
    again, same = (
        actions.add_request_file(
            kept, made.upload(made.pdf(b"1"), "Zqfile.pdf"), by=people.dgp_duty
        )
        for _turn in range(2)
    )
    assert (again.pk != file.pk, same.pk) == (True, again.pk)
    assert store.path_of(file.sha256).exists()
    assert actions.download_request_file(again, by=people.dgp_duty).name == "Zqfile.pdf"


def test_what_a_desk_still_has_to_acknowledge_keeps_its_words_and_an_all_clear_comes_before(
    waiting, people, unit, later
):
    broadcast = points.send_broadcast(
        unit("DESK-RIX"), what=Emergency.OTHER, text="Zqsecond", language="en",
        by=people.rix_duty,
    )  # fmt: skip
    for kind in ("request", "broadcast"):
        period(kind)
    later(days=40)
    purge()
    for word in ("Zqsubject", "Zqbroadcast", "Zqoutcome", "Zqsecond"):
        assert word in words()
    for delivery in Delivery.objects.about(broadcast.ref).select_related("desk"):
        by = getattr(people, f"{delivery.desk.code.split('-')[1].lower()}_duty")
        points.acknowledge_delivery(delivery, line="Read.", by=by)
    later(days=1)
    points.repeat_broadcasts()  # heard by all: it ends by itself
    later(days=40)
    purge()
    assert "Zqsecond" not in words()
    with pytest.raises(Refused) as refusal:
        points.end_broadcast(broadcast, outcome="Zqlate", by=people.rix_duty)
    assert refusal.value.code == "purged"
    assert "Zqlate" not in words()


def test_a_hold_on_a_linked_incident_keeps_the_request_and_the_database_holds_all_of_it(
    kept, incident, people, later
):
    case = incident()
    actions.release_incident(case, desks=[kept.to], by=people.dgp_duty)
    actions.link_request(kept, case, by=people.dgp_duty)
    hold = LegalHold.objects.create(incident=case, side="LV", reason="Court", by=people.lv_hq)
    for kind in KINDS:
        period(kind)
    later(days=40)
    open_purge = begun()
    for rows, wrong in (
        (InformationRequest.objects, {"question": "", "subject": "", "ground_text": "",
                                      "purge": open_purge}),
        (RequestMessage.objects.filter(side="LV"), {"text": "", "purge": open_purge}),
        (RequestAnswer.objects, {"text": ""}),
        (RequestAnswer.objects, {"late": True}),
        (RequestFile.objects, {"name": "x"}),
        (Broadcast.objects, {"text": "x"}),
        (Broadcast.objects, {"text": "", "outcome": "", "purged_at": now(), "rounds": 9}),
        (CapMessage.objects, {"xml": None}),
        (CapMessage.objects, {"xml": b"x", "purged_at": now()}),
        (CapMessage.objects.filter(way="in"), {"sender": "x", "xml": None, "purged_at": now()}),
        (Absence.objects, {"ground": ""}),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**wrong)
    purge()
    assert InformationRequest.objects.get().question == "Zqquestion"
    assert "Zqbroadcast" not in words()
    with pytest.raises(DatabaseError), transaction.atomic():
        Broadcast.objects.update(outcome="again")
    # A hold of the other side, of which nobody here is told, keeps what both sides read.
    actions.write_to_request(
        kept, text="Zqshared", audience="shared", language="en", by=people.dgp_duty
    )
    theirs = actions.place_hold(case, reason="Their court", by=people.by_hq)
    actions.lift_hold(hold, reason="Over.", by=people.lv_hq)
    later(days=40)
    open_purge = begun()
    for rows in (
        InformationRequest.objects.all(), RequestMessage.objects.filter(text="Zqshared"),
    ):  # fmt: skip
        blank = {"question": "", "subject": "", "ground_text": ""} if rows.model is (
            InformationRequest
        ) else {"text": ""}  # fmt: skip
        with pytest.raises(DatabaseError, match="under_legal_hold"), transaction.atomic():
            rows.update(purge=open_purge, **blank)
    purge()
    assert InformationRequest.objects.get().question == "Zqquestion"
    assert "Zqshared" in words()
    assert "Zqmessage" not in words()
    assert "Zqfile" not in words()
    lines = PurgeLine.objects.filter(kind="request").count()
    purge()
    assert PurgeLine.objects.filter(kind="request").count() == lines == 1
    actions.lift_hold(theirs, reason="Over.", by=people.by_hq)
    purge()
    assert InformationRequest.objects.get().question == ""
    assert "Zqshared" not in words()
