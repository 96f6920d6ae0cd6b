"""A mail receiver for demonstrations: every mail becomes a file, none leaves this machine.

python -m bordercoop.devstack.mailbox PORT FOLDER [ADDRESS MAILDIR]

What comes to ADDRESS, or to name+anything of it, is delivered to MAILDIR as well, as a mail server
delivers answers to invitations.
"""

import asyncio
import mailbox
import re
import signal
import sys
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

KEPT = 1000


class Keeper:
    """Writes each mail to `FOLDER/<time>-<recipient>.eml`; the oldest go when there are many."""

    def __init__(self, folder: Path, answers: str = "", maildir: Path | None = None) -> None:
        self.folder, self.answers = folder, answers
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.maildir = mailbox.Maildir(maildir) if maildir else None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Answers only when the file is there, as a real server would."""
        content = envelope.content or b""
        raw = content.encode() if isinstance(content, str) else content
        at = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
        to = re.sub(r"[^A-Za-z0-9.@_-]", "_", (envelope.rcpt_tos or ["nobody"])[0])[:80]
        file = self.folder / f"{at}-{to}.eml"
        half = file.with_suffix(".half")
        half.touch(mode=0o600)
        half.write_bytes(raw)
        half.rename(file)
        for to in filter(self._answers, envelope.rcpt_tos):
            if self.maildir is not None:
                self.maildir.add(b"Delivered-To: " + to.encode() + b"\n" + raw)
        for old in sorted(self.folder.glob("*.eml"))[:-KEPT]:
            old.unlink(missing_ok=True)
        subject = message_from_bytes(raw, policy=policy.default)["subject"]
        print(f"{at} to {', '.join(envelope.rcpt_tos)}: {subject}", flush=True)
        return "250 Kept"

    def _answers(self, address: str) -> bool:
        """Whether it is the address of answers, with or without what follows a plus sign."""
        name, _at, host = address.lower().rpartition("@")
        return f"{name.partition('+')[0]}@{host}" == self.answers.lower()


async def serve(port: int, folder: Path, answers: str = "", maildir: Path | None = None) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    keeper = Keeper(folder, answers, maildir)

    def session() -> SMTP:
        return SMTP(keeper, loop=loop, enable_SMTPUTF8=True)

    async with await loop.create_server(session, "127.0.0.1", port):
        await ended.wait()


if __name__ == "__main__":
    rest = sys.argv[3:]
    taken = (rest[0], Path(rest[1])) if rest else ("", None)
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2]), *taken))
