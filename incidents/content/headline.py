"""A headline made of a template: what is kept of it, when it is wrong, and how it reads.

Kept is `{"code", "version", "values"}` in no language. Nobody types the values: each is a field of
the same content, so a headline never says what the report does not, and a release that leaves a
field out leaves out every headline that would say it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from bordercoop.reference.models import Phrase, phrases, terms, wording_of
from bordercoop.reference.phrases import SLOTS, slots_of
from contactpoints.saying import LANGUAGES, text_of, usable_headlines

from .checks import Check
from .fields import FIELDS, LONGEST

KEY = "headline_template"
# Of a longer list of goods, vehicles or documents the headline names the first ones.
KINDS_MOST = 3
CHANGED = gettext_lazy(
    "The wording of this headline was changed meanwhile. Read it before you send it."
)
EMPTY: tuple[Any, ...] = (None, "", [])


def fits(phrase: Phrase, category: Any) -> bool:
    """Whether a template is for reports of this category, or of one above it."""
    term = terms("incident_category").get(category) if isinstance(category, str) else None
    above = term.parent_id if term is not None else None
    upper = terms("incident_category").get(phrase.category)
    return phrase.category == category or (upper is not None and upper.pk == above)


def facts_of(template: Mapping[str, Any]) -> list[str]:
    """The keys of a content that a template says."""
    return [SLOTS[name].fact for name in slots_in(template) if name in SLOTS]


def slots_in(template: Mapping[str, Any]) -> list[str]:
    wording = wording_of(template["code"], template["version"])
    return slots_of(wording.text_en) if wording is not None else list(template["values"])


def values_of(slots: Iterable[str], content: Mapping[str, Any]) -> dict[str, Any]:
    """What a content has for these slots; nothing for one that it does not say."""
    found = {}
    for name in slots:
        slot = SLOTS[name]
        value = content.get(slot.fact)
        if slot.kind == "terms":
            kinds = [row["kind"] for row in value or () if row.get("kind")]
            value = list(dict.fromkeys(kinds))[:KINDS_MOST]
        if value not in EMPTY:
            found[name] = value
    return found


def tells_all_of(content: Mapping[str, Any]) -> bool:
    """Whether a part of a content has every field that its headline says; so for free text."""
    template = content.get(KEY)
    return not template or all(content.get(fact) not in EMPTY for fact in facts_of(template))


def said_in(template: Mapping[str, Any], language: str) -> str:
    with override(language):
        return text_of({"phrase": template["code"], **template})


def headlines(fields: Mapping[str, Any]) -> dict[str, str]:
    """The headline by language; {} for one that was written in words."""
    template = fields.get(KEY)
    if not template:
        return {}
    return {language: said_in(template, language) for language in LANGUAGES}


def headline_in_words(fields: Mapping[str, Any]) -> str:
    """The headline in the active language when a template gives it, else as it was written."""
    language = (get_language() or "").split("-")[0]
    if fields.get(KEY) and language in LANGUAGES and language != fields.get("language"):
        return said_in(fields[KEY], language)
    return fields.get("headline") or ""


def offered_headlines(before: Mapping[str, Any] | None = None) -> list[tuple[str, Phrase, int]]:
    """(value of a form, template, version) of those in use, and the one that stands."""
    found = [(f"{row.code}.{row.version}", row, row.version) for row in usable_headlines()]
    stands = (before or {}).get(KEY)
    if stands and (row := phrases().get(stands["code"])) is not None:
        value = f"{stands['code']}.{stands['version']}"
        if all(value != one for one, _row, _version in found):
            found.append((value, row, stands["version"]))
    return found


def clean_headline(
    check: Check, raw: Mapping[str, Any], content: Mapping[str, Any], before: Mapping[str, Any]
) -> dict[str, Any] | None:
    """The template out of `raw[KEY]` (code, version or None, and values that are only compared),
    filled with `content`; None without one. Who read a wording that was replaced reads first."""
    given = raw.get(KEY)
    if given is None:
        return None
    if not isinstance(given, Mapping):
        check.no(KEY, _("Give the code of a template."))
        return None
    code, version = given.get("code"), given.get("version")
    stands = before.get(KEY) or {}
    kept = bool(stands) and (code, version or stands["version"]) == (
        stands["code"],
        stands["version"],
    )
    phrase = phrases().get(code) if isinstance(code, str) else None
    if phrase is None or not (kept or phrase in usable_headlines()):
        check.no(KEY, _("Choose a headline from the list, or write one yourself."))
        return None
    version = stands["version"] if kept else version or phrase.version
    if not kept and version != phrase.version:
        check.no(KEY, str(CHANGED))
        return None
    if not (kept and before.get("category") == content["category"]) and not fits(
        phrase, content["category"]
    ):
        check.no(KEY, _("This headline is for another category. Choose another one."))
        return None
    asked = slots_in({"code": phrase.code, "version": version, "values": {}})
    values = values_of(asked, content)
    template = {"code": phrase.code, "version": version, "values": values}
    if missing := [name for name in asked if name not in values]:
        check.no(
            KEY,
            _("This headline also says: %(fields)s. Fill that in, or choose another headline.")
            % {"fields": ", ".join(str(FIELDS[SLOTS[name].fact]) for name in missing)},
        )
        return None
    if given.get("values") not in (None, values):
        check.no(
            KEY,
            _("The headline is filled with the fields of the report. Change those, or leave them."),
        )
        return None
    if any(len(text) > LONGEST["headline"] for text in headlines({KEY: template}).values()):
        check.no(
            KEY,
            _("Filled in, this headline is longer than %(most)s characters. Write one yourself.")
            % {"most": LONGEST["headline"]},
        )
        return None
    return template


def settled(
    check: Check, raw: Mapping[str, Any], content: Mapping[str, Any], before: Mapping[str, Any]
) -> dict[str, Any]:
    """The keys `headline` and KEY of a content whose other fields are clean."""
    template = clean_headline(check, raw, content, before)
    if template is None:
        return {"headline": content["headline"], KEY: None}
    found = headlines({KEY: template})
    language = content["language"]
    if before.get(KEY) == template and before.get("language") == language:
        found[language] = before["headline"]  # a place may have another name by now
    if content["headline"] and content["headline"] not in found.values():
        check.no(
            "headline",
            _("Choose a headline from the list or write one yourself, not both. Clear one."),
        )
    return {"headline": found.get(language, ""), KEY: template}
