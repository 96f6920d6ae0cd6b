"""Open information requests go over to the next shift, stand in the duty journal and are found."""

from datetime import UTC, datetime

import pytest
from django.utils import translation

from bordercoop.web.finding.query import read
from contactpoints.actions import hand_over_shift
from contactpoints.handovers import carried, shown
from contactpoints.journal import journal_of_day, today_at
from contactpoints.models import Delivery
from incidents.actions import alarm_late_questions, withdraw_request
from incidents.asking.tiles import found_in
from tests.incidents.asking import Asking

pytestmark = pytest.mark.django_db


@pytest.fixture
def noon(time_machine):
    """In the middle of a day of both sides, so that an hour more or less stays in it."""
    time_machine.move_to(datetime(2027, 5, 12, 9, tzinfo=UTC), tick=True)


@pytest.fixture
def asking(noon, people, unit, both_sides_on_duty):
    return Asking(people, unit)


def kinds(items):
    asked = ("to_answer", "unanswered")
    return [(item["kind"], item["number"]) for item in items if item["kind"] in asked]


def test_both_desks_carry_an_open_request_over_and_none_that_ended(asking, people):
    later, soon = asking.ask(urgency="routine"), asking.ask(urgency="urgent", subject="A red van")
    asking.answer(asking.ask())
    asking.answer(later, kind="partly", text="The half of it.")
    here = kinds(carried(asking.to, by=asking.by))
    assert here == [("to_answer", soon.number), ("to_answer", later.number)]
    there = kinds(carried(asking.desk, by=asking.lv))
    assert there == [("unanswered", soon.number), ("unanswered", later.number)]
    handover = hand_over_shift(asking.to, note="Two questions are open.", by=asking.by)
    assert "red van" not in str(handover.items)
    (asked,) = [one for one in shown(handover.items, people.pol_head)
                if one.number == soon.number and one.label.startswith("Inf")]  # fmt: skip
    assert (asked.title, asked.link) == ("A red van", f"/requests/{soon.uid}/")
    assert [one.title for one in shown(handover.items, people.stranger)] == [""] * len(
        handover.items
    )


def test_the_journal_tells_each_desk_its_end_of_a_request(asking, people):
    asked = asking.ask()
    asking.answer(asked, kind="hit", text="")
    asking.refuse(asked)
    told = {}
    with translation.override("en"):
        for desk, who in ((asking.desk, people.dgp_head), (asking.to, people.pol_head)):
            lines = journal_of_day(desk, today_at(desk), who).lines
            told[desk.side] = [line.sentence for line in lines if asked.number in line.sentence]
            assert "border" not in str([line.text for line in lines])
    assert any(f"{asking.to.name_en} for information" in said for said in told["LV"])
    assert sum(said.startswith(f"{asking.to.name_en} answered") for said in told["LV"]) == 2
    name = asking.by.name_for("en")
    assert sum(said.startswith(f"{name} answered {asked.number}") for said in told["BY"]) == 2
    assert sum(said.endswith("Refused.") for said in told["LV"] + told["BY"]) == 2


def test_a_request_is_found_by_number_and_words_by_those_who_read_it(asking, people):
    asked = asking.ask(subject="A grey car", question="Who drove it at Piedruja?")
    for typed in (asked.number, "grey", "piedruja"):
        for who in (people.dgp_duty, people.pol_head):
            (hit,) = found_in(who, read(typed), 5).hits
            assert (hit.url, hit.second) == (f"/requests/{asked.uid}/", asked.number)
        assert not found_in(people.msq_duty, read(typed), 5).hits
        assert found_in(people.stranger, read(typed), 5) is None
    assert not found_in(people.dgp_duty, read("lorry"), 5).hits


@pytest.mark.parametrize("how", ["answered", "withdrawn"])
def test_nobody_is_chased_about_a_request_that_has_ended(how, asking, later):
    asked = asking.ask(urgency="urgent")
    later(hours=9)
    alarm_late_questions()
    late = Delivery.objects.about(asked.ref).filter(alert__card__event="request_overdue").open()
    assert {row.desk.code for row in late.select_related("desk")} == {"DESK-DGP", "DESK-POL"}
    if how == "answered":
        asking.answer(asked)
    else:
        withdraw_request(asked, reason="It was found.", by=asking.lv)
    assert not late.exists()


def test_the_page_of_a_request_costs_no_more_with_more_units(
    asking, people, unit, signed_in, django_assert_max_num_queries
):
    asked = asking.ask()
    asking.answer(asked, kind="partly", text="A part.")
    browser = signed_in(people.dgp_duty)
    browser.get(f"/requests/{asked.uid}/")
    with django_assert_max_num_queries(16):
        assert browser.get(f"/requests/{asked.uid}/").status_code == 200
