"""What the protocol of a meeting says, as one content that both sides confirm. Reads only."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bordercoop.reference.models import digest_of

from ..content.checks import utc_text
from ..models import AgendaItem, Investigation, Meeting, MeetingDecision


def protocol_content(meeting: Meeting) -> dict[str, Any]:
    """Plain JSON: when and where, who took part, points and decisions in both languages."""
    people = meeting.people.filter(removed_at=None).order_by("side", "pk")
    return {
        "meeting": meeting.number,
        "place": meeting.place,
        "from": utc_text(meeting.held_at or meeting.at),
        "to": utc_text(meeting.ended_at or meeting.ends_at),
        "languages": list(meeting.languages),
        "people": [[one.side, one.name, one.function, str(one.uid)] for one in people],
        "items": [
            {
                "number": item.number,
                # What was confirmed, changed and changed back is confirmed anew.
                "version": item.version,
                "topics": {key: item.topics.get(key, "") for key in meeting.languages},
                "protocol": item.protocol,
                "marks": item.marks,
            }
            for item in meeting.items.order_by("number")
        ],
        "decisions": [
            {
                "number": row.number,
                "version": row.version,
                "texts": row.texts,
                "marks": row.marks,
                "side": row.side,
                "owner": row.owner,
                "due": row.due.isoformat(),
            }
            for row in meeting.decisions.order_by("number")
        ],
    }


def protocol_digest(meeting: Meeting) -> str:
    """SHA-256 of what the protocol says now."""
    return digest_of(protocol_content(meeting))


def gaps_of(meeting: Meeting) -> list[str]:
    """What lacks one of the two languages, in words; [] for a protocol that is whole."""
    gaps = []
    for item in meeting.items.order_by("number"):
        for language in meeting.languages:
            if not (item.topics.get(language) and item.protocol.get(language)):
                gaps.append(
                    _("point %(number)s in %(language)s")
                    % {"number": item.number, "language": language.upper()}
                )
    for row in meeting.decisions.order_by("number"):
        for language in meeting.languages:
            if not row.texts.get(language):
                gaps.append(
                    _("decision %(number)s in %(language)s")
                    % {"number": row.number, "language": language.upper()}
                )
    if not gaps and not meeting.items.exists():
        gaps.append(_("the agenda is empty"))
    return gaps


def cases_of(items: Iterable[AgendaItem], user: Any) -> dict[str, Investigation]:
    """The joint investigations that points cite, by reference, as far as `user` reads them."""
    uids = {item.about.partition(":")[2] for item in items if item.about}
    if not uids:
        return {}
    found = Investigation.objects.visible_to(user).filter(uid__in=uids)
    return {case.ref: case for case in found}


def in_reading(texts: dict[str, str], language: str) -> tuple[str, str]:
    """The text in `language` where there is one, else any; with its language."""
    for code in (language, *sorted(texts)):
        if texts.get(code):
            return texts[code], code
    return "", language


def sided(
    rows: Iterable[MeetingDecision], user: Any, meeting: Meeting | None = None
) -> list[MeetingDecision]:
    """Decisions with `said`, `said_in`: the text in the reader's language or the protocol's other,
    and `own`: whether the reader's side does it."""
    language = (get_language() or "en").split("-")[0]
    found = []
    for row in rows:
        if meeting is not None:
            row.meeting = meeting
        said, spoken = in_reading(row.texts, language)
        row.said, row.said_in = said, spoken  # type: ignore[attr-defined]
        row.own = row.side == user.side  # type: ignore[attr-defined]
        found.append(row)
    return found
