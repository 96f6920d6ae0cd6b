"""Where an officer is signed in, and the way to end any of it at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.decorators import login_required
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from bordercoop.audit.models import record

from .models import User
from .sessions import BEGAN, SEEN, ended

# In this order: a browser also names those it descends from.
BROWSERS = {"Edg": "Edge", "OPR/": "Opera", "YaBrowser": "Yandex Browser", "Vivaldi": "Vivaldi",
            "SamsungBrowser": "Samsung Internet", "Firefox": "Firefox", "FxiOS": "Firefox",
            "CriOS": "Chrome", "Chrom": "Chrome", "Safari": "Safari"}  # fmt: skip
SYSTEMS = {"Windows": "Windows", "Android": "Android", "iPhone": "iPhone", "iPad": "iPad",
           "Mac OS X": "macOS", "CrOS": "ChromeOS", "Linux": "Linux"}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """One signed-in session. `pk` names it in addresses; its key never leaves the server."""

    pk: int
    device: str
    address: str
    began_at: datetime
    seen_at: datetime
    is_this: bool


def device_words(user_agent: str) -> str:
    """ "Firefox on Windows" in the reader's language; an unknown one says so."""
    browser = next((name for mark, name in BROWSERS.items() if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    if browser or system:
        return browser or system
    return _("An unknown device")


def places(user: User, this: str | None) -> list[Place]:
    """Sessions of `user` that still live, this one first, then the last seen; two statements."""
    known = {row.session_key: row for row in UserSession.objects.filter(user_id=user.pk)}
    found = []
    for row in Session.objects.filter(session_key__in=list(known)):
        kept = row.get_decoded()
        # A dict has the one method of a session that `ended` asks for.
        if kept.get(SESSION_KEY) != str(user.pk) or ended(kept):  # type: ignore[arg-type]
            continue
        listed = known[row.session_key]
        began = _moment(kept.get(BEGAN)) or listed.created_at
        found.append(
            Place(
                pk=listed.pk,
                device=device_words(listed.user_agent),
                address=listed.ip,
                began_at=began,
                seen_at=_moment(kept.get(SEEN)) or began,
                is_this=row.session_key == this,
            )
        )
    return sorted(found, key=lambda place: (not place.is_this, -place.seen_at.timestamp()))


def _moment(seconds: Any) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


@transaction.atomic
def end_sessions(rows: Any, *, by: User) -> int:
    """End some sessions of the officer's own at once; how many. Ended ones are left alone.

    The next request of each finds nobody signed in; a live stream notices at its next check.
    """
    listed = list(rows.filter(user_id=by.pk))
    keys = [row.session_key for row in listed]
    count, _rows = Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(pk__in=[row.pk for row in listed]).delete()
    for row in listed:
        record(
            "account.session_revoked",
            f"user:{by.username}"[:80],
            by=by,
            address=row.ip,
            began_at=row.created_at,
        )
    return count


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """The list; a POST ends all the others."""
    assert isinstance(request.user, User)
    this = request.session.session_key
    if request.method == "POST":
        others = UserSession.objects.exclude(session_key=this)
        count = end_sessions(others, by=request.user)
        sentence = ngettext(
            "%(count)d other session was ended.", "%(count)d other sessions were ended.", count
        )
        messages.info(request, sentence % {"count": count})
        return HttpResponseRedirect(reverse("usersessions_list"))
    listed = places(request.user, this)
    return render(request, "usersessions/usersession_list.html", {"places": listed})


@login_required
@require_POST
def end_one(request: HttpRequest, pk: int) -> HttpResponse:
    """End one session; ending this one signs out."""
    assert isinstance(request.user, User)
    row = get_object_or_404(UserSession, pk=pk, user_id=request.user.pk)
    if row.session_key == request.session.session_key:
        from allauth.account.internal.flows.logout import logout

        logout(request)
        return HttpResponseRedirect(reverse("account_login"))
    end_sessions(UserSession.objects.filter(pk=row.pk), by=request.user)
    messages.info(request, _("The session was ended."))
    return HttpResponseRedirect(reverse("usersessions_list"))
