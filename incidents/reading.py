"""An incident as a reader sees it: its facts, and what the desks hold. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from bordercoop.reference.models import Place, places, terms
from contactpoints.models import Delivery
from contactpoints.saying import text_of

from .content import FIELDS, RELEASABLE, RELEASE_LABELS, moment_of
from .models import Incident, Release, Share
from .telling import chosen, in_one_line

LANGUAGES = {"lv": "Latviešu", "be": "Беларуская", "ru": "Русский", "en": "English"}


@dataclass
class Fact:
    """One line of a record. `kind` tells the template how to draw `value`:

    text | number | term (a Term) | place (a Place) | moment (datetime, with `precision`, `zone`) |
    position ((lat, lon)) | note (text that never leaves its side).
    """

    key: str
    label: str
    kind: str
    value: Any
    precision: str = "minute"
    zone: str = ""


def facts(fields: Mapping[str, Any], zone: str) -> list[Fact]:
    """The lines of a record in order, made from these fields and nothing else; empty ones left out.

    `zone` is the originator's, whose calendar a time known to the day or month belongs to.
    The headline and the narrative are drawn apart and are not among them.
    """
    found = []
    for key in ("happened_at", "detected_at"):
        if fields.get(key):
            precision = fields.get(key.replace("_at", "_precision")) or "minute"
            moment = moment_of(fields[key])
            found.append(Fact(key, str(FIELDS[key]), "moment", moment, precision, zone))
    place = places().get(fields.get("place") or "")
    if place:
        found.append(Fact("place", str(FIELDS["place"]), "place", place))
    if fields.get("border_sign"):
        said = fields["border_sign"]
        registered = getattr(places().get(said), "kind", "") == Place.Kind.SIGN
        kind = "sign" if registered else "text"
        found.append(Fact("border_sign", str(FIELDS["border_sign"]), kind, said))
    if fields.get("lat") is not None:
        position = (fields["lat"], fields["lon"])
        found.append(Fact("position", str(RELEASE_LABELS["position"]), "position", position))
    for key in ("people_total", "people_minors", "people_injured"):
        if fields.get(key) is not None:
            found.append(Fact(key, str(FIELDS[key]), "number", fields[key]))
    found += [Fact(key, label, "text", words) for key, label, words in chosen(fields)]
    return found


def shown(value: Any, key: str) -> str:
    """A stored value in words, for the table of two versions."""
    said = in_one_line(key, value)
    if said is not None:
        return said
    if value in (None, ""):
        return "—"
    if key == "category":
        term = terms("incident_category").get(value)
        return term.name if term else str(value)
    if key == "place":
        place = places().get(value)
        return place.name if place else str(value)
    if key == "headline_template":
        return text_of({"phrase": value["code"], "version": value["version"], "values": {}})
    if key == "language":
        return LANGUAGES.get(value, str(value))
    return str(value)


@dataclass
class Held:
    """What one desk holds, and how far the alert about it came."""

    release: Release
    delivery: Delivery
    share: Share
    behind: bool

    @property
    def named(self) -> list[Any]:
        """Who was asked by name, and who of them acknowledged."""
        if not self.delivery.asked:
            return []
        return sorted(self.delivery.named.all(), key=lambda row: row.pk)

    @property
    def hand_backs(self) -> list[Any]:
        """When the desk handed the alert back, and the answers that ended by it, oldest first."""
        if self.delivery.handed_back_id is None:
            return []
        return list(self.delivery.hand_backs.select_related("by", "acknowledged_by"))

    @property
    def steps(self) -> list[dict[str, Any]]:
        """released, sent, delivered, opened, acknowledged: label, at, by, done, failed."""
        d = self.delivery
        rows = [
            (_("Released"), self.release.at, self.release.by),
            (_("Sent"), d.sent_at, None),
            (_("Delivered"), d.delivered_at, None),
            (_("Opened"), d.opened_at, d.opened_by),
            (_("Acknowledged"), d.acknowledged_at, d.acknowledged_by),
        ]
        later = [any(row[1] for row in rows[i:]) for i in range(len(rows))]
        return [
            {"label": label, "at": at, "by": by, "done": later[i], "failed": False}
            for i, (label, at, by) in enumerate(rows)
        ]


def held_by_desks(incident: Incident) -> list[Held]:
    """For the owner: each desk's present copy, its last release and that release's delivery."""
    copies = {share.unit_id: share for share in incident.shares.filter(own=False)}
    releases = incident.releases.select_related("desk", "by", "alert").order_by("desk", "-pk")
    last = {release.desk_id: release for release in reversed(list(releases))}
    rows = Delivery.objects.whole().filter(alert__in=[r.alert_id for r in last.values()])
    deliveries = {(d.alert_id, d.desk_id): d for d in rows}
    return [
        Held(
            release,
            deliveries[release.alert_id, release.desk_id],
            copies[release.desk_id],
            copies[release.desk_id].version < incident.version,
        )
        for release in sorted(last.values(), key=lambda r: (r.desk.order, r.desk.code))
        if release.desk_id in copies
    ]


def release_choices(content: Mapping[str, Any], chosen: list[str]) -> list[dict[str, Any]]:
    """The fields to tick at a release: name, label, whether ticked, whether there is anything."""
    return [
        {
            "name": name,
            "label": RELEASE_LABELS[name],
            "ticked": name in chosen,
            "empty": all(content.get(key) in (None, "") for key in RELEASABLE[name]),
        }
        for name in RELEASABLE
    ]
