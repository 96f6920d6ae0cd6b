"""Contingency plans: the list, what to do now, writing, approval, versions, an active plan."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bordercoop.access.confirming import to_confirm
from bordercoop.errors import NotAllowed
from bordercoop.web.beside import beside
from bordercoop.web.both import partner_language
from bordercoop.web.pdf import as_file
from incidents.investigation.form_kit import carried_out
from training.views.kit import whole

from .. import actions
from ..access import activates, approves_plans, keeps_lessons
from ..contingency import (
    categories_of,
    contacts_of,
    content_of,
    difference,
    phases_of,
    places_of,
    state_of,
)
from ..forms import (
    ITEMS,
    ActivateForm,
    ContingencyForm,
    SaidForm,
    initial_of_plan,
)
from ..models import ContingencyActivation, ContingencyPlan, ContingencyVersion
from ..register import of_plan
from .kit import reader, refused

VERBS = require_http_methods(["GET", "HEAD", "POST"])


def plan_of(user: Any, number: str) -> ContingencyPlan:
    found: ContingencyPlan = get_object_or_404(
        ContingencyPlan.objects.visible_to(user), number=number
    )
    return found


def _writes(user: Any, plan: ContingencyPlan) -> bool:
    return keeps_lessons(user) and user.side in plan.sides and plan.retired_at is None


@login_required
@require_safe
@never_cache
def contingency_plans(request: HttpRequest) -> HttpResponse:
    """Those in use first, and what is active now. Names: `plans` (State), `active`, `retired`,
    `may_write`."""
    user = reader(request)
    rows = ContingencyPlan.objects.visible_to(user).prefetch_related("versions__approvals")
    states = [state_of(plan) for plan in rows[:300]]
    active = ContingencyActivation.objects.visible_to(user).going_on()
    context = {
        "plans": [one for one in states if one.code != "retired"],
        "retired": [one for one in states if one.code == "retired"],
        "active": list(active.select_related("plan", "place", "by")),
        "may_write": keeps_lessons(user),
    }
    return render(request, "lessons/contingency_plans.html", context)


def _writer(request: HttpRequest, number: str) -> tuple[Any, ContingencyPlan]:
    user = reader(request)
    plan = plan_of(user, number)
    if not _writes(user, plan):
        raise NotAllowed(_("Coordinators of the two services do this."))
    return user, plan


@login_required
@VERBS
@never_cache
def contingency_new(request: HttpRequest) -> HttpResponse:
    """Names: `form`, `plan` None."""
    user = reader(request)
    if not keeps_lessons(user):
        raise NotAllowed(_("Coordinators of the two services do this."))
    form, status = ContingencyForm(request.POST or None, by=user), 200
    if request.method == "POST":
        made: list[ContingencyPlan] = []
        status = carried_out(
            form,
            lambda given: made.append(
                actions.begin_contingency(client_ref=given["client_ref"], by=user, **form.said())
            ),
        )
        if not status:
            return redirect("contingency_plan", number=made[0].number)
    context = {"form": form, "plan": None}
    return render(request, "lessons/contingency_form.html", context, status=status)


@login_required
@VERBS
@never_cache
def contingency_change(request: HttpRequest, number: str) -> HttpResponse:
    """Names: `form`, `plan`, `waiting`."""
    user, plan = _writer(request, number)
    form = ContingencyForm(request.POST or None, by=user, plan=plan, initial=initial_of_plan(plan))
    status = 200
    if request.method == "POST":
        status = carried_out(
            form,
            lambda given: actions.change_contingency(
                plan, edition=given["edition"], by=user, **form.said()
            ),
        )
        if not status:
            return redirect("contingency_plan", number=number)
    context = {"form": form, "plan": plan, "waiting": state_of(plan).waiting}
    return render(request, "lessons/contingency_form.html", context, status=status)


@login_required
@VERBS
@never_cache
def contingency_item(request: HttpRequest, number: str, part: str, code: str) -> HttpResponse:
    """A phase, a task or a contact: `code` "new" is a new one. Names: `form`, `plan`, `part`,
    `item` (None for a new one), `waiting`, `refusal`."""
    user, plan = _writer(request, number)
    if part not in ITEMS:
        raise Http404
    item = next((one for one in plan.content[part] if one["code"] == code), None)
    if item is None and code != "new":
        raise Http404
    if part == "tasks" and not plan.content["phases"]:
        return redirect("contingency_item", number=number, part="phases", code="new")
    initial = {**(item or {"phase": request.GET.get("phase", "")}), "edition": plan.edition}
    form = ITEMS[part](None, by=user, plan=plan, initial=initial)
    status, refusal = 200, ""
    if request.method == "POST" and request.POST.get("do") == "remove":
        refusal, status = refused(lambda: actions.remove_contingency_item(plan, code=code, by=user))
        if not status:
            return redirect("contingency_plan", number=number)
    elif request.method == "POST":
        form = ITEMS[part](request.POST, by=user, plan=plan, initial=initial)
        status = carried_out(
            form,
            lambda given: actions.set_contingency_item(
                plan, part=part, code=item["code"] if item else "", edition=given["edition"],
                client_ref=given["client_ref"], by=user, **form.said()
            ),
        )  # fmt: skip
        if not status:
            return redirect("contingency_plan", number=number)
    context = {
        "form": form, "plan": plan, "part": part, "item": item, "refusal": refusal,
        "waiting": state_of(plan).waiting,
    }  # fmt: skip
    return render(request, "lessons/contingency_item.html", context, status=status)


def _order(user: Any, plan: ContingencyPlan) -> list[str]:
    return sorted(plan.sides, key=lambda side: side != user.side)


def _said(content: Any) -> dict[str, Any]:
    """What a page shows of a content: `content`, `phases`, `contacts`, `places`, `categories`."""
    return {
        "content": content, "phases": phases_of(content), "contacts": contacts_of(content),
        "places": places_of(content), "categories": categories_of(content),
    }  # fmt: skip


@login_required
@VERBS
@never_cache
def contingency_plan(request: HttpRequest, number: str) -> HttpResponse:
    """What to do now by the version in force, or the draft with `?draft=1` and where none is. A
    POST puts it to approval, activates it or puts it out of use. Names: those of `_said`, `plan`,
    `state`, `shown` (the version, None for the draft), `sides` (side, approval or None), `active`,
    `past`, `lessons`, `may_write`, `may_approve`, `activate_form`, `retire_form`, `refusal`,
    `form`."""
    user = reader(request)
    plan, status = plan_of(user, number), 200
    more: dict[str, Any] = {}
    if request.method == "POST":
        made, status = _do(request, plan, user, more)
        if not status:
            if made is not None:
                return redirect("contingency_activation", uid=made.uid)
            return redirect("contingency_plan", number=number)
        plan = plan_of(user, number)
    state = state_of(plan)
    draft = bool(request.GET.get("draft")) or state.holds is None
    content = content_of(plan, 0) if draft or state.holds is None else state.holds.content
    asked = state.waiting or state.coming or state.holds
    given = {one.side: one for one in asked.standing} if asked else {}
    runs = plan.activations.select_related("place", "by")
    here = places_of(state.holds.content) if state.holds else []
    if here and activates(user, plan):
        more.setdefault("activate_form", ActivateForm(by=user, here=here, auto_id="act_%s"))
    if approves_plans(user) and user.side in plan.sides and plan.retired_at is None:
        label = _("Why it is put out of use")
        more.setdefault(
            "retire_form", SaidForm(by=user, label=label, field="reason", auto_id="retire_%s")
        )
    context = {
        **_said(content),
        "plan": plan,
        "state": state,
        "shown": None if draft else state.holds,
        "sides": [(side, given.get(side)) for side in _order(user, plan)],
        "active": [one for one in runs if one.stood_down_at is None],
        "past": [one for one in runs if one.stood_down_at is not None][:20],
        "lessons": of_plan(user, plan),
        "beside": beside("plan", user, plan),
        "may_write": _writes(user, plan),
        "may_approve": state.waiting is not None and approves_plans(user)
        and user.side in plan.sides and not state.approved_by(user.side),
        **more,
    }  # fmt: skip
    return render(request, "lessons/contingency_plan.html", context, status=status)


def _do(
    request: HttpRequest, plan: ContingencyPlan, user: Any, more: dict[str, Any]
) -> tuple[ContingencyActivation | None, int]:
    do = request.POST.get("do", "")
    made: list[ContingencyActivation] = []
    form: Any
    if do == "put":
        edition = whole(request.POST.get("edition", ""))
        more["refusal"], status = refused(
            lambda: actions.put_contingency(plan, edition=edition, by=user)
        )
        return None, status
    if do == "activate":
        holds = state_of(plan).holds
        here = places_of(holds.content) if holds else []
        form = ActivateForm(request.POST, by=user, here=here, auto_id="act_%s")
        more |= {"activate_form": form, "form": form}
        status = carried_out(
            form,
            lambda given: made.append(
                actions.activate_contingency(
                    plan, client_ref=given["client_ref"], by=user, **form.said()
                )
            ),
        )
        return (made[0] if made else None), status
    if do == "retire":
        label = _("Why it is put out of use")
        form = SaidForm(request.POST, by=user, label=label, field="reason", auto_id="retire_%s")
        more |= {"retire_form": form, "form": form}
        return None, carried_out(
            form,
            lambda given: actions.retire_contingency(plan, reason=given["said"] or "", by=user),
        )
    return None, 0


@login_required
@VERBS
@never_cache
def contingency_approve(request: HttpRequest, number: str) -> HttpResponse:
    """Password, second factor, then exactly what is approved. Names: those of `_said`, `plan`,
    `version`, `refusal`."""
    user = reader(request)
    plan, refusal, status = plan_of(user, number), "", 200
    if not approves_plans(user) or user.side not in plan.sides:
        raise NotAllowed(_("An approver at the head of a side does this."))
    state = state_of(plan)
    if request.method == "POST":
        if address := to_confirm(request):
            return redirect(address)
        sha256 = request.POST.get("sha256", "")[:200]
        refusal, status = refused(lambda: actions.approve_contingency(plan, sha256=sha256, by=user))
        if not status:
            return redirect("contingency_plan", number=number)
        state = state_of(plan_of(user, number))
    elif state.waiting is None or state.approved_by(user.side):
        return redirect("contingency_plan", number=number)
    elif address := to_confirm(request):
        return redirect(address)
    version = state.waiting
    context = {
        **(_said(version.content) if version else {}), "plan": plan, "version": version,
        "refusal": refusal,
    }  # fmt: skip
    return render(request, "lessons/contingency_approve.html", context, status=status or 200)


def _version(user: Any, number: str, at: int) -> ContingencyVersion:
    rows = ContingencyVersion.objects.visible_to(user).prefetch_related("approvals__by")
    found: ContingencyVersion = get_object_or_404(
        rows.select_related("plan", "by"), plan__number=number, number=at
    )
    return found


@login_required
@require_safe
@never_cache
def contingency_version(request: HttpRequest, number: str, at: int) -> HttpResponse:
    """A version as it was put, and what is another than in `?against=`, by default the one before.
    Names: those of `_said`, `version`, `against`, `others`, `changes`, `sides`."""
    user = reader(request)
    version = _version(user, number, at)
    rows = ContingencyVersion.objects.visible_to(user).filter(plan=version.plan)
    others = list(rows.exclude(pk=version.pk))
    asked = whole(request.GET.get("against", "")) or at - 1
    against = next((one for one in others if one.number == asked), None)
    given = {one.side: one for one in version.standing}
    context = {
        **_said(version.content),
        "version": version,
        "against": against,
        "others": others,
        "changes": difference(against.content, version.content) if against else [],
        "sides": [(side, given.get(side)) for side in _order(user, version.plan)],
    }
    return render(request, "lessons/contingency_version.html", context)


@login_required
@require_safe
@never_cache
def contingency_paper(request: HttpRequest, number: str, at: int) -> HttpResponse:
    """The version as a PDF with labels in the reader's language and the other side's."""
    user = reader(request)
    first = get_language() or "en"
    second = request.GET.get("with", "") or partner_language(user.side, first)
    made, name = actions.print_contingency(
        _version(user, number, at), languages=(first, second), by=user
    )
    return as_file(made, name)
