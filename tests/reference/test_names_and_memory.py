"""What the other apps read: names in the reader's language, rows remembered for a minute."""

from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from bordercoop.reference import models
from bordercoop.reference.loader import load_reference
from bordercoop.reference.models import Place, Term, forget, offered, places, terms
from bordercoop.reference.sides import ZONE, Side

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loaded(settings):
    settings.REFERENCE_LOADERS = []
    load_reference()
    yield
    forget()


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("lv", "Ieceļošanas atteikums"),
        ("be", "Адмова ва ўездзе"),
        ("ru", "Отказ во въезде"),
        ("en", "Refusal of entry"),
        ("en-gb", "Refusal of entry"),
    ],
)
def test_a_term_is_named_in_the_active_language(language, name):
    with translation.override(language):
        assert terms("incident_category")["REF"].name == name
        assert str(terms("incident_category")["REF"]) == name


def test_without_a_language_or_a_translation_the_name_is_english():
    term = terms("incident_category")["REF"]
    with translation.override(None):
        assert term.name == "Refusal of entry"
    assert term.name_in("pl") == "Refusal of entry"
    assert Place(name_en="Only English").name_in("be") == "Only English"


def test_terms_and_places_are_read_once_while_they_are_fresh(django_assert_num_queries):
    forget()
    with django_assert_num_queries(2):
        for _ in range(3):
            terms("incident_category")
            offered("incident_category")
            places()


def test_what_is_remembered_goes_stale_by_itself(monkeypatch):
    assert models.KEPT_SECONDS == 60
    monkeypatch.setattr(
        models.vocabulary, "KEPT_SECONDS", 0
    )  # the clock of the memory cannot be moved
    forget()
    terms("incident_category")
    Term.objects.filter(code="REF").update(name_en="Changed")
    assert terms("incident_category")["REF"].name_en == "Changed"


def test_forget_reads_anew_at_once():
    terms("incident_category")
    Term.objects.filter(code="REF").update(name_en="Changed")
    forget()
    assert terms("incident_category")["REF"].name_en == "Changed"


def test_nobody_can_change_what_is_remembered():
    with pytest.raises(TypeError):
        terms("severity")["5"] = Term()


def test_every_side_has_a_time_zone():
    assert set(ZONE) == set(Side.values)
    assert all(ZoneInfo(zone) for zone in ZONE.values())
