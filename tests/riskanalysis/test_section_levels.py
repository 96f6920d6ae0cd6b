"""Impact levels of sections: each side for itself, differences shown, critical ends."""

from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils.timezone import now

from bordercoop.errors import Invalid, KeyReused, NotAllowed
from bordercoop.reference.models import utc_today
from riskanalysis import actions
from riskanalysis.levels import changed_lately, sections_for
from riskanalysis.models import SectionLevel
from riskanalysis.register_tiles import tasks_of
from riskanalysis.section_codes import agreed_levels

pytestmark = pytest.mark.django_db


def say(by, section="S06", level="high", **more):
    said = {"why": "Tracks.", "language": "en", **more}
    return actions.set_section_level(section=section, level=level, by=by, **said)


def section(user, code="S06"):
    return next(one for one in sections_for(user) if one.code == code)


def test_both_views_stand_beside_each_other_and_a_difference_is_shown(made, people):
    ours = say(made.lv)
    assert say(made.lv) == ours  # the same again changes nothing
    with pytest.raises(KeyReused):
        say(made.lv, "S07", client_ref=ours.client_ref)
    assert not section(made.by).differs
    theirs = say(made.by, level="low")
    made.shared(sections=["S06"])
    here = section(made.by)
    assert here.views == [("BY", theirs), ("LV", ours)]
    assert (here.differs, here.worst) == (True, ours)
    assert [risk.code for risk in here.risks] == ["R1"]
    assert [len(sections_for(user)) for user in (made.lv, people.pol_officer)] == [10, 10]
    again = say(made.lv, level="low", why="Quiet.")
    ours.refresh_from_db()
    assert (ours.ended_at, section(made.lv).differs) == (again.at, False)
    with pytest.raises(NotAllowed):
        say(people.dgp_officer)
    for field, more in (
        ("section", {"section": "S11"}),
        ("level", {"level": "awful"}),
        ("why", {"why": " "}),
        ("language", {"language": "xx"}),
        ("until", {"until": utc_today() - timedelta(days=1)}),
        ("until", {"until": utc_today() + timedelta(days=93)}),
    ):
        with pytest.raises(Invalid) as wrong:
            say(made.lv, **more)
        assert field in wrong.value.fields
    assert [one.code for one in agreed_levels()] == ["low", "medium", "high", "critical"]


def test_a_change_is_told_to_those_who_work_with_risks(made, people, signed_in):
    say(made.lv, level="low")
    say(made.by, "S01", level="low")
    with time_machine.travel(now() + timedelta(days=9)):
        assert changed_lately() == []
        say(made.lv, level="low", why="Still quiet.")
        assert changed_lately() == [], "other words are no other level"
        ours = say(made.lv, level="high")
        theirs = say(made.by, "S02", level="medium")
        found = [(one.code, one.before and one.before.level, one.after) for one in changed_lately()]
        assert found == [("S02", None, theirs), ("S06", "low", ours)]
        for user in (made.by, people.pol_officer):
            user.language = "en"
            user.save(update_fields=["language"])
            for page in ("/risk/", "/risk/sections/"):
                text = signed_in(user).get(page).content.decode()
                assert "changed in the last seven days" in text
                assert "Low →" in text
        (tile,) = [tile for tile in tasks_of(made.by) if tile["url"].endswith("/sections/")]
        assert (tile["count"], tile["urgent"]) == (1, False)
        assert tasks_of(people.pol_officer) == []


def test_a_critical_level_is_temporary_and_says_when_it_ran_out(made):
    with pytest.raises(Invalid) as wrong:
        say(made.lv, level="critical")
    assert "until" in wrong.value.fields
    one = say(made.lv, level="critical", until=utc_today() + timedelta(days=2))
    assert not one.ran_out
    with time_machine.travel(now() + timedelta(days=3)):
        assert one.ran_out
        assert list(SectionLevel.objects.run_out()) == [one]
        assert [tile["count"] for tile in tasks_of(made.lv)] == [1]
        assert [tile["urgent"] for tile in tasks_of(made.by)] == [False]
        # Nothing is put in its place by itself.
        assert section(made.by).views[1][1] == one


def test_the_database_keeps_one_level_a_side_and_its_history(made, people):
    one = say(made.lv)
    for change in ({"level": "low"}, {"why": "x"}, {"side": "BY"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            SectionLevel.objects.filter(pk=one.pk).update(**change)
    for more in (
        {"side": "BY", "by": made.lv},
        {"side": "LV", "by": made.lv},
        {"side": "BY", "by": made.by, "level": "critical"},
    ):
        said = {"section": "S06", "level": "low", "why": "x", "language": "en", **more}
        with pytest.raises(DatabaseError), transaction.atomic():
            SectionLevel.objects.create(**said)
    with pytest.raises(DatabaseError), transaction.atomic():
        one.delete()
