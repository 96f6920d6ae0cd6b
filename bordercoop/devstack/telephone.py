"""A provider of text messages and pushes for demonstrations: texts become files, none leaves this
machine. What is pushed is encrypted for a browser and is only counted.

python -m bordercoop.devstack.telephone PORT FOLDER
"""

import json
import re
import signal
import sys
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

KEPT = 1000
LARGEST = 64 * 1024


def keep(folder: Path, body: bytes) -> str:
    """Writes one text to `FOLDER/<time>-<number>.txt`; the oldest go when there are many."""
    said = json.loads(body)
    at = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    to = re.sub(r"[^A-Za-z0-9.@_+-]", "_", str(said.get("to", "nobody")))[:80]
    file = folder / f"{at}-{to}.txt"
    file.touch(mode=0o600)
    file.write_text(str(said.get("message", "")))
    for old in sorted(folder.glob("*.txt"))[:-KEPT]:
        old.unlink(missing_ok=True)
    return f"{at} text kept"


def serve(port: int, folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    class Provider(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), LARGEST))
            status = 201
            if self.path.startswith("/text"):
                try:
                    print(keep(folder, body), flush=True)
                except (ValueError, AttributeError):
                    status = 400
            elif self.path.startswith("/gone"):
                status = 410
            else:
                print(f"push of {len(body)} bytes taken", flush=True)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Numbers stand in addresses, so nothing of them is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Provider)
    server.daemon_threads = True
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever()


if __name__ == "__main__":
    serve(int(sys.argv[1]), Path(sys.argv[2]))
