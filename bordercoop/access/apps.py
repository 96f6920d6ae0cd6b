from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "bordercoop.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from . import second_factor
        from .sessions import begin

        user_logged_in.connect(begin, dispatch_uid="access.sessions.begin")
        second_factor.listen()
