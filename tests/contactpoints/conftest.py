from tests.contactpoints.emergencies import emergency
from tests.incidents.doors import later, role_groups, signed_in
from tests.smtp import mailbox

__all__ = ["emergency", "later", "mailbox", "role_groups", "signed_in"]
