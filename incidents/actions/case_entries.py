"""What each side brings into a joint investigation, and what the other one says to it."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.reference.wording import worded

from ..content.checks import Check, moment
from ..investigation.custody import digest_of
from ..models import (
    WRITTEN,
    CaseEntry,
    EntryComment,
    EntryCustody,
    EntryVersion,
    Investigation,
)
from .case_moves import locked_case, not_now, require_team, ring_case, same_case

Deed = EntryCustody.Deed
LANGUAGES = ("lv", "be", "ru", "en")
LONGEST_TEXT = 20_000
LONGEST = 2_000


def ring_readers(case: Investigation, entry: CaseEntry) -> None:
    """The doorbell of those who have the entry: a draft rings at its own side alone."""
    ring_case(case, side="" if entry.exchanged_at else entry.side)


def locked_entry(entry: CaseEntry) -> CaseEntry:
    """The entry, once its case is locked."""
    return CaseEntry.objects.select_related("investigation").get(pk=entry.pk)


def _own(entry: CaseEntry, by: Any) -> tuple[Investigation, CaseEntry]:
    """The case under its lock and an entry that the officer's side writes."""
    case = locked_case(entry.investigation)
    require_team(case, by)
    entry = locked_entry(entry)
    if entry.side != by.side:
        if entry.exchanged_at is None:
            raise Refused(_("There is no such entry."), code="not_found", status=404)
        raise NotAllowed(
            _("This is a part of the other side, which alone changes it. Write a comment."),
            code="not_yours",
        )
    if case.state not in WRITTEN:
        raise not_now(case)
    return case, entry


def _counts(entry: CaseEntry) -> None:
    if entry.withdrawn_at is not None:
        raise Refused(
            _("This entry was withdrawn and counts no more. Write a new one."), code="withdrawn"
        )


def _said(
    title: str, text: str, language: str, where: str, taken_at: datetime | None
) -> dict[str, Any]:
    check = Check()
    said: dict[str, Any] = {}
    for name, value, most, empty, one_line in (
        ("title", title, 160, _("Say in one line what it is."), True),
        ("text", text, LONGEST_TEXT, "", False),
        ("where", where, 200, "", True),
    ):
        try:
            said[name] = worded(value, name, most=most, empty=empty, one_line=one_line)
        except Invalid as wrong:
            check.no(name, str(wrong))
    if language not in LANGUAGES:
        check.no("language", _("Choose the language you write in."))
    moment(check, "taken_at", taken_at, now())
    if check.wrong:
        raise Invalid(next(iter(check.wrong.values()))[0], fields=check.wrong)
    return {**said, "language": language, "taken_at": taken_at}


def log_custody(
    entry: CaseEntry,
    deed: EntryCustody.Deed,
    *,
    holder: str,
    purpose: str = "",
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> EntryCustody:
    """Write the next line of an entry's custody log; the caller holds the lock of the case."""
    last = entry.custody.order_by("-number").first()
    line = EntryCustody(
        entry=entry,
        number=last.number + 1 if last else 1,
        deed=deed,
        side=by.side,
        holder=holder,
        purpose=purpose,
        sums=list(entry.files.order_by("number").values_list("sha256", flat=True)),
        previous=last.digest if last else "",
        client_ref=client_ref or uuid.uuid4(),
        at=now(),
        by=by,
    )
    line.digest = digest_of(line)
    line.save(force_insert=True)
    return line


@transaction.atomic
def write_entry(
    case: Investigation,
    *,
    kind: CaseEntry.Kind | str,
    title: str,
    text: str = "",
    language: str,
    where: str = "",
    taken_at: datetime | None = None,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> CaseEntry:
    """Bring a statement, a trace, a picture or a thing into the own side's part of a case.

    The other side reads it once it is exchanged. `text` in `language`; `taken_at` (aware) is when
    the statement was made or the trace found. The same `client_ref` is the same entry.
    """
    case = locked_case(case)
    part = require_team(case, by)
    ref = client_ref or uuid.uuid4()
    if known := CaseEntry.objects.filter(by=by, client_ref=ref).first():
        return same_case(known, known.investigation_id == case.pk)
    if case.state not in WRITTEN:
        raise not_now(case)
    if kind not in CaseEntry.Kind.values:
        sentence = _("Choose what it is.")
        raise Invalid(sentence, fields={"kind": [sentence]})
    said = _said(title, text, language, where, taken_at)
    last = case.entries.order_by("-number").values_list("number", flat=True).first() or 0
    entry = CaseEntry.objects.create(
        investigation=case,
        number=last + 1,
        side=by.side,
        kind=str(kind),
        client_ref=ref,
        by=by,
    )
    text = said.pop("text")
    EntryVersion.objects.create(entry=entry, number=1, texts={language: text}, by=by, **said)
    log_custody(entry, Deed.TAKEN, holder=part.unit.code, by=by)
    record("case.entry_written", case.ref, by=by, entry=entry.number, kind=str(kind))
    ring_readers(case, entry)
    return entry


@transaction.atomic
def change_entry(
    entry: CaseEntry,
    *,
    title: str,
    text: str,
    where: str = "",
    taken_at: datetime | None = None,
    note: str = "",
    version: int,
    by: Any,
) -> EntryVersion:
    """Write the next version of an entry of the own side; earlier ones are kept, and translations
    of the text before it are dropped with it. Stale when `version` is not the present one."""
    case, entry = _own(entry, by)
    _counts(entry)
    before = entry.versions.get(number=entry.version)
    if version != entry.version:
        raise Stale(
            _("Somebody changed this entry meanwhile. Read how it stands now and decide again."),
            current=before,
        )
    said = _said(title, text, before.language, where, taken_at)
    text = said.pop("text")
    note = worded(note, "note", most=500, one_line=True)
    same_text = text == before.texts.get(before.language)
    if same_text and all(getattr(before, name) == value for name, value in said.items()):
        return before
    return _next_version(
        case, entry, texts=before.texts if same_text else {before.language: text}, note=note,
        by=by, **said,
    )  # fmt: skip


def _next_version(case: Investigation, entry: CaseEntry, *, by: Any, **said: Any) -> EntryVersion:
    entry.version += 1
    entry.save(update_fields=["version"])
    row = EntryVersion.objects.create(entry=entry, number=entry.version, by=by, **said)
    record("case.entry_changed", case.ref, by=by, entry=entry.number, version=entry.version)
    ring_readers(case, entry)
    return row


@transaction.atomic
def translate_entry(
    entry: CaseEntry, *, language: str, text: str, version: int, by: Any
) -> EntryVersion:
    """Add what an entry says in another language: either side's team, once it is exchanged; before
    that its own. Stale when the entry has another version by now."""
    case = locked_case(entry.investigation)
    require_team(case, by)
    entry = locked_entry(entry)
    if entry.side != by.side and entry.exchanged_at is None:
        raise Refused(_("There is no such entry."), code="not_found", status=404)
    if case.state not in WRITTEN:
        raise not_now(case)
    _counts(entry)
    before = entry.versions.get(number=entry.version)
    if version != entry.version:
        raise Stale(
            _("Somebody changed this entry meanwhile. Read how it stands now and decide again."),
            current=before,
        )
    if language not in LANGUAGES or language == before.language:
        sentence = _("Choose a language other than the one it was written in.")
        raise Invalid(sentence, fields={"language": [sentence]})
    text = worded(text, "text", most=LONGEST_TEXT, empty=_("Write something first."))
    if before.texts.get(language) == text:
        return before
    return _next_version(
        case, entry, title=before.title, language=before.language, where=before.where,
        taken_at=before.taken_at, texts={**before.texts, language: text}, by=by,
    )  # fmt: skip


@transaction.atomic
def exchange_entries(
    case: Investigation, entries: Iterable[CaseEntry], *, by: Any
) -> list[CaseEntry]:
    """Give entries of the own side to the other one, which reads what they say then and later, and
    no draft of before. Not taken back. Those that were exchanged already change nothing."""
    case = locked_case(case)
    part = require_team(case, by)
    if case.state not in WRITTEN:
        raise not_now(case)
    asked = [entry.pk for entry in entries]
    rows = list(case.entries.filter(pk__in=asked, side=by.side, withdrawn_at=None))
    if len(rows) != len(set(asked)):
        raise Refused(_("There is no such entry."), code="not_found", status=404)
    given = [entry for entry in rows if entry.exchanged_at is None]
    for entry in given:
        entry.exchanged_at, entry.exchanged_by = now(), by
        entry.exchanged_version = entry.version
        entry.save(update_fields=["exchanged_at", "exchanged_by", "exchanged_version"])
        log_custody(entry, Deed.EXCHANGED, holder=part.unit.code, by=by)
    if given:
        record("case.exchanged", case.ref, by=by, entries=[entry.number for entry in given])
        ring_case(case)
    return rows


@transaction.atomic
def withdraw_entry(entry: CaseEntry, *, reason: str, by: Any) -> CaseEntry:
    """Say that an entry of the own side counts no more; it stays on record, as withdrawn."""
    case, entry = _own(entry, by)
    if entry.withdrawn_at is not None:
        return entry
    entry.withdrawn_reason = worded(
        reason, "reason", most=500, one_line=True, empty=_("Write why it counts no more.")
    )
    entry.withdrawn_at = now()
    entry.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    log_custody(entry, Deed.WITHDRAWN, holder="", purpose=entry.withdrawn_reason, by=by)
    record("case.entry_withdrawn", case.ref, by=by, entry=entry.number)
    ring_readers(case, entry)
    return entry


@transaction.atomic
def pass_evidence(
    entry: CaseEntry,
    *,
    deed: EntryCustody.Deed | str = Deed.HANDED_OVER,
    holder: str,
    purpose: str,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> EntryCustody:
    """Record that a thing went into other hands (`holder`: a person, laboratory or unit, either
    side), and what for; or that it was returned. The same `client_ref` is the same line."""
    case, entry = _own(entry, by)
    if deed not in (Deed.HANDED_OVER, Deed.RETURNED):
        sentence = _("Choose whether it was handed over or returned.")
        raise Invalid(sentence, fields={"deed": [sentence]})
    if client_ref and (known := entry.custody.filter(client_ref=client_ref).first()):
        return known
    holder = worded(holder, "holder", most=200, one_line=True, empty=_("Say who has it now."))
    purpose = worded(purpose, "purpose", most=500, one_line=True, empty=_("Say what for."))
    line = log_custody(
        entry, Deed(deed), holder=holder, purpose=purpose, client_ref=client_ref, by=by
    )
    record("case.custody", case.ref, by=by, entry=entry.number, deed=str(deed))
    ring_readers(case, entry)
    return line


@transaction.atomic
def comment_entry(
    entry: CaseEntry,
    *,
    text: str,
    proposed: str = "",
    language: str,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> EntryComment:
    """Say something to an entry of the other side, or propose other words (`proposed`) for it.

    That side accepts or refuses them. The same `client_ref` is the same comment.
    """
    case = locked_case(entry.investigation)
    require_team(case, by)
    entry = locked_entry(entry)
    if entry.side == by.side:
        raise NotAllowed(
            _("This is a part of your own side: change it instead."), code="own_record"
        )
    if entry.exchanged_at is None:
        raise Refused(_("There is no such entry."), code="not_found", status=404)
    ref = client_ref or uuid.uuid4()
    if known := EntryComment.objects.filter(by=by, client_ref=ref).first():
        return same_case(known, known.entry_id == entry.pk)
    if case.state not in WRITTEN:
        raise not_now(case)
    _counts(entry)
    text = worded(text, "text", most=LONGEST, empty=_("Write something first."))
    proposed = worded(proposed, "proposed", most=LONGEST_TEXT)
    if language not in LANGUAGES:
        sentence = _("Choose the language you write in.")
        raise Invalid(sentence, fields={"language": [sentence]})
    made = EntryComment.objects.create(
        entry=entry,
        side=by.side,
        version=entry.version,
        text=text,
        proposed=proposed,
        language=language,
        client_ref=ref,
        by=by,
    )
    record("case.commented", case.ref, by=by, entry=entry.number, proposal=bool(proposed))
    ring_case(case)
    return made


@transaction.atomic
def answer_comment(
    comment: EntryComment, *, state: EntryComment.State | str, answer: str = "", by: Any
) -> EntryComment:
    """Accept or refuse the words that the other side proposed for an entry of the own side, or note
    a comment. Accepted words are the entry's next version. Refusing needs an answer."""
    case, entry = _own(comment.entry, by)
    comment = EntryComment.objects.get(pk=comment.pk)
    states = EntryComment.State
    possible = (states.ACCEPTED, states.REFUSED) if comment.proposed else (states.NOTED,)
    if state not in possible:
        sentence = (
            _("Accept what was proposed, or refuse it.")
            if comment.proposed
            else _("A comment is noted: nothing was proposed.")
        )
        raise Invalid(sentence, fields={"state": [sentence]})
    if comment.state != states.OPEN:
        if comment.state == state:
            return comment
        raise Refused(_("This comment was answered already."), code="answered")
    empty = _("Write why you refuse, in one line.") if state == states.REFUSED else ""
    comment.answer = worded(answer, "answer", most=LONGEST, empty=empty)
    comment.state, comment.answered_at, comment.answered_by = str(state), now(), by
    comment.save(update_fields=["state", "answer", "answered_at", "answered_by"])
    if state == states.ACCEPTED:
        _counts(entry)
        before = entry.versions.get(number=entry.version)
        texts = {comment.language: comment.proposed}
        if comment.language != before.language:
            texts = {**before.texts, **texts}
        _next_version(
            case, entry, title=before.title, language=before.language, where=before.where,
            taken_at=before.taken_at, texts=texts, by=by,
        )  # fmt: skip
    record("case.comment_answered", case.ref, by=by, entry=entry.number, state=str(state))
    ring_case(case)
    return comment
