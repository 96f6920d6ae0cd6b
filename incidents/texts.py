"""The texts of a report by language: what may go with a release, and what a reader sees."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import get_language

from bordercoop.reference.translated import TextMark, headline_in

from .content import headlines, moment_of
from .models import Audience, Incident, Share, Translation
from .reading import LANGUAGES
from .tidings import a_guest, told

TRANSLATABLE = ("headline", "narrative")


def to_translate(fields: Mapping[str, Any]) -> list[str]:
    """The texts that somebody has to translate: a headline from the list reads in every language
    by itself."""
    return [
        name
        for name in TRANSLATABLE
        if fields.get(name) and not (name == "headline" and fields.get("headline_template"))
    ]


def same_texts(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two contents say the same in what has to be translated."""
    names = [*to_translate(one), "language"]
    return names == [*to_translate(other), "language"] and all(
        one.get(name) == other.get(name) for name in names
    )


def moved_on(texts: Mapping[str, Any]) -> dict[str, Any]:
    """These translations once the text that they translated was changed."""
    return {language: {**text, "stale": True} for language, text in texts.items()}


def going(
    incident: Incident, own: Share, fields: Mapping[str, Any], held: Share | None
) -> dict[str, Any]:
    """The translations that go with the released `fields`: of each released text that still says
    what was translated.

    A translation of a text that has moved on may say what was taken out since, so it does not go.
    A desk that was given it with its version keeps it, marked as of that version.
    """
    wanted = to_translate(fields)
    stale = {text["version"] for text in own.texts.values() if text["stale"]}
    before = (
        dict(incident.versions.filter(number__in=stale).values_list("number", "content"))
        if stale and wanted
        else {}
    )
    given = held.texts if held is not None else {}
    found = {}
    for language, text in own.texts.items():
        if language == fields.get("language"):
            continue
        source = before.get(text["version"]) if text["stale"] else fields
        fresh = [name for name in wanted if source and source.get(name) == fields[name]]
        if source and source.get("language") != fields.get("language"):
            fresh = []
        kept = {name: text[name] for name in fresh if text[name]}
        if len(fresh) == len(wanted) and kept:
            found[language] = _entry(text, kept, incident.version, stale=False)
        elif given.get(language, {}).get("version"):
            old = given[language]
            kept = {name: old[name] for name in wanted if old.get(name)}
            if kept:
                found[language] = _entry(old, kept, old["version"], stale=True)
        elif kept:
            found[language] = _entry(text, kept, incident.version, stale=False)
    return found


def left_of(texts: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Of the translations of a copy those of the texts that it still has."""
    wanted = to_translate(fields)
    return {
        language: {
            **text,
            **{name: text.get(name, "") if name in wanted else "" for name in TRANSLATABLE},
        }
        for language, text in texts.items()
        if any(text.get(name) for name in wanted)
    }


def _entry(
    text: Mapping[str, Any], kept: Mapping[str, str], version: int, *, stale: bool
) -> dict[str, Any]:
    words = {name: kept.get(name, "") for name in TRANSLATABLE}
    return {**words, "mark": text["mark"], "version": version, "stale": stale, "at": text["at"]}


@dataclass
class Text:
    """What a report says in one language. `version` is the one that was translated; `stale` when
    the original has moved on since. `at` and `by` say when and by whom, as far as the reader may
    know. `lent`: somebody who was told translated it; then `side` and `audience` say whose it is.
    """

    language: str
    mark: TextMark
    headline: str
    narrative: str
    version: int
    stale: bool = False
    at: datetime | None = None
    by: Any = None
    side: str = ""
    audience: str = ""
    lent: bool = False


@dataclass
class Tab:
    """One language: its texts, the one that counts first; none when nobody translated it."""

    language: str
    name: str
    texts: list[Text] = field(default_factory=list)

    @property
    def mark(self) -> TextMark:
        return self.texts[0].mark if self.texts else TextMark.NONE

    @property
    def stale(self) -> bool:
        return bool(self.texts) and self.texts[0].stale


def translations_of(share: Share) -> list[Text]:
    """The translations that a copy itself holds."""
    known = headlines(share.fields)
    return [
        Text(
            language,
            TextMark(text["mark"]),
            known.get(language) or text["headline"],
            text["narrative"],
            text["version"],
            text["stale"],
            moment_of(text["at"]),
            side=share.side,
        )
        for language, text in share.texts.items()
        if language != share.fields.get("language")
    ]


def tabs(incident: Incident, share: Share, reader: Any) -> list[Tab]:
    """The languages of a copy, the reader's own first; [] when it has nothing that is translated:
    no text was released to it, or a headline from the list alone."""
    fields = share.fields
    if not to_translate(fields):
        return []
    original = fields.get("language") or ""
    rows = list(incident.translations.select_related("by").order_by("pk"))
    makers = {row.language: row for row in rows if row.whole}
    known = headlines(fields)
    found: dict[str, list[Text]] = {
        original: [
            Text(
                original,
                TextMark.ORIGINAL,
                fields.get("headline") or "",
                fields.get("narrative") or "",
                share.version,
            )
        ]
    }
    for text in translations_of(share):
        if share.own and text.language in makers:
            text.by = makers[text.language].by
        found.setdefault(text.language, []).append(text)
    for text in _lent(incident, share, reader, [row for row in rows if not row.whole]):
        if text.language != original:
            text.headline = known.get(text.language) or text.headline
            found.setdefault(text.language, []).append(text)
    order = [reader.language, original, *LANGUAGES]
    return [
        Tab(code, LANGUAGES[code], found.get(code, [])) for code in dict.fromkeys(order) if code
    ]


def _lent(incident: Incident, share: Share, reader: Any, rows: Iterable[Translation]) -> list[Text]:
    """Translations by those who were told, the last of each unit and language.

    A reader sees of them what the own copy holds in the very words that were translated. The unit
    that made one goes on to see it when its copy has moved on, and so does the owner, who has
    every version.
    """
    if not (rows := list(rows)):
        return []
    guest, since = a_guest(incident, share, reader), told(incident, share)
    last = {}
    for row in rows:
        given = row.audience == Audience.SHARED and not guest and not since.hides(row.at)
        if given or row.side == reader.side:
            last[row.unit_id, row.language] = row
    if not last:
        return []
    numbers = {row.version for row in last.values()}
    sources = dict(incident.versions.filter(number__in=numbers).values_list("number", "content"))
    found = []
    for row in last.values():
        source = sources[row.version]
        said = [name for name in TRANSLATABLE if getattr(row, name)]
        same = [name for name in said if source.get(name) == share.fields.get(name)]
        gave = share.own or row.unit_id == share.unit_id
        shown = [name for name in said if share.fields.get(name)] if gave else same
        if shown:
            found.append(
                Text(
                    row.language,
                    TextMark(row.mark),
                    row.headline if "headline" in shown else "",
                    row.narrative if "narrative" in shown else "",
                    row.version,
                    len(same) < len(said) and gave,
                    row.at,
                    row.by,
                    row.side,
                    row.audience,
                    lent=True,
                )
            )
    return found


def chosen(found: list[Tab], asked: str) -> Tab | None:
    """The language to show: what was asked for, else the reader's own, else the original."""
    for tab in found:
        if tab.language == asked:
            return tab
    if found and found[0].texts:
        return found[0]
    return next((tab for tab in found if tab.mark == TextMark.ORIGINAL), None)


def headlines_of(share: Share) -> dict[str, dict[str, Any]]:
    """What the headline of a copy is in other languages: by language {headline, mark}.

    One from the list is nobody's translation in any of them.
    """
    if found := headlines(share.fields):
        mark = TextMark.ORIGINAL.value
        return {
            language: {"headline": headline, "mark": mark}
            for language, headline in found.items()
            if language != share.fields.get("language")
        }
    return {
        language: {"headline": text["headline"], "mark": text["mark"]}
        for language, text in share.texts.items()
        if text.get("headline")
    }


def headline_of(share: Share) -> tuple[str, str, TextMark]:
    """The headline of a copy for the language of the page, its language and its mark."""
    original = share.fields.get("language") if share.headline else ""
    return headline_in(get_language() or "", share.headline, original, headlines_of(share))


def machine_draft(fields: Mapping[str, Any], language: str) -> dict[str, str] | None:
    """What the machine named by MACHINE_TRANSLATION makes of the texts, for an officer to read and
    to save; None when the installation names none.

    It is `function(text, source, target) -> text`. It is asked on an officer's press alone.
    """
    if not settings.MACHINE_TRANSLATION:
        return None
    translate = import_string(settings.MACHINE_TRANSLATION)
    source = fields.get("language") or ""
    return {
        name: translate(fields[name], source, language) if fields.get(name) else ""
        for name in TRANSLATABLE
    }
