"""Texts with slots: which slots there are, and what comes out when they are filled."""

import pytest

from bordercoop.errors import Invalid
from bordercoop.reference.lists.checks import ICONS
from bordercoop.reference.models import LANGUAGES, TextTemplate
from bordercoop.reference.texts import SAMPLES, SLOTS, fill, missing, render, slots_of
from tests.reference.test_words import SPRITE

pytestmark = pytest.mark.django_db


def test_every_shipped_text_is_filled_in_every_language_with_the_same_slots():
    for template in TextTemplate.objects.all():
        asked = {language: set(slots_of(template.text_in(language))) for language in LANGUAGES}
        assert len({frozenset(slots) for slots in asked.values()}) == 1, template.code
        for language in LANGUAGES:
            filled = render(template, language, SAMPLES)
            assert "{" not in filled
            assert "…" not in filled.replace(SAMPLES["reason"], "")
            assert filled != template.text_in(language)


def test_every_slot_has_a_sample():
    assert SAMPLES.keys() == SLOTS.keys()


def test_what_has_no_value_is_shown_as_missing_and_can_be_asked_for():
    text = "At {place}: {people_total} people, sign {border_sign}."
    values = {"place": "Silene", "people_total": 0, "border_sign": ""}
    assert fill(text, values) == "At Silene: 0 people, sign …."
    assert missing(text, values) == ["border_sign"]


def test_a_value_is_put_in_as_it_is():
    """Braces, attributes and percent signs inside a value are text, not commands."""
    assert fill("{place} {reason}", {"place": "{number}", "reason": "{0.__class__} %s"}) == (
        "{number} {0.__class__} %s"
    )


def test_an_unknown_slot_is_an_error_of_the_text():
    with pytest.raises(LookupError):
        fill("{settings.SECRET_KEY}", {})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("At {palce}.", "There is no slot {palce}"),
        ("At {place!r}.", "There is no slot"),
        ("At {}.", "There is no slot {}"),
        ("At {place.", "stands alone"),
        ("At place}.", "stands alone"),
        ("At {{place}}.", "stands alone"),
    ],
)
def test_unknown_slots_and_lone_braces_are_refused(text, says, propose):
    with pytest.raises(Invalid) as refusal:
        propose(listed="templates", code="handover_open", values={"text_lv": text})
    assert says in str(refusal.value.fields["text_lv"][0])


def test_the_four_texts_have_the_same_slots(propose, row):
    template = row("place_reopens", "templates")
    text = template.text_be.replace("{phone}", "112")
    with pytest.raises(Invalid) as refusal:
        propose(listed="templates", code="place_reopens", values={"text_be": text})
    assert list(refusal.value.fields) == ["text_be"]
    assert "{phone}" in str(refusal.value.fields["text_be"][0])


def test_every_symbol_on_offer_is_in_the_sprite():
    drawn = SPRITE.read_text("utf-8")
    assert [name for name in ICONS if f'id="{name}"' not in drawn] == []
