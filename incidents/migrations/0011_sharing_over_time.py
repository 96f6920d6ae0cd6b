import uuid

import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contactpoints", "0010_recalled_deliveries"),
        ("incidents", "0010_merges_and_links"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ContentProposal",
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
                ("version", models.PositiveIntegerField()),
                ("before", models.JSONField()),
                ("values", models.JSONField()),
                ("reason", models.CharField(max_length=500)),
                ("client_ref", models.UUIDField(default=uuid.uuid4)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Waits for an answer"),
                            ("answered", "Answered"),
                            ("withdrawn", "Withdrawn"),
                            ("lapsed", "Ended with the recall"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("answers", models.JSONField(default=dict)),
                ("answer", models.CharField(blank=True, max_length=500)),
                ("became", models.PositiveIntegerField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="IncidentPresence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("editing", models.BooleanField(default=False)),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                ("seen_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="Recall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.CharField(max_length=30)),
                (
                    "side",
                    models.CharField(
                        choices=[("LV", "Latvia"), ("BY", "Belarus"), ("EU", "European Union")],
                        max_length=2,
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("reason", models.CharField(max_length=500)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.AddField(
            model_name="note",
            name="reply_to",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="incidents.note",
            ),
        ),
        migrations.AddField(
            model_name="release",
            name="backlog",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddIndex(
            model_name="measure",
            index=models.Index(
                condition=models.Q(("audience", "shared")), fields=["at"], name="measure_shared_at"
            ),
        ),
        migrations.AddIndex(
            model_name="note",
            index=models.Index(
                condition=models.Q(("audience", "shared")), fields=["at"], name="note_shared_at"
            ),
        ),
        migrations.AddField(
            model_name="contentproposal",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="contentproposal",
            name="ended_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="contentproposal",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proposals",
                to="incidents.incident",
            ),
        ),
        migrations.AddField(
            model_name="contentproposal",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="contactpoints.unit",
            ),
        ),
        migrations.AddField(
            model_name="incidentpresence",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="incidents.incident",
            ),
        ),
        migrations.AddField(
            model_name="incidentpresence",
            name="unit",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="contactpoints.unit",
            ),
        ),
        migrations.AddField(
            model_name="incidentpresence",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="recall",
            name="alert",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                null=True,
                related_name="+",
                to="contactpoints.alert",
            ),
        ),
        migrations.AddField(
            model_name="recall",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="recall",
            name="desk",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="contactpoints.unit",
            ),
        ),
        migrations.AddField(
            model_name="recall",
            name="incident",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="recalls",
                to="incidents.incident",
            ),
        ),
        migrations.AddIndex(
            model_name="contentproposal",
            index=models.Index(fields=["at"], name="content_proposal_at"),
        ),
        migrations.AddConstraint(
            model_name="contentproposal",
            constraint=models.UniqueConstraint(
                fields=("by", "client_ref"), name="content_proposed_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="contentproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="proposal_has_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="contentproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("state", "open")),
                    models.Q(
                        models.Q(("state", "open"), _negated=True),
                        models.Q(("ended_at", None), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="open_proposal_has_no_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="contentproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "answered"), _negated=True),
                    models.Q(("answers", {}), _negated=True),
                    _connector="OR",
                ),
                name="answered_proposal_answers_each_field",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contentproposal",
            trigger=pgtrigger.compiler.Trigger(
                name="content_proposal_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="14e9b96714ce1c81f02b4ba01207b4bb1be06c02",
                    operation="DELETE",
                    pgid="pgtrigger_content_proposal_is_kept_1f3ba",
                    table="incidents_contentproposal",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contentproposal",
            trigger=pgtrigger.compiler.Trigger(
                name="content_proposal_moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{open:answered,open:withdrawn,open:lapsed}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="6ee06cfcce3ef04aaa6efd1acd9f4d4e06734b9f",
                    operation="UPDATE",
                    pgid="pgtrigger_content_proposal_moves_b3788",
                    table="incidents_contentproposal",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contentproposal",
            trigger=pgtrigger.compiler.Trigger(
                name="what_was_proposed_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."incident_id" IS DISTINCT FROM (NEW."incident_id") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."side" IS DISTINCT FROM (NEW."side") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."before" IS DISTINCT FROM (NEW."before") OR OLD."values" IS DISTINCT FROM (NEW."values") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."by_id" IS DISTINCT FROM (NEW."by_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="d0cf6db6af473226b7b2d3cd5c2b950d6f67a051",
                    operation="UPDATE",
                    pgid="pgtrigger_what_was_proposed_stays_7af87",
                    table="incidents_contentproposal",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="incidentpresence",
            index=models.Index(fields=["seen_at"], name="incident_presence_seen"),
        ),
        migrations.AddConstraint(
            model_name="incidentpresence",
            constraint=models.UniqueConstraint(
                fields=("incident", "user"), name="one_presence_per_incident"
            ),
        ),
        migrations.AddIndex(
            model_name="recall",
            index=models.Index(fields=["incident", "desk", "-id"], name="recall_latest"),
        ),
        migrations.AddConstraint(
            model_name="recall",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="recall_has_a_reason"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="recall",
            trigger=pgtrigger.compiler.Trigger(
                name="recall_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="94db4eef7456993b0c8f5211387ba9617c245b44",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_recall_is_kept_54f0d",
                    table="incidents_recall",
                    when="BEFORE",
                ),
            ),
        ),
        # Who looks at what is nobody's record: it is not in the write-ahead log.
        migrations.RunSQL(
            "ALTER TABLE incidents_incidentpresence SET UNLOGGED",
            "ALTER TABLE incidents_incidentpresence SET LOGGED",
        ),
    ]
