"""The act: written together in two languages, signed by both sides, void once it is changed."""

import hashlib
import json
import uuid

import pytest
from django.db import Error, transaction

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from contactpoints.models import Delivery
from incidents import actions
from incidents.investigation.act import changes, numbered, reading
from incidents.models import Act, ActSignature, ActVersion, Investigation
from tests.incidents.acts import BE, LV, TEXTS, fresh, paragraphs
from tests.incidents.cases import guideline_in_force

pytestmark = pytest.mark.django_db


def state(act):
    return Investigation.objects.get(pk=act.investigation_id).state


def events(desk):
    rows = Delivery.objects.filter(desk__code=desk).order_by("pk")
    return [row.card.get("event") for row in rows]


# --- begun


def test_the_act_is_begun_once_the_evidence_is_exchanged(acts):
    early = acts.at("on_site")
    with pytest.raises(Refused, match="not possible"):
        actions.draft_act(early, by=acts.lv)
    guideline_in_force()
    case = acts.at("exchanged", by_language="be")
    with pytest.raises(Refused, match="Steps of the guideline are open"):
        actions.draft_act(case, by=acts.lv)
    acts.settle(case)
    act = actions.draft_act(case, by=acts.by)
    assert actions.draft_act(case, by=acts.lv) == act
    assert state(act) == "drafted"
    said = act.content
    assert (said["act"], said["case"], said["languages"]) == (act.code, case.number, ["lv", "be"])
    assert said["paragraphs"] == []


def test_nobody_outside_the_team_begins_it(acts, people):
    case = acts.at("exchanged")
    acts.settle(case)
    with pytest.raises(Refused):
        actions.draft_act(case, by=people.rix_officer)
    with pytest.raises(NotAllowed):
        actions.draft_act(case, by=people.lv_auditor)
    assert not Act.objects.exists()


# --- written


def test_both_teams_write_and_the_numbers_follow_the_sections(acts):
    act = acts.begun()
    acts.write(act, section="findings")
    acts.write(act, by=acts.by, section="circumstances")
    acts.write(act, section="findings")
    said = paragraphs(act)
    assert [(each["number"], each["section"]) for each in said] == [
        ("1.1", "circumstances"), ("2.1", "findings"), ("2.2", "findings"),
    ]  # fmt: skip
    assert numbered(reversed(said))[0]["number"] == "1.1"


def test_every_change_is_a_version_with_who_and_when(acts):
    act = acts.write(acts.begun())
    first = paragraphs(act)[0]["id"]
    actions.change_paragraph(
        act, first, texts={"lv": LV, "be": ""}, revision=fresh(act).revision, by=acts.by
    )
    found = changes(fresh(act))
    assert [(c.version.deed, c.version.side, c.number) for c in found] == [
        ("changed", "BY", "1.1"), ("written", "LV", "1.1"), ("begun", "LV", ""),
    ]  # fmt: skip
    assert found[0].columns == [("be", BE, "")]
    for version in ActVersion.objects.all():
        assert hashlib.sha256(version.said.encode()).hexdigest() == version.sha256


def test_what_was_not_read_is_not_overwritten_and_the_same_is_no_change(acts):
    act = acts.write(acts.begun())
    first = paragraphs(act)[0]["id"]
    with pytest.raises(Stale):
        actions.change_paragraph(act, first, texts=TEXTS, revision=1, by=acts.by)
    same = actions.change_paragraph(act, first, texts=TEXTS, revision=2, by=acts.by)
    assert same.revision == 2
    ref = uuid.uuid4()
    for _twice in range(2):
        actions.write_paragraph(
            act, section="goods", texts=TEXTS, client_ref=ref, revision=2, by=acts.lv
        )
    assert len(paragraphs(act)) == 2


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"section": "nowhere"}, "section"),
        ({"kind": "perhaps"}, "kind"),
        ({"texts": {"lv": " ", "be": ""}}, "text_lv"),
        ({"texts": {"lv": "a\x00b", "be": "x"}}, "text_lv"),
        ({"texts": {"lv": "x" * 100_000, "be": "x"}}, "text_lv"),
        ({"texts": {"lv": "x", "be": "TOP SECRET"}}, "text_be"),
        ({"entries": [99]}, "entries"),
        ({"entries": ["x", None]}, "entries"),
        ({"entries": [2**70]}, "entries"),
    ],
    ids=["section", "kind", "empty", "nul", "long", "classified", "unknown", "words", "giant"],
)
def test_what_cannot_be_right_is_said_at_its_field(acts, given, field):
    act = acts.begun()
    with pytest.raises(Invalid) as refusal:
        acts.write(act, **given)
    assert field in refusal.value.fields
    assert fresh(act).revision == 1


def test_a_paragraph_names_exchanged_entries_with_the_version_that_was_cited(acts):
    act = acts.begun()
    hidden = acts.entry(act.investigation, by=acts.lv)
    with pytest.raises(Invalid):
        acts.write(act, entries=[hidden.number])
    acts.write(act, entries=[2, 1, 1])
    entry = act.investigation.entries.get(number=1)
    actions.change_entry(entry, title="Two prints", text="Two.", version=1, by=acts.lv)
    first = paragraphs(act)[0]
    assert [(each["number"], each["side"], each["version"]) for each in first["entries"]] == [
        (1, "LV", 1), (2, "BY", 1),
    ]  # fmt: skip
    actions.change_paragraph(
        act, first["id"], texts={"lv": "x", "be": "y"}, entries=[1], revision=2, by=acts.by
    )
    assert paragraphs(act)[0]["entries"][0]["version"] == 1


def test_each_side_alone_states_its_position_on_what_is_disputed(acts):
    act = acts.write(acts.begun(), section="disputed", kind="disputed")
    one = paragraphs(act)[0]
    acts.position(act, one, by=acts.lv, texts={"lv": "Mūsu puse", "be": "Наш бок"})
    acts.position(act, one, by=acts.by, texts={"lv": "Otra puse", "be": "Другі бок"})
    said = paragraphs(act)[0]["positions"]
    assert (said["LV"]["lv"], said["BY"]["lv"]) == ("Mūsu puse", "Otra puse")
    with pytest.raises(NotAllowed, match="has stated its position"):
        actions.remove_paragraph(act, one["id"], revision=fresh(act).revision, by=acts.lv)
    acts.position(act, one, by=acts.by, texts={})
    actions.remove_paragraph(act, one["id"], revision=fresh(act).revision, by=acts.lv)
    agreed = paragraphs(acts.write(act))[0]
    with pytest.raises(Refused, match="Only a disputed"):
        acts.position(act, agreed, by=acts.lv)


def test_a_dissent_is_neither_changed_nor_taken_out_by_the_other_side(acts):
    act = acts.write(acts.begun(), kind="dissent", by=acts.by)
    one = paragraphs(act)[0]
    assert one["side"] == "BY"
    for attempt in (
        lambda: actions.remove_paragraph(act, one["id"], revision=2, by=acts.lv),
        lambda: actions.change_paragraph(act, one["id"], texts=TEXTS, revision=2, by=acts.lv),
    ):
        with pytest.raises(NotAllowed, match="dissent of the other side"):
            attempt()
    actions.remove_paragraph(act, one["id"], revision=2, by=acts.by)
    assert paragraphs(act) == []


def test_a_paragraph_that_is_not_there_is_not_found(acts):
    act = acts.begun()
    for name in (str(uuid.uuid4()), "x", "\x00", ""):
        with pytest.raises(Refused) as refusal:
            actions.remove_paragraph(act, name, revision=1, by=acts.lv)
        assert refusal.value.status == 404


# --- signed


def test_two_signatures_of_the_same_sum_sign_the_case(acts):
    act = acts.ready()
    one = acts.sign(act, acts.lv)
    assert state(act) == "signed_one"
    assert acts.sign(act, acts.lv) == one
    two = acts.sign(act, acts.by)
    assert state(act) == "signed"
    assert one.sha256 == two.sha256 == hashlib.sha256(fresh(act).said.encode()).hexdigest()
    assert acts.sign(act, acts.by) == two
    assert events("DESK-POL")[-1] == "signed"
    assert events("DESK-DGP")[-1] == "signed"
    assert Entry.objects.filter(verb="case.act_signed").count() == 2


def test_only_the_sum_that_was_read_is_signed(acts):
    act = acts.ready()
    seen = act.sha256
    acts.write(act, by=acts.by)
    with pytest.raises(Stale):
        acts.sign(act, acts.lv, sha256=seen)
    with pytest.raises(Stale):
        acts.sign(act, acts.lv, sha256="\x00" * 70)
    assert not ActSignature.objects.exists()


def test_whoever_lacks_the_right_does_not_sign(acts, people):
    act = acts.ready()
    actions.add_member(act.investigation, function="member", officer=people.dgp_officer, by=acts.lv)
    for by in (people.dgp_officer, people.lv_auditor):
        with pytest.raises(NotAllowed):
            acts.sign(act, by)
    with pytest.raises(Refused):
        acts.sign(act, people.stranger)
    assert not ActSignature.objects.exists()


def test_a_side_signs_once(acts, officer):
    act = acts.ready()
    acts.sign(act, acts.lv)
    second = officer("lv.second", "LV-SBG", "border_representative")
    with pytest.raises(Refused, match="has signed this act already"):
        acts.sign(act, second)
    assert ActSignature.objects.count() == 1


def test_nothing_is_signed_while_something_is_missing(acts):
    act = acts.begun()
    acts.settle(act.investigation)
    with pytest.raises(Refused, match="says nothing yet"):
        acts.sign(act, acts.lv)
    acts.write(act, texts={"lv": LV, "be": ""})
    with pytest.raises(Refused, match=r"A language is missing in: 1\.1"):
        acts.sign(act, acts.lv)
    one = paragraphs(act)[0]
    actions.change_paragraph(act, one["id"], texts=TEXTS, revision=2, by=acts.by)
    acts.write(act, section="disputed", kind="disputed")
    with pytest.raises(Refused, match=r"position is missing.*2\.1 \(LV\), 2\.1 \(BY\)"):
        acts.sign(act, acts.lv)
    for by in (acts.lv, acts.by):
        acts.position(act, paragraphs(act)[1], by=by)
    acts.write(act, entries=[2])
    actions.withdraw_entry(
        act.investigation.entries.get(number=2), reason="Another boot.", by=acts.by
    )
    with pytest.raises(Refused, match="withdrawn: 2"):
        acts.sign(act, acts.lv)
    interpreter = act.investigation.members.get(side="BY", function="interpreter")
    actions.end_member(interpreter, by=acts.by)
    with pytest.raises(Refused, match="BY has not named an interpreter"):
        acts.sign(act, acts.lv)


def test_nothing_is_signed_while_a_step_is_open(acts):
    guideline_in_force()
    act = acts.write(acts.begun())
    with pytest.raises(Refused, match="Steps of the guideline are open"):
        acts.sign(act, acts.lv)
    assert "Do drafted" in reading(act.investigation, acts.lv).missing[0]
    acts.settle(act.investigation)
    assert reading(act.investigation, acts.lv).missing == []
    acts.sign(act, acts.lv)


def test_a_change_after_the_first_signature_voids_it_and_the_other_desk_is_told(acts):
    act = acts.ready()
    acts.sign(act, acts.lv)
    old = act.sha256
    acts.write(act, by=acts.by, section="measures")
    assert state(act) == "drafted"
    kept = ActSignature.objects.get()
    assert (kept.sha256, kept.voided_by, kept.voided_why) == (old, acts.by, "changed")
    assert kept.voided_at is not None
    assert events("DESK-DGP")[-1] == "voided"
    for by in (acts.by, acts.lv):
        acts.sign(act, by)
    assert state(act) == "signed"
    assert ActSignature.objects.filter(voided_at=None).count() == 2


def test_the_same_words_again_void_nothing(acts):
    act = acts.ready()
    acts.sign(act, acts.lv)
    one = paragraphs(act)[0]
    actions.change_paragraph(act, one["id"], texts=TEXTS, revision=act.revision, by=acts.by)
    assert state(act) == "signed_one"


def test_what_both_sides_signed_never_changes(acts):
    act = acts.signed()
    one = paragraphs(act)[0]
    for attempt in (
        lambda: acts.write(act),
        lambda: actions.change_paragraph(
            act, one["id"], texts={"lv": "x", "be": "y"}, revision=act.revision, by=acts.by
        ),
        lambda: actions.remove_paragraph(act, one["id"], revision=act.revision, by=acts.lv),
    ):
        with pytest.raises(Refused, match="never changes"):
            attempt()


def test_what_stands_above_the_paragraphs_is_signed_with_them(acts):
    act = acts.ready()
    case = act.investigation
    heading = act.content["heading"]
    assert heading["title"] == {"lv": case.title, "be": case.title}
    assert (heading["border_sign"], heading["place"]) == (case.border_sign, case.place)
    assert (heading["exercise"], heading["historic"]) == (False, "")
    lv = act.content["teams"]["LV"]
    assert lv[0] == {"name": acts.lv.display_name, "function": "representative"}
    assert {"name": "Interpreter", "function": "interpreter"} in lv
    acts.sign(act, acts.lv)
    member = actions.add_member(case, function="expert", name="Dog handler", by=acts.by)
    assert state(act) == "drafted"
    assert ActSignature.objects.get().voided_by == acts.by
    assert act.content["teams"]["BY"][-1]["name"] == "Interpreter"
    assert fresh(act).content["teams"]["BY"][-1] == {"name": "Dog handler", "function": "expert"}
    actions.translate_case(case, language="be", title="Сляды", grounds="Сляды.", by=acts.by)
    assert fresh(act).content["heading"]["title"] == {"lv": case.title, "be": "Сляды"}
    found = changes(fresh(act))
    assert [c.version.deed for c in found][:2] == ["heading", "heading"]
    for by in (acts.lv, acts.by):
        acts.sign(act, by)
    signed = fresh(act).sha256
    actions.end_member(member, by=acts.by)
    assert fresh(act).sha256 == signed  # who took part stands once both have signed


def test_what_cannot_be_seen_is_not_signed(acts):
    act = acts.begun()
    act = acts.write(act, texts={"lv": "ab\u202ecd\u200b\u00ade\ufeff", "be": "x\u2066y"})
    assert paragraphs(act)[0]["texts"] == {"lv": "abcde", "be": "xy"}
    with pytest.raises(Invalid, match="Write something"):
        acts.write(act, texts={"lv": "\u202e\u200b", "be": ""})


def test_an_act_does_not_grow_beyond_what_can_be_printed(acts, monkeypatch):
    act = acts.write(acts.begun())
    monkeypatch.setattr(actions.act, "MOST_CHARACTERS", len(act.said) + 200)
    with pytest.raises(Refused, match="too long to be printed"):
        acts.write(act, texts={"lv": "x" * 300, "be": "y"})
    one = paragraphs(act)[0]["id"]
    monkeypatch.setattr(actions.act, "MOST_CHARACTERS", 10)
    shorter = {"texts": {"lv": "x", "be": "y"}, "revision": fresh(act).revision}
    assert actions.change_paragraph(act, one, **shorter, by=acts.lv).revision == 3


# --- what the database refuses


def refused_by_the_database(change):
    with pytest.raises(Error), transaction.atomic():
        change()


def test_the_database_keeps_text_sum_and_signatures_together(acts):
    act = acts.ready()
    other = json.dumps({"paragraphs": []})
    sums = hashlib.sha256(other.encode()).hexdigest()
    rows = Act.objects.filter(pk=act.pk)
    refused_by_the_database(lambda: rows.update(said=other))
    refused_by_the_database(lambda: rows.update(sha256="0" * 64))
    refused_by_the_database(
        lambda: ActSignature.objects.create(
            act=act, side="LV", sha256="0" * 64, revision=1, name_latin="x", by=acts.lv
        )
    )
    refused_by_the_database(
        lambda: ActSignature.objects.create(
            act=act, side="BY", sha256=act.sha256, revision=1, name_latin="x", by=acts.lv
        )
    )
    cases = Investigation.objects.filter(pk=act.investigation_id)
    one = acts.sign(act, acts.lv)
    refused_by_the_database(lambda: cases.update(state="signed"))
    refused_by_the_database(lambda: rows.update(said=other, sha256=sums))
    refused_by_the_database(lambda: ActSignature.objects.filter(pk=one.pk).delete())
    refused_by_the_database(lambda: ActSignature.objects.filter(pk=one.pk).update(sha256=sums))
    acts.sign(act, acts.by)
    refused_by_the_database(lambda: rows.update(said=other, sha256=sums))
    refused_by_the_database(
        lambda: ActSignature.objects.filter(pk=one.pk).update(
            voided_at=one.at, voided_by=acts.by, voided_why="changed"
        )
    )
    refused_by_the_database(lambda: rows.delete())
    refused_by_the_database(lambda: ActVersion.objects.filter(act=act).update(said="x"))
