"""Inspections and repairs of border signs."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.files import store
from bordercoop.files.kinds import kind_of
from bordercoop.files.names import clean_name
from bordercoop.files.rendition import pieces, rendition
from bordercoop.reference.models import Place
from bordercoop.reference.wording import worded
from bordercoop.tables.listing import Export
from contactpoints.access import require, units_where
from contactpoints.actions.exporting import hand_out
from contactpoints.models import Unit

from ..content.checks import Check, moment
from ..investigation.register import register_listing
from ..models import (
    BROKEN,
    Condition,
    Incident,
    LineInspection,
    SignInspection,
    SignPhoto,
    SignRepair,
)
from .files import Upload
from .report import log_incident

CATEGORY = "RGM-SGN"
SERVICES = ("LV", "BY")
LANGUAGES = ("lv", "be", "ru", "en")
MOST_PHOTOS = 6
SEVERITY = {Condition.DAMAGED: 2, Condition.MOVED: 3, Condition.MISSING: 3}
SAY_WHAT = gettext_lazy("Write what you saw: the sign is not in good condition.")


def sign_checked(sign: Any) -> Place:
    """The sign; Invalid for what is none of the register, or retired."""
    if isinstance(sign, Place) and sign.kind == Place.Kind.SIGN and sign.retired_at is None:
        return sign
    sentence = _("Choose a border sign from the register.")
    raise Invalid(sentence, fields={"sign": [sentence]})


def seen_checked(
    condition: str, seen: str, language: str, at: datetime | None = None, *, timed: bool = True
) -> dict[str, Any]:
    """Condition, text, language and time as they can be kept, or Invalid with every fault."""
    check = Check()
    if condition not in Condition.values:
        check.no("condition", _("Choose the condition of the sign."))
    if language not in LANGUAGES:
        check.no("language", _("Choose the language you write in."))
    try:
        empty = SAY_WHAT if condition != Condition.GOOD else ""
        seen = worded(seen, "seen", most=2_000, empty=empty)
    except Invalid as wrong:
        check.no("seen", str(wrong))
    said: dict[str, Any] = {"condition": str(condition), "seen": seen, "language": language}
    if timed:
        moment(check, "at", at, now())
        if at is None:
            check.no("at", _("Say when the sign was inspected."))
        said["at"] = at
    if check.wrong:
        raise Invalid(next(iter(check.wrong.values()))[0], fields=check.wrong)
    return said


def opened_for(
    sign: Place, said: dict[str, Any], ref: uuid.UUID, *, unit: Unit, by: Any
) -> Incident | None:
    """The incident that a broken sign opens at the unit; None for a sign that is not broken.

    The same `ref` is the same incident. It carries the sign's position only where that is verified.
    """
    if said["condition"] not in BROKEN:
        return None
    with translation.override(said["language"]):
        headline = _("Border sign %(sign)s: %(condition)s") % {
            "sign": sign.name,
            "condition": str(Condition(said["condition"]).label).lower(),
        }
    known = sign.position_verified
    return log_incident(
        unit=unit,
        content={
            "category": CATEGORY,
            "severity": SEVERITY[Condition(said["condition"])],
            "headline": headline[:200],
            "happened_at": said["at"],
            "border_sign": sign.code[:40],
            "lat": sign.lat if known else None,
            "lon": sign.lon if known else None,
            "narrative": said["seen"],
            "language": said["language"],
        },
        client_ref=uuid.uuid5(ref, "incident"),
        by=by,
    )


def _photos(uploads: Iterable[Upload]) -> list[dict[str, Any]]:
    """What each picture is once its pixels are written anew; Invalid for what is no picture."""
    found: list[dict[str, Any]] = []
    for upload in uploads:
        if len(found) == MOST_PHOTOS:
            sentence = ngettext(
                "%(most)s photo fits on one inspection.",
                "%(most)s photos fit on one inspection.",
                MOST_PHOTOS,
            ) % {"most": MOST_PHOTOS}
            raise Invalid(sentence, code="too_many_files", fields={"photos": [sentence]})
        try:
            found.append(_photo(upload))
        except Invalid as wrong:
            raise Invalid(str(wrong), code=wrong.code, fields={"photos": [str(wrong)]}) from wrong
    return found


def _photo(upload: Upload) -> dict[str, Any]:
    name = clean_name(upload.name or "")
    with store.arriving(upload.chunks()) as (file, stored):
        kind, _pixels = kind_of(file, name)  # type: ignore[arg-type]
        with rendition(file, kind) as plain:
            if plain is None or kind.code not in ("jpeg", "png"):
                raise Invalid(_("Photos are JPEG or PNG pictures of one page."), code="no_picture")
            with store.arriving(pieces(plain)) as (copy, copied):
                store.keep(copy, copied)
    return {
        "name": name,
        "kind": kind.code,
        "size": copied.size,
        "sha256": copied.sha256,
        "original_sha256": stored.sha256,
    }


def inspect_sign(
    sign: Place,
    *,
    unit: Unit,
    condition: Condition | str,
    seen: str = "",
    at: datetime,
    language: str,
    photos: Iterable[Upload] = (),
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> SignInspection:
    """Record what the own side saw at a border sign, for both sides to read.

    A damaged, moved or missing sign opens an incident of the `unit` at once, which the other side
    does not learn of until it is released. Photos (JPEG or PNG) are kept as their pixels alone. The
    same `client_ref` is the same inspection. Raises Invalid with a sentence for each wrong field.
    """
    if by.side not in SERVICES or unit.side != by.side:
        raise NotAllowed(_("Officers of the two services inspect border signs for their units."))
    require(by, "inspect_signs", unit)
    ref = client_ref or uuid.uuid4()
    if known := SignInspection.objects.filter(by=by, client_ref=ref).first():
        return known
    sign = sign_checked(sign)
    if unit.kind == Unit.Kind.DESK:
        sentence = _("Choose the unit that inspected the sign, not a desk.")
        raise Invalid(sentence, fields={"unit": [sentence]})
    said = seen_checked(condition, seen, language, at)
    pictures = _photos(photos)
    try:
        return _recorded(sign, unit, said, pictures, ref, by)
    except IntegrityError as clash:
        once = ("inspection_recorded_once", "incidents_signinspection_incident_id_key")
        if not any(name in str(clash) for name in once):
            raise
    return SignInspection.objects.get(by=by, client_ref=ref)


@transaction.atomic
def _recorded(
    sign: Place,
    unit: Unit,
    said: dict[str, Any],
    pictures: list[dict[str, Any]],
    ref: uuid.UUID,
    by: Any,
) -> SignInspection:
    made = keep_inspection(sign, said, ref, unit=unit, by=by)
    numbered = {picture["original_sha256"]: picture for picture in pictures}
    for number, picture in enumerate(numbered.values(), start=1):
        SignPhoto.objects.create(inspection=made, number=number, by=by, **picture)
    return made


def keep_inspection(
    sign: Place,
    said: dict[str, Any],
    ref: uuid.UUID,
    *,
    unit: Unit,
    line: LineInspection | None = None,
    by: Any,
) -> SignInspection:
    """Write an inspection down with the incident that it opens. The caller has asked the right."""
    incident = opened_for(sign, said, ref, unit=unit, by=by)
    made = SignInspection.objects.create(
        sign=sign,
        line=line,
        side=by.side,
        unit=unit,
        incident=incident,
        client_ref=ref,
        by=by,
        **said,
    )
    record(
        "sign.inspected",
        made.ref,
        by=by,
        sign=sign.code,
        condition=said["condition"],
        **({"incident": str(incident.uid)} if incident else {}),
    )
    return made


# --- repairs


@transaction.atomic
def plan_repair(
    sign: Place,
    *,
    unit: Unit,
    what: str,
    due: date | None = None,
    language: str,
    inspection: SignInspection | None = None,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> SignRepair:
    """Take a repair of a sign on for the own side: what, and by which day (UTC).

    `inspection` of this sign asked for it. The same `client_ref` is the same repair.
    """
    if by.side not in SERVICES or unit.side != by.side:
        raise NotAllowed(_("Each side takes on repairs for its own units."))
    require(by, "inspect_signs", unit)
    ref = client_ref or uuid.uuid4()
    if known := SignRepair.objects.filter(by=by, client_ref=ref).first():
        return known
    sign = sign_checked(sign)
    if inspection is not None and inspection.sign_id != sign.pk:
        sentence = _("This inspection is of another sign.")
        raise Invalid(sentence, fields={"inspection": [sentence]})
    what = worded(what, "what", most=500, empty=_("Write what is to be repaired."))
    if language not in LANGUAGES:
        sentence = _("Choose the language you write in.")
        raise Invalid(sentence, fields={"language": [sentence]})
    if due is not None and not -366 <= (due - now().date()).days <= 3660:
        sentence = _("This day is too far away. Check the date.")
        raise Invalid(sentence, fields={"due": [sentence]})
    made = SignRepair.objects.create(
        sign=sign,
        inspection=inspection,
        side=by.side,
        unit=unit,
        what=what,
        language=language,
        due=due,
        client_ref=ref,
        by=by,
    )
    record("sign.repair_planned", made.ref, by=by, sign=sign.code)
    return made


def _own_repair(repair: SignRepair, by: Any) -> SignRepair:
    """The repair under its lock, for its own side."""
    rows = SignRepair.objects.filter(pk=repair.pk)
    rows.select_for_update(no_key=True).values_list("pk").get()
    row = rows.select_related("unit", "sign").get()
    if row.side != by.side:
        raise NotAllowed(
            _("The other side repairs this. Only that side says what became of it."),
            code="not_yours",
        )
    require(by, "inspect_signs", row.unit)
    return row


def _ended(row: SignRepair, state: SignRepair.State) -> bool:
    if row.state == state:
        return True
    if row.state != SignRepair.State.PLANNED:
        raise Refused(_("This repair has ended already. Read it again."), code="wrong_state")
    return False


@transaction.atomic
def finish_repair(
    repair: SignRepair, *, done_at: datetime | None = None, note: str = "", by: Any
) -> SignRepair:
    """Say that a repair of the own side is done (now, without a time): the sign is good from then
    on, until somebody sees otherwise. Done twice is done once."""
    row = _own_repair(repair, by)
    if _ended(row, SignRepair.State.DONE):
        return row
    at = done_at or now()
    check = Check()
    moment(check, "done_at", at, now())
    if check.wrong:
        raise Invalid(check.wrong["done_at"][0], fields=check.wrong)
    row.note = worded(note, "note", most=500)
    row.state, row.done_at, row.ended_by = SignRepair.State.DONE, at, by
    row.save(update_fields=["note", "state", "done_at", "ended_by"])
    record("sign.repaired", row.ref, by=by, sign=row.sign.code)
    return row


@transaction.atomic
def drop_repair(repair: SignRepair, *, reason: str, by: Any) -> SignRepair:
    """Say that the own side does not do a repair, with a reason that both sides read."""
    row = _own_repair(repair, by)
    if _ended(row, SignRepair.State.DROPPED):
        return row
    row.note = worded(
        reason, "reason", most=500, empty=_("Write the reason: the other side reads it.")
    )
    row.state, row.ended_by = SignRepair.State.DROPPED, by
    row.save(update_fields=["note", "state", "ended_by"])
    record("sign.repair_dropped", row.ref, by=by, sign=row.sign.code)
    return row


def export_signs(*, form: str, by: Any) -> Export:
    """The register of border signs as CSV, XLSX, GeoJSON or PDF; recorded as an export."""
    if by.side not in SERVICES or not units_where(by, "view_incidents"):
        raise NotAllowed(_("Your posting does not let you read the register of border signs."))
    return hand_out(register_listing(by), form, by)
