"""Pages to read, open to everybody: help, glossary, about. They hold nothing of anybody's work."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

import bordercoop

from . import documents

LONGEST = 80
CHAPTERS = {
    "Who and where": _("Who and where"),
    "Incident": _("Incident"),
    "Release, alert, acknowledgement": _("Release, alert, acknowledgement"),
    "Joint investigation": _("Joint investigation"),
    "Risk analysis": _("Risk analysis"),
    "Training, visits, operations": _("Training, visits, operations"),
    "Lists": _("Lists"),
    "Always": _("Used everywhere"),
}
# What others made and the portal shows or uses: (what, licence). README.md says the same.
OTHERS = (
    (_("Map: land"), "Natural Earth", _("public domain")),
    (_("Map: border line, rivers and lakes"), "GSHHG", "LGPL-3"),
    (_("Crossing points"), "© OpenStreetMap", "ODbL 1.0"),
    (_("Airports"), "OpenFlights", "ODbL 1.0"),
    (_("Towns"), "GeoNames", "CC BY 4.0"),
    (_("Names of places"), "Wikipedia", "CC BY-SA 4.0"),
    (_("Open-source records"), "IOM Missing Migrants Project", "CC BY 4.0"),
    (_("Fonts"), "IBM Plex", "OFL 1.1"),
    (_("Icons"), "Tabler Icons", "MIT"),
    (_("Scripts"), "Leaflet, htmx", "BSD-2-Clause, 0BSD"),
)


def _language() -> str:
    return (get_language() or "en").split("-")[0]


@require_safe
def help_index(request: HttpRequest) -> HttpResponse:
    pages = [documents.topic(code, _language()) for code in documents.topics()]
    return render(request, "reading/help.html", {"topics": pages})


@require_safe
def help_topic(request: HttpRequest, topic: str) -> HttpResponse:
    """One help page in the reader's language; 404 for a topic that is not there."""
    page = documents.topic(topic, _language())
    if page is None:
        raise Http404
    pages = [documents.topic(code, _language()) for code in documents.topics()]
    return render(request, "reading/help_topic.html", {"topic": page, "topics": pages})


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """Every term side by side, the reader's language first. `q` filters."""
    query = " ".join(request.GET.get("q", "")[:LONGEST].replace("\x00", "").split())
    own = _language()
    order = [own, *(code for code in ("lv", "be", "ru", "en") if code != own)]
    names = dict(settings.LANGUAGES)
    chapters = [
        {
            "heading": CHAPTERS.get(chapter.heading, chapter.heading),
            "rows": [
                (entry, [(code, names[code], entry.name(code)) for code in order])
                for entry in chapter.entries
            ],
        }
        for chapter in documents.glossary(query)
    ]
    context: dict[str, Any] = {
        "chapters": chapters,
        "columns": [(code, names[code]) for code in order],
        "query": query,
        "count": sum(len(chapter["rows"]) for chapter in chapters),
    }
    return render(request, "reading/glossary.html", context)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """`funding`, `emblem`: the donor's statement in the reader's language, and its picture."""
    texts = settings.FUNDING_STATEMENT
    context = {
        "version": bordercoop.VERSION,
        "others": OTHERS,
        "funding": texts.get(_language()) or texts.get(""),
        "emblem": settings.FUNDING_EMBLEM,
        "source": settings.ACTION_SOURCE,
    }
    return render(request, "reading/about.html", context)
