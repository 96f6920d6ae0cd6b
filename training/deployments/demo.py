"""Invented experts and deployments: one there, one coming, requests, one that ended."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.timezone import now

from contactpoints.models import units

from . import actions
from .models import Deployment, Expert

DEMO = uuid.UUID("7b0a0b53-38a3-4a94-9c38-5e4f6c2f9b11")
BASIS = "Working arrangement (example)"
# key, side that adds, user name or name, profiles, languages with level
POOL: list[tuple[str, str, str, list[str], dict[str, str]]] = [
    ("kestrel", "by", "expert", ["ALDO", "SLO"], {"en": "C2", "ru": "B2"}),
    ("marten", "lv", "S. Marten (example)", ["DOG"], {"en": "C1"}),
    ("klava", "lv", "dgp.officer", ["FLO", "ALDO"], {"lv": "C2", "ru": "C1", "en": "B1"}),
    ("berzs", "lv", "rix.officer", ["SLO"], {"lv": "C2", "en": "B2", "ru": "B1"}),
    ("verabei", "by", "pol.officer", ["ALDO"], {"be": "C2", "ru": "C2"}),
    ("biarozkina", "by", "msq.officer", ["SLO", "INT"], {"ru": "C2", "be": "C2", "lv": "B1"}),
]


def live_with_deployments(people: Mapping[str, Any]) -> str:
    """Each side's coordinator keeps the pool; the focal point, Minsk and Riga ask. Done once."""
    if Deployment.objects.exists():
        return "demo deployments: there already"
    heads = {side: people[f"{side}.coordinator"] for side in ("lv", "by")}
    pool = _pool(people, heads)
    today = now().date()

    def days(first: int, last: int) -> dict[str, Any]:
        return {
            "first_day": today + timedelta(days=first), "last_day": today + timedelta(days=last)
        }  # fmt: skip

    def granted(key: str, side: str, last: int = 120) -> None:
        actions.accredit_expert(
            pool[key], kind="service", number=f"{side.upper()}-{pool[key].number}",
            valid_from=today - timedelta(days=30), valid_until=today + timedelta(days=last),
            client_ref=uuid.uuid5(DEMO, f"{side} {key}"), by=heads[side],
        )  # fmt: skip

    for key, side in (("kestrel", "by"), ("klava", "by"), ("berzs", "by"), ("verabei", "lv")):
        granted(key, side)
    granted("kestrel", "lv", 6)
    words = {
        "need": ("Поддельные визы на второй линии.", "Проверка документов вместе со сменой."),
        "visit": ("Pastiprinājums pasākuma laikā.", "Otrās līnijas pārbaudes kopā ar maiņu."),
    }
    # A Frontex document expert is at the Minsk focal point.
    frontex = _need(people["fp.head"], "DESK-FP-MSQ", "EU", "ALDO", "ru", words["need"],
                    days(-4, 10), ["ru"])  # fmt: skip
    _walk(frontex, pool["kestrel"], people["fp.head"], heads, "deployed")
    # A Latvian officer comes to Minsk, a Belarusian one is offered for Riga.
    minsk = _need(people["msq.head"], "DESK-MSQ", "LV", "SLO", "ru", words["need"],
                  days(80, 90), ["ru"])  # fmt: skip
    _walk(minsk, pool["berzs"], people["msq.head"], heads, "committed")
    riga = _need(people["rix.head"], "DESK-RIX", "BY", "ALDO", "lv", words["visit"],
                 days(100, 110), ["ru"])  # fmt: skip
    _walk(riga, pool["verabei"], people["rix.head"], heads, "offered")
    asked = _need(people["fp.head"], "DESK-FP-MSQ", "EU", "INT", "ru", words["need"],
                  days(20, 40), ["en"])  # fmt: skip
    _walk(asked, None, people["fp.head"], heads, "assessed")
    need = _need(people["fp.head"], "DESK-FP-MSQ", "LV", "DOG", "ru", words["need"],
                 days(30, 35), [])  # fmt: skip
    _walk(need, None, people["fp.head"], heads, "requested")
    over = _need(people["rix.head"], "DESK-RIX", "EU", "DOG", "lv", words["visit"],
                 days(-1, 5), ["en"])  # fmt: skip
    granted("marten", "lv")
    _walk(over, pool["marten"], people["rix.head"], heads, "ended")
    return f"demo deployments: 6 new, {len(pool)} experts"


def _pool(people: Mapping[str, Any], heads: dict[str, Any]) -> dict[str, Expert]:
    found = {}
    for key, side, who, profiles, languages in POOL:
        officer = people.get(who)
        named = {"officer": officer} if officer else {"name": who, "service": "Frontex (example)"}
        expert = actions.add_expert(
            profiles=profiles, languages=languages, client_ref=uuid.uuid5(DEMO, key),
            by=heads[side], **named,
        )  # fmt: skip
        today = now().date()
        actions.state_availability(
            expert, first_day=today - timedelta(days=1), last_day=today + timedelta(days=150),
            client_ref=uuid.uuid5(DEMO, f"days {key}"), by=heads[side],
        )  # fmt: skip
        found[key] = expert
    return found


def _need(
    asker: Any, unit: str, sender: str, profile: str, language: str, words: tuple[str, str],
    days: dict[str, Any], languages: list[str],
) -> Deployment:  # fmt: skip
    return actions.note_need(
        unit=units()[unit], sender=sender, profile=profile, language=language, purpose=words[0],
        tasks=words[1], legal_basis=BASIS, languages=languages, by=asker,
        client_ref=uuid.uuid5(DEMO, f"{unit} {sender} {profile}"), **days,
    )  # fmt: skip


def _walk(
    one: Deployment, expert: Expert | None, asker: Any, heads: dict[str, Any], until: str
) -> None:
    host, offers = heads[one.side.lower()], heads[one.offers.lower()]
    said = {
        "RU": ("Вторая линия, без исполнительных полномочий.", "Ведёт смена."),
        "LV": ("Otrā līnija, bez izpildpilnvarām.", "Darbs kopā ar maiņu."),
    }["LV" if one.language == "lv" else "RU"]
    road: list[tuple[str, Any]] = [
        ("requested", lambda: actions.request_deployment(one, by=asker)),
        ("assessed", lambda: actions.assess_deployment(one, assessment=said[1], by=host)),
        ("offered", lambda: actions.offer_expert(one, expert=expert, by=offers)),  # type: ignore[arg-type]
        ("accepted", lambda: actions.accept_expert(one, by=host)),
        ("committed", lambda: actions.commit_expert(one, by=offers)),
        ("briefed", lambda: actions.brief_expert(
            one, held_at=now(), given_by=asker.name_latin, text=said[0],
            contact=f"{asker.name_latin}, {asker.phone}", language=one.language, by=asker)),
        ("deployed", lambda: actions.start_deployment(one, by=asker)),
        ("debriefed", lambda: actions.debrief_expert(
            one, report=said[1], lessons=[said[0]], language=one.language, by=asker)),
        ("ended", lambda: actions.close_deployment(one, by=asker)),
    ]  # fmt: skip
    for state, deed in road:
        deed()
        if state == until:
            return
