"""Saying what two incidents have in common, and taking it away again."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.live.doorbell import ring_many
from bordercoop.reference.wording import worded
from contactpoints.access import require

from ..access import share_for
from ..models import Audience, Incident, Link, LinkKind

LONGEST = 500
MOST_DISMISSED = 5


def _require_both(by: Any, first: Incident, second: Incident) -> None:
    """The right to write beside `first`, and a copy of each within reach."""
    if by is None:
        return
    share_for(by, second)
    require(by, "annotate_incidents", share_for(by, first).unit)


def _ring_readers(link: Link) -> None:
    """The doorbell of the side's units; of the other side's only where both copies are held."""
    first, second = (
        set(incident.shares.values_list("unit__code", "unit__side"))
        for incident in (link.first, link.second)
    )
    heard = {code for code, side in first | second if side == link.side}
    if link.audience == Audience.SHARED:
        heard |= {code for code, _side in first & second}
    ring_many(sorted(heard))


def _link(first: Incident, second: Incident, kind: str, note: str, audience: str, by: Any) -> Link:
    if first.pk == second.pk:
        raise Refused(_("An incident cannot be linked to itself."), code="same")
    wrong: dict[str, list[str]] = {}
    if kind not in LinkKind.values:
        wrong["kind"] = [_("Choose what they have in common.")]
    if audience not in Audience.values:
        wrong["audience"] = [_("Choose who sees it.")]
    if wrong:
        raise Invalid(next(iter(wrong.values()))[0], fields=wrong)
    note = worded(note, "note", most=LONGEST, one_line=True)
    if kind == LinkKind.PAIRED and first.side == second.side:
        raise Refused(
            _("A pair is one report of each side, and these are of the same side."),
            code="same_side",
        )
    if kind != LinkKind.FOLLOW_UP and first.pk > second.pk:
        first, second = second, first
    side = by.side if by is not None else first.side
    facts = {"first": first, "second": second, "kind": kind, "side": side, "removed_at": None}
    turned = Link.objects.filter(
        first=second, second=first, kind=LinkKind.FOLLOW_UP, side=side, removed_at=None
    )
    if kind == LinkKind.FOLLOW_UP and turned.exists():
        raise Refused(
            _("%(number)s follows this one already; it cannot be both ways.")
            % {"number": second.number},
            code="both_ways",
        )
    link, new = Link.objects.get_or_create(
        **facts, defaults={"note": note, "audience": audience, "by": by}
    )
    if not new and link.dismissed_at is None and (link.note, link.audience) != (note, audience):
        raise Refused(
            _("They are linked so already. Take that link away first."), code="linked_already"
        )
    if not new and link.dismissed_at is not None:
        link.dismissed_at = None
        link.save(update_fields=["dismissed_at"])
        new = True
    if new:
        record("incident.linked", first.ref, by=by, kind=kind, audience=link.audience,
               other=second.number)  # fmt: skip
        _ring_readers(link)
    return link


@transaction.atomic
def link_incidents(
    first: Incident,
    second: Incident,
    *,
    kind: LinkKind | str,
    note: str = "",
    audience: Audience | str = Audience.OWN,
    by: Any,
) -> Link:
    """Say what two incidents have in common, for the own side (the default) or for both.

    Of `follow_up_of` the first follows the second; the other kinds have no direction. A reader is
    shown the link who holds a copy of both. Linked twice is linked once.
    """
    _require_both(by, first, second)
    return _link(first, second, str(kind), note, str(audience), by)


@transaction.atomic
def pair_reports(
    own: Incident,
    other: Incident,
    *,
    note: str = "",
    audience: Audience | str = Audience.SHARED,
    by: Any,
) -> Link:
    """`own` and the other side's report, of which a copy is held, are of one event.

    Each side keeps its own report. The other side sees the pair once it holds a copy of `own`.
    """
    _require_both(by, own, other)
    return _link(own, other, LinkKind.PAIRED, note, str(audience), by)


@transaction.atomic
def unlink_incidents(link: Link, *, reason: str, by: Any) -> Link:
    """Take a link away, with a reason; it is kept as taken away. Twice is once.

    The side that linked takes away; the other one sees a shared link and leaves it.
    """
    link = Link.objects.select_for_update(of=("self",), no_key=True).select_related(
        "first", "second"
    ).get(pk=link.pk)  # fmt: skip
    _require_both(by, link.first, link.second)
    if by is not None and by.side != link.side:
        raise NotAllowed(
            _("The other side linked these two, so it alone takes the link away."),
            code="other_side",
        )
    reason = worded(
        reason,
        "reason",
        most=LONGEST,
        empty=_("Write the reason: others act on it."),
        one_line=True,
    )
    if link.removed_at is not None:
        return link
    link.removed_at, link.removed_by, link.removed_reason = now(), by, reason
    link.save(update_fields=["removed_at", "removed_by", "removed_reason"])
    record("incident.unlinked", link.first.ref, by=by, kind=link.kind, other=link.second.number)
    _ring_readers(link)
    return link


@transaction.atomic
def note_near(
    incident: Incident, others: Iterable[Incident], *, dismissed: bool, by: Any
) -> list[Link]:
    """What looked like this incident while it was typed, kept for the own side.

    `dismissed`: the officer said that it is another event. At most five; a link that is there
    stays as it is.
    """
    require(by, "report_incidents", incident.unit)
    links = []
    for other in sorted(others, key=lambda one: one.pk)[:MOST_DISMISSED]:
        if other.pk == incident.pk:
            continue
        first, second = sorted((incident, other), key=lambda one: one.pk)
        link, new = Link.objects.get_or_create(
            first=first,
            second=second,
            kind=LinkKind.DUPLICATE,
            side=by.side if by is not None else incident.side,
            removed_at=None,
            defaults={"by": by, "dismissed_at": now() if dismissed else None},
        )
        if new:
            record("incident.logged_anyway" if dismissed else "incident.linked", incident.ref,
                   by=by, other=other.number)  # fmt: skip
        links.append(link)
    return links
