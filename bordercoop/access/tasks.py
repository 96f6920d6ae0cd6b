from celery import shared_task


@shared_task(acks_late=True, ignore_result=True)
def forget_expired() -> None:
    """Once a day."""
    from . import actions

    actions.forget_expired()
