"""The risk register as its readers see it: both views of each risk, and where they stood before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.timezone import now

from bordercoop.reference.folding import found
from bordercoop.reference.models import terms
from bordercoop.reference.sides import ZONE
from contactpoints.listing import sides_for
from incidents.retention import today

from .models import Assessment, Risk, RiskState, Treatment
from .scales import BANDS, LEVEL_OF
from .section_codes import section_orders

GOING_ON = "going_on"


def last_month_ended(user: Any) -> datetime:
    """The first instant of this month on the clock of the reader's side."""
    local = now().astimezone(ZoneInfo(ZONE.get(user.side, "UTC")))
    return local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


@dataclass
class View:
    """What a side says of a risk now, and what it said when last month ended."""

    side: str
    now: Assessment
    before: Assessment | None = None

    @property
    def change(self) -> int | None:
        """By how much the score changed since; None where there was none."""
        return self.now.score - self.before.score if self.before else None

    @property
    def level(self) -> int:
        return LEVEL_OF[self.now.band]


@dataclass
class Row:
    """A risk with the views of both sides, the reader's own first, and what is done about it."""

    risk: Risk
    reader: str = ""
    views: list[View] = field(default_factory=list)
    treatments: int = 0
    overdue: int = 0

    @property
    def shown(self) -> View | None:
        """The own side's view where it has one, else the other's."""
        return self.views[0] if self.views else None

    @property
    def own(self) -> View | None:
        return next((view for view in self.views if view.side == self.reader), None)

    @property
    def other(self) -> View | None:
        return next((view for view in self.views if view.side != self.reader), None)

    @property
    def differs(self) -> bool:
        """Whether the sides put the risk into different bands."""
        return len({view.now.band for view in self.views}) > 1

    @property
    def score(self) -> int:
        return self.shown.now.score if self.shown else 0

    @property
    def category(self) -> str:
        term = terms("incident_category").get(self.risk.category)
        return term.name if term else self.risk.category


def rows_of(risks: Iterable[Risk], user: Any) -> list[Row]:
    """These risks with their views. Three statements, however many there are."""
    known = {risk.pk: Row(risk, user.side) for risk in risks}
    rows = Assessment.objects.visible_to(user).filter(risk__in=known).select_related("by", "matrix")
    newest, since = rows.newest_of_each(), last_month_ended(user)
    before = {(one.risk_id, one.side): one for one in newest.filter(at__lt=since)}
    for one in newest:
        view = View(one.side, one, before.get((one.risk_id, one.side)))
        known[one.risk_id].views.append(view)
    order = sides_for(user)
    for row in known.values():
        row.views.sort(key=lambda view: order.index(view.side))
    day = today(user.side)
    open_ones = Treatment.objects.visible_to(user).filter(risk__in=known, state="open")
    for risk_id, due in open_ones.values_list("risk_id", "due"):
        known[risk_id].treatments += 1
        known[risk_id].overdue += due < day
    return list(known.values())


@dataclass(frozen=True)
class Asked:
    """The filters of the register as typed; what means nothing filters nothing."""

    q: str = ""
    state: str = GOING_ON
    owner: str = ""
    band: str = ""
    category: str = ""
    section: str = ""
    show: str = ""

    @property
    def any(self) -> bool:
        return self != Asked()


def asked_of(query: Mapping[str, Any]) -> Asked:
    given = {name: str(query.get(name, "")).replace("\0", "")[:100].strip()
             for name in Asked.__dataclass_fields__}  # fmt: skip
    allowed = {
        "state": {GOING_ON, "all", *RiskState.values},
        "owner": {"LV", "BY", "both", "mine"},
        "band": {*BANDS, "none"},
        "category": set(terms("incident_category")),
        "section": set(section_orders()),
        "show": {"overdue", "differs", "unassessed"},
    }
    for name, values in allowed.items():
        if given[name] not in values:
            given[name] = GOING_ON if name == "state" else ""
    return Asked(**given)


def register(user: Any, asked: Asked | None = None) -> list[Row]:
    """The risks that `user` reads and asked for: the highest score first, then by number."""
    asked = asked or Asked()
    risks = Risk.objects.visible_to(user).select_related("unit", "officer", "other_unit")
    if asked.state == GOING_ON:
        risks = risks.going_on()
    elif asked.state != "all":
        risks = risks.filter(state=asked.state)
    if asked.owner in ("LV", "BY"):
        risks = risks.filter(side=asked.owner)
    elif asked.owner == "both":
        risks = risks.filter(other_unit__isnull=False)
    elif asked.owner == "mine":
        risks = risks.filter(officer=user.pk)
    if asked.category:
        risks = risks.filter(category=asked.category)
    rows = [row for row in rows_of(risks, user) if _fits(row, asked)]
    rows.sort(key=lambda row: -row.score)  # stable: the register's own order below
    return rows


def _fits(row: Row, asked: Asked) -> bool:
    risk = row.risk
    if asked.section and risk.sections and asked.section not in risk.sections:
        return False
    if asked.band and asked.band != (row.shown.now.band if row.shown else "none"):
        return False
    if asked.show == "overdue" and not row.overdue:
        return False
    if asked.show == "differs" and not row.differs:
        return False
    if asked.show == "unassessed" and any(view.side == risk.side for view in row.views):
        return False
    return found(asked.q, [risk.code, *risk.title.values(), *risk.text.values()])
