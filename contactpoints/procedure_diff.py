"""What changed from one version of a procedure to another, step by step and word by word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bordercoop.reference.procedure_texts import STEP_TEXTS

LABELS: dict[str, Any] = {
    "title": pgettext_lazy("step of a guideline", "Title"),
    "text": pgettext_lazy("step of a guideline", "What is done"),
    "who": pgettext_lazy("step of a guideline", "Who does it"),
    "inputs": pgettext_lazy("step of a guideline", "What is needed"),
    "output": pgettext_lazy("step of a guideline", "What comes of it"),
    "check": pgettext_lazy("step of a guideline", "How it is checked"),
    "phase": pgettext_lazy("step of a guideline", "Phase"),
    "each": gettext_lazy("Each side does it"),
    "hours": gettext_lazy("By when, in hours after the phase began"),
    "purpose": gettext_lazy("Purpose"),
}
STATES: dict[str, str | Promise] = {
    "added": pgettext_lazy("step of a guideline", "Added"),
    "removed": pgettext_lazy("step of a guideline", "Taken out"),
    "moved": pgettext_lazy("step of a guideline", "Moved"),
    "changed": pgettext_lazy("step of a guideline", "Changed"),
    "same": pgettext_lazy("step of a guideline", "Unchanged"),
}
# Words, and what stands between them, so that joined pieces give the text again.
PIECES = re.compile(r"\s+|\w+|[^\w\s]")
Piece = tuple[str, str]  # "same", "added" or "removed", and the words


@dataclass
class FieldDiff:
    """One field that differs: its pieces in reading order."""

    label: str
    pieces: list[Piece]


@dataclass
class StepDiff:
    """A step in the order of the newer version; one taken out stands where it was."""

    code: str
    title: str
    state: str
    moved: bool = False
    fields: list[FieldDiff] = field(default_factory=list)

    @property
    def label(self) -> str:
        return str(STATES[self.state])


@dataclass
class VersionDiff:
    """`head`: title and purpose where they differ; `steps`: all of them, the unchanged too."""

    head: list[FieldDiff]
    steps: list[StepDiff]

    @property
    def changed(self) -> list[StepDiff]:
        return [step for step in self.steps if step.state != "same"]

    @property
    def counts(self) -> dict[str, int]:
        """How many steps were added, taken out, changed and moved."""
        found = {state: sum(s.state == state for s in self.steps) for state in STATES}
        return {**found, "moved": sum(step.moved for step in self.steps)}


def words(before: str, after: str) -> list[Piece]:
    """The pieces that lead from one text to the other. Words that are changed one after another
    make one piece taken out and one added, spaces between them included."""
    old, new = PIECES.findall(before), PIECES.findall(after)
    found: list[Piece] = []
    gone = come = ""
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for n, (what, a, b, c, d) in enumerate(codes):
        left, right = "".join(old[a:b]), "".join(new[c:d])
        if what == "equal" and (left.strip() or not 0 < n < len(codes) - 1):
            found += _changed(gone, come)
            gone = come = ""
            found.append(("same", left))
        else:
            gone, come = gone + left, come + right
    return found + _changed(gone, come)


def _changed(gone: str, come: str) -> list[Piece]:
    return [piece for piece in (("removed", gone), ("added", come)) if piece[1]]


def differences(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    language: str,
    phases: Mapping[str, str] | None = None,
) -> VersionDiff:
    """What changed between two contents as a reader of `language` sees it.

    A text that is missing in that language is compared as it was first written.
    """
    names = phases or {}
    old = {step["code"]: step for step in before.get("steps", [])}
    new = {step["code"]: step for step in after.get("steps", [])}
    stayed = _stayed([code for code in old if code in new], [code for code in new if code in old])
    steps = []
    for code in _merged(list(old), list(new)):
        was = _shown(before, old[code], language, names) if code in old else {}
        now = _shown(after, new[code], language, names) if code in new else {}
        fields = _fields(was, now)
        moved = code in old and code in new and code not in stayed
        if code not in old:
            state = "added"
        elif code not in new:
            state = "removed"
        elif fields:
            state = "changed"
        else:
            state = "moved" if moved else "same"
        title = now.get("title") or was.get("title", "")
        steps.append(StepDiff(code, title, state, moved, fields))
    head = _fields(*({name: _said(side, side.get(name), language) for name in ("title", "purpose")}
                     for side in (before, after)))  # fmt: skip
    return VersionDiff(head, steps)


def _said(content: Mapping[str, Any], texts: Any, language: str) -> str:
    said = texts if isinstance(texts, Mapping) else {}
    return str(said.get(language) or said.get(content.get("origin", "en")) or "")


def _shown(
    content: Mapping[str, Any], step: Mapping[str, Any], language: str, phases: Mapping[str, str]
) -> dict[str, str]:
    phase = step.get("phase") or ""
    return {
        **{name: _said(content, step.get(name), language) for name in STEP_TEXTS},
        "phase": phases.get(phase, phase),
        "each": _("Yes") if step.get("each") else _("No"),
        "hours": str(step.get("hours") or ""),
    }


def _fields(was: Mapping[str, str], now: Mapping[str, str]) -> list[FieldDiff]:
    return [
        FieldDiff(str(LABELS[name]), words(was.get(name, ""), now.get(name, "")))
        for name in dict.fromkeys([*now, *was])
        if was.get(name, "") != now.get(name, "")
    ]


def _stayed(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """The longest run of steps that kept their order; the others moved."""
    found: set[str] = set()
    for a, _b, size in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        found.update(old[a : a + size])
    return found


def _merged(old: Sequence[str], new: Sequence[str]) -> Iterable[str]:
    """All codes in the new order, each one taken out after the step that it followed."""
    order = list(new)
    for at, code in enumerate(old):
        if code not in new:
            before = next((old[n] for n in range(at - 1, -1, -1) if old[n] in order), None)
            order.insert(order.index(before) + 1 if before is not None else 0, code)
    return order
