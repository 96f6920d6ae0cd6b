"""Celery's door to the verbs of this app."""

from celery import shared_task


@shared_task(ignore_result=True)
def extend_rotas() -> None:
    from .actions import extend_rotas as extend

    extend()


@shared_task(ignore_result=True)
def forget_webhook_attempts() -> None:
    from .actions import forget_webhook_attempts as forget

    forget()
