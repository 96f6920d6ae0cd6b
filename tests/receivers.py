"""Real local receivers of what the portal pushes and texts: a provider by HTTP, a push service."""

import base64
import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from contactpoints.management.commands.make_vapid_key import new_key


def text64(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Receiver:
    """`got`: (path, headers, body) in order; `status` is what it answers, `slow` after how long."""

    def __init__(self):
        self.got, self.status, self.slow, self.headers = [], 201, 0.0, {}
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                receiver.got.append(
                    (self.path, {name.title(): value for name, value in self.headers.items()}, body)
                )
                time.sleep(receiver.slow)
                self.send_response(receiver.status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        self.origin = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    @property
    def texts(self):
        """What a provider was asked to send: (number, text)."""
        found = [json.loads(body) for _path, _headers, body in self.got]
        return [(said["to"], said["message"]) for said in found]


class Browser:
    """A browser that subscribed at a receiver; only it can read what was pushed."""

    def __init__(self, receiver, name="one"):
        self.receiver, self.path = receiver, f"/wpush/v2/{name}"
        self.key, self.secret = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.subscription = {
            "endpoint": f"{receiver.origin}{self.path}",
            "expirationTime": None,
            "keys": {"p256dh": text64(point), "auth": text64(self.secret)},
        }

    @property
    def as_json(self):
        return json.dumps(self.subscription)

    @property
    def shown(self):
        return [
            json.loads(http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret))
            for path, _headers, body in self.receiver.got
            if path == self.path
        ]


@pytest.fixture
def provider(settings):
    """One gateway for SMS, messenger and voice, as an operator would set it."""
    receiver = Receiver()
    address = f"json://key:SECRET-KEY@127.0.0.1:{receiver.port}/send?:to={{to}}"
    settings.CHANNEL_URLS = dict.fromkeys(("sms", "messenger", "voice"), address)
    yield receiver
    receiver.close()


@pytest.fixture
def push_service(settings):
    receiver = Receiver()
    settings.PUSH_HOSTS = [receiver.origin, "fcm.googleapis.com", "*.push.apple.com"]
    settings.VAPID_PRIVATE_KEY = new_key()
    yield receiver
    receiver.close()


@pytest.fixture
def browser(push_service):
    return Browser(push_service)
