import django.contrib.postgres.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contactpoints", "0009_right_to_merge"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="unit",
            options={
                "ordering": ["order", "code"],
                "permissions": [
                    ("view_incidents", "Read the incidents of this unit and those released to it"),
                    ("report_incidents", "Log incidents and add supplements for this unit"),
                    ("annotate_incidents", "Write notes and measures of this unit"),
                    ("verify_incidents", "Verify what others of this unit reported"),
                    ("validate_incidents", "Validate verified incidents of this unit"),
                    ("merge_incidents", "Merge records of this unit that are of one event"),
                    ("release_incidents", "Release incidents of this unit to desks"),
                    ("recall_releases", "Take back what was released of this unit's incidents"),
                    ("close_incidents", "Close the own side's part of an incident"),
                    ("view_alerts", "See the alerts of this desk"),
                    ("acknowledge_alerts", "Acknowledge, accept or decline alerts of this desk"),
                    ("set_rota", "Set who is on duty at this desk"),
                    ("import_open_source", "Import open-source records for this unit"),
                    ("administer_accounts", "Post, transfer and suspend people of this unit"),
                    (
                        "administer_lists",
                        "Edit the lists of this unit's side, propose changes to common ones",
                    ),
                    ("operate_portal", "See and re-send messages that were given up"),
                    ("break_glass", "Open a time-limited emergency session with wider rights"),
                    ("read_audit", "Read the audit of this unit's side"),
                    ("write_sealed", "Write into the sealed part of incidents of this unit"),
                    ("open_sealed", "Open the sealed part of incidents of this unit"),
                    ("release_sealed", "Release personal data of incidents of this unit"),
                ],
            },
        ),
        migrations.AddField(
            model_name="delivery",
            name="kept",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=30), null=True, size=None
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="recalled_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("recalled_at", None), ("escalate_at", None), _connector="OR"),
                name="recalled_stops_escalation",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("recalled_at", None), ("kept__isnull", False), _connector="OR"),
                name="recalled_keeps_no_whole_card",
            ),
        ),
    ]
