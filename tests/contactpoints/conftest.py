from tests.contactpoints.crossings_made import place, say
from tests.contactpoints.emergencies import emergency
from tests.incidents.doors import later, role_groups, signed_in
from tests.smtp import mailbox

__all__ = ["emergency", "later", "mailbox", "place", "role_groups", "say", "signed_in"]
