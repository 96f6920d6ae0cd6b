"""Nine invented risks over two months, levels of sections, and the worked case of an event."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import time_machine
from django.utils.timezone import now

from bordercoop.reference.models import utc_today
from contactpoints.models import units

from .. import actions
from ..models import PublicEvent, Risk
from .texts import LEVELS, OWN, RISKS, TREATMENTS, WHY

DEMO = uuid.UUID("2b0a3f3e-6c0b-4f0e-9a52-4f1f6a1d7c20")
ROOT = {"LV": "LV-SBG", "BY": "BY-GPK"}
DAYS = 58


def _ref(what: str) -> uuid.UUID:
    return uuid.uuid5(DEMO, what)


def live_with_risks(people: Mapping[str, Any]) -> str:
    """The register, levels and the event, once."""
    if Risk.objects.filter(client_ref=_ref("R1")).exists():
        return "demo risks: there already"
    analysts = {"LV": people["lv.analyst"], "BY": people["by.analyst"]}
    start = now().replace(second=0, microsecond=0)
    month = start.replace(day=1, hour=6, minute=0)
    # As seen when the risk was written, when last month ended, and now.
    moments = (start - timedelta(days=DAYS), month - timedelta(days=4), start - timedelta(hours=3))
    risks: dict[str, Risk] = {}
    for number, (code, side, *_rest) in enumerate(RISKS):
        with time_machine.travel(moments[0] + timedelta(minutes=20 * number), tick=False) as clock:
            risks[code] = _written(code, analysts[side])
            clock.shift(timedelta(minutes=5))
            _assessed(risks[code], 0, analysts)
            clock.shift(timedelta(minutes=5))
            risks[code] = actions.share_risk(risks[code], by=analysts[side])
    with time_machine.travel(moments[1], tick=False):
        for risk in risks.values():
            _assessed(risk, 1, analysts)
        actions.join_risk(risks["R1"], unit=units()["LV-SBG"], by=analysts["LV"])
        _planned(risks, analysts, moments[1])
    with time_machine.travel(start - timedelta(days=2), tick=False):
        _set_levels(analysts)
    with time_machine.travel(moments[2], tick=False):
        for risk in risks.values():
            _assessed(risk, 2, analysts)
        actions.write_risk(
            unit=units()["LV-SBG"], title=OWN["title"], text=OWN["text"], language="lv",
            sections=["S08", "S09"], client_ref=_ref("own"), by=analysts["LV"],
        )  # fmt: skip
    _work_through(analysts, start)
    return f"demo risks: {len(risks)} new"


def _written(code: str, by: Any) -> Risk:
    _code, side, title, text, category, sections, _seen = next(r for r in RISKS if r[0] == code)
    return actions.write_risk(
        unit=units()[ROOT[side]], title=title, text=text, language=by.language,
        category=category, sections=sections, client_ref=_ref(code), by=by,
    )  # fmt: skip


def _assessed(risk: Risk, moment: int, analysts: Mapping[str, Any]) -> None:
    """What each side says at that moment, where the demonstration has it."""
    code = next(row[0] for row in RISKS if _ref(row[0]) == risk.client_ref)
    seen = next(row[6] for row in RISKS if row[0] == code)
    for side, levels in seen.get(moment, {}).items():
        likelihood, magnitude, vulnerability, impact, probability, confidence = levels
        by = analysts[side]
        actions.assess_risk(
            risk, likelihood=likelihood, magnitude=magnitude, vulnerability=vulnerability,
            impact=impact, why=WHY[code, moment][side], language=by.language,
            probability=probability, confidence=confidence,
            client_ref=_ref(f"{code} {moment} {side}"), by=by,
        )  # fmt: skip


def _planned(risks: Mapping[str, Risk], analysts: Mapping[str, Any], at: datetime) -> None:
    for number, (code, side, what, days, given, evidence) in enumerate(TREATMENTS):
        by, due = analysts[side], utc_today() + timedelta(days=1)
        if days is not None:
            due = max(due, (at + timedelta(days=days)).date())
        made = actions.plan_treatment(
            risks[code], unit=units()[ROOT[side]], what=what, language=by.language, due=due,
            given=given, client_ref=_ref(f"treatment {number}"), by=by,
        )  # fmt: skip
        if evidence:
            actions.finish_treatment(made, evidence=evidence, by=by)


def _set_levels(analysts: Mapping[str, Any]) -> None:
    for section, side, level, why, days in LEVELS:
        by = analysts[side]
        until = utc_today() + timedelta(days=days) if days else None
        actions.set_section_level(
            section=section, level=level, why=why, language=by.language, until=until,
            client_ref=_ref(f"level {section} {side}"), by=by,
        )  # fmt: skip


def _flows(*rows: tuple[int, str, str, int]) -> list[dict[str, Any]]:
    return [
        {"day": date(2021, 5, day), "place": place, "host": host, "people": people}
        for day, place, host, people in rows
    ]


def _work_through(analysts: Mapping[str, Any], start: datetime) -> None:
    """The championship of 2021 as a worked case: first as it was known before one host dropped
    out, then after. Numbers are invented."""
    event = PublicEvent.objects.filter(code="IIHF2021").first()
    if event is None:
        return
    lv, by = analysts["LV"], analysts["BY"]
    minsk = _flows(
        (20, "PAT-GRI", "Minsk", 900), (20, "SIL-URB", "Minsk", 400),
        (21, "PAT-GRI", "Minsk", 1_600), (22, "PAT-GRI", "Minsk", 1_200),
    )  # fmt: skip
    riga = _flows(
        (20, "PAT-GRI", "Riga", 700), (21, "PAT-GRI", "Riga", 1_100), (21, "SIL-URB", "Riga", 350),
        (22, "PAT-GRI", "Riga", 800),
    )  # fmt: skip
    with time_machine.travel(start - timedelta(days=30), tick=False):
        for analyst, words in (
            (lv, {
                "threats": "Viltotas biļetes un akreditācijas (izdomāts piemērs).",
                "vulnerabilities": "Rindas Pāterniekos atklāšanas dienā.",
                "measures": "Papildu maiņa robežšķērsošanas vietās.",
            }),
            (by, {
                "threats": "Падробленыя білеты (прыдуманы прыклад).",
                "vulnerabilities": "Чэргі ў дзень адкрыцця.",
                "measures": "Дадатковая змена ў пункце пропуску.",
            }),
        ):  # fmt: skip
            made = actions.write_event_assessment(
                event, readiness="heightened", content={"flows": minsk + riga, **words},
                language=analyst.language, as_of=date(2021, 1, 10),
                client_ref=_ref(f"event {analyst.side} 1"), by=analyst,
            )  # fmt: skip
            actions.give_event_assessment(made, by=analyst)
    with time_machine.travel(start - timedelta(days=29), tick=False):
        made = actions.write_event_assessment(
            event, readiness="heightened",
            content={
                "flows": riga,
                "threats": "Viltotas biļetes un akreditācijas (izdomāts piemērs).",
                "vulnerabilities": "Rindas Pāterniekos atklāšanas dienā.",
                "measures": "Papildu maiņa Pāterniekos; Silenē pietiek ar parasto.",
            },
            language="lv", as_of=date(2021, 2, 3), client_ref=_ref("event LV 2"), by=lv,
        )  # fmt: skip
        actions.give_event_assessment(made, by=lv)
