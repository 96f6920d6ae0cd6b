"""The address to which the answer of one invited officer goes: it says whose answer it is, and
nobody else can make it up."""

from django.conf import settings
from django.core.signing import BadSignature, Signer

from .models import Participation

SALT = "training.answers"


def address_for(part: Participation) -> str:
    """Such as "answers+<id>.<signature>@portal.example"; the portal's own address where no answers
    by letter are taken."""
    if not settings.ANSWERS_ADDRESS:
        return str(settings.DEFAULT_FROM_EMAIL)
    name, _at, host = settings.ANSWERS_ADDRESS.partition("@")
    sealed = Signer(sep=".", salt=SALT).sign(part.uid.hex)
    return f"{name}+{sealed}@{host}"


def uid_in(address: str) -> str | None:
    """The participation's public id in such an address; None when the portal did not make it."""
    sealed = address.partition("@")[0].partition("+")[2]
    try:
        return Signer(sep=".", salt=SALT).unsign(sealed)
    except BadSignature:
        return None
