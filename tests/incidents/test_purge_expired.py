"""What is past its period is blanked once, with a certificate, and nothing else is touched."""

import io
import os
import time

import pypdf
import pytest
from django.core.management import call_command

from bordercoop.audit.models import Entry
from bordercoop.errors import Refused
from bordercoop.files import store
from incidents import actions
from incidents.models import (
    Attachment,
    CustodyEntry,
    IncidentVersion,
    Measure,
    Note,
    Purge,
    PurgeLine,
    SealedCopy,
    SealedPerson,
    SealedReading,
    SealedVersion,
    Share,
)
from incidents.retention import due, is_whole
from incidents.tasks import purge_expired
from tests import made_files as made
from tests.incidents.doors import refused_by_database, sql
from tests.incidents.kept import closed, guardian, period, purge
from tests.incidents.sealed import SECRETS, WHY, add, give

pytestmark = pytest.mark.django_db


def attach(case, by, inside=b"1", name="Zqfile.pdf"):
    file = made.upload(made.pdf(inside), name)
    return actions.attach_file(case, file, description="Zqdescription", by=by)


@pytest.fixture
def whole(released, people, unit):
    """An incident with something of every kind, closed by its side: the incident."""
    case, _delivery = released()
    person = add(case, people.dgp_officer)
    actions.correct_sealed_person(
        person, version=1, changes={"phone": "1"}, reason="Zqreason.", by=people.dgp_duty
    )
    give(case, people.dgp_head, unit("DESK-POL"))
    actions.open_sealed_part(case, reason="procedure", text="Zqtext.", by=people.dgp_duty)
    actions.add_note(case, text="Zqnote own.", by=people.dgp_duty)
    actions.add_note(case, text="Shared note.", audience="shared", by=people.dgp_duty)
    actions.add_note(case, text="Their own note.", by=people.pol_duty)
    actions.add_measure(case, text="Zqmeasure.", by=people.dgp_duty)
    attach(case, people.dgp_duty)
    return closed(case, people.dgp_duty)


def everything():
    """All rows of the incidents' tables as text."""
    tables = sql(
        "SELECT tablename FROM pg_tables"
        " WHERE schemaname = 'public' AND tablename LIKE 'incidents_%%'"
    )
    return "\n".join(str(sql(f'SELECT t::text FROM "{table}" t')) for (table,) in tables)


def test_everything_past_its_period_is_blanked_and_the_rows_stay(whole, later):
    for kind in ("sealed", "file", "note", "reading"):
        period(kind)
    (file,) = Attachment.objects.all()
    before = {model: model.objects.count() for model in (SealedVersion, SealedCopy, SealedReading,
              Note, Measure, Attachment, CustodyEntry, IncidentVersion)}  # fmt: skip
    later(days=31)
    (done,) = purge()
    text = everything()
    assert [secret for secret in (*SECRETS, "Zq", "second patrol") if secret in text] == []
    assert {model: model.objects.count() for model in before} == before
    assert not store.path_of(file.sha256).exists()
    assert sorted(Note.objects.values_list("text", flat=True)) == [
        "", "Shared note.", "Their own note.",
    ]  # fmt: skip
    content = IncidentVersion.objects.get().content
    assert (content["internal_note"], content["headline"]) == ("", Share.objects.first().headline)
    rows = {line.kind: line.rows for line in done.lines.all()}
    assert rows == {"sealed": 2, "copy": 1, "file": 1, "note": 3, "reading": 1}
    assert Entry.objects.filter(verb="data.purged", side="LV").count() == 5


def test_only_the_kind_whose_period_has_passed(whole, people, later):
    period("file", 30)
    period("sealed", 60)
    later(days=31)
    purge()
    assert Attachment.objects.get().purge is not None
    assert "name_latin" in SealedVersion.objects.first().content
    # What was purged is no file any more: the same one added again is kept.
    again, same = (attach(whole, people.dgp_duty) for _turn in range(2))
    assert (again.number, again.pk, again.purge) == (2, same.pk, None)
    assert store.path_of(again.sha256).exists()
    later(days=30)
    purge()
    assert SealedVersion.objects.first().content == {}
    assert [purge.number for purge in Purge.objects.order_by("pk")] == [1, 2]


def test_a_second_run_finds_nothing_and_makes_no_certificate(whole, later):
    period("sealed")
    later(days=31)
    assert len(purge()) == 1
    before = everything()
    assert purge() == []
    purge_expired()
    assert everything() == before


def test_a_dry_run_lists_and_changes_nothing(whole, later):
    period("sealed")
    later(days=31)
    before, said = everything(), io.StringIO()
    call_command("purge_expired", "--dry-run", stdout=said)
    assert f"LV: {whole.number}: sealed" in said.getvalue()
    assert "BY: 0 incidents are due." in said.getvalue()
    assert everything() == before
    call_command("purge_expired", stdout=said)
    assert "LV: certificate 1 with 2 lines, 3 rows blanked." in said.getvalue()
    assert Purge.objects.get().process == "command"


def in_english(officer):
    officer.language = "en"
    officer.save(update_fields=["language"])


def test_the_desk_of_the_other_side_reads_that_the_period_ended(whole, people, signed_in, later):
    period("sealed")
    later(days=31)
    purge()
    copy = SealedCopy.objects.get()
    assert (copy.people, copy.purpose, copy.recipient, copy.expired) == ([], "", "", True)
    in_english(people.pol_head)
    page = signed_in(people.pol_head).get(f"/incidents/{whole.uid}/sealed/").content.decode()
    assert "The period for which they may be kept has ended." in page
    actions.acknowledge_sealed_recall(copy, by=people.pol_head)


def test_a_side_purges_copies_it_holds_by_its_own_period(whole, people, later):
    period("copy", 30, side="BY")
    closed(whole, people.pol_duty)
    later(days=31)
    (done,) = purge()
    assert (done.side, [line.kind for line in done.lines.all()]) == ("BY", ["copy"])
    assert SealedCopy.objects.get().people == []
    assert "name_latin" in SealedVersion.objects.first().content


def test_the_pages_show_what_is_left(whole, people, signed_in, api, later):
    for kind in ("sealed", "file", "note", "reading"):
        period(kind)
    later(days=31)
    purge()
    in_english(people.dgp_head)
    browser, program = signed_in(people.dgp_head), api(people.dgp_head)
    address = f"/incidents/{whole.uid}/"
    assert "purged when its period ended" in browser.get(address).content.decode()
    assert "the file and its name are gone" in browser.get(f"{address}files/").content.decode()
    assert browser.post(f"{address}sealed/", WHY).status_code == 302
    assert browser.get(f"{address}sealed/").context["people"] == []
    assert program.post(f"/api/v1{address}sealed/open/", WHY).json()["people"] == []
    file = Attachment.objects.get()
    assert browser.get(f"{address}files/{file.uid}/").status_code == 409
    for tail in ("", "versions/", "print/?chosen=1&second=ru&copy=internal", "files/pack.zip"):
        assert browser.get(address + tail).status_code in (200, 409), tail
    assert program.get(f"/api/v1{address}").status_code == 200


def test_what_was_purged_is_not_corrected_or_released(whole, people, unit, later):
    period("sealed")
    later(days=31)
    purge()
    person = SealedPerson.objects.get()
    with pytest.raises(Refused, match="gone"):
        actions.correct_sealed_person(
            person, version=2, changes={"phone": "2"}, reason="Misread.", by=people.dgp_duty
        )
    with pytest.raises(Refused):
        give(whole, people.dgp_head, unit("DESK-POL"))


def test_bytes_that_another_record_holds_stay(whole, incident, people, later):
    other = incident()
    mine = attach(other, people.dgp_duty)
    period("file")
    later(days=31)
    purge()
    assert store.path_of(mine.sha256).exists()
    assert actions.download_attachment(mine, by=people.dgp_duty).file.read()
    closed(other, people.dgp_duty)
    later(days=31)
    purge()
    assert not store.path_of(mine.sha256).exists()


def test_bytes_that_came_again_in_the_last_hour_wait_for_their_row(whole, later):
    """Somebody brings the same file while it is purged: the row that is not there yet finds it."""
    period("file")
    later(days=31)
    path = store.path_of(Attachment.objects.get().sha256)
    with store.arriving([path.read_bytes()]) as (file, stored):
        store.keep(file, stored)
    os.utime(path, (time.time(), time.time()))  # the disk's clock does not travel
    assert purge() == []  # the certificate stays open until the bytes have gone
    assert path.exists()
    assert Purge.objects.get().finished_at is None
    later(hours=2)
    assert len(purge()) == 1
    assert not path.exists()


def test_a_removal_that_was_stopped_half_way_is_gone_on_with(whole, later):
    period("file")
    later(days=31)
    path = store.path_of(Attachment.objects.get().sha256)
    path.rename(path.with_name(f".going-{path.name}"))
    assert len(purge()) == 1
    assert list(path.parent.glob(f"*{path.name}")) == []


def test_bytes_set_aside_that_another_record_holds_come_back(whole, incident, people, later):
    mine = attach(incident(), people.dgp_duty)
    period("file")
    later(days=31)
    path = store.path_of(mine.sha256)
    path.rename(path.with_name(f".going-{path.name}"))
    actions.forget_stray_files()
    purge()
    assert path.exists()


def test_certificates_are_counted_and_chained(whole, incident, people, later):
    period("file", 30)
    period("sealed", 60)
    later(days=31)
    purge()
    later(days=31)
    purge()
    first, second = Purge.objects.order_by("number")
    assert second.previous == first.digest
    assert is_whole(first)
    assert is_whole(second)
    with refused_by_database("Cannot update"):
        sql("UPDATE incidents_purge SET digest = repeat('0', 64) WHERE number = 1")
    with refused_by_database("Cannot delete"):
        sql("DELETE FROM incidents_purge")
    with refused_by_database("Cannot update"):
        sql("UPDATE incidents_purgeline SET rows = 1")
    with refused_by_database("certificate_is_closed"):
        PurgeLine.objects.create(
            purge=first, incident=whole, number="x", kind="file", rows=1, days=1, ground="x",
            kept_until=first.at.date(),
        )  # fmt: skip


def test_a_certificate_that_was_changed_behind_the_portal_shows(whole, officer, signed_in, later):
    period("file", 30)
    later(days=31)
    (done,) = purge()
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("ALTER TABLE incidents_purgeline DISABLE TRIGGER USER")
    sql("UPDATE incidents_purgeline SET rows = 9")
    sql("ALTER TABLE incidents_purgeline ENABLE TRIGGER USER")
    page = signed_in(guardian(officer)).get(f"/retention/certificates/{done.uid}/")
    assert page.context["whole"] is False


@pytest.mark.parametrize("door", ["html", "api"])
def test_the_guardian_reads_and_prints_the_certificate(door, whole, officer, signed_in, api, later):
    period("sealed")
    later(days=31)
    (done,) = purge()
    by = guardian(officer)
    client, prefix = (signed_in(by), "") if door == "html" else (api(by), "/api/v1")
    listed = client.get(f"{prefix}/retention/certificates/")
    assert str(done.uid) in listed.content.decode()
    address = f"{prefix}/retention/certificates/{done.uid}/"
    text = client.get(address).content.decode()
    assert whole.number in text
    assert done.digest in text
    answer = client.get(f"{address}pdf/")
    assert answer["Content-Type"] == "application/pdf"
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    said = "".join(page.extract_text() for page in pages)
    assert whole.number in said
    assert "Section 5" in said
    assert Entry.objects.filter(verb="data.exported", about="export:certificate").count() == 1


@pytest.mark.parametrize("who", ["lv_hq", "dgp_head", "lv_admin", "by_auditor", "by_hq"])
def test_nobody_else_does(who, whole, people, signed_in, api, later):
    period("sealed")
    later(days=31)
    (done,) = purge()
    by = getattr(people, who)
    for client, prefix in ((signed_in(by), ""), (api(by), "/api/v1")):
        address = f"{prefix}/retention/certificates/"
        for tail in (f"{done.uid}/", f"{done.uid}/pdf/"):
            assert client.get(address + tail).status_code == 404
        listed = client.get(address)
        assert listed.status_code == 404 or str(done.uid) not in listed.content.decode()
    with pytest.raises(Refused):
        actions.print_certificate(done, languages=("en", "lv"), by=by)


def test_a_restored_backup_is_purged_again_by_the_next_run(whole, later):
    """The rows of before the purge are back, and so is what is due."""
    period("sealed")
    later(days=31)
    assert due("LV") == [(whole.pk, ["sealed"])]
    from django.db import transaction

    with transaction.atomic():
        purge()
        transaction.set_rollback(True)
    assert len(purge()) == 1
    assert SealedVersion.objects.first().content == {}


def test_the_day_counts_and_not_the_hour(whole, later):
    period("sealed", 30)
    later(days=30)
    assert purge() == []
    later(days=1)
    assert len(purge()) == 1
    assert PurgeLine.objects.first().days == 30
