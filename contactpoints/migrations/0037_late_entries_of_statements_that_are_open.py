from django.db import migrations

# What open statements already say is claimed for them, the oldest first: the trigger of 0035 hears
# only what is written after it.
CLAIM = """
INSERT INTO public.contactpoints_statedlate (statement_id, month, line)
SELECT s.id, late->>'month', (late->>'from') || '>' || (late->>'to') || '/' || (late->>'kind')
FROM public.contactpoints_exchangestatement s, jsonb_array_elements(s.said::jsonb->'late') late
WHERE s.closed_at IS NULL
ORDER BY s.month
ON CONFLICT (month, line) DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [
        ("contactpoints", "0036_phrases_of_a_broadcast_go_with_its_words"),
    ]

    operations = [migrations.RunSQL(CLAIM, migrations.RunSQL.noop)]
