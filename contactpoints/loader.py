"""Loads units, contact points, desks and escalation policies from `reference/*.yaml`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bordercoop.reference.loader import Malformed, Settling, read_file, read_records
from bordercoop.reference.models import Place

from .actions import grant_roles
from .actions.displays import end_lost_displays
from .models import ContactPoint, Desk, EscalationPolicy, Unit, forget_units

FILES = Path(__file__).parent / "reference"
NAMES = ("en", "lv", "be", "ru")


def load() -> str:
    """Bring the tables to what the files say, by natural keys; retires what left them.

    Running it twice changes nothing, and what an administrator set stays: a unit changed in the
    portal, a desk's address, phone and policy, and its hours and languages once they were changed
    there. Returns a summary for the command line. Raises Malformed with a sentence that
    names the file and the record.
    """
    units, about_units = _units()
    points, about_points = _points()
    desks = _desks(units, points)
    forget_units()
    groups = grant_roles()
    end_lost_displays()
    return f"{about_units}\n{about_points}\ndesks: {desks}\nrole groups: {groups}"


def _names(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{f"name_{language}": row[language] for language in NAMES},
        "verified": row["verified"],
        "source": row["source"],
    }


def _place(code: str | None, where: str) -> Place | None:
    if not code:
        return None
    try:
        return Place.objects.get(code=code)
    except Place.DoesNotExist as missing:
        raise Malformed(f"{where} names the place {code}, which no file has.") from missing


def _units() -> tuple[dict[str, Unit], str]:
    rows = read_records(
        FILES / "units.yaml",
        "units",
        required=("code", "side", "kind", *NAMES, "verified", "source"),
        optional=("parent", "place"),
    )
    settling = Settling("units", Unit.objects.all(), lambda unit: unit.code)
    units: dict[str, Unit] = {}
    for order, row in enumerate(rows):
        code, above = row["code"], row.get("parent")
        where = f"units.yaml: record {code}"
        if above and above not in units:
            raise Malformed(f"{where} stands before its parent {above}, or has none.")
        parent = units[above] if above else None
        units[code] = settling.put(
            code,
            Unit(code=code),
            where,
            {
                **_names(row),
                "side": row["side"],
                "parent": parent,
                "kind": row["kind"],
                "path": f"{parent.path if parent else ''}{code}/",
                "place": _place(row.get("place"), where),
                "order": order,
            },
        )
    settled = settling.retire_others()
    _straighten()
    return units, str(settled)


def _straighten() -> None:
    """Paths follow parents, also where only one of two units was moved in the portal."""
    below: dict[int | None, list[Unit]] = {}
    for unit in Unit.objects.all():
        below.setdefault(unit.parent_id, []).append(unit)
    waiting = [(unit, "") for unit in below.get(None, [])]
    while waiting:
        unit, above = waiting.pop()
        path = f"{above}{unit.code}/"
        if unit.path != path:
            unit.path = path
            unit.save(update_fields=["path"])
        waiting += [(child, path) for child in below.get(unit.pk, [])]


def _points() -> tuple[dict[str, ContactPoint], str]:
    rows = read_records(
        FILES / "contact_points.yaml",
        "points",
        required=("code", "kind", "border", *NAMES, "about", "verified", "source"),
    )
    for row in rows:
        if set(row["about"]) != set(NAMES):
            raise Malformed(
                f"contact_points.yaml: record {row['code']} is not described in {', '.join(NAMES)}."
            )
    settling = Settling("contact points", ContactPoint.objects.all(), lambda point: point.code)
    points = {
        row["code"]: settling.put(
            row["code"],
            ContactPoint(code=row["code"]),
            f"contact_points.yaml: record {row['code']}",
            {
                **_names(row),
                **{f"about_{language}": row["about"][language].strip() for language in NAMES},
                "kind": row["kind"],
                "border": row["border"],
                "order": order,
            },
        )
        for order, row in enumerate(rows)
    }
    return points, str(settling.retire_others())


def _desks(units: Mapping[str, Unit], points: Mapping[str, ContactPoint]) -> int:
    rows = read_records(
        FILES / "contact_points.yaml",
        "desks",
        required=("unit", "point", "languages", "hours", "email", "phone", "verified", "source"),
        optional=("place", "demo"),
    )
    policy = read_file(FILES / "escalation.yaml")
    for row in rows:
        where = f"contact_points.yaml: desk {row['unit']}"
        if row["unit"] not in units or row["point"] not in points:
            raise Malformed(f"{where} names a unit or a point that no file has.")
        unit = units[row["unit"]]
        fixed = {
            "point": points[row["point"]],
            "place": _place(row.get("place"), where),
            "languages": list(row["languages"]),
            "hours": row["hours"],
        }
        known = Desk.objects.filter(unit=unit).first()
        if known is not None and known.edited_at is not None:
            fixed.pop("languages")
            fixed.pop("hours")
        desk, _ = Desk.objects.update_or_create(
            unit=unit,
            defaults=fixed,
            create_defaults={**fixed, "email": row["email"], "phone": row["phone"]},
        )
        if not desk.policies.exists():
            EscalationPolicy.objects.create(
                desk=desk,
                number=1,
                steps=policy["desks"].get(unit.code, policy["steps"]),
                note_within=policy["note_within"],
            )
    return len(rows)
