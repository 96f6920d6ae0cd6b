"""An exercise is agreed by both sides, played through the real path, and scores itself."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, InternalError, transaction
from django.utils.timezone import now

from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from contactpoints.actions import acknowledge_delivery, hand_back_delivery, raise_alert
from contactpoints.models import Alert, Delivery
from training.exercises import actions
from training.exercises.access import sees_scenario
from training.exercises.models import Exercise, ExerciseAgreement, Inject, InjectRelease, StepTick
from training.exercises.reading import why_paused
from training.exercises.replaying import replay_of_exercise
from training.exercises.scoring import score_of


def refused(code, deed, *args, **kwargs):
    with pytest.raises(Refused) as no, transaction.atomic():
        deed(*args, **kwargs)
    assert no.value.code == code, no.value
    return no.value


def deliveries(exercise):
    return Delivery.objects.about(exercise.ref).order_by("pk")


def real(people, unit, priority="P1", at="DESK-POL"):
    return raise_alert(
        "line:x", card={"number": "X", "side": "LV", "severity": 4}, priority=priority,
        to=[unit(at)], sender=unit("DESK-DGP"), unwatched=True, by=people.dgp_duty,
    )  # fmt: skip


def test_a_draft_is_of_the_own_side_until_it_is_put(made, people):
    exercise = made.draft(client_ref="3fdf9f43-9d1b-4f5b-8f3c-6e8f5b1a2c3d")
    again = made.draft(client_ref="3fdf9f43-9d1b-4f5b-8f3c-6e8f5b1a2c3d")
    assert again.pk == exercise.pk
    assert exercise.number.startswith(f"EXE-{now().year}-")
    assert not Exercise.objects.visible_to(made.by).exists()
    refused("not_found", actions.add_inject, exercise, by=made.by, **made.inject())
    with pytest.raises(NotAllowed):
        actions.plan_exercise(unit=made.unit("LV-SBG"), by=people.dgp_officer, **made.said())
    for name, value in (("kind", "x"), ("place", "x"), ("category", "x"), ("title", " "),
                        ("language", "xx"), ("planned_at", None)):  # fmt: skip
        with pytest.raises(Invalid) as no:
            made.draft(**{name: value})
        assert name in no.value.fields
    actions.put_exercise(exercise, by=made.lv)
    actions.put_exercise(exercise, by=made.lv)
    assert Exercise.objects.visible_to(made.by).exists()
    assert Exercise.objects.visible_to(people.pol_duty).exists()
    assert not sees_scenario(people.pol_duty, made.fresh(exercise))
    assert sees_scenario(made.by, made.fresh(exercise))


def test_bad_injects_say_at_which_field(made):
    exercise = made.draft()
    wrong = {
        "offset_s": -1, "desks": [], "sender": "LV-SBG", "headline": " ", "language": "xx",
        "severity": 5, "category": "x", "place": "x", "acknowledge_s": 0,
        "headlines": {"xx": "a"}, "steps": ["x"] * 13,
    }  # fmt: skip
    for name, value in wrong.items():
        with pytest.raises(Invalid) as no:
            actions.add_inject(exercise, by=made.lv, **made.inject(**{name: value}))
        assert name in no.value.fields, name
    assert not Inject.objects.exists()


def test_what_both_agreed_to_is_void_after_any_change(made, people):
    exercise = made.agreed()
    inject = exercise.injects.get()
    sums = set(ExerciseAgreement.objects.values_list("sha256", flat=True))
    assert len(sums) == 1
    changes = [
        lambda: actions.change_inject(inject, by=made.by, **made.inject(severity=4)),
        lambda: actions.change_exercise(exercise, by=made.lv, **made.said(title="Another")),
        lambda: actions.add_objective(exercise, text="To call", language="en", by=made.by),
        lambda: actions.name_person(
            exercise, officer=people.pol_officer, part="observer", by=made.by
        ),
        lambda: actions.remove_inject(inject, by=made.lv),
    ]
    for change in changes:
        with transaction.atomic():
            change()
            fresh = made.fresh(exercise)
            assert not fresh.agreements.standing().exists()
            with pytest.raises(Stale):
                actions.agree_exercise(fresh, edition=exercise.edition, by=made.lv)
            refused("not_agreed", actions.start_exercise, fresh, by=made.lv)
            transaction.set_rollback(True)
    assert made.fresh(exercise).agreements.standing().count() == 2
    ExerciseAgreement.objects.filter(side="BY").update(voided_at=now())
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        Exercise.objects.filter(pk=exercise.pk).update(
            state="running", ticking_since=now(), started_at=now()
        )
    with pytest.raises(NotAllowed):
        actions.agree_exercise(exercise, edition=exercise.edition, by=people.pol_duty)


def test_each_side_names_its_own_people_and_a_director(made, people):
    exercise = made.agreed()
    with pytest.raises(Invalid):
        actions.name_person(exercise, officer=people.pol_duty, part="observer", by=made.lv)
    person = exercise.people.get(officer=made.by)
    with pytest.raises(NotAllowed):
        actions.unname_person(person, by=made.lv)
    actions.unname_person(person, by=made.by)
    fresh = made.fresh(exercise)
    for by in (made.lv, made.by):
        actions.agree_exercise(fresh, edition=fresh.edition, by=by)
    refused("no_director", actions.start_exercise, fresh, by=made.lv)


def test_injects_go_out_once_when_due_as_exercises_that_climb_nowhere(made, people):
    exercise = made.running([
        {"offset_s": 30},
        {"offset_s": 90, "desks": ["DESK-POL", "DESK-DGP"], "sender": "DESK-RIX", "severity": 4},
    ])  # fmt: skip
    assert actions.start_exercise(exercise, by=made.by).state == "running"
    begun = exercise.started_at
    assert actions.release_due_injects() == 0
    with time_machine.travel(begun + timedelta(seconds=31), tick=False):
        assert actions.release_due_injects() == 1
        assert actions.release_due_injects() == 0
        first = InjectRelease.objects.get()
        assert first.late_s == pytest.approx(1)
        assert first.alert.status == Alert.Status.EXERCISE
        assert first.alert.priority == "P2"
        card = first.alert.card
        assert card["exercise"] is True
        assert card["number"] == f"{exercise.number}/1"
        assert card["texts"]["ru"]["headline"] == "Трое у ограждения"
        delivery = deliveries(exercise).get()
        assert delivery.escalate_at is None
        assert actions.release_inject(first.inject, by=made.lv).pk == first.pk
    with time_machine.travel(begun + timedelta(seconds=95), tick=False):
        assert actions.release_due_injects() == 1
        assert deliveries(exercise).count() == 3
    for wrong in (
        lambda: InjectRelease.objects.create(
            inject=first.inject, alert=None, failure="x", due_at=now()
        ),
        lambda: InjectRelease.objects.create(
            inject=Inject.objects.create(
                exercise=exercise, number=9, offset_s=1, desks=["x"], sender=delivery.desk,
                headline="x", language="en", severity=1, category="UBC", by=made.lv,
            ),
            failure="x", due_at=now(),
        ),
        lambda: Inject.objects.update(headline="Another"),
        lambda: Exercise.objects.update(played=timedelta(seconds=-1)),
    ):  # fmt: skip
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            wrong()


def test_an_inject_is_never_a_real_alert_in_the_database(made, people, unit):
    exercise = made.running([{"offset_s": 600}])
    alert = raise_alert(
        exercise.ref, card={"number": "X"}, priority="P2", to=[unit("DESK-POL")],
        sender=unit("DESK-DGP"), unwatched=True, by=people.dgp_duty,
    )  # fmt: skip
    with pytest.raises((IntegrityError, InternalError)) as no, transaction.atomic():
        InjectRelease.objects.create(
            inject=exercise.injects.get(), alert=alert, due_at=now(), by=made.lv
        )
    assert "an_inject_goes_as_an_exercise" in str(no.value)


def test_pause_jump_and_stop_leave_no_exercise_alert_open_and_touch_no_real_one(made, people, unit):
    exercise = made.running(
        [{"offset_s": 1}, {"offset_s": 300}, {"offset_s": 600}, {"offset_s": 900}],
        pauses_for_real=False,
    )
    mine = real(people, unit)
    begun = exercise.started_at
    with time_machine.travel(begun + timedelta(seconds=10), tick=False) as clock:
        assert actions.release_due_injects() == 1
        assert deliveries(exercise).open().count() == 1
        with pytest.raises(NotAllowed):
            actions.pause_exercise(exercise, by=people.pol_duty)
        paused = actions.pause_exercise(exercise, reason="Coffee", by=made.by)
        actions.pause_exercise(exercise, by=made.lv)
        assert paused.clock() == timedelta(seconds=10)
        assert not deliveries(exercise).open().exists()
        clock.shift(timedelta(hours=1))
        assert actions.release_due_injects() == 0
        assert made.fresh(exercise).clock() == timedelta(seconds=10)
        waiting = exercise.injects.get(offset_s=300)
        refused("wrong_state", actions.release_inject, waiting, by=made.lv)
        actions.resume_exercise(exercise, by=made.lv)
        released = actions.release_inject(waiting, by=made.lv)
        assert released.by == made.lv
        assert deliveries(exercise).open().count() == 1
        actions.jump_to_inject(exercise.injects.get(offset_s=900), by=made.lv)
        assert not deliveries(exercise).open().exists()
        assert exercise.injects.get(offset_s=600).skipped_at is not None
        refused(
            "inject_gone", actions.jump_to_inject, exercise.injects.get(offset_s=600), by=made.lv
        )
        assert actions.release_due_injects() == 1
        stopped = actions.stop_exercise(exercise, by=made.by)
        actions.stop_exercise(exercise, by=made.lv)
        assert not deliveries(exercise).open().exists()
        assert stopped.clock() == timedelta(seconds=900)
    # An answer is scored and stands: nothing of it is opened again afterwards.
    answered = made.running([{"offset_s": 1}], pauses_for_real=False)
    with time_machine.travel(answered.started_at + timedelta(seconds=2), tick=False):
        actions.release_due_injects()
        delivery = deliveries(answered).get()
        acknowledge_delivery(delivery, line="On the way", by=people.pol_duty)
        inject = answered.injects.get()
        actions.tick_step(inject, desk=unit("DESK-POL"), step=0, by=people.pol_duty)
        actions.stop_exercise(answered, by=made.lv)
        delivery.refresh_from_db()
        refused("exercise", hand_back_delivery, delivery, reason="No", by=people.pol_duty)
        refused("wrong_state", actions.tick_step, inject, desk=unit("DESK-POL"), step=1,
                by=people.pol_duty)  # fmt: skip
    assert InjectRelease.objects.count() == 4
    assert mine.deliveries.get().recalled_at is None
    assert Delivery.objects.open().filter(alert__status="actual").count() == 1


def test_a_real_emergency_at_a_desk_that_plays_pauses_the_exercise(made, people, unit):
    exercise = made.running([{"offset_s": 1}, {"offset_s": 5}])
    with time_machine.travel(exercise.started_at + timedelta(seconds=2), tick=False):
        real(people, unit, priority="P2")
        real(people, unit, at="DESK-RIX")
        assert actions.release_due_injects() == 1
        found = real(people, unit).deliveries.get()
    with time_machine.travel(exercise.started_at + timedelta(seconds=9), tick=False):
        assert actions.release_due_injects() == 0
        exercise = made.fresh(exercise)
        assert exercise.state == "paused"
        # Which desk it is, its own side reads; the other that there is one.
        assert unit("DESK-POL").name in why_paused(exercise, made.by)
        assert unit("DESK-POL").name not in why_paused(exercise, made.lv)
        assert "DESK-POL" not in str(list(exercise.moves.values_list("reason", flat=True)))
        assert exercise.moves.last().by is None
        refused("real_alert", actions.resume_exercise, exercise, by=made.lv)
        acknowledge_delivery(found, line="On the way", by=people.pol_duty)
        actions.resume_exercise(exercise, by=made.lv)
        assert actions.release_due_injects() == 1
        # It came before the clock went on, and was answered.
        assert made.fresh(exercise).state == "running"


def test_it_scores_itself_by_inject_and_desk(made, people, unit):
    exercise = made.running([
        {"offset_s": 0, "desks": ["DESK-POL", "DESK-DGP"], "sender": "DESK-RIX"},
        {"offset_s": 0, "acknowledge_s": None, "steps": []},
    ])  # fmt: skip
    begun, first = exercise.started_at, exercise.injects.order_by("number").first()
    with time_machine.travel(begun + timedelta(seconds=1), tick=False) as clock:
        assert actions.release_due_injects() == 2
        by_desk = {one.desk.code: one for one in deliveries(exercise).filter(
            alert__card__number=f"{exercise.number}/1"
        )}  # fmt: skip
        clock.shift(timedelta(seconds=60))
        acknowledge_delivery(by_desk["DESK-POL"], line="Patrol sent", by=people.pol_duty)
        actions.tick_step(first, desk=unit("DESK-POL"), step=0, by=people.pol_duty)
        again = actions.tick_step(first, desk=unit("DESK-POL"), step=0, by=made.lv)
        assert again.by == people.pol_duty
        with pytest.raises(NotAllowed):
            actions.tick_step(first, desk=unit("DESK-DGP"), step=0, by=people.pol_duty)
        with pytest.raises(Invalid):
            actions.tick_step(first, desk=unit("DESK-POL"), step=2, by=people.pol_duty)
        clock.shift(timedelta(hours=2))
        acknowledge_delivery(by_desk["DESK-DGP"], line="Late", by=people.dgp_duty)
        actions.stop_exercise(exercise, by=made.lv)
    score = score_of(made.fresh(exercise))
    totals = {desk.code: total for desk, total in score.desks}
    pol, dgp = totals["DESK-POL"], totals["DESK-DGP"]
    assert (pol.in_time, pol.judged, pol.done, pol.steps, pol.score) == (1, 1, 1, 2, 67)
    assert (dgp.in_time, dgp.judged, dgp.score, dgp.would_escalate) == (0, 1, 0, 1)
    answers = {(one.inject.number, one.desk.code): one for one in score.answers}
    assert answers[1, "DESK-POL"].acknowledged_s == pytest.approx(60)
    assert answers[2, "DESK-POL"].called_off
    assert answers[2, "DESK-POL"].in_time is None
    assert score.whole.score == 33
    replay = replay_of_exercise(made.fresh(exercise), score, "ru", 0)
    known = {desk.code: moments for desk, moments in replay.known}
    assert [one.what for one in known["DESK-DGP"]] == ["sent"]
    assert known["DESK-POL"][0].headline == "Трое у ограждения"
    later = {d.code: m for d, m in replay_of_exercise(exercise, score, "en", None).known}
    assert [one.what for one in later["DESK-DGP"]] == ["acknowledged"]
    assert replay.after == 1
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        StepTick.objects.create(inject=first, desk=unit("DESK-RIX"), step=0, by=made.lv)


def test_what_was_seen_is_noted_marked_debriefed_and_then_closed(made, people):
    exercise = made.draft()
    objective = actions.add_objective(
        exercise, text="The desks call each other", language="en", tied_kind="recommendation",
        tied_ref="REC-2026-00001", by=made.lv,
    )  # fmt: skip
    with pytest.raises(Invalid):
        actions.add_objective(exercise, text="x", language="en", tied_kind="plan", by=made.lv)
    actions.add_inject(exercise, by=made.lv, **made.inject())
    actions.put_exercise(exercise, by=made.lv)
    for by, officer, part in (
        (made.lv, made.lv, "director"), (made.by, made.by, "director"),
        (made.by, people.pol_officer, "observer"), (made.lv, people.dgp_officer, "evaluator"),
    ):  # fmt: skip
        actions.name_person(exercise, officer=officer, part=part, by=by)
    exercise = made.fresh(exercise)
    refused(
        "wrong_state", actions.note_exercise, exercise, text="x", language="en",
        by=people.pol_officer,
    )  # fmt: skip
    for by in (made.lv, made.by):
        actions.agree_exercise(exercise, edition=exercise.edition, by=by)
    actions.start_exercise(exercise, by=made.lv)
    inject = exercise.injects.get()
    note = actions.note_exercise(
        exercise, text="They called at once", language="en", inject=inject, by=people.pol_officer
    )
    assert note.inject == inject
    with pytest.raises(NotAllowed):
        actions.note_exercise(exercise, text="x", language="en", by=people.pol_duty)
    with pytest.raises(NotAllowed):
        actions.mark_objective(objective, mark="fully", language="en", by=people.pol_officer)
    actions.stop_exercise(exercise, by=made.lv)
    refused("not_marked", actions.report_exercise, exercise, by=made.lv)
    with pytest.raises(Invalid):
        actions.mark_objective(objective, mark="not", language="en", by=people.dgp_officer)
    for mark in ("fully", "partly"):
        actions.mark_objective(
            objective, mark=mark, words="Only by telephone", language="en", by=people.dgp_officer
        )
    assert objective.marks.get().mark == "partly"
    for kind in ("well", "not_well", "lesson"):
        actions.write_debrief(exercise, kind=kind, text=f"{kind}.", language="en", by=made.by)
    actions.report_exercise(exercise, by=people.dgp_officer)
    actions.report_exercise(exercise, by=people.dgp_officer)
    refused(
        "wrong_state", actions.write_debrief, exercise, kind="lesson", text="x", language="en",
        by=made.lv,
    )  # fmt: skip
    made_pdf, name = actions.print_exercise(exercise, languages=("lv", "be"), by=people.pol_duty)
    assert made_pdf.startswith(b"%PDF")
    assert name == f"{exercise.number}.pdf"


def test_a_scenario_is_used_again_by_who_reads_it(made, people):
    old = made.written([{"offset_s": 10}, {"offset_s": 20, "steps": ["One"]}])
    exercise = made.draft(title="Another one")
    actions.use_scenario(exercise, like=old, by=made.lv)
    copied = list(exercise.injects.values_list("offset_s", "steps"))
    assert copied == [(10, ["Call the other desk", "Send a patrol"]), (20, ["One"])]
    refused("has_injects", actions.use_scenario, exercise, like=old, by=made.lv)
    actions.cancel_exercise(exercise, reason="Nobody came", by=made.lv)
    actions.cancel_exercise(exercise, reason="Again", by=made.lv)
    assert made.fresh(exercise).reason == "Nobody came"
    refused("wrong_state", actions.add_inject, exercise, by=made.lv, **made.inject())
