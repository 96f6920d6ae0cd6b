from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


class OutboxConfig(AppConfig):
    name = "bordercoop.outbox"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Outbox")

    def ready(self) -> None:
        # Knocks must leave through our Celery application, not through Celery's fallback.
        import_string(settings.CELERY_APPLICATION)
