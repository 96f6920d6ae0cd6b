from tests.incidents.cases import cases
from tests.incidents.doors import later, role_groups, signed_in
from tests.smtp import mailbox

__all__ = ["cases", "later", "mailbox", "role_groups", "signed_in"]
