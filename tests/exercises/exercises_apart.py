"""Exercises that one side alone reads, for the test that nothing leaks."""

from tests.exercises.exercises_made import Made
from training.exercises import actions


def drafted_apart(secrets, owner, people, unit):
    """Each word of them a token that the other side never reads."""
    made, by = Made(people, unit), getattr(people, owner.hq)
    word = lambda name: secrets.word(f"exercise {name}")  # noqa: E731
    exercise = actions.plan_exercise(
        unit=unit("LV-SBG" if owner.side == "LV" else "BY-GPK"), by=by,
        **made.said(title=word("title"), purpose=word("purpose")),
    )  # fmt: skip
    secrets.exact("exercise number", exercise.number)
    actions.add_objective(exercise, text=word("objective"), language="en", by=by)
    said = made.inject(headline=word("headline"), text=word("text"), steps=[word("step")])
    actions.add_inject(exercise, by=by, **said)
