"""Who signs confirms the password, and the second factor where there is one, within the last five
minutes and in this session."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from bordercoop.errors import NotAllowed

from .second_factor import has_factor, proved_recently, where_proved


def to_confirm(request: HttpRequest, back: str = "") -> str:
    """Where password or second factor still has to be confirmed, "" when both have been; from there
    one comes `back`, to this page unless told otherwise."""
    if not proved_recently(request, "password"):
        address = reverse("account_reauthenticate")
    elif has_factor(request.user) and not proved_recently(request, "mfa"):
        address = where_proved(request)
    else:
        return ""
    return f"{address}?{urlencode({'next': back or request.path})}"


def require_confirmed(request: Any) -> None:
    """For programs: `request` is one of the API. A token confirms nothing."""
    if to_confirm(request._request):
        raise NotAllowed(
            _(
                "Nobody signs with a token. Sign in the portal, which asks for your password "
                "and second factor again."
            ),
            code="confirm_first",
        )
