"""The register of border signs: list, one sign, inspecting it; joint inspections of the line."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop.errors import NotAllowed, Refused
from bordercoop.files.kinds import BY_CODE
from bordercoop.files.serving import as_attachment
from bordercoop.files.store import open_stored
from bordercoop.reference.models import Place
from bordercoop.web.exporting import export_page
from contactpoints.access import units_for
from contactpoints.models import Unit

from .. import actions
from ..investigation.form_kit import ReasonForm, carried_out
from ..investigation.register import (
    UNKNOWN,
    SignRow,
    all_signs,
    numbers_for,
    reads_register,
    register,
    register_listing,
    rows_of,
    sign_with,
    stretch,
)
from ..investigation.sign_forms import (
    AgreeForm,
    FinishForm,
    InspectForm,
    LineForm,
    RepairForm,
    ResultForm,
)
from ..models import Condition, LineInspection, SignInspection, SignPhoto, SignRepair

MOST = 200


def _reader(request: HttpRequest) -> Any:
    """The officer, who reads the register; 404 for everybody else."""
    if not reads_register(request.user):
        raise Http404
    return request.user


def _units(user: Any) -> list[Unit]:
    """Units for which the officer inspects signs."""
    return [u for u in units_for(user, "inspect_signs") if u.kind != Unit.Kind.DESK]


def _sign(code: str) -> Place:
    sign = sign_with(code)
    if sign is None:
        raise Http404
    return sign


def _on_map(row: SignRow) -> dict[str, Any]:
    """JSON for the page's script."""
    return {
        "name": row.place.name,
        "lat": row.place.lat,
        "lon": row.place.lon,
        "condition": row.condition,
        "label": row.label,
        "verified": row.place.position_verified,
        "url": reverse("sign", args=[row.place.code]),
    }


@login_required
@require_safe
@never_cache
def sign_list(request: HttpRequest) -> HttpResponse:
    """Names: `rows` (SignRow), `total`, `asked`, `conditions`, `on_map` (for the script),
    `unverified` (how many positions are), `may_inspect`, `lines` (joint inspections that go on)."""
    user = _reader(request)
    rows = register(request.GET)
    asked = {name: request.GET.get(name, "")[:100] for name in ("condition", "position", "q")}
    context = {
        "rows": rows[:500],
        "total": len(all_signs()),
        "asked": asked,
        "filtered": any(asked.values()),
        "conditions": [("broken", ""), (UNKNOWN, ""), *Condition.choices],
        "unverified": sum(not row.place.position_verified for row in rows),
        "on_map": [_on_map(row) for row in rows if row.place.lat is not None],
        "may_inspect": bool(_units(user)),
        "going_on": LineInspection.objects.visible_to(user)
        .filter(state__in=["proposed", "agreed"])
        .count(),
    }
    return render(request, "incidents/investigation/signs.html", context)


@login_required
@require_safe
@never_cache
def signs_export(request: HttpRequest) -> HttpResponseBase:
    user = _reader(request)
    return export_page(
        request,
        lambda: register_listing(user),
        lambda form: actions.export_signs(form=form, by=user),
        back=reverse("signs"),
    )


def _sign_page(request: HttpRequest, sign: Place, status: int = 200, **more: Any) -> HttpResponse:
    """Names for sign.html: `row` (SignRow), `inspections` (with `photos` and `opened`: (uid,
    number) or None), `repairs` (each with its `finish_form` and `drop_form`), `may_inspect`,
    `plan_form`."""
    user: Any = request.user
    units = _units(user)
    inspections: list[Any] = list(
        SignInspection.objects.visible_to(user)
        .filter(sign=sign)
        .select_related("by", "unit", "line")
        .prefetch_related("photos")[:MOST]
    )
    numbers = numbers_for(user, inspections)
    for one in inspections:
        one.opened = numbers.get(one.incident_id or 0)
    row = rows_of([sign])[0]
    rows = SignRepair.objects.visible_to(user).filter(sign=sign)
    repairs: list[Any] = list(rows.select_related("by", "unit", "ended_by")[:MOST])
    asked = more.get("asked")
    for one in repairs:
        one.finish_form = FinishForm(by=user, auto_id=f"finish{one.pk}_%s")
        one.drop_form = ReasonForm(by=user, auto_id=f"drop{one.pk}_%s")
        if one.uid == asked:
            one.finish_form = more.get("finish_form", one.finish_form)
            one.drop_form = more.get("drop_form", one.drop_form)
    context = {
        "sign": sign,
        "row": row,
        "inspections": inspections,
        "repairs": repairs,
        "may_inspect": bool(units) and sign.retired_at is None,
        "plan_form": RepairForm(by=user, units=units, auto_id="plan_%s") if units else None,
        "on_map": [_on_map(row)] if sign.lat is not None else [],
        **more,
    }
    return render(request, "incidents/investigation/sign.html", context, status=status)


@login_required
@never_cache
def sign_page(request: HttpRequest, code: str) -> HttpResponse:
    user = _reader(request)
    sign = _sign(code)
    if request.method != "POST":
        return _sign_page(request, sign)
    asked = request.POST.get("do", "")
    if asked == "plan":
        units = _units(user)
        if not units:
            raise NotAllowed(_no_inspector())
        form: Any = RepairForm(request.POST, by=user, units=units, auto_id="plan_%s")
        status = carried_out(
            form,
            lambda given: actions.plan_repair(
                sign,
                unit=form.unit,
                what=given["what"],
                due=given["due"],
                language=given["language"],
                client_ref=given["client_ref"],
                by=user,
            ),
        )
        if not status:
            return redirect("sign", code=code)
        return _sign_page(request, sign, status, plan_form=form, form=form)
    rows = SignRepair.objects.visible_to(user).filter(sign=sign)
    repair = get_object_or_404(rows, uid=_uid(request.POST.get("repair", "")))
    if asked == "drop":
        form = ReasonForm(request.POST, by=user, auto_id=f"drop{repair.pk}_%s")
        status = carried_out(
            form, lambda given: actions.drop_repair(repair, reason=given["reason"], by=user)
        )
        more = {"drop_form": form}
    else:
        form = FinishForm(request.POST, by=user, auto_id=f"finish{repair.pk}_%s")
        status = carried_out(
            form,
            lambda given: actions.finish_repair(
                repair, done_at=given["done_at"], note=given["note"], by=user
            ),
        )
        more = {"finish_form": form}
    if not status:
        return redirect("sign", code=code)
    return _sign_page(request, sign, status, asked=repair.uid, form=form, **more)


def _uid(typed: str) -> Any:
    """A public id, or None for what is none."""
    try:
        return uuid.UUID(typed)
    except ValueError:
        return None


def _no_inspector() -> str:
    return _("Your posting does not let you inspect border signs.")


@login_required
@never_cache
def sign_inspect(request: HttpRequest, code: str) -> HttpResponse:
    """The inspection of one sign. Names: `sign`, `row`, `form`."""
    user = _reader(request)
    sign = _sign(code)
    units = _units(user)
    if not units:
        raise NotAllowed(_no_inspector())
    status = 200
    if request.method == "POST":
        form: Any = InspectForm(request.POST, request.FILES, by=user, units=units)
        status = carried_out(
            form,
            lambda given: actions.inspect_sign(
                sign,
                unit=form.unit,
                condition=given["condition"],
                seen=given["seen"],
                at=given["at"],
                language=given["language"],
                photos=given["photos"],
                client_ref=given["client_ref"],
                by=user,
            ),
        )
        if not status:
            return redirect("sign", code=code)
    else:
        form = InspectForm(by=user, units=units, initial={"at": now()})
    context = {"sign": sign, "row": rows_of([sign])[0], "form": form}
    return render(request, "incidents/investigation/sign_inspect.html", context, status=status)


@login_required
@require_safe
def sign_photo(request: HttpRequest, uid: Any) -> HttpResponseBase:
    """A photo as both sides see it. It never changes, so a browser may keep it for the session."""
    user = _reader(request)
    photo = get_object_or_404(SignPhoto.objects.visible_to(user), uid=uid)
    return as_attachment(open_stored(photo.sha256), photo.name, BY_CODE[photo.kind].mime)


# --- joint inspections


@login_required
@never_cache
def sign_lines(request: HttpRequest) -> HttpResponse:
    """Names: `lines` (newest first), `form` (or None), `may_inspect`."""
    user = _reader(request)
    units = _units(user)
    form: Any = LineForm(by=user, units=units) if units and all_signs() else None
    status = 200
    if request.method == "POST":
        if form is None:
            raise NotAllowed(_no_inspector())
        form = LineForm(request.POST, by=user, units=units)
        made: list[LineInspection] = []
        status = carried_out(
            form,
            lambda given: made.append(
                actions.propose_line(
                    unit=form.unit,
                    first=_sign(given["first"]),
                    last=_sign(given["last"]),
                    at=given["at"],
                    note=given["note"],
                    language=given["language"],
                    client_ref=given["client_ref"],
                    by=user,
                )
            ),
        )
        if not status:
            return redirect("sign_line", uid=made[0].uid)
    rows = LineInspection.objects.visible_to(user).select_related("first", "last")
    context = {"lines": list(rows[:MOST]), "form": form}
    return render(request, "incidents/investigation/sign_lines.html", context, status=status)


def _line_page(
    request: HttpRequest, line: LineInspection, status: int = 200, **more: Any
) -> HttpResponse:
    """Names for sign_line.html: `line`, `signs` (sign, result or None, form or None),
    `confirmed` (side -> confirmation of the present results), `own`, `may`, `begun`,
    `agree_form`, `reason_form`, `refusal`."""
    user: Any = request.user
    units = _units(user)
    results = {row.sign_id: row for row in line.results.select_related("by")}
    writes = bool(units) and line.state == "agreed" and line.at <= now()
    typed = more.get("typed")
    signs = []
    for sign in stretch(line):
        row = results.get(sign.pk)
        form = None
        if writes:
            first = {
                "sign": sign.code,
                "version": row.version if row else 0,
                "condition": row.condition if row else "good",
                "seen": row.seen if row else "",
                "language": row.language if row else user.language,
            }
            form = ResultForm(by=user, initial=first, auto_id=f"{sign.code}_%s")
            if typed is not None and typed.data.get("sign") == sign.code:
                form = typed
        signs.append((sign, row, form))
    present = line.confirmations.filter(sha256=line.sha256).select_related("by")
    context = {
        "line": line,
        "signs": signs,
        "confirmed": list(present),
        "confirmed_own": any(one.side == user.side for one in present),
        "own": line.side == user.side,
        "may": bool(units),
        "begun": line.at <= now(),
        "agree_form": AgreeForm(by=user, units=units, auto_id="agree_%s"),
        "reason_form": ReasonForm(by=user, auto_id="reason_%s"),
        "refusal": "",
        **more,
    }
    return render(request, "incidents/investigation/sign_line.html", context, status=status)


@login_required
@never_cache
def sign_line(request: HttpRequest, uid: Any) -> HttpResponse:
    user = _reader(request)
    rows = LineInspection.objects.visible_to(user)
    rows = rows.select_related("first", "last", "unit", "other_unit", "by", "answered_by")
    line = get_object_or_404(rows, uid=uid)
    if request.method != "POST":
        return _line_page(request, line)
    asked, units = request.POST.get("do", ""), _units(user)
    if not units:
        raise NotAllowed(_no_inspector())
    more: dict[str, Any] = {}
    if asked == "confirm":
        try:
            actions.confirm_line(line, sha256=request.POST.get("sha256", "")[:64], by=user)
            status = 0
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            status, more = refusal.status, {"refusal": str(refusal)}
    elif asked == "result":
        form: Any = ResultForm(
            request.POST, by=user, auto_id=f"{request.POST.get('sign', '')[:40]}_%s"
        )
        status = carried_out(
            form,
            lambda given: actions.write_result(
                line,
                _sign(given["sign"]),
                condition=given["condition"],
                seen=given["seen"],
                language=given["language"],
                version=given["version"],
                by=user,
            ),
        )
        more = {"typed": form, "form": form}
    elif asked == "agree":
        form = AgreeForm(request.POST, by=user, units=units, auto_id="agree_%s")
        status = carried_out(form, lambda _given: actions.agree_line(line, unit=form.unit, by=user))
        more = {"agree_form": form, "form": form}
    else:
        form = ReasonForm(request.POST, by=user, auto_id="reason_%s")
        status = carried_out(
            form, lambda given: actions.decline_line(line, reason=given["reason"], by=user)
        )
        more = {"reason_form": form, "form": form}
    if not status:
        return redirect("sign_line", uid=uid)
    line = rows.get(uid=uid)
    return _line_page(request, line, status, **more)
