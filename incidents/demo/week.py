"""A week of invented incidents, lived through in order of time with the clock moved.

Every line of `incidents.yaml` is one report: what it says under the names of `content.FIELDS`, and

- `headline_template` in place of `headline`: the code of a headline from the list;
- `handling`, `tlp`: its marking, where it is not the usual one;
- `hours_ago`: when it was reported; `happened`, `detected`: minutes before that;
- `then`: what became of it, each step `after` so many minutes: `do` names a step below. Who does
  it follows from the unit (`by` names another): the leader verifies, headquarters validates, the
  duty officer releases, the duty officer of the `desk` answers (needed when several were told).
"""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import time_machine
from django.utils.timezone import now

from bordercoop.access.models import User
from bordercoop.reference.loader import read_yaml
from contactpoints import actions as desks
from contactpoints.models import Alert, Delivery, units

from .. import actions, handling
from ..access import share_for
from ..models import Audience, Consent, Incident
from ..progress import noted
from .people import WATCHES

FILE = Path(__file__).with_name("incidents.yaml")
WEEK = uuid.UUID("5d0c2f0e-6a3b-4f0d-9b1c-0d6a9f6f2e11")
# Ends every narrative: whoever reads or prints one alone still sees what it is.
MARK = {
    "lv": "Demonstrācijas ieraksts, notikums ir izdomāts.",
    "be": "Дэманстрацыйны запіс, падзея прыдуманая.",
    "ru": "Демонстрационная запись, событие вымышлено.",
    "en": "Demonstration record; the event is invented.",
}
PREFIX = {"LV-DGP": "dgp", "LV-RIX": "rix", "BY-POL": "pol", "BY-MSQ": "msq"}
FACTS = {"side", "unit", "hours_ago", "happened", "detected", "then", "handling", "tlp"}
OPENED_BEFORE = timedelta(seconds=35)
NOTED_AFTER = timedelta(minutes=25)
NOTED = {
    "lv": "Norīkojums ir informēts, notikums ir uzraudzībā.",
    "be": "Нарад паінфармаваны, падзея пад назіраннем.",
    "ru": "Наряд проинформирован, событие под наблюдением.",
}
Moment = tuple[datetime, int, Callable[[], Any]]


def entries() -> list[dict[str, Any]]:
    """The week as written down, earliest report first."""
    rows = read_yaml(FILE)
    return sorted(rows, key=lambda row: -row["hours_ago"])


def client_ref(entry: dict[str, Any]) -> uuid.UUID:
    """The same for the same entry on every machine, so that it is reported once."""
    return uuid.uuid5(WEEK, f"{entry['side']} {entry['category']}")


def live_through_week() -> int:
    """Report what is not there yet and let happen what became of it; returns how many are new.

    An incident that is there is left alone, whatever officers did with it since.
    """
    week = {client_ref(entry): entry for entry in entries()}
    known = Incident.objects.filter(client_ref__in=week).values_list("client_ref", flat=True)
    for ref in known:
        week.pop(ref, None)
    people = {user.username: user for user in User.objects.all()}
    start = now().replace(second=0, microsecond=0)
    stories = [Story(entry, people, start) for entry in week.values()]
    moments = [moment for story in stories for moment in story.moments()]
    for at, _, happen in sorted(moments, key=lambda moment: moment[:2]):
        with time_machine.travel(at, tick=False):
            happen()
    return len(stories)


class Story:
    """One incident from its report to its last step."""

    incident: Incident
    alert: Alert
    consent: Consent

    def __init__(self, entry: dict[str, Any], people: dict[str, Any], start: datetime) -> None:
        self.entry, self.people, self.start = entry, people, start
        self.reported_at = start - timedelta(hours=entry["hours_ago"])
        self.region = PREFIX[entry["unit"][:6]]

    def moments(self) -> list[Moment]:
        """Everything that happens, each with its time and its place in the story."""
        found: list[Moment] = []

        def put(at: datetime, happen: Callable[[], Any]) -> None:
            found.append((at, len(found), happen))

        put(self.reported_at, self.report)
        for order, step in enumerate(self.entry["then"]):
            at = self.reported_at + timedelta(minutes=step["after"], seconds=(order * 17 + 8) % 60)
            if step["do"] in ("acknowledge", "decline"):
                put(at - OPENED_BEFORE, partial(self.open, step))
            put(at, partial(getattr(self, step["do"]), step))
            if step["do"] == "acknowledge":
                put(min(at + NOTED_AFTER, self.start), partial(self.follow, step))
            if step["do"] == "release":
                put(at + timedelta(seconds=1), partial(self.carry, desks.mark_sent))
                put(at + timedelta(seconds=2), partial(self.carry, desks.mark_delivered))
        return found

    def officer(self, step: dict[str, Any], usual: str) -> Any:
        return self.people[step.get("by", usual)]

    def report(self) -> None:
        fields = {name: value for name, value in self.entry.items() if name not in FACTS}
        for name in ("happened", "detected"):
            fields[f"{name}_at"] = self.reported_at - timedelta(minutes=self.entry[name])
        self.incident = actions.report_incident(
            unit=units()[self.entry["unit"]],
            content=self.marked(fields),
            client_ref=client_ref(self.entry),
            marking=handling.parsed(self.entry.get("handling"), self.entry.get("tlp")),
            by=self.people[f"{self.region}.officer"],
        )

    def marked(self, fields: dict[str, Any]) -> dict[str, Any]:
        if "narrative" in fields:
            mark = MARK[self.entry["language"]]
            fields = {**fields, "narrative": f"{fields['narrative']} {mark}"}
        return fields

    def supplement(self, step: dict[str, Any]) -> None:
        self.incident = actions.supplement_incident(
            self.incident,
            version=self.incident.version,
            changes=self.marked(step["changes"]),
            by=self.officer(step, f"{self.region}.officer"),
        )

    def verify(self, step: dict[str, Any]) -> None:
        actions.verify_incident(self.incident, by=self.officer(step, f"{self.region}.leader"))

    def validate(self, step: dict[str, Any]) -> None:
        by = self.officer(step, f"{self.entry['side'].lower()}.hq")
        actions.validate_incident(self.incident, by=by)

    def release(self, step: dict[str, Any]) -> None:
        alert = actions.release_incident(
            self.incident,
            desks=[units()[code] for code in step["to"]],
            fields=step.get("fields"),
            priority=step.get("priority"),
            by=self.officer(step, f"{self.region}.duty"),
        )
        assert alert is not None  # nothing is paused in that week
        self.alert = alert

    def carry(self, mark: Callable[[Delivery], None]) -> None:
        for delivery in self.alert.deliveries.select_related("alert__sender", "desk"):
            mark(delivery)

    def delivery(self, step: dict[str, Any]) -> Delivery:
        """The delivery of the latest release at the desk that a step names, or the only one."""
        found = self.alert.deliveries.select_related("alert__sender", "desk")
        return found.get(desk__code=step["desk"]) if "desk" in step else found.get()

    def answering(self, delivery: Delivery, step: dict[str, Any]) -> Any:
        return self.officer(step, WATCHES[delivery.desk.code])

    def open(self, step: dict[str, Any]) -> None:
        delivery = self.delivery(step)
        desks.mark_opened(delivery, by=self.answering(delivery, step))

    def acknowledge(self, step: dict[str, Any]) -> None:
        delivery = self.delivery(step)
        by = self.answering(delivery, step)
        desks.acknowledge_delivery(delivery, line=step.get("line", ""), by=by)

    def follow(self, step: dict[str, Any]) -> None:
        """Where nobody noted anything by now, the desk does, so that nothing wakes up again."""
        delivery = self.delivery(step)
        assert delivery.acknowledged_at is not None
        if not noted([(str(self.incident.uid), delivery.desk, delivery.acknowledged_at)]):
            by = self.answering(delivery, step)
            actions.add_note(self.incident, text=NOTED[by.language], by=by)

    def accept(self, step: dict[str, Any]) -> None:
        delivery = self.delivery(step)
        desks.accept_delivery(delivery, by=self.answering(delivery, step))

    def hand_back(self, step: dict[str, Any]) -> None:
        delivery = self.delivery(step)
        by = self.answering(delivery, step)
        desks.hand_back_delivery(delivery, reason=step["reason"], by=by)

    def forward(self, step: dict[str, Any]) -> None:
        """To the unit `to`, whose officer `heard` acknowledges a few minutes later."""
        delivery = self.delivery(step)
        desks.forward_delivery(
            delivery, to=[units()[step["to"]]], line=step["line"],
            by=self.answering(delivery, step),
        )  # fmt: skip

    def hear(self, step: dict[str, Any]) -> None:
        forward = self.delivery(step).forwards.get()
        by = self.people[step["by"]]
        desks.acknowledge_forward(forward, line=step.get("line", ""), by=by)

    def decline(self, step: dict[str, Any]) -> None:
        delivery = self.delivery(step)
        by = self.answering(delivery, step)
        desks.decline_delivery(delivery, reason=step["reason"], by=by)

    def note(self, step: dict[str, Any]) -> None:
        audience = Audience.SHARED if step.get("shared") else Audience.OWN
        by = self.people[step["by"]]
        actions.add_note(self.incident, text=step["text"], audience=audience, by=by)

    def measure(self, step: dict[str, Any]) -> None:
        by = self.people[step["by"]]
        actions.add_measure(self.incident, text=step["text"], audience=Audience.SHARED, by=by)

    def task(self, step: dict[str, Any]) -> None:
        """Done `due` hours later at the latest, by the officer `who` when somebody is named."""
        actions.add_task(
            self.incident,
            what=step["text"],
            officer=self.people[step["who"]] if "who" in step else None,
            due_at=now() + timedelta(hours=step["due"]),
            audience=Audience.SHARED if step.get("shared") else Audience.OWN,
            by=self.people[step["by"]],
        )

    def translate(self, step: dict[str, Any]) -> None:
        actions.translate_text(
            self.incident,
            language=step["language"],
            headline=step["headline"],
            narrative=f"{step['narrative']} {MARK[step['language']]}",
            by=self.people[step["by"]],
        )

    def propose(self, step: dict[str, Any]) -> None:
        by = self.people[step["by"]]
        copy = share_for(by, self.incident)
        actions.propose_fields(copy, values=step["values"], reason=step["reason"], by=by)

    def ask(self, step: dict[str, Any]) -> None:
        self.consent = actions.ask_consent(
            self.incident,
            to=units()[step["to"]],
            purpose=step["purpose"],
            by=self.people[step["by"]],
        )

    def consent_to(self, step: dict[str, Any]) -> None:
        by = self.people[step["by"]]
        actions.give_consent(self.consent, conditions=step["text"], by=by)

    def pass_on(self, step: dict[str, Any]) -> None:
        actions.pass_on(self.incident, to=units()[step["to"]], by=self.people[step["by"]])

    def close(self, step: dict[str, Any]) -> None:
        by = self.people[step["by"]]
        actions.close_part(self.incident, ground=step["ground"], by=by)
