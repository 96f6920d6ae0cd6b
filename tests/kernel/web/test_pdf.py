"""Making PDFs: fonts, characters, the queue, and sources that read nothing but their data."""

import re
import threading
from datetime import UTC, datetime

import pytest
from django.utils.translation import get_language, override

from bordercoop.web import pdf as module
from bordercoop.web.both import Both, partner_language
from bordercoop.web.pdf import (
    FONTS,
    SOURCES,
    WAITING_MOST,
    Busy,
    TooLong,
    _compiling,
    _turn,
    letters,
    pdf,
    readable,
)  # fmt: skip

AT = datetime(2026, 2, 17, 6, 0, tzinfo=UTC)


def test_the_fonts_have_every_letter_of_the_four_languages():
    latvian = "AĀBCČDEĒFGĢHIĪJKĶLĻMNŅOPRSŠTUŪVZŽ"
    belarusian = "АБВГДЕЁЖЗІЙКЛМНОПРСТУЎФХЦЧШЫЬЭЮЯ’ʼ"
    russian = "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"
    for letter in latvian + belarusian + russian:
        assert {ord(letter), ord(letter.lower())} <= letters(), letter


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Ķekava ў №5", "Ķekava ў №5"),
        ("e\u0301", "é"),
        ("a\r\nb\tc", "a\nb c"),
        ("a\u2028b", "a\nb"),
        ("abc\u202edef\u200f\ufeff", "abcdef"),
        ("👩", "[U+1F469]"),
        ("漢", "[U+6F22]"),
        ("\ue000", "[U+E000]"),
        ("⚠\ufe0f", "⚠"),
        ("مرحبا", "مرحبا"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_what_no_font_has_stands_as_its_code(typed, shown):
    assert readable(typed) == shown


def test_each_font_lies_beside_its_licence():
    table = (FONTS / "README.md").read_text("utf-8")
    for font in FONTS.glob("*.ttf"):
        assert f"`{font.name}`" in table
    assert len(list(FONTS.glob("LICENSE-*.txt"))) == 2


@pytest.mark.parametrize("source", sorted(SOURCES.glob("*.typ")), ids=lambda path: path.name)
def test_a_source_takes_nothing_but_its_data(source):
    """No packages from the network, no other files, no code made of data."""
    text = source.read_text("utf-8")
    for way in ("@preview", "@local", "read(", "eval(", "plugin(", "include "):
        assert way not in text, way
    came = r"\s*(bytes\((data|sys\.inputs)\.|if emblem\.format)"  # with the data
    assert all(re.match(came, rest) for rest in text.split("image(")[1:])
    alone = {"base.typ", "brochure.typ", "certificate.typ", "emblem.typ", "picture.typ",
             "risk_report.typ"}  # fmt: skip
    assert text.count("sys.inputs") == (source.name in alone)


def test_six_are_asked_for_at_once_and_the_seventh_is_asked_to_come_again():
    went, arrived = [], threading.Semaphore(0)

    def wait_for_a_turn(number):
        arrived.release()
        with _turn():
            went.append(number)

    with _compiling:
        threads = [threading.Thread(target=wait_for_a_turn, args=(n,)) for n in range(WAITING_MOST)]
        for thread in threads:
            thread.start()
            assert arrived.acquire(timeout=5)
        for _try in range(1_000_000):  # the last of the six may still be on its way to its place
            if not module._places.acquire(blocking=False):
                break
            module._places.release()
        with pytest.raises(Busy) as refusal:
            pdf("form.typ", {}, at=AT)
        assert refusal.value.status == 503
    for thread in threads:
        thread.join(5)
    assert sorted(went) == list(range(WAITING_MOST))


def test_who_waits_too_long_is_asked_to_come_again_and_leaves_the_queue(monkeypatch):
    monkeypatch.setattr(module, "WAIT_SECONDS", 0.01)
    with module._compiling, pytest.raises(Busy):
        pdf("form.typ", {}, at=AT)
    for _ in range(module.WAITING_MOST + 1):
        with module._turn():
            pass


def test_what_is_far_too_long_is_refused():
    with pytest.raises(TooLong) as refusal:
        pdf("form.typ", {"text": "a" * module.MOST_CHARACTERS}, at=AT)
    assert refusal.value.status == 413


@pytest.mark.parametrize(
    ("side", "first", "second"),
    [("LV", "lv", "be"), ("LV", "be", "lv"), ("LV", "ru", "be"), ("BY", "be", "lv"),
     ("BY", "lv", "be"), ("BY", "ru", "lv"), ("EU", "en", "lv"), ("EU", "lv", "en")],
)  # fmt: skip
def test_the_second_language_is_the_other_sides_unless_told_otherwise(side, first, second):
    assert partner_language(side, first) == second


def test_both_speaks_two_languages_and_leaves_the_active_one_alone():
    with override("ru"):
        assert Both("lv", "be").each(get_language) == ["lv", "be"]
        assert get_language() == "ru"
