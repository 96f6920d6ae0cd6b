"""The brochure: its newest edition, those before it, and a preview while nothing is agreed."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import mark_safe
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop.web.emblem import emblem
from bordercoop.web.pdf import as_file
from contactpoints.procedure_pages import chosen_language

from ..access import reads_brochure
from ..brochure import content_of, numbered, of_now, prepared, versions_in_force
from ..brochure.paper import file_name, paper
from ..models import BrochureEdition, BrochurePaper


def _language(request: HttpRequest) -> str:
    return chosen_language(request.GET.get("language"))


def _paper(edition: BrochureEdition, language: str) -> BrochurePaper:
    found: BrochurePaper = get_object_or_404(edition.papers.all(), language=language)
    return found


def _read(content: dict[str, Any]) -> dict[str, Any]:
    """Names: `content`, `figures`, `bands` of the matrix with the `least` score and the sign of
    each, `glossary` (rows of language and word)."""
    columns, least, bands = content["glossary"]["columns"], 1, []
    for level, band in enumerate(content["method"]["matrix"]["bands"], start=1):
        bands.append({**band, "least": least, "level": level, "icon": f"sev{level}"})
        least = band["until"] + 1
    return {
        "content": content,
        # Drawn by brochure/figures.py, which escapes every word in them.
        "figures": {name: mark_safe(svg) for name, svg in content["figures"].items()},  # noqa: S308
        "bands": bands,
        "glossary": [list(zip(columns, row, strict=True)) for row in content["glossary"]["rows"]],
    }


def _shown(request: HttpRequest, edition: BrochureEdition | None) -> HttpResponse:
    """Names: `edition`, `language`, `editions`, `newest`, `current` (built from what holds now),
    `holding` (whether any SOP is in force), `prepared` (codes of drafts), and those of `_read`."""
    language = _language(request)
    editions = list(BrochureEdition.objects.visible_to(request.user).with_papers())
    versions = versions_in_force()
    content = None
    if edition is not None:
        said = edition.papers.defer(None).defer("pdf")
        content = numbered(
            get_object_or_404(said, language=language).content,
            number=edition.number,
            at=edition.made_at,
        )
    context: dict[str, Any] = {
        "edition": edition,
        "language": language,
        "editions": editions,
        "newest": bool(edition and editions and editions[0].number == edition.number),
        "current": bool(edition and of_now(edition, versions)),
        "holding": bool(versions),
        "prepared": [] if versions else [version.procedure.code for version in prepared()],
        **(_read(content) if content is not None else {}),
    }
    return render(request, "riskanalysis/brochure.html", context)


@login_required
@require_safe
@never_cache
def brochure(request: HttpRequest) -> HttpResponse:
    """The newest edition, in the language asked for."""
    if not reads_brochure(request.user):
        raise Http404
    return _shown(request, BrochureEdition.objects.visible_to(request.user).with_papers().first())


@login_required
@require_safe
@never_cache
def brochure_edition(request: HttpRequest, number: int) -> HttpResponse:
    """One edition as it was built."""
    rows = BrochureEdition.objects.visible_to(request.user).with_papers()
    return _shown(request, get_object_or_404(rows, number=number))


@login_required
@require_safe
@never_cache
def brochure_pdf(request: HttpRequest, number: int) -> HttpResponse:
    """The very file that was built then."""
    edition = get_object_or_404(BrochureEdition.objects.visible_to(request.user), number=number)
    kept = _paper(edition, _language(request))
    return as_file(bytes(kept.pdf), file_name(kept.language, edition.number))


def _preview(request: HttpRequest) -> dict[str, Any]:
    """What the drafts in consultation would say; nothing once an SOP is in force."""
    versions = prepared()
    if not reads_brochure(request.user) or not versions or versions_in_force():
        raise Http404
    return content_of(_language(request), versions, agreed=False)


@login_required
@require_safe
@never_cache
def brochure_preview(request: HttpRequest) -> HttpResponse:
    """Marked as not agreed from top to bottom. Names as of an edition."""
    content = numbered(_preview(request), number=0, at=now())
    context = {**_read(content), "language": content["language"], "preview": True}
    return render(request, "riskanalysis/brochure.html", context)


@login_required
@require_safe
@never_cache
def brochure_preview_pdf(request: HttpRequest) -> HttpResponse:
    """The same on paper, not kept."""
    content = _preview(request)
    made = paper(content, number=0, at=now(), emblem=emblem())
    return as_file(made, file_name(content["language"], 0))
