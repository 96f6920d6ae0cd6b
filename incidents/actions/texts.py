"""Translating what a report says."""

from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import Language
from bordercoop.audit.models import record
from bordercoop.errors import Invalid, Refused, Stale
from bordercoop.live.doorbell import ring_many
from bordercoop.reference.translated import TRANSLATED, TextMark
from contactpoints.access import require

from ..access import share_for
from ..content import utc_text
from ..content.checks import Check, text
from ..models import Audience, Incident, Share, Translation
from ..texts import TRANSLATABLE, same_texts, to_translate
from .shares import locked


def _same_text(incident: Incident, share: Share, version: int) -> bool:
    """Whether the owner's record says at `version` what it says now."""
    before = incident.versions.filter(number=version).first() if share.own else None
    if before is None:
        return False
    return same_texts(before.content, share.fields)


def _checked(share: Share, language: str, mark: str, words: dict[str, str]) -> dict[str, str]:
    check = Check()
    if language not in Language.values:
        check.no("language", _("Choose Latvian, Belarusian, Russian or English."))
    elif language == share.fields.get("language"):
        check.no(
            "language",
            _("The report is written in this language. To change what it says, add a supplement."),
        )
    if mark not in TRANSLATED:
        check.no("mark", _("Say whether a person or a machine translated it."))
    found = {name: text(check, name, words[name]) for name in TRANSLATABLE}
    wanted = to_translate(share.fields)
    for name in TRANSLATABLE:
        if found[name] and not share.fields.get(name):
            check.no(name, _("The report that you hold has no such text, so leave this empty."))
        elif found[name] and name not in wanted:
            check.no(name, _("This headline reads in every language already. Leave this empty."))
    if "headline" in wanted and not found["headline"]:
        check.no("headline", _("Translate the headline too."))
    elif not any(found.values()):
        check.no("narrative", _("Write the translation first."))
    if check.wrong:
        raise Invalid(next(iter(check.wrong.values()))[0], fields=check.wrong)
    return found


@transaction.atomic
def translate_text(
    incident: Incident,
    *,
    language: str,
    headline: str = "",
    narrative: str = "",
    mark: TextMark | str = TextMark.HUMAN,
    version: int | None = None,
    audience: Audience | str = Audience.OWN,
    by: Any,
) -> Translation:
    """Say in another language what the report says, marked as made by a person or by a machine.

    Of the unit of the incident it belongs to the record and goes with the texts that are released
    from then on. Of somebody who was told it translates the copy held, and stays with that side
    unless `audience` gives it back to both. `version` is the one that was read: Stale when the text
    has changed since. The same translation twice is one; another one replaces none before.
    """
    incident = locked(incident)
    share = share_for(by, incident)
    require(by, "translate_incidents", share.unit)
    if not to_translate(share.fields):
        raise Refused(
            _("You hold no text of this incident, so there is nothing to translate."),
            code="no_text",
        )
    if audience not in Audience.values:
        sentence = _("Choose who sees it.")
        raise Invalid(sentence, fields={"audience": [sentence]})
    words = _checked(share, language, mark, {"headline": headline, "narrative": narrative})
    if version not in (None, share.version) and not _same_text(incident, share, int(version or 0)):
        raise Stale(
            _(
                "The text was changed while you translated it: it is version %(current)s now. "
                "Compare it with your translation and save again."
            )
            % {"current": share.version},
            current=share,
        )
    said = {
        **words,
        "version": share.version,
        "mark": str(mark),
        "audience": str(Audience.OWN if share.own else audience),
    }
    last = incident.translations.filter(language=language, unit=share.unit, whole=share.own).last()
    if last is not None and all(getattr(last, name) == value for name, value in said.items()):
        return last
    made = Translation.objects.create(
        incident=incident,
        language=language,
        whole=share.own,
        side=by.side,
        unit=share.unit,
        by=by,
        at=now(),
        **said,
    )
    if share.own:
        entry = {
            **words,
            "mark": made.mark,
            "version": made.version,
            "stale": False,
            "at": utc_text(made.at),
        }
        incident.shares.filter(own=True).update(texts={**share.texts, language: entry})
    record(
        "incident.translated",
        incident.ref,
        by=by,
        version=made.version,
        language=language,
        mark=made.mark,
        audience=made.audience,
    )
    heard = incident.shares.all()
    if made.audience == Audience.OWN:
        heard = heard.filter(own=True) if share.own else heard.filter(unit__side=by.side)
    ring_many(sorted(heard.values_list("unit__code", flat=True)))
    return made
