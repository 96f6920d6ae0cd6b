from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LiveConfig(AppConfig):
    name = "bordercoop.live"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Live screens")
