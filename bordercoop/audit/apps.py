from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "bordercoop.audit"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Audit")

    def ready(self) -> None:
        from .emptying import forbid_emptying

        post_migrate.connect(forbid_emptying, sender=self)
