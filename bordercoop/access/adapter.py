"""How allauth signs people in here: no self-registration, everything audited, own sentences."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from bordercoop.audit.models import record

from .actions import order_password_reset
from .models import User


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in, failed sign-in, lock-out and sign-out leave an audit entry each."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is suspended. Ask your administrator."),
        "enter_current_password": _("This is not your current password. Type it again."),
        "incorrect_password": _("This is not your password. Type it again."),
        "invalid_password_reset": _("This link is no longer valid. Ask for a new one."),
        "rate_limited": _("Too many requests came from here. Wait a minute and try again."),
        "too_many_login_attempts": _(
            "There were too many failed attempts, so signing in is locked for five minutes. "
            "Wait, or set a new password by e-mail."
        ),
        "username_password_mismatch": _(
            "The user name or the password is not right. Check both and try again."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """A side's administrator makes accounts; nobody registers."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            self._note(request, "account.locked_out", credentials)
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        super().authentication_failed(request, **credentials)
        self._note(request, "account.sign_in_failed", credentials)

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Nobody signs in whose posting has not begun or has ended; the page says which."""
        if not user.is_active or import_string(settings.STILL_POSTED)(user):
            return super().pre_login(request, user, **kwargs)
        record("account.sign_in_refused", user.ref, by=None, trail=user.side, why="posting")
        with translation.override(user.language):
            return render(request, "account/not_posted.html", {"account": user}, status=403)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponseRedirect:
        """The password was right and the account is suspended."""
        record(
            "account.sign_in_failed",
            user.ref,
            by=None,
            trail=user.side,
            why="suspended",
            address=self.get_client_ip(request),
        )
        return super().respond_user_inactive(request, user)

    def login(self, request: HttpRequest, user: User) -> None:
        with transaction.atomic():
            super().login(request, user)
            record("account.signed_in", user.ref, by=user, address=self.get_client_ip(request))

    def logout(self, request: HttpRequest) -> None:
        user = request.user
        with transaction.atomic():
            super().logout(request)
            if isinstance(user, User):
                record("account.signed_out", user.ref, by=user)

    def set_password(self, user: User, password: str) -> None:
        with transaction.atomic():
            super().set_password(user, password)
            record("account.password_set", user.ref, by=user)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Queue the letter: the answer takes the same time for a known and an unknown address."""
        order_password_reset(user, by=None)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Notices of sign-in events are the audit's business, not the mail's."""

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link leads to the portal's own address, whatever host the request named."""
        from django.urls import reverse

        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return str(settings.BASE_URL.rstrip("/") + path.replace("UID-KEY", key))

    def _note(self, request: HttpRequest, verb: str, credentials: dict[str, Any]) -> None:
        """Which name was tried, cut to what fits; a password typed as a name stays unknown."""
        tried = str(credentials.get("username") or "")
        known = User.objects.filter(username__iexact=tried).first() if tried else None
        record(
            verb,
            known.ref if known else "user:unknown",
            by=None,
            trail=known.side if known else "",
            address=self.get_client_ip(request),
        )
