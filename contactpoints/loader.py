"""Loads units, contact points, desks and escalation policies from `reference/*.yaml`."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from django.utils.timezone import now

from bordercoop.reference.models import Place

from .actions import grant_roles
from .models import ContactPoint, Desk, EscalationStep, Unit, forget_units

FILES = Path(__file__).parent / "reference"


def _read(name: str) -> dict[str, Any]:
    loaded = yaml.safe_load((FILES / name).read_text(encoding="utf-8"))
    return dict(loaded)


def _names(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{f"name_{language}": row[language] for language in ("en", "lv", "be", "ru")},
        "verified": bool(row["verified"]),
        "source": row["source"],
        "retired_at": None,
    }


def _put(model: Any, key: str, code: str, values: Mapping[str, Any]) -> tuple[Any, bool]:
    """The row with this natural key, made or changed to `values`; and whether anything changed."""
    found = model.objects.filter(**{key: code}).first()
    if found is None:
        return model.objects.create(**{key: code}, **values), True
    different = [name for name, value in values.items() if getattr(found, name) != value]
    for name in different:
        setattr(found, name, values[name])
    if different:
        found.save(update_fields=different)
    return found, bool(different)


def _retire(model: Any, kept: Iterable[str]) -> int:
    gone = model.objects.exclude(code__in=list(kept)).filter(retired_at=None)
    return int(gone.update(retired_at=now()))


def load() -> str:
    """Bring the tables to what the files say, by natural keys; retires what left them.

    Running it twice changes nothing. Returns a summary for the command line. Raises KeyError with
    the missing key when a record is not whole.
    """
    changed, units = 0, {}
    for order, row in enumerate(_read("units.yaml")["units"]):
        parent = units[row["parent"]] if row.get("parent") else None
        place = Place.objects.get(code=row["place"]) if row.get("place") else None
        units[row["code"]], new = _put(
            Unit,
            "code",
            row["code"],
            {
                **_names(row),
                "side": row["side"],
                "parent": parent,
                "kind": Unit.Kind(row["kind"]).value,
                "path": f"{parent.path if parent else ''}{row['code']}/",
                "place": place,
                "order": order,
            },
        )
        changed += new
    file = _read("contact_points.yaml")
    points = {}
    for order, row in enumerate(file["points"]):
        values = {**_names(row), "kind": row["kind"], "border": row["border"], "order": order}
        points[row["code"]], new = _put(ContactPoint, "code", row["code"], values)
        changed += new
    policy = _read("escalation.yaml")
    for row in file["desks"]:
        unit = units[row["unit"]]
        values = {
            "point": points[row["point"]],
            "place": Place.objects.get(code=row["place"]) if row.get("place") else None,
            "languages": list(row["languages"]),
            "hours": row["hours"],
            "email": row["email"],
            "phone": row["phone"],
        }
        desk, new = _put(Desk, "unit", unit, values)
        changed += new + _steps(desk, policy["desks"].get(unit.code, policy["steps"]))
    retired = _retire(Unit, units) + _retire(ContactPoint, points)
    forget_units()
    groups = grant_roles()
    return (
        f"{len(units)} units, {len(points)} contact points, {len(file['desks'])} desks: "
        f"{changed} changed, {retired} retired; {groups} role groups"
    )


def _steps(desk: Desk, steps: list[dict[str, Any]]) -> bool:
    """A desk gets the policy of the file when it has none; one that was set in the portal stays."""
    if desk.steps.exists():
        return False
    EscalationStep.objects.bulk_create(
        EscalationStep(
            desk=desk,
            order=order,
            who=EscalationStep.Who(step["who"]),
            channels=step["channels"],
            wait=step["wait"],
        )
        for order, step in enumerate(steps)
    )
    return True
