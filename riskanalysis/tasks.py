"""Celery's door to the verbs of this app."""

from celery import shared_task


@shared_task(ignore_result=True)
def build_brochure() -> None:
    """Once a day: settings or the portal's own words may have changed."""
    from .actions import build_brochure as build

    build()
