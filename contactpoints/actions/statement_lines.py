"""Reconciling a monthly statement of exchange, line by line."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.reference.wording import worded

from ..ledger import FIGURES
from ..models import EntryKind, ExchangeStatement, StatementEntry
from ..statements import (
    AGREED,
    DISPUTED,
    PROPOSED,
    Line,
    line_of,
    may_reconcile,
    require_signer,
)
from .statements import Why, locked_statement, require_open, rewrite_statement

NOTE_MOST = 1000
COUNT_MOST = 10_000_000


@transaction.atomic
def _said(
    statement: ExchangeStatement,
    key: str,
    kind: EntryKind,
    *,
    text: str = "",
    empty: str = "",
    reading: Any = None,
    proposal: StatementEntry | None = None,
    client_ref: uuid.UUID | None = None,
    check: Any = None,
    by: Any,
) -> StatementEntry:
    """Write what a side says of a line; `check(line)` says whether it fits and gives the reading
    where that follows from the line. The same `client_ref` is one entry."""
    statement = locked_statement(statement)
    line = line_of(statement, key)
    if line is None:
        sentence = _("The statement has no such line.")
        raise Invalid(sentence, fields={"line": [sentence]})
    if not may_reconcile(by, line):
        raise NotAllowed(
            _("The head of the contact point of this line, or headquarters, speaks for your side.")
        )
    text = worded(text, "text", most=NOTE_MOST, empty=empty)
    if client_ref is not None:
        known = StatementEntry.objects.filter(by=by, client_ref=client_ref).first()
        if known is not None:
            same = (known.statement_id, known.line, known.kind, known.text)
            if same == (statement.pk, key, str(kind), text):
                return known
            raise Refused(
                _("Something else was written from this page already. Reload it and write again."),
                code="written",
            )
    require_open(statement)
    if check is not None:
        found = check(line)
        reading = reading if found is None else found
    entry = StatementEntry.objects.create(
        statement=statement,
        client_ref=client_ref or uuid.uuid4(),
        line=key,
        kind=kind,
        side=by.side,
        text=text,
        reading=reading,
        counts=line.counts,
        proposal=proposal,
        by=by,
    )
    content = statement.content
    rewrite_statement(
        statement,
        lines=content["lines"],
        late=content["late"],
        counted_at=content["counted_at"],
        why=Why.SAID,
        by=by,
    )
    record(f"statement.{kind}", statement.ref, by=by, line=key, sha256=statement.sha256)
    return entry


def dispute_line(
    statement: ExchangeStatement,
    line: str,
    *,
    text: str,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> StatementEntry:
    """Say that a line is not right and why; both sides read it. Nobody signs until it is settled.
    Voids what was signed."""
    require_signer(by)

    def check(found: Line) -> None:
        if found.state == DISPUTED and found.disputed_by == by.side:
            raise Refused(
                _("Your side disputes this line already. Write an answer, or propose a reading."),
                code="disputed",
            )

    empty = _("Write what is not right with this line.")
    return _said(
        statement, line, EntryKind.DISPUTE, text=text, empty=empty, client_ref=client_ref,
        check=check, by=by,
    )  # fmt: skip


def answer_dispute(
    statement: ExchangeStatement,
    line: str,
    *,
    text: str,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> StatementEntry:
    """Answer what was said of a line that is disputed or has a reading proposed. It settles
    nothing. Voids what was signed."""
    require_signer(by)

    def check(found: Line) -> None:
        if found.state not in (DISPUTED, PROPOSED):
            raise Refused(_("Nobody disputes this line now."), code="not_disputed")

    empty = _("Write the answer first.")
    return _said(
        statement, line, EntryKind.ANSWER, text=text, empty=empty, client_ref=client_ref,
        check=check, by=by,
    )  # fmt: skip


def withdraw_dispute(statement: ExchangeStatement, line: str, *, by: Any) -> StatementEntry:
    """Take back what the own side disputed or proposed; the line stands as it was counted. A
    repeat is refused. Voids what was signed."""
    require_signer(by)

    def check(found: Line) -> None:
        own = (
            found.disputed_by == by.side
            if found.state == DISPUTED
            else found.state == PROPOSED
            and found.proposal is not None
            and found.proposal.side == by.side
        )
        if not own:
            raise Refused(_("Your side has nothing to take back at this line."), code="not_own")

    return _said(statement, line, EntryKind.WITHDRAW, check=check, by=by)


def propose_reading(
    statement: ExchangeStatement,
    line: str,
    *,
    reading: Mapping[str, int] | None,
    text: str,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> StatementEntry:
    """Propose what both sides shall read at a line, with the reason; None lets both counts stand
    side by side. The other side agrees, or answers. Voids what was signed."""
    require_signer(by)
    given = None if reading is None else _reading(reading)
    empty = _("Write why it shall be read so.")
    return _said(
        statement, line, EntryKind.PROPOSE, text=text, empty=empty, reading=given,
        client_ref=client_ref, by=by,
    )  # fmt: skip


def _reading(given: Mapping[str, int]) -> dict[str, int]:
    """The three counts; raises Invalid where one is none, or more was answered than was sent."""
    wrong: dict[str, list[object]] = {}
    found = {}
    for name in FIGURES:
        value = given.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= COUNT_MOST:
            wrong[name] = [_("Give a whole number from 0 to %(most)s.") % {"most": COUNT_MOST}]
        else:
            found[name] = value
    if not wrong:
        for name in ("answered", "late"):
            if found[name] > found["sent"]:
                wrong[name] = [_("This cannot be more than was sent.")]
    if wrong:
        raise Invalid(" ".join(str(each[0]) for each in wrong.values()), fields=wrong)
    return found


def take_other_count(
    statement: ExchangeStatement,
    line: str,
    *,
    text: str,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> StatementEntry:
    """Read at a line what the other side counts, with the reason. That settles it. Voids what was
    signed."""
    require_signer(by)

    def check(found: Line) -> dict[str, int]:
        if found.counts["LV"] == found.counts["BY"]:
            raise Refused(_("Both sides count alike at this line."), code="alike")
        if found.disputed_by and found.disputed_by != by.side:
            raise Refused(
                _("The other side disputes this line. Answer it, or propose a reading."),
                code="disputed",
            )
        return found.counts["BY" if by.side == "LV" else "LV"]

    empty = _("Write why it shall be read so.")
    return _said(
        statement, line, EntryKind.TAKE, text=text, empty=empty, client_ref=client_ref,
        check=check, by=by,
    )  # fmt: skip


@transaction.atomic
def agree_reading(
    statement: ExchangeStatement, proposal: StatementEntry, *, by: Any
) -> StatementEntry:
    """Agree, for the other side, to the reading that waits at a line. Agreed twice is agreed once;
    Stale where another reading was proposed meanwhile. Voids what was signed."""
    require_signer(by)
    statement = locked_statement(statement)
    known = StatementEntry.objects.filter(proposal=proposal).first()
    if known is not None:
        line = line_of(statement, proposal.line)
        if line is not None and line.state == AGREED:
            return known

    def check(found: Line) -> dict[str, int] | None:
        if found.proposal is None or found.proposal.pk != proposal.pk:
            raise Stale(
                _("This reading is not the one that waits any more. Look at the line again."),
                current=statement,
            )
        if proposal.side == by.side:
            raise Refused(
                _("Your side proposed this reading. The other side agrees to it."), code="own"
            )
        return None

    return _said(
        statement, proposal.line, EntryKind.AGREE, reading=proposal.reading, proposal=proposal,
        check=check, by=by,
    )  # fmt: skip
