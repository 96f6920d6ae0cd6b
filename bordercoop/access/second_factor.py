"""The second factor: who owes it, how its secrets lie in the database, what the audit hears of it.

django-allauth does the work (codes of an app, recovery codes, passkeys). Here stand the portal's
own rules around it. Outside demo mode a session without a proved factor reaches only the pages on
which one is set up or proved; the live stream refuses it by `sessions.lacks_factor`.
"""

from __future__ import annotations

import base64
import ipaddress
import smtplib
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.mfa import signals
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from allauth.usersessions.models import UserSession
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.mail import send_mail
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from bordercoop.audit.models import record
from bordercoop.outbox.addresses import address_of
from bordercoop.outbox.relay import post

from .middleware import asked_by_script
from .models import User
from .sessions import FACTOR, lacks_factor

Answer = Callable[[HttpRequest], HttpResponse]
OWED = _(
    "This account needs a second factor before anything else can be done. "
    "Set it up, or prove the one you have, and try again."
)
# What a session may reach while it owes its factor.
ALWAYS = {
    "account_login", "account_logout", "account_inactive", "account_reauthenticate",
    "mfa_authenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "mfa_login_webauthn",
    "profile_language", "profile_theme", "health",
}  # fmt: skip
# And where a first factor is set up. With one already there, it has to be proved instead.
SETTING_UP = {
    "mfa_index", "mfa_activate_totp", "mfa_totp_picture", "mfa_list_webauthn", "mfa_add_webauthn",
}  # fmt: skip


def keys() -> MultiFernet:
    """Seals with a key of its own derived from SECRET_KEY; opens what a former key has sealed."""

    def key(secret: str) -> Fernet:
        raw = salted_hmac("bordercoop.second_factor", "", secret=secret, algorithm="sha256")
        return Fernet(base64.urlsafe_b64encode(raw.digest()))

    return MultiFernet(
        [key(each) for each in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    )


class FactorAdapter(DefaultMFAAdapter):
    """Secrets are sealed at rest; names and sentences are the portal's."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_generate_recovery_codes": _(
            "Recovery codes stand beside a second factor. Set up an app or a passkey first."
        ),
        "incorrect_code": _("This is not right, or it was used already. Try again with a new one."),
        "too_many_codes": _(
            "There were too many wrong codes, so none is taken for five minutes. "
            "Wait, or ask the administrator of your side to reset your second factor."
        ),
    }

    def get_totp_label(self, user: User) -> str:  # type: ignore[override]
        return user.username

    def encrypt(self, text: str) -> str:
        return keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return keys().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return str(_("Passkey %(number)d") % {"number": count + 1})

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "BorderCoop"}


def passkeys_possible(request: HttpRequest) -> bool:
    """Browsers bind a passkey to a name; at a bare IP address there is none."""
    host = request.get_host().partition(":")[0]
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return not host.startswith("[")
    return False


def has_factor(user: Any) -> bool:
    """Whether an app or a passkey is set up; recovery codes alone are none."""
    factors = Authenticator.objects.filter(user_id=user.pk)
    return factors.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


class SecondFactorMiddleware:
    """Leads a session that owes its second factor to where it is set up or proved.

    Pages are redirected; scripts and the API get 403 `second_factor_required` with a sentence.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.awaits_factor = lacks_factor(request.session)  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        # Again: AnonymousUser, when the session's account is gone or suspended.
        if not request.awaits_factor or not request.user.is_authenticated:  # type: ignore[attr-defined]
            return None
        name = request.resolver_match.url_name if request.resolver_match else None
        if name in ALWAYS:
            return None
        proves = has_factor(request.user)
        if name in SETTING_UP and not proves:
            return None
        if request.path.startswith("/api/") or asked_by_script(request):
            body = {"code": "second_factor_required", "detail": str(OWED), "fields": {}}
            response: HttpResponse = JsonResponse(body, status=403)
            response["HX-Redirect"] = reverse("mfa_index")
            return response
        if not proves:
            return HttpResponseRedirect(reverse("mfa_index"))
        back = request.get_full_path() if request.method == "GET" else "/"
        return HttpResponseRedirect(f"{where_proved(request)}?{urlencode({'next': back})}")


def where_proved(request: HttpRequest) -> str:
    codes = Authenticator.objects.filter(user_id=request.user.pk).exclude(
        type=Authenticator.Type.WEBAUTHN
    )
    return reverse("mfa_reauthenticate" if codes.exists() else "mfa_reauthenticate_webauthn")


@transaction.atomic
def remove_factors(user: User, *, by: User | None) -> int:
    """Take every factor and recovery code from an account and end its sessions; how many factors.

    Who may order this is the caller's to ask. The officer is told by mail. Without any factor
    nothing happens, so a second call changes nothing.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    held = Authenticator.objects.filter(user_id=user.pk)
    count = held.exclude(type=Authenticator.Type.RECOVERY_CODES).count()
    if not held.exists():
        return 0
    held.delete()
    known = UserSession.objects.filter(user_id=user.pk)
    Session.objects.filter(
        session_key__in=list(known.values_list("session_key", flat=True))
    ).delete()
    known.delete()
    post("factor_reset", f"factor-reset:{uuid.uuid4()}", {"account": user.pk})
    record("account.factors_reset", user.ref, by=by, trail=user.side, factors=count)
    return count


def send_reset_letter(payload: dict[str, Any], *, key: str) -> None:
    """Outbox channel: tell the officer that the second factor was taken away."""
    user = User.objects.filter(pk=payload["account"], is_active=True).first()
    if user is None:
        return
    with translation.override(user.language):
        context = {"user": user, "address": address_of("mfa_index")}
        subject = render_to_string("mfa/email/factor_reset_subject.txt", context).strip()
        body = render_to_string("mfa/email/factor_reset_message.txt", context)
        if not send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [user.email]):
            raise smtplib.SMTPException("the mail server took nothing")


@transaction.atomic
def reseal() -> int:
    """Seal every secret with the present SECRET_KEY; how many factors. Running it twice is safe."""
    count = 0
    for factor in Authenticator.objects.select_for_update(no_key=True).order_by("pk"):
        sealed = {name: factor.data[name] for name in ("secret", "seed") if name in factor.data}
        if sealed:
            fresh = {name: keys().rotate(text.encode()).decode() for name, text in sealed.items()}
            factor.data = {**factor.data, **fresh}
            factor.save(update_fields=["data"])
            count += 1
    return count


# --- what the audit hears, and what a session has proved


def listen() -> None:
    """Hear django-allauth's own signals; its verbs offer no other place to write the audit."""
    for signal, receiver in (
        (signals.authenticator_added, _added),
        (signals.authenticator_removed, _removed),
        (signals.authenticator_used, _used),
    ):
        signal.connect(receiver, dispatch_uid=f"access.second_factor.{receiver.__name__}")


def note_app(request: HttpRequest, user: User) -> None:
    """An app was set up with a code of it: the audit says so and this session has proved it."""
    record("account.factor_added", user.ref, by=user, kind=Authenticator.Type.TOTP)
    request.session[FACTOR] = str(user.pk)


def note_new_codes(user: User) -> None:
    record("account.recovery_codes_renewed", user.ref, by=user)


def _added(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """A passkey, in its transaction; of an app `note_app` hears earlier, codes come with either."""
    if authenticator.type == Authenticator.Type.WEBAUTHN:
        record("account.factor_added", user.ref, by=user, kind=authenticator.type)
        request.session[FACTOR] = str(user.pk)


def _removed(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    record("account.factor_removed", user.ref, by=user, kind=authenticator.type)
    if not has_factor(user):
        # What other sessions have proved is gone as well.
        request.session.pop(FACTOR, None)
        end_other_sessions(request, user)


def _used(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Bound to the account: another one that signs in here later has proved nothing."""
    request.session[FACTOR] = str(user.pk)
    facts: dict[str, Any] = {"kind": authenticator.type}
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        # Read anew: the object here is from before the code was crossed out.
        codes = Authenticator.objects.get(pk=authenticator.pk).wrap()
        facts["codes_left"] = len(codes.get_unused_codes())
    if kwargs.get("passwordless"):
        facts["passwordless"] = True
    record("account.factor_used", user.ref, by=user, **facts)


def proved_recently(request: HttpRequest, method: str) -> bool:
    """Whether this session confirmed `method` ("password" or "mfa") within the last five minutes.

    Signing in does not count: whoever sits down at a screen left open has not confirmed anything.
    """
    import time

    from allauth.account import app_settings
    from allauth.account.internal.flows.login import get_authentication_records

    if SESSION_KEY not in request.session or not isinstance(request.user, User):
        return False
    at = [
        float(entry["at"])
        for entry in get_authentication_records(request, request.user)
        if entry.get("method") == method and entry.get("reauthenticated")
    ]
    return bool(at) and time.time() - max(at) < app_settings.REAUTHENTICATION_TIMEOUT
