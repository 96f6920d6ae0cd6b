"""A handover with the log of its shift, and a day of a duty journal, on paper in two languages.

They repeat what the own side reads on the screen; `templates/pdf/shift.typ` is the form.
"""

from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from bordercoop.reference.sides import Side
from bordercoop.web.both import Both
from bordercoop.web.clocks import compact, written

from .access import roles_of
from .handovers import shown
from .journal import Journal, Line, journal, journal_of_day
from .models import DutyRank, ShiftHandover, Unit


def handover_document(
    handover: ShiftHandover, *, both: Both, by: Any, at: datetime
) -> dict[str, Any]:
    """What the form prints of a handover: both names, the note, what was open, the shift's log."""
    unit = handover.unit
    log = journal(unit, handover.since, handover.taken_at or at, by)
    items = both.each(
        lambda: [(item, item.label, item.title or "—") for item in shown(handover.items, by)]
    )
    signed = [
        (lambda: _("Left by"), handover.left_by, handover.signed_at),
        (lambda: _("Taken over by"), handover.taken_by, handover.taken_at),
    ]
    facts: list[tuple[Any, list[str]]] = [
        (lambda: _("Desk"), both(lambda: unit.name)),
        (
            lambda: pgettext("shift", "Began"),
            both(lambda: written(handover.since, by.side)),
        ),
        (lambda: _("Expected"), both(lambda: _name(handover.to) if handover.to else "—")),
        (lambda: _("State"), both(lambda: state_of(handover))),
    ]
    if handover.remark:
        facts.append((lambda: _("Remark of the officer who took over"), [handover.remark]))
    return {
        **_frame(unit, both, by, at),
        "title": f"{unit.code} {compact(handover.signed_at, by.side)}",
        "heading": both(lambda: _("Handover of a shift")),
        "facts": [[both(label), value] for label, value in facts],
        "note": {"heading": both(lambda: _("Note")), "text": handover.note},
        "tables": [
            {
                "heading": both(lambda: _("Open when it was signed")),
                "widths": [1.4, 1.3, 2.2, 1.6],
                "columns": [
                    both(lambda: pgettext("open at a desk", "What")),
                    both(lambda: _("Number")),
                    both(lambda: pgettext("open at a desk", "About")),
                    both(lambda: _("Since or due")),
                ],
                "rows": [
                    [
                        _pair(label, other_label),
                        [" ".join(part for part in (item.number, item.priority) if part) or "—"],
                        _pair(title, other_title),
                        [compact(item.at, by.side) if item.at else "—"],
                    ]
                    for (item, label, title), (_item, other_label, other_title) in zip(
                        *items, strict=True
                    )
                ],
                "empty": both(lambda: _("Nothing was open.")),
                "more": None,
            },
            _table(both, by, log, lambda: _("Log of the shift")),
        ],
        "signatures": {
            "names": [both(label) for label, _who, _when in signed],
            "signed": [
                both(lambda who=who, when=when: f"{_name(who)}, {written(when, by.side)}")
                if when
                else []
                for _label, who, when in signed
            ],
            "hint": both(lambda: _("Signed in the portal; a signature by hand is not needed.")),
        },
    }


def journal_document(unit: Unit, day: date, *, both: Both, by: Any, at: datetime) -> dict[str, Any]:
    """What the form prints of a day: who was on duty, and everything in order."""
    kept = journal_of_day(unit, day, by)
    return {
        **_frame(unit, both, by, at),
        "title": f"{unit.code} {day:%d.%m.%Y}",
        "heading": both(lambda: _("Duty journal")),
        "facts": [
            [both(lambda: _("Desk")), both(lambda: unit.name)],
            [
                both(lambda: pgettext("journal", "Day")),
                both(
                    lambda: (
                        _("%(day)s, 00:00 to 24:00 by the desk's own clock")
                        % {"day": f"{day:%d.%m.%Y}"}
                    )
                ),
            ],
            [both(lambda: _("On duty by the rota")), both(lambda: duty_of(kept))],
        ],
        "note": None,
        "tables": [_table(both, by, kept, lambda: _("What happened"))],
        "signatures": None,
    }


def state_of(handover: ShiftHandover) -> str:
    if handover.taken_at:
        return pgettext("handover of a shift", "Taken over")
    if handover.withdrawn_at:
        return pgettext("handover of a shift", "Taken back")
    return pgettext("handover of a shift", "Waits for the officer who arrives")


def duty_of(kept: Journal) -> str:
    """Who was on duty and from when to when, a line each."""
    return "\n".join(
        f"{_name(shift.officer)} ({DutyRank(shift.rank).label}): "
        f"{compact(shift.period.lower, kept.unit.side)} – "
        f"{compact(shift.period.upper, kept.unit.side)}"
        for shift in kept.shifts
    ) or _("Nobody is on duty")


def _table(both: Both, by: Any, kept: Journal, heading: Any) -> dict[str, Any]:
    return {
        "heading": both(heading),
        "widths": [2, 4],
        "columns": [
            both(lambda: pgettext("journal", "When")),
            both(lambda: pgettext("journal", "What happened")),
        ],
        "rows": [[[compact(line.at, by.side)], _said(both, line)] for line in kept.lines],
        "empty": both(lambda: _("Nothing happened.")),
        "more": both(lambda: _("The rest stands in the portal.")) if kept.more else None,
    }


def _said(both: Both, line: Line) -> list[str]:
    """The sentence in both languages, then the words that somebody wrote, once."""

    def sentence() -> str:
        exercise = pgettext("alert", "Exercise")
        return f"[{exercise}] {line.sentence}" if line.exercise else line.sentence

    said = both(sentence)
    return [*said[:1], *([] if said[0] == said[1] else said[1:]), *([line.text] * bool(line.text))]


def _pair(first: str, second: str) -> list[str]:
    return [first] if first == second else [first, second]


def _name(officer: Any) -> str:
    return str(officer.name_for(get_language() or "en"))


def _frame(unit: Unit, both: Both, by: Any, at: datetime) -> dict[str, Any]:
    """What stands around the form: languages, who may read it, who printed it and when."""
    own = next((at_unit for _role, at_unit in roles_of(by)), None)
    return {
        "languages": list(both.languages),
        "handling": both(lambda: _("INTERNAL: %(side)s only") % {"side": Side(unit.side).label}),
        "marking": None,
        "page": both(lambda: _("Page {page} of {total}")),
        "printed": both(
            lambda: (
                _("Printed by %(name)s, %(unit)s, on %(when)s.")
                % {
                    "name": _name(by),
                    "unit": own.name if own else Side(by.side).label,
                    "when": written(at, by.side),
                }
            )
        ),
        "from": both(lambda: _("Printed from BorderCoop. Handle it as marked above.")),
    }
