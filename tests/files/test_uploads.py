"""Several files in one request arrive whole, and no more of them than are taken."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from bordercoop.files.uploads import BoundedUpload


def test_files_past_the_limit_are_left_out_and_close_none_of_the_others():
    sent = [SimpleUploadedFile(f"{n}.txt", str(n).encode()) for n in range(13)]
    request = RequestFactory().post("/", {"file": sent})
    arrived = request.FILES.getlist("file")
    assert len(arrived) == BoundedUpload.MOST_FILES == 10
    assert [b"".join(file.chunks()) for file in arrived] == [b"%d" % n for n in range(10)]
