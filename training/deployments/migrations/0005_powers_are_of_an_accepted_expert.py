from django.db import migrations, models

# Powers that were granted to an expert whose offer was declined passed to the one offered next.
CLEARED = """
UPDATE deployments_deployment SET powers_ground = '', powers_at = NULL, powers_by_id = NULL
WHERE state = 'offered' AND powers_at IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("deployments", "0004_guests_are_kept_for_a_period"),
    ]

    operations = [
        migrations.RunSQL(CLEARED, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="deployment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("powers_at", None),
                    models.Q(
                        ("state__in", ("need", "requested", "assessed", "offered")),
                        _negated=True,
                    ),
                    _connector="OR",
                ),
                name="executive_powers_are_of_an_accepted_expert",
            ),
        ),
    ]
