from django.db import migrations

# The words of a copy: with the translations that it holds, and what was written in lines of their
# own about vehicles and the route.
WORDS = """
CREATE FUNCTION public.incidents_words(
    number text, place text, category text, fields jsonb, texts jsonb) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_tsvector('pg_catalog.simple', translate(
        public.incidents_fold(concat_ws(' ',
            regexp_replace(number, '-0*', ' ', 'g'), fields->>'headline', fields->>'border_sign',
            fields->>'narrative', fields->>'internal_note',
            jsonb_path_query_array(fields, '$.vehicles[*].make')::text,
            fields->'transit'->>'last_departure', fields->'transit'->>'flight_or_train',
            jsonb_path_query_array(texts, '$.*.headline')::text,
            jsonb_path_query_array(texts, '$.*.narrative')::text)),
        '-./_@:#&=+~%<>()[]{}|;,!?*^$"–—„“”«»…№',
        '                                      ')
        || ' zp' || translate(lower(place), '-_. ', '')
        || ' zc' || translate(lower(category), '-_. ', ''))
$$;
ALTER TABLE incidents_share DROP COLUMN search;
DROP FUNCTION public.incidents_words(text, text, text, jsonb);
ALTER TABLE incidents_share ADD COLUMN search tsvector
    GENERATED ALWAYS AS (public.incidents_words(number, place, category, fields, texts)) STORED;
CREATE INDEX share_search ON incidents_share USING gin (search) WITH (gin_pending_list_limit = 512)
"""
# As before, but the owner's copy of a merged record lies nowhere: the record that speaks for it does.
SPOTS = """
CREATE OR REPLACE FUNCTION public.incidents_spots_of(wanted bigint[])
RETURNS TABLE (incident_id bigint, holders int[], better int[], lat float8, lon float8, day date)
LANGUAGE sql STABLE AS $$
    WITH copy AS (
        SELECT s.incident_id, s.unit_id::int AS unit_id, s.lat, s.lon,
               (s.reported_at AT TIME ZONE 'UTC')::date AS day,
               row_number() OVER best AS place,
               (row_number() OVER best = 1 OR s.lat IS DISTINCT FROM lag(s.lat) OVER best
                OR s.lon IS DISTINCT FROM lag(s.lon) OVER best)::int AS moved
        FROM public.incidents_share s
        WHERE (wanted IS NULL OR s.incident_id = ANY (wanted))
          AND NOT (s.own AND s.state = 'merged')
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
$$;
DROP TRIGGER share_changed_moves_cells ON incidents_share;
CREATE TRIGGER share_changed_moves_cells
    AFTER UPDATE OF incident_id, unit_id, precedence, lat, lon, reported_at, state
    ON incidents_share FOR EACH ROW WHEN (
        (OLD.unit_id, OLD.precedence, OLD.lat, OLD.lon, OLD.reported_at, OLD.state = 'merged')
        IS DISTINCT FROM
        (NEW.unit_id, NEW.precedence, NEW.lat, NEW.lon, NEW.reported_at, NEW.state = 'merged'))
    EXECUTE FUNCTION incidents_cell_waits();
INSERT INTO incidents_cellchange (incident_id)
    SELECT incident_id FROM incidents_share WHERE own AND state = 'merged'
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0015_retention_holds_and_purges")]

    operations = [migrations.RunSQL(WORDS), migrations.RunSQL(SPOTS)]
