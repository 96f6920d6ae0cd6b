from django.db import migrations

SAID = """
UPDATE riskanalysis_publicevent SET phase = 'lessons_learned' WHERE code = 'IIHF2021';
UPDATE riskanalysis_eventhost SET side = CASE name WHEN 'Riga' THEN 'LV' ELSE 'BY' END
    WHERE name IN ('Riga', 'Minsk');
"""


class Migration(migrations.Migration):
    """What is known of the events that came before phases and sides of cities did."""

    dependencies = [("riskanalysis", "0010_how_a_public_event_goes")]

    operations = [migrations.RunSQL(SAID, migrations.RunSQL.noop)]
