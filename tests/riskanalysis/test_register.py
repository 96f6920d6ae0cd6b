"""The risk register: own until shared, two views, an unbroken history, treatments that are done."""

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.reference.models import utc_today
from contactpoints.models import Role
from incidents.retention import today
from riskanalysis import actions
from riskanalysis.models import Assessment, Risk, Treatment
from riskanalysis.register import Asked, asked_of, register
from tests.riskanalysis.risks_made import SAID, codes, fresh

pytestmark = pytest.mark.django_db


def test_a_risk_is_its_sides_own_until_it_is_put_to_both(made, people):
    risk, other = made.risk(), made.risk(by=made.by)
    assert (risk.code, risk.sections, other.code) == ("LV-1", ["S02", "S06"], "BY-1")
    first, newest = made.assess(risk), made.assess(risk, likelihood=5, magnitude=5)
    assert codes(made.lv) == codes(people.lv_hq) == {"LV-1"}
    assert codes(made.by) == {"BY-1"}
    assert codes(people.dgp_officer) == codes(people.pol_duty) == set()
    for deed in (
        lambda by: actions.assess_risk(risk, by=by, **SAID),
        lambda by: actions.share_risk(risk, by=by),
        lambda by: actions.join_risk(risk, unit=made.roots["BY"], by=by),
    ):
        with pytest.raises(Refused) as missing:
            deed(made.by)
        assert missing.value.status == 404
    shared = actions.share_risk(risk, by=made.lv)
    assert actions.share_risk(risk, by=made.lv).edition == shared.edition == 2
    assert shared.code == "R1"
    assert codes(made.by) == {"R1", "BY-1"}
    assert codes(people.dgp_officer) == codes(people.pol_duty) == {"R1"}
    assert codes(people.stranger) == set()
    # Of what was before the other side reads the newest assessment alone.
    assert set(Assessment.objects.visible_to(made.by)) == {newest}
    assert set(Assessment.objects.visible_to(made.lv)) == {first, newest}
    assert [step.given for step in shared.steps.all()] == [False, True]
    with pytest.raises(DatabaseError), transaction.atomic():
        Risk.objects.filter(pk=risk.pk).update(shared_at=None, number=None)


def test_each_side_assesses_for_itself_and_both_views_stand_beside_each_other(made, people):
    risk = made.shared()
    made.assess(risk)
    theirs = made.assess(risk, by=made.by, impact={"humanitarian": 5, "bcp_flow": 2})
    (row,) = register(made.by)
    assert [(view.side, view.now.score) for view in row.views] == [("BY", 20), ("LV", 12)]
    assert (row.differs, row.shown.now) == (True, theirs)
    assert [row.shown.side for row in register(people.pol_officer)] == ["BY"]
    ref = uuid.uuid4()
    one = made.assess(risk, client_ref=ref)
    assert made.assess(risk, client_ref=ref) == one
    with pytest.raises(Refused) as reused:
        made.assess(risk, client_ref=ref, likelihood=1)
    assert reused.value.code == "sent_before"
    for by in (people.lv_hq, people.dgp_officer, people.lv_approver):
        with pytest.raises(NotAllowed):
            made.assess(risk, by=by)
    twin = fresh(one)
    twin.pk, twin.uid, twin.client_ref, twin.side = None, uuid.uuid4(), uuid.uuid4(), "BY"
    with pytest.raises(DatabaseError), transaction.atomic():
        twin.save(force_insert=True)
    entry = Entry.objects.filter(verb="risk.assessed", about=risk.ref).last()
    assert (entry.facts["score"], entry.facts["band"], entry.facts["matrix"]) == (12, "high", 1)


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("likelihood", {"likelihood": 6}),
        ("magnitude", {"magnitude": True}),
        ("vulnerability", {"vulnerability": "3"}),
        ("impact", {"impact": {}}),
        ("impact", {"impact": {"weather": 3}}),
        ("impact", {"impact": [3]}),
        ("impact_humanitarian", {"impact": {"humanitarian": 0}}),
        ("why", {"why": " \n "}),
        ("why", {"why": "x" * 4001}),
        ("language", {"language": "de"}),
        ("probability", {"probability": "perhaps"}),
        ("confidence", {"confidence": ""}),
    ],
)
def test_an_assessment_that_cannot_be_is_refused_at_its_field(made, field, more):
    risk = made.risk()
    with pytest.raises(Invalid) as wrong:
        made.assess(risk, **more)
    assert field in wrong.value.fields
    assert not Assessment.objects.exists()


def test_cited_incidents_are_kept_at_the_version_that_was_read(made, incident, people):
    case = incident()
    risk = made.shared()
    one = made.assess(risk, cites=[case, case])
    assert [(c.incident, c.version) for c in one.citations.all()] == [(case, 1)]
    cited = type(one.citations.get()).objects
    assert cited.visible_to(made.lv).count() == 1
    assert cited.visible_to(made.by).count() == 0
    with pytest.raises(Refused) as missing:
        made.assess(risk, by=made.by, cites=[case])
    assert missing.value.status == 404


def test_changes_are_counted_and_nobody_overwrites_what_was_not_read(made, people, officer):
    risk = made.risk(client_ref=(ref := uuid.uuid4()))
    assert made.risk(client_ref=ref) == risk
    assert made.risk(client_ref=ref, title={"en": "Something else"}) != risk
    said = {"title": {"lv": "Šķērsošana", "en": "Crossing"}, "text": {}, "language": "lv"}
    changed = actions.change_risk(
        risk, **said, category="PEV", officer=people.lv_hq, edition=1, by=made.lv
    )
    assert (changed.edition, str(changed.name), changed.officer) == (2, "Crossing", people.lv_hq)
    same = actions.change_risk(
        risk, **said, category="PEV", officer=people.lv_hq, edition=1, by=made.lv
    )
    assert same.edition == 2
    with pytest.raises(Stale):
        actions.change_risk(risk, **said, edition=1, by=made.lv)
    for field, more in (
        ("title_ru", {"language": "ru"}),
        ("title_lv", {"title": {"lv": "x" * 201}}),
        ("category", {"category": "NO-SUCH"}),
        ("sections", {"sections": ["S11"]}),
        ("officer", {"officer": people.dgp_officer}),
        ("unit", {"unit": made.roots["BY"]}),
        ("text_ru", {"text": {"ru": "SECRET//\0"}}),
    ):
        with pytest.raises(Invalid) as wrong:
            actions.change_risk(risk, **{**said, **more}, by=made.lv)
        assert field in wrong.value.fields, field
    # A regional analyst writes for the own unit, and not for all of the side.
    regional = officer("reg.analyst", "LV-DGP", Role.ANALYST)
    with pytest.raises(NotAllowed):
        actions.change_risk(risk, **said, by=regional)
    assert made.risk(by=regional, unit=made.unit("LV-DGP")).side == "LV"
    with pytest.raises(NotAllowed):
        made.risk(by=people.lv_hq)
    with pytest.raises(DatabaseError), transaction.atomic():
        risk.steps.update(deed="moved")


def test_a_risk_of_both_sides_is_taken_on_by_the_other_and_closing_says_why(made):
    risk = made.shared()
    with pytest.raises(NotAllowed):
        actions.join_risk(risk, unit=made.roots["LV"], by=made.lv)
    with pytest.raises(NotAllowed):
        actions.join_risk(risk, unit=made.roots["LV"], by=made.by)
    joint = actions.join_risk(risk, unit=made.roots["BY"], by=made.by)
    assert actions.join_risk(risk, unit=made.roots["BY"], by=made.by).edition == joint.edition
    assert joint.joint
    assert joint.of_side("BY")
    left = actions.leave_risk(risk, by=made.by)
    assert (left.joint, actions.leave_risk(risk, by=made.by).edition) == (False, left.edition)
    with pytest.raises(Invalid):
        actions.move_risk(risk, state="closed", by=made.lv)
    with pytest.raises(NotAllowed):
        actions.move_risk(risk, state="watched", by=made.by)
    closed = actions.move_risk(risk, state="closed", reason="Cameras stand.", by=made.lv)
    again = actions.move_risk(risk, state="closed", reason="Other.", by=made.lv)
    assert (again.reason, again.edition) == ("Cameras stand.", closed.edition)
    for deed in (
        lambda: made.assess(risk),
        lambda: made.plan(risk),
        lambda: actions.move_risk(risk, state="watched", by=made.lv),
    ):
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.code == "wrong_state"
    assert register(made.lv) == []
    assert len(register(made.lv, Asked(state="closed"))) == 1
    assert actions.move_risk(risk, state="open", by=made.lv).reason == ""


def test_a_treatment_is_done_with_evidence_by_whoever_has_to_do_it(made, people, monkeypatch):
    risk = made.shared()
    hidden = made.plan(risk, officer=people.lv_hq, client_ref=(ref := uuid.uuid4()))
    assert made.plan(risk, officer=people.lv_hq, client_ref=ref) == hidden
    given = made.plan(risk, what="Joint patrols.", given=True)
    theirs = made.plan(risk, by=made.by, given=True)
    assert set(Treatment.objects.visible_to(made.by)) == {given, theirs}
    assert set(Treatment.objects.visible_to(people.dgp_officer)) == {given, theirs}
    assert set(Treatment.objects.visible_to(people.lv_hq)) == {hidden, given, theirs}
    with pytest.raises(Refused) as missing:
        actions.finish_treatment(hidden, evidence="x", by=made.by)
    assert missing.value.status == 404
    with pytest.raises(NotAllowed):
        actions.finish_treatment(given, evidence="x", by=made.by)
    with pytest.raises(NotAllowed):
        actions.finish_treatment(given, evidence="x", by=people.lv_hq)
    with pytest.raises(Invalid):
        actions.finish_treatment(hidden, evidence=" ", by=people.lv_hq)
    with pytest.raises(Stale):
        actions.finish_treatment(hidden, evidence="x", edition=9, by=people.lv_hq)
    done = actions.finish_treatment(hidden, evidence="Photo of 3 May.", by=people.lv_hq)
    again = actions.finish_treatment(hidden, evidence="Other.", by=people.lv_hq)
    assert (done.state, again.evidence) == ("done", "Photo of 3 May.")
    with pytest.raises(Refused) as ended:
        actions.drop_treatment(hidden, reason="x", by=made.lv)
    assert ended.value.code == "ended"
    for due in (today("LV") - timedelta(days=1), today("LV") + timedelta(days=1200)):
        with pytest.raises(Invalid) as wrong:
            made.plan(risk, due=due)
        assert "due" in wrong.value.fields
    kept = actions.change_treatment(
        given, unit=made.roots["LV"], what="Joint patrols.", due=given.due, given=False, by=made.lv
    )
    assert (kept.given, kept.edition) == (True, 1)
    Treatment.objects.filter(pk=given.pk).update(due=utc_today() - timedelta(days=3))
    (row,) = register(made.by)
    assert (row.treatments, row.overdue) == (2, 1)
    assert [t.pk for t in Treatment.objects.visible_to(made.by).overdue(today("BY"))] == [given.pk]
    dropped = actions.drop_treatment(fresh(given), reason="No money.", by=made.lv)
    assert dropped.state == "dropped"
    for pk, change in (
        (given.pk, {"given": False}),
        (given.pk, {"reason": "Other."}),
        (given.pk, {"ended_at": now()}),
        (done.pk, {"evidence": "Other."}),
        (done.pk, {"what": "Other."}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Treatment.objects.filter(pk=pk).update(**change)


def test_filters_of_the_register_find_by_any_spelling_and_ignore_nonsense(made, people):
    sea = made.shared(title={"en": "Žagata route"}, category="PEV", sections=["S01"])
    land = made.shared(title={"en": "Tobacco in lorries"}, sections=[])
    made.assess(land)
    actions.change_risk(land, title=land.title, language="en", officer=people.lv_hq, by=made.lv)

    def found(user=made.lv, **query):
        return [row.risk.code for row in register(user, asked_of(query))]

    assert found() == ["R2", "R1"]
    assert found(q="zhagata") == ["R1"]
    assert found(category="PEV") == ["R1"]
    assert found(section="S09") == ["R2"]
    assert found(band="high") == ["R2"]
    assert found(show="unassessed") == ["R1"]
    assert found(owner="BY") == found(owner="both") == found(state="closed") == []
    assert found(people.lv_hq, owner="mine") == ["R2"]
    assert found(state="'; --", band="\0", category="x" * 500, section="S99", show="1") == found()
    assert sea.category == "PEV"
