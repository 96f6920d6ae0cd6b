"""The Celery application: `celery -A bordercoop.celery worker` and `... beat`.

Redis carries knocks, nothing else. Whatever it loses, the relay and the due columns still hold.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bordercoop.settings")

app = Celery("bordercoop")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Celery's "current" application belongs to one thread; web requests run on many.
app.set_default()
