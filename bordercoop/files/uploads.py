"""Uploads on their way in: to the disk at once, and no further than the limit."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler

# Besides one file at its limit: the other fields and the marks between them.
AROUND = 1024 * 1024


class BoundedUpload(TemporaryFileUploadHandler):
    """The only upload handler of the portal, for every page and call, signed in or not.

    A request that claims more than one file at its limit is refused (413) before a byte of it is
    read. A file goes to the disk in pieces; past the limit nothing more of it is written, and its
    size says so to whoever looks at it. Files past `MOST_FILES` of one request are left out.
    """

    MOST_FILES = 10

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        self.files = 0
        if content_length > settings.FILE_MOST_BYTES + AROUND:
            raise RequestDataTooBig("The upload claims more than a file may have.")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self.files += 1
        if self.files > self.MOST_FILES:
            raise SkipFile
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) <= settings.FILE_MOST_BYTES + AROUND:
            super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> Any:
        """The finished file. Not ours any more: one that is left out later would close it."""
        file = super().file_complete(file_size)
        del self.file
        return file
