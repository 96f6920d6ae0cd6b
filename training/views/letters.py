"""Letters that could not be taken, times that were proposed, an activity as a calendar file, and
calendar files that become ideas."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bordercoop.errors import Refused
from incidents.investigation.form_kit import carried_out

from .. import actions
from ..access import agrees
from ..actions.activities import sound_times
from ..actions.importing import MOST as MOST_IDEAS
from ..calendar_files import BadCalendar, FileEvent, read_file
from ..calendar_files.lines import MOST_BYTES, decoded
from ..itip import published
from ..models import AnswerLetter, TimeProposal
from ..models.activities import ZONE_OF_HOST
from ..people_forms import CalendarFileForm, IdeasForm
from .kit import activity_of, reader, units_of_planner

MOST = 200


@login_required
@never_cache
def activity_letters(request: HttpRequest) -> HttpResponse:
    """Names: `letters`."""
    user = reader(request)
    if not agrees(user):
        raise Http404
    rows = AnswerLetter.objects.unread_by(user)
    if request.method == "POST":
        asked = request.POST.get("letter", "")
        letter = next((one for one in rows[:MOST] if str(one.uid) == asked), None)
        if letter is not None:
            actions.settle_letter(letter, by=user)
        return redirect("activity_letters")
    letters = rows.select_related("participation__activity", "participation__officer")[:MOST]
    return render(request, "training/letters.html", {"letters": letters})


@login_required
@require_POST
def activity_time_decline(request: HttpRequest, number: str, uid: Any) -> HttpResponse:
    user = reader(request)
    activity = activity_of(user, number)
    rows = TimeProposal.objects.visible_to(user).filter(participation__activity=activity)
    proposal = get_object_or_404(rows.select_related("participation__activity"), uid=uid)
    actions.decline_time(proposal, by=user)
    return redirect("activity_people", number=number)


@login_required
@require_safe
@never_cache
def activity_ics(request: HttpRequest, number: str) -> HttpResponse:
    """The activity for a calendar program: what, where, when; nobody's name."""
    user = reader(request)
    activity = activity_of(user, number)
    with translation.override(user.language):
        content = published(activity)
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{activity.number}.ics"'
    return answer


@login_required
@never_cache
def activities_import(request: HttpRequest) -> HttpResponse:
    """Names: `upload` (the first form), `form` (of the preview, or None), `reading` (Reading),
    `rows` ((FileEvent, sentence that refuses it)), `chosen`, `broken` (sentence, line)."""
    user = reader(request)
    units = units_of_planner(user)
    upload = CalendarFileForm()
    context: dict[str, Any] = {"broken": None, "form": None}
    status = 200
    if request.method == "POST" and "content" in request.POST:
        return _from_preview(request, user, units)
    if request.method == "POST":
        upload = CalendarFileForm(request.POST, request.FILES)
        status = 400
        if upload.is_valid():
            file = upload.cleaned_data["file"]
            content = file.read(MOST_BYTES + 1)
            country = "LV" if user.side == "LV" else "BY"
            try:
                read = read_file(content, ZONE_OF_HOST[country])
            except BadCalendar as error:
                context["broken"] = (str(error), error.line)
            else:
                first = {"content": decoded(content), "host_country": country}
                form = IdeasForm(by=user, units=units, initial=first)
                return _preview(request, form, read)
    return render(request, "training/import.html", {"upload": upload, **context}, status=status)


def _preview(
    request: HttpRequest, form: IdeasForm, read: Any, chosen: Any = None, status: int = 200
) -> HttpResponse:
    rows = [(event, _fault(event)) for event in read.events]
    fit = [event.key for event, fault in rows if not fault][:MOST_IDEAS]
    context = {
        "upload": CalendarFileForm(), "form": form, "reading": read, "rows": rows,
        "chosen": chosen if chosen is not None else set(fit),
        "broken": None,
    }  # fmt: skip
    return render(request, "training/import.html", context, status=status)


def _fault(event: FileEvent) -> str:
    """Why an event cannot become an idea, "" where it can."""
    if event.cancelled:
        return _("It is cancelled in the file.")
    try:
        sound_times(event.starts_at, event.ends_at)
    except Refused as refusal:
        return str(refusal)
    return ""


def _from_preview(request: HttpRequest, user: Any, units: list[Any]) -> HttpResponse:
    form = IdeasForm(request.POST, by=user, units=units)
    country = request.POST.get("host_country", "")
    zone = ZONE_OF_HOST.get(country, "UTC")
    try:
        read = read_file(request.POST["content"].encode("utf-8", "replace"), zone)
    except BadCalendar as error:
        context = {"upload": CalendarFileForm(), "broken": (str(error), error.line), "form": None}
        return render(request, "training/import.html", context, status=400)
    typed = set(request.POST.getlist("chosen"))
    chosen = [event for event in read.events if event.key in typed]
    status = carried_out(
        form,
        lambda given: actions.import_ideas(
            chosen, unit=form.unit, kind=given["kind"], host_country=given["host_country"],
            place=given["place"], language=given["language"], by=user,
        ),
    )  # fmt: skip
    if status:
        return _preview(request, form, read, typed, status)
    return redirect("activities")
