"""The library of materials: the list, one material with its versions, files to save."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop.access.models import Language
from bordercoop.errors import NotAllowed, Refused
from bordercoop.files.serving import as_attachment
from bordercoop.reference.models import terms
from incidents.investigation.form_kit import carried_out

from .. import actions
from ..access import agrees
from ..course_forms import MaterialForm, VersionForm
from ..library import on_shelf
from ..models import Material, MaterialVersion
from .kit import reader


@login_required
@require_safe
@never_cache
def materials(request: HttpRequest) -> HttpResponse:
    """Names: `rows` (each with `newest`), `shelf` (library.OnShelf), `may_write`, `languages`,
    `language` that was asked for."""
    user = reader(request)
    language = request.GET.get("language", "")
    rows = Material.objects.visible_to(user).standing().select_related("course")
    shelf = on_shelf(user)
    if language in Language.values:
        rows = rows.filter(language=language)
        shelf = [one for one in shelf if one.language == language]
    found = list(rows)
    newest: dict[int, MaterialVersion] = {}
    versions = MaterialVersion.objects.visible_to(user).filter(material__in=found)
    for version in versions.order_by("number"):
        newest[version.material_id] = version
    context = {
        "rows": [(row, newest.get(row.pk)) for row in found],
        "shelf": shelf,
        "may_write": agrees(user),
        "languages": Language.choices,
        "language": language,
    }
    return render(request, "training/materials.html", context)


@login_required
@never_cache
def material_new(request: HttpRequest) -> HttpResponse:
    """Names: `form`."""
    user = reader(request)
    if not agrees(user):
        raise NotAllowed(_("A coordinator at the head of a side writes courses and materials."))
    form, status = MaterialForm(request.POST or None, request.FILES or None, by=user), 200
    if request.method == "POST":
        made: list[Material] = []
        status = carried_out(
            form,
            lambda given: made.append(
                actions.add_material(
                    given["file"], client_ref=given["client_ref"], by=user, **form.said()
                )
            ),
        )
        if not status:
            return redirect("material", uid=made[0].uid)
    return render(request, "training/material_form.html", {"form": form}, status=status)


@login_required
@never_cache
def material_page(request: HttpRequest, uid: Any) -> HttpResponse:
    """Names: `material`, `versions`, `topics`, `may_write`, `change_form`, `file_form`,
    `refusal`."""
    user = reader(request)
    rows = Material.objects.visible_to(user).select_related("course", "by")
    material, status = get_object_or_404(rows, uid=uid), 200
    more: dict[str, Any] = {}
    if request.method == "POST":
        try:
            status = _do(request, material, user, more)
        except NotAllowed:
            raise
        except Refused as refusal:
            if refusal.status == 404:
                raise
            status, more["refusal"] = refusal.status, str(refusal)
        if not status:
            done = request.POST.get("do") == "remove"
            return redirect("materials") if done else redirect("material", uid=uid)
        material = get_object_or_404(rows, uid=uid)
    writes = material.side == user.side and agrees(user) and material.removed_at is None
    if writes:
        first = {
            "title": material.title, "language": material.language, "topics": material.topics,
            "audience": "both" if material.joint else "own",
            "course": str(material.course.uid) if material.course else "",
        }  # fmt: skip
        more.setdefault(
            "change_form",
            MaterialForm(by=user, material=material, initial=first, auto_id="change_%s"),
        )
        more.setdefault("file_form", VersionForm(by=user, auto_id="file_%s"))
    names = terms("training_topic")
    versions = MaterialVersion.objects.visible_to(user).filter(material=material)
    context = {
        "material": material,
        "versions": versions.select_related("by"),
        "topics": [names[code].name for code in material.topics if code in names],
        "may_write": writes,
        **more,
    }
    return render(request, "training/material.html", context, status=status)


def _do(request: HttpRequest, material: Material, user: Any, more: dict[str, Any]) -> int:
    do = request.POST.get("do", "")
    if do == "remove":
        actions.remove_material(material, by=user)
    elif do == "version":
        file = VersionForm(request.POST, request.FILES, by=user, auto_id="file_%s")
        more |= {"file_form": file, "form": file}
        return carried_out(
            file, lambda given: actions.add_material_version(material, given["file"], by=user)
        )
    elif do == "change":
        form = MaterialForm(request.POST, by=user, material=material, auto_id="change_%s")
        more |= {"change_form": form, "form": form}
        return carried_out(
            form, lambda _given: actions.change_material(material, by=user, **form.said())
        )
    return 0


@login_required
@require_safe
@never_cache
def material_file(request: HttpRequest, uid: Any) -> HttpResponseBase:
    """A version of a material, to save."""
    user = reader(request)
    row = get_object_or_404(MaterialVersion.objects.visible_to(user), uid=uid)
    found = actions.download_material(row, by=user)
    return as_attachment(found.file, found.name, found.mime)
