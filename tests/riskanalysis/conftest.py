"""What several tests of risk analysis stand on."""

from tests.smtp import mailbox

__all__ = ["mailbox"]
