"""What apps above say beside a thing on its page: settings.BESIDE."""

from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


def beside(kind: str, user: Any, thing: Any) -> list[dict[str, Any]]:
    """Names for a template, which they name as `template`, of each that has something to say."""
    found = (import_string(name)(user, thing) for name in settings.BESIDE[kind])
    return [said for said in found if said]
