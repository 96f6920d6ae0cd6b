"""What is found by words, where on the map, and the filters that officers keep.

The functions are those of PostgreSQL because rows come by many ways and each must be found: the
vector is a generated column, made of the very copy it stands in and of nothing else.
"""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

# The same sieve as bordercoop/reference/folding.py; a test compares both. Frequent letters first:
# translate() walks this list for each letter.
LETTERS = (
    "оаеинтсрлвкмпудыгзбчйхжшцщэфіўёОАЕИНТСРЛВКМПУДЫГЗБЧЙХЖШЦЩЭФІЎЁ"
    "āčēģīķļņšūžĀČĒĢĪĶĻŅŠŪŽąęėįųćńśźżőűřěůďťňĄĘĖĮŲĆŃŚŹŻŐŰŘĚŮĎŤŇàáâãäåçèéêëìíîïñòóôõöùúûüýÿÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝŸЄєҐґ",
    "oaeintsrlvkmpudigzbcihzscsefiueoaeintsrlvkmpudigzbcihzscsefiue"
    "acegiklnsuzacegiklnsuzaeeiucnszzoureudtnaeeiucnszzoureudtnaaaaaaceeeeiiiinooooouuuuyyaaaaaaceeeeiiiinooooouuuuyyeegg",
)
FOLD = """
CREATE FUNCTION incidents_fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT translate(
        replace(replace(replace(replace(replace(replace(
            CASE WHEN octet_length(value) = char_length(value)
                 THEN translate(lower(value), '''`', '')
                 ELSE lower(replace(replace(replace(replace(translate(
                     value, '{}' || 'ьъЬЪ''’ʼ`', '{}'
                 ), 'я', 'ia'), 'ю', 'iu'), 'Я', 'ia'), 'Ю', 'iu'))
            END,
            'shch', 's'), 'zh', 'z'), 'ch', 'c'), 'sh', 's'), 'kh', 'h'), 'ts', 'c'),
        'yjwvx', 'iiuuh')
$$
""".format(*LETTERS)
# The words of a copy; what divides words is a blank, for the parser knows tags, hosts and
# paths, and takes foreign punctuation for letters where the locale is C. Number without its leading zeros, so that part of it is found; place and
# category as one word each, to which the names of a place and the code of a category lead.
WORDS = """
CREATE FUNCTION incidents_words(number text, place text, category text, fields jsonb) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_tsvector('pg_catalog.simple', translate(
        public.incidents_fold(concat_ws(' ',
            regexp_replace(number, '-0*', ' ', 'g'), fields->>'headline', fields->>'border_sign',
            fields->>'narrative', fields->>'internal_note')),
        '-./_@:#&=+~%<>()[]{}|;,!?*^$"–—„“”«»…№',
        '                                      ')
        || ' zp' || translate(lower(place), '-_. ', '')
        || ' zc' || translate(lower(category), '-_. ', ''))
$$
"""
COLUMN = """
ALTER TABLE incidents_share ADD COLUMN search tsvector
    GENERATED ALWAYS AS (public.incidents_words(number, place, category, fields)) STORED;
CREATE INDEX share_search ON incidents_share USING gin (search) WITH (gin_pending_list_limit = 512)
"""
# Which copies of an incident lie where, as a reader sees them: the copies by precedence, cut where
# the position changes. A reader sees the run in which the first copy within reach lies, so it counts
# where the reader holds one of `holders` and none of `better`.
SPOTS = """
CREATE FUNCTION incidents_spots_of(wanted bigint[])
RETURNS TABLE (incident_id bigint, holders int[], better int[], lat float8, lon float8, day date)
LANGUAGE sql STABLE AS $$
    WITH copy AS (
        SELECT s.incident_id, s.unit_id::int AS unit_id, s.lat, s.lon,
               (s.reported_at AT TIME ZONE 'UTC')::date AS day,
               row_number() OVER best AS place,
               (row_number() OVER best = 1 OR s.lat IS DISTINCT FROM lag(s.lat) OVER best
                OR s.lon IS DISTINCT FROM lag(s.lon) OVER best)::int AS moved
        FROM incidents_share s WHERE wanted IS NULL OR s.incident_id = ANY (wanted)
        WINDOW best AS (PARTITION BY s.incident_id ORDER BY s.precedence DESC, s.id DESC)
    ), run AS (
        SELECT *, sum(moved) OVER (PARTITION BY copy.incident_id ORDER BY copy.place) AS run FROM copy
    ), held AS (
        SELECT run.incident_id, run.run, array_agg(run.unit_id ORDER BY run.unit_id) AS holders,
               min(run.lat) AS lat, min(run.lon) AS lon, min(run.day) AS day
        FROM run GROUP BY run.incident_id, run.run
    )
    SELECT h.incident_id, h.holders,
           CASE WHEN h.run = 1 THEN '{}'::int[] ELSE ARRAY(
               SELECT unnest(o.holders) FROM held o
               WHERE o.incident_id = h.incident_id AND o.run < h.run ORDER BY 1) END,
           h.lat, h.lon, h.day
    FROM held h WHERE h.lat IS NOT NULL
$$
"""
# The cells that a spot counts in: three sizes, each for all time, its year and its month.
CELLS = """
CREATE FUNCTION incidents_cells_of(lat float8, lon float8, day date)
RETURNS TABLE (level smallint, span char, start date, x int, y int)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT size.level, span.kind, span.start,
           floor(lon / (2 * size.degrees))::int, floor(lat / size.degrees)::int
    FROM (VALUES (0::smallint, 0.5::float8), (1::smallint, 0.125), (2::smallint, 0.03125))
         AS size (level, degrees),
         (VALUES ('a'::char, date '0001-01-01'), ('y', date_trunc('year', day::timestamp)::date),
                 ('m', date_trunc('month', day::timestamp)::date)) AS span (kind, start)
$$
"""
# Appended, never merged: two reports at once do not wait for one another here.
TRIGGER = """
CREATE FUNCTION incidents_cell_waits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO incidents_cellchange (incident_id)
    VALUES (CASE WHEN TG_OP = 'DELETE' THEN OLD.incident_id ELSE NEW.incident_id END);
    RETURN NULL;
END
$$;
CREATE TRIGGER share_added_moves_cells AFTER INSERT ON incidents_share FOR EACH ROW
    WHEN (NEW.lat IS NOT NULL OR NOT NEW.own) EXECUTE FUNCTION incidents_cell_waits();
CREATE TRIGGER share_changed_moves_cells
    AFTER UPDATE OF incident_id, unit_id, precedence, lat, lon, reported_at ON incidents_share
    FOR EACH ROW WHEN (
        (OLD.unit_id, OLD.precedence, OLD.lat, OLD.lon, OLD.reported_at)
        IS DISTINCT FROM (NEW.unit_id, NEW.precedence, NEW.lat, NEW.lon, NEW.reported_at))
    EXECUTE FUNCTION incidents_cell_waits();
CREATE TRIGGER share_removed_moves_cells AFTER DELETE ON incidents_share FOR EACH ROW
    EXECUTE FUNCTION incidents_cell_waits();
INSERT INTO incidents_cellchange (incident_id) SELECT DISTINCT incident_id FROM incidents_share
"""
UNTRIGGER = """
DROP TRIGGER share_added_moves_cells ON incidents_share;
DROP TRIGGER share_changed_moves_cells ON incidents_share;
DROP TRIGGER share_removed_moves_cells ON incidents_share;
DROP FUNCTION incidents_cell_waits()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("contactpoints", "0007_rota_set_in_the_portal"),
        ("incidents", "0006_sealed_personal_part"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CellChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("incident_id", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Spot",
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
                ("lat", models.FloatField()),
                ("lon", models.FloatField()),
                ("day", models.DateField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="Cell",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("level", models.PositiveSmallIntegerField()),
                (
                    "span",
                    models.CharField(
                        choices=[("a", "All"), ("y", "Year"), ("m", "Month")], max_length=1
                    ),
                ),
                ("start", models.DateField()),
                ("x", models.IntegerField()),
                ("y", models.IntegerField()),
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
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("level", "span", "start", "x", "y", "holders", "better"),
                        name="a_cell_is_counted_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=60)),
                ("query", models.CharField(max_length=600)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="saved_filters",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="saved_filters",
                        to="contactpoints.unit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "name"), name="a_filter_name_is_used_once"
                    ),
                ],
            },
        ),
        migrations.RunSQL(FOLD, "DROP FUNCTION incidents_fold(text)"),
        migrations.RunSQL(WORDS, "DROP FUNCTION incidents_words(text, text, text, jsonb)"),
        migrations.RunSQL(COLUMN, "ALTER TABLE incidents_share DROP COLUMN search"),
        migrations.RunSQL(SPOTS, "DROP FUNCTION incidents_spots_of(bigint[])"),
        migrations.RunSQL(CELLS, "DROP FUNCTION incidents_cells_of(float8, float8, date)"),
        migrations.RunSQL(TRIGGER, UNTRIGGER),
    ]
