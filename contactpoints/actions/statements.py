"""Making, counting, reconciling and signing the monthly statement of exchange."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.live.doorbell import ring_many
from bordercoop.outbox.relay import post
from bordercoop.reference.wording import worded
from bordercoop.web.both import Both, two_languages
from bordercoop.web.pdf import pdf

from ..access import SERVICES
from ..ledger import FIGURES
from ..models import EntryKind, ExchangeStatement, StatementEntry, StatementSignature
from ..models.statements import sum_of
from ..statement_paper import statement_document
from ..statements import (
    AGREED,
    DISPUTED,
    PROPOSED,
    Line,
    content_of,
    count_month,
    ends_at,
    last_month,
    late_entries,
    line_of,
    lines_of,
    may_reconcile,
    require_reader_of_statements,
    require_signer,
    signers,
    signing_desks,
)
from .handover import Printed

NOTE_MOST = 1000
COUNT_MOST = 10_000_000
Why = StatementSignature.Why
# The last month that this process knows to be stated, so that a tick costs nothing.
_stated: list[date] = []


def _locked(statement: ExchangeStatement) -> ExchangeStatement:
    rows = ExchangeStatement.objects.select_for_update(no_key=True, of=("self",))
    found: ExchangeStatement = rows.get(pk=statement.pk)
    return found


def _require_open(statement: ExchangeStatement) -> None:
    if statement.closed_at is not None:
        raise Refused(
            _(
                "Both sides have signed this statement, so it stands. What came later is among the "
                "late entries of the next month."
            ),
            code="closed",
        )


@transaction.atomic
def make_statement(month: date, *, by: Any) -> ExchangeStatement:
    """Count a month that is over, as both sides count it, and ask both sides to sign.

    One statement a month; made again it is the same one. `by` None is the portal itself.
    """
    require_signer(by)
    return _made(month, by)


def _made(month: date, by: Any) -> ExchangeStatement:
    known = ExchangeStatement.objects.filter(month=month).first()
    if known is not None:
        return known
    at = now()
    if at < ends_at(month):
        sentence = _("This month is not over yet by UTC. Its statement can be made from %(day)s.")
        sentence %= {"day": f"{ends_at(month):%d.%m.%Y %H:%M} UTC"}
        raise Invalid(sentence, fields={"month": [sentence]})
    said = content_of(
        month, lines=count_month(month, at), late=late_entries(month, at), counted_at=at
    )
    try:
        with transaction.atomic():
            statement = ExchangeStatement.objects.create(
                month=month, said=said, sha256=sum_of(said), made_at=at, made_by=by
            )
    except IntegrityError:  # another one made it at the same moment
        return ExchangeStatement.objects.get(month=month)
    for side in SERVICES if by is None else (by.side,):
        record(
            "statement.made",
            statement.ref,
            by=by,
            trail="" if by else side,
            month=f"{month:%Y-%m}",
            sha256=statement.sha256,
        )
    _tell(statement, SERVICES, "made")
    return statement


def make_due_statement() -> int:
    """Make the statement of the last month, `STATEMENT_AFTER` hours after its end, where anything
    crossed in it; returns how many.

    Safe in several processes at once; a month in which nothing crossed can be stated by hand.
    """
    month = last_month()
    if month in _stated or now() < ends_at(month) + timedelta(hours=settings.STATEMENT_AFTER):
        return 0
    known = ExchangeStatement.objects.filter(month=month).exists()
    if known or not count_month(month, now()):
        _stated[:] = [month]
        return 0
    with transaction.atomic():
        _made(month, None)
    return 1


def _rewrite(
    statement: ExchangeStatement, *, lines: Any, late: Any, counted_at: Any, why: Why, by: Any
) -> None:
    """Write the statement anew and void what was signed of it; the caller holds the lock."""
    at = now()
    standing = list(statement.signatures.filter(voided_at=None))
    for signature in standing:
        signature.voided_at, signature.voided_by, signature.voided_why = at, by, why
        signature.save(update_fields=["voided_at", "voided_by", "voided_why"])
        record(
            "statement.signature_voided",
            statement.ref,
            by=by,
            side=signature.side,
            sha256=signature.sha256,
            why=str(why),
        )
    entries = statement.entries.select_related("by").order_by("pk")
    statement.said = content_of(
        statement.month, lines=lines, late=late, counted_at=counted_at, entries=entries
    )
    statement.sha256 = sum_of(statement.said)
    statement.revision += 1
    statement.save(update_fields=["said", "sha256", "revision"])
    if standing:
        _tell(statement, {signature.side for signature in standing} - {by.side}, "voided")
    _ring()


@transaction.atomic
def recount_statement(statement: ExchangeStatement, *, by: Any) -> ExchangeStatement:
    """Count the month anew. Where nothing is counted otherwise nothing changes and what was signed
    stands; else the signatures are void."""
    require_signer(by)
    statement = _locked(statement)
    _require_open(statement)
    at, content = now(), statement.content
    lines, late = count_month(statement.month, at), late_entries(statement.month, at)
    if lines == content["lines"] and late == content["late"]:
        return statement
    _rewrite(statement, lines=lines, late=late, counted_at=at, why=Why.COUNTED, by=by)
    record("statement.recounted", statement.ref, by=by, sha256=statement.sha256)
    return statement


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
    statement = _locked(statement)
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
    _require_open(statement)
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
    _rewrite(
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
    statement = _locked(statement)
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


@transaction.atomic
def sign_statement(statement: ExchangeStatement, *, sha256: str, by: Any) -> StatementSignature:
    """Sign for the own side the statement whose sum is `sha256`, which is what the officer read.

    Signed twice by the same officer is signed once. The second side's signature closes it for good.
    Stale when the statement has another sum by now; refused while a line is not settled. The door
    has asked the password, and the second factor where there is one, anew.
    """
    require_signer(by)
    statement = _locked(statement)
    standing = {one.side: one for one in statement.signatures.filter(voided_at=None)}
    known = standing.get(by.side)
    if sha256.strip().lower() != statement.sha256:
        raise Stale(
            _("The statement has another SHA-256 by now. Read how it stands, then sign that."),
            current=statement,
        )
    if known is not None:
        if known.by_id == by.pk:
            return known
        raise Refused(_("Your side has signed this statement already."), code="signed")
    _require_open(statement)
    left = sum(not line.settled for line in lines_of(statement))
    if left:
        raise Refused(
            ngettext(
                "%(count)s line is not settled yet. Both sides agree on it before they sign.",
                "%(count)s lines are not settled yet. Both sides agree on them before they sign.",
                left,
            )
            % {"count": left},
            code="open_lines",
        )
    signature = StatementSignature.objects.create(
        statement=statement,
        side=by.side,
        sha256=statement.sha256,
        revision=statement.revision,
        name_latin=by.name_latin,
        name_local=by.name_local,
        by=by,
    )
    record("statement.signed", statement.ref, by=by, sha256=statement.sha256)
    if standing:
        statement.closed_at = now()
        statement.save(update_fields=["closed_at"])
        record("statement.closed", statement.ref, by=by, sha256=statement.sha256)
    else:
        _tell(statement, set(SERVICES) - {by.side}, "signed")
    _ring()
    return signature


def print_statement(statement: ExchangeStatement, *, languages: Sequence[str], by: Any) -> Printed:
    """The statement as a PDF in two languages, the same for both sides. Recorded.

    Raises Invalid for two languages that are alike or unknown.
    """
    require_reader_of_statements(by)
    both, at = Both(*two_languages(*languages)), now()
    content = pdf("statement.typ", statement_document(statement, both=both, by=by, at=at), at=at)
    record("statement.printed", statement.ref, by=by, sha256=statement.sha256)
    return Printed(content, f"{statement.number}.pdf")


def _tell(statement: ExchangeStatement, sides: Any, event: str) -> None:
    """A letter to each signer of these sides; nothing of the counts is in it."""
    for side in sorted(sides):
        for officer in signers(side):
            key = f"statement:{statement.uid}:{event}:{statement.revision}:{officer.uid}"
            post("statement", key, {"statement": str(statement.uid), "to": officer.pk})


def _ring() -> None:
    """Pages of both sides that show a statement ask anew."""
    ring_many(sorted(desk.code for side in SERVICES for desk in signing_desks(side)))
