from datetime import UTC, datetime

import pytest
from django import forms

from bordercoop.web.fields import (
    CleanCharField,
    CoordinatesField,
    DateField,
    MomentField,
    TimeField,
    moment_choices,
)
from incidents.board_forms import WhoForm
from incidents.investigation.forms import MeetForm
from incidents.investigation.meeting_forms import AgainForm, CallForm
from incidents.investigation.receipt_forms import PlanForm
from incidents.investigation.sign_forms import LineForm


class Report(forms.Form):
    headline = CleanCharField(max_length=20)
    happened = MomentField()
    place = CoordinatesField(required=False)


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to("2026-11-22T00:12:00Z", tick=False)


def report(**typed):
    good = {"headline": "Group at sign 214", "happened_date": "2211", "happened_time": "0207"}
    return Report(good | {"happened_zone": "Europe/Riga"} | typed)


def errors(form, name):
    assert not form.is_valid()
    assert set(form.errors) == {name}
    return " ".join(form.errors[name])


def test_a_report_typed_in_haste_is_understood():
    form = report(happened_date="2211 0207", happened_time="", place="55,7912 27,3010")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["happened"] == datetime(2026, 11, 22, 0, 7, tzinfo=UTC)
    assert form.cleaned_data["place"] == (55.7912, 27.301)


def test_the_zone_says_whose_clock_it_was():
    form = report(happened_zone="Europe/Minsk", happened_time="0307")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["happened"] == datetime(2026, 11, 22, 0, 7, tzinfo=UTC)


def test_without_a_zone_it_is_the_first_of_the_form():
    form = report(happened_zone="")
    assert form.is_valid()
    assert form.cleaned_data["happened"] == datetime(2026, 11, 22, 0, 7, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Europe/Paris", "../etc", "x\0"])
def test_a_zone_that_was_not_offered_is_refused(zone):
    assert "whose clock" in errors(report(happened_zone=zone), "happened")


def test_the_future_is_refused_and_a_slow_clock_is_not():
    assert report(happened_time="0213").is_valid()
    assert "still to come" in errors(report(happened_time="0230"), "happened")


def test_a_time_that_happened_twice_asks_which_and_takes_the_answer():
    form = report(happened_date="25.10.2026", happened_time="03:30")
    assert "shown twice" in errors(form, "happened")
    assert [fold for fold, _label in moment_choices(form.errors, "happened")] == [0, 1]
    for fold, hour in (("0", 0), ("1", 1)):
        form = report(happened_date="25.10.2026", happened_time="03:30", happened_fold=fold)
        assert form.is_valid()
        assert form.cleaned_data["happened"].hour == hour


def test_a_time_that_did_not_exist_is_a_sentence():
    form = report(happened_date="29.03.2026", happened_time="03:30")
    assert "This time did not exist" in errors(form, "happened")
    assert moment_choices(form.errors, "happened") == []


def test_nothing_typed_is_lost_when_something_is_wrong():
    form = report(happened_time="25:99", headline="as typed")
    assert not form.is_valid()
    page = str(form["happened"]) + str(form["headline"])
    for typed in ("2211", "25:99", "as typed", "Europe/Riga"):
        assert f'value="{typed}"' in page


def test_an_instant_is_shown_as_it_can_be_typed():
    form = Report(initial={"happened": datetime(2026, 10, 25, 1, 30, tzinfo=UTC)})
    page = str(form["happened"])
    for part in ('value="25.10.2026"', 'value="03:30"', 'name="happened_fold" value="1"'):
        assert part in page


def test_nul_is_refused_field_by_field():
    assert "cannot be stored" in errors(report(headline="a\0b"), "headline")
    assert errors(report(place="55\0, 27"), "place")
    assert errors(report(happened_time="02\0:07"), "happened")


def test_too_long_says_how_long():
    text = errors(report(headline="x" * 100_000), "headline")
    assert "20 characters fit, and these are 100000" in text


def test_text_is_kept_in_one_form():
    form = report(headline="  Be\u0304rzin\u0327a\r\nx ")
    assert form.is_valid()
    assert form.cleaned_data["headline"] == "Bērziņa\nx"


@pytest.mark.parametrize(
    "field", [CleanCharField(), DateField(), TimeField(), MomentField(), CoordinatesField()]
)
def test_what_is_missing_is_asked_for_in_a_sentence(field):
    with pytest.raises(forms.ValidationError) as error:
        field.clean(["", "", "", ""] if isinstance(field, MomentField) else "")
    assert error.value.messages[0].endswith(".")


@pytest.mark.parametrize("field", [DateField, TimeField, MomentField, CoordinatesField])
def test_what_is_optional_may_be_left_out(field):
    assert field(required=False).clean([] if field is MomentField else "") is None


def test_days_and_times_alone():
    assert str(DateField().clean("2311")) == "2025-11-23"
    assert str(TimeField().clean("0207")) == "02:07:00"
    for field, typed in ((DateField(), "99.99"), (TimeField(), "99:99")):
        with pytest.raises(forms.ValidationError):
            field.clean(typed)


@pytest.mark.parametrize(
    "field",
    [CallForm.base_fields["at"], AgainForm.base_fields["ends_at"], MeetForm.base_fields["meet"],
     PlanForm.base_fields["planned_at"], WhoForm.base_fields["due"], LineForm.base_fields["at"]],
)  # fmt: skip
@pytest.mark.parametrize(
    ("typed", "means"),
    [
        (["1702", "0800"], "2027-02-17"),  # three months ahead, and not nine ago
        (["2011", "0800"], "2026-11-20"),  # of late
        (["", "0100"], "2026-11-22"),  # the next time the clock shows it
        (["17.02.2026", "0800"], "2026-02-17"),  # a year that was typed stands
    ],
)
def test_what_is_planned_lies_ahead_where_no_year_was_typed(field, typed, means):
    assert field.coming
    assert f"{field.clean([*typed, 'Europe/Riga', '']):%Y-%m-%d}" == means
