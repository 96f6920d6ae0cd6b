"""Pages of guidelines and procedures: what holds, what is prepared, what waits, what changed."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop.errors import NotAllowed, Refused
from bordercoop.reference.models import (
    OPEN_TO_CHANGE,
    Procedure,
    ProcedureState,
    ProcedureVersion,
    utc_today,
)
from bordercoop.web.beside import beside as said_beside
from bordercoop.web.pdf import as_file, pdf

from .. import actions
from ..access import units_where
from ..kinds import Kind, kinds
from ..list_forms import written
from ..procedure_diff import differences
from ..procedure_forms import (
    CommentForm,
    DaysForm,
    FilterForm,
    ReasonForm,
    ReviewForm,
    StartForm,
)
from ..procedure_lines import chosen, count_readers, lines_for, read_by
from ..procedure_pages import (
    chosen_language,
    languages_beside,
    paper_of,
    part_of,
    phases_of,
    said,
    steps_shown,
    tongues,
)
from ..procedures import (
    holding_of,
    lessons_for,
    may_approve,
    may_draft,
    may_read,
    prepared_of,
    prepares,
    readers_of,
    reads,
    seats_of,
    versions_for,
    with_answers,
    wrote,
)
from .procedure_deeds import HELD, PREPARED, choices, done


def reader(request: HttpRequest, kind: str) -> tuple[Any, Kind]:
    """The officer and the kind; to others its pages do not exist. What is due comes into force
    first, so that no page shows yesterday's."""
    its = kinds()[kind]
    if not may_read(request.user, its):
        raise Http404
    actions.advance_procedures()
    return request.user, its


def version_of(user: Any, kind: Kind, code: str, number: int) -> ProcedureVersion:
    rows = versions_for(user, kind).filter(procedure__code=code, number=number)
    version: ProcedureVersion | None = with_answers(rows).first()
    if version is None:
        raise Http404
    return version


def _holding(user: Any, kind: Kind, code: str) -> ProcedureVersion | None:
    """What holds, else None where the reader knows the procedure at all."""
    rows = versions_for(user, kind).filter(procedure__code=code)
    version: ProcedureVersion | None = with_answers(rows.holding()).first()
    if version is None and not rows.exists():
        raise Http404
    return version


@login_required
@never_cache
def procedures(request: HttpRequest, kind: str) -> HttpResponse:
    """Names: `kind`, `lines` (those of the `level` and `state` asked for), `waiting` (those with
    something to do), `levels`, `states`, `may_draft`, `form`."""
    user, its = reader(request, kind)
    form, status = StartForm(kind=its), 200
    if request.method == "POST":
        form = StartForm(request.POST, kind=its)
        if form.is_valid():
            try:
                made = actions.start_procedure(kind=kind, by=user, **form.cleaned_data)
                return redirect(f"{its.base}{made.procedure.code}/{made.number}/edit/")
            except NotAllowed:
                raise
            except Refused as refusal:
                form.take(refusal)
                status = refusal.status
        else:
            status = 400
    every, asked = lines_for(user, its), FilterForm(request.GET).chosen(its)
    lines = chosen(every, **asked)
    count_readers(lines, user, its)
    context = {
        "kind": its,
        "lines": lines,
        "waiting": [line for line in every if line.waits],
        "levels": [row for row in Procedure.Level.choices if row[0] in its.levels],
        "states": ProcedureState.choices,
        **asked,
        "may_draft": may_draft(user, its),
        "form": form,
    }
    return render(request, "contactpoints/procedures/index.html", context, status=status)


def shown(request: HttpRequest, kind: Kind, version: ProcedureVersion) -> dict[str, Any]:
    """What every page of a version shows: `kind`, `version`, `procedure`, `title`, `purpose`,
    `phases` (with their steps), `comments` on the whole, `tongues`, `language`, `beside` (other
    languages) and `beside_asked` (one of them, `all` or ""), `versions`, `sees_cases` (where joint
    investigations are read, "" without the right)."""
    language = chosen_language(request.GET.get("language"))
    beside = languages_beside(request.GET.get("beside"), language)
    comments = list(version.comments.all())
    rows = versions_for(request.user, kind).filter(procedure=version.procedure_id)
    return {
        "kind": kind,
        "version": version,
        "procedure": version.procedure,
        "title": said(version, version.content.get("title"), language),
        "purpose": part_of(version, "purpose", version.content.get("purpose"), language, beside),
        "phases": steps_shown(version, language, comments, beside),
        "comments": [comment for comment in comments if not comment.step],
        "tongues": tongues(version, language, beside),
        "language": language,
        "beside": beside,
        "beside_asked": beside[0] if len(beside) == 1 else "all" if beside else "",
        "versions": list(rows.order_by("-number")),
        "sees_cases": settings.ABOUT_LINKS["investigation"].split("{uid}")[0]
        if units_where(request.user, "view_investigations")
        else "",
    }


# --- what holds


@login_required
@never_cache
def procedure(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """What holds now, step by step; deeds: read, draft, review, end_review, withdraw."""
    user, its = reader(request, kind)
    version = _holding(user, its, code)
    forms: dict[str, Any] = {"review": ReviewForm(), "withdraw": ReasonForm()}
    more: dict[str, Any] = {}
    if request.method == "POST":
        about = version or versions_for(user, its).filter(procedure__code=code).last()
        answer = done(request, about, HELD, forms, more)
        if answer is not None:
            return answer
        version = _holding(user, its, code)
    prepared = prepared_of(user, its, code)
    if version is None:
        latest = versions_for(user, its).filter(procedure__code=code).order_by("-number").first()
        context = {
            "kind": its, "procedure": latest.procedure, "latest": latest, "prepared": prepared,
            "versions": versions_for(user, its).filter(procedure=latest.procedure),
            "may_draft": may_draft(user, its) and prepared is None, **more,
        }  # fmt: skip
        return render(
            request, "contactpoints/procedures/none.html", context, status=more.get("status", 200)
        )
    forms["review"].initial["review_on"] = written(version.review_after(utc_today()))
    mine = version.readings.filter(officer=user.pk).first()
    context = {
        **shown(request, its, version),
        "prepared": prepared,
        "mine": mine,
        "must_read": reads(user, its) and mine is None,
        "may_draft": may_draft(user, its),
        "may_approve": may_approve(user, its),
        "seats": seats_of(version, user),
        "lessons": [comment for comment in version.comments.all() if comment.state == "open"],
        "readers": read_by(version, user, its),
        "apps_beside": said_beside("procedure", user, version.procedure),
        "forms": forms,
        **more,
    }
    return render(
        request, "contactpoints/procedures/holds.html", context, status=more.get("status", 200)
    )


@login_required
@require_safe
@never_cache
def procedure_pdf(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """What holds on paper, or the version with the `number` asked for."""
    user, its = reader(request, kind)
    asked = request.GET.get("number", "")
    if asked.isascii() and asked.isdigit() and len(asked) < 7:
        version: ProcedureVersion | None = version_of(user, its, code, int(asked))
    else:
        version = _holding(user, its, code)
    if version is None:
        raise Http404
    at, language = now(), chosen_language(request.GET.get("language"))
    content = pdf("list.typ", paper_of(version, language=language, at=at), at=at)
    return as_file(content, f"{version.procedure.code}-{version.number}-{language}.pdf")


@login_required
@require_safe
@never_cache
def procedure_readers(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Names: `kind`, `version`, `readers` (by side and role: who has read it, who has not)."""
    user, its = reader(request, kind)
    version = holding_of(user, its, code)
    if version is None:
        raise Http404
    context = {"kind": its, "version": version, "readers": readers_of(version, user)}
    return render(request, "contactpoints/procedures/readers.html", context)


@login_required
@never_cache
def procedure_lesson(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Propose a change of what holds. `about` of the query names what taught it."""
    user, its = reader(request, kind)
    version = _holding(user, its, code)
    if version is None:
        raise Http404
    about, status = request.GET.get("about", "")[:80].replace("\0", ""), 200
    initial = {"step": request.GET.get("step", ""), "client_ref": uuid.uuid4()}
    form = CommentForm(request.POST or None, steps=choices(version), initial=initial)
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                actions.propose_lesson(version.procedure, about=about, by=user, **form.cleaned_data)
                return redirect(f"{its.base}{code}/#lessons")
            except NotAllowed:
                raise
            except Refused as refusal:
                form.take(refusal)
                status = refusal.status
    context = {"kind": its, "version": version, "form": form, "about": about}
    return render(request, "contactpoints/procedures/lesson.html", context, status=status)


# --- one version


@login_required
@never_cache
def procedure_version(request: HttpRequest, kind: str, code: str, number: int) -> HttpResponse:
    """One version with its consultation and approvals; deeds: consult, comment, answer, days,
    approve, withdraw."""
    user, its = reader(request, kind)
    version = version_of(user, its, code, number)
    fresh = version.effective_on is None and version.review_months is None
    forms: dict[str, Any] = {
        "comment": CommentForm(
            steps=choices(version),
            initial={"client_ref": uuid.uuid4(), "step": request.GET.get("step", "")},
        ),
        "days": DaysForm(
            initial={
                "effective_on": written(version.effective_on),
                "review_on": written(version.review_on),
                "review_months": its.review_months if fresh else version.review_months,
                "revision": version.revision,
            }
        ),
        "withdraw": ReasonForm(),
    }
    more: dict[str, Any] = {}
    if request.method == "POST":
        answer = done(request, version, PREPARED, forms, more)
        if answer is not None:
            return answer
        version = version_of(user, its, code, number)
    approver = may_approve(user, its)
    seats = seats_of(version, user)
    asked = version.state == "consultation" and approver and seats[0].approval is None
    context = {
        **shown(request, its, version),
        "seats": seats,
        "prepares": prepares(user, version),
        "may_edit": prepares(user, version) and version.state in OPEN_TO_CHANGE,
        "asked": asked,
        "unanswered": any(comment.state == "open" for comment in version.comments.all()),
        "own_text": asked and wrote(version, user),
        "seen": seen_before(version, user),
        "lessons": lessons_for(version) if version.state in OPEN_TO_CHANGE else [],
        "forms": forms,
        **more,
    }  # fmt: skip
    return render(
        request, "contactpoints/procedures/version.html", context, status=more.get("status", 200)
    )


def seen_before(version: ProcedureVersion, user: Any) -> int:
    """The revision that the own side approved last and that was changed since, 0 without one."""
    numbers = [a.revision for a in version.approvals.all() if a.side == user.side]
    return max((n for n in numbers if n < version.revision), default=0)


@login_required
@require_safe
@never_cache
def procedure_diff(request: HttpRequest, kind: str, code: str, number: int) -> HttpResponse:
    """What a version changes: against the one it was written from, another `with`, or what the own
    side had approved (`since`, a revision). Names: `kind`, `version`, `other`, `since`, `diff`,
    `others` (versions to compare with), `tongues`, `all` (draw unchanged steps too)."""
    user, its = reader(request, kind)
    version = version_of(user, its, code, number)
    rows = versions_for(user, its).filter(procedure=version.procedure_id).exclude(pk=version.pk)
    others = list(rows.order_by("-number"))
    since = seen_before(version, user) if request.GET.get("since") else 0
    other, before = None, {"origin": version.content["origin"], "steps": []}
    if since:
        before = version.revisions.get(number=since).content
    else:
        wanted = request.GET.get("with", "")
        other = next((one for one in others if str(one.number) == wanted), None)
        other = other or next((one for one in others if one.pk == version.based_on_id), None)
        other = other or next((one for one in others if one.number < version.number), None)
        before = other.content if other is not None else before
    language = chosen_language(request.GET.get("language"))
    context = {
        "kind": its,
        "version": version,
        "other": other,
        "since": since,
        "others": others,
        "diff": differences(before, version.content, language, phases_of(its.code)),
        "tongues": tongues(version, language),
        "language": language,
        "all": request.GET.get("all") == "1",
    }
    return render(request, "contactpoints/procedures/diff.html", context)
