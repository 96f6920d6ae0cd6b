"""Each verb of courses as every role of each side tries it."""

from types import SimpleNamespace

from tests import made_files
from tests.contactpoints.procedures_made import content, guideline_in_force, step
from tests.training.activities_made import Made
from training import actions
from training.models import Participation

SAID = {"title": "x", "language": "en", "procedures": ["TRY"], "hours": 4}
WHOLE = {**SAID, "about": "", "levels": [], "topics": [], "valid_months": None}
TAUGHT = {"name": "A", "organisation": "B", "topics": ["trains"], "languages": ["lv"]}
PAPER = {"title": "x", "language": "en"}
# Each side does it for itself, or either may.
OF_BOTH = {
    "draft_course", "change_course", "agree_course", "retire_course", "waive_training",
    "plan_retraining", "nominate_listed", "add_material", "add_trainer",
}  # fmt: skip


def scene_of_courses(people, unit):
    """A course that both agreed to and that officers of both sides took, and a version after."""
    guideline_in_force("TRY")
    made = Made(people, unit)
    course = actions.draft_course(by=people.lv_hq, **SAID)
    for by in (people.lv_hq, people.by_hq):
        course = actions.agree_course(course, edition=1, by=by)
    activity = actions.choose_course(made.nominating(), course=course, by=made.lv)
    made.nominated(activity, people.dgp_officer, "LV-DGP", made.lv)
    made.nominated(activity, people.pol_officer, "BY-POL", made.by)
    for state in ("approved", "invited", "attended"):
        Participation.objects.filter(activity=activity).update(state=state)
    actions.note_course_held(activity)
    version = guideline_in_force("TRY", content(step("other")))
    return SimpleNamespace(
        course=course, version=version, activity=activity, idea=made.idea(),
        material=actions.add_material(
            made_files.upload(made_files.pdf(b"1"), "a.pdf"), by=people.lv_hq, **PAPER
        ),
        trainer=actions.add_trainer(by=people.lv_hq, **TAUGHT),
        units={"LV": unit("LV-DGP"), "BY": unit("BY-POL")},
    )  # fmt: skip


TRY = {
    "training.draft_course": lambda s, by: actions.draft_course(by=by, **SAID),
    "training.change_course": lambda s, by: actions.change_course(
        s.courses.course, by=by, **{**WHOLE, "title": "y"}
    ),
    "training.agree_course": lambda s, by: actions.agree_course(s.courses.course, edition=1, by=by),
    "training.retire_course": lambda s, by: actions.retire_course(
        s.courses.course, reason="x", by=by
    ),
    "training.waive_training": lambda s, by: actions.waive_training(
        s.courses.course, version=s.courses.version, reason="x", by=by
    ),
    "training.choose_course": lambda s, by: actions.choose_course(
        s.courses.idea, course=s.courses.course, by=by
    ),
    "training.plan_retraining": lambda s, by: actions.plan_retraining(
        s.courses.version.procedure, course=s.courses.course, edition=1, version=2, by=by
    ),
    "training.add_material": lambda s, by: actions.add_material(
        made_files.upload(made_files.pdf(b"2"), "b.pdf"), by=by, **PAPER
    ),
    "training.change_material": lambda s, by: actions.change_material(
        s.courses.material, by=by, title="y", language="en", joint=True, topics=[], course=None
    ),
    "training.add_material_version": lambda s, by: actions.add_material_version(
        s.courses.material, made_files.upload(made_files.pdf(b"3"), "c.pdf"), by=by
    ),
    "training.remove_material": lambda s, by: actions.remove_material(s.courses.material, by=by),
    "training.add_trainer": lambda s, by: actions.add_trainer(by=by, **{**TAUGHT, "name": "C"}),
    "training.change_trainer": lambda s, by: actions.change_trainer(
        s.courses.trainer,
        by=by,
        topics=["trains"],
        languages=["be"],
        courses=[],
        qualification="",
        valid_until=None,
        note="x",
    ),
    "training.leave_pool": lambda s, by: actions.leave_pool(s.courses.trainer, by=by),
    "training.nominate_listed": lambda s, by: actions.nominate_listed(
        s.courses.activity, unit=s.courses.units[by.side], by=by
    ),
}
