"""Translating what an incident says."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from bordercoop.errors import NotAllowed, Refused
from bordercoop.reference.translated import TextMark
from contactpoints.access import may

from .. import actions
from ..access import share_for
from ..board_forms import TextForm
from ..texts import LANGUAGES, TRANSLATABLE, machine_draft, tabs, to_translate
from .record import visible


def _first(share: Any, found: list[Any], language: str) -> dict[str, Any]:
    """What the form shows at first: the last translation into this language, or nothing."""
    tab = next((tab for tab in found if tab.language == language), None)
    text = tab.texts[0] if tab is not None and tab.texts else None
    first = {"version": share.version, "language": language}
    if text is not None:
        first |= {"headline": text.headline, "narrative": text.narrative, "mark": text.mark.value}
    return first


@login_required
@never_cache
def incident_texts(request: HttpRequest, uid: Any) -> HttpResponse:
    """Names: `incident`, `share`, `tabs`, `form`, `language`, `languages` (those to translate
    into), `to_translate` (names of texts), `machine` (whether one is at hand), `refusal` (a
    sentence or "")."""
    incident = visible(request, uid)
    user: Any = request.user
    share = share_for(user, incident)
    if not may(user, "translate_incidents", share.unit_id):
        if request.method == "POST":
            actions.translate_text(incident, language="", by=user)  # says why not
        raise NotAllowed(
            _("Your posting does not allow translating. Ask an interpreter or an officer on duty.")
        )
    original = share.fields.get("language") or ""
    into = {code: name for code, name in LANGUAGES.items() if code != original}
    asked = request.POST if request.method == "POST" else request.GET
    language = asked.get("language", "")
    if language not in into:
        language = user.language if user.language in into else next(iter(into))
    found = tabs(incident, share, user)
    refusal, status = "", 200
    form = TextForm(initial=_first(share, found, language))
    if request.method == "POST" and "draft" in request.POST:
        draft = machine_draft(share.fields, language) or {}
        first = {"version": share.version, "language": language, "mark": TextMark.MACHINE.value}
        form = TextForm(initial={**first, **draft})
    elif request.method == "POST":
        form, status = TextForm(request.POST), 400
        try:
            if form.is_valid():
                given = form.cleaned_data
                actions.translate_text(
                    incident,
                    language=given["language"],
                    mark=given["mark"],
                    version=given["version"],
                    audience=given["audience"] or "own",
                    by=user,
                    **{name: given[name] for name in TRANSLATABLE},
                )
                response = redirect("incident", uid=uid)
                response["Location"] += f"?text={given['language']}"
                return response
        except Refused as no:
            if no.status in (403, 404):
                raise
            form.take(no)
            refusal, status = str(no), no.status
            incident = visible(request, uid)
            share = share_for(user, incident)
    context = {
        "incident": incident,
        "share": share,
        "tabs": found,
        "to_translate": to_translate(share.fields),
        "form": form,
        "language": language,
        "languages": into.items(),
        "machine": machine_draft({}, language) is not None,
        "refusal": refusal,
    }
    return render(request, "incidents/texts.html", context, status=status)
