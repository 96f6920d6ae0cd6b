"""Each verb of recommendations and contingency plans as every role of each side tries it."""

from types import SimpleNamespace

from bordercoop.reference.models import places, utc_today
from contactpoints.models import Role
from tests.contactpoints.procedures_made import someone
from training.lessons import actions

SAID = {"source": "own", "title": "x", "language": "en", "text": "", "about": "", "place": None,
        "owner_officer": None}  # fmt: skip
HEAD = {"title": "x", "language": "en", "triggers": "x", "places_of": ["SIL-URB", "PAT-GRI"],
        "categories": [], "effective_on": None}  # fmt: skip
OWNER = {"LV": "LV-DGP", "BY": "BY-POL"}
# Each side does it for itself, or either may.
OF_BOTH = {
    "raise_recommendation", "change_recommendation", "take_in_hand", "finish_recommendation",
    "decline_recommendation", "confirm_recommendation", "reopen_recommendation", "tie_change",
    "untie_change", "begin_contingency", "change_contingency", "set_contingency_item",
    "remove_contingency_item", "put_contingency", "approve_contingency", "retire_contingency",
    "activate_contingency", "tick_task", "stand_down",
    "begin_phase", "take_tick_back",
}  # fmt: skip


def scene_of_lessons(people, unit):
    """Of each side a recommendation at every step, owned by that side; plans at every step."""
    own = {"LV": people.lv_hq, "BY": people.by_hq}
    head = {"LV": people.dgp_head, "BY": people.pol_head}

    def raised(side):
        return actions.raise_recommendation(
            owner_unit=unit(OWNER[side]), due_on=utc_today(), by=own[side], **SAID
        )

    scene = SimpleNamespace(unit=unit)
    scene.open = {side: raised(side) for side in own}
    scene.taken = {
        side: actions.take_in_hand(raised(side), by=head[side]) for side in own
    }  # fmt: skip
    scene.done = {}
    for side in own:
        row = actions.take_in_hand(raised(side), by=head[side])
        scene.done[side] = actions.finish_recommendation(row, evidence="x", by=head[side])
    scene.tied = {
        side: actions.tie_change(scene.open[side], kind="equipment", words="x", by=own[side])
        for side in own
    }
    scene.draft, scene.task = written(people)
    scene.draft = actions.set_contingency_item(
        scene.draft, part="contacts", name="x", by=people.lv_hq
    )
    scene.asked, _task = written(people)
    scene.sha256 = actions.put_contingency(
        scene.asked, edition=scene.asked.edition, by=people.lv_hq
    ).sha256
    scene.holds, scene.held_task = written(people)
    version = actions.put_contingency(scene.holds, edition=scene.holds.edition, by=people.by_hq)
    for approver in (someone(side, Role.APPROVER) for side in own):
        actions.approve_contingency(scene.holds, sha256=version.sha256, by=approver)
    scene.run = actions.activate_contingency(
        scene.holds, place=places()["SIL-URB"], reason="x", exercise=True, by=people.dgp_duty
    )
    scene.second = actions.activate_contingency(
        scene.holds, place=places()["PAT-GRI"], reason="x", exercise=True, by=people.dgp_duty
    )
    scene.tick = actions.tick_task(scene.second, task=scene.held_task, by=people.dgp_duty)
    return scene


def written(people):
    plan = actions.begin_contingency(by=people.lv_hq, **HEAD)
    plan = actions.set_contingency_item(plan, part="phases", name="x", by=people.lv_hq)
    phase = plan.content["phases"][0]["code"]
    plan = actions.set_contingency_item(
        plan, part="tasks", phase=phase, what="x", who="x", minutes=1, by=people.lv_hq
    )
    return plan, plan.content["tasks"][0]["code"]


TRY = {
    "lessons.raise_recommendation": lambda s, by: actions.raise_recommendation(
        owner_unit=s.lessons.unit(OWNER[by.side]), due_on=utc_today(), by=by, **SAID
    ),
    "lessons.change_recommendation": lambda s, by: actions.change_recommendation(
        s.lessons.open[by.side], owner_unit=s.lessons.unit(OWNER[by.side]), due_on=utc_today(),
        by=by, **{**SAID, "title": "y"},
    ),
    "lessons.take_in_hand": lambda s, by: actions.take_in_hand(s.lessons.open[by.side], by=by),
    "lessons.finish_recommendation": lambda s, by: actions.finish_recommendation(
        s.lessons.taken[by.side], evidence="x", by=by
    ),
    "lessons.decline_recommendation": lambda s, by: actions.decline_recommendation(
        s.lessons.open[by.side], reason="x", by=by
    ),
    "lessons.confirm_recommendation": lambda s, by: actions.confirm_recommendation(
        s.lessons.done[by.side], by=by
    ),
    "lessons.reopen_recommendation": lambda s, by: actions.reopen_recommendation(
        s.lessons.done[by.side], reason="x", by=by
    ),
    "lessons.tie_change": lambda s, by: actions.tie_change(
        s.lessons.open[by.side], kind="equipment", words="x", by=by
    ),
    "lessons.untie_change": lambda s, by: actions.untie_change(s.lessons.tied[by.side], by=by),
    "lessons.begin_contingency": lambda s, by: actions.begin_contingency(by=by, **HEAD),
    "lessons.change_contingency": lambda s, by: actions.change_contingency(
        s.lessons.draft, by=by, **{**HEAD, "title": "y"}
    ),
    "lessons.set_contingency_item": lambda s, by: actions.set_contingency_item(
        s.lessons.draft, part="phases", name="y", by=by
    ),
    "lessons.remove_contingency_item": lambda s, by: actions.remove_contingency_item(
        s.lessons.draft, code=s.lessons.task, by=by
    ),
    "lessons.put_contingency": lambda s, by: actions.put_contingency(
        s.lessons.draft, edition=s.lessons.draft.edition, by=by
    ),
    "lessons.approve_contingency": lambda s, by: actions.approve_contingency(
        s.lessons.asked, sha256=s.lessons.sha256, by=by
    ),
    "lessons.retire_contingency": lambda s, by: actions.retire_contingency(
        s.lessons.asked, reason="x", by=by
    ),
    "lessons.activate_contingency": lambda s, by: actions.activate_contingency(
        s.lessons.holds, place=places()["SIL-URB"], reason="x", exercise=False, by=by
    ),
    "lessons.tick_task": lambda s, by: actions.tick_task(
        s.lessons.run, task=s.lessons.held_task, by=by
    ),
    "lessons.begin_phase": lambda s, by: actions.begin_phase(
        s.lessons.run, phase=s.lessons.holds.content["phases"][0]["code"], by=by
    ),
    "lessons.take_tick_back": lambda s, by: actions.take_tick_back(
        s.lessons.tick, reason="x", by=by
    ),
    "lessons.stand_down": lambda s, by: actions.stand_down(s.lessons.run, outcome="x", by=by),
}  # fmt: skip
