"""A desk that is told late reads what was shared before, or not, as the release says; replies."""

import pytest
from django.db import transaction

from bordercoop.errors import Invalid, Refused
from incidents.actions import (
    add_measure,
    add_note,
    print_incident,
    recall_release,
    release_incident,
)
from incidents.models import Note, Release

pytestmark = pytest.mark.django_db


@pytest.fixture
def spoken(released, people, later):
    """Held by Polotsk; both sides have shared notes and measures and kept own ones."""
    people.msq_duty
    case, _delivery = released()
    add_note(case, text="Zqowners shared", audience="shared", by=people.dgp_duty)
    add_note(case, text="Zqowners own", audience="own", by=people.dgp_duty)
    add_measure(case, text="Zqmeasure shared", audience="shared", by=people.dgp_duty)
    add_note(case, text="Zqpolotsk shared", audience="shared", by=people.pol_duty)
    later(minutes=5)
    return case


def page(browser, case):
    return browser.get(f"/incidents/{case.uid}/").content.decode()


def english(user):
    user.language = "en"
    user.save(update_fields=["language"])
    return user


def test_with_the_backlog_it_reads_what_was_shared_and_sees_that_it_was_before(
    spoken, people, unit, signed_in
):
    release_incident(spoken, desks=[unit("DESK-MSQ")], by=people.dgp_duty)
    text = page(signed_in(english(people.msq_duty)), spoken)
    for word in ("Zqowners shared", "Zqmeasure shared", "Zqpolotsk shared",
                 "released version 1 to Polotsk desk"):  # fmt: skip
        assert word in text
    assert "Zqowners own" not in text
    assert text.count("before you were told") >= 4
    # The desk that was told first was told of nothing before.
    assert "before you were told" not in page(signed_in(english(people.pol_duty)), spoken)


def test_without_it_only_what_comes_from_then_on(spoken, people, unit, signed_in, api):
    release_incident(spoken, desks=[unit("DESK-MSQ")], backlog=False, by=people.dgp_duty)
    add_note(spoken, text="Zqafter shared", audience="shared", by=people.dgp_duty)
    browser = signed_in(english(people.msq_duty))
    text = page(browser, spoken)
    for word in ("Zqowners", "Zqmeasure", "released version 1 to Polotsk desk"):
        assert word not in text
    assert "Zqafter shared" in text
    # Its own side's words are its own.
    assert "Zqpolotsk shared" in text
    notes = api(people.msq_duty).get(f"/api/v1/incidents/{spoken.uid}/notes/").json()
    assert [note["text"] for note in notes] == ["Zqpolotsk shared", "Zqafter shared"]
    paper = browser.get(f"/incidents/{spoken.uid}/print/?chosen=1&second=ru&copy=DESK-MSQ")
    assert paper["Content-Type"] == "application/pdf"


def test_an_update_does_not_change_what_was_decided(spoken, people, unit, signed_in):
    desk = [unit("DESK-MSQ")]
    release_incident(spoken, desks=desk, backlog=False, by=people.dgp_duty)
    release_incident(spoken, desks=desk, fields=["headline"], by=people.dgp_duty)
    assert [r.backlog for r in Release.objects.filter(desk=desk[0])] == [False, False]
    assert "Zqowners" not in page(signed_in(people.msq_duty), spoken)


def test_released_again_after_a_recall_it_is_decided_anew(spoken, people, unit, signed_in, later):
    desk = [unit("DESK-POL")]
    recall_release(spoken, desks=desk, reason="x", by=people.dgp_head)
    later(minutes=1)
    release_incident(spoken, desks=desk, backlog=False, by=people.dgp_duty)
    assert "Zqowners shared" not in page(signed_in(people.pol_duty), spoken)


def test_the_release_page_asks_when_a_desk_comes_late(spoken, incident, people, signed_in):
    browser = signed_in(people.dgp_duty)
    path = f"/incidents/{spoken.uid}/release/"
    assert 'name="backlog"' in browser.get(path).content.decode()
    fresh = incident()
    assert 'name="backlog"' not in (
        browser.get(f"/incidents/{fresh.uid}/release/").content.decode()
    )
    sent = {"chosen": "1", "version": "1", "desks": ["DESK-MSQ"], "fields": ["headline"]}
    assert browser.post(path, {**sent, "backlog": "no"}).status_code == 302
    assert Release.objects.get(desk__code="DESK-MSQ").backlog is False


def test_the_api_takes_it(spoken, people, api):
    answer = api(people.dgp_duty).post(
        f"/api/v1/incidents/{spoken.uid}/release/", {"desks": ["DESK-MSQ"], "backlog": False}
    )
    assert answer.status_code == 201
    assert Release.objects.get(desk__code="DESK-MSQ").backlog is False


# --- replies


def test_a_reply_names_the_note_it_answers(spoken, people, signed_in):
    note = Note.objects.get(text="Zqowners shared")
    browser = signed_in(english(people.pol_duty))
    form = browser.get(f"/incidents/{spoken.uid}/?reply={note.client_ref}").content.decode()
    assert f'name="reply_to" value="{note.client_ref}"' in form
    sent = {
        "text": "We see the same tracks.", "audience": "shared", "reply_to": str(note.client_ref),
        "client_ref": "7d1f0f4e-6a55-4c43-9a3e-3a3a5f6b7c8d",
    }  # fmt: skip
    for _ in range(2):
        assert browser.post(f"/incidents/{spoken.uid}/note/", sent).status_code == 302
    assert Note.objects.get(text="We see the same tracks.").reply_to == note
    assert "In reply to" in page(signed_in(english(people.dgp_duty)), spoken)


def test_what_answers_an_own_note_stays_with_the_side(spoken, people, signed_in):
    note = Note.objects.get(text="Zqowners own")
    people.dgp_head
    with pytest.raises(Invalid), transaction.atomic():
        add_note(spoken, text="x", audience="shared", reply_to=note, by=people.dgp_head)
    assert add_note(spoken, text="x", reply_to=note, by=people.dgp_head).audience == "own"
    sent = {"text": "Zqshared by mistake", "audience": "shared", "reply_to": str(note.client_ref),
            "client_ref": "7d1f0f4e-6a55-4c43-9a3e-3a3a5f6b7c8e"}  # fmt: skip
    signed_in(people.dgp_head).post(f"/incidents/{spoken.uid}/note/", sent)
    assert Note.objects.get(text="Zqshared by mistake").audience == "own"


def test_nobody_answers_a_note_that_they_do_not_read(spoken, released, people, signed_in, api):
    own = Note.objects.get(text="Zqowners own")
    with pytest.raises(Refused) as no, transaction.atomic():
        add_note(spoken, text="x", audience="own", reply_to=own, by=people.pol_duty)
    assert no.value.status == 404
    path = f"/api/v1/incidents/{spoken.uid}/notes/"
    sent = {"text": "x", "reply_to": str(own.client_ref)}
    assert api(people.pol_duty).post(path, sent).status_code == 400
    other, _delivery = released()
    elsewhere = add_note(other, text="x", audience="shared", by=people.dgp_duty)
    with pytest.raises(Refused), transaction.atomic():
        add_note(spoken, text="x", reply_to=elsewhere, by=people.dgp_duty)
    text = signed_in(people.pol_duty).get(f"/incidents/{spoken.uid}/?reply={own.client_ref}")
    assert str(own.client_ref) not in text.content.decode().replace(
        text.request["QUERY_STRING"], ""
    )


def test_notes_by_the_api(spoken, people, api):
    path = f"/api/v1/incidents/{spoken.uid}/notes/"
    ours, theirs = api(people.dgp_duty), api(people.pol_duty)
    texts = [note["text"] for note in theirs.get(path).json()]
    assert "Zqowners own" not in texts
    first = next(n for n in theirs.get(path).json() if n["text"] == "Zqowners shared")
    answer = theirs.post(path, {"text": "Seen.", "audience": "shared", "reply_to": first["ref"]})
    assert answer.status_code == 201
    last = ours.get(path).json()[-1]
    assert (last["text"], last["reply_to"], last["side"]) == ("Seen.", first["ref"], "BY")
    assert api(people.msq_duty).get(path).status_code == 404


def test_a_printed_copy_says_what_the_screen_says(spoken, people, unit):
    release_incident(spoken, desks=[unit("DESK-MSQ")], backlog=False, by=people.dgp_duty)
    made = print_incident(spoken, view="shared", languages=("ru", "en"), by=people.msq_duty)
    assert made.content.startswith(b"%PDF")
