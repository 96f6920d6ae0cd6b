"""Everything that happens to a serious incident (docs/serious.md).

What is done is kept in the report's own entries. The audit gets a line without an actor, a content
or a request for each, so that no auditor reads who reported, and the entries cannot be remade.
"""

import contextlib
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.context import request_id
from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.outbox.relay import post
from bordercoop.reference.wording import worded
from contactpoints.access import SERVICES, require, serious_handlers
from contactpoints.models import root_of

from ..models import SeriousEntry, SeriousGround, SeriousKind, SeriousReport, SeriousState
from ..models.serious import MONTH, SERIOUS_MOVES, code_for, hash_of

LONGEST = {"subject": 160, "circumstances": 400, "text": 20_000}
Kind = SeriousEntry.Kind


@contextlib.contextmanager
def _apart() -> Iterator[None]:
    """What is written inside belongs to no request, so the request's own lines lead nowhere."""
    token = request_id.set("")
    try:
        yield
    finally:
        request_id.reset(token)


def _sound(said: Mapping[str, str], needed: Mapping[str, str]) -> dict[str, str]:
    """The texts as they are kept; Invalid with a sentence for each that cannot be."""
    wrong: dict[str, Any] = {}
    found = {}
    for name, text in said.items():
        try:
            found[name] = worded(
                text,
                name,
                most=LONGEST[name],
                empty=needed.get(name, ""),
                one_line=name != "text",
            )
        except Invalid as invalid:
            wrong.update(invalid.fields)
    if wrong:
        raise Invalid(str(next(iter(wrong.values()))[0]), fields=wrong)
    return found


def _tell(officer: Any) -> None:
    """A mail that says only that something waits in the portal."""
    with _apart():
        post("waiting", f"waiting:{uuid.uuid4()}", {"to": officer.pk})


def _sealed(entry: SeriousEntry | None, report: SeriousReport) -> None:
    digest = entry.seal if entry else hash_of(f"{report.uid} {report.subject} {report.text}")
    with _apart():
        record("channel.kept", f"channel:{digest}", by=None, trail=report.side)


def _written(report: SeriousReport, kind: Kind, **said: Any) -> SeriousEntry:
    """Write the next entry of a locked report."""
    last = report.entries.order_by("-number").first()
    entry = SeriousEntry(report=report, number=last.number + 1 if last else 1, kind=kind, **said)
    entry.save(force_insert=True)
    _sealed(entry, report)
    return entry


def _locked(report: SeriousReport) -> SeriousReport:
    return SeriousReport.objects.select_for_update(no_key=True).get(pk=report.pk)


def _handled(report: SeriousReport, by: Any) -> SeriousReport:
    """The report, locked, in the hands of `by`; NotAllowed when another handles it."""
    root = root_of(report.side)
    assert root is not None
    require(by, "handle_serious", root)
    report = _locked(report)
    if report.handler_id != by.pk:
        serving = [handler.pk for handler in serious_handlers(report.side)]
        if report.handler_id in serving or serving[:1] != [by.pk]:
            raise NotAllowed(_("Another officer handles this report."))
        report.handler = by
    if report.reporter_id == by.pk:
        raise NotAllowed(_("You reported this yourself, so another handler has to handle it."))
    return report


def _move(report: SeriousReport, state: SeriousState, kind: Kind, by: Any, **said: Any) -> None:
    """Take the step from the state before it; the same step again changes nothing and is said."""
    was = SeriousState(report.state)
    if (was.value, state.value) not in SERIOUS_MOVES:
        raise Refused(
            _(
                "This report is in the state “%(state)s” now, so this is not possible. "
                "Read it again."
            )
            % {"state": was.label},
            code="wrong_state",
        )
    report.state = state
    if said.get("for_reporter", True):
        report.reporter_waits = True
    report.save(update_fields=["state", "ground", "handler", "reporter_waits", "handler_waits"])
    _written(report, kind, by=by, **said)
    if report.mail_wanted and said.get("for_reporter", True):
        _tell(report.reporter)


def report_serious(
    *,
    kind: str,
    subject: str,
    text: str,
    circumstances: str = "",
    anonymous: bool = False,
    handler: str = "",
    mail_wanted: bool = False,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> SeriousReport:
    """Report a serious incident to a handler of the own side, past every superior.

    `handler` is a user name, the first handler without one. Without a name nothing of the officer
    is kept, and the report has a `code`, shown this once. The same `client_ref` is the same report.
    """
    if by.side not in SERVICES:
        raise NotAllowed(_("Serious incidents are reported by officers of the two services."))
    needed = {
        "subject": _("Say in a few words what it is about."),
        "text": _("Write what happened."),
    }
    said = {"subject": subject, "text": text, "circumstances": circumstances}
    wrong: dict[str, list[object]] = {}
    try:
        said = _sound(said, needed)
    except Invalid as invalid:
        wrong.update(invalid.fields)
    if kind not in SeriousKind.values:
        wrong["kind"] = [_("Choose what it is about.")]
    offered = [each for each in serious_handlers(by.side) if each.pk != by.pk]
    if not offered:
        raise Refused(
            _(
                "Nobody on your side handles serious incidents yet, so nothing was sent. Keep what "
                "you wrote, and ask for a handler to be posted at headquarters."
            ),
            code="no_handler",
        )
    chosen = next((each for each in offered if each.username == handler), None)
    if handler and chosen is None:
        wrong["handler"] = [_("Choose a handler from the list.")]
    if mail_wanted and anonymous:
        wrong["mail_wanted"] = [
            _("Without your name the portal has no address for a mail. Come back with your code.")
        ]
    if wrong:
        raise Invalid(str(next(iter(wrong.values()))[0]), fields=wrong)
    ref = client_ref or uuid.uuid4()
    code = code_for(ref) if anonymous else ""
    # A moment would name whoever was signed in then.
    day = now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    at = day if anonymous else now()
    who: dict[str, Any] = (
        {"code_hash": hash_of(code)} if anonymous else {"reporter": by, "client_ref": ref}
    )
    report = SeriousReport(
        side=by.side, kind=kind, handler=chosen or offered[0], reported_at=at, due_at=at + MONTH,
        mail_wanted=mail_wanted, **said, **who,
    )  # fmt: skip
    try:
        with transaction.atomic():
            report.save(force_insert=True)
            _sealed(None, report)
            _tell(report.handler)
    except IntegrityError as clash:
        if not any(name in str(clash) for name in ("serious_sent_once", "code_hash")):
            raise
        first = SeriousReport.objects.get(**who)
        if any(getattr(first, name) != value for name, value in {"kind": kind, **said}.items()):
            raise Refused(
                _(
                    "This form was sent before. To add to that report write to its handler; to "
                    "report something else, send the form again."
                ),
                code="sent_before",
            ) from clash
        report = first
    report.code = code
    return report


@transaction.atomic
def write_serious(
    report: SeriousReport,
    *,
    text: str,
    for_reporter: bool = True,
    code: str = "",
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> SeriousEntry:
    """Write to the other of the two, or, as handler with `for_reporter` false, a note of one's own.

    A reporter without a name is known by `code`, and nothing else of the officer is kept. The same
    `client_ref` is the same line.
    """
    report = _locked(report)
    by_code = bool(code) and report.code_hash == hash_of(code) and report.side == by.side
    reporting = by_code or (report.reporter_id is not None and report.reporter_id == by.pk)
    if not reporting:
        report = _handled(report, by)
    elif not for_reporter:
        raise NotAllowed(_("Only the handler writes notes."))
    if client_ref and (known := report.entries.filter(client_ref=client_ref).first()):
        return known
    said = _sound({"text": text}, {"text": _("Write something first.")})
    if not report.open:
        raise Refused(
            _("This report is closed, so nothing more can be written. Report anew if needed."),
            code="closed",
        )
    at = now()
    if by_code:
        at = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    entry = _written(
        report,
        Kind.MESSAGE if for_reporter else Kind.NOTE,
        from_reporter=reporting,
        for_reporter=for_reporter,
        by=None if by_code else by,
        at=at,
        client_ref=client_ref,
        **said,
    )
    report.handler_waits = report.handler_waits or reporting
    report.reporter_waits = report.reporter_waits or (for_reporter and not reporting)
    report.save(update_fields=["handler", "handler_waits", "reporter_waits"])
    if reporting:
        _tell(report.handler)
    elif for_reporter and report.mail_wanted:
        _tell(report.reporter)
    return entry


@transaction.atomic
def assess_serious(report: SeriousReport, *, text: str, by: Any) -> SeriousReport:
    """Write the assessment of a new report; only its handlers read it."""
    report = _handled(report, by)
    said = _sound({"text": text}, {"text": _("Write the assessment.")})
    _move(report, SeriousState.ASSESSED, Kind.ASSESSED, by, for_reporter=False, **said)
    return report


@transaction.atomic
def decide_serious(
    report: SeriousReport, *, launch: bool, text: str = "", by: Any
) -> SeriousReport:
    """Launch the handling of an assessed report, or not, with the reason for the reporter."""
    report = _handled(report, by)
    needed = {} if launch else {"text": _("Write the reason: the reporter reads it.")}
    said = _sound({"text": text}, needed)
    if launch:
        _move(report, SeriousState.LAUNCHED, Kind.LAUNCHED, by, **said)
    else:
        _move(report, SeriousState.NOT_LAUNCHED, Kind.NOT_LAUNCHED, by, **said)
    return report


@transaction.atomic
def assign_serious(report: SeriousReport, *, handler: str, by: Any) -> SeriousReport:
    """Give a launched report to one handler; from then on that officer alone reads it."""
    report = _handled(report, by)
    offered = [each for each in serious_handlers(report.side) if each.pk != report.reporter_id]
    chosen = next((each for each in offered if each.username == handler), None)
    if chosen is None:
        sentence = _("Choose a handler from the list.")
        raise Invalid(sentence, fields={"handler": [sentence]})
    report.handler, report.handler_waits = chosen, True
    _move(report, SeriousState.ASSIGNED, Kind.ASSIGNED, by, text=chosen.display_name)
    if chosen.pk != by.pk:
        _tell(chosen)
    return report


@transaction.atomic
def take_up_serious(report: SeriousReport, *, by: Any) -> SeriousReport:
    """Begin to handle what was assigned to one."""
    report = _handled(report, by)
    _move(report, SeriousState.IN_HANDLING, Kind.TAKEN_UP, by)
    return report


@transaction.atomic
def finish_serious(report: SeriousReport, *, text: str, by: Any) -> SeriousReport:
    """Give the final report, which the reporter reads too. The record stays open."""
    report = _handled(report, by)
    said = _sound({"text": text}, {"text": _("Write the final report.")})
    _move(report, SeriousState.FINAL, Kind.FINAL, by, **said)
    return report


@transaction.atomic
def close_serious(report: SeriousReport, *, ground: str, text: str = "", by: Any) -> SeriousReport:
    """Close the record, with a ground; an act of its own, apart from what was found."""
    report = _handled(report, by)
    if ground not in SeriousGround.values:
        sentence = _("Choose a ground.")
        raise Invalid(sentence, fields={"ground": [sentence]})
    said = _sound({"text": text}, {})
    report.ground = ground
    _move(report, SeriousState.CLOSED, Kind.CLOSED, by, **said)
    return report


@transaction.atomic
def read_serious(report: SeriousReport, *, code: str = "", by: Any) -> None:
    """What waited for the reader has been read. Leaves no other trace."""
    report = _locked(report)
    if report.reporter_id == by.pk or (code and report.code_hash == hash_of(code)):
        fields = {"reporter_waits": False}
    else:
        report = _handled(report, by)
        fields = {"handler_waits": False}
    for name, value in fields.items():
        setattr(report, name, value)
    report.save(update_fields=["handler", *fields])
