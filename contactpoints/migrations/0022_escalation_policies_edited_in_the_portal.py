import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

# The limits that a policy had not before: as in reference/escalation.yaml.
NOTE_WITHIN = {"P1": 1800, "P2": 7200, "P3": 32_400, "P4": 64_800}


def keep_policies(apps, schema_editor):
    """The steps that stand become the first version of each desk's policy."""
    steps = {}
    for step in apps.get_model("contactpoints", "EscalationStep").objects.order_by("order"):
        row = {"who": step.who, "channels": step.channels, "wait": step.wait}
        steps.setdefault(step.desk_id, []).append(row)
    policies = apps.get_model("contactpoints", "EscalationPolicy").objects
    for desk_id, rows in steps.items():
        rows[-1]["wait"] = {}
        policies.create(desk_id=desk_id, number=1, steps=rows, note_within=NOTE_WITHIN)


class Migration(migrations.Migration):
    dependencies = [
        ("contactpoints", "0021_exchange_is_paused"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AskedByName",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("acknowledged_at", models.DateTimeField(null=True)),
                ("line", models.CharField(blank=True, max_length=500)),
                ("excused_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="EscalationPolicy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.PositiveIntegerField()),
                ("steps", models.JSONField()),
                ("quiet_from", models.TimeField(null=True)),
                ("quiet_until", models.TimeField(null=True)),
                (
                    "quiet_for",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=2), default=list, size=None
                    ),
                ),
                ("note_within", models.JSONField(default=dict)),
                ("why", models.CharField(blank=True, max_length=300)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["desk", "-number"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="delivery",
            name="acknowledged_stops_escalation",
        ),
        migrations.RemoveConstraint(
            model_name="delivery",
            name="recalled_stops_escalation",
        ),
        migrations.RemoveIndex(
            model_name="delivery",
            name="delivery_due",
        ),
        migrations.RemoveIndex(
            model_name="delivery",
            name="delivery_open",
        ),
        migrations.AddField(
            model_name="delivery",
            name="asked",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="delivery",
            name="held_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="delivery",
            name="note_by",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="delivery",
            name="note_within",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="delivery",
            name="passed_to",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), null=True, size=None
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="wakes",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="delivery",
            name="woken_at",
            field=models.DateTimeField(null=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="delivery",
            trigger=pgtrigger.compiler.Trigger(
                name="all_asked_by_name_acknowledge",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (NEW."acknowledged_at" IS NOT NULL AND NEW."asked" > 0 AND OLD."acknowledged_at" IS NULL)',
                    func="\n                IF EXISTS (SELECT 1 FROM public.contactpoints_askedbyname named\n                           WHERE named.delivery_id = NEW.id\n                             AND named.acknowledged_at IS NULL AND named.excused_at IS NULL) THEN\n                    RAISE EXCEPTION 'all_asked_by_name_acknowledge'\n                        USING ERRCODE = 'check_violation';\n                END IF;\n                RETURN NEW;\n                ",
                    hash="ff40e0a88fcca2db5c41294f62263b28e0b5c745",
                    operation="UPDATE",
                    pgid="pgtrigger_all_asked_by_name_acknowledge_b4511",
                    table="contactpoints_delivery",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="askedbyname",
            name="acknowledged_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="askedbyname",
            name="delivery",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="named",
                to="contactpoints.delivery",
            ),
        ),
        migrations.AddField(
            model_name="askedbyname",
            name="officer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="escalationpolicy",
            name="desk",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="policies",
                to="contactpoints.desk",
            ),
        ),
        migrations.AddField(
            model_name="escalationpolicy",
            name="made_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="policy",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="contactpoints.escalationpolicy",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("escalate_at__isnull", False)),
                fields=["escalate_at"],
                name="delivery_due",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(
                    ("acknowledged_at", None), ("woken_at__isnull", False), _connector="OR"
                ),
                fields=["desk", "-id"],
                name="delivery_open",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("note_by__isnull", False)),
                fields=["note_by"],
                name="delivery_note_by",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("woken_at__isnull", False)),
                fields=["woken_at"],
                name="delivery_woken",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("passed_to__isnull", False)),
                fields=["passed_to"],
                name="delivery_passed",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("acknowledged_at", None),
                    ("escalate_at", None),
                    ("woken_at__isnull", False),
                    _connector="OR",
                ),
                name="acknowledged_stops_escalation",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("recalled_at", None),
                    models.Q(("escalate_at", None), ("note_by", None), ("woken_at", None)),
                    _connector="OR",
                ),
                name="recalled_stops_escalation",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("note_by", None), ("woken_at", None)),
                    models.Q(
                        ("acknowledged_at__isnull", False),
                        models.Q(("woken_at", None), ("note_by", None), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="only_the_acknowledged_wake_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("held_until", None), ("priority__in", ("P3", "P4")), _connector="OR"
                ),
                name="urgent_is_never_held",
            ),
        ),
        migrations.AddIndex(
            model_name="askedbyname",
            index=models.Index(
                condition=models.Q(("acknowledged_at", None), ("excused_at", None)),
                fields=["officer"],
                name="asked_by_name_missing",
            ),
        ),
        migrations.AddConstraint(
            model_name="askedbyname",
            constraint=models.UniqueConstraint(
                fields=("delivery", "officer"), name="asked_by_name_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="askedbyname",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("acknowledged_at", None), ("excused_at", None), _connector="OR"
                ),
                name="asked_by_name_ends_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="askedbyname",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("acknowledged_at", None), ("acknowledged_by", None)),
                    models.Q(
                        ("acknowledged_at__isnull", False), ("acknowledged_by__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="acknowledged_by_name_has_a_person",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="askedbyname",
            trigger=pgtrigger.compiler.Trigger(
                name="asked_by_name_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="2c088d12d7471d8c6c55e302230fc212cd90251f",
                    operation="DELETE",
                    pgid="pgtrigger_asked_by_name_is_kept_28577",
                    table="contactpoints_askedbyname",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="escalationpolicy",
            constraint=models.UniqueConstraint(
                fields=("desk", "number"), name="one_policy_for_each_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="escalationpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("quiet_for__contained_by", ["P3", "P4"])),
                name="quiet_hours_never_hold_an_emergency",
            ),
        ),
        migrations.AddConstraint(
            model_name="escalationpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("quiet_for", []), ("quiet_from", None), ("quiet_until", None)),
                    models.Q(
                        ("quiet_from__isnull", False),
                        ("quiet_until__isnull", False),
                        models.Q(("quiet_from", models.F("quiet_until")), _negated=True),
                        models.Q(("quiet_for", []), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="quiet_hours_have_two_ends",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="escalationpolicy",
            trigger=pgtrigger.compiler.Trigger(
                name="version_of_a_policy_is_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="7c06b8697c319bd8c8fdc4d8ec06d1635146f363",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_version_of_a_policy_is_append_only_40fb2",
                    table="contactpoints_escalationpolicy",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="escalationpolicy",
            trigger=pgtrigger.compiler.Trigger(
                name="policy_ends_at_headquarters",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE step jsonb; priority text; wait jsonb;",
                    func="\n                IF jsonb_typeof(NEW.steps) IS DISTINCT FROM 'array'\n                   OR NEW.steps -> (-1) ->> 'who' IS DISTINCT FROM 'headquarters' THEN\n                    RAISE EXCEPTION 'policy_ends_at_headquarters'\n                        USING ERRCODE = 'check_violation';\n                END IF;\n                FOR place IN 0 .. jsonb_array_length(NEW.steps) - 1 LOOP\n                    step := NEW.steps->place;\n                    IF NOT COALESCE(step->'channels' ? 'live', false) THEN\n                        RAISE EXCEPTION 'the_screen_is_never_quiet'\n                            USING ERRCODE = 'check_violation';\n                    END IF;\n                    CONTINUE WHEN place = jsonb_array_length(NEW.steps) - 1;\n                    FOREACH priority IN ARRAY ARRAY['P1', 'P2', 'P3', 'P4'] LOOP\n                        wait := step->'wait'->priority;\n                        IF COALESCE(jsonb_typeof(wait) = 'number'\n                                    AND (wait #>> '{}')::numeric BETWEEN 60 AND 172800, false)\n                           OR COALESCE(wait = '\"next_shift\"' AND priority IN ('P3', 'P4'), false)\n                        THEN CONTINUE; END IF;\n                        RAISE EXCEPTION 'every_step_but_the_last_has_a_wait'\n                            USING ERRCODE = 'check_violation';\n                    END LOOP;\n                END LOOP;\n                RETURN NEW;\n                ",
                    hash="4cf49daeb910b8970a5046c17ff803c00f45538c",
                    operation="INSERT",
                    pgid="pgtrigger_policy_ends_at_headquarters_090c9",
                    table="contactpoints_escalationpolicy",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunPython(keep_policies, migrations.RunPython.noop),
        migrations.DeleteModel(name="EscalationStep"),
    ]
