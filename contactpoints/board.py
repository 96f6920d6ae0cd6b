"""What the duty console shows, gathered in a handful of statements. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.conf import settings
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils.timezone import now
from django.utils.translation import get_language, pgettext, pgettext_lazy

from bordercoop.live.models import Presence
from bordercoop.reference.models import Place, Term, places, terms
from bordercoop.reference.translated import TextMark, headline_in

from .access import may, units_for, units_where
from .following import OWN_END
from .models import Alert, AskedByName, Delivery, DutyShift, Emergency, Role, Unit, Who, units
from .saying import line_of, text_of_card
from .watch import heads, next_on_duty, on_duty

SHIFT = timedelta(hours=12)
SIREN = ExpressionWrapper(Q(alert__about__startswith="broadcast:"), output_field=BooleanField())
MOST = 100
# A console that is open sends a sign of life every 10 s (bordercoop.live).
WATCHING = timedelta(seconds=30)
AWAY = timedelta(minutes=15)
# What happened to a subject that is not an incident: the words of a card's `event`.
EVENTS = {
    "proposed": pgettext_lazy("event", "Joint investigation proposed"),
    "agreed": pgettext_lazy("event", "The other side agreed"),
    "declined": pgettext_lazy("event", "The other side declined"),
    "withdrawn": pgettext_lazy("event", "The proposal was withdrawn"),
    "meeting": pgettext_lazy("event", "Time and place on the line"),
    "signed": pgettext_lazy("event", "The other side signed the act"),
    "voided": pgettext_lazy("event", "A change voided a signature"),
    "no_agreement": pgettext_lazy("event", "No agreement: goes to a higher level"),
    "handover": pgettext_lazy("event", "Handover on the line"),
    "stopped": pgettext_lazy("event", "The handover was stopped"),
    "handover_cancelled": pgettext_lazy("event", "The handover was cancelled"),
    "closed": pgettext_lazy("event", "The other side closed its part"),
    "late": pgettext_lazy("event", "A step is late"),
    "called": pgettext_lazy("event", "Meeting of border representatives"),
    "meeting_postponed": pgettext_lazy("event", "The meeting was postponed"),
    "meeting_cancelled": pgettext_lazy("event", "The meeting was cancelled"),
    "decision_late": pgettext_lazy("event", "A decision is overdue"),
    "line_missed": pgettext_lazy("event", "The line does not answer"),
    "line_repaired": pgettext_lazy("event", "The line works again"),
    "line_proposed": pgettext_lazy("event", "Joint inspection of the line proposed"),
    "line_agreed": pgettext_lazy("event", "The other side agreed to the joint inspection"),
    "broadcast": pgettext_lazy("event", "Emergency broadcast"),
    "broadcast_ended": pgettext_lazy("event", "The emergency broadcast was ended"),
    "cap": pgettext_lazy("event", "Alert of another service"),
    "cap_updated": pgettext_lazy("event", "Another service changed its alert"),
    "cap_cancelled": pgettext_lazy("event", "Another service cancelled its alert"),
    "asked": pgettext_lazy("event", "Information request"),
    "request_partly": pgettext_lazy("event", "The other side answered in part"),
    "request_answered": pgettext_lazy("event", "The other side answered"),
    "request_refused": pgettext_lazy("event", "The other side refused to answer"),
    "request_withdrawn": pgettext_lazy("event", "The information request was taken back"),
    "request_overdue": pgettext_lazy("event", "An information request is overdue"),
    "request_consent": pgettext_lazy("event", "Consent asked to pass an information request on"),
    "expertise": pgettext_lazy("event", "Expertise asked of the focal point"),
    "notice": pgettext_lazy("event", "Advance notice"),
    "notice_changed": pgettext_lazy("event", "An advance notice was changed"),
    "notice_ended": pgettext_lazy("event", "What an advance notice announced is over early"),
    "notice_cancelled": pgettext_lazy("event", "An advance notice was cancelled"),
    "risk_report": pgettext_lazy("event", "Risk report"),
    "risk_report_superseded": pgettext_lazy("event", "A newer risk report takes its place"),
    "risk_report_withdrawn": pgettext_lazy("event", "A risk report was withdrawn"),
    "inject": pgettext_lazy("event", "Inject of an exercise"),
    "contingency_activated": pgettext_lazy("event", "A contingency plan is active"),
    "contingency_stood_down": pgettext_lazy("event", "A contingency plan was stood down"),
    "line_ended": pgettext_lazy("event", "The joint inspection was declined or taken back"),
}


@dataclass
class Rung:
    """One step of an escalation as the card draws it."""

    who: str
    done: bool
    now: bool


@dataclass
class Card:
    """One delivery, ready to be drawn in the reader's language."""

    delivery: Delivery
    severity: int
    severity_term: Term | None
    category: Term | None
    title: str
    title_language: str
    title_mark: TextMark
    number: str
    side: str
    place: Place | None
    happened_at: datetime | None
    reported_at: datetime | None
    unverified: bool
    exercise: bool
    update: bool
    cancel: bool
    reason: str
    recalled: bool
    link: str
    event: str
    ladder: list[Rung]
    may_answer: bool
    may_sign: bool = True
    climbed: bool = False
    named: list[AskedByName] = field(default_factory=list)
    # Of an emergency broadcast that sounds until it is acknowledged: what the sender added.
    siren: bool = False
    text: str = ""
    text_language: str = ""
    # What the sender wrote into an update or a cancel, and what came after what.
    line: str = ""
    line_language: str = ""
    # When that was decided, where a pause held it, and whether something newer came before it.
    decided_at: datetime | None = None
    overtaken: bool = False
    chain: list[dict[str, Any]] = field(default_factory=list)
    error: str = ""
    typed: str = ""

    @property
    def uid(self) -> str:
        return str(self.delivery.alert.uid)

    @property
    def passers_by(self) -> str:
        """By what a wall names it that anybody passes, when its words are for certain readers:
        those under TLP:RED and TLP:AMBER+STRICT, and subjects of requests, which name people.
        Else ""."""
        closed = self.delivery.card.get("tlp") in ("RED", "AMBER+STRICT")
        if not closed and not self.delivery.alert.about.startswith("information_request:"):
            return ""
        return self.event or (self.category.name if self.category else self.number)

    @property
    def called_off(self) -> bool:
        """Whether the sender cancelled the alert; the copy stays where it is."""
        return bool(self.delivery.card.get("called_off"))

    @property
    def may_follow(self) -> bool:
        """Whether the sender may still update or cancel it."""
        alert = self.delivery.alert
        own_end = alert.about.partition(":")[0] in OWN_END
        return not (own_end or alert.kind == Alert.Kind.CANCEL or self.called_off)

    @property
    def followed(self) -> bool:
        """Whether it is an update that the sender wrote."""
        return self.delivery.alert.kind == Alert.Kind.UPDATE and bool(self.line)

    @property
    def missing(self) -> list[AskedByName]:
        """Who was asked by name and has not acknowledged."""
        return [row for row in self.named if row.is_missing]

    @property
    def acknowledged_after(self) -> float | None:
        """Seconds from queueing to the acknowledgement."""
        d = self.delivery
        return (d.acknowledged_at - d.queued_at).total_seconds() if d.acknowledged_at else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def card_of(delivery: Delivery, user: Any) -> Card:
    alert, card = delivery.alert, delivery.card
    category = terms("incident_category").get(card.get("category", ""))
    place = places().get(card.get("place") or "")
    labels = dict(Who.choices)
    headline, language, mark = headline_in(
        get_language() or "",
        card.get("headline") or "",
        card.get("language"),
        card.get("texts") or {},
    )
    subject, _, uid = alert.about.partition(":")
    passed = delivery.passed_to or []
    mine = units_where(user, "view_alerts")
    # Whoever reads it only because it climbed from another point holds no copy to be led to.
    climbed = delivery.desk_id not in mine and alert.sender_id not in mine
    named = list(delivery.named.all()) if delivery.asked else []
    stands_in = delivery.head_stands_in and may(user, "set_rota", delivery.desk_id)
    asked = any(row.is_missing and row.officer_id == user.pk for row in named)
    event = str(EVENTS.get(card.get("event", ""), ""))
    spoken = event if subject == "line" else ""  # a line has no name of its own
    line, line_language = line_of(card, user.side)
    text, text_language = text_of_card(card, user.side)
    if card.get("emergency") in Emergency.values:
        headline, language = str(Emergency(card["emergency"]).label), get_language() or ""
    return Card(
        delivery=delivery,
        severity=card.get("severity", 1),
        severity_term=terms("severity").get(str(card.get("severity", 1))),
        category=category,
        title=headline or (category.name if category else spoken or card.get("number", "")),
        title_language=language if headline else "",
        title_mark=mark,
        number=card.get("number", ""),
        side=card.get("side", ""),
        place=place,
        happened_at=_moment(card.get("happened_at")),
        reported_at=_moment(card.get("reported_at")),
        unverified=bool(card.get("unverified")),
        exercise=alert.status != Alert.Status.ACTUAL,
        update=alert.kind == Alert.Kind.UPDATE and "version" in card,
        cancel=alert.takes_back,
        reason=card.get("reason", ""),
        recalled=delivery.recalled_at is not None,
        event="" if spoken else event,
        link="" if climbed else settings.ABOUT_LINKS.get(subject, "").format(uid=uid),
        ladder=[
            Rung(str(labels[step["who"]]), index < delivery.step, index == delivery.step)
            for index, step in enumerate(delivery.steps)
        ],
        may_answer=any(may(user, "acknowledge_alerts", pk) for pk in (delivery.desk_id, *passed)),
        climbed=climbed,
        named=named,
        may_sign=asked or stands_in or not any(row.is_missing for row in named),
        siren=card.get("event") == "broadcast",
        text=text,
        text_language=text_language,
        line=line,
        line_language=line_language,
        decided_at=_moment(card.get("decided_at")),
        overtaken=bool(card.get("overtaken")),
        chain=_chain(card),
    )


def _chain(card: dict[str, Any]) -> list[dict[str, Any]]:
    """The links of a chain as the card draws them; nothing of one that stands alone."""
    links, updates = card.get("chain") or [], 0
    found = []
    for link in links if len(links) > 1 else []:
        label = str(Alert.Kind(link["kind"]).label)
        if link["kind"] == Alert.Kind.UPDATE:
            updates += 1
            label = pgettext("alert", "Update %(n)s") % {"n": updates}
        found.append({**link, "label": label, "at": _moment(link["at"])})
    return found


@dataclass
class Watch:
    """Who is on duty at one desk, and whether somebody watches its console."""

    desk: Unit
    shifts: list[DutyShift]
    next: DutyShift | None
    heads: list[Any]
    seen_at: datetime | None
    seen_by: Any
    presence: dict[int, str] = field(default_factory=dict)

    @property
    def watching(self) -> bool:
        return self.seen_at is not None and now() - self.seen_at <= WATCHING

    @property
    def seen_s(self) -> float | None:
        return (now() - self.seen_at).total_seconds() if self.seen_at else None

    @property
    def until(self) -> datetime | None:
        return self.shifts[0].period.upper if self.shifts else None

    @property
    def gap_from(self) -> datetime | None:
        """From when nobody is entered although somebody is on duty now; None without such a gap."""
        last = max((shift.period.upper for shift in self.shifts), default=None)
        if last is None or (self.next and self.next.period.lower <= last):
            return None
        return last

    @property
    def people(self) -> list[dict[str, Any]]:
        """On duty: officer, rank, and presence: here | away | off."""
        return [
            {
                "officer": shift.officer,
                "name": shift.officer.name_for(get_language() or "en"),
                "rank": shift.get_rank_display(),
                "presence": self.presence.get(shift.officer.pk, "off"),
            }
            for shift in self.shifts
        ]


def watches(desks: list[Unit], led_by: Iterable[Role] = (Role.HEAD_OF_POINT,)) -> list[Watch]:
    """For each desk in turn: on duty, next, heads, presence. Five statements however many desks."""
    ids = [desk.pk for desk in desks]
    duty, following, led = on_duty(ids), next_on_duty(ids), heads(ids, led_by)
    at, seen = now(), {}
    by_officer: dict[int, str] = {}
    rows = Presence.objects.filter(unit_code__in=[desk.code for desk in desks])
    for presence in rows.select_related("user").order_by("seen_at"):
        seen[presence.unit_code] = presence
        age = at - presence.seen_at
        by_officer[presence.user_id] = (
            "here" if age <= WATCHING else "away" if age <= AWAY else "off"
        )
    return [
        Watch(
            desk=desk,
            shifts=duty.get(desk.pk, []),
            next=following.get(desk.pk),
            heads=led.get(desk.pk, []),
            seen_at=seen[desk.code].seen_at if desk.code in seen else None,
            seen_by=seen[desk.code].user if desk.code in seen else None,
            presence=by_officer,
        )
        for desk in desks
    ]


def desks_of(user: Any) -> list[Unit]:
    """Desks whose alerts `user` sees, in the order of the tree."""
    return [unit for unit in units_for(user, "view_alerts") if unit.kind == Unit.Kind.DESK]


def _opposite(desk: Unit, user: Any) -> list[Unit]:
    """The desks at the ends of a desk's contact point, the reader's side first."""
    point = desk.desk.point_id
    ends = [u for u in units().values() if hasattr(u, "desk") and u.desk.point_id == point]
    return sorted(ends, key=lambda u: (u.side != user.side, u.order))


def board(user: Any, desks: list[Unit]) -> dict[str, Any]:
    """Everything on the board for these desks; see the console's template for the names.

    need, in_hand, sent, closed: lists of Card; need_total; oldest_s, median_s: seconds or None;
    watches: list of Watch, own side first; others: those of them at other sides.
    """
    ids = [desk.pk for desk in desks]
    at = now()
    waiting = Delivery.objects.reaching(ids).open()
    # What is most urgent is drawn however much else waits.
    first = waiting.whole().alias(siren=SIREN).order_by("-siren", "priority", "queued_at", "pk")
    need = [card_of(d, user) for d in first[: MOST + 1]]
    need.sort(
        key=lambda card: (not card.siren, -card.severity, card.delivery.queued_at, card.delivery.pk)
    )
    recent = Delivery.objects.filter(acknowledged_at__gte=at - SHIFT, woken_at=None)
    answered = [
        card_of(d, user)
        for d in recent.filter(desk_id__in=ids).whole().order_by("-acknowledged_at")[:50]
    ]
    mine = units_where(user, "view_alerts")
    out = Delivery.objects.filter(alert__sender_id__in=mine, queued_at__gte=at - 2 * SHIFT)
    sent = [
        card_of(d, user) for d in out.exclude(desk_id__in=ids).whole().order_by("-queued_at")[:20]
    ]
    sent.sort(key=lambda card: not card.delivery.waits)
    times = [
        # What was settled by telephone and written down later says nothing of how fast.
        card.acknowledged_after or 0
        for card in answered
        if card.delivery.phoned_at is None
    ]
    seen: list[Unit] = []
    for desk in desks:
        seen += [end for end in _opposite(desk, user) if end not in seen]
    watched = watches(sorted(seen, key=lambda u: (u.side != user.side, u.order)))
    return {
        "need": need[:MOST],
        "need_total": len(need) if len(need) <= MOST else waiting.count(),
        "in_hand": answered[:20],
        "sent": sent,
        "sent_waiting": sum(card.delivery.waits for card in sent),
        "oldest_s": max(
            ((at - card.delivery.queued_at).total_seconds() for card in need), default=None
        ),
        "median_s": median(times) if times else None,
        "last_alert_at": max(
            (card.delivery.queued_at for card in [*need, *answered]), default=None
        ),
        "watches": watched,
        "others": [w for w in watched if w.desk.side != user.side],
        "board_at": at,
    }
