"""SOPs of the demo: three are in force, one waits for an approval, the others are discussed."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import time_machine
from django.utils.timezone import now

from bordercoop.reference.models import Procedure, ProcedureVersion, utc_today
from contactpoints import actions

IN_FORCE = ("SOP-COLLECT", "SOP-GRADE", "SOP-OPERATIONAL")
READERS = {
    "SOP-COLLECT": ("lv.analyst", "by.analyst", "lv.hq"),
    "SOP-GRADE": ("lv.analyst", "by.analyst", "lud.analyst", "lv.hq", "by.hq"),
    "SOP-OPERATIONAL": ("lud.analyst", "by.analyst"),
}
# code -> (who, step of it or "" for the whole, what is said)
COMMENTS = {
    "SOP-STRATEGIC": (
        ("lud.analyst", "gather_regions", "Reģioniem vajag vismaz desmit darbdienas."),
        ("by.analyst", "draw_scenarios", "Дастаткова трох сцэнарыяў, інакш ніхто не дачытае."),
    ),
    "SOP-EVENT": (("msq.analyst", "", "Добавьте пример: организатор выбыл за полгода до начала."),),
    "SOP-INDICATORS": (
        ("by.analyst", "check_complete", "Як быць, калі бок не перадаў дні наогул?"),
    ),
}
LESSON = "Oriģinālvalodas citāts jāpievieno vienmēr, citādi vērtējumu nevar pārbaudīt."


def live_with_sops(people: Mapping[str, Any]) -> str:
    """Let both sides agree some of the first SOPs and discuss the others. Done once."""
    first = {
        version.procedure.code: version
        for version in ProcedureVersion.objects.of_kind(Procedure.Kind.SOP).filter(number=1)
    }
    touched = any(version.state != "consultation" for version in first.values())
    if touched or not {*IN_FORCE, *COMMENTS} <= set(first):
        return "demo SOPs: none new"
    with time_machine.travel(now() - timedelta(days=8), tick=False):
        for code in IN_FORCE:
            _agree(first[code], people)
    with time_machine.travel(now() - timedelta(days=2), tick=False):
        for code, readers in READERS.items():
            for name in readers:
                actions.confirm_reading(first[code], by=people[name])
        graded = first["SOP-GRADE"]
        actions.propose_lesson(graded.procedure, text=LESSON, by=people["lud.analyst"])
        for code, comments in COMMENTS.items():
            _discuss(first[code], comments, people)
    return f"demo SOPs: {len(IN_FORCE)} in force, {len(COMMENTS)} in consultation"


def _dated(version: ProcedureVersion, people: Mapping[str, Any], *, ahead: int) -> ProcedureVersion:
    return actions.set_version_days(
        version,
        effective_on=utc_today() + timedelta(days=ahead),
        review_on=None,
        review_months=12,
        revision=version.revision,
        by=people["by.analyst"],
    )


def _approve(version: ProcedureVersion, by: Any) -> ProcedureVersion:
    return actions.approve_version(version, sha256=version.sha256, revision=version.revision, by=by)


def _agree(version: ProcedureVersion, people: Mapping[str, Any]) -> None:
    version = _dated(version, people, ahead=0)
    for name in ("lv.approver", "by.approver"):
        version = _approve(version, people[name])


def _discuss(version: ProcedureVersion, comments: Any, people: Mapping[str, Any]) -> None:
    """The strategic one is approved by Belarus and waits for Latvia; the others are discussed."""
    made = [
        actions.comment_step(version, step=step, text=text, by=people[name])
        for name, step, text in comments
    ]
    if version.procedure.code == "SOP-STRATEGIC":
        first, second = made
        lv, by = people["lv.analyst"], people["by.analyst"]
        actions.answer_comment(first, taken_up=True, answer="Так, дзесяць.", by=by)
        actions.answer_comment(second, taken_up=True, answer="Trīs, kā ierosināts.", by=lv)
        version = _dated(version, people, ahead=21)
        _approve(version, people["by.approver"])
