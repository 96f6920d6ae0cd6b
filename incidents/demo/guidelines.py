"""Guidelines of the demo: the first version is in force, the next one in consultation."""

from datetime import timedelta
from typing import Any

import time_machine
from django.utils.timezone import now

from bordercoop.access.models import User
from bordercoop.reference.models import ProcedureVersion, utc_today
from bordercoop.reference.procedure_texts import in_order, with_step
from contactpoints import actions

from ..investigation.guideline import CODE

READERS = ("dgp.duty", "dgp.head", "pol.duty", "lv.representative", "by.representative")
# A step that the next version adds, and words that it changes.
CHARGE: dict[str, Any] = {
    "code": "charge_devices",
    "phase": "team_formed",
    "each": True,
    "hours": 48,
    "title": {
        "en": "Charge devices and take spare batteries",
        "lv": "Uzlādēt ierīces un paņemt rezerves baterijas",
        "be": "Зарадзіць прылады і ўзяць запасныя батарэі",
        "ru": "Зарядить приборы и взять запасные батареи",
    },
    "text": {
        "en": "In the cold a battery lasts half as long. Keep the spare ones warm.",
        "lv": "Aukstumā baterija kalpo uz pusi īsāku laiku. Rezerves baterijas turiet siltumā.",
        "be": "На холадзе батарэі хапае на палову часу. Запасныя трымайце ў цяпле.",
        "ru": "На холоде батареи хватает на половину времени. Запасные держите в тепле.",
    },
}
TIGHTER = {
    "en": "Write the number of every bag into both logs, and read the numbers aloud to each other.",
    "lv": "Katra maisa numuru ierakstiet abos žurnālos un nolasiet numurus viens otram.",
    "be": "Нумар кожнага пакета запішыце ў абодва журналы і прачытайце нумары адзін аднаму ўголас.",
    "ru": "Номер каждого пакета запишите в оба журнала и прочитайте номера друг другу вслух.",
}
LESSON = "Бланк акта не поместился на планшет: нужен порядок чтения вслух по пунктам."
COMMENTS = (
    ("by.representative", "charge_devices", "Согласны. Добавьте и рации: они разрядились первыми."),
    ("pol.duty", "compare_clocks", "Прапануем запісваць яшчэ і час прыбора пазіцыянавання."),
    ("dgp.head", "", "Vai nākamo redakciju varētu pārskatīt pirms ziemas?"),
)


def live_with_guidelines() -> int:
    """Let both approvers approve the first version, put the next one into consultation and say
    something to it. Done once; returns how many versions came into force."""
    first = ProcedureVersion.objects.filter(procedure__code=CODE, number=1).first()
    if first is None or first.state != "consultation" or first.approvals.exists():
        return 0
    names = [*READERS, "lv.hq", "lv.approver", "by.approver", *(row[0] for row in COMMENTS)]
    who: dict[str, Any] = User.objects.in_bulk(names, field_name="username")
    with time_machine.travel(now() - timedelta(days=9), tick=False):
        first = _agreed(first, who)
    with time_machine.travel(now() - timedelta(days=3), tick=False):
        for name in READERS:
            actions.confirm_reading(first, by=who[name])
        actions.propose_lesson(
            first.procedure, step="compare_languages", text=LESSON, by=who["by.representative"]
        )
        _next(first, who)
    return 1


def _agreed(first: ProcedureVersion, who: dict[str, Any]) -> ProcedureVersion:
    today = utc_today()
    first = actions.set_version_days(
        first,
        effective_on=today,
        review_on=today + timedelta(days=365),
        revision=first.revision,
        by=who["lv.hq"],
    )
    for name in ("lv.approver", "by.approver"):
        first = actions.approve_version(
            first, sha256=first.sha256, revision=first.revision, by=who[name]
        )
    return first


def _next(first: ProcedureVersion, who: dict[str, Any]) -> None:
    by = who["lv.hq"]
    draft = actions.draft_version(first.procedure, by=by)
    content = with_step(draft.content, "", CHARGE)
    codes = [step["code"] for step in draft.steps]
    content = in_order(content, [*codes[: codes.index("prepare_equipment") + 1], CHARGE["code"]])
    bags = next(step for step in draft.steps if step["code"] == "seal_evidence")
    content = with_step(content, "seal_evidence", {**bags, "check": TIGHTER})
    draft = actions.change_version(draft, content=content, revision=draft.revision, by=by)
    draft = actions.set_version_days(
        draft,
        effective_on=utc_today() + timedelta(days=30),
        review_on=None,
        revision=draft.revision,
        by=by,
    )
    draft = actions.open_consultation(draft, by=by)
    made = [
        actions.comment_step(draft, step=step, text=text, by=who[name])
        for name, step, text in COMMENTS
    ]
    actions.answer_comment(made[-1], taken_up=True, answer="Jā, līdz oktobrim.", by=by)
