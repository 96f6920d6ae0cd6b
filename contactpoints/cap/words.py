"""The sentences that say why a CAP message was refused, in the language of whoever reads them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from bordercoop.errors import Refused
from bordercoop.formats.cap import Fault
from bordercoop.web.clocks import compact

# By code: of a Fault of the format, or of what the portal cannot take.
REASONS = {
    "too_large": _("The message has %(size)s bytes; at most %(most)s are taken. Leave files out."),
    "empty": _("There is no message in it. Send the CAP document itself."),
    "encoding": _("The message is not written in UTF-8. Save it in UTF-8 and send it again."),
    "characters_stored": _("The message contains a character that XML does not know (NUL)."),
    "doctype": _(
        "The message has a document type or entities, which CAP forbids and which are never read. "
        "Send it without them."
    ),
    "encrypted": _("The message is encrypted. Send it in plain text through the portal."),
    "too_deep": _("The message nests its elements too deep."),
    "malformed": _("The message is no well-formed XML: something is wrong in line %(line)s."),
    "not_cap": _("This is no CAP message: the outermost element must be the alert of CAP 1.2."),
    "other_version": _(
        "The message is of CAP version %(version)s, and only version 1.2 is taken. Ask its sender "
        "for that one."
    ),
    "include": _("The message wants to include other documents (XInclude), which are never read."),
    "schema": _("The message breaks the schema of CAP 1.2 in line %(line)s: %(what)s"),
    "missing": _("The element %(element)s is missing or empty."),
    "characters": _("The element %(element)s holds a space, a comma or another forbidden sign."),
    "too_long": _("The element %(element)s is longer than %(most)s characters."),
    "too_many": _("The element %(element)s comes more than %(most)s times."),
    "time": _("The element %(element)s holds no time that can be right."),
    "references": _("The references are not written as sender, identifier and time."),
    "position": _("The element %(element)s holds no position on earth that can be right."),
    "status_not_taken": _(
        "Messages of status %(status)s are not taken. Only Actual, Exercise and Test are."
    ),
    "own_message": _("The portal wrote this message itself, so it is not taken in again."),
    "no_info": _("The message says nothing: it has no info."),
    "expired": _("The message is no longer in effect: it ended at %(at)s."),
    "from_the_future": _(
        "The message says that it was sent at %(at)s, which is yet to come. The clock of its "
        "sender is wrong, or ours."
    ),
    "not_addressed": _(
        "The message is not addressed to a desk of yours. Addresses: %(addresses)s."
    ),
    "name_one_desk": _("The message is for several of your desks. Name one: %(desks)s."),
    "name_a_desk": _("A public message names no desk. Name the one that takes it in."),
    "unknown_reference": _(
        "The message refers to one that is not known here: %(reference)s. Send that one first."
    ),
    "other_sender": _("Only %(sender)s, who sent the first message, may change or cancel it."),
    "status_differs": _(
        "The message is of status %(status)s, and the one that it refers to is of status "
        "%(before)s. An exercise and the real thing are kept apart."
    ),
    "older": _("A newer message about the same was taken in already: %(number)s."),
    "cancelled": _("What the message refers to was cancelled already: %(number)s."),
    "other_content": _(
        "A message of this sender, identifier and time was taken in already (%(number)s), with "
        "another content. A change needs a message of its own that refers to it."
    ),
}
STAYS = _(
    "The message says %(said)s. The alert stays %(stays)s, because nobody had acknowledged what "
    "came before."
)
STATUS = {"too_large": 413, "encoding": 400}
# What cannot be right whatever else happens; the rest is refused as things stand.
AS_THINGS_STAND = {
    "own_message", "expired", "from_the_future", "not_addressed", "unknown_reference",
    "other_sender", "status_differs", "older", "cancelled", "other_content",
}  # fmt: skip


def remark(facts: Mapping[str, Any]) -> str:
    """What the portal did otherwise than an accepted message says, in the reader's language."""
    return str(STAYS) % facts if "stays" in facts else ""


def sentence(code: str, facts: Mapping[str, Any]) -> str:
    """The reason in the reader's language; "" for a code that is none of ours."""
    words = REASONS.get(code.removeprefix("cap_"))
    if words is None:
        return ""
    if "at" in facts:
        facts = {**facts, "at": compact(datetime.fromisoformat(facts["at"]))}
    return str(words) % facts


class CapRefused(Refused):
    """A CAP message was refused. `facts` fill the sentence, so that others read it in theirs."""

    def __init__(self, code: str, **facts: Any) -> None:
        status = STATUS.get(code, 409 if code in AS_THINGS_STAND else 400)
        super().__init__(sentence(code, facts), code=f"cap_{code}", status=status)
        self.facts = facts

    @classmethod
    def of(cls, fault: Fault) -> "CapRefused":
        return cls(fault.code, **fault.facts)
