"""Impact levels of the border sections: both sides' views, setting the own one, history."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from incidents.investigation.form_kit import carried_out

from .. import actions
from ..level_forms import LevelForm
from ..levels import changed_lately, sections_for
from ..models import SectionLevel
from ..register_access import writing_units
from ..section_codes import agreed_levels, section_orders, source_of_levels
from .kit import reader, units_of_writer

MOST = 200


@login_required
@require_safe
@never_cache
def section_levels(request: HttpRequest) -> HttpResponse:
    """Names: `sections` (Section), `agreed` (what each level means), `source`, `may_set`,
    `changed` (Change)."""
    user = reader(request)
    context = {
        "sections": sections_for(user),
        "agreed": agreed_levels(),
        "source": source_of_levels(),
        "changed": changed_lately(),
        "may_set": bool(writing_units(user)),
        "tab": "sections",
    }
    return render(request, "riskanalysis/sections.html", context)


@login_required
@never_cache
def section_level(request: HttpRequest, code: str) -> HttpResponse:
    """One section. Names: `section` (Section), `history`, `agreed`, `form` (or None)."""
    user = reader(request)
    if code not in section_orders():
        raise Http404
    may_set, status = bool(writing_units(user)), 200
    form: Any = LevelForm(by=user) if may_set else None
    if request.method == "POST":
        units_of_writer(user, _("Analysts of the two services say which level a section has."))
        form = LevelForm(request.POST, by=user)
        status = carried_out(
            form,
            lambda given: actions.set_section_level(
                section=code, level=given["level"], why=given["why"], until=given["until"],
                language=given["language"], client_ref=given["client_ref"], by=user,
            ),
        )  # fmt: skip
        if not status:
            return redirect("section_level", code=code)
    context = {
        "section": next(one for one in sections_for(user) if one.code == code),
        "history": SectionLevel.objects.filter(section=code).select_related("by")[:MOST],
        "agreed": agreed_levels(),
        "form": form,
        "tab": "sections",
    }
    return render(request, "riskanalysis/section.html", context, status=status)
