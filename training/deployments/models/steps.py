"""The steps of deployments, and their numbers."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.timezone import now

from .deployments import PAIRS, Deployment, DeploymentState
from .words import words_go_alone


class DeploymentSeries(models.Model):
    """The last number given: of `EXP`, and of each year, such as `DEP-2026`."""

    name = models.CharField(max_length=12, primary_key=True)
    last = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.name} {self.last}"


class DeploymentMove(models.Model):
    """A deployment went from one state to the next: who, when, why or with what words. Written
    before the state itself, which follows it. Append-only."""

    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="moves")
    before = models.CharField(max_length=9, choices=DeploymentState.choices, blank=True)
    after = models.CharField(max_length=9, choices=DeploymentState.choices)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip

    class Meta:
        ordering = ["pk"]
        triggers = [
            pgtrigger.Protect(name="step_of_a_deployment_is_kept", operation=pgtrigger.Delete),
            words_go_alone(
                "step_of_a_deployment_loses_words_alone",
                blank={"reason": "''"},
                kept=("id", "deployment_id", "before", "after", "at", "by_id"),
            ),
            pgtrigger.Trigger(
                name="a_step_goes_on_from_where_it_stands",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=f"""
                IF (NEW.before, NEW.after) NOT IN ({PAIRS})
                   OR NEW.after IN ('declined', 'cancelled') AND NEW.reason = ''
                   OR NEW.before = 'declined' AND (
                    SELECT m.before FROM public.deployments_deploymentmove m
                    WHERE m.deployment_id = NEW.deployment_id ORDER BY m.id DESC LIMIT 1
                   ) NOT IN ('offered', 'accepted')
                   OR NOT EXISTS (
                    SELECT 1 FROM public.deployments_deployment d
                    WHERE d.id = NEW.deployment_id AND d.state =
                      CASE WHEN NEW.before = '' THEN 'need' ELSE NEW.before END)
                   OR NEW.before <> COALESCE((
                    SELECT m.after FROM public.deployments_deploymentmove m
                    WHERE m.deployment_id = NEW.deployment_id ORDER BY m.id DESC LIMIT 1), '') THEN
                    RAISE EXCEPTION 'a_step_goes_on_from_where_it_stands'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,  # noqa: S608
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deployment_id} {self.before} {self.after}"
