"""What may be tied to a public event: resolved by rooms that settings.EVENT_ROOMS names.

A room of a kind is two functions: (refs, reader) -> {ref: (title, address, standing)} with what the
reader reads of it, where `standing` says in a few words how it is with it now; and (reader) ->
[(ref, title)] of what may be tied, the newest first.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from .models import Risk, RiskReport, TiedKind

Resolved = tuple[str, str, str]
OFFERED = 60


def tied_things(kind: str, refs: Iterable[str], reader: Any) -> dict[str, Resolved]:
    """Those of a kind that `reader` reads."""
    room = settings.EVENT_ROOMS.get(kind)
    wanted = [ref for ref in refs if ref and "\0" not in ref]
    if room is None or not wanted:
        return {}
    found: dict[str, Resolved] = import_string(room[0])(wanted, reader)
    return found


def rooms_of(kind: str, reader: Any) -> list[tuple[str, str]]:
    """(ref, title) of what of a kind an officer may tie."""
    found: list[tuple[str, str]] = import_string(settings.EVENT_ROOMS[kind][1])(reader)
    return found[:OFFERED]


def offered_to(reader: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    """(kind, [("kind:ref", title)]) of what an officer may tie, kinds without anything left out."""
    found = []
    for kind in TiedKind:
        if rows := rooms_of(kind, reader):
            said = [(f"{kind}:{ref}", title) for ref, title in rows]
            found.append((str(kind.label), said))
    return found


def uids(refs: Iterable[str]) -> list[uuid.UUID]:
    """Those of the refs that are public ids."""
    found = []
    for ref in refs:
        try:
            found.append(uuid.UUID(ref))
        except ValueError:
            continue
    return found


def risks(refs: Iterable[str], reader: Any) -> dict[str, Resolved]:
    rows = Risk.objects.visible_to(reader).filter(uid__in=uids(refs))
    return {
        str(one.uid): (
            f"{one.code} {one.name}", reverse("risk_page", args=[one.uid]),
            one.get_state_display(),
        )
        for one in rows
    }  # fmt: skip


def risks_offered(reader: Any) -> list[tuple[str, str]]:
    rows = Risk.objects.visible_to(reader).exclude(state="closed").order_by("-pk")
    return [(str(one.uid), f"{one.code} {one.name}") for one in rows[:OFFERED]]


def _titled(report: RiskReport) -> str:
    return f"{report.number} {report.title}" if report.number else report.title


def reports(refs: Iterable[str], reader: Any) -> dict[str, Resolved]:
    rows = RiskReport.objects.visible_to(reader).filter(uid__in=uids(refs))
    return {
        str(one.uid): (
            _titled(one), reverse("report", args=[one.uid]),
            one.get_state_display(),
        )
        for one in rows
    }  # fmt: skip


def reports_offered(reader: Any) -> list[tuple[str, str]]:
    rows = RiskReport.objects.visible_to(reader).exclude(state="cancelled").order_by("-pk")
    return [(str(one.uid), _titled(one)) for one in rows[:OFFERED]]
