"""The monthly statements of exchange: compared, reconciled line by line, signed."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bordercoop import sentences
from bordercoop.access.confirming import to_confirm
from bordercoop.errors import NotAllowed, Refused
from bordercoop.web.both import partner_language
from bordercoop.web.exporting import export_page
from bordercoop.web.pdf import as_file

from .. import actions
from ..ledger import KINDS
from ..ledger_exporting import statement_listing
from ..models import ExchangeStatement
from ..months import month_of
from ..statement_forms import LineForm
from ..statement_paper import name_of, state_of
from ..statements import (
    Line,
    line_of,
    lines_of,
    may_reconcile,
    may_sign,
    missing_months,
    reads_ledger,
    require_signer,
)


def _found(request: HttpRequest, uid: Any) -> ExchangeStatement:
    rows = ExchangeStatement.objects.visible_to(request.user).whole()
    found: ExchangeStatement = get_object_or_404(rows, uid=uid)
    return found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def statements(request: HttpRequest) -> HttpResponse:
    """Every statement, newest first; a POST makes that of `month`. Names: `statements`
    (statement, state), `missing` (months to make), `refusal`, `tab`."""
    user: Any = request.user
    if not reads_ledger(user):
        raise NotAllowed(sentences.NOT_ALLOWED)
    rows = ExchangeStatement.objects.visible_to(user)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            month = month_of(request.POST.get("month", "").strip())
            made = actions.make_statement(month, by=user)
        except Refused as no:
            if no.status == 403:
                raise
            refusal, status = str(no), no.status
        else:
            return redirect("statement", uid=made.uid)
    found = list(rows.whole()[:120])
    missing = missing_months(user)
    context = {
        "statements": [(one, state_of(one)) for one in found],
        "missing": missing,
        "refusal": refusal,
        "tab": "statements",
    }
    return render(request, "contactpoints/ledger/statements.html", context, status=status)


def _pairs(lines: list[Line], user: Any) -> list[dict[str, Any]]:
    """The lines by pair of units, each with what it sent in figures."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for line in lines:
        pair = found.setdefault(
            (line.sender, line.desk),
            {"one": line.one, "other": line.other, "title": "", "lines": []},
        )
        pair["title"] = f"{name_of(line.sender)} → {name_of(line.desk)}"
        pair["lines"].append((line, line.cells(user.side), may_reconcile(user, line)))
    return list(found.values())


@login_required
@require_safe
@never_cache
def statement(request: HttpRequest, uid: Any) -> HttpResponse:
    """Names: `statement`, `state`, `pairs` (one, other, title, lines: Line, cells, may), `left`
    (how many lines are not settled), `signatures` (side, signature), `voided`, `late` (rows of the
    content with names), `may_sign`, `signed` (by the own side), `own`, `other`."""
    user: Any = request.user
    found = _found(request, uid)
    lines = lines_of(found)
    standing = {one.side: one for one in found.standing}
    signs = may_sign(user)
    context = {
        "statement": found,
        "content": found.content,
        "state": state_of(found),
        "pairs": _pairs(lines, user),
        "total": len(lines),
        "left": sum(not line.settled for line in lines),
        "signatures": [(side, standing.get(side)) for side in _order(user)],
        "voided": [one for one in found.signatures.all() if one.voided_at is not None],
        "late": _late(found),
        "may_sign": signs and found.closed_at is None,
        "signed": user.side in standing,
        "own": _order(user)[0],
        "other": _order(user)[1],
        "tab": "statements",
    }
    return render(request, "contactpoints/ledger/statement.html", context)


def _order(user: Any) -> tuple[str, str]:
    return ("BY", "LV") if user.side == "BY" else ("LV", "BY")


def _late(found: ExchangeStatement) -> list[dict[str, Any]]:
    return [
        {
            "month": row["month"],
            "ends": f"{name_of(row['from'])} → {name_of(row['to'])}",
            "label": KINDS[row["kind"]],
            "sides": [(side, row["was"][side], row["now"][side]) for side in ("LV", "BY")],
        }
        for row in found.content["late"]
    ]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def statement_line(request: HttpRequest, uid: Any) -> HttpResponse:
    """One line: both counts, what was said, and what the own side says of it. `line` names it, in
    the query or the form. Names: `statement`, `line`, `cells`, `form`, `refusal`, `may`, `agrees`
    (whether a reading waits for the own side), `withdraws`, `own`, `other`."""
    user: Any = request.user
    found = _found(request, uid)
    key = (request.POST if request.method == "POST" else request.GET).get("line", "")[:200]
    line = line_of(found, key)
    if line is None:
        raise Http404
    form: Any = LineForm(line=line, side=user.side)
    refusal, status = "", 200
    if request.method == "POST":
        do = request.POST.get("do", "")
        try:
            if do in ("agree", "withdraw"):
                _settle(found, line, do, request)
                return redirect(
                    f"{reverse('statement_line', args=[uid])}?{urlencode({'line': key})}"
                )
            form = LineForm(request.POST, line=line, side=user.side)
            status = 400
            if form.is_valid():
                _say(found, line, form, user)
                return redirect("statement", uid=uid)
        except Refused as no:
            if no.status in (403, 404):
                raise
            status = no.status
            if form.is_bound:
                form.take(no)
            else:
                refusal = str(no)
            found = _found(request, uid)
            line = line_of(found, key) or line
    proposal, open_ = line.proposal, found.closed_at is None
    context = {
        "statement": found,
        "line": line,
        "cells": line.cells(user.side),
        "form": form,
        "refusal": refusal,
        "may": open_ and may_reconcile(user, line),
        "agrees": proposal is not None and proposal.side != user.side,
        "withdraws": (proposal is not None and proposal.side == user.side)
        or (line.state == "disputed" and line.disputed_by == user.side),
        "own": _order(user)[0],
        "other": _order(user)[1],
    }
    return render(request, "contactpoints/ledger/line.html", context, status=status)


def _settle(found: ExchangeStatement, line: Line, do: str, request: HttpRequest) -> None:
    if do == "withdraw":
        actions.withdraw_dispute(found, line.key, by=request.user)
        return
    asked = request.POST.get("proposal", "")
    proposal = next((each for each in line.entries if str(each.uid) == asked), None)
    if proposal is None:
        raise Http404
    actions.agree_reading(found, proposal, by=request.user)


def _say(found: ExchangeStatement, line: Line, form: LineForm, user: Any) -> None:
    given = form.cleaned_data
    said = {"text": given["text"], "client_ref": given["client_ref"], "by": user}
    if given["do"] == "take":
        actions.take_other_count(found, line.key, **said)
    elif given["do"] == "propose":
        actions.propose_reading(found, line.key, reading=form.reading, **said)
    elif given["do"] == "stand":
        actions.propose_reading(found, line.key, reading=None, **said)
    elif given["do"] == "dispute":
        actions.dispute_line(found, line.key, **said)
    else:
        actions.answer_dispute(found, line.key, **said)


@login_required
@require_POST
def statement_recount(request: HttpRequest, uid: Any) -> HttpResponse:
    """Count the month anew; the page says whether anything is counted otherwise."""
    found = _found(request, uid)
    before = found.sha256
    try:
        after = actions.recount_statement(found, by=request.user)
    except Refused as no:
        if no.status in (403, 404):
            raise
        messages.error(request, str(no))
    else:
        messages.info(
            request,
            _("Nothing is counted otherwise than before.")
            if after.sha256 == before
            else _("The month was counted anew. Look at the lines again."),
        )
    return redirect("statement", uid=uid)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def statement_sign(request: HttpRequest, uid: Any) -> HttpResponse:
    """Password, second factor, then exactly what is signed. Names: `statement`, `pairs`, `refusal`,
    `left`, `own`, `other`."""
    user: Any = request.user
    found = _found(request, uid)
    require_signer(user)
    refusal, status = "", 200
    if request.method == "POST":
        if address := to_confirm(request):
            return redirect(address)
        try:
            actions.sign_statement(found, sha256=request.POST.get("sha256", "")[:200], by=user)
        except Refused as no:
            if no.status in (403, 404):
                raise
            refusal, status = str(no), no.status
            found = _found(request, uid)
        else:
            messages.info(request, _("You have signed the statement."))
            return redirect("statement", uid=uid)
    elif found.closed_at is not None or user.side in {one.side for one in found.standing}:
        return redirect("statement", uid=uid)
    elif address := to_confirm(request):
        return redirect(address)
    lines = lines_of(found)
    context = {
        "statement": found,
        "pairs": _pairs(lines, user),
        "left": sum(not line.settled for line in lines),
        "late": _late(found),
        "refusal": refusal,
        "own": _order(user)[0],
        "other": _order(user)[1],
    }
    return render(request, "contactpoints/ledger/sign.html", context, status=status)


@login_required
@require_safe
@never_cache
def statement_export(request: HttpRequest, uid: Any) -> HttpResponseBase:
    found = _found(request, uid)
    return export_page(
        request,
        lambda: statement_listing(found),
        lambda form: actions.export_statement(found, form=form, by=request.user),
        back=reverse("statement", args=[uid]),
    )


@login_required
@require_safe
@never_cache
def statement_pdf(request: HttpRequest, uid: Any) -> HttpResponse:
    """The paper in the reader's language and the other side's, or in `languages`."""
    user: Any = request.user
    first, _comma, second = request.GET.get("languages", "").partition(",")
    first = first or user.language
    printed = actions.print_statement(
        _found(request, uid),
        languages=(first, second or partner_language(user.side, first)),
        by=user,
    )
    return as_file(printed.content, printed.name)
