"""The page on which a list is taken out of the portal, and the answer that holds it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from bordercoop.errors import Invalid
from bordercoop.files.serving import as_stream
from bordercoop.tables.listing import Export, Listing


def export_page(
    request: HttpRequest,
    listing: Callable[[], Listing],
    export: Callable[[str], Export],
    *,
    back: str,
) -> HttpResponseBase:
    """With `?as=csv` the file, else what it would hold and the formats to choose from.

    Names: `listing`, `links` (format, query string), `back` (address of the list), `wrong`.
    """
    wrong: dict[str, Any] = {}
    if form := request.GET.get("as", ""):
        try:
            return answer(export(form))
        except Invalid as refusal:
            wrong = refusal.fields
    found = None
    try:
        found = listing()
    except Invalid as refusal:
        wrong = refusal.fields
    links = []
    for each in found.formats if found else []:
        query = request.GET.copy()
        query["as"] = each
        links.append((each, query.urlencode()))
    kept = request.GET.copy()
    kept.pop("as", None)
    context = {
        "listing": found,
        "links": links,
        "back": f"{back}?{kept.urlencode()}" if kept else back,
        "wrong": wrong,
    }
    response: HttpResponse = render(
        request, "tables/export.html", context, status=400 if wrong else 200
    )
    return response


def answer(made: Export) -> HttpResponseBase:
    return as_stream(made.pieces, made.name, made.mime)
