"""Pages of the units and desks of both sides; each side keeps its own."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bordercoop import sentences
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale

from .. import actions
from ..access import may, units_for
from ..list_forms import DeskForm, MoveForm, RetireForm, UnitForm
from ..listing import history_of, sides_for, tree_of, what_holds
from ..models import Unit
from .lists import reader

DESK_FIELDS = ("hours", "phone", "fax", "email", "languages")


@login_required
@require_safe
@never_cache
def unit_list(request: HttpRequest) -> HttpResponse:
    """Names: `sides` (side, used and retired lines, the own side first), `may_add`."""
    user = reader(request)
    context = {
        "sides": [
            {
                "side": side,
                "used": [line for line in tree_of(side) if line.unit.retired_at is None],
                "retired": [line for line in tree_of(side) if line.unit.retired_at is not None],
            }
            for side in (*sides_for(user), "EU")
        ],
        "may_add": bool(units_for(user, "administer_lists")),
    }
    return render(request, "contactpoints/lists/units.html", context)


def _unit(code: str) -> Unit:
    rows = Unit.objects.select_related("parent", "place", "desk__point")
    return get_object_or_404(rows, code=code)


def _initial(unit: Unit) -> dict[str, Any]:
    names = {f"name_{code}": getattr(unit, f"name_{code}") for code in ("lv", "be", "ru", "en")}
    return {
        **names,
        "kind": unit.kind,
        "place": unit.place.code if unit.place else "",
        "order": unit.order,
        "version": unit.version,
    }


def _page(request: HttpRequest, unit: Unit, status: int = 200, **more: Any) -> HttpResponse:
    """Names: `unit`, `may_edit`, `form`, `move_form`, `retire_form`, `desk_form` (None without a
    desk), `holds` (sentences), `events` (for the own side's administrators), `refusal`, `stale`."""
    user: Any = request.user
    may_edit = may(user, "administer_lists", unit)
    if status != 200 and not may_edit:
        raise NotAllowed(sentences.NOT_ALLOWED)  # whatever was wrong with what was sent
    desk = getattr(unit, "desk", None)
    context = {
        "unit": unit,
        "desk": desk,
        "may_edit": may_edit,
        "form": UnitForm(by=user, unit=unit, parents=[], initial=_initial(unit)),
        "move_form": MoveForm(
            unit=unit, initial={"parent": unit.parent.code if unit.parent else ""}
        ),
        "retire_form": RetireForm(),
        "desk_form": None,
        "holds": what_holds(unit) if may_edit and unit.retired_at is None else [],
        "events": history_of(unit) if may_edit else [],
    }
    if desk is not None:
        known = {name: getattr(desk, name) for name in DESK_FIELDS}
        context["desk_form"] = DeskForm(initial=known)
    context |= more
    return render(request, "contactpoints/lists/unit.html", context, status=status)


@login_required
@never_cache
def unit_page(request: HttpRequest, code: str) -> HttpResponse:
    """A unit; for administrators of its side with its forms."""
    user, unit = reader(request), _unit(code)
    if request.method != "POST":
        return _page(request, unit)
    form = UnitForm(request.POST, by=user, unit=unit, parents=[])
    status, more = 400, {}
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.edit_unit(unit, version=given["version"] or 0, values=given, by=user)
        except Invalid as refusal:
            form.take(refusal)
        except Stale as stale:
            status = stale.status
            form.put("version", stale.current.version)
            now = _initial(stale.current)
            more = {
                "stale": str(stale),
                "stands": [
                    (form[name].label, now[name], given[name])
                    for name in now
                    if name in given and name != "version" and str(now[name]) != str(given[name])
                ],
            }
        else:
            return redirect("unit", code=code)
    return _page(request, unit, status, form=form, **more)


@login_required
@never_cache
def unit_new(request: HttpRequest) -> HttpResponse:
    """Names: `form`."""
    user = reader(request)
    parents = [u for u in units_for(user, "administer_lists") if u.kind != Unit.Kind.DESK]
    if not parents:
        raise NotAllowed(sentences.NOT_ALLOWED)
    status = 200
    if request.method == "POST":
        form, status = UnitForm(request.POST, by=user, unit=None, parents=parents), 400
        if form.is_valid():
            given = form.cleaned_data
            above = next(unit for unit in parents if unit.code == given["parent"])
            try:
                unit = actions.add_unit(given["code"], parent=above, values=given, by=user)
            except Invalid as refusal:
                form.take(refusal)
            except NotAllowed:
                raise
            except Refused as refusal:
                status = refusal.status
                form.add_error(None, str(refusal))
            else:
                return redirect("unit", code=unit.code)
    else:
        form = UnitForm(
            by=user,
            unit=None,
            parents=parents,
            initial={"parent": request.GET.get("below", ""), "kind": Unit.Kind.LOCAL},
        )
    return render(request, "contactpoints/lists/unit_new.html", {"form": form}, status=status)


@login_required
@require_POST
def unit_move(request: HttpRequest, code: str) -> HttpResponse:
    user, unit = reader(request), _unit(code)
    form = MoveForm(request.POST, unit=unit)
    if form.is_valid():
        try:
            actions.move_unit(unit, parent=_unit(form.cleaned_data["parent"]), by=user)
        except Invalid as refusal:
            form.take(refusal)
        else:
            return redirect("unit", code=code)
    return _page(request, unit, 400, move_form=form)


@login_required
@require_POST
def unit_retire(request: HttpRequest, code: str) -> HttpResponse:
    user, unit, form = reader(request), _unit(code), RetireForm(request.POST)
    status = 400
    if form.is_valid():
        try:
            actions.retire_unit(unit, on=form.cleaned_data["on"], by=user)
        except Invalid as refusal:
            form.take(refusal)
        except NotAllowed:
            raise
        except Refused as refusal:
            status = refusal.status
            form.add_error(None, str(refusal))
        else:
            return redirect("unit", code=code)
    return _page(request, unit, status, retire_form=form)


@login_required
@require_POST
def unit_restore(request: HttpRequest, code: str) -> HttpResponse:
    actions.restore_unit(_unit(code), by=reader(request))
    return redirect("unit", code=code)


@login_required
@require_POST
def desk_edit(request: HttpRequest, code: str) -> HttpResponse:
    user, unit, form = reader(request), _unit(code), DeskForm(request.POST)
    if not hasattr(unit, "desk"):
        raise Http404
    if form.is_valid():
        try:
            actions.edit_desk(unit.desk, values=form.cleaned_data, by=user)
        except Invalid as refusal:
            form.take(refusal)
        else:
            return redirect("unit", code=code)
    return _page(request, unit, 400, desk_form=form)
