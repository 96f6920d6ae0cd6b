"""The report of an exercise on paper, in two languages.

`templates/pdf/exercise.typ` is the form.
"""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from bordercoop.reference.models import places, terms
from bordercoop.reference.sides import Side
from bordercoop.web.both import Both
from bordercoop.web.clocks import written

from .models import DebriefKind, Exercise, ObjectiveMark
from .reading import clock_of, named
from .scoring import Answer, score_of


def file_name(exercise: Exercise) -> str:
    return f"{exercise.number}.pdf"


def _seconds(value: float | None) -> str:
    return clock_of(timedelta(seconds=round(value))) if value is not None else "–"


def document_of(exercise: Exercise, *, both: Both, by: Any, at: datetime) -> dict[str, Any]:
    """What the form prints: what was practised, by whom, how each desk answered, what the
    evaluators say and what was learned."""
    score = score_of(exercise)
    people = exercise.people.standing().select_related("officer")
    objectives = exercise.objectives.standing().prefetch_related("marks__by")
    agreed = exercise.agreements.standing().values_list("sha256", flat=True).first() or "–"
    lines = list(exercise.debrief.select_related("by"))
    return {
        "languages": list(both.languages),
        "title": exercise.number,
        "heading": both(lambda: _("Report of exercise %(n)s") % {"n": exercise.number}),
        "watermark": both(lambda: pgettext("watermark", "EXERCISE")),
        "facts": [
            [both(lambda: _("What it is about")), [exercise.title]],
            [both(lambda: pgettext("exercise", "Kind")), both(exercise.get_kind_display)],
            [both(lambda: _("Crossing point")), both(lambda: named(places(), exercise.place))],
            [
                both(lambda: _("Unauthorised activity practised")),
                both(lambda: named(terms("incident_category"), exercise.category)),
            ],
            [both(lambda: _("Began")), both(lambda: _moment(exercise.started_at, by.side))],
            [both(lambda: _("Ended")), both(lambda: _moment(exercise.stopped_at, by.side))],
            [both(lambda: _("Time on the clock")), [clock_of(exercise.played)]],
            *(
                [both(one.get_part_display), [f"{one.officer.side} {one.officer.display_name}"]]
                for one in people
            ),
        ],
        "totals": {
            "heading": both(lambda: _("By desk")),
            "head": [
                both(lambda: pgettext("unit", "Desk")),
                both(lambda: _("Injects")),
                both(lambda: _("Acknowledged in time")),
                both(lambda: _("Steps done")),
                both(lambda: _("Would have escalated")),
                both(lambda: _("Score")),
            ],
            "rows": [
                [
                    both(lambda desk=desk: desk.name),
                    [str(total.sent)],
                    [f"{total.in_time} / {total.judged}"],
                    [f"{total.done} / {total.steps}"],
                    [str(total.would_escalate)],
                    [f"{total.score} %" if total.score is not None else "–"],
                ]
                for desk, total in score.desks
            ],
        },
        "answers": {
            "heading": both(lambda: _("By inject")),
            "head": [
                ["№"],
                both(lambda: _("Inject")),
                both(lambda: pgettext("unit", "Desk")),
                both(lambda: _("Delivered")),
                both(lambda: _("Acknowledged")),
                both(lambda: pgettext("inject", "Expected")),
                both(lambda: _("Steps done")),
            ],
            "rows": [_row(answer, both) for answer in score.answers],
        },
        "objectives": {
            "heading": both(lambda: _("Objectives")),
            "rows": [
                [[one.text], [line for mark in one.marks.all() for line in _mark(mark, both)]]
                for one in objectives
            ],
        },
        "debrief": {
            "heading": both(lambda: _("Hot debrief")),
            "rows": [
                [both(kind.label.__str__), said]
                for kind in DebriefKind
                if (said := [one.text for one in lines if one.kind == kind])
            ],
        },
        "page": both(lambda: _("Page {page} of {total}")),
        "printed": both(
            lambda: (
                _("Printed for %(side)s on %(when)s.")
                % {"side": Side(by.side).label, "when": written(at, by.side)}
            )
        ),
        "from": both(lambda: exercise.number),
        "mark_label": ["SHA-256", "SHA-256"],
        "mark": agreed,
        "handling": None,
        "marking": None,
    }  # fmt: skip


def _moment(moment: datetime | None, side: str) -> str:
    return written(moment, side) if moment else "–"


def _row(answer: Answer, both: Both) -> list[list[str]]:
    inject = answer.inject
    return [
        [str(inject.number)],
        [inject.headline_for(get_language() or "en")[0]],
        both(lambda: answer.desk.name),
        [_seconds(answer.delivered_s)],
        [_seconds(answer.acknowledged_s)],
        [_seconds(inject.acknowledge_s)],
        [f"{answer.done} / {len(answer.steps)}" if answer.steps else "–"],
    ]


def _mark(mark: ObjectiveMark, both: Both) -> list[str]:
    said = " / ".join(both(mark.get_mark_display))
    who = f"{mark.by.side} {mark.by.display_name}"
    return [f"{said} ({who}){': ' + mark.words if mark.words else ''}"]
