"""The first sign-in: nothing opens before the officer's names and the legal notice are settled."""

import pytest
from django.utils.timezone import now

from bordercoop.access import models
from bordercoop.access.models import User
from bordercoop.audit.models import Entry

pytestmark = pytest.mark.django_db

STEPS = {"name_latin": "Dace Upe", "name_local": "Dace Upe", "phone": "", "accept": "on"}


@pytest.fixture
def fresh(people):
    user = people.dgp_duty
    User.objects.filter(pk=user.pk).update(welcomed_at=None, notice="", notice_at=None)
    user.refresh_from_db()
    return user


@pytest.mark.parametrize("path", ["/", "/console/", "/incidents/", "/incidents/new/", "/profile/"])
def test_every_page_leads_to_the_first_steps(fresh, signed_in, path):
    answer = signed_in(fresh).get(path)
    assert (answer.status_code, answer["Location"]) == (302, "/welcome/")


def test_scripts_and_programs_get_a_sentence(fresh, signed_in):
    answer = signed_in(fresh).get("/api/v1/incidents/")
    assert answer.status_code == 403
    assert answer.json()["code"] == "first_sign_in"


def test_the_officer_chooses_the_language_before_reading_the_notice(fresh, signed_in):
    browser = signed_in(fresh)
    browser.post("/profile/language/", {"language": "ru", "next": "/welcome/"})
    page = browser.get("/welcome/")
    assert page["Content-Language"] == "ru"


def test_with_the_steps_taken_the_portal_is_open(fresh, signed_in):
    browser = signed_in(fresh)
    answer = browser.post("/welcome/", STEPS)
    assert answer["Location"] == "/profile/tour/"
    fresh.refresh_from_db()
    assert (fresh.name_latin, fresh.notice) == ("Dace Upe", models.NOTICE)
    assert browser.get("/console/").status_code == 200
    entry = Entry.objects.get(verb="account.notice_accepted")
    assert (entry.actor, entry.facts["notice"]) == (fresh, models.NOTICE)
    browser.post("/welcome/", {**STEPS, "name_latin": "Other"})
    fresh.refresh_from_db()
    assert fresh.name_latin == "Dace Upe"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"accept": ""}, "accept"),
        ({"name_latin": "Даце Упе"}, "name_latin"),
        ({"name_latin": "<script>"}, "name_latin"),
        ({"name_latin": "x" * 1000}, "name_latin"),
        ({"name_local": ""}, "name_local"),
        ({"name_local": "a\x00b"}, "name_local"),
    ],
)
def test_without_one_of_them_it_stays_shut_and_keeps_what_was_typed(fresh, signed_in, wrong, field):
    browser = signed_in(fresh)
    page = browser.post("/welcome/", {**STEPS, "phone": "+371 5", **wrong})
    assert page.status_code == 400
    assert field in page.context["form"].errors
    assert "+371 5" in page.content.decode()
    assert browser.get("/console/").status_code == 302


def test_a_new_edition_of_the_notice_is_asked_for_once_more(people, signed_in, monkeypatch):
    monkeypatch.setattr(models, "NOTICE", "2030-01")
    monkeypatch.setattr("bordercoop.access.actions.NOTICE", "2030-01")
    browser = signed_in(people.pol_duty)
    assert browser.get("/console/")["Location"] == "/welcome/"
    assert browser.post("/welcome/", STEPS)["Location"] == "/"
    assert browser.get("/console/").status_code == 200


def test_the_database_refuses_a_welcome_without_the_notice(people):
    from django.db import IntegrityError, transaction

    with (
        pytest.raises(IntegrityError, match="welcomed_has_accepted_the_notice"),
        transaction.atomic(),
    ):
        User.objects.filter(pk=people.dgp_duty.pk).update(welcomed_at=now(), notice_at=None)
