"""Notes and measures: for the own side unless the officer says for both."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused
from incidents.access import share_for
from incidents.actions import add_measure, add_note, verify_incident
from incidents.models import Measure, Note
from incidents.timeline import timeline

pytestmark = pytest.mark.django_db

ADD = {"note": add_note, "measure": add_measure}
MODEL = {"note": Note, "measure": Measure}
kinds = pytest.mark.parametrize("kind", ["note", "measure"])


def words(case, reader):
    return [entry.text for entry in timeline(case, share_for(reader, case), reader) if entry.text]


@kinds
def test_it_stays_with_the_own_side_unless_told_otherwise(kind, released, people):
    case, _delivery = released()
    ADD[kind](case, text="Ours.", by=people.dgp_officer)
    ADD[kind](case, text="Theirs.", by=people.pol_duty)
    assert words(case, people.lv_hq) == ["Ours."]
    assert words(case, people.by_hq) == ["Theirs."]
    assert {row.audience for row in MODEL[kind].objects.all()} == {"own"}


@kinds
def test_what_is_for_both_is_read_by_both(kind, released, people):
    case, _delivery = released()
    ADD[kind](case, text="From here.", audience="shared", by=people.dgp_officer)
    ADD[kind](case, text="From there.", audience="shared", by=people.pol_duty)
    assert set(words(case, people.lv_hq)) == set(words(case, people.pol_duty)) == {
        "From here.", "From there.",
    }  # fmt: skip


@kinds
def test_the_same_ref_is_the_same_entry(kind, incident, people):
    case, ref = incident(), uuid.uuid4()
    for _ in range(2):
        ADD[kind](case, text="Once.", client_ref=ref, by=people.dgp_officer)
    assert MODEL[kind].objects.count() == 1
    assert Entry.objects.filter(verb=f"incident.{kind}_added").count() == 1


@kinds
def test_its_words_are_not_copied_into_the_audit(kind, incident, people):
    ADD[kind](incident(), text="SECRET-WORDS", by=people.dgp_officer)
    assert "SECRET" not in str(list(Entry.objects.values()))


@kinds
@pytest.mark.parametrize("text", ["", "  \n ", "a\0b", "x" * 5001])
def test_bad_words_are_refused_at_their_field(kind, text, incident, people, signed_in):
    case = incident()
    with pytest.raises(Invalid) as refusal, transaction.atomic():
        ADD[kind](case, text=text, by=people.dgp_officer)
    assert list(refusal.value.fields) == ["text"]
    answer = signed_in(people.dgp_officer).post(
        f"/incidents/{case.uid}/{kind}/",
        {"text": text, "audience": "own", "status": "done", "client_ref": str(uuid.uuid4())},
    )
    assert answer.status_code == 400
    assert "text" in answer.context[f"{kind}_form"].errors
    assert not MODEL[kind].objects.exists()


@kinds
def test_an_audience_that_does_not_exist_is_refused_and_the_text_kept(
    kind, incident, people, signed_in
):
    case = incident()
    with pytest.raises(Invalid), transaction.atomic():
        ADD[kind](case, text="x", audience="everybody", by=people.dgp_officer)
    answer = signed_in(people.dgp_officer).post(
        f"/incidents/{case.uid}/{kind}/",
        {"text": "My long remark.", "audience": "everybody", "status": "done",
         "client_ref": str(uuid.uuid4())},
    )  # fmt: skip
    assert answer.status_code == 400
    assert "My long remark." in answer.content.decode()


@kinds
def test_the_form_writes_it(kind, released, people, signed_in):
    case, _delivery = released()
    body = {"text": "By form.", "audience": "shared", "status": "done",
            "client_ref": str(uuid.uuid4())}  # fmt: skip
    browser = signed_in(people.pol_duty)
    for _twice in range(2):
        answer = browser.post(f"/incidents/{case.uid}/{kind}/", body)
        assert answer.status_code == 302
    row = MODEL[kind].objects.get()
    assert (row.side, row.unit.code, row.audience) == ("BY", "DESK-POL", "shared")
    assert (
        "By form." in signed_in(people.dgp_officer).get(f"/incidents/{case.uid}/").content.decode()
    )


def test_a_planned_measure_says_by_when(incident, people, signed_in, time_machine):
    time_machine.move_to(datetime(2027, 2, 17, 8, tzinfo=UTC), tick=True)
    case = incident()
    answer = signed_in(people.dgp_officer).post(
        f"/incidents/{case.uid}/measure/",
        {"text": "Second patrol", "audience": "own", "status": "planned",
         "client_ref": str(uuid.uuid4()), "moment_date": "18.02.2027", "moment_time": "10:00",
         "moment_zone": "Europe/Riga"},
    )  # fmt: skip
    assert answer.status_code == 302
    row = Measure.objects.get()
    assert (row.due_at, row.done_at) == (datetime(2027, 2, 18, 8, tzinfo=UTC), None)


def test_a_measure_without_a_time_was_taken_now(incident, people):
    row = add_measure(incident(), text="Fence closed.", by=people.dgp_officer)
    assert now() - row.done_at < timedelta(seconds=5)
    assert row.due_at is None


WRITERS = {
    "lv_analyst": 403,
    "lv_auditor": 403,
    "by_auditor": 403,
    "rix_officer": 404,
    "msq_duty": 404,
    "lv_admin": 404,
    "stranger": 404,
}


@kinds
def test_nobody_without_the_right_writes(kind, released, people, signed_in):
    case, _delivery = released()
    body = {"text": "x", "audience": "own", "status": "done", "client_ref": str(uuid.uuid4())}
    for who, status in WRITERS.items():
        by = getattr(people, who)
        answer = signed_in(by).post(f"/incidents/{case.uid}/{kind}/", body)
        assert answer.status_code == status, who
        with pytest.raises((NotAllowed, Refused)), transaction.atomic():
            ADD[kind](case, text="x", by=by)
    assert not MODEL[kind].objects.exists()


def test_a_representative_may_write_notes_and_changes_nothing_else(incident, people):
    case = incident()
    assert add_note(case, text="Ours.", by=people.lv_representative)
    with pytest.raises(NotAllowed), transaction.atomic():
        verify_incident(case, by=people.lv_representative)


def test_markup_in_a_note_is_shown_as_it_was_typed(incident, people, signed_in):
    case = incident(headline="<b>bold</b>", narrative="<script>alert(1)</script>")
    add_note(case, text="<img src=x onerror=alert(1)>", by=people.dgp_officer)
    page = signed_in(people.dgp_officer).get(f"/incidents/{case.uid}/").content.decode()
    for markup in ("<b>bold", "<script>alert", "<img src=x"):
        assert markup not in page
    assert "&lt;img src=x" in page


@kinds
def test_other_words_under_the_same_ref_are_another_entry_and_nothing_is_lost(
    kind, incident, people
):
    case, ref = incident(), uuid.uuid4()
    for text in ("First.", "Second.", "Second.", "First."):
        ADD[kind](case, text=text, client_ref=ref, by=people.dgp_officer)
    assert sorted(MODEL[kind].objects.values_list("text", flat=True)) == ["First.", "Second."]


@pytest.mark.parametrize(
    ("status", "day"),
    [("done", "01.01.2030"), ("done", "31.12.1989"), ("planned", "31.12.9999"),
     ("planned", "01.01.1900")],
)  # fmt: skip
def test_a_measure_at_an_impossible_time_is_refused_and_its_text_kept(
    status, day, incident, people, signed_in, time_machine
):
    time_machine.move_to(datetime(2027, 2, 17, 8, tzinfo=UTC), tick=True)
    case, browser = incident(), signed_in(people.dgp_officer)
    answer = browser.post(
        f"/incidents/{case.uid}/measure/",
        {"text": "A long remark.", "audience": "own", "status": status,
         "client_ref": str(uuid.uuid4()), "moment_date": day, "moment_time": "23:59",
         "moment_zone": "Europe/Riga"},
    )  # fmt: skip
    assert answer.status_code == 400
    assert list(answer.context["measure_form"].errors) == ["moment"]
    assert "A long remark." in answer.content.decode()
    assert not Measure.objects.exists()
    assert browser.get(f"/incidents/{case.uid}/").status_code == 200
