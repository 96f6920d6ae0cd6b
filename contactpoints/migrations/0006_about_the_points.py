from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contactpoints", "0005_emergency_sessions")]

    operations = [
        migrations.AddField(
            "contactpoint", f"about_{language}", models.TextField(blank=True, default="")
        )
        for language in ("en", "lv", "be", "ru")
    ]
