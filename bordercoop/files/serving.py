"""How a file leaves: as something to save, never as something that the browser shows or runs."""

from collections.abc import Iterator
from typing import BinaryIO, TypeVar

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

POLICY = "default-src 'none'; sandbox"
R = TypeVar("R", bound=HttpResponseBase)


def as_attachment(file: BinaryIO, name: str, mime: str) -> FileResponse:
    """The open file as an answer, streamed and closed at its end. `name` may be in any alphabet."""
    response = FileResponse(file, content_type=mime)
    return _guarded(response, name)


def as_stream(pieces: Iterator[bytes], name: str, mime: str) -> StreamingHttpResponse:
    """The same for what is made while it goes out."""
    response = StreamingHttpResponse(pieces, content_type=mime)
    return _guarded(response, name)


def _guarded(response: R, name: str) -> R:
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store, private"
    return response
