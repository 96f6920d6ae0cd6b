import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0002_request_of_a_message"),
    ]

    operations = [
        migrations.AddField(
            model_name="pulse",
            name="since",
            field=models.DateTimeField(
                db_default=models.functions.Now(), default=django.utils.timezone.now
            ),
        ),
    ]
