"""The address to which the answer of one invited officer goes: it says whose answer it is, and
nobody else can make it up."""

import base64
import binascii
import hmac
import re
import uuid
from email.utils import parseaddr

from django.conf import settings
from django.utils.crypto import salted_hmac

from .models import Participation

SALT = "training.answers"
# What is before the "@" has 64 letters at most (RFC 5321), and mail servers may write it small: 26
# for the id and 20 for the seal leave room for a name of 17.
ID, SEAL = 26, 12


def address_for(part: Participation) -> str:
    """Such as "answers+<id><seal>@portal.example"; the portal's own address where no answers by
    letter are taken."""
    if not settings.ANSWERS_ADDRESS:
        return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    name, _at, host = settings.ANSWERS_ADDRESS.partition("@")
    return f"{name}+{_small(part.uid.bytes)}{_seal(part.uid, settings.SECRET_KEY)}@{host}"


def uid_in(address: str) -> uuid.UUID | None:
    """The participation's public id in such an address; None when the portal did not make it."""
    said = address.strip().partition("@")[0].partition("+")[2].lower()
    if not re.fullmatch("[a-z2-7]{46}", said):
        return None
    try:
        uid = uuid.UUID(bytes=base64.b32decode(said[:ID].upper() + "======"))
    except (binascii.Error, ValueError):
        return None
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    sealed = any(hmac.compare_digest(said[ID:], _seal(uid, key)) for key in keys)
    return uid if sealed else None


def _small(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=").lower()


def _seal(uid: uuid.UUID, secret: str) -> str:
    mac = salted_hmac(SALT, uid.bytes, secret=secret, algorithm="sha256")
    return _small(mac.digest()[:SEAL])
