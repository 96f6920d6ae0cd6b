"""Proposals from who holds a copy, and the originator's answer field by field."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.live.doorbell import ring_many
from bordercoop.reference.wording import worded
from contactpoints.access import require

from ..access import share_for
from ..content import parsed
from ..models import ContentProposal, Incident, Share
from ..proposing import names_of, proposed_values, said_before
from .report import supplement_incident
from .shares import locked

ACCEPT, REFUSE = "accept", "refuse"
REASON_MOST = 500


@transaction.atomic
def propose_fields(
    share: Share,
    *,
    values: Mapping[str, Any],
    reason: str,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> ContentProposal:
    """Propose other values (parsed) for fields of a released copy; its originator decides.

    Nothing of the incident changes. Refused for fields that the copy does not have, for values
    that are what it says already, and on an own record, which is supplemented instead. The same
    `client_ref` is the same proposal.
    """
    incident = locked(share.incident)
    share = share_for(by, incident)
    require(by, "annotate_incidents", share.unit)
    if share.own or share.released_at is None or incident.origin != Incident.Origin.SERVICE:
        raise NotAllowed(
            _("A proposal goes to the side that reported the incident. Write a supplement here."),
            code="own_record",
        )
    if share.passed_by_id is not None:
        raise NotAllowed(
            _(
                "%(number)s was passed on to you to be read. Who received it from the originator "
                "may propose other values."
            )
            % {"number": incident.number},
            code="passed_on",
        )
    ref = client_ref or uuid.uuid4()
    if known := ContentProposal.objects.filter(by=by, client_ref=ref, incident=incident).first():
        return known
    changed = proposed_values(share, values)
    reason = worded(
        reason, "reason", most=REASON_MOST, empty=_("Write why, in one line."), one_line=True
    )
    proposal = ContentProposal.objects.create(
        incident=incident,
        unit=share.unit,
        side=share.unit.side,
        version=share.version,
        before=said_before(share, changed),
        values=changed,
        reason=reason,
        client_ref=ref,
        by=by,
    )
    _recorded("made", proposal, by, fields=names_of(changed))
    return proposal


@transaction.atomic
def answer_proposal(
    proposal: ContentProposal,
    *,
    answers: Mapping[str, str],
    reason: str = "",
    version: int | None = None,
    by: Any,
) -> ContentProposal:
    """Accept or refuse each proposed field; accepted ones are the next version of the incident.

    `answers` has a word for each name of `proposing.names_of`. `version` is the one that was
    looked at: Stale when it is not the present one. A reason is needed to refuse. What was
    released does not change by it. Answered the same twice is answered once.
    """
    incident = locked(proposal.incident)
    proposal = _locked(proposal)
    require(by, "report_incidents", incident.unit)
    names = names_of(proposal.values)
    _check_answers(names, answers)
    given = {name: str(answers[name]) for name in names}
    reason = reason.strip()
    if REFUSE in given.values() or reason:
        missing = _("Write why you refuse, in one line.")
        reason = worded(reason, "reason", most=REASON_MOST, empty=missing, one_line=True)
    if proposal.state == ContentProposal.State.ANSWERED and proposal.answers == given:
        return proposal
    _refuse_ended(proposal)
    if version is not None and version != incident.version:
        raise Stale(
            _(
                "Somebody saved version %(current)s while you looked at version %(yours)s. "
                "Look again and answer then."
            )
            % {"current": incident.version, "yours": version},
            current=incident.versions.get(number=incident.version),
        )
    accepted = {
        key: value
        for name, key, value in _items(proposal)
        if given[name] == ACCEPT
    }  # fmt: skip
    if accepted:
        before = incident.version
        after = supplement_incident(incident, version=before, changes=accepted, by=by)
        proposal.became = after.version if after.version != before else None
    proposal.state, proposal.answers = ContentProposal.State.ANSWERED, given
    proposal.answer, proposal.ended_at, proposal.ended_by = reason, now(), by
    proposal.save(
        update_fields=["state", "answers", "answer", "became", "ended_at", "ended_by"]
    )  # fmt: skip
    _recorded("answered", proposal, by, fields=[n for n in names if given[n] == ACCEPT])
    return proposal


@transaction.atomic
def withdraw_fields(proposal: ContentProposal, *, by: Any) -> ContentProposal:
    """Take back a proposal of the own unit that nobody has answered yet. Twice is once."""
    locked(proposal.incident)
    proposal = _locked(proposal)
    share_for(by, proposal.incident)
    require(by, "annotate_incidents", proposal.unit)
    if proposal.state == ContentProposal.State.WITHDRAWN:
        return proposal
    _refuse_ended(proposal)
    proposal.state, proposal.ended_at, proposal.ended_by = (
        ContentProposal.State.WITHDRAWN, now(), by,
    )  # fmt: skip
    proposal.save(update_fields=["state", "ended_at", "ended_by"])
    _recorded("withdrawn", proposal, by)
    return proposal


def _items(proposal: ContentProposal) -> list[tuple[str, str, Any]]:
    """(name, key, parsed value) of everything that was proposed."""
    values = parsed(proposal.values)
    return [
        (name, key, values[key])
        for name, keys in names_of(proposal.values).items()
        for key in keys
    ]  # fmt: skip


def _locked(proposal: ContentProposal) -> ContentProposal:
    rows = ContentProposal.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("incident__unit", "unit", "by").get(pk=proposal.pk)


def _check_answers(names: Mapping[str, Any], answers: Mapping[str, str]) -> None:
    wrong = {
        name: [_("Accept or refuse this field.")]
        for name in {*names, *answers}
        if name not in names or answers.get(name) not in (ACCEPT, REFUSE)
    }
    if wrong:
        raise Invalid(_("Accept or refuse each field that was proposed."), fields=wrong)


def _refuse_ended(proposal: ContentProposal) -> None:
    if proposal.state != ContentProposal.State.OPEN:
        raise Refused(
            _("This proposal has ended already: %(state)s.")
            % {"state": proposal.get_state_display()},
            code="ended",
        )


def _recorded(verb: str, proposal: ContentProposal, by: Any, **facts: Any) -> None:
    words: dict[str, Any] = {key: list(value) for key, value in facts.items()}
    record(f"content_proposal.{verb}", proposal.ref, by=by, subject=proposal.incident.ref, **words)
    ring_many(sorted({proposal.incident.unit.code, proposal.unit.code}))
