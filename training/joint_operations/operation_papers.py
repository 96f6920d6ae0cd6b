"""What the two papers of an operation say, where they stand and how versions differ. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bordercoop.reference.models import Term, places, terms

from .models import JointOperation, OperationResource, OperationText, OperationVersion, Paper

VOCABULARY = {"plan": "oplan_section", "report": "evaluation_heading"}
JOINT = ""


def sections_of(paper: str) -> Mapping[str, Term]:
    """The parts of a paper by code, in their order."""
    return terms(VOCABULARY[paper])


def border_sections() -> dict[str, str]:
    """The sections of the border line with their names, in their order: of the app that knows them
    (BORDER_SECTIONS)."""
    name = settings.BORDER_SECTIONS
    return dict(import_string(name)()) if name else {}


def area_names(operation: JointOperation) -> list[str]:
    """Crossing points, then border sections, in the reader's language."""
    known, lines = places(), border_sections()
    return [
        *(known[code].name if code in known else code for code in operation.places),
        *(lines.get(code, code) for code in operation.sections),
    ]


def place_name(code: str) -> str:
    known = places().get(code)
    return known.name if known else border_sections().get(code, code)


def order_of_owners(side: str) -> tuple[str, str, str]:
    """Joint first, then the own side."""
    return (JOINT, "BY", "LV") if side == "BY" else (JOINT, "LV", "BY")


def texts_of(operation: JointOperation, paper: str) -> list[OperationText]:
    return list(operation.texts.filter(paper=paper).select_related("by"))


def missing_parts(operation: JointOperation, paper: str) -> list[str]:
    """Names of the parts in which nobody has written anything, in their order."""
    written = {one.section for one in operation.texts.filter(paper=paper) if one.text}
    return [term.name for code, term in sections_of(paper).items() if code not in written]


def content_of(
    operation: JointOperation, paper: str, version: int, more: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What a version says: `parts` is a list of {section, texts: [{owner, language, text}]}."""
    written: dict[str, list[dict[str, str]]] = {code: [] for code in sections_of(paper)}
    rows = sorted(operation.texts.filter(paper=paper), key=lambda one: one.owner)
    for one in rows:
        if one.text and one.section in written:
            written[one.section].append(
                {"owner": one.owner, "language": one.language, "text": one.text}
            )
    standing = operation.resources.filter(removed_at=None).order_by("pk")
    return {
        "operation": operation.number,
        "paper": paper,
        "version": version,
        "title": operation.title,
        "language": operation.language,
        "zone": operation.zone,
        "starts_at": operation.starts_at.isoformat(),
        "ends_at": operation.ends_at.isoformat(),
        "places": operation.places,
        "sections": operation.sections,
        "resources": [
            {"side": one.side, "kind": one.kind, "count": one.count, "note": one.note}
            for one in standing
        ],
        "parts": [{"section": code, "texts": texts} for code, texts in written.items()],
        **(more or {}),
    }


@dataclass
class Standing:
    """Where a paper stands: `waiting` is the version that waits for approval, `in_force` the one
    that both sides approved last, `latest` the last one put."""

    operation: JointOperation
    paper: str
    versions: Sequence[OperationVersion]
    waiting: OperationVersion | None = None
    in_force: OperationVersion | None = None

    @property
    def latest(self) -> OperationVersion | None:
        return self.versions[0] if self.versions else None

    @property
    def changed(self) -> bool:
        """Whether it says something that was not put to both."""
        return self.latest is None or self.latest.edition != self.operation.edition_of(self.paper)

    @property
    def code(self) -> str:
        if self.waiting is not None:
            return "put"
        return "in_force" if self.in_force is not None and not self.changed else "draft"

    @property
    def words(self) -> str:
        if self.waiting is not None:
            return _("Waits for approval")
        if self.in_force is None:
            return pgettext("paper of an operation", "Draft")
        if self.changed:
            return _("Approved by both sides; changed since, and the change is not approved")
        return _("Approved by both sides")

    def approved_by(self, side: str) -> bool:
        waiting = self.waiting
        return waiting is not None and side in {one.side for one in waiting.standing}


def standing_of(operation: JointOperation, paper: str) -> Standing:
    rows = operation.versions.filter(paper=paper).select_related("by")
    versions = list(rows.prefetch_related("approvals__by"))
    return Standing(
        operation,
        paper,
        versions,
        next((v for v in versions if v.signed_at is None and v.voided_at is None), None),
        next((v for v in versions if v.signed_at is not None), None),
    )


def paper_name(paper: str) -> str:
    return str(Paper(paper).label)


def owner_name(owner: str) -> str:
    if owner == JOINT:
        return pgettext("owner of a text", "Joint")
    return _("Latvia") if owner == "LV" else _("Belarus")


@dataclass
class ChangedPart:
    """A part in the later version: `values` are (owner, before, after)."""

    name: str
    values: list[tuple[str, str, str]] = field(default_factory=list)


def _texts_by_owner(content: Mapping[str, Any], section: str) -> dict[str, str]:
    for part in content.get("parts", ()):
        if part["section"] == section:
            return {one["owner"]: one["text"] for one in part["texts"]}
    return {}


def facts_in_words(content: Mapping[str, Any]) -> list[str]:
    """Resources of a version, one sentence a line."""
    kinds = dict(OperationResource.Kind.choices)
    return [
        f"{one['side']}: {one['count']} · {kinds.get(one['kind'], one['kind'])}"
        + (f" · {one['note']}" if one["note"] else "")
        for one in content.get("resources", ())
    ]


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[ChangedPart]:
    """What is another between two contents of a paper."""
    found = []
    facts: list[tuple[str, Any]] = [
        (pgettext("operation", "Title"), lambda c: c.get("title", "")),
        (pgettext("operation", "Begins"), lambda c: c.get("starts_at", "")),
        (pgettext("operation", "Ends"), lambda c: c.get("ends_at", "")),
        (
            pgettext("operation", "Area"),
            lambda c: ", ".join(
                place_name(code) for code in [*c.get("places", ()), *c.get("sections", ())]
            ),
        ),
        (pgettext("operation", "Resources"), lambda c: "; ".join(facts_in_words(c))),
    ]
    for name, value in facts:
        if value(before) != value(after):
            found.append(ChangedPart(str(name), [("", value(before), value(after))]))
    for code, term in sections_of(str(after.get("paper", "plan"))).items():
        old, new = _texts_by_owner(before, code), _texts_by_owner(after, code)
        if old != new:
            owners = sorted({*old, *new})
            found.append(
                ChangedPart(
                    term.name,
                    [
                        (owner_name(owner), old.get(owner, ""), new.get(owner, ""))
                        for owner in owners
                        if old.get(owner, "") != new.get(owner, "")
                    ],
                )
            )
    return found


def waiting_versions(side: str) -> list[OperationVersion]:
    """What a side has not approved yet, of operations that go on."""
    rows = OperationVersion.objects.open().filter(
        operation__state__in=("proposed", "running", "ended")
    )
    rows = rows.select_related("operation").prefetch_related("approvals").order_by("pk")
    return [one for one in rows if side not in {each.side for each in one.standing}]
