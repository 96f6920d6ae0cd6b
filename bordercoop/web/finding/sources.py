"""Help and glossary in the search: open to everybody."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .. import documents
from .groups import Group, Hit
from .query import Query, marked


def _language() -> str:
    return (get_language() or "en").split("-")[0]


@lru_cache(maxsize=512)
def _plain(body: str) -> str:
    return re.sub(r"\s+", " ", strip_tags(body))


def help_pages(user: Any, query: Query, most: int) -> Group:
    hits = []
    for code in documents.topics():
        page = documents.topic(code, _language())
        if page is None:
            continue
        text = _plain(page.body)
        if query.found_in(page.title, text):
            hits.append(
                Hit(reverse("help_topic", args=[code]), page.title, pieces=marked(text, query))
            )
    return Group("help", _("Help"), "help", hits[:most])


def glossary(user: Any, query: Query, most: int) -> Group:
    hits = [
        Hit(
            f"{reverse('glossary')}#{entry.anchor}",
            entry.name(_language()),
            second=", ".join(name for code, name in entry.names.items() if code != _language()),
            pieces=marked(entry.meaning, query),
        )
        for chapter in documents.glossary()
        for entry in chapter.entries
        if query.found_in(*entry.names.values())
    ]
    more = reverse("glossary") if len(hits) > most else ""
    return Group("glossary", _("Glossary"), "language", hits[:most], more)
