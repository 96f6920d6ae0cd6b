"""How long a signed-in session lives: `SESSION_IDLE` without a request, `SESSION_ABSOLUTE` at all.

Both times are kept in the session itself, so that checking them costs no statement; the time of the
last request is written at most once a minute.
"""

from __future__ import annotations

import time
from contextlib import suppress
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user_model,
    load_backend,
)
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.contrib.sessions.backends.db import SessionStore
from django.utils.crypto import constant_time_compare

BEGAN, SEEN = "began_at", "seen_at"
FACTOR = "second_factor"  # the account whose second factor this session has proved
WRITE_EVERY = 60


class Ended(StrEnum):
    """Why a session is over."""

    IDLE = "idle"
    ABSOLUTE = "absolute"
    POSTING = "posting"


def begin(sender: Any, request: Any, **kwargs: Any) -> None:
    """Start both clocks when somebody signs in."""
    request.session[BEGAN] = request.session[SEEN] = int(time.time())


def ended(session: SessionBase) -> Ended | None:
    """Why a signed-in session may not go on, or None while it may."""
    now = time.time()
    began = session.get(BEGAN, now)
    if now - began > settings.SESSION_ABSOLUTE.total_seconds():
        return Ended.ABSOLUTE
    if now - session.get(SEEN, began) > settings.SESSION_IDLE.total_seconds():
        return Ended.IDLE
    return None


def touch(session: SessionBase) -> bool:
    """Note that the officer is there; True when the session has to be saved for it."""
    now = int(time.time())
    session_is_new = BEGAN not in session
    if session_is_new:
        session[BEGAN] = now
    if session_is_new or now - session.get(SEEN, 0) >= WRITE_EVERY:
        session[SEEN] = now
        return True
    return False


def lacks_factor(session: SessionBase) -> bool:
    """Whether this session is signed in and still owes the second factor that is demanded."""
    return (
        settings.SECOND_FACTOR == "required"
        and SESSION_KEY in session
        and session.get(FACTOR) != session[SESSION_KEY]
    )


def keep_alive(session_key: str) -> None:
    """Count an open live stream as presence: a duty console that only watches is not idle."""
    session = SessionStore(session_key)
    if SESSION_KEY in session and not ended(session) and touch(session):
        with suppress(UpdateError):  # signed out meanwhile: nothing is left to keep
            session.save()


def user_of(session_key: str) -> Any:
    """The active account that is signed in with this session and within both limits, or None.

    For doors without Django's middleware (the live stream): two statements, nothing is written.
    """
    session = SessionStore(session_key)
    if SESSION_KEY not in session or ended(session) or lacks_factor(session):
        return None
    if session[BACKEND_SESSION_KEY] not in settings.AUTHENTICATION_BACKENDS:
        return None
    key = get_user_model()._meta.pk.to_python(session[SESSION_KEY])
    user = load_backend(session[BACKEND_SESSION_KEY]).get_user(key)
    if user is None:
        return None
    stamp = session.get(HASH_SESSION_KEY, "")
    if not constant_time_compare(stamp, user.get_session_auth_hash()):
        return None
    user.__dict__["_session"] = session  # what an app above keeps in it holds here as well
    return user
