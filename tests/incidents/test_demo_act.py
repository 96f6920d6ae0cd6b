"""The demo's acts: written by the verbs, in the languages of their case, as far as was asked."""

import pytest

from incidents.demo.act import write_demo_act
from incidents.investigation.act import missing
from incidents.models import Investigation
from tests.incidents.acts import fresh
from tests.incidents.cases import guideline_in_force

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("until", "language"),
    [("drafted", "be"), ("signed_one", "ru"), ("signed", "be"), ("no_agreement", "ru"),
     ("higher", "be")],
)  # fmt: skip
def test_a_demo_act_goes_as_far_as_it_is_asked_to(acts, until, language):
    guideline_in_force()
    case = acts.at("exchanged", by_language=language)
    act = fresh(write_demo_act(case, lv=acts.lv, by=acts.by, until=until))
    assert Investigation.objects.get(pk=case.pk).state == until
    assert missing(case, act) == []
    said = act.content
    assert said["languages"] == ["lv", language]
    assert {each["kind"] for each in said["paragraphs"]} == {"agreed", "disputed", "dissent"}
