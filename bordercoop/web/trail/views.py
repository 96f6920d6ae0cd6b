"""The audit trail for the auditors and the data-protection officer of a side."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.module_loading import import_string
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bordercoop import keyset
from bordercoop.access.models import User
from bordercoop.audit.actions import record_export, record_reading
from bordercoop.audit.exporting import export_lines, sealed_rows
from bordercoop.audit.models import Entry, Seal
from bordercoop.errors import Invalid
from bordercoop.reference.sides import ZONE

from ..paging import address_of_page
from . import filters, sheet, words

PAGE = 50
SEALS = 14


def _auditor(request: HttpRequest) -> User:
    """The officer, or 404: to others the trail does not exist."""
    user = request.user
    if not isinstance(user, User) or not import_string(settings.AUDITOR_CHECK)(user):
        raise Http404
    return user


@login_required
@require_safe
@never_cache
def trail(request: HttpRequest) -> HttpResponse:
    """Names: `rows` (Entry with .words, .told [(name, value)], .seal or None), `next`, `previous`
    (query strings or None), `asked` (filters as typed), `wrong` (sentences by filter), `filtered`,
    `query` (the filters as an address), `verbs` [(code, words)], `own` (the trail's side is the
    reader's), `seals` (the latest, newest first)."""
    user = _auditor(request)
    asked = filters.asked(request.GET)
    wrong: dict[str, Any] = {}
    try:
        rows = filters.filtered(user, asked, zone=ZONE[user.side])
        page = keyset.page(
            rows.select_related("actor"),
            ("-at", "-id"),
            size=PAGE,
            cursor=request.GET.get("cursor", ""),
        )
    except Invalid as refusal:
        wrong, page = refusal.fields, keyset.Page([], None, None)
    side = filters.trail_of(user, asked)
    # A trail says what officers did, and when: whoever reads it is in it as well.
    record_reading(f"trail:{side or filters.SYSTEM}", by=user)
    _draw(page.rows, side)
    context = {
        "rows": page.rows,
        "next": address_of_page(request, page.next),
        "previous": address_of_page(request, page.previous),
        "asked": asked,
        "wrong": wrong,
        "filtered": any(asked.values()),
        "query": _query(request),
        "verbs": sorted(((code, str(text)) for code, text in words.VERBS.items()), key=_by_words),
        "own": side == user.side,
        "seals": Seal.objects.filter(side=side).order_by("-day")[:SEALS],
    }
    return render(request, "audit/trail.html", context, status=400 if wrong else 200)


@login_required
@require_POST
def sheet_export(request: HttpRequest) -> StreamingHttpResponse:
    """The filtered rows as CSV; the filters stand in the address, as on the page."""
    user = _auditor(request)
    asked = filters.asked(request.GET)
    rows = filters.filtered(user, asked, zone=ZONE[user.side])
    last = rows.order_by("-pk").values_list("pk", flat=True).first() or 0
    rows = rows.filter(pk__lte=last)
    record_export("audit", by=user, filter=asked, rows=rows.count())
    name = f"audit-{filters.trail_of(user, asked) or filters.SYSTEM}-{localdate()}.csv"
    lines = sheet.lines(rows, zone=ZONE[user.side], language=user.language)
    return _file(lines, name, "text/csv; charset=utf-8")


@login_required
@require_POST
def sealed_export(request: HttpRequest) -> StreamingHttpResponse:
    """The whole sealed trail, for check_export.py on a machine of the side's own."""
    user = _auditor(request)
    asked = filters.asked(request.GET)
    side = filters.trail_of(user, asked)
    record_export("sealed audit", by=user, filter={"trail": asked["trail"]}, rows=sealed_rows(side))
    name = f"audit-{side or filters.SYSTEM}-sealed-{localdate()}.jsonl"
    return _file(export_lines(side), name, "application/jsonl")


def _file(lines: Any, name: str, kind: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse((line.encode() for line in lines), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _draw(rows: list[Any], side: str) -> None:
    """Words, facts and the seal of its day on each row, by one statement."""
    days = {entry.at.astimezone(UTC).date() for entry in rows}
    seals = {seal.day: seal for seal in Seal.objects.filter(side=side, day__in=days)}
    for entry in rows:
        entry.words, entry.told = words.verb(entry.verb), words.facts(entry.facts)
        entry.seal = seals.get(_utc_day(entry))


def _utc_day(entry: Entry) -> Any:
    return entry.at.astimezone(UTC).date()


def _by_words(choice: tuple[str, str]) -> str:
    return choice[1].casefold()


def _query(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("cursor", None)
    return f"?{query.urlencode()}" if query else ""
