"""Documents of the repository as pages: help in four languages, and the glossary.

They are written in Markdown under docs/ and also read there. What comes out is plain text elements
only: no scripts, no styles, no pictures, nothing from elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import nh3
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bordercoop.access.models import Language
from bordercoop.reference.folding import fold

DOCS = Path(settings.BASE_DIR) / "docs"
HELP = DOCS / "help"
GLOSSARY = DOCS / "glossary.md"
TAGS = {"p", "ul", "ol", "li", "strong", "em", "code", "a", "h2", "h3", "table", "thead", "tbody",
        "tr", "th", "td", "br"}  # fmt: skip
ATTRIBUTES = {"a": {"href"}, "h2": {"id"}, "h3": {"id"}}
COLUMNS = ("en", "lv", "be", "ru")


@dataclass(frozen=True)
class Topic:
    """One help page: what it is called and what it says, as safe HTML."""

    code: str
    title: str
    body: SafeString
    headings: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Entry:
    """A term in the four languages; `anchor` is made of the English one and stays with it."""

    anchor: str
    names: dict[str, str]
    meaning: str

    def name(self, language: str) -> str:
        return self.names.get(language) or self.names["en"]


@dataclass(frozen=True)
class Chapter:
    """A part of the glossary under its English heading."""

    heading: str
    entries: list[Entry] = field(default_factory=list)


def topics() -> list[str]:
    """Codes of the help pages, in the order of their index."""
    return list(settings.HELP_ORDER)


def topic(code: str, language: str) -> Topic | None:
    """The help page in `language`; None when there is no such page."""
    if code not in settings.HELP_ORDER or language not in Language.values:
        return None
    path = HELP / language / f"{code}.md"
    return _topic(code, path, path.stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _topic(code: str, path: Path, _changed: int) -> Topic:
    tokens = MarkdownIt("commonmark").enable("table").parse(path.read_text("utf-8"))
    title = code
    headings: list[tuple[str, str]] = []
    kept: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.type == "heading_open" and token.tag == "h1":
            title = tokens[at + 1].content
            at += 3
            continue
        if token.type == "heading_open":
            anchor = f"{slugify(code)}-{len(headings) + 1}"
            token.attrSet("id", anchor)
            headings.append((anchor, tokens[at + 1].content))
        for child in token.children or []:
            if child.type == "link_open":
                child.attrSet("href", address(str(child.attrGet("href") or "")))
        kept.append(token)
        at += 1
    html = MarkdownIt("commonmark").enable("table").renderer.render(kept, MarkdownIt().options, {})
    clean = nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, link_rel=None)
    return Topic(code, title, mark_safe(clean), tuple(headings))  # noqa: S308 - cleaned above


def address(target: str) -> str:
    """Where a link of a document leads in the portal: the glossary or another help page."""
    path, _hash, anchor = target.partition("#")
    name = Path(path).name
    if name == "glossary.md":
        return reverse("glossary") + (f"#{anchor}" if anchor else "")
    if name.endswith(".md") and "/" not in path:
        return reverse("help_topic", args=[name.removesuffix(".md")])
    return target


def glossary(query: str = "") -> list[Chapter]:
    """The glossary by chapters; with a query only the terms that hold it in some language."""
    chapters = _glossary(GLOSSARY, GLOSSARY.stat().st_mtime_ns)
    wanted = fold(query)
    if not wanted:
        return list(chapters)
    found = [
        Chapter(chapter.heading, [entry for entry in chapter.entries if _holds(entry, wanted)])
        for chapter in chapters
    ]
    return [chapter for chapter in found if chapter.entries]


def _holds(entry: Entry, wanted: str) -> bool:
    return any(wanted in fold(text) for text in (*entry.names.values(), entry.meaning))


@lru_cache(maxsize=4)
def _glossary(path: Path, _changed: int) -> tuple[Chapter, ...]:
    chapters: list[Chapter] = []
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("## "):
            chapters.append(Chapter(line[3:].strip()))
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|") or len(cells) != 5 or not chapters:
            continue
        if cells[0] == "en" or re.fullmatch(r":?-+:?", cells[0]):
            continue
        names = dict(zip(COLUMNS, cells[:4], strict=True))
        chapters[-1].entries.append(Entry(slugify(cells[0]), names, cells[4]))
    return tuple(chapters)
