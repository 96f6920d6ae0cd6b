"""Hostile files are refused in a fresh process that stays small while it does so."""

import json
import subprocess
import sys

SCRIPT = """
import io, json, os, resource, struct, sys, zipfile
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bordercoop.settings")
import django
django.setup()
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.test import RequestFactory
from bordercoop.errors import Refused
from bordercoop.files import store
from bordercoop.files.kinds import kind_of
from bordercoop.files.rendition import rendition
from tests import made_files as made

settings.MEDIA_ROOT = sys.argv[1]

def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", made.TYPES)
        with packed.open("word/document.xml", "w", force_zip64=True) as part:
            for _ in range(1500):
                part.write(bytes(1024 * 1024))
    return out.getvalue()

def many():
    # 300,000 entries in the directory of an archive: each would be an object.
    entry = struct.pack("<4s6H3I5H2I", b"PK\\1\\2", 20, 20, *[0] * 7, 1, *[0] * 6)
    directory = (entry + b"x") * 300_000
    end = struct.pack("<4s4H2IH", b"PK\\5\\6", 0, 0, 1, 1, len(directory), 31, 0)
    return b"PK\\3\\4" + b"\\x14\\0\\6\\0" + bytes(23) + directory + end

files = [("bomb", bomb(), "a.docx"), ("many", many(), "a.docx"),
         ("pixels", made.claimed_png(40_000, 40_000), "a.png")]

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

found = {"before": peak()}

def endless():
    while True:
        yield bytes(64 * 1024)

def refused(name, what):
    try:
        what()
    except Refused as no:
        found[name] = no.code
    except RequestDataTooBig:
        found[name] = "too_large"

for name, content, called in files:
    refused(name, lambda: kind_of(io.BytesIO(content), called))

def arrive():
    with store.arriving(endless()):
        pass

refused("endless", arrive)

class Nothing(io.RawIOBase):
    def read(self, size=-1):
        raise AssertionError("not a byte of it is read")

def claim():
    request = RequestFactory().post("/", content_type="multipart/form-data; boundary=x", data=b"x")
    request.META["CONTENT_LENGTH"] = str(1024 ** 3)
    request._stream = Nothing()
    request.POST

refused("claimed", claim)
found["growth"] = peak() - found["before"]
found["left"] = [name for _p, _d, names in os.walk(sys.argv[1]) for name in names]
print(json.dumps(found))
"""


def test_bombs_giants_and_endless_uploads_are_refused_within_200_megabytes(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["bomb"] == "bomb"
    assert found["many"] == "bomb"
    assert found["pixels"] == "too_many_pixels"
    assert found["endless"] == "too_large"
    assert found["claimed"] == "too_large"
    assert found["growth"] < 200, found
    assert found["left"] == []
