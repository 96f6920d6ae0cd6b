"""A classification marking is told from the same word in a sentence, in four languages."""

import time

import pytest

from bordercoop.reference.classified import marking_in, refusal

MARKED = [
    "RESTREINT UE/EU RESTRICTED",
    "Report, R-UE/EU-R, page 2",
    "An attachment is CONFIDENTIEL UE/EU CONFIDENTIAL.",
    "Très secret UE/EU top secret",
    "nato  restricted",
    "The annex is NATO SECRET and stays away.",
    "SECRET\nEight people at sign 214.",
    "Eight people.\n\n*** TOP SECRET ***",
    "(S) Eight people at sign 214.",
    "2.1 (C) Eight people at sign 214.",
    "Eight people [CONFIDENTIAL] at sign 214.",
    "Classification: secret",
    "KONFIDENCIĀLI\r\nAstoņas personas.",
    "Seviški slepeni",
    "[slepeni] Astoņas personas.",
    "Klasifikācija: SLEPENI",
    "  СЕКРЕТНО  \nВосемь человек.",
    "Совершенно секретно экз. № 1",
    "Особой важности",
    "(ДСП) Восемь человек.",
    "Для служебного пользования\nВосемь человек.",
    "Гриф секретности: секретно",
    "«Сакрэтна»\nВосем чалавек.",
    "Зусім сакрэтна",
    "Для службовага карыстання",
    "Асобай важнасці",
]
PLAIN = [
    "",
    "The driver kept it secret.",
    "A secret compartment under the floor",
    "Secret compartment",
    "Top secret agents in a film, said the passenger.",
    "Confidential talk with the driver",
    "Restricted visibility, restricted area near sign 214",
    "EU restrictive measures; EU-Russia summit; an EU secretary",
    "The NATO summit restricted the traffic.",
    "Door (s) and gate (c) were open.",
    "A man (C) and a woman (S) crossed.",
    "Viņi slepeni šķērsoja robežu.",
    "Slepeni pārvadāja cigaretes",
    "Konfidenciāli runāja ar šoferi.",
    "DIENESTA VAJADZĪBĀM",
    "Секретно перевезли сигареты.",
    "Они действовали секретно",
    "Совершенно секретно провезти не удалось.",
    "Машина для служебного пользования стояла у знака 214.",
    "Яны сакрэтна перасеклі мяжу.",
    "Сакрэтны адсек пад падлогай",
    "Аўтамабіль для службовага карыстання",
]


@pytest.mark.parametrize("text", MARKED)
def test_a_marking_is_found(text):
    assert marking_in(text)
    assert marking_in(text) in refusal(text)
    assert "not accredited" in refusal(text)


@pytest.mark.parametrize("text", PLAIN)
def test_a_word_in_a_sentence_is_no_marking(text):
    assert marking_in(text) == ""
    assert refusal(text) == ""


@pytest.mark.parametrize("piece", ["\n", " ", "- ", "(", "SECRET ", "секретно/", "1.", "ДСП"])
def test_a_long_text_is_read_at_once(piece):
    text = (piece * 20_000)[:100_000] + "x"
    began = time.monotonic()
    marking_in(text)
    assert time.monotonic() - began < 5
