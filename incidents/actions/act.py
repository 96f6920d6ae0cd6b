"""The act of a joint investigation: written together in two languages by both teams."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.reference.wording import unseen_left_out, worded

from ..investigation.act import numbered, paragraph_of, the_act
from ..investigation.act_heading import above
from ..investigation.custody import cited
from ..models import (
    WRITTEN,
    Act,
    ActSignature,
    ActVersion,
    CaseEntry,
    CaseState,
    Investigation,
    ParagraphKind,
    Section,
)
from ..models.act import canonical, sum_of
from .case_moves import (
    locked_case,
    moved,
    not_now,
    require_state,
    require_team,
    ring_case,
    tell_other_side,
)
from .case_road import _settled

Deed = ActVersion.Deed
State = CaseState
LONGEST = 6_000
MOST_PARAGRAPHS = 120
MOST_ENTRIES = 30
# Of the whole content: what is signed can also be printed.
MOST_CHARACTERS = 400_000


@transaction.atomic
def draft_act(case: Investigation, *, by: Any) -> Act:
    """Begin the act of a case whose evidence is exchanged. Both teams write it from then on.
    Begun twice is begun once."""
    case = locked_case(case)
    require_team(case, by)
    if known := Act.objects.filter(investigation=case).first():
        return known
    require_state(case, State.EXCHANGED)
    _settled(case)
    act = Act(investigation=case, by=by)
    content = {
        "act": act.code,
        "case": case.number,
        "languages": list(case.languages),
        **above(case),
        "paragraphs": [],
    }
    act.said = canonical(content)
    act.sha256 = sum_of(act.said)
    act.save(force_insert=True)
    _keep_version(act, Deed.BEGUN, "", by)
    moved(case, State.DRAFTED, by=by)
    record("case.act_begun", case.ref, by=by, code=act.code)
    return act


def _keep_version(act: Act, deed: Deed, paragraph: str, by: Any) -> None:
    ActVersion.objects.create(
        act=act,
        number=act.revision,
        said=act.said,
        sha256=act.sha256,
        deed=deed,
        paragraph=paragraph,
        side=by.side,
        by=by,
    )


def _open(act: Act, revision: int, by: Any) -> tuple[Investigation, Act]:
    """The case under its lock and its act, for a team that may change it."""
    case = locked_case(act.investigation)
    require_team(case, by)
    act = the_act(case)
    if len(_standing(act)) > 1:
        raise Refused(
            _("Both sides have signed this act, so it never changes. Write an annex to it."),
            code="signed",
        )
    if case.state not in (State.DRAFTED, State.SIGNED_ONE):
        raise not_now(case)
    if revision != act.revision:
        raise Stale(
            _("Somebody changed the act meanwhile. Read how it stands now and decide again."),
            current=act,
        )
    return case, act


def _standing(act: Act) -> list[ActSignature]:
    return list(act.signatures.filter(voided_at=None).order_by("pk"))


def _void(act: Act, why: ActSignature.Why, by: Any) -> list[ActSignature]:
    """Void what stands; returns the signatures that stood."""
    stood = _standing(act)
    for signature in stood:
        signature.voided_at, signature.voided_by, signature.voided_why = now(), by, str(why)
        signature.save(update_fields=["voided_at", "voided_by", "voided_why"])
        record(
            "case.signature_voided", act.investigation.ref, by=by, signed_by=signature.side,
            sha256=signature.sha256,
        )  # fmt: skip
    return stood


def _change(
    case: Investigation,
    act: Act,
    paragraphs: list[dict[str, Any]],
    *,
    deed: Deed,
    paragraph: str,
    by: Any,
) -> Act:
    """Keep the next version. Signatures of the one before are void, and the case is drafted again.

    The same content again is no change.
    """
    said = canonical({**act.content, **above(case), "paragraphs": numbered(paragraphs)})
    if said == act.said:
        return act
    if len(said) > max(MOST_CHARACTERS, len(act.said)):
        raise Refused(
            _("The act would become too long to be printed. Shorten it, or put it into an entry."),
            code="too_long",
        )
    stood = _void(act, ActSignature.Why.CHANGED, by)
    act.said, act.sha256 = said, sum_of(said)
    act.revision += 1
    act.save(update_fields=["said", "sha256", "revision"])
    _keep_version(act, deed, paragraph, by)
    record("case.act_changed", case.ref, by=by, deed=str(deed), version=act.revision)
    if stood:
        moved(case, State.DRAFTED, by=by)
        tell_other_side(case, by=by, event="voided")
    ring_case(case)
    return act


def _texts(given: Mapping[str, Any], languages: Iterable[str], field: str) -> dict[str, str]:
    """The texts of both columns; either may be empty while the act is a draft."""
    wrong: dict[str, list[object]] = {}
    said = {}
    for language in languages:
        name = f"{field}_{language}"
        try:
            text = unseen_left_out(str(given.get(language) or ""))
            said[language] = worded(text, name, most=LONGEST)
        except Invalid as no:
            wrong[name] = [str(no)]
    if wrong:
        raise Invalid(next(iter(wrong.values()))[0], fields=wrong)
    return said


def _not_empty(said: Mapping[str, str], field: str) -> None:
    if not any(said.values()):
        sentence = _("Write something first.")
        name = f"{field}_{next(iter(said))}"
        raise Invalid(sentence, fields={name: [sentence]})


def _entries(
    case: Investigation, numbers: Iterable[Any], before: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """What a paragraph stands on, each with the version and files of this moment; one that the
    paragraph named already stays as it was cited."""
    kept = {each["number"]: dict(each) for each in before}
    try:
        asked = sorted({int(number) for number in numbers})
    except (TypeError, ValueError):
        asked = [-1]
    rows = {
        entry.number: entry
        for entry in CaseEntry.objects.filter(
            investigation=case, number__in=[n for n in asked if 0 < n < 2**31],
            exchanged_at__isnull=False, withdrawn_at=None,
        )
    }  # fmt: skip
    if len(asked) > MOST_ENTRIES or any(n not in rows and n not in kept for n in asked):
        sentence = _("Choose entries that were exchanged and not withdrawn.")
        raise Invalid(sentence, fields={"entries": [sentence]})
    return [kept.get(number) or cited(rows[number]) for number in asked]


def _may_write(paragraph: Mapping[str, Any], by: Any) -> None:
    if paragraph["kind"] == ParagraphKind.DISSENT and paragraph["side"] != by.side:
        raise NotAllowed(
            _("This is the dissent of the other side, which alone changes it."), code="not_yours"
        )


@transaction.atomic
def write_paragraph(
    act: Act,
    *,
    section: Section | str,
    kind: ParagraphKind | str = ParagraphKind.AGREED,
    texts: Mapping[str, Any],
    entries: Iterable[Any] = (),
    client_ref: uuid.UUID | None = None,
    revision: int,
    by: Any,
) -> Act:
    """Add a paragraph at the end of a section. `texts` is `{language: text}` for the two languages
    of the act; `entries` are numbers of exchanged entries that it stands on.

    Of a disputed one the texts say what is disputed, and each side states its position. A dissent
    is the officer's own side's. The same `client_ref` is the same paragraph. Stale when `revision`
    is not the present one.
    """
    name = str(client_ref or uuid.uuid4())
    known = Act.objects.filter(pk=act.pk).first()
    if known and any(each["id"] == name for each in known.content["paragraphs"]):
        require_team(locked_case(act.investigation), by)
        return known
    case, act = _open(act, revision, by)
    wrong = {}
    if section not in Section.values:
        wrong["section"] = [_("Choose a section of the act.")]
    if kind not in ParagraphKind.values:
        wrong["kind"] = [_("Choose whether it is agreed, disputed or a dissent.")]
    if wrong:
        raise Invalid(next(iter(wrong.values()))[0], fields=wrong)
    said = _texts(texts, case.languages, "text")
    _not_empty(said, "text")
    paragraphs = act.content["paragraphs"]
    if len(paragraphs) >= MOST_PARAGRAPHS:
        raise Refused(
            _("An act has at most %(most)s paragraphs. Put some of them together.")
            % {"most": MOST_PARAGRAPHS},
            code="too_many",
        )
    nothing = dict.fromkeys(case.languages, "")
    paragraphs.append(
        {
            "id": name,
            "section": str(section),
            "kind": str(kind),
            "side": by.side if kind == ParagraphKind.DISSENT else "",
            "texts": said,
            "positions": {"LV": dict(nothing), "BY": dict(nothing)}
            if kind == ParagraphKind.DISPUTED
            else {},
            "entries": _entries(case, entries, ()),
        }
    )
    return _change(case, act, paragraphs, deed=Deed.WRITTEN, paragraph=name, by=by)


@transaction.atomic
def change_paragraph(
    act: Act,
    paragraph: str,
    *,
    texts: Mapping[str, Any],
    entries: Iterable[Any] | None = None,
    section: Section | str = "",
    revision: int,
    by: Any,
) -> Act:
    """Write other words for a paragraph; what kind it is stays. A dissent only by its own side.

    `entries` None leaves what it stands on. A signature that stands becomes void.
    """
    case, act = _open(act, revision, by)
    paragraphs = act.content["paragraphs"]
    found = paragraph_of(paragraphs, paragraph)
    _may_write(found, by)
    if section and section not in Section.values:
        sentence = _("Choose a section of the act.")
        raise Invalid(sentence, fields={"section": [sentence]})
    said = _texts(texts, case.languages, "text")
    _not_empty(said, "text")
    found["texts"] = said
    if section:
        found["section"] = str(section)
    if entries is not None:
        found["entries"] = _entries(case, entries, found["entries"])
    return _change(case, act, paragraphs, deed=Deed.CHANGED, paragraph=found["id"], by=by)


@transaction.atomic
def state_position(
    act: Act, paragraph: str, *, texts: Mapping[str, Any], revision: int, by: Any
) -> Act:
    """Say in both languages what the own side holds of a disputed paragraph. Empty texts take the
    position back."""
    case, act = _open(act, revision, by)
    paragraphs = act.content["paragraphs"]
    found = paragraph_of(paragraphs, paragraph)
    if found["kind"] != ParagraphKind.DISPUTED:
        raise Refused(_("Only a disputed paragraph has positions."), code="not_disputed")
    found["positions"][by.side] = _texts(texts, case.languages, "position")
    return _change(case, act, paragraphs, deed=Deed.POSITION, paragraph=found["id"], by=by)


@transaction.atomic
def remove_paragraph(act: Act, paragraph: str, *, revision: int, by: Any) -> Act:
    """Take a paragraph out; earlier versions keep it. Not a dissent of the other side, and not what
    the other side has stated its position on."""
    case, act = _open(act, revision, by)
    paragraphs = act.content["paragraphs"]
    found = paragraph_of(paragraphs, paragraph)
    _may_write(found, by)
    if any(any(said.values()) for side, said in found["positions"].items() if side != by.side):
        raise NotAllowed(
            _("The other side has stated its position here. It takes it back first."),
            code="not_yours",
        )
    left = [each for each in paragraphs if each["id"] != found["id"]]
    return _change(case, act, left, deed=Deed.REMOVED, paragraph=found["id"], by=by)


@transaction.atomic
def move_paragraph(act: Act, paragraph: str, *, direction: str, revision: int, by: Any) -> Act:
    """Put a paragraph one place "up" or "down" within its section, whose numbers follow in both
    columns; at either end nothing changes. A dissent only by its own side. A signature that stands
    becomes void."""
    case, act = _open(act, revision, by)
    if direction not in ("up", "down"):
        sentence = _("Choose whether it goes up or down.")
        raise Invalid(sentence, fields={"direction": [sentence]})
    paragraphs = act.content["paragraphs"]
    found = paragraph_of(paragraphs, paragraph)
    _may_write(found, by)
    here = paragraphs.index(found)
    there = here - 1 if direction == "up" else here + 1
    if not 0 <= there < len(paragraphs) or paragraphs[there]["section"] != found["section"]:
        return act
    paragraphs[here], paragraphs[there] = paragraphs[there], paragraphs[here]
    return _change(case, act, paragraphs, deed=Deed.MOVED, paragraph=found["id"], by=by)


def follow_case(case: Investigation, *, by: Any) -> None:
    """Write heading and teams of the act anew after the case or a team changed; nothing where no
    act was begun or both sides have signed. The caller holds the lock and has asked the right."""
    act = Act.objects.filter(investigation=case).first()
    if act is not None and case.state in WRITTEN:
        act.investigation = case
        paragraphs = act.content["paragraphs"]
        _change(case, act, paragraphs, deed=Deed.HEADING, paragraph="", by=by)
