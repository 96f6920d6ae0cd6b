"""Everything that changes an account."""

from __future__ import annotations

import re
import smtplib
import uuid
from datetime import datetime, timedelta
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from knox.models import AuthToken

from bordercoop.audit.models import record
from bordercoop.errors import Invalid
from bordercoop.outbox.relay import post

from .models import NOTICE, Language, Theme, User

# Letters up to the Latin extensions that Latvian uses, and what stands between names.
LATIN = re.compile(r"[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f .'’-]{1,119}")


@transaction.atomic
def order_password_reset(user: User, *, by: User | None) -> None:
    """Have a link for a new password sent to the account's own address, in its own language.

    The link is made when the letter goes out: no row ever holds something one can sign in with.
    """
    post("password_reset", f"password-reset:{uuid.uuid4()}", {"account": user.pk})
    record("account.password_reset_ordered", user.ref, by=by, trail=user.side)


def send_password_reset(payload: dict[str, Any], *, key: str) -> None:
    """Outbox channel: write and send the letter. Raises when the mail server does not take it."""
    user = User.objects.filter(pk=payload["account"], is_active=True).first()
    if user is not None:  # else suspended meanwhile
        _send_link(user, "account/email/password_reset")


@transaction.atomic
def order_invitation(user: User, *, by: User | None) -> None:
    """Have a link for the first password sent to the account's own address; see above."""
    post("invitation", f"invitation:{uuid.uuid4()}", {"account": user.pk})
    record("account.invitation_sent", user.ref, by=by, trail=user.side)


def send_invitation(payload: dict[str, Any], *, key: str) -> None:
    """Outbox channel: like `send_password_reset`; nothing to whoever has signed in meanwhile."""
    user = User.objects.filter(pk=payload["account"], is_active=True, last_login=None).first()
    if user is not None:
        _send_link(user, "account/email/invitation")


def password_address(user: User) -> str:
    """A link at which the account's owner sets a password; good once, for three days."""
    path = reverse(
        "account_reset_password_from_key",
        kwargs={
            "uidb36": user_pk_to_url_str(user),
            "key": default_token_generator.make_token(user),
        },
    )
    return settings.BASE_URL.rstrip("/") + path


def _send_link(user: User, letter: str) -> None:
    with translation.override(user.language):
        context = {"user": user, "address": password_address(user)}
        subject = render_to_string(f"{letter}_subject.txt", context).strip()
        body = render_to_string(f"{letter}_message.txt", context)
        if not send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [user.email]):
            raise smtplib.SMTPException("the mail server took nothing")


@transaction.atomic
def issue_token(user: User, *, expires_in: timedelta, by: User | None) -> tuple[str, datetime]:
    """A new API token and when it expires. The token is returned here once and kept only hashed."""
    row, token = AuthToken.objects.create(user=user, expiry=expires_in)
    record(
        "account.token_issued",
        user.ref,
        by=by,
        trail=user.side,
        token=row.token_key,
        expires_at=row.expiry.isoformat(),
    )
    return token, row.expiry


@transaction.atomic
def revoke_tokens(user: User, *, by: User | None) -> int:
    """End every API token of an account at once; the number ended."""
    count, _rows = AuthToken.objects.filter(user=user).delete()
    record(
        "account.tokens_revoked",
        user.ref,
        by=by,
        trail=user.side,
        count=count,
    )
    return count


@transaction.atomic
def revoke_token(user: User, token_key: str, *, by: User | None) -> bool:
    """End one API token of an account, named by its first letters; False when it had none such."""
    count, _rows = AuthToken.objects.filter(user=user, token_key=token_key).delete()
    if count:
        record("account.token_revoked", user.ref, by=by, trail=user.side, token=token_key)
    return bool(count)


@transaction.atomic
def end_access(user: User, *, why: str, by: User | None) -> None:
    """Sign an account out everywhere at once: every session, live stream and API token ends."""
    keys = list(UserSession.objects.filter(user=user).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(user=user).delete()
    tokens, _rows = AuthToken.objects.filter(user=user).delete()
    record(
        "account.access_ended",
        user.ref,
        by=by,
        trail=user.side,
        why=why,
        sessions=len(keys),
        tokens=tokens,
    )


@transaction.atomic
def take_first_steps(
    *, name_latin: str, name_local: str, phone: str, language: str, by: User
) -> User:
    """Finish the first sign-in: own names, telephone and language, the legal notice accepted.

    Also how a new edition of the notice is accepted. Raises Invalid with a sentence per field.
    """
    wrong: dict[str, list[str]] = {}
    name_latin, name_local = " ".join(name_latin.split()), " ".join(name_local.split())
    if not LATIN.fullmatch(name_latin):
        wrong["name_latin"] = [_("Write your name in Latin letters.")]
    if not name_local:
        wrong["name_local"] = [_("Write your name as you write it in your own language.")]
    if language not in Language.values:
        wrong["language"] = [_("Choose one of the four languages.")]
    if wrong:
        raise Invalid(next(iter(wrong.values()))[0], fields=wrong)
    user = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if user.at_home:
        return user
    at = timezone.now()
    user.name_latin, user.name_local, user.phone = name_latin, name_local, phone.strip()
    user.language, user.notice, user.notice_at = Language(language), NOTICE, at
    user.welcomed_at = user.welcomed_at or at
    user.save(
        update_fields=[
            *("name_latin", "name_local", "phone", "language"),
            *("notice", "notice_at", "welcomed_at"),
        ]
    )
    record("account.notice_accepted", user.ref, by=user, notice=NOTICE)
    return user


def choose_language(language: str, *, by: User) -> None:
    """The officer's own language, on screens and in mails."""
    by.language = Language(language)
    by.save(update_fields=["language"])


def choose_theme(theme: str, *, by: User) -> None:
    by.theme = Theme(theme)
    by.save(update_fields=["theme"])


def switch_hotkeys(on: bool, *, by: User) -> None:
    """Turn the single-letter shortcuts on or off (WCAG 2.1.4)."""
    by.hotkeys = on
    by.save(update_fields=["hotkeys"])


@transaction.atomic
def forget_expired() -> None:
    """Remove sessions and tokens that can no longer be used.

    A session that nobody came back to ends here and leaves its entry: who signed out, or was
    signed out at the next request, has one already and no session any more.
    """
    now = timezone.now()
    over = Session.objects.filter(expire_date__lt=now)
    for session in UserSession.objects.filter(
        session_key__in=over.values("session_key")
    ).select_related("user"):
        record(
            "account.session_ended",
            session.user.ref,
            by=None,
            trail=session.user.side,
            why="expired",
        )
    over.delete()
    AuthToken.objects.filter(expiry__lt=now).delete()
    live = Session.objects.values("session_key")
    UserSession.objects.exclude(session_key__in=live).delete()
