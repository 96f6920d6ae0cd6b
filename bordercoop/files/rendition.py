"""A picture without what it says beside itself: place, owner, device, preview.

The pixels are written anew, turned as the camera meant them; EXIF, GPS, XMP, IPTC, colour profile,
comments, previews and whatever was appended stay behind. One at a time, within bounded memory.
"""

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from PIL import Image, ImageOps

from .kinds import Kind, damaged
from .store import PIECE

# Decoded, three bytes each, and twice: 144 MB.
MOST_PIXELS = 24_000_000
_making = threading.Lock()


@contextmanager
def rendition(file: IO[bytes], kind: Kind) -> Iterator[IO[bytes] | None]:
    """The picture in `file` without metadata, to read; None when there can be none.

    None for what is no picture, for more than one page, and for a picture above 24 megapixels that
    cannot be made smaller while it is read (a JPEG that is not progressive can). Raises Invalid for
    a picture that cannot be decoded.
    """
    if not kind.picture:
        yield None
        return
    with _making, tempfile.TemporaryFile() as made:
        if not _write(file, kind, made):
            yield None
            return
        made.seek(0)
        yield made


def _write(file: IO[bytes], kind: Kind, made: IO[bytes]) -> bool:
    file.seek(0)
    try:
        with Image.open(file, formats=[kind.code.upper()]) as image:
            if getattr(image, "n_frames", 1) > 1:
                return False
            if image.width * image.height > MOST_PIXELS:
                if kind.code != "jpeg" or image.info.get("progressive"):
                    return False
                half = (image.width // 2, image.height // 2)
                image.draft(None, half)
                if image.width * image.height > MOST_PIXELS * 1.1:
                    return False
            image.load()
            # A copy, no longer of the class that keeps the tags of its file.
            plain = ImageOps.exif_transpose(image)
            plain.info = {key: plain.info[key] for key in ("transparency",) if key in plain.info}
            how: dict[str, dict[str, Any]] = {
                "jpeg": {"quality": 92},
                "tiff": {"compression": "tiff_deflate"},
            }
            plain.save(made, kind.code.upper(), **how.get(kind.code, {}))
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise damaged() from error
    return True


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """What is left of a file, in pieces."""
    while piece := file.read(PIECE):
        yield piece
