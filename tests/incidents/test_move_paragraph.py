"""Paragraphs of an act change places: within their section, numbers and columns together."""

import pytest

from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from incidents import actions
from incidents.investigation.act import changes
from incidents.models import ActSignature
from tests.incidents.acts import fresh, paragraphs

pytestmark = pytest.mark.django_db


def said(act):
    """(number, Latvian, Belarusian) in the order of the paper."""
    return [(p["number"], p["texts"]["lv"], p["texts"]["be"]) for p in paragraphs(act)]


def move(act, at, direction, by, **more):
    one = paragraphs(act)[at]["id"]
    given = {"revision": fresh(act).revision, "direction": direction, **more}
    return actions.move_paragraph(act, one, **given, by=by)


@pytest.fixture
def act(acts):
    act = acts.begun()
    for section, word in (("facts", "A"), ("facts", "B"), ("measures", "C")):
        act = acts.write(act, section=section, texts={"lv": word, "be": word.lower()})
    return acts.write(act, kind="dissent", by=acts.by, texts={"lv": "D", "be": "d"})


def test_a_paragraph_goes_one_place_and_both_columns_keep_one_number(acts, act):
    move(act, 1, "up", acts.by)
    assert said(act) == [("1.1", "B", "b"), ("1.2", "A", "a"), ("1.3", "D", "d"), ("2.1", "C", "c")]
    last = changes(fresh(act))[0]
    assert (last.version.deed, last.number, last.version.side) == ("moved", "1.1", "BY")
    move(act, 0, "down", acts.lv)
    assert said(act)[0] == ("1.1", "A", "a")
    revision = fresh(act).revision
    for at, direction in ((0, "up"), (2, "down"), (3, "up"), (3, "down")):
        by = acts.by if at == 2 else acts.lv
        assert move(act, at, direction, by).revision == revision  # either end of the section


def test_who_moves_what_and_when(acts, act, people):
    with pytest.raises(NotAllowed, match="dissent of the other side"):
        move(act, 2, "up", acts.lv)
    move(act, 2, "up", acts.by)
    with pytest.raises(Stale):
        move(act, 0, "down", acts.lv, revision=act.revision - 1)
    for direction in ("", "sideways", None, ["up"]):
        with pytest.raises(Invalid):
            move(act, 0, direction, acts.lv)
    with pytest.raises(Refused):
        move(act, 0, "down", people.rix_officer)
    with pytest.raises(NotAllowed):
        move(act, 0, "down", people.lv_auditor)


def test_moving_voids_a_signature_and_never_touches_a_signed_act(acts, act):
    acts.settle(act.investigation)
    acts.sign(act, acts.lv)
    move(act, 0, "down", acts.by)
    assert ActSignature.objects.get().voided_why == "changed"
    for by in (acts.lv, acts.by):
        acts.sign(act, by)
    with pytest.raises(Refused, match="never changes"):
        move(act, 0, "down", acts.lv)


def test_the_buttons_and_the_api_move_it(acts, act, signed_in, api):
    root = f"/investigations/{act.investigation.uid}/act/"
    browser = signed_in(acts.lv)
    page = browser.get(root).content.decode()
    one = paragraphs(act)[0]["id"]
    # A and B may change places, B and D; C is alone and D is not ours.
    assert page.count('value="up"') == 1
    assert page.count('value="down"') == 2
    answer = browser.post(
        f"{root}{one}/move/", {"direction": "down", "revision": fresh(act).revision}
    )
    assert answer.url == f"{root}#p-{one}"
    assert said(act)[1] == ("1.2", "A", "a")
    assert browser.post(f"{root}{one}/move/", {"direction": "up"}).status_code == 409
    door = f"/api/v1{root}paragraphs/{one}/move/"
    program = api(acts.by)
    assert program.post(door, {"direction": "up", "revision": 1}).status_code == 409
    assert program.post(door, {"direction": [], "revision": 6}).status_code == 400
    given = {"direction": "up", "revision": fresh(act).revision}
    assert program.post(door, given).json()["sha256"] == fresh(act).sha256
    assert said(act)[0] == ("1.1", "A", "a")
