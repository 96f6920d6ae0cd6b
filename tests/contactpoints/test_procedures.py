"""Guidelines: drafted by one side, consulted, approved by both, in force on their day, read."""

from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.reference.models import (
    Procedure,
    ProcedureApproval,
    ProcedureReading,
    ProcedureVersion,
    digest_of,
    utc_today,
    version_in_force,
)
from contactpoints import actions
from contactpoints.models import Role
from tests.contactpoints.procedures_made import (
    approve,
    consulted,
    content,
    drafted,
    guideline_in_force,
    someone,
    step,
)

pytestmark = pytest.mark.django_db


def changed(version, by=None, **differs):
    version.refresh_from_db()
    said = {**version.content, **differs}
    return actions.change_version(
        version, content=said, revision=version.revision, by=by or version.by
    )


def renamed(version, by=None, word="Another"):
    return changed(version, by, title={**version.content["title"], "en": word})


# --- the first set


def test_the_first_guideline_is_in_consultation_whole_in_four_languages_and_approved_by_nobody():
    version = ProcedureVersion.objects.get(procedure__code="JI")
    assert (version.number, version.state, version.side) == (1, "consultation", "")
    assert not version.approvals.exists()
    assert len(version.steps) >= 22
    for one in version.steps:
        for name in ("title", "text", "who"):
            assert set(one[name]) == {"en", "lv", "be", "ru"}, one["code"]
    phases = {one["phase"] for one in version.steps}
    assert phases == {
        "proposed", "agreed", "team_formed", "on_site", "exchanged", "drafted", "signed_one",
        "signed", "handed_over", "no_agreement", "higher",
    }  # fmt: skip
    assert version_in_force("JI") is None


def test_no_tick_of_the_first_guideline_tells_at_which_check_of_a_person_a_handover_stopped():
    """Both sides read the ticks as they are made, so all checks are one step that both settle when
    the receipts have ended."""
    version = ProcedureVersion.objects.get(procedure__code="JI")
    checks = ("protection", "under age", "medical", "forced", "trafficking")
    said = [(one, one["title"]["en"] + one["text"]["en"]) for one in version.steps]
    asking = [one for one, text in said if any(word in text for word in checks)]
    assert [(one["code"], one["each"]) for one in asking] == [("record_checks", True)]
    assert "once every receipt of the case has ended" in asking[0]["text"]["en"]


def test_loading_again_changes_nothing_and_never_what_was_touched(people):
    from bordercoop.reference.procedure_loader import load

    assert "0 retired, 1 unchanged" in load()
    version = ProcedureVersion.objects.get(procedure__code="JI")
    changed = actions.change_version(
        version,
        content={**version.content, "title": {"en": "Ours"}},
        revision=version.revision,
        by=people.by_hq,
    )
    assert "1 changed in the portal and left so: JI" in load()
    version.refresh_from_db()
    assert version.sha256 == changed.sha256


# --- drafting


def test_a_draft_is_of_its_side_alone_until_it_is_put_to_both(people):
    version = drafted("TST")
    assert version.side == "LV"
    assert ProcedureVersion.objects.readable_by("LV").filter(pk=version.pk).exists()
    assert not ProcedureVersion.objects.readable_by("BY").filter(pk=version.pk).exists()
    with pytest.raises(Refused) as refusal:
        actions.open_consultation(version, by=people.by_hq)
    assert refusal.value.status == 404
    opened = actions.open_consultation(version, by=version.by)
    assert actions.open_consultation(version, by=version.by).shown_at == opened.shown_at
    assert ProcedureVersion.objects.readable_by("BY").filter(pk=version.pk).exists()


def test_a_withdrawn_draft_that_was_never_shown_stays_with_its_side():
    version = drafted("TST")
    actions.withdraw_version(version, reason="Too early.", by=version.by)
    assert not ProcedureVersion.objects.readable_by("BY").filter(pk=version.pk).exists()


def test_one_version_is_prepared_at_a_time(people):
    version = guideline_in_force("TST")
    draft = actions.draft_version(version.procedure, by=people.lv_hq)
    assert actions.draft_version(version.procedure, by=people.lv_hq) == draft
    assert (draft.number, draft.based_on_id, draft.content) == (2, version.pk, version.content)
    with pytest.raises(Refused) as refusal:
        actions.draft_version(version.procedure, by=people.by_hq)
    assert refusal.value.code == "one_is_prepared"


def test_officers_and_approvers_draft_nothing(people):
    version = guideline_in_force("TST")
    for by in (people.dgp_officer, people.lv_approver):
        with pytest.raises(NotAllowed):
            actions.draft_version(version.procedure, by=by)
    with pytest.raises(Refused) as refusal:
        actions.draft_version(version.procedure, by=people.stranger)
    assert refusal.value.status == 404


def test_a_code_is_given_once_and_a_bad_one_is_refused(people):
    made = actions.start_procedure(code="NEW", title="New", by=people.lv_hq)
    assert actions.start_procedure(code="NEW", title="New", by=people.lv_hq) == made
    for code in ("NEW", "", "a" * 41, "a b", "a\0b", "../x"):
        with pytest.raises(Invalid):
            actions.start_procedure(code=code, title="Other", by=people.by_hq)
    with pytest.raises(Refused) as refusal:
        actions.start_procedure(code="OTHER", title="x", kind="law", by=people.lv_hq)
    assert refusal.value.status == 404
    for kind, level in (("guideline", "strategic"), ("sop", ""), ("sop", "high")):
        with pytest.raises(Invalid, match="level"):
            actions.start_procedure(
                code="OTHER", title="x", kind=kind, level=level, by=people.lv_hq
            )


# --- changing


def test_a_change_needs_the_revision_that_was_read():
    version = consulted("TST")
    renamed(version)
    with pytest.raises(Stale) as stale:
        actions.change_version(
            version, content=content(title="Mine"), revision=version.revision - 1, by=version.by
        )
    assert stale.value.current["title"]["en"] == "Another"


def test_the_same_content_again_changes_nothing():
    version = consulted("TST")
    same = actions.change_version(version, content=version.content, revision=1, by=version.by)
    assert same.revision == version.revision


def test_only_the_side_that_prepares_it_changes_it(people):
    version = consulted("TST", side="LV")
    with pytest.raises(NotAllowed) as refusal:
        renamed(version, by=people.by_hq)
    assert refusal.value.code == "other_side_prepares"
    ours = ProcedureVersion.objects.get(procedure__code="JI")
    assert renamed(ours, by=people.by_representative).revision == 2
    assert renamed(ours, by=people.lv_hq, word="Once more").side == ""


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"steps": [step("Big Code")]}, "steps.Big Code.code"),
        ({"steps": [step("one"), step("one")]}, "steps.one.code"),
        ({"steps": [step("one", hours="soon")]}, "steps.one.hours"),
        ({"steps": [step("one", hours=10**9)]}, "steps.one.hours"),
        ({"steps": [step("one", title={"lv": "Tikai"})]}, "steps.one.title_en"),
        ({"steps": [step("one", text={"en": "a\0b"})]}, "steps.one.text_en"),
        ({"steps": [step("one", text={"en": "half \ud800"})]}, "steps.one.text_en"),
        ({"steps": [step("half\ud800")]}, "steps.half.code"),
        ({"steps": [step("one", text={"en": "x" * 100_000})]}, "steps.one.text_en"),
        ({"steps": [step("one", check={"en": "SECRET UE/EU SECRET"})]}, "steps.one.check_en"),
        ({"steps": [step(f"s{n}") for n in range(90)]}, "steps"),
        ({"origin": "xx"}, "origin"),
        ({"title": {}}, "title_en"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_kept_is_refused_where_it_stands(said, where):
    version = drafted("TST")
    with pytest.raises(Invalid) as refusal:
        changed(version, **said)
    assert where in refusal.value.fields


@pytest.mark.parametrize("junk", [None, [], "text", 7, {"steps": "x"}, {"steps": [None, 3]},
                                  {"title": ["a"], "steps": [{"code": ["x"]}]}])  # fmt: skip
def test_a_content_of_another_shape_is_refused_and_breaks_nothing(junk):
    version = drafted("TST")
    with pytest.raises(Invalid):
        actions.change_version(version, content=junk, revision=version.revision, by=version.by)


def test_a_checked_translation_is_a_draft_again_once_its_original_changed():
    version = drafted("TST")
    assert version.content["marks"]["lv"] == "checked"
    steps = [{**version.steps[0], "text": {**version.steps[0]["text"], "en": "Now otherwise"}}]
    assert changed(version, steps=steps).content["marks"]["lv"] == "draft"


# --- consultation


def test_both_sides_comment_and_who_prepares_it_answers_once(people):
    version = consulted("TST")
    ref = "6f3a6f0e-6d2b-4a52-9a4a-0b1f3c9d1e11"
    first = actions.comment_step(
        version, step="notice", text="Too late.", client_ref=ref, by=people.pol_officer
    )
    assert first == actions.comment_step(
        version, step="notice", text="Too late.", client_ref=ref, by=people.pol_officer
    )
    with pytest.raises(NotAllowed):
        actions.answer_comment(first, taken_up=True, by=people.by_hq)
    with pytest.raises(Invalid):
        actions.answer_comment(first, taken_up=False, by=people.lv_hq)
    done = actions.answer_comment(first, taken_up=True, answer="Yes.", by=people.lv_hq)
    assert (done.state, done.became_id) == ("taken_up", version.pk)
    assert actions.answer_comment(first, taken_up=True, by=people.lv_hq).answer == "Yes."
    with pytest.raises(Refused) as refusal:
        actions.answer_comment(first, taken_up=False, answer="No.", by=people.lv_hq)
    assert refusal.value.code == "answered"


@pytest.mark.parametrize("said", [{"text": ""}, {"text": "x" * 3000}, {"text": "a\0b"},
                                  {"text": "x", "step": "nothing"}])  # fmt: skip
def test_a_comment_that_says_nothing_or_is_about_nothing_is_refused(said, people):
    version = consulted("TST")
    with pytest.raises(Invalid):
        actions.comment_step(version, by=people.pol_officer, **said)


def test_a_draft_and_what_holds_take_no_comment(people):
    with pytest.raises(Refused):
        actions.comment_step(drafted("TST"), text="x", by=people.lv_hq)
    with pytest.raises(Refused):
        actions.comment_step(guideline_in_force("TWO"), text="x", by=people.lv_hq)


# --- both approvals


def test_it_is_agreed_with_the_second_side_s_approval_and_not_before():
    version = consulted("TST", day=utc_today() + timedelta(days=3))
    assert approve(version, "LV").state == "consultation"
    assert approve(version, "LV").approvals.count() == 1  # twice is once
    assert approve(version, "BY").state == "agreed"
    assert approve(version, "BY").approvals.count() == 2


def test_a_change_voids_both_approvals_and_so_does_another_day_or_changing_it_back():
    said = {**content(), "marks": {}}
    version = consulted("TST", said, day=utc_today() + timedelta(days=3))
    approve(version, "LV")
    approve(version, "BY")
    before = version.content
    assert renamed(version).state == "consultation"
    back = changed(version, **before)
    assert back.sha256 == digest_of(before)
    assert back.state == "consultation"
    approve(version, "LV")
    version.refresh_from_db()
    actions.set_version_days(
        version,
        effective_on=utc_today() + timedelta(days=5),
        review_on=None,
        revision=version.revision,
        by=version.by,
    )
    assert approve(version, "BY").state == "consultation"
    assert approve(version, "LV").state == "agreed"
    assert Entry.objects.filter(verb="procedure.approvals_voided").count() == 2


def test_what_was_not_read_is_not_approved(people):
    version = consulted("TST")
    read = (version.sha256, version.revision)
    renamed(version)
    with pytest.raises(Stale):
        actions.approve_version(version, sha256=read[0], revision=read[1], by=people.lv_approver)


def test_a_text_that_its_hash_does_not_name_is_not_approved(people):
    version = consulted("TST")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE reference_procedureversion SET content = content || %s,"
            " revision = revision + 1 WHERE id = %s",
            ['{"smuggled": "in"}', version.pk],
        )
    version.refresh_from_db()
    with pytest.raises(Stale):
        actions.approve_version(
            version, sha256=version.sha256, revision=version.revision, by=people.lv_approver
        )
    assert not version.approvals.exists()


def test_nobody_approves_what_they_wrote(people, unit):
    version = consulted("TST")
    actions.post_officer(version.by, unit=unit("LV-SBG"), role=Role.APPROVER, by=None)
    version.by.__dict__.pop("_grants", None)
    with pytest.raises(NotAllowed) as refusal:
        actions.approve_version(
            version, sha256=version.sha256, revision=version.revision, by=version.by
        )
    assert refusal.value.code == "own_text"
    with pytest.raises(IntegrityError), transaction.atomic():
        ProcedureApproval.objects.create(
            version=version, side="LV", sha256=version.sha256, revision=version.revision,
            by=version.by,
        )  # fmt: skip


def test_without_a_day_or_with_an_open_comment_nothing_is_approved(people):
    version = drafted("TST")
    actions.open_consultation(version, by=version.by)
    with pytest.raises(Refused) as refusal:
        approve(version, "LV")
    assert refusal.value.code == "no_day"
    other = consulted("TWO")
    actions.comment_step(other, text="Why?", by=people.pol_officer)
    with pytest.raises(Refused) as refusal:
        approve(other, "LV")
    assert refusal.value.code == "comments_open"


def test_drafters_and_officers_do_not_approve(people):
    version = consulted("TST", side="LV")
    for by in (people.by_hq, people.lv_representative, people.dgp_officer):
        with pytest.raises(NotAllowed):
            actions.approve_version(
                version, sha256=version.sha256, revision=version.revision, by=by
            )


# --- its day


def test_it_comes_into_force_at_midnight_utc_of_its_day_and_ends_the_former():
    former = guideline_in_force("TST")
    day = utc_today() + timedelta(days=2)
    version = consulted("TST", content(step("only")), day=day)
    approve(version, "LV")
    approve(version, "BY")
    with time_machine.travel(now() + timedelta(days=1), tick=False):
        assert actions.advance_procedures() == 0
    with time_machine.travel(now() + timedelta(days=2, hours=1), tick=False):
        assert actions.advance_procedures() == 1
        assert actions.advance_procedures() == 0
    version.refresh_from_db()
    former.refresh_from_db()
    assert version.in_force_at.isoformat() == f"{day}T00:00:00+00:00"
    assert (former.state, former.ended_at) == ("superseded", version.in_force_at)
    assert version_in_force("TST") == version


def test_agreed_on_its_day_or_later_it_holds_at_once():
    version = guideline_in_force("TST")
    assert version.state == "in_force"
    assert version.in_force_at == version.approvals.last().at


@pytest.mark.parametrize(("start", "review"), [(-1, None), (5000, None), (3, 3), (3, 2), (3, 5000)])
def test_a_day_that_cannot_be_is_refused(start, review):
    version = drafted("TST")
    today = utc_today()
    with pytest.raises(Invalid):
        actions.set_version_days(
            version,
            effective_on=today + timedelta(days=start),
            review_on=review and today + timedelta(days=review),
            revision=version.revision,
            by=version.by,
        )


def test_it_comes_under_review_by_itself_and_holds_on(people):
    version = guideline_in_force("TST", review=utc_today() + timedelta(days=30))
    with time_machine.travel(now() + timedelta(days=31), tick=False):
        assert actions.advance_procedures() == 1
        version.refresh_from_db()
        assert version.state == "under_review"
        assert version_in_force("TST") == version
        with pytest.raises(Invalid):
            actions.end_review(version, review_on=utc_today(), by=people.by_approver)
        stays = actions.end_review(
            version, review_on=utc_today() + timedelta(days=9), by=people.by_approver
        )
        assert stays.state == "in_force"
        again = actions.start_review(version, by=people.by_representative)
        assert actions.start_review(version, by=people.lv_hq).state == again.state


def test_a_version_that_holds_ends_by_an_approver_with_a_reason(people):
    version = guideline_in_force("TST")
    with pytest.raises(NotAllowed):
        actions.end_version(version, reason="x", by=people.lv_hq)
    with pytest.raises(Invalid):
        actions.end_version(version, reason="  ", by=people.by_approver)
    gone = actions.end_version(version, reason="It does not work.", by=people.by_approver)
    assert gone.state == "withdrawn"
    assert version_in_force("TST") is None


def test_a_version_that_is_prepared_is_withdrawn_by_its_side_alone(people):
    version = consulted("TST", side="LV")
    with pytest.raises(NotAllowed):
        actions.withdraw_version(version, reason="x", by=people.by_hq)
    done = actions.withdraw_version(version, reason="Too early.", by=version.by)
    assert actions.withdraw_version(version, reason="Again.", by=version.by).reason == done.reason


# --- read, and learned


def test_an_officer_confirms_what_holds_once(people):
    version = guideline_in_force("TST")
    first = actions.confirm_reading(version, by=people.pol_officer)
    assert actions.confirm_reading(version, by=people.pol_officer) == first
    with pytest.raises(Refused):
        actions.confirm_reading(consulted("TST"), by=people.pol_officer)
    with pytest.raises(Refused) as refusal:
        actions.confirm_reading(version, by=people.stranger)
    assert refusal.value.status == 404


def test_a_lesson_waits_for_the_next_version_and_is_answered_there(people):
    version = guideline_in_force("TST")
    lesson = actions.propose_lesson(
        version.procedure, step="notice", text="It took too long.", by=people.pol_duty
    )
    with pytest.raises(Refused) as refusal:
        actions.answer_comment(lesson, taken_up=True, by=people.lv_hq)
    assert refusal.value.code == "no_draft"
    draft = actions.draft_version(version.procedure, by=people.by_hq)
    with pytest.raises(NotAllowed):
        actions.answer_comment(lesson, taken_up=True, by=people.lv_hq)
    done = actions.answer_comment(lesson, taken_up=True, by=people.by_hq)
    assert done.became_id == draft.pk


def test_a_lesson_about_something_one_cannot_read_is_not_taken(people):
    version = guideline_in_force("TST")
    for about in ("investigation:0f3b2a4e-6a55-4c43-9a3e-3a3a5f6b7c8d", "investigation:x",
                  "incident:1", ":", "x" * 70):  # fmt: skip
        with pytest.raises(Refused) as refusal:
            actions.propose_lesson(version.procedure, text="x", about=about, by=people.lv_hq)
        assert refusal.value.status == 404
    empty = drafted("NONE")
    with pytest.raises(Refused) as refusal:
        actions.propose_lesson(empty.procedure, text="x", by=people.lv_hq)
    assert refusal.value.code == "nothing_holds"


# --- what the database itself refuses


def refused(rule, sql, *values):
    with (
        pytest.raises(IntegrityError) as error,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, values)
    assert rule in str(error.value)


def test_the_database_keeps_what_both_agreed():
    version, table = guideline_in_force("TST"), "reference_procedureversion"
    refused("version_that_holds_never_changes",
            f"UPDATE {table} SET content = '{{}}' WHERE id = %s", version.pk)  # fmt: skip
    prepared = consulted("TST")
    refused("every_change_of_a_version_is_counted",
            f"UPDATE {table} SET content = '{{}}' WHERE id = %s", prepared.pk)  # fmt: skip
    approve(prepared, "LV")
    refused("both_sides_approve_the_same_text",
            f"UPDATE {table} SET state = 'agreed' WHERE id = %s", prepared.pk)  # fmt: skip
    refused("what_holds_is_confirmed",
            "INSERT INTO reference_procedurereading (version_id, officer_id, at)"
            " VALUES (%s, %s, now())", prepared.pk, version.by_id)  # fmt: skip
    approval = ("INSERT INTO reference_procedureapproval"
                " (version_id, side, sha256, revision, by_id, at)"
                " VALUES (%s, 'BY', %s, %s, %s, now())")  # fmt: skip
    other = someone("BY", Role.APPROVER).pk
    refused("an_approval_is_of_the_present_text", approval, prepared.pk, "0" * 64, 1, other)
    for nobody in (None, someone("LV", Role.APPROVER).pk):
        refused("an_approval_is_of_the_officers_side", approval, prepared.pk, prepared.sha256,
                prepared.revision, nobody)  # fmt: skip
    # Changed past the verbs, nobody says who wrote it.
    ProcedureVersion.objects.filter(pk=prepared.pk).update(
        content={}, sha256=digest_of({}), revision=prepared.revision + 1
    )
    refused("an_approval_is_of_what_somebody_wrote", approval, prepared.pk, digest_of({}),
            prepared.revision + 1, other)  # fmt: skip
    refused("both_sides_approve_the_same_text",
            f"INSERT INTO {table} (uid, procedure_id, number, state, content, sha256, revision,"
            " note, source, side, at, shown_at, effective_on, in_force_at, reason)"
            " SELECT gen_random_uuid(), procedure_id, 99, 'under_review', '{}', sha256, 1, '', '',"
            f" 'LV', now(), now(), now(), now(), '' FROM {table} WHERE id = %s",
            ProcedureVersion.objects.get(procedure__code="JI").pk)  # fmt: skip


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM reference_procedure",
        "DELETE FROM reference_procedureversion",
        "DELETE FROM reference_procedurerevision",
        "UPDATE reference_procedureapproval SET side = 'LV'",
        "DELETE FROM reference_procedureapproval",
        "UPDATE reference_procedurecomment SET text = 'y'",
        "UPDATE reference_procedurereading SET at = now()",
        "UPDATE reference_procedureversion SET state = 'draft' WHERE state = 'in_force'",
    ],
)
def test_nothing_is_taken_back_in_the_database(sql, people):
    version = guideline_in_force("TST")
    actions.confirm_reading(version, by=people.pol_officer)
    actions.propose_lesson(version.procedure, text="x", by=people.pol_officer)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert Procedure.objects.exists()
    assert ProcedureReading.objects.exists()
