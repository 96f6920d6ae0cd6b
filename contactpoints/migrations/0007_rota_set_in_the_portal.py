import uuid

import django.contrib.postgres.functions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contactpoints", "0006_about_the_points")]

    operations = [
        migrations.RemoveConstraint("rotarule", "rota_rule_once"),
        migrations.AddField(
            "rotarule",
            "uid",
            models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                default=uuid.uuid4,
                editable=False,
                unique=True,
            ),
        ),
        migrations.AlterField(
            "rotarule",
            "rank",
            models.CharField(choices=[("primary", "Primary"), ("backup", "Backup")], max_length=8),
        ),
    ]
