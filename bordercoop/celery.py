"""The Celery application: `celery -A bordercoop.celery worker` and `... beat`.

Redis carries knocks, nothing else. Whatever it loses, the relay and the due columns still hold.
"""

import logging.config
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bordercoop.settings")
# Django's checks import every page, 50 MB that neither worker nor beat needs; `manage.py prepare`
# has made them before either starts.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

app = Celery("bordercoop")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Celery's "current" application belongs to one thread; web requests run on many.
app.set_default()


@setup_logging.connect
def _log_as_the_portal_does(**_: Any) -> None:
    """Celery would else put its own handlers in the place of ours."""
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)
