"""Hostile tables are refused, and long ones read and written, by a process that stays small."""

import json
import subprocess
import sys

SCRIPT = """
import io, json, os, resource, tempfile, zipfile
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bordercoop.settings")
import django
django.setup()
import openpyxl
from bordercoop.errors import Refused
from bordercoop.tables import writing
from bordercoop.tables.reading import copy_rows

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

def workbook(text):
    book, out, again = openpyxl.Workbook(), io.BytesIO(), tempfile.TemporaryFile()
    book.save(out)
    packed = zipfile.ZipFile(out)
    with zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in packed.infolist():
            if "sheet1.xml" not in entry.filename:
                made.writestr(entry, packed.read(entry))
        with made.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for piece in text:
                part.write(piece)
    return again

def hostile():
    yield "a.csv", tempfile.TemporaryFile(), (b"a;" * 50_000 for _ in range(200))
    yield "a.csv", tempfile.TemporaryFile(), (b'x\\n"' + b"a;\\n" * 50_000 for _ in range(100))
    yield "a.xlsx", workbook([b"<w><row>", *[b"<c/>" * 1000] * 5000, b"</row></w>"]), ()
    yield "a.xlsx", workbook([b"<w>", *[bytes(1024 * 1024)] * 400]), ()

before, refused = peak(), 0
for name, file, pieces in hostile():
    for piece in pieces:
        file.write(piece)
    file.seek(0)
    try:
        copy_rows(file, name, tempfile.TemporaryFile())
    except Refused:
        refused += 1
hostile_peak = peak()

rows = ([n, "=1+1", "Text of a row " * 5, 55.5, 27.5] for n in range(30_000))
size = sum(len(piece) for piece in writing.xlsx_pieces(("A", "B"), [], ["N"], rows))
with tempfile.TemporaryFile() as file:
    file.write(b"N;Text\\n")
    for n in range(60_000):
        file.write(b"%d;Text of a row\\n" % n)
    file.seek(0)
    read = copy_rows(file, "a.csv", tempfile.TemporaryFile()).rows
print(json.dumps([before, refused, hostile_peak, peak(), read]))
"""


def test_memory_stays_flat_whatever_a_file_holds():
    made = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=90
    )
    assert made.returncode == 0, made.stderr[-2000:]
    before, refused, hostile, after, read = json.loads(made.stdout.splitlines()[-1])
    assert refused == 4
    assert hostile - before < 200
    assert after - hostile < 20
    assert read == 60_000
