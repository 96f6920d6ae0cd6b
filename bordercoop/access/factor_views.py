"""allauth's pages that change a second factor, each with its audit entry in one transaction."""

from __future__ import annotations

from typing import Any

from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse

from . import second_factor
from .models import User


class _Whole:
    """What the form orders and what the audit says of it stand or fall together."""

    request: HttpRequest

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            response = super().form_valid(form)  # type: ignore[misc]
            self.note()
        return response

    def note(self) -> None:
        """What allauth's signals say too late for this: after the commit."""


class ActivateTotp(_Whole, ActivateTOTPView):
    def note(self) -> None:
        assert isinstance(self.request.user, User)
        second_factor.note_app(self.request, self.request.user)


class RenewRecoveryCodes(_Whole, GenerateRecoveryCodesView):
    def note(self) -> None:
        assert isinstance(self.request.user, User)
        second_factor.note_new_codes(self.request.user)


class DeactivateTotp(_Whole, DeactivateTOTPView):
    pass


class AddPasskey(_Whole, AddWebAuthnView):
    pass


class RemovePasskey(_Whole, RemoveWebAuthnView):
    pass


@login_required
def totp_picture(request: HttpRequest) -> HttpResponse:
    """The QR code of the secret that this session is setting up, as a picture; never kept."""
    secret = request.session.get(SECRET_SESSION_KEY)
    if not secret:
        raise Http404
    adapter = second_factor.FactorAdapter()
    assert isinstance(request.user, User)
    picture = adapter.build_totp_svg(adapter.build_totp_url(request.user, secret))
    return HttpResponse(
        picture, content_type="image/svg+xml", headers={"Cache-Control": "no-store, private"}
    )
