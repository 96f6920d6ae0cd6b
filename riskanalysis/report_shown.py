"""A risk report as its pages show it. Reads only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import now
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from bordercoop.reference.models import places
from bordercoop.reference.sides import ZONE
from contactpoints.access import may
from contactpoints.procedure_pages import Part, Said, steps_shown

from .models import ReportPart, ReportState, RiskReport
from .models.reports import IN_WORK, SENT
from .reports import citations_for, citations_read_by
from .reports.words import KINDS, facts_of, heading_of, withheld
from .section_codes import section_name

STEPS = {
    "open": pgettext_lazy("part of a report", "Open"),
    "done": pgettext_lazy("part of a report", "Done"),
    "skipped": pgettext_lazy("part of a report", "Left out"),
}
BY_ITSELF = gettext_lazy("Goes with the review and the sending")


# --- time and place


def local_day(at: datetime, side: str) -> date:
    return at.astimezone(ZoneInfo(ZONE.get(side, "UTC"))).date()


def late_by(deadline: datetime | date | None, side: str, at: datetime | None = None) -> str:
    """“3 days overdue”; "" for what is not."""
    if deadline is None:
        return ""
    at = at or now()
    if isinstance(deadline, datetime):
        if deadline >= at:
            return ""
        deadline = local_day(deadline, side)
    days = (local_day(at, side) - deadline).days
    if days <= 0:
        return _("Overdue since today") if days == 0 else ""
    return ngettext("%(n)s day overdue", "%(n)s days overdue", days) % {"n": days}


def period_of(report: RiskReport) -> str:
    first, last = report.starts_on, report.ends_on
    return f"{date_format(first)} – {date_format(last)}" if first != last else date_format(first)


def where_of(report: RiskReport) -> str:
    found = [section_name(code) for code in report.sections]
    known = places() if report.places else {}
    found += [known[code].name for code in report.places if code in known]
    return "; ".join(found) or _("The whole line")


def other_than(side: str) -> str:
    return "BY" if side == "LV" else "LV"


# --- steps


@dataclass(frozen=True)
class Step:
    """A step of the procedure with the part of the report that answers it."""

    number: int
    title: Said
    said: list[Part]
    part: ReportPart
    state: str
    word: str

    @property
    def side(self) -> str:
        return self.part.side

    @property
    def road(self) -> bool:
        return self.part.road


def steps_of(report: RiskReport) -> list[Step]:
    """Two statements; none before the work begins."""
    parts = list(report.parts.select_related("changed_by"))
    if report.version is None or not parts:
        return []
    language = (get_language() or "en").split("-")[0]
    shown = [step for phase in steps_shown(report.version, language, []) for step in phase.steps]
    by_code = {step.code: step for step in shown}
    found = []
    for part in parts:
        step = by_code.get(part.code)
        title = step.title.said if step else Said(part.code, language, language)
        word = str(STEPS[part.state])
        if part.road and part.state == "open":
            word = str(BY_ITSELF)
        found.append(Step(part.number, title, step.parts if step else [], part, part.state, word))
    return found


def progress_of(steps: list[Step]) -> str:
    own = [step for step in steps if not step.road]
    done = sum(step.state != "open" for step in own)
    return _("%(done)s of %(all)s steps") % {"done": done, "all": len(own)} if own else ""


# --- citations


@dataclass
class Shown:
    """A citation, or something that may become one, as a line of a list."""

    number: int
    kind: str
    kind_word: str
    ref: str
    title: str = ""
    language: str = ""
    about: str = ""
    version: int | None = None
    grading: str = ""
    source: str = ""
    url: str = ""
    outside: bool = False
    crosses: bool = False
    crosses_words: str = ""
    key: str = ""
    cited: int | None = None
    own: bool = True
    more: dict[str, Any] = field(default_factory=dict)


def shown_citation(content: dict[str, Any], side: str, *, linked: bool = True) -> Shown:
    """One citation of a snapshot in the words of a reader of `side`."""
    kind = content["kind"]
    hidden = withheld(content)
    number = content.get("number", 0)
    found = Shown(number, kind, str(KINDS.get(kind, kind)), content.get("ref", ""))
    if hidden or kind == "anomaly":
        found.ref, found.title = "", heading_of(content)
    elif kind == "incident":
        found.title, found.language = content.get("headline", ""), content.get("language", "")
    else:
        found.title, found.language = content.get("title", ""), content.get("language", "")
    if kind == "anomaly" and content.get("title") and not hidden:
        found.title = f"{found.title}: {content['title']}"
    found.about = ", ".join(facts_of(content, side))
    found.version = content.get("version") if kind in ("incident", "open_source") else None
    if content.get("source_grade"):
        found.grading = _("grading %(source)s%(information)s (%(scale)s)") % {
            "source": content["source_grade"],
            "information": content["information_grade"],
            "scale": content.get("scale") or "6x6",
        }
    elif kind == "incident" and not hidden:
        found.grading = _("not graded")
    if kind == "open_source":
        parts = (content.get("source"), content.get("published"), content.get("licence"))
        found.source = ", ".join(str(part) for part in parts if part)
        found.outside = True
    if linked and not hidden:
        found.url = _address(kind, content)
    return found


def _address(kind: str, content: dict[str, Any]) -> str:
    uid = content.get("uid") or (content.get("ref") if kind == "anomaly" else "")
    if kind == "anomaly" and uid:
        return reverse("anomaly", args=[uid])
    if kind == "risk" and uid:
        return reverse("risk_page", args=[uid])
    if kind == "report" and uid:
        return reverse("report", args=[uid])
    if kind == "open_source":
        return str(content.get("url") or "")
    return ""


def citations_shown(report: RiskReport, user: Any) -> list[Shown]:
    """The citations as `user` reads them, each with what the other side reads of it and
    whether the side of `user` may take it out."""
    side = user.side
    theirs = {one["number"]: one for one in citations_for(report, other_than(side))}
    sides = dict(report.citations.values_list("number", "side"))
    found = []
    for content in citations_read_by(report, user):
        one = shown_citation(content, side)
        one.own = report.owned_by(side, sides[one.number])
        one.crosses, one.crosses_words = crossing(theirs.get(content["number"]), content)
        found.append(one)
    return found


def crossing(theirs: dict[str, Any] | None, mine: dict[str, Any]) -> tuple[bool, str]:
    if theirs is None:
        return False, _("nothing: it never leaves its side")
    if withheld(theirs):
        return False, heading_of(theirs)
    if theirs.get("version") and mine.get("version") and theirs["version"] != mine["version"]:
        return True, _("version %(n)s, which it holds") % {"n": theirs["version"]}
    return True, _("all that stands here")


def withheld_told(shown: list[Shown]) -> str:
    """How many of them the other side cannot read; "" for none."""
    count = sum(not one.crosses for one in shown)
    if not count:
        return ""
    sentence = ngettext(
        "The other side cannot read %(n)s of these sources.",
        "The other side cannot read %(n)s of these sources.",
        count,
    )
    return sentence % {"n": count}


# --- who may what


@dataclass(frozen=True)
class Rights:
    writes: bool
    leads: bool
    approves: bool
    tasks: bool


def _leads(report: RiskReport, user: Any) -> bool:
    return user.side == report.side and may(user, "write_risks", report.unit)


def rights_of(report: RiskReport, user: Any, *, approver: bool) -> Rights:
    unit = report.unit_of(user.side)
    writes = unit is not None and may(user, "write_risks", unit)
    leads = _leads(report, user)
    tasks = user.side == report.side and may(user, "task_reports", report.unit)
    return Rights(
        writes=writes,
        leads=leads,
        approves=approver and user.side in report.sides and user.pk not in report.writers,
        tasks=tasks,
    )


# --- the head of the pages


@dataclass(frozen=True)
class Page:
    label: str
    url: str
    count: int
    current: bool


def pages_of(report: RiskReport, current: str, user: Any) -> list[Page]:
    """The pages of a report in work. Before it begins there is one, and to a side that is only
    invited."""
    if not report.version_id or user.side not in report.sides:
        return []
    counts = {
        "report_evidence": report.citations.filter(removed_at=None).count(),
        "report_judgement": report.judgements.standing().count(),
        "report_review": report.comments.read_by(user, report).open_on(report).count(),
    }
    named = [
        ("report", pgettext("risk report", "Steps")),
        ("report_evidence", pgettext("risk report", "Evidence")),
        ("report_judgement", _("Judgements and recommendations")),
        ("report_review", pgettext("risk report", "Review")),
    ]
    if report.state in ("peer_review", "approved"):
        named.append(("report_approve", _("Approve")))
    if report.state in ("approved", "disseminated") and _leads(report, user):
        named.append(("report_send", pgettext("risk report", "Send")))
    named.append(("report_history", _("History")))
    return [
        Page(str(label), reverse(name, args=[report.uid]), counts.get(name, 0), name == current)
        for name, label in named
    ]


def head_of(report: RiskReport, current: str, user: Any) -> dict[str, Any]:
    """Names: `report`, `late`, `pages`, `tab`."""
    late = late_by(report.deadline, user.side) if report.state in IN_WORK else ""
    return {
        "report": report,
        "late": late,
        "pages": pages_of(report, current, user),
        "tab": "reports",
        "sop": report.version,
    }


def is_sent(report: RiskReport) -> bool:
    return report.state in SENT


def is_read(report: RiskReport) -> bool:
    """Whether the page is the report itself, and not its workspace."""
    return report.state in (ReportState.APPROVED, *SENT)
