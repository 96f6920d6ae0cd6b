"""Information requests from a desk to a desk of the other side (docs/requests.md).

The question belongs to the side that asks, each answer to the side that was asked: either decides
who else may read its half.
"""

import uuid
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.reference.sides import Side
from contactpoints.access import units_where
from contactpoints.models import Unit

from .investigation import SERVICES
from .marked import Marked, marked_rules
from .purging import blanked_by_a_purge_alone, linked_to
from .remarks import Audience


class Urgency(models.TextChoices):
    """How soon an answer is needed; the hours are `settings.REQUEST_HOURS`. The three classes are
    modelled on Directive (EU) 2023/977, Article 5."""

    URGENT = "urgent", pgettext_lazy("information request", "Urgent")
    SOON = "soon", pgettext_lazy("information request", "Soon")
    ROUTINE = "routine", pgettext_lazy("information request", "Routine")


class RequestState(models.TextChoices):
    ASKED = "asked", pgettext_lazy("information request", "Waits for an answer")
    PARTLY = "partly", pgettext_lazy("information request", "Partly answered")
    ANSWERED = "answered", pgettext_lazy("information request", "Answered")
    REFUSED = "refused", pgettext_lazy("information request", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("information request", "Taken back")


REQUEST_OPEN = (RequestState.ASKED, RequestState.PARTLY)
REQUEST_MOVES = [
    *[("asked", after) for after in ("partly", "answered", "refused", "withdrawn")],
    *[("partly", after) for after in ("answered", "refused", "withdrawn")],
]


class AnswerKind(models.TextChoices):
    HIT = "hit", pgettext_lazy("answer to a request", "Hit: something is known, more follows")
    NO_HIT = "no_hit", pgettext_lazy("answer to a request", "No hit: nothing is known")
    PARTLY = "partly", pgettext_lazy("answer to a request", "A part of the answer, more follows")
    WHOLE = "whole", pgettext_lazy("answer to a request", "The whole answer")
    REFUSED = "refused", pgettext_lazy("answer to a request", "Refused")


# To which state an answer takes the request.
STATE_AFTER = {
    AnswerKind.HIT: RequestState.PARTLY,
    AnswerKind.NO_HIT: RequestState.ANSWERED,
    AnswerKind.PARTLY: RequestState.PARTLY,
    AnswerKind.WHOLE: RequestState.ANSWERED,
    AnswerKind.REFUSED: RequestState.REFUSED,
}


class InformationRequestQuerySet(models.QuerySet["InformationRequest"]):
    def visible_to(self, user: Any) -> Self:
        """Requests that a desk within the reach of `user` asked or was asked."""
        ids = units_where(user, "view_alerts")
        return self.filter(Q(desk_id__in=ids) | Q(to_id__in=ids))

    def passed_to(self, user: Any) -> Self:
        """Requests that were passed on to a unit within the reach of `user`."""
        ids = units_where(user, "view_incidents")
        return self.filter(passed__to_id__in=ids).distinct()

    def open(self) -> Self:
        return self.filter(state__in=REQUEST_OPEN)

    def overdue(self) -> Self:
        """Those still open past their deadline."""
        return self.open().filter(due_at__lte=now())


class InformationRequest(Marked):
    """A desk asks a desk of the other side for information, such as RQ-2026-00001.

    `due_at` is set when it is asked and never moves. `alarmed_at` is when both desks were told
    that it is overdue. `ground` is a code of `request_ground`, with words in `ground_text`.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=20, unique=True)
    client_ref = models.UUIDField(default=uuid.uuid4)
    side = models.CharField(max_length=2, choices=Side.choices)
    # Neither needs an index of its own: one below begins with it.
    desk = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    to = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(
        max_length=10, choices=RequestState.choices, default=RequestState.ASKED
    )
    subject = models.CharField(max_length=160)
    question = models.TextField()
    language = models.CharField(max_length=2)
    ground = models.CharField(max_length=40)
    ground_text = models.CharField(max_length=500, blank=True)
    urgency = models.CharField(max_length=8, choices=Urgency.choices)
    exercise = models.BooleanField(default=False)
    due_at = models.DateTimeField()
    asked_at = models.DateTimeField(default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    alarmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # Why the side that asked took it back; `said` keeps the standard phrase that it is.
    reason = models.CharField(max_length=500, blank=True)
    said = models.JSONField(null=True)
    purge = models.ForeignKey(
        "incidents.Purge", on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = InformationRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(fields=["desk", "-asked_at"], name="request_by_asking_desk"),
            models.Index(fields=["to", "-asked_at"], name="request_by_asked_desk"),
            models.Index(
                fields=["due_at"], name="request_due", condition=Q(state__in=["asked", "partly"])
            ),
        ]
        constraints = [
            *marked_rules("request"),
            models.UniqueConstraint(fields=["by", "client_ref"], name="request_asked_once"),
            models.CheckConstraint(
                name="request_is_of_the_two_services", condition=Q(side__in=SERVICES)
            ),
            models.CheckConstraint(
                name="request_has_a_question",
                condition=~Q(question="") & ~Q(subject="") | Q(purge__isnull=False),
            ),
            models.CheckConstraint(name="request_has_a_legal_ground", condition=~Q(ground="")),
            models.CheckConstraint(
                name="request_is_due_after_it_was_asked", condition=Q(due_at__gt=F("asked_at"))
            ),
            models.CheckConstraint(
                name="ended_request_has_its_time",
                condition=Q(state__in=["asked", "partly"], ended_at=None)
                | ~Q(state__in=["asked", "partly"]) & Q(ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="request_taken_back_has_a_reason",
                condition=~Q(state="withdrawn") | ~Q(reason="") | Q(purge__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="request_moves", field="state", transitions=REQUEST_MOVES),
            pgtrigger.Protect(name="request_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="request_stays_as_it_was_asked",
                fields=[
                    "uid", "number", "side", "desk", "to", "language", "ground", "urgency",
                    "exercise", "due_at", "asked_at", "by", "handling", "tlp", "restriction",
                ],
            ),
            blanked_by_a_purge_alone(
                "request_ends_by_a_purge",
                columns=["subject", "question", "ground_text"],
                blank="NEW.subject = '' AND NEW.question = '' AND NEW.ground_text = '' "
                "AND NEW.reason = '' AND NEW.said IS NULL AND NEW.ended_at IS NOT NULL",
                incident=linked_to("NEW.id"),
                side="NEW.side",
                both="TRUE",
            ),
            pgtrigger.Trigger(
                name="request_goes_to_a_desk_of_the_other_side",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF (SELECT count(*) FROM public.contactpoints_unit u
                    WHERE u.kind = 'desk'
                      AND (u.id = NEW.desk_id AND u.side = NEW.side
                           OR u.id = NEW.to_id AND u.side <> NEW.side)) < 2 THEN
                    RAISE EXCEPTION 'request_goes_to_a_desk_of_the_other_side: %', NEW.number
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="no_state_of_a_request_without_its_answer",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.state IN ('partly', 'answered', 'refused')"),
                func="""
                IF NOT EXISTS (
                    SELECT 1 FROM public.incidents_requestanswer a
                    WHERE a.asked_id = NEW.id AND CASE NEW.state
                        WHEN 'partly' THEN a.kind IN ('hit', 'partly')
                        WHEN 'answered' THEN a.kind IN ('no_hit', 'whole')
                        ELSE a.kind = 'refused' END
                ) THEN
                    RAISE EXCEPTION 'no_state_of_a_request_without_its_answer: %', NEW.number
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def ref(self) -> str:
        return f"information_request:{self.uid}"

    @property
    def open(self) -> bool:
        return self.state in REQUEST_OPEN

    @property
    def overdue(self) -> bool:
        return self.open and self.due_at <= now()


class RequestAnswer(Marked):
    """One answer to a request, under the marking of the side that answers. Append-only.

    `ground` is a code of `request_refusal` for a refusal, else "". `said` keeps the standard phrase
    of which `text` holds the English wording.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_ref = models.UUIDField(default=uuid.uuid4)
    asked = models.ForeignKey(
        InformationRequest, on_delete=models.PROTECT, related_name="answers", db_index=False
    )
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=AnswerKind.choices)
    side = models.CharField(max_length=2, choices=Side.choices)
    text = models.TextField(blank=True)
    said = models.JSONField(null=True)
    language = models.CharField(max_length=2)
    ground = models.CharField(max_length=40, blank=True)
    # Whether the deadline had passed.
    late = models.BooleanField(default=False)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    purge = models.ForeignKey(
        "incidents.Purge", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            *marked_rules("answer"),
            models.UniqueConstraint(fields=["asked", "number"], name="answer_counted_once"),
            models.UniqueConstraint(fields=["by", "client_ref"], name="answer_given_once"),
            models.CheckConstraint(
                name="an_answer_in_words_has_words",
                condition=~Q(kind__in=["partly", "whole", "refused"])
                | ~Q(text="")
                | Q(purge__isnull=False),
            ),
            models.CheckConstraint(
                name="a_refusal_has_a_ground",
                condition=Q(kind="refused") & ~Q(ground="") | ~Q(kind="refused") & Q(ground=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="answer_is_append_only", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="answer_stays_as_given", exclude=["text", "said", "purge"]),
            blanked_by_a_purge_alone(
                "answer_ends_by_a_purge",
                columns=["text", "said"],
                blank="NEW.text = '' AND NEW.said IS NULL",
                incident=linked_to("NEW.asked_id"),
                side="NEW.side",
                both="TRUE",
            ),
            pgtrigger.Trigger(
                name="the_side_that_was_asked_answers",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF NEW.side = (SELECT r.side FROM public.incidents_informationrequest r
                               WHERE r.id = NEW.asked_id)
                   OR NEW.side <> (SELECT a.side FROM public.access_user a
                                   WHERE a.id = NEW.by_id) THEN
                    RAISE EXCEPTION 'the_side_that_was_asked_answers'
                        USING ERRCODE = 'check_violation';
                END IF;
                IF (SELECT r.state FROM public.incidents_informationrequest r
                    WHERE r.id = NEW.asked_id) NOT IN ('asked', 'partly') THEN
                    RAISE EXCEPTION 'an_ended_request_is_not_answered'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_id}/{self.number} {self.kind}"


class RequestMessage(models.Model):
    """A line of the thread beside a request: for the own side or for both. Append-only.

    `said` as with an answer.
    """

    asked = models.ForeignKey(InformationRequest, on_delete=models.PROTECT, related_name="messages")
    client_ref = models.UUIDField(default=uuid.uuid4)
    side = models.CharField(max_length=2, choices=Side.choices)
    audience = models.CharField(max_length=6, choices=Audience.choices)
    text = models.TextField()
    said = models.JSONField(null=True)
    language = models.CharField(max_length=2)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    purge = models.ForeignKey(
        "incidents.Purge", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="message_written_once"),
            models.CheckConstraint(
                name="message_has_words", condition=~Q(text="") | Q(purge__isnull=False)
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="message_is_append_only", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="message_stays_as_written", exclude=["text", "said", "purge"]),
            blanked_by_a_purge_alone(
                "message_ends_by_a_purge",
                columns=["text", "said"],
                blank="NEW.text = '' AND NEW.said IS NULL",
                incident=linked_to("NEW.asked_id"),
                side="NEW.side",
                both="NEW.audience = 'shared'",
            ),
            pgtrigger.Trigger(
                name="message_is_of_the_side_of_its_writer",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF NEW.side <> (SELECT a.side FROM public.access_user a WHERE a.id = NEW.by_id) THEN
                    RAISE EXCEPTION 'message_is_of_the_side_of_its_writer'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_id} {self.side} {self.audience}"


class RequestSeries(models.Model):
    """The last number that was given in a year, as in RQ-2026-00001."""

    year = models.PositiveIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year} {self.last}"
