"""Each verb of the yearly plan as every role of each side tries it."""

from types import SimpleNamespace

from training import actions

LINE = {"kind": "training", "title": "x", "language": "en", "quarter": 1, "host_country": "LV"}
# Each side does it for itself, or either may.
OF_BOTH = {
    "open_plan", "add_plan_line", "change_plan_line", "remove_plan_line", "put_plan", "sign_plan",
    "tie_activity", "export_programme_report",
}  # fmt: skip


def scene_of_plans(people, activity):
    """A plan with a line of each side to change and to take out, and one that waits for both."""
    plan = actions.open_plan(year=activity.starts_at.year, by=people.lv_hq)
    lines = {
        who.side: actions.add_plan_line(plan, by=who, **LINE)
        for who in (people.lv_hq, people.by_hq)
    }
    asked = actions.open_plan(year=activity.starts_at.year + 1, by=people.lv_hq)
    actions.add_plan_line(asked, by=people.lv_hq, **LINE)
    asked.refresh_from_db()
    plan.refresh_from_db()
    version = actions.put_plan(asked, edition=asked.edition, by=people.lv_hq)
    return SimpleNamespace(
        plan=plan, lines=lines, asked=asked, sha256=version.sha256, activity=activity
    )


def full(**changes):
    return {
        **LINE, "topic": "", "seats_lv": 0, "seats_by": 0, "budget_line": "", "amount": None,
        "measure": "", "indicator": "", "target": None, **changes,
    }  # fmt: skip


TRY = {
    "training.open_plan": lambda s, by: actions.open_plan(year=s.plans.plan.year + 2, by=by),
    "training.add_plan_line": lambda s, by: actions.add_plan_line(s.plans.plan, by=by, **LINE),
    "training.change_plan_line": lambda s, by: actions.change_plan_line(
        s.plans.lines[by.side], by=by, **full(title="y")
    ),
    "training.remove_plan_line": lambda s, by: actions.remove_plan_line(
        s.plans.lines[by.side], by=by
    ),
    "training.put_plan": lambda s, by: actions.put_plan(
        s.plans.plan, edition=s.plans.plan.edition, by=by
    ),
    "training.sign_plan": lambda s, by: actions.sign_plan(
        s.plans.asked, sha256=s.plans.sha256, by=by
    ),
    "training.tie_activity": lambda s, by: actions.tie_activity(
        s.plans.activity, s.plans.lines["LV"], by=by
    ),
    "training.export_programme_report": lambda s, by: actions.export_programme_report(
        {}, form="csv", by=by
    ),
}
