"""Reading the act of a joint investigation: its paragraphs, what is missing, what changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from bordercoop.access.models import Language
from bordercoop.errors import Refused
from bordercoop.reference.sides import Side
from contactpoints.access import may

from ..models import (
    Act,
    ActSignature,
    ActVersion,
    CaseEntry,
    CaseMember,
    CaseOpinion,
    CaseReferral,
    CaseState,
    EntryVersion,
    Investigation,
    ParagraphKind,
    Section,
)
from .act_heading import content_of, rows_of
from .guideline import left_said

ORDER = list(Section.values)


def the_act(case: Investigation) -> Act:
    """The act of the case as it is now; Refused (404) before it was begun."""
    act = Act.objects.filter(investigation=case).first()
    if act is None:
        raise Refused(_("The act of this case has not been begun."), code="not_found", status=404)
    act.investigation = case
    return act


def paragraph_of(paragraphs: Iterable[dict[str, Any]], name: str) -> dict[str, Any]:
    """The paragraph with this id; Refused (404) for one that is not there (any more)."""
    found = next((each for each in paragraphs if each["id"] == str(name)), None)
    if found is None:
        raise Refused(_("There is no such paragraph in the act."), code="not_found", status=404)
    return found


def numbered(paragraphs: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The paragraphs in the order of the sections, each with its number, such as "2.1"; a section
    without paragraphs takes no number."""
    said = sorted(paragraphs, key=lambda each: ORDER.index(each["section"]))
    found: list[dict[str, Any]] = []
    section, place, last = 0, 0, ""
    for each in said:
        if each["section"] != last:
            section, place, last = section + 1, 0, each["section"]
        place += 1
        found.append({**each, "number": f"{section}.{place}"})
    return found


def missing(case: Investigation, act: Act) -> list[str]:
    """A sentence for each thing without which the act cannot be signed."""
    paragraphs = act.content["paragraphs"]
    if not paragraphs:
        return [_("It says nothing yet.")]
    empty = [each["number"] for each in paragraphs if not all(each["texts"].values())]
    unsaid = [
        f"{each['number']} ({side})"
        for each in paragraphs
        if each["kind"] == ParagraphKind.DISPUTED
        for side, said in sorted(each["positions"].items(), reverse=True)
        if not all(said.values())
    ]
    cited = {entry["number"] for each in paragraphs for entry in each["entries"]}
    gone = CaseEntry.objects.filter(
        investigation=case, number__in=cited, withdrawn_at__isnull=False
    ).values_list("number", flat=True)
    found = []
    if empty:
        found.append(_("A language is missing in: %(numbers)s.") % {"numbers": ", ".join(empty)})
    if unsaid:
        found.append(
            _("A position is missing, or one of its languages, in: %(numbers)s.")
            % {"numbers": ", ".join(unsaid)}
        )
    for side, team in act.content.get("teams", {}).items():
        functions = {each["function"] for each in team}
        if CaseMember.Function.LEADER not in functions:
            found.append(_("%(side)s has not named who leads its team.") % {"side": side})
        if CaseMember.Function.INTERPRETER not in functions:
            found.append(_("%(side)s has not named an interpreter.") % {"side": side})
    if gone:
        numbers = ", ".join(map(str, sorted(gone)))
        found.append(
            _("Entries that it stands on were withdrawn: %(numbers)s.") % {"numbers": numbers}
        )
    return found


@dataclass
class Change:
    """One version of the act and what it changed: the paragraph as it was and as it became."""

    version: ActVersion
    number: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    languages: list[str]

    @property
    def columns(self) -> list[tuple[str, str, str]]:
        """(language, before, after) of each text that changed: the words, or a position."""
        found = []
        for texts in (
            lambda each: each["texts"],
            lambda each: each["positions"].get("LV", {}),
            lambda each: each["positions"].get("BY", {}),
        ):
            was = texts(self.before) if self.before else {}
            became = texts(self.after) if self.after else {}
            for code in self.languages:
                if was.get(code, "") != became.get(code, ""):
                    found.append((code, was.get(code, ""), became.get(code, "")))
        return found


def changes(act: Act) -> list[Change]:
    """Who changed what, the latest first."""
    found = []
    before: dict[str, dict[str, Any]] = {}
    rows = act.versions.select_related("by").order_by("number")
    for version in rows.iterator(chunk_size=20):
        content = version.content
        here = {each["id"]: each for each in content["paragraphs"]}
        version.said = ""  # hundreds of whole acts are not kept in memory
        was, became = before.get(version.paragraph), here.get(version.paragraph)
        number = (became or was or {}).get("number", "")
        found.append(Change(version, number, was, became, content["languages"]))
        before = here
    return found[::-1]


@dataclass
class Row:
    """A paragraph as both columns show it: (language, text). `mine`: the reader's side may change
    it, and move it `up` or `down` within its section. `positions` are those of a disputed one."""

    paragraph: dict[str, Any]
    label: str
    columns: list[tuple[str, str]]
    positions: list["Position"]
    entries: str
    mine: bool
    up: bool = False
    down: bool = False


@dataclass
class Position:
    label: str
    columns: list[tuple[str, str]]


def entries_said(paragraph: Mapping[str, Any]) -> str:
    """ "Stands on: entry 4 (BY, version 2)" in the active language, "" where it names none."""
    named = ", ".join(
        _("entry %(number)s (%(side)s, version %(version)s)")
        % {"number": each["number"], "side": each["side"], "version": each["version"]}
        for each in paragraph["entries"]
    )
    return _("Stands on: %(entries)s") % {"entries": named} if named else ""


def label_of(paragraph: Mapping[str, Any]) -> str:
    """What stands beside the number, in the active language; "" for an agreed one."""
    if paragraph["kind"] == ParagraphKind.DISPUTED:
        return str(ParagraphKind.DISPUTED.label)
    if paragraph["kind"] == ParagraphKind.DISSENT:
        return _("Dissent of %(side)s") % {"side": Side(paragraph["side"]).label}
    return ""


def position_label(side: str) -> str:
    return _("Position of %(side)s") % {"side": Side(side).label}


def _row(paragraph: dict[str, Any], languages: Iterable[str], side: str) -> Row:
    def columns(texts: Mapping[str, str]) -> list[tuple[str, str]]:
        return [(code, texts.get(code, "")) for code in languages]

    disputed = paragraph["kind"] == ParagraphKind.DISPUTED
    sides = sorted(paragraph["positions"], key=lambda each: each != side) if disputed else []
    return Row(
        paragraph,
        label_of(paragraph),
        columns(paragraph["texts"]),
        [Position(position_label(s), columns(paragraph["positions"][s])) for s in sides],
        entries_said(paragraph),
        paragraph["kind"] != ParagraphKind.DISSENT or paragraph["side"] == side,
    )


@dataclass
class Reading:
    """Everything that the page of an act needs. `act` is None before it was begun."""

    case: Investigation
    act: Act | None
    above: dict[str, Any] = field(default_factory=dict)
    rows: list[tuple[Section, list[Row]]] = field(default_factory=list)
    standing: list[ActSignature] = field(default_factory=list)
    voided: list[ActSignature] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    may_write: bool = False
    may_sign: bool = False
    may_lead: bool = False

    @property
    def changeable_now(self) -> bool:
        return self.case.state in (CaseState.DRAFTED, CaseState.SIGNED_ONE)

    @property
    def changeable(self) -> bool:
        return self.act is not None and self.may_write and self.changeable_now

    @property
    def signed(self) -> bool:
        return len(self.standing) == 2

    @property
    def first_language(self) -> str:
        return str(Language(self.case.languages[0]).label)

    @property
    def second_language(self) -> str:
        return str(Language(self.case.languages[1]).label)


def reading(case: Investigation, user: Any) -> Reading:
    """The act as `user`, who reads the case, has it."""
    part = case.sides.select_related("unit").filter(side=user.side).first()
    lead = part is not None and may(user, "lead_investigations", part.unit_id)
    team = CaseMember.objects.filter(
        investigation=case, officer=user.pk, side=user.side, ended_at=None
    ).exclude(function=CaseMember.Function.OBSERVER)
    found = Reading(
        case,
        Act.objects.filter(investigation=case).first(),
        may_write=lead or (part is not None and team.exists()),
        may_lead=lead,
    )
    if found.act is None:
        return found
    rows = list(found.act.signatures.select_related("by", "voided_by").order_by("pk"))
    found.standing = [row for row in rows if row.stands]
    found.voided = [row for row in rows if not row.stands]
    found.missing = missing(case, found.act)
    if found.changeable_now and (open_steps := left_said(case)):
        found.missing.append(open_steps)
    by_section: dict[str, list[Row]] = {}
    content = content_of(case, found.act)
    found.above = rows_of(content, user.side)
    for each in content["paragraphs"]:
        row = _row(each, case.languages, user.side)
        by_section.setdefault(each["section"], []).append(row)
    for rows_of_section in by_section.values():
        for at, row in enumerate(rows_of_section):
            row.up = row.mine and at > 0
            row.down = row.mine and at < len(rows_of_section) - 1
    found.rows = [(section, by_section[section]) for section in Section if section in by_section]
    found.may_sign = (
        part is not None
        and may(user, "sign_acts", part.unit_id)
        and case.state in (CaseState.DRAFTED, CaseState.SIGNED_ONE)
        and all(signature.side != user.side for signature in found.standing)
    )
    return found


def entries_to_cite(case: Investigation) -> list[tuple[int, str, str]]:
    """(number, side, title) of what a paragraph may stand on."""
    rows = EntryVersion.objects.filter(
        entry__investigation=case, entry__exchanged_at__isnull=False, entry__withdrawn_at=None
    ).select_related("entry")
    last = {row.entry.number: row for row in rows.order_by("entry__number", "number")}
    return [(number, row.entry.side, row.title) for number, row in last.items()]


@dataclass
class Dispute:
    """A case without agreement: what each side thinks, where it went, what was decided."""

    reason: str
    opinions: list[tuple[str, list[CaseOpinion]]]
    referrals: list[CaseReferral]


def dispute(case: Investigation) -> Dispute:
    move = case.moves.filter(after=CaseState.NO_AGREEMENT).last()
    rows = list(case.opinions.select_related("by").order_by("-pk"))
    return Dispute(
        move.reason if move else "",
        [(side, [row for row in rows if row.side == side]) for side in ("LV", "BY")],
        list(case.referrals.select_related("by", "decided_by")),
    )


def card_of_act(case: Investigation, user: Any) -> dict[str, Any]:
    """What the page of the case says of its act: `act` or None, `signed_by` (sides), `missing` (how
    many things), `may_begin`, `disputed` (whether the page of opinions has something to say)."""
    found = reading(case, user)
    return {
        "act": found.act,
        "signed_by": [signature.side for signature in found.standing],
        "missing": len(found.missing),
        "may_begin": found.act is None and found.may_write and case.state == CaseState.EXCHANGED,
        "may_sign": found.may_sign and not found.missing,
        "disputed": case.moves.filter(after=CaseState.NO_AGREEMENT).exists(),
    }
