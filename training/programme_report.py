"""The report of the programme as tables with words: what page, CSV, PDF and API show. Reads only.

Numbers of fewer than three people by sex and unit are hidden wherever it is shown, for both sides
read it (bordercoop/reference/small_numbers.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from bordercoop.reference.models import terms
from bordercoop.reference.sides import Side
from bordercoop.reference.small_numbers import shielded
from bordercoop.tables.listing import Column, Listing
from contactpoints.access import SERVICES
from contactpoints.models import units

from .evaluation_read import evaluation_of
from .models import ActivityKind, Host, Level, Mode, PlanLine, YearPlan
from .plan_progress import Progress, progress_of
from .plans import state_of
from .programme_figures import Figures, figures_of
from .report_period import Period, period_of

# In place of a number that is hidden.
HIDDEN = "…"


@dataclass
class Row:
    """`values` in the order of the columns; None is a number that is hidden. `lang` is that of an
    officer's own words."""

    key: str
    label: str
    values: Sequence[Any]
    lang: str = ""


@dataclass
class Table:
    code: str
    title: str
    columns: Sequence[tuple[str, str]]
    rows: list[Row]
    note: str = ""


@dataclass
class Report:
    period: Period
    tables: list[Table] = field(default_factory=list)


def report_of(period: Period) -> Report:
    """By five statements and four for each year that has a plan."""
    figures = figures_of(period.since, period.until)
    found = Report(period)
    found.tables = [
        _sums(figures),
        _activities("kinds", pgettext("report", "By kind"), figures.kinds, ActivityKind.choices),
        _activities("hosts", pgettext("report", "By host country"), figures.hosts, Host.choices),
        _activities(
            "modes", pgettext("report", "By kind of crossing point"), figures.modes,
            [*Mode.choices, ("", _("Not bound to one"))],
        ),
        _levels(figures),
        *(_units(figures, side, period.is_year) for side in SERVICES),
        _topics(figures),
        _seats(figures),
        *_evaluations(figures),
        _money(figures),
        *_plans(period),
    ]  # fmt: skip
    return found


PEOPLE = (
    ("participants", pgettext_lazy("report", "Participants")),
    ("days", pgettext_lazy("report", "Participant-days")),
)


def _columns(*pairs: tuple[str, Any]) -> list[tuple[str, str]]:
    return [(key, str(label)) for key, label in pairs]


def _sums(figures: Figures) -> Table:
    sides = [str(Side(side).label) for side in SERVICES]

    def row(key: str, label: str, by_side: Sequence[Any], total: Any = None) -> Row:
        return Row(key, label, [*by_side, sum(by_side) if total is None else total])

    return Table(
        "sums", pgettext("report", "In one view"),
        [*zip(SERVICES, sides, strict=True), ("total", _("Both sides"))],
        [
            Row("activities", _("Activities held"), ["", "", len(figures.activities)]),
            row("participants", str(PEOPLE[0][1]), [figures.total(0, side=s) for s in SERVICES]),
            row("days", str(PEOPLE[1][1]), [figures.total(1, side=s) for s in SERVICES]),
            row("people", _("Different people"), [figures.different.get(s, 0) for s in SERVICES]),
        ],
        _("An activity counts once it was held, in the period in which it ended. Of what one side "
          "plans for itself only what carries out a line of the joint plan is counted."),
    )  # fmt: skip


def _activities(code: str, title: str, counts: Mapping[str, int], names: Any) -> Table:
    rows = [Row(key, str(name), [counts[key]]) for key, name in names if counts.get(key)]
    return Table(code, title, [("activities", _("Activities held"))], rows)


def _levels(figures: Figures) -> Table:
    rows = [
        Row(f"{side}-{level}", f"{Side(side).label}: {name}",
            [figures.total(n, side=side, level=level) for n in (0, 1)])
        for side in SERVICES for level, name in Level.choices
        if figures.total(0, side=side, level=level)
    ]  # fmt: skip
    return Table("levels", pgettext("report", "By level of staff"), _columns(*PEOPLE), rows)


def _units(figures: Figures, side: str, by_sex: bool) -> Table:
    """Units, by sex in whole years: what two other periods differ in may be one activity, and a
    year less three quarters is the fourth. Days are of the unit, without sex: those of a hidden
    number would say it."""
    known = terms("sex")
    sexes = sorted({key[1] for key in figures.people if key[0] == side}, key=lambda s: (not s, s))
    here = {key[3] for key in figures.people if key[0] == side}
    ordered = [unit for unit in units().values() if unit.pk in here]
    if by_sex:
        cells = [[figures.total(0, side=side, unit=u.pk, sex=s) for s in sexes] for u in ordered]
    else:
        sexes, cells = [], [[figures.total(0, side=side, unit=u.pk)] for u in ordered]
    shown = shielded(cells)
    total = _("All units")
    rows = [
        Row(
            unit.code,
            unit.name,
            [*line[: len(sexes)], whole, figures.total(1, side=side, unit=unit.pk)],
        )
        for unit, line, whole in zip(ordered, shown.cells, shown.rows, strict=True)
    ]
    if len(rows) > 1:
        whole = [*shown.columns[: len(sexes)], shown.total, figures.total(1, side=side)]
        rows.append(Row("total", total, whole))
    title = (
        pgettext("report", "%(side)s: by unit and sex")
        if by_sex
        else pgettext("report", "%(side)s: by unit")
    )
    names = [(s or "none", known[s].name if s in known else (s or _("not said"))) for s in sexes]
    return Table(
        f"units-{side}",
        title % {"side": Side(side).label},
        [*names, *_columns(*PEOPLE)],
        rows,
        _("Numbers below three, and those from which they would follow, are hidden (%(sign)s).")
        % {"sign": HIDDEN}
        if any(None in row.values for row in rows)
        else "",
    )


def _topics(figures: Figures) -> Table:
    known = terms("training_topic")
    rows = [
        Row(code, known[code].name if code in known else code, [count, people])
        for code, count, people in figures.topics
    ]
    columns = [("activities", _("Activities held")), *_columns(PEOPLE[0])]
    return Table("topics", pgettext("report", "By topic"), columns, rows)


def _seats(figures: Figures) -> Table:
    rows = []
    for side in SERVICES:
        seats, used = figures.seats.get(side, 0), figures.total(0, side=side)
        share = f"{used * 100 // seats} %" if seats else "–"
        values = [seats, used, share, figures.absent.get(side, 0)]
        rows.append(Row(side, str(Side(side).label), values))
    columns = _columns(
        ("seats", pgettext("report", "Seats")), ("used", pgettext("report", "Used")),
        ("share", pgettext("report", "Share used")),
        ("no_shows", pgettext("report", "Did not come")),
    )  # fmt: skip
    return Table("seats", pgettext("report", "Seats used"), columns, rows)


def _evaluations(figures: Figures) -> Iterator[Table]:
    rows = [
        Row(str(one.level), one.label, [one.answers, f"{one.mean:.1f}"])
        for one in evaluation_of(figures.activities)
    ]
    if rows:
        columns = _columns(
            ("answers", pgettext("report", "Answers")), ("mean", pgettext("report", "Mean, 1 to 5"))
        )
        yield Table("evaluation", pgettext("report", "Evaluation"), columns, rows)


def _money(figures: Figures) -> Table:
    rows = [
        Row(line or "none", line or _("Without a budget line"), money)
        for line, money in sorted(figures.money.items())
    ]
    if len(rows) > 1:
        sums = [sum((row.values[n] for row in rows), Decimal(0)) for n in (0, 1)]
        rows.append(Row("total", _("All lines"), sums))
    columns = _columns(
        ("planned", pgettext("report", "Planned, EUR")), ("used", pgettext("report", "Used, EUR"))
    )
    return Table("budget", pgettext("report", "Budget"), columns, rows)


def _plans(period: Period) -> Iterator[Table]:
    """Against the plan in force of each year of the period: the whole year, however long the period
    is, since targets are of a year."""
    for plan in YearPlan.objects.filter(year__in=period.years).order_by("year"):
        in_force = state_of(plan).in_force
        if in_force is None:
            continue
        said = {line["uid"]: line for line in in_force.content["lines"]}
        lines = list(PlanLine.objects.filter(plan=plan, uid__in=list(said)))
        for line in lines:  # what both signed, whatever is being drafted meanwhile
            for name in ("title", "language", "quarter", "measure", "indicator", "target"):
                setattr(line, name, said[str(line.uid)][name])
            amount = said[str(line.uid)]["amount"]
            line.amount = Decimal(amount) if amount else None
        yield _against(plan.year, progress_of(plan.year, lines))


def _against(year: int, found: Sequence[Progress]) -> Table:
    rows = [
        Row(
            str(one.line.uid), f"{one.line.number}. {one.line.title}",
            [
                f"Q{one.line.quarter}", one.held, one.participants,
                one.line.indicator or "–", "–" if one.reached is None else one.reached,
                one.line.target or "–", "–" if one.line.amount is None else one.line.amount,
                one.used, one.late or "–",
            ],
            lang=one.line.language,
        )
        for one in found
    ]  # fmt: skip
    columns = _columns(
        ("quarter", pgettext("plan", "Quarter")), ("held", pgettext("report", "Held")), PEOPLE[0],
        ("indicator", pgettext("plan", "Indicator")), ("reached", pgettext("report", "Reached")),
        ("target", pgettext("plan", "Target")), ("amount", pgettext("report", "Planned, EUR")),
        ("used", pgettext("report", "Used, EUR")), ("late", pgettext("report", "Late")),
    )  # fmt: skip
    return Table(
        f"plan-{year}",
        pgettext("report", "Against the joint plan for %(year)s") % {"year": year},
        columns,
        rows,
        _("As both sides signed it; each line over its whole year."),
    )


def shown_value(value: Any) -> str:
    """A value of a row as page and paper show it."""
    if value is None:
        return HIDDEN
    if isinstance(value, Decimal):
        return str(number_format(value, 2, use_l10n=True, force_grouping=True))
    return str(value)


# --- as a list of cells, for CSV and XLSX

COLUMNS = (
    Column("table", pgettext_lazy("report", "Table"), 3),
    Column("row", pgettext_lazy("report", "Row"), 4),
    Column("figure", pgettext_lazy("report", "Figure"), 2),
    Column("value", pgettext_lazy("report", "Value"), 1),
)


def report_listing(query: Mapping[str, Any]) -> Listing:
    """One row for each figure; a hidden one is empty."""
    period = period_of(query)

    def rows() -> Iterator[list[Any]]:
        for table in report_of(period).tables:
            for row in table.rows:
                for (_key, label), value in zip(table.columns, row.values, strict=True):
                    yield [table.title, row.label, label, HIDDEN if value is None else value]

    return Listing(
        code="programme-report",
        title=gettext_lazy("Programme report"),
        columns=COLUMNS,
        count=sum(1 for _each in rows()),
        rows=rows,
        filter=period.words,
        asked={"since": period.since.isoformat(), "until": period.until.isoformat()},
    )
