"""Invented recommendations and a contingency plan of the demo: approved by both sides, activated as
an exercise and stood down; recommendations in each state, one of them overdue."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import time_machine
from django.utils.timezone import now

from bordercoop.reference.models import ProcedureVersion, places, utc_today
from contactpoints.actions import acknowledge_delivery
from contactpoints.models import Delivery, units
from training.models import Activity

from . import actions
from .models import ContingencyPlan, Recommendation

DEMO = uuid.UUID("5b8a1f5e-9a7c-4f0e-8c11-0d3a1c7e2b90")
POINTS = ("PAT-GRI", "SIL-URB")
# (name, begins, [(what, who, minutes)])
PHASES: list[tuple[str, str, list[tuple[str, str, int]]]] = [
    ("Pirmās minūtes", "No brīža, kad robežsargs ziņo par grupu ārpus joslas.", [
        ("Apturēt kustību skartajā joslā un novērst cilvēkus no brauktuves.",
         "Maiņas vecākais", 2),
        ("Pa tālruni paziņot otras puses dežūrdaļai: cik cilvēku, kur, virziens.",
         "Dežūrdaļas virsnieks", 5),
        ("Nosūtīt portālā P1 brīdinājumu abām dežūrdaļām.", "Dežūrdaļas virsnieks", 10),
    ]),
    ("Norobežošana", "Kad otra puse apstiprinājusi saņemšanu.", [
        ("Izvietot pastiprinājumu un atdalīt tranzīta rindu.", "Pārvaldes dežurants", 20),
        ("Sagatavot tulku un medicīnisko palīdzību.", "Maiņas vecākais", 30),
    ]),
    ("Atjaunošana", "Kad vieta ir droša pēc abu pušu vārdiem.", [
        ("Vienoties ar otru pusi par kustības atjaunošanas laiku.", "Maiņas vecākais", 60),
        ("Ierakstīt notikumu un pirmos secinājumus.", "Maiņas vecākais", 120),
    ]),
]  # fmt: skip
# (by, source, title, text, language, owner, days, state)
LESSONS: list[tuple[Any, ...]] = [
    ("lv.coordinator", "frontex", "Check the second page of passports issued before 2015",
     "The risk bulletin names a series with the second page replaced. First line checks it under "
     "ultraviolet light.", "en", "BY-POL", 40, "open"),
    ("by.coordinator", "exercise", "Дежурные части называют друг другу полосу движения по номеру",
     "На учениях полосу описывали словами и потеряли восемь минут.", "ru", "LV-DGP", -5,
     "in_hand"),
    ("lv.coordinator", "visit", "Atsevišķa josla ģimenēm ar bērniem lielu pasākumu laikā",
     "Labā prakse no Vīnes lidostas: ģimenes pārbauda atsevišķi, rinda kļūst īsāka.", "lv",
     "LV-DGP", 25, "done"),
    ("by.coordinator", "evaluation", "Перакладчык заўсёды сядзіць паміж бакамі, не ў канцы стала",
     "", "be", "BY-POL", 60, "confirmed"),
    ("lv.coordinator", "own", "Divi pārnēsājamie dokumentu lasītāji vilcienu pārbaudei",
     "Viens lasītājs diviem vagoniem ir par maz.", "lv", "LV-DGP", 12, "not_accepted"),
]  # fmt: skip
HEADS = {"LV-DGP": "dgp.head", "BY-POL": "pol.head"}


def live_with_lessons(people: Mapping[str, Any]) -> str:
    """Done once."""
    if Recommendation.objects.filter(client_ref=uuid.uuid5(DEMO, "0")).exists():
        return "demo lessons: there already"
    with time_machine.travel(now() - timedelta(days=20), tick=False) as clock:
        plan = _plan(people, clock)
        rows = [_raise(people, number, row) for number, row in enumerate(LESSONS)]
        clock.shift(timedelta(days=2))
        _tie(people, rows, plan)
        for row, said in zip(rows, LESSONS, strict=True):
            _carry(people, row, said[7])
    return f"demo lessons: {len(rows)} recommendations, 1 plan"


def _plan(people: Mapping[str, Any], clock: Any) -> ContingencyPlan:
    by, other = people["lv.coordinator"], people["by.coordinator"]
    here = [code for code in POINTS if code in places()]
    plan = actions.begin_contingency(
        title="Cilvēku grupa ārpus joslas robežšķērsošanas vietā", language="lv",
        triggers="Desmit vai vairāk cilvēku atstāj transportlīdzekļus un neizpilda norādījumus, "
        "vai viens mēģina šķērsot ārpus joslas.",
        places_of=here or [code for code, one in places().items() if one.kind == "crossing"][:2],
        client_ref=uuid.uuid5(DEMO, "plan"), by=by,
    )  # fmt: skip
    for at, (name, begins, tasks) in enumerate(PHASES):
        ref = uuid.uuid5(DEMO, f"phase {at}")
        plan = actions.set_contingency_item(
            plan, part="phases", name=name, begins=begins, client_ref=ref, by=by
        )
        phase = plan.content["phases"][-1]["code"]
        for nth, (what, who, minutes) in enumerate(tasks):
            plan = actions.set_contingency_item(
                plan, part="tasks", phase=phase, what=what, who=who, minutes=minutes,
                client_ref=uuid.uuid5(DEMO, f"task {at} {nth}"), by=by,
            )  # fmt: skip
    contacts: tuple[dict[str, Any], ...] = (
        {"desk": "DESK-DGP"}, {"desk": "DESK-POL"}, {"name": "Ātrā palīdzība", "words": "113"},
    )  # fmt: skip
    for at, said in enumerate(contacts):
        plan = actions.set_contingency_item(
            plan, part="contacts", client_ref=uuid.uuid5(DEMO, f"contact {at}"), by=other, **said
        )
    version = actions.put_contingency(plan, edition=plan.edition, by=by)
    for name in ("lv.approver", "by.approver"):
        clock.shift(timedelta(hours=2))
        actions.approve_contingency(plan, sha256=version.sha256, by=people[name])
    clock.shift(timedelta(days=1))
    _exercise(plan, people["dgp.duty"], people["pol.duty"], clock)
    return plan


def _exercise(plan: ContingencyPlan, one: Any, other: Any, clock: Any) -> None:
    content = plan.content
    run = actions.activate_contingency(
        plan, place=places()[content["places"][0]], exercise=True,
        reason="Mācību trauksme: autobuss ar trīsdesmit pasažieriem.",
        client_ref=uuid.uuid5(DEMO, "run"), by=one,
    )  # fmt: skip
    _answered(run, (one, other), clock)
    for nth, task in enumerate(content["tasks"]):
        clock.shift(timedelta(minutes=4 if nth < 3 else 14))
        by = (one, other)[nth % 2]
        actions.tick_task(run, task=task["code"], by=by)
    clock.shift(timedelta(minutes=10))
    actions.stand_down(
        run, outcome="Visi uzdevumi izpildīti; josla bija jānosauc pēc numura.", by=one
    )
    _answered(run, (one, other), clock)


def _answered(run: Any, officers: tuple[Any, Any], clock: Any) -> None:
    """Each desk takes note within its minutes."""
    clock.shift(timedelta(minutes=1))
    for delivery in Delivery.objects.about(run.ref).open().select_related("desk"):
        by = next(officer for officer in officers if officer.side == delivery.desk.side)
        line = "Lasīts." if by.side == "LV" else "Прочитано."
        acknowledge_delivery(delivery, line=line, by=by)


def _raise(people: Mapping[str, Any], number: int, row: tuple[Any, ...]) -> Recommendation:
    name, source, title, text, language, owner, days, _state = row
    about = ""
    if source == "visit":
        visits = Activity.objects.visible_to(people[name]).filter(
            kind="study_visit", joint=True, put_at__isnull=False
        )
        about = next((f"activity:{one.number}" for one in visits[:1]), "")
    return actions.raise_recommendation(
        source=source, title=title, text=text, language=language, owner_unit=units()[owner],
        due_on=utc_today() + timedelta(days=20 + days), about=about,
        client_ref=uuid.uuid5(DEMO, str(number)), by=people[name],
    )  # fmt: skip


def _carry(people: Mapping[str, Any], row: Recommendation, state: str) -> None:
    owner = people[HEADS[row.owner_unit.code]]
    if state == "not_accepted":
        actions.decline_recommendation(
            row, reason="Šogad budžetā nav līdzekļu; ierosināts nākamā gada plānam.", by=owner
        )
    if state in ("in_hand", "done", "confirmed"):
        actions.take_in_hand(row, by=owner)
    if state in ("done", "confirmed"):
        evidence = {
            "lv": "Josla ierīkota, pārbaudīta divās maiņās.",
            "be": "Схема пасадкі дададзена ў памятку сустрэч.",
        }
        actions.finish_recommendation(row, evidence=evidence[row.language], by=owner)
    if state == "confirmed":
        actions.confirm_recommendation(row, by=people[f"{row.side.lower()}.coordinator"])


def _tie(people: Mapping[str, Any], rows: list[Recommendation], plan: ContingencyPlan) -> None:
    version = plan.versions.first()
    actions.tie_change(
        rows[1], kind="plan", thing=version, words="Uzdevumā par zvanu ir josla un virziens.",
        client_ref=uuid.uuid5(DEMO, "tie plan"), by=people["dgp.head"],
    )  # fmt: skip
    guides = ProcedureVersion.objects.holding().filter(procedure__kind="guideline")
    if (found := guides.select_related("procedure").first()) is not None:
        actions.tie_change(
            rows[3], kind="procedure", thing=found, words="Крок пра сустрэчу на мяжы.",
            client_ref=uuid.uuid5(DEMO, "tie guide"), by=people["pol.head"],
        )  # fmt: skip
    actions.tie_change(
        rows[2], kind="equipment", words="Divi pārvietojamie norobežojumi, zāle 2.",
        client_ref=uuid.uuid5(DEMO, "tie things"), by=people["dgp.head"],
    )  # fmt: skip
