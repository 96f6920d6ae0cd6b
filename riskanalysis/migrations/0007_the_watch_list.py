"""The watch-list: entries, what each version of them says, and an index for their matches."""

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
        ("contactpoints", "0041_rights_of_risk_reports"),
        ("riskanalysis", "0006_a_draft_about_an_event_is_thrown_away"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WatchEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("own_number", models.PositiveIntegerField()),
                ("client_ref", models.UUIDField(default=uuid.uuid4)),
                (
                    "side",
                    models.CharField(
                        choices=[("LV", "Latvia"), ("BY", "Belarus"), ("EU", "European Union")],
                        max_length=2,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("in_force", "In force"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="draft",
                        max_length=9,
                    ),
                ),
                ("edition", models.PositiveIntegerField(default=1)),
                ("shared_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("ended_at", models.DateTimeField(null=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["side", "own_number"],
            },
        ),
        migrations.CreateModel(
            name="WatchVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.PositiveIntegerField()),
                (
                    "level",
                    models.CharField(
                        choices=[("operational", "Operational"), ("strategic", "Strategic")],
                        max_length=11,
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("text", models.CharField(max_length=4000)),
                ("why", models.CharField(blank=True, max_length=2000)),
                ("todo", models.CharField(max_length=500)),
                (
                    "language",
                    models.CharField(
                        choices=[
                            ("lv", "Latviešu"),
                            ("be", "Беларуская"),
                            ("ru", "Русский"),
                            ("en", "English"),
                        ],
                        max_length=2,
                    ),
                ),
                ("category", models.CharField(blank=True, max_length=40)),
                (
                    "sections",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=3), default=list, size=None
                    ),
                ),
                (
                    "days",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), default=list, size=None
                    ),
                ),
                ("hour_from", models.PositiveSmallIntegerField(null=True)),
                ("hour_to", models.PositiveSmallIntegerField(null=True)),
                (
                    "means",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list, size=None
                    ),
                ),
                (
                    "groups",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10), default=list, size=None
                    ),
                ),
                ("route", models.CharField(blank=True, max_length=60)),
                ("event", models.CharField(blank=True, max_length=40)),
                ("valid_from", models.DateField()),
                ("review_by", models.DateField()),
                ("given_at", models.DateTimeField(null=True)),
                ("approved_at", models.DateTimeField(null=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.AddIndex(
            model_name="fact",
            index=models.Index(fields=["day"], name="fact_day"),
        ),
        migrations.AddField(
            model_name="watchentry",
            name="by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="watchentry",
            name="ended_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="watchentry",
            name="shared_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="watchentry",
            name="unit",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="contactpoints.unit",
            ),
        ),
        migrations.AddField(
            model_name="watchversion",
            name="approved_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="watchversion",
            name="by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="watchversion",
            name="entry",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="versions",
                to="riskanalysis.watchentry",
            ),
        ),
        migrations.AddField(
            model_name="watchversion",
            name="report",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="riskanalysis.riskreport",
            ),
        ),
        migrations.AddField(
            model_name="watchversion",
            name="risk",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="riskanalysis.risk",
            ),
        ),
        migrations.AddField(
            model_name="watchentry",
            name="holding",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="riskanalysis.watchversion",
            ),
        ),
        migrations.AddConstraint(
            model_name="watchversion",
            constraint=models.UniqueConstraint(
                fields=("entry", "number"), name="version_of_a_watch_entry_counted_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="watchversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("category", ""), _negated=True),
                    ("sections__len__range", (1, 9)),
                    ("days__len__range", (1, 6)),
                    ("hour_from__isnull", False),
                    ("means__len__gt", 0),
                    models.Q(("route", ""), _negated=True),
                    models.Q(("groups__len", 0), models.Q(("event", ""), _negated=True)),
                    _connector="OR",
                ),
                name="a_profile_is_not_by_nationality_alone",
            ),
        ),
        migrations.AddConstraint(
            model_name="watchversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("hour_from", None), ("hour_to", None)),
                    models.Q(
                        ("hour_from__lte", 23),
                        ("hour_to__lte", 23),
                        models.Q(("hour_from", models.F("hour_to")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="watched_hours_begin_and_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="watchversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("review_by__gte", models.F("valid_from"))),
                name="a_watch_entry_ends_after_it_began",
            ),
        ),
        migrations.AddConstraint(
            model_name="watchversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("given_at", None),
                    models.Q(
                        models.Q(("category__startswith", "ASY"), _negated=True),
                        models.Q(("category__startswith", "SIR"), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_watch_entry_of_what_never_crosses_stays",
            ),
        ),
        migrations.AddConstraint(
            model_name="watchversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_at", None), ("approved_by", None)),
                    models.Q(
                        ("approved_at__isnull", False),
                        ("approved_by__isnull", False),
                        models.Q(("approved_by", models.F("by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="nobody_approves_an_own_watch_text",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watchversion",
            trigger=pgtrigger.compiler.Trigger(
                name="version_of_a_watch_entry_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="30af277eb299f0c5ce08b6188d1f8defc2683cd5",
                    operation="DELETE",
                    pgid="pgtrigger_version_of_a_watch_entry_is_kept_a5f1b",
                    table="riskanalysis_watchversion",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watchversion",
            trigger=pgtrigger.compiler.Trigger(
                name="version_of_a_watch_entry_never_changes",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."uid" IS DISTINCT FROM (NEW."uid") OR OLD."entry_id" IS DISTINCT FROM (NEW."entry_id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."level" IS DISTINCT FROM (NEW."level") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."text" IS DISTINCT FROM (NEW."text") OR OLD."why" IS DISTINCT FROM (NEW."why") OR OLD."todo" IS DISTINCT FROM (NEW."todo") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."category" IS DISTINCT FROM (NEW."category") OR OLD."sections" IS DISTINCT FROM (NEW."sections") OR OLD."days" IS DISTINCT FROM (NEW."days") OR OLD."hour_from" IS DISTINCT FROM (NEW."hour_from") OR OLD."hour_to" IS DISTINCT FROM (NEW."hour_to") OR OLD."means" IS DISTINCT FROM (NEW."means") OR OLD."groups" IS DISTINCT FROM (NEW."groups") OR OLD."route" IS DISTINCT FROM (NEW."route") OR OLD."event" IS DISTINCT FROM (NEW."event") OR OLD."valid_from" IS DISTINCT FROM (NEW."valid_from") OR OLD."review_by" IS DISTINCT FROM (NEW."review_by") OR OLD."risk_id" IS DISTINCT FROM (NEW."risk_id") OR OLD."report_id" IS DISTINCT FROM (NEW."report_id") OR OLD."at" IS DISTINCT FROM (NEW."at") OR OLD."by_id" IS DISTINCT FROM (NEW."by_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="7604426594b816816c8ab0b66d666e8e6e802178",
                    operation="UPDATE",
                    pgid="pgtrigger_version_of_a_watch_entry_never_changes_cf8e8",
                    table="riskanalysis_watchversion",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watchversion",
            trigger=pgtrigger.compiler.Trigger(
                name="what_was_said_of_a_watch_text_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.given_at IS NOT NULL AND OLD.given_at IS DISTINCT FROM NEW.given_at OR OLD.approved_at IS NOT NULL AND (OLD.approved_at, OLD.approved_by_id) IS DISTINCT FROM (NEW.approved_at, NEW.approved_by_id))",
                    func="\n                RAISE EXCEPTION 'what_was_said_of_a_watch_text_stays'\n                    USING ERRCODE = 'check_violation';\n                ",
                    hash="db9c193492e5d1ea6c420e280478db090cfa1f20",
                    operation="UPDATE",
                    pgid="pgtrigger_what_was_said_of_a_watch_text_stays_40d1c",
                    table="riskanalysis_watchversion",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="watchentry",
            constraint=models.UniqueConstraint(
                fields=("by", "client_ref"), name="watch_entry_written_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="watchentry",
            constraint=models.UniqueConstraint(
                fields=("side", "own_number"), name="watch_entry_of_a_side_counted_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="watchentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("side__in", ("LV", "BY"))),
                name="watch_entry_is_of_the_two_services",
            ),
        ),
        migrations.AddConstraint(
            model_name="watchentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("holding", None), ("state", "draft")),
                    models.Q(("holding__isnull", False), ("state", "in_force")),
                    ("state", "withdrawn"),
                    _connector="OR",
                ),
                name="a_watch_entry_in_force_has_what_holds",
            ),
        ),
        migrations.AddConstraint(
            model_name="watchentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ended_at__isnull", False),
                        ("state", "withdrawn"),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "withdrawn"), _negated=True),
                        ("ended_at", None),
                        ("reason", ""),
                    ),
                    _connector="OR",
                ),
                name="a_withdrawn_watch_entry_says_why",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watchentry",
            trigger=pgtrigger.compiler.Trigger(
                name="watch_entry_moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{draft:in_force,draft:withdrawn,in_force:withdrawn}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="3a712a496fdd5bb393723ef4a6a0ba1585e67436",
                    operation="UPDATE",
                    pgid="pgtrigger_watch_entry_moves_60f74",
                    table="riskanalysis_watchentry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watchentry",
            trigger=pgtrigger.compiler.Trigger(
                name="watch_entry_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="7b60c4cce0a98c1ca5fcd705b06c2c379bf6ea8f",
                    operation="DELETE",
                    pgid="pgtrigger_watch_entry_is_kept_b6e29",
                    table="riskanalysis_watchentry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watchentry",
            trigger=pgtrigger.compiler.Trigger(
                name="watch_entry_stays_whose_it_is",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."uid" IS DISTINCT FROM (NEW."uid") OR OLD."own_number" IS DISTINCT FROM (NEW."own_number") OR OLD."client_ref" IS DISTINCT FROM (NEW."client_ref") OR OLD."side" IS DISTINCT FROM (NEW."side") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."at" IS DISTINCT FROM (NEW."at") OR OLD."by_id" IS DISTINCT FROM (NEW."by_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="b1f1c69a5941e023d28f26d2bdd9edf0ab350307",
                    operation="UPDATE",
                    pgid="pgtrigger_watch_entry_stays_whose_it_is_b3868",
                    table="riskanalysis_watchentry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watchentry",
            trigger=pgtrigger.compiler.Trigger(
                name="a_shared_watch_entry_stays_shared",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.shared_at IS NOT NULL AND (OLD.shared_at, OLD.shared_by_id) IS DISTINCT FROM (NEW.shared_at, NEW.shared_by_id))",
                    func="\n                RAISE EXCEPTION 'a_shared_watch_entry_stays_shared'\n                    USING ERRCODE = 'check_violation';\n                ",
                    hash="338a7d7d12ef7f583e709b61b4aa7420c8f0f350",
                    operation="UPDATE",
                    pgid="pgtrigger_a_shared_watch_entry_stays_shared_28b8c",
                    table="riskanalysis_watchentry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="watchentry",
            trigger=pgtrigger.compiler.Trigger(
                name="what_holds_of_a_watch_entry_is_approved",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NEW.holding_id IS NOT NULL)",
                    func="\n                IF NOT EXISTS (\n                    SELECT FROM public.riskanalysis_watchversion v WHERE v.id = NEW.holding_id\n                        AND v.entry_id = NEW.id AND v.approved_at IS NOT NULL\n                        AND (v.given_at IS NOT NULL OR NEW.shared_at IS NULL)\n                ) THEN\n                    RAISE EXCEPTION 'what_holds_of_a_watch_entry_is_approved'\n                        USING ERRCODE = 'check_violation';\n                END IF;\n                RETURN NEW;\n                ",
                    hash="ad628545c0fe1211ae2dfe63e5e143af0fc6bc89",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_what_holds_of_a_watch_entry_is_approved_c7dee",
                    table="riskanalysis_watchentry",
                    when="BEFORE",
                ),
            ),
        ),
    ]
