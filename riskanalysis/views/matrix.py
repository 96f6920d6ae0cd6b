"""The matrix and the scales: as they stand, as files, in versions that both sides agree."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop.errors import NotAllowed, Refused, Stale
from bordercoop.web.pdf import png
from contactpoints.listing import sides_for
from incidents.investigation.form_kit import ReasonForm

from .. import actions
from ..drawing import svg
from ..matrix import matrix_of, matrix_part, top_risks_part
from ..matrix_files import matrix_csv
from ..models import CHANGEABLE, MatrixVersion, matrix_in_force
from ..register import register
from ..register_access import may_approve, may_write_for_side
from ..scale_forms import ScalesForm
from ..scales import RULES, SCALES, domains, levels
from .kit import reader

FILES = {"svg": "image/svg+xml", "png": "image/png", "csv": "text/csv; charset=utf-8"}


@login_required
@require_safe
@never_cache
def risk_matrix(request: HttpRequest) -> HttpResponse:
    """Names: those of `matrix_part` and of `top_risks_part`."""
    user = reader(request)
    rows = register(user)
    context = {**matrix_part(user, rows), **top_risks_part(user, rows), "tab": "matrix"}
    return render(request, "riskanalysis/matrix.html", context)


@login_required
@require_safe
@never_cache
def risk_matrix_file(request: HttpRequest, form: str) -> HttpResponse:
    """The matrix as SVG, PNG or CSV, recorded as an export."""
    user = reader(request)
    if form not in FILES or matrix_in_force() is None:
        raise Http404
    matrix = matrix_part(user)["matrix"]
    chips = sum(len(cell.chips) for cell in matrix.cells)
    actions.note_matrix_export(form=form, rows=chips, by=user)
    title = _("Risk matrix")
    if form == "csv":
        content = matrix_csv(matrix)
    else:
        picture = svg(matrix, title)
        content = png(picture) if form == "png" else picture.encode()
    response = HttpResponse(content, content_type=FILES[form])
    response["Content-Disposition"] = f'attachment; filename="risk-matrix.{form}"'
    response["Cache-Control"] = "no-store, private"
    return response


# --- versions of the scales


@login_required
@never_cache
def risk_scales(request: HttpRequest) -> HttpResponse:
    """Names: `holding`, `matrix` (empty), `rule`, `scales` ((title, levels)), `domains`,
    `versions`, `may_draft`, `prepared`."""
    user = reader(request)
    may_draft = may_write_for_side(user)
    if request.method == "POST":
        if not may_draft:
            raise NotAllowed(_("Analysts who are posted at the head of their side draft scales."))
        return redirect("risk_scales_edit", uid=actions.draft_matrix(by=user).uid)
    versions = MatrixVersion.objects.readable_by(user.side)
    holding = matrix_in_force()
    context = {
        "holding": holding,
        "versions": list(versions[:100]),
        "draft": versions.filter(state="draft", side=user.side).first(),
        "may_draft": may_draft,
        "tab": "scales",
        **(_shown(holding) if holding else {}),
    }
    return render(request, "riskanalysis/scales.html", context)


def _shown(version: MatrixVersion) -> dict[str, Any]:
    content = version.content
    titles = {
        "likelihood": _("Likelihood"),
        "magnitude": _("Magnitude"),
        "vulnerability": _("Vulnerability"),
        "impact": _("Impact"),
        "exposure": _("Threat and vulnerability"),
    }
    return {
        "matrix": matrix_of(version),
        "rule": RULES[content["rule"]],
        "scales": [(titles[scale], levels(content, scale)) for scale in SCALES],
        "domains": domains(content),
    }


def _version(user: Any, uid: Any) -> MatrixVersion:
    rows = MatrixVersion.objects.readable_by(user.side).select_related("by")
    found: MatrixVersion = get_object_or_404(rows, uid=uid)
    return found


@login_required
@never_cache
def risk_scales_version(request: HttpRequest, uid: Any) -> HttpResponse:
    """One version. Deeds: propose, approve, withdraw. Names: as of `risk_scales`, with `version`,
    `seats` ((side, approval or None)), `asked` (to approve), `prepares`, `withdraw_form`,
    `changed` (fields that differ from what holds)."""
    user = reader(request)
    version = _version(user, uid)
    form, refusal, status = ReasonForm(by=user), "", 200
    if request.method == "POST":
        form = ReasonForm(request.POST, by=user)
        try:
            _do(request, version, form, user)
            return redirect("risk_scales_version", uid=uid)
        except NotAllowed:
            raise
        except Refused as refused:
            if refused.status == 404:
                raise
            refusal, status = str(refused), refused.status
        version = _version(user, uid)
    standing = {
        one.side: one
        for one in version.approvals.select_related("by")
        if (one.revision, one.sha256) == (version.revision, version.sha256)
    }
    open_to_approve = version.state == "proposed" or (
        version.shipped and version.state == "in_force"
    )
    holding = matrix_in_force()
    context = {
        "version": version,
        "seats": [(side, standing.get(side)) for side in sides_for(user)],
        "asked": open_to_approve and may_approve(user) and user.side not in standing,
        "own_text": user.pk in version.writers,
        "prepares": version.side == user.side and may_write_for_side(user),
        "changeable": version.state in CHANGEABLE,
        "changed": differences(holding.content, version.content) if holding else [],
        "withdraw_form": form,
        "refusal": refusal,
        "tab": "scales",
        **_shown(version),
    }
    return render(request, "riskanalysis/scales_version.html", context, status=status)


def _do(request: HttpRequest, version: MatrixVersion, form: Any, user: Any) -> None:
    do, post = request.POST.get("do", ""), request.POST
    if do == "propose":
        actions.propose_matrix(version, by=user)
    elif do == "approve":
        revision = post.get("revision", "")
        whole = revision.isascii() and revision.isdigit() and len(revision) < 7
        number = int(revision) if whole else 0
        actions.approve_matrix(version, sha256=post.get("sha256", ""), revision=number, by=user)
    elif do == "withdraw":
        form.is_valid()
        actions.withdraw_matrix(version, reason=form.cleaned_data.get("reason", ""), by=user)
    else:
        raise Http404


def differences(before: Any, after: Any, where: str = "") -> list[tuple[str, str, str]]:
    """(place, what it said, what it says) for everything that differs between two contents."""
    if isinstance(before, dict) and isinstance(after, dict):
        keys = [*before, *(key for key in after if key not in before)]
        parts: list[tuple[str, Any, Any]] = [
            (f"{where}.{key}", before.get(key), after.get(key)) for key in keys
        ]
    elif isinstance(before, list) and isinstance(after, list):
        longest = range(max(len(before), len(after)))
        parts = [
            (
                f"{where}.{n + 1}",
                before[n] if n < len(before) else None,
                after[n] if n < len(after) else None,
            )
            for n in longest
        ]
    else:
        same = before == after
        return [] if same else [(where.lstrip("."), _words(before), _words(after))]
    return [line for place, one, other in parts for line in differences(one, other, place)]


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(_words(each) for each in value.values())
    return "" if value is None else str(value)


@login_required
@never_cache
def risk_scales_edit(request: HttpRequest, uid: Any) -> HttpResponse:
    """The editor of a version under preparation. With `resize` nothing is saved: it is shown anew
    with as many levels as were chosen. Names: `version`, `form`, `rules`, `stale`."""
    user = reader(request)
    version = _version(user, uid)
    if version.side != user.side or not may_write_for_side(user):
        raise NotAllowed(_("Analysts of the side that prepares this version change it."))
    form, status, stale = ScalesForm(request.POST or None, version=version, by=user), 200, False
    if "resize" in request.POST:
        form = ScalesForm(version=version, by=user, typed=request.POST)
    elif request.method == "POST":
        status = 400
        if form.is_valid():
            given = form.cleaned_data
            try:
                actions.change_matrix(
                    version,
                    content=form.said(),
                    note=given["note"],
                    effective_on=given["effective_on"],
                    revision=given["revision"],
                    by=user,
                )
                return redirect("risk_scales_version", uid=uid)
            except NotAllowed:
                raise
            except Refused as refusal:
                form.take(refusal)
                status, stale = refusal.status, isinstance(refusal, Stale)
    context = {
        "version": version,
        "form": form,
        "rules": RULES.values(),
        "stale": differences(form.said(), version.content) if stale else [],
        "tab": "scales",
    }
    if stale:
        # What stands now is in front of the officer: the next saving is meant.
        form.data = form.data.copy()  # type: ignore[attr-defined]
        form.data["revision"] = version.revision  # type: ignore[index]
    return render(request, "riskanalysis/scales_edit.html", context, status=status)
