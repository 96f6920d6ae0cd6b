"""Standard phrases: the book, and one said to the other side."""

import contextlib
import uuid
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bordercoop.errors import Refused, Stale
from bordercoop.reference.models import Phrase, phrases, terms, wording_of
from bordercoop.reference.phrases import SLOTS

from ..access import SERVICES, grants_of, may_propose
from ..phrase_forms import PhraseForm
from ..purposes import Purpose, purpose_of
from ..saying import (
    REWORDED,
    Reading,
    readings,
    say,
    text_of,
    usable_headlines,
    usable_phrases,
)


def _gapped(phrase: Phrase) -> dict[str, Any]:
    return {"phrase": phrase.code, "version": phrase.version, "values": {}}


def _groups(side: str, readers: list[str], *, whole: bool = False) -> list[dict[str, Any]]:
    """The phrases by group: label, and rows of phrase, text, readings and category; of the `whole`
    book with the headlines of reports."""
    found: dict[str, list[dict[str, Any]]] = {}
    for phrase in [*usable_phrases(), *(usable_headlines() if whole else ())]:
        kept = _gapped(phrase)
        found.setdefault(phrase.group, []).append(
            {
                "phrase": phrase,
                "text": text_of(kept, side),
                "readings": readings(kept, readers),
                "category": terms("incident_category").get(phrase.category),
            }
        )
    return [
        {"label": label, "code": code, "rows": found[code]}
        for code, label in Phrase.Group.choices
        if code in found
    ]


def _others(user: Any) -> list[str]:
    return [side.value for side in SERVICES if side != user.side]


@login_required
@require_safe
@never_cache
def phrase_book(request: HttpRequest) -> HttpResponse:
    """Names: `groups` (label, rows), `may_propose`."""
    user: Any = request.user
    if not grants_of(user):
        raise Http404
    context = {
        "groups": _groups(user.side, _others(user), whole=True),
        "may_propose": may_propose(user),
    }
    return render(request, "contactpoints/phrases/book.html", context)


@login_required
@require_safe
@never_cache
def phrase_choose(request: HttpRequest, use: str, uid: uuid.UUID) -> HttpResponse:
    """Names: `purpose`, `use`, `uid`, `groups`, `query` (what was chosen beside the phrase)."""
    user: Any = request.user
    purpose = purpose_of(use, user, uid)
    context = {
        "purpose": purpose,
        "use": use,
        "uid": uid,
        "groups": _groups(user.side, []),
        "query": urlencode(_chosen(request, purpose), doseq=True),
    }
    return render(request, "contactpoints/phrases/choose.html", context)


def _chosen(request: HttpRequest, purpose: Purpose) -> dict[str, Any]:
    """What the page that led here had chosen of the fields beside the phrase, or had seen."""
    found: dict[str, Any] = {}
    for name, field in purpose.beside.items():
        if name not in request.GET:
            continue
        if isinstance(field, forms.ChoiceField):
            many = isinstance(field, forms.MultipleChoiceField)
            found[name] = request.GET.getlist(name)[:100] if many else request.GET[name]
        elif field.widget.is_hidden:
            with contextlib.suppress(forms.ValidationError):
                seen = field.clean(request.GET[name])
                found |= {name: seen} if seen is not None else {}
    return found


def _previewed(form: PhraseForm, phrase: Phrase, purpose: Purpose, user: Any) -> dict[str, Any]:
    """The phrase with what is filled in rightly: `own`, and `readings` of the other side."""
    values: dict[str, Any] = {}
    for name, value in form.values().items():
        values[name] = f"{value:%Y-%m-%dT%H:%M:%SZ}" if SLOTS[name].kind == "time" else value
    if not form.is_bound:
        values = {}
    kept = {**_gapped(phrase), "values": values}
    found: list[Reading] = readings(kept, purpose.readers)
    return {"own": text_of(kept, user.side), "readings": found}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def phrase_say(request: HttpRequest, use: str, uid: uuid.UUID, code: str) -> HttpResponse:
    """Fill the slots, see what the other side reads, send.

    Names: `purpose`, `use`, `uid`, `phrase`, `form`, `own` and `readings`, `refusal`, `query`.
    """
    user: Any = request.user
    purpose = purpose_of(use, user, uid)
    phrase, behind = _phrase(request, code)
    chosen = _chosen(request, purpose)
    parts: dict[str, Any] = {"by": user, "more": purpose.beside, "chosen": chosen}
    form = PhraseForm(request.POST or None, phrase=phrase, wording=behind, **parts)
    more: dict[str, Any] = {"purpose": purpose, "use": use, "uid": uid, "phrase": phrase}
    more["query"] = urlencode(chosen, doseq=True)
    deed, status = request.POST.get("do", ""), 200
    stale = bool(behind)
    if request.method == "POST" and not form.is_valid():
        status = 400
    elif deed in {one.name for one in purpose.deeds}:
        try:
            return redirect(_send(purpose, deed, phrase, form))
        except Stale:
            stale = True
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            status, stale = refusal.status, False
            form.take(refusal)
    if stale:
        status, more["refusal"] = Stale.status, REWORDED
        data: Any = request.POST.copy()
        data["version"] = str(phrase.version)
        form = PhraseForm(data, phrase=phrase, **parts)
        form.is_valid()
    more |= {"form": form, **_previewed(form, phrase, purpose, user)}
    return render(request, "contactpoints/phrases/say.html", more, status=status)


def _phrase(request: HttpRequest, code: str) -> tuple[Phrase, str]:
    """The phrase and, when another wording of it was read, that one: what was sent with it may be
    sent again. Raises Http404 for one that nobody may begin to say."""
    found = phrases().get(code)
    posted = request.method == "POST"
    if found is None or (found not in usable_phrases() and not posted):
        raise Http404
    if found.group == Phrase.Group.HEADLINE:
        raise Http404
    version = request.POST.get("version", "")
    if not (version.isascii() and version.isdigit() and len(version) < 8):
        return found, ""
    read = wording_of(code, int(version)) if int(version) != found.version else None
    return found, read.text_en if read is not None else ""


def _send(purpose: Purpose, deed: str, phrase: Phrase, form: PhraseForm) -> str:
    given = {**form.cleaned_data}
    given["client_ref"] = given["client_ref"] or uuid.uuid4()
    said = say(phrase.code, form.values(), version=given["version"], again=True)
    return purpose.do(deed, said, given)
