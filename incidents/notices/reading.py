"""Notices as one reader has them, and as the map draws them. Reads only."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bordercoop.errors import Invalid
from bordercoop.reference.models import Place, Term, offered, places, terms
from bordercoop.reference.translated import TRANSLATED, TextMark
from contactpoints.access import may, units_for, units_where
from contactpoints.models import Delivery, Unit

from ..models import (
    AdvanceNotice,
    NoticeMatch,
    NoticeShape,
    NoticeState,
    NoticeVersion,
    Share,
)
from .content import ends_of
from .shapes import STRIP_KM, strip

SERVICES = ("LV", "BY")
ON_MAP_MOST = 300
# The lists that may be asked for.
SHOWN = ("now", "coming", "past", "draft")


@dataclass
class Told:
    """A version of a notice as it is drawn: `words` in the reader's language where somebody
    translated them; `hours` the next or present span in which it holds."""

    version: NoticeVersion
    term: Term | None
    where: str
    headline: str
    text: str
    language: str
    mark: TextMark
    hours: tuple[datetime, datetime] | None
    in_force: bool
    begun: bool
    at: datetime

    @property
    def notice(self) -> AdvanceNotice:
        return self.version.notice

    @property
    def state(self) -> str:
        """now | pause (between its daily hours) | coming | over, or the state it ended in."""
        if self.notice.state != NoticeState.SENT:
            return self.notice.state
        if self.hours is None:
            return "over"
        if self.in_force:
            return "now"
        return "pause" if self.begun else "coming"

    @property
    def translated(self) -> bool:
        return self.mark in TRANSLATED


def reads_notices(user: Any) -> bool:
    return user.side in SERVICES and bool(units_where(user, "view_incidents"))


def writers(user: Any) -> list[Unit]:
    """Units in whose name the officer writes notices."""
    if user.side not in SERVICES:
        return []
    return [u for u in units_for(user, "report_incidents") if u.kind != Unit.Kind.DESK]


def versions() -> Any:
    """Versions with everything that `told` needs."""
    return NoticeVersion.objects.select_related("notice__unit").prefetch_related("texts")


def listed(user: Any, given: Any) -> tuple[Any, str]:
    """The rows that filters ask for, and which of SHOWN they are. Raises Invalid for an unknown
    filter."""
    show = given.get("show") or "now"
    rows, at = versions().visible_to(user), now()
    if show not in SHOWN:
        sentence = _("There is no such list of notices.")
        raise Invalid(sentence, fields={"show": [sentence]})
    rows = {
        "now": rows.now(at),
        "coming": rows.coming(at),
        "past": rows.past(at),
        "draft": rows.drafts(),
    }[show]
    kind, side = given.get("kind") or "", given.get("side") or ""
    if kind:
        if kind not in {term.code for term in offered("notice_kind")}:
            sentence = _("There is no such kind of notice.")
            raise Invalid(sentence, fields={"kind": [sentence]})
        rows = rows.filter(kind=kind)
    if side:
        if side not in ("LV", "BY"):
            sentence = _("Choose one of the two sides.")
            raise Invalid(sentence, fields={"side": [sentence]})
        rows = rows.filter(notice__side=side)
    return rows, show


def place_of(version: NoticeVersion) -> Place | None:
    return places().get(version.place) if version.place else None


def where_of(version: NoticeVersion) -> str:
    """The place in words of the active language."""
    km = f"{(version.radius_m or 0) / 1000:g}"
    if version.shape == NoticeShape.PLACE:
        place = place_of(version)
        name = place.name if place else version.place
        if version.radius_m:
            return _("%(place)s, %(km)s km around") % {"place": name, "km": km}
        return name
    if version.shape == NoticeShape.SIGNS:
        signs = {"first": version.from_sign, "last": version.to_sign}
        return _("between border signs %(first)s and %(last)s") % signs
    if version.shape == NoticeShape.POINT:
        at = f"{version.lat:.4f}, {version.lon:.4f}"
        return _("%(km)s km around %(position)s") % {"km": km, "position": at}
    south, west, north, east = version.box or (0, 0, 0, 0)
    middle = f"{(south + north) / 2:.4f}, {(west + east) / 2:.4f}"
    return _("an area around %(position)s") % {"position": middle}


def told(version: NoticeVersion, at: datetime | None = None) -> Told:
    """The version in the active language at a moment, now by default."""
    at = at or now()
    language = get_language() or "en"
    headline, text, spoken = version.headline, version.text, version.language
    mark = TextMark.ORIGINAL
    if language != version.language:
        row = next((text for text in version.texts.all() if text.language == language), None)
        if row is not None:
            headline, text, spoken, mark = row.headline, row.text, language, TextMark.HUMAN
    hours = version.hours_on(at)
    return Told(
        version=version,
        term=terms("notice_kind").get(version.kind),
        where=where_of(version),
        headline=headline,
        text=text,
        language=spoken,
        mark=mark,
        hours=hours,
        in_force=version.holds_at(at) and version.notice.state == NoticeState.SENT,
        begun=version.starts_at <= at,
        at=at,
    )


def shape_of(version: NoticeVersion) -> dict[str, Any] | None:
    """JSON for the map: a circle or an area; None where no position is known."""
    if version.shape == NoticeShape.POINT:
        return {"kind": "circle", "lat": version.lat, "lon": version.lon, "m": version.radius_m}
    if version.shape == NoticeShape.AREA:
        return {"kind": "area", "points": version.points}
    if version.shape == NoticeShape.SIGNS:
        ends = ends_of(version.from_sign, version.to_sign)
        return {"kind": "area", "points": strip(ends[0], ends[1], STRIP_KM)} if ends else None
    place = place_of(version)
    if place is None or place.lat is None:
        return None
    return {"kind": "circle", "lat": place.lat, "lon": place.lon, "m": version.radius_m or 1_000}


def drawn(one: Told) -> dict[str, Any] | None:
    """The notice as the map's script draws it, or None without a position."""
    shape = shape_of(one.version)
    if shape is None:
        return None
    label = f"{one.notice.number or ''} {one.term.name if one.term else ''}: {one.headline}"
    return {
        **shape,
        "label": label.strip(),
        "url": f"/notices/{one.notice.uid}/",
        "now": one.in_force,
    }


def on_map(user: Any, since: date | None = None, zone: Any = None) -> list[Told]:
    """Notices in force or still to come; with `since` also those that were in force since that day.
    The soonest first, at most 300."""
    at = now()
    start = at
    if since is not None:
        start = min(at, datetime.combine(since, datetime.min.time(), zone))
    rows = versions().visible_to(user).standing().filter(notice__state=NoticeState.SENT)
    rows = rows.filter(ends_at__gt=start).order_by("starts_at", "pk")
    return [told(row, at) for row in rows[:ON_MAP_MOST]]


def in_force_now(user: Any, most: int = 10) -> list[Told]:
    """What is in force at this moment, daily hours counted; what ends first comes first."""
    if not reads_notices(user):
        return []
    at = now()
    rows = versions().visible_to(user).now(at).order_by("ends_at", "pk")[:100]
    found = [one for one in (told(row, at) for row in rows) if one.in_force]
    return sorted(found, key=lambda one: one.hours[1] if one.hours else at)[:most]


def deliveries_of(notice: AdvanceNotice) -> list[Delivery]:
    """Who was asked to acknowledge it, and who did; the latest first."""
    rows = Delivery.objects.about(notice.ref).select_related("alert", "desk", "acknowledged_by")
    return list(rows.order_by("-pk")[:100])


def matched(notice: AdvanceNotice, user: Any) -> list[Share]:
    """The reader's copies of the incidents that its own side linked to the notice, newest first."""
    linked = NoticeMatch.objects.filter(
        notice=notice, side=user.side, state=NoticeMatch.State.LINKED
    )
    rows = Share.objects.visible_to(user).filter(incident_id__in=linked.values("incident_id"))
    return list(rows.select_related("incident").newest()[:100])


@dataclass
class May:
    """What the officer may do with a notice; only what makes sense as it stands."""

    change: bool = False
    send: bool = False
    end: bool = False
    cancel: bool = False
    discard: bool = False
    translate: bool = False


def may_with(notice: AdvanceNotice, user: Any, *, draft: bool, version: NoticeVersion) -> May:
    """`draft`: something written waits to be sent; `version` stands."""
    own = user.side == notice.side
    open_ = notice.state in (NoticeState.DRAFT, NoticeState.SENT)
    sent = notice.state == NoticeState.SENT and version.ends_at > now()
    writes = own and may(user, "report_incidents", notice.unit_id)
    releases = own and may(user, "release_incidents", notice.unit_id)
    at = [notice.unit_id] if own else list(notice.desks.values_list("pk", flat=True))
    return May(
        change=writes and (sent or notice.state == NoticeState.DRAFT),
        send=releases and open_ and (draft or sent),
        end=releases and sent and version.starts_at <= now(),
        cancel=releases and sent,
        discard=writes and draft and open_,
        translate=notice.state not in (NoticeState.DRAFT, NoticeState.DISCARDED)
        and any(may(user, "translate_incidents", pk) for pk in at),
    )
