"""Which files of the store rows still name: what no row names is swept from the disk.

Whatever keeps bytes under their sum has a line here, or the daily sweep removes them.
"""

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string

from .importing.keeping import rows_still_needed
from .models import Attachment, EntryFile, RequestFile, SignPhoto


def _rows() -> list[QuerySet]:  # type: ignore[type-arg]
    """Rows with `sha256` and `rendition_sha256` whose bytes are kept."""
    return [
        Attachment.objects.filter(purge=None),
        EntryFile.objects.all(),
        RequestFile.objects.filter(purge=None),
        *(import_string(name)() for name in settings.FILE_KEEPERS),
    ]


def _photos() -> QuerySet:  # type: ignore[type-arg]
    """Photos of border signs: there is no original of them, so one sum."""
    return SignPhoto.objects.all()


def named_sums() -> set[str]:
    """Every sum that is named."""
    named = rows_still_needed()
    for rows in _rows():
        for pair in rows.values_list("sha256", "rendition_sha256").iterator():
            named.update(pair)
    named.update(_photos().values_list("sha256", flat=True))
    return named


def is_named(sha256: str) -> bool:
    """Whether something still names this sum."""
    either = Q(sha256=sha256) | Q(rendition_sha256=sha256)
    return (
        any(rows.filter(either).exists() for rows in _rows())
        or _photos().filter(sha256=sha256).exists()
        or sha256 in rows_still_needed()
    )
