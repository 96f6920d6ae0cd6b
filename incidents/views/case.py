"""Joint investigations: the list, a proposal, one case with what can be done about it."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.web.fields import own_clock_first
from contactpoints.access import people_of_side, units_for, units_where
from contactpoints.models import Unit

from .. import actions
from ..access import share_for
from ..investigation.act import card_of_act
from ..investigation.forms import (
    AgreeForm,
    MeetForm,
    MemberForm,
    ProposeForm,
    ReasonForm,
    WordsForm,
)
from ..investigation.reading import Page, found_case, page_of, verbs_for
from ..models import ENDED, CaseMember, Incident, Investigation

PAGE = 50


def _language() -> str:
    return (get_language() or "en").split("-")[0]


@login_required
@never_cache
@require_safe
def investigations(request: HttpRequest) -> HttpResponse:
    """Cases that the officer reads: those that go on by when they are due, then the ended ones."""
    user: Any = request.user
    rows = Investigation.objects.visible_to(user).select_related("category", "sign")
    ended = request.GET.get("ended") == "1"
    rows = rows.filter(state__in=ENDED) if ended else rows.exclude(state__in=ENDED)
    order = ("-ended_at",) if ended else ("due_at",)
    pages = Paginator(rows.order_by(*order, "-pk"), PAGE)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "rows": page,
        "ended": ended,
        "may_propose": bool(units_where(user, "lead_investigations")),
    }
    return render(request, "incidents/investigation/list.html", context)


@login_required
@never_cache
def investigation_new(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    units = units_for(user, "lead_investigations")
    if not units:
        raise NotAllowed(_("Border representatives of the two services propose this."))
    if request.method != "POST":
        initial = {"language": _language(), "point": "CCP-LAND", **_from_incident(request)}
        form = own_clock_first(ProposeForm(units=units, initial=initial), user.side)
        return render(request, "incidents/investigation/new.html", {"form": form})
    form = own_clock_first(ProposeForm(request.POST, units=units), user.side)
    status = 400
    if form.is_valid():
        try:
            given = form.cleaned_data
            case = actions.propose_case(
                unit=form.chosen_unit(),
                point=given["point"],
                facts=form.facts(),
                incident=_numbered(user, given["incident"]),
                client_ref=given["client_ref"],
                exercise=given["exercise"],
                by=user,
            )
            return redirect("investigation", uid=case.uid)
        except Refused as refusal:
            form.take(refusal)
            status = refusal.status
    return render(request, "incidents/investigation/new.html", {"form": form}, status=status)


def _numbered(user: Any, number: str) -> Incident | None:
    """The incident with this number that the officer reads; Invalid when there is none."""
    if not number:
        return None
    found = Incident.objects.visible_to(user).filter(number=number.upper()).first()
    if found is None:
        sentence = _("There is no incident with this number that you read.")
        raise Invalid(sentence, fields={"incident": [sentence]})
    return found


def _from_incident(request: HttpRequest) -> dict[str, Any]:
    """What a proposal begins with when it is made from the page of an incident."""
    number = request.GET.get("incident", "")[:30]
    found = Incident.objects.visible_to(request.user).filter(number=number).first()
    if found is None:
        return {}
    fields = share_for(request.user, found).fields
    lat, lon = fields.get("lat"), fields.get("lon")
    return {
        "incident": found.number,
        # One from the list says fields of the report, which the other side may not have.
        "title": "" if fields.get("headline_template") else (fields.get("headline") or "")[:160],
        "category": fields.get("category", ""),
        "border_sign": fields.get("border_sign") or "",
        "coordinates": f"{lat}, {lon}" if lat is not None and lon is not None else "",
    }


def _page(
    request: HttpRequest, case: Investigation, *, status: int = 200, **more: Any
) -> HttpResponse:
    """Names: `page` (reading.Page), `case`, `deeds` (what can be done now), `act` (its
    card), the forms `agree_form`,
    `reason_form`, `meet_form`, `member_form`, and `form` with `open` where one was refused."""
    user: Any = request.user
    page = page_of(case, user, _language())
    context = {
        "page": page,
        "case": case,
        "deeds": verbs_for(page, user),
        "act": card_of_act(case, user),
        **_forms(page, user),
    }
    return render(request, "incidents/investigation/case.html", {**context, **more}, status=status)


def _forms(page: Page, user: Any) -> dict[str, Any]:
    case = page.case
    words = {"words_form": WordsForm(initial={"language": _language()}, auto_id="words_%s")}
    if not page.may_lead:
        return words
    return {
        **words,
        "agree_form": AgreeForm(
            units=units_for(user, "lead_investigations"),
            initial={"unit": page.own.unit.code, "by_language": case.by_language},
            auto_id="agree_%s",
        ),
        "reason_form": ReasonForm(auto_id="reason_%s"),
        "meet_form": own_clock_first(
            MeetForm(
                initial={
                    "sign": case.sign.code if case.sign else "",
                    "border_sign": case.border_sign,
                    "place": case.place,
                    "meet": case.meet_at,
                },
                auto_id="meet_%s",
            ),
            user.side,
        ),
        "member_form": MemberForm(officers=people_of_side(user.side), auto_id="member_%s"),
    }


@login_required
@never_cache
@require_safe
def investigation(request: HttpRequest, uid: Any) -> HttpResponse:
    return _page(request, found_case(request.user, uid))


# --- what can be done


def _agree(request: HttpRequest, case: Investigation, form: Any) -> None:
    actions.agree_case(
        case,
        unit=form.chosen_unit(),
        by_language=form.cleaned_data["by_language"],
        by=request.user,
    )


def _reasoned(verb: Callable[..., Any], name: str = "reason") -> Callable[..., None]:
    def go(request: HttpRequest, case: Investigation, form: Any) -> None:
        verb(case, **{name: form.cleaned_data["reason"]}, by=request.user)

    return go


def _plain(verb: Callable[..., Any]) -> Callable[..., None]:
    def go(request: HttpRequest, case: Investigation, form: Any) -> None:
        verb(case, by=request.user)

    return go


def _meet(request: HttpRequest, case: Investigation, form: Any) -> None:
    given = form.cleaned_data
    actions.plan_meeting_on_line(
        case,
        meet_at=given["meet"],
        sign=form.chosen_sign(),
        border_sign=given["border_sign"],
        place=given["place"],
        by=request.user,
    )


def _member(request: HttpRequest, case: Investigation, form: Any) -> None:
    given = form.cleaned_data
    actions.add_member(
        case,
        function=given["function"],
        officer=form.chosen_officer(),
        name=given["name"],
        languages=given["languages"],
        by=request.user,
    )


def _words(request: HttpRequest, case: Investigation, form: Any) -> None:
    actions.translate_case(case, **form.cleaned_data, by=request.user)


# What a button says -> the name of its form in the page (none for "") and the verb behind it.
DEEDS: dict[str, tuple[str, Callable[..., None]]] = {
    "agree": ("agree_form", _agree),
    "decline": ("reason_form", _reasoned(actions.decline_case)),
    "withdraw": ("reason_form", _reasoned(actions.withdraw_case)),
    "form_team": ("", _plain(actions.form_team)),
    "meet": ("meet_form", _meet),
    "go_on_site": ("", _plain(actions.go_on_site)),
    "finish_exchange": ("", _plain(actions.finish_exchange)),
    "member": ("member_form", _member),
    "words": ("words_form", _words),
    "close": ("reason_form", _reasoned(actions.close_case_part, "ground")),
}


def _bound(name: str, request: HttpRequest) -> Any:
    user: Any = request.user
    if name == "agree_form":
        units: list[Unit] = units_for(user, "lead_investigations")
        return AgreeForm(request.POST, units=units, auto_id="agree_%s")
    if name == "member_form":
        return MemberForm(request.POST, officers=people_of_side(user.side), auto_id="member_%s")
    if name == "words_form":
        return WordsForm(request.POST, auto_id="words_%s")
    if name == "meet_form":
        return own_clock_first(MeetForm(request.POST, auto_id="meet_%s"), user.side)
    return ReasonForm(request.POST, auto_id="reason_%s")


@login_required
@never_cache
@require_POST
def investigation_do(request: HttpRequest, uid: Any) -> HttpResponse:
    """A step of the case, by the word of its button; refused, the page says why and keeps what was
    typed."""
    case = found_case(request.user, uid)
    deed = request.POST.get("do", "")
    if deed not in DEEDS:
        raise Refused(_("There is no such step."), code="not_found", status=404)
    name, go = DEEDS[deed]
    form = _bound(name, request) if name else None
    status = 400
    try:
        if form is None or form.is_valid():
            go(request, case, form)
            return redirect("investigation", uid=uid)
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        status = refusal.status
        if form is None:
            return _page(request, found_case(request.user, uid), refusal=refusal, status=status)
        form.take(refusal)
    shown = {name: form, "form": form, "open": deed}
    return _page(request, found_case(request.user, uid), status=status, **shown)


@login_required
@require_POST
def investigation_step(request: HttpRequest, uid: Any, code: str) -> HttpResponse:
    """Tick a step of the guideline, leave it out with a reason, or take that back."""
    case = found_case(request.user, uid)
    deed, reason = request.POST.get("do", ""), request.POST.get("reason", "")
    try:
        if deed == "skip":
            actions.skip_step(case, code, reason=reason, by=request.user)
        elif deed == "take_back":
            actions.take_step_back(case, code, reason=reason, by=request.user)
        else:
            actions.tick_step(case, code, by=request.user)
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        more = {"step_refused": code, "step_reason": reason, "refusal": refusal}
        return _page(request, found_case(request.user, uid), status=refusal.status, **more)
    return redirect(f"{case.get_absolute_url()}#steps")


@login_required
@require_POST
def investigation_steps(request: HttpRequest, uid: Any) -> HttpResponse:
    """Leave all ticked steps of the guideline out with one reason."""
    case = found_case(request.user, uid)
    ticked, reason = request.POST.getlist("step"), request.POST.get("reason", "")
    try:
        actions.skip_steps(case, ticked, reason=reason, by=request.user)
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        more = {"steps_refused": refusal, "ticked": ticked, "step_reason": reason}
        return _page(request, found_case(request.user, uid), status=refusal.status, **more)
    return redirect(f"{case.get_absolute_url()}#steps")


@login_required
@require_POST
def investigation_member_end(request: HttpRequest, uid: Any, member: Any) -> HttpResponse:
    case = found_case(request.user, uid)
    found = CaseMember.objects.filter(investigation=case, uid=member).first()
    if found is None:
        raise Refused(_("There is no such person in your team."), code="not_found", status=404)
    actions.end_member(found, by=request.user)
    return redirect("investigation", uid=uid)
