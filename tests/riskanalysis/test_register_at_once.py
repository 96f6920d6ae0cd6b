"""Several officers at the same moment: each fact of the risk register happens once, and a proof of
the indicators sees one moment."""

import threading
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Stale
from incidents.actions import supplement_incident
from riskanalysis import actions, scales
from riskanalysis.actions import assessing
from riskanalysis.models import Assessment, MatrixVersion, PublicEvent, Risk, SectionLevel
from tests.concurrency.test_races import errors, together
from tests.riskanalysis.risks_made import SAID, Register, fresh, watched

pytestmark = pytest.mark.django_db(transaction=True)


def test_approvals_numbers_assessments_and_levels_meet_and_each_happens_once(
    people, unit, monkeypatch
):
    """One flush of the database for all meetings."""
    made = Register(people, unit)
    approvers = [people.lv_approver, people.by_approver, people.by_approver]

    def approved(version, by):
        return lambda: actions.approve_matrix(
            version, sha256=version.sha256, revision=version.revision, by=by
        )

    version = made.proposed()
    assert errors(together(*(approved(version, by) for by in approvers))) == []
    version = fresh(version)
    assert (version.state, version.approvals.count()) == ("in_force", 2)
    assert Entry.objects.filter(verb="matrix.in_force", about=version.ref).count() == 1
    assert MatrixVersion.objects.in_force().count() == 1

    due = made.approve(made.proposed(rule="threat_vulnerability_impact", days=1), "LV", "BY")
    with time_machine.travel(now() + timedelta(days=1), tick=False):
        moved = together(*[actions.advance_matrix] * 3)
    assert (errors(moved), sum(moved), fresh(due).state) == ([], 1, "in_force")

    # A version that would come into force in the midst of an assessment waits for its end.
    after = made.approve(made.proposed(), "LV")
    by_then = []

    def last_approval():
        made.approve(after, "BY")
        connection.close()

    def placed(*args, **more):
        other = threading.Thread(target=last_approval)
        other.start()
        other.join(0.4)
        by_then.append(other)
        return scales.place(*args, **more)

    with monkeypatch.context() as midst:
        midst.setattr(assessing, "place", placed)
        kept = made.assess(made.risk(by=made.by), by=made.by)
    by_then[0].join(20)
    assert (kept.matrix_id, fresh(after).state) == (due.pk, "in_force")

    drafts = [made.risk(), made.risk(by=made.by), made.risk()]
    owners = [made.lv, made.by, made.lv]
    shares = (
        lambda risk=risk, by=by: actions.share_risk(risk, by=by)
        for risk, by in zip(drafts, owners, strict=True)
    )
    assert errors(together(*shares)) == []
    shared = Risk.objects.filter(shared_at__isnull=False)
    assert sorted(shared.values_list("number", flat=True)) == [1, 2, 3]

    ref = uuid.uuid4()
    twins = together(
        *[lambda: actions.assess_risk(drafts[0], **SAID, client_ref=ref, by=made.lv)] * 3
    )
    assert errors(twins) == []
    assert Assessment.objects.filter(risk=drafts[0]).count() == 1

    changes = together(
        *(
            lambda title=title: actions.change_risk(
                drafts[0], title={"en": title}, language="en", edition=2, by=made.lv
            )
            for title in ("One", "Two")
        )
    )
    (refused,) = errors(changes)
    assert isinstance(refused, Stale)

    # An approval and a change of one entry: what holds is the text that was read, or nothing.
    for _round in range(3):
        entry = made.watch(category="DOC")
        met = together(
            lambda e=entry: actions.approve_watch(e, edition=1, by=people.lv_approver),
            lambda e=entry: actions.change_watch(e, said=watched(category="UBC"), by=made.lv),
            lambda e=entry: actions.share_watch(e, by=made.lv),
            lambda e=entry: actions.approve_watch(e, edition=1, by=people.lv_approver),
        )
        assert all(isinstance(refused, Stale) for refused in errors(met)), met
        entry = fresh(entry)
        assert entry.edition == 2
        assert (entry.holding is None) == (len(errors(met)) == 2)
        assert entry.holding is None or entry.holding.number == 1
        assert not entry.versions.filter(number=2, given_at=None).exists()

    levels = together(
        *(
            lambda level=level: actions.set_section_level(
                section="S01", level=level, why="x", language="en", by=made.lv
            )
            for level in ("low", "medium", "high")
        )
    )
    assert errors(levels) == []
    assert SectionLevel.objects.current().count() == 1
    assert SectionLevel.objects.count() == 3


def test_what_changes_during_a_recount_is_no_difference(incident, people, monkeypatch):
    """The first incident moves when its part was already counted."""
    one = incident(lat=55.72, lon=26.87)
    incident(lat=55.72, lon=26.87)
    monkeypatch.setattr("riskanalysis.actions.indicators.BATCH", 1)
    counted = []

    def meanwhile():
        there = {"lat": 55.822, "lon": 27.6}
        supplement_incident(one, version=1, changes=there, by=people.dgp_officer)
        return actions.count_indicators()

    def progress(done, _total):
        if done == 1:
            counted.extend(together(meanwhile))

    assert actions.recount_indicators(progress)[0] == 0
    assert counted == [0]
    # The lock is free again, also for another connection.
    assert together(actions.count_indicators) == [1]
    assert actions.recount_indicators()[0] == 0


def test_an_event_is_moved_and_ticked_once_by_many(people, unit):
    """Phases, ticks, ties and venues: whoever comes second finds it done, or is told."""
    made = Register(people, unit)
    event = PublicEvent.objects.get(code="IIHF2021")
    together(*[lambda: actions.take_event_checklist(event, by=made.lv)] * 3)
    assert event.items.filter(side="LV", code="briefed").count() == 1
    moves = [
        lambda by=by, phase=phase: actions.move_event(
            event, phase=phase, came="lessons_learned", reason="x", by=by
        )
        for by, phase in ((made.lv, "live"), (made.by, "live"), (made.by, "planning"))
    ]
    met = together(*moves)
    assert all(isinstance(error, Stale) for error in errors(met))
    assert (event.steps.count(), len(errors(met)) in (1, 2)) == (1, True)
    item = event.items.get(side="LV", code="briefed")
    assert errors(together(*[lambda: actions.tick_event_item(item, by=made.lv)] * 3)) == []
    assert item.moves.count() == 1
    risk = made.shared()
    ties = [
        lambda by=by: actions.tie_to_event(event, kind="risk", ref=str(risk.uid), by=by)
        for by in (made.lv, made.by, made.lv)
    ]
    assert errors(together(*ties)) == []
    assert event.ties.count() == 1
    host, ref = event.hosts.get(name="Riga"), uuid.uuid4()
    venues = [
        lambda: actions.add_venue(
            host, name="Arena", first_on=event.starts_on, last_on=event.ends_on, client_ref=ref,
            by=made.lv,
        )
    ] * 3  # fmt: skip
    assert errors(together(*venues)) == []
    assert event.venues.count() == 1
    # Its days change while an item is left out and another one is added.
    out, day = event.items.get(side="BY", code="rota_set"), event.starts_on + timedelta(days=3)
    met = together(
        *[
            lambda by=by: actions.change_event_days(
                event, starts_on=day, ends_on=day, reason="x", edition=1, by=by
            )
            for by in (made.lv, made.by)
        ],
        lambda: actions.leave_out_event_item(out, reason="x", by=made.by),
        lambda: actions.add_event_item(
            event, phase="live", text="x", language="en", due_days=1, by=made.lv
        ),
    )
    assert errors(met) == []
    assert (fresh(event).edition, event.changes.count()) == (2, 1)
    assert event.items.get(code="").due_on == day + timedelta(days=1)
    off = [lambda by=by: actions.call_off_event(event, reason="x", by=by)
           for by in (made.lv, made.by)]  # fmt: skip
    assert errors(together(*off)) == []
    assert event.changes.count() == 2
