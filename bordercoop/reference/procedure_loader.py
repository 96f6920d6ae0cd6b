"""Loads the first version of each procedure from `data/guidelines/` and `data/sops/`, into
consultation.

What came with the portal nobody has approved: both sides read, comment and approve it as any other
version. From the first change, comment or approval in the portal on, a load leaves it alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.timezone import now

from bordercoop.errors import Invalid

from .loader import DATA, Malformed, Settled, read_file
from .models import LANGUAGES, Procedure, ProcedureRevision, ProcedureVersion, digest_of
from .procedure_texts import STEP_TEXTS, cleaned

# What the report calls them, and where they lie.
FOLDERS = {"guidelines": DATA / "guidelines", "SOPs": DATA / "sops"}


def load(folders: Mapping[str, Path] = FOLDERS) -> str:
    """Bring the procedures that nobody has touched to what the files say; a line for each folder,
    in the order of its files' names. Raises Malformed."""
    return "\n".join(_load(what, folder) for what, folder in folders.items())


def _load(what: str, folder: Path) -> str:
    settled = Settled(what)
    for order, path in enumerate(sorted(folder.glob("*.yaml")), start=1):
        _settle(path, order, settled)
    return str(settled)


def _settle(path: Path, order: int, settled: Settled) -> None:
    said = read_file(path)
    code, content = said.get("code"), content_of(path, said)
    if not isinstance(code, str):
        raise Malformed(f"{path.name} does not say its code.")
    kind, source = said.get("kind", "guideline"), " ".join(str(said.get("source", "")).split())
    level = said.get("level", "")
    if kind not in Procedure.Kind.values or level not in Procedure.Level.values:
        raise Malformed(f"{path.name}: kind or level cannot be used.")
    if not 0 < len(source) <= 500:
        raise Malformed(f"{path.name}: source cannot be used.")
    procedure, new = Procedure.objects.get_or_create(
        code=code, defaults={"kind": kind, "order": order, "level": level}
    )
    first = procedure.versions.select_for_update(no_key=True).filter(number=1).first()
    digest = digest_of(content)
    if new or first is None:
        first = ProcedureVersion.objects.create(
            procedure=procedure,
            number=1,
            state="consultation",
            content=content,
            sha256=digest,
            source=source,
            shown_at=now(),
        )
        settled.added += 1
    elif first.sha256 == digest:
        settled.unchanged += 1
        return
    elif _touched(first):
        settled.left.append(code)
        return
    else:
        first.content, first.sha256, first.source = content, digest, source
        first.revision += 1
        first.save(update_fields=["content", "sha256", "source", "revision"])
        settled.changed += 1
    ProcedureRevision.objects.create(
        version=first, number=first.revision, content=content, sha256=digest
    )


def _touched(version: ProcedureVersion) -> bool:
    """Whether anybody has done anything with it."""
    return (
        version.state != "consultation"
        or version.effective_on is not None
        or version.by_id is not None
        or version.revisions.filter(by__isnull=False).exists()
        or version.comments.exists()
        or version.approvals.exists()
    )


def content_of(path: Path, said: dict[str, Any]) -> dict[str, Any]:
    """The content that a file holds, whole in four languages. Raises Malformed."""
    try:
        content = cleaned(said.get("content"))
    except Invalid as wrong:
        where = next(iter(wrong.fields), "")
        raise Malformed(f"{path.name}: {where}: {wrong}") from wrong
    for step in content["steps"]:
        for name in STEP_TEXTS:
            written = step.get(name, {})
            missing = set(LANGUAGES) - set(written)
            if missing and (written or name == "title"):
                raise Malformed(
                    f"{path.name}: step {step['code']}: {name} lacks {', '.join(sorted(missing))}."
                )
    return content
