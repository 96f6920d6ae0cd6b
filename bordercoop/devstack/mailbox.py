"""A mail receiver for demonstrations: every mail becomes a file, none leaves this machine.

python -m bordercoop.devstack.mailbox PORT FOLDER
"""

import asyncio
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

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

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
        for old in sorted(self.folder.glob("*.eml"))[:-KEPT]:
            old.unlink(missing_ok=True)
        subject = message_from_bytes(raw, policy=policy.default)["subject"]
        print(f"{at} to {', '.join(envelope.rcpt_tos)}: {subject}", flush=True)
        return "250 Kept"


async def serve(port: int, folder: Path) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    keeper = Keeper(folder)

    def session() -> SMTP:
        return SMTP(keeper, loop=loop, enable_SMTPUTF8=True)

    async with await loop.create_server(session, "127.0.0.1", port):
        await ended.wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
