"""What may be proposed for a copy, and how a proposal reads. Reads only.

Whatever is checked here is checked against the copy alone, so a refusal tells its holder nothing
that the copy does not say.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.errors import Invalid
from bordercoop.reference.models import offered

from .content import (
    ALWAYS,
    FIELDS,
    PART_OF,
    RELEASABLE,
    RELEASE_LABELS,
    cleaned,
    crosses,
    facts_of,
    moment_of,
    parsed,
)
from .models import ContentProposal, Incident, Share
from .reading import shown

LABELS = {**{name: FIELDS[name] for name in ALWAYS}, **RELEASE_LABELS}
MOMENTS = ("happened_at", "detected_at")


def names_of(values: Mapping[str, Any]) -> dict[str, list[str]]:
    """The proposed keys by the name under which each is answered, in the order of a record."""
    groups = {**{name: (name,) for name in ALWAYS}, **RELEASABLE}
    found: dict[str, list[str]] = {}
    taken: set[str] = set()
    # A language goes with its text; only when it alone changes has it a line of its own.
    for name, keys in groups.items():
        own = [key for key in keys if key in values and key not in taken]
        if own == ["language"] and any(key in values for key in ("headline", "narrative")):
            continue
        if own:
            found[name] = own
            taken |= set(own)
    return found


def proposed_values(share: Share, values: Mapping[str, Any]) -> dict[str, Any]:
    """The stored form of what differs from the copy. Raises Invalid with a sentence a field."""
    wrong = {
        key: [_("Your copy does not have this field.")] for key in values.keys() - share.fields
    }
    if wrong:
        raise Invalid(_("Only fields of your copy can be proposed."), fields=wrong)
    if "headline_template" in values:
        sentence = _("Propose the headline in words.")
        raise Invalid(sentence, fields={"headline_template": [sentence]})
    now_says = parsed(share.fields)
    whole = {**_stand_ins(now_says), **now_says, **values, "headline_template": None}
    if "category" not in values or values["category"] == share.fields["category"]:
        whole["category"] = next(term.code for term in offered("incident_category"))
    clean = cleaned(whole)
    if "category" in values and values["category"] == share.fields["category"]:
        clean["category"] = share.fields["category"]
    changed = {key: clean[key] for key in values if clean[key] != share.fields.get(key)}
    if "category" in changed and not crosses(changed["category"]):
        sentence = _(
            "An incident that two sides hold cannot take this category. Write a note instead."
        )
        raise Invalid(sentence, fields={"category": [sentence]})
    if not changed:
        raise Invalid(_("Change at least one field: this is what your copy says already."))
    return changed


def said_before(share: Share, changed: Iterable[str]) -> dict[str, Any]:
    """What the copy says where another thing is proposed; of a headline from the list its
    template too, so that it goes with the fields that it says."""
    template = share.fields.get("headline_template")
    more = {"headline_template": template} if template and "headline" in changed else {}
    return {key: share.fields.get(key) for key in changed} | more


def before_for(
    proposal: ContentProposal, *, now_says: Mapping[str, Any], own: bool
) -> Mapping[str, Any]:
    """What the copy said then, as far as the reader may still know it."""
    template = proposal.before.get("headline_template")
    if own or not template or all(fact in now_says for fact in facts_of(template)):
        return proposal.before
    return {**proposal.before, "headline": None}


def _stand_ins(says: Mapping[str, Any]) -> dict[str, Any]:
    """What a whole record needs and the copy may lack; never shown or kept."""
    detected: datetime | None = says.get("detected_at")
    return {"headline": "-", "happened_at": detected or now(), "severity": 1}


@dataclass
class Line:
    """One field of a proposal. `moved` when the record says another thing than the copy did."""

    name: str
    label: str
    before: list[tuple[Any, str]]
    after: list[tuple[Any, str]]
    answer: str = ""
    moved: list[tuple[Any, str]] | None = None


def lines(
    proposal: ContentProposal, *, now_says: Mapping[str, Any], own: bool
) -> list[Line]:  # fmt: skip
    """The fields of a proposal for a reader whose copy says `now_says`.

    Who reads an own record sees every field, and what the record says now where that differs; the
    holder sees the fields that the copy still has.
    """
    found = []
    then = before_for(proposal, now_says=now_says, own=own)
    for name, keys in names_of(proposal.values).items():
        if not own and any(key not in now_says for key in keys):
            continue
        moved = None
        waits = proposal.state == ContentProposal.State.OPEN
        if own and waits and any(now_says.get(key) != proposal.before.get(key) for key in keys):
            moved = _said(now_says, keys)
        found.append(
            Line(
                name=name,
                label=_label(name, keys),
                before=_said(then, keys),
                after=_said(proposal.values, keys),
                answer=proposal.answers.get(name, ""),
                moved=moved,
            )
        )
    return found


def _label(name: str, keys: Sequence[str]) -> str:
    """A proposal may change one half of a position: the label says which."""
    return str(FIELDS[keys[0]] if len(keys) == 1 and keys[0] in PART_OF else LABELS[name])


def _said(values: Mapping[str, Any], keys: Iterable[str]) -> list[tuple[Any, str]]:
    """(moment or None, words) of each key."""
    return [
        (moment_of(values.get(key)), "") if key in MOMENTS and values.get(key)
        else (None, shown(values.get(key), key))
        for key in keys
    ]  # fmt: skip


def waiting_proposals(user: Any, incident: Incident) -> dict[str, int]:
    """How many proposals about an incident `user` may read, and how many wait for an answer."""
    states = list(
        ContentProposal.objects.visible_to(user)
        .filter(incident=incident)
        .values_list("state", flat=True)
    )
    return {"all": len(states), "open": states.count(ContentProposal.State.OPEN)}
