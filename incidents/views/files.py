"""The files of an incident: adding, saving, handing over, taking out, taking along."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bordercoop.errors import Refused
from bordercoop.files.kinds import BY_ENDING
from bordercoop.files.serving import as_attachment, as_stream
from contactpoints.access import may

from .. import actions
from ..access import share_for
from ..files import found_file, held_files
from ..forms import AttachForm, HandOverForm, WithdrawForm
from ..models import Attachment, Incident
from .record import visible


def _page(
    request: HttpRequest, incident: Incident, *, status: int = 200, **more: Any
) -> HttpResponse:
    """Names: `incident`, `share`, `files` (files.Held with custody), `attach_form`, `endings`,
    `most` (megabytes of one file), `may_add`, `open` (uid of the file whose form was refused),
    `hand_over_form`, `withdraw_form`."""
    user: Any = request.user
    share = share_for(user, incident)
    context = {
        "incident": incident,
        "share": share,
        "files": held_files(user, incident, share, whole=True),
        "attach_form": AttachForm(),
        "hand_over_form": HandOverForm(auto_id=False),
        "withdraw_form": WithdrawForm(auto_id=False),
        "accept": ",".join(f".{ending}" for ending in sorted(BY_ENDING)),
        "endings": ", ".join(sorted(BY_ENDING)),
        "most": settings.FILE_MOST_BYTES // (1024 * 1024),
        "may_add": may(user, "annotate_incidents", share.unit_id),
        **more,
    }
    return render(request, "incidents/files.html", context, status=status)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def incident_files(request: HttpRequest, uid: Any) -> HttpResponse:
    """All files of the incident; a POST adds one."""
    incident = visible(request, uid)
    if request.method != "POST":
        return _page(request, incident)
    form = AttachForm(request.POST, request.FILES)
    status = 400
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.attach_file(
                incident,
                given["file"],
                description=given["description"],
                evidence=given["evidence"],
                audience=given["audience"],
                by=request.user,
            )
        except Refused as refusal:
            if not refusal.fields:
                raise
            form.take(refusal)
            status = refusal.status
        else:
            return redirect("incident_files", uid=uid)
    return _page(request, incident, attach_form=form, form=form, status=status)


@login_required
@require_safe
@never_cache
def incident_file(request: HttpRequest, uid: Any, file: Any) -> HttpResponseBase:
    """One file to save; `?plain=1` the picture without metadata."""
    found = actions.download_attachment(
        _found(request, uid, file), plain=request.GET.get("plain") == "1", by=request.user
    )
    return as_attachment(found.file, found.name, found.mime)


@login_required
@require_safe
@never_cache
def incident_files_pack(request: HttpRequest, uid: Any) -> HttpResponseBase:
    incident = visible(request, uid)
    pieces = actions.export_files(incident, by=request.user)
    return as_stream(pieces, f"{incident.number}-files.zip", "application/zip")


def _found(request: HttpRequest, uid: Any, file: Any) -> Attachment:
    incident = visible(request, uid)
    return found_file(request.user, incident, file, share_for(request.user, incident)).attachment


@login_required
@require_POST
def incident_file_hand_over(request: HttpRequest, uid: Any, file: Any) -> HttpResponse:
    attachment = _found(request, uid, file)
    form = HandOverForm(request.POST, auto_id=f"%s-{file}")
    if form.is_valid():
        given = form.cleaned_data
        actions.hand_over(
            attachment,
            to=given["to"],
            purpose=given["purpose"],
            client_ref=given["client_ref"],
            by=request.user,
        )
        return redirect("incident_files", uid=uid)
    incident = visible(request, uid)
    return _page(request, incident, open=attachment.uid, hand_over_form=form, form=form, status=400)


@login_required
@require_POST
def incident_file_withdraw(request: HttpRequest, uid: Any, file: Any) -> HttpResponse:
    attachment = _found(request, uid, file)
    form = WithdrawForm(request.POST, auto_id=f"%s-{file}")
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        actions.withdraw_attachment(attachment, reason=reason, by=request.user)
        return redirect("incident_files", uid=uid)
    incident = visible(request, uid)
    return _page(request, incident, open=attachment.uid, withdraw_form=form, form=form, status=400)
