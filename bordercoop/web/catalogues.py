"""The four message catalogues, kept with Babel and polib alone: no xgettext, no msgfmt.

Promise: `check` is silent only when every text that the code and the templates mark is in every
catalogue, translated, with the same placeholders and the right number of plural forms.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib
from babel.messages.extract import extract
from django.utils.translation.template import templatize

KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLURALS = {
    "lv": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n != 0 ? 1 : 2);",
    "be": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && "
    "(n%100<12 || n%100>14) ? 1 : 2);",
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && "
    "(n%100<12 || n%100>14) ? 1 : 2);",
    "en": "nplurals=2; plural=(n != 1);",
}
SOURCE = "en"
# Letters that a language does not have betray a text copied from its neighbour.
FOREIGN_LETTERS = {
    "lv": re.compile(r"[Ѐ-ӿ]"),
    "be": re.compile(r"[ищъ]", re.IGNORECASE),
    "ru": re.compile(r"[іў]", re.IGNORECASE),
    "en": re.compile(r"[Ѐ-ӿ]"),
}
SKIPPED = {"migrations", "tests", "static", "locale", "docs", "benchmarks", "node_modules"}
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[#0\-+]*\d*(?:\.\d+)?[a-zA-Z%]|\{\w*(?::\w+)?\}")
TAG = re.compile(r"</?\w+")

Key = tuple[str | None, str]


@dataclass
class Message:
    """One text as the sources mark it."""

    context: str | None
    text: str
    plural: str | None = None
    files: set[str] = field(default_factory=set)


def collect(root: Path) -> dict[Key, Message]:
    """Every marked text in the Python files and templates below `root`."""
    found: dict[Key, Message] = {}
    for path in sorted(_sources(root)):
        name = path.relative_to(root).as_posix()
        for message in _marked(path):
            known = found.setdefault((message.context, message.text), message)
            known.plural = known.plural or message.plural
            known.files.add(name)
    return found


def _sources(root: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(root):
        folders[:] = [
            name for name in folders if name not in SKIPPED and not name.startswith((".", "__"))
        ]
        in_templates = "templates" in Path(folder).relative_to(root).parts
        for name in files:
            if name.endswith(".py") or (in_templates and name.endswith((".html", ".txt"))):
                yield Path(folder, name)


def _marked(path: Path) -> Iterator[Message]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # What templatize leaves is Python enough for a tokenizer, except for its indentation.
        text = "\n".join(line.strip() for line in templatize(text).splitlines())
    source = io.BytesIO(text.encode())
    for _line, marked, _comments, context in extract(
        "python", source, keywords=KEYWORDS, options={"encoding": "utf-8"}
    ):
        texts = (marked,) if isinstance(marked, str) else tuple(marked)
        if texts and texts[0]:
            yield Message(context, texts[0], texts[1] if len(texts) > 1 else None)


def merged(messages: dict[Key, Message], old: polib.POFile | None, language: str) -> polib.POFile:
    """A catalogue of exactly `messages`, with the translations that `old` has for them.

    Sorted and without line numbers, so that two people's changes merge.
    """
    known = {(entry.msgctxt, entry.msgid): entry for entry in old or [] if not entry.obsolete}
    catalogue = polib.POFile(wrapwidth=99)
    catalogue.metadata = {
        "Project-Id-Version": "BorderCoop",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language],
    }
    for key in sorted(messages, key=lambda key: (key[1], key[0] or "")):
        catalogue.append(_entry(messages[key], known.get(key), language))
    return catalogue


def _entry(message: Message, old: polib.POEntry | None, language: str) -> polib.POEntry:
    entry = polib.POEntry(
        msgctxt=message.context,
        msgid=message.text,
        occurrences=[(name, "") for name in sorted(message.files)],
    )
    if old is not None:
        entry.tcomment = old.tcomment
        entry.flags = [flag for flag in old.flags if flag == "fuzzy"]
    if any(match.group().startswith("%") for match in PLACEHOLDER.finditer(message.text)):
        entry.flags.append("python-format")
    if message.plural is None:
        entry.msgstr = old.msgstr if old is not None else ""
        if language == SOURCE and not entry.msgstr:
            entry.msgstr = message.text
        return entry
    entry.msgid_plural = message.plural
    forms = dict.fromkeys(range(forms_of(language)), "")
    if old is not None:
        forms.update({n: text for n, text in old.msgstr_plural.items() if n in forms})
    if language == SOURCE:
        forms = {0: forms[0] or message.text, 1: forms[1] or message.plural}
    entry.msgstr_plural = forms
    return entry


def forms_of(language: str) -> int:
    return int(PLURALS[language].removeprefix("nplurals=").split(";")[0])


def problems(messages: dict[Key, Message], catalogue: polib.POFile, language: str) -> Iterator[str]:
    """What is wrong with a catalogue, a line each."""
    entries = {(e.msgctxt, e.msgid): e for e in catalogue if not e.obsolete}
    for context, text in sorted(messages.keys() - entries.keys(), key=str):
        yield f"not in the catalogue: {_named(context, text)}"
    for context, text in sorted(entries.keys() - messages.keys(), key=str):
        yield f"no longer in the sources: {_named(context, text)}"
    if catalogue.metadata.get("Plural-Forms") != PLURALS[language]:
        yield "the header Plural-Forms is not the one of the language"
    for key in sorted(messages.keys() & entries.keys(), key=str):
        for problem in _wrong(messages[key], entries[key], language):
            yield f"{problem}: {_named(*key)}"


def _wrong(message: Message, entry: polib.POEntry, language: str) -> Iterator[str]:
    if "fuzzy" in entry.flags:
        yield "fuzzy"
    if (entry.msgid_plural or None) != message.plural:
        yield "its plural changed in the sources"
        return
    if message.plural is None:
        texts, allowed = [entry.msgstr], [_places(message.text)]
    else:
        if sorted(entry.msgstr_plural) != list(range(forms_of(language))):
            yield f"has not {forms_of(language)} plural forms"
            return
        texts = [entry.msgstr_plural[number] for number in sorted(entry.msgstr_plural)]
        allowed = [_places(message.text), _places(message.plural)]
    if not all(texts):
        yield "not translated"
        return
    for text in texts:
        if _places(text) not in allowed:
            yield "other placeholders than the source"
        if sorted(TAG.findall(text)) != sorted(TAG.findall(message.text)):
            yield "other tags than the source"
        if (text.startswith("\n"), text.endswith("\n")) != (
            message.text.startswith("\n"),
            message.text.endswith("\n"),
        ):
            yield "begins or ends with another line break than the source"
        if FOREIGN_LETTERS[language].search(PLACEHOLDER.sub("", text)):
            yield "has letters that the language does not have"


def _places(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


def _named(context: str | None, text: str) -> str:
    short = text if len(text) <= 70 else text[:67] + "..."
    return f"[{context}] {short!r}" if context else repr(short)


def compile_catalogue(po: Path) -> bool:
    """Write the .mo beside a .po unless it is newer; True when it was written."""
    mo = po.with_suffix(".mo")
    if mo.exists() and mo.stat().st_mtime_ns > po.stat().st_mtime_ns:
        return False
    fresh = mo.with_suffix(f".{os.getpid()}")
    polib.pofile(str(po)).save_as_mofile(str(fresh))
    fresh.replace(mo)
    return True
