"""The report of the programme: a page, and what is taken out of it."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop.errors import Invalid
from bordercoop.web.exporting import answer

from .. import actions
from ..programme_report import Report, report_of, shown_value
from ..report_period import choices, period_of
from .kit import reader


@login_required
@require_safe
@never_cache
def programme_report(request: HttpRequest) -> HttpResponseBase:
    """With `?as=csv`, `xlsx` or `pdf` the file. Names: `report`, `tables` (table, rows: row,
    (label, text) of each column), `wrong`, `typed`, `choices`, `files` (format, query string)."""
    user, wrong, status = reader(request), {}, 200
    report: Report | None = None
    try:
        if form := request.GET.get("as", ""):
            return answer(actions.export_programme_report(request.GET, form=form, by=user))
        report = report_of(period_of(request.GET))
    except Invalid as refusal:
        wrong, status = refusal.fields, 400
    typed = {name: request.GET.get(name, "")[:40] for name in ("period", "since", "until")}
    if report is not None and not (typed["since"] or typed["until"]):
        typed["period"] = report.period.word
    files = []
    for each in ("csv", "xlsx", "pdf"):
        query = request.GET.copy()
        query["as"] = each
        files.append((each, query.urlencode()))
    context: dict[str, Any] = {
        "report": report,
        "tables": [
            (
                table,
                [
                    (
                        row,
                        [
                            (label, shown_value(value))
                            for (_key, label), value in zip(table.columns, row.values, strict=True)
                        ],
                    )
                    for row in table.rows
                ],
            )
            for table in (report.tables if report else [])
        ],
        "wrong": wrong,
        "typed": typed,
        "choices": choices(),
        "files": files,
    }
    return render(request, "training/programme_report.html", context, status=status)
