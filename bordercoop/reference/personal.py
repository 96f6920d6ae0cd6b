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
DASH = r"\s?[-–—]\s?"
OF_MONTH, MONTH = "(?:0?[1-9]|[12][0-9]|3[01])", "(?:0?[1-9]|1[0-2])"
DAY = rf"{OF_MONTH}[./]{MONTH}[./](?:{YEAR}|\d\d)\.?"
SHORT = rf"{OF_MONTH}(?:\.(?:{MONTH}\.?)?)?"
CLOCK = r"(?:[01]?\d|2[0-4])[:.][0-5]\d"
HOUR = r"(?:[01]\d|2[0-4])[0-5]\d"
TENTHS = r"\d{1,3}[.,]\d{1,3}"
DEGREES = r"(?:[NSEW]\s?)?(?:1[0-7]\d|\d{1,2})\.\d{3,8}(?:\s?°)?(?:\s?[NSEW])?"
KM = "(?:km|KM|км|КМ)"
MONEY = "(?:EUR|USD|BYN|RUB|PLN|UAH|GBP|CHF|SEK|[€$£₽])"
SUM = r"(?:[1-9]\d{0,2}(?:\s\d{3}){1,3}|\d{1,7})(?:[.,]\d\d?)?"
# Not that of a telephone of Latvia, which is written in the same way.
LARGE = r"(?!(?!\d\d\s\d{3}\s000)[26]\d\s\d{3}\s\d{3}(?!\d))[1-9]\d{0,2}(?:\s\d{3}){1,2}"
# Days, times, years, sums, places on the border, references such as 2019/1896 and 604/2013, and the
# portal's own numbers hold many digits.
HARMLESS = re.compile(
    rf"""
    (?<![\w-])(?<!\d[./])(?:
        (?:{DAY}\s?/\s?|(?:{DAY}|{SHORT}){DASH})?{DAY}
      | {YEAR}-\d\d-\d\d(?:/{YEAR}-\d\d-\d\d)?
      | {CLOCK}{DASH}{CLOCK}
      | {CLOCK}(?:[,;]?\s{CLOCK})+
      | {HOUR}{DASH}{HOUR}
      | {YEAR}(?:\s?[-–—/]\s?{YEAR})+
      | {YEAR}/\d{{1,5}}
      | \d{{1,4}}/{YEAR}
      | [A-Z]{{2}}(?:-[A-Z]+)*-{YEAR}-\d{{5}}
      | {KM}\.?\s?{TENTHS}{DASH}{TENTHS}
      | {TENTHS}{DASH}{TENTHS}\s?{KM}
      | {DEGREES}(?:\s?[,;/]?\s?{DEGREES})?
      | {MONEY}\s?{SUM}(?:{DASH}{SUM})?
      | {SUM}(?:{DASH}{SUM})?\s?{MONEY}
      | (?<![+\d])(?<![\d)]\s){LARGE}(?:{DASH}{LARGE})?(?!\s?\d)
    )(?![\w-])(?![./]\d)
    """,
    re.VERBOSE,
)
SHAPES = (
    # An e-mail address, also one whose sign was written out.
    re.compile(r"[^\s@<>(),;:]+\s?(?:@|\(at\)|\[at\])\s?[^\s@<>(),;:]+\.\w{2,}", re.IGNORECASE),
    # An account: LV61 HABA 0551 0080 98765.
    re.compile(
        r"(?<!\w)(?=[A-Z]{2}\d\d(?:[ A-Z]*\d){6})"
        r"[A-Z]{2}\d\d(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)"
    ),
    # A phone, a personal code, a number of a document: seven digits and more, however they are set.
    re.compile(r"(?<!\d)(?<!\d[.,])\+?\(?\d(?:[ ()/.\u2010-\u2014_-]{0,2}\d){6,}(?!\d)"),
    re.compile(r"(?<!\w)\d{6}\s?[-\u2010-\u2014]\s?\d{5}(?!\d)"),
    # A passport, a card, a personal number: letters and digits in one.
    re.compile(rf"(?<!\w){LETTER}{{1,3}}\W?\d{{6,}}(?!\d)"),
    re.compile(rf"(?<!\w)\d{{6,}}{LETTER}\w*"),
    # Plates: AB-1234, ab-1234, 1234 AB-7, 7AX1234, A 123 BC 77.
    re.compile(rf"(?<![\w-]){LETTER}{{2,3}}[ -]?(?!{YEAR}(?!\d))\d{{3,5}}(?![\w-])"),
    re.compile(rf"(?<![\w-]){LETTER}{{2}}-(?!{YEAR})\d{{4}}(?![\w-])", re.IGNORECASE),
    re.compile(rf"(?<![\w-])\d{{4}} ?{LETTER}{{2}} ?-? ?\d(?![\w-])"),
    re.compile(rf"(?<![\w-])\d{LETTER}{{2,3}}[ -]?(?!{YEAR})\d{{4}}(?![\w-])"),
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
