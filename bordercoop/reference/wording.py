"""What officers write in their own words: what of it can be kept, and the sentence when it cannot.

Every verb that takes free text asks here, so that no door stores what another refuses.
"""

import re
import unicodedata

from django.utils.translation import gettext as _

from bordercoop.errors import Invalid

from . import classified

HALVES = re.compile("[\ud800-\udfff]")


def storable(text: str) -> bool:
    """Whether the text can be kept at all: no NUL, and no half of a pair of UTF-16."""
    return "\x00" not in text and not HALVES.search(text)


def fault(text: str, most: int) -> str:
    """Why `text` cannot be kept, "" when it can: unstorable, over `most` characters, classified."""
    if not storable(text):
        return _("The text contains a character that cannot be stored. Type it anew.")
    if len(text) > most:
        return _("The text has %(length)s characters; at most %(most)s fit. Shorten it.") % {
            "length": len(text),
            "most": most,
        }
    return classified.refusal(text)


def worded(text: str, field: str, *, most: int, empty: object = "", one_line: bool = False) -> str:
    """The text without outer space, with `one_line` in one line.

    Raises Invalid at `field` with the fault, or with the sentence `empty` when there is one and
    nothing visible was written.
    """
    text = " ".join(text.split()) if one_line else text.strip()
    blank = not any(letter.isprintable() and not letter.isspace() for letter in text)
    sentence = str(empty) if empty and blank else fault(text, most)
    if sentence:
        raise Invalid(sentence, fields={field: [sentence]})
    return text


def unseen_left_out(text: str) -> str:
    """The text without characters that have no shape, above all those that turn the direction of a
    line: a screen would show other words than a paper. Joiners shape letters and stay."""
    return "".join(
        letter
        for letter in text
        if letter in "\u200c\u200d" or unicodedata.category(letter) != "Cf"
    )
