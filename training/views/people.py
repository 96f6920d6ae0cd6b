"""Who takes part in an activity: nominated, approved, invited, waiting; the own part; travel."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop.errors import NotAllowed, Refused
from incidents.investigation.form_kit import carried_out

from .. import actions
from ..clashes import clashes_of, in_words
from ..models import Activity, Participation
from ..people import may_invite, own_parts, people_of, to_nominate
from ..people_forms import AnswerForm, NominateForm, TravelForm
from ..travels import readable_fields, writes_travel
from .kit import activity_of, reader, uid_of
from .people_kit import part_of


def _people_page(
    request: HttpRequest,
    activity: Activity,
    form: NominateForm | None = None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Names: `activity`, `sides` (SidePeople, own first), `form` or None, `may_invite`, `refusal`
    (a sentence), `typed` (the reason that was refused, and of whom), `clash` (sentences)."""
    user: Any = request.user
    if form is None:
        groups = to_nominate(activity, user)
        form = NominateForm(by=user, groups=groups) if groups else None
    context = {
        "activity": activity,
        "sides": people_of(activity, user),
        "form": form,
        "may_invite": may_invite(activity, user),
        "refusal": "",
        "typed": {},
        **more,
    }
    return render(request, "training/people.html", context, status=status)


@login_required
@never_cache
def activity_people(request: HttpRequest, number: str) -> HttpResponse:
    user = reader(request)
    activity = activity_of(user, number)
    if request.method != "POST":
        return _people_page(request, activity)
    do = request.POST.get("do", "")
    if do == "nominate":
        form = NominateForm(request.POST, by=user, groups=to_nominate(activity, user))
        status = carried_out(
            form, lambda _given: actions.nominate(activity, by=user, **form.said())
        )
        return _people_page(request, activity, form, status=status) if status else _back(activity)
    if do == "invite":
        return _done(request, activity, lambda: actions.invite_participants(activity, by=user))
    part = get_object_or_404(
        Participation.objects.visible_to(user).filter(activity=activity),
        uid=uid_of(request.POST.get("part", "")),
    )
    if do == "approve":
        return _done(request, activity, lambda: actions.approve_nomination(part, by=user))
    reason = request.POST.get("reason", "")
    return _done(
        request,
        activity,
        lambda: actions.withdraw_participation(part, reason=reason, by=user),
        typed={"part": part.pk, "reason": reason},
    )


def _back(activity: Activity) -> HttpResponse:
    return redirect("activity_people", number=activity.number)


def _done(
    request: HttpRequest, activity: Activity, deed: Callable[[], Any], **typed: Any
) -> HttpResponse:
    try:
        deed()
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        return _people_page(request, activity, status=refusal.status, refusal=str(refusal), **typed)
    return _back(activity)


@login_required
@require_safe
@never_cache
def activity_people_check(request: HttpRequest, number: str) -> HttpResponse:
    """A part of the page: with what an officer clashes whom the reader may nominate. Names:
    `clashes` (sentences), `asked` (whether an officer was chosen)."""
    user = reader(request)
    activity = activity_of(user, number)
    asked = request.GET.get("officer", "")
    groups = to_nominate(activity, user)
    known = {str(one.uid): one for _unit, officers in groups for one in officers}
    officer = known.get(asked)
    found = clashes_of(officer, activity.period, apart_from=activity) if officer else []
    context = {"asked": officer is not None, "clashes": [in_words(one) for one in found]}
    return render(request, "training/_clashes.html", context)


@login_required
@never_cache
def activities_mine(request: HttpRequest) -> HttpResponse:
    """Names: `parts` (OwnPart), `form` (AnswerForm after a refusal) and `refused` (whose)."""
    user = reader(request)
    form, refused, status = AnswerForm(by=user), None, 200
    if request.method == "POST":
        own = Participation.objects.visible_to(user).filter(officer=user.pk)
        part = get_object_or_404(own, uid=uid_of(request.POST.get("part", "")))
        form = AnswerForm(request.POST, by=user)
        status = carried_out(
            form,
            lambda given: actions.answer_invitation(
                part,
                answer=given["answer"],
                reason=given["reason"],
                sequence=given["sequence"],
                by=user,
            ),
        )
        if not status:
            return redirect("activities_mine")
        refused = part.pk
    context = {"parts": own_parts(user), "form": form, "refused": refused}
    return render(request, "training/mine.html", context, status=status)


@login_required
@never_cache
def activity_travel(request: HttpRequest, number: str, uid: Any) -> HttpResponse:
    """Names: `part`, `held` (what the reader may read, by field, once it was opened), `form` (for
    who writes it), `opened`, `own`.

    The officer sees it at once; everybody else opens it, which is written down.
    """
    user = reader(request)
    part = part_of(user, number, uid)
    fields = readable_fields(user, part)
    if not fields:
        raise NotAllowed(_("The officer, and coordinators, read this."))
    own, do, status = user.pk == part.officer_id, request.POST.get("do", ""), 200
    opened = own or request.method == "POST"
    form: TravelForm | None = None
    held: dict[str, Any] = {}
    if do == "save":
        form = TravelForm(request.POST, by=user)
        said = form
        status = carried_out(
            form, lambda _given: actions.write_travel(part, by=user, **said.said())
        )
        if not status and own:
            return redirect("activities_mine")
        if not status:
            return redirect("activity_travel", number=number, uid=uid)
    elif opened:
        held = actions.read_travel(part, by=user)
        if writes_travel(user, part):
            form = TravelForm(by=user, initial=TravelForm.initial_of(held))
    context = {
        "part": part, "activity": part.activity, "held": held, "form": form, "opened": opened,
        "own": own,
    }  # fmt: skip
    return render(request, "training/travel.html", context, status=status)
