"""API tokens: `Authorization: Token ...`, hashed at rest, expiring, revocable."""

from __future__ import annotations

from typing import Any

import knox.auth
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from knox.models import AbstractAuthToken
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from bordercoop import sentences
from bordercoop.audit.actions import record_refusal


class TokenAuthentication(knox.auth.TokenAuthentication):
    """One statement a request; the officer's own language holds for what the API says, too."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        try:
            found = super().authenticate(request)
        except AuthenticationFailed:
            address = get_adapter().get_client_ip(request)
            record_refusal("token", by=None, code="token_refused", address=address)
            raise
        if found is not None:
            # Until the end of the request: LanguageMiddleware puts back what was active.
            translation.activate(found[0].language)
        return found

    def authenticate_credentials(self, token: bytes) -> tuple[Any, Any]:
        if not token.isalnum():  # ASCII letters and digits: nothing else was ever issued
            raise AuthenticationFailed(sentences.NOT_SIGNED_IN)
        found = super().authenticate_credentials(token)
        if not import_string(settings.STILL_POSTED)(found[0]):
            raise AuthenticationFailed(sentences.NOT_SIGNED_IN)
        return found

    def _cleanup_token(self, auth_token: AbstractAuthToken) -> bool:
        """True when the token has expired. Expired rows are removed once a day, not by readers."""
        return auth_token.expiry is not None and auth_token.expiry < timezone.now()
