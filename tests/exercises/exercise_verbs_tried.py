"""Each verb of exercises as every role of each side tries it."""

from types import SimpleNamespace

from incidents.models import Incident
from tests.exercises.exercises_made import Made
from training.exercises import actions
from training.exercises.models import Exercise

DESKS = {"LV": "DESK-DGP", "BY": "DESK-POL"}
# Each side does it for itself, or either may.
OF_BOTH = {
    "plan_exercise", "plan_from_incident", "change_exercise", "put_exercise", "agree_exercise",
    "cancel_exercise",
    "add_inject", "change_inject", "remove_inject", "use_scenario", "add_objective",
    "remove_objective", "name_person", "unname_person", "start_exercise", "pause_exercise",
    "resume_exercise", "stop_exercise", "jump_to_inject", "release_inject", "note_exercise",
    "tick_step", "mark_objective", "write_debrief", "report_exercise", "print_exercise",
}  # fmt: skip


def scene_of_exercises(people, unit):
    """One at each step of the road, and a draft of each side."""
    made = Made(people, unit)
    roots = {"LV": unit("LV-SBG"), "BY": unit("BY-GPK")}
    heads = {"LV": people.lv_hq, "BY": people.by_hq}
    drafts = {
        side: actions.plan_exercise(unit=roots[side], by=heads[side], **made.said())
        for side in roots
    }
    written = made.written([{}, {"offset_s": 900}])
    objective = actions.add_objective(written, text="x", language="en", by=people.lv_hq)
    to_both = [{"offset_s": 0, "desks": [*DESKS.values()]}, {"offset_s": 900}]
    exercise = made.draft(pauses_for_real=False)
    marked = actions.add_objective(exercise, text="x", language="en", by=people.lv_hq)
    for said in to_both:
        actions.add_inject(exercise, by=people.lv_hq, **made.inject(**said))
    actions.put_exercise(exercise, by=people.lv_hq)
    for who in heads.values():
        actions.name_person(exercise, officer=who, part="director", by=who)
    exercise = made.fresh(exercise)
    for who in heads.values():
        actions.agree_exercise(exercise, edition=exercise.edition, by=who)
    running = actions.start_exercise(exercise, by=people.lv_hq)
    first, last = running.injects.order_by("number")
    actions.release_inject(first, by=people.lv_hq)
    paused = made.running(pauses_for_real=False)
    actions.pause_exercise(paused, by=people.lv_hq)
    over = made.running(pauses_for_real=False)
    actions.stop_exercise(over, by=people.lv_hq)
    return SimpleNamespace(
        made=made, roots=roots, heads=heads, drafts=drafts, written=made.fresh(written),
        inject=written.injects.order_by("number").first(), objective=objective, marked=marked,
        agreed=made.agreed(pauses_for_real=False), running=running, first=first, last=last,
        paused=paused, over=over, unit=unit,
        people={side: written.people.get(officer=heads[side]) for side in heads},
    )  # fmt: skip


def _put(s, by):
    """A draft of the own side."""
    return actions.put_exercise(s.exercises.drafts[by.side], by=by)


def _closed(s):
    """The incident that Polotsk was told of, as if both sides had closed it."""
    Incident.objects.filter(pk=s.case.pk).update(state="closed")
    return s.case


def _print(s, by):
    made = actions.print_exercise(
        Exercise.objects.get(pk=s.exercises.over.pk), languages=("en", "ru"), by=by
    )
    assert made[0].startswith(b"%PDF")


TRY = {
    "exercises.plan_exercise": lambda s, by: actions.plan_exercise(
        unit=s.exercises.roots[by.side], by=by, **s.exercises.made.said()
    ),
    "exercises.plan_from_incident": lambda s, by: actions.plan_from_incident(
        _closed(s), unit=s.exercises.roots[by.side], by=by, **s.exercises.made.said()
    ),
    "exercises.change_exercise": lambda s, by: actions.change_exercise(
        s.exercises.drafts[by.side], by=by, **s.exercises.made.said(title="Another")
    ),
    "exercises.put_exercise": _put,
    "exercises.agree_exercise": lambda s, by: actions.agree_exercise(
        s.exercises.written, edition=s.exercises.written.edition, by=by
    ),
    "exercises.cancel_exercise": lambda s, by: actions.cancel_exercise(
        s.exercises.written, reason="x", by=by
    ),
    "exercises.add_inject": lambda s, by: actions.add_inject(
        s.exercises.written, by=by, **s.exercises.made.inject()
    ),
    "exercises.change_inject": lambda s, by: actions.change_inject(
        s.exercises.inject, by=by, **s.exercises.made.inject(severity=1)
    ),
    "exercises.remove_inject": lambda s, by: actions.remove_inject(s.exercises.inject, by=by),
    "exercises.use_scenario": lambda s, by: actions.use_scenario(
        s.exercises.drafts[by.side], like=s.exercises.over, by=by
    ),
    "exercises.add_objective": lambda s, by: actions.add_objective(
        s.exercises.written, text="y", language="en", by=by
    ),
    "exercises.remove_objective": lambda s, by: actions.remove_objective(
        s.exercises.objective, by=by
    ),
    "exercises.name_person": lambda s, by: actions.name_person(
        s.exercises.written, officer=s.exercises.heads[by.side], part="observer", by=by
    ),
    "exercises.unname_person": lambda s, by: actions.unname_person(
        s.exercises.people[by.side], by=by
    ),
    "exercises.start_exercise": lambda s, by: actions.start_exercise(s.exercises.agreed, by=by),
    "exercises.pause_exercise": lambda s, by: actions.pause_exercise(s.exercises.running, by=by),
    "exercises.resume_exercise": lambda s, by: actions.resume_exercise(s.exercises.paused, by=by),
    "exercises.stop_exercise": lambda s, by: actions.stop_exercise(s.exercises.running, by=by),
    "exercises.jump_to_inject": lambda s, by: actions.jump_to_inject(s.exercises.last, by=by),
    "exercises.release_inject": lambda s, by: actions.release_inject(s.exercises.last, by=by),
    "exercises.note_exercise": lambda s, by: actions.note_exercise(
        s.exercises.running, text="x", language="en", by=by
    ),
    "exercises.tick_step": lambda s, by: actions.tick_step(
        s.exercises.first, desk=s.exercises.unit(DESKS[by.side]), step=0, by=by
    ),
    "exercises.mark_objective": lambda s, by: actions.mark_objective(
        s.exercises.marked, mark="fully", language="en", by=by
    ),
    "exercises.write_debrief": lambda s, by: actions.write_debrief(
        s.exercises.running, kind="well", text="x", language="en", by=by
    ),
    "exercises.report_exercise": lambda s, by: actions.report_exercise(s.exercises.over, by=by),
    "exercises.print_exercise": _print,
}
