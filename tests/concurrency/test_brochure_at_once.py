"""Two builders, and a builder that dies: one edition."""

import pytest
from django.db import transaction

from bordercoop.outbox.models import Message
from bordercoop.outbox.relay import relay_due
from riskanalysis.actions import build_brochure
from riskanalysis.brochure import following
from riskanalysis.models import BrochureEdition, BrochurePaper
from tests.concurrency.test_races import errors, together
from tests.riskanalysis.sops_made import sop_in_force

pytestmark = pytest.mark.django_db(transaction=True)


def test_builders_meet_and_there_is_one_edition(people, monkeypatch):
    sop_in_force("SOP-GRADE")

    def dies(payload, *, key):
        with transaction.atomic():
            build_brochure()
            raise RuntimeError("killed")

    monkeypatch.setattr(following, "carry_out", dies)
    relay_due(channel="brochure")
    assert not BrochureEdition.objects.exists()
    message = Message.objects.open().get(channel="brochure")
    monkeypatch.undo()
    Message.objects.filter(pk=message.pk).update(due_at=message.created_at)
    assert (
        errors(together(build_brochure, build_brochure, lambda: relay_due(channel="brochure")))
        == []
    )
    assert [edition.number for edition in BrochureEdition.objects.all()] == [1]
    assert BrochurePaper.objects.count() == 4
    assert not Message.objects.open().filter(channel="brochure").exists()
