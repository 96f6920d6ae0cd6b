"""Pages of what is proposed about the common lists."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bordercoop import keyset
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.reference import lists
from bordercoop.reference.models import Proposal

from .. import actions
from ..access import may_propose
from ..list_forms import DecisionForm
from .lists import DEEDS, filled, list_named, reader

PAGE = 50


@login_required
@require_safe
@never_cache
def proposals(request: HttpRequest) -> HttpResponse:
    """All proposals, newest first. Names: `rows`, `next`, `previous` (query strings or None)."""
    reader(request)
    rows = Proposal.objects.select_related("proposed_by", "decided_by")
    page = keyset.page(rows, ("-id",), size=PAGE, cursor=request.GET.get("cursor", ""))
    context = {
        "rows": page.rows,
        "next": f"?cursor={page.next}" if page.next else None,
        "previous": f"?cursor={page.previous}" if page.previous else None,
    }
    return render(request, "contactpoints/lists/proposals.html", context)


def _found(uid: uuid.UUID) -> Proposal:
    rows = Proposal.objects.select_related("proposed_by", "decided_by", "withdrawn_by")
    return get_object_or_404(rows, uid=uid)


def _page(request: HttpRequest, found: Proposal, status: int = 200, **more: Any) -> HttpResponse:
    """Names: `proposal`, `list`, `differences` (with what stands now when that moved), `moved`,
    `filled`, `may_decide`, `may_withdraw`, `again` (where to propose the same anew, or None),
    `form` (why it is declined), `refusal`."""
    user: Any = request.user
    common = list_named(found.listed)
    row = common.row(found.code)
    now = None
    if found.state == Proposal.State.OPEN and (row.version if row else 0) != found.version:
        now = lists.values(common, row) if row else {}
    allowed = may_propose(user) and found.state == Proposal.State.OPEN
    context = {
        "proposal": found,
        "list": common,
        "row": row,
        "differences": lists.differences(common, found.before, found.after, now),
        "moved": now is not None,
        "filled": filled(found.after) if common is lists.TEMPLATES else [],
        "may_decide": allowed and user.side != found.side,
        "may_withdraw": allowed and user.side == found.side,
        "again": _again(user, found, common, row),
        "form": DecisionForm(),
        **more,
    }
    return render(request, "contactpoints/lists/proposal.html", context, status=status)


def _again(user: Any, found: Proposal, common: lists.CommonList, row: Any) -> str | None:
    """The form of what came to nothing, filled with what it wanted, for its own side."""
    ended = found.state in ("declined", "withdrawn", "lapsed")
    if not (ended and user.side == found.side and may_propose(user)):
        return None
    if (row is None) != (found.deed == Proposal.Deed.ADD):
        return None  # the code has been taken meanwhile
    verb = {deed: verb for verb, deed in DEEDS.items()}[found.deed]
    code = [found.code] if row is not None else []
    return f"{reverse(f'propose_{verb}', args=[common.slug, *code])}?again={found.uid}"


@login_required
@require_safe
@never_cache
def proposal(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    reader(request)
    return _page(request, _found(uid))


@login_required
@require_POST
def proposal_confirm(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    user = reader(request)
    try:
        actions.confirm_proposal(_found(uid), by=user)
    except NotAllowed:
        raise
    except Refused as refusal:
        return _page(request, _found(uid), refusal.status, refusal=str(refusal))
    return redirect("proposal", uid=uid)


@login_required
@require_POST
def proposal_decline(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    user, form = reader(request), DecisionForm(request.POST)
    if form.is_valid():
        try:
            actions.decline_proposal(_found(uid), reason=form.cleaned_data["reason"], by=user)
        except Invalid as refusal:
            form.take(refusal)
        except NotAllowed:
            raise
        except Refused as refusal:
            return _page(request, _found(uid), refusal.status, refusal=str(refusal), form=form)
        else:
            return redirect("proposal", uid=uid)
    return _page(request, _found(uid), 400, form=form)


@login_required
@require_POST
def proposal_withdraw(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    actions.withdraw_proposal(_found(uid), by=reader(request))
    return redirect("proposal", uid=uid)
