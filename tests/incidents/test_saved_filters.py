"""Filters under a name: one's own, or of a unit; only who saved one changes it."""

import pytest

from bordercoop.errors import Invalid, NotAllowed, Refused
from incidents import actions
from incidents.actions import saved as saving
from incidents.models import SavedFilter
from incidents.saved import saved_for

pytestmark = pytest.mark.django_db
QUERY = "category=UBC&severity=4&cursor=x&csrf=y"


def names(user):
    return [row.name for row in saved_for(user)]


def test_a_saved_filter_is_the_officers_own(people):
    kept = actions.save_filter(name=" Hot  ones ", query=QUERY, by=people.dgp_officer)
    assert (kept.name, kept.query) == ("Hot ones", "category=UBC&severity=4")
    assert names(people.dgp_officer) == ["Hot ones"]
    assert names(people.dgp_leader) == []
    assert actions.save_filter(name="Hot ones", query=QUERY, by=people.dgp_officer) == kept
    with pytest.raises(Invalid, match="already"):
        actions.save_filter(name="Hot ones", query="severity=1", by=people.dgp_officer)


def test_a_shared_filter_is_seen_at_its_unit_only_and_changed_by_its_owner_only(people, unit):
    kept = actions.save_filter(name="Ours", query=QUERY, unit=unit("LV-DGP"), by=people.dgp_officer)
    assert names(people.dgp_leader) == ["Ours"]
    assert names(people.rix_officer) == names(people.pol_officer) == []
    for verb in (
        lambda: actions.rename_filter(kept, name="Mine", by=people.dgp_leader),
        lambda: actions.delete_filter(kept, by=people.dgp_leader),
    ):
        with pytest.raises(NotAllowed):
            verb()
    actions.rename_filter(kept, name="Everybody's", by=people.dgp_officer)
    assert names(people.dgp_leader) == ["Everybody's"]
    actions.delete_filter(kept, by=people.dgp_officer)
    actions.delete_filter(kept, by=people.dgp_officer)
    assert names(people.dgp_leader) == []


def test_nobody_shares_with_a_unit_of_others(people, unit):
    with pytest.raises(NotAllowed):
        actions.save_filter(name="A", query=QUERY, unit=unit("BY-POL"), by=people.dgp_officer)
    with pytest.raises(NotAllowed):
        actions.save_filter(name="A", query=QUERY, by=people.stranger)
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize(
    ("name", "query"),
    [("", QUERY), ("x" * 61, QUERY), ("\x00", QUERY), ("A", ""), ("A", "severity=9"),
     ("A", "place=NOWHERE"), ("A", "q=" + "ž" * 500), ("A", "\x00")],
)  # fmt: skip
def test_a_name_or_filter_that_cannot_be_kept_is_refused(name, query, people):
    with pytest.raises(Invalid):
        actions.save_filter(name=name, query=query, by=people.dgp_officer)


def test_an_officer_keeps_thirty_at_most(people, monkeypatch):
    monkeypatch.setattr(saving, "MOST", 1)
    actions.save_filter(name="A", query=QUERY, by=people.dgp_officer)
    with pytest.raises(Refused):
        actions.save_filter(name="B", query=QUERY, by=people.dgp_officer)


def test_the_page_saves_counts_renames_and_deletes(people, incident, signed_in):
    incident(category="UBC-LND", severity=4)
    browser = signed_in(people.dgp_officer)
    page = browser.get(f"/incidents/filters/?{QUERY}")
    assert 'name="query"' in page.content.decode()
    answer = browser.post("/incidents/filters/", {"name": "Hot", "query": QUERY, "unit": "LV-DGP"})
    assert answer.status_code == 302
    row = browser.get("/incidents/filters/").context["rows"][0]
    assert (row.name, row.shown, row.unit.code) == ("Hot", "1", "LV-DGP")
    assert "Hot" in browser.get("/incidents/filters/chips/").content.decode()
    browser.post(f"/incidents/filters/{row.uid}/rename/", {"name": "Hotter"})
    assert names(people.dgp_officer) == ["Hotter"]
    assert (
        signed_in(people.dgp_leader).post(f"/incidents/filters/{row.uid}/delete/").status_code
        == 403
    )
    assert (
        signed_in(people.pol_officer).post(f"/incidents/filters/{row.uid}/delete/").status_code
        == 404
    )
    browser.post(f"/incidents/filters/{row.uid}/delete/")
    assert names(people.dgp_officer) == []


def test_the_page_keeps_what_was_typed(people, signed_in):
    browser = signed_in(people.dgp_officer)
    page = browser.post("/incidents/filters/", {"name": "N" * 70, "query": QUERY, "unit": "NO"})
    assert page.status_code == 400
    assert "N" * 70 in page.content.decode()
    assert "severity=4" in page.content.decode()


def test_the_api_does_the_same(people, api):
    client = api(people.dgp_officer)
    made = client.post(
        "/api/v1/incidents/filters/", {"name": "Hot", "query": QUERY, "unit": "LV-DGP"}
    )
    assert made.status_code == 201, made.content
    uid = made.json()["uid"]
    assert [row["name"] for row in client.get("/api/v1/incidents/filters/").json()] == ["Hot"]
    renamed = client.patch(f"/api/v1/incidents/filters/{uid}/", {"name": "H"})
    assert renamed.json()["name"] == "H"
    other = api(people.dgp_leader)
    assert other.delete(f"/api/v1/incidents/filters/{uid}/").status_code == 403
    assert api(people.pol_duty).delete(f"/api/v1/incidents/filters/{uid}/").status_code == 404
    assert client.delete(f"/api/v1/incidents/filters/{uid}/").status_code == 204


def test_a_count_stops_at_a_hundred(people, incident, monkeypatch):
    from incidents import saved

    monkeypatch.setattr(saved, "MOST", 1)
    incident(severity=4, headline="Fox")
    incident(severity=4, headline="Fox")
    kept = actions.save_filter(name="A", query="severity=4&q=fox", by=people.dgp_officer)
    assert saved.counted(people.dgp_officer, kept) == "1+"
