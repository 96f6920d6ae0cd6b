"""Who works in a joint investigation, and which steps of its guideline are done."""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import User
from bordercoop.audit.models import record
from bordercoop.errors import Invalid, Refused
from bordercoop.reference.wording import worded

from ..investigation.guideline import Step, steps_of_case
from ..models import WRITTEN, CaseMember, CaseState, CaseStep, Investigation
from .act import follow_case
from .case_moves import locked_case, not_now, require_lead, require_state, require_team, ring_case

Outcome = CaseStep.Outcome
LANGUAGES = ("lv", "be", "ru", "en")
LONGEST = 2_000


@transaction.atomic
def add_member(
    case: Investigation,
    *,
    function: CaseMember.Function | str,
    officer: User | None = None,
    name: str = "",
    languages: str = "",
    by: Any,
) -> CaseMember:
    """Name somebody of the own side's team: an `officer`, who reads the case from then on and
    writes the side's part, or by `name` somebody without an account. Twice is once."""
    case = locked_case(case)
    require_lead(case, by)
    if case.state not in WRITTEN:
        raise not_now(case)
    if function not in CaseMember.Function.values:
        sentence = _("Choose what this person does in the team.")
        raise Invalid(sentence, fields={"function": [sentence]})
    if officer is not None and (officer.side != by.side or not officer.is_active):
        sentence = _("Choose an officer of your own side.")
        raise Invalid(sentence, fields={"officer": [sentence]})
    name = officer.display_name if officer is not None else worded(
        name, "name", most=120, one_line=True, empty=_("Name the person, or choose an officer.")
    )  # fmt: skip
    languages = worded(languages, "languages", most=40, one_line=True)
    there = case.members.filter(side=by.side, ended_at=None)
    same = there.filter(officer=officer) if officer else there.filter(officer=None, name=name)
    known = same.first()
    if known is not None and known.function == function:
        return known
    if known is not None:
        known.ended_at = now()
        known.save(update_fields=["ended_at"])
    try:
        with transaction.atomic():
            made = CaseMember.objects.create(
                investigation=case,
                side=by.side,
                officer=officer,
                name=name,
                function=str(function),
                languages=languages,
                by=by,
            )
    except IntegrityError as clash:
        if "an_officer_is_in_a_team_once" not in str(clash):
            raise
        return CaseMember.objects.get(investigation=case, officer=officer, ended_at=None)
    record("case.member_added", case.ref, by=by, member=str(made.uid), function=str(function))
    follow_case(case, by=by)
    ring_case(case)
    return made


@transaction.atomic
def end_member(member: CaseMember, *, by: Any) -> CaseMember:
    """Take somebody out of the own side's team, who from then on reads the case no more but by a
    posting. Twice is once."""
    case = locked_case(member.investigation)
    require_lead(case, by)
    member = CaseMember.objects.get(pk=member.pk)
    if member.side != by.side:
        raise Refused(_("There is no such person in your team."), code="not_found", status=404)
    if member.ended_at is None:
        member.ended_at = now()
        member.save(update_fields=["ended_at"])
        record("case.member_ended", case.ref, by=by, member=str(member.uid))
        follow_case(case, by=by)
        ring_case(case)
    return member


def _step(case: Investigation, code: str) -> Step:
    for step in steps_of_case(case):
        if step.code == code:
            return step
    raise Refused(_("The guideline of this case has no such step."), code="not_found", status=404)


def _keep(case: Investigation, step: Step, outcome: Outcome, reason: str, by: Any) -> CaseStep:
    row = CaseStep.objects.create(
        investigation=case, code=step.code, side=by.side, outcome=outcome, reason=reason, by=by
    )
    record("case.step", case.ref, by=by, step=step.code, outcome=str(outcome))
    ring_case(case)
    return row


def _on_its_way(case: Investigation, by: Any) -> None:
    require_team(case, by)
    if not case.going_on or case.state == CaseState.PROPOSED:
        raise not_now(case)


@transaction.atomic
def tick_step(case: Investigation, code: str, *, by: Any) -> CaseStep:
    """Say for the own side that a step of the guideline is done. Twice is once."""
    case = locked_case(case)
    _on_its_way(case, by)
    step = _step(case, code)
    last = step.by_side.get(by.side)
    if last is not None and last.outcome == Outcome.DONE:
        return last
    return _keep(case, step, Outcome.DONE, "", by)


@transaction.atomic
def skip_step(case: Investigation, code: str, *, reason: str, by: Any) -> CaseStep:
    """Leave a step out for the own side, with a reason that both sides read."""
    case = locked_case(case)
    _on_its_way(case, by)
    step = _step(case, code)
    reason = worded(
        reason, "reason", most=LONGEST, empty=_("Write why this step is left out.")
    )  # fmt: skip
    return _skip(case, step, reason, by)


def _skip(case: Investigation, step: Step, reason: str, by: Any) -> CaseStep:
    last = step.by_side.get(by.side)
    if last is not None and (last.outcome, last.reason) == (Outcome.SKIPPED, reason):
        return last
    return _keep(case, step, Outcome.SKIPPED, reason, by)


@transaction.atomic
def skip_steps(
    case: Investigation, codes: Iterable[str], *, reason: str, by: Any
) -> list[CaseStep]:
    """Leave several steps out for the own side with one reason that both sides read: all or none.

    A step that the own side has done already is none of them: it stays done.
    """
    case = locked_case(case)
    _on_its_way(case, by)
    asked = set(codes)
    steps = [step for step in steps_of_case(case) if step.code in asked]
    if len(steps) != len(asked):
        raise Refused(
            _("The guideline of this case has no such step."), code="not_found", status=404
        )
    wrong: dict[str, list[object]] = {}
    if not asked:
        wrong["steps"] = [_("Tick the steps that are left out.")]
    try:
        reason = worded(
            reason, "reason", most=LONGEST, empty=_("Write why these steps are left out.")
        )
    except Invalid as no:
        wrong |= no.fields
    if wrong:
        raise Invalid(" ".join(str(each[0]) for each in wrong.values()), fields=wrong)
    return [
        step.by_side[by.side] if _is_done(step, by.side) else _skip(case, step, reason, by)
        for step in steps
    ]


def _is_done(step: Step, side: str) -> bool:
    row = step.by_side.get(side)
    return row is not None and row.outcome == Outcome.DONE


@transaction.atomic
def take_step_back(case: Investigation, code: str, *, reason: str, by: Any) -> CaseStep | None:
    """Say that a step which the own side has ticked or left out in the present state is open after
    all. None where it was open already."""
    case = locked_case(case)
    _on_its_way(case, by)
    step = _step(case, code)
    require_state(case, step.phase or case.state)
    reason = worded(
        reason, "reason", most=LONGEST, empty=_("Write why the step is open again.")
    )  # fmt: skip
    if not step.settled_by(by.side):
        return None
    return _keep(case, step, Outcome.TAKEN_BACK, reason, by)


@transaction.atomic
def translate_case(
    case: Investigation, *, language: str, title: str, grounds: str, by: Any
) -> Investigation:
    """Say in another language what is to be investigated and why; the team of either side. What
    was written stays beside it."""
    case = locked_case(case)
    require_team(case, by)
    if not case.going_on:
        raise not_now(case)
    if language not in LANGUAGES or language == case.language:
        sentence = _("Choose a language other than the one it was written in.")
        raise Invalid(sentence, fields={"language": [sentence]})
    empty = _("Write something first.")
    words = {
        "title": worded(title, "title", most=160, one_line=True, empty=empty),
        "grounds": worded(grounds, "grounds", most=5_000, empty=empty),
    }
    if case.texts.get(language) != words:
        case.texts = {**case.texts, language: words}
        case.version += 1
        case.save(update_fields=["texts", "version"])
        record("case.translated", case.ref, by=by, language=language)
        follow_case(case, by=by)
        ring_case(case)
    return case
