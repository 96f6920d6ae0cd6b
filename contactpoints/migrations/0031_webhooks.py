import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contactpoints", "0030_focal_point"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Webhook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "side",
                    models.CharField(
                        choices=[("LV", "Latvia"), ("BY", "Belarus"), ("EU", "European Union")],
                        max_length=2,
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("address", models.CharField(max_length=500)),
                (
                    "desks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
                (
                    "events",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), size=None
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("on", "On"), ("paused", "Paused"), ("off", "Switched off")],
                        default="on",
                        max_length=6,
                    ),
                ),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("off_at", models.DateTimeField(null=True)),
                (
                    "trouble",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unreachable", "the receiver could not be reached"),
                            ("timed_out", "the receiver did not answer in time"),
                            ("slow_down", "the receiver asked to wait"),
                            ("receiver", "the receiver had a fault of its own"),
                            ("refused", "the receiver refused it"),
                            ("gone", "the address is not there any more"),
                            ("no_provider", "the portal has no provider for it now"),
                            ("not_arrived", "a test message did not arrive"),
                        ],
                        max_length=12,
                    ),
                ),
                ("tested_at", models.DateTimeField(null=True)),
                ("last_success_at", models.DateTimeField(null=True)),
                ("last_failure_at", models.DateTimeField(null=True)),
                ("failing_since", models.DateTimeField(null=True)),
                ("resting_until", models.DateTimeField(null=True)),
                ("rests", models.PositiveSmallIntegerField(default=0)),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WebhookAttempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=120)),
                ("event", models.CharField(max_length=40)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("sent", "Sent"),
                            ("failed", "Failed, will be tried again"),
                            ("ended", "Failed for good"),
                        ],
                        max_length=8,
                    ),
                ),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("took_ms", models.PositiveIntegerField(default=0)),
                (
                    "trouble",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unreachable", "the receiver could not be reached"),
                            ("timed_out", "the receiver did not answer in time"),
                            ("slow_down", "the receiver asked to wait"),
                            ("receiver", "the receiver had a fault of its own"),
                            ("refused", "the receiver refused it"),
                            ("gone", "the address is not there any more"),
                            ("no_provider", "the portal has no provider for it now"),
                            ("not_arrived", "a test message did not arrive"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "webhook",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attempts",
                        to="contactpoints.webhook",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WebhookSecret",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sealed", models.TextField()),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ends_at", models.DateTimeField(null=True)),
                (
                    "webhook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="secrets",
                        to="contactpoints.webhook",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.UniqueConstraint(
                fields=("side", "address"), name="one_webhook_per_side_and_address"
            ),
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("desks", []), _negated=True), models.Q(("events", []), _negated=True)
                ),
                name="webhook_follows_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "off"), _negated=True),
                    models.Q(("off_at__isnull", False), models.Q(("trouble", ""), _negated=True)),
                    _connector="OR",
                ),
                name="webhook_off_says_why_and_when",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="webhook",
            trigger=pgtrigger.compiler.Trigger(
                name="webhook_hears_desks_of_its_side_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                IF EXISTS (SELECT 1 FROM unnest(NEW.desks) AS wanted\n                           LEFT JOIN public.contactpoints_unit unit ON unit.id = wanted\n                           WHERE unit.id IS NULL OR unit.side <> NEW.side\n                              OR unit.kind <> 'desk') THEN\n                    RAISE EXCEPTION 'webhook_hears_desks_of_its_side_only'\n                        USING ERRCODE = 'check_violation';\n                END IF;\n                RETURN NEW;\n                ",
                    hash="30521c28dc5375a3d550ebe8a48ca0eb184ef003",
                    operation='INSERT OR UPDATE OF "desks", "side"',
                    pgid="pgtrigger_webhook_hears_desks_of_its_side_only_d7d2f",
                    table="contactpoints_webhook",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="webhook",
            trigger=pgtrigger.compiler.Trigger(
                name="webhook_stays_with_its_side",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."uid" IS DISTINCT FROM (NEW."uid") OR OLD."side" IS DISTINCT FROM (NEW."side") OR OLD."added_at" IS DISTINCT FROM (NEW."added_at") OR OLD."added_by_id" IS DISTINCT FROM (NEW."added_by_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="8e7efc98d774da6c71e385c13a9f9929abe26109",
                    operation="UPDATE",
                    pgid="pgtrigger_webhook_stays_with_its_side_8c25b",
                    table="contactpoints_webhook",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="webhookattempt",
            index=models.Index(fields=["webhook", "-at"], name="webhook_attempts"),
        ),
        migrations.AddIndex(
            model_name="webhookattempt",
            index=models.Index(fields=["at"], name="webhook_attempt_age"),
        ),
        migrations.AddConstraint(
            model_name="webhookattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome", "sent"), models.Q(("trouble", ""), _negated=True), _connector="OR"
                ),
                name="failed_webhook_attempt_says_why",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="webhookattempt",
            trigger=pgtrigger.compiler.Trigger(
                name="webhook_attempt_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="e1781b21ba25aa69752b69d2ac0c347dbf0858da",
                    operation="UPDATE",
                    pgid="pgtrigger_webhook_attempt_stays_1666b",
                    table="contactpoints_webhookattempt",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="webhooksecret",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ends_at", None)),
                fields=("webhook",),
                name="one_present_secret_per_webhook",
            ),
        ),
    ]
