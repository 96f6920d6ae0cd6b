"""Who may hear which units now. Runs in threads, through the ORM; the stream itself never does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, QueryDict
from django.http.cookie import parse_cookie
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.timezone import now
from django.utils.translation import gettext as _
from rest_framework.exceptions import AuthenticationFailed

from bordercoop.access.sessions import keep_alive, user_of
from bordercoop.access.tokens import TokenAuthentication
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.outbox.database import drop_broken_connections

from .models import Presence

P = ParamSpec("P")
R = TypeVar("R")
MOST_DESKS = 50
LONGEST_QUERY = 4000


@dataclass(frozen=True)
class Admitted:
    """May listen, at these units, until the next check; with `each` that comes before every
    change that is passed on, and not with the beat alone."""

    topics: frozenset[str]
    each: bool = False


def survives_restart(work: Callable[P, R]) -> Callable[P, R]:
    """Run once more on a fresh connection when PostgreSQL was restarted under the kept one."""

    @wraps(work)
    def twice(*args: P.args, **kwargs: P.kwargs) -> R:
        drop_broken_connections()
        try:
            return work(*args, **kwargs)
        except (OperationalError, InterfaceError):
            connection.close()
            return work(*args, **kwargs)

    return twice


def request_of(scope: Mapping[str, Any]) -> HttpRequest:
    """As much of a Django request as the checks need: address, headers and cookies."""
    request = HttpRequest()
    request.method, request.path = scope["method"], scope["path"]
    server = scope.get("server") or ("localhost", 80)
    request.META = {"SERVER_NAME": server[0], "SERVER_PORT": str(server[1] or 80)}
    if client := scope.get("client"):
        request.META["REMOTE_ADDR"] = client[0]
    for name, value in scope["headers"]:
        # A header with an underscore could pass for the real one once "-" has become "_".
        if b"_" not in name:
            request.META[f"HTTP_{name.decode('latin1').upper().replace('-', '_')}"] = value.decode(
                "latin1"
            )
    request.COOKIES = parse_cookie(request.META.get("HTTP_COOKIE", ""))
    request.GET = QueryDict(scope.get("query_string", b"")[:LONGEST_QUERY])
    return request


@survives_restart
def admit(request: HttpRequest, desks: tuple[str, ...], *, renew: bool) -> Admitted:
    """The units this request may hear; with no desk named, all that the officer may listen at.
    An administrator, who may hear none, gets the heartbeat alone.

    With `display` in the address a screen without an account asks; it is nobody's presence.
    Notes the officer's presence at the named desks, and with `renew` keeps the session from
    falling idle. Raises Refused (400, 401, 403, 404) in the language of the officer.
    """
    with translation.override(translation.get_language_from_request(request)):
        try:
            request.get_host()
        except DisallowedHost as error:
            raise Invalid(_("This portal does not answer under that host name.")) from error
        if "display" in request.GET:
            return _display(request, desks)
        user = _user(request, renew=renew)
        if user is None:
            raise Refused(
                _("You are not signed in, or your session has ended. Sign in to listen."),
                code="not_authenticated",
                status=401,
            )
        translation.activate(user.language)
        topics = _topics(user, desks)
        _note_presence(user, desks)
        return Admitted(topics)


def _display(request: HttpRequest, desks: tuple[str, ...]) -> Admitted:
    topics = import_string(settings.LIVE_DISPLAY)(request.COOKIES)
    if topics is None or set(desks) - topics:
        raise Refused(
            _("This display has ended. Ask the head of the contact point for a new one."),
            code="not_authenticated",
            status=401,
        )
    return Admitted(topics, each=True)


def _user(request: HttpRequest, *, renew: bool) -> Any:
    if "HTTP_AUTHORIZATION" in request.META:
        try:
            found = TokenAuthentication().authenticate(request)  # type: ignore[arg-type]
        except AuthenticationFailed:
            return None
        return found[0] if found else None
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    user = user_of(key) if key else None
    if user is not None and key and renew:
        keep_alive(key)
    return user


def _topics(user: Any, desks: tuple[str, ...]) -> frozenset[str]:
    if len(desks) > MOST_DESKS:
        raise Invalid(_("Name at most %(number)d desks to listen at.") % {"number": MOST_DESKS})
    mine = frozenset(import_string(settings.LIVE_TOPICS)(user))
    if not import_string(settings.STILL_POSTED)(user):
        raise NotAllowed(_("You have no posting now, so there is no unit where you may listen."))
    if barred := set(desks) - mine:
        raise NotAllowed(
            _("You may not listen at %(desks)s. Ask the head of the contact point for a posting.")
            % {"desks": ", ".join(sorted(barred))[:200]}
        )
    return frozenset(desks) or mine


def _note_presence(user: Any, desks: tuple[str, ...]) -> None:
    if desks:
        Presence.objects.bulk_create(
            [Presence(user=user, unit_code=code, seen_at=now()) for code in sorted(set(desks))],
            update_conflicts=True,
            unique_fields=["user", "unit_code"],
            update_fields=["seen_at"],
        )
