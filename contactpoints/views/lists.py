"""Pages of the common lists and of what is proposed about them."""

import hashlib
import json
import uuid
from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.reference import lists, phrases
from bordercoop.reference.models import Proposal, Term, utc_today
from bordercoop.reference.texts import SAMPLES, SLOTS, fill, slots_of

from .. import actions
from ..access import grants_of, may_propose
from ..list_forms import ProposalForm, written
from ..listing import proposals_about, require_version, summary
from ..models import Unit

ANSWERED = timedelta(days=14)  # how long the first page shows a decision to who proposed
DEEDS = {"new": "add", "change": "change", "retire": "retire", "restore": "restore"}


def reader(request: HttpRequest) -> Any:
    """The officer, with a posting in force; to others the lists do not exist. Confirmed changes
    whose day has come take effect first, so that no page shows yesterday's."""
    if not grants_of(request.user):
        raise Http404
    actions.apply_due_changes()
    return request.user


def list_named(slug: str) -> lists.CommonList:
    try:
        return lists.LISTS[slug]
    except KeyError as unknown:
        raise Http404 from unknown


def _row(common: lists.CommonList, code: str) -> Any:
    row = common.row(code)
    if row is None:
        raise Http404
    return row


@login_required
@require_safe
@never_cache
def list_index(request: HttpRequest) -> HttpResponse:
    """Names: `lists` (list, how many are used, notes), `units` (how many are used), `to_decide`,
    `own_open`, `waiting`, `answered` (Proposals), `may_propose`."""
    user = reader(request)
    opened = list(Proposal.objects.open().select_related("proposed_by").order_by("-pk")[:200])
    words: dict[str, list[Any]] = {}
    for vocabulary, ended in Term.objects.values_list("vocabulary", "retired_at"):
        words.setdefault(vocabulary, []).append(ended)
    rows = [
        (
            common,
            words.get(common.vocabulary, [])
            if common.vocabulary
            else list(common.rows().values_list("retired_at", flat=True)),
        )
        for common in lists.LISTS.values()
    ]
    tree = list(Unit.objects.values_list("retired_at", flat=True))
    context = {
        "lists": [
            {
                "list": common,
                "used": ends.count(None),
                "notes": _notes(
                    len(ends) - ends.count(None),
                    sum(proposal.listed == common.slug for proposal in opened),
                ),
            }
            for common, ends in rows
        ],
        "units": {"used": tree.count(None)},
        "to_decide": [proposal for proposal in opened if proposal.side != user.side],
        "own_open": [proposal for proposal in opened if proposal.side == user.side],
        "waiting": Proposal.objects.filter(state=Proposal.State.CONFIRMED).select_related(
            "proposed_by", "decided_by"
        ),
        "answered": Proposal.objects.answered(user.side, within=ANSWERED).select_related(
            "proposed_by", "decided_by"
        )[:20],
        "may_propose": may_propose(user),
    }
    return render(request, "contactpoints/lists/index.html", context)


def _notes(retired: int, opened: int) -> list[str]:
    notes = []
    if retired:
        notes.append(
            ngettext("%(count)s is retired.", "%(count)s are retired.", retired)
            % {"count": retired}
        )
    if opened:
        notes.append(
            ngettext("%(count)s proposal is open.", "%(count)s proposals are open.", opened)
            % {"count": opened}
        )
    return notes


@login_required
@require_safe
@never_cache
def list_rows(request: HttpRequest, slug: str) -> HttpResponse:
    """Names: `list`, `used` and `retired` (row, says, open: how many proposals), `may_propose`."""
    user, common = reader(request), list_named(slug)
    waiting = list(Proposal.objects.open().filter(listed=slug).values_list("code", flat=True))
    rows = common.rows()
    if common.vocabulary:
        rows = rows.select_related("parent")
    shown = [
        {"row": row, "says": summary(common, row), "open": waiting.count(row.code)} for row in rows
    ]
    context = {
        "list": common,
        "used": [each for each in shown if each["row"].retired_at is None],
        "retired": [each for each in shown if each["row"].retired_at is not None],
        "may_propose": may_propose(user),
    }
    return render(request, "contactpoints/lists/rows.html", context)


def filled(values: lists.Values) -> list[dict[str, Any]]:
    """A template's texts with sample values in their slots."""
    return [
        {
            "language": language,
            "label": lists.TEXT_LABELS[language],
            "text": fill(values.get(f"text_{language}", ""), SAMPLES),
        }
        for language in ("lv", "be", "ru", "en")
        if all(slot in SAMPLES for slot in slots_of(values.get(f"text_{language}", "")))
    ]


@login_required
@require_safe
@never_cache
def list_row(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Names: `list`, `row`, `facts` (field, value), `filled` (a template's texts with sample
    values), `changes` (its proposals, newest first), `may_propose`."""
    user, common = reader(request), list_named(slug)
    row = _row(common, code)
    values = lists.values(common, row)
    context = {
        "list": common,
        "row": row,
        "facts": lists.whole(common, values),
        "filled": filled(values) if common is lists.TEMPLATES else [],
        "changes": proposals_about(common, code),
        "may_propose": may_propose(user),
    }
    return render(request, "contactpoints/lists/row.html", context)


@login_required
@never_cache
def propose(request: HttpRequest, slug: str, verb: str, code: str = "") -> HttpResponse:
    """Type, see field by field what would change, send. What is sent is what was shown.

    Names: `list`, `row` (None for a new one), `deed`, `form`, `slots`, `differences` and
    `filled` once previewed, `stale` and `stands` (what was changed meanwhile).
    """
    user, common, deed = reader(request), list_named(slug), DEEDS[verb]
    if not may_propose(user):
        raise NotAllowed(
            _("Administrators of the two sides propose changes. Ask yours to propose this one.")
        )
    row = _row(common, code) if code else None
    more: dict[str, Any] = {
        "list": common,
        "row": row,
        "deed": deed,
        "slots": [
            (f"{{{name}}}", getattr(slot, "label", slot))
            for name, slot in (phrases.SLOTS if common is lists.PHRASES else SLOTS).items()
        ],
    }
    if request.method != "POST":
        initial = lists.values(common, row) if row else {"crosses": True}
        initial |= {"version": row.version if row else 0, "effective_on": written(utc_today())}
        initial |= _earlier(request.GET.get("again", ""), common, deed, code)
        more["form"] = ProposalForm(common=common, row=row, deed=deed, by=user, initial=initial)
        return render(request, "contactpoints/lists/propose.html", more)
    form = ProposalForm(request.POST, common=common, row=row, deed=deed, by=user)
    more["form"], status = form, 400
    if form.is_valid():
        given = form.cleaned_data
        try:
            if row is not None:
                require_version(common, row, given["version"] or 0)
            after = lists.cleaned(common, form.values(), row) if deed in ("add", "change") else {}
            token = _token(after, given)
            if request.POST.get("step") != "send" or given["previewed"] != token:
                _preview(form, common, row, deed, after, token, more)
                status = 200
            else:
                proposal = actions.propose_change(
                    slug,
                    code or given["code"],
                    deed=deed,
                    values=form.values(),
                    version=given["version"] or 0,
                    reason=given["reason"],
                    effective_on=given["effective_on"],
                    by=user,
                )
                return redirect("proposal", uid=proposal.uid)
        except Invalid as refusal:
            form.take(refusal)
        except Stale as stale:
            status = stale.status
            more |= {"stale": str(stale), "stands": _stands(common, stale.current, form.values())}
            form.put("version", row.version if row else 0)
        except NotAllowed:
            raise
        except Refused as refusal:
            status = refusal.status
            form.add_error(None, str(refusal))
    elif deed in ("add", "change") and form.errors.keys() <= {"reason", "effective_on"}:
        # All that is wrong at once, not the values only after the reason.
        try:
            lists.cleaned(common, form.values(), row)
        except Invalid as refusal:
            form.take(refusal)
    return render(request, "contactpoints/lists/propose.html", more, status=status)


def _earlier(uid: str, common: lists.CommonList, deed: str, code: str) -> lists.Values:
    """What an earlier proposal wanted, to be proposed again; {} when `uid` names none of this row.
    Only what it changed: everything else is as it stands now."""
    try:
        found = Proposal.objects.filter(uid=uuid.UUID(uid), listed=common.slug, deed=deed).first()
    except ValueError:
        return {}
    if found is None or (code and found.code != code):
        return {}
    changed = {
        name: value
        for name, value in found.after.items()
        if name not in found.before or found.before[name] != value
    }
    return {**changed, "code": found.code, "reason": found.reason}


def _token(after: lists.Values, given: dict[str, Any]) -> str:
    """What a preview was of: another one is needed when anything was typed since."""
    said = [after, given.get("code"), given["reason"], str(given["effective_on"])]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]


def _preview(
    form: ProposalForm,
    common: lists.CommonList,
    row: Any,
    deed: str,
    after: lists.Values,
    token: str,
    more: dict[str, Any],
) -> None:
    before = lists.values(common, row) if row is not None else {}
    if deed in ("retire", "restore"):
        after = {**before, "retired": deed == "retire"}
    more["differences"] = lists.differences(common, before, after)
    more["filled"] = filled(after) if common is lists.TEMPLATES else []
    form.put("previewed", token)


def _stands(
    common: lists.CommonList, now: lists.Values, typed: dict[str, Any]
) -> list[lists.Difference]:
    """What stands now beside what was typed, where they differ."""
    try:
        mine = lists.cleaned(common, typed)
    except Invalid:
        mine = {**now, **{name: value for name, value in typed.items() if value != ""}}
    return lists.differences(common, now, {**now, **{n: mine[n] for n in typed if n in mine}})
