"""Answering a person who asks what is kept of them: a search that is itself kept."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import User
from bordercoop.audit.actions import record_export
from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.reference.wording import worded
from bordercoop.web.both import Both, two_languages
from bordercoop.web.pdf import pdf
from contactpoints.access import audited_side, require
from contactpoints.models import root_of

from ..models import Purge, SubjectSearch
from ..retention_paper import certificate_document, subject_document
from ..subject_search import Hit, cleaned_criteria, found
from .printing import Printed

LONGEST_REASON, LONGEST_CASE = 500, 80


@dataclass(frozen=True)
class Answer:
    """What was found: `hits` as far as they are shown, `search` the row of the log."""

    search: SubjectSearch
    hits: list[Hit]


@transaction.atomic
def search_subjects(
    *,
    name: str = "",
    birth_date: str = "",
    document_number: str = "",
    case_ref: str,
    reason: str,
    export: bool = False,
    by: Any,
) -> Answer:
    """Look for a person in everything sealed that the own side keeps; at least one criterion.

    Every search is a row of the log, also one that finds nothing. Refused (429) after
    settings.SUBJECT_SEARCHES_MOST in an hour.
    """
    root = root_of(by.side) if by is not None else None
    if root is None:
        raise NotAllowed(_("Only an officer of a side searches what it keeps of a person."))
    require(by, "search_subjects", root)
    given = {"name": name, "birth_date": birth_date, "document_number": document_number}
    wrong: dict[str, list[Any]] = {}
    criteria: dict[str, str] = {}
    try:
        criteria = cleaned_criteria(given)
    except Invalid as refusal:
        wrong.update(refusal.fields)
    said = {}
    for field, text, most, empty in (
        ("case_ref", case_ref, LONGEST_CASE, _("Give the reference of the person's request.")),
        ("reason", reason, LONGEST_REASON, _("Write in a few words why.")),
    ):
        try:
            said[field] = worded(text, field, most=most, empty=empty, one_line=True)
        except Invalid as refusal:
            wrong.update(refusal.fields)
    if wrong:
        raise Invalid(next(iter(wrong.values()))[0], fields=wrong)
    _not_too_often(by)
    hits, count = found(criteria, by.side)
    search = SubjectSearch.objects.create(
        side=by.side,
        officer=by,
        criteria=sorted(criteria),
        mark=_mark(criteria),
        hits=count,
        exported=export,
        **said,
    )
    record("subject.searched", f"subject:{search.uid}", by=by, fields=sorted(criteria), rows=count)
    return Answer(search, hits)


def _not_too_often(by: Any) -> None:
    # Searches of one officer wait for each other, so that none passes the count unseen.
    User.objects.select_for_update(no_key=True).filter(pk=by.pk).first()
    since = now() - timedelta(hours=1)
    count = SubjectSearch.objects.filter(officer=by, at__gt=since).count()
    if count >= settings.SUBJECT_SEARCHES_MOST:
        raise Refused(
            _("You have searched as often as one may within an hour. Search again later."),
            code="rate_limited",
            status=429,
        )


def _mark(criteria: dict[str, str]) -> str:
    said = "\n".join(f"{name}={text}" for name, text in sorted(criteria.items()))
    return salted_hmac("incidents.subject_search", said, algorithm="sha256").hexdigest()


def print_subject_search(*, languages: tuple[str, str], by: Any, **asked: Any) -> Printed:
    """The same search once more, as a PDF for the answer; kept as a search and as an export."""
    both, at = Both(*two_languages(*languages)), now()
    with transaction.atomic():
        answer = search_subjects(**asked, export=True, by=by)
        record_export(
            "subject", by=by, filter={"search": answer.search.uid}, rows=answer.search.hits
        )
        made = pdf("paper.typ", subject_document(answer, both=both, by=by, at=at), at=at)
    return Printed(f"subject-access-{at:%Y%m%d}-{answer.search.pk}.pdf", made)


def print_certificate(purge: Purge, *, languages: tuple[str, str], by: Any) -> Printed:
    """A purge certificate on paper, for who audits its side."""
    if audited_side(by) != purge.side or purge.finished_at is None:
        raise Refused(_("There is no such certificate."), code="not_found", status=404)
    both, at = Both(*two_languages(*languages)), now()
    made = pdf("paper.typ", certificate_document(purge, both=both, by=by, at=at), at=at)
    record_export("certificate", by=by, filter={"purge": purge.uid}, rows=1)
    return Printed(f"purge-certificate-{purge.side}-{purge.number}.pdf", made)
