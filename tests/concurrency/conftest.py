from tests.incidents.acts import acts
from tests.incidents.doors import later, role_groups, signed_in
from tests.smtp import mailbox

__all__ = ["acts", "later", "mailbox", "role_groups", "signed_in"]
