"""The table behind the cache: rate limits and lock-outs live there, so they hold with Redis down.

Written out because `createcachetable` is a step that an installation can forget; that command finds
the table and leaves it alone.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("access", "0001_accounts")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TABLE IF NOT EXISTS django_cache (
                cache_key varchar(255) PRIMARY KEY,
                value text NOT NULL,
                expires timestamp with time zone NOT NULL
            );
            CREATE INDEX IF NOT EXISTS django_cache_expires ON django_cache (expires);
            """,
            "DROP TABLE IF EXISTS django_cache;",
        )
    ]
