"""One letter of the portal to one officer."""

import smtplib
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from .relay import ReceiverAway

# "Service not available, closing": the server goes, whatever the letter is.
CLOSING = 421


def send_letter(
    to: str,
    subject: str,
    body: str,
    *,
    key: str,
    calendar: tuple[str, bytes] | None = None,
    reply_to: str = "",
) -> None:
    """Send a text mail; `calendar` is (method, iCalendar) that calendars take in (RFC 6047).

    `key` is that of its message in the outbox: a letter that is sent again has the same Message-ID,
    so that mail programs show it once. Raises what the server answers, and ReceiverAway while no
    mail server does.
    """
    host = urlsplit(settings.BASE_URL).hostname or "bordercoop"
    letter = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=body,
        to=[to],
        reply_to=[reply_to] if reply_to else None,
        headers={
            "Message-ID": f"<{key.replace(':', '.').replace(' ', '')}@{host}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    if calendar is not None:
        method, content = calendar
        letter.attach_alternative(
            content.decode(), f"text/calendar; method={method}; component=VEVENT"
        )
        # Programs that know nothing of the part above offer the file.
        letter.attach("invite.ics", content, "application/ics")
    try:
        letter.send()
    except OSError as error:
        if _is_away(error):
            raise ReceiverAway(f"{type(error).__name__}: {error}") from error
        raise


def _is_away(error: OSError) -> bool:
    """Whether there was no server to take any letter, so that this one is not to blame."""
    if isinstance(error, smtplib.SMTPServerDisconnected | smtplib.SMTPConnectError):
        return True
    if isinstance(error, smtplib.SMTPException):
        return getattr(error, "smtp_code", None) == CLOSING
    return True
