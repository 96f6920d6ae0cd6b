"""Exercises as tests need them: two desks, agreed by both sides, at any step of the road."""

from datetime import timedelta

from django.utils.timezone import now

from training.exercises import actions


class Made:
    """Latvia's headquarters plan and direct, Belarus's agree and direct too."""

    def __init__(self, people, unit):
        self.people, self.unit = people, unit
        self.lv, self.by = people.lv_hq, people.by_hq

    def said(self, **changes):
        return {
            "kind": "tabletop", "title": "People on foot beside the road", "language": "en",
            "purpose": "To try the call between the desks.", "place": "PAT-GRI",
            "category": "UBC", "planned_at": now() + timedelta(days=3), **changes,
        }  # fmt: skip

    def inject(self, **changes):
        return {
            "offset_s": 60, "desks": ["DESK-POL"], "sender": "DESK-DGP",
            "headline": "Three people seen at the fence", "language": "en",
            "headlines": {"ru": "Трое у ограждения"}, "text": "Played by students.",
            "severity": 3, "category": "UBC", "place": "PAT-GRI", "acknowledge_s": 120,
            "steps": ["Call the other desk", "Send a patrol"], **changes,
        }  # fmt: skip

    def draft(self, **changes):
        unit = self.unit("LV-SBG")
        return actions.plan_exercise(unit=unit, by=self.lv, **self.said(**changes))

    def written(self, injects=None, **changes):
        exercise = self.draft(**changes)
        for said in injects if injects is not None else [{}]:
            actions.add_inject(exercise, by=self.lv, **self.inject(**said))
        actions.put_exercise(exercise, by=self.lv)
        for by in (self.lv, self.by):
            actions.name_person(exercise, officer=by, part="director", by=by)
        return self.fresh(exercise)

    def agreed(self, injects=None, **changes):
        exercise = self.written(injects, **changes)
        for by in (self.lv, self.by):
            actions.agree_exercise(exercise, edition=exercise.edition, by=by)
        return self.fresh(exercise)

    def running(self, injects=None, **changes):
        return actions.start_exercise(self.agreed(injects, **changes), by=self.lv)

    @staticmethod
    def fresh(exercise):
        return type(exercise).objects.get(pk=exercise.pk)
