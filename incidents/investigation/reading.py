"""What the pages and the API of a joint investigation show. Reads only.

Every function takes the reader: a side's entries that are not exchanged, and the numbers of
incidents that the reader holds no copy of, are not in what it gives.
"""

from dataclasses import dataclass, field
from typing import Any

from django.shortcuts import get_object_or_404

from contactpoints.access import may, units_where

from ..models import (
    ROAD,
    WRITTEN,
    AgendaItem,
    CaseEntry,
    CaseIncident,
    CaseMember,
    CaseMove,
    CaseSide,
    CaseState,
    EntryComment,
    EntryVersion,
    Incident,
    Investigation,
    Meeting,
)
from .guideline import Step, left_of, steps_of_case

State = CaseState


def found_case(user: Any, uid: Any) -> Investigation:
    """The case; Http404 for whoever does not read it."""
    rows = Investigation.objects.visible_to(user)
    return get_object_or_404(
        rows.select_related("category", "sign", "guideline__procedure", "proposed_by"), uid=uid
    )


@dataclass
class Shown:
    """An entry as the reader has it: its present version, and what the other side says to it."""

    entry: CaseEntry
    said: EntryVersion
    text: str
    language: str
    translated: bool
    files: list[Any]
    open_comments: int

    @property
    def other_languages(self) -> list[str]:
        return [code for code in self.said.texts if code != self.language]


def text_for(said: EntryVersion, wanted: str) -> tuple[str, str]:
    """(text, language) of a version: in the wanted language, else as it was written."""
    wanted = wanted.split("-")[0]
    if said.texts.get(wanted):
        return said.texts[wanted], wanted
    return said.texts.get(said.language, ""), said.language


def entries_for(case: Investigation, user: Any, language: str) -> list[Shown]:
    """The entries that the reader has, by number; a few statements for any number."""
    entries = list(
        case.entries.readable_by(user.side)  # type: ignore[attr-defined]
        .select_related("by")
        .prefetch_related("files")
        .order_by("number")
    )
    versions = {
        (row.entry_id, row.number): row
        for row in EntryVersion.objects.filter(entry__in=entries).select_related("by")
    }
    open_: dict[int, int] = {}
    for pk in EntryComment.objects.filter(
        entry__in=entries, state=EntryComment.State.OPEN
    ).values_list("entry_id", flat=True):
        open_[pk] = open_.get(pk, 0) + 1
    shown = []
    for entry in entries:
        said = versions[entry.pk, entry.version]
        text, spoken = text_for(said, language)
        shown.append(
            Shown(
                entry=entry,
                said=said,
                text=text,
                language=spoken,
                translated=spoken != said.language,
                files=list(entry.files.all()),
                open_comments=open_.get(entry.pk, 0),
            )
        )
    return shown


def versions_for(entry: CaseEntry, side: str) -> list[EntryVersion]:
    """What an entry said, the latest first: to its own side all of it, to the other one from the
    exchange on, without the note on what had been changed in the draft until then."""
    rows = list(entry.versions.select_related("by").order_by("-number"))
    first = entry.exchanged_version
    if entry.side == side or first is None:
        return rows
    rows = [row for row in rows if row.number >= first]
    for row in rows:
        row.note = row.note if row.number > first else ""
    return rows


@dataclass
class Cited:
    """An incident that a case is about: `incident` is None where the reader holds no copy of what
    the other side named."""

    side: str
    number: str
    uid: Any


def cited_by(case: Investigation, user: Any) -> list[Cited]:
    """The incidents that the reader may know of, those of the own side first."""
    rows = list(
        CaseIncident.objects.filter(investigation=case).select_related("incident").order_by("pk")
    )
    seen = set(
        Incident.objects.visible_to(user)
        .filter(pk__in=[row.incident_id for row in rows])
        .values_list("pk", flat=True)
    )
    found = [
        Cited(row.side, row.incident.number or "", row.incident.uid)
        for row in rows
        if row.incident_id in seen
    ]
    return sorted(found, key=lambda one: one.side != user.side)


def meetings_about(case: Investigation, user: Any) -> list[Meeting]:
    """The meetings whose agenda names the case, of those that the reader sees."""
    named = AgendaItem.objects.filter(about=case.ref).values("meeting")
    return list(Meeting.objects.visible_to(user).filter(pk__in=named).order_by("pk"))


@dataclass
class Stage:
    """One stop of the road."""

    state: str
    label: str
    done: bool
    now: bool
    move: CaseMove | None = None


def road_of(case: Investigation, moves: list[CaseMove]) -> list[Stage]:
    """The road as the page draws it: reached stops with their step, the present one, those ahead.

    A case that left the road (declined, withdrawn, no agreement) ends its road there.
    """
    reached = {move.after: move for move in moves}
    stops: list[str] = [str(state) for state in ROAD]
    if case.state not in stops:
        before = moves[-1].before if moves else stops[0]
        cut = stops.index(before) + 1 if before in stops else len(stops)
        stops = [*stops[:cut], case.state]
    at = stops.index(case.state)
    return [
        Stage(
            state=state,
            label=str(CaseState(state).label),
            done=number < at,
            now=number == at,
            move=reached.get(state) if number <= at else None,
        )
        for number, state in enumerate(stops)
    ]


@dataclass
class Part:
    """A side's part on the page: its own first."""

    part: CaseSide
    own: bool
    members: list[CaseMember] = field(default_factory=list)


@dataclass
class Page:
    """Everything of a case that a reader has."""

    case: Investigation
    parts: list[Part]
    stages: list[Stage]
    moves: list[CaseMove]
    steps: list[Step]
    entries: list[Shown]
    cited: list[Cited]
    meetings: list[Meeting]
    title: str
    grounds: str
    language: str
    may_lead: bool
    may_write: bool
    may_tick: bool

    @property
    def own(self) -> CaseSide:
        return next(one.part for one in self.parts if one.own)

    @property
    def open_steps(self) -> list[Step]:
        """Of the present state, those that are left."""
        return left_of(self.steps, self.case.state)

    @property
    def present_steps(self) -> list[Step]:
        return [step for step in self.steps if step.phase == self.case.state]

    @property
    def other_steps(self) -> list[Step]:
        return [step for step in self.steps if step.phase != self.case.state]

    @property
    def not_exchanged(self) -> list[Shown]:
        """Entries of the own side that stay at home still."""
        return [
            one
            for one in self.entries
            if one.entry.exchanged_at is None and one.entry.withdrawn_at is None
        ]


def leads(user: Any, part: CaseSide) -> bool:
    return may(user, "lead_investigations", part.unit_id)


def page_of(case: Investigation, user: Any, language: str) -> Page:
    """A case as the reader has it."""
    parts = list(
        case.sides.select_related("unit", "desk", "representative", "closed_by")
    )  # fmt: skip
    members = list(case.members.filter(ended_at=None).select_related("officer"))
    moves = list(case.moves.select_related("by"))
    own = next(part for part in parts if part.side == user.side)
    lead = leads(user, own)
    in_team = any(
        member.officer_id == user.pk and member.function != CaseMember.Function.OBSERVER
        for member in members
    )
    title, grounds, spoken = case.said_in(language)
    return Page(
        case=case,
        title=title,
        grounds=grounds,
        language=spoken,
        parts=[
            Part(part, part.side == user.side, [m for m in members if m.side == part.side])
            for part in sorted(parts, key=lambda one: one.side != user.side)
        ],
        stages=road_of(case, moves),
        moves=moves,
        steps=steps_of_case(case, language),
        entries=entries_for(case, user, language),
        cited=cited_by(case, user),
        meetings=meetings_about(case, user),
        may_lead=lead,
        may_write=(lead or in_team) and case.state in WRITTEN,
        may_tick=(lead or in_team) and case.going_on and case.state != State.PROPOSED,
    )


def verbs_for(page: Page, user: Any) -> list[str]:
    """What the reader can do to take the case on, the likeliest first; keys of `case.DEEDS`."""
    case, asked = page.case, page.case.side != user.side
    if not page.may_lead:
        return ["go_on_site"] if page.may_write and case.state == State.TEAM_FORMED else []
    if case.state == State.PROPOSED:
        return ["agree", "decline"] if asked else ["withdraw"]
    return {
        State.AGREED: ["form_team", "meet"],
        State.TEAM_FORMED: ["go_on_site", "meet"],
        State.ON_SITE: ["finish_exchange"],
        State.SIGNED: ["close"],
        State.HANDED_OVER: ["close"],
        State.HIGHER: ["close"],
    }.get(State(case.state), [])


def waiting_for(user: Any) -> list[Investigation]:
    """Cases that ask something of the reader as lead of the own side: proposals to answer, and
    late steps."""
    ids = units_where(user, "lead_investigations")
    if not ids:
        return []
    mine = Investigation.objects.visible_to(user).going_on()
    leading = CaseSide.objects.filter(side=user.side, unit_id__in=ids).values("investigation")
    rows = mine.filter(pk__in=leading)
    asked = rows.filter(state=State.PROPOSED).exclude(side=user.side)
    return list((asked | rows.late()).distinct().order_by("due_at", "pk"))
