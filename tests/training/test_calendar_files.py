"""Calendar files of others: every valid one is read, a broken one is refused with its line."""

import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from dateutil.rrule import rrulestr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import vRecur

from training.calendar_files import BadCalendar, read_file
from training.calendar_files.repeating import days_of

FILES = sorted((Path(__file__).parent / "calendars_of_the_world").glob("*.ics"))
# How many events, and how many other parts, each example of RFC 5545 has.
HELD = {
    "3.4": (1, 0), "3.6.1": (4, 0), "3.6.2": (0, 2), "3.6.3": (0, 1), "3.6.4": (0, 3),
    "3.6.5": (0, 0), "3.6.6": (0, 2), "4.1": (1, 0), "4.2": (1, 0), "4.3": (1, 0),
    "4.4": (0, 1), "4.5": (0, 1),
}  # fmt: skip


def read(text, zone="Europe/Riga"):
    return read_file(text.encode() if isinstance(text, str) else text, zone)


def with_event(*lines, before="", end="\r\n"):
    inner = "".join(line + end for line in ("BEGIN:VEVENT", "UID:1", *lines, "END:VEVENT"))
    head = f"BEGIN:VCALENDAR{end}VERSION:2.0{end}PRODID:x{end}"
    return f"{head}{before}{inner}END:VCALENDAR{end}"


def test_every_example_of_the_standard_is_read():
    assert len(FILES) == len(HELD)
    for file in FILES:
        found = read(file.read_bytes())
        section = file.stem.removeprefix("rfc5545-sec")
        assert (len(found.events), found.others) == HELD[section], section
        assert not found.refused
    [event] = read(FILES[-4].read_bytes()).events
    assert (event.title, event.place) == ("XYZ Project Review", "1CP Conference Room 4350")
    # Half past eight in New York, by the zone that the file itself defines.
    assert event.starts_at == datetime(1998, 3, 12, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "BEGIN:VCALENDAR"),
        ("Dear colleagues,\r\n", 1, "a name, then"),
        ("BEGIN:VEVENT\r\nEND:VEVENT\r\n", 1, "BEGIN:VCALENDAR"),
        ("\r\n BEGIN:VCALENDAR\r\n", 2, "goes on from nothing"),
        (with_event("DTSTART:20261201T080000Z").replace("END:VEVENT\r\n", ""), 7, "END:VEVENT"),
        (with_event("DTSTART:20261201T080000Z")[:-17], 7, "ends before END:VCALENDAR"),
        (with_event("SUMMARY no colon"), 6, "a name, then"),
        (with_event("X-\x00:1"), 6, ""),
        (b"BEGIN:VCALENDAR\r\nX-A:\xff\xff\r\nEND:VCALENDAR\r\n", 2, "UTF-8"),
        ("BEGIN:VCALENDAR\r\n" * 9, 9, "too deep"),
        ("BEGIN:VCALENDAR\r\n" + "X:1\r\n" * 60_000, 50_001, "too many lines"),
        ("A" * 1_100_000, 1, "too large"),
        (b"\xff\xfeB\x00E", 1, ""),
    ],
)
def test_what_is_no_calendar_is_refused_with_its_line(text, line, words):
    with pytest.raises(BadCalendar, match=words) as bad:
        read(text)
    assert bad.value.line == line


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        (["SUMMARY:x"], 4, "when it begins"),
        (["SUMMARY:x", "DTSTART:soon"], 7, "DTSTART cannot be read"),
        (["DTSTART:20261301T080000Z"], 6, "DTSTART cannot be read"),
        (["DTSTART:20261201T080000Z", "DTEND:20261131T080000Z"], 7, "DTEND cannot be read"),
        (["DTSTART:20261201T080000Z", "DTEND:20261130T080000Z"], 7, "ends before it begins"),
        (["DTSTART:20261201T080000Z", "DTSTART:20261202T080000Z"], 6, "twice"),
        (["DTSTART:20261201T080000Z", "RRULE:FREQ=SOMETIMES"], 7, "RRULE cannot be read"),
        (["DTSTART:20261201T080000Z", "DURATION:-PT1H"], 7, "ends before it begins"),
        (["DTSTART;VALUE=DATE:99991231"], 6, "outside the calendar"),
    ],
)
def test_an_event_that_cannot_be_right_is_refused_with_its_line_and_the_others_are_read(
    lines, line, words
):
    good = "BEGIN:VEVENT\r\nUID:2\r\nDTSTART:20261201T080000Z\r\nSUMMARY:Good\r\nEND:VEVENT\r\n"
    text = with_event(*lines).replace("END:VCALENDAR", good + "END:VCALENDAR")
    found = read(text)
    assert [event.title for event in found.events] == ["Good"]
    [refused] = found.refused
    assert (refused.line, words in refused.reason) == (line, True), refused


def test_times_are_those_of_the_place():
    def times(*lines, zone="Europe/Riga"):
        [event] = read(with_event(*lines), zone).events
        return event

    day = times("DTSTART;VALUE=DATE:20261201", zone="Europe/Minsk")
    assert (day.starts_at, day.ends_at - day.starts_at) == (
        datetime(2026, 11, 30, 21, tzinfo=UTC), timedelta(days=1),
    )  # fmt: skip
    assert times("DTSTART:20261201T090000").starts_at.hour == 7
    assert times("DTSTART;TZID=Nowhere/At All:20261201T090000").starts_at.hour == 7
    hour = times("DTSTART:20261201T090000Z")
    assert hour.ends_at - hour.starts_at == timedelta(hours=1)


def test_what_repeats_gives_every_time_within_a_year():
    since = datetime(2026, 10, 20, tzinfo=UTC)

    def times(*lines, more="", start="DTSTART;TZID=Europe/Riga:20261019T090000"):
        text = with_event(start, *lines).replace("END:VCALENDAR", f"{more}END:VCALENDAR")
        return read_file(text.encode(), "Europe/Riga", since=since).events

    # The clocks change in between: nine on the wall stays nine. The first time is over already.
    weekly = times("RRULE:FREQ=WEEKLY;COUNT=3")
    assert [(one.starts_at.day, one.starts_at.hour) for one in weekly] == [(26, 7), (2, 7)]
    assert len({one.key for one in weekly}) == 2
    assert {one.repeats for one in weekly} == {False}
    assert len(times("RRULE:FREQ=DAILY")) == 60
    moved = (
        "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20261001T000000Z\r\nSUMMARY:Moved\r\n"
        "RECURRENCE-ID;TZID=Europe/Riga:20261026T090000\r\n"
        "DTSTART;TZID=Europe/Riga:20261027T100000\r\nEND:VEVENT\r\n"
    )
    rest = times("RRULE:FREQ=WEEKLY;UNTIL=20261115T000000Z",
                 "EXDATE;TZID=Europe/Riga:20261102T090000",
                 "RDATE;TZID=Europe/Riga:20261120T090000", more=moved)  # fmt: skip
    assert [one.starts_at.day for one in rest] == [9, 20, 27]
    days = times("RRULE:FREQ=MONTHLY;COUNT=4", start="DTSTART;VALUE=DATE:20261001")
    assert [(one.whole_day, one.starts_at.hour, (one.ends_at - one.starts_at).days) for one in days
            ] == [(True, 22, 1)] * 3  # fmt: skip
    # Not followed, and quickly so, whatever it would take to follow it.
    begun = time.monotonic()
    for rule in ("SECONDLY", "DAILY;BYMONTH=2;BYMONTHDAY=31", "YEARLY;BYWEEKNO=20",
                 "WEEKLY;INTERVAL=0", "DAILY;UNTIL=20261019T060000Z"):  # fmt: skip
        [event] = times(f"RRULE:FREQ={rule}")
        assert (event.starts_at.hour, event.repeats) == (6, True), rule
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize("rule", [
    "FREQ=DAILY;INTERVAL=3;COUNT=20", "FREQ=DAILY;BYDAY=MO,WE;BYMONTH=1,2",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=MO",
    "FREQ=MONTHLY;BYDAY=3MO", "FREQ=MONTHLY;BYDAY=-1FR,1MO;INTERVAL=2",
    "FREQ=MONTHLY;BYMONTHDAY=-1",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1,1", "FREQ=YEARLY", "FREQ=YEARLY;BYMONTH=3,10",
    "FREQ=YEARLY;BYDAY=20MO", "FREQ=YEARLY;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
    "FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=7",
])  # fmt: skip
def test_a_rule_is_followed_as_another_library_does(rule):
    first, last = datetime(2026, 10, 19), datetime(2029, 6, 30)
    theirs = [at.date() for at in rrulestr(rule, dtstart=first).between(first, last, inc=True)]
    start = theirs[0]  # a series that does not begin by its own rule is counted otherwise
    begun = datetime(start.year, start.month, start.day)
    theirs = [at.date() for at in rrulestr(rule, dtstart=begun).between(begun, last, inc=True)]
    assert len(theirs) > 1
    assert list(days_of(vRecur.from_ical(rule), start, last.date())) == theirs


WORDS = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\x85"),
    max_size=120,
)
WHOLE = st.dates(date(1990, 1, 1), date(2090, 1, 1)).map(lambda day: f"{day:%Y%m%d}")
MOMENT = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(
    lambda at: f"{at:%Y%m%dT%H%M%S}"
)
RULE = st.builds(
    lambda freq, every, rest: f"RRULE:FREQ={freq};INTERVAL={every}{rest}",
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY", "HOURLY"]),
    st.integers(1, 400),
    st.sampled_from(["", ";COUNT=4", ";UNTIL=20400101T000000Z", ";BYDAY=MO,-1FR", ";BYSETPOS=1"]),
)
ZONE = (
    "BEGIN:VTIMEZONE\r\nTZID:Own\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
    "TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0200\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
)


def folded(line, at, end):
    """As programs fold: by letters, anywhere, with a space or a tab."""
    parts = [line[i : i + at] for i in range(0, len(line), at)] or [""]
    return (end + "\t").join(parts)


def escaped(words):
    return words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


@st.composite
def calendars(draw):
    """(text, how many events) of valid calendars."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *ZONE.split("\r\n")[:-1]]
    count = draw(st.integers(1, 3))
    for number in range(count):
        lines += ["BEGIN:VEVENT", f"UID:{number}", f"SUMMARY:{escaped(draw(WORDS))}"]
        if draw(st.booleans()):
            lines.append(f"DTSTART;VALUE=DATE:{draw(WHOLE)}")
        else:
            zone = draw(st.sampled_from(["", ";TZID=Own", ";TZID=Europe/Vienna"]))
            lines.append(f"DTSTART{zone}:{draw(MOMENT)}{'' if zone else draw(st.sampled_from('Z '))}".rstrip())  # noqa: E501  # fmt: skip
        lines += draw(st.lists(st.sampled_from(["DURATION:P1D", "STATUS:TENTATIVE"]), max_size=2,
                               unique=True))  # fmt: skip
        if draw(st.booleans()):
            lines.append(draw(RULE))
        lines.append(f'X-OTHER;PAR="a;b:c":{escaped(draw(WORDS))}')
        if draw(st.booleans()):
            lines += ["BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT15M", "END:VALARM"]
        lines.append("END:VEVENT")
    lines.append("END:VCALENDAR")
    end, at = draw(st.sampled_from(["\r\n", "\n"])), draw(st.integers(20, 75))
    return end.join(folded(line, at, end) for line in lines) + end, count


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(calendars())
def test_any_valid_calendar_is_read(made):
    text, count = made
    found = read(text)
    assert (len({event.line for event in found.events}), found.refused) == (count, [])
    assert len({event.key for event in found.events}) == len(found.events)
    for event in found.events:
        assert event.starts_at < event.ends_at
        assert event.starts_at.tzinfo is UTC


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(calendars(), st.data())
def test_a_calendar_that_was_cut_or_mixed_up_is_read_or_refused_and_nothing_else(made, data):
    text = made[0]
    at = data.draw(st.integers(0, len(text)))
    other = data.draw(st.sampled_from(["", "\x00", "END:VEVENT\r\n", ":", "BEGIN:", "\r\n"]))
    line = 1
    try:
        read(text[:at] + other + text[at + data.draw(st.integers(0, 40)) :])
    except BadCalendar as bad:
        line = bad.line if str(bad) else 0
    assert line >= 1
