"""What waits for an officer of people and letters of activities, on the home page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .access import agrees, reads_activities
from .models import AnswerLetter, TimeProposal
from .people import invitations_to_answer, nominations_to_approve


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """Invitations to answer, nominations to approve; for coordinators, times that were proposed and
    letters that could not be taken."""
    if not reads_activities(user):
        return []
    tiles = []
    if count := invitations_to_answer(user):
        sentence = ngettext(
            "You are invited to %(count)s activity and have not answered.",
            "You are invited to %(count)s activities and have not answered.",
            count,
        )
        tiles.append(_tile(_("Invitations to answer"), sentence, count, "activities_mine"))
    if waiting := nominations_to_approve(user):
        sentence = ngettext(
            "%(count)s officer of your units is nominated and waits for your approval.",
            "%(count)s officers of your units are nominated and wait for your approval.",
            len(waiting),
        )
        number = waiting[0].activity.number
        tiles.append(
            _tile(_("Nominations to approve"), sentence, len(waiting), "activity_people", number)
        )
    if not agrees(user):
        return tiles
    asked = TimeProposal.objects.visible_to(user).open()
    proposals = list(asked.values_list("participation__activity__number", flat=True)[:100])
    if proposals:
        sentence = ngettext(
            "%(count)s invited officer proposes another time.",
            "%(count)s invited officers propose another time.",
            len(proposals),
        )
        tiles.append(
            _tile(_("Times proposed"), sentence, len(proposals), "activity_people", proposals[0])
        )
    if count := AnswerLetter.objects.unread_by(user).count():
        sentence = ngettext(
            "%(count)s letter with an answer could not be taken.",
            "%(count)s letters with answers could not be taken.",
            count,
        )
        tiles.append(_tile(_("Letters to look after"), sentence, count, "activity_letters"))
    return tiles


def _tile(title: str, sentence: str, count: int, name: str, *args: Any) -> dict[str, Any]:
    return {
        "title": title,
        "sentence": sentence % {"count": count},
        "count": count,
        "url": reverse(name, args=args),
        "icon": "calendar-event",
        "urgent": name != "activity_letters",
    }
