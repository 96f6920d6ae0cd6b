"""Sections and cells of the border, what is counted along them, findings and anomalies.

The facts are made by functions of PostgreSQL, so that a batch and a single change are counted by the
same words. Django draws no path and no polygon: `Flat` is the type and nothing else.
"""

import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import riskanalysis.models.indicators

# The same figures as riskanalysis/sections.py; a test compares both.
FLAT = """
CREATE FUNCTION public.riskanalysis_flat(lat float8, lon float8) RETURNS point
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT point(lon * 111.195 * cos(radians(55.8)), lat * 111.195)
$$
"""
# What an incident counts as, for whom: its copies by precedence, cut where what they say changes. A
# reader counts the run in which the first copy within reach lies: `holders` hold it and `better`
# hold an earlier one. A copy that does not count ranks like any other, so that nobody counts by a
# worse one what the better one says did not happen.
FACTS = """
CREATE FUNCTION public.riskanalysis_facts_of(wanted bigint[])
RETURNS TABLE (incident_id bigint, holders int[], better int[], day date, side varchar,
               category varchar, section varchar, cell varchar, slot smallint, means varchar[],
               groups varchar[], routes varchar[], event varchar)
LANGUAGE sql STABLE AS $$
    WITH told AS MATERIALIZED (
        SELECT s.incident_id, s.id, s.precedence, s.unit_id::int AS unit_id, s.side, s.category,
               coalesce(s.lat, p.lat) AS lat, coalesce(s.lon, p.lon) AS lon,
               (s.reported_at AT TIME ZONE zone.name)::date AS day,
               s.origin = 'service' AND NOT s.exercise AND s.category !~ '^SIR(-|$)'
                   AND s.state NOT IN ('draft', 'withdrawn')
                   AND NOT (s.own AND s.state = 'merged')
                   AND s.outcome <> 'did_not_occur' AS counts,
               CASE WHEN s.happened_precision = 'minute' THEN
                   (extract(isodow FROM happened.there)::int - 1) * 24
                   + extract(hour FROM happened.there)::int END AS slot,
               coalesce(CASE WHEN jsonb_typeof(s.fields->'means') = 'array' THEN ARRAY(
                   SELECT DISTINCT m FROM jsonb_array_elements_text(s.fields->'means') m ORDER BY m)
                   END, '{}') AS means,
               coalesce(CASE WHEN jsonb_typeof(s.fields->'people') = 'array' THEN ARRAY(
                   SELECT DISTINCT CASE
                       WHEN n IN ('LVA', 'BLR', 'stateless') THEN n
                       WHEN n IS NULL OR n = 'unknown' THEN 'unknown'
                       WHEN n IN ('AUT', 'BEL', 'BGR', 'HRV', 'CYP', 'CZE', 'DNK', 'EST', 'FIN',
                           'FRA', 'DEU', 'GRC', 'HUN', 'IRL', 'ITA', 'LTU', 'LUX', 'MLT', 'NLD',
                           'POL', 'PRT', 'ROU', 'SVK', 'SVN', 'ESP', 'SWE') THEN 'EU'
                       ELSE 'other' END AS g
                   FROM jsonb_array_elements(s.fields->'people') one,
                        LATERAL (SELECT one->>'nationality' AS n) called ORDER BY g)
                   END, '{}') AS groups,
               CASE WHEN jsonb_typeof(s.fields->'transit') = 'object' THEN left(concat_ws('>',
                   s.fields->'transit'->>'origin',
                   (SELECT string_agg(c, '>') FROM jsonb_array_elements_text(
                       CASE WHEN jsonb_typeof(s.fields->'transit'->'countries') = 'array'
                            THEN s.fields->'transit'->'countries' ELSE '[]' END) c),
                   s.fields->'transit'->>'destination'), 60) ELSE '' END AS route,
               coalesce(s.fields->>'public_event',
                   CASE WHEN s.fields->'transit'->>'event_ticket' = 'yes'
                          OR s.fields->'transit'->>'accreditation' = 'yes'
                        THEN 'claimed' END) AS event
        FROM public.incidents_share s
        LEFT JOIN public.reference_place p ON s.lat IS NULL AND p.code = s.place,
        LATERAL (SELECT CASE s.side WHEN 'BY' THEN 'Europe/Minsk' ELSE 'Europe/Riga' END AS name)
            zone,
        LATERAL (SELECT s.happened_at AT TIME ZONE zone.name AS there) happened
        WHERE s.incident_id = ANY (wanted)
    ), said AS (
        SELECT *, CASE WHEN counts THEN jsonb_build_array(
            lat, lon, day, side, category, slot, means, groups, route, event)::text END AS says
        FROM told
    ), turn AS (
        SELECT *, row_number() OVER best AS place,
               (row_number() OVER best = 1 OR says IS DISTINCT FROM lag(says) OVER best)::int
                   AS turns
        FROM said
        WINDOW best AS (PARTITION BY said.incident_id ORDER BY said.precedence DESC, said.id DESC)
    ), run AS (
        SELECT *, sum(turns) OVER earlier AS run,
               array_agg(unit_id) OVER (PARTITION BY turn.incident_id ORDER BY turn.place
                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
        FROM turn WINDOW earlier AS (PARTITION BY turn.incident_id ORDER BY turn.place)
    ), held AS (
        SELECT *, array_agg(unit_id) OVER (PARTITION BY run.incident_id, run.run) AS together
        FROM run
    )
    SELECT c.incident_id, ARRAY(SELECT unnest(c.together) ORDER BY 1),
           ARRAY(SELECT unnest(c.before) ORDER BY 1), c.day, c.side, c.category,
           CASE WHEN c.lat IS NULL THEN 'nowhere' ELSE coalesce((
               SELECT CASE WHEN near.km <= 20 THEN near.number::text END FROM (
                   SELECT s.number, at.flat <-> s.line AS km FROM public.riskanalysis_section s
                   ORDER BY 2, 1 LIMIT 1) near),
               'away') END,
           (SELECT x.cell FROM public.riskanalysis_hexagon x
            WHERE x.outline @> polygon(box(at.flat, at.flat)) ORDER BY x.cell LIMIT 1),
           c.slot::smallint, c.means, c.groups,
           CASE WHEN c.route = '' THEN '{}'::varchar[] ELSE ARRAY[c.route] END, c.event
    FROM held c, LATERAL (SELECT public.riskanalysis_flat(c.lat, c.lon) AS flat) at
    WHERE c.turns = 1 AND c.counts
$$
"""
# What a fact adds one to: its week by every kind, and its day by section.
TALLIES = """
CREATE FUNCTION public.riskanalysis_tallies_of(
    day date, section varchar, cell varchar, slot smallint, means varchar[], groups varchar[],
    routes varchar[], event varchar)
RETURNS TABLE (span varchar, kind varchar, start date, value varchar)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT 'd', 's', day, section
    UNION ALL
    SELECT 'w', one.kind, date_trunc('week', day::timestamp)::date, one.value
    FROM (
        SELECT 's' AS kind, section AS value
        UNION ALL SELECT 'h', cell WHERE cell IS NOT NULL
        UNION ALL SELECT 't', slot::varchar WHERE slot IS NOT NULL
        UNION ALL SELECT 'e', event WHERE event IS NOT NULL
        UNION ALL SELECT 'm', unnest(means)
        UNION ALL SELECT 'n', unnest(groups)
        UNION ALL SELECT 'r', unnest(routes)
    ) one
$$
"""
# Appended, never merged: two reports at once do not wait for one another here.
TRIGGER = """
CREATE FUNCTION public.riskanalysis_indicator_waits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.riskanalysis_indicatorchange (incident_id)
    VALUES (CASE WHEN TG_OP = 'DELETE' THEN OLD.incident_id ELSE NEW.incident_id END);
    RETURN NULL;
END
$$;
CREATE TRIGGER share_added_moves_indicators AFTER INSERT ON public.incidents_share
    FOR EACH ROW EXECUTE FUNCTION public.riskanalysis_indicator_waits();
CREATE TRIGGER share_changed_moves_indicators
    AFTER UPDATE OF unit_id, precedence, own, origin, exercise, state, outcome, category, place,
        lat, lon, reported_at, happened_at, happened_precision, fields
    ON public.incidents_share FOR EACH ROW WHEN (
        (OLD.unit_id, OLD.precedence, OLD.own, OLD.origin, OLD.exercise, OLD.state, OLD.outcome,
         OLD.category, OLD.place, OLD.lat, OLD.lon, OLD.reported_at, OLD.happened_at,
         OLD.happened_precision, OLD.fields)
        IS DISTINCT FROM
        (NEW.unit_id, NEW.precedence, NEW.own, NEW.origin, NEW.exercise, NEW.state, NEW.outcome,
         NEW.category, NEW.place, NEW.lat, NEW.lon, NEW.reported_at, NEW.happened_at,
         NEW.happened_precision, NEW.fields))
    EXECUTE FUNCTION public.riskanalysis_indicator_waits();
CREATE TRIGGER share_removed_moves_indicators AFTER DELETE ON public.incidents_share
    FOR EACH ROW EXECUTE FUNCTION public.riskanalysis_indicator_waits();
CREATE FUNCTION public.riskanalysis_place_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.riskanalysis_indicatorchange (incident_id)
    SELECT DISTINCT s.incident_id FROM public.incidents_share s
    WHERE s.place = NEW.code AND s.lat IS NULL;
    RETURN NULL;
END
$$;
CREATE TRIGGER place_moves_indicators AFTER UPDATE OF lat, lon ON public.reference_place
    FOR EACH ROW WHEN ((OLD.lat, OLD.lon) IS DISTINCT FROM (NEW.lat, NEW.lon))
    EXECUTE FUNCTION public.riskanalysis_place_moved();
"""
UNTRIGGER = """
DROP TRIGGER place_moves_indicators ON public.reference_place;
DROP TRIGGER share_added_moves_indicators ON public.incidents_share;
DROP TRIGGER share_changed_moves_indicators ON public.incidents_share;
DROP TRIGGER share_removed_moves_indicators ON public.incidents_share;
DROP FUNCTION public.riskanalysis_place_moved();
DROP FUNCTION public.riskanalysis_indicator_waits()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("riskanalysis", "0001_the_brochure"),
        ("contactpoints", "0039_last_test_of_a_desk"),
        ("incidents", "0034_a_request_is_taken_back_with_a_phrase"),
        ("reference", "0006_templates_of_headlines"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Fact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("incident_id", models.BigIntegerField(db_index=True)),
                (
                    "holders",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), size=None
                    ),
                ),
                (
                    "better",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), size=None
                    ),
                ),
                ("day", models.DateField()),
                (
                    "side",
                    models.CharField(
                        choices=[("LV", "Latvia"), ("BY", "Belarus"), ("EU", "European Union")],
                        max_length=2,
                    ),
                ),
                ("category", models.CharField(max_length=40)),
                ("section", models.CharField(max_length=8)),
                ("cell", models.CharField(max_length=15, null=True)),
                ("slot", models.PositiveSmallIntegerField(null=True)),
                (
                    "means",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), size=None
                    ),
                ),
                (
                    "groups",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10), size=None
                    ),
                ),
                (
                    "routes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), size=None
                    ),
                ),
                ("event", models.CharField(max_length=40, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Hexagon",
            fields=[
                ("cell", models.CharField(max_length=15, primary_key=True, serialize=False)),
                ("points", models.JSONField()),
                ("outline", riskanalysis.models.indicators.Flat(shape="polygon")),
            ],
        ),
        migrations.CreateModel(
            name="IndicatorChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("incident_id", models.BigIntegerField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="Section",
            fields=[
                ("number", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("points", models.JSONField()),
                ("line", riskanalysis.models.indicators.Flat(shape="path")),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("span", models.CharField(choices=[("d", "Day"), ("w", "Week")], max_length=1)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("s", "Section"),
                            ("h", "Cell"),
                            ("t", "Slot"),
                            ("m", "Means"),
                            ("n", "Group"),
                            ("r", "Route"),
                            ("e", "Event"),
                        ],
                        max_length=1,
                    ),
                ),
                ("start", models.DateField()),
                ("value", models.CharField(max_length=60)),
                (
                    "side",
                    models.CharField(
                        choices=[("LV", "Latvia"), ("BY", "Belarus"), ("EU", "European Union")],
                        max_length=2,
                    ),
                ),
                ("category", models.CharField(max_length=40)),
                (
                    "holders",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), size=None
                    ),
                ),
                (
                    "better",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), size=None
                    ),
                ),
                ("count", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Anomaly",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("client_ref", models.UUIDField(default=uuid.uuid4)),
                (
                    "side",
                    models.CharField(
                        choices=[("LV", "Latvia"), ("BY", "Belarus"), ("EU", "European Union")],
                        max_length=2,
                    ),
                ),
                ("week", models.DateField()),
                ("filters", models.JSONField()),
                ("series", models.JSONField()),
                ("common", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("words", models.CharField(max_length=4000)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("assessed", "Assessed"), ("closed", "Closed")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("shared_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contactpoints.unit",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="AnomalyStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "deed",
                    models.CharField(
                        choices=[
                            ("shared", "Put to both sides"),
                            ("assessed", "Assessed"),
                            ("closed", "Closed"),
                        ],
                        max_length=8,
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=4000)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "anomaly",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="riskanalysis.anomaly",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("trend", "Trend"), ("spots", "Spots")], max_length=5
                    ),
                ),
                ("scope", models.CharField(max_length=64)),
                ("week", models.DateField()),
                (
                    "units",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), size=None
                    ),
                ),
                ("filters", models.JSONField()),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("made_at", models.DateTimeField(null=True)),
                ("inputs", models.JSONField(null=True)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("result", models.JSONField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("scope", "kind", "week"),
                        name="a_finding_is_made_once_for_whoever_reads",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("digest", ""),
                                ("inputs", None),
                                ("made_at", None),
                                ("result", None),
                            ),
                            models.Q(
                                ("inputs__isnull", False),
                                ("made_at__isnull", False),
                                ("result__isnull", False),
                                models.Q(("digest", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_finding_has_its_inputs",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="finding",
            trigger=pgtrigger.compiler.Trigger(
                name="a_finding_stays_with_its_scope",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."uid" IS DISTINCT FROM (NEW."uid") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."scope" IS DISTINCT FROM (NEW."scope") OR OLD."week" IS DISTINCT FROM (NEW."week") OR OLD."units" IS DISTINCT FROM (NEW."units") OR OLD."filters" IS DISTINCT FROM (NEW."filters"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="cd7315e210f7fe7356c767ab9d2b880b1447d1bb",
                    operation="UPDATE",
                    pgid="pgtrigger_a_finding_stays_with_its_scope_8eaf4",
                    table="riskanalysis_finding",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="hexagon",
            name="section",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="riskanalysis.section",
            ),
        ),
        migrations.AddConstraint(
            model_name="tally",
            constraint=models.UniqueConstraint(
                fields=("span", "kind", "start", "value", "side", "category", "holders", "better"),
                name="a_tally_is_counted_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="anomaly",
            constraint=models.UniqueConstraint(
                fields=("by", "client_ref"), name="anomaly_filed_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="anomaly",
            constraint=models.CheckConstraint(
                condition=models.Q(("words", ""), _negated=True), name="anomaly_has_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="anomaly",
            constraint=models.CheckConstraint(
                condition=models.Q(("side__in", ["LV", "BY"])), name="anomaly_is_of_a_service"
            ),
        ),
        migrations.AddConstraint(
            model_name="anomaly",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("shared_at", None),
                    models.Q(
                        models.Q(("filters__category__startswith", "ASY"), _negated=True),
                        models.Q(("filters__category__startswith", "SIR"), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="anomaly_of_what_never_crosses_stays",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="anomaly",
            trigger=pgtrigger.compiler.Trigger(
                name="anomaly_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="59e0fdab28f526e103ba1eaa374933de7db55d83",
                    operation="DELETE",
                    pgid="pgtrigger_anomaly_is_kept_3e4ed",
                    table="riskanalysis_anomaly",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="anomaly",
            trigger=pgtrigger.compiler.Trigger(
                name="anomaly_is_frozen",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."uid" IS DISTINCT FROM (NEW."uid") OR OLD."client_ref" IS DISTINCT FROM (NEW."client_ref") OR OLD."side" IS DISTINCT FROM (NEW."side") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."week" IS DISTINCT FROM (NEW."week") OR OLD."filters" IS DISTINCT FROM (NEW."filters") OR OLD."series" IS DISTINCT FROM (NEW."series") OR OLD."common" IS DISTINCT FROM (NEW."common") OR OLD."digest" IS DISTINCT FROM (NEW."digest") OR OLD."words" IS DISTINCT FROM (NEW."words") OR OLD."at" IS DISTINCT FROM (NEW."at") OR OLD."by_id" IS DISTINCT FROM (NEW."by_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="38d83bc204fc7e762baf1c8833af1b56e60f4e8f",
                    operation="UPDATE",
                    pgid="pgtrigger_anomaly_is_frozen_99253",
                    table="riskanalysis_anomaly",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="anomaly",
            trigger=pgtrigger.compiler.Trigger(
                name="anomaly_moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{open:assessed,open:closed,assessed:closed}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="0ae24b974f4bbb2eab9a135bc6ddafe0cb237c75",
                    operation="UPDATE",
                    pgid="pgtrigger_anomaly_moves_9cc4d",
                    table="riskanalysis_anomaly",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="anomalystep",
            constraint=models.UniqueConstraint(
                fields=("anomaly", "deed"), name="anomaly_step_taken_once"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="anomalystep",
            trigger=pgtrigger.compiler.Trigger(
                name="anomaly_step_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="3934d3cb69407a550f44a65526ff2bd58d336f75",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_anomaly_step_is_kept_a560f",
                    table="riskanalysis_anomalystep",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="hexagon",
            index=django.contrib.postgres.indexes.GistIndex(
                fields=["outline"], name="hexagon_outline"
            ),
        ),
        migrations.RunSQL(FLAT, "DROP FUNCTION public.riskanalysis_flat(float8, float8)"),
        migrations.RunSQL(FACTS, "DROP FUNCTION public.riskanalysis_facts_of(bigint[])"),
        migrations.RunSQL(
            TALLIES,
            "DROP FUNCTION public.riskanalysis_tallies_of(date, varchar, varchar, smallint,"
            " varchar[], varchar[], varchar[], varchar)",
        ),
        migrations.RunSQL(TRIGGER, UNTRIGGER),
    ]
