"""Celery's door to the verbs of this app."""

from celery import shared_task


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def forget_stray_files() -> None:
    from .actions import forget_stray_files as forget

    forget()


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def purge_expired() -> None:
    from .actions import purge_expired as purge

    purge()
