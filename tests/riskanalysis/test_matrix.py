"""Scales and matrix: one place computes, both sides agree, old assessments keep theirs."""

import copy
from datetime import timedelta
from math import sqrt

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils.timezone import now
from hypothesis import given
from hypothesis import strategies as st

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.reference.loader import load_reference
from bordercoop.reference.models import digest_of, utc_today
from bordercoop.web.pdf import png
from riskanalysis import actions, scales
from riskanalysis import register_loader as loader
from riskanalysis.drawing import colours, svg
from riskanalysis.matrix import matrix_of, matrix_part
from riskanalysis.models import Assessment, MatrixVersion
from riskanalysis.register import register
from riskanalysis.section_codes import FILES
from tests.riskanalysis.risks_made import fresh, holding

SHIPPED = loader.content_of(loader.read_file(FILES / "scales.yaml")["content"])
LEVEL = st.integers(1, 5)


@given(LEVEL, LEVEL, LEVEL, st.dictionaries(st.sampled_from("abcdef"), LEVEL, min_size=1))
def test_the_place_is_what_the_published_proposal_computes(likelihood, magnitude, vuln, impact):
    """The rule of the reference file, with Python's own square root and rounding."""
    at = scales.place(
        SHIPPED, likelihood=likelihood, magnitude=magnitude, vulnerability=vuln, impact=impact
    )
    threat = round(sqrt(likelihood * magnitude))
    assert at.score == max(round(sqrt(threat * vuln)) * each for each in impact.values())
    assert (at.row * at.column, at.band) == (at.score, scales.band_of(SHIPPED, at.score))
    other = {**SHIPPED, "rule": "likelihood_impact"}
    by_likelihood = scales.place(
        other, likelihood=likelihood, magnitude=magnitude, vulnerability=vuln, impact=impact
    )
    assert (by_likelihood.row, by_likelihood.column) == (likelihood, at.column)


def test_bands_cover_every_score_once_and_every_text_is_there_in_four_languages():
    assert scales.cleaned(SHIPPED) == SHIPPED
    found = [scales.band_of(SHIPPED, score) for score in range(1, 26)]
    assert [found.count(band) for band in scales.BANDS] == [5, 5, 6, 9]
    assert found == sorted(found, key=scales.BANDS.index)
    assert [(b.first, b.last) for b in scales.bands(SHIPPED)] == [
        (1, 5),
        (6, 10),
        (11, 16),
        (17, 25),
    ]
    for language in ("lv", "be", "ru"):
        names = [str(level.name) for level in scales.levels(SHIPPED, "likelihood", language)]
        assert len(set(names)) == 5


@pytest.mark.parametrize(
    ("where", "break_it"),
    [
        ("rule", lambda c: c.update(rule="guess")),
        ("rule", lambda c: c.update(rule=["likelihood_impact"])),
        ("magnitude", lambda c: c["magnitude"].pop()),
        ("likelihood", lambda c: c.update(likelihood=c["likelihood"][:2])),
        ("likelihood.2.code", lambda c: c["likelihood"][1].update(code="<b>")),
        ("impact", lambda c: c["impact"][1].update(code=c["impact"][0]["code"])),
        ("impact.1.lv", lambda c: c["impact"][0]["name"].update(lv="  ")),
        ("impact.1.be", lambda c: c["impact"][0]["name"].update(be="x" * 81)),
        ("domains", lambda c: c.update(domains={"a": 1})),
        ("bands", lambda c: c["bands"].pop()),
        ("bands", lambda c: c["bands"][0].update(code={})),
        ("bands.medium.to", lambda c: c["bands"][1].update(to=5)),
        ("bands.high.to", lambda c: c["bands"][2].update(to=True)),
        ("bands.critical.to", lambda c: c["bands"][3].update(to=24)),
        ("bands.low.do.ru", lambda c: c["bands"][0]["do"].update(ru="\0")),
    ],
)
def test_what_cannot_be_is_said_at_its_field(where, break_it):
    content = copy.deepcopy(SHIPPED)
    break_it(content)
    with pytest.raises(Invalid) as wrong:
        scales.cleaned(content)
    assert list(wrong.value.fields) == [where]
    assert str(wrong.value)


@pytest.mark.django_db
def test_a_version_holds_once_both_sides_approved_the_very_text(made):
    first = holding()
    assert (first.number, first.shipped, first.verified) == (1, True, False)
    version = made.proposed()
    assert (version.number, version.state) == (2, "proposed")
    with pytest.raises(NotAllowed):
        actions.approve_matrix(version, sha256=version.sha256, revision=2, by=made.by)
    version = made.approve(version, "LV")
    assert made.approve(version, "LV").approvals.count() == 1  # twice is once
    # A change voids it, also one of the day, and is Stale for whoever read the text before.
    read = (version.sha256, version.revision)
    version = actions.change_matrix(
        version, content=version.content, effective_on=utc_today() + timedelta(days=2),
        revision=version.revision, by=made.lv,
    )  # fmt: skip
    for by in (made.people.lv_approver, made.people.by_approver):
        with pytest.raises(Stale):
            actions.approve_matrix(version, sha256=read[0], revision=read[1], by=by)
    version = made.approve(version, "BY", "LV")
    assert version.state == "agreed"
    assert holding() == first
    assert actions.advance_matrix() == 0
    with time_machine.travel(now() + timedelta(days=2)):
        assert [actions.advance_matrix(), actions.advance_matrix()] == [1, 0]
    version = fresh(version)
    assert (version.state, fresh(first).state) == ("in_force", "superseded")
    assert version.in_force_at.date() == version.effective_on
    verbs = list(
        Entry.objects.filter(about=version.ref).order_by("pk").values_list("verb", flat=True)
    )
    assert verbs[-2:] == ["matrix.agreed", "matrix.in_force"]


@pytest.mark.django_db
def test_a_draft_is_its_sides_own_and_its_writer_never_approves_it(made, people):
    draft = actions.draft_matrix(by=made.lv)
    assert actions.draft_matrix(by=made.lv) == draft
    assert draft not in MatrixVersion.objects.readable_by("BY")
    with pytest.raises(Refused) as missing:
        actions.withdraw_matrix(draft, reason="x", by=made.by)
    assert missing.value.status == 404
    with pytest.raises(Refused) as no_day:
        actions.propose_matrix(draft, by=made.lv)
    assert no_day.value.code == "no_day"
    with pytest.raises(Stale):
        actions.change_matrix(
            draft, content={**draft.content, "rule": "likelihood_impact"}, revision=7, by=made.lv
        )
    with pytest.raises(Invalid):
        actions.change_matrix(
            draft, content=draft.content, effective_on=utc_today() - timedelta(days=1), revision=1,
            by=made.lv,
        )  # fmt: skip
    version = made.proposed()
    MatrixVersion.objects.filter(pk=version.pk).update(
        writers=[made.lv.pk, people.lv_approver.pk], revision=9
    )
    with pytest.raises(NotAllowed) as own:
        made.approve(fresh(version), "LV")
    assert own.value.code == "own_text"
    with pytest.raises(Refused) as waits:
        made.proposed(by=made.by)
    assert waits.value.code == "another_waits"
    done = actions.withdraw_matrix(version, reason="Not now.", by=made.lv)
    assert actions.withdraw_matrix(done, reason="Other.", by=made.lv).reason == "Not now."
    # What came with the portal holds; a side may say that it agrees.
    assert made.approve(holding(), "LV", "BY").approvals.count() == 2
    assert holding().number == 1


@pytest.mark.django_db
def test_old_assessments_keep_the_scales_they_were_made_with(made):
    risk = made.shared()
    old = made.assess(risk, likelihood=1, magnitude=5)
    assert (old.row, old.column, old.score, old.band) == (3, 3, 9, "medium")
    version = made.other_scales()
    with pytest.raises(Refused) as other:
        made.assess(risk, matrix=old.matrix)
    assert other.value.code == "other_matrix"
    drawn = matrix_part(made.by)["matrix"]
    assert (drawn.version, [view.now for _risk, view in drawn.otherwise]) == (version, [old])
    new = made.assess(risk, likelihood=1, magnitude=5)
    assert (new.row, new.score, new.band, new.matrix) == (1, 3, "low", version)
    assert (fresh(old).matrix, fresh(old).score) == (MatrixVersion.objects.get(number=1), 9)
    with pytest.raises(DatabaseError), transaction.atomic():
        Assessment.objects.filter(pk=old.pk).update(matrix=version)
    with pytest.raises(DatabaseError), transaction.atomic():
        Assessment.objects.filter(pk=old.pk).delete()
    for pk, change in (
        (old.matrix_id, {"content": SHIPPED | {"rule": "x"}}),
        (version.pk, {"effective_on": None}),
        (version.pk, {"state": "draft"}),
        (version.pk, {"writers": []}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            MatrixVersion.objects.filter(pk=pk).update(**change)
    # Nobody assesses by what does not hold, whatever the door.
    twin = fresh(old)
    twin.pk, twin.uid, twin.client_ref = None, made.lv.uid, made.lv.uid
    with pytest.raises(DatabaseError, match="made_by_what_holds"), transaction.atomic():
        twin.save(force_insert=True)


@pytest.mark.django_db
def test_no_version_holds_without_both_sides_whatever_the_door(made):
    version = made.approve(made.proposed(), "LV")
    for state in ("agreed", "in_force"):
        with pytest.raises(DatabaseError), transaction.atomic():
            MatrixVersion.objects.filter(pk=version.pk).update(state=state, in_force_at=now())
    with pytest.raises(DatabaseError, match="officer_and_the_matrix"), transaction.atomic():
        version.approvals.create(
            side="BY", sha256=version.sha256, revision=version.revision, by=made.people.lv_approver
        )
    # The file does not win over what the sides did.
    load_reference()
    assert MatrixVersion.objects.count() == 2
    assert digest_of(holding().content) == holding().sha256


@pytest.mark.django_db
def test_a_cell_shows_both_views_and_where_each_stood_last_month(made):
    risk = made.shared(title={"en": "<b>Drones & co</b>"})
    made.assess(risk)
    with time_machine.travel(now() + timedelta(days=40)):
        made.assess(risk, likelihood=5, magnitude=5, vulnerability=5)
        made.assess(risk, by=made.by)
        alone = made.shared(title={"en": "Nobody looked yet"})
        cells = {(c.row, c.column): [(chip.risk.code, chip.side, chip.last) for chip in c.chips]
                 for c in matrix_part(made.by)["matrix"].cells if c.chips}  # fmt: skip
        drawn = matrix_of(holding(), register(made.by))
    assert cells == {(5, 3): [("R1", "LV", False)],
                     (4, 3): [("R1", "LV", True), ("R1", "BY", False)]}  # fmt: skip
    assert drawn.unassessed == [alone]
    assert len(drawn.cells) == 25
    picture = svg(drawn, "Risks <now>")
    for said in ("R1 BY", "&lt;now&gt;", "stroke-dasharray"):
        assert said in picture
    assert all(f">{cell.score}<" in picture for cell in drawn.cells)
    assert colours()["sev4-bg"] == "#990e39"
    assert png(picture).startswith(b"\x89PNG")


@pytest.mark.django_db
def test_views_of_other_sides_drafts_never_reach_the_matrix(made):
    risk = made.risk()
    made.assess(risk)
    assert not any(cell.chips for cell in matrix_part(made.by)["matrix"].cells)
    assert [c.score for c in matrix_part(made.lv)["matrix"].cells if c.chips] == [12]
    assert not Assessment.objects.visible_to(made.people.stranger).exists()
