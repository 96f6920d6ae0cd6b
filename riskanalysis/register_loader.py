"""Loads the first version of the scales and the worked case of a public event from `reference/`."""

from __future__ import annotations

from typing import Any

from django.utils.timezone import now

from bordercoop.errors import Invalid
from bordercoop.reference.loader import Malformed, read_file, read_records
from bordercoop.reference.models import LANGUAGES, digest_of, utc_today

from .event_set import shipped_items
from .models import EventHost, MatrixVersion, PublicEvent, side_of_city
from .scales import BANDS, SCALES, cleaned
from .section_codes import FILES, agreed_levels, section_orders


def load() -> str:
    """Bring in what nobody has in the portal yet; what is there is left alone. Raises Malformed."""
    section_orders(), agreed_levels(), shipped_items()
    kept = "0 changed, 0 retired"
    return f"scales: {_matrix()} added, {kept}\npublic events: {_events()} added, {kept}"


def _matrix() -> int:
    if MatrixVersion.objects.filter(side="", number=1).exists():
        return 0
    said = read_file(FILES / "scales.yaml")
    content = content_of(said.get("content"))
    at = now()
    MatrixVersion.objects.create(
        number=1,
        state="in_force",
        content=content,
        sha256=digest_of(content),
        source=" ".join(str(said.get("source", "")).split()),
        verified=said.get("verified") is True,
        shown_at=at,
        effective_on=utc_today(),
        in_force_at=at,
    )
    return 1


def content_of(given: Any) -> dict[str, Any]:
    """The content that the file holds: names stand beside their code there. Raises Malformed."""
    rows = given if isinstance(given, dict) else {}
    said: dict[str, Any] = {"rule": rows.get("rule")}
    for scale in (*SCALES, "domains"):
        said[scale] = [
            {"code": row.get("code"), "name": {code: row.get(code) for code in LANGUAGES}}
            for row in rows.get(scale) or []
        ]
    said["bands"] = [
        {
            "code": row.get("code"),
            "to": row.get("to"),
            "name": {code: row.get(code) for code in LANGUAGES},
            "do": row.get("do"),
        }
        for row in rows.get("bands") or []
    ]
    try:
        return cleaned(said)
    except Invalid as wrong:
        where = next(iter(wrong.fields), BANDS[0])
        raise Malformed(f"scales.yaml: {where}: {wrong}") from wrong


def _events() -> int:
    rows = read_records(
        FILES / "public_events.yaml",
        "events",
        required=("code", "starts_on", "ends_on", "phase", "hosts", "verified", "source"),
    )
    added = 0
    for row in rows:
        if PublicEvent.objects.filter(code=row["code"]).exists():
            continue
        event = PublicEvent.objects.create(
            **{
                name: row[name]
                for name in ("code", "starts_on", "ends_on", "phase", "verified", "source")
            }
        )
        for host in row["hosts"]:
            dropped = host.get("dropped_on")
            EventHost.objects.create(
                event=event,
                name=host["name"],
                side=side_of_city(host["name"]),
                dropped_on=dropped,
                note=host.get("note", ""),
                dropped_at=now() if dropped else None,
            )
        added += 1
    return added
