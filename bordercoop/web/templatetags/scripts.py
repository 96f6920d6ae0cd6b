"""What scripts are given: their sentences, the server's time and the key of this PC's drafts."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from ..fields import moment_choices

register = template.Library()

# One number for each plural category of Unicode that the four languages know for whole numbers.
SAMPLES = {"zero": 0, "one": 1, "few": 2, "many": 5, "other": 2}


@register.simple_tag
def script_texts() -> SafeString:
    """The sentences that scripts may show, in the page's language, as JSON with the id "texts"."""
    return json_script(sentences(), "texts")


@register.simple_tag(takes_context=True)
def draft_key(context: dict[str, Any]) -> str:
    """32 bytes in base64 that only this session has: its drafts are unreadable after it ends."""
    request = context.get("request")
    session = getattr(getattr(request, "session", None), "session_key", None)
    if not session:
        return ""
    key = salted_hmac("bordercoop.drafts", session, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(key).decode()


@register.filter
def twice(form: Any, name: str) -> list[tuple[int, str]]:
    """The two answers (fold, label) for a time that the clock showed twice; else none."""
    return moment_choices(form.errors, name)


@register.filter
def iso(moment: datetime | None) -> str:
    """ISO 8601 in UTC with milliseconds, as scripts read it; without a value the time now."""
    text = (moment or timezone.now()).astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def sentences() -> dict[str, Any]:
    return {
        # the live link
        "link_starting": _("Connecting"),
        "link_live": pgettext("link", "Live"),
        "link_slow": pgettext("link", "Slow"),
        "link_down": pgettext("link", "Not connected"),
        "link_lost": _("Not connected since %(time)s. Alerts may be missing."),
        "link_lost_call": _(
            "Not connected since %(time)s. Alerts may be missing. Call %(name)s: %(phone)s."
        ),
        "link_polling": _("Slow: checked every 10 s"),
        "link_back": _("The connection is back."),
        "signed_out_short": _("Signed out"),
        "seconds": pgettext("duration", "%(n)s s"),
        "hours_apart": pgettext("time difference", "%(hours)s h"),
        "ago_seconds": _("%(n)s s ago"),
        "ago_minutes": _("%(n)s min ago"),
        "ago_hours": _("%(n)s h ago"),
        # sound
        "sound_on": _("Sound on"),
        "sound_off": _("Sound off"),
        "sound_blocked": _("Sound blocked: press any key"),
        # the board
        "new_alerts": {
            form: ngettext("%(n)s new alert", "%(n)s new alerts", n) for form, n in SAMPLES.items()
        },
        "escalated_to": _("Escalated at %(time)s: %(who)s"),
        "ack_pending": _("Sending…"),
        "ack_done": _("Acknowledged at %(time)s."),
        "accept_done": _("Accepted at %(time)s."),
        "decline_done": _("Declined at %(time)s."),
        "ack_failed": _("Not acknowledged, try again."),
        "answered": _("Answered meanwhile."),
        "answered_by": _("Answered meanwhile: %(who)s"),
        "called_off": pgettext("replay", "Called off"),
        "no_connection": _("There is no connection."),
        # drafts
        "save_now": _("Saving…"),
        "save_here": _("Draft saved on this PC %(time)s · not sent yet"),
        "save_server": _("Saved on server %(time)s"),
        "save_failed": _("Not saved: disk full or blocked, keep this page open"),
        "draft_back": _("Your draft of %(time)s is back. Nothing of it has been sent."),
        "text_kept": _("A text of %(time)s that the server does not have is kept on this PC."),
        "sending": _("Sending…"),
        "not_sent": _("Not sent. Check the message at the top of the page and send again."),
        "queued": _("Not sent yet. It goes out by itself when the connection is back."),
        "send_later": _("Send when connected"),
        # the form
        "time_triple": _("%(first)s = %(second)s = %(utc)s UTC"),
        "time_at": pgettext("time in a city", "%(time)s %(city)s"),
        "time_never": _("This time did not exist: the clocks were put forward. Check it."),
        "time_twice": _("This time happened twice: the clocks were put back. Choose which."),
        "time_unclear": _("Write the date as 22.11.2026 and the time as 02:07."),
        "coordinates_unclear": _(
            "Write the coordinates as 55.7912, 27.3010 or 55°47'28\"N 27°18'04\"E."
        ),
        "far_from_line": _(
            "This place is %(km)s km from the border line. Check it; you can still send it."
        ),
        "copied": _("Copied from your last report. Check every field."),
        "map_failed": _("The map could not be drawn. The coordinates work without it."),
        # one incident
        "add_for_own": _("Add for the own side only"),
        "add_for_both": _("Add for both sides"),
    }
