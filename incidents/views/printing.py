"""Printing: the dialog that asks for the view, and the PDFs."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop.errors import Invalid
from bordercoop.web.both import Both, partner_language, two_languages
from bordercoop.web.pdf import as_file, pdf

from .. import actions
from ..access import share_for
from ..content import crosses
from ..forms import PrintForm
from ..paper import empty_form
from ..printing import View, released_copies
from .record import visible


@login_required
@require_safe
@never_cache
def incident_print(request: HttpRequest, uid: Any) -> HttpResponse:
    """Ask what is to be printed; once that was chosen, the PDF. Nothing is chosen beforehand.

    Names: `incident`, `share` (the reader's copy), `copies` (what may be printed as the shared
    view), `crosses`, `form`.
    """
    user: Any = request.user
    incident = visible(request, uid)
    share = share_for(user, incident)
    language = get_language() or "en"
    form = PrintForm(
        request.GET if "chosen" in request.GET else None,
        language=language,
        initial={"second": partner_language(user.side, language)},
    )
    if form.is_valid():
        copy = form.cleaned_data["copy"]
        try:
            printed = actions.print_incident(
                incident,
                view=View.INTERNAL if copy == View.INTERNAL else View.SHARED,
                desk="" if copy == View.INTERNAL else copy,
                languages=(language, form.cleaned_data["second"]),
                by=user,
            )
        except Invalid as refusal:
            form.add_error("copy", str(refusal))
        else:
            return as_file(printed.content, printed.name)
    context = {
        "incident": incident,
        "share": share,
        "copies": released_copies(incident) if share.own else [share],
        "crosses": crosses(incident.category.code),
        "form": form,
    }
    return render(request, "incidents/print.html", context, status=400 if form.errors else 200)


@login_required
@require_safe
@never_cache
def incident_form_pdf(request: HttpRequest) -> HttpResponse:
    """The empty form for paper, in the reader's language and a `second` one."""
    user: Any = request.user
    language, at = get_language() or "en", now()
    second = request.GET.get("second") or partner_language(user.side, language)
    both = Both(*two_languages(language, second))
    made = pdf("form.typ", empty_form(both, by=user, at=at), at=at)
    return as_file(made, f"incident-form-{language}-{second}.pdf")
