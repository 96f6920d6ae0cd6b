"""What hangs on an information request: incidents, files, consent, passing on."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bordercoop.audit.actions import record_export
from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.files import scanning, store
from bordercoop.files.intake import Taken, Upload, take_in
from bordercoop.files.kinds import BY_CODE
from bordercoop.outbox.relay import post
from bordercoop.reference.wording import worded
from contactpoints.models import Priority, Unit

from ..access import share_for
from ..asking.reading import consent_to, goals, permits
from ..letters import tell_request_passed
from ..models import (
    Audience,
    Consent,
    Incident,
    InformationRequest,
    RequestConsent,
    RequestFile,
    RequestLink,
    RequestPass,
    Scan,
    Share,
)
from .files import Download, may_leave
from .request_moves import locked_request, own_desk, ring_request, tell_if_watched

LONGEST = 1_000


@transaction.atomic
def link_request(asked: InformationRequest, incident: Incident, *, by: Any) -> RequestLink:
    """Name an incident that the request is about. The officer reads it, and the other side reported
    it or its desk holds a copy: what it does not hold has to be released first. Twice is once."""
    asked = locked_request(asked)
    desk = own_desk(asked, by)
    share_for(by, incident)
    other = asked.to if desk.pk == asked.desk_id else asked.desk
    if known := asked.links.filter(incident=incident).first():
        return known
    theirs = incident.side == other.side
    if not theirs and not Share.objects.filter(incident=incident, unit=other).exists():
        sentence = _(
            "%(desk)s does not hold this incident. Release it to that desk first, then link it."
        ) % {"desk": other.name}
        raise Refused(sentence, code="not_released", fields={"incident": [sentence]})
    link = RequestLink.objects.create(asked=asked, incident=incident, side=by.side, by=by)
    record("request.linked", asked.ref, by=by, incident=incident.number)
    ring_request(asked)
    return link


# --- files


def add_request_file(
    asked: InformationRequest, upload: Upload, *, audience: Audience | str = Audience.OWN, by: Any
) -> RequestFile:
    """Add a file for the own side (the default) or for both. The same bytes for the same readers
    are one file; what was purged is none any more.

    Raises Invalid for what is not taken, Refused (413) for what is too large or too many. Where a
    scanner is configured the file is scanned after.
    """
    own_desk(asked, by)
    if audience not in Audience.values:
        sentence = _("Choose who sees it.")
        raise Invalid(sentence, fields={"audience": [sentence]})
    return _add(asked, take_in(upload), str(audience), by)


@transaction.atomic
def _add(asked: InformationRequest, taken: Taken, audience: str, by: Any) -> RequestFile:
    asked = locked_request(asked)
    own_desk(asked, by)
    mine = asked.files.filter(side=by.side, purge=None)
    if same := mine.filter(audience=audience, sha256=taken.sha256).first():
        return same
    if audience == Audience.SHARED and BY_CODE[taken.kind].picture and not taken.picture:
        sentence = _(
            "%(name)s is too large for a copy without metadata, so the other side cannot have it."
        ) % {"name": taken.name}
        raise Invalid(sentence, code="no_plain_copy", fields={"file": [sentence]})
    files, size = mine.count(), mine.aggregate(sum=Sum("size"))["sum"] or 0
    sentence = ""
    if files >= settings.FILES_MOST:
        sentence = ngettext(
            "Your side added %(most)s file already, and no more fit beside one request.",
            "Your side added %(most)s files already, and no more fit beside one request.",
            settings.FILES_MOST,
        ) % {"most": settings.FILES_MOST}
    elif size + taken.size > settings.FILES_MOST_BYTES:
        most = settings.FILES_MOST_BYTES // (1024 * 1024)
        sentence = ngettext(
            "All files of your side beside one request may have %(most)s megabyte together.",
            "All files of your side beside one request may have %(most)s megabytes together.",
            most,
        ) % {"most": most}
    if sentence:
        raise Refused(sentence, code="too_many_files", status=413, fields={"file": [sentence]})
    row = RequestFile.objects.create(
        asked=asked,
        side=by.side,
        audience=audience,
        name=taken.name,
        kind=taken.kind,
        size=taken.size,
        sha256=taken.sha256,
        rendition_sha256=taken.rendition_sha256,
        rendition_size=taken.rendition_size,
        scan=Scan.WAITING if scanning.configured() else Scan.NOT_CONFIGURED,
        by=by,
    )
    record("request.file_added", asked.ref, by=by, audience=audience, sha256=row.sha256)
    if row.scan == Scan.WAITING:
        post("scan", f"scan:{row.uid}", {"request_file": str(row.uid)})
    ring_request(asked, by.side if audience == Audience.OWN else "")
    return row


@transaction.atomic
def mark_request_file(file: RequestFile, *, state: Scan | str, finding: str = "") -> RequestFile:
    """Write down what the scanner said. What was found infected stays infected."""
    row = RequestFile.objects.select_for_update(no_key=True).get(pk=file.pk)
    if row.scan in (Scan.INFECTED, Scan.CLEAN, Scan.NOT_CONFIGURED) or row.scan == state:
        return row
    row.scan, row.finding, row.scanned_at = str(state), finding[:120], now()
    row.save(update_fields=["scan", "finding", "scanned_at"])
    if state == Scan.INFECTED:
        record("file.infected", row.asked.ref, by=None, trail=row.side, finding=row.finding)
    return row


def download_request_file(file: RequestFile, *, by: Any) -> Download:
    """Open a file that the officer reads; recorded as an export. The other side's picture comes
    without its metadata. Refused while it waits for the scan and when a virus was found."""
    row = RequestFile.objects.visible_to(by).filter(pk=file.pk).select_related("asked").first()
    if row is None:
        raise Refused(_("There is no such file."), code="not_found", status=404)
    may_leave(row.scan)
    original = row.side == by.side or not row.rendition_sha256
    found = store.open_stored(row.sha256 if original else row.rendition_sha256)
    record_export(
        "file", by=by, rows=1,
        filter={"file": row.uid, "request": row.asked.uid, "original": original},
    )  # fmt: skip
    return Download(found, row.name, BY_CODE[row.kind].mime)


# --- consent and passing on


def _goal(asked: InformationRequest, holder: Unit, to: Unit) -> str:
    """What the half of the other side permits; raises for a unit to which nothing goes."""
    if to.pk not in {unit.pk for unit in goals(asked, holder)}:
        sentence = _(
            "A request may be passed on within your side and to the focal point. "
            "Choose such a unit."
        )
        raise Refused(sentence, code="not_a_target", fields={"to": [sentence]})
    permitted = permits(asked, holder, to)
    if permitted == "never":
        raise NotAllowed(
            _(
                "The other side's half of %(number)s is marked TLP:RED: only those who received it "
                "may read it, and nobody may pass it on."
            )
            % {"number": asked.number},
            code="tlp_red",
        )
    return permitted


@transaction.atomic
def ask_request_consent(
    asked: InformationRequest, *, to: Unit, purpose: str, by: Any
) -> RequestConsent:
    """Ask the other side whether its half of the request (the question, or its answers until now)
    may go to one unit more; its desk is told.

    Asked again while it waits, or once it was given for this very half, it is the same. Refused for
    TLP:RED, and where the marking asks for no consent.
    """
    asked = locked_request(asked)
    holder = own_desk(asked, by)
    if asked.purge_id is not None:
        raise Refused(
            _("The words of this request were purged when their period was over."),
            code="purged",
            status=410,
        )
    if _goal(asked, holder, to) == "at_once":
        raise Refused(
            _("Its marking permits passing it on to %(unit)s. No consent is needed.")
            % {"unit": to.name},
            code="no_consent_needed",
        )
    purpose = worded(purpose, "purpose", most=LONGEST, empty=_("Write why the unit needs it."))
    answers = asked.answers.count()
    known = consent_to(asked, holder, to, answers)
    known = known or asked.consents.filter(unit=holder, to=to, state=Consent.State.ASKED).first()
    if known is not None:
        return known
    consent = RequestConsent.objects.create(
        asked=asked, unit=holder, to=to, answers=answers, purpose=purpose, asked_by=by
    )
    record("request.consent_asked", asked.ref, by=by, desk=holder.code, to=to.code)
    other = asked.to if holder.pk == asked.desk_id else asked.desk
    tell_if_watched(
        asked, to=other, sender=holder, event="request_consent", priority=Priority.P4, by=by
    )
    ring_request(asked)
    return consent


@transaction.atomic
def decide_request_consent(
    consent: RequestConsent, *, given: bool, text: str = "", by: Any
) -> RequestConsent:
    """The side whose half it is lets it go to that unit, with conditions in words, or does not and
    says why. The first decision stands; the same one again is it."""
    asked = locked_request(consent.asked)
    desk = own_desk(asked, by)
    row = RequestConsent.objects.select_for_update(no_key=True).get(pk=consent.pk)
    if desk.pk == row.unit_id:
        raise NotAllowed(_("The other side decides about its own half."), code="own_consent")
    state = Consent.State.GIVEN if given else Consent.State.REFUSED
    if row.state == state:
        return row
    if row.state != Consent.State.ASKED:
        raise Refused(
            _("This request was decided already: %(state)s. A new one must be asked for.")
            % {"state": Consent.State(row.state).label},
            code="decided",
        )
    row.text = worded(text, "text", most=LONGEST, empty="" if given else _("Write why not."))
    row.state, row.decided_at, row.decided_by = state, now(), by
    row.save(update_fields=["text", "state", "decided_at", "decided_by"])
    record("request.consent_decided", asked.ref, by=by, state=str(state), to=row.to.code)
    ring_request(asked)
    return row


@transaction.atomic
def pass_request_on(asked: InformationRequest, *, to: Unit, by: Any) -> RequestPass:
    """Let one unit more read the question and the answers until now, and nothing beside them; who
    is on duty or leads there gets a letter.

    The own half is the officer's to give. The other side's goes by its marking, or with its consent
    to this very half and unit; without it NotAllowed. Twice is once.
    """
    asked = locked_request(asked)
    holder = own_desk(asked, by)
    answers, consent = asked.answers.count(), None
    if _goal(asked, holder, to) == "consent":
        consent = consent_to(asked, holder, to, answers)
        if consent is None:
            raise NotAllowed(
                _(
                    "The other side's half of %(number)s may be passed on to %(unit)s only with "
                    "its consent. Ask for it first."
                )
                % {"number": asked.number, "unit": to.name},
                code="consent_needed",
            )
    row, new = RequestPass.objects.get_or_create(
        asked=asked, unit=holder, to=to, answers=answers, defaults={"consent": consent, "by": by}
    )
    if new:
        record("request.passed_on", asked.ref, by=by, desk=holder.code, to=to.code, answers=answers)
        tell_request_passed(row)
        ring_request(asked)
    return row
