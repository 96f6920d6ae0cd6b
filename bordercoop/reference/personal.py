"""What in a text looks like the number of a person, for texts that speak of nobody.

Numbers of documents and persons, plates, phones, e-mail addresses, by their shape alone. A name has
no shape and passes: whoever writes is told in words.
"""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext as _

from .wording import unseen_left_out

LETTER = "[A-ZА-ЯІЎ]"
YEAR = r"(?:19|20)\d\d"
# Days, times, years, references such as 2019/1896 and the portal's own numbers hold many digits.
HARMLESS = re.compile(
    rf"""
    (?<![\w-])(?:
        \d{{1,2}}[./]\d{{1,2}}[./](?:{YEAR}|\d\d)
      | {YEAR}-\d\d-\d\d
      | \d{{1,2}}[:.]\d\d\s?[-–—]\s?\d{{1,2}}[:.]\d\d
      | {YEAR}\s?[-–—/]\s?{YEAR}
      | {YEAR}/\d{{1,5}}
      | [A-Z]{{2}}(?:-[A-Z]+)*-{YEAR}-\d{{5}}
    )(?![\w-])
    """,
    re.VERBOSE,
)
SHAPES = (
    # An e-mail address, also one whose sign was written out.
    re.compile(r"[^\s@<>(),;:]+\s?(?:@|\(at\)|\[at\])\s?[^\s@<>(),;:]+\.\w{2,}", re.IGNORECASE),
    # A phone, a personal code, a number of a document: seven digits and more, however they are set.
    re.compile(r"(?<![\w.,])\+?\(?\d(?:[ ()/.\u2010-\u2014-]{0,2}\d){6,}(?![\w])"),
    # A passport, a card, a personal number: letters and digits in one.
    re.compile(rf"(?<!\w){LETTER}{{1,3}}\W?\d{{6,}}(?!\d)"),
    re.compile(rf"(?<!\w)\d{{6,}}{LETTER}\w*"),
    # Plates: AB-1234, 1234 AB-7, A 123 BC 77.
    re.compile(rf"(?<![\w-]){LETTER}{{2,3}}[ -]?(?!{YEAR}(?!\d))\d{{3,5}}(?![\w-])"),
    re.compile(rf"(?<![\w-])\d{{4}} ?{LETTER}{{2}} ?-? ?\d(?![\w-])"),
    re.compile(rf"(?<![\w-]){LETTER} ?\d{{3}} ?{LETTER}{{2}} ?\d{{2,3}}(?![\w-])"),
)


def number_in(text: str) -> str:
    """The first of them in `text`, as it stands there; "" when there is none."""
    plain = unseen_left_out(unicodedata.normalize("NFKC", text))
    plain = HARMLESS.sub(" ; ", " ".join(plain.split()))
    found = (shape.search(plain) for shape in SHAPES)
    return next((one.group().strip()[:60] for one in found if one), "")


def refusal(text: str) -> str:
    """The sentence that refuses `text` for what it holds; "" when it holds nothing of the kind."""
    number = number_in(text)
    if not number:
        return ""
    return _(
        "“%(number)s” looks like the number of a document, a plate, a phone or an e-mail address. "
        "Nothing here may point to a person: leave it out, or write a number in words."
    ) % {"number": number}
