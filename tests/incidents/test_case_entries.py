"""What a side brings into a joint investigation: its own until exchanged, and its own to change."""

import io
import re
import zipfile

import pytest
from django.db import DatabaseError, transaction

from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from incidents import actions
from incidents.actions import case_moves
from incidents.investigation.custody import is_whole, log_of
from incidents.investigation.reading import versions_for
from incidents.models import CaseEntry, EntryComment, EntryCustody
from tests import made_files

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cases):
    return cases.at("agreed")


def now_of(entry):
    entry = CaseEntry.objects.get(pk=entry.pk)
    return entry.versions.get(number=entry.version)


def missing(verb, *args, **kwargs):
    with pytest.raises(Refused) as refusal:
        verb(*args, **kwargs)
    assert refusal.value.status == 404


def test_an_entry_stays_at_home_until_it_is_exchanged(cases, case):
    entry = cases.entry(case)
    theirs = case.entries.readable_by("BY")
    assert entry not in theirs
    missing(actions.comment_entry, entry, text="x", language="ru", by=cases.by)
    missing(actions.exchange_entries, case, [entry], by=cases.by)
    actions.exchange_entries(case, [entry], by=cases.lv)
    actions.exchange_entries(case, [entry], by=cases.lv)
    assert entry in case.entries.readable_by("BY")
    assert [line.deed for line in log_of(entry)] == ["taken", "exchanged"]


def test_an_exchange_stands(cases, case):
    entry = cases.entry(case)
    actions.exchange_entries(case, [entry], by=cases.lv)
    with pytest.raises(DatabaseError, match="an_exchange_stands"), transaction.atomic():
        CaseEntry.objects.filter(pk=entry.pk).update(exchanged_at=None)


def test_the_same_entry_sent_twice_is_one(cases, case):
    ref = "6c3f8f9c-0000-4000-8000-000000000002"
    assert cases.entry(case, client_ref=ref) == cases.entry(case, client_ref=ref)
    assert case.entries.count() == 1


def test_every_version_is_kept_and_nobody_overwrites_what_was_not_read(cases, case):
    entry = cases.entry(case)
    said = {"title": "Shoe print", "text": "Size 44.", "version": 1, "by": cases.lv}
    assert actions.change_entry(entry, **said).number == 2
    with pytest.raises(Stale):
        actions.change_entry(entry, **{**said, "text": "Size 45."})
    assert actions.change_entry(entry, **{**said, "version": 2}).number == 2  # nothing changed
    assert list(entry.versions.values_list("texts__en", flat=True)) == [
        "Size 43, towards the west.", "Size 44.",
    ]  # fmt: skip


def test_the_other_side_comments_and_never_edits(cases, case):
    entry = cases.entry(case)
    actions.exchange_entries(case, [entry], by=cases.lv)
    with pytest.raises(NotAllowed):
        actions.change_entry(entry, title="x", text="y", version=1, by=cases.by)
    with pytest.raises(NotAllowed):
        actions.withdraw_entry(entry, reason="x", by=cases.by)
    with pytest.raises(NotAllowed):
        actions.comment_entry(entry, text="x", language="en", by=cases.lv)
    comment = actions.comment_entry(entry, text="Measured again.", language="ru", by=cases.by)
    actions.answer_comment(comment, state="noted", by=cases.lv)
    with pytest.raises(DatabaseError, match="comments_on_the_parts_of_the_other"):
        EntryComment.objects.create(
            entry=entry, side="LV", version=1, text="x", language="en", by=cases.lv
        )


def test_proposed_words_are_accepted_or_refused_by_their_side(cases, case):
    entry = cases.entry(case)
    actions.exchange_entries(case, [entry], by=cases.lv)
    said = {"text": "Not 43.", "proposed": "Size 44, towards the west.", "language": "en"}
    first = actions.comment_entry(entry, by=cases.by, **said)
    second = actions.comment_entry(entry, by=cases.by, **{**said, "proposed": "Size 46."})
    with pytest.raises(NotAllowed):
        actions.answer_comment(first, state="accepted", by=cases.by)
    with pytest.raises(Invalid):
        actions.answer_comment(first, state="noted", by=cases.lv)
    with pytest.raises(Invalid):
        actions.answer_comment(second, state="refused", by=cases.lv)
    actions.answer_comment(first, state="accepted", by=cases.lv)
    actions.answer_comment(first, state="accepted", by=cases.lv)
    actions.answer_comment(second, state="refused", answer="Measured by both.", by=cases.lv)
    assert now_of(entry).texts == {"en": "Size 44, towards the west."}
    assert now_of(entry).number == 2
    with pytest.raises(Refused):
        actions.answer_comment(second, state="accepted", by=cases.lv)


def test_an_interpreter_of_either_side_adds_a_language(cases, case, people):
    entry = cases.entry(case)
    actions.add_member(case, function="interpreter", officer=people.by_interpreter, by=cases.by)
    said = {"language": "ru", "text": "Размер 43.", "version": 1, "by": people.by_interpreter}
    missing(actions.translate_entry, entry, **said)
    actions.exchange_entries(case, [entry], by=cases.lv)
    actions.translate_entry(entry, **said)
    with pytest.raises(Stale):
        actions.translate_entry(entry, **{**said, "text": "Другое."})
    with pytest.raises(Invalid):
        actions.translate_entry(entry, **{**said, "language": "en", "version": 2})
    assert now_of(entry).texts["ru"] == "Размер 43."
    # A new text leaves no translation of the old one behind.
    actions.change_entry(entry, title="Shoe print", text="Size 44.", version=2, by=cases.lv)
    assert now_of(entry).texts == {"en": "Size 44."}


def test_custody_is_a_chain_that_shows_what_was_changed(cases, case):
    entry = cases.entry(case, kind="thing", title="Rubber boat")
    ref = "6c3f8f9c-0000-4000-8000-000000000003"
    said = {"holder": "Forensic laboratory", "purpose": "Fingerprints", "by": cases.lv}
    line = actions.pass_evidence(entry, client_ref=ref, **said)
    assert actions.pass_evidence(entry, client_ref=ref, **said) == line
    actions.pass_evidence(entry, deed="returned", **{**said, "holder": "LV-DGP"})
    with pytest.raises(Invalid):
        actions.pass_evidence(entry, **{**said, "holder": " "})
    lines = log_of(entry)
    assert [one.deed for one in lines] == ["taken", "handed_over", "returned"]
    assert is_whole(lines)
    lines[1].holder = "Somebody else"
    assert not is_whole(lines)
    assert not is_whole(log_of(entry)[1:])
    with pytest.raises(DatabaseError, match="custody_of_evidence_is_append_only"):
        EntryCustody.objects.filter(pk=line.pk).update(holder="x")


def test_a_withdrawn_entry_stays_on_record(cases, case):
    entry = cases.entry(case)
    with pytest.raises(Invalid):
        actions.withdraw_entry(entry, reason="", by=cases.lv)
    actions.withdraw_entry(entry, reason="Older than the night.", by=cases.lv)
    actions.withdraw_entry(entry, reason="Again.", by=cases.lv)
    assert log_of(entry)[-1].deed == "withdrawn"
    missing(actions.exchange_entries, case, [entry], by=cases.lv)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "nonsense"}, "kind"),
        ({"title": ""}, "title"),
        ({"text": "a\x00b"}, "text"),
        ({"text": "x" * 20_001}, "text"),
        ({"language": "de"}, "language"),
        ({"text": "NATO SECRET"}, "text"),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_field(cases, case, wrong, field):
    with pytest.raises(Invalid) as refusal:
        cases.entry(case, **wrong)
    assert field in refusal.value.fields
    assert not case.entries.exists()


def test_nothing_is_written_before_the_other_side_agreed(cases):
    case = cases.propose()
    with pytest.raises(Refused) as refusal:
        cases.entry(case)
    assert refusal.value.code == "wrong_state"


def test_a_withdrawn_entry_says_nothing_more(cases, case):
    entry = cases.entry(case)
    actions.exchange_entries(case, [entry], by=cases.lv)
    words = {"text": "x", "language": "ru", "by": cases.by}
    proposal = actions.comment_entry(entry, proposed="y", **words)
    actions.withdraw_entry(entry, reason="Another boot.", by=cases.lv)
    for verb, said in (
        (actions.change_entry, {"title": "x", "text": "y", "version": 1, "by": cases.lv}),
        (actions.translate_entry, {**words, "version": 1}),
        (actions.comment_entry, words),
    ):
        with pytest.raises(Refused, match="counts no more"):
            verb(entry, **said)
    with pytest.raises(Refused, match="counts no more"):
        actions.answer_comment(proposal, state="accepted", by=cases.lv)
    assert EntryComment.objects.get().state == "open"
    back = {"deed": "returned", "holder": "Owner", "purpose": "Not ours.", "by": cases.lv}
    assert actions.pass_evidence(entry, **back).deed == "returned"


# --- what stays at home


def test_drafts_of_before_the_exchange_stay_with_their_side(cases, case, signed_in, api):
    entry = cases.entry(case, text="Zqinformant saw it.", title="Zqdraft")
    actions.change_entry(
        entry, title="Print", text="Size 43.", note="Zqnote: without him", version=1, by=cases.lv
    )
    actions.exchange_entries(case, [entry], by=cases.lv)
    actions.change_entry(
        entry, title="Print", text="Size 44.", note="Later", version=2, by=cases.lv
    )
    entry = CaseEntry.objects.get(pk=entry.pk)
    assert entry.exchanged_version == 2
    page = f"/investigations/{case.uid}/entries/{entry.number}/"
    theirs = signed_in(cases.by).get(page).content.decode()
    theirs += api(cases.by).get(f"/api/v1{page}").content.decode()
    theirs += b"".join(actions.export_case_pack(case, by=cases.by)).decode(errors="replace")
    assert "Size 43." in theirs
    assert "Later" in theirs
    assert "Zq" not in theirs
    assert "Zqinformant" in signed_in(cases.lv).get(page).content.decode()
    with pytest.raises(DatabaseError, match="an_exchange_stands"), transaction.atomic():
        CaseEntry.objects.filter(pk=entry.pk).update(exchanged_version=1)
    assert [one.number for one in versions_for(entry, "LV")] == [3, 2, 1]
    assert [one.number for one in versions_for(entry, "BY")] == [3, 2]


def test_a_draft_rings_at_its_own_side_alone(cases, case, heard):
    entry = cases.entry(case)
    actions.change_entry(entry, title="Print", text="Size 43.", version=1, by=cases.lv)
    assert heard() == {"LV-DGP", "DESK-DGP"}
    actions.exchange_entries(case, [entry], by=cases.lv)
    assert {"BY-POL", "DESK-POL"} <= heard()


@pytest.fixture
def heard(monkeypatch):
    """Units at which the case's doorbell rang since the last call."""
    rung = []
    monkeypatch.setattr(case_moves, "ring_many", rung.extend)

    def since():
        found = set(rung)
        rung.clear()
        return found

    return since


def test_a_reference_of_another_case_is_refused_and_no_fault(cases, case, api):
    other = cases.at("agreed")
    ref = "6c3f8f9c-0000-4000-8000-000000000003"
    first = cases.entry(case, client_ref=ref)
    with pytest.raises(Refused) as refusal:
        cases.entry(other, client_ref=ref)
    assert refusal.value.code == "key_reused"
    second = cases.entry(case)
    actions.exchange_entries(case, [first, second], by=cases.lv)
    said = {"text": "x", "language": "ru", "client_ref": ref, "by": cases.by}
    actions.comment_entry(first, **said)
    with pytest.raises(Refused, match="sent before"):
        actions.comment_entry(second, **said)
    assert EntryComment.objects.count() == 1


def test_hostile_numbers_of_entries_are_no_fault(cases, case, signed_in, api):
    browser, program = signed_in(cases.lv), api(cases.lv)
    root = f"/investigations/{case.uid}/"
    for number in ("1" * 5_000, "9" * 18, "-1", "\x00", "²", "1; DROP TABLE x", ""):
        assert browser.post(f"{root}exchange/", {"entry": [number]}).status_code in (302, 400)
        assert program.post(f"/api/v1{root}exchange/", {"numbers": [number]}).status_code == 400
    for at in ("9" * 5_000, "9" * 25):
        assert browser.get(f"{root}entries/{at}/").status_code == 404
        assert program.get(f"/api/v1{root}entries/{at}/").status_code == 404


def test_whatever_a_side_drafts_the_other_side_is_answered_the_same(cases, case, signed_in, api):
    given = [cases.entry(case, by=by, language="ru") for by in (cases.lv, cases.by)]
    for entry, by in zip(given, (cases.lv, cases.by), strict=True):
        actions.exchange_entries(case, [entry], by=by)
    root = f"/investigations/{case.uid}/"
    tails = ("", "entries/3/", "entries/4/", "entries/1/", "act/", "receipts/")
    pages = ["/", "/investigations/", "/search/?q=Zqdraft", *(f"{root}{tail}" for tail in tails)]
    doors = [f"/api/v1{root}{tail}" for tail in ("", "entries/", "entries/3/", "entries/1/")]
    comment = {"text": "x", "proposed": "", "language": "ru"}
    browser, program = signed_in(cases.by), api(cases.by)

    def answers():
        found = [(page, plain(browser.get(page))) for page in pages]
        found += [(door, plain(program.get(door))) for door in doors]
        for tail in ("entries/3/comments/", "entries/3/withdraw/", "entries/3/translations/"):
            body = {**comment, "reason": "x", "version": 1}
            found.append((tail, plain(program.post(f"/api/v1{root}{tail}", body))))
        packed = b"".join(actions.export_case_pack(case, by=cases.by))
        with zipfile.ZipFile(io.BytesIO(packed)) as file:
            found.append(("pack", sorted(file.namelist())))
        return found

    before = answers()
    draft = cases.entry(case, title="Zqdraft", text="Zqdraft")
    cases.entry(case, title="Zqsecond")
    actions.change_entry(draft, title="Zqdraft", text="Zqthird", version=1, by=cases.lv)
    actions.pass_evidence(draft, holder="Zqlab", purpose="Zqwhy", by=cases.lv)
    actions.add_entry_file(draft, made_files.upload(made_files.pdf(), "Zq.pdf"), by=cases.lv)
    actions.withdraw_entry(draft, reason="Zqgone", by=cases.lv)
    for (where, first), (_same, then) in zip(before, answers(), strict=True):
        assert then == first, where


def plain(answer):
    """Status and body without what changes from one answer to the next."""
    body = re.sub(
        r"csrfmiddlewaretoken\" value=\"[^\"]+|data-[\w-]+=\"[^\"]*\"|nonce=\"[^\"]+|"
        r"<time.*?</time>|[0-9a-f]{8}-[0-9a-f-]{27}|\d\d:\d\d(:\d\d)?",
        "", answer.content.decode(),
    )  # fmt: skip
    return answer.status_code, body, answer.headers.get("ETag")
