"""A side's administrator and its people: each verb, each door, and never another side's."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now
from knox.models import AuthToken

from bordercoop.access.models import User
from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused
from contactpoints import actions
from contactpoints.access import forget_grants, may
from contactpoints.models import Posting, Role

pytestmark = pytest.mark.django_db

ANNA = {
    "username": "a.lapa",
    "name_latin": "Anna Lapa",
    "name_local": "Anna Lapa",
    "email": "Anna.Lapa@LV.example",
    "phone": "+371 00 000 900",
    "language": "lv",
}


def invite(people, unit, by="lv_admin", at="DESK-DGP", **more):
    given = {**ANNA, "role": Role.DUTY_OFFICER, **more}
    return actions.invite_officer(unit=unit(at), by=getattr(people, by), **given)


def test_an_invited_officer_has_an_account_a_posting_and_a_letter(
    people, unit, carry_out, mailbox, client
):
    user = invite(people, unit)
    assert (user.side, user.email) == ("LV", "anna.lapa@lv.example")
    assert not user.has_usable_password()
    assert may(user, "acknowledge_alerts", unit("DESK-DGP"))
    carry_out()
    (letter,) = mailbox.to(user)
    assert "a.lapa" in letter.get_content()
    link = re.search(r"http\S+/accounts/password/reset/key/\S+", letter.get_content())[0]
    page = client.get(link.split("//", 1)[1].partition("/")[2].join(["/", ""]), follow=True)
    assert page.status_code == 200
    assert b"password1" in page.content
    assert Entry.objects.filter(verb="account.invited", actor=people.lv_admin).exists()


def test_the_same_invitation_twice_is_one(people, unit):
    first = invite(people, unit)
    assert invite(people, unit).pk == first.pk
    assert Posting.objects.filter(officer=first).count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"username": "A b"}, "username"),
        ({"username": "x" * 100}, "username"),
        ({"name_latin": "Анна Лапа"}, "name_latin"),
        ({"name_latin": ""}, "name_latin"),
        ({"name_local": "a" * 100_000}, "name_local"),
        ({"email": "no address"}, "email"),
        ({"email": "a\x00b@lv.example"}, "email"),
        ({"language": "de"}, "language"),
        ({"role": "king"}, "role"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(people, unit, wrong, field):
    with pytest.raises(Invalid) as refusal:
        invite(people, unit, **wrong)
    assert field in refusal.value.fields
    assert not User.objects.filter(invited_by=people.lv_admin).exists()


@pytest.mark.parametrize(
    ("taken", "field"), [({"username": "dgp.duty"}, "username"), ({"email": "dgp.duty@lv.example"},
                                                                  "email")]
)  # fmt: skip
def test_what_another_account_has_is_told_at_its_field(people, unit, taken, field):
    people.dgp_duty
    with pytest.raises(Invalid) as refusal:
        invite(people, unit, **taken)
    assert set(refusal.value.fields) == {field}


@pytest.mark.parametrize("who", ["by_admin", "dgp_head", "lv_hq", "lv_auditor"])
def test_nobody_but_the_sides_administrator_invites(people, unit, who):
    with pytest.raises(NotAllowed):
        invite(people, unit, by=who)
    assert not User.objects.filter(username="a.lapa").exists()


def test_an_administrator_of_one_side_makes_nobody_at_the_other(people, unit):
    with pytest.raises(NotAllowed):
        invite(people, unit, at="DESK-POL")


def test_an_invitation_can_be_sent_again_until_the_first_sign_in(people, unit, carry_out, mailbox):
    user = invite(people, unit)
    actions.resend_invitation(user, by=people.lv_admin)
    carry_out()
    assert len(mailbox.to(user)) == 2
    User.objects.filter(pk=user.pk).update(last_login=now())
    with pytest.raises(Refused):
        actions.resend_invitation(user, by=people.lv_admin)


def test_a_transfer_ends_the_old_posting_when_the_new_one_begins(people, unit):
    old = people.dgp_duty.postings.get()
    new = actions.transfer_officer(
        old, unit=unit("LV-DGP"), role=Role.SHIFT_LEADER, by=people.lv_admin
    )
    old.refresh_from_db()
    assert old.ended_at is not None
    forget_grants(people.dgp_duty)
    assert may(people.dgp_duty, "verify_incidents", unit("LV-DGP"))
    assert not may(people.dgp_duty, "acknowledge_alerts", unit("DESK-DGP"))
    again = actions.transfer_officer(
        new, unit=unit("LV-DGP"), role=Role.SHIFT_LEADER, by=people.lv_admin
    )
    assert again.pk == new.pk


def test_a_transfer_to_come_leaves_the_old_posting_until_that_day(people, unit, later):
    old = people.dgp_duty.postings.get()
    actions.transfer_officer(
        old,
        unit=unit("DESK-RIX"),
        role=Role.DUTY_OFFICER,
        starts_at=now() + timedelta(days=3),
        by=people.lv_admin,
    )
    forget_grants(people.dgp_duty)
    assert may(people.dgp_duty, "acknowledge_alerts", unit("DESK-DGP"))
    assert not may(people.dgp_duty, "acknowledge_alerts", unit("DESK-RIX"))
    later(days=4)
    forget_grants(people.dgp_duty)
    assert not may(people.dgp_duty, "acknowledge_alerts", unit("DESK-DGP"))
    assert may(people.dgp_duty, "acknowledge_alerts", unit("DESK-RIX"))


def test_a_transfer_to_the_other_side_is_refused_and_changes_nothing(people, unit):
    old = people.dgp_duty.postings.get()
    with pytest.raises(NotAllowed):
        actions.transfer_officer(
            old, unit=unit("DESK-POL"), role=Role.DUTY_OFFICER, by=people.lv_admin
        )
    old.refresh_from_db()
    assert old.ended_at is None


def test_a_posting_whose_time_is_up_takes_session_and_token_with_it_without_celery(
    people, api, signed_in, later
):
    user = people.dgp_officer
    posting = user.postings.get()
    actions.set_posting_end(posting, ends_at=now() + timedelta(hours=1), by=people.lv_admin)
    browser, program = signed_in(user), api(user)
    assert browser.get("/incidents/").status_code == 200
    later(hours=2)
    # At the moment itself, though nobody tidied up:
    assert browser.get("/incidents/").status_code == 302
    assert program.get("/api/v1/incidents/").status_code == 401
    # and the relay's tick takes the rest away.
    assert actions.end_due_postings() == 1
    assert actions.end_due_postings() == 0
    posting.refresh_from_db()
    assert posting.ended_at == posting.ends_at
    assert not AuthToken.objects.filter(user=user).exists()
    assert user.groups.count() == 0
    assert Entry.objects.filter(verb="posting.ended", about="user:dgp.officer").count() == 1


def test_whose_posting_has_ended_cannot_sign_in(people, client):
    actions.end_posting(people.dgp_officer.postings.get(), by=people.lv_admin)
    from tests.conftest import PASSWORD

    answer = client.post("/accounts/login/", {"login": "dgp.officer", "password": PASSWORD})
    assert answer.status_code == 403
    assert "_auth_user_id" not in client.session
    assert Entry.objects.filter(verb="account.sign_in_refused").exists()


def test_suspending_shuts_every_door_at_once_and_reinstating_opens_none_by_itself(
    people, api, signed_in
):
    user = people.dgp_officer
    browser, program = signed_in(user), api(user)
    actions.suspend_officer(user, reason="Telephone lost.", by=people.lv_admin)
    assert browser.get("/incidents/").status_code == 302
    assert program.get("/api/v1/incidents/").status_code == 401
    actions.suspend_officer(user, reason="Again.", by=people.lv_admin)
    assert Entry.objects.filter(verb="account.suspended").count() == 1
    actions.reinstate_officer(user, by=people.lv_admin)
    assert program.get("/api/v1/incidents/").status_code == 401
    user.refresh_from_db()
    assert user.is_active
    assert signed_in(user).get("/incidents/").status_code == 200


def test_suspending_wants_a_reason(people):
    for reason in ("", "  ", "x" * 501, "a\x00b"):
        with pytest.raises(Invalid):
            actions.suspend_officer(people.dgp_officer, reason=reason, by=people.lv_admin)
    people.dgp_officer.refresh_from_db()
    assert people.dgp_officer.is_active


VERBS = {
    "post": lambda person, unit, by: actions.post_officer(
        person, unit=unit("LV-RIX"), role=Role.OFFICER, by=by
    ),
    "end": lambda person, unit, by: actions.end_posting(person.postings.first(), by=by),
    "set_end": lambda person, unit, by: actions.set_posting_end(
        person.postings.first(), ends_at=now() + timedelta(days=1), by=by
    ),
    "transfer": lambda person, unit, by: actions.transfer_officer(
        person.postings.first(), unit=unit("LV-RIX"), role=Role.OFFICER, by=by
    ),
    "correct": lambda person, unit, by: actions.correct_officer(
        person, by=by, name_latin="X Y", name_local="", email="x.y@lv.example", phone=""
    ),
    "suspend": lambda person, unit, by: actions.suspend_officer(person, reason="x", by=by),
    "reinstate": lambda person, unit, by: actions.reinstate_officer(person, by=by),
    "sign_out": lambda person, unit, by: actions.sign_out_officer(person, by=by),
    "invite_again": lambda person, unit, by: actions.resend_invitation(person, by=by),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["by_admin", "lv_hq", "dgp_head", "lv_auditor", "stranger"])
def test_only_an_administrator_of_the_side_may(people, unit, verb, who):
    person = people.dgp_officer
    with pytest.raises(NotAllowed):
        VERBS[verb](person, unit, getattr(people, who))
    person.refresh_from_db()
    assert person.is_active
    assert person.postings.get().ended_at is None


@pytest.mark.parametrize("verb", VERBS)
def test_nobody_changes_the_own_account(people, unit, verb):
    with pytest.raises(NotAllowed) as refusal:
        VERBS[verb](people.lv_admin, unit, people.lv_admin)
    assert refusal.value.code == "own_account"


@pytest.mark.parametrize("verb", ["end", "set_end", "transfer", "suspend"])
def test_the_last_administrator_of_a_side_stays(people, officer, unit, verb):
    first = people.lv_admin
    second = officer("lv.admin2", "LV-SBG", Role.ADMINISTRATOR)
    actions.end_posting(first.postings.get(), by=second)
    # A colleague whose own posting ends in this very moment cannot be the one who stays.
    leaving = officer("lv.admin3", "LV-SBG", Role.ADMINISTRATOR)
    actions.suspend_officer(second, reason="Left.", by=leaving)
    actions.reinstate_officer(second, by=leaving)
    User.objects.filter(pk=leaving.pk).update(is_active=False)
    with pytest.raises(Refused) as refusal:
        VERBS[verb](second, unit, leaving)
    assert refusal.value.code == "last_administrator"
    second.refresh_from_db()
    assert second.is_active
    assert second.postings.get(ended_at=None).ends_at is None


def test_the_database_refuses_a_suspended_account_that_is_active(people):
    with pytest.raises(IntegrityError, match="suspended_is_not_active"), transaction.atomic():
        User.objects.filter(pk=people.dgp_officer.pk).update(suspended_at=now())


PAGES = ["/people/", "/people/invite/"]


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_are_the_administrators(people, signed_in, path):
    assert signed_in(people.lv_admin).get(path).status_code == 200
    for who in ("dgp_duty", "lv_hq", "lv_auditor", "stranger"):
        assert signed_in(getattr(people, who)).get(path).status_code == 404


def test_the_list_shows_the_own_side_and_filters(people, signed_in):
    for who in ("dgp_duty", "dgp_officer", "pol_duty", "rix_duty"):
        getattr(people, who)
    browser = signed_in(people.lv_admin)
    page = browser.get("/people/").content.decode()
    assert "dgp.duty" in page
    assert "pol.duty" not in page
    page = browser.get("/people/", {"unit": "DESK-DGP", "role": "duty_officer"}).content.decode()
    assert "dgp.duty" in page
    assert "rix.duty" not in page
    assert "dgp.officer" not in page
    for odd in ({"q": "\x00"}, {"q": "%"}, {"unit": "'"}, {"standing": "x"}, {"cursor": "x"}):
        assert browser.get("/people/", odd).status_code in (200, 400)


def test_a_person_of_the_other_side_does_not_exist_there(people, signed_in):
    browser = signed_in(people.lv_admin)
    theirs = people.pol_duty
    posting = theirs.postings.get()
    for path in (
        f"/people/{theirs.uid}/",
        f"/people/{theirs.uid}/post/",
        f"/people/{theirs.uid}/suspend/",
        f"/people/{theirs.uid}/sign-out/",
        f"/people/{theirs.uid}/correct/",
        f"/postings/{posting.uid}/end/",
    ):
        answer = browser.post(path, {"now": "1"}) if path.count("/") > 3 else browser.get(path)
        assert answer.status_code == 404, path
    posting.refresh_from_db()
    assert posting.ended_at is None


def test_the_form_invites_keeps_what_was_typed_and_tells_what_is_wrong(people, signed_in, unit):
    browser = signed_in(people.lv_admin)
    typed = {**ANNA, "unit": "DESK-DGP", "role": "duty_officer", "starts": "", "ends": "31.13.2026"}
    page = browser.post("/people/invite/", typed)
    assert page.status_code == 400
    assert 'value="31.13.2026"' in page.content.decode()
    assert 'value="Anna Lapa"' in page.content.decode()
    last = now() + timedelta(days=30)
    done = browser.post("/people/invite/", {**typed, "ends": f"{last:%d.%m.%Y}"})
    made = User.objects.get(username="a.lapa")
    assert done["Location"] == f"/people/{made.uid}/"
    ends = made.postings.get().ends_at
    assert abs(ends - last) < timedelta(days=2)
    assert (browser.get(f"/people/{made.uid}/")).status_code == 200


def test_the_page_of_a_person_posts_transfers_ends_corrects_and_suspends(people, signed_in):
    person = people.dgp_officer
    browser = signed_in(people.lv_admin)
    at = f"/people/{person.uid}/"
    assert browser.post(f"{at}post/", {"unit": "LV-RIX", "role": "officer"}).status_code == 302
    second = person.postings.get(unit__code="LV-RIX")
    browser.post(f"{at}post/", {"unit": "LV-VIL", "role": "officer", "instead": str(second.uid)})
    second.refresh_from_db()
    assert second.ended_at is not None
    third = person.postings.get(unit__code="LV-VIL")
    bad = browser.post(f"/postings/{third.uid}/end/", {"ends": "01.01.2020"})
    assert bad.status_code == 400
    assert 'value="01.01.2020"' in bad.content.decode()
    day = f"{now() + timedelta(days=5):%d.%m.%Y}"
    assert browser.post(f"/postings/{third.uid}/end/", {"ends": day}).status_code == 302
    assert browser.post(f"/postings/{third.uid}/end/", {"now": "1"}).status_code == 302
    third.refresh_from_db()
    assert third.ended_at is not None
    browser.post(
        f"{at}correct/",
        {"name_latin": "New Name", "name_local": "", "email": "new@lv.example", "phone": "1"},
    )
    person.refresh_from_db()
    assert (person.name_latin, person.email) == ("New Name", "new@lv.example")
    empty = browser.post(f"{at}suspend/", {"reason": ""})
    assert empty.status_code == 400
    browser.post(f"{at}suspend/", {"reason": "Left the service."})
    person.refresh_from_db()
    assert person.suspended_at is not None
    browser.post(f"{at}reinstate/")
    person.refresh_from_db()
    assert person.is_active
