"""What a side keeps of a person: who is found by name, date of birth or document. Reads only.

Looked for in the own side's sealed parts, every version of them that was not purged, and in the
copies that its desks hold in force. Nothing else of the other side exists here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from bordercoop.errors import Invalid
from bordercoop.reference.folding import fold
from bordercoop.reference.wording import fault

from .models import Incident, Kept, SealedCopy, SealedVersion
from .retention import Clock, clocks, held
from .sealed_content import FIELDS, LONGEST, cleaned

CRITERIA = ("name", "birth_date", "document_number")
SHORTEST_NAME = 3
MOST = 100


@dataclass
class Hit:
    """An incident with somebody who fits. `names` are the fields known of them, never what they
    say; `matched` the criteria; `desks` those whose copy it stands in; `clocks` what the side
    keeps of the incident; `held` whether a hold stands."""

    incident: Incident
    matched: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    desks: set[str] = field(default_factory=set)
    clocks: list[Clock] = field(default_factory=list)
    held: bool = False

    @property
    def labels(self) -> list[str]:
        """The fields that are kept of the person, in their order."""
        return [str(label) for name, label in FIELDS.items() if name in self.names]

    @property
    def kind_labels(self) -> list[str]:
        return [str(Kept(kind).label) for kind in Kept if kind in self.kinds]

    @property
    def until(self) -> date | None:
        """The last day of the person's data here; None while no clock runs."""
        days = [clock.until for clock in self.clocks if clock.kind in self.kinds]
        return max((day for day in days if day), default=None) if all(days) else None


def cleaned_criteria(given: Mapping[str, Any]) -> dict[str, str]:
    """The criteria that say something, folded as they are compared. Raises Invalid."""
    name = str(given.get("name") or "").strip()
    number = str(given.get("document_number") or "").strip()
    born = str(given.get("birth_date") or "").strip()
    wrong: dict[str, list[str]] = {}
    for key, text, most in (
        ("name", name, LONGEST["name_latin"]),
        ("document_number", number, LONGEST["document_number"]),
    ):
        if text and (sentence := fault(text, most)):
            wrong[key] = [sentence]
    found = {"name": fold(name), "birth_date": "", "document_number": _bare(number)}
    if name and not wrong.get("name") and len(found["name"].replace(" ", "")) < SHORTEST_NAME:
        wrong["name"] = [_("Write at least three letters of the name.")]
    if number and not wrong.get("document_number") and len(found["document_number"]) < 3:
        wrong["document_number"] = [_("Write at least three characters of the number.")]
    if born:
        try:
            found["birth_date"] = cleaned({"birth_date": born})["birth_date"]
        except Invalid as refusal:
            wrong["birth_date"] = [str(each) for each in refusal.fields["birth_date"]]
    found = {key: text for key, text in found.items() if text}
    if not wrong and not found:
        wrong["name"] = [_("Give a name, a date of birth or the number of a document.")]
    if wrong:
        raise Invalid(next(iter(wrong.values()))[0], fields=wrong)
    return found


def _bare(number: str) -> str:
    """A document number without spaces, marks and the alphabet it was typed in."""
    return "".join(letter for letter in fold(number) if letter.isalnum())


def matches(content: Mapping[str, str], criteria: Mapping[str, str]) -> bool:
    """Whether somebody fits every criterion. Words of a name may be beginnings, in any order and
    script; a date of birth known less precisely fits what lies within it."""
    if wanted := criteria.get("birth_date"):
        born = content.get("birth_date", "")
        if not born or not (born.startswith(wanted) or wanted.startswith(born)):
            return False
    wanted = criteria.get("document_number", "")
    if wanted and _bare(content.get("document_number", "")) != wanted:
        return False
    if wanted := criteria.get("name"):
        hay = fold(f"{content.get('name_latin', '')} {content.get('name_own', '')}").split()
        return all(any(word.startswith(part) for word in hay) for part in wanted.split())
    return True


def _kept(side: str) -> Iterator[tuple[int, str, str, Mapping[str, str]]]:
    """(incident, kind, desk, content) of everybody the side keeps something of."""
    rows = SealedVersion.objects.filter(purge=None, person__incident__side=side)
    for incident, content in rows.values_list("person__incident_id", "content").iterator():
        yield incident, Kept.SEALED, "", content
    copies = SealedCopy.objects.in_force().filter(desk__side=side).select_related("desk")
    for copy in copies.iterator():
        for person in copy.people:
            yield copy.incident_id, Kept.COPY, copy.desk.code, person["content"]


def found(criteria: Mapping[str, str], side: str) -> tuple[list[Hit], int]:
    """The incidents with somebody who fits, by number, at most MOST; and how many there are."""
    by_incident: dict[int, Hit] = {}
    for pk, kind, desk, content in _kept(side):
        if not matches(content, criteria):
            continue
        hit = by_incident.setdefault(pk, Hit(Incident(pk=pk)))
        hit.matched |= set(criteria)
        hit.names |= {name for name, value in content.items() if value}
        hit.kinds.add(str(kind))
        hit.desks |= {desk} if desk else set()
    rows = Incident.objects.filter(pk__in=by_incident).select_related("unit").order_by("number")
    hits = []
    for incident in rows[:MOST]:
        hit = by_incident[incident.pk]
        hit.incident = incident
        hit.clocks = clocks(incident, side)
        hits.append(hit)
    stopped = held([hit.incident.pk for hit in hits], side)
    for hit in hits:
        hit.held = hit.incident.pk in stopped
    return hits, len(by_incident)
