"""allauth's forms of the second factor with the portal's rules: a code works once, wrong ones are
audited, and whatever a hostile browser sends in place of a passkey is a refusal, never a fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import DatabaseError

from bordercoop.audit.models import record

from .second_factor import FactorAdapter

LONGEST = 20_000  # characters of a passkey's answer; real ones have about 1,500
LOCKED = ("too_many_login_attempts", "rate_limited")


def noted(user: Any, kind: str, check: Callable[[], Any]) -> Any:
    """What `check` gives; a refusal of it is audited and passed on in the portal's words."""
    about = user.ref if user else "user:unknown"
    try:
        return check()
    except ValidationError as error:
        locked = getattr(error, "code", None) in LOCKED
        verb = "account.factor_locked_out" if locked else "account.factor_failed"
        record(
            verb,
            about,
            by=None,
            trail=user.side if user else "",
            kind=kind,
            address=_address(),
        )
        if locked:
            raise FactorAdapter().validation_error("too_many_codes") from error
        raise


def _address() -> str:
    from allauth.account.adapter import get_adapter

    return str(get_adapter().get_client_ip(context.request))


def use_once(user: Any, code: str) -> None:
    """Refuse a code of an app that was taken before, for as long as it could be right."""
    lives = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
    key = f"second-factor:{user.pk}:{normalize_user_code(code)}"
    if not cache.add(key, 1, timeout=lives):
        raise FactorAdapter().validation_error("incorrect_code")


class _Code:
    """`code` of an app or from the list of recovery codes."""

    user: Any
    authenticator: Authenticator

    def clean_code(self) -> str:
        def check() -> str:
            code = super(_Code, self).clean_code()  # type: ignore[misc]
            if self.authenticator.type == Authenticator.Type.TOTP:
                use_once(self.user, code)
            return str(code)

        return str(noted(self.user, "code", check))


class SignInCode(_Code, AuthenticateForm):
    pass


class ConfirmCode(_Code, ReauthenticateForm):
    pass


class ActivateTotp(ActivateTOTPForm):
    """The first code proves that the app holds the secret; it is used up by that."""

    def clean_code(self) -> str:
        code = str(noted(self.user, "set_up", super().clean_code))
        use_once(self.user, code)
        return code


def sound(form: forms.Form, check: Callable[[], Any]) -> Any:
    """`check` of a passkey's answer, which is whatever the browser sent."""
    raw = form.data.get(form.add_prefix("credential")) or ""
    refusal = FactorAdapter().validation_error("incorrect_code")
    if len(raw) > LONGEST or "\\u0000" in raw or "\0" in raw:
        raise refusal
    try:
        return check()
    except (ValidationError, DatabaseError):
        raise
    except Exception as error:  # the parser's own words for a malformed answer are many
        raise refusal from error


class AddPasskey(AddWebAuthnForm):
    name = forms.CharField(required=False, max_length=60)

    def clean(self) -> dict[str, Any]:
        return dict(sound(self, super().clean))


class RenamePasskey(EditWebAuthnForm):
    name = forms.CharField(max_length=60)


class _Passkey:
    user: Any

    def clean_credential(self) -> Authenticator:
        check = super().clean_credential  # type: ignore[misc]
        return noted(self.user, "passkey", lambda: sound(self, check))  # type: ignore[arg-type]


class SecondPasskey(_Passkey, AuthenticateWebAuthnForm):
    pass


class SignInPasskey(_Passkey, LoginWebAuthnForm):
    pass


class ConfirmPasskey(_Passkey, ReauthenticateWebAuthnForm):
    pass
