import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils import formats, translation

from bordercoop.web.clocks import clocks, compact, written

WINTER = datetime(2026, 11, 22, 0, 7, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


def draw(source, side="LV", **context):
    user = SimpleNamespace(side=side)
    return Template("{% load portal %}" + source).render(Context({"user": user} | context))


def test_both_walls_the_readers_own_first():
    assert draw("{% times t %}", t=WINTER) == (
        '<time datetime="2026-11-22T00:07:00Z">02:07 Riga · 03:07 Minsk</time>'
    )
    assert "03:07 Minsk · 02:07 Riga<" in draw("{% times t %}", "BY", t=WINTER)


def test_a_whole_stamp_says_how_far_the_walls_are_apart():
    assert '03:07 Minsk <i class="gap">+1 h</i>' in draw("{% stamp t %}", t=WINTER)
    assert ">\N{MINUS SIGN}1 h<" in draw("{% stamp t %}", "BY", t=WINTER)


def test_in_summer_both_walls_agree_and_there_is_no_badge():
    assert ">15:00 Riga · 15:00 Minsk<" in draw("{% times t %}", t=SUMMER)


def test_a_guest_sees_her_own_wall_and_both_sides():
    assert "01:07 Warsaw · 02:07 Riga" in draw("{% times t %}", "EU", t=WINTER)


def test_a_wall_on_another_day_says_which():
    late = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
    assert "23:30 Riga · 23 Nov 00:30 Minsk" in draw("{% times t %}", t=late)


def test_utc_on_another_day_says_which():
    early = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)
    said = "23 Nov 2026 00:30 Riga · 01:30 Minsk +1 h · 22 Nov 22:30 UTC"
    assert re.sub("<[^>]+>", "", draw("{% stamp t %}", t=early)) == said
    assert written(early, "LV") == said
    assert compact(early, "LV") == "23.11.2026 00:30 LV · 01:30 BY · 22.11. 22:30 UTC"


def test_a_stamp_has_the_date_both_walls_and_utc():
    with translation.override("lv"):
        text = draw("{% stamp t %}", t=WINTER)
    assert "22.11.2026 02:07" in text
    assert "00:07 UTC" in text


@pytest.mark.parametrize(
    ("language", "text"),
    [("lv", "22.11.2026 02:07"), ("be", "22.11.2026 02:07"), ("ru", "22.11.2026 02:07"),
     ("en", "22 Nov 2026 02:07")],
)  # fmt: skip
def test_every_language_writes_dates_in_its_own_way(language, text):
    formats.reset_format_cache()
    with translation.override(language):
        assert formats.date_format(datetime(2026, 11, 22, 2, 7), "DATETIME_FORMAT") == text


@pytest.mark.parametrize(
    ("language", "text"), [("lv", "1,5"), ("be", "1,5"), ("ru", "1,5"), ("en", "1.5")]
)
def test_every_language_has_its_decimal_sign(language, text):
    with translation.override(language):
        assert formats.number_format(1.5) == text


def test_a_time_is_shown_as_precisely_as_it_is_known():
    assert "2026-11" in draw('{% moment t "month" %}', t=WINTER)
    assert (
        draw('{% moment t "month" %}', t=WINTER) == '<time datetime="2026-11">November 2026</time>'
    )
    assert draw('{% moment t "day" "Europe/Riga" %}', t=WINTER) == (
        '<time datetime="2026-11-22">22 Nov 2026</time>'
    )
    assert "UTC" in draw("{% moment t %}", t=WINTER)


def test_no_time_draws_nothing():
    for tag in ("times", "stamp", "moment", "userdate"):
        assert draw("{% " + tag + " t %}", t=None) == ""


def test_the_day_is_that_of_the_readers_calendar():
    late = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
    assert "22 Nov 2026" in draw("{% userdate t %}", "LV", t=late)
    assert "23 Nov 2026" in draw("{% userdate t %}", "BY", t=late)


def test_every_side_has_the_same_badge():
    for code in ("LV", "BY", "EU"):
        badge = draw("{% side s %}", s=code)
        assert badge.startswith(f'<abbr class="cc {code.lower()}" title="')
        assert badge.endswith(f">{code}</abbr>")
    assert draw("{% side s %}", s="<b>") == ""


def test_severity_is_shape_number_and_word():
    chip = draw("{% sev 3 %}")
    assert "#sev3" in chip
    assert "3 High" in chip


def test_an_icon_is_silent_unless_it_is_named():
    assert 'aria-hidden="true"' in draw('{% icon "lock" %}')
    assert 'aria-label="a &lt;b&gt;"' in draw('{% icon "lock" name %}', name="a <b>")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59.4, "59 s"), (60, "1 min"), (3599, "59 min"), (3900, "1 h 05 min"),
     (183600, "2 d 3 h"), (timedelta(minutes=4), "4 min"), (None, ""), (-5, "0 s")],
)  # fmt: skip
def test_durations_are_rounded_for_reading(seconds, text):
    assert draw("{{ s|duration }}", s=seconds) == text


def test_clocks_say_how_far_ahead_the_other_wall_is():
    riga, minsk = clocks(WINTER, "LV")
    assert (riga.gap, minsk.gap, minsk.other_day) == ("", "+1 h", False)
    assert (minsk.zone, minsk.time, minsk.day) == ("Europe/Minsk", "03:07", "22 Nov 2026")
