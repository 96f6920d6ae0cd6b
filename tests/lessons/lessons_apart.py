"""What a side keeps for itself: a recommendation with what it changed, a contingency plan."""

from bordercoop.reference.models import utc_today
from training.lessons import actions
from training.lessons.models import (
    ContingencyActivation,
    ContingencyPlan,
    Recommendation,
    RecommendationChange,
)


def taught_apart(secrets, owner, people, unit):
    """Each word of them a token that the other side never reads."""
    by = getattr(people, owner.hq)
    word = lambda name: secrets.word(f"lesson {name}")  # noqa: E731
    row = actions.raise_recommendation(
        source="own", title=word("title"), text=word("text"), language="en", joint=False,
        owner_unit=unit(owner.unit), due_on=utc_today(), by=by,
    )  # fmt: skip
    secrets.exact("recommendation number", row.number)
    actions.tie_change(row, kind="equipment", words=word("equipment"), by=by)
    plan = actions.begin_contingency(
        title=word("plan"), language="en", triggers=word("triggers"), joint=False, by=by,
        places_of=["SIL-URB"],
    )  # fmt: skip
    secrets.exact("contingency number", plan.number)
    plan = actions.set_contingency_item(plan, part="phases", name=word("phase"), by=by)
    phase = plan.content["phases"][0]["code"]
    plan = actions.set_contingency_item(
        plan, part="tasks", phase=phase, what=word("task"), who=word("who"), minutes=1, by=by
    )
    version = actions.put_contingency(plan, edition=plan.edition, by=by)
    approver = getattr(people, f"{owner.side.lower()}_approver")
    actions.approve_contingency(plan, sha256=version.sha256, by=approver)
    from bordercoop.reference.models import places

    actions.activate_contingency(
        plan, place=places()["SIL-URB"], reason=word("reason"), exercise=False, by=by
    )


def uids_of_lessons():
    """Public ids by the word before them in an address."""
    changes = list(RecommendationChange.objects.values_list("uid", flat=True))
    runs = list(ContingencyActivation.objects.values_list("uid", flat=True))
    return {"evidence": changes, "recommendation-changes": changes, "active": runs,
            "contingency-activations": runs}  # fmt: skip


def of_lessons(route):
    """The addresses of each recommendation or contingency plan; [] for another route."""
    if "recommendations/<str:number>" in route:
        rows = Recommendation.objects.all()
    elif "contingency/<str:number>" in route or "contingency-plans/<str:number>" in route:
        rows = ContingencyPlan.objects.all()
    else:
        return []
    route = route.replace("<str:part>", "phases").replace("<str:code>", "new")
    route = route.replace("<int:at>", "1")
    return [route.replace("<str:number>", row.number) for row in rows]
