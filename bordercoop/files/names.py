"""The name of a file, as it may be kept, shown and given to another machine."""

import unicodedata
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from bordercoop.errors import Invalid

LONGEST = 120
# Windows opens a device under these names, whatever the ending.
DEVICES = {"con", "prn", "aux", "nul", "conin$", "conout$"} | {
    f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"
}
FORBIDDEN = str.maketrans(dict.fromkeys('<>:"|?*', "_"))
# An ending that says what a program would do with the file, hidden before the last one.
ENDINGS = frozenset({
    "pdf", "jpg", "jpeg", "png", "tif", "tiff", "mp4", "docx", "xlsx", "odt", "txt", "csv",
    "doc", "xls", "xlsm", "docm", "ppt", "pptx", "rtf", "zip", "rar", "7z", "gz", "tar", "svg",
    "gif", "bmp", "heic", "mov", "avi", "htm", "html", "xhtml", "xml", "js", "jse", "vbs",
    "vbe", "wsf", "wsh", "hta", "exe", "com", "scr", "bat", "cmd", "ps1", "psm1", "msi", "dll",
    "jar", "lnk", "url", "iso", "img", "reg", "cpl", "pif", "sh", "py", "php", "apk", "app",
})  # fmt: skip


def refused(sentence: str, code: str = "bad_name") -> Invalid:
    return Invalid(sentence, code=code, fields={"file": [sentence]})


def clean_name(raw: str) -> str:
    """The name to keep: NFC, at most 120 characters, usable on any system, with its ending.

    Raises Invalid for a path, an invisible or control character, a device's name, a second ending
    that hides the first, and a name without ending.
    """
    name = unicodedata.normalize("NFC", raw).strip()
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for letter in name):
        raise refused(
            _("The name of the file has an invisible character. Rename the file and add it again.")
        )
    if "/" in name or "\\" in name or name.strip(". ") == "":
        raise refused(_("The name of the file is a path. Give the name alone, without folders."))
    name = name.translate(FORBIDDEN).rstrip(". ").lstrip(".")
    stem, _dot, ending = name.rpartition(".")
    if not stem.strip() or not ending.isascii() or not ending.isalnum():
        raise refused(
            _("The file has no ending such as .jpg or .pdf. Rename the file and add it again.")
        )
    if name.split(".")[0].strip().lower() in DEVICES:
        raise refused(
            _("%(name)s is the name of a device on many computers. Rename the file and try again.")
            % {"name": name}
        )
    inner = [part.strip().lower() for part in PurePosixPath(stem).name.split(".")[1:]]
    if hidden := next((part for part in inner if part in ENDINGS), ""):
        raise refused(
            _(
                "The file has two endings, .%(first)s and .%(last)s, as files in disguise have. "
                "Rename the file and add it again."
            )
            % {"first": hidden, "last": ending.lower()}
        )
    return f"{stem[: LONGEST - len(ending) - 1].rstrip()}.{ending.lower()}"
