from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("contactpoints", "0013_right_to_import"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="unit",
            options={
                "ordering": ["order", "code"],
                "permissions": [
                    ("view_incidents", "Read the incidents of this unit and those released to it"),
                    ("report_incidents", "Log incidents and add supplements for this unit"),
                    ("annotate_incidents", "Write notes, measures and tasks of this unit"),
                    ("translate_incidents", "Translate the texts of the incidents of this unit"),
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
                    ("handle_serious", "Handle the serious incidents of this side"),
                    ("read_audit", "Read the audit of this unit's side"),
                    ("write_sealed", "Write into the sealed part of incidents of this unit"),
                    ("open_sealed", "Open the sealed part of incidents of this unit"),
                    ("release_sealed", "Release personal data of incidents of this unit"),
                    ("import_incidents", "Import incidents of this unit from files"),
                    ("set_retention", "Set how long this unit's side keeps personal data"),
                    ("place_holds", "Place and lift legal holds on incidents of this unit"),
                    ("search_subjects", "Search what this unit's side keeps of a person"),
                ],
            },
        ),
    ]
