"""Everything that changes an account."""

from __future__ import annotations

import smtplib
import uuid
from datetime import datetime, timedelta
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from knox.models import AuthToken

from bordercoop.audit.models import record
from bordercoop.outbox.relay import post

from .models import Language, Theme, User


@transaction.atomic
def order_password_reset(user: User, *, by: User | None) -> None:
    """Have a link for a new password sent to the account's own address, in its own language.

    The link is made when the letter goes out: no row ever holds something one can sign in with.
    """
    post("password_reset", f"password-reset:{uuid.uuid4()}", {"account": user.pk})
    record("account.password_reset_ordered", f"user:{user.username}"[:80], by=by, trail=user.side)


def send_password_reset(payload: dict[str, Any], *, key: str) -> None:
    """Outbox channel: write and send the letter. Raises when the mail server does not take it."""
    user = User.objects.filter(pk=payload["account"], is_active=True).first()
    if user is None:
        return  # suspended meanwhile
    path = reverse(
        "account_reset_password_from_key",
        kwargs={
            "uidb36": user_pk_to_url_str(user),
            "key": default_token_generator.make_token(user),
        },
    )
    with translation.override(user.language):
        context = {"user": user, "address": settings.BASE_URL.rstrip("/") + path}
        subject = render_to_string("account/email/password_reset_subject.txt", context).strip()
        body = render_to_string("account/email/password_reset_message.txt", context)
        if not send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [user.email]):
            raise smtplib.SMTPException("the mail server took nothing")


@transaction.atomic
def issue_token(user: User, *, expires_in: timedelta, by: User | None) -> tuple[str, datetime]:
    """A new API token and when it expires. The token is returned here once and kept only hashed."""
    row, token = AuthToken.objects.create(user=user, expiry=expires_in)
    record(
        "account.token_issued",
        f"user:{user.username}"[:80],
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
        f"user:{user.username}"[:80],
        by=by,
        trail=user.side,
        count=count,
    )
    return count


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
    from allauth.usersessions.models import UserSession
    from django.contrib.sessions.models import Session

    now = timezone.now()
    over = Session.objects.filter(expire_date__lt=now)
    for session in UserSession.objects.filter(
        session_key__in=over.values("session_key")
    ).select_related("user"):
        record(
            "account.session_ended",
            f"user:{session.user.username}"[:80],
            by=None,
            trail=session.user.side,
            why="expired",
        )
    over.delete()
    AuthToken.objects.filter(expiry__lt=now).delete()
    live = Session.objects.values("session_key")
    UserSession.objects.exclude(session_key__in=live).delete()
