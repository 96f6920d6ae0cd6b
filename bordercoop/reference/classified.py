"""Markings of classified text. The portal is not accredited for it and keeps none.

A marking is what a service writes on a document: a line of its own, a mark in brackets before a
paragraph, or a name that means nothing else ("SECRET UE/EU SECRET"). The word "secret" in a
sentence is none. Sources: Council Decision 2013/488/EU (EU), C-M(2002)49 (NATO), Law on State
Secrets of Latvia, laws on state secrets of Belarus and Russia; from general knowledge, not checked.
"""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext as _

# These are markings wherever they stand: no sentence needs them, capitals or not.
ANYWHERE = (
    r"TR[EÈ]S SECRET UE",
    r"SECRET UE",
    r"CONFIDENTIEL UE",
    r"RESTREINT UE",
    r"EU TOP SECRET",
    r"EU SECRET",
    r"EU CONFIDENTIAL",
    r"EU RESTRICTED",
    r"(?:TS|S|C|R)-UE(?: ?/ ?EU-(?:TS|S|C|R))?",
    r"EU-(?:TS|S|C|R)",
    r"COSMIC TOP SECRET",
    r"NATO (?:SECRET|CONFIDENTIAL|RESTRICTED)",
)
# These are words too: a marking only as a line of their own or in brackets.
ALONE = (
    r"TOP SECRET",
    r"SECRET",
    r"CONFIDENTIAL",
    r"RESTRICTED",
    r"SEVI[SŠ][KĶ]I SLEPENI",
    r"SLEPENI",
    r"KONFIDENCI[AĀ]LI",
    r"ОСОБОЙ ВАЖНОСТИ",
    r"СОВЕРШЕННО СЕКРЕТНО",
    r"СЕКРЕТНО",
    r"ДЛЯ СЛУЖЕБНОГО ПОЛЬЗОВАНИЯ",
    r"АСОБАЙ ВАЖНАСЦІ",
    r"(?:СУПЕР|ЗУСІМ |ЦАЛКАМ )САКРЭТНА",
    r"САКРЭТНА",
    r"ДЛЯ СЛУЖБОВАГА КАРЫСТАННЯ",
)
# Letters in brackets that open a paragraph, in capitals only.
PORTIONS = ("TS", "S", "C", "R", "CTS", "NS", "NC", "NR", "СС", "С", "ОВ", "ДСП", "ДСК")
LABELS = (
    r"(?:SECURITY )?CLASSIFICATION",
    r"KLASIFIK[AĀ]CIJA",
    r"SLEPEN[IĪ]BAS PAK[AĀ]PE",
    r"ГРИФ(?: СЕКРЕТНОСТИ)?",
    r"ГРЫФ(?: САКРЭТНАСЦІ)?",
)
# How people set a marking apart, and what may stand beside one on its line.
FRAME = " \t\u00a0-–—*=_#.:!/|<>«»\"„“”'"
COPY = r"(?: *[.,]? *(?:ЭКЗ\.?|ЭКЗЕМПЛЯР|EKS\.?|COPY) *(?:№|N|NO\.?|NR\.?)? *\d{1,4})?"
LONGEST = 160


def _alternatives(words: tuple[str, ...]) -> str:
    return "|".join(word.replace(" ", "[ -]") for word in words)


_EACH = _alternatives((*ANYWHERE, *ALONE))
_ANYWHERE = re.compile(rf"(?<![\w-])(?:{_alternatives(ANYWHERE)})(?![\w-])", re.IGNORECASE)
_BRACKETS = re.compile(rf"[(\[{{] ?(?:{_EACH}) ?[)\]}}]", re.IGNORECASE)
_LINE = re.compile(rf"(?:{_EACH})(?: ?[/,;]{{1,2}} ?(?:{_EACH})){{0,4}}{COPY}", re.IGNORECASE)
_LABEL = re.compile(
    rf"(?:{_alternatives(LABELS)}) ?[:=–—-] ?(?:{_EACH})(?!\w)",
    re.IGNORECASE,
)
_PORTION = re.compile(rf"(?:[\d.]{{1,8}} )?\((?:{'|'.join(PORTIONS)})\)")


def marking_in(text: str) -> str:
    """The first marking of classified text in `text`, as it stands there; "" when there is none."""
    for line in unicodedata.normalize("NFC", text).splitlines():
        plain = " ".join(line.split())
        found = _ANYWHERE.search(plain) or _BRACKETS.search(plain) or _PORTION.match(plain)
        found = found or _LABEL.match(plain)
        if found:
            return found.group()[:LONGEST]
        alone = plain.strip(FRAME)
        if len(alone) <= LONGEST and _LINE.fullmatch(alone):
            return alone
    return ""


def refusal(text: str) -> str:
    """The sentence that refuses `text` for its marking; "" when it has none."""
    marking = marking_in(text)
    if not marking:
        return ""
    return _(
        "“%(marking)s” marks classified information. This portal is not accredited for it and "
        "keeps none: nothing was saved. Send it through your service's registry or its "
        "accredited network, and write here only what bears no marking."
    ) % {"marking": marking}
