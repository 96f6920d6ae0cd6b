"""Countries have the codes of ISO 3166-1 and names in four languages."""

import pytest
from django.utils import translation

from bordercoop.reference import countries


def test_there_are_the_countries_of_iso_3166_and_no_others():
    assert len(countries.codes()) == 249
    assert {"LVA", "BLR", "IRQ", "TUR", "DEU"} <= countries.codes()
    assert not {"SUN", "DDR", "YUG", "XKX", "EUE", "lva", ""} & countries.codes()


@pytest.mark.parametrize("language", countries.LANGUAGES)
def test_each_has_a_name_in_each_language(language):
    assert countries.names(language).keys() == countries.codes()
    assert all(countries.names(language).values())


@pytest.mark.parametrize(
    "typed",
    ["IRQ", "irq", "iq", " Irāka ", "iraka", "ИРАК", "Ірак", "Iraq"],
)
def test_a_country_is_known_by_its_codes_and_its_names(typed):
    assert countries.code_of(typed) == "IRQ"


@pytest.mark.parametrize("typed", ["", "XYZ", "Atlantis", "Конго", "\x00", "SUN"])
def test_what_is_no_country_or_two_is_none(typed):
    assert countries.code_of(typed) == ""


def test_a_country_is_named_in_the_active_language():
    for language, name in (("lv", "Irāka"), ("be", "Ірак"), ("ru", "Ирак"), ("en", "Iraq")):
        with translation.override(language):
            assert countries.name_of("IRQ") == name
