"""One spelling for search: accents, capitals and the alphabet do not matter. Pure functions."""

import unicodedata

# Loose on purpose: both what is searched and what is found go through the same sieve, so that
# Žagata, Zhagata and Жагата meet. Letters with a mark above have lost it before this table.
LATIN = str.maketrans(
    {
        **dict(zip("абвгдеёжзийклмнопрстуфцчшщыэ", "abvgdeezziiklmnoprstufccssie", strict=True)),
        **{"і": "i", "ў": "u", "х": "h", "ю": "iu", "я": "ia", "є": "e", "ґ": "g"},
        **dict.fromkeys("ьъ'’ʼ`", ""),
    }
)
PAIRS = (("shch", "s"), ("zh", "z"), ("ch", "c"), ("sh", "s"), ("kh", "h"), ("ts", "c"))
SINGLE = str.maketrans({"y": "i", "j": "i", "w": "u", "v": "u", "x": "h"})


def fold(text: str) -> str:
    """`text` in plain small Latin letters: Daugavpils, Даўгаўпілс and DAUGAVPILS are one word."""
    plain = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = plain.translate(LATIN)
    for pair, letter in PAIRS:
        plain = plain.replace(pair, letter)
    return " ".join(plain.translate(SINGLE).split())


def found(query: str, texts: list[str]) -> bool:
    """Whether every word of `query` is in one of the texts, in any order and spelling."""
    hay = " | ".join(fold(text) for text in texts if text)
    return all(word in hay for word in fold(query).split())
