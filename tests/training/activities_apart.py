"""What a side plans for itself: an idea with its programme, and a nomination without a seat."""

from tests import made_files
from tests.training.activities_made import Made
from training import actions


def planned_apart(secrets, owner, people, unit):
    """Each word of them a token that the other side never reads."""
    made = Made(people, unit)
    by = getattr(people, owner.hq)
    word = lambda name: secrets.word(f"activity {name}")  # noqa: E731
    names = ("title", "purpose", "host", "place", "budget_line")
    said = made.said(**{name: word(name) for name in names})
    idea = actions.plan_activity(
        unit=unit("LV-SBG" if owner.side == "LV" else "BY-GPK"), by=by, **said
    )
    secrets.exact("activity number", idea.number)
    actions.add_session(
        idea, title=word("session"), room=word("room"), speaker_name=word("speaker"),
        starts_at=idea.starts_at, ends_at=idea.ends_at, by=by,
    )  # fmt: skip
    file = made_files.upload(made_files.pdf(word("bytes").encode()), f"{word('file')}.pdf")
    actions.add_activity_file(idea, file, by=by)
    course = actions.draft_course(
        title=word("course"), about=word("course about"), language="en", procedures=["JI"],
        hours=4, by=by,
    )  # fmt: skip
    actions.add_material(
        made_files.upload(made_files.pdf(owner.side.encode()), f"{word('material file')}.pdf"),
        title=word("material"), language="en", joint=False, course=course, by=by,
    )  # fmt: skip
    activity = made.nominating(quotas={"LV": 1, "BY": 1})
    officer = getattr(people, f"{owner.own}_duty")
    for who, name in ((officer, "waiting"), (people.dgp_leader, "nominated")):
        if who.side == owner.side:
            made.nominated(activity, who, owner.unit, by, note=word(f"{name} note"))
