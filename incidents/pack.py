"""The export pack: files, custody log and sums as one zip, written while it goes out."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bordercoop.files import store

from .content import utc_text
from .files import Held
from .models import CustodyEntry, Share

COLUMNS = ("file", "at", "deed", "unit", "by", "to", "purpose", "sha256")
VERIFY = '''"""Checks the files beside this script against manifest.json: python3 verify.py"""
import hashlib, json, pathlib, sys
here, wrong = pathlib.Path(__file__).resolve().parent, 0
for entry in json.loads((here / "manifest.json").read_text("utf-8"))["parts"]:
    path = here / entry["path"]
    good = path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == entry["sha256"]
    wrong += not good
    print("ok     " if good else "WRONG  ", entry["path"])
sys.exit(f"{wrong} of the files are missing or were changed." if wrong else 0)
'''


class Outlet(io.RawIOBase):
    """Takes what the zip writes, until it is fetched."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def fetched(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def pack_of(share: Share, held: list[Held], *, at: datetime, by: Any) -> Iterator[bytes]:
    """The zip in pieces; never more than one piece of it is in memory.

    `files/` what the reader may have, `custody.csv` and `custody.json` the log as far as the
    reader knows it, `manifest.json` every part with its SHA-256, `verify.py` which checks them.
    """
    outlet, parts, left_out = Outlet(), [], []
    with zipfile.ZipFile(outlet, "w") as packed:  # type: ignore[arg-type]
        for number, one in enumerate(held, 1):
            row = one.attachment
            if not one.ready:
                left_out.append(
                    {"name": row.name, "why": "withdrawn" if row.withdrawn_at else row.scan}
                )
                continue
            path = f"files/{number:02d}-{row.name}"
            summed = hashlib.sha256()
            with (
                store.open_stored(one.sha256) as file,
                packed.open(entry_at(path, at), "w") as part,
            ):
                while piece := file.read(store.PIECE):
                    summed.update(piece)
                    part.write(piece)
                    yield outlet.fetched()
            parts.append(
                {
                    "path": path,
                    "name": row.name,
                    "size": one.size,
                    "sha256": summed.hexdigest(),
                    "original": one.original,
                    "evidence": row.evidence,
                    "added_at": utc_text(row.at),
                    "added_by_side": row.side,
                    "description": row.description,
                }
            )
        lines = [_line(one, entry) for one in held for entry in one.custody]
        texts = {"custody.csv": _csv(lines), "custody.json": _json(lines), "verify.py": VERIFY}
        for path, text in texts.items():
            content = text.encode()
            packed.writestr(entry_at(path, at), content)
            parts.append({"path": path, "sha256": hashlib.sha256(content).hexdigest()})
            yield outlet.fetched()
        manifest = {
            "incident": share.number,
            "version": share.version,
            "made_at": utc_text(at),
            "made_by": by.name_latin,
            "parts": parts,
            "left_out": left_out,
        }
        packed.writestr(entry_at("manifest.json", at), _json(manifest).encode())
    yield outlet.fetched()


def entry_at(path: str, at: datetime) -> zipfile.ZipInfo:
    """What a zip says of a part: its path, the time, and that everybody may read it."""
    info = zipfile.ZipInfo(path, at.timetuple()[:6])
    info.external_attr = 0o644 << 16
    return info


def _line(one: Held, entry: CustodyEntry) -> dict[str, str]:
    return {
        "file": one.attachment.name,
        "at": utc_text(entry.at),
        "deed": entry.deed,
        "unit": entry.unit.code,
        "by": entry.by.name_latin if entry.by else "",
        "to": entry.desk.code if entry.desk else entry.to,
        "purpose": entry.purpose,
        "sha256": entry.sha256,
    }


def _csv(lines: list[dict[str, str]]) -> str:
    """For spreadsheets: with a byte order mark, and no cell that one would run as a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for line in lines:
        cells = [line[column] for column in COLUMNS]
        writer.writerow(["'" + cell if cell[:1] in ("=", "+", "-", "@", "\t") else cell
                         for cell in cells])  # fmt: skip
    return "\ufeff" + out.getvalue()


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
