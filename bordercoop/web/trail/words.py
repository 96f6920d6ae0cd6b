"""What the codes of the audit trail mean, in the reader's language.

A code without a word is shown as it is: the trail is older and younger than this table.
"""

from __future__ import annotations

import json
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

VERBS: dict[str, Promise] = {
    "access.refusals_omitted": _("More refusals in this minute were not listed"),
    "access.refused": _("Access was refused"),
    "account.access_ended": _("Every session and token of an account was ended"),
    "account.corrected": _("Name or address of an account were corrected"),
    "account.factor_added": _("A second factor was added"),
    "account.factor_failed": _("A code of the second factor was wrong"),
    "account.factor_locked_out": _("The second factor was locked after wrong codes"),
    "account.factor_removed": _("A second factor was removed"),
    "account.factor_used": _("The second factor was used"),
    "account.factors_reset": _("A lost second factor was taken away"),
    "account.invitation_sent": _("An invitation was sent"),
    "account.invited": _("An officer was invited"),
    "account.locked_out": _("Sign-in was locked after failed attempts"),
    "account.made": _("An account was made"),
    "account.notice_accepted": _("The legal notice was accepted"),
    "account.password_reset_ordered": _("A link for a new password was ordered"),
    "account.password_set": _("A new password was set"),
    "account.recovery_codes_renewed": _("Recovery codes were renewed"),
    "account.reinstated": _("An account was reinstated"),
    "account.session_ended": _("A session was ended"),
    "account.sign_in_failed": _("A sign-in failed"),
    "account.sign_in_refused": _("A sign-in without a posting was refused"),
    "account.signed_in": _("Signed in"),
    "account.signed_out": _("Signed out"),
    "account.suspended": _("An account was suspended"),
    "account.token_issued": _("An API token was issued"),
    "account.token_revoked": _("An API token was revoked"),
    "account.tokens_revoked": _("API tokens were revoked"),
    "alert.raised": _("An alert was raised"),
    "account.session_revoked": _("A session was ended from the list of sessions"),
    "backup.made": _("A backup was made"),
    "backup.restored": _("A backup was restored"),
    "consent.asked": _("The originator's consent was asked for"),
    "consent.given": _("The originator consented"),
    "consent.refused": _("The originator refused its consent"),
    "data.exported": _("Data were exported"),
    "data.purged": _("Personal data were purged"),
    "delivery.accepted": _("An alert was accepted"),
    "delivery.acknowledged": _("An alert was acknowledged"),
    "delivery.declined": _("An alert was declined"),
    "delivery.escalated": _("An alert went to its next step"),
    "delivery.failed": _("An alert could not be delivered"),
    "delivery.opened": _("An alert was opened"),
    "desk.changed": _("The facts of a desk were changed"),
    "duty.booked": _("A duty was booked"),
    "duty.cancelled": _("A duty was cancelled"),
    "filter.deleted": _("A saved filter was deleted"),
    "filter.renamed": _("A saved filter was renamed"),
    "filter.saved": _("Filters of the list were saved under a name"),
    "emergency.ended": _("An emergency session was ended"),
    "emergency.opened": _("An emergency session was opened"),
    "emergency.request": _("A request in an emergency session"),
    "emergency.reviewed": _("An emergency session was reviewed"),
    "hold.ended": _("A legal hold came to its end"),
    "hold.lifted": _("A legal hold was lifted"),
    "hold.placed": _("A legal hold was placed"),
    "incident.absorbed": _("Another record was merged into an incident"),
    "incident.closed": _("An incident was closed"),
    "incident.impact_revised": _("The impact of an incident was revised"),
    "incident.marked": _("An incident was given another marking"),
    "file.added": _("A file was added to an incident"),
    "file.handed_over": _("A file was handed over"),
    "file.infected": _("A virus was found in a file"),
    "file.withdrawn": _("A file was withdrawn"),
    "incident.let_go": _("A record merged into an incident was let go again"),
    "incident.linked": _("Two incidents were linked"),
    "incident.logged_anyway": _("An incident was logged although another one looked alike"),
    "incident.measure_added": _("A measure was added"),
    "incident.merged": _("An incident was merged into another one"),
    "incident.note_added": _("A note was added"),
    "incident.part_closed": _("A side closed its part of an incident"),
    "incident.passed_on": _("A copy of an incident was passed on"),
    "incident.printed": _("An incident was printed"),
    "incident.released": _("An incident was released"),
    "incident.reopened": _("A closed incident was opened again"),
    "incident.reported": _("An incident was reported"),
    "incident.resubmitted": _("A returned incident was submitted again"),
    "incident.returned": _("An incident was returned"),
    "incident.supplemented": _("An incident was supplemented"),
    "incident.unlinked": _("A link between two incidents was taken away"),
    "incident.unmerged": _("The merge of an incident was taken back"),
    "incident.validated": _("An incident was validated"),
    "incident.verified": _("An incident was verified"),
    "incident.withdrawn": _("An incident was withdrawn"),
    "list.changed": _("A common list was changed"),
    "message.resent": _("A message was sent again"),
    "open_source.imported": _("Open-source records were imported"),
    "personal_data.read": _("Personal data were read"),
    "place.status": _("The opening of a place was recorded"),
    "posting.end_set": _("The end of a posting was set"),
    "posting.ended": _("A posting was ended"),
    "posting.started": _("A posting was started"),
    "proposal.confirmed": _("A proposal was confirmed"),
    "proposal.declined": _("A proposal was declined"),
    "proposal.lapsed": _("A proposal lapsed"),
    "proposal.made": _("A change of a common list was proposed"),
    "proposal.withdrawn": _("A proposal was withdrawn"),
    "purge.certified": _("A purge certificate was made"),
    "retention.set": _("A retention period was set"),
    "rota.extended": _("The rota was extended"),
    "rota.rule_set": _("A rule of the rota was set"),
    "rota.rule_ended": _("A rule of the rota was ended"),
    "sealed.added": _("A person was written into a sealed part"),
    "sealed.corrected": _("A person in a sealed part was corrected"),
    "sealed.opened": _("A sealed part was opened"),
    "sealed.recall_acknowledged": _("The recall of personal data was acknowledged"),
    "sealed.recalled": _("A release of personal data was recalled"),
    "sealed.released": _("Personal data were released"),
    "subject.searched": _("What is kept of a person was searched"),
    "unit.added": _("A unit was added"),
    "unit.changed": _("A unit was changed"),
    "unit.moved": _("A unit was moved"),
    "unit.restored": _("A unit was restored"),
    "unit.retired": _("A unit was retired"),
    "unit.retirement_set": _("The day on which a unit retires was set"),
}

FACTS: dict[str, Promise] = {
    "before": pgettext_lazy("audit", "Before"),
    "consent": pgettext_lazy("audit", "Consent"),
    "handling": pgettext_lazy("audit", "Handling code"),
    "tlp": pgettext_lazy("audit", "TLP"),
    "address": pgettext_lazy("audit", "Network address"),
    "audience": pgettext_lazy("audit", "Audience"),
    "changed": pgettext_lazy("audit", "Changed fields"),
    "code": pgettext_lazy("audit", "Code"),
    "confirmed": pgettext_lazy("audit", "Confirmed"),
    "count": pgettext_lazy("audit", "Number"),
    "desk": pgettext_lazy("audit", "Desk"),
    "desks": pgettext_lazy("audit", "Desks"),
    "ends_at": pgettext_lazy("audit", "Ends"),
    "fields": pgettext_lazy("audit", "Fields"),
    "file": pgettext_lazy("audit", "File"),
    "filter": pgettext_lazy("audit", "Filter"),
    "ground": pgettext_lazy("audit", "Ground"),
    "impact": pgettext_lazy("audit", "Impact"),
    "legal_basis": pgettext_lazy("audit", "Legal basis"),
    "into": pgettext_lazy("audit", "Merged into"),
    "kind": pgettext_lazy("audit", "Kind"),
    "method": pgettext_lazy("audit", "Method"),
    "number": pgettext_lazy("audit", "Incident number"),
    "path": pgettext_lazy("audit", "Page"),
    "priority": pgettext_lazy("audit", "Priority"),
    "rank": pgettext_lazy("audit", "Rank"),
    "records": pgettext_lazy("audit", "Records"),
    "role": pgettext_lazy("audit", "Role"),
    "rows": pgettext_lazy("audit", "Rows"),
    "starts_at": pgettext_lazy("audit", "Begins"),
    "status": pgettext_lazy("audit", "Status"),
    "step": pgettext_lazy("audit", "Step"),
    "subject": pgettext_lazy("audit", "Subject"),
    "unit": pgettext_lazy("audit", "Unit"),
    "version": pgettext_lazy("audit", "Version"),
    "other": pgettext_lazy("audit", "Other incident"),
    "why": pgettext_lazy("audit", "Reason"),
}


def verb(code: str) -> str:
    return str(VERBS.get(code, code))


def facts(held: Any) -> list[tuple[str, str]]:
    """(name, value) of each fact, as text: lists joined by commas, the rest as codes."""
    if not isinstance(held, dict):
        return []
    return [(str(FACTS.get(name, name)), _text(value)) for name, value in held.items()]


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(each, str | int) for each in value):
        return ", ".join(str(each) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_text(each)}" for name, each in value.items())
    return json.dumps(value, ensure_ascii=False)
