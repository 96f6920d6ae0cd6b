"""Acts of the demo's joint investigations: agreed, disputed, signed, without agreement."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bordercoop.reference.loader import read_yaml

from .. import actions
from ..models import Act, Investigation


def _texts(case: Investigation, words: Mapping[str, str]) -> dict[str, str]:
    return {language: words[language] for language in case.languages}


def write_demo_act(case: Investigation, *, lv: Any, by: Any, until: str = "signed") -> Act:
    """Take a case whose evidence is exchanged as far as `until`: drafted, signed_one, signed,
    no_agreement or higher. `lv` and `by` lead and sign, and tick what the guideline asks for."""
    said = read_yaml(Path(__file__).with_name("act.yaml"))
    there = set(case.entries.filter(exchanged_at__isnull=False).values_list("number", flat=True))
    _tick_steps(case, lv, by)
    act = actions.draft_act(case, by=lv)
    for at, words in enumerate(said["paragraphs"]):
        act = actions.write_paragraph(
            act,
            section=words["section"],
            kind=words["kind"],
            texts=_texts(case, words),
            entries=[number for number in words["entries"] if number in there],
            revision=act.revision,
            by=(lv, by)[at % 2],
        )
    one = next(each for each in act.content["paragraphs"] if each["kind"] == "disputed")
    positions = {officer: _texts(case, said["positions"][officer.side]) for officer in (lv, by)}
    for officer, texts in positions.items():
        act = actions.state_position(act, one["id"], texts=texts, revision=act.revision, by=officer)
    act = actions.write_paragraph(
        act,
        section="recommendations",
        kind="dissent",
        texts=_texts(case, said["dissent"]),
        revision=act.revision,
        by=lv,
    )
    if until in ("signed_one", "signed"):
        for officer in (lv, by) if until == "signed" else (lv,):
            _tick_steps(case, lv, by)
            actions.sign_act(act, sha256=act.sha256, by=officer)
    if until in ("no_agreement", "higher"):
        reason = "Both sides read the edges of the print differently."
        actions.declare_no_agreement(case, reason=reason, by=by)
        for officer, texts in positions.items():
            actions.state_opinion(case, texts=texts, by=officer)
    if until == "higher":
        reason = "The heads of the services meet next week."
        actions.take_to_higher_level(case, level="heads", reason=reason, by=lv)
    return act


def _tick_steps(case: Investigation, lv: Any, by: Any) -> None:
    case = Investigation.objects.select_related("guideline").get(pk=case.pk)
    for step in case.guideline.steps if case.guideline else ():
        if step.get("phase") == case.state:
            for officer in (lv, by):
                actions.tick_step(case, step["code"], by=officer)
