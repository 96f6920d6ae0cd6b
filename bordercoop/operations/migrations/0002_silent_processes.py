import uuid

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("operations", "0001_backups"),
    ]

    operations = [
        migrations.CreateModel(
            name="Silence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("process", models.CharField(max_length=20)),
                ("since", models.DateTimeField()),
                ("noticed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "silent process",
                "verbose_name_plural": "silent processes",
                "indexes": [models.Index(fields=["-noticed_at"], name="silence_newest")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("process",),
                        name="one_silence_of_a_process_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None),
                            ("ended_at__gte", models.F("noticed_at")),
                            _connector="OR",
                        ),
                        name="a_silence_ends_after_it_was_noticed",
                    ),
                ],
            },
        ),
    ]
