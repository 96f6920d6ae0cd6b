"""What one side could learn, keep or break by the verbs of activities, and cannot."""

from datetime import timedelta

import pytest

from django.db import transaction

from bordercoop.errors import Invalid, Refused
from training import actions
from training.models import Course

pytestmark = pytest.mark.django_db


def test_each_side_chooses_its_own_officers_and_their_time(made, people):
    activity = made.nominating()
    starts, hour = activity.starts_at, timedelta(hours=1)
    said = {"title": "Lanes", "room": "", "language": "", "interpreter": None, "speaker_name": "",
            "interpreter_name": ""}  # fmt: skip
    at = {"starts_at": starts, "ends_at": starts + hour}
    for name in ("speaker", "interpreter"):
        with pytest.raises(Invalid, match="chooses its own officers") as refused:
            actions.add_session(activity, title="x", by=made.lv, **at, **{name: people.pol_duty})
        assert list(refused.value.fields) == [name]
    session = actions.add_session(activity, title="x", speaker=people.pol_duty, by=made.by, **at)
    said["speaker"] = people.pol_duty
    actions.change_session(session, by=made.lv, **said, **at)
    later = {"starts_at": starts + hour, "ends_at": starts + 2 * hour}
    with pytest.raises(Invalid, match="that side changes the time"):
        actions.change_session(session, by=made.lv, **said, **later)
    actions.change_session(session, by=made.by, **said, **later)
    said |= {"speaker": None, "speaker_name": "A. Guest"}
    assert actions.change_session(session, by=made.lv, **said, **at).starts_at == starts


def test_what_is_put_off_or_given_up_has_no_room(made):
    gone, other = made.nominating(), made.nominating(title="Another visit")
    at = {"starts_at": gone.starts_at, "ends_at": gone.ends_at, "room": "Hall 1"}
    first = actions.add_session(gone, title="x", by=made.lv, **at)
    actions.postpone_activity(gone, reason="Strike.", by=made.by)
    actions.change_activity(gone, by=made.lv, **made.said(place="Riga"))
    actions.change_activity(gone, by=made.lv, **made.said())
    second = actions.add_session(other, title="y", by=made.lv, **at)
    with pytest.raises(Refused, match="room is taken then"), transaction.atomic():
        actions.put_activity(gone, by=made.lv)
    actions.cancel_activity(other, reason="x", by=made.lv)
    actions.put_activity(gone, by=made.lv)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.venue, second.venue) == ("at vienna airport / hall 1", "")


def test_a_course_that_is_given_now_teaches_what_both_agreed_to(made):
    said = {"title": "A", "about": "", "language": "en", "procedures": ["JI"], "hours": 4,
            "levels": [], "topics": [], "valid_months": None}  # fmt: skip
    course = actions.draft_course(by=made.lv, **said)

    def agreed():
        for who in (made.lv, made.by):
            actions.agree_course(course, edition=Course.objects.get().edition, by=who)

    agreed()
    activity = actions.choose_course(made.nominating(), course=course, by=made.lv)
    for who in (made.lv, made.by):
        actions.agree_activity(activity, edition=activity.edition, by=who)
    actions.change_course(course, by=made.by, **{**said, "hours": 5})
    with pytest.raises(Refused, match="agree to a course before"):
        actions.confirm_activity(activity, by=made.lv)
    agreed()
    actions.confirm_activity(activity, by=made.lv)
    with pytest.raises(Refused) as refused:
        actions.change_course(course, by=made.by, **{**said, "valid_months": 12})
    assert refused.value.code == "in_use"
    assert actions.change_course(course, by=made.by, **said).edition == 3
