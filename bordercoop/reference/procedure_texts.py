"""What a version of a procedure may say: its content checked, and steps put in or taken out.

The content itself is described at `models.ProcedureVersion`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from bordercoop.errors import Invalid

from .models import LANGUAGES
from .wording import fault

MARKS = ("original", "checked", "draft")
# Texts of a step in the order in which they are read, and how many characters each may have.
STEP_TEXTS = {"title": 160, "purpose": 1_000, "who": 500, "inputs": 1_000, "text": 4_000,
              "output": 1_000, "check": 1_000}  # fmt: skip
# A content says these only where somebody wrote them, so that older contents keep their hash.
WHERE_SAID = ("purpose",)
MOST_STEPS = 80
MOST_HOURS = 8_760
CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")
PHASE = re.compile(r"[a-z_]{0,40}")
Faults = dict[str, list[str]]


def empty_content(origin: str, title: str) -> dict[str, Any]:
    """A content without steps, named in the language in which it will be written."""
    return {
        "origin": origin,
        "title": {origin: title},
        "purpose": {},
        "marks": {origin: "original"},
        "steps": [],
    }


def cleaned(raw: Any) -> dict[str, Any]:
    """The content in its one form: known names, texts without outer space, all marks given.

    Raises Invalid; its fields are `title_lv`, and `steps.CODE.title_lv` for those of a step.
    """
    said = raw if isinstance(raw, Mapping) else {}
    wrong: Faults = {}
    origin = said.get("origin")
    if origin not in LANGUAGES:
        origin = "en"
        wrong["origin"] = [_("Choose the language in which it is written first.")]
    content = {
        "origin": origin,
        "title": _texts(said.get("title"), "title", 160, wrong, first=origin),
        "purpose": _texts(said.get("purpose"), "purpose", 4_000, wrong),
        "marks": _marks(said.get("marks"), origin),
        "steps": _steps(said.get("steps"), origin, wrong),
    }
    if wrong:
        raise Invalid(next(iter(wrong.values()))[0], fields=wrong)
    return content


def _texts(
    raw: Any, name: str, most: int, wrong: Faults, *, first: str = "", under: str = ""
) -> dict[str, str]:
    """The texts that say something. `first` names the language that must not be empty."""
    given = raw if isinstance(raw, Mapping) else {}
    found: dict[str, str] = {}
    for language in LANGUAGES:
        value = given.get(language)
        text = value.strip() if isinstance(value, str) else ""
        if name in ("title", "who"):
            text = " ".join(text.split())
        if sentence := fault(text, most):
            wrong[f"{under}{name}_{language}"] = [sentence]
        if text:
            found[language] = text
    if first and first not in found:
        wrong[f"{under}{name}_{first}"] = [_("Write it at least in the first language.")]
    return found


def _marks(raw: Any, origin: str) -> dict[str, str]:
    given = raw if isinstance(raw, Mapping) else {}
    marks = {
        language: given[language] if given.get(language) in ("checked", "draft") else "draft"
        for language in LANGUAGES
    }
    return {**marks, origin: "original"}


def _steps(raw: Any, origin: str, wrong: Faults) -> list[dict[str, Any]]:
    rows = raw if isinstance(raw, list | tuple) else []
    if len(rows) > MOST_STEPS:
        wrong["steps"] = [
            _("A procedure has at most %(most)s steps. Put some together.") % {"most": MOST_STEPS}
        ]
        return []
    found: list[dict[str, Any]] = []
    for row in rows:
        step = _step(row if isinstance(row, Mapping) else {}, origin, wrong)
        if any(other["code"] == step["code"] for other in found):
            wrong[f"steps.{step['code']}.code"] = [
                _("Another step has the code %(code)s already. Choose another one.")
                % {"code": step["code"]}
            ]
        found.append(step)
    return found


def _step(row: Mapping[str, Any], origin: str, wrong: Faults) -> dict[str, Any]:
    code = row.get("code")
    if not isinstance(code, str) or not CODE.fullmatch(code):
        code = re.sub(r"[\0\ud800-\udfff]", "", str(code or "")[:40])
        wrong[f"steps.{code}.code"] = [
            _("A code has 2 to 40 small Latin letters, digits and underscores, such as notice.")
        ]
    under = f"steps.{code}."
    phase = row.get("phase") or ""
    if not isinstance(phase, str) or not PHASE.fullmatch(phase):
        phase = ""
        wrong[f"{under}phase"] = [_("Choose a phase from the list.")]
    texts = {
        name: _texts(
            row.get(name), name, most, wrong,
            first=origin if name == "title" else "", under=under,
        )
        for name, most in STEP_TEXTS.items()
    }  # fmt: skip
    return {
        "code": code,
        "phase": phase,
        "each": row.get("each") is True,
        "hours": _hours(row.get("hours"), under, wrong),
        **{name: said for name, said in texts.items() if said or name not in WHERE_SAID},
    }


def _hours(value: Any, under: str, wrong: Faults) -> int | None:
    if value in (None, ""):
        return None
    text = str(value).strip()
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= MOST_HOURS:
        wrong[f"{under}hours"] = [
            _("Write whole hours from 1 to %(most)s, or nothing.") % {"most": MOST_HOURS}
        ]
        return None
    return int(text)


# --- one step of it


def with_step(content: Mapping[str, Any], code: str, step: Mapping[str, Any]) -> dict[str, Any]:
    """The content with this step in place of the one named `code`, or behind all others."""
    steps = list(content["steps"])
    at = next((n for n, known in enumerate(steps) if code and known["code"] == code), len(steps))
    steps[at : at + 1] = [dict(step)]
    return {**content, "steps": steps}


def without_step(content: Mapping[str, Any], code: str) -> dict[str, Any]:
    return {**content, "steps": [step for step in content["steps"] if step["code"] != code]}


def in_order(content: Mapping[str, Any], codes: Iterable[str]) -> dict[str, Any]:
    """The steps in the order of `codes`; those not named stay behind them, as they were."""
    by_code = {step["code"]: step for step in content["steps"]}
    first = [code for code in dict.fromkeys(codes) if code in by_code]
    order = [*first, *(code for code in by_code if code not in first)]
    return {**content, "steps": [by_code[code] for code in order]}


def unchecked(before: Mapping[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """`after` with a translation marked as draft again where what it translates was changed and
    it was not, so that nobody takes an old translation for a checked one."""
    origin = after["origin"]
    old = {step["code"]: step for step in before["steps"]}
    pairs = [(before[name], after[name]) for name in ("title", "purpose")]
    for step in after["steps"]:
        known = old.get(step["code"], {})
        pairs += [(known.get(name, {}), step.get(name, {})) for name in STEP_TEXTS]
    marks = dict(after["marks"])
    for language, mark in marks.items():
        behind = any(
            was.get(origin) != now.get(origin) and was.get(language) == now.get(language)
            for was, now in pairs
        )
        if mark == "checked" and behind:
            marks[language] = "draft"
    return {**after, "marks": marks}
