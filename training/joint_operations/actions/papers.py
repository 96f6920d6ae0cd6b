"""The plan and the final evaluation report: written part by part, put to both, approved by both."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import Language
from bordercoop.audit.models import record
from bordercoop.errors import NotAllowed, Refused, Stale
from bordercoop.outbox.relay import post, posting_together
from bordercoop.reference.wording import worded
from bordercoop.web.both import Both, two_languages
from bordercoop.web.pdf import pdf
from contactpoints.models.statements import canonical, sum_of

from ..access import (
    operation_approvers,
    require_operation_approver,
    require_operation_worker,
)
from ..daily import span_of
from ..evaluating import drafted_texts, figures_of_report
from ..models import (
    JointOperation,
    OperationApproval,
    OperationState,
    OperationText,
    OperationVersion,
    Paper,
)
from ..operation_paper import operation_document, operation_file_name
from ..operation_papers import JOINT, content_of, missing_parts, sections_of
from .operation_kit import (
    keep_operation,
    locked_operation,
    operation_moved,
    operation_not_now,
    paper_changed,
    void_waiting_version,
    wrong,
)

State = OperationState
LONGEST_TEXT = 12_000
# In which states a paper is written, and in which it is put to both.
WRITTEN_IN = {"plan": ("draft", "proposed", "approved", "running"), "report": ("ended",)}
PUT_IN = {"plan": ("proposed", "running"), "report": ("ended",)}


def _paper(paper: str) -> str:
    if paper not in Paper.values:
        raise wrong("paper", _("Choose the plan or the final evaluation report."))
    return paper


@transaction.atomic
def write_operation_text(
    operation: JointOperation,
    *,
    paper: str,
    section: str,
    owner: str,
    language: str,
    text: str,
    edition: int | None = None,
    by: Any,
) -> OperationText:
    """Write what stands in a part of a paper, for the own side or (`owner` "") for both.

    What both were asked to approve is void, and an approved operation is proposed again. The same
    again changes nothing; Stale when somebody changed this text after `edition` (0: there was
    none). An empty text takes it out.
    """
    operation = locked_operation(operation, by)
    require_operation_worker(by)
    _paper(paper)
    if operation.state not in WRITTEN_IN[paper]:
        raise operation_not_now(operation)
    if section not in sections_of(paper):
        raise wrong("section", _("Choose a part from the list."))
    if owner not in (JOINT, by.side):
        raise NotAllowed(_("Each side writes its own texts and the joint ones."), code="other_side")
    if language not in Language.values:
        raise wrong("language", _("Choose the language you write in."))
    text = worded(text, "text", most=LONGEST_TEXT)
    known = operation.texts.filter(paper=paper, section=section, owner=owner).first()
    if known is not None and (known.text, known.language) == (text, language):
        return known
    if edition is not None and edition != (known.edition if known else 0):
        raise Stale(
            _("Somebody changed this text while you worked on it. Look at it and save again."),
            current=known,
        )
    void_waiting_version(operation, paper, by=by)
    if known is None:
        known = OperationText.objects.create(
            operation=operation, paper=paper, section=section, owner=owner, language=language,
            text=text, by=by, editors=[by.pk],
        )  # fmt: skip
    else:
        known.text, known.language, known.by, known.at = text, language, by, now()
        known.edition += 1
        known.editors = sorted({*known.editors, by.pk})
        known.save(update_fields=["text", "language", "by", "at", "edition", "editors"])
    paper_changed(operation, paper, by=by)
    keep_operation(operation, "text_written", by=by, paper=paper, section=section, owner=owner)
    return known


@transaction.atomic
def draft_evaluation_report(operation: JointOperation, *, by: Any) -> int:
    """Fill the headings in which nobody has written yet from the plan, the daily reports, the
    resources and the shifts, in the language of the officer; returns how many. Drafted twice
    nothing changes."""
    operation = locked_operation(operation, by)
    require_operation_worker(by)
    if operation.state not in WRITTEN_IN["report"]:
        raise operation_not_now(operation)
    written = set(operation.texts.filter(paper="report").values_list("section", "owner"))
    drafts = [
        (section, owner, language, text)
        for section, owner, language, text in drafted_texts(operation, by.language)
        if text and (section, owner) not in written
    ]
    if not drafts:
        return 0
    void_waiting_version(operation, "report", by=by)
    OperationText.objects.bulk_create(
        OperationText(
            operation=operation, paper="report", section=section, owner=owner, language=language,
            text=text[:LONGEST_TEXT],
        )
        for section, owner, language, text in drafts
    )  # fmt: skip
    paper_changed(operation, "report", by=by)
    keep_operation(operation, "report_drafted", by=by, parts=len(drafts))
    return len(drafts)


@transaction.atomic
def put_operation_paper(
    operation: JointOperation, *, paper: str, edition: int, by: Any
) -> OperationVersion:
    """Put a paper as it stands at `edition` to both sides: a version that their approvers approve.

    They are told by letter. Put twice it is put once. Refused, naming them, while parts are empty,
    and the report before the last day is over or while a day is being corrected. Stale when it was
    changed meanwhile: nobody puts what was not read.
    """
    operation = locked_operation(operation, by)
    require_operation_worker(by)
    _paper(paper)
    if edition != operation.edition_of(paper):
        raise Stale(
            _("This was changed while you read it. Read it again, then put it to both."),
            current=operation,
        )
    latest = operation.versions.filter(paper=paper).first()
    if latest is not None and latest.edition == edition:
        return latest
    if operation.state not in PUT_IN[paper]:
        raise operation_not_now(operation)
    if paper == "report" and span_of(operation, operation.last_day)[1] > now():
        raise Refused(
            _("The last day of the operation is not over yet; its numbers can still change."),
            code="not_over",
        )
    if paper == "report":
        _refuse_while_corrected(operation)
    if missing := missing_parts(operation, paper):
        raise Refused(
            _("Nothing is written yet under: %(parts)s.") % {"parts": "; ".join(missing)},
            code="incomplete",
        )
    number = latest.number + 1 if latest else 1
    more = {"figures": figures_of_report(operation)} if paper == "report" else {}
    said = canonical(content_of(operation, paper, number, more))
    version = OperationVersion.objects.create(
        operation=operation, paper=paper, number=number, edition=edition, said=said,
        sha256=sum_of(said), by=by,
    )  # fmt: skip
    keep_operation(
        operation, "paper_put", by=by, paper=paper, version=number, sha256=version.sha256
    )
    with posting_together():
        for officer in operation_approvers():
            key = f"operation_waits:{version.pk}:{officer.pk}"
            post("operation_waits", key, {"version": version.pk, "to": officer.pk})
    return version


def _refuse_while_corrected(operation: JointOperation) -> None:
    rows = operation.days.open().filter(number__gt=1).order_by("day", "side")
    if days := [f"{side} {day:%d.%m.%Y}" for side, day in rows.values_list("side", "day")]:
        raise Refused(
            _("Corrections of daily reports are not approved yet: %(days)s. Finish them first.")
            % {"days": ", ".join(days)},
            code="correction_open",
        )


def _require_other_pen(operation: JointOperation, paper: str, by: Any) -> None:
    wrote = operation.texts.filter(paper=paper, editors__contains=[by.pk]).exists()
    if paper == "plan":
        wrote = (
            wrote
            or by.pk in operation.editors
            or operation.resources.filter(Q(by=by) | Q(removed_by=by)).exists()
        )
    if wrote:
        raise NotAllowed(
            _("You wrote some of this. Another approver of your side approves it."),
            code="own_text",
        )


@transaction.atomic
def approve_operation_paper(
    operation: JointOperation, *, paper: str, sha256: str, by: Any
) -> OperationApproval:
    """Approve for the own side the version whose sum is `sha256`, which is what the officer read.

    Approved twice by the same officer it is approved once. With the approval of both sides a
    proposed operation is approved, and one that has ended is evaluated. Stale when it was changed
    meanwhile; never by whoever wrote some of it. The door has asked the password, and the second
    factor where there is one, anew.
    """
    operation = locked_operation(operation, by)
    require_operation_approver(by)
    _paper(paper)
    version = operation.versions.filter(paper=paper, voided_at=None).first()
    if version is None or version.sha256 != sha256.strip().lower():
        raise Stale(
            _("It has another SHA-256 by now. Read how it stands, then approve that."),
            current=operation,
        )
    standing = {one.side: one for one in version.approvals.filter(voided_at=None)}
    if (known := standing.get(by.side)) is not None:
        if known.by_id == by.pk:
            return known
        raise Refused(_("Your side has approved this already."), code="approved")
    if operation.state not in PUT_IN[paper]:
        raise operation_not_now(operation)
    _require_other_pen(operation, paper, by)
    approval = OperationApproval.objects.create(
        version=version, side=by.side, sha256=version.sha256, name_latin=by.name_latin,
        name_local=by.name_local, by=by,
    )  # fmt: skip
    facts: dict[str, Any] = {
        "paper": paper, "version": version.number, "sha256": version.sha256,
    }  # fmt: skip
    keep_operation(operation, "paper_approved", by=by, **facts)
    if standing:
        version.signed_at = now()
        version.save(update_fields=["signed_at"])
        after = {("plan", State.PROPOSED): State.APPROVED, ("report", State.ENDED): State.EVALUATED}
        if to := after.get((paper, State(operation.state))):
            operation_moved(operation, to, by=by, **facts)
        else:
            keep_operation(operation, "paper_in_force", by=by, **facts)
    return approval


def print_operation_paper(
    version: OperationVersion, *, languages: Sequence[str], by: Any
) -> tuple[bytes, str]:
    """A version as a PDF in two languages, the same for both sides, and the name of the file;
    recorded. Raises Invalid for two languages that are alike or unknown."""
    if not OperationVersion.objects.visible_to(by).filter(pk=version.pk).exists():
        raise Refused(_("There is no such operation."), code="not_found", status=404)
    both, at = Both(*two_languages(*languages)), now()
    made = pdf("joint_operation.typ", operation_document(version, both=both, by=by, at=at), at=at)
    record(
        "joint_operation.printed", version.operation.ref, by=by, trail=by.side,
        paper=version.paper, version=version.number, sha256=version.sha256,
    )  # fmt: skip
    return made, operation_file_name(version)
