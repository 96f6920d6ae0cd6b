"""The plan and the final evaluation report: read, written, put to both, approved, compared."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bordercoop.access.confirming import to_confirm
from bordercoop.errors import NotAllowed, Refused
from bordercoop.reference.models import terms
from bordercoop.web.both import partner_language
from bordercoop.web.pdf import as_file
from incidents.investigation.form_kit import carried_out
from training.views.kit import reader, whole

from .. import actions
from ..access import approves_operations, require_operation_approver
from ..evaluating import figures_in_words
from ..forms import PartForm
from ..models import JointOperation, OperationVersion
from ..operation_page import deeds_of, own_first
from ..operation_paper import version_state
from ..operation_papers import (
    JOINT,
    VOCABULARY,
    difference,
    facts_in_words,
    missing_parts,
    order_of_owners,
    owner_name,
    paper_name,
    place_name,
    sections_of,
    standing_of,
    texts_of,
)
from .kit import operation_of, paper_of

VERBS = require_http_methods(["GET", "HEAD", "POST"])


def _parts(operation: JointOperation, paper: str, side: str) -> list[dict[str, Any]]:
    """`code`, `name`, `texts` (OperationText with `owner_words`), joint first, then the own."""
    order = order_of_owners(side)
    rows = sorted(texts_of(operation, paper), key=lambda one: order.index(one.owner))
    for row in rows:
        row.owner_words = owner_name(row.owner)  # type: ignore[attr-defined]
    return [
        {
            "code": code, "name": term.name,
            "texts": [one for one in rows if one.section == code and one.text],
        }
        for code, term in sections_of(paper).items()
    ]  # fmt: skip


def _said(version: OperationVersion) -> list[dict[str, Any]]:
    """The parts of a version as they were put, like those of `_parts`."""
    known = terms(VOCABULARY[version.paper])
    return [
        {
            "code": part["section"],
            "name": known[part["section"]].name if part["section"] in known else part["section"],
            "texts": [{**one, "owner_words": owner_name(one["owner"])} for one in part["texts"]],
        }
        for part in version.content["parts"]
    ]


def _facts(version: OperationVersion) -> dict[str, Any]:
    said = version.content
    return {
        "area": [place_name(code) for code in [*said["places"], *said["sections"]]],
        "resources": facts_in_words(said),
        "figures": figures_in_words(said["figures"]) if said.get("figures") else [],
    }


def _sides(user: Any, version: OperationVersion | None) -> list[tuple[str, Any]]:
    given = {one.side: one for one in version.standing} if version else {}
    return [(side, given.get(side)) for side in own_first(user.side)]


@login_required
@VERBS
@never_cache
def joint_operation_paper(request: HttpRequest, number: str, paper: str) -> HttpResponse:
    """A paper as it stands; a POST puts it to both or drafts the report. Names: `operation`,
    `paper`, `name`, `standing`, `parts`, `missing`, `sides`, `may_write`, `may_put`, `may_approve`,
    `may_draft`, `refusal`."""
    user, paper = reader(request), paper_of(paper)
    operation, status, refusal = operation_of(user, number), 200, ""
    if request.method == "POST":
        try:
            if request.POST.get("do") == "draft" and paper == "report":
                actions.draft_evaluation_report(operation, by=user)
            else:
                edition = whole(request.POST.get("edition", ""))
                actions.put_operation_paper(operation, paper=paper, edition=edition, by=user)
        except Refused as no:
            if no.status in (403, 404):
                raise
            status, refusal = no.status, str(no)
            operation = operation_of(user, number)
        else:
            return redirect("joint_operation_paper", number=number, paper=paper)
    may = deeds_of(user, operation)
    standing = standing_of(operation, paper)
    writes = f"write_{paper}" in may
    context = {
        "operation": operation,
        "paper": paper,
        "name": paper_name(paper),
        "standing": standing,
        "parts": _parts(operation, paper, user.side),
        "missing": missing_parts(operation, paper),
        "sides": _sides(user, standing.waiting or standing.in_force),
        "edition": operation.edition_of(paper),
        "may_write": writes,
        "may_put": writes and standing.changed and operation.state not in ("draft", "approved"),
        "may_draft": "draft_report" in may and paper == "report",
        "may_approve": standing.waiting is not None
        and approves_operations(user)
        and not standing.approved_by(user.side),
        "refusal": refusal,
    }
    return render(request, "joint_operations/paper.html", context, status=status)


@login_required
@VERBS
@never_cache
def joint_operation_part(
    request: HttpRequest, number: str, paper: str, section: str
) -> HttpResponse:
    """One part: the joint text, that of the own side, and what the other side wrote. Names:
    `operation`, `paper`, `name`, `section` (Term), `forms` ((owner words, form)), `others`,
    `waiting`."""
    user, paper = reader(request), paper_of(paper)
    operation = operation_of(user, number)
    if section not in sections_of(paper):
        raise Http404
    if f"write_{paper}" not in deeds_of(user, operation):
        raise NotAllowed(_("Coordinators of the two services write this while it is open."))
    known = {one.owner: one for one in texts_of(operation, paper) if one.section == section}
    status, forms = 200, []
    for owner in (JOINT, user.side):
        row = known.get(owner)
        first = {"owner": owner, "edition": row.edition if row else 0}
        if row is not None:
            first |= {"text": row.text, "language": row.language}
        name = owner or "joint"
        typed = request.method == "POST" and request.POST.get("do") == name
        form = PartForm(
            request.POST if typed else None, by=user, initial=first, auto_id=f"{name}_%s"
        )
        if typed:
            status = carried_out(
                form,
                partial(_written, operation, paper, section, owner, user),
            )  # fmt: skip
            if not status:
                return redirect("joint_operation_paper", number=number, paper=paper)
        forms.append((name, owner_name(owner), form))
    others = [one for owner, one in known.items() if owner not in (JOINT, user.side) and one.text]
    context = {
        "operation": operation, "paper": paper, "name": paper_name(paper),
        "section": sections_of(paper)[section], "forms": forms, "others": others,
        "waiting": standing_of(operation, paper).waiting,
    }  # fmt: skip
    return render(request, "joint_operations/part.html", context, status=status)


@login_required
@VERBS
@never_cache
def joint_operation_approve(request: HttpRequest, number: str, paper: str) -> HttpResponse:
    """Password, second factor, then exactly what is approved. Names: `operation`, `paper`, `name`,
    `version`, `parts`, `area`, `resources`, `figures`, `refusal`."""
    user, paper = reader(request), paper_of(paper)
    operation, status, refusal = operation_of(user, number), 200, ""
    require_operation_approver(user)
    standing = standing_of(operation, paper)
    if request.method == "POST":
        if address := to_confirm(request):
            return redirect(address)
        try:
            actions.approve_operation_paper(
                operation, paper=paper, sha256=request.POST.get("sha256", "")[:200], by=user
            )
        except Refused as no:
            if no.status == 404:
                raise
            status, refusal = no.status, str(no)
            standing = standing_of(operation, paper)
        else:
            messages.info(request, _("You have approved it for your side."))
            return redirect("joint_operation_paper", number=number, paper=paper)
    elif standing.waiting is None or standing.approved_by(user.side):
        return redirect("joint_operation_paper", number=number, paper=paper)
    elif address := to_confirm(request):
        return redirect(address)
    version = standing.waiting
    context = {
        "operation": operation, "paper": paper, "name": paper_name(paper), "version": version,
        "parts": _said(version) if version else [], "refusal": refusal,
        **(_facts(version) if version else {}),
    }  # fmt: skip
    return render(request, "joint_operations/approve.html", context, status=status)


def _version(user: Any, number: str, paper: str, version: int) -> OperationVersion:
    rows = OperationVersion.objects.visible_to(user).prefetch_related("approvals__by")
    found: OperationVersion = get_object_or_404(
        rows.select_related("operation", "by"),
        operation__number=number, paper=paper_of(paper), number=version,
    )  # fmt: skip
    return found


@login_required
@require_safe
@never_cache
def joint_operation_version(
    request: HttpRequest, number: str, paper: str, version: int
) -> HttpResponse:
    """A version as it was put, and what is another than in `?against=`, by default the one before.
    Names: `operation`, `paper`, `name`, `version`, `state`, `parts`, `against`, `others`,
    `changes`, `sides`, `area`, `resources`, `figures`."""
    user = reader(request)
    row = _version(user, number, paper, version)
    rows = OperationVersion.objects.visible_to(user).filter(operation=row.operation, paper=paper)
    others = list(rows.exclude(pk=row.pk))
    asked = whole(request.GET.get("against", "")) or version - 1
    against = next((one for one in others if one.number == asked), None)
    context = {
        "operation": row.operation, "paper": paper, "name": paper_name(paper), "version": row,
        "state": version_state(row), "parts": _said(row), "against": against, "others": others,
        "changes": difference(against.content, row.content) if against else [],
        "sides": _sides(user, row), **_facts(row),
    }  # fmt: skip
    return render(request, "joint_operations/version.html", context)


@login_required
@require_safe
@never_cache
def joint_operation_pdf(
    request: HttpRequest, number: str, paper: str, version: int
) -> HttpResponse:
    """A version as a PDF in the reader's language and the other side's; `?with=` is another."""
    user = reader(request)
    first = get_language() or "en"
    second = request.GET.get("with", "") or partner_language(user.side, first)
    made, name = actions.print_operation_paper(
        _version(user, number, paper, version), languages=(first, second), by=user
    )
    return as_file(made, name)


def _written(
    operation: JointOperation,
    paper: str,
    section: str,
    owner: str,
    user: Any,
    given: dict[str, Any],
) -> Any:
    return actions.write_operation_text(
        operation, paper=paper, section=section, owner=owner, language=given["language"],
        text=given["text"], edition=given["edition"], by=user,
    )  # fmt: skip
