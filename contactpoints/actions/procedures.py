"""Guidelines and procedures of both sides: drafted, put to both, commented, changed.

Whose right each verb asks for depends on the kind (contactpoints/procedures.py). Verbs on one
procedure wait for each other at its row.
"""

import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.reference.models import (
    MOST_MONTHS,
    OPEN_TO_CHANGE,
    Procedure,
    ProcedureComment,
    ProcedureRevision,
    ProcedureState,
    ProcedureVersion,
    digest_of,
    months_after,
    utc_today,
)
from bordercoop.reference.procedure_texts import CODE, cleaned, empty_content, unchecked
from bordercoop.reference.wording import worded

from ..procedures import (
    missing,
    prepares,
    require_drafter,
    require_preparing,
    require_reader,
)
from .procedure_locks import (
    locked_version,
    require_revision,
    require_version_state,
    ring_procedures,
    tell_approvers,
)

State = ProcedureState
FARTHEST = timedelta(days=3 * 366)  # how far ahead a day of beginning or of review may lie


def _kept(version: ProcedureVersion, *, by: Any, note: str = "") -> None:
    """Remember what the present revision says and who wrote it."""
    ProcedureRevision.objects.create(
        version=version,
        number=version.revision,
        content=version.content,
        sha256=version.sha256,
        note=note,
        by=by,
    )


# --- writing


@transaction.atomic
def start_procedure(
    *, code: str, title: str, kind: str = "guideline", level: str = "", by: Any
) -> ProcedureVersion:
    """Begin a procedure that there is not yet, with an empty draft named `title` in the officer's
    language, at one of the levels of its kind. The same again by the same officer gives the same
    draft."""
    procedure = Procedure(code=code, kind=kind, level=level)
    its = require_drafter(procedure, by)
    if not 2 <= len(code) <= 40 or not CODE.fullmatch(code.lower().replace("-", "_")):
        sentence = _("A code has 2 to 40 Latin letters, digits, hyphens and underscores.")
        raise Invalid(sentence, fields={"code": [sentence]})
    if level not in its.levels:
        sentence = _("Choose a level from the list.")
        raise Invalid(sentence, fields={"level": [sentence]})
    title = worded(title, "title", most=160, empty=_("Write what it is called."), one_line=True)
    try:
        with transaction.atomic():
            procedure.save(force_insert=True)
    except IntegrityError as clash:
        known = ProcedureVersion.objects.filter(procedure__code=code, number=1, by=by).first()
        if known is not None and known.state == State.DRAFT and known.revision == 1:
            return known
        sentence = _("The code %(code)s is in use already. Choose another one.") % {"code": code}
        raise Invalid(sentence, fields={"code": [sentence]}) from clash
    record("procedure.started", procedure.ref, by=by, code=code, kind=kind)
    language = (get_language() or by.language).split("-")[0]
    return _drafted(procedure, empty_content(language, title), None, note="", by=by)


@transaction.atomic
def draft_version(procedure: Procedure, *, note: str = "", by: Any) -> ProcedureVersion:
    """Begin the next version, with what the one that holds says, for the officer's side.

    One version is prepared at a time; the officer's own untouched draft is given again. Nobody of
    the other side reads it before it goes into consultation.
    """
    require_drafter(procedure, by)
    note = worded(note, "note", most=500)
    list(Procedure.objects.select_for_update(no_key=True).filter(pk=procedure.pk))
    versions = ProcedureVersion.objects.filter(procedure=procedure)
    prepared = versions.prepared().first()
    if prepared is not None:
        if prepared.by_id == by.pk and prepared.state == State.DRAFT:
            return prepared
        raise Refused(
            _("A version of %(code)s is being prepared already. One is prepared at a time.")
            % {"code": procedure.code},
            code="one_is_prepared",
        )
    base = versions.holding().first()
    readable = versions.readable_by(by.side)
    base = base or readable.order_by("-number").first()
    if base is None:
        raise missing()
    return _drafted(procedure, base.content, base, note=note, by=by)


def _drafted(
    procedure: Procedure,
    content: dict[str, Any],
    base: ProcedureVersion | None,
    *,
    note: str,
    by: Any,
) -> ProcedureVersion:
    last = ProcedureVersion.objects.filter(procedure=procedure).order_by("-number").first()
    made = ProcedureVersion.objects.create(
        procedure=procedure,
        number=last.number + 1 if last else 1,
        content=content,
        sha256=digest_of(content),
        note=note,
        based_on=base,
        side=by.side,
        by=by,
    )
    _kept(made, by=by, note=note)
    record("procedure.drafted", made.ref, by=by, code=procedure.code, number=made.number)
    return made


@transaction.atomic
def change_version(
    version: ProcedureVersion,
    *,
    content: Mapping[str, Any],
    revision: int,
    note: str = "",
    by: Any,
) -> ProcedureVersion:
    """Write what a version under preparation says.

    `revision` is the one that was read; another one raises Stale with what it says now. In
    consultation both sides see the change at once. Approvals become void, and an agreed version
    goes back into consultation. The same content again changes nothing.
    """
    version = locked_version(version, by)
    require_preparing(version, by)
    require_version_state(version, *OPEN_TO_CHANGE)
    after = cleaned(content)
    if digest_of(after) == version.sha256:
        return version
    require_revision(version, revision)
    note = worded(note, "note", most=500)
    version.content = unchecked(version.content, after)
    version.sha256 = digest_of(version.content)
    _revised(version, ["content", "sha256"], note=note, by=by)
    record("procedure.changed", version.ref, by=by, sha256=version.sha256,
           revision=version.revision)  # fmt: skip
    return version


def _revised(version: ProcedureVersion, fields: list[str], *, note: str, by: Any) -> None:
    """Save a change as the next revision; what was agreed is not agreed any more."""
    voided = version.approvals.filter(revision=version.revision).exists()
    version.revision += 1
    if version.state == State.AGREED:
        version.state = State.CONSULTATION
    version.save(update_fields=["revision", "state", *fields])
    _kept(version, by=by, note=note)
    if voided:
        record("procedure.approvals_voided", version.ref, by=by, revision=version.revision)
    if version.shown_at is not None:
        ring_procedures()
        tell_approvers(version)


@transaction.atomic
def set_version_days(
    version: ProcedureVersion,
    *,
    effective_on: date | None,
    review_on: date | None,
    revision: int,
    review_months: int | None = None,
    by: Any,
) -> ProcedureVersion:
    """Say from which day (UTC) a version under preparation holds, and when it is reviewed: on a
    day, and again after each `review_months`; without a day, that long after it began.

    Both sides approve the days with the text, so another day voids approvals as a change does.
    """
    version = locked_version(version, by)
    require_preparing(version, by)
    require_version_state(version, *OPEN_TO_CHANGE)
    today, wrong = utc_today(), {}
    sound = review_months is None or 1 <= review_months <= MOST_MONTHS
    if sound and review_months and effective_on and review_on is None:
        review_on = months_after(min(effective_on, today + FARTHEST), review_months)
    said = (effective_on, review_on, review_months)
    if (version.effective_on, version.review_on, version.review_months) == said:
        return version
    require_revision(version, revision)
    if not sound:
        wrong["review_months"] = [_("It is reviewed every 1 to 36 months.")]
    elif effective_on is None or not today <= effective_on <= today + FARTHEST:
        wrong["effective_on"] = [_("It begins today in UTC or later, within three years.")]
    elif review_on is not None and not effective_on < review_on <= effective_on + FARTHEST:
        wrong["review_on"] = [_("It is reviewed after it began, within three years.")]
    if wrong:
        raise Invalid(next(iter(wrong.values()))[0], fields=wrong)
    version.effective_on, version.review_on, version.review_months = said
    _revised(version, ["effective_on", "review_on", "review_months"], note="", by=by)
    record("procedure.days", version.ref, by=by, effective_on=effective_on, review_on=review_on)
    return version


@transaction.atomic
def open_consultation(version: ProcedureVersion, *, by: Any) -> ProcedureVersion:
    """Put a draft to both sides at once. Twice is once."""
    version = locked_version(version, by)
    require_preparing(version, by)
    if version.state == State.CONSULTATION:
        return version
    require_version_state(version, State.DRAFT)
    if not version.steps:
        raise Refused(_("There is no step yet. Write one first."), code="no_steps")
    version.state, version.shown_at = State.CONSULTATION, now()
    version.save(update_fields=["state", "shown_at"])
    record("procedure.consulted", version.ref, by=by, code=version.procedure.code)
    ring_procedures()
    tell_approvers(version)
    return version


# --- saying something to it


def _comment(
    version: ProcedureVersion,
    *,
    text: str,
    step: str,
    proposed: str,
    about: str,
    client_ref: uuid.UUID | None,
    by: Any,
) -> ProcedureComment:
    ref = client_ref or uuid.uuid4()
    known = ProcedureComment.objects.filter(by=by, client_ref=ref).first()
    if known is not None:
        return known
    if step and step not in {known["code"] for known in version.steps}:
        sentence = _("There is no such step in this version. Choose another one.")
        raise Invalid(sentence, fields={"step": [sentence]})
    made = ProcedureComment.objects.create(
        version=version,
        step=step,
        side=by.side,
        text=worded(text, "text", most=2_000, empty=_("Write what you want to say.")),
        proposed=worded(proposed, "proposed", most=4_000),
        about=about,
        client_ref=ref,
        by=by,
    )
    record("procedure.commented", version.ref, by=by, step=step, lesson=about)
    ring_procedures()
    return made


@transaction.atomic
def comment_step(
    version: ProcedureVersion,
    *,
    text: str,
    step: str = "",
    proposed: str = "",
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> ProcedureComment:
    """Say something to a step, or to the whole without one, while it is in consultation; both
    sides read it. `proposed` is other words for the step. The same `client_ref` is the same."""
    version = locked_version(version, by)
    require_reader(version.procedure, by)
    require_version_state(version, State.CONSULTATION)
    return _comment(
        version, text=text, step=step, proposed=proposed, about="", client_ref=client_ref, by=by
    )


@transaction.atomic
def propose_lesson(
    procedure: Procedure,
    *,
    text: str,
    step: str = "",
    proposed: str = "",
    about: str = "",
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> ProcedureComment:
    """Propose a change of what holds now, which whoever prepares the next version answers.

    `about` names what taught the lesson as "kind:public id", such as "investigation:…", which the
    officer must be able to read; settings.LESSON_SOURCES says who is asked.
    """
    require_reader(procedure, by)
    holding = ProcedureVersion.objects.holding().filter(procedure=procedure).first()
    if holding is None:
        raise Refused(
            _("No version of %(code)s is in force, so there is nothing to change yet.")
            % {"code": procedure.code},
            code="nothing_holds",
        )
    holding = locked_version(holding, by)
    if about:
        kind, _colon, uid = about.partition(":")
        source = settings.LESSON_SOURCES.get(kind)
        if source is None or not import_string(source)(by, uid):
            raise Refused(_("What taught this lesson was not found."), code="not_found", status=404)
    return _comment(
        holding, text=text, step=step, proposed=proposed, about=about, client_ref=client_ref, by=by
    )


@transaction.atomic
def answer_comment(
    comment: ProcedureComment, *, taken_up: bool, answer: str = "", by: Any
) -> ProcedureComment:
    """Say for the side that prepares the version what becomes of a comment, once.

    A comment that is not taken up needs an answer. A lesson to what holds is answered by whoever
    prepares the next version, which then carries it; without one, by either side's drafters.
    """
    version = locked_version(comment.version, by)
    require_drafter(version.procedure, by)
    comment = ProcedureComment.objects.get(pk=comment.pk)
    next_one: ProcedureVersion | None = version
    if version.state not in OPEN_TO_CHANGE:
        rows = ProcedureVersion.objects.filter(procedure=version.procedure_id).prepared()
        next_one = rows.select_related("procedure").first()
    if next_one is not None and not prepares(by, next_one):
        raise NotAllowed(
            _("The other side prepares this and answers the comments."),
            code="other_side_prepares",
        )
    wanted = ProcedureComment.State.TAKEN_UP if taken_up else ProcedureComment.State.NOT_TAKEN_UP
    if comment.state == wanted and comment.answered_by_id == by.pk:
        return comment
    if comment.state != ProcedureComment.State.OPEN:
        raise Refused(_("This comment has been answered already."), code="answered")
    if taken_up and next_one is None:
        raise Refused(
            _("Begin the next version first, so that it can be taken up there."), code="no_draft"
        )
    empty = "" if taken_up else _("Write why it is not taken up: both sides read it.")
    comment.answer = worded(answer, "answer", most=2_000, empty=empty)
    comment.state, comment.answered_at, comment.answered_by = wanted, now(), by
    comment.became = next_one if taken_up else None
    comment.save(update_fields=["answer", "state", "answered_at", "answered_by", "became"])
    record("procedure.comment_answered", version.ref, by=by, state=str(wanted))
    ring_procedures()
    tell_approvers(version)
    return comment
