"""A line between a process and PostgreSQL on which every statement is seen."""

import socket
import struct
import threading
import time
from dataclasses import dataclass, field

LATER = (80877103, 80877104)  # asks for encryption: one byte comes back, the start follows


@dataclass
class Seen:
    """What passed: statements with their texts, and when PostgreSQL confirmed each commit."""

    statements: list[str] = field(default_factory=list)
    commits: list[tuple[float, str]] = field(default_factory=list)

    def committed(self, statement: str) -> float:
        """When the transaction in which this statement was sent was confirmed."""
        return next(at for at, asked in self.commits if statement in asked)


class Wire:
    """Listens at `port` and passes everything on. psycopg2 sends each statement by itself, BEGIN,
    COMMIT and savepoints too, so the number of messages is the number of statements."""

    def __init__(self, host: str, port: int) -> None:
        self.seen = Seen()
        self._there = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def fresh(self) -> Seen:
        """Count from here on."""
        self.seen = Seen()
        return self.seen

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                here, _ = self._listener.accept()
            except OSError:
                return
            there = socket.create_connection(self._there)
            for end in (here, there):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line = _Line(self)
            for source, target, look in ((here, there, line.asked), (there, here, line.answered)):
                threading.Thread(
                    target=self._pass_on, args=(source, target, look), daemon=True
                ).start()

    def _pass_on(self, source, target, look) -> None:
        try:
            while chunk := source.recv(65536):
                target.sendall(chunk)
                look(chunk)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


class _Line:
    """One connection: what was asked in its present transaction."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._buffer = b""
        self._started = False
        self._since_begin: list[str] = []

    def asked(self, chunk: bytes) -> None:
        self._buffer += chunk
        while len(self._buffer) >= 8:
            if not self._started:
                length, code = struct.unpack("!II", self._buffer[:8])
                self._buffer, self._started = self._buffer[length:], code not in LATER
                continue
            kind, length = self._buffer[:1], struct.unpack("!I", self._buffer[1:5])[0]
            if len(self._buffer) < length + 1:
                return
            if kind == b"Q":
                text = self._buffer[5:length].decode(errors="replace")
                self._wire.seen.statements.append(text)
                if text.startswith("BEGIN"):
                    self._since_begin = []
                self._since_begin.append(text)
            self._buffer = self._buffer[length + 1 :]

    def answered(self, chunk: bytes) -> None:
        if b"C\x00\x00\x00\x0bCOMMIT\x00" in chunk:
            about = "\n".join(text[:60] for text in self._since_begin)
            self._wire.seen.commits.append((time.perf_counter(), about))
