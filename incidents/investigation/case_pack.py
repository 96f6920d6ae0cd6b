"""The export pack of a joint investigation, which anybody verifies without the portal."""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bordercoop.files import store
from bordercoop.files.kinds import BY_CODE

from ..content import utc_text
from ..models import Act, CaseEntry, EntryCustody, EntryFile, EntryVersion, Investigation
from ..models.files import GIVEN
from ..pack import Outlet, entry_at
from .custody import as_cited, said_by

# Ten lines of plain Python, so that whoever is handed a pack can read what they run: the manifest,
# the signed sum, the chains of custody, the evidence in them, and all that the act cites.
VERIFY = """\
import hashlib, json, os, pathlib, sys; os.chdir(pathlib.Path(__file__).resolve().parent)
sha, load = lambda data: hashlib.sha256(data).hexdigest(), lambda name: json.loads(pathlib.Path(name).read_bytes())
have = {path.as_posix(): sha(path.read_bytes()) for path in pathlib.Path(".").rglob("*") if path.is_file()}
named = {line[66:]: line[:64] for line in pathlib.Path("manifest.sha256").read_text("utf-8").splitlines()}
if wrong := [name for name in {**have, **named} if (name in named or "/" in name) and have.get(name) != named.get(name)]: sys.exit("WRONG: " + ", ".join(wrong))
signed, log, last = [each for each in load("signatures.json") if not each["voided_at"]], [json.loads(line) for line in open("custody.jsonl", "rb")], {}
for line in log: wrong += ["custody of " + line["said"]["entry"]] * (line["previous"] != last.get(line["said"]["entry"], "") or line["digest"] != sha((line["previous"] + chr(10) + json.dumps(line["said"], sort_keys=True, ensure_ascii=False)).encode())); last[line["said"]["entry"]] = line["digest"]
wrong += ["signature of " + each["side"] for each in signed if each["sha256"] != have["act.json"]] + [name for name in have if name.startswith("evidence/") and not any(have[name] in line["said"]["sums"] for line in log)]
wrong += ["cited " + each for part in load("act.json").get("paragraphs", []) for entry in part["entries"] for each in [*entry["files"], *filter(None, [entry.get("sha256"), entry.get("custody")])] if each not in {*have.values(), *(line["digest"] for line in log), *(file["sha256"] for file in load("case.json")["left_out"])}]
sys.exit("WRONG: " + ", ".join(wrong) if wrong else print("OK: act", have["act.json"], "signed by", ", ".join(sorted(each["side"] for each in signed)) or "nobody"))
"""  # noqa: E501


@dataclass
class Parts:
    """What the officer's `side` may take along. `files` are those that may leave; `left_out`
    names the rest, which wait for the virus scan or were found infected."""

    side: str
    entries: list[CaseEntry]
    files: list[EntryFile]
    left_out: list[dict[str, Any]]
    signatures: list[dict[str, Any]]


def parts_of(case: Investigation, act: Act | None, by: Any) -> Parts:
    entries = list(
        CaseEntry.objects.filter(investigation=case)
        .readable_by(by.side)
        .order_by("number")
        .prefetch_related("versions")
    )
    rows = EntryFile.objects.filter(entry__in=entries).select_related("entry")
    found: list[EntryFile] = list(rows.order_by("entry__number", "number"))
    return Parts(
        by.side,
        entries,
        [row for row in found if row.scan in GIVEN],
        [
            {"entry": row.entry.number, "number": row.number, "sha256": row.sha256, "why": row.scan}
            for row in found
            if row.scan not in GIVEN
        ],
        [_signature(each) for each in act.signatures.order_by("pk")] if act else [],
    )


def _signature(signature: Any) -> dict[str, Any]:
    return {
        "side": signature.side,
        "name": signature.name_latin,
        "name_local": signature.name_local,
        "sha256": signature.sha256,
        "version": signature.revision,
        "at": utc_text(signature.at),
        "voided_at": utc_text(signature.voided_at) if signature.voided_at else None,
        "voided_why": signature.voided_why,
    }


def _entry(entry: CaseEntry, files: list[EntryFile], side: str) -> dict[str, Any]:
    return {
        "uid": str(entry.uid),
        "number": entry.number,
        "side": entry.side,
        "kind": entry.kind,
        "version": entry.version,
        "exchanged_at": utc_text(entry.exchanged_at) if entry.exchanged_at else None,
        "withdrawn_at": utc_text(entry.withdrawn_at) if entry.withdrawn_at else None,
        "withdrawn_reason": entry.withdrawn_reason,
        "versions": [version_path(entry, version) for version in _versions(entry, side)],
        "files": [
            {"number": row.number, "path": path_of(row), "size": row.size, "sha256": row.sha256}
            for row in files
        ],
    }


def _versions(entry: CaseEntry, side: str) -> list[EntryVersion]:
    first = 1 if entry.side == side else entry.exchanged_version or 1
    return [version for version in entry.versions.all() if version.number >= first]


def version_path(entry: CaseEntry, version: EntryVersion) -> str:
    return f"versions/{entry.number:03d}-{version.number:02d}.json"


def path_of(row: EntryFile) -> str:
    """ASCII, so that every system unpacks it to the name that the manifest says. What the file was
    called stands in the entry."""
    ending = BY_CODE[row.kind].endings[0] if row.kind in BY_CODE else "bin"
    return f"evidence/{row.entry.number:03d}-{row.number:02d}.{ending}"


def custody_lines(entries: list[CaseEntry]) -> Iterator[str]:
    """The whole log, each line as JSON with the digest before it and its own."""
    rows = EntryCustody.objects.filter(entry__in=entries).select_related("entry")
    for line in rows.order_by("entry__number", "number").iterator(chunk_size=500):
        said = {"said": said_by(line), "previous": line.previous, "digest": line.digest}
        yield json.dumps(said, sort_keys=True, ensure_ascii=False) + "\n"


def written(
    case: Investigation, act: Act | None, printed: bytes | None, parts: Parts, *, at: datetime
) -> Iterator[bytes]:
    """The zip in pieces. `manifest.sha256` is what `sha256sum -c` reads, and names every part but
    itself; `act.json` is exactly what was signed, so its sum is the signed one."""
    outlet, sums = Outlet(), []
    by_entry: dict[int, list[EntryFile]] = {}
    for row in parts.files:
        by_entry.setdefault(row.entry_id, []).append(row)
    texts: dict[str, bytes] = {"act.json": act.said.encode() if act else b"{}"}
    if printed is not None:
        texts["act.pdf"] = printed
    texts["signatures.json"] = _json(parts.signatures)
    texts["case.json"] = _json(
        {
            "number": case.number,
            "state": case.state,
            "title": case.title,
            "guideline": str(case.guideline) if case.guideline_id else "",
            "made_at": utc_text(at),
            "left_out": parts.left_out,
        }
    )
    texts["verify.py"] = VERIFY.encode()
    with zipfile.ZipFile(outlet, "w") as packed:  # type: ignore[arg-type]
        for path, content in texts.items():
            packed.writestr(entry_at(path, at), content)
            sums.append(f"{hashlib.sha256(content).hexdigest()}  {path}")
            yield outlet.fetched()
        for entry in parts.entries:
            path = f"entries/{entry.number:03d}.json"
            content = _json(_entry(entry, by_entry.get(entry.pk, []), parts.side))
            packed.writestr(entry_at(path, at), content)
            sums.append(f"{hashlib.sha256(content).hexdigest()}  {path}")
            for version in _versions(entry, parts.side):
                content, path = as_cited(version), version_path(entry, version)
                packed.writestr(entry_at(path, at), content)
                sums.append(f"{hashlib.sha256(content).hexdigest()}  {path}")
            yield outlet.fetched()
        for path, pieces in (
            ("custody.jsonl", (line.encode() for line in custody_lines(parts.entries))),
            *((path_of(row), _bytes(row)) for row in parts.files),
        ):
            summed = hashlib.sha256()
            with packed.open(entry_at(path, at), "w") as part:
                for piece in pieces:
                    summed.update(piece)
                    part.write(piece)
                    yield outlet.fetched()
            sums.append(f"{summed.hexdigest()}  {path}")
        packed.writestr(entry_at("manifest.sha256", at), "\n".join(sums).encode() + b"\n")
    yield outlet.fetched()


def _bytes(row: EntryFile) -> Iterator[bytes]:
    with store.open_stored(row.sha256) as file:
        while piece := file.read(store.PIECE):
            yield piece


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()
