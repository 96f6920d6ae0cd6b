"""The impact level of a border section, said by each side for itself."""

import uuid
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed
from bordercoop.reference.models import utc_today
from bordercoop.reference.wording import worded
from contactpoints.access import require
from incidents.actions.once import written_before

from ..models import SectionLevel
from ..register_access import writing_units
from ..section_codes import require_section
from ..wordings import require_language

LOCK = 5_251_022  # any number that no other advisory lock of the portal uses
LONGEST = timedelta(days=92)


@transaction.atomic
def set_section_level(
    *,
    section: str,
    level: str,
    why: str,
    language: str,
    until: date | None = None,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> SectionLevel:
    """Say for the own side which impact level a section has from now on; both sides read it.

    `until` is the last day (UTC) of a critical level, which needs one, and of any other that is
    meant for a time. What the side said before ends. The same again changes nothing.
    Raises KeyReused for a `client_ref` of another section.
    """
    units = writing_units(by)
    if not units:
        raise NotAllowed(_("Analysts of the two services say which level a section has."))
    require(by, "write_risks", units[0])
    require_section(section)
    if level not in SectionLevel.Level.values:
        sentence = _("Choose a level.")
        raise Invalid(sentence, fields={"level": [sentence]})
    why = worded(why, "why", most=1_000, empty=_("Write why: both sides read it."))
    require_language(language)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    rows = SectionLevel.objects.filter(section=section, side=by.side)
    own = SectionLevel.objects.filter(by=by)
    ref, about = client_ref or uuid.uuid4(), {"section": section, "side": by.side}
    known = written_before(own, ref, **about)
    before = rows.current().first()
    said = (level, why, until)
    if before is not None and (before.level, before.why, before.until) == said:
        return before
    if known is not None:
        if (known.level, known.why, known.until) == said:
            return known
        ref = uuid.uuid4()
    _sound_until(level, until)
    at = now()
    if before is not None:
        before.ended_at = at
        before.save(update_fields=["ended_at"])
    made = SectionLevel.objects.create(
        section=section, side=by.side, level=level, why=why, language=language, until=until,
        client_ref=ref, at=at, by=by,
    )  # fmt: skip
    record("section_level.set", made.ref, by=by, section=section, level=level, until=until)
    return made


def _sound_until(level: str, until: date | None) -> None:
    if until is None:
        if level != SectionLevel.Level.CRITICAL:
            return
        sentence = _("A critical level is temporary: say its last day.")
    elif not utc_today() <= until <= utc_today() + LONGEST:
        sentence = _("The last day is today or later, within three months.")
    else:
        return
    raise Invalid(sentence, fields={"until": [sentence]})
