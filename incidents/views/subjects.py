"""Subject access: what the own side keeps of a person, and who asked for that."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bordercoop import keyset
from bordercoop.audit.actions import record_reading
from bordercoop.errors import Invalid, Refused
from bordercoop.web.both import partner_language
from bordercoop.web.paging import address_of_page
from bordercoop.web.pdf import as_file
from contactpoints.access import audited_side, units_where

from .. import actions
from ..models import SubjectSearch
from ..retention_forms import SubjectForm

PAGE = 50


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def subject_access(request: HttpRequest) -> HttpResponse:
    """Search by POST, so that no name stands in an address; `pdf` in it gives the paper.

    Names: `form`, `answer` (None until searched), `audits` (the log is offered).
    """
    user: Any = request.user
    if not units_where(user, "search_subjects"):
        raise Http404
    form, answer, status = SubjectForm(request.POST or None), None, 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                if "pdf" in request.POST:
                    language = get_language() or "en"
                    pair = (language, partner_language(user.side, language))
                    printed = actions.print_subject_search(
                        **form.cleaned_data, languages=pair, by=user
                    )
                    return as_file(printed.content, printed.name)
                answer, status = actions.search_subjects(**form.cleaned_data, by=user), 200
            except Invalid as refusal:
                form.take(refusal)
            except Refused as refusal:
                if refusal.code != "rate_limited":
                    raise
                form.take(refusal)
                status = refusal.status
    context = {"form": form, "answer": answer, "audits": audited_side(user)}
    return render(request, "incidents/subject_access.html", context, status=status)


@login_required
@require_safe
@never_cache
def subject_access_log(request: HttpRequest) -> HttpResponse:
    """Who searched, when, for which request and how much was found; never for whom.

    Names: `rows` (SubjectSearch), `searches` (the search is offered), `next`, `previous`.
    """
    user: Any = request.user
    side = audited_side(user)
    if not side:
        raise Http404
    record_reading(f"trail:subjects:{side}", by=user)
    page = keyset.page(
        SubjectSearch.objects.of_side(side), ("-at", "-id"), size=PAGE,
        cursor=request.GET.get("cursor", ""),
    )  # fmt: skip
    context = {
        "rows": page.rows,
        "searches": bool(units_where(user, "search_subjects")),
        "next": address_of_page(request, page.next),
        "previous": address_of_page(request, page.previous),
    }
    return render(request, "incidents/subject_access_log.html", context)
