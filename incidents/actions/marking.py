"""The marking of an incident, and who may pass a copy on: the originator decides."""

from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import NotAllowed, Refused
from bordercoop.live.doorbell import ring_many
from bordercoop.reference.wording import worded
from contactpoints.access import require
from contactpoints.actions import restate_alerts
from contactpoints.models import Alert, Unit
from contactpoints.pausing import EMERGENCY, refuse_while_paused

from .. import handling
from ..access import share_for
from ..content import crosses
from ..handling import Marking
from ..letters import tell_consent, tell_marking, tell_passed_on
from ..models import Consent, Incident, MarkingChange, PassOn, Share, State
from .shares import locked, make_share

LONGEST = 1000


@transaction.atomic
def mark_incident(incident: Incident, *, marking: Marking, by: Any) -> Incident:
    """Give an incident another marking; the same one again changes nothing. Every one is kept.

    A stricter one binds at once: every copy is marked at least as strictly, the cards of alerts
    with it, and whoever holds a copy is told. A looser one goes with the next release.
    """
    incident = locked(incident)
    require(by, "release_incidents", incident.unit)
    before = handling.of(incident)
    if incident.origin != Incident.Origin.SERVICE:
        raise Refused(
            _("An open-source record is public, so it is H0 and TLP:CLEAR."), code="open_source"
        )
    if marking == before:
        return incident
    for name, value in marking.columns.items():
        setattr(incident, name, value)
    incident.save(update_fields=list(marking.columns))
    incident.shares.filter(own=True).update(**marking.columns)
    bound = _bind_copies(incident, marking) if not before.covers(marking) else []
    if before.handling == marking.handling == "H3" and before.restriction != marking.restriction:
        bound = sorted({*bound, *_bind_copies(incident, marking)})
    change = MarkingChange.objects.create(
        incident=incident,
        before=before.columns,
        stricter=bool(bound) or not before.covers(marking),
        by=by,
        **marking.columns,
    )
    record(
        "incident.marked",
        incident.ref,
        by=by,
        before=f"{before.handling} {before.tlp}",
        handling=marking.handling,
        tlp=marking.tlp,
    )
    for share in incident.shares.filter(unit__code__in=bound).select_related("unit"):
        tell_marking(change, share)
    ring_many(sorted({incident.unit.code, *bound}))
    return incident


def _bind_copies(incident: Incident, marking: Marking) -> list[str]:
    """Mark every copy and card at least as strictly; returns the codes of the units it changed."""
    bound = []
    copies = incident.shares.filter(own=False).select_related("unit").order_by("pk")
    for share in copies.select_for_update(no_key=True, of=("self",)):
        wanted = handling.stricter(handling.of(share), marking)
        if wanted != handling.of(share):
            Share.objects.filter(pk=share.pk).update(**wanted.columns)
            bound.append(share.unit.code)
    for alert in Alert.objects.about(incident.ref):
        if "handling" in alert.card:
            wanted = handling.stricter(handling.of(alert.card), marking)
            restate_alerts(incident.ref, only=[alert.pk], **wanted.columns)
    return bound


def _held(incident: Incident, to: Unit, by: Any) -> Share:
    """The copy that `by` may think of passing on to `to`, whatever its marking says."""
    share = share_for(by, incident)
    share.incident = incident
    if share.own:
        raise NotAllowed(
            _("This is an incident of your own unit. Release it to a desk instead."),
            code="own_incident",
        )
    require(by, "release_incidents", share.unit)
    if incident.origin != Incident.Origin.SERVICE:
        raise Refused(
            _("An open-source record is public: every unit of both sides reads it already."),
            code="open_source",
        )
    if not crosses(incident.category.code):
        raise NotAllowed(
            _("Incidents of this category are passed on to nobody. Ask the unit that reported it."),
            code="never_released",
        )
    if incident.state == State.WITHDRAWN:
        raise Refused(
            _("%(number)s was withdrawn, so it is not passed on.") % {"number": incident.number},
            code="not_open",
        )
    if to.pk not in {unit.pk for unit in handling.targets(share)}:
        sentence = _(
            "A copy may be passed on within your side and to the focal point. Choose such a unit."
        )
        raise Refused(sentence, code="not_a_target", fields={"to": [sentence]})
    handling.refuse_red(share)
    return share


@transaction.atomic
def pass_on(incident: Incident, *, to: Unit, by: Any) -> Share:
    """Let one unit more read exactly the copy that the officer's own unit holds.

    Within the own side a copy of TLP:CLEAR or TLP:GREEN under H0 or H1 may be passed on at once,
    TLP:CLEAR also to the focal point; TLP:RED never; everything else with the originator's consent
    to this very copy and unit. Without it NotAllowed. Raises no alert and makes the unit no party:
    it reads. Refused while the exchange is paused there, unless it is an emergency. Passed on twice
    is passed on once; a later version replaces an earlier one.
    """
    incident = locked(incident)
    mine = _held(incident, to, by)
    if mine.severity != EMERGENCY:
        refuse_while_paused(to, side=mine.unit.side, category=incident.category.code)
    consent = None
    if handling.permits(mine, to) == "consent":
        consent = handling.consent_for(mine, to)
        if consent is None:
            raise NotAllowed(
                _(
                    "%(number)s is marked %(marking)s, so it may be passed on to %(unit)s only "
                    "with the originator's consent. Ask for it first."
                )
                % {
                    "number": mine.number,
                    "marking": handling.short(mine),
                    "unit": to.name,
                },
                code="consent_needed",
            )
    held = incident.shares.filter(unit=to).first()
    if held is not None and held.passed_by_id is None:
        raise Refused(
            _("%(unit)s holds a copy from the originator already.") % {"unit": to.name},
            code="holds_it",
        )
    marking = handling.of(mine)
    if held is not None and (
        held.version > mine.version
        or (held.version, held.fields, held.texts, handling.of(held))
        == (mine.version, mine.fields, mine.texts, marking)
    ):
        return held
    copy = make_share(incident, to, mine.fields, own=False, released_at=now(), marking=marking)
    copy.version, copy.passed_by, copy.texts = mine.version, mine.unit, mine.texts
    for name in ("validated_at", "impact", "grading", "outcome"):
        setattr(copy, name, getattr(mine, name))
    # Read through several units, what came from the originator comes first.
    copy.precedence = mine.version - 1
    if held is not None:
        copy.pk = held.pk
        copy.save(force_update=True)
    else:
        copy.save(force_insert=True)
    PassOn.objects.create(
        incident=incident,
        unit=mine.unit,
        to=to,
        version=mine.version,
        fields=sorted(mine.fields),
        consent=consent,
        by=by,
        **marking.columns,
    )
    record(
        "incident.passed_on",
        incident.ref,
        by=by,
        version=mine.version,
        desk=mine.unit.code,
        to=to.code,
        handling=marking.handling,
        tlp=marking.tlp,
        consent=str(consent.uid) if consent else "",
    )
    tell_passed_on(copy)
    ring_many(sorted({incident.unit.code, mine.unit.code, to.code}))
    return copy


@transaction.atomic
def ask_consent(incident: Incident, *, to: Unit, purpose: str, by: Any) -> Consent:
    """Ask the originator whether the copy of the officer's unit may be passed on to `to`.

    Asked again while it waits, or once this very copy may go there, it is the same request.
    Refused for TLP:RED, and where the marking asks for no consent.
    """
    incident = locked(incident)
    mine = _held(incident, to, by)
    if handling.permits(mine, to) == "at_once":
        raise Refused(
            _("Its marking permits passing it on to %(unit)s. No consent is needed.")
            % {"unit": to.name},
            code="no_consent_needed",
        )
    purpose = worded(purpose, "purpose", most=LONGEST, empty=_("Write why the unit needs it."))
    known = handling.consent_for(mine, to)
    known = known or incident.consents.open().filter(unit=mine.unit, to=to).first()
    if known is not None:
        return known
    consent = Consent.objects.create(
        incident=incident,
        unit=mine.unit,
        to=to,
        purpose=purpose,
        version=mine.version,
        fields=sorted(mine.fields),
        handling=mine.handling,
        tlp=mine.tlp,
        asked_by=by,
    )
    record("consent.asked", consent.ref, by=by, subject=incident.ref, desk=mine.unit.code,
           to=to.code, version=mine.version)  # fmt: skip
    tell_consent(consent)
    ring_many(sorted({incident.unit.code, mine.unit.code}))
    return consent


def _decide(consent: Consent, state: Consent.State, text: str, by: Any) -> Consent:
    """Decide a locked request; the first decision stands, and the same one again is it."""
    if consent.state == state:
        return consent
    if consent.state != Consent.State.ASKED:
        raise Refused(
            _("This request was decided already: %(state)s. A new one must be asked for.")
            % {"state": Consent.State(consent.state).label},
            code="decided",
        )
    consent.state, consent.text = state, text
    consent.decided_at, consent.decided_by = now(), by
    consent.save(update_fields=["state", "text", "decided_at", "decided_by"])
    record(f"consent.{state}", consent.ref, by=by, subject=consent.incident.ref,
           desk=consent.unit.code, to=consent.to.code)  # fmt: skip
    tell_consent(consent)
    ring_many(sorted({consent.incident.unit.code, consent.unit.code}))
    return consent


def _locked_consent(consent: Consent) -> Consent:
    rows = Consent.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("incident__unit", "unit", "to").get(pk=consent.pk)


@transaction.atomic
def give_consent(consent: Consent, *, conditions: str = "", by: Any) -> Consent:
    """The originator lets this copy be passed on to this unit, under `conditions` in words."""
    consent = _locked_consent(consent)
    require(by, "release_incidents", consent.incident.unit)
    text = worded(conditions, "conditions", most=LONGEST)
    return _decide(consent, Consent.State.GIVEN, text, by)


@transaction.atomic
def refuse_consent(consent: Consent, *, reason: str, by: Any) -> Consent:
    """The originator does not let it be passed on, and says why."""
    consent = _locked_consent(consent)
    require(by, "release_incidents", consent.incident.unit)
    text = worded(reason, "reason", most=LONGEST, empty=_("Write why not."))
    return _decide(consent, Consent.State.REFUSED, text, by)
