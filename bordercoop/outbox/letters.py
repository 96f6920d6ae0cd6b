"""One letter of the portal to one officer."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage


def send_letter(to: str, subject: str, body: str, *, key: str) -> None:
    """Send a text mail. `key` is that of its message in the outbox: a letter that is sent again
    has the same Message-ID, so that mail programs show it once. Raises what the server answers."""
    host = urlsplit(settings.BASE_URL).hostname or "bordercoop"
    EmailMessage(
        subject=" ".join(subject.split()),
        body=body,
        to=[to],
        headers={
            "Message-ID": f"<{key.replace(':', '.').replace(' ', '')}@{host}>",
            "Auto-Submitted": "auto-generated",
        },
    ).send()
