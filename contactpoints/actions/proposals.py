"""Common lists: what one side proposes, the other confirms or declines."""

import logging
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import DatabaseError, IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.outbox.relay import post
from bordercoop.reference import classified, lists
from bordercoop.reference.models import Proposal, forget, utc_today
from bordercoop.reference.sides import Side

from ..access import officers_with, require
from ..listing import require_version
from ..models import Unit, root_of

log = logging.getLogger(__name__)
BOTH = (Side.LV.value, Side.BY.value)
AHEAD = timedelta(days=366)
Deed, State = Proposal.Deed, Proposal.State


def _require_side(by: Any) -> None:
    """Only administrators of the two sides, posted at the root of theirs, decide for it."""
    root = root_of(by.side)
    if root is None or by.side not in BOTH:
        raise NotAllowed(_("The two services decide about these lists, and nobody else."))
    require(by, "administer_lists", root)


@transaction.atomic
def propose_change(
    listed: str,
    code: str,
    *,
    deed: str,
    values: Mapping[str, Any] | None = None,
    version: int = 0,
    reason: str,
    effective_on: date | None = None,
    by: Any,
) -> Proposal:
    """Propose one change of a common list to the other side, whose administrators get a mail.

    `values` as typed, for adding and changing; `version` of the row that they were written on.
    `effective_on` is a day in UTC, today or later, today by default: the change holds from 00:00
    UTC, when that day has begun on both sides' calendars. The same proposal sent twice is one.
    Raises Stale, with `current` (the row's values), when the row was changed meanwhile.
    """
    _require_side(by)
    common = lists.LISTS[listed]
    row = common.row(code)
    reason = _reason(reason, "reason")
    effective_on = _day(effective_on)
    before, after = _before_and_after(common, code, row, deed, values, version)
    same = Proposal.objects.open().about(listed, code).filter(side=by.side).first()
    if same is None:
        try:
            with transaction.atomic():
                made = Proposal.objects.create(
                    listed=listed,
                    code=code,
                    deed=deed,
                    version=row.version if row is not None else 0,
                    before=before,
                    after=after,
                    reason=reason,
                    effective_on=effective_on,
                    side=by.side,
                    proposed_by=by,
                )
        except IntegrityError as clash:
            if "a_side_has_one_open_proposal_for_a_row" not in str(clash):
                raise
            same = Proposal.objects.open().about(listed, code).get(side=by.side)
        else:
            _tell_the_other_side(made)
            record("proposal.made", made.ref, by=by, listed=listed, code=code, deed=deed,
                   before=before, after=after, effective_on=effective_on)  # fmt: skip
            return made
    if (same.deed, same.after, same.effective_on) == (deed, after, effective_on):
        return same
    raise Refused(
        _(
            "Your side has an open proposal about %(code)s already. "
            "Withdraw it first, or wait for its decision."
        )
        % {"code": code},
        code="open_proposal",
    )


def _reason(text: str, name: str) -> str:
    text = " ".join(str(text).split())
    if not text:
        raise Invalid(
            _("Write a reason, so that the other side can decide."),
            fields={name: [_("Write a reason, so that the other side can decide.")]},
        )
    if len(text) > 500 or "\0" in text:
        sentence = _("The reason has at most 500 ordinary characters. Shorten it.")
        raise Invalid(sentence, fields={name: [sentence]})
    if marked := classified.refusal(text):
        raise Invalid(marked, fields={name: [marked]})
    return text


def _day(asked: date | None) -> date:
    today = utc_today()
    if asked is not None and not today <= asked <= today + AHEAD:
        sentence = _(
            "The change takes effect today (%(today)s in UTC) or within a year. Choose such a day."
        ) % {"today": f"{today:%d.%m.%Y}"}
        raise Invalid(sentence, fields={"effective_on": [sentence]})
    return asked or today


def _before_and_after(
    common: lists.CommonList,
    code: str,
    row: Any,
    deed: str,
    values: Mapping[str, Any] | None,
    version: int,
) -> tuple[lists.Values, lists.Values]:
    if common.only_names and deed != Deed.CHANGE:
        raise Refused(
            _("The portal acts on the codes of this list: only names can be changed."),
            code="fixed_codes",
        )
    if deed == Deed.ADD:
        if row is not None:
            sentence = _("The code %(code)s is in use already. Choose another one.") % {
                "code": code
            }
            raise Invalid(sentence, fields={"code": [sentence]})
        lists.check_code(common, code)
        return {}, lists.cleaned(common, values or {})
    if row is None:
        raise Refused(_("There is no %(code)s in this list.") % {"code": code}, status=404)
    before = lists.values(common, row)
    require_version(common, row, version)
    if deed == Deed.CHANGE:
        after = lists.cleaned(common, values or {}, row)
        if after == before:
            raise Refused(_("Nothing is different. Change a field first."), code="no_change")
        return before, after
    wanted = deed == Deed.RETIRE
    if before["retired"] == wanted:
        raise Refused(
            _("%(code)s is retired already.") % {"code": code}
            if wanted
            else _("%(code)s is in use already.") % {"code": code},
            code="no_change",
        )
    if wanted:
        _refuse_while_needed(common, row)
    return before, {**before, "retired": wanted}


def _refuse_while_needed(common: lists.CommonList, row: Any) -> None:
    """What rows in use depend on is not retired under them."""
    needs: list[str] = []
    if common is lists.CATEGORIES:
        if not row.facts.get("crosses", True):
            raise Refused(
                _(
                    "%(code)s never crosses, and is never retired: its incidents would be logged "
                    "under categories that may cross."
                )
                % {"code": row.code},
                code="never_crosses",
            )
        needs = list(row.children.filter(retired_at=None).values_list("code", flat=True))
    elif common is lists.PLACES:
        needs = list(Unit.objects.filter(place=row, retired_at=None).values_list("code", flat=True))
    if needs:
        raise Refused(
            _("%(code)s is still needed by %(needs)s. Retire or change these first.")
            % {"code": row.code, "needs": ", ".join(needs[:10])},
            code="in_use",
        )


def _tell_the_other_side(proposal: Proposal) -> None:
    for side in BOTH:
        root = root_of(side)
        if side != proposal.side and root is not None:
            for officer in officers_with("administer_lists", root):
                post(
                    "proposal",
                    f"proposal:{proposal.uid}:{officer.pk}",
                    {"proposal": str(proposal.uid), "to": officer.pk},
                )


def _locked(proposal: Proposal) -> Proposal:
    rows = Proposal.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("proposed_by", "decided_by").get(pk=proposal.pk)


def _refuse_unless_open(proposal: Proposal) -> None:
    if proposal.state != State.OPEN:
        raise Refused(
            _("This proposal is not open any more: %(state)s. Reload the page.")
            % {"state": proposal.get_state_display()},
            code="decided",
        )


def _require_other_side(proposal: Proposal, by: Any) -> None:
    _require_side(by)
    if by.side == proposal.side or by.pk == proposal.proposed_by_id:
        raise NotAllowed(
            _("Your own side proposed this. An administrator of the other side decides it.")
        )


@transaction.atomic
def confirm_proposal(proposal: Proposal, *, by: Any) -> Proposal:
    """Agree for the other side. On its day, or now when that has come, the change takes effect.

    Confirmed twice is once. Refused when the row was changed since (Stale, `current`), or when
    another confirmed change of the same row still waits for its day.
    """
    _require_other_side(proposal, by)
    proposal = _locked(proposal)
    if proposal.state in (State.CONFIRMED, State.APPLIED):
        return proposal
    _refuse_unless_open(proposal)
    common = lists.LISTS[proposal.listed]
    row = _row_of(proposal)
    if row is not None:
        require_version(common, row, proposal.version)
    if proposal.deed == Deed.RETIRE:
        _refuse_while_needed(common, row)
    proposal.state, proposal.decided_at = State.CONFIRMED, now()
    proposal.decided_by, proposal.decided_side = by, by.side
    try:
        with transaction.atomic():
            proposal.save(update_fields=["state", "decided_at", "decided_by", "decided_side"])
    except IntegrityError as clash:
        if "one_confirmed_change_waits_for_its_day" not in str(clash):
            raise
        raise Refused(
            _("Another change of %(code)s is confirmed and waits for its day. Decide after it.")
            % {"code": proposal.code},
            code="another_waits",
        ) from clash
    if row is not None:
        # The loader, which runs at every start, must not change under a decision what it is about.
        row.edited_at = row.edited_at or now()
        row.save(update_fields=["edited_at"])
    record("proposal.confirmed", proposal.ref, by=by, listed=proposal.listed, code=proposal.code)
    if proposal.effective_on <= utc_today():
        _apply(proposal, row, by=by)
    return proposal


@transaction.atomic
def decline_proposal(proposal: Proposal, *, reason: str, by: Any) -> Proposal:
    """Refuse it for the other side, with a reason that the proposing side reads."""
    _require_other_side(proposal, by)
    reason = _reason(reason, "reason")
    proposal = _locked(proposal)
    if proposal.state == State.DECLINED:
        return proposal
    _refuse_unless_open(proposal)
    proposal.state, proposal.decision, proposal.decided_at = State.DECLINED, reason, now()
    proposal.decided_by, proposal.decided_side = by, by.side
    proposal.save(update_fields=["state", "decision", "decided_at", "decided_by", "decided_side"])
    record("proposal.declined", proposal.ref, by=by, listed=proposal.listed, code=proposal.code)
    return proposal


@transaction.atomic
def withdraw_proposal(proposal: Proposal, *, by: Any) -> Proposal:
    """Take it back, by the side that made it, while nobody has decided."""
    _require_side(by)
    if by.side != proposal.side:
        raise NotAllowed(_("The side that proposed this may withdraw it. You can decline it."))
    proposal = _locked(proposal)
    if proposal.state == State.WITHDRAWN:
        return proposal
    _refuse_unless_open(proposal)
    proposal.state, proposal.withdrawn_at, proposal.withdrawn_by = State.WITHDRAWN, now(), by
    proposal.save(update_fields=["state", "withdrawn_at", "withdrawn_by"])
    record("proposal.withdrawn", proposal.ref, by=by, listed=proposal.listed, code=proposal.code)
    return proposal


def apply_due_changes() -> int:
    """Put every confirmed change into effect whose day has come; how many. Safe at any time.

    Called by every tick, with and without a broker, and by the pages of the lists.
    """
    applied = 0
    for pk in Proposal.objects.due().order_by("pk").values_list("pk", flat=True):
        try:
            with transaction.atomic():
                rows = Proposal.objects.due().filter(pk=pk)
                due = rows.select_for_update(no_key=True, of=("self",), skip_locked=True).first()
                if due is not None:
                    applied += _apply(due, _row_of(due), by=None)
        except DatabaseError:
            # One that the database will not have must not hold up the others.
            log.exception("The confirmed change %s could not be applied.", pk)
    return applied


def _row_of(proposal: Proposal) -> Any:
    rows = lists.LISTS[proposal.listed].rows()
    rows = rows.select_for_update(no_key=True, of=("self",))
    return rows.filter(code=proposal.code).first()


def _apply(proposal: Proposal, row: Any, *, by: Any) -> bool:
    """Write the row; or let the proposal lapse, when somebody changed the row behind its back or
    rows in use came to need what was to be retired."""
    common = lists.LISTS[proposal.listed]
    if (row.version if row is not None else 0) != proposal.version:
        return _lapse(proposal, by)
    if proposal.deed == Deed.RETIRE:
        try:
            _refuse_while_needed(common, row)
        except Refused:
            return _lapse(proposal, by)
    new = row is None
    row = row if row is not None else common.new(proposal.code)
    touched = lists.write(common, row, proposal.after)
    retired = proposal.after["retired"]
    row.retired_at = (row.retired_at or now()) if retired else None
    row.edited_at = now()
    if new:
        row.order = lists.last_place(common, row)
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:  # the other side's proposal of the same code came first
            return _lapse(proposal, by)
    else:
        row.version += 1
        row.save(update_fields=[*touched, "retired_at", "edited_at", "version"])
    proposal.state, proposal.applied_at = State.APPLIED, now()
    proposal.save(update_fields=["state", "applied_at"])
    record("list.changed", f"{proposal.listed}:{proposal.code}", by=by, deed=proposal.deed,
           proposal=str(proposal.uid), version=row.version)  # fmt: skip
    forget()
    transaction.on_commit(forget, robust=True)
    return True


def _lapse(proposal: Proposal, by: Any) -> bool:
    proposal.state = State.LAPSED
    proposal.save(update_fields=["state"])
    record("proposal.lapsed", proposal.ref, by=by, listed=proposal.listed, code=proposal.code)
    return False
