"""What the delivering side alone knows of the persons it hands over. Nothing here crosses."""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.reference.sides import Side

from .incident import Incident
from .investigation import Investigation
from .receipts import Handover


class HandoverPerson(models.Model):
    """A person as the delivering side counts it in the case. Who it is stands in the sealed part of
    the side's own `incident`, when there is one."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    investigation = models.ForeignKey(
        Investigation, on_delete=models.PROTECT, related_name="persons", db_index=False
    )
    side = models.CharField(max_length=2, choices=Side.choices)
    number = models.PositiveIntegerField()
    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["investigation", "side", "number"], name="a_side_counts_a_person_once"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="person_of_a_case_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            pgtrigger.Trigger(
                name="incident_of_a_person_is_of_the_own_side",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF EXISTS (SELECT 1 FROM public.incidents_incident i
                           WHERE i.id = NEW.incident_id AND i.side <> NEW.side) THEN
                    RAISE EXCEPTION 'incident_of_a_person_is_of_the_own_side'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.investigation_id} {self.side} {self.number}"


class CheckKind(models.TextChoices):
    """Source: DOMAIN of the services' procedure of joint investigation, docs/receipts.md."""

    PROTECTION = "protection", pgettext_lazy("check", "Protection")
    AGE = "age", pgettext_lazy("check", "Age")
    HEALTH = "health", pgettext_lazy("check", "Health")
    TRAFFICKING = "trafficking", pgettext_lazy("check", "Signs of trafficking")
    INTERPRETER = "interpreter", pgettext_lazy("check", "Interpreter")


class CheckAnswer(models.TextChoices):
    NO_CLAIM = "no_claim", pgettext_lazy("check", "Asked: asks for no protection")
    CLAIM = "claim", pgettext_lazy("check", "Asked: asks for protection")
    ADULT = "adult", pgettext_lazy("check", "18 or over")
    MINOR = "minor", pgettext_lazy("check", "Under 18")
    FIT = "fit", pgettext_lazy("check", "Fit")
    UNFIT = "unfit", pgettext_lazy("check", "Not fit")
    NO_SIGNS = "no_signs", pgettext_lazy("check", "No signs")
    SIGNS = "signs", pgettext_lazy("check", "There are signs")
    PRESENT = "present", pgettext_lazy("check", "Present")
    ABSENT = "absent", pgettext_lazy("check", "Not present")
    DOUBT = "doubt", pgettext_lazy("check", "Doubt")


ANSWERS: dict[str, tuple[CheckAnswer, ...]] = {
    CheckKind.PROTECTION: (CheckAnswer.NO_CLAIM, CheckAnswer.CLAIM),
    CheckKind.AGE: (CheckAnswer.ADULT, CheckAnswer.MINOR, CheckAnswer.DOUBT),
    CheckKind.HEALTH: (CheckAnswer.FIT, CheckAnswer.UNFIT, CheckAnswer.DOUBT),
    CheckKind.TRAFFICKING: (CheckAnswer.NO_SIGNS, CheckAnswer.SIGNS, CheckAnswer.DOUBT),
    CheckKind.INTERPRETER: (CheckAnswer.PRESENT, CheckAnswer.ABSENT),
}
# What stops for good: no later answer about the person clears it here.
FINAL = (CheckKind.PROTECTION, CheckKind.TRAFFICKING)
STOPS = Q(answer__in=["claim", "doubt", "unfit", "signs", "absent"]) | Q(
    answer="minor", authority=""
)


def stops(answer: str, authority: str) -> bool:
    """Whether an answer stops a handover. The database asks the same (`STOPS`)."""
    return answer in ("claim", "doubt", "unfit", "signs", "absent") or (
        answer == "minor" and not authority
    )


class HandoverCheck(models.Model):
    """An answer about a person, recorded by the delivering side at a handover. Append-only: the
    last one of a kind counts, and those of FINAL that stop count for ever.

    `language` is the interpreter's, `authority` the responsible one that was present for a person
    under 18, `reason` why a doubt is none any more.
    """

    handover = models.ForeignKey(
        Handover, on_delete=models.PROTECT, related_name="checks", db_index=False
    )
    person = models.ForeignKey(HandoverPerson, on_delete=models.PROTECT, related_name="checks")
    kind = models.CharField(max_length=11, choices=CheckKind.choices)
    answer = models.CharField(max_length=8, choices=CheckAnswer.choices)
    stops = models.BooleanField()
    language = models.CharField(max_length=40, blank=True)
    authority = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=1_000, blank=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="a_check_has_an_answer_of_its_kind",
                condition=Q(kind="protection", answer__in=["no_claim", "claim"])
                | Q(kind="age", answer__in=["adult", "minor", "doubt"])
                | Q(kind="health", answer__in=["fit", "unfit", "doubt"])
                | Q(kind="trafficking", answer__in=["no_signs", "signs", "doubt"])
                | Q(kind="interpreter", answer__in=["present", "absent"]),
            ),
            models.CheckConstraint(
                name="a_claim_or_a_doubt_stops",
                condition=(Q(stops=True) & STOPS) | (Q(stops=False) & ~STOPS),
            ),
            models.CheckConstraint(
                name="an_interpreter_speaks_a_language",
                condition=~Q(answer="present") | ~Q(language=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="check_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            pgtrigger.Trigger(
                name="checks_are_of_the_delivering_side",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("which", "public.incidents_handover%ROWTYPE")],
                func="""
                SELECT * INTO which FROM public.incidents_handover h WHERE h.id = NEW.handover_id
                    FOR NO KEY UPDATE;
                IF which.state NOT IN ('prepared', 'opened', 'stopped') THEN
                    RAISE EXCEPTION 'checks_come_before_the_end' USING ERRCODE = 'check_violation';
                END IF;
                IF NOT EXISTS (SELECT 1 FROM public.incidents_handoveritem i
                               WHERE i.handover_id = which.id AND i.person_id = NEW.person_id)
                   OR EXISTS (SELECT 1 FROM public.access_user u
                              WHERE u.id = NEW.by_id AND u.side <> which.side) THEN
                    RAISE EXCEPTION 'checks_are_of_the_delivering_side'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="a_doubt_is_cleared_by_another_officer",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NOT NEW.stops"),
                declare=[("before", "public.incidents_handovercheck%ROWTYPE")],
                func="""
                SELECT * INTO before FROM public.incidents_handovercheck c
                    WHERE c.person_id = NEW.person_id AND c.kind = NEW.kind
                    ORDER BY c.id DESC LIMIT 1;
                IF NOT FOUND OR NOT before.stops THEN
                    RETURN NEW;
                END IF;
                IF NEW.kind IN ('protection', 'trafficking') THEN
                    RAISE EXCEPTION 'a_claim_is_never_cleared' USING ERRCODE = 'check_violation';
                END IF;
                IF NEW.reason = '' OR NEW.by_id IS NOT DISTINCT FROM before.by_id THEN
                    RAISE EXCEPTION 'a_doubt_is_cleared_by_another_officer'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            # Whoever writes the row, whatever else is going on: the handover stops with it.
            pgtrigger.Trigger(
                name="a_check_that_stops_stops_the_handover",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                condition=pgtrigger.Condition("NEW.stops"),
                func="""
                UPDATE public.incidents_handover h SET state = 'stopped', ended_at = NEW.at
                WHERE h.state IN ('prepared', 'opened')
                  AND h.id IN (SELECT i.handover_id FROM public.incidents_handoveritem i
                               WHERE i.person_id = NEW.person_id AND i.removed_at IS NULL);
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"


class HandoverStop(models.Model):
    """Why the delivering side stopped a handover without a check; its own words for itself."""

    handover = models.OneToOneField(Handover, on_delete=models.PROTECT, related_name="stop")
    note = models.CharField(max_length=1_000)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        triggers = [
            pgtrigger.Protect(
                name="stop_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.handover_id}"
