"""What forms on paper add to the home page and to the menu."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from .models import PaperForm
from .paper_entry import paper_desks


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """For those who log for a desk: what it has on paper; nothing while there is nothing."""
    count = PaperForm.objects.visible_to(user).outstanding().count()
    if not count:
        return []
    sentence = ngettext(
        "%(count)s number lies on paper. What was told by telephone is entered under it.",
        "%(count)s numbers lie on paper. What was told by telephone is entered under them.",
        count,
    )
    return [
        {
            "title": _("Paper forms"),
            "sentence": sentence % {"count": count},
            "count": 0,
            "url": reverse("paper"),
            "icon": "file-text",
            "urgent": False,
        }
    ]


def navigation(user: Any) -> list[dict[str, Any]]:
    """For those who log incidents for a desk."""
    if not paper_desks(user):
        return []
    return [
        {
            "url": reverse("paper"),
            "icon": "printer",
            "label": _("Paper forms"),
            "short": pgettext("navigation", "Paper"),
            "count": 0,
            "count_label": "",
        }
    ]
