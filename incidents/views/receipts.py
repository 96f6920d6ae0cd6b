"""Handover receipts: the list of a case, and one receipt with everything that is done on it."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bordercoop.errors import Invalid, Refused
from bordercoop.web.fields import own_clock_first
from bordercoop.web.pdf import as_file

from .. import actions
from ..investigation.receipt_forms import (
    AnswerForm,
    BasisForm,
    CancelForm,
    GoodsForm,
    HandsForm,
    PersonForm,
    PlanForm,
    StopForm,
    team_of,
)
from ..investigation.receipts import (
    checks_of,
    confirmed,
    items_for,
    receipts_of,
    signs_in,
    works_in,
)
from ..models import Handover, HandoverItem, HandoverKind, Incident, Investigation


def _case_address(case: Investigation) -> str:
    return f"/investigations/{case.uid}/"


def _typed(refusal: Refused, form: Any) -> None:
    """The refusal at its fields; one that hides or forbids goes on to its own page."""
    if refusal.status in (403, 404):
        raise refusal
    form.take(refusal)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def receipts(request: HttpRequest, uid: Any) -> HttpResponse:
    """The receipts of a case; a POST prepares one. Names: `case`, `case_address`, `rows`, `form`
    (None for who only reads)."""
    user: Any = request.user
    case = get_object_or_404(Investigation.objects.visible_to(user), uid=uid)
    first = {"kind": HandoverKind.GOODS, "border_sign": case.border_sign, "place": case.place}
    form = own_clock_first(PlanForm(request.POST or None, initial=first), user.side)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                made = actions.prepare_handover(case, **form.cleaned_data, by=user)
            except Refused as refusal:
                _typed(refusal, form)
                status = refusal.status
            else:
                return redirect("receipt", uid=made.uid)
    context = {
        "case": case,
        "case_address": _case_address(case),
        "rows": receipts_of(case),
        "form": form if works_in(user, case) else None,
    }
    return render(request, "incidents/investigation/receipts.html", context, status=status)


def _found(request: HttpRequest, uid: Any) -> Handover:
    return get_object_or_404(Handover.objects.visible_to(request.user).whole(), uid=uid)


def _page(
    request: HttpRequest, handover: Handover, *, status: int = 200, **more: Any
) -> HttpResponse:
    """Names: `handover`, `case`, `case_address`, `own` (the reader's side delivers), `items`,
    `checked` (the delivering side's checks, for it alone), `works`, `signs`, `confirmed` (by side),
    `my_confirmation`, the forms, `refusal` (a sentence or ""), a check that was refused
    keeps what was typed."""
    user: Any = request.user
    case, own = handover.investigation, user.side == handover.side
    items, persons = items_for(handover, user.side), handover.kind == HandoverKind.PERSONS
    signed, works = confirmed(handover), works_in(user, case)
    context: dict[str, Any] = {
        "handover": handover,
        "case": case,
        "case_address": _case_address(case),
        "own": own,
        "persons": persons,
        "items": items,
        "checked": checks_of(handover, items) if own and persons else [],
        "stop": getattr(handover, "stop", None) if own else None,
        "works": works,
        "signs": signs_in(user, case),
        "answered": all(item.accepted is not None for item in items),
        "confirmed": [
            (side, signed.get(side)) for side in (user.side, *({"LV", "BY"} - {user.side}))
        ],
        "my_confirmation": signed.get(user.side),
        "my_basis": handover.basis_from if own else handover.basis_to,
        "refusal": "",
    }
    if works and handover.going:
        known = case.persons.filter(side=user.side) if own and persons else []
        hand = handover.deliverer if own else handover.receiver
        context |= {
            "hands_form": HandsForm(
                team=team_of(handover, user.side),
                initial={"member": str(hand.uid) if hand else ""},
            ),
            "basis_form": BasisForm(side=user.side, kind=handover.kind),
            "item_form": PersonForm(persons=list(known)) if persons else GoodsForm(),
            "answer_form": AnswerForm(kind=handover.kind),
            "plan_form": own_clock_first(
                PlanForm(
                    initial={
                        "kind": handover.kind,
                        "planned_at": handover.planned_at,
                        "border_sign": handover.border_sign,
                        "place": handover.place,
                    }
                ),
                user.side,
            ),
            "stop_form": StopForm(),
            "cancel_form": CancelForm(),
        }
    about, typed = more.pop("check_typed", (None, {}))
    for row in context["checked"]:
        for question in row.questions:
            if (row.item.pk, question.kind) == (about, typed.get("kind")):
                question.typed = typed
    page = render(
        request, "incidents/investigation/receipt.html", {**context, **more}, status=status
    )
    page["Cache-Control"] = "no-store, private"
    return page


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest, uid: Any) -> HttpResponse:
    """One receipt; a POST does what its button `do` says."""
    handover = _found(request, uid)
    if request.method != "POST":
        return _page(request, handover)
    deed = DEEDS.get(request.POST.get("do", ""))
    if deed is None:
        return _page(request, handover, status=400)
    try:
        again = deed(request, handover)
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        handover = _found(request, uid)
        return _page(request, handover, status=refusal.status, refusal=str(refusal))
    if again is not None:
        return _page(request, _found(request, uid), **{"status": 400, **again})
    return redirect("receipt", uid=uid)


Again = dict[str, Any] | None


def _tried(name: str, form: Any, verb: Callable[[], Any], **more: Any) -> Again:
    """Nothing when the verb went through, else the form with what it says, to be shown again."""
    if form.is_valid():
        try:
            verb()
        except Refused as refusal:
            if not refusal.fields:
                raise
            _typed(refusal, form)
        else:
            return None
    return {name: form, **more}


def _item(request: HttpRequest, handover: Handover) -> HandoverItem:
    """The line that a form is about: one that this side may read."""
    side = request.user.side  # type: ignore[union-attr]
    wanted = request.POST.get("item", "")
    for item in items_for(handover, side):
        if str(item.uid) == wanted:
            return item
    raise Http404


def _plan(request: HttpRequest, handover: Handover) -> Again:
    user: Any = request.user
    typed = {**request.POST.dict(), "kind": handover.kind}
    form = own_clock_first(PlanForm(typed), user.side)

    def verb() -> None:
        given = form.cleaned_data
        actions.plan_handover(
            handover, planned_at=given["planned_at"], border_sign=given["border_sign"],
            place=given["place"], by=user,
        )  # fmt: skip

    return _tried("plan_form", form, verb)


def _hands(request: HttpRequest, handover: Handover) -> Again:
    user: Any = request.user
    form = HandsForm(request.POST, team=team_of(handover, user.side))
    return _tried("hands_form", form, lambda: actions.name_hands(handover, **form.given(), by=user))


def _basis(request: HttpRequest, handover: Handover) -> Again:
    user: Any = request.user
    form = BasisForm(request.POST, side=user.side, kind=handover.kind)
    return _tried(
        "basis_form", form, lambda: actions.name_basis(handover, **form.cleaned_data, by=user)
    )


def _add(request: HttpRequest, handover: Handover) -> Again:
    user: Any = request.user
    if handover.kind == HandoverKind.GOODS:
        goods = GoodsForm(request.POST)

        def list_goods() -> None:
            facts = dict(goods.cleaned_data)
            ref = facts.pop("client_ref")
            actions.add_item(handover, facts=facts, client_ref=ref, by=user)

        return _tried("item_form", goods, list_goods)
    listed = handover.investigation.persons.filter(side=user.side)
    form = PersonForm(request.POST, persons=list(listed) if user.side == handover.side else [])

    def list_person() -> None:
        facts = dict(form.cleaned_data)
        known = facts.pop("known")
        number = facts.pop("incident")
        incident = Incident.objects.visible_to(user).filter(side=user.side, number=number).first()
        if number and incident is None:
            sentence = _("Your side has no incident with this number that you read.")
            raise Invalid(sentence, fields={"incident": [sentence]})
        ref = facts.pop("client_ref")
        actions.add_item(
            handover, facts=facts, person=form.persons.get(known), incident=incident,
            somebody_else=known == form.NEW, client_ref=ref, by=user,
        )  # fmt: skip

    return _tried("item_form", form, list_person)


def _remove(request: HttpRequest, handover: Handover) -> Again:
    actions.remove_item(_item(request, handover), by=request.user)
    return None


def _check(request: HttpRequest, handover: Handover) -> Again:
    """Only the delivering side finds a person here to record a check of."""
    if request.user.side != handover.side:  # type: ignore[union-attr]
        raise Http404
    item = _item(request, handover)
    names = ("kind", "answer", "language", "authority", "reason")
    typed = {name: request.POST.get(name, "") for name in names}
    try:
        actions.record_check(item, **typed, by=request.user)
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        told = {**typed, "why": str(refusal)}
        return {"check_typed": (item.pk, told), "status": refusal.status}
    return None


def _answer(request: HttpRequest, handover: Handover) -> Again:
    item, form = _item(request, handover), AnswerForm(request.POST, kind=handover.kind)
    accepted = request.POST.get("taken") == "yes"
    return _tried(
        "answer_form",
        form,
        lambda: actions.answer_item(item, accepted=accepted, **form.cleaned_data, by=request.user),
        refused_item=item.pk,
    )


def _open(request: HttpRequest, handover: Handover) -> Again:
    actions.open_handover(handover, by=request.user)
    return None


def _stop(request: HttpRequest, handover: Handover) -> Again:
    form = StopForm(request.POST)
    return _tried(
        "stop_form",
        form,
        lambda: actions.stop_handover(handover, **form.cleaned_data, by=request.user),
    )


def _cancel(request: HttpRequest, handover: Handover) -> Again:
    form = CancelForm(request.POST)
    return _tried(
        "cancel_form",
        form,
        lambda: actions.cancel_handover(handover, **form.cleaned_data, by=request.user),
    )


def _confirm(request: HttpRequest, handover: Handover) -> Again:
    actions.confirm_handover(handover, sha256=request.POST.get("sha256", ""), by=request.user)
    return None


DEEDS: dict[str, Callable[[HttpRequest, Handover], Again]] = {
    "plan": _plan,
    "hands": _hands,
    "basis": _basis,
    "add": _add,
    "remove": _remove,
    "check": _check,
    "answer": _answer,
    "open": _open,
    "stop": _stop,
    "cancel": _cancel,
    "confirm": _confirm,
}


@login_required
@require_safe
@never_cache
def receipt_pdf(request: HttpRequest, uid: Any) -> HttpResponse:
    """The receipt on paper, in the languages of the act."""
    printed = actions.print_receipt(_found(request, uid), by=request.user)
    return as_file(printed.content, printed.name)
