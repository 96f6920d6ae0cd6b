"""The report of the programme: what is counted, where, and what of it is hidden."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from bordercoop.errors import Invalid
from tests.training.test_year_plans import approvers, held, written
from training import actions
from training.models import Activity, AttendanceMark, Evaluation, Participation
from training.programme_report import report_of
from training.report_period import Period, period_of

__all__ = ["approvers"]
pytestmark = pytest.mark.django_db


def tables(activity, *, before=3, after=3):
    day = activity.ends_at.date()
    period = Period(day - timedelta(days=before), day + timedelta(days=after))
    with translation.override("en"):
        return {table.code: table for table in report_of(period).tables}


def values(table, key):
    return next(list(row.values) for row in table.rows if row.key == key)


def test_what_was_held_counts_once_in_the_period_of_its_end(made):
    activity = held(made)
    for state in ("planned", "postponed"):  # neither was held
        other = made.planned()
        if state == "postponed":
            actions.postpone_activity(other, reason="x", by=made.lv)
    alone = made.idea(joint=False, quotas={"LV": 1})
    Activity.objects.filter(pk=alone.pk).update(state="planned")
    found = tables(activity)
    assert values(found["sums"], "activities") == ["", "", 1]
    assert values(found["sums"], "participants") == [1, 1, 2]
    assert values(found["sums"], "days") == [3, 3, 6]
    assert values(found["sums"], "people") == [1, 1, 2]
    assert values(found["kinds"], "study_visit") == [1]
    assert values(found["hosts"], "AT") == [1]
    assert values(found["topics"], "events") == [1, 2]
    assert values(found["seats"], "LV") == [2, 1, "50 %", 0]
    assert values(found["levels"], "LV-local") == [1, 3]
    assert values(found["budget"], "A.2.1") == [Decimal("12000.00"), Decimal("9000.00")]
    # Begun in a period and ended in the next: it is of the next.
    assert values(tables(activity, before=0)["sums"], "activities") == ["", "", 1]
    assert values(tables(activity, before=9, after=-1)["sums"], "activities") == ["", "", 0]
    # One who came twice is one of the people; an absent one is neither.
    twice = held(made, starts_at=activity.starts_at - timedelta(days=5),
                 ends_at=activity.ends_at - timedelta(days=5),
                 nominations_until=None)  # fmt: skip
    part = Participation.objects.filter(activity=twice, side="BY").get()
    Participation.objects.filter(pk=part.pk).update(state="no_show")
    found = tables(activity, before=30)
    assert values(found["sums"], "participants") == [2, 1, 3]
    assert values(found["sums"], "people") == [1, 1, 2]
    assert values(found["seats"], "BY") == [4, 1, "25 %", 1]


def test_days_are_those_that_were_marked_and_levels_those_that_enough_answered(made):
    activity = held(made)
    first, _second = Participation.objects.filter(activity=activity).order_by("pk")
    days = [activity.starts_at.date() + timedelta(days=n) for n in range(2)]
    for day, present in zip(days, (True, False), strict=True):
        AttendanceMark.objects.create(participation=first, day=day, present=present)
    assert sorted(values(tables(activity)["sums"], "days")[:2]) == [1, 3]
    assert "evaluation" not in tables(activity)
    # Of one that is not closed nothing is shown, whoever answered; nor of two answers.
    other = held(made, starts_at=activity.starts_at - timedelta(days=5),
                 ends_at=activity.ends_at - timedelta(days=5), nominations_until=None)  # fmt: skip
    Activity.objects.filter(pk=activity.pk).update(state="evaluated")
    for turn, mark in enumerate((5, 4, 3)):
        marks = {"content": mark, "before.events": 1, "after.events": mark - 1}
        for one in (activity, other):
            Evaluation.objects.create(
                activity=one, asked="took_part", side="LV", marks=marks, language="en"
            )
        shown = tables(activity, before=30).get("evaluation")
        assert (shown is not None) == (turn == 2)
    assert values(shown, "1") == [3, "4.0"]
    assert values(shown, "2") == [3, "3.0"]


def test_an_end_at_midnight_is_of_the_day_before(made):
    activity = held(made)
    begins = activity.starts_at.replace(hour=7)
    Activity.objects.filter(pk=activity.pk).update(
        period=activity.period.__class__(begins, begins.replace(hour=23))  # midnight in Vienna
    )
    assert values(tables(activity)["sums"], "days") == [1, 1, 2]


def test_what_one_side_plans_for_itself_counts_when_it_carries_out_a_line(made):
    activity = held(made)
    Activity.objects.filter(pk=activity.pk).update(joint=False)
    assert values(tables(activity)["sums"], "activities") == ["", "", 0]
    plan = actions.open_plan(year=activity.starts_at.year, by=made.lv)
    actions.tie_activity(activity, written(plan, made.lv), by=made.lv)
    assert values(tables(activity)["sums"], "activities") == ["", "", 1]


def test_small_numbers_by_sex_and_unit_are_hidden(made):
    activity = held(made)
    Participation.objects.filter(activity=activity, side="LV").update(sex="F")
    year = activity.ends_at.year
    with translation.override("en"):
        report = report_of(Period(date(year, 1, 1), date(year, 12, 31)))
    found = next(table for table in report.tables if table.code == "units-LV")
    assert [row.values[0] for row in found.rows] == [None]
    assert [key for key, _label in found.columns] == ["F", "participants", "days"]
    quarter = period_of({"period": f"{year}-Q{(activity.ends_at.month + 2) // 3}"})
    with translation.override("en"):
        [shown] = [one for one in report_of(quarter).tables if one.code == "units-LV"]
    assert [key for key, _label in shown.columns] == ["participants", "days"]
    days = tables(activity)["units-LV"]
    assert [key for key, _label in days.columns] == ["participants", "days"]
    assert [len(row.values) for row in days.rows] == [2]
    assert found.note
    assert "1" not in [str(value) for row in found.rows for value in row.values]


@pytest.mark.parametrize(
    ("asked", "since", "until"),
    [
        ({"period": "2026"}, date(2026, 1, 1), date(2026, 12, 31)),
        ({"period": "2026-q4"}, date(2026, 10, 1), date(2026, 12, 31)),
        ({"period": "2028-02"}, date(2028, 2, 1), date(2028, 2, 29)),
        ({"since": "2026-03-05", "until": "2026-03-05"}, date(2026, 3, 5), date(2026, 3, 5)),
    ],
)
def test_a_period_is_a_year_a_quarter_a_month_or_days(asked, since, until):
    found = period_of(asked)
    assert (found.since, found.until) == (since, until)


@pytest.mark.parametrize(
    "asked", [{"period": "2026-Q5"}, {"period": "٢٠٢٦"}, {"since": "soon"}, {"period": "1200"},
              {"since": "2026-03-05", "until": "2026-03-04"},
              {"since": "1999-01-01", "until": "2026-01-01"}],
)  # fmt: skip
def test_a_period_that_is_none_is_refused(asked):
    with pytest.raises(Invalid):
        period_of(asked)


def test_page_files_and_api_for_both_sides_against_the_signed_plan(made, approvers, client):
    activity = held(made)
    year = activity.ends_at.year
    plan = actions.open_plan(year=year, by=made.lv)
    line = written(plan, made.lv, quarter=4)
    actions.tie_activity(activity, line, by=made.lv)
    plan.refresh_from_db()
    version = actions.put_plan(plan, edition=plan.edition, by=made.lv)
    for signer in approvers.values():
        actions.sign_plan(plan, sha256=version.sha256, by=signer)
    actions.change_plan_line(line, by=made.lv, **{**_said(line), "target": 99})
    page = reverse("programme_report")
    for user, language in ((made.lv, "en"), (made.by, "ru")):
        user.language = language
        user.save(update_fields=["language"])
        client.force_login(user)
        got = client.get(page, {"period": str(year)})
        assert got.status_code == 200
        for form, begins in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("pdf", b"%PDF")):
            made_of = client.get(page, {"period": str(year), "as": form})
            assert b"".join(made_of.streaming_content).startswith(begins), form
        assert client.get(page, {"period": "x"}).status_code == 400
        told = client.get("/api/v1/programme-report/", {"period": str(year)}).json()
        against = next(table for table in told["tables"] if table["code"] == f"plan-{year}")
        cells = {cell["column"]: cell["value"] for cell in against["rows"][0]["cells"]}
        # As both signed it, whatever is being drafted meanwhile.
        assert (cells["reached"], cells["target"], cells["used"]) == ("2", "2", "9000.00")
        assert client.get("/api/v1/programme-report/export/", {"as": "csv"}).status_code == 200
    client.force_login(made.people.stranger)
    assert client.get(page).status_code == 404
    assert client.get("/api/v1/programme-report/").status_code == 404


def _said(line):
    from training.plans import SAID

    return {name: getattr(line, name) for name in SAID}
