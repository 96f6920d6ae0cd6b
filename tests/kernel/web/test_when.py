from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordercoop.web import when
from bordercoop.web.when import Unclear, Wall

RIGA, MINSK = ZoneInfo("Europe/Riga"), ZoneInfo("Europe/Minsk")
TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 2, 12)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("22.11.2026", date(2026, 11, 22)),
        ("22.11.26", date(2026, 11, 22)),
        ("22.11.", date(2026, 11, 22)),
        ("22.11", date(2026, 11, 22)),
        ("2211", date(2026, 11, 22)),
        ("221126", date(2026, 11, 22)),
        ("22112026", date(2026, 11, 22)),
        ("22/11/2026", date(2026, 11, 22)),
        ("22-11-2026", date(2026, 11, 22)),
        ("22 11 2026", date(2026, 11, 22)),
        ("2026-11-22", date(2026, 11, 22)),
        (" 1.2.2026 ", date(2026, 2, 1)),
        ("1.2", date(2026, 2, 1)),
        ("2311", date(2025, 11, 23)),
        ("31.12", date(2025, 12, 31)),
        ("29.02", date(2024, 2, 29)),
    ],
)
def test_dates_as_officers_type_them(typed, day):
    assert when.parse_date(typed, today=TODAY) == day


@pytest.mark.parametrize(
    "typed",
    ["", "x", "32.01.2026", "29.02.2026", "00.01", "1.13", "22.11.226", "2026", "0.0", "22.11.0001",
     "1" * 50, "22\u00b711", "٢٢١١", "22.11.2026\0", "221126x"],
)  # fmt: skip
def test_what_is_no_date_is_a_sentence(typed):
    with pytest.raises(Unclear) as error:
        when.parse_date(typed, today=TODAY)
    assert str(error.value).endswith(".")


@pytest.mark.parametrize(
    ("typed", "at"),
    [("0207", time(2, 7)), ("2:07", time(2, 7)), ("02.07", time(2, 7)), ("02:07", time(2, 7)),
     ("207", time(2, 7)), ("2 07", time(2, 7)), ("0000", time(0)), ("23:59", time(23, 59))],
)  # fmt: skip
def test_times_as_officers_type_them(typed, at):
    assert when.parse_time(typed) == at


@pytest.mark.parametrize(
    "typed", ["", "2", "24:00", "2:60", "2:7", "25", "12345", "-1:00", "2h07", "02:07:00"]
)
def test_what_is_no_time_is_a_sentence(typed):
    with pytest.raises(Unclear):
        when.parse_time(typed)


@pytest.mark.parametrize(
    ("typed", "wall"),
    [
        ("1702 0800", Wall(date(2026, 2, 17), time(8))),
        ("17.02 8:00", Wall(date(2026, 2, 17), time(8))),
        ("17.02.2025 08:00", Wall(date(2025, 2, 17), time(8))),
        ("170225 0800", Wall(date(2025, 2, 17), time(8))),
        ("2026-02-17T08:00", Wall(date(2026, 2, 17), time(8))),
        ("2211 0207", Wall(date(2026, 11, 22), time(2, 7))),
        ("2312 0207", Wall(date(2025, 12, 23), time(2, 7))),
        ("0207", Wall(date(2026, 11, 22), time(2, 7))),
        ("2350", Wall(date(2026, 11, 21), time(23, 50))),
    ],
)
def test_date_and_time_in_one_go(typed, wall):
    assert when.parse_when(typed, now=NOW) == wall


@pytest.mark.parametrize(
    "typed", ["", "1702", "1702 0800 x", "17.02 2026 08:00", "now", "1702 2500"]
)
def test_what_is_no_moment_is_a_sentence_or_a_time(typed):
    if typed == "1702":  # four digits alone are a time of day
        assert when.parse_when(typed, now=NOW).time == time(17, 2)
    else:
        with pytest.raises(Unclear):
            when.parse_when(typed, now=NOW)


def test_a_wall_time_is_an_instant_in_its_zone():
    wall = Wall(date(2026, 11, 22), time(2, 7))
    assert when.instant(wall, RIGA) == datetime(2026, 11, 22, 0, 7, tzinfo=UTC)
    assert when.instant(wall, MINSK) == datetime(2026, 11, 21, 23, 7, tzinfo=UTC)


def test_a_skipped_time_did_not_exist():
    wall = Wall(date(2026, 3, 29), time(3, 30))
    with pytest.raises(Unclear, match="This time did not exist") as error:
        when.instant(wall, RIGA)
    assert error.value.code == "nonexistent"
    assert when.instant(wall, MINSK).hour == 0, "Minsk changes no clocks"


def test_a_repeated_time_asks_which():
    wall = Wall(date(2026, 10, 25), time(3, 30))
    with pytest.raises(when.HappenedTwice) as error:
        when.instant(wall, RIGA)
    assert error.value.choices == [
        (0, "the first, summer time (00:30 UTC)"),
        (1, "the second, winter time (01:30 UTC)"),
    ]
    assert when.instant(wall, RIGA, fold=0) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert when.instant(wall, RIGA, fold=1) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_an_answer_that_was_not_asked_for_changes_nothing():
    wall = Wall(date(2026, 11, 22), time(2, 7))
    assert when.instant(wall, RIGA, fold=1) == when.instant(wall, RIGA)


def test_the_future_is_refused_with_two_minutes_for_clocks_that_differ():
    now = datetime(2026, 11, 22, tzinfo=UTC)
    assert when.not_in_future(now + timedelta(minutes=2), now=now)
    with pytest.raises(Unclear, match="still to come"):
        when.not_in_future(now + timedelta(minutes=2, seconds=1), now=now)


@given(st.datetimes(datetime(1970, 1, 1), datetime(2060, 1, 1)), st.sampled_from([RIGA, MINSK]))
def test_every_instant_can_be_typed(moment, zone):
    moment = moment.replace(second=0, microsecond=0, tzinfo=UTC)
    local = moment.astimezone(zone)
    wall = when.parse_when(f"{local:%d.%m.%Y %H:%M}", now=NOW)
    if (local.utcoffset().total_seconds() % 60) == 0:
        assert when.instant(wall, zone, fold=local.fold) == moment


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.dates(date(2010, 1, 1), date(2060, 1, 1)))
def test_a_date_without_a_year_is_never_in_the_future(day, today):
    found = when.parse_date(f"{day:%d%m}", today=today)
    assert found <= today
    assert (found.day, found.month) == (day.day, day.month)
    assert (today - found).days <= (366 if day.strftime("%d%m") != "2902" else 366 * 8)


@given(st.text(max_size=60))
def test_no_text_is_a_fault(text):
    for parse in (
        lambda: when.parse_date(text, today=TODAY),
        lambda: when.parse_time(text),
        lambda: when.instant(when.parse_when(text, now=NOW), RIGA, fold=0),
    ):
        with suppress(Unclear):
            parse()


@given(st.text("0123456789.:-/ T", max_size=20))
def test_no_row_of_digits_is_a_fault(text):
    test_no_text_is_a_fault.hypothesis.inner_test(text)
