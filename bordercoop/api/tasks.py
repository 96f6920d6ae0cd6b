from celery import shared_task


@shared_task(acks_late=True, ignore_result=True)
def forget_old_keys() -> None:
    """Once a day."""
    from . import idempotency

    idempotency.forget_old_keys()
