"""The road of a risk report: reviewed, approved, sent, printed; and how it went."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop.errors import NotAllowed, Refused
from bordercoop.web.exporting import answer
from contactpoints.models import Unit, units
from contactpoints.pausing import held_for, paused_for
from incidents.investigation.form_kit import carried_out

from .. import actions
from ..models import ReportState, RiskReport
from ..register_access import may_approve
from ..report_forms import SendForm, WordsForm
from ..report_shown import citations_shown, steps_of, withheld_told
from ..report_waiting import approved_by, outdated, standing_review
from ..reports import reviews_read_by, shown, steps_read_by
from ..reports.exporting import export_figure
from ..reports.paper import file_name, paper
from .reports_kit import head, reader, report_of, rights, workspace_of
from .reports_read import body_of
from .reports_space import OUTDATED

REVIEWED = (ReportState.DRAFTING, ReportState.PEER_REVIEW, ReportState.APPROVED)


# --- review


@login_required
@never_cache
def report_review(request: HttpRequest, uid: Any) -> HttpResponse:
    """Names: `pieces` (what is commented on), `standing`, `open_comments`, `may_comment`,
    `may_resolve`, `pass_form` (for the reviewer), `back_form`. Deeds: comment, resolve, pass,
    return."""
    user = reader(request)
    report = workspace_of(user, uid)
    status = 200
    more: dict[str, Any] = {}
    if request.method == "POST":
        try:
            status = _reviewed(request, report, user, more)
        except NotAllowed:
            raise
        except Refused as refusal:
            if refusal.status == 404:
                raise
            status, more["refusal"] = refusal.status, str(refusal)
        if not status:
            where = more.get("anchor", "")
            return redirect(f"{request.path}{where}" if where else request.path)
        report = workspace_of(user, uid)
    mine = rights(report, user)
    review = standing_review(report)
    open_ = review is not None and review.outcome == "open"
    context = {
        **head(report, "report_review", user),
        "pieces": _pieces(report, user, more),
        "standing": _standing(report, review, user),
        "open_comments": report.comments.read_by(user, report).open_on(report).count(),
        "may_comment": report.state not in ("disseminated", "superseded", "archived", "cancelled"),
        "may_resolve": mine.writes,
        "pass_form": WordsForm(by=user)
        if open_ and review is not None and review.reviewer_id == user.pk
        else None,
        "back_form": WordsForm(by=user, auto_id="back_%s")
        if report.state == ReportState.PEER_REVIEW
        and may_approve(user)
        and not (review and review.reviewer_id == user.pk and open_)
        else None,
        **more,
    }
    return render(request, "riskanalysis/report_review.html", context, status=status)


def _standing(report: RiskReport, review: Any, user: Any) -> str:
    if review is not None and review.outcome == "open":
        return _("%(name)s reviews it.") % {"name": review.reviewer.display_name}
    if review is not None:
        return _("%(name)s passed it.") % {"name": review.reviewer.display_name}
    last = next(iter(reviews_read_by(report, user)), None)
    if last is not None and last.outcome == "returned":
        return _("%(name)s gave it back: %(words)s") % {
            "name": last.reviewer.display_name, "words": last.words,
        }  # fmt: skip
    return _("Nobody is asked to review it yet.")


def _pieces(report: RiskReport, user: Any, more: dict[str, Any]) -> list[dict[str, Any]]:
    """The whole, judgements, then steps, each with what was said about it."""
    rows = report.comments.read_by(user, report)
    comments: list[Any] = list(rows.select_related("by", "resolved_by"))
    for comment in comments:
        if more.get("comment") == comment.uid:
            comment.typed = more.get("typed", "")
    found = []
    for one in report.judgements.standing():
        found.append(
            {
                "name": "judgement",
                "anchor": f"judged-{one.number}",
                "number": one.number,
                "kind": pgettext("risk report", "Judgement"),
                "title": "",
                "language": report.language,
                "judgement": one,
                "comments": [c for c in comments if c.judgement == one.number],
            }
        )
    for step in steps_of(report):
        if step.road:
            continue
        found.append(
            {
                "name": "part",
                "anchor": f"step-{step.number}",
                "number": step.number,
                "kind": f"{pgettext('risk report', 'Step')} · {step.word}",
                "title": step.title.text,
                "language": step.title.language,
                "text": step.part.text_for(user.side),
                "reason": step.part.reason,
                "comments": [c for c in comments if c.part == step.number],
            }
        )
    whole = [c for c in comments if c.part is None and c.judgement is None]
    found.insert(0, {"name": "whole", "anchor": "whole", "number": "", "title": "",
                     "kind": _("The whole report"), "comments": whole})  # fmt: skip
    for piece in found:
        piece["client_ref"] = uuid.uuid4()
        if more.get("about") == (piece["name"], piece["number"]):
            piece |= {"typed": more.get("typed", ""), "open": True}
    return found


def _reviewed(request: HttpRequest, report: RiskReport, user: Any, more: dict[str, Any]) -> int:
    do, given = request.POST.get("do", ""), request.POST
    if do == "comment":
        part, judgement = _whole(given.get("part", "")), _whole(given.get("judgement", ""))
        about: tuple[str, Any] = ("whole", "")
        anchor = "#whole"
        if part is not None:
            about, anchor = ("part", part), f"#step-{part}"
        elif judgement is not None:
            about, anchor = ("judgement", judgement), f"#judged-{judgement}"
        more |= {"about": about, "typed": given.get("text", "")}
        actions.comment_report(
            report, text=given.get("text", ""), part=part, judgement=judgement,
            client_ref=_ref(given.get("client_ref", "")), by=user,
        )  # fmt: skip
        more["anchor"] = anchor
        return 0
    if do == "resolve":
        uid = _ref(given.get("comment", ""))
        comment = get_object_or_404(report.comments.all(), uid=uid)
        more |= {"comment": comment.uid, "typed": given.get("resolution", "")}
        actions.resolve_comment(comment, resolution=given.get("resolution", ""), by=user)
        more["anchor"] = f"#comment-{comment.uid}"
        return 0
    if do not in ("pass", "return"):
        raise Http404
    review = standing_review(report)
    asked = review is not None and review.outcome == "open" and review.reviewer_id == user.pk
    name = "pass_form" if do == "pass" or asked else "back_form"
    form = WordsForm(request.POST, by=user, auto_id="back_%s" if name == "back_form" else "id_%s")
    more |= {name: form, "form": form}
    verb = actions.pass_review if do == "pass" else actions.return_report
    return carried_out(form, lambda said: verb(report, words=said["words"], by=user))


def _whole(typed: str) -> int | None:
    return int(typed[:4]) if typed.isascii() and typed.isdigit() else None


def _ref(typed: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed)
    except ValueError:
        return None


# --- approval


@login_required
@never_cache
def report_approve(request: HttpRequest, uid: Any) -> HttpResponse:
    """The whole of what is approved, with its hash. Names: those of the body, `digest`,
    `approvals`, `may_approve`, `why_not`."""
    user = reader(request)
    report = workspace_of(user, uid)
    if report.state not in (ReportState.PEER_REVIEW, ReportState.APPROVED):
        return redirect("report", uid=uid)
    status = 200
    more: dict[str, Any] = {}
    if request.method == "POST":
        try:
            actions.approve_report(report, sha256=request.POST.get("sha256", "")[:64], by=user)
            messages.success(request, _("Your side has approved the report."))
            return redirect("report", uid=uid)
        except NotAllowed:
            raise
        except Refused as refusal:
            if refusal.status == 404:
                raise
            status, more["refusal"] = refusal.status, str(refusal)
            report = workspace_of(user, uid)
    read = shown(report, user)
    again = outdated(report, user.side, read.digest)
    why_not = _why_not(report, user, again=again)
    context = {
        **head(report, "report_approve", user),
        **body_of(read.snapshot or {}, report, user),
        "digest": read.digest,
        "approvals": report.approvals.select_related("by"),
        "may_approve": not why_not,
        "why_not": why_not,
        "outdated": OUTDATED if again else "",
        **more,
    }
    return render(request, "riskanalysis/report_approve.html", context, status=status)


def _why_not(report: RiskReport, user: Any, *, again: bool) -> str:
    """Why this officer does not approve it now; "" for whoever does."""
    review = standing_review(report)
    if report.state == ReportState.APPROVED:
        return _("It is approved.")
    if review is None or review.outcome != "passed":
        return _("It has not passed its review yet.")
    if not may_approve(user):
        return _("The approver of your side approves it.")
    if user.pk in report.writers:
        return _("You wrote some of it. Another approver of your side approves it.")
    if user.side in approved_by(report) and not again:
        return _("Your side has approved it.")
    return ""


# --- sending


def _receivers(report: RiskReport, chosen: Collection[str]) -> tuple[list[Unit], list[Unit]]:
    """Units of the own side and desks of the other one that were not told yet, and those that
    were chosen: whoever sends twice sent once."""
    told = set(report.told.values_list("unit_id", flat=True))
    there = [
        u
        for u in units().values()
        if u.retired_at is None and (u.pk not in told or u.code in chosen)
    ]
    own = [u for u in there if u.side == report.side and u.kind != Unit.Kind.DESK]
    services = ("LV", "BY")
    desks = [
        u
        for u in there
        if u.side in services and u.side != report.side and u.kind == Unit.Kind.DESK
    ]
    return own, desks


@login_required
@never_cache
def report_send(request: HttpRequest, uid: Any) -> HttpResponse:
    """Names: `form`, `citations` (with what each side reads), `withheld`, `paused`."""
    user = reader(request)
    report = workspace_of(user, uid)
    if not rights(report, user).leads:
        raise NotAllowed(_("Whoever writes risk reports for the leading side sends it."))
    if report.state not in (ReportState.APPROVED, ReportState.DISSEMINATED):
        return redirect("report", uid=uid)
    own, desks = _receivers(report, {*request.POST.getlist("own"), *request.POST.getlist("desks")})
    first = {"own": [report.unit.code] if report.unit in own else []}
    form, status = SendForm(request.POST or None, by=user, own=own, desks=desks, initial=first), 200
    if request.method == "POST":
        status = carried_out(
            form,
            lambda given: actions.disseminate_report(
                report, units=form.chosen, urgent=form.urgent, by=user
            ),
        )
        if not status:
            report.refresh_from_db()
            said = (
                _("The report is sent.")
                if report.state == ReportState.DISSEMINATED
                else _("The exchange is paused: the report goes when the pause is over.")
            )
            messages.success(request, said)
            if waits := ", ".join(held.desk.name for held in held_for(report.ref)):
                pause = _("These desks get it when the pause is over: %(desks)s.")
                messages.info(request, pause % {"desks": waits})
            return redirect("report", uid=uid)
    shown = citations_shown(report, user)
    context = {
        **head(report, "report_send", user),
        "form": form,
        "citations": shown,
        "withheld": withheld_told(shown),
        "paused": ", ".join(desk.name for desk in paused_for(desks, side=report.side, category="")),
    }
    return render(request, "riskanalysis/report_send.html", context, status=status)


# --- history, paper, files


@login_required
@require_safe
@never_cache
def report_history(request: HttpRequest, uid: Any) -> HttpResponse:
    """Names: `moments` (what, words, side, by, at), newest first."""
    user = reader(request)
    report = workspace_of(user, uid)
    moments = [
        {"what": step.get_deed_display(), "words": step.words, "side": step.side, "by": step.by,
         "at": step.at}
        for step in reversed(steps_read_by(report, user))
    ]  # fmt: skip
    context = {**head(report, "report_history", user), "moments": moments}
    return render(request, "riskanalysis/report_history.html", context)


def _read(request: HttpRequest, uid: Any) -> tuple[Any, RiskReport, dict[str, Any], str]:
    """What the officer's side reads of it: frozen once it was approved, else as it stands."""
    user = reader(request)
    report = report_of(user, uid)
    read = shown(report, user)
    if read.snapshot is None or report.version is None:
        raise Http404
    return user, report, read.snapshot, read.digest if read.copy is not None else ""


@login_required
@require_safe
@never_cache
def report_print(request: HttpRequest, uid: Any) -> HttpResponse:
    user, _report, snap, sha256 = _read(request, uid)
    language = (get_language() or "en").split("-")[0]
    made = paper(snap, language, sha256=sha256, by=user, at=now())
    name = file_name(snap, language)
    return HttpResponse(
        made,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@login_required
@require_safe
@never_cache
def report_chart(request: HttpRequest, uid: Any, name: str) -> HttpResponseBase:
    """One figure as `?as=svg`, `png` or its rows as `csv`."""
    user, _report, snap, _sha = _read(request, uid)
    return answer(export_figure(snap, name, form=request.GET.get("as", ""), by=user))
