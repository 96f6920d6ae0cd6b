"""What a side brings into a joint investigation: new, one entry with its log, its files."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bordercoop.errors import Refused, Stale
from bordercoop.files.kinds import BY_ENDING
from bordercoop.files.serving import as_attachment
from bordercoop.web.fields import own_clock_first

from .. import actions
from ..investigation.custody import is_whole, log_of
from ..investigation.forms import (
    CustodyForm,
    EntryCommentForm,
    EntryFileForm,
    EntryForm,
    ReasonForm,
    TranslationForm,
)
from ..investigation.reading import found_case, page_of, text_for, versions_for
from ..models import CaseEntry, EntryComment, EntryFile, Investigation


def _language() -> str:
    return (get_language() or "en").split("-")[0]


def _entry(case: Investigation, user: Any, number: int) -> CaseEntry:
    rows = case.entries.readable_by(user.side)  # type: ignore[attr-defined]
    found: CaseEntry = get_object_or_404(
        rows.select_related("investigation", "by", "exchanged_by"), number=number
    )
    return found


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def case_entry_new(request: HttpRequest, uid: Any) -> HttpResponse:
    user: Any = request.user
    case = found_case(user, uid)
    page = page_of(case, user, _language())
    if request.method != "POST":
        form = own_clock_first(EntryForm(initial={"language": _language()}), user.side)
        return _form_page(request, case, form, may_write=page.may_write)
    form = own_clock_first(EntryForm(request.POST), user.side)
    status = 400
    if form.is_valid():
        given = form.cleaned_data
        try:
            entry = actions.write_entry(
                case,
                kind=given["kind"],
                title=given["title"],
                text=given["text"],
                language=given["language"],
                where=given["where"],
                taken_at=given["taken"],
                client_ref=given["client_ref"],
                by=user,
            )
            return redirect("case_entry", uid=uid, number=entry.number)
        except Refused as refusal:
            if not refusal.fields:
                raise
            form.take(refusal)
            status = refusal.status
    return _form_page(request, case, form, may_write=page.may_write, status=status)


def _form_page(
    request: HttpRequest, case: Investigation, form: Any, *, may_write: bool, status: int = 200
) -> HttpResponse:
    context = {"case": case, "form": form, "may_write": may_write}
    return render(request, "incidents/investigation/entry_new.html", context, status=status)


def _entry_page(
    request: HttpRequest, case: Investigation, entry: CaseEntry, *, status: int = 200, **more: Any
) -> HttpResponse:
    """Names: `case`, `entry`, `said` (its present version), `text`, `spoken`, `versions`, `log`,
    `whole` (the log is unbroken), `comments`, `files`, `mine`, `may_write`, the forms, and `form`
    with `open` where one was refused."""
    user: Any = request.user
    page = page_of(case, user, _language())
    versions = versions_for(entry, user.side)
    said = versions[0]
    wanted = request.GET.get("language", "") or _language()
    text, spoken = text_for(said, wanted)
    log = log_of(entry)
    mine = entry.side == user.side
    context = {
        "case": case,
        "entry": entry,
        "said": said,
        "text": text,
        "spoken": spoken,
        "versions": versions,
        "log": log,
        "whole": is_whole(log),
        "comments": list(entry.comments.select_related("by", "answered_by")),
        "files": list(entry.files.select_related("by")),
        "mine": mine,
        "may_write": page.may_write and entry.withdrawn_at is None,
        "edit_form": own_clock_first(
            EntryForm(
                initial={
                    "version": entry.version, "title": said.title, "where": said.where,
                    "text": said.texts.get(said.language, ""), "taken": said.taken_at,
                },
                auto_id="edit_%s",
            ),
            user.side,
        ),
        "comment_form": EntryCommentForm(initial={"language": _language()}, auto_id="comment_%s"),
        "translation_form": TranslationForm(
            initial={"version": entry.version, "language": _language()}, auto_id="tr_%s"
        ),
        "custody_form": CustodyForm(auto_id="custody_%s"),
        "reason_form": ReasonForm(auto_id="reason_%s"),
        "file_form": EntryFileForm(auto_id="file_%s"),
        "accept": ",".join(f".{ending}" for ending in sorted(BY_ENDING)),
        "most": settings.FILE_MOST_BYTES // (1024 * 1024),
        **more,
    }  # fmt: skip
    return render(request, "incidents/investigation/entry.html", context, status=status)


@login_required
@never_cache
@require_safe
def case_entry(request: HttpRequest, uid: Any, number: int) -> HttpResponse:
    case = found_case(request.user, uid)
    return _entry_page(request, case, _entry(case, request.user, number))


def _change(request: HttpRequest, entry: CaseEntry, form: Any) -> None:
    given = form.cleaned_data
    actions.change_entry(
        entry,
        title=given["title"],
        text=given["text"],
        where=given["where"],
        taken_at=given["taken"],
        note=given["note"],
        version=given["version"] or 0,
        by=request.user,
    )


def _translate(request: HttpRequest, entry: CaseEntry, form: Any) -> None:
    given = form.cleaned_data
    actions.translate_entry(entry, **given, by=request.user)


def _comment(request: HttpRequest, entry: CaseEntry, form: Any) -> None:
    actions.comment_entry(entry, **form.cleaned_data, by=request.user)


def _pass(request: HttpRequest, entry: CaseEntry, form: Any) -> None:
    actions.pass_evidence(entry, **form.cleaned_data, by=request.user)


def _withdraw(request: HttpRequest, entry: CaseEntry, form: Any) -> None:
    actions.withdraw_entry(entry, reason=form.cleaned_data["reason"], by=request.user)


def _file(request: HttpRequest, entry: CaseEntry, form: Any) -> None:
    actions.add_entry_file(entry, form.cleaned_data["file"], by=request.user)


# What a button says -> the name of its form in the page, the form, what it does.
DEEDS: dict[str, tuple[str, Any, Any]] = {
    "change": ("edit_form", EntryForm, _change),
    "translate": ("translation_form", TranslationForm, _translate),
    "comment": ("comment_form", EntryCommentForm, _comment),
    "pass": ("custody_form", CustodyForm, _pass),
    "withdraw": ("reason_form", ReasonForm, _withdraw),
    "file": ("file_form", EntryFileForm, _file),
}
PREFIX = {
    "edit_form": "edit", "translation_form": "tr", "comment_form": "comment",
    "custody_form": "custody", "reason_form": "reason", "file_form": "file",
}  # fmt: skip


@login_required
@never_cache
@require_POST
def case_entry_do(request: HttpRequest, uid: Any, number: int) -> HttpResponse:
    """A step about an entry, by the word of its button."""
    user: Any = request.user
    case = found_case(user, uid)
    entry = _entry(case, user, number)
    deed = request.POST.get("do", "")
    if deed == "exchange":
        actions.exchange_entries(case, [entry], by=user)
        return redirect("case_entry", uid=uid, number=number)
    if deed not in DEEDS:
        raise Refused(_("There is no such step."), code="not_found", status=404)
    name, shape, go = DEEDS[deed]
    typed = shape(request.POST, request.FILES or None, auto_id=f"{PREFIX[name]}_%s")
    form = own_clock_first(typed, user.side)
    status = 400
    if form.is_valid():
        try:
            go(request, entry, form)
            return redirect("case_entry", uid=uid, number=number)
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            form.take(refusal)
            status = refusal.status
            if isinstance(refusal, Stale):
                form.read_again(refusal.current.number)
    shown = {name: form, "form": form, "open": deed}
    return _entry_page(request, case, _entry(case, user, number), status=status, **shown)


@login_required
@require_POST
def case_comment_answer(request: HttpRequest, uid: Any, number: int, comment: Any) -> HttpResponse:
    """Accept, refuse or note what the other side said to an entry."""
    case = found_case(request.user, uid)
    entry = _entry(case, request.user, number)
    found = get_object_or_404(
        EntryComment.objects.filter(entry=entry).select_related("entry__investigation"),
        uid=comment,
    )
    answer = request.POST.get("answer", "")
    try:
        actions.answer_comment(
            found, state=request.POST.get("state", ""), answer=answer, by=request.user
        )
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        more = {"answer_refused": found.uid, "answer_typed": answer, "refusal": refusal}
        return _entry_page(request, case, entry, status=refusal.status, **more)
    return redirect("case_entry", uid=uid, number=number)


@login_required
@require_POST
def case_exchange(request: HttpRequest, uid: Any) -> HttpResponse:
    """Give all ticked entries of the own side to the other one."""
    case = found_case(request.user, uid)
    sent = request.POST.getlist("entry")[:500]
    numbers = [int(n) for n in sent if n.isascii() and n.isdigit() and len(n) < 8]
    rows = case.entries.filter(number__in=numbers, side=request.user.side)  # type: ignore[union-attr]
    actions.exchange_entries(case, list(rows), by=request.user)
    return redirect("investigation", uid=uid)


@login_required
@require_safe
@never_cache
def case_file(request: HttpRequest, uid: Any, number: int, file: Any) -> HttpResponseBase:
    """One file to save; `?plain=1` the picture without metadata."""
    case = found_case(request.user, uid)
    entry = _entry(case, request.user, number)
    row = get_object_or_404(
        EntryFile.objects.filter(entry=entry).select_related("entry__investigation"), uid=file
    )
    found = actions.download_entry_file(row, plain=request.GET.get("plain") == "1", by=request.user)
    return as_attachment(found.file, found.name, found.mime)
