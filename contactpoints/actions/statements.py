"""Making, counting, reconciling and signing the monthly statement of exchange."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, Refused, Stale
from bordercoop.live.doorbell import ring_many
from bordercoop.outbox.relay import post
from bordercoop.web.both import Both, two_languages
from bordercoop.web.pdf import pdf

from ..access import SERVICES
from ..models import ExchangeStatement, StatementSignature
from ..models.statements import sum_of
from ..statement_paper import statement_document
from ..statements import (
    content_of,
    count_month,
    ends_at,
    last_month,
    late_entries,
    lines_of,
    require_reader_of_statements,
    require_signer,
    signers,
    signing_desks,
)
from .handover import Printed

Why = StatementSignature.Why
# Statements are counted one after the other, so that no two of them take up the same late entry.
COUNTING = 4_106_036
# The last month that this process knows to be stated, so that a tick costs nothing.
_stated: list[date] = []


def locked_statement(statement: ExchangeStatement) -> ExchangeStatement:
    rows = ExchangeStatement.objects.select_for_update(no_key=True, of=("self",))
    found: ExchangeStatement = rows.get(pk=statement.pk)
    return found


def require_open(statement: ExchangeStatement) -> None:
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
    _one_after_the_other()
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


def _one_after_the_other() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [COUNTING])


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


def rewrite_statement(
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
    _one_after_the_other()
    statement = locked_statement(statement)
    require_open(statement)
    at, content = now(), statement.content
    lines, late = count_month(statement.month, at), late_entries(statement.month, at)
    if lines == content["lines"] and late == content["late"]:
        return statement
    rewrite_statement(statement, lines=lines, late=late, counted_at=at, why=Why.COUNTED, by=by)
    record("statement.recounted", statement.ref, by=by, sha256=statement.sha256)
    return statement


@transaction.atomic
def sign_statement(statement: ExchangeStatement, *, sha256: str, by: Any) -> StatementSignature:
    """Sign for the own side the statement whose sum is `sha256`, which is what the officer read.

    Signed twice by the same officer is signed once. The second side's signature closes it for good.
    Stale when the statement has another sum by now; refused while a line is not settled. The door
    has asked the password, and the second factor where there is one, anew.
    """
    require_signer(by)
    statement = locked_statement(statement)
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
    require_open(statement)
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
