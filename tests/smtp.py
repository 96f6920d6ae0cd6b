"""A real local mail receiver. What the portal sends leaves the process and is read back here."""

import socket
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Mailbox:
    """`letters`: what arrived, parsed, in order; `raw`: the same as bytes.

    Between `leave` and `come_back` nobody listens at its port.
    """

    def __init__(self):
        self.port, self.raw = _free_port(), []

    def come_back(self):
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def leave(self):
        if self._controller is not None:
            self._controller.stop()
        self._controller = None

    async def handle_DATA(self, server, session, envelope):
        self.raw.append(envelope.content)
        return "250 taken"

    @property
    def letters(self):
        return [message_from_bytes(raw, policy=policy.default) for raw in self.raw]

    def to(self, user):
        """The letters that one officer got."""
        return [letter for letter in self.letters if letter["To"] == user.email]


@pytest.fixture
def mailbox(settings):
    box = Mailbox()
    box.come_back()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield box
    box.leave()
