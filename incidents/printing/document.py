"""Everything that stands on the paper of an incident, in two languages."""

from collections.abc import Mapping
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django.utils.translation import (
    get_language,
    gettext_lazy,
    ngettext,
    pgettext,
)
from django.utils.translation import gettext as _

from bordercoop.access.models import Language
from bordercoop.reference.models import terms
from bordercoop.reference.sides import Side
from bordercoop.reference.translated import TextMark
from bordercoop.web.both import Both
from bordercoop.web.clocks import compact, written
from bordercoop.web.templatetags.portal import SEVERITY
from contactpoints.access import roles_of

from .. import handling as markings
from ..content import FIELDS, headline_in_words
from ..graded_paper import grading_lines
from ..models import Audience, Incident, Share
from ..reading import LANGUAGES, Fact, facts, held_by_desks
from ..telling import Table, tables
from ..texts import Text, translations_of
from ..tidings import Entry
from ..timeline import timeline
from .copies import View, content_mark

# A paper is for the hand. What is older stands on the screen, and the paper says so.
ENTRIES_MOST = 120
CHARACTERS_MOST = 40_000
OPEN_SOURCE = gettext_lazy(
    "Open-source record: no service is its author and it raises no alert. "
    "Source: IOM Missing Migrants Project, CC BY 4.0."
)


def document(
    incident: Incident, copy: Share, *, view: str, both: Both, by: Any, at: datetime
) -> dict[str, Any]:
    """Everything that `templates/pdf/incident.typ` prints. Texts in two languages are pairs."""
    internal = view == View.INTERNAL
    category = terms("incident_category").get(copy.category)
    listed = copy.fields.get("headline_template")
    heading = "" if listed else copy.fields.get("headline") or ""
    return {
        **frame(both, by, at, handling=handling(copy, view, both), marked=copy),
        "title": f"{copy.number} v{copy.version}",
        "heading": both(lambda: _("Incident record")),
        "number": copy.number,
        "side": {"code": copy.side, "name": both(Side(copy.side).label)},
        "severity": {"level": copy.severity, "word": both(SEVERITY[copy.severity])},
        "headline": [heading] if heading else both(lambda: _heading(copy, category)),
        "headline_language": copy.fields.get("language") if heading else None,
        "state": both(lambda: copy.get_state_display()),
        "version": both(lambda: _("Version %(n)s") % {"n": copy.version}),
        "unverified": both(lambda: _("Unverified")) if copy.unverified else None,
        "exercise": both(lambda: _("Exercise: this did not happen.")) if copy.exercise else None,
        "watermark": both(lambda: pgettext("watermark", "EXERCISE")) if copy.exercise else None,
        "source": both(OPEN_SOURCE) if copy.origin == Incident.Origin.OPEN_SOURCE else None,
        "entry": both(lambda: pgettext("column of a form", "Entry")),
        "facts": [
            {"label": label, "value": value} for label, value in _lines(incident, copy, both, by)
        ],
        "things": _things(both, copy.fields),
        "narrative": _text(both, FIELDS["narrative"], copy.fields.get("narrative")),
        "language": _language(both, copy.fields) if copy.fields.get("narrative") else None,
        "texts": [_translation(both, text, bool(listed)) for text in translations_of(copy)],
        "note": _text(
            both,
            lambda: _("Internal note. It never leaves your side."),
            copy.fields.get("internal_note") if internal else None,
        ),
        "held": _held(incident, both, by) if internal else None,
        "timeline": _timeline(incident, copy, both, by, internal),
        "parts": _parts(incident, both, by),
        "signatures": _signatures(both, internal),
        "mark": content_mark(copy),
    }


def frame(
    both: Both, by: Any, at: datetime, *, handling: list[str] | None, marked: Any = None
) -> dict[str, Any]:
    """What stands around every printed form: languages, handling, who printed it and when;
    at the head of every page the marking of what is `marked`."""
    unit = next((unit for _role, unit in roles_of(by)), None)
    return {
        "languages": list(both.languages),
        "language_names": [str(Language(code).label) for code in both.languages],
        "handling": handling,
        "marking": markings.on_paper(marked, both) if marked is not None else None,
        "page": both(lambda: _("Page {page} of {total}")),
        "printed": both(
            lambda: (
                _("Printed by %(name)s, %(unit)s, on %(when)s.")
                % {
                    "name": by.name_for(_active()),
                    "unit": unit.name if unit else Side(by.side).label,
                    "when": written(at, by.side),
                }
            )
        ),
        "from": both(
            lambda: (
                _("Printed from BorderCoop. Handle it as marked above.")
                if handling
                else _("Printed from BorderCoop.")
            )
        ),
        "mark_label": both(lambda: _("Content mark")),
    }


def _active() -> str:
    return get_language() or "en"


def handling(copy: Share, view: str, both: Both) -> list[str]:
    """Who may read the paper."""
    if view == View.INTERNAL:
        return both(lambda: _("INTERNAL: %(side)s only") % {"side": Side(copy.side).label})
    if copy.unit.side == copy.side:
        return both(
            lambda: (
                _("INTERNAL: %(side)s only, as released to %(desk)s")
                % {"side": Side(copy.side).label, "desk": copy.unit.name}
            )
        )
    return both(
        lambda: (
            _("SHARED with %(desk)s, %(side)s")
            % {"desk": copy.unit.name, "side": Side(copy.unit.side).label}
        )
    )


def _lines(
    incident: Incident, copy: Share, both: Both, by: Any
) -> list[tuple[list[str], list[str]]]:
    """(label, value), each in both languages, in the order of the screen."""
    category = terms("incident_category").get(copy.category)
    lines = [
        (both(lambda: _("Unit")), both(lambda: f"{incident.unit.name} ({incident.unit.code})")),
        (
            both(FIELDS["category"]),
            both(lambda: f"{copy.category} · {category.name if category else '—'}"),
        ),
    ]
    of_each = both.each(lambda: [_fact(fact, by.side) for fact in facts(copy.fields, copy.zone)])
    for first, second in zip(*of_each, strict=True):
        lines.append(([first[0], second[0]], [first[1], second[1]]))
    lines.append((both(lambda: _("Reported")), both(lambda: written(copy.reported_at, by.side))))
    released = copy.released_at
    if released is not None:
        lines.append((both(lambda: _("Released")), both(lambda: written(released, by.side))))
    return lines + grading_lines(copy, both, side=by.side)


def _fact(fact: Fact, side: str) -> tuple[str, str]:
    """Label and value in the active language."""
    if fact.kind == "moment":
        return fact.label, written(fact.value, side, fact.precision, fact.zone)
    if fact.kind == "place":
        return fact.label, fact.value.name
    if fact.kind == "position":
        return fact.label, f"{fact.value[0]:.4f}, {fact.value[1]:.4f}"
    return fact.label, str(fact.value)


def _text(both: Both, label: Any, text: str | None) -> dict[str, Any] | None:
    """A heading and the paragraphs of an officer's own words, or nothing."""
    if not text:
        return None
    return {"label": both(label), "lines": [line.rstrip() for line in text.splitlines()]}


def _heading(copy: Share, category: Any) -> str:
    return headline_in_words(copy.fields) or (category.name if category else "")


def _language(both: Both, fields: Mapping[str, Any]) -> dict[str, Any]:
    code = fields.get("language") or "en"
    return {
        "code": code,
        "said": both(
            lambda: f"{FIELDS['language']}: {LANGUAGES.get(code, code)}. {TextMark.ORIGINAL.label}"
        ),
    }


def _translation(both: Both, text: Text, known: bool) -> dict[str, Any]:
    """A translation with its mark, and which version it translates once the original moved on; of
    one whose headline is `known` from the list the narrative."""

    def said() -> str:
        words = f"{LANGUAGES[text.language]}: {text.mark.label}"
        if not text.stale:
            return words
        of = _("Of version %(n)s; the original has changed since") % {"n": text.version}
        return f"{words}. {of}"

    headline = "" if known else text.headline
    lines = [headline, *text.narrative.splitlines()]
    return {
        "code": text.language,
        "label": both(lambda: _("Translation")),
        "said": both(said),
        "lines": [line.rstrip() for line in lines if line.strip()],
    }


def _table(both: Both, label: Any, columns: list[Any], rows: Any) -> dict[str, Any]:
    """A heading, heads and cells in both languages. `rows()` gives texts in the active one."""
    of_each = both.each(lambda: [[str(cell) for cell in row] for row in rows()])
    return {
        "label": both(label),
        "columns": [both(column) for column in columns],
        "rows": [
            [list(cell) for cell in zip(*row, strict=True)] for row in zip(*of_each, strict=True)
        ],
    }


def _things(both: Both, fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The tables of people, vehicles, goods, documents and the route, with their notes."""
    made: list[list[Table]] = both.each(lambda: tables(fields))
    return [
        {
            "label": [first.label, second.label],
            "columns": [list(pair) for pair in zip(first.heads, second.heads, strict=True)],
            "rows": [
                [
                    list(pair) if pair[0] != pair[1] else [pair[0]]
                    for pair in zip(*rows, strict=True)
                ]
                for rows in zip(first.rows, second.rows, strict=True)
            ],
            "note": [first.note, second.note] if first.note else None,
        }
        for first, second in zip(*made, strict=True)
    ]


def _held(incident: Incident, both: Both, by: Any) -> dict[str, Any]:
    """Which desk holds which version, for the owner."""
    held = held_by_desks(incident)

    def rows() -> list[list[str]]:
        return [
            [
                f"{one.release.desk.name} ({one.release.desk.side})",
                str(one.share.version),
                compact(one.release.at, by.side),
                compact(one.delivery.acknowledged_at, by.side)
                if one.delivery.acknowledged_at
                else "—",
            ]
            for one in held
        ]

    columns = [
        lambda: _("Desk"),
        lambda: pgettext("column of a form", "Version"),
        lambda: _("Released"),
        lambda: _("Acknowledged"),
    ]
    table = _table(both, lambda: _("Which desk holds which version"), columns, rows)
    return {**table, "empty": both(lambda: _("It was released to no desk."))}


def _timeline(
    incident: Incident, copy: Share, both: Both, by: Any, internal: bool
) -> dict[str, Any]:
    """The entries, oldest first. A shared view has those that the holder of the copy reads and
    that both sides read, so that neither side's own notes are on it, whoever prints it."""
    reader = by if internal else SimpleNamespace(side=copy.unit.side)

    def entries() -> list[Entry]:
        return [
            entry
            for entry in timeline(incident, copy, reader)
            if internal or entry.audience == Audience.SHARED
        ]

    of_each = both.each(lambda: [_entry(entry, by.side) for entry in entries()])
    rows = [_paired(*pair) for pair in zip(*of_each, strict=True)]
    kept = _newest(rows)
    left_out = len(rows) - len(kept)
    return {
        "label": both(lambda: _("Timeline")),
        "columns": [
            both(lambda: _("When")),
            both(lambda: pgettext("column of a form", "Who and what")),
        ],
        "left_out": both(
            lambda: (
                ngettext(
                    "%(n)s earlier entry stands in the portal and is not printed.",
                    "%(n)s earlier entries stand in the portal and are not printed.",
                    left_out,
                )
                % {"n": left_out}
            )
        )
        if left_out > 0
        else None,
        "rows": kept[::-1],
    }


def _newest(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As many of the entries, newest first, as a paper holds; at least one."""
    kept: list[dict[str, Any]] = []
    characters = 0
    for row in rows[:ENTRIES_MOST]:
        characters += sum(len(line) + 1 for line in row["text"])
        if kept and characters > CHARACTERS_MOST:
            break
        kept.append(row)
    return kept


def _entry(entry: Entry, side: str) -> dict[str, Any]:
    """One entry in the active language."""
    own = entry.audience == Audience.OWN
    sentence = f"{entry.by.name_for(_active())} {entry.sentence}" if entry.by else entry.sentence
    return {
        "when": compact(entry.at, side),
        "side": entry.side,
        "said": f"{sentence} ({entry.detail})" if entry.detail else sentence,
        "audience": _("own side only") if own else _("both sides"),
        "text": entry.text.splitlines(),
        "due": compact(entry.due_at, side) if entry.due_at else "",
    }


def _paired(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    return {**first, **{name: [first[name], second[name]] for name in ("said", "audience")}}


def _parts(incident: Incident, both: Both, by: Any) -> dict[str, Any]:
    """What each side closed, and on which ground."""
    parts = list(incident.parts.select_related("closed_by").order_by("side"))

    def rows() -> list[list[str]]:
        return [
            [
                str(Side(part.side).label),
                part.get_ground_display() if part.closed_at else _("open"),
                _by_and_at(part.closed_by, part.closed_at, by.side),
            ]
            for part in parts
        ]

    columns = [
        lambda: pgettext("column of a form", "Side"),
        lambda: _("Ground"),
        lambda: pgettext("column of a form", "By whom and when"),
    ]
    return _table(both, lambda: _("Each side closes its own part"), columns, rows)


def _by_and_at(officer: Any, at: datetime | None, side: str) -> str:
    if at is None:
        return "—"
    moment = compact(at, side)
    return f"{officer.name_for(_active())}, {moment}" if officer else moment


def _signatures(both: Both, internal: bool) -> dict[str, Any]:
    names = (
        [lambda: _("Prepared by"), lambda: _("Checked by")]
        if internal
        else [lambda: _("Handed over by"), lambda: _("Received by")]
    )
    return {
        "names": [both(name) for name in names],
        "hint": both(lambda: _("Name, post, date and time, signature")),
    }
