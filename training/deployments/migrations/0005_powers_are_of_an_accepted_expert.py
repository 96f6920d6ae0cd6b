from django.db import migrations, models

# Powers that were granted to an expert whose offer was declined passed to the one offered next.
CLEARED = """
UPDATE deployments_deployment SET powers_ground = '', powers_at = NULL, powers_by_id = NULL
WHERE state = 'offered' AND powers_at IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("deployments", "0003_another_offer_after_one_was_declined"),
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
