"""One activity: what it is, how far both sides are, its deeds."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop.errors import NotAllowed, Refused
from bordercoop.files.serving import as_attachment
from bordercoop.web.beside import beside
from incidents.investigation.form_kit import carried_out

from .. import actions
from ..activity_forms import FileForm, ReasonForm, ReportForm
from ..activity_page import deeds_of, page_of
from ..models import Activity, ActivityFile
from .kit import activity_of, reader, uid_of

# Deeds without anything to type; what is typed has its form.
PLAIN: dict[str, Callable[..., Any]] = {
    "put": actions.put_activity,
    "invite": actions.send_invitations,
    "open": actions.open_nominations,
    "confirm": actions.confirm_activity,
    "close": actions.close_evaluation,
}
REASONED: dict[str, Callable[..., Any]] = {
    "take_back": actions.take_back_agreement,
    "postpone": actions.postpone_activity,
    "cancel": actions.cancel_activity,
}


def _page(request: HttpRequest, activity: Activity, status: int = 200, **more: Any) -> HttpResponse:
    """Names for activity.html: those of `activity_page.page_of`, `may` (deeds), a form for each of
    the deeds that ask for something, `form` and `refusal` of a refused deed, `beside`."""
    user: Any = request.user
    may = deeds_of(user, activity)
    forms: dict[str, Any] = {
        f"{name}_form": ReasonForm(by=user, auto_id=f"{name}_%s")
        for name in REASONED
        if name in may
    }
    if "report" in may:
        forms["report_form"] = ReportForm(by=user, auto_id="report_%s")
    if "file" in may:
        forms["file_form"] = FileForm(by=user, auto_id="file_%s")
    said = beside("activity", user, activity)
    context = {**page_of(user, activity), "may": may, "beside": said, **forms, **more}
    return render(request, "training/activity.html", context, status=status)


@login_required
@never_cache
def activity_page(request: HttpRequest, number: str) -> HttpResponse:
    user = reader(request)
    activity = activity_of(user, number)
    if request.method != "POST":
        return _page(request, activity)
    more: dict[str, Any] = {}
    try:
        status = _do(request.POST.get("do", ""), request, activity, user, more)
    except NotAllowed:
        raise
    except Refused as refusal:
        if refusal.status == 404:
            raise
        status, more["refusal"] = refusal.status, str(refusal)
    if not status:
        return redirect("activity", number=number)
    return _page(request, activity_of(user, number), status, **more)


def _do(do: str, request: HttpRequest, activity: Activity, user: Any, more: dict[str, Any]) -> int:
    if do in PLAIN:
        PLAIN[do](activity, by=user)
        return 0
    if do == "agree":
        edition = request.POST.get("edition", "")
        sound = len(edition) < 10 and edition.isascii() and edition.isdigit()
        read = int(edition) if sound else 0
        actions.agree_activity(activity, edition=read, by=user)
        return 0
    if do == "remove_file":
        rows = ActivityFile.objects.visible_to(user).filter(activity=activity)
        found = rows.filter(uid=uid_of(request.POST.get("file", ""))).first()
        if found is not None:
            actions.remove_activity_file(found, by=user)
        return 0
    form: Any
    if do == "file":
        form = FileForm(request.POST, request.FILES, by=user, auto_id="file_%s")
        more |= {"file_form": form, "form": form}
        return carried_out(
            form, lambda given: actions.add_activity_file(activity, given["file"], by=user)
        )
    if do == "report":
        form = ReportForm(request.POST, by=user, auto_id="report_%s")
        more |= {"report_form": form, "form": form}
        return carried_out(
            form,
            lambda given: actions.report_activity(
                activity, lessons=given["lessons"], budget_used=given["budget_used"], by=user
            ),
        )
    if do in REASONED:
        form = ReasonForm(request.POST, by=user, auto_id=f"{do}_%s")
        more |= {f"{do}_form": form, "form": form}
        return carried_out(
            form, lambda given: REASONED[do](activity, reason=given["reason"], by=user)
        )
    return 0


@login_required
@require_safe
@never_cache
def activity_file(request: HttpRequest, uid: Any) -> HttpResponseBase:
    """A document of an activity, to save."""
    user = reader(request)
    row = get_object_or_404(ActivityFile.objects.visible_to(user).standing(), uid=uid)
    found = actions.download_activity_file(row, by=user)
    return as_attachment(found.file, found.name, found.mime)
