"""Pages on which a version under preparation is written: its head, its order, one step."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from bordercoop.errors import NotAllowed, Refused, Stale
from bordercoop.reference.models import OPEN_TO_CHANGE, ProcedureVersion
from bordercoop.reference.procedure_texts import in_order, with_step, without_step

from .. import actions
from ..kinds import Kind
from ..procedure_diff import differences
from ..procedure_forms import HeadForm, StepForm
from ..procedure_pages import MARKS, chosen_language, phases_of
from ..procedures import lessons_for, require_preparing
from .procedures import reader, version_of


def _editable(
    request: HttpRequest, kind: str, code: str, number: int
) -> tuple[Any, Kind, ProcedureVersion]:
    user, its = reader(request, kind)
    version = version_of(user, its, code, number)
    require_preparing(version, user)
    return user, its, version


def _closed(version: ProcedureVersion) -> bool:
    return version.state not in OPEN_TO_CHANGE


def _stale(stale: Stale, typed: dict[str, Any] | None, kind: Kind) -> dict[str, Any]:
    """What stands now beside what was typed, for a form that keeps what was typed."""
    diff = None
    if typed is not None:
        diff = differences(typed, stale.current, chosen_language(""), phases_of(kind.code))
    return {"stale": str(stale), "diff": diff}


@login_required
@never_cache
def procedure_edit(request: HttpRequest, kind: str, code: str, number: int) -> HttpResponse:
    """Names: `kind`, `version`, `form` (title, purpose, languages), `steps` (code, title), `stale`
    and `diff` (what was changed meanwhile), `lessons`."""
    user, its, version = _editable(request, kind, code, number)
    content, base = version.content, f"{its.base}{code}/{number}/"
    if _closed(version):
        return redirect(base)
    more: dict[str, Any] = {}
    initial = {
        "revision": version.revision,
        "origin": content["origin"],
        **{f"mark_{language}": mark for language, mark in content["marks"].items()},
        **HeadForm.flat(content),
    }
    about: dict[str, Any] = {"by": user, "marks": content["marks"]}
    form, status = HeadForm(**about, initial=initial), 200
    if request.method == "POST":
        status = 400
        form = HeadForm(request.POST, **about)
        move = request.POST.get("move", "")
        if move:
            form = HeadForm(**about, initial=initial)
            try:
                after = _moved(content, move)
                revision = int(request.POST.get("revision", "0")[:9] or 0)
                actions.change_version(version, content=after, revision=revision, by=user)
                return redirect(f"{base}edit/#steps")
            except ValueError as error:
                raise Http404 from error
            except NotAllowed:
                raise
            except Refused as refusal:
                more, status = {"refusal": str(refusal)}, refusal.status
        elif form.is_valid():
            typed = form.content(content)
            try:
                actions.change_version(
                    version,
                    content=typed,
                    revision=form.cleaned_data["revision"],
                    note=form.cleaned_data["note"],
                    by=user,
                )
                return redirect(base)
            except NotAllowed:
                raise
            except Stale as stale:
                more, status = _stale(stale, typed, its), stale.status
                form.put("revision", ProcedureVersion.objects.get(pk=version.pk).revision)
            except Refused as refusal:
                form.take(refusal)
                status = refusal.status
    context = {
        "kind": its,
        "version": version,
        "form": form,
        "marks": [MARKS[code] for code in ("draft", "checked")],
        "steps": [
            {"number": n, "code": step["code"], "title": version.text_of(step["title"])}
            for n, step in enumerate(content["steps"], start=1)
        ],
        "lessons": lessons_for(version),
        **more,
    }
    return render(request, "contactpoints/procedures/edit.html", context, status=status)


def _moved(content: dict[str, Any], move: str) -> dict[str, Any]:
    """`up:CODE`, `down:CODE` or `out:CODE`; the content as it is for a step that is not there."""
    way, _colon, code = move.partition(":")
    codes = [step["code"] for step in content["steps"]]
    if code not in codes or way not in ("up", "down", "out"):
        return content
    if way == "out":
        return without_step(content, code)
    at = codes.index(code)
    to = max(0, at - 1) if way == "up" else min(len(codes) - 1, at + 1)
    codes[at], codes[to] = codes[to], codes[at]
    return in_order(content, codes)


@login_required
@never_cache
def procedure_step(
    request: HttpRequest, kind: str, code: str, number: int, step: str = ""
) -> HttpResponse:
    """One step in four languages side by side; a new one without `step`. Names: `kind`, `version`,
    `step` (None for a new one), `form`, `comments` (open ones about it), `stale`, `diff`."""
    user, its, version = _editable(request, kind, code, number)
    base = f"{its.base}{code}/{number}/"
    known = next((one for one in version.steps if one["code"] == step), None)
    if step and known is None:
        raise Http404
    if _closed(version):
        return redirect(base)
    phases, more = phases_of(its.code), {}
    initial: dict[str, Any] = {"revision": version.revision}
    if known is not None:
        initial |= {name: known[name] for name in ("phase", "each", "hours")}
        initial |= StepForm.flat(known)
    elif version.steps:
        initial["phase"] = version.steps[-1]["phase"]
    about: dict[str, Any] = {
        "by": user, "phases": phases, "new": known is None, "marks": version.content["marks"],
    }  # fmt: skip
    form, status = StepForm(**about, initial=initial), 200
    if request.method == "POST":
        status = 400
        form = StepForm(request.POST, **about)
        if form.is_valid():
            typed = with_step(version.content, step, form.step(step, known or {}))
            try:
                made = actions.change_version(
                    version,
                    content=typed,
                    revision=form.cleaned_data["revision"],
                    note=form.cleaned_data["note"],
                    by=user,
                )
                named = step or made.steps[-1]["code"]
                return redirect(f"{base}#step-{named}")
            except NotAllowed:
                raise
            except Stale as stale:
                more, status = _stale(stale, None, its), stale.status
                fresh = ProcedureVersion.objects.get(pk=version.pk)
                form.put("revision", fresh.revision)
                more["stands"] = next((s for s in fresh.steps if s["code"] == step), None)
            except Refused as refusal:
                form.take(refusal)
                status = refusal.status
    comments = [
        comment
        for comment in [*version.comments.all(), *lessons_for(version)]
        if comment.state == "open" and step and comment.step == step
    ]
    context = {
        "kind": its,
        "version": version,
        "step": known,
        "title": version.text_of(known["title"]) if known else _("New step"),
        "form": form,
        "comments": comments,
        **more,
    }
    return render(request, "contactpoints/procedures/step.html", context, status=status)
