"""Bulk import: choosing a file, mapping its columns, the dry run, the import and its progress."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bordercoop import sentences
from bordercoop.audit.actions import record_export
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.files.serving import as_stream
from bordercoop.reference.sides import ZONE
from contactpoints.access import units_for, units_where
from contactpoints.models import Unit, units

from .. import actions
from ..forms import UploadForm
from ..importing import TARGETS, shown_headers
from ..importing.faults import faults_file, first_faults, first_rows
from ..models import Import

RIGHT = "import_incidents"
RECENT = 20


def _own_units(request: HttpRequest) -> list[Unit]:
    found = [u for u in units_for(request.user, RIGHT) if u.kind != Unit.Kind.DESK]
    if not found:
        raise NotAllowed(sentences.NOT_ALLOWED)
    return found


def _found(request: HttpRequest, uid: Any) -> Import:
    rows = Import.objects.visible_to(request.user).select_related("unit", "by")
    return get_object_or_404(rows, uid=uid)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Names: `form`, `rows` (the last imports within reach)."""
    choices = [(unit.code, unit.name) for unit in _own_units(request)]
    form, status = UploadForm(choices=choices), 200
    if request.method == "POST":
        form, status = UploadForm(request.POST, request.FILES, choices=choices), 400
        if form.is_valid():
            given = form.cleaned_data
            try:
                run = actions.upload_import(
                    given["file"], unit=units()[given["unit"]], by=request.user
                )
            except Refused as refusal:
                if not refusal.fields:
                    raise
                form.take(refusal)
                status = refusal.status
            else:
                return redirect("import", uid=run.uid)
    rows = Import.objects.visible_to(request.user).select_related("unit", "by")[:RECENT]
    return render(request, "incidents/imports.html", {"form": form, "rows": rows}, status=status)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def import_one(request: HttpRequest, uid: Any) -> HttpResponse:
    """The mapping, the outcome of the dry run, the progress; a POST maps and checks."""
    run = _found(request, uid)
    if request.method != "POST":
        return _page(request, run)
    mapping = {str(n): request.POST.get(f"column-{n}", "") for n in range(len(run.headers))}
    zone, exercise = request.POST.get("zone", ""), "exercise" in request.POST
    try:
        actions.map_import(run, mapping=mapping, zone=zone, exercise=exercise, by=request.user)
    except Invalid as refusal:
        run.mapping, run.zone, run.exercise = mapping, zone, exercise
        return _page(request, run, status=400, wrong=refusal.fields.get("mapping", []))
    return redirect("import", uid=uid)


def _page(request: HttpRequest, run: Import, *, status: int = 200, **more: Any) -> HttpResponse:
    """Names: `run`, `columns` (number, header, target, first cells), `targets`, `zones`, `faults`
    ((row, sentences) of the first), `share` (percent done), `wrong`, `again` (it may go on)."""
    user: Any = request.user
    first = first_rows(run)
    names = shown_headers(run.headers)
    context = {
        "run": run,
        "columns": [
            (n, names[n], run.mapping.get(str(n), ""), [row[n] for row in first if n < len(row)])
            for n in range(len(names))
        ],
        "targets": TARGETS.items(),
        "zones": [ZONE["BY"], ZONE["LV"]] if user.side == "BY" else [ZONE["LV"], ZONE["BY"]],
        "faults": first_faults(run, at=units_where(user, RIGHT)) if run.wrong else [],
        "share": 100 * run.gone_through // max(run.rows, 1),
        "may_map": run.state in (Import.State.UPLOADED, Import.State.CHECKED),
        "again": run.state == Import.State.STOPPED and run.mode == Import.Mode.ROWS and run.offset,
        "over": run.finished_at is not None,
        **more,
    }
    return render(request, "incidents/import.html", context, status=status)


@login_required
@require_POST
def import_start(request: HttpRequest, uid: Any) -> HttpResponse:
    actions.start_import(_found(request, uid), mode=request.POST.get("mode", ""), by=request.user)
    return redirect("import", uid=uid)


@login_required
@require_POST
def import_stop(request: HttpRequest, uid: Any) -> HttpResponse:
    actions.stop_import(_found(request, uid), by=request.user)
    return redirect("import", uid=uid)


@login_required
@require_safe
@never_cache
def import_faults(request: HttpRequest, uid: Any) -> HttpResponseBase:
    """The rows that were refused, to be corrected and chosen again."""
    run = _found(request, uid)
    user: Any = request.user
    record_export("import_faults", by=user, filter={"import": run.uid}, rows=run.wrong)
    pieces = faults_file(run, at=units_where(user, RIGHT), language=get_language() or user.language)
    return as_stream(pieces, f"{run.name.rpartition('.')[0]}-errors.csv", "text/csv; charset=utf-8")
