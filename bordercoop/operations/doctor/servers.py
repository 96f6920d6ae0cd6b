"""The servers beside PostgreSQL: the broker and the mail server."""

import smtplib
import ssl
from collections.abc import Iterator

import redis
from django.conf import settings

from . import OK, WARNING, WRONG, Check, Finding

SECONDS = 5.0


def broker() -> Iterator[Finding]:
    try:
        with redis.Redis.from_url(
            settings.CELERY_BROKER_URL,
            socket_timeout=SECONDS,
            socket_connect_timeout=SECONDS,
            retry=None,
        ) as link:
            link.ping()
    except (redis.RedisError, OSError, ValueError) as error:
        says = f"Valkey does not answer ({type(error).__name__}). Nothing is lost, it is slower."
        yield Finding("broker", WRONG, says, "Start Valkey and check REDIS_URL.")
    else:
        yield Finding("broker", OK, "Valkey answers.")


def mail_server() -> Iterator[Finding]:
    """Greets the server and signs in where the portal would; sends no mail."""
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        says = f"Mails do not leave: {settings.EMAIL_BACKEND.rpartition('.')[0]}."
        yield Finding("mail server", WARNING, says, "Set EMAIL_URL to a mail server.")
        return
    try:
        _greet()
    except smtplib.SMTPAuthenticationError:
        mend = "Check name and password in EMAIL_URL."
        yield Finding("mail server", WRONG, f"{where} does not accept our name.", mend)
    except ssl.SSLError as error:
        says = f"{where} has no certificate that this machine trusts ({error.reason})."
        yield Finding("mail server", WRONG, says, "Give the server one, or trust its authority.")
    except (smtplib.SMTPException, OSError) as error:
        says = f"{where} does not answer as a mail server ({type(error).__name__})."
        mend = "Check EMAIL_URL, and that this machine may reach the server."
        yield Finding("mail server", WRONG, says, mend)
    else:
        yield Finding("mail server", OK, f"{where} answers.")


def _greet() -> None:
    kind = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP
    with kind(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=SECONDS) as server:
        server.ehlo_or_helo_if_needed()
        if settings.EMAIL_USE_TLS:
            server.starttls(context=ssl.create_default_context())
        if settings.EMAIL_HOST_USER:
            server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)


CHECKS: list[Check] = [broker, mail_server]
