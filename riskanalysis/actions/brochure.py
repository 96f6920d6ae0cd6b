"""A new edition of the brochure, when what it is made of has changed."""

import hashlib

from django.db import connection, transaction
from django.utils.timezone import now

from bordercoop.audit.models import record
from bordercoop.web.emblem import emblem

from ..brochure import LANGUAGES, contents, versions_in_force
from ..brochure.paper import paper
from ..models import BrochureEdition, BrochurePaper, BrochurePart

LOCK = 2_026_112_702  # any number that no other advisory lock of the portal uses


@transaction.atomic
def build_brochure() -> BrochureEdition | None:
    """Build the next edition from the SOPs in force, in four languages; the newest one where it
    says the same already, None where no SOP is in force.

    Takes a few seconds. Safe twice and in several processes: the second waits, and finds it done.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    versions = versions_in_force()
    newest = BrochureEdition.objects.first()
    if not versions:
        return None
    said, digest = contents(versions, agreed=True)
    if newest is not None and newest.sum == digest:
        return newest
    at, picture = now(), emblem()
    edition = BrochureEdition.objects.create(
        number=newest.number + 1 if newest is not None else 1, made_at=at, sum=digest
    )
    BrochurePart.objects.bulk_create(
        BrochurePart(edition=edition, version=version, sha256=version.sha256)
        for version in versions
    )
    for language in LANGUAGES:
        file = paper(said[language], number=edition.number, at=at, emblem=picture)
        BrochurePaper.objects.create(
            edition=edition,
            language=language,
            content=said[language],
            pdf=file,
            sha256=hashlib.sha256(file).hexdigest(),
            size=len(file),
        )
    record(
        "brochure.built",
        edition.ref,
        by=None,
        number=edition.number,
        versions=[f"{version.procedure.code} {version.number}" for version in versions],
    )
    return edition
