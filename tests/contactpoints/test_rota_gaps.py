"""Hours without anybody in the next 14 days: shown, and told once a day to who sets the rota."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.outbox.models import Message
from contactpoints import actions
from contactpoints.models import Role, RotaCheck
from contactpoints.rota import lacking_hours

pytestmark = pytest.mark.django_db

# 08:00 in Riga and 09:00 in Minsk.
MORNING = datetime(2027, 2, 1, 6, tzinfo=UTC)


@pytest.fixture
def scene(people, unit, time_machine):
    """The heads of Daugavpils and Polotsk and both headquarters; nobody is on duty anywhere."""
    time_machine.move_to(MORNING - timedelta(days=3), tick=False)
    people.dgp_head, people.pol_head, people.lv_hq, people.by_hq, people.dgp_duty
    time_machine.move_to(MORNING, tick=False)
    return people


def letters():
    return Message.objects.filter(channel="rota_gaps")


def told():
    return {message.payload["to"] for message in letters()}


def test_the_head_and_headquarters_are_told_once_a_day_however_often_it_is_looked(
    scene, time_machine
):
    assert actions.alarm_rota_gaps() == 4
    assert told() == {who.pk for who in (scene.dgp_head, scene.pol_head, scene.lv_hq, scene.by_hq)}
    assert Entry.objects.filter(verb="rota.alarmed").count() == 2
    for minutes in (0, 11, 300, 21 * 60):
        time_machine.move_to(MORNING + timedelta(minutes=minutes), tick=False)
        assert actions.alarm_rota_gaps() == 0
    time_machine.move_to(MORNING + timedelta(hours=24), tick=False)
    assert actions.alarm_rota_gaps() == 4
    assert letters().count() == 8


def test_a_check_of_late_costs_one_statement(scene, django_assert_num_queries):
    actions.alarm_rota_gaps()
    with django_assert_num_queries(1):
        actions.alarm_rota_gaps()


def staffed(people, unit):
    """Every desk and the root of Latvia have somebody for 20 days."""
    for code in ("DESK-DGP", "DESK-RIX", "LV-SBG"):
        who = people.lv_hq if code == "LV-SBG" else people._officer(
            f"all.{code.lower()}", code, Role.DUTY_OFFICER
        )  # fmt: skip
        actions.book_duty(
            who, unit=unit(code), starts_at=now(), ends_at=now() + timedelta(days=20), by=None
        )


def test_without_a_gap_nobody_is_told_and_a_later_one_is_told_within_ten_minutes(
    scene, unit, time_machine
):
    staffed(scene, unit)
    actions.alarm_rota_gaps()
    assert not told() & {scene.dgp_head.pk, scene.lv_hq.pk}
    duty = unit("DESK-DGP").shifts.get(cancelled_at=None, period__startswith=MORNING)
    actions.cancel_duty(duty, by=None)
    assert actions.alarm_rota_gaps() == 0
    time_machine.move_to(MORNING + timedelta(minutes=10), tick=False)
    assert actions.alarm_rota_gaps() == 2
    assert {scene.dgp_head.pk, scene.lv_hq.pk} <= told()


def test_the_letter_names_the_units_and_is_not_sent_once_somebody_is_there(
    scene, unit, carry_out, mailbox
):
    scene.lv_hq.language = "en"
    scene.lv_hq.save(update_fields=["language"])
    actions.alarm_rota_gaps()
    staffed(scene, unit)
    duty = unit("DESK-DGP").shifts.get(cancelled_at=None, period__startswith=MORNING)
    actions.cancel_duty(duty, by=None)
    carry_out()
    (mail,) = [mail for mail in mailbox.letters if mail["To"] == scene.lv_hq.email]
    text = mail.get_content()
    assert unit("DESK-DGP").name in text
    assert "14 d" in text
    assert "/rota/DESK-DGP/" in text
    assert unit("DESK-RIX").name not in text


def test_both_sides_are_looked_through_and_each_is_told_of_its_own(scene, unit, carry_out, mailbox):
    actions.alarm_rota_gaps()
    assert set(RotaCheck.objects.values_list("side", flat=True)) == {"LV", "BY"}
    carry_out()
    (mail,) = [mail for mail in mailbox.letters if mail["To"] == scene.pol_head.email]
    assert "/rota/DESK-POL/" in mail.get_content()
    assert not any("DESK-DGP" in mail.get_content() for mail in mailbox.letters
                   if mail["To"] == scene.pol_head.email)  # fmt: skip


def test_the_pages_of_the_rota_say_how_many_hours_lack(scene, unit, signed_in):
    browser = signed_in(scene.dgp_head)
    page = browser.get("/rota/DESK-DGP/")
    assert lacking_hours(page.context["soon"]) == 14 * 24
    assert b'id="soon"' in page.content
    (row,) = browser.get("/rota/").context["rows"]
    assert row[3] == 14 * 24 * 3600
    staffed(scene, unit)
    page = browser.get("/rota/DESK-DGP/")
    assert page.context["soon"] == []
    assert b'id="soon"' not in page.content
