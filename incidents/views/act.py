"""The act of a joint investigation: reading, writing, signing, printing, taking along."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bordercoop.access.confirming import to_confirm
from bordercoop.errors import NotAllowed, Refused, Stale
from bordercoop.files.serving import as_stream
from bordercoop.web.pdf import as_file

from .. import actions
from ..investigation.act import (
    changes,
    dispute,
    entries_to_cite,
    paragraph_of,
    reading,
    the_act,
)
from ..investigation.act_forms import (
    DeclareForm,
    HigherForm,
    NewParagraphForm,
    OpinionForm,
    ParagraphForm,
    PositionForm,
    RevisionForm,
    SettleForm,
)
from ..models import CaseState, Investigation, ParagraphKind


def seen(request: HttpRequest, uid: Any) -> Investigation:
    """The case with this id, for whoever may read it."""
    rows = Investigation.objects.visible_to(request.user).select_related("sign", "category")
    return get_object_or_404(rows, uid=uid)


@login_required
@require_safe
@never_cache
def case_act(request: HttpRequest, uid: Any) -> HttpResponse:
    """Both columns with the same numbers. Names: `case`, `reading` (investigation.act.Reading)."""
    case = seen(request, uid)
    context = {"case": case, "reading": reading(case, request.user)}
    return render(request, "incidents/investigation/act.html", context)


@login_required
@require_POST
def case_act_draft(request: HttpRequest, uid: Any) -> HttpResponse:
    actions.draft_act(seen(request, uid), by=request.user)
    return redirect("case_act", uid=uid)


def _given_back(request: HttpRequest, form: Any, no: Refused) -> int:
    """What a verb refused, at its fields; a refusal of the person goes to a page of its own."""
    if no.status in (403, 404):
        raise no
    form.take(no)
    return no.status


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def case_act_paragraph(request: HttpRequest, uid: Any, paragraph: Any = None) -> HttpResponse:
    """A new paragraph, or other words for one. Names: `case`, `act`, `paragraph` (None for a new
    one), `stands` (its columns, where it was changed meanwhile), `form`, `position_form` (of a
    disputed one), `others` (the position of the other side), `mine`."""
    user: Any = request.user
    case = seen(request, uid)
    act = the_act(case)
    if not (may := reading(case, user)).may_write:
        if request.method == "POST":
            actions.write_paragraph(act, section="", texts={}, revision=0, by=user)  # says why not
        raise NotAllowed(_("Only the teams of the case write its act."))
    found = paragraph_of(act.content["paragraphs"], paragraph) if paragraph else None
    cited = found["entries"] if found else []
    offered = entries_to_cite(case)
    known = {number for number, _side, _title in offered}
    offered += [(each["number"], each["side"], "") for each in cited if each["number"] not in known]
    first: dict[str, Any] = {"revision": act.revision}
    if found:
        first |= {"section": found["section"], "entries": [each["number"] for each in cited]}
        first |= {f"text_{code}": text for code, text in found["texts"].items()}
    shape = ParagraphForm if found else NewParagraphForm
    made: dict[str, Any] = {"languages": case.languages, "entries": offered, "initial": first}
    form: Any = shape(**made)
    position = None
    if found and found["kind"] == ParagraphKind.DISPUTED:
        own = found["positions"].get(user.side, {})
        position = PositionForm(
            languages=case.languages,
            initial={
                "revision": act.revision, **{f"position_{code}": own.get(code) for code in own},
            },
            auto_id="position-%s",
        )  # fmt: skip
    status, stands = 200, None
    if request.method == "POST":
        status = 400
        stating = position is not None and request.POST.get("do") == "position"
        try:
            if stating:
                position = PositionForm(
                    request.POST, languages=case.languages, auto_id="position-%s"
                )
                bound: Any = position
            else:
                bound = form = shape(request.POST, **made)
            if bound.is_valid():
                _write(act, found, bound, stating, user)
                return redirect(f"{reverse('case_act', args=[uid])}#text")
        except Refused as no:
            status = _given_back(request, bound, no)
            stands = found if isinstance(no, Stale) else None
    context = {
        "case": case,
        "act": the_act(case),
        "stands": stands and [(code, stands["texts"].get(code, "")) for code in case.languages],
        "reading": may,
        "paragraph": found,
        "form": form,
        "position_form": position,
        "bound": position if position is not None and position.is_bound else form,
        "others": [
            (side, [(code, said.get(code, "")) for code in case.languages])
            for side, said in (found["positions"] if found else {}).items()
            if side != user.side
        ],
        "mine": not found or found["kind"] != ParagraphKind.DISSENT or found["side"] == user.side,
    }
    return render(request, "incidents/investigation/act_paragraph.html", context, status=status)


def _write(act: Any, found: Any, form: Any, stating: bool, user: Any) -> None:
    given = form.cleaned_data
    if stating:
        actions.state_position(
            act, found["id"], texts=form.texts(), revision=given["revision"], by=user
        )
    elif found:
        actions.change_paragraph(
            act, found["id"], texts=form.texts(), entries=given["entries"],
            section=given["section"], revision=given["revision"], by=user,
        )  # fmt: skip
    else:
        actions.write_paragraph(
            act, section=given["section"], kind=given["kind"], texts=form.texts(),
            entries=given["entries"], client_ref=given["client_ref"], revision=given["revision"],
            by=user,
        )  # fmt: skip


@login_required
@require_POST
def case_act_remove(request: HttpRequest, uid: Any, paragraph: Any) -> HttpResponse:
    act = the_act(seen(request, uid))
    form = RevisionForm(request.POST)
    revision = form.cleaned_data["revision"] if form.is_valid() else 0
    actions.remove_paragraph(act, str(paragraph), revision=revision, by=request.user)
    return redirect("case_act", uid=uid)


@login_required
@require_POST
def case_act_move(request: HttpRequest, uid: Any, paragraph: Any) -> HttpResponse:
    """One place up or down, and back to the paragraph."""
    act = the_act(seen(request, uid))
    form = RevisionForm(request.POST)
    revision = form.cleaned_data["revision"] if form.is_valid() else 0
    direction = request.POST.get("direction", "")
    actions.move_paragraph(
        act, str(paragraph), direction=direction, revision=revision, by=request.user
    )
    return redirect(f"{reverse('case_act', args=[uid])}#p-{paragraph}")


@login_required
@require_safe
@never_cache
def case_act_changes(request: HttpRequest, uid: Any) -> HttpResponse:
    """Who changed what. Names: `case`, `act`, `changes` (investigation.act.Change)."""
    case = seen(request, uid)
    act = the_act(case)
    context = {"case": case, "act": act, "changes": changes(act)}
    return render(request, "incidents/investigation/act_changes.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def case_act_sign(request: HttpRequest, uid: Any) -> HttpResponse:
    """Password, second factor, then exactly what is signed. Names: `case`, `reading`, `refusal`."""
    user: Any = request.user
    case = seen(request, uid)
    the_act(case)
    found = reading(case, user)
    assert found.act is not None
    refusal, status = "", 200
    if request.method == "POST":
        if address := to_confirm(request):
            return redirect(address)
        try:
            actions.sign_act(found.act, sha256=request.POST.get("sha256", "")[:200], by=user)
        except Refused as no:
            if no.status in (403, 404):
                raise
            refusal, status = str(no), no.status
            case = seen(request, uid)
            found = reading(case, user)
        else:
            messages.info(request, _("You have signed the act."))
            return redirect("case_act", uid=uid)
    elif not found.may_sign:
        return redirect("case_act", uid=uid)
    elif address := to_confirm(request):
        return redirect(address)
    context = {"case": case, "reading": found, "refusal": refusal}
    return render(request, "incidents/investigation/act_sign.html", context, status=status)


@login_required
@require_safe
@never_cache
def case_act_pdf(request: HttpRequest, uid: Any) -> HttpResponse:
    case = seen(request, uid)
    act = the_act(case)
    return as_file(actions.print_act(act, by=request.user), f"{case.number}-act-{act.revision}.pdf")


@login_required
@require_safe
@never_cache
def case_pack(request: HttpRequest, uid: Any) -> HttpResponseBase:
    case = seen(request, uid)
    pieces = actions.export_case_pack(case, by=request.user)
    return as_stream(pieces, f"{case.number}.zip", "application/zip")


def _opinion_forms(case: Investigation, data: Any, done: str) -> dict[str, Any]:
    """The forms of the page; the one that was sent is bound."""

    def made(name: str, shape: Any, **more: Any) -> Any:
        return shape(data if done == name else None, auto_id=f"{name}-%s", **more)

    return {
        "declare": made("declare", DeclareForm),
        "opinion": made("opinion", OpinionForm, languages=case.languages),
        "higher": made("higher", HigherForm),
        "settle": made("settle", SettleForm),
    }


def _done(case: Investigation, done: str, form: Any, user: Any) -> None:
    given = form.cleaned_data
    if done == "declare":
        actions.declare_no_agreement(case, reason=given["reason"], by=user)
    elif done == "opinion":
        actions.state_opinion(case, texts=form.texts(), client_ref=given["client_ref"], by=user)
    elif done == "higher":
        actions.take_to_higher_level(case, level=given["level"], reason=given["reason"], by=user)
    else:
        actions.settle(case, decision=given["decision"], by=user)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def case_opinions(request: HttpRequest, uid: Any) -> HttpResponse:
    """A case without agreement. Names: `case`, `reading`, `dispute` (investigation.act.Dispute),
    `forms` and `form` (the one that was refused), `may` (names of the forms that fit now)."""
    user: Any = request.user
    case = seen(request, uid)
    done = request.POST.get("do", "")
    forms = _opinion_forms(case, request.POST, done)
    form, status = forms.get(done), 200
    if request.method == "POST":
        status = 400
        try:
            if form is not None and form.is_valid():
                _done(case, done, form, user)
                return redirect("case_opinions", uid=uid)
        except Refused as no:
            status = _given_back(request, form, no)
    found = reading(case, user)
    disputed = case.state in (CaseState.NO_AGREEMENT, CaseState.HIGHER)
    may = {
        "declare": found.may_lead and case.state in (CaseState.DRAFTED, CaseState.SIGNED_ONE),
        "opinion": found.may_write and disputed,
        "higher": found.may_lead and case.state == CaseState.NO_AGREEMENT,
        "settle": found.may_lead and disputed,
    }
    context = {
        "case": case,
        "reading": found,
        "dispute": dispute(case),
        "forms": forms,
        "form": form,
        "may": may,
    }
    return render(request, "incidents/investigation/opinions.html", context, status=status)
