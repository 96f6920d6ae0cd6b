"""Taking in what a door received: looked at, stored, and for a picture a copy without metadata."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings

from . import store
from .kinds import kind_of
from .names import clean_name
from .rendition import pieces, rendition


class Upload(Protocol):
    """What a door received: Django's UploadedFile, or anything that gives its bytes in pieces."""

    name: str | None
    size: int | None

    def chunks(self) -> Iterator[bytes]: ...


@dataclass(frozen=True)
class Taken:
    """A file in the store. Sums are SHA-256 in hexadecimal; the rendition is "" where none is."""

    name: str
    kind: str
    size: int
    sha256: str
    rendition_sha256: str
    rendition_size: int | None

    @property
    def picture(self) -> bool:
        return self.rendition_sha256 != ""


def take_in(upload: Upload) -> Taken:
    """Store the file under its sum. The caller names it in a row, or the daily sweep removes it.

    Raises Invalid for what is not taken (see kinds), Refused (413) for what is too large.
    """
    name = clean_name(upload.name or "")
    if (upload.size or 0) > settings.FILE_MOST_BYTES:
        raise store.too_large()
    with store.arriving(upload.chunks()) as (file, stored):
        kind, _pixels = kind_of(file, name)  # type: ignore[arg-type]
        sha256, size = "", None
        with rendition(file, kind) as plain:
            if plain is not None:
                with store.arriving(pieces(plain)) as (copy, copied):
                    store.keep(copy, copied)
                sha256, size = copied.sha256, copied.size
        store.keep(file, stored)
    return Taken(name, kind.code, stored.size, stored.sha256, sha256, size)
