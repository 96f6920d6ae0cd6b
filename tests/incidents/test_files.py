"""Files beside an incident: adding, who has them, custody, release, withdrawal, the pack."""

import csv
import hashlib
import io
import json
import os
import subprocess
import sys
import time
import uuid
import zipfile

import pytest
from django.conf import settings
from django.test import override_settings

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.files import store
from incidents import actions
from incidents.files import held_files
from incidents.models import Attachment, AttachmentCopy, CustodyEntry, Share
from tests import made_files as made
from tests.incidents.doors import refused_by_database, sql

pytestmark = pytest.mark.django_db
PLAIN = {"content_type": None}


def attach(case, by, content=None, name="photo.jpg", **more):
    return actions.attach_file(case, made.upload(content or made.photo(), name), by=by, **more)


def names(case, by):
    share = Share.objects.visible_to(by).get(incident=case)
    return [held.attachment.name for held in held_files(by, case, share)]


def body(response):
    return b"".join(response)


# --- adding


def test_a_file_is_kept_as_it_came_with_its_sum_its_log_and_its_trail(people, incident):
    case, content = incident(), made.photo()
    row = attach(case, people.dgp_officer, content, "Foto zīme 214.JPG", description=" The  sign ")
    assert row.sha256 == hashlib.sha256(content).hexdigest()
    assert store.path_of(row.sha256).read_bytes() == content
    assert (row.name, row.kind, row.size) == ("Foto zīme 214.jpg", "jpeg", len(content))
    assert (row.width, row.height, row.description) == (40, 20, "The sign")
    assert row.scan == "not_configured"
    plain = store.path_of(row.rendition_sha256).read_bytes()
    assert b"Zqmaker" not in plain
    assert [line.deed for line in row.custody.all()] == ["received"]
    entry = Entry.objects.get(verb="file.added")
    assert (entry.about, entry.facts["sha256"]) == (f"file:{row.uid}", row.sha256)
    assert settings.STATIC_ROOT not in store.path_of(row.sha256).parents
    assert store.path_of(row.sha256).stat().st_mode & 0o222 == 0


def test_the_same_bytes_on_one_incident_are_one_file(people, incident):
    case, other = incident(), incident()
    first = attach(case, people.dgp_officer)
    assert attach(case, people.dgp_leader, name="again.jpg") == first
    assert attach(other, people.dgp_officer) != first
    assert Attachment.objects.count() == 2


def test_the_other_side_learns_nothing_from_adding_the_same_bytes(people, released):
    case, _delivery = released()
    first = attach(case, people.dgp_officer)
    theirs = attach(case, people.pol_duty)
    assert theirs != first
    assert (theirs.number, theirs.side) == (1, "BY")
    assert names(case, people.pol_duty) == ["photo.jpg"]


def test_an_unknown_reader_and_one_without_the_right_add_nothing(people, incident):
    case = incident()
    with pytest.raises(Refused) as hidden:
        attach(case, people.pol_duty)
    assert hidden.value.status == 404
    with pytest.raises(NotAllowed):
        attach(case, people.lv_auditor)
    assert Attachment.objects.count() == 0
    assert Entry.objects.filter(verb="file.added").count() == 0


@pytest.mark.parametrize(
    ("sent", "name", "code"),
    [
        (b"<svg><script>x()</script></svg>", "drawing.svg", "kind_not_taken"),
        (b"MZ\x90\0" + bytes(99), "photo.jpg", "disguised"),
        (made.docx(**{"word/zeros": bytes(30_000_000)}), "act.docx", "bomb"),
        (made.claimed_png(40_000, 40_000), "scan.png", "too_many_pixels"),
        (made.pdf(), "CON.pdf", "bad_name"),
    ],
    ids=["svg", "disguised", "bomb", "pixels", "device"],
)
def test_what_is_not_taken_leaves_nothing_behind_at_each_door(
    sent, name, code, people, incident, signed_in, api
):
    case = incident()
    folder = settings.MEDIA_ROOT / "attachments"
    before = {path for path in folder.glob("**/*") if path.is_file()}
    page = signed_in(people.dgp_officer).post(
        f"/incidents/{case.uid}/files/",
        {"file": made.upload(sent, name), "description": "Kept words", "audience": "own"},
    )
    assert page.status_code == 400
    assert 'id="id_file-error"' in page.content.decode()
    assert "Kept words" in page.content.decode()
    answer = api(people.dgp_officer).post(
        f"/api/v1/incidents/{case.uid}/files/",
        {"file": made.upload(sent, name)},
        format="multipart",
    )
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.json()["fields"]["file"]
    assert Attachment.objects.count() == 0
    assert {path for path in folder.glob("**/*") if path.is_file()} == before


def test_a_path_in_a_name_is_refused_by_the_verb_and_cut_off_at_the_door(people, incident, api):
    case = incident()

    class Raw:
        name, size = "../../etc/cron.d/x.pdf", 10

        def chunks(self):
            yield made.pdf()

    with pytest.raises(Invalid, match="path"):
        actions.attach_file(case, Raw(), by=people.dgp_officer)
    assert Attachment.objects.count() == 0


@override_settings(FILE_MOST_BYTES=1000)
def test_a_file_above_the_limit_is_refused_with_a_sentence(people, incident, api, signed_in):
    case = incident()
    large = made.pdf(bytes(range(32, 127)) * 20)
    answer = api(people.dgp_officer).post(
        f"/api/v1/incidents/{case.uid}/files/",
        {"file": made.upload(large, "a.pdf")},
        format="multipart",
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    page = signed_in(people.dgp_officer).post(
        f"/incidents/{case.uid}/files/", {"file": made.upload(large, "a.pdf"), "audience": "own"}
    )
    assert page.status_code == 413
    assert 'id="id_file-error"' in page.content.decode()


def test_a_request_that_claims_too_much_is_refused_unread(people, incident, signed_in, api):
    case = incident()
    for path, client in (
        (f"/incidents/{case.uid}/files/", signed_in(people.dgp_officer)),
        (f"/api/v1/incidents/{case.uid}/files/", api(people.dgp_officer)),
    ):
        answer = client.generic(
            "POST", path, b"--x", content_type="multipart/form-data; boundary=x",
            CONTENT_LENGTH=str(1024**3),
        )  # fmt: skip
        assert answer.status_code == 413, path


@override_settings(FILES_MOST=2)
def test_more_files_than_an_incident_may_have_are_refused_for_each_side_alone(people, released):
    case, _delivery = released()
    for number in range(2):
        attach(case, people.dgp_officer, made.pdf(b"%d" % number), "a.pdf")
    with pytest.raises(Refused) as refusal:
        attach(case, people.dgp_officer, made.pdf(b"3"), "a.pdf")
    assert refusal.value.code == "too_many_files"
    # The same one again is no further one, and the other side's room is its own.
    attach(case, people.dgp_officer, made.pdf(b"1"), "a.pdf")
    attach(case, people.pol_duty, made.pdf(b"3"), "a.pdf")


@override_settings(FILES_MOST_BYTES=200)
def test_all_files_together_have_a_limit(people, incident):
    with pytest.raises(Refused, match="together"):
        attach(incident(), people.dgp_officer)


def test_the_page_and_the_api_add_the_same(people, incident, signed_in, api):
    case = incident()
    page = signed_in(people.dgp_officer).post(
        f"/incidents/{case.uid}/files/",
        {"file": made.upload(made.photo()), "description": "x", "evidence": "on",
         "audience": "own"},
    )  # fmt: skip
    assert page.status_code == 302
    answer = api(people.dgp_officer).post(
        f"/api/v1/incidents/{case.uid}/files/",
        {"file": made.upload(made.docx(), "act.docx"), "evidence": "true"},
        format="multipart",
    )
    assert answer.status_code == 201, answer.content
    shown = answer.json()
    assert (shown["name"], shown["evidence"], shown["mine"], shown["audience"]) == (
        "act.docx", True, True, "own",
    )  # fmt: skip
    assert shown["custody"][0]["deed"] == "received"
    listed = api(people.dgp_leader).get(f"/api/v1/incidents/{case.uid}/files/").json()
    assert [one["name"] for one in listed] == ["photo.jpg", "act.docx"]
    shown_page = signed_in(people.dgp_leader).get(f"/incidents/{case.uid}/files/").content.decode()
    record = signed_in(people.dgp_leader).get(f"/incidents/{case.uid}/").content.decode()
    assert "act.docx" in shown_page
    assert "act.docx" in record


def test_an_upload_with_a_key_happens_once_and_another_file_with_it_is_refused(
    people, incident, api
):
    case, client = incident(), api(people.dgp_officer)
    path = f"/api/v1/incidents/{case.uid}/files/"

    def send(content):
        return client.post(
            path, {"file": made.upload(content, "a.pdf")}, format="multipart",
            HTTP_IDEMPOTENCY_KEY="one",
        )  # fmt: skip

    first, again = send(made.pdf()), send(made.pdf())
    assert (first.status_code, again["Idempotent-Replayed"]) == (201, "true")
    assert first.json() == again.json()
    assert send(made.pdf(b"other")).status_code == 422


@pytest.mark.parametrize("text", ["\x00", "x" * 501, "x" * 100_000])
def test_odd_words_are_refused_with_a_sentence(text, people, incident, signed_in, api):
    case = incident()
    page = signed_in(people.dgp_officer).post(
        f"/incidents/{case.uid}/files/",
        {"file": made.upload(made.photo()), "description": text, "audience": "own"},
    )
    assert page.status_code == 400
    answer = api(people.dgp_officer).post(
        f"/api/v1/incidents/{case.uid}/files/",
        {"file": made.upload(made.photo()), "description": text},
        format="multipart",
    )
    assert answer.status_code == 400
    with pytest.raises(Invalid):
        attach(case, people.dgp_officer, description=text)


def test_no_file_at_all_says_so(people, incident, signed_in):
    page = signed_in(people.dgp_officer).post(
        f"/incidents/{incident().uid}/files/", {"audience": "own"}
    )
    assert page.status_code == 400
    assert "id_file-error" in page.content.decode()


# --- saving


def test_it_is_served_to_be_saved_and_never_to_be_shown(people, incident, signed_in, api):
    case = incident()
    row = attach(case, people.dgp_officer, name="Ціна №7.jpg")
    for client, path in (
        (signed_in(people.dgp_leader), f"/incidents/{case.uid}/files/{row.uid}/"),
        (api(people.dgp_leader), f"/api/v1/incidents/{case.uid}/files/{row.uid}/content/"),
    ):
        answer = client.get(path)
        assert body(answer) == made.photo()
        assert answer.streaming
        assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%D0%A6")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["Content-Type"] == "image/jpeg"
        assert answer["Cache-Control"].startswith("no-store, private")
        assert answer["Content-Length"] == str(row.size)
        assert b"Zqmaker" not in body(client.get(path + "?plain=1"))
    exports = Entry.objects.filter(verb="data.exported", about="export:file")
    assert exports.count() == 4
    assert exports.first().facts["filter"]["file"] == str(row.uid)


def test_a_file_that_the_disk_lost_is_told_and_not_recorded_as_taken(people, incident, signed_in):
    case = incident()
    row = attach(case, people.dgp_officer, made.pdf(b"lost"), "a.pdf")
    store.path_of(row.sha256).unlink()
    for path in (f"/incidents/{case.uid}/files/{row.uid}/",
                 f"/incidents/{case.uid}/files/pack.zip"):  # fmt: skip
        assert signed_in(people.dgp_officer).get(path).status_code == 409
    assert not Entry.objects.filter(verb="data.exported").exists()


# --- release


def release(case, people, unit, desks=("DESK-POL",), **more):
    return actions.release_incident(
        case, desks=[unit(code) for code in desks], by=people.dgp_duty, **more
    )


def test_a_release_gives_no_file_unless_it_was_ticked(people, released):
    case, _delivery = released()
    attach(case, people.dgp_officer)
    assert names(case, people.pol_duty) == []
    assert AttachmentCopy.objects.count() == 0


def test_a_desk_has_exactly_what_it_was_given_and_without_metadata(
    people, unit, incident, signed_in, api, both_sides_on_duty
):
    people.msq_duty
    case = incident()
    given = attach(case, people.dgp_officer, name="given.jpg")
    kept = attach(case, people.dgp_officer, made.pdf(), "kept.pdf")
    release(case, people, unit, ("DESK-POL",), files={given.uid: False})
    release(case, people, unit, ("DESK-MSQ",))
    assert names(case, people.pol_duty) == ["given.jpg"]
    assert names(case, people.msq_duty) == []
    browser, program = signed_in(people.pol_duty), api(people.pol_duty)
    path = f"/incidents/{case.uid}/files/{{}}/"
    for query in ("", "?plain=1", "?plain=0", "?original=1"):
        content = body(browser.get(path.format(given.uid) + query))
        assert b"Zqmaker" not in content
    assert hashlib.sha256(content).hexdigest() == given.rendition_sha256
    assert browser.get(path.format(kept.uid)).status_code == 404
    assert signed_in(people.msq_duty).get(path.format(given.uid)).status_code == 404
    said = program.get(f"/api/v1/incidents/{case.uid}/files/").json()
    assert [one["sha256"] for one in said] == [given.rendition_sha256]
    assert said[0]["released_to"] == []
    shown = browser.get(f"/incidents/{case.uid}/files/").content.decode()
    for hidden in ("kept.pdf", given.sha256, kept.sha256, people.dgp_officer.name_latin):
        assert hidden not in shown + str(said)
    log = CustodyEntry.objects.get(attachment=given, deed="released")
    assert (log.desk.code, log.by) == ("DESK-POL", people.dgp_duty)


def test_the_original_goes_only_when_it_was_released_as_evidence(people, unit, released, signed_in):
    case, _delivery = released()
    row = attach(case, people.dgp_officer, evidence=True)
    path = f"/incidents/{case.uid}/files/{row.uid}/"
    browser = signed_in(people.pol_duty)
    release(case, people, unit, files={row.uid: False})
    assert b"Zqmaker" not in body(browser.get(path))
    release(case, people, unit, files={row.uid: True})
    assert body(browser.get(path)) == made.photo()
    # Asked for less afterwards, it has been there already.
    release(case, people, unit, files={row.uid: False})
    assert body(browser.get(path)) == made.photo()


def test_a_file_more_alerts_the_desk_anew_and_the_same_one_does_not(people, unit, released):
    case, delivery = released()
    row = attach(case, people.dgp_officer)
    first = release(case, people, unit, files={row.uid: False})
    assert first != delivery.alert
    assert release(case, people, unit, files={row.uid: False}) == first
    assert release(case, people, unit) == first
    assert names(case, people.pol_duty) == ["photo.jpg"]


def test_what_is_not_the_owner_s_or_not_there_cannot_be_given(people, unit, released):
    case, _delivery = released()
    other = attach(case, people.pol_duty, audience="shared")
    gone = attach(case, people.dgp_officer)
    actions.withdraw_attachment(gone, reason="Wrong one", by=people.dgp_officer)
    for uid in (other.uid, gone.uid, uuid.uuid4(), "x\x00"):
        with pytest.raises(Invalid):
            release(case, people, unit, files={uid: False})
    assert AttachmentCopy.objects.count() == 0


def test_a_picture_of_which_there_is_only_the_original_goes_as_evidence_or_not_at_all(
    people, unit, released
):
    case, _delivery = released()
    row = attach(case, people.dgp_officer, made.tiff(pages=2), "scan.tif")
    assert row.rendition_sha256 == ""
    with pytest.raises(Invalid, match="without metadata"):
        attach(case, people.pol_duty, made.tiff(pages=2), "scan.tif", audience="shared")
    with pytest.raises(Invalid, match="without metadata"):
        release(case, people, unit, files={row.uid: False})
    release(case, people, unit, files={row.uid: True})


@pytest.mark.parametrize("category", ["ASY", "SIR"])
def test_files_of_what_never_crosses_never_cross(
    category, people, unit, incident, both_sides_on_duty
):
    case = incident(category=category)
    row = attach(case, people.dgp_officer)
    people.rix_duty, people.pol_duty
    alert = release(case, people, unit, ("DESK-RIX",), files={row.uid: False})
    with pytest.raises(Refused) as refusal:
        release(case, people, unit, ("DESK-POL",), files={row.uid: False})
    assert refusal.value.code == "never_released"
    insert = (
        "INSERT INTO incidents_attachmentcopy (attachment_id, desk_id, release_id, original, at) "
        "SELECT %s, %s, id, false, now() FROM incidents_release WHERE alert_id = %s"
    )
    with refused_by_database("file_never_released"):
        sql(insert, row.pk, unit("DESK-POL").pk, alert.pk)


def test_the_database_gives_no_file_to_a_desk_without_a_copy(people, unit, released):
    case, _delivery = released()
    row = attach(case, people.dgp_officer)
    insert = (
        "INSERT INTO incidents_attachmentcopy (attachment_id, desk_id, release_id, original, at) "
        "SELECT %s, %s, min(id), false, now() FROM incidents_release"
    )
    with refused_by_database("file_never_released"):
        sql(insert, row.pk, unit("DESK-MSQ").pk)


def test_the_release_page_ticks_nothing_and_gives_what_was_ticked(people, released, signed_in):
    case, _delivery = released()
    row = attach(case, people.dgp_officer)
    browser, path = signed_in(people.dgp_duty), f"/incidents/{case.uid}/release/"
    page = browser.get(path)
    assert [file["ticked"] for file in page.context["files"]] == [False]
    asked = {"chosen": "1", "version": "1", "desks": "DESK-POL", "fields": "headline"}
    browser.post(path, {**asked, "files": str(row.uid)})
    assert names(case, people.pol_duty) == ["photo.jpg"]
    refused = browser.post(path, {**asked, "files": ["nonsense", "x" * 9999]})
    assert refused.status_code == 400


def test_the_api_gives_the_files_that_it_names(people, released, api):
    case, _delivery = released()
    row = attach(case, people.dgp_officer)
    asked = {"desks": ["DESK-POL"], "files": [{"file": str(row.uid), "original": True}]}
    answer = api(people.dgp_duty).post(f"/api/v1/incidents/{case.uid}/release/", asked)
    assert answer.status_code == 201, answer.content
    assert AttachmentCopy.objects.get().original


# --- what those add who were told


def test_a_desk_that_was_told_adds_for_its_own_side_or_for_both(people, released, signed_in):
    case, _delivery = released()
    attach(case, people.pol_duty, made.pdf(b"1"), "own.pdf")
    attach(case, people.pol_duty, name="both.jpg", audience="shared")
    evidence = attach(
        case, people.pol_duty, made.photo(41), "real.jpg", audience="shared", evidence=True
    )
    assert names(case, people.dgp_duty) == ["both.jpg", "real.jpg"]
    assert names(case, people.pol_duty) == ["own.pdf", "both.jpg", "real.jpg"]
    browser = signed_in(people.dgp_duty)
    for held in Attachment.objects.filter(audience="shared"):
        content = body(browser.get(f"/incidents/{case.uid}/files/{held.uid}/"))
        assert (b"Zqmaker" in content) == (held == evidence)
    with pytest.raises(Invalid, match="release"):
        attach(case, people.dgp_officer, made.pdf(b"2"), "a.pdf", audience="shared")


def test_an_own_desk_that_was_told_sees_no_file_of_the_owner(people, released):
    people.rix_duty
    case, _delivery = released(desks=("DESK-RIX",))
    attach(case, people.dgp_officer)
    assert names(case, people.rix_duty) == []
    attach(case, people.rix_duty, made.pdf(), "a.pdf")
    assert names(case, people.dgp_duty) == ["photo.jpg", "a.pdf"]


# --- custody


def test_each_hand_over_is_a_line_of_the_log_and_the_same_form_twice_is_one(
    people, incident, signed_in, api
):
    case = incident()
    row = attach(case, people.dgp_officer)
    ref = str(uuid.uuid4())
    path = f"/incidents/{case.uid}/files/{row.uid}/hand-over/"
    typed = {"to": "Expert A. Kalns, laboratory", "purpose": "Comparison", "client_ref": ref}
    browser = signed_in(people.dgp_officer)
    assert [browser.post(path, typed).status_code for _ in range(2)] == [302, 302]
    answer = api(people.dgp_leader).post(
        f"/api/v1/incidents/{case.uid}/files/{row.uid}/hand-overs/",
        {"to": "Archive", "purpose": "Keeping"},
    )
    assert answer.status_code == 201
    assert [line["deed"] for line in answer.json()["custody"]] == [
        "received", "handed_over", "handed_over",
    ]  # fmt: skip
    assert {line.sha256 for line in row.custody.all()} == {row.sha256}
    assert Entry.objects.filter(verb="file.handed_over").count() == 2


@pytest.mark.parametrize("typed", [
    {}, {"to": "x"}, {"purpose": "x"}, {"to": "\x00", "purpose": "x"},
    {"to": "x" * 201, "purpose": "Kept words"},
], ids=["none", "to", "purpose", "nul", "long"])  # fmt: skip
def test_a_hand_over_without_receiver_or_purpose_is_refused(
    typed, people, incident, signed_in, api
):
    case = incident()
    row = attach(case, people.dgp_officer)
    page = signed_in(people.dgp_officer).post(
        f"/incidents/{case.uid}/files/{row.uid}/hand-over/",
        {**typed, "client_ref": str(uuid.uuid4())},
    )
    assert page.status_code == 400
    assert typed.get("purpose", "") in page.content.decode()
    answer = api(people.dgp_officer).post(
        f"/api/v1/incidents/{case.uid}/files/{row.uid}/hand-overs/", typed
    )
    assert answer.status_code == 400
    assert row.custody.count() == 1


def test_each_side_reads_its_own_part_of_the_log(people, unit, released):
    case, _delivery = released()
    row = attach(case, people.dgp_officer)
    actions.hand_over(row, to="Own laboratory", purpose="x", by=people.dgp_officer)
    release(case, people, unit, files={row.uid: False})
    actions.hand_over(row, to="Their laboratory", purpose="x", by=people.pol_duty)
    for by, said in ((people.dgp_duty, ["", "Own laboratory", ""]),
                     (people.pol_duty, ["", "Their laboratory"])):  # fmt: skip
        share = Share.objects.visible_to(by).get(incident=case)
        (held,) = held_files(by, case, share, whole=True)
        assert [line.to for line in held.custody] == said
        sums = {line.sha256 for line in held.custody}
        assert (row.sha256 in sums) == (by == people.dgp_duty)


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("UPDATE incidents_custodyentry SET \"to\" = 'x'", "Cannot update or delete"),
        ("DELETE FROM incidents_custodyentry", "Cannot update or delete"),
        ("UPDATE incidents_attachment SET sha256 = repeat('0', 64)", "file_never_changes"),
        ("UPDATE incidents_attachment SET evidence = NOT evidence", "file_never_changes"),
        ("UPDATE incidents_attachment SET withdrawn_at = now()", "withdrawn_file_has_a_reason"),
        ("DELETE FROM incidents_attachment", "Cannot delete|incidents_custodyentry"),
    ],
)
def test_the_database_keeps_files_and_their_logs(statement, rule, people, incident):
    attach(incident(), people.dgp_officer)
    with refused_by_database(rule):
        sql(statement)


# --- withdrawing


def test_a_withdrawn_file_is_kept_with_its_reason_and_nobody_has_it(
    people, unit, released, signed_in, api
):
    case, _delivery = released()
    row = attach(case, people.dgp_officer)
    release(case, people, unit, files={row.uid: False})
    path = f"/incidents/{case.uid}/files/{row.uid}/"
    browser = signed_in(people.dgp_officer)
    assert browser.post(f"{path}withdraw/", {"reason": ""}).status_code == 400
    assert browser.post(f"{path}withdraw/", {"reason": "Wrong incident"}).status_code == 302
    again = api(people.dgp_leader).post(
        f"/api/v1{path}withdraw/", {"reason": "Another reason"}
    )  # fmt: skip
    assert again.status_code == 200
    row.refresh_from_db()
    assert (row.withdrawn_reason, row.withdrawn_by) == ("Wrong incident", people.dgp_officer)
    assert [line.deed for line in row.custody.order_by("pk")] == [
        "received", "released", "withdrawn",
    ]  # fmt: skip
    assert browser.get(path).status_code == 409
    assert signed_in(people.pol_duty).get(path).status_code == 404
    assert "Wrong incident" in browser.get(f"/incidents/{case.uid}/files/").content.decode()
    assert store.path_of(row.sha256).exists()


def test_the_other_side_withdraws_nothing_of_ours(people, unit, released, api):
    case, _delivery = released()
    row = attach(case, people.dgp_officer)
    path = f"/api/v1/incidents/{case.uid}/files/{row.uid}/withdraw/"
    assert api(people.pol_duty).post(path, {"reason": "x"}).status_code == 404
    release(case, people, unit, files={row.uid: False})
    assert api(people.pol_duty).post(path, {"reason": "x"}).status_code == 403
    row.refresh_from_db()
    assert row.withdrawn_at is None


# --- the pack


def unpacked(response, folder):
    with zipfile.ZipFile(io.BytesIO(body(response))) as packed:
        assert packed.testzip() is None
        packed.extractall(folder)
        return packed.namelist()


def test_the_pack_holds_files_log_and_sums_and_checks_itself(
    people, incident, signed_in, api, tmp_path
):
    case = incident()
    row = attach(case, people.dgp_officer, name="Foto №1.jpg", evidence=True)
    attach(case, people.dgp_officer, made.pdf(), "letter.pdf")
    actions.hand_over(row, to="=cmd|'/c calc'!A1", purpose="+1", by=people.dgp_officer)
    gone = attach(case, people.dgp_officer, made.pdf(b"gone"), "gone.pdf")
    actions.withdraw_attachment(gone, reason="x", by=people.dgp_officer)
    answer = signed_in(people.dgp_duty).get(f"/incidents/{case.uid}/files/pack.zip")
    assert answer.streaming
    assert f"{case.number}-files.zip" in answer["Content-Disposition"]
    assert unpacked(answer, tmp_path) == [
        "files/01-Foto №1.jpg", "files/02-letter.pdf", "custody.csv", "custody.json", "verify.py",
        "manifest.json",
    ]  # fmt: skip
    manifest = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    assert (manifest["incident"], manifest["left_out"]) == (
        case.number, [{"name": "gone.pdf", "why": "withdrawn"}],
    )  # fmt: skip
    assert manifest["parts"][0]["sha256"] == row.sha256
    log = list(csv.DictReader(io.StringIO((tmp_path / "custody.csv").read_text("utf-8-sig"))))
    assert [line["deed"] for line in log][:2] == ["received", "handed_over"]
    assert (log[1]["to"], log[1]["purpose"]) == ("'=cmd|'/c calc'!A1", "'+1")

    def check():
        return subprocess.run(
            [sys.executable, "-I", tmp_path / "verify.py"], capture_output=True, text=True
        )

    good = check()
    assert good.returncode == 0, good.stdout + good.stderr
    (tmp_path / "files" / "02-letter.pdf").write_bytes(b"changed")
    bad = check()
    assert bad.returncode == 1
    assert "WRONG   files/02-letter.pdf" in bad.stdout
    assert Entry.objects.get(about="export:files").facts["rows"] == 2
    program = api(people.dgp_duty).get(f"/api/v1/incidents/{case.uid}/files/pack/")
    assert "manifest.json" in unpacked(program, tmp_path / "again")


def test_the_pack_of_a_desk_holds_what_it_was_given_and_nothing_else(
    people, unit, released, signed_in, tmp_path
):
    case, _delivery = released()
    row = attach(case, people.dgp_officer, name="given.jpg")
    attach(case, people.dgp_officer, made.pdf(), "kept.pdf")
    actions.hand_over(row, to="Own laboratory", purpose="x", by=people.dgp_officer)
    path = f"/incidents/{case.uid}/files/pack.zip"
    assert signed_in(people.pol_duty).get(path).status_code == 409
    release(case, people, unit, files={row.uid: False})
    unpacked(signed_in(people.pol_duty).get(path), tmp_path)
    whole = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert row.rendition_sha256.encode() in whole
    for hidden in (b"kept.pdf", b"Zqmaker", b"Own laboratory", row.sha256.encode(),
                   people.dgp_officer.name_latin.encode()):  # fmt: skip
        assert hidden not in whole


def test_who_sees_nothing_of_the_incident_sees_no_file_at_any_door(
    people, incident, signed_in, api
):
    case = incident()
    row = attach(case, people.dgp_officer)
    browser, program = signed_in(people.pol_duty), api(people.pol_duty)
    page, door = f"/incidents/{case.uid}/files/", f"/api/v1/incidents/{case.uid}/files/"
    for path in (page, f"{page}pack.zip", f"{page}{row.uid}/"):
        assert browser.get(path).status_code == 404
    for path in (door, f"{door}pack/", f"{door}{row.uid}/content/"):
        assert program.get(path).status_code == 404
    for path in (f"{door}{row.uid}/withdraw/", f"{door}{row.uid}/hand-overs/"):
        assert program.post(path, {"reason": "x", "to": "x", "purpose": "x"}).status_code == 404


# --- what is left behind


def test_what_a_failed_request_left_is_removed_a_day_later_and_nothing_else(people, incident):
    row = attach(incident(), people.dgp_officer)
    with store.arriving([b"stray"]) as (file, stray):
        store.keep(file, stray)
    assert actions.forget_stray_files() == 0
    old = time.time() - 2 * actions.files.STRAY_SECONDS
    for sum_ in (row.sha256, row.rendition_sha256, stray.sha256):
        os.utime(store.path_of(sum_), (old, old))
    assert actions.forget_stray_files() >= 1
    assert not store.path_of(stray.sha256).exists()
    assert store.path_of(row.sha256).exists()
    assert store.path_of(row.rendition_sha256).exists()


def test_a_page_of_files_costs_the_same_for_one_and_for_ten(
    people, incident, signed_in, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    case, browser, counts = incident(), signed_in(people.dgp_officer), []
    for rows in (1, 9):
        for _ in range(rows):
            row = attach(
                case, people.dgp_officer, made.pdf(uuid.uuid4().bytes.hex().encode()), "a.pdf"
            )
            actions.hand_over(row, to="x", purpose="x", by=people.dgp_leader)
        browser.get(f"/incidents/{case.uid}/files/")
        with CaptureQueriesContext(connection) as queries:
            browser.get(f"/incidents/{case.uid}/files/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
