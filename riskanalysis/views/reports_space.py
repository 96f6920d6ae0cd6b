"""The workspace of a risk report: what comes next, its steps, the task, the other side."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from bordercoop.access.models import User
from contactpoints.models import Posting

from ..models import ReportState, RiskReport
from ..models.reports import IN_WORK, JOINABLE
from ..register_access import reads_own, writing_units
from ..report_forms import JoinForm, LeaveForm, ReasonForm, ReviewerForm, ScopeForm
from ..report_shown import Rights, period_of, progress_of, steps_of, where_of
from ..report_waiting import approved_by, outdated, standing_review
from ..reports.readiness import missing_for_review
from .reports_kit import head, rights, unsent


def workspace(
    request: HttpRequest, report: RiskReport, user: Any, status: int, more: dict[str, Any]
) -> HttpResponse:
    """Names: those of the head, `next`, `steps`, `progress`, `about`, `authors`, `reviewer`,
    `joint` (sentence, form, deeds), `scope_form`, `cancel_form`; `inside`: the reader's side writes
    it, else it is invited and reads the task alone."""
    mine = rights(report, user)
    inside = user.side in report.sides
    steps = steps_of(report) if inside else []
    review = standing_review(report) if inside and report.version_id else None
    context = {
        **head(report, "report", user),
        "next": next_of(report, user, mine, review, more),
        "inside": inside,
        "steps": steps,
        "progress": progress_of(steps),
        "about": {"period": period_of(report), "where": where_of(report)},
        "authors": authors_of(report) if inside else [],
        "reviewer": review.reviewer if review else None,
        "joint": joint_of(report, user, mine, more),
        "scope_form": ScopeForm(
            by=user, places=report.places, initial=ScopeForm.initial_of(report), auto_id="scope_%s"
        )
        if mine.leads and report.state in ("tasked", "collection", "drafting")
        else None,
        "cancel_form": more.get("cancel_form")
        or (
            ReasonForm(by=user, auto_id="cancel_%s")
            if report.state in IN_WORK and (mine.leads or mine.tasks)
            else None
        ),
        **more,
    }
    joint: Any = context["joint"] or {}
    drawn = (joint.get("form"), context["scope_form"], context["cancel_form"])
    asked = more.get("form")
    if asked is not None and not any(form is asked for form in drawn):
        context["unsent"] = unsent(asked)
    return render(request, "riskanalysis/report_work.html", context, status=status or 200)


def authors_of(report: RiskReport) -> list[User]:
    if not report.writers:
        return []
    people = User.objects.filter(pk__in=report.writers)
    return sorted(people, key=lambda one: (one.pk != report.author_id, one.name_latin))


def reviewers_for(report: RiskReport, user: Any) -> list[User]:
    """Who reads the workspace and wrote none of it, of the own side and, of a joint report, of the
    other one."""
    holding = Posting.objects.active().filter(
        officer=OuterRef("pk"), group__unitgroupgrant__permission__codename="read_risks"
    )
    people = User.objects.filter(Exists(holding), is_active=True, side__in=report.sides)
    found = people.exclude(pk__in=[*report.writers, user.pk])
    return sorted(found, key=lambda one: (one.side != user.side, one.name_latin))


def next_of(
    report: RiskReport, user: Any, mine: Rights, review: Any, more: dict[str, Any]
) -> dict[str, Any]:
    """What comes next: `sentence`, and where it is this officer's to do, `do` or `url` with
    `label`; `lacks` says what is missing before it."""
    if report.state == ReportState.CANCELLED:
        return {"sentence": _("It was cancelled: %(reason)s") % {"reason": report.reason}}
    if report.side != user.side and not report.joint:
        return {"sentence": _("The other side asks yours to write this report together.")}
    if report.state == ReportState.TASKED:
        if not mine.leads:
            return {
                "sentence": _("An analyst of %(unit)s takes it on.") % {"unit": report.unit.name}
            }
        return {
            "sentence": _(
                "Take it on: the procedure in force becomes the plan of the work, step by step."
            ),
            "do": "begin",
            "label": _("Begin the collection"),
        }
    if report.state == ReportState.COLLECTION:
        return _collecting(report, mine)
    if report.state == ReportState.DRAFTING:
        return _drafting(report, user, mine, more)
    return _reviewing(report, user, mine, review)


OUTDATED = gettext_lazy(
    "Your side approved other words: something that the report cites was released or taken back "
    "since. Read it again and approve it anew."
)
READ_AND_APPROVE = gettext_lazy("It passed its review. Read the whole of it and approve it.")


def _part_url(report: RiskReport, number: int) -> str:
    return reverse("report_part", args=[report.uid, number])


def _collecting(report: RiskReport, mine: Rights) -> dict[str, Any]:
    open_ = list(report.parts.filter(collects=True, state="open").values_list("number", flat=True))
    lacks = [
        {"text": _("Step %(n)s is open.") % {"n": n}, "url": _part_url(report, n)} for n in open_
    ]
    if lacks or not mine.leads:
        first = lacks[0]["url"] if lacks and mine.writes else ""
        return {
            "sentence": _("Collect what the report rests on: facts, sources, figures."),
            "lacks": lacks,
            "url": first,
            "label": _("Go on with the collection"),
        }
    return {
        "sentence": _("What was to be collected is there."),
        "do": "draft",
        "label": _("Begin the drafting"),
    }


def _drafting(report: RiskReport, user: Any, mine: Rights, more: dict[str, Any]) -> dict[str, Any]:
    missing = [{"text": text, "url": ""} for text in missing_for_review(report)]
    if missing or not mine.writes:
        open_ = report.parts.filter(state="open", road=False, side=user.side).first()
        return {
            "sentence": _("Write every step, the judgements and what they rest on."),
            "lacks": missing,
            "url": _part_url(report, open_.number)
            if open_ and mine.writes
            else reverse("report_judgement", args=[report.uid])
            if mine.writes
            else "",
            "label": _("Go on writing"),
        }
    form = more.get("review_form") or ReviewerForm(by=user, people=reviewers_for(report, user))
    return {
        "sentence": _("Everything is there. Somebody else reads it before it is approved."),
        "do": "ask",
        "label": _("Ask for the review"),
        "form": form,
    }


def _reviewing(report: RiskReport, user: Any, mine: Rights, review: Any) -> dict[str, Any]:
    if review is not None and review.outcome == "open":
        if review.reviewer_id == user.pk:
            return {
                "sentence": _("You are asked to review it: read, comment, decide."),
                "url": reverse("report_review", args=[report.uid]),
                "label": pgettext("risk report", "Review it"),
            }
        return {
            "sentence": _("%(name)s reviews it.") % {"name": review.reviewer.display_name},
            "url": reverse("report_review", args=[report.uid]),
            "label": _("Look at the review"),
        }
    left = [side for side in report.sides if side not in approved_by(report)]
    again = mine.approves and user.side not in left and outdated(report, user.side)
    if mine.approves and (user.side in left or again):
        return {
            "sentence": OUTDATED if again else READ_AND_APPROVE,
            "url": reverse("report_approve", args=[report.uid]),
            "label": _("Read and approve"),
        }
    return {
        "sentence": _("It passed its review and waits for the approval of: %(sides)s.")
        % {"sides": ", ".join(left)}
    }


def joint_of(
    report: RiskReport, user: Any, mine: Rights, more: dict[str, Any]
) -> dict[str, Any] | None:
    """How it stands with the other side, and what this officer may do about it: `sentence`, `form`,
    `deeds`; `left` is the step by which the other side left."""
    if report.joint:
        unit = report.unit_of("BY" if user.side == "LV" else "LV")
        said = _("Both sides write it; each owns its steps. On the other side: %(unit)s.")
        said = said % {"unit": unit.name if unit else "—"}
        if report.side == user.side or not mine.writes or report.state not in JOINABLE:
            return {"sentence": said}
        leave = _(
            "Your side may leave it again: its steps are closed, what it wrote stays in the "
            "report, and the other side goes on alone."
        )
        return {
            "sentence": f"{said} {leave}",
            "form": more.get("leave_form") or LeaveForm(by=user, auto_id="leave_%s"),
            "deeds": [("leave", _("We leave this report"))],
            "quiet": True,
        }
    if report.state not in JOINABLE:
        return None
    if report.side != user.side:
        units = writing_units(user)
        if not units or not reads_own(user):
            return None
        return {
            "sentence": _("Until your side says yes you read the task alone."),
            "form": more.get("join_form") or JoinForm(by=user, units=units, auto_id="join_%s"),
            "deeds": [("join", _("We take part")), ("decline", _("We do not"))],
        }
    if report.invited_at is not None:
        return {"sentence": _("The other side is asked to take part and has not answered yet.")}
    left = report.steps.filter(deed="left").last() if user.side in report.sides else None
    gone: dict[str, Any] = {"left": left}
    if not mine.leads or not report.version_id:
        return gone if left else None
    return {
        **gone,
        "sentence": _(
            "Ask the other side to write it together. It reads the task alone until it agrees; "
            "from then on it reads the whole workspace as it stands. Texts that were replaced and "
            "comments that were settled before you ask stay with your side."
        ),
        "form": ReasonlessForm,
        "deeds": [("invite", _("Ask the other side"))],
    }


class _Nothing:
    """A form without fields, for a deed that needs none."""

    shown: tuple[Any, ...] = ()


ReasonlessForm = _Nothing()
