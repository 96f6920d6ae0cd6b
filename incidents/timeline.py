"""Everything that happened to an incident, as far as a reader's side may know it. Reads only."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from contactpoints.life_history import handed_back
from contactpoints.models import Delivery, DeliveryState, HandBack
from contactpoints.saying import wording

from . import handling
from .content import FIELDS
from .models import Audience, ContentProposal, Decision, Incident, Measure, Note, Share, State
from .onward import onward
from .tidings import Entry, Told, a_guest, reads, told


def timeline(incident: Incident, share: Share, reader: Any) -> list[Entry]:
    """Everything that happened to an incident as far as `reader`'s side may know, newest first."""
    own = share.own or incident.side == reader.side
    since = Told() if own else told(incident, share)
    if a_guest(incident, share, reader):
        # A guest reads the copy that was passed on, not what the two sides say beside it.
        return onward(incident, share, reader)
    entries = _decisions(incident, share, own) + _revised(incident)
    entries += onward(incident, share, reader)
    entries += _releases(incident, None if own else reader.side)
    entries += _answers(incident, None if own else reader.side, reader.side)
    entries += _proposals(incident, None if own else share)
    entries = [entry for entry in entries if not since.hides(entry.at)]
    entries += _remarks(incident, reader, since)
    for entry in entries:
        entry.early = since.before(entry.at)
    if own:
        entries += _versions(incident) + _recalls(incident)
    elif share.origin == Incident.Origin.OPEN_SOURCE:
        entries.append(
            Entry(
                share.reported_at,
                "file-text",
                _("Recorded from an open source"),
                share.side,
                "shared",
            )
        )
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _remarks(incident: Incident, reader: Any, since: Told) -> list[Entry]:
    found: list[Entry] = []
    for kind, with_ in ((Note, ("by", "reply_to__by")), (Measure, ("by",))):
        for remark in kind.objects.filter(incident=incident).select_related(*with_):
            if not reads(remark, reader, since):
                continue
            answered = getattr(remark, "reply_to", None)
            if answered is not None and not reads(answered, reader, since):
                answered = None
            due = getattr(remark, "due_at", None)
            found.append(
                Entry(
                    at=remark.at,
                    icon="lock" if remark.audience == Audience.OWN else "message",
                    sentence=_("wrote a note")
                    if kind is Note
                    else _("plans a measure")
                    if due
                    else _("took a measure"),
                    side=remark.side,
                    audience=remark.audience,
                    by=remark.by,
                    text=wording(remark, "text", reader.side),
                    detail=_("What it said was purged when its period ended.")
                    if remark.purge_id
                    else "",
                    due_at=due or getattr(remark, "done_at", None),
                    ref=remark.client_ref if kind is Note else None,
                    reply_to=answered,
                )
            )
    return found


def _decisions(incident: Incident, share: Share, own: bool) -> list[Entry]:
    """What was decided. Of a return the other side learns only that a validation ended, of a
    validation of what it does not hold and of the unit's own steps nothing."""
    deed = Decision.Deed
    words = {
        deed.VERIFIED: ("shield-check", _("verified the report"), "own"),
        deed.VALIDATED: (
            "shield-check",
            _("validated the report; it is not unverified any more"),
            "shared",
        ),
        deed.RETURNED: ("arrow-back-up", _("returned the report"), "own"),
        deed.RESUBMITTED: ("send", _("submitted the report again"), "own"),
        deed.WITHDRAWN: ("ban", _("withdrew the report"), "shared"),
        deed.PART_CLOSED: ("check", _("closed the part of the own side"), "shared"),
        deed.REOPENED: ("rotate", _("opened the record again; it is unverified again"), "shared"),
    }
    found = []
    for decision in incident.decisions.select_related("by"):
        icon, sentence, audience = words[deed(decision.deed)]
        if decision.deed == deed.RETURNED and decision.before == State.VALIDATED:
            found.append(
                Entry(
                    decision.at,
                    "alert-triangle",
                    _("The report is being checked again and is unverified until then."),
                    decision.side,
                    "shared",
                )
            )
        if audience == "own" and not own:
            continue
        if decision.deed == deed.VALIDATED and not own and _later(decision, share):
            continue
        detail = decision.get_ground_display() if decision.ground else ""
        found.append(
            Entry(
                at=decision.at,
                icon=icon,
                sentence=sentence,
                side=decision.side,
                audience=audience,
                by=decision.by,
                text=decision.reason,
                detail=detail,
            )
        )
    return found


def _later(validation: Decision, share: Share) -> bool:
    """Whether the copy was validated before, so that this one is of a version that came after."""
    return share.validated_at is not None and validation.at > share.validated_at


def _revised(incident: Incident) -> list[Entry]:
    """Later impacts of a validated report, which all who hold it read."""
    return [
        Entry(
            at=grading.at,
            icon="trending-up",
            sentence=_("revised the impact to: %(impact)s")
            % {"impact": grading.get_impact_display()},
            side=incident.side,
            audience="shared",
            by=grading.by,
            text=grading.reason,
        )
        for grading in incident.gradings.filter(number__gt=1)
        .exclude(reason="")
        .select_related("by")
    ]


def _releases(incident: Incident, side: str | None) -> list[Entry]:
    rows = incident.releases.select_related("desk", "by")
    if side:
        rows = rows.filter(desk__side=side)
    return [
        Entry(
            at=release.at,
            icon="send",
            sentence=_("released version %(version)s to %(desk)s")
            % {"version": release.version, "desk": release.desk.name},
            side=incident.side,
            audience="shared",
            by=release.by,
            detail=handling.short(release),
            desk=release.desk,
        )
        for release in rows
    ]


def _recalls(incident: Incident) -> list[Entry]:
    return [
        Entry(
            at=recall.at,
            icon="arrow-back-up",
            sentence=_("recalled version %(version)s from %(desk)s")
            % {"version": recall.version, "desk": recall.desk.name},
            side=incident.side,
            audience="shared",
            by=recall.by,
            text=recall.reason,
            desk=recall.desk,
        )
        for recall in incident.recalls.select_related("desk", "by")
    ]


def _proposals(incident: Incident, share: Share | None) -> list[Entry]:
    """Made and answered proposals; of a holder's `share` those of its own unit alone."""
    rows = incident.proposals.select_related("unit", "by", "ended_by")
    if share is not None:
        rows = rows.filter(unit_id=share.unit_id)
    found = []
    for proposal in rows:
        found.append(
            Entry(
                proposal.at,
                "edit",
                _("proposed other values at %(desk)s") % {"desk": proposal.unit.name},
                proposal.side,
                "shared",
                proposal.by,
                proposal.reason,
            )
        )
        if proposal.state == ContentProposal.State.ANSWERED:
            taken = list(proposal.answers.values()).count("accept")
            sentence = _("answered a proposal: %(taken)s of %(all)s accepted") % {
                "taken": taken,
                "all": len(proposal.answers),
            }
            found.append(
                Entry(
                    proposal.ended_at or proposal.at,
                    "check",
                    sentence,
                    incident.side,
                    "shared",
                    proposal.ended_by,
                    proposal.answer,
                )
            )
    return found


def _answers(incident: Incident, side: str | None, reader: str) -> list[Entry]:
    rows = Delivery.objects.about(incident.ref).whole()
    if side:
        rows = rows.filter(desk__side=side)
    deliveries = list(rows)
    found = [
        entry
        for pair in handed_back(deliveries)
        for entry in _until_handed_back(*pair, reader=reader)
    ]
    for d in deliveries:
        desk = {"desk": d.desk.name}
        events = [
            (d.opened_at, "eye", _("opened the alert at %(desk)s") % desk, d.opened_by, ""),
            (
                d.acknowledged_at,
                "check",
                _("wrote down that %(name)s acknowledged the alert at %(desk)s by telephone")
                % {**desk, "name": d.phoned}
                if d.phoned
                else _("acknowledged the alert at %(desk)s") % desk,
                d.acknowledged_by,
                "" if d.state == DeliveryState.DECLINED else wording(d, "line", reader),
            ),
            (d.accepted_at, "check", _("accepted the task at %(desk)s") % desk, d.accepted_by, ""),
            (
                d.declined_at,
                "x",
                _("declined the task at %(desk)s") % desk,
                d.declined_by,
                wording(d, "reason", reader),
            ),
            (
                d.escalated_at,
                "bell-ringing",
                _("The alert was escalated at %(desk)s") % desk,
                None,
                "",
            ),
        ]
        found += [
            Entry(at, icon, sentence, d.desk.side, "shared", by, text, desk=d.desk)
            for at, icon, sentence, by, text in events
            if at
        ]
    return found


def _until_handed_back(delivery: Delivery, given: HandBack, reader: str) -> Iterator[Entry]:
    desk = {"desk": delivery.desk.name}
    acknowledged = _("acknowledged the alert at %(desk)s") % desk
    if given.phoned:
        acknowledged = _(
            "wrote down that %(name)s acknowledged the alert at %(desk)s by telephone"
        ) % {**desk, "name": given.phoned}
    accepted = _("accepted the task at %(desk)s") % desk
    back = _("handed the alert back at %(desk)s") % desk
    said = wording(given, "line", reader)
    for at, icon, sentence, by, text in (
        (given.acknowledged_at, "check", acknowledged, given.acknowledged_by, said),
        (given.accepted_at, "check", accepted, given.accepted_by, ""),
        (given.at, "arrow-back-up", back, given.by, wording(given, "reason", reader)),
    ):
        if at is not None:
            yield Entry(
                at, icon, sentence, delivery.desk.side, "shared", by, text, desk=delivery.desk
            )


def _versions(incident: Incident) -> list[Entry]:
    found = []
    for version in incident.versions.select_related("by"):
        if version.number == 1:
            sentence, detail = _("reported the incident"), ""
            if incident.origin == Incident.Origin.OPEN_SOURCE:
                sentence = _("Recorded from an open source")
        else:
            sentence = _("added version %(version)s") % {"version": version.number}
            detail = ", ".join(str(FIELDS[name]) for name in version.changed if name in FIELDS)
        found.append(
            Entry(version.at, "file-text", sentence, incident.side, "own", version.by, "", detail)
        )
    return found
