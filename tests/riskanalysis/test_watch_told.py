"""The watch-list: what a renewal, a repeat, a cited report and a long list tell."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.utils.timezone import now

from bordercoop.errors import Refused
from bordercoop.reference.models import utc_today
from contactpoints.actions import retire_unit
from incidents.retention import today
from riskanalysis import actions
from riskanalysis.models import WatchEntry
from riskanalysis.watching import Filter, watch_list
from tests.riskanalysis.reports_made import Reports
from tests.riskanalysis.risks_made import fresh, watched

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(people):
    for user in (people.lv_analyst, people.by_analyst, people.pol_officer):
        user.language = "en"
        user.save(update_fields=["language"])


def words(page):
    return page.content.decode()


def test_what_is_in_force_does_not_end_before_its_renewal_begins(made, people, api):
    entry, day = made.in_force(category="DOC"), utc_today()
    later = watched(category="UBC", title="Zqx hidden", valid_from=day + timedelta(days=5))
    actions.change_watch(entry, said=later, by=made.lv)
    with pytest.raises(Refused, match="would end before this begins"):
        actions.approve_watch(entry, edition=2, by=people.lv_approver)
    assert fresh(entry).standing() == "in_force"
    # Whoever does not read the text that waits is not told that there is one.
    editions = [api(user).get(f"/api/v1/risk/watch/{entry.uid}/").json()["edition"]
                for user in (people.dgp_officer, made.lv)]  # fmt: skip
    assert editions == [1, 2]
    with time_machine.travel(now() + timedelta(days=5), tick=False):
        renewed = actions.approve_watch(entry, edition=2, by=people.lv_approver)
        assert renewed.standing() == "in_force"


def test_back_edit_and_a_double_click_make_two_entries_and_no_third(made):
    ref = uuid.uuid4()

    def write(**more):
        said = watched(category="DOC", **more)
        return actions.write_watch(unit=made.roots["LV"], said=said, client_ref=ref, by=made.lv)

    first = write()
    codes = [write(**more).code for more in ({}, {"title": "Other"}, {"title": "Other"})]
    assert codes == [first.code, "W-LV-2", "W-LV-2"]
    with time_machine.travel(now() + timedelta(days=1), tick=False):
        past = {"review_by": utc_today() + timedelta(days=29)}
        assert [write(**past).code, write(title="Other", **past).code] == codes[:2]
        # A first day that was typed is another one.
        assert write(valid_from=today("LV"), **past).code == "W-LV-3"


def test_of_a_withdrawn_report_its_number_alone_is_told(
    made, people, unit, officer, both_sides_on_duty, signed_in, api
):
    reports = Reports(people, unit, officer)
    report = reports.sent("DESK-POL", title="Zqx by boat")
    entry = made.watch(made.by, category="DOC", report=report)
    page = f"/risk/watch/{entry.uid}/"
    there = signed_in(made.by)
    for address in (page, f"{page}change/"):
        assert "Zqx by boat" in words(there.get(address))
    actions.withdraw_report(report, reason="Counted twice", by=reports.lud)
    assert report.number in words(there.get(page))
    kept = words(there.get(f"{page}change/"))
    assert f'value="{report.uid}" selected>One that you do not read' in kept
    for address in (page, f"{page}change/"):
        assert "Zqx by boat" not in words(there.get(address))
    # What the newest text cites may stay, also where it is read no more; a new entry may not.
    report = reports.tasked(title="Zqx of both")
    actions.invite_side(report, by=reports.lud)
    actions.join_report(report, unit=unit("BY-GPK"), by=reports.by)
    entry = made.watch(made.by, category="DOC", report=fresh(report))
    page = f"/risk/watch/{entry.uid}/"
    actions.leave_report(fresh(report), by=reports.by)
    assert "Zqx of both" not in words(there.get(f"{page}change/"))
    body = {**watched(category="UBC", review_by=f"{utc_today() + timedelta(days=9)}"),
            "report": str(report.uid)}  # fmt: skip
    program = api(made.by)
    assert program.post(f"/api/v1{page}", body).status_code == 200
    new = program.post("/api/v1/risk/watch/", {**body, "unit": "BY-GPK"})
    assert new.json()["fields"] == {"report": ["You do not read what you cite."]}


def test_a_unit_with_entries_is_not_retired(made, people, unit):
    entry = made.watch(unit=unit("LV-LUD"), category="DOC")
    told = "1 entry of the watch-list that it owns is a draft or in force."
    with pytest.raises(Refused) as refusal:
        retire_unit(unit("LV-LUD"), by=people.lv_admin)
    assert told in str(refusal.value)
    actions.withdraw_watch(entry, reason="It is over.", by=made.lv)
    assert not WatchEntry.objects.going_on().exists()


def test_a_long_list_says_that_it_is_cut_and_counts_what_is_shown(
    made, incident, signed_in, monkeypatch
):
    entries = [made.in_force(means=["boat"], title=f"Zqx {n}") for n in range(2)]
    for _one in range(2):
        incident(means=["boat"])
    assert [row.count for row in watch_list(made.lv, most=1)] == [2, 0]
    assert [row.count for row in watch_list(made.lv, Filter(show="matched"), most=1)] == [2, 2]
    for name in ("views.watching.MOST", "views.watching.INCIDENTS", "watching.INCIDENTS"):
        monkeypatch.setattr(f"riskanalysis.{name}", 1)
    text = words(signed_in(made.lv).get("/risk/watch/"))
    assert "The first 1 are shown." in text
    assert "Zqx 1" not in text
    assert "the newest 1<" in words(signed_in(made.lv).get(f"/risk/watch/{entries[0].uid}/"))
